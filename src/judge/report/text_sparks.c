/* A line for each arm above a table: its curve and its ratio to the baseline over the sizes, at a glance. */
#include "common/plain.h"
#include "common/units.h"
#include "judge/report/columns.h"
#include "judge/report/grid.h"
#include "judge/report/spark.h"
#include "judge/report/text_cells.h"
#include "judge/report/text_table.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define FEWEST 4         /* sizes: of less the table itself is a glance */
#define MOST 48          /* signs: of more sizes every so many are shown */
#define NAME_COLUMNS 24  /* longer names are shortened */
#define RANGE_COLUMNS 24 /* of "1.00 MB/s .. 1.00 GB/s" */
#define LEAST_VALUES 4.0 /* from bottom to top, at least: curves, not noise */
#define LEAST_RATIOS 1.5

/* What is drawn: a curve for each source, count points each. */
struct curves {
    const struct eb_text_table *table;
    size_t count;
    double *values; /* NAN where there is none */
    double *ratios;
    struct eb_spark_scale value_scale;
    struct eb_spark_scale ratio_scale;
};

/* How many signs there is room for. */
static size_t most_signs(const struct eb_text_table *table)
{
    size_t widest = 0;
    for (size_t i = 0; i < table->source_count; i++) {
        char name[200];
        eb_text_name(&table->sources[i], name, sizeof name);
        size_t columns = eb_columns_of(eb_columns_shorten(name, NAME_COLUMNS));
        widest = columns > widest ? columns : widest;
    }
    size_t taken = widest + RANGE_COLUMNS + 6;
    size_t room = eb_style_width(table->style);
    room = room > taken + FEWEST ? room - taken : FEWEST;
    return room < MOST ? room : MOST;
}

static uint64_t size_at(const struct curves *curves, const uint64_t *sizes, size_t size_count, size_t point)
{
    return curves->count == size_count ? sizes[point] : sizes[point * (size_count - 1) / (curves->count - 1)];
}

static void fill(struct curves *curves, const uint64_t *sizes, size_t size_count)
{
    const struct eb_text_table *table = curves->table;
    size_t all = table->source_count * curves->count;
    for (size_t i = 0; i < all; i++) {
        const struct eb_text_source *source = &table->sources[i / curves->count];
        const struct eb_series *series =
            eb_text_series_at(table, source, size_at(curves, sizes, size_count, i % curves->count), NULL, 0);
        const struct eb_ratio *ratio =
            series && source->ratios ? &source->ratios[series - source->set->series] : NULL;
        curves->values[i] = series ? series->value : NAN;
        curves->ratios[i] = ratio && ratio->present ? ratio->value : NAN;
    }
    curves->value_scale = eb_spark_scale_of(curves->values, all, LEAST_VALUES);
    curves->ratio_scale = eb_spark_scale_of(curves->ratios, all, LEAST_RATIOS);
}

/* The least and the greatest of count values; 0 when there is none. */
static int find_range(const double *values, size_t count, double *least, double *most)
{
    *least = INFINITY;
    *most = 0;
    for (size_t i = 0; i < count; i++) {
        *least = fmin(*least, values[i]); /* of a number and NAN the number */
        *most = fmax(*most, values[i]);
    }
    return isfinite(*least);
}

static void add_arm(const struct curves *curves, size_t index, int with_ratios, char *line,
                    struct eb_grid *grid)
{
    const struct eb_text_source *source = &curves->table->sources[index];
    const double *values = curves->values + index * curves->count;
    const double *ratios = curves->ratios + index * curves->count;
    char text[200];
    char numbers[2][EB_PLAIN_NUMBER];
    double least;
    double most;
    eb_grid_add_row(grid);
    eb_text_name(source, text, sizeof text);
    eb_grid_add_cell(grid, eb_columns_shorten(text, NAME_COLUMNS));
    eb_grid_paint_cell(grid, 0, EB_PAINT_NONE, eb_text_paint(source));
    eb_grid_add_cell(grid, eb_spark(values, curves->count, &curves->value_scale, line));
    eb_grid_paint_cell(grid, 0, EB_PAINT_NONE, source->paint);
    text[0] = '\0';
    if (find_range(values, curves->count, &least, &most))
        snprintf(text, sizeof text, "%s .. %s", eb_cell_human(curves->table->metric, least, numbers[0]),
                 eb_cell_human(curves->table->metric, most, numbers[1]));
    eb_grid_add_cell(grid, text);
    if (!with_ratios || !find_range(ratios, curves->count, &least, &most))
        return;
    eb_grid_add_cell(grid, eb_spark(ratios, curves->count, &curves->ratio_scale, line));
    eb_grid_paint_cell(grid, 0, EB_PAINT_NONE, source->paint);
    snprintf(text, sizeof text, "%sx .. %sx", eb_plain_fixed(least, least < 0.1 ? 3 : 2, numbers[0]),
             eb_plain_fixed(most, most < 10 ? 2 : 1, numbers[1]));
    eb_grid_add_cell(grid, text);
}

static void add_titles(const uint64_t *sizes, size_t size_count, int with_ratios, struct eb_grid *grid)
{
    char text[80];
    char first[32];
    char last[32];
    snprintf(text, sizeof text, "%s .. %s", eb_size_format(sizes[0], first, sizeof first),
             eb_size_format(sizes[size_count - 1], last, sizeof last));
    eb_grid_add_column(grid, "", EB_GRID_LEADING | EB_GRID_LEFT);
    eb_grid_add_column(grid, text, EB_GRID_LEFT);
    eb_grid_paint_title(grid, EB_PAINT_DIM);
    eb_grid_add_column(grid, "log scale", EB_GRID_LEFT | EB_GRID_JOINED);
    eb_grid_paint_title(grid, EB_PAINT_DIM);
    if (!with_ratios)
        return;
    eb_grid_add_column(grid, "ratio", EB_GRID_LEFT | EB_GRID_SPARE);
    eb_grid_paint_title(grid, EB_PAINT_DIM);
    eb_grid_add_column(grid, "log scale", EB_GRID_LEFT | EB_GRID_JOINED | EB_GRID_SPARE);
    eb_grid_paint_title(grid, EB_PAINT_DIM);
}

static int has_several_anywhere(const struct eb_text_table *table, const uint64_t *sizes, size_t size_count)
{
    for (size_t i = 0; i < size_count; i++)
        if (eb_text_has_several(table, sizes[i]))
            return 1;
    return 0;
}

enum eb_status eb_text_write_sparks(const struct eb_text_table *table, const uint64_t *sizes,
                                    size_t size_count, FILE *file, struct eb_error *err)
{
    if (!table->style || !table->style->unicode || size_count < FEWEST ||
        has_several_anywhere(table, sizes, size_count))
        return EB_OK;
    struct curves curves = {.table = table, .count = most_signs(table)};
    if (curves.count > size_count)
        curves.count = size_count;
    curves.values = calloc(2 * table->source_count * curves.count, sizeof *curves.values);
    char *line = malloc(EB_SPARK_BYTES(curves.count));
    struct eb_grid *grid = eb_grid_new();
    int failed = !curves.values || !line || !grid;
    if (!failed) {
        int with_ratios = 0;
        curves.ratios = curves.values + table->source_count * curves.count;
        fill(&curves, sizes, size_count);
        for (size_t i = 0; i < table->source_count; i++)
            with_ratios |= table->sources[i].ratios != NULL;
        add_titles(sizes, size_count, with_ratios, grid);
        for (size_t i = 0; i < table->source_count; i++)
            add_arm(&curves, i, with_ratios, line, grid);
        failed = eb_grid_show(grid, table->style, file) != 0;
        if (!failed)
            fputc('\n', file);
    }
    eb_grid_free(grid);
    free(line);
    free(curves.values);
    return failed ? eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for spark lines") : EB_OK;
}
