/* The rows of a table of the text report. */
#include "common/plain.h"
#include "common/units.h"
#include "judge/report/grid.h"
#include "judge/report/shares.h"
#include "judge/report/spark.h"
#include "judge/report/text_cells.h"
#include "judge/report/text_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_FULL 2 /* a side of a bar: a ratio of less is short beside it */

/* What a table's rows have in common. */
struct rows {
    const struct eb_text_table *table;
    struct eb_grid *grid;
    struct eb_text_unit unit;
    int with_algorithm;
    int with_interval; /* of the values of the only source */
    struct eb_text_notes *notes;
};

static int has_algorithms(const struct eb_text_table *table)
{
    for (size_t i = 0; i < table->source_count; i++) {
        const struct eb_text_source *source = &table->sources[i];
        for (size_t j = 0; j < source->set->count; j++)
            if (eb_text_in_table(table, source, &source->set->series[j]) &&
                source->set->series[j].algorithm[0])
                return 1;
    }
    return 0;
}

int eb_text_algorithms_differ(const struct eb_text_table *table, const uint64_t *sizes, size_t size_count)
{
    int differ = 0;
    for (size_t i = 0; i < size_count; i++) {
        const char *first = NULL;
        if (eb_text_has_several(table, sizes[i]))
            return 0;
        for (size_t j = 0; j < table->source_count; j++) {
            const struct eb_series *series = eb_text_series_at(table, &table->sources[j], sizes[i], NULL, 0);
            differ |= series && first && strcmp(first, series->algorithm) != 0;
            if (series && !first)
                first = series->algorithm;
        }
    }
    return differ;
}

static int has_interval(const struct eb_text_table *table)
{
    const struct eb_text_source *source = &table->sources[0];
    for (size_t i = 0; table->source_count == 1 && i < source->set->count; i++)
        if (eb_text_in_table(table, source, &source->set->series[i]) && !isnan(source->set->series[i].ci_low))
            return 1;
    return 0;
}

/* The farthest ratio from 1 that the table has, either way. */
static double farthest_ratio(const struct eb_text_table *table)
{
    double farthest = LEAST_FULL;
    for (size_t i = 0; i < table->source_count; i++) {
        const struct eb_text_source *source = &table->sources[i];
        for (size_t j = 0; source->ratios && j < source->set->count; j++)
            if (source->ratios[j].present && eb_text_in_table(table, source, &source->set->series[j]))
                farthest = fmax(farthest, exp(fabs(log(source->ratios[j].value))));
    }
    return farthest;
}

static void add_columns(const struct rows *rows)
{
    const struct eb_text_table *table = rows->table;
    struct eb_grid *grid = rows->grid;
    eb_grid_add_column(grid, "size", EB_GRID_LEADING);
    if (rows->with_algorithm)
        eb_grid_add_column(grid, "algorithm", EB_GRID_LEADING | EB_GRID_LEFT);
    for (size_t i = 0; i < table->source_count; i++) {
        const struct eb_text_source *source = &table->sources[i];
        char name[160];
        eb_text_name(source, name, sizeof name);
        eb_grid_add_column(grid, name, source->paired ? EB_GRID_JOINED : EB_GRID_RIGHT);
        eb_grid_paint_title(grid, eb_text_paint(source));
        if (source->shares & EB_SHARE_LINE)
            eb_grid_add_column(grid, "of line", EB_GRID_JOINED);
        if (source->shares & EB_SHARE_FLOW)
            eb_grid_add_column(grid, "of flow", EB_GRID_JOINED);
        if (source->ratios)
            eb_grid_add_column(grid, "ratio", EB_GRID_LEFT | EB_GRID_JOINED);
        if (source->ratios && rows->notes->full > 0) {
            eb_grid_add_column(grid, eb_metric_is_rate(table->metric) ? "slower│faster" : "faster│slower",
                               EB_GRID_LEFT | EB_GRID_JOINED | EB_GRID_SPARE);
            eb_grid_paint_title(grid, EB_PAINT_DIM);
        }
    }
    if (rows->with_interval)
        eb_grid_add_column(grid, "95% interval", EB_GRID_LEFT | EB_GRID_JOINED);
}

/* The algorithms in a row, each once: "ring", or "ring/library" where arms differ. */
static void name_algorithms(const struct eb_text_table *table, uint64_t size_bytes, const char *algorithm,
                            char *text, size_t text_bytes)
{
    text[0] = '\0';
    for (size_t i = 0; i < table->source_count; i++) {
        const struct eb_series *series =
            eb_text_series_at(table, &table->sources[i], size_bytes, algorithm, 0);
        size_t used = strlen(text);
        int named = !series || !series->algorithm[0];
        for (size_t j = 0; j < i && !named; j++) {
            const struct eb_series *earlier =
                eb_text_series_at(table, &table->sources[j], size_bytes, algorithm, 0);
            named = earlier && strcmp(earlier->algorithm, series->algorithm) == 0;
        }
        if (!named)
            snprintf(text + used, text_bytes - used, "%s%.40s", used ? "/" : "", series->algorithm);
    }
}

/* The shares of a value beside it; series may be NULL. */
static void add_shares(const struct rows *rows, const struct eb_text_source *source,
                       const struct eb_series *series)
{
    static const enum eb_share shares[] = {EB_SHARE_LINE, EB_SHARE_FLOW};
    char text[EB_PLAIN_NUMBER];
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        if (!(source->shares & (unsigned)shares[i]))
            continue;
        const struct eb_ceiling *ceiling = series ? &source->ceilings[series - source->set->series] : NULL;
        eb_grid_add_cell(rows->grid, eb_cell_share(series, ceiling, shares[i], &rows->notes->shares, text));
        eb_grid_paint_cell(rows->grid, 0, EB_PAINT_NONE, strchr(text, '!') ? EB_PAINT_WARNING : EB_PAINT_DIM);
    }
}

/* The arm that a ratio speaks for has its colour; an interval steps back. */
static void add_ratio(const struct rows *rows, const struct eb_text_source *source,
                      const struct eb_series *series)
{
    static const struct eb_ratio none;
    const struct eb_text_table *table = rows->table;
    struct eb_text_notes *notes = rows->notes;
    const struct eb_ratio *ratio = series ? &source->ratios[series - source->set->series] : &none;
    char text[4 * EB_PLAIN_NUMBER];
    char bar[EB_BAR_BYTES] = "";
    unsigned paint = EB_PAINT_NONE;
    int better = series ? eb_text_better(series, ratio) : 0;
    if (better > 0)
        paint = source->paint;
    else if (better < 0 && table->base < table->source_count)
        paint = table->sources[table->base].paint;
    eb_cell_ratio(ratio, text, sizeof text);
    eb_grid_add_cell(rows->grid, text);
    eb_grid_paint_cell(rows->grid, strcspn(text, " "), paint, EB_PAINT_DIM);
    if (notes->full > 0) {
        eb_grid_add_cell(rows->grid, ratio->present ? eb_bar(ratio->value, notes->full, bar) : "");
        eb_grid_paint_cell(rows->grid, 0, EB_PAINT_NONE, paint ? paint : EB_PAINT_DIM);
    }
    notes->painted |= paint && table->style && table->style->colours;
    notes->any |= ratio->present;
    notes->with_interval |= ratio->interval.present;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a ratio has a series */
    notes->published |= ratio->present && series->published;
    if (ratio->present && !ratio->interval.present && ratio->launches < notes->fewest_launches)
        notes->fewest_launches = ratio->launches;
}

/* One row: the series of each source at a size, of the algorithm named or, when that is NULL, of the only one
 * that the source has. */
static void add_row(const struct rows *rows, uint64_t size_bytes, const char *algorithm)
{
    const struct eb_text_table *table = rows->table;
    char text[4 * EB_PLAIN_NUMBER];
    eb_grid_add_row(rows->grid);
    eb_grid_add_cell(rows->grid, eb_size_format(size_bytes, text, sizeof text));
    if (rows->with_algorithm) {
        name_algorithms(table, size_bytes, algorithm, text, sizeof text);
        eb_grid_add_cell(rows->grid, text);
    }
    for (size_t i = 0; i < table->source_count; i++) {
        const struct eb_text_source *source = &table->sources[i];
        const struct eb_series *series = eb_text_series_at(table, source, size_bytes, algorithm, 0);
        text[0] = '\0';
        if (series)
            eb_cell_value(series->value * rows->unit.factor, text);
        eb_grid_add_cell(rows->grid, text);
        add_shares(rows, source, series);
        if (rows->with_interval) {
            eb_grid_add_cell(rows->grid, eb_cell_interval(series, rows->unit.factor, text, sizeof text));
            eb_grid_paint_cell(rows->grid, 0, EB_PAINT_NONE, EB_PAINT_DIM);
        }
        if (source->ratios)
            add_ratio(rows, source, series);
    }
}

/* The rows of one size: a single one, unless some source has several algorithms there. */
static void add_rows_of_size(const struct rows *rows, uint64_t size_bytes)
{
    const struct eb_text_table *table = rows->table;
    if (!eb_text_has_several(table, size_bytes)) {
        add_row(rows, size_bytes, NULL);
        return;
    }
    for (size_t i = 0; i < table->source_count; i++) {
        const struct eb_series *series;
        for (size_t n = 0; (series = eb_text_series_at(table, &table->sources[i], size_bytes, NULL, n));
             n++) {
            int done = 0;
            for (size_t j = 0; j < i && !done; j++)
                done = eb_text_series_at(table, &table->sources[j], size_bytes, series->algorithm, 0) != NULL;
            if (!done)
                add_row(rows, size_bytes, series->algorithm);
        }
    }
}

struct eb_grid *eb_text_rows(const struct eb_text_table *table, const uint64_t *sizes, size_t size_count,
                             struct eb_text_notes *notes)
{
    struct rows rows = {.table = table,
                        .grid = eb_grid_new(),
                        .unit = eb_text_unit_of(table),
                        .with_interval = has_interval(table),
                        .notes = notes};
    *notes = (struct eb_text_notes){.fewest_launches = SIZE_MAX};
    if (!rows.grid)
        return NULL;
    rows.with_algorithm = has_algorithms(table) && !eb_text_algorithms_differ(table, sizes, size_count);
    if (table->style && table->style->unicode)
        notes->full = farthest_ratio(table);
    add_columns(&rows);
    for (size_t i = 0; i < size_count; i++)
        add_rows_of_size(&rows, sizes[i]);
    if (!eb_grid_shows_spare(rows.grid, eb_style_width(table->style)))
        notes->full = 0;
    return rows.grid;
}
