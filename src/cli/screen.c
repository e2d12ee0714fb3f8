#include "cli/commands.h"
#include "cli/output.h"
#include "cli/style.h"
#include "common/file.h"
#include "common/record.h"
#include "judge/report/screen_write.h"
#include "judge/screen.h"

#include <stdio.h>

static const char program[] = "efabench screen";

/* A screening, what its record is called, and the format that it is to be written in. */
struct formatted {
    const struct eb_screen *screen;
    const char *path;
    const char *format;
    struct eb_style style;
};

static enum eb_status write_formatted(FILE *file, const void *argument, struct eb_error *err)
{
    const struct formatted *formatted = argument;
    return eb_screen_write(formatted->screen, formatted->path, formatted->format, &formatted->style, file,
                           err);
}

/* What can be said before the record is read. */
static enum eb_status check(const struct eb_options *options, struct eb_error *err)
{
    const char *const outputs[] = {options->output, options->hostfile};
    enum eb_status status = eb_screen_check_format(options->format, err);
    if (status == EB_OK && options->word_count != 1)
        status = eb_error_set(err, EB_USAGE, program, 0, "one RECORD is wanted, %zu were given%s",
                              options->word_count,
                              options->word_count ? "" : "; efabench run screen -o screen.json makes one");
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        if (status == EB_OK && outputs[i])
            status = eb_file_check_writable(outputs[i], err);
        if (status == EB_OK && outputs[i])
            status = eb_file_check_not_input(outputs[i], options->words[0], err);
    }
    if (status == EB_OK && options->output && options->hostfile &&
        eb_file_is_same_place(options->output, options->hostfile))
        status = eb_error_set(err, EB_USAGE, program, 0, "--hostfile and -o are one file");
    return status;
}

/* All of it is shown, whatever becomes of the hostfile. */
static enum eb_status write_all(const struct eb_screen *screen, const struct eb_options *options,
                                struct eb_error *err)
{
    struct formatted formatted = {.screen = screen, .path = options->words[0], .format = options->format};
    if (!options->output)
        formatted.style = eb_style_of_output();
    enum eb_status status = options->output
                                ? eb_file_replace(options->output, write_formatted, &formatted, err)
                                : write_formatted(stdout, &formatted, err);
    if (status == EB_OK && options->hostfile)
        status = eb_output_hostfile(screen, options->words[0], options->hostfile, err);
    return status;
}

/* *verdict is what the screening says, when it could be judged and written. */
static enum eb_status screen(const struct eb_options *options, enum eb_status *verdict, struct eb_error *err)
{
    json_t *record = NULL;
    struct eb_screen *made = NULL;
    const struct eb_screen_options how = {
        .alpha = options->alpha, .delta = options->delta, .variant = options->variant};
    enum eb_status status = check(options, err);
    if (status == EB_OK)
        status = eb_record_load(options->words[0], &record, err);
    if (status == EB_OK)
        status = eb_screen_new(record, options->words[0], &how, &made, err);
    if (status == EB_OK)
        status = write_all(made, options, err);
    if (status == EB_OK)
        *verdict = eb_screen_status(made);
    eb_screen_free(made);
    json_decref(record);
    return status;
}

int eb_command_screen(int argc, char **argv)
{
    static const struct eb_command command = {program, EB_PROGRAM_SCREEN, screen};
    return eb_command_start(&command, argc, argv);
}
