#include "cli/commands.h"
#include "cli/output.h"
#include "common/file.h"
#include "common/record.h"
#include "judge/import/import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char program[] = "efabench import";

/* One line a file, and what is wrong with it. */
static void tell(const json_t *record)
{
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(json_object_get(record, "run"), "files"), i, item)
    {
        size_t j;
        const json_t *tool;
        json_int_t left_aside = json_integer_value(json_object_get(item, "lines_left_aside"));
        json_int_t figures = json_integer_value(json_object_get(item, "figures"));
        fprintf(stderr, "%s: %s: ", program, json_string_value(json_object_get(item, "file")));
        json_array_foreach(json_object_get(item, "tools"), j, tool)
        {
            fprintf(stderr, "%s%s", j ? ", " : "", json_string_value(tool));
        }
        fprintf(stderr, ": %lld figure%s", (long long)figures, figures == 1 ? "" : "s");
        if (left_aside > 0)
            fprintf(stderr, ", %lld other line%s left aside", (long long)left_aside,
                    left_aside == 1 ? "" : "s");
        fprintf(stderr, "\n");
    }
    json_array_foreach(json_object_get(record, "launches"), i, item)
    {
        size_t j;
        const json_t *warning;
        json_array_foreach(json_object_get(item, "warnings"), j, warning)
        {
            fprintf(stderr, "%s: warning: %s\n", program, json_string_value(warning));
        }
    }
}

static enum eb_status write_record(const json_t *record, const char *path, struct eb_error *err)
{
    if (path)
        return eb_record_save(record, path, err);
    errno = 0;
    if (json_dumpf(record, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF && fflush(stdout) == 0)
        return EB_OK;
    return eb_error_set(err, EB_INTERNAL, program, errno, "cannot write the record: %s", strerror(errno));
}

static enum eb_status import(const struct eb_options *options, enum eb_status *verdict, struct eb_error *err)
{
    (void)verdict;
    const struct eb_importer *importer = NULL;
    const struct eb_import_claims claims = {.arm = options->claimed_arm,
                                            .instance = options->instance,
                                            .nodes = options->nodes,
                                            .ranks = options->told_ranks};
    json_t *record = NULL;
    if (options->word_count == 0)
        return eb_importer_find("", &importer, err);
    enum eb_status status = eb_importer_find(options->words[0], &importer, err);
    if (status == EB_OK && options->word_count == 1)
        status = eb_error_set(err, EB_USAGE, program, 0, "no FILE to import was given");
    if (status == EB_OK && options->output)
        status = eb_file_check_writable(options->output, err);
    for (size_t i = 1; status == EB_OK && options->output && i < options->word_count; i++)
        status = eb_file_check_not_input(options->output, options->words[i], err);
    if (status == EB_OK)
        status =
            eb_import_files(importer, &claims, options->words + 1, options->word_count - 1, &record, err);
    if (status == EB_OK)
        tell(record);
    if (status == EB_OK)
        status = write_record(record, options->output, err);
    json_decref(record);
    return status;
}

int eb_command_import(int argc, char **argv)
{
    static const struct eb_command command = {program, EB_PROGRAM_IMPORT, import};
    return eb_command_start(&command, argc, argv);
}
