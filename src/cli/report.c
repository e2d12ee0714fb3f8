#include "cli/commands.h"
#include "cli/judgement_output.h"
#include "cli/output.h"
#include "cli/page.h"
#include "common/file.h"
#include "common/record.h"
#include "judge/figures.h"
#include "judge/report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char program[] = "efabench report";

/* A report's own formats, or one that shows figures alone. */
static enum eb_status check_format(const struct eb_options *options, struct eb_error *err)
{
    const char *format = options->format;
    if (eb_figures_have_format(format) && options->against)
        return eb_error_set(
            err, EB_USAGE, program, 0,
            "--against: format '%s' has no place for a second record; take text, json or html", format);
    if (eb_figures_have_format(format))
        return EB_OK;
    if (eb_report_check_format(format, 0, NULL) != EB_OK)
        return eb_error_set(
            err, EB_USAGE, program, 0,
            "there is no format '%.64s'; there are text, csv, json, html, " EB_FIGURES_FORMATS, format);
    return eb_report_check_format(format, options->against != NULL, err);
}

/* What has no place for them leaves the warnings to standard error. */
static enum eb_status write_figures(const json_t *record, const struct eb_options *options,
                                    struct eb_error *err)
{
    struct eb_judgement *judgement = NULL;
    size_t i;
    const json_t *note;
    enum eb_status status = eb_judgement_of_record(record, options->words[0], &judgement, err);
    if (status != EB_OK)
        return status;
    json_array_foreach(judgement->notes, i, note)
    {
        if (strcmp(options->format, "markdown") != 0)
            fprintf(stderr, "warning: %s\n", json_string_value(note));
    }
    status = eb_judgement_output_write(judgement, options, err);
    eb_judgement_free(judgement);
    return status;
}

static enum eb_status report(const struct eb_options *options, enum eb_status *verdict, struct eb_error *err)
{
    (void)verdict;
    json_t *record = NULL;
    if (strcmp(options->format, "html") == 0)
        return eb_page(options, program, err);
    enum eb_status status = check_format(options, err);
    if (status == EB_OK && options->history)
        status = eb_error_set(err, EB_USAGE, program, 0,
                              "--history: format '%.64s' has no place for the nights before; take html",
                              options->format);
    if (status == EB_OK && options->word_count != 1)
        status = eb_error_set(err, EB_USAGE, program, 0,
                              "one RECORD is wanted, %zu were given; %s", options->word_count,
                              options->word_count > 1 ? "--format html shows several on one page"
                                                      : "efabench run -o run.json makes one, and efabench "
                                                        "report run.json shows it");
    if (status == EB_OK && options->output)
        status = eb_file_check_writable(options->output, err);
    if (status == EB_OK && options->output)
        status = eb_file_check_not_input(options->output, options->words[0], err);
    if (status == EB_OK && options->output)
        status = eb_file_check_not_input(options->output, options->against, err);
    if (status == EB_OK)
        status = eb_record_load(options->words[0], &record, err);
    if (status == EB_OK && eb_figures_have_format(options->format))
        status = write_figures(record, options, err);
    else if (status == EB_OK)
        status = eb_output_report(record, options->words[0], options, options->output != NULL, err);
    json_decref(record);
    return status;
}

int eb_command_report(int argc, char **argv)
{
    static const struct eb_command command = {program, EB_PROGRAM_REPORT, report};
    return eb_command_start(&command, argc, argv);
}
