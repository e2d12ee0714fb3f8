#include "cli/commands.h"
#include "cli/output.h"
#include "common/file.h"
#include "common/record.h"
#include "judge/audit.h"
#include "judge/report/audit_write.h"

#include <stdio.h>
#include <stdlib.h>

static const char program[] = "efabench audit";

/* An audit and the format that it is to be written in. */
struct formatted {
    const struct eb_audit *audit;
    const char *format;
};

static enum eb_status write_formatted(FILE *file, const void *argument, struct eb_error *err)
{
    const struct formatted *formatted = argument;
    return eb_audit_write(formatted->audit, formatted->format, file, err);
}

static enum eb_status write_audit(const struct eb_audit *audit, const struct eb_options *options,
                                  struct eb_error *err)
{
    struct formatted formatted = {.audit = audit, .format = options->format};
    return options->output ? eb_file_replace(options->output, write_formatted, &formatted, err)
                           : write_formatted(stdout, &formatted, err);
}

/* *verdict is what the audit says, when it could be made and written. */
static enum eb_status audit(const struct eb_options *options, enum eb_status *verdict, struct eb_error *err)
{
    json_t *record = NULL;
    struct eb_audit *made = NULL;
    const struct eb_audit_claims claims = {
        .instance = options->instance, .nodes = options->nodes, .arm = options->claimed_arm};
    enum eb_status status = eb_audit_check_format(options->format, err);
    if (status == EB_OK && options->word_count != 1)
        status = eb_error_set(err, EB_USAGE, program, 0, "one RECORD is wanted, %zu were given",
                              options->word_count);
    if (status == EB_OK && options->output)
        status = eb_file_check_writable(options->output, err);
    if (status == EB_OK && options->output)
        status = eb_file_check_not_input(options->output, options->words[0], err);
    if (status == EB_OK)
        status = eb_record_load(options->words[0], &record, err);
    if (status == EB_OK)
        status = eb_audit_new(record, options->words[0], &claims, &made, err);
    if (status == EB_OK)
        status = write_audit(made, options, err);
    if (status == EB_OK)
        *verdict = eb_audit_status(made);
    eb_audit_free(made);
    json_decref(record);
    return status;
}

int eb_command_audit(int argc, char **argv)
{
    static const struct eb_command command = {program, EB_PROGRAM_AUDIT, audit};
    return eb_command_start(&command, argc, argv);
}
