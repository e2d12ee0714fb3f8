#include "judge/gate.h"

#include "common/plain.h"
#include "judge/gate_join.h"
#include "judge/history.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "gate", ENOMEM, "out of memory for a judgement");
}

static int has_variant(const struct eb_series_set *set, const char *name)
{
    size_t i = 0;
    while (i < set->variant_count && strcmp(set->variants[i], name) != 0)
        i++;
    return i < set->variant_count;
}

static enum eb_status bad_control(const struct eb_gate *gate, struct eb_error *err)
{
    char known[200] = "";
    const struct eb_series_set *set = gate->record.set;
    for (size_t i = 0; i < set->variant_count; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", set->variants[i]);
    }
    if (has_variant(set, gate->control))
        eb_error_set(err, EB_USAGE, "gate", 0,
                     "%.160s has no variant but the control '%.64s': there is nothing to hold against it",
                     gate->record.path, gate->control);
    else
        eb_error_set(err, EB_USAGE, "gate", 0, "%.160s has no variant '%.64s' for a control: it has %s",
                     gate->record.path, gate->control, known);
    if (err)
        eb_plain_clean(err->text);
    return EB_USAGE;
}

/* Every part but the first must have been emptied into it. */
static enum eb_status name_candidates(struct eb_judgement *judgement, const struct eb_gate *gate,
                                      struct eb_error *err)
{
    const struct eb_series_set *set = gate->record.set;
    const char *text = "variants ";
    int is_first = 1;
    for (size_t i = 0; text && i < set->variant_count; i++) {
        if (strcmp(set->variants[i], gate->control) == 0)
            continue;
        text = eb_judgement_keep_made(judgement, "%s%s%s", text, is_first ? "" : ", ", set->variants[i]);
        is_first = 0;
    }
    judgement->now_name = text;
    return text ? EB_OK : out_of_memory(err);
}

/* Every other variant against the control. */
static enum eb_status against_control(const struct eb_gate *gate, const struct eb_compare_options *options,
                                      struct eb_judgement **judgement, struct eb_error *err)
{
    const struct eb_series_set *set = gate->record.set;
    struct eb_compare_options how = *options;
    struct eb_side base = gate->record;
    struct eb_side now = gate->record;
    size_t count = 0;
    if (set->variant_count < 2 || !has_variant(set, gate->control))
        return bad_control(gate, err);
    struct eb_judgement **parts = calloc(set->variant_count, sizeof(struct eb_judgement *));
    enum eb_status status = parts ? EB_OK : out_of_memory(err);
    how.alpha = options->alpha / (double)(set->variant_count - 1);
    base.variant = gate->control;
    for (size_t i = 0; status == EB_OK && i < set->variant_count; i++) {
        if (strcmp(set->variants[i], gate->control) == 0)
            continue;
        now.variant = set->variants[i];
        status = eb_compare(&base, &now, &how, &parts[count++], err);
    }
    if (status == EB_OK && count > 1)
        status = eb_gate_join(parts, count, err);
    if (status == EB_OK && count > 1)
        status = name_candidates(parts[0], gate, err);
    if (status == EB_OK && count > 1)
        status = eb_compare_rule(parts[0], err);
    if (status == EB_OK) {
        *judgement = parts[0];
        parts[0] = NULL;
    }
    for (size_t i = 0; parts && i < count; i++)
        eb_judgement_free(parts[i]);
    free(parts);
    return status;
}

/* A baseline's only variant stands for the control, whatever it is called. */
static const char *control_in(const json_t *record, const char *control)
{
    const json_t *launches = json_object_get(record, "launches");
    const char *only = json_string_value(json_object_get(json_array_get(launches, 0), "variant"));
    int is_only = only != NULL;
    size_t i;
    const json_t *launch;
    json_array_foreach(launches, i, launch)
    {
        const char *name = json_string_value(json_object_get(launch, "variant"));
        if (strcmp(name, control) == 0)
            return control;
        is_only = is_only && strcmp(name, only) == 0;
    }
    return is_only ? only : control;
}

/* The control itself against other nights. */
static enum eb_status judge_control(const struct eb_gate *gate, const struct eb_compare_options *options,
                                    struct eb_judgement **judgement, struct eb_error *err)
{
    struct eb_side base = gate->baseline;
    struct eb_side now = gate->record;
    if (gate->history)
        return eb_history_judge(gate->history, gate->record.record, gate->record.path, gate->control, options,
                                judgement, err);
    base.variant = control_in(gate->baseline.record, gate->control);
    now.variant = gate->control;
    return eb_compare(&base, &now, options, judgement, err);
}

static enum eb_status weigh_control(const struct eb_gate *gate, const struct eb_compare_options *options,
                                    struct eb_judgement *judgement, struct eb_error *err)
{
    struct eb_judgement *control = NULL;
    enum eb_status status = judge_control(gate, options, &control, err);
    if (status != EB_OK)
        return status;
    int has_moved = control->ruling == EB_RULING_REGRESSED || control->ruling == EB_RULING_SUSPECT;
    const char *why = control->reason ? control->reason : "no reason";
    status = eb_judgement_note(judgement, err, "the control %s against %s: %s: %s", gate->control,
                               control->base_name ? control->base_name : "the past",
                               eb_ruling_name(control->ruling), why);
    if (status == EB_OK && has_moved && judgement->ruling == EB_RULING_REGRESSED) {
        judgement->ruling = EB_RULING_ENVIRONMENT;
        judgement->reason = eb_judgement_keep_made(judgement, "%s; but the control %s moved as well: %s",
                                                   judgement->reason, gate->control, why);
        status = judgement->reason ? EB_OK : out_of_memory(err);
    }
    eb_judgement_free(control);
    return status;
}

enum eb_status eb_gate_judge(const struct eb_gate *gate, const struct eb_compare_options *options,
                             struct eb_judgement **judgement, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    *judgement = NULL;
    if (gate->control) {
        status = against_control(gate, options, judgement, err);
        if (status == EB_OK && (gate->baseline.record || gate->history))
            status = weigh_control(gate, options, *judgement, err);
    } else if (gate->history)
        status = eb_history_judge(gate->history, gate->record.record, gate->record.path, NULL, options,
                                  judgement, err);
    else
        status = eb_compare(&gate->baseline, &gate->record, options, judgement, err);
    if (status == EB_OK)
        (*judgement)->program = "gate";
    else {
        eb_judgement_free(*judgement);
        *judgement = NULL;
    }
    return status;
}
