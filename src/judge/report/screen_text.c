/* A screening for people: what was found in sentences, then a matrix for each table, or its slowest hosts. */
#include "common/units.h"
#include "judge/report/columns.h"
#include "judge/report/grid.h"
#include "judge/report/screen_words.h"
#include "judge/report/screen_write.h"
#include "judge/report/text_cells.h"
#include "judge/report/text_lines.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HOSTS_MOST 10 /* of a table that is no matrix */
#define NAME_MOST 24  /* columns of a host's name at the head of a row */
#define HEAD_MOST 8   /* and at the head of a column: numbers take the place of longer ones */

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "screen", ENOMEM, "out of memory for the text of a screening");
}

static enum eb_status write_sentences(const struct eb_screen *screen, const struct eb_style *style,
                                      FILE *file, struct eb_error *err)
{
    json_t *sentences = eb_screen_sentences(screen);
    enum eb_status status = sentences ? EB_OK : out_of_memory(err);
    size_t i;
    const json_t *sentence;
    json_array_foreach(sentences, i, sentence)
    {
        struct eb_text_line line = {.head = i ? "- " : "",
                                    .indent = i ? 2 : 0,
                                    .text = json_string_value(sentence),
                                    .paint =
                                        i || screen->named_count == 0 ? EB_PAINT_NONE : EB_PAINT_WARNING};
        if (status == EB_OK)
            status = eb_text_write(&line, style, file, err);
    }
    json_decref(sentences);
    return status;
}

static enum eb_status write_title(const struct eb_screen *screen, const struct eb_screen_table *table,
                                  const struct eb_style *style, FILE *file, struct eb_error *err)
{
    char size[32];
    char *text = NULL;
    size_t bytes = 0;
    FILE *line = open_memstream(&text, &bytes);
    if (!line)
        return out_of_memory(err);
    const char *title = table->is_tail ? "tail (p99 of a round trip)" : table->metric->title;
    fprintf(line, "%s over %s", table->kernel->name, table->arm);
    if (table->device[0] && !screen->of_ranks)
        fprintf(line, " (%s)", table->device);
    fprintf(line, ": %s at %s, %s (%s is better)", title,
            eb_size_format(table->size_bytes, size, sizeof size), table->metric->unit,
            eb_metric_is_rate(table->metric) ? "higher" : "lower");
    if (fclose(line) != 0 || !text) {
        free(text);
        return out_of_memory(err);
    }
    struct eb_text_line heading = {.head = "", .text = text, .paint = EB_PAINT_HEADING};
    fputc('\n', file);
    enum eb_status status = eb_text_write(&heading, style, file, err);
    free(text);
    return status;
}

/* "118*" of what is beyond delta, "-" of what was not measured, "" of a host with itself. */
static char *cell_of(const struct eb_screen_table *table, size_t one, size_t other, char *text)
{
    const struct eb_screen_pair *pair = one == other ? NULL : eb_screen_pair_of(table, one, other);
    if (!pair)
        return strcpy(text, one == other ? "." : "-");
    eb_screen_cell(pair->value, text);
    return pair->level > table->delta ? strcat(text, "*") : text;
}

static size_t cell_width(const struct eb_screen *screen, const struct eb_screen_table *table)
{
    size_t widest = 0;
    char text[EB_PLAIN_NUMBER + 2];
    for (size_t i = 0; i < screen->host_count; i++)
        for (size_t j = i + 1; j < screen->host_count; j++) {
            size_t columns = eb_columns_of(cell_of(table, i, j, text));
            widest = columns > widest ? columns : widest;
        }
    return widest;
}

/* How columns are headed: by names, or by numbers that stand before the names of rows. */
struct layout {
    int numbers;
    size_t width; /* of the whole matrix */
};

static struct layout lay_out(const struct eb_screen *screen, const struct eb_screen_table *table)
{
    size_t name = 0;
    for (size_t i = 0; i < screen->host_count; i++)
        name = eb_columns_of(screen->hosts[i].name) > name ? eb_columns_of(screen->hosts[i].name) : name;
    struct layout layout = {.numbers = name > HEAD_MOST};
    size_t cell = cell_width(screen, table);
    size_t head = layout.numbers ? 3 : name;
    layout.width = (name > NAME_MOST ? NAME_MOST : name) + (layout.numbers ? 5 : 0) +
                   screen->host_count * (2 + (cell > head ? cell : head));
    return layout;
}

static void add_matrix(const struct eb_screen *screen, const struct eb_screen_table *table,
                       const struct layout *layout, struct eb_grid *grid)
{
    char text[EB_PLAIN_NUMBER + 2];
    char name[256];
    if (layout->numbers)
        eb_grid_add_column(grid, "", EB_GRID_LEADING);
    eb_grid_add_column(grid, "", EB_GRID_LEFT | EB_GRID_LEADING);
    for (size_t i = 0; i < screen->host_count; i++) {
        snprintf(name, sizeof name, "%zu", i + 1);
        eb_grid_add_column(grid, layout->numbers ? name : screen->hosts[i].name, EB_GRID_RIGHT);
    }
    for (size_t i = 0; i < screen->host_count; i++) {
        eb_grid_add_row(grid);
        snprintf(name, sizeof name, "%zu", i + 1);
        if (layout->numbers)
            eb_grid_add_cell(grid, name);
        snprintf(name, sizeof name, "%s", screen->hosts[i].name);
        eb_grid_add_cell(grid, eb_columns_shorten(name, NAME_MOST));
        for (size_t j = 0; j < screen->host_count; j++) {
            const struct eb_screen_pair *pair = i == j ? NULL : eb_screen_pair_of(table, i, j);
            eb_grid_add_cell(grid, cell_of(table, i, j, text));
            if (pair && eb_screen_pair_word(table, pair)[0])
                eb_grid_paint_cell(grid, strlen(text), EB_PAINT_WRONG, EB_PAINT_NONE);
        }
    }
}

static double shown_ratio(const struct eb_screen_table *table, double effect)
{
    return exp(eb_metric_is_rate(table->metric) ? -effect : effect);
}

/* Median, and the quickest and the slowest partner, of a host. */
static void add_host_row(const struct eb_screen *screen, const struct eb_screen_table *table, size_t host,
                         struct eb_grid *grid)
{
    double effect = table->marks[host].effect;
    double best = NAN;
    double worst = NAN;
    size_t partner = 0;
    char text[EB_PLAIN_NUMBER + 2];
    char name[256];
    for (size_t i = 0; i < screen->host_count; i++) {
        const struct eb_screen_pair *pair = i == host ? NULL : eb_screen_pair_of(table, i, host);
        if (!pair)
            continue;
        best = isnan(best) ? pair->level : fmin(best, pair->level);
        if (isnan(worst) || pair->level > worst) {
            worst = pair->level;
            partner = i;
        }
    }
    eb_grid_add_row(grid);
    snprintf(name, sizeof name, "%s", screen->hosts[host].name);
    eb_grid_add_cell(grid, eb_columns_shorten(name, NAME_MOST));
    eb_plain_fixed(shown_ratio(table, effect), 2, text);
    eb_grid_add_cell(grid, strcat(text, table->marks[host].is_beyond ? "x*" : "x"));
    eb_grid_add_cell(grid, eb_cell_value(eb_screen_value(table, table->level + effect), text));
    eb_grid_add_cell(grid, eb_cell_value(eb_screen_value(table, table->level + best), text));
    eb_grid_add_cell(grid, eb_cell_value(eb_screen_value(table, table->level + worst), text));
    snprintf(name, sizeof name, "%s", screen->hosts[partner].name);
    eb_grid_add_cell(grid, eb_columns_shorten(name, NAME_MOST));
}

static enum eb_status show(struct eb_grid *grid, const struct eb_style *style, FILE *file,
                           struct eb_error *err)
{
    int failed = !grid || eb_grid_show(grid, style, file) != 0;
    eb_grid_free(grid);
    return failed ? out_of_memory(err) : EB_OK;
}

static enum eb_status write_hosts(const struct eb_screen *screen, const struct eb_screen_table *table,
                                  const struct eb_style *style, FILE *file, struct eb_error *err)
{
    size_t count = 0;
    size_t *ranked = eb_screen_ranked(screen, table, &count);
    struct eb_grid *grid = eb_grid_new();
    char low[EB_PLAIN_NUMBER];
    char high[EB_PLAIN_NUMBER];
    if (!ranked || !grid) {
        free(ranked);
        eb_grid_free(grid);
        return out_of_memory(err);
    }
    eb_grid_add_column(grid, "slowest", EB_GRID_LEFT | EB_GRID_LEADING);
    eb_grid_add_column(grid, "of others", EB_GRID_RIGHT);
    eb_grid_add_column(grid, "median", EB_GRID_RIGHT);
    eb_grid_add_column(grid, "quickest pair", EB_GRID_RIGHT);
    eb_grid_add_column(grid, "slowest pair", EB_GRID_RIGHT);
    eb_grid_add_column(grid, "with", EB_GRID_LEFT);
    for (size_t i = 0; i < count && i < HOSTS_MOST; i++)
        add_host_row(screen, table, ranked[i], grid);
    enum eb_status status = show(grid, style, file, err);
    if (status == EB_OK && count > HOSTS_MOST)
        fprintf(file, "... and %zu more, %sx to %sx of the others\n", count - HOSTS_MOST,
                eb_plain_fixed(shown_ratio(table, table->marks[ranked[HOSTS_MOST]].effect), 2, low),
                eb_plain_fixed(shown_ratio(table, table->marks[ranked[count - 1]].effect), 2, high));
    free(ranked);
    return status;
}

static enum eb_status write_table(const struct eb_screen *screen, const struct eb_screen_table *table,
                                  const struct eb_style *style, FILE *file, struct eb_error *err)
{
    enum eb_status status = write_title(screen, table, style, file, err);
    if (status != EB_OK)
        return status;
    if (screen->host_count > eb_style_width(style) || lay_out(screen, table).width > eb_style_width(style))
        return write_hosts(screen, table, style, file, err);
    struct layout layout = lay_out(screen, table);
    struct eb_grid *grid = eb_grid_new();
    if (grid)
        add_matrix(screen, table, &layout, grid);
    return show(grid, style, file, err);
}

static enum eb_status write_legend(const struct eb_screen *screen, const struct eb_style *style, FILE *file,
                                   struct eb_error *err)
{
    char text[200];
    char percent[EB_PLAIN_NUMBER];
    char tail[EB_PLAIN_NUMBER];
    snprintf(
        text, sizeof text,
        "* slower than the others by more than %s%% (%s%% in the tail); each pair is the median over its "
        "sweeps",
        eb_plain_number(100 * screen->options.delta, 4, percent),
        eb_plain_number(100 * EB_SCREEN_TAIL_DELTAS * screen->options.delta, 4, tail));
    struct eb_text_line line = {.head = "", .text = text, .paint = EB_PAINT_DIM};
    fputc('\n', file);
    return eb_text_write(&line, style, file, err);
}

enum eb_status eb_screen_tables(const struct eb_screen *screen, const struct eb_style *style, FILE *file,
                                struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < screen->table_count; i++)
        status = write_table(screen, &screen->tables[i], style, file, err);
    return status == EB_OK ? write_legend(screen, style, file, err) : status;
}

enum eb_status eb_screen_text(const struct eb_screen *screen, const char *path, const struct eb_style *style,
                              FILE *file, struct eb_error *err)
{
    (void)path;
    enum eb_status status = write_sentences(screen, style, file, err);
    return status == EB_OK ? eb_screen_tables(screen, style, file, err) : status;
}
