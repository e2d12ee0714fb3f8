#include "judge/gate.h"

#include "common/plain.h"
#include "judge/gate_join.h"
#include "judge/history.h"
#include "judge/likeness.h"
#include "judge/path.h"
#include "judge/stats/signed_rank.h"

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

/* Launches may have ended before they measured anything, or gone where the witness refused them. */
static int has_figures(const struct eb_series_set *set, const char *name)
{
    size_t i = 0;
    while (i < set->count && strcmp(set->series[i].variant, name) != 0)
        i++;
    return i < set->count;
}

/* Whether the witness refused the path of a variant's cases. */
static int is_withheld(const struct eb_gate *gate, const char *variant)
{
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *item;
    json_array_foreach(json_object_get(gate->record.record, "launches"), i, launch)
    {
        if (strcmp(json_string_value(json_object_get(launch, "variant")), variant) != 0)
            continue;
        json_array_foreach(json_object_get(launch, "cases"), j, item)
        {
            if (eb_path_is_withheld(item))
                return 1;
        }
    }
    return 0;
}

/* "a, b", cut to fit. */
struct names {
    char text[200];
    size_t count;
    size_t withheld; /* of the absent ones: by the witness */
};

static void add_name(struct names *names, const char *name)
{
    size_t used = strlen(names->text);
    snprintf(names->text + used, sizeof names->text - used, "%s%.64s", names->count++ ? ", " : "", name);
}

/* Variants that were to be measured and have no figures. */
static struct names absent_variants(const struct eb_gate *gate)
{
    const struct eb_series_set *set = gate->record.set;
    const json_t *named = json_object_get(json_object_get(gate->record.record, "run"), "variants");
    struct names absent = {0};
    size_t i;
    const json_t *one;
    json_array_foreach(named, i, one)
    {
        const char *name = json_string_value(json_object_get(one, "name"));
        if (name && !has_variant(set, name))
            add_name(&absent, name);
    }
    for (i = 0; i < set->variant_count; i++)
        if (!has_figures(set, set->variants[i])) {
            add_name(&absent, set->variants[i]);
            absent.withheld += (size_t)is_withheld(gate, set->variants[i]);
        }
    return absent;
}

static int was_to_be_measured(const struct eb_gate *gate, const char *name)
{
    const json_t *named = json_object_get(json_object_get(gate->record.record, "run"), "variants");
    size_t i;
    const json_t *one;
    json_array_foreach(named, i, one)
    {
        const char *known = json_string_value(json_object_get(one, "name"));
        if (known && strcmp(known, name) == 0)
            return 1;
    }
    return has_variant(gate->record.set, name);
}

/* There is no control to hold anything against, or nothing to hold against it. */
static enum eb_status bad_control(const struct eb_gate *gate, struct eb_error *err)
{
    const struct eb_series_set *set = gate->record.set;
    const struct names absent = absent_variants(gate);
    struct names known = {0};
    const char *refused = absent.withheld > 0 ? ": the witness refused their path" : "";
    enum eb_status status = absent.withheld > 0 ? EB_WRONG_PATH : absent.count > 0 ? EB_INVALID : EB_USAGE;
    for (size_t i = 0; i < set->variant_count; i++)
        if (has_figures(set, set->variants[i]))
            add_name(&known, set->variants[i]);
    if (!was_to_be_measured(gate, gate->control)) {
        status = EB_USAGE;
        eb_error_set(err, status, "gate", 0, "%.160s has no variant '%.64s' for a control: it has %s",
                     gate->record.path, gate->control, known.text);
    } else if (!has_figures(set, gate->control))
        eb_error_set(err, status, "gate", 0, "%.160s has no figures of its control '%.64s', but of %s%s",
                     gate->record.path, gate->control, known.text, refused);
    else if (absent.count > 0)
        eb_error_set(err, status, "gate", 0, "%.160s has figures of the control '%.64s' alone, none of %s%s",
                     gate->record.path, gate->control, absent.text, refused);
    else
        eb_error_set(err, status, "gate", 0,
                     "%.160s has no variant but the control '%.64s': there is nothing to hold against it",
                     gate->record.path, gate->control);
    if (err)
        eb_plain_clean(err->text);
    return status;
}

/* What lacks figures cannot have passed. */
static enum eb_status rule_absent(const struct eb_gate *gate, const struct eb_compare_options *options,
                                  struct eb_judgement *judgement, struct eb_error *err)
{
    const struct names absent = absent_variants(gate);
    const char *many = absent.count == 1 ? "" : "s";
    if (absent.count == 0)
        return EB_OK;
    if (judgement->ruling == EB_RULING_REGRESSED || eb_likeness_is_allowed(options->allow, "missing"))
        return eb_judgement_note(judgement, err, "variant%s %s: no launch of it has figures", many,
                                 absent.text);
    judgement->reason = eb_judgement_keep_made(
        judgement, "no launch of variant%s %s has figures%s; of the others: %s: %s", many, absent.text,
        absent.withheld > 0 ? " (the witness refused their path)" : "", eb_ruling_name(judgement->ruling),
        judgement->reason ? judgement->reason : "no reason");
    judgement->ruling = EB_RULING_MISSING;
    return judgement->reason ? EB_OK : out_of_memory(err);
}

/* Launches of a comparison so few that its least p is above its alpha. */
struct few {
    size_t candidates;
    size_t launches;
    size_t needed; /* 0: there are enough */
};

/* In how many ways k launches, or pairs of them, can be relabelled. */
static double relabellings(int paired, size_t k)
{
    double ways = 1;
    for (size_t i = 1; i <= k; i++)
        ways *= paired ? 2 : (double)(k + i) / (double)i;
    return ways;
}

/* The mirrored relabelling is as far out where one series is better by what another is worse: 2 of them. */
static int is_found(int paired, size_t k, double alpha)
{
    return 2 / relabellings(paired, k) <= alpha * (1 + 1e-12);
}

static void find_few(const struct eb_judgement *part, double alpha, struct few *few)
{
    size_t launches = 0;
    size_t judged = 0;
    size_t needed = part->paired ? eb_signed_rank_launches_needed(EB_SERIES_LEVEL)
                                 : eb_shift_launches_needed(EB_SERIES_LEVEL);
    for (size_t i = 0; i < part->row_count; i++) {
        const struct eb_judged *row = &part->rows[i];
        judged += row->call != EB_CALL_MISSING;
        if (row->call != EB_CALL_MISSING && row->compared > launches)
            launches = (size_t)row->compared;
    }
    while (!is_found(part->paired, needed, alpha))
        needed++;
    if (judged == 0 || launches >= needed || (few->needed > 0 && launches >= few->launches))
        return;
    few->launches = launches;
    few->needed = needed;
}

/* What could not be found was not looked for. */
static enum eb_status rule_few(struct eb_judgement *judgement, const struct few *few, struct eb_error *err)
{
    char many[80] = "";
    if (few->needed == 0 || judgement->ruling == EB_RULING_REGRESSED ||
        judgement->ruling == EB_RULING_MISSING)
        return EB_OK;
    if (few->candidates > 1)
        snprintf(many, sizeof many, " for %zu variants against one control", few->candidates);
    judgement->ruling = EB_RULING_TOO_FEW;
    judgement->reason =
        eb_judgement_keep_made(judgement, "too few launches: %zu%s, need %zu%s", few->launches,
                               judgement->paired ? " in pairs" : "", few->needed, many);
    return judgement->reason ? EB_OK : out_of_memory(err);
}

/* Every part but the first must have been emptied into it. */
static enum eb_status name_candidates(struct eb_judgement *judgement, const struct eb_gate *gate,
                                      struct eb_error *err)
{
    const struct eb_series_set *set = gate->record.set;
    const char *text = "variants ";
    int is_first = 1;
    for (size_t i = 0; text && i < set->variant_count; i++) {
        if (strcmp(set->variants[i], gate->control) == 0 || !has_figures(set, set->variants[i]))
            continue;
        text = eb_judgement_keep_made(judgement, "%s%s%s", text, is_first ? "" : ", ", set->variants[i]);
        is_first = 0;
    }
    judgement->now_name = text;
    return text ? EB_OK : out_of_memory(err);
}

/* Several comparisons as one. */
static enum eb_status join(const struct eb_gate *gate, struct eb_judgement *const *parts, size_t count,
                           struct eb_error *err)
{
    enum eb_status status = eb_gate_join(parts, count, err);
    if (status == EB_OK)
        status = name_candidates(parts[0], gate, err);
    return status == EB_OK ? eb_compare_rule(parts[0], err) : status;
}

/* Every other variant against the control. */
static enum eb_status against_control(const struct eb_gate *gate, const struct eb_compare_options *options,
                                      struct eb_judgement **judgement, struct eb_error *err)
{
    const struct eb_series_set *set = gate->record.set;
    struct eb_compare_options how = *options;
    struct eb_side base = gate->record;
    struct eb_side now = gate->record;
    struct few few = {0};
    size_t count = 0;
    for (size_t i = 0; i < set->variant_count; i++)
        few.candidates += strcmp(set->variants[i], gate->control) != 0 && has_figures(set, set->variants[i]);
    if (few.candidates == 0 || !has_figures(set, gate->control))
        return bad_control(gate, err);
    struct eb_judgement **parts = calloc(few.candidates, sizeof(struct eb_judgement *));
    enum eb_status status = parts ? EB_OK : out_of_memory(err);
    how.alpha = options->alpha / (double)few.candidates;
    base.variant = gate->control;
    for (size_t i = 0; status == EB_OK && i < set->variant_count; i++) {
        if (strcmp(set->variants[i], gate->control) == 0 || !has_figures(set, set->variants[i]))
            continue;
        now.variant = set->variants[i];
        status = eb_compare(&base, &now, &how, &parts[count], err);
        if (status == EB_OK)
            find_few(parts[count++], how.alpha, &few);
    }
    if (status == EB_OK && count > 1)
        status = join(gate, parts, count, err);
    if (status == EB_OK)
        status = rule_few(parts[0], &few, err);
    if (status == EB_OK) {
        *judgement = parts[0];
        parts[0] = NULL;
    }
    for (size_t i = 0; parts && i < count; i++)
        eb_judgement_free(parts[i]);
    free(parts);
    return status;
}

static enum eb_status against_baseline(const struct eb_gate *gate, const struct eb_compare_options *options,
                                       struct eb_judgement **judgement, struct eb_error *err)
{
    struct few few = {.candidates = 1};
    enum eb_status status = eb_compare(&gate->baseline, &gate->record, options, judgement, err);
    if (status != EB_OK)
        return status;
    find_few(*judgement, options->alpha, &few);
    return rule_few(*judgement, &few, err);
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

/* Whether a row of the control is out of line by itself. */
static int has_moved(const struct eb_judgement *control, const struct eb_judged *row)
{
    return row->call == EB_CALL_REGRESSED ||
           (control->ruling == EB_RULING_SUSPECT && row->call == EB_CALL_INCONCLUSIVE);
}

/* Whether the control has moved in the very series that a row is held against. */
static int has_moved_there(const struct eb_judgement *control, const struct eb_judged *row)
{
    const char *arm = row->base_arm ? row->base_arm : row->arm;
    const char *algorithm = row->base_algorithm ? row->base_algorithm : row->algorithm;
    for (size_t i = 0; i < control->row_count; i++) {
        const struct eb_judged *own = &control->rows[i];
        if (own->kernel == row->kernel && own->ranks == row->ranks && own->size_bytes == row->size_bytes &&
            strcmp(own->arm, arm) == 0 && strcmp(own->algorithm, algorithm) == 0 && has_moved(control, own))
            return 1;
    }
    return 0;
}

/* Series that are worse than a control which there is what it was. */
static size_t count_own_fault(const struct eb_judgement *judgement, const struct eb_judgement *control)
{
    size_t count = 0;
    for (size_t i = 0; i < judgement->row_count; i++)
        count +=
            judgement->rows[i].call == EB_CALL_REGRESSED && !has_moved_there(control, &judgement->rows[i]);
    return count;
}

/* The control has moved. */
static enum eb_status rule_environment(const struct eb_gate *gate, const struct eb_judgement *control,
                                       struct eb_judgement *judgement, struct eb_error *err)
{
    const char *why = control->reason ? control->reason : "no reason";
    size_t own = count_own_fault(judgement, control);
    if (judgement->ruling == EB_RULING_MISSING)
        return EB_OK;
    if (judgement->ruling == EB_RULING_REGRESSED && own > 0)
        return eb_judgement_note(
            judgement, err, "the control %s moved elsewhere: not in %zu of the %zu series that are worse",
            gate->control, own, eb_judgement_count(judgement, EB_CALL_REGRESSED));
    int several = strncmp(judgement->now_name, "variants ", 9) == 0;
    if (judgement->ruling == EB_RULING_PASS)
        judgement->reason = eb_judgement_keep_made(
            judgement, "%s %s control %s, and %s stand worse than %s: %s", judgement->now_name,
            several ? "are as good as their" : "is as good as its", gate->control, several ? "all" : "both",
            control->base_name ? control->base_name : "the past", why);
    else
        judgement->reason = eb_judgement_keep_made(judgement, "%s; but the control %s moved as well: %s",
                                                   judgement->reason, gate->control, why);
    judgement->ruling = EB_RULING_ENVIRONMENT;
    return judgement->reason ? EB_OK : out_of_memory(err);
}

/* Only a baseline that is there and of no use may be passed over: what cannot be read at all, nobody has
 * asked for in vain. A regression is one whatever is the matter with the past. */
static enum eb_status pass_over(const struct eb_gate *gate, const struct eb_error *trouble,
                                struct eb_judgement *judgement, struct eb_error *err)
{
    int is_unlike = gate->baseline.record && trouble->status != EB_INTERNAL;
    if (is_unlike || judgement->ruling == EB_RULING_REGRESSED)
        return eb_judgement_note(judgement, err, "the control %s could not be held against the past: %s",
                                 gate->control, trouble->text);
    if (err)
        *err = *trouble;
    return trouble->status;
}

static enum eb_status weigh_control(const struct eb_gate *gate, const struct eb_compare_options *options,
                                    struct eb_judgement *judgement, struct eb_error *err)
{
    struct eb_judgement *control = NULL;
    struct eb_error trouble = {0};
    if (gate->unread)
        return pass_over(gate, gate->unread, judgement, err);
    if (judge_control(gate, options, &control, &trouble) != EB_OK)
        return pass_over(gate, &trouble, judgement, err);
    enum eb_status status =
        eb_judgement_note(judgement, err, "the control %s against %s: %s: %s", gate->control,
                          control->base_name ? control->base_name : "the past",
                          eb_ruling_name(control->ruling), control->reason ? control->reason : "no reason");
    if (status == EB_OK && (control->ruling == EB_RULING_REGRESSED || control->ruling == EB_RULING_SUSPECT))
        status = rule_environment(gate, control, judgement, err);
    eb_judgement_free(control);
    return status;
}

enum eb_status eb_gate_judge(const struct eb_gate *gate, const struct eb_compare_options *options,
                             struct eb_judgement **judgement, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    *judgement = NULL;
    if (gate->control)
        status = against_control(gate, options, judgement, err);
    else if (gate->history)
        status = eb_history_judge(gate->history, gate->record.record, gate->record.path, NULL, options,
                                  judgement, err);
    else
        status = against_baseline(gate, options, judgement, err);
    if (status == EB_OK)
        status = rule_absent(gate, options, *judgement, err);
    if (status == EB_OK && gate->control && (gate->baseline.record || gate->history || gate->unread))
        status = weigh_control(gate, options, *judgement, err);
    if (status == EB_OK)
        (*judgement)->program = "gate";
    else {
        eb_judgement_free(*judgement);
        *judgement = NULL;
    }
    return status;
}
