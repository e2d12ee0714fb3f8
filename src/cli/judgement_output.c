#include "cli/judgement_output.h"

#include "cli/output.h"
#include "common/file.h"
#include "judge/report/judgement_write.h"

#include <stdio.h>
#include <string.h>

/* A judgement and the format that it is to be written in. */
struct formatted {
    const struct eb_judgement *judgement;
    const char *format;
};

/* Splits FORMAT=FILE; *file is borrowed from text. */
static enum eb_status split(const char *text, char *format, size_t room, const char **file,
                            struct eb_error *err)
{
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : 0;
    if (length == 0 || !equals[1])
        return eb_error_set(err, EB_USAGE, "output", 0, "--write: '%s' is not FORMAT=FILE", text);
    if (length >= room)
        length = room - 1; /* no format is as long: it is refused by its name */
    memcpy(format, text, length);
    format[length] = '\0';
    *file = equals + 1;
    return EB_OK;
}

static enum eb_status check_file(const char *file, const char *const *inputs, size_t input_count,
                                 struct eb_error *err)
{
    enum eb_status status = eb_file_check_writable(file, err);
    for (size_t i = 0; status == EB_OK && i < input_count; i++)
        status = eb_file_check_not_input(file, inputs[i], err);
    return status;
}

/* Whether file is also written by --output or by an earlier --write. */
static enum eb_status check_once(const struct eb_options *options, size_t index, const char *file,
                                 struct eb_error *err)
{
    char format[64];
    const char *other = NULL;
    int twice = options->output && eb_file_is_same_place(options->output, file);
    for (size_t i = 0; i < index; i++)
        twice |= split(options->writes[i], format, sizeof format, &other, err) == EB_OK &&
                 eb_file_is_same_place(other, file);
    return twice ? eb_error_set(err, EB_USAGE, "output", 0, "--write: '%s' is written twice", file) : EB_OK;
}

enum eb_status eb_judgement_output_check(const struct eb_options *options, const char *const *inputs,
                                         size_t input_count, struct eb_error *err)
{
    char format[64];
    const char *file = NULL;
    enum eb_status status = eb_judgement_check_format(options->format, err);
    if (status == EB_OK && options->output)
        status = check_file(options->output, inputs, input_count, err);
    for (size_t i = 0; status == EB_OK && i < options->write_count; i++) {
        status = split(options->writes[i], format, sizeof format, &file, err);
        if (status == EB_OK)
            status = eb_judgement_check_format(format, err);
        if (status == EB_OK)
            status = check_once(options, i, file, err);
        if (status == EB_OK)
            status = check_file(file, inputs, input_count, err);
    }
    return status;
}

static enum eb_status write_formatted(FILE *file, const void *argument, struct eb_error *err)
{
    const struct formatted *formatted = argument;
    return eb_judgement_write(formatted->judgement, formatted->format, file, err);
}

enum eb_status eb_judgement_output_write(const struct eb_judgement *judgement,
                                         const struct eb_options *options, struct eb_error *err)
{
    char format[64];
    char program[32];
    struct eb_error failure = {0};
    struct eb_judgement named = *judgement;
    named.job = options->job;
    struct formatted formatted = {.judgement = &named, .format = options->format};
    enum eb_status first = options->output
                               ? eb_file_replace(options->output, write_formatted, &formatted, &failure)
                               : write_formatted(stdout, &formatted, &failure);
    formatted.format = format;
    for (size_t i = 0; i < options->write_count; i++) {
        const char *file = NULL;
        struct eb_error own = {0};
        enum eb_status status = split(options->writes[i], format, sizeof format, &file, &own);
        if (status == EB_OK)
            status = eb_file_replace(file, write_formatted, &formatted, &own);
        if (status != EB_OK && first == EB_OK) {
            first = status;
            failure = own;
        }
    }
    /* A nightly job that only looks at the code must not take a regression for a full disk. */
    if (first != EB_OK && eb_judgement_status(judgement) == EB_REGRESSED) {
        snprintf(program, sizeof program, "efabench %s", judgement->program);
        eb_output_error(program, &failure);
        return EB_OK;
    }
    if (first != EB_OK && err)
        *err = failure;
    return first;
}
