#include "cli/commands.h"
#include "cli/launcher.h"
#include "cli/output.h"
#include "cli/setup.h"
#include "common/file.h"
#include "common/journal.h"
#include "common/record.h"
#include "judge/report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char program[] = "efabench run";

#define START_MARGIN_S 30 /* beyond --timeout: until a launch has started, and until it has ended */

/* A run under way. */
struct run {
    const struct eb_options *options;
    const struct eb_setup *setup;
    const char *path; /* of the record */
    char default_path[64];
    json_t *record;
    struct eb_journal_fold *fold; /* of the launch under way */
};

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, program, ENOMEM, "out of memory");
}

static enum eb_status take_line(void *argument, const json_t *line, struct eb_error *err)
{
    struct run *run = argument;
    return eb_journal_fold_line(run->fold, line, err);
}

/* The worker beside this program, or the one of that name on the PATH. */
static void find_worker(char *path, size_t room)
{
    ssize_t length = readlink("/proc/self/exe", path, room - 1);
    char *slash = NULL;
    if (length > 0) {
        path[length] = '\0';
        slash = strrchr(path, '/');
    }
    if (slash && (size_t)(slash + 1 - path) + sizeof "efabench-mpi" <= room) {
        memcpy(slash + 1, "efabench-mpi", sizeof "efabench-mpi");
        if (access(path, X_OK) == 0)
            return;
    }
    snprintf(path, room, "efabench-mpi");
}

/* The words of a launch; all but those made here are borrowed. */
struct command {
    const char **words;
    size_t count;
    char *launcher; /* cut into words */
    char texts[3][64];
    char worker[PATH_MAX];
    char *made[EB_ARMS_MAX + EB_ADDED_MAX];
    size_t made_count;
};

static void push(struct command *command, const char *word)
{
    command->words[command->count++] = word;
}

/* Keeps a text that was made for this command. */
static enum eb_status push_made(struct command *command, struct eb_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum eb_status push_made(struct command *command, struct eb_error *err, const char *format, ...)
{
    va_list args;
    if (command->made_count == sizeof command->made / sizeof *command->made)
        return eb_error_set(err, EB_INTERNAL, program, 0, "the first launch added too many sizes");
    va_start(args, format);
    char *text = NULL;
    int failure = vasprintf(&text, format, args) < 0;
    va_end(args);
    if (failure)
        return out_of_memory(err);
    command->made[command->made_count++] = text;
    push(command, text);
    return EB_OK;
}

/* What the first launch found out, in the words that tell it to another one. */
static enum eb_status push_tuning(struct command *command, const json_t *tuning, struct eb_error *err)
{
    size_t i;
    const json_t *item;
    enum eb_status status = EB_OK;
    json_array_foreach(json_object_get(tuning, "crossovers"), i, item)
    {
        if (status == EB_OK)
            status = push_made(command, err, "--crossover=%s=%s:%lld",
                               json_string_value(json_object_get(item, "arm")),
                               json_string_value(json_object_get(item, "above")),
                               (long long)json_integer_value(json_object_get(item, "bytes")));
    }
    json_array_foreach(json_object_get(tuning, "added_sizes"), i, item)
    {
        if (status == EB_OK)
            status =
                push_made(command, err, "--added=%s=%lld", json_string_value(json_object_get(item, "kernel")),
                          (long long)json_integer_value(json_object_get(item, "size_bytes")));
    }
    return status;
}

static const json_t *first_tuning(const struct run *run)
{
    return json_object_get(json_array_get(json_object_get(run->record, "launches"), 0), "tuning");
}

static enum eb_status make_command(struct command *command, const struct run *run, uint64_t launch,
                                   struct eb_error *err)
{
    const struct eb_options *options = run->options;
    const struct eb_session_options *session = &run->setup->session;
    const char *launcher = options->launcher ? options->launcher : "mpirun";
    const json_t *tuning = first_tuning(run);
    size_t room = strlen(launcher) / 2 + options->forwarded_count + session->kernel_count +
                  2 * session->arm_count + EB_ARMS_MAX + EB_ADDED_MAX + 16;
    *command = (struct command){.words = calloc(room, sizeof *command->words), .launcher = strdup(launcher)};
    if (!command->words || !command->launcher)
        return out_of_memory(err);
    char *rest = command->launcher;
    for (char *word; (word = strtok_r(rest, " \t", &rest));)
        push(command, word);
    if (command->count == 0)
        return eb_error_set(err, EB_USAGE, program, 0, "--launcher is empty: write a command such as mpirun");
    snprintf(command->texts[0], sizeof command->texts[0], "%" PRIu64, options->ranks);
    snprintf(command->texts[1], sizeof command->texts[1], "--seed=%" PRIu64, session->seed);
    snprintf(command->texts[2], sizeof command->texts[2], "--launch-index=%" PRIu64, launch);
    find_worker(command->worker, sizeof command->worker);
    push(command, "-n");
    push(command, command->texts[0]);
    push(command, options->worker ? options->worker : command->worker);
    push(command, "--stream");
    for (size_t i = 0; i < options->forwarded_count; i++)
        if (!tuning || strcmp(options->forwarded[i], "--refine") != 0) /* once is enough */
            push(command, options->forwarded[i]);
    enum eb_status status = push_tuning(command, tuning, err);
    if (status != EB_OK)
        return status;
    push(command, command->texts[1]);
    push(command, command->texts[2]);
    for (size_t i = 0; i < session->arm_count; i++) {
        push(command, "--arm");
        push(command, session->arms[i].spec);
    }
    for (size_t i = 0; i < session->kernel_count; i++)
        push(command, session->kernels[i]->name);
    return EB_OK;
}

/* Adds what the launch gave, whole or not, and saves the record so far. */
static enum eb_status keep_launch(struct run *run, struct eb_error *err)
{
    json_t *launch = eb_journal_fold_launch(run->fold);
    if (!launch)
        return EB_OK; /* it never came to measure */
    if (json_array_append_new(json_object_get(run->record, "launches"), launch) != 0)
        return out_of_memory(err);
    return eb_record_save(run->record, run->path, err);
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

static enum eb_status run_launch(struct run *run, uint64_t launch, struct eb_error *err)
{
    struct command command;
    int exit_code = 0;
    run->fold = eb_journal_fold_new();
    enum eb_status status = run->fold ? make_command(&command, run, launch, err) : out_of_memory(err);
    if (status == EB_OK) {
        status = eb_launcher_run((char *const *)(void *)command.words,
                                 (int)(run->options->timeout_s + START_MARGIN_S) * 1000, take_line, run,
                                 &exit_code, err);
        struct eb_error saving = {0};
        enum eb_status saved = keep_launch(run, &saving);
        if (status == EB_OK && exit_code != 0)
            status = eb_error_set(err, status_of_exit(exit_code), program, exit_code,
                                  "launch %" PRIu64 " of %" PRIu64 " failed: '%s' ended with exit code %d",
                                  launch + 1, run->options->launches, command.words[0], exit_code);
        else if (status == EB_OK && !eb_journal_fold_is_complete(run->fold))
            status = eb_error_set(err, EB_INVALID, program, 0,
                                  "launch %" PRIu64 " of %" PRIu64
                                  ": '%s' ended well, but did not send a whole launch: "
                                  "did it start %s?",
                                  launch + 1, run->options->launches, command.words[0],
                                  run->options->worker ? run->options->worker : command.worker);
        if (status == EB_OK && saved != EB_OK) {
            status = saved;
            *err = saving;
        }
    }
    if (run->fold) {
        free(command.words);
        free(command.launcher);
        for (size_t i = 0; i < command.made_count; i++)
            free(command.made[i]);
    }
    eb_journal_fold_free(run->fold);
    run->fold = NULL;
    return status;
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
    enum eb_status status = eb_report_check_format(options->format, options->against != NULL, err);
    json_t *against = NULL;
    if (status == EB_OK && options->against)
        status = eb_record_load(options->against, &against, err);
    json_decref(against);
    if (status == EB_OK)
        status = eb_file_check_not_input(run->path, options->against, err);
    if (status == EB_OK)
        status = eb_file_check_writable(run->path, err);
    if (status != EB_OK)
        return status;
    run->record = eb_record_new(eb_output_run(argc, argv, options));
    return run->record ? EB_OK : out_of_memory(err);
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

static enum eb_status run_all(struct run *run, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    hold_signals();
    for (uint64_t launch = 0; status == EB_OK && launch < run->options->launches; launch++) {
        if (isatty(STDERR_FILENO))
            fprintf(stderr, "%s: launch %" PRIu64 " of %" PRIu64 "\n", program, launch + 1,
                    run->options->launches);
        status = run_launch(run, launch, err);
    }
    return status;
}

static int print_help(void)
{
    char *options = eb_options_help(EB_PROGRAM_RUN);
    char *tables = eb_setup_help();
    printf("Usage: efabench run [OPTIONS] [KERNEL...]\n"
           "Starts launches of efabench-mpi, merges what they measured into a record and\n"
           "reports. Without arms: libfabric's tcp beside kernel TCP on the loopback; EFA\n"
           "beside ENA where this host has an EFA and --launcher says on which two hosts to\n"
           "start.\n"
           "Example: efabench run -s 8,64K -k 10 -o run.json pingpong bandwidth\n\n%s\nOptions:\n%s"
           "  @FILE                     options from a file, one a line\n",
           tables ? tables : "", options ? options : "");
    free(options);
    free(tables);
    return 0;
}

/* Measures and reports. What was measured is reported even where a later launch failed; the failure is the
 * result. */
static enum eb_status measure(const struct eb_options *options, struct eb_setup *setup, int argc, char **argv,
                              struct eb_error *err)
{
    struct run run = {0};
    struct eb_error reporting = {0};
    enum eb_status status = prepare(&run, options, setup, argc, argv, err);
    if (status == EB_OK) {
        status = run_all(&run, err);
        if (json_array_size(json_object_get(run.record, "launches")) > 0) {
            enum eb_status reported = eb_output_report(run.record, run.path, options, 0, &reporting);
            fprintf(stderr, "%s: record: %s\n", program, run.path);
            if (status == EB_OK && reported != EB_OK) {
                status = reported;
                *err = reporting;
            }
        }
    }
    json_decref(run.record);
    return status;
}

int eb_command_run(int argc, char **argv)
{
    struct eb_options options;
    struct eb_setup setup = {0};
    struct eb_error err = {0};
    int exit_code = 0;
    enum eb_status status = eb_options_parse(&options, EB_PROGRAM_RUN, argc, argv, &err);
    if (status == EB_OK && options.help)
        print_help();
    else if (status == EB_OK && options.version)
        eb_output_version(program);
    else if (status == EB_OK) {
        status = eb_setup_make(&setup, &options, &err);
        if (status == EB_OK)
            status = measure(&options, &setup, argc, argv, &err);
    }
    if (status != EB_OK)
        exit_code = eb_output_error(program, &err);
    eb_options_free(&options);
    return exit_code;
}
