#include "cli/advice.h"
#include "cli/commands.h"
#include "cli/launcher.h"
#include "cli/manual.h"
#include "cli/orphans.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/resume.h"
#include "cli/run_command.h"
#include "cli/run_journal.h"
#include "cli/setup.h"
#include "cli/variants.h"
#include "common/file.h"
#include "common/journal.h"
#include "common/record.h"
#include "judge/report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "efabench run";

#define START_MARGIN_S 30 /* beyond --timeout: until a launch has started */
#define END_MARGIN_S 5    /* beyond --timeout: until its launcher has ended too */

/* A run under way. */
struct run {
    const struct eb_options *options;
    const struct eb_setup *setup;
    struct eb_resume *resume; /* without a record: a new run */
    const char *path;         /* of the record */
    char default_path[64];
    int is_saved; /* path holds launches of this run, */
    char *kept;   /* and what stood there before has this name now; NULL: nothing did */
    json_t *record;
    struct eb_journal_fold *fold;  /* of the launch under way */
    struct eb_run_journal journal; /* the same, for whoever kills us */
    struct eb_variants variants;
    size_t *order; /* of the variants over the launches; NULL: nobody named any */
    uint64_t launch_count;
    struct eb_progress progress;
};

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, program, ENOMEM, "out of memory");
}

static enum eb_status take_line(void *argument, const json_t *line, struct eb_error *err)
{
    struct run *run = argument;
    enum eb_status status = EB_OK;
    if (run->resume->record && json_object_get(line, "schema") && run->resume->whole > 0)
        status = eb_resume_check_hosts(run->record, json_object_get(line, "launch"), err);
    if (status == EB_OK)
        status = eb_journal_fold_line(run->fold, line, err);
    if (status == EB_OK) {
        eb_run_journal_take(&run->journal, line);
        eb_progress_take(&run->progress, line);
    }
    return status;
}

static void take_words(void *argument, const char *words, size_t bytes)
{
    struct run *run = argument;
    eb_progress_words(&run->progress, words, bytes);
}

static const json_t *first_tuning(const struct run *run)
{
    return json_object_get(json_array_get(json_object_get(run->record, "launches"), 0), "tuning");
}

/* Launches of one block go over the cases in the same order, so that it cancels between them. */
static uint64_t block_of(const struct run *run, uint64_t index)
{
    return run->order ? index / run->variants.count : index;
}

/* Adds what the launch gave, whole or not, and saves the record so far. Scripts measure into one file again
 * and again, so that it is replaced; but a record may be a baseline that nobody can measure again, so that
 * what stood there is kept, from the moment that there is something to put in its place. */
static enum eb_status keep_launch(struct run *run, uint64_t index, struct eb_error *err)
{
    json_t *launch = eb_journal_fold_launch(run->fold);
    if (!launch)
        return EB_OK; /* it never came to measure */
    if (run->order &&
        json_object_set_new(launch, "block", json_integer((json_int_t)block_of(run, index))) != 0) {
        json_decref(launch);
        return out_of_memory(err);
    }
    json_t *launches = json_object_get(run->record, "launches");
    if (json_array_append_new(launches, launch) != 0)
        return out_of_memory(err);
    enum eb_status status = run->is_saved ? eb_record_save(run->record, run->path, err)
                                          : eb_record_save_and_keep(run->record, run->path, &run->kept, err);
    run->is_saved |= status == EB_OK;
    return status;
}

/* What a worker's exit code means here; its own words are already on standard error. */
static enum eb_status status_of_exit(int exit_code)
{
    static const enum eb_status statuses[] = {EB_USAGE, EB_INVALID, EB_WRONG_PATH, EB_NO_HARDWARE};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (exit_code == eb_status_exit_code(statuses[i]))
            return statuses[i];
    return EB_INTERNAL;
}

/* A launch that ended with an exit code, or gave nothing whole: what became of it. */
static enum eb_status launch_failed(const struct run *run, const char *what, enum eb_status status,
                                    const struct eb_run_command *command, int exit_code, struct eb_error *err)
{
    char advice[320] = "";
    int is_workers = status != EB_INTERNAL; /* and not one of the launcher's own */
    if (exit_code > 128 && eb_journal_fold_run(run->fold))
        eb_advice_killed(exit_code - 128, advice, sizeof advice);
    else if (exit_code != 0 && (is_workers || !eb_journal_fold_run(run->fold)))
        eb_advice_not_measured(command, run->options->ranks, exit_code, advice, sizeof advice);
    if (exit_code != 0)
        return eb_error_set(err, status, program, exit_code, "%s failed: '%s' ended with exit code %d%s%s",
                            what, command->words[0], exit_code, advice[0] ? ": " : "", advice);
    return eb_journal_fold_is_complete(run->fold)
               ? EB_OK
               : eb_error_set(err, EB_INVALID, program, 0,
                              "%s: '%s' ended well, but did not send a whole launch: did it start %s?", what,
                              command->words[0], command->worker);
}

/* The launcher could not be started, or said nothing: what to do next. */
static enum eb_status launcher_failed(const struct run *run, const struct eb_run_command *command,
                                      enum eb_status status, struct eb_error *err)
{
    char advice[320] = "";
    struct eb_error inner = *err;
    if (status == EB_USAGE)
        eb_advice_not_started(command, advice, sizeof advice);
    else if (inner.code == ETIMEDOUT && !eb_journal_fold_run(run->fold))
        eb_advice_silent(command, advice, sizeof advice);
    return advice[0] ? eb_error_set(err, status, inner.origin, inner.code, "%s: %s", inner.text, advice)
                     : status;
}

static enum eb_status run_command(struct run *run, uint64_t index, const char *what,
                                  const struct eb_run_command *command, struct eb_error *err)
{
    int exit_code = 0;
    struct eb_error saving = {0};
    struct eb_launcher_listener listener = {
        .line = take_line, .words = run->progress.in_place ? take_words : NULL, .argument = run};
    struct eb_launcher_limits limits = {.silence_ms = (int)(run->options->timeout_s + START_MARGIN_S) * 1000,
                                        .end_ms = (int)(run->options->timeout_s + END_MARGIN_S) * 1000};
    enum eb_status status =
        eb_launcher_run((char *const *)(void *)command->words, &limits, &listener, &exit_code, err);
    eb_orphans_end(command->worker);
    enum eb_status saved = keep_launch(run, index, &saving);
    if (eb_run_journal_end(&run->journal, saved == EB_OK))
        fprintf(stderr, "%s: what this launch has measured is in %s: efabench report reads it\n", program,
                run->journal.path);
    if (status != EB_OK)
        return launcher_failed(run, command, status, err);
    status = launch_failed(run, what, status_of_exit(exit_code), command, exit_code, err);
    if (status == EB_OK && saved != EB_OK)
        status = eb_error_set(err, saved, saving.origin, saving.code, "%s%s%s%s", saving.text,
                              run->is_saved ? "; " : "", run->is_saved ? run->path : "",
                              run->is_saved ? " has the launches before" : "");
    return status;
}

static enum eb_status run_launch(struct run *run, uint64_t index, struct eb_error *err)
{
    char what[96];
    struct eb_run_command command = {0};
    struct eb_run_launch launch = {.index = block_of(run, index),
                                   .variant = run->order ? &run->variants.items[run->order[index]] : NULL,
                                   .tuning = first_tuning(run)};
    snprintf(what, sizeof what, "launch %" PRIu64 " of %" PRIu64 "%s%s%s", index + 1, run->launch_count,
             launch.variant ? " (variant " : "", launch.variant ? launch.variant->name : "",
             launch.variant ? ")" : "");
    eb_progress_begin(&run->progress, launch.variant ? launch.variant->name : NULL);
    run->fold = eb_journal_fold_new();
    enum eb_status status = run->fold ? eb_run_command_make(&command, run->options, run->setup, &launch, err)
                                      : out_of_memory(err);
    if (status == EB_OK)
        status = run_command(run, index, what, &command, err);
    eb_progress_end(&run->progress, status == EB_OK);
    eb_run_command_free(&command);
    eb_journal_fold_free(run->fold);
    run->fold = NULL;
    return status;
}

/* What the run was started with, as --resume reads it. */
static json_t *arguments_of(const struct eb_options *options)
{
    json_t *arguments = json_array();
    for (size_t i = 0; i < options->given_count; i++)
        json_array_append_new(arguments, json_string(options->given[i]));
    for (size_t i = 0; i < options->word_count; i++)
        json_array_append_new(arguments, json_string(options->words[i]));
    return arguments;
}

static enum eb_status new_record(struct run *run, int argc, char **argv, struct eb_error *err)
{
    json_t *about = eb_output_run(argc, argv, run->options);
    if (json_object_set_new(about, "arguments", arguments_of(run->options)) != 0 ||
        (run->variants.count > 0 &&
         json_object_set_new(about, "variants", eb_variants_to_json(&run->variants)) != 0)) {
        json_decref(about);
        return out_of_memory(err);
    }
    run->record = eb_record_new(about);
    return run->record ? EB_OK : out_of_memory(err);
}

static enum eb_status old_record(struct run *run, struct eb_error *err)
{
    const char *names[EB_VARIANTS_MAX] = {0};
    for (size_t i = 0; i < run->variants.count; i++)
        names[i] = run->variants.items[i].name;
    enum eb_status status = eb_resume_check(run->resume, run->path, run->launch_count, names, run->order,
                                            run->variants.count, err);
    run->record = json_incref(run->resume->record);
    run->is_saved = 1; /* what it held is all in the new one */
    if (status == EB_OK && run->resume->whole < run->launch_count &&
        eb_resume_note(run->record, run->resume->whole) != 0)
        status = out_of_memory(err);
    return status;
}

/* The launches in their order, and the record that is to hold them. */
static enum eb_status prepare_launches(struct run *run, int argc, char **argv, struct eb_error *err)
{
    size_t variant_count = run->variants.count;
    if (variant_count > 0) {
        run->order = eb_variants_order(variant_count, run->options->launches, run->options->seed);
        if (!run->order)
            return out_of_memory(err);
    }
    run->launch_count = run->options->launches * (variant_count > 0 ? variant_count : 1);
    return run->resume->record ? old_record(run, err) : new_record(run, argc, argv, err);
}

/* What is said of a screening alone, and what cannot be said of one. */
static enum eb_status check_screening(const struct run *run, struct eb_error *err)
{
    const struct eb_options *options = run->options;
    int is_screening = run->setup->session.screen;
    if (options->against && is_screening)
        return eb_error_set(err, EB_USAGE, program, 0,
                            "--against: not of a screening: efabench compare holds two against each other");
    if (!options->hostfile)
        return EB_OK;
    if (!is_screening)
        return eb_error_set(err, EB_USAGE, program, 0,
                            "--hostfile: of a screening alone: efabench run screen");
    if (options->allow_same_host)
        return eb_error_set(
            err, EB_USAGE, program, 0,
            "--hostfile lists hosts, and does not go with --allow-same-host, which screens ranks");
    if (options->variant_count > 1)
        return eb_error_set(err, EB_USAGE, program, 0,
                            "--hostfile: of one variant: efabench screen --variant NAME --hostfile FILE");
    if (eb_file_is_same_place(run->path, options->hostfile))
        return eb_error_set(err, EB_USAGE, program, 0, "--hostfile and -o are one file");
    return eb_file_check_writable(options->hostfile, err);
}

static enum eb_status prepare(struct run *run, const struct eb_options *options, struct eb_setup *setup,
                              int argc, char **argv, struct eb_error *err)
{
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    strftime(run->default_path, sizeof run->default_path, "efabench-%Y%m%d-%H%M%S.json", &local);
    run->path = options->output ? options->output : run->default_path;
    run->options = options;
    run->setup = setup;
    enum eb_status status = check_screening(run, err);
    if (status == EB_OK)
        status = eb_report_check_format(options->format, options->against != NULL, err);
    json_t *against = NULL;
    if (status == EB_OK && options->against)
        status = eb_record_load(options->against, &against, err);
    json_decref(against);
    if (status == EB_OK)
        status = eb_file_check_not_input(run->path, options->against, err);
    if (status == EB_OK)
        status = eb_file_check_writable(run->path, err);
    if (status == EB_OK)
        status = eb_file_check_keepable(run->path, err);
    if (status == EB_OK)
        status = eb_variants_parse(&run->variants, options->variants, options->variant_count, err);
    return status == EB_OK ? prepare_launches(run, argc, argv, err) : status;
}

/* To the end of the process: what comes between two launches waits for the next one, which it ends. */
static void hold_signals(void)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigprocmask(SIG_BLOCK, &held, NULL);
}

static void tell_resumed(const struct run *run)
{
    if (!run->resume->record)
        return;
    if (run->resume->whole == run->launch_count)
        fprintf(stderr, "%s: %s is whole, nothing is left to be measured: it has all %" PRIu64 " launches\n",
                program, run->path, run->launch_count);
    else
        fprintf(stderr, "%s: %s has %zu of %" PRIu64 " launches%s: going on\n", program, run->path,
                run->resume->whole, run->launch_count,
                run->resume->dropped ? ", and a partial one, which is done again" : "");
}

static enum eb_status run_all(struct run *run, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    hold_signals();
    eb_orphans_adopt();
    eb_progress_open(&run->progress, program, STDERR_FILENO, run->launch_count);
    run->progress.state.launches_done = run->progress.state.launches_told = run->resume->whole;
    tell_resumed(run);
    if (run->resume->whole < run->launch_count)
        status = eb_run_journal_open(&run->journal, program, run->path, err);
    for (uint64_t index = run->resume->whole; status == EB_OK && index < run->launch_count; index++)
        status = run_launch(run, index, err);
    return status;
}

/* Measures and reports. What was measured is reported even where a later launch failed; the failure is the
 * result. */
static enum eb_status measure(const struct eb_options *options, struct eb_setup *setup,
                              struct eb_resume *resume, int argc, char **argv, struct eb_error *err)
{
    struct run run = {.resume = resume};
    struct eb_error reporting = {0};
    enum eb_status status = prepare(&run, options, setup, argc, argv, err);
    if (status == EB_OK) {
        status = run_all(&run, err);
        if (json_array_size(json_object_get(run.record, "launches")) > 0) {
            enum eb_status reported =
                eb_output_measured(run.record, run.path, options, setup->session.screen, &reporting);
            if (run.is_saved)
                eb_output_record(program, run.path, run.kept);
            if (status == EB_OK && reported != EB_OK) {
                status = reported;
                *err = reporting;
            }
        }
    }
    json_decref(run.record);
    eb_run_journal_close(&run.journal);
    eb_variants_free(&run.variants);
    free(run.order);
    free(run.kept);
    return status;
}

int eb_command_run(int argc, char **argv)
{
    struct eb_options options;
    struct eb_setup setup = {0};
    struct eb_resume resume = {0};
    struct eb_error err = {0};
    int exit_code = 0;
    enum eb_status status = eb_options_parse(&options, EB_PROGRAM_RUN, argc, argv, &err);
    if (status == EB_OK && options.help)
        eb_manual_print(EB_PROGRAM_RUN, stdout);
    else if (status == EB_OK && options.version)
        eb_output_version(program);
    else if (status == EB_OK) {
        if (options.resume)
            status = eb_resume_open(&resume, &options, &err);
        if (status == EB_OK)
            status = eb_setup_make(&setup, &options, &err);
        if (status == EB_OK)
            status = measure(&options, &setup, &resume, argc, argv, &err);
    }
    if (status != EB_OK)
        exit_code = eb_output_error(program, &err);
    eb_options_free(&options);
    eb_resume_close(&resume);
    return exit_code;
}
