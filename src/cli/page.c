#include "cli/page.h"

#include "common/file.h"
#include "common/record.h"
#include "judge/history.h"
#include "judge/report/html/html.h"
#include "judge/report/judgement_words.h"
#include "judge/report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The records of the words and their reports. */
struct runs {
    json_t **records;
    struct eb_report **reports;
    size_t count;
    json_t *against;
    struct eb_past *past;
    char **past_words; /* NULL: no history is asked */
};

static void free_runs(struct runs *runs)
{
    for (size_t i = 0; i < runs->count; i++) {
        if (runs->reports)
            eb_report_free(runs->reports[i]);
        if (runs->records)
            json_decref(runs->records[i]);
        if (runs->past_words)
            free(runs->past_words[i]);
    }
    free(runs->past_words);
    free(runs->reports);
    free(runs->records);
    json_decref(runs->against);
    eb_past_free(runs->past);
}

static enum eb_status check(const struct eb_options *options, const char *program, struct eb_error *err)
{
    if (options->word_count == 0)
        return eb_error_set(err, EB_USAGE, program, 0, "one RECORD at least is wanted, 0 were given");
    if (options->against && options->word_count > 1)
        return eb_error_set(err, EB_USAGE, program, 0,
                            "--against: one RECORD is held against it, %zu were given; name it as one more "
                            "RECORD to have it on the page",
                            options->word_count);
    if (!options->output)
        return EB_OK;
    enum eb_status status = eb_file_check_writable(options->output, err);
    for (size_t i = 0; status == EB_OK && i < options->word_count; i++)
        status = eb_file_check_not_input(options->output, options->words[i], err);
    if (status == EB_OK)
        status = eb_file_check_not_input(options->output, options->against, err);
    return status == EB_OK ? eb_file_check_not_input(options->output, options->history, err) : status;
}

/* "Against the nights before: PASS: nothing is out of line ...", what efabench gate --history says. That they
 * cannot be held against one another, being of other machines say, is no reason to have no page. */
static enum eb_status ask_past(const char *path, const json_t *record, const char *record_path, char **words,
                               struct eb_error *err)
{
    static const char before[] = "Against the nights before: ";
    const struct eb_compare_options options = eb_compare_defaults();
    struct eb_judgement *judgement = NULL;
    struct eb_error why = {0};
    enum eb_status status = eb_history_judge(path, record, record_path, NULL, &options, &judgement, &why);
    char *reason = status == EB_OK ? eb_judgement_reason(judgement) : NULL;
    int length = -1;
    if (status == EB_OK && reason)
        length = asprintf(words, "%s%s: %s", before, eb_ruling_word(judgement->ruling), reason);
    else if (status != EB_OK && status != EB_INTERNAL)
        length = asprintf(words, "%snot judged: %s", before, why.text);
    free(reason);
    eb_judgement_free(judgement);
    if (length >= 0)
        return EB_OK;
    *words = NULL;
    return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for the nights before");
}

static enum eb_status ask_past_of_all(const char *path, struct runs *runs, const char *const *paths,
                                      struct eb_error *err)
{
    enum eb_status status = eb_history_read_whole(path, &runs->past, err);
    if (status == EB_OK && !(runs->past_words = calloc(runs->count, sizeof *runs->past_words)))
        status = eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for the nights before");
    for (size_t i = 0; status == EB_OK && i < runs->count; i++)
        status = ask_past(path, runs->records[i], paths[i], &runs->past_words[i], err);
    return status;
}

static enum eb_status load(const struct eb_options *options, const char *program, struct runs *runs,
                           struct eb_error *err)
{
    enum eb_status status = EB_OK;
    runs->count = options->word_count;
    runs->records = calloc(runs->count, sizeof *runs->records);
    runs->reports = calloc(runs->count, sizeof *runs->reports);
    if (!runs->records || !runs->reports)
        return eb_error_set(err, EB_INTERNAL, program, ENOMEM, "out of memory for %zu records", runs->count);
    if (options->against)
        status = eb_record_load(options->against, &runs->against, err);
    for (size_t i = 0; status == EB_OK && i < runs->count; i++) {
        status = eb_record_load(options->words[i], &runs->records[i], err);
        if (status == EB_OK)
            status = eb_report_new(runs->records[i], options->words[i], options->baseline, runs->against,
                                   options->against, &runs->reports[i], err);
    }
    if (status == EB_OK && options->history)
        status = ask_past_of_all(options->history, runs, options->words, err);
    return status;
}

static enum eb_status write_page(FILE *file, const void *argument, struct eb_error *err)
{
    errno = 0;
    enum eb_status status = eb_html_write(argument, file, err);
    if (status == EB_OK && (fflush(file) != 0 || ferror(file)))
        status = eb_error_set(err, EB_INTERNAL, "report", errno, "cannot write the page: %s",
                              errno ? strerror(errno) : "the file does not take it");
    return status;
}

enum eb_status eb_page(const struct eb_options *options, const char *program, struct eb_error *err)
{
    struct runs runs = {0};
    enum eb_status status = check(options, program, err);
    if (status == EB_OK)
        status = load(options, program, &runs, err);
    const struct eb_page page = {.reports = (const struct eb_report *const *)runs.reports,
                                 .report_count = runs.count,
                                 .past = runs.past,
                                 .past_words = runs.past_words,
                                 .past_path = options->history};
    if (status == EB_OK)
        status = options->output ? eb_file_replace(options->output, write_page, &page, err)
                                 : write_page(stdout, &page, err);
    free_runs(&runs);
    return status;
}
