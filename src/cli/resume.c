#include "cli/resume.h"

#include "cli/output.h"
#include "common/file.h"
#include "common/record.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char origin[] = "resume";

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, origin, ENOMEM, "out of memory for a run that goes on");
}

/* Figures of two versions are not one run. */
static enum eb_status check_record(const json_t *record, const char *path, struct eb_error *err)
{
    char theirs[200];
    const json_t *run = json_object_get(record, "run");
    const char *version = json_string_value(json_object_get(run, "efabench_version"));
    const char *source = json_string_value(json_object_get(run, "git_version"));
    const char *kind = json_string_value(json_object_get(record, "kind"));
    snprintf(theirs, sizeof theirs, "%s (%s)", version ? version : "?", source ? source : "?");
    if (strcmp(kind, "measured") != 0)
        return eb_error_set(err, EB_INVALID, origin, 0,
                            "--resume: %s holds figures of others (kind '%s'), and no run of efabench", path,
                            kind);
    if (strcmp(theirs, eb_output_version_words()) != 0)
        return eb_error_set(err, EB_INVALID, origin, 0,
                            "--resume: %s was begun by efabench %s, this is %s: figures of two versions are "
                            "not one run",
                            path, theirs, eb_output_version_words());
    if (!json_is_array(json_object_get(run, "arguments")))
        return eb_error_set(err, EB_INVALID, origin, 0,
                            "--resume: %s is no record of efabench run: it does not say with which options",
                            path);
    return EB_OK;
}

static enum eb_status take_words(struct eb_resume *resume, const char *path, struct eb_error *err)
{
    size_t i;
    const json_t *word;
    const json_t *arguments = json_object_get(json_object_get(resume->record, "run"), "arguments");
    resume->words = calloc(json_array_size(arguments) + 2, sizeof *resume->words);
    if (!resume->words)
        return out_of_memory(err);
    resume->words[resume->word_count++] = (char *)"run";
    json_array_foreach(arguments, i, word)
    {
        const char *text = json_string_value(word);
        if (!text || text[0] == '@')
            return eb_error_set(err, EB_INVALID, origin, 0, "--resume: %s: its options are damaged", path);
        resume->words[resume->word_count++] = (char *)text;
    }
    return EB_OK;
}

/* A partial launch is done again. */
static enum eb_status take_launches(struct eb_resume *resume, const char *path, struct eb_error *err)
{
    json_t *launches = json_object_get(resume->record, "launches");
    size_t count = json_array_size(launches);
    while (resume->whole < count &&
           strcmp(json_string_value(json_object_get(json_array_get(launches, resume->whole), "status")),
                  "complete") == 0)
        resume->whole++;
    resume->dropped = count - resume->whole;
    if (resume->dropped > 1)
        return eb_error_set(err, EB_INVALID, origin, 0,
                            "--resume: %s: launch %zu is partial, and not the last one", path,
                            resume->whole + 1);
    if (resume->dropped == 1)
        json_array_remove(launches, resume->whole);
    return EB_OK;
}

static int is_among(const char *text, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(texts[i], text) == 0)
            return 1;
    return 0;
}

/* Changes nothing of what is measured. */
static int is_of_report(const char *given)
{
    static const char *const names[] = {
        "--format=", "--baseline=", "--against=", "--hostfile=", "--output=", "--resume="};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(given, names[i], strlen(names[i])) == 0)
            return 1;
    return 0;
}

static enum eb_status check_given(const struct eb_options *given, const struct eb_options *begun,
                                  struct eb_error *err)
{
    if (given->output && !eb_file_is_same_place(given->output, given->resume))
        return eb_error_set(err, EB_USAGE, origin, 0,
                            "--output '%s': --resume goes on in %s itself; copy it first to keep it as it is",
                            given->output, given->resume);
    for (size_t i = 0; i < given->given_count; i++)
        if (!is_of_report(given->given[i]) && !is_among(given->given[i], begun->given, begun->given_count))
            return eb_error_set(
                err, EB_USAGE, origin, 0,
                "'%s': %s was not begun with that, and --resume goes on with the options that "
                "it was begun with: leave it out",
                given->given[i], given->resume);
    for (size_t i = 0; i < given->word_count; i++)
        if (!is_among(given->words[i], begun->words, begun->word_count))
            return eb_error_set(err, EB_USAGE, origin, 0,
                                "'%s': %s was not begun with that kernel by name, and --resume goes on with "
                                "those that it was begun with: leave it out",
                                given->words[i], given->resume);
    return EB_OK;
}

static int has_option(const struct eb_options *options, const char *name)
{
    for (size_t i = 0; i < options->given_count; i++)
        if (strncmp(options->given[i], name, strlen(name)) == 0)
            return 1;
    return 0;
}

/* The user's words are argv's, which outlives both, or a profile's: these are taken over. */
static enum eb_status merge(struct eb_options *options, struct eb_options *begun, const json_t *record,
                            struct eb_error *err)
{
    struct eb_options given = *options;
    begun->output = given.resume;
    begun->resume = given.resume;
    if (has_option(&given, "--format="))
        begun->format = given.format;
    if (has_option(&given, "--baseline="))
        begun->baseline = given.baseline;
    if (has_option(&given, "--against="))
        begun->against = given.against;
    if (has_option(&given, "--hostfile="))
        begun->hostfile = given.hostfile;
    begun->seed = (uint64_t)json_integer_value(json_object_get(json_object_get(record, "run"), "seed"));
    size_t count = begun->storage_count + given.storage_count;
    char **storage = calloc(count + 1, sizeof *storage);
    if (!storage)
        return out_of_memory(err);
    if (begun->storage_count > 0)
        memcpy(storage, begun->storage, begun->storage_count * sizeof *storage);
    if (given.storage_count > 0)
        memcpy(storage + begun->storage_count, given.storage, given.storage_count * sizeof *storage);
    free(begun->storage);
    begun->storage = storage;
    begun->storage_count = count;
    given.storage_count = 0;
    eb_options_free(&given);
    *options = *begun;
    *begun = (struct eb_options){0};
    return EB_OK;
}

/* There is no record, but the run was killed in its first launch: what that had measured is there. */
static enum eb_status name_journal(const char *path, enum eb_status status, struct eb_error *err)
{
    char journal[PATH_MAX];
    struct eb_error inner = *err;
    int length = snprintf(journal, sizeof journal, "%s.journal", path);
    if (length < 0 || (size_t)length >= sizeof journal || access(path, F_OK) == 0 ||
        access(journal, R_OK) != 0)
        return status;
    return eb_error_set(
        err, status, inner.origin, inner.code,
        "%s: there is no record yet: its run was ended within the first launch, and is to be begun "
        "anew; efabench report %s shows what that had measured",
        path, journal);
}

enum eb_status eb_resume_open(struct eb_resume *resume, struct eb_options *options, struct eb_error *err)
{
    struct eb_options begun = {0};
    const char *path = options->resume;
    enum eb_status status = eb_record_load(path, &resume->record, err);
    if (status != EB_OK)
        status = name_journal(path, status, err);
    if (status == EB_OK)
        status = check_record(resume->record, path, err);
    if (status == EB_OK)
        status = take_words(resume, path, err);
    if (status == EB_OK)
        status = take_launches(resume, path, err);
    if (status == EB_OK)
        status = eb_options_parse(&begun, EB_PROGRAM_RUN, resume->word_count, resume->words, err);
    if (status == EB_OK)
        status = check_given(options, &begun, err);
    if (status == EB_OK)
        status = merge(options, &begun, resume->record, err);
    eb_options_free(&begun);
    return status;
}

void eb_resume_close(struct eb_resume *resume)
{
    json_decref(resume->record);
    free(resume->words);
    *resume = (struct eb_resume){0};
}

enum eb_status eb_resume_check(const struct eb_resume *resume, const char *path, size_t launch_count,
                               const char *const *names, const size_t *order, size_t variants,
                               struct eb_error *err)
{
    if (resume->whole > launch_count)
        return eb_error_set(err, EB_INVALID, origin, 0,
                            "--resume: %s has %zu launches, its options make %zu: it is not of one run", path,
                            resume->whole, launch_count);
    for (size_t i = 0; i < resume->whole; i++) {
        const json_t *launch = json_array_get(json_object_get(resume->record, "launches"), i);
        const char *variant = json_string_value(json_object_get(launch, "variant"));
        const char *wanted = order ? names[order[i]] : "default";
        const json_t *block = json_object_get(launch, "block");
        if (strcmp(variant, wanted) != 0 ||
            (order && json_integer_value(block) != (json_int_t)(i / variants)))
            return eb_error_set(err, EB_INVALID, origin, 0,
                                "--resume: %s: launch %zu is of variant '%s', its options and seed make it "
                                "'%s': it is not of one run",
                                path, i + 1, variant, wanted);
    }
    return EB_OK;
}

int eb_resume_note(json_t *record, size_t whole)
{
    char utc[24];
    time_t now = time(NULL);
    struct tm parts;
    json_t *run = json_object_get(record, "run");
    json_t *notes = json_object_get(run, "resumed");
    gmtime_r(&now, &parts);
    strftime(utc, sizeof utc, "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (!notes && json_object_set_new(run, "resumed", json_array()) != 0)
        return -1;
    return json_array_append_new(json_object_get(run, "resumed"),
                                 json_pack("{s:I, s:s}", "at_launch", (json_int_t)whole, "utc", utc));
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The hosts of a launch, each once, sorted, with commas; the caller's. NULL when out of memory. */
static char *hosts_of(const json_t *launch)
{
    const json_t *ranks = json_object_get(json_object_get(launch, "provenance"), "ranks");
    size_t count = json_array_size(ranks);
    const char **hosts = calloc(count + 1, sizeof *hosts);
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = hosts ? open_memstream(&text, &bytes) : NULL;
    for (size_t i = 0; file && i < count; i++) {
        const char *host = json_string_value(json_object_get(json_array_get(ranks, i), "host"));
        hosts[i] = host ? host : "?";
    }
    if (file && count > 0)
        qsort(hosts, count, sizeof *hosts, by_text);
    for (size_t i = 0; file && i < count; i++)
        if (i == 0 || strcmp(hosts[i], hosts[i - 1]) != 0)
            fprintf(file, "%s%s", i > 0 ? ", " : "", hosts[i]);
    if (file)
        fclose(file);
    free(hosts);
    return text;
}

enum eb_status eb_resume_check_hosts(const json_t *record, const json_t *launch, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    char *before = hosts_of(json_array_get(json_object_get(record, "launches"), 0));
    char *now = hosts_of(launch);
    if (!before || !now)
        status = out_of_memory(err);
    else if (before[0] && strcmp(before, now) != 0)
        status = eb_error_set(err, EB_INVALID, origin, 0,
                              "--resume: the launches before were on %.160s, this one is on %.160s: figures "
                              "of other hosts are not one run",
                              before, now);
    free(before);
    free(now);
    return status;
}
