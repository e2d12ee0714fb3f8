#include "cli/commands.h"
#include "cli/output.h"
#include "common/file.h"
#include "common/record.h"
#include "judge/report/report.h"

#include <stdio.h>
#include <stdlib.h>

static const char program[] = "efabench report";

static int print_help(void)
{
    char *options = eb_options_help(EB_PROGRAM_REPORT);
    printf("Usage: efabench report [OPTIONS] RECORD\n"
           "Shows a record, or the journal of a launch that was cut short.\n"
           "Example:\n  efabench report run.json --against "
           "results/baselines/c5n.18xlarge-2019.json\n\nOptions:\n%s",
           options ? options : "");
    free(options);
    return 0;
}

static enum eb_status report(const struct eb_options *options, struct eb_error *err)
{
    json_t *record = NULL;
    enum eb_status status = eb_report_check_format(options->format, options->against != NULL, err);
    if (status == EB_OK && options->word_count != 1)
        status = eb_error_set(err, EB_USAGE, program, 0, "one RECORD is wanted, %zu were given",
                              options->word_count);
    if (status == EB_OK && options->output)
        status = eb_file_check_writable(options->output, err);
    if (status == EB_OK && options->output)
        status = eb_file_check_not_input(options->output, options->words[0], err);
    if (status == EB_OK && options->output)
        status = eb_file_check_not_input(options->output, options->against, err);
    if (status == EB_OK)
        status = eb_record_load(options->words[0], &record, err);
    if (status == EB_OK)
        status = eb_output_report(record, options->words[0], options, options->output != NULL, err);
    json_decref(record);
    return status;
}

int eb_command_report(int argc, char **argv)
{
    struct eb_options options;
    struct eb_error err = {0};
    int exit_code = 0;
    enum eb_status status = eb_options_parse(&options, EB_PROGRAM_REPORT, argc, argv, &err);
    if (status == EB_OK && options.help)
        print_help();
    else if (status == EB_OK && options.version)
        eb_output_version(program);
    else if (status == EB_OK)
        status = report(&options, &err);
    if (status != EB_OK)
        exit_code = eb_output_error(program, &err);
    eb_options_free(&options);
    return exit_code;
}
