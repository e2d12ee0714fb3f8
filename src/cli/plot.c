#include "cli/commands.h"
#include "cli/output.h"
#include "common/file.h"
#include "common/plain.h"
#include "common/record.h"
#include "judge/history.h"
#include "judge/report/plot/gnuplot.h"
#include "judge/report/plot/pictures.h"
#include "judge/report/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char program[] = "efabench plot";

/* What the command line asks for, and all that is made of it. */
struct plot {
    const struct eb_options *options;
    enum eb_drawing drawing;
    const char *extension;
    const char *file; /* the one file; NULL: directory has them all */
    const char *directory;
    json_t *record;
    json_t *against;
    struct eb_past *past;
    struct eb_report *report;
    struct eb_palette palette;
    struct eb_pictures pictures; /* all that there are, */
    struct eb_pictures chosen;   /* and those to be drawn: their items are borrowed from pictures */
    struct eb_drawn *drawn;
};

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, program, ENOMEM, "out of memory for the pictures");
}

static int ends_in(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);
    return length > end_length && strcmp(text + length - end_length, end) == 0;
}

static int is_directory(const char *path)
{
    struct stat kind;
    return stat(path, &kind) == 0 && S_ISDIR(kind.st_mode);
}

/* A name that means a picture of a kind that is not drawn here, and no directory. */
static int names_other_kind(const char *output)
{
    static const char *const others[] = {".pdf", ".eps", ".ps", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (ends_in(output, others[i]))
            return 1;
    return 0;
}

static enum eb_status choose_format(struct plot *plot, struct eb_error *err)
{
    const struct eb_options *options = plot->options;
    const char *format = options->format;
    const char *output = options->output ? options->output : ".";
    int is_png = strcmp(format, "png") == 0;
    if (!is_png && strcmp(format, "svg") != 0)
        return eb_error_set(err, EB_USAGE, program, 0, "there is no format '%.64s'; there are svg and png",
                            format);
    if (!is_directory(output) && names_other_kind(output))
        return eb_error_set(err, EB_USAGE, program, 0,
                            "--output: '%.200s' is no kind of picture that is drawn here; there are .svg and .png",
                            output);
    if (!is_directory(output) && (ends_in(output, ".svg") || ends_in(output, ".png")))
        plot->file = output;
    if (plot->file && is_png && ends_in(output, ".svg"))
        return eb_error_set(err, EB_USAGE, program, 0, "--format png does not fit the name '%.200s'", output);
    if (plot->file)
        is_png = ends_in(output, ".png");
    plot->directory = output;
    plot->drawing = is_png ? EB_DRAWING_PNG : EB_DRAWING_SVG;
    plot->extension = is_png ? "png" : "svg";
    return EB_OK;
}

/* Before anything is read. */
static enum eb_status check(struct plot *plot, struct eb_error *err)
{
    const struct eb_options *options = plot->options;
    if (options->word_count == 0)
        return eb_error_set(err, EB_USAGE, program, 0,
                            "a RECORD is wanted, and which of its PICTUREs (all): efabench plot RECORD "
                            "[PICTURE...]");
    if (options->output && options->output[0] == '\0')
        return eb_error_set(err, EB_USAGE, program, 0, "--output: the name of a file or directory is empty");
    enum eb_status status = choose_format(plot, err);
    if (status == EB_OK && plot->file)
        status = eb_file_check_writable(plot->file, err);
    return status;
}

static enum eb_status load(struct plot *plot, struct eb_error *err)
{
    const struct eb_options *options = plot->options;
    enum eb_status status = eb_record_load(options->words[0], &plot->record, err);
    if (status == EB_OK && options->against)
        status = eb_record_load(options->against, &plot->against, err);
    if (status == EB_OK)
        status = eb_report_new(plot->record, options->words[0], options->baseline, plot->against,
                               options->against, &plot->report, err);
    if (status == EB_OK && options->history)
        status = eb_history_read_whole(options->history, &plot->past, err);
    if (status == EB_OK)
        status = eb_palette_add(&plot->palette, plot->report, err);
    if (status == EB_OK && plot->past)
        status = eb_palette_add_past(&plot->palette, plot->past, err);
    if (status == EB_OK)
        status = eb_pictures_of_report(plot->report, &plot->palette, &plot->pictures, err);
    if (status == EB_OK && plot->past)
        status = eb_pictures_of_history(plot->past, &plot->palette, &plot->pictures, err);
    return status;
}

/* The whole id, or its beginning up to a '-'. */
static int begins(const char *id, const char *word)
{
    size_t length = strlen(word);
    return strncmp(id, word, length) == 0 && (id[length] == '\0' || id[length] == '-');
}

static int has(const struct eb_pictures *pictures, const char *word)
{
    for (size_t i = 0; i < pictures->count; i++)
        if (strcmp(pictures->items[i].id, word) == 0)
            return 1;
    return 0;
}

/* As many ids as there is room for. */
static enum eb_status say_unknown(const struct eb_pictures *pictures, const char *word, struct eb_error *err)
{
    char list[320] = "";
    size_t used = 0;
    size_t said = 0;
    for (; said < pictures->count; said++) {
        const char *id = pictures->items[said].id;
        if (used + strlen(id) + 2 >= sizeof list)
            break;
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", said > 0 ? ", " : "", id);
    }
    return eb_error_set(err, EB_USAGE, program, 0, "there is no picture '%.64s'; there are %s%s", word, list,
                        said < pictures->count ? " and more" : "");
}

static enum eb_status choose(struct plot *plot, struct eb_error *err)
{
    const struct eb_options *options = plot->options;
    const struct eb_pictures *all = &plot->pictures;
    if (all->count == 0)
        return eb_error_set(err, EB_INVALID, program, 0, "'%.200s' has nothing that could be drawn",
                            options->words[0]);
    char *is_chosen = calloc(all->count, 1);
    plot->chosen.items = calloc(all->count, sizeof *plot->chosen.items);
    enum eb_status status = is_chosen && plot->chosen.items ? EB_OK : out_of_memory(err);
    for (size_t i = 1; status == EB_OK && i < options->word_count; i++) {
        const char *word = options->words[i];
        int is_id = has(all, word);
        int found = 0;
        for (size_t j = 0; j < all->count; j++)
            if (is_id ? strcmp(all->items[j].id, word) == 0 : begins(all->items[j].id, word)) {
                is_chosen[j] = 1;
                found = 1;
            }
        if (!found)
            status = say_unknown(all, word, err);
    }
    for (size_t i = 0; status == EB_OK && i < all->count; i++)
        if (options->word_count == 1 || is_chosen[i])
            plot->chosen.items[plot->chosen.count++] = all->items[i];
    free(is_chosen);
    if (status == EB_OK && plot->file && plot->chosen.count != 1)
        status =
            eb_error_set(err, EB_USAGE, program, 0,
                         "'%.120s' has room for one picture, and %zu are asked for; name one, such as %.100s",
                         plot->file, plot->chosen.count, plot->chosen.items[0].id);
    return status;
}

static enum eb_status make_directory(const struct plot *plot, struct eb_error *err)
{
    if (plot->file || mkdir(plot->directory, 0777) == 0 || is_directory(plot->directory))
        return EB_OK;
    return eb_error_set(err, EB_USAGE, program, errno, "no directory '%.200s' for the pictures: %s%s",
                        plot->directory, strerror(errno == EEXIST ? ENOTDIR : errno),
                        errno == ENOENT ? ": make what leads to it first with mkdir -p" : "");
}

static enum eb_status write_drawn(FILE *file, const void *argument, struct eb_error *err)
{
    const struct eb_drawn *drawn = argument;
    errno = 0;
    if (fwrite(drawn->data, 1, drawn->bytes, file) != drawn->bytes)
        return eb_error_set(err, EB_INTERNAL, program, errno, "cannot write the picture: %s",
                            strerror(errno));
    return EB_OK;
}

static enum eb_status write_one(const struct plot *plot, size_t index, struct eb_error *err)
{
    char *path = NULL;
    const char *id = plot->chosen.items[index].id;
    int is_here = strcmp(plot->directory, ".") == 0;
    const char *slash = is_here || ends_in(plot->directory, "/") ? "" : "/";
    int length =
        plot->file ? asprintf(&path, "%s", plot->file)
                   : asprintf(&path, "%s%s%s.%s", is_here ? "" : plot->directory, slash, id, plot->extension);
    if (length < 0)
        return out_of_memory(err);
    const char *const inputs[] = {plot->options->words[0], plot->options->against, plot->options->history};
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < sizeof inputs / sizeof *inputs; i++)
        status = eb_file_check_not_input(path, inputs[i], err);
    if (status == EB_OK)
        status = eb_file_replace(path, write_drawn, &plot->drawn[index], err);
    char *clean = status == EB_OK ? eb_plain_copy(path) : NULL;
    if (clean)
        printf("%s\n", clean);
    free(clean);
    free(path);
    return status;
}

static enum eb_status draw(struct plot *plot, struct eb_error *err)
{
    enum eb_status status = eb_gnuplot_find(plot->drawing, err);
    if (status == EB_OK)
        status = make_directory(plot, err);
    if (status == EB_OK)
        status = eb_gnuplot_draw(&plot->chosen, plot->drawing, &plot->drawn, err);
    if (status == EB_OK)
        eb_output_warnings(plot->report);
    for (size_t i = 0; status == EB_OK && i < plot->chosen.count; i++)
        status = write_one(plot, i, err);
    if (status == EB_OK && fflush(stdout) != 0)
        status = eb_error_set(err, EB_INTERNAL, program, errno, "cannot write the files' names: %s",
                              strerror(errno));
    return status;
}

static enum eb_status plot_record(const struct eb_options *options, enum eb_status *verdict,
                                  struct eb_error *err)
{
    (void)verdict;
    struct plot plot = {.options = options};
    enum eb_status status = check(&plot, err);
    if (status == EB_OK)
        status = load(&plot, err);
    if (status == EB_OK)
        status = choose(&plot, err);
    if (status == EB_OK)
        status = draw(&plot, err);
    eb_drawn_free(plot.drawn, plot.chosen.count);
    free(plot.chosen.items);
    eb_pictures_free(&plot.pictures);
    eb_palette_free(&plot.palette);
    eb_report_free(plot.report);
    eb_past_free(plot.past);
    json_decref(plot.against);
    json_decref(plot.record);
    return status;
}

int eb_command_plot(int argc, char **argv)
{
    static const struct eb_command command = {program, EB_PROGRAM_PLOT, plot_record};
    return eb_command_start(&command, argc, argv);
}
