#include "cli/output.h"

#include "cli/git_version.h"
#include "cli/manual.h"
#include "cli/style.h"
#include "common/file.h"
#include "common/record.h"
#include "judge/report/report.h"
#include "judge/report/screen_write.h"
#include "judge/report/warnings_joined.h"

#include <config.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int eb_output_error(const char *program, const struct eb_error *error)
{
    fprintf(stderr, "%s: %s\n", program, error->text);
    return eb_status_exit_code(error->status);
}

const char *eb_output_version_words(void)
{
    return PACKAGE_VERSION " (" EB_GIT_VERSION ")";
}

void eb_output_version(const char *program)
{
    printf("%s %s\n", program, eb_output_version_words());
}

int eb_command_start(const struct eb_command *command, int argc, char **argv)
{
    struct eb_options options;
    struct eb_error err = {0};
    enum eb_status verdict = EB_OK;
    enum eb_status status = eb_options_parse(&options, command->program, argc, argv, &err);
    if (status == EB_OK && options.help)
        eb_manual_print(command->program, stdout);
    else if (status == EB_OK && options.version)
        eb_output_version(command->name);
    else if (status == EB_OK)
        status = command->act(&options, &verdict, &err);
    int exit_code = status == EB_OK ? eb_status_exit_code(verdict) : eb_output_error(command->name, &err);
    eb_options_free(&options);
    return exit_code;
}

/* A report and the format that it is to be written in. */
struct formatted {
    const struct eb_report *report;
    const char *format;
};

static enum eb_status write_formatted(FILE *file, const void *argument, struct eb_error *err)
{
    const struct formatted *formatted = argument;
    return eb_report_write(formatted->report, formatted->format, file, err);
}

void eb_output_warnings(const struct eb_report *report)
{
    json_t *joined = eb_warnings_joined(report);
    size_t i;
    const json_t *warning;
    json_array_foreach(joined ? joined : eb_report_warnings(report), i, warning)
    {
        fprintf(stderr, "warning: %s\n", json_string_value(warning));
    }
    json_decref(joined);
}

/* A screening and what its record is called. */
struct screened {
    const struct eb_screen *screen;
    const char *path;
};

static enum eb_status write_hosts(FILE *file, const void *argument, struct eb_error *err)
{
    const struct screened *screened = argument;
    return eb_screen_hostfile(screened->screen, screened->path, file, err);
}

enum eb_status eb_output_hostfile(const struct eb_screen *screen, const char *path, const char *file,
                                  struct eb_error *err)
{
    struct screened screened = {.screen = screen, .path = path};
    return eb_file_replace(file, write_hosts, &screened, err);
}

static enum eb_status show_screening(const struct eb_screen *screen, const char *path,
                                     const struct eb_options *options, struct eb_error *err)
{
    struct eb_style style = eb_style_of_output();
    enum eb_status status = eb_screen_write(screen, path, options->format, &style, stdout, err);
    if (status == EB_OK && options->hostfile)
        status = eb_output_hostfile(screen, path, options->hostfile, err);
    return status;
}

enum eb_status eb_output_screening(const json_t *record, const char *path, const struct eb_options *options,
                                   struct eb_error *err)
{
    struct eb_screen_options how = eb_screen_defaults();
    struct eb_screen *screen = NULL;
    struct eb_report *report = NULL;
    enum eb_status status = eb_report_new(record, path, options->baseline, NULL, NULL, &report, err);
    if (status == EB_OK)
        eb_output_warnings(report);
    if (status == EB_OK)
        status = eb_screen_new(record, path, &how, &screen, err);
    if (status == EB_OK)
        status = show_screening(screen, path, options, err);
    eb_screen_free(screen);
    eb_report_free(report);
    return status;
}

enum eb_status eb_output_report(const json_t *record, const char *path, const struct eb_options *options,
                                int to_file, struct eb_error *err)
{
    json_t *against = NULL;
    struct eb_report *report = NULL;
    enum eb_status status = EB_OK;
    if (options->against)
        status = eb_record_load(options->against, &against, err);
    if (status == EB_OK)
        status = eb_report_new(record, path, options->baseline, against, options->against, &report, err);
    if (status == EB_OK && strcmp(options->format, "csv") == 0)
        eb_output_warnings(report);
    struct eb_style style = to_file ? (struct eb_style){0} : eb_style_of_output();
    if (status == EB_OK)
        eb_report_set_style(report, &style);
    struct formatted formatted = {.report = report, .format = options->format};
    if (status == EB_OK)
        status = to_file ? eb_file_replace(options->output, write_formatted, &formatted, err)
                         : write_formatted(stdout, &formatted, err);
    eb_report_free(report);
    json_decref(against);
    return status;
}

enum eb_status eb_output_measured(const json_t *record, const char *path, const struct eb_options *options,
                                  int is_screening, struct eb_error *err)
{
    /* of several variants a report shows what each has, in every format */
    return is_screening && options->variant_count < 2 ? eb_output_screening(record, path, options, err)
                                                      : eb_output_report(record, path, options, 0, err);
}

/* A file's name as a word for a shell, between quotes where one might take it for something else. */
static void tell_word(const char *path, size_t bytes, const char *ending)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+:,@%=-";
    int is_plain = strspn(path, plain) >= bytes;
    fputs(is_plain ? "" : "'", stderr);
    for (size_t i = 0; i < bytes; i++)
        if (path[i] == '\'')
            fputs("'\\''", stderr);
        else
            fputc(path[i], stderr);
    fprintf(stderr, "%s%s", ending, is_plain ? "" : "'");
}

void eb_output_record(const char *program, const char *path, const char *kept)
{
    size_t bytes = strlen(path);
    size_t stem = bytes > 5 && strcmp(path + bytes - 5, ".json") == 0 ? bytes - 5 : bytes;
    if (kept)
        fprintf(stderr, "%s: what %s held before is %s now\n", program, path, kept);
    fprintf(stderr, "%s: record: %s\n", program, path);
    fprintf(stderr, "%s: see it as a page: efabench report ", program);
    tell_word(path, bytes, "");
    fputs(" --format html -o ", stderr);
    tell_word(path, stem, ".html");
    fputc('\n', stderr);
}

json_t *eb_output_run(int argc, char **argv, const struct eb_options *options)
{
    char created[24];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(created, sizeof created, "%Y-%m-%dT%H:%M:%SZ", &utc);
    json_t *command = json_array();
    for (int i = 0; command && i < argc; i++)
        if (json_array_append_new(command, json_string(argv[i])) != 0)
            json_array_append_new(command, json_string("(no UTF-8)"));
    return json_pack("{s:s, s:s, s:s, s:o, s:I}", "created_utc", created, "efabench_version", PACKAGE_VERSION,
                     "git_version", EB_GIT_VERSION, "command", command, "seed", (json_int_t)options->seed);
}
