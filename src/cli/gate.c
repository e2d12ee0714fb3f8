#include "cli/commands.h"
#include "cli/judgement_output.h"
#include "cli/output.h"
#include "common/record.h"
#include "judge/gate.h"
#include "judge/likeness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define USUAL_DELTA 0.02

static const char program[] = "efabench gate";

static int is_same_file(const char *a, const char *b)
{
    struct stat first;
    struct stat second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

static enum eb_status check_options(const struct eb_options *options, struct eb_error *err)
{
    if (options->word_count != 1)
        return eb_error_set(err, EB_USAGE, program, 0, "one RECORD is wanted, %zu were given",
                            options->word_count);
    if (!options->baseline_record && !options->control && !options->history)
        return eb_error_set(err, EB_USAGE, program, 0,
                            "against what? --baseline FILE, --control VARIANT or --history DB is wanted");
    if (options->baseline_record && options->history)
        return eb_error_set(err, EB_USAGE, program, 0,
                            "--baseline and --history exclude one another: %s against one of them",
                            options->control ? "hold the control" : "hold the record");
    if (options->baseline_record && is_same_file(options->baseline_record, options->words[0]))
        return eb_error_set(err, EB_USAGE, program, 0, "'%.200s' is compared with itself", options->words[0]);
    const char *inputs[] = {options->words[0], options->baseline_record, options->history};
    enum eb_status status = eb_likeness_check_allow(options->allow, err);
    return status == EB_OK ? eb_judgement_output_check(options, inputs, 3, err) : status;
}

/* Reads a record; a side keeps its samples only where they are looked at again. */
static enum eb_status load(const char *path, int with_samples, json_t **record, struct eb_series_set **set,
                           struct eb_side *side, struct eb_error *err)
{
    enum eb_status status = eb_record_load(path, record, err);
    if (status == EB_OK)
        status = with_samples ? eb_series_set_new(*record, path, set, err)
                              : eb_compare_thin(*record, path, set, err);
    *side = (struct eb_side){.record = *record, .path = path, .set = *set};
    return status;
}

/* Of the baseline's troubles none may hide what the control says: eb_gate_judge weighs them. */
static enum eb_status load_baseline(const struct eb_options *options, json_t **record,
                                    struct eb_series_set **set, struct eb_gate *asked,
                                    struct eb_error *trouble, struct eb_error *err)
{
    enum eb_status status = load(options->baseline_record, 0, record, set, &asked->baseline, trouble);
    if (status != EB_OK && options->control) {
        asked->unread = *record ? NULL : trouble;
        return EB_OK;
    }
    if (status != EB_OK && err)
        *err = *trouble;
    return status;
}

/* *verdict is what the gate says, when it could be said and written. */
static enum eb_status gate(const struct eb_options *options, enum eb_status *verdict, struct eb_error *err)
{
    json_t *records[2] = {NULL, NULL};
    struct eb_series_set *sets[2] = {NULL, NULL};
    struct eb_judgement *judgement = NULL;
    struct eb_error trouble = {0};
    struct eb_gate asked = {.control = options->control, .history = options->history};
    /* A database has its own; beside a control --delta is of the table, not of the nights. */
    int is_delta_given = options->delta > 0;
    const struct eb_compare_options how = {.alpha = options->alpha,
                                           .delta = log1p(is_delta_given ? options->delta : USUAL_DELTA),
                                           .tolerance = log1p(options->tolerance),
                                           .seed = options->seed == UINT64_MAX ? 1 : options->seed,
                                           .is_delta_given = is_delta_given && !options->control,
                                           .allow = options->allow};
    enum eb_status status = check_options(options, err);
    if (status == EB_OK)
        status = load(options->words[0], options->history != NULL, &records[0], &sets[0], &asked.record, err);
    if (status == EB_OK && options->baseline_record)
        status = load_baseline(options, &records[1], &sets[1], &asked, &trouble, err);
    if (status == EB_OK)
        status = eb_gate_judge(&asked, &how, &judgement, err);
    if (status == EB_OK)
        status = eb_judgement_output_write(judgement, options, err);
    if (status == EB_OK)
        *verdict = eb_judgement_status(judgement);
    eb_judgement_free(judgement);
    for (int i = 0; i < 2; i++) {
        eb_series_set_free(sets[i]);
        json_decref(records[i]);
    }
    return status;
}

int eb_command_gate(int argc, char **argv)
{
    static const struct eb_command command = {program, EB_PROGRAM_GATE, gate};
    return eb_command_start(&command, argc, argv);
}
