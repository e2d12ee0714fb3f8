#include "judge/report/text_tables.h"

#include "common/units.h"
#include "common/plain.h"
#include "judge/report/grid.h"
#include "judge/report/origin.h"
#include "judge/report/shares.h"
#include "judge/report/text_cells.h"
#include "judge/stats/shift.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A column of values: an arm in a variant of one of the two records. */
struct source {
    const struct eb_series_set *set;
    size_t arm_index;
    size_t variant_index;
    const struct eb_ratio *ratios;     /* beside the values; one for each series of set, or NULL */
    const struct eb_ceiling *ceilings; /* one for each series of set */
    unsigned shares;                   /* columns beside the values: bits of enum eb_share */
    int other;                         /* from the record that this one is compared with */
    int named_variant;                 /* the variant stands in the head of the column */
    int paired;                        /* belongs to the source before it */
};

/* What one table shows: series of one kernel, metric and rank count. */
struct table {
    const struct eb_kernel_metrics *kernel;
    const struct eb_metric *metric;
    uint64_t ranks;
    struct source *sources;
    size_t source_count;
};

/* How the ratios of a table came out, for the lines that explain them. */
struct ratio_notes {
    int any;
    int with_interval;
    size_t fewest_launches; /* of those without interval; SIZE_MAX when there are none */
    int published;
    unsigned shares; /* bits of enum eb_share: what was found in the cells of shares */
};

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for a table");
}

static int in_table(const struct table *table, const struct source *source, const struct eb_series *series)
{
    return series->kernel == table->kernel && series->metric == table->metric &&
           series->ranks == table->ranks && series->arm_index == source->arm_index &&
           series->variant_index == source->variant_index;
}

/* The number-th series of a source at a size, and with an algorithm unless that is NULL. */
static const struct eb_series *series_at(const struct table *table, const struct source *source,
                                         uint64_t size_bytes, const char *algorithm, size_t number)
{
    for (size_t i = 0; i < source->set->count; i++) {
        const struct eb_series *series = &source->set->series[i];
        if (in_table(table, source, series) && series->size_bytes == size_bytes &&
            (!algorithm || strcmp(series->algorithm, algorithm) == 0) && number-- == 0)
            return series;
    }
    return NULL;
}

static int source_has_any(const struct table *table, const struct source *source)
{
    for (size_t i = 0; i < source->set->count; i++)
        if (in_table(table, source, &source->set->series[i]))
            return 1;
    return 0;
}

/* The head of a source's column; a star stands before what comes from the other record, and behind the name
 * what nobody may miss. */
static void name_source(const struct source *source, char *text, size_t text_bytes)
{
    snprintf(text, text_bytes, "%s%.64s%s%.64s%s", source->other ? "*" : "",
             eb_series_set_arm(source->set, source->arm_index), source->named_variant ? "/" : "",
             source->named_variant ? source->set->variants[source->variant_index] : "",
             eb_series_set_strays(source->set, source->arm_index) ? " (WRONG PATH)" : "");
}

static void add_columns(struct eb_grid *grid, const struct table *table, int with_algorithm)
{
    eb_grid_add_column(grid, "size", EB_GRID_LEADING);
    if (with_algorithm)
        eb_grid_add_column(grid, "algorithm", EB_GRID_LEADING | EB_GRID_LEFT);
    for (size_t i = 0; i < table->source_count; i++) {
        char name[160];
        name_source(&table->sources[i], name, sizeof name);
        eb_grid_add_column(grid, name, table->sources[i].paired ? EB_GRID_JOINED : EB_GRID_RIGHT);
        if (table->sources[i].shares & EB_SHARE_LINE)
            eb_grid_add_column(grid, "of line", EB_GRID_JOINED);
        if (table->sources[i].shares & EB_SHARE_FLOW)
            eb_grid_add_column(grid, "of flow", EB_GRID_JOINED);
        if (table->sources[i].ratios)
            eb_grid_add_column(grid, "ratio", EB_GRID_LEFT | EB_GRID_JOINED);
    }
    if (table->source_count == 1)
        eb_grid_add_column(grid, "95% interval", EB_GRID_LEFT | EB_GRID_JOINED);
}

/* The algorithms in a row, each once: "ring", or "ring/library" where arms differ. */
static void name_algorithms(const struct table *table, uint64_t size_bytes, const char *algorithm, char *text,
                            size_t text_bytes)
{
    text[0] = '\0';
    for (size_t i = 0; i < table->source_count; i++) {
        const struct eb_series *series = series_at(table, &table->sources[i], size_bytes, algorithm, 0);
        size_t used = strlen(text);
        int named = !series || !series->algorithm[0];
        for (size_t j = 0; j < i && !named; j++) {
            const struct eb_series *earlier = series_at(table, &table->sources[j], size_bytes, algorithm, 0);
            named = earlier && strcmp(earlier->algorithm, series->algorithm) == 0;
        }
        if (!named)
            snprintf(text + used, text_bytes - used, "%s%.40s", used ? "/" : "", series->algorithm);
    }
}

/* The shares of a value beside it; series may be NULL. */
static void add_shares(struct eb_grid *grid, const struct source *source, const struct eb_series *series,
                       struct ratio_notes *notes)
{
    static const enum eb_share shares[] = {EB_SHARE_LINE, EB_SHARE_FLOW};
    char text[EB_PLAIN_NUMBER];
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        if (source->shares & (unsigned)shares[i])
            eb_grid_add_cell(
                grid, eb_cell_share(series, series ? &source->ceilings[series - source->set->series] : NULL,
                                    shares[i], &notes->shares, text));
}

/* One row: the series of each source at a size, of the algorithm named or, when that is NULL, of the only one
 * that the source has. */
static void add_row(struct eb_grid *grid, const struct table *table, uint64_t size_bytes,
                    const char *algorithm, int with_algorithm, struct ratio_notes *notes)
{
    char text[4 * EB_PLAIN_NUMBER];
    eb_grid_add_row(grid);
    eb_grid_add_cell(grid, eb_size_format(size_bytes, text, sizeof text));
    if (with_algorithm) {
        name_algorithms(table, size_bytes, algorithm, text, sizeof text);
        eb_grid_add_cell(grid, text);
    }
    for (size_t i = 0; i < table->source_count; i++) {
        const struct source *source = &table->sources[i];
        const struct eb_series *series = series_at(table, source, size_bytes, algorithm, 0);
        text[0] = '\0';
        if (series)
            eb_cell_value(series->value, text);
        eb_grid_add_cell(grid, text);
        add_shares(grid, source, series, notes);
        if (table->source_count == 1)
            eb_grid_add_cell(grid, eb_cell_interval(series, text, sizeof text));
        if (!source->ratios)
            continue;
        text[0] = '\0';
        if (series) {
            const struct eb_ratio *ratio = &source->ratios[series - source->set->series];
            eb_cell_ratio(ratio, text, sizeof text);
            notes->any |= ratio->present;
            notes->with_interval |= ratio->interval.present;
            notes->published |= ratio->present && series->published;
            if (ratio->present && !ratio->interval.present && ratio->launches < notes->fewest_launches)
                notes->fewest_launches = ratio->launches;
        }
        eb_grid_add_cell(grid, text);
    }
}

static int compare_sizes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The sizes of the table, ascending, each once; only those at which record's kernel has something, when
 * record is not NULL. Owned by the caller; NULL when out of memory. */
static uint64_t *sizes_of(const struct table *table, const struct eb_series_set *record, size_t *count)
{
    size_t room = 1;
    for (size_t i = 0; i < table->source_count; i++)
        room += table->sources[i].set->count;
    uint64_t *sizes = malloc(room * sizeof *sizes);
    size_t found = 0;
    for (size_t i = 0; sizes && i < table->source_count; i++) {
        const struct source *source = &table->sources[i];
        for (size_t j = 0; j < source->set->count; j++) {
            const struct eb_series *series = &source->set->series[j];
            int wanted = in_table(table, source, series) && (!record || source->other);
            int matched = !record;
            for (size_t k = 0; wanted && !matched && k < record->count; k++)
                matched = record->series[k].kernel == table->kernel &&
                          record->series[k].size_bytes == series->size_bytes;
            if (wanted && matched)
                sizes[found++] = series->size_bytes;
        }
    }
    if (sizes)
        qsort(sizes, found, sizeof *sizes, compare_sizes);
    *count = 0;
    for (size_t i = 0; i < found; i++)
        if (i == 0 || sizes[i] != sizes[i - 1])
            sizes[(*count)++] = sizes[i];
    return sizes;
}

/* The rows of one size: a single one, unless some source has several algorithms there. */
static void add_rows_of_size(struct eb_grid *grid, const struct table *table, uint64_t size_bytes,
                             int with_algorithm, struct ratio_notes *notes)
{
    int several = 0;
    for (size_t i = 0; i < table->source_count; i++)
        several |= series_at(table, &table->sources[i], size_bytes, NULL, 1) != NULL;
    if (!several) {
        add_row(grid, table, size_bytes, NULL, with_algorithm, notes);
        return;
    }
    for (size_t i = 0; i < table->source_count; i++) {
        const struct eb_series *series;
        for (size_t n = 0; (series = series_at(table, &table->sources[i], size_bytes, NULL, n)); n++) {
            int done = 0;
            for (size_t j = 0; j < i && !done; j++)
                done = series_at(table, &table->sources[j], size_bytes, series->algorithm, 0) != NULL;
            if (!done)
                add_row(grid, table, size_bytes, series->algorithm, with_algorithm, notes);
        }
    }
}

static int table_has_algorithms(const struct table *table)
{
    for (size_t i = 0; i < table->source_count; i++) {
        const struct source *source = &table->sources[i];
        for (size_t j = 0; j < source->set->count; j++)
            if (in_table(table, source, &source->set->series[j]) && source->set->series[j].algorithm[0])
                return 1;
    }
    return 0;
}

static enum eb_status write_ratio_notes(const struct table *table, const char *of, const char *to,
                                        const struct ratio_notes *notes, FILE *file, struct eb_error *err)
{
    if (!notes->any)
        return EB_OK;
    char *base = eb_plain_copy(to);
    if (!base)
        return out_of_memory(err);
    fprintf(file, "ratio = %s / %s; above 1 is %s", of, base,
            eb_metric_is_rate(table->metric) ? "faster" : "slower");
    free(base);
    if (notes->with_interval)
        fputs("; [95% interval]", file);
    fputc('\n', file);
    if (notes->published)
        fputs("no interval: the source gives summaries only\n", file);
    else if (notes->fewest_launches != SIZE_MAX)
        fprintf(file, "too few launches for an interval: %zu, need %zu\n", notes->fewest_launches,
                eb_shift_launches_needed(EB_SERIES_LEVEL));
    return EB_OK;
}

/* What the columns of shares mean: the ceilings of the sources, each once. */
static enum eb_status write_share_notes(const struct table *table, unsigned shares, FILE *file,
                                        struct eb_error *err)
{
    struct eb_share_legend legend = {.shares = shares};
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < table->source_count; i++) {
        const struct source *source = &table->sources[i];
        for (size_t j = 0; status == EB_OK && j < source->set->count; j++)
            if (in_table(table, source, &source->set->series[j]))
                status = eb_share_legend_add(&legend, &source->ceilings[j], &source->set->series[j], err);
    }
    if (status == EB_OK)
        status = eb_share_legend_write(&legend, file, err);
    eb_share_legend_free(&legend);
    return status;
}

/* note stands after the kernel's name, variant (may be NULL) at the end. */
static void write_title(const struct table *table, const char *note, const char *variant, FILE *file)
{
    fprintf(file, "\n%s%s: %s, %s (%s is better), %llu ranks%s%s\n", table->kernel->name, note,
            table->metric->title, table->metric->unit, eb_metric_is_rate(table->metric) ? "higher" : "lower",
            (unsigned long long)table->ranks, variant ? ", variant " : "", variant ? variant : "");
}

/* The table under its title. record restricts the sizes, see sizes_of. of and to say what the ratios are. */
static enum eb_status write_table(const struct table *table, const struct eb_series_set *record,
                                  const char *of, const char *to, FILE *file, struct eb_error *err)
{
    size_t size_count = 0;
    uint64_t *sizes = sizes_of(table, record, &size_count);
    struct eb_grid *grid = eb_grid_new();
    struct ratio_notes notes = {.fewest_launches = SIZE_MAX};
    enum eb_status status = sizes && grid ? EB_OK : out_of_memory(err);
    int with_algorithm = table_has_algorithms(table);
    if (status == EB_OK)
        add_columns(grid, table, with_algorithm);
    for (size_t i = 0; status == EB_OK && i < size_count; i++)
        add_rows_of_size(grid, table, sizes[i], with_algorithm, &notes);
    if (status == EB_OK)
        status = write_ratio_notes(table, of, to, &notes, file, err);
    if (status == EB_OK)
        status = write_share_notes(table, notes.shares, file, err);
    if (status == EB_OK && size_count == 0)
        fputs("no figures at these sizes\n", file);
    else if (status == EB_OK && eb_grid_print(grid, EB_TEXT_WIDTH, file) != 0)
        status = out_of_memory(err);
    eb_grid_free(grid);
    free(sizes);
    return status;
}

static int has_any_ratio(const struct table *table, const struct source *source)
{
    for (size_t i = 0; i < source->set->count; i++)
        if (source->ratios[i].present && in_table(table, source, &source->set->series[i]))
            return 1;
    return 0;
}

/* Which shares the series of a source have: bits of enum eb_share. */
static unsigned shares_in(const struct table *table, const struct source *source)
{
    unsigned shares = 0;
    for (size_t i = 0; i < source->set->count; i++)
        if (in_table(table, source, &source->set->series[i]))
            shares |= eb_shares_of(&source->ceilings[i]);
    return shares;
}

/* Adds the arms of set that the table has anything of; the table must have room for them all. */
static void add_sources(struct table *table, const struct eb_series_set *set, size_t variant_index,
                        const struct eb_ratio *ratios, const struct eb_ceiling *ceilings, int other,
                        int named_variant)
{
    for (size_t i = 0; i < set->arm_count; i++) {
        struct source source = {.set = set,
                                .arm_index = i,
                                .variant_index = variant_index,
                                .ratios = ratios,
                                .ceilings = ceilings,
                                .other = other,
                                .named_variant = named_variant};
        if (ratios && !has_any_ratio(table, &source))
            source.ratios = NULL;
        source.shares = shares_in(table, &source);
        if (source_has_any(table, &source))
            table->sources[table->source_count++] = source;
    }
}

/* The metric that people are shown: the first shown one that set has for the kernel. */
static const struct eb_metric *metric_shown(const struct eb_series_set *set,
                                            const struct eb_kernel_metrics *kernel)
{
    for (size_t i = 0; i < kernel->shown_count; i++)
        for (size_t j = 0; j < set->count; j++)
            if (set->series[j].metric == &kernel->metrics[kernel->shown[i]])
                return set->series[j].metric;
    return NULL;
}

/* The next larger rank count of a metric after *ranks; 0 when there is none. */
static int next_ranks(const struct eb_series_set *set, const struct eb_metric *metric, uint64_t *ranks)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; i < set->count; i++)
        if (set->series[i].metric == metric && set->series[i].ranks > *ranks && set->series[i].ranks < next)
            next = set->series[i].ranks;
    *ranks = next;
    return next != UINT64_MAX;
}

static enum eb_status write_own_tables(const struct eb_report *report, struct table *table, FILE *file,
                                       struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < report->set->variant_count; i++) {
        table->source_count = 0;
        add_sources(table, report->set, i, report->ratios, report->ceilings, 0, 0);
        if (table->source_count == 0)
            continue;
        char *variant = eb_plain_copy(report->set->variants[i]);
        if (!variant)
            return out_of_memory(err);
        write_title(table, "", report->set->variant_count > 1 ? variant : NULL, file);
        free(variant);
        status = write_table(table, NULL, "arm", report->baseline_arm, file, err);
    }
    return status;
}

/* "results/x.json (2019)" */
static char *describe_against(const struct eb_report *report)
{
    const char *date = eb_origin_date(report->against);
    char *text = NULL;
    return asprintf(&text, "%s (%s)", report->against_path, date ? date : "no date") < 0 ? NULL : text;
}

static int same_names(const struct source *a, const struct source *b)
{
    return strcmp(eb_series_set_arm(a->set, a->arm_index), eb_series_set_arm(b->set, b->arm_index)) == 0 &&
           strcmp(a->set->variants[a->variant_index], b->set->variants[b->variant_index]) == 0;
}

/* Moves each source of the other record behind the one of the same arm and variant among the first own_count,
 * where there is one. */
static void pair_sources(struct table *table, size_t own_count)
{
    size_t place = 1;
    for (size_t own = 0; own < own_count; own++, place++) {
        for (size_t i = place; i < table->source_count; i++) {
            struct source found = table->sources[i];
            if (!found.other || !same_names(&table->sources[place - 1], &found))
                continue;
            found.paired = 1;
            memmove(&table->sources[place + 1], &table->sources[place], (i - place) * sizeof *table->sources);
            table->sources[place++] = found;
            break;
        }
    }
}

static enum eb_status write_beside(const struct eb_report *report, struct table *table, FILE *file,
                                   struct eb_error *err)
{
    const struct eb_ratio *ratios = report->against_same_hosts ? report->against_ratios : NULL;
    const struct eb_series_set *other = report->against_set;
    table->source_count = 0;
    for (size_t i = 0; i < report->set->variant_count; i++)
        add_sources(table, report->set, i, ratios, report->ceilings, 0, report->set->variant_count > 1);
    size_t own_count = table->source_count;
    for (size_t i = 0; i < other->variant_count; i++)
        add_sources(table, other, i, NULL, report->against_ceilings, 1, other->variant_count > 1);
    pair_sources(table, own_count);
    char *source = describe_against(report);
    if (!source)
        return out_of_memory(err);
    write_title(table, " beside *", NULL, file);
    enum eb_status status = eb_text_wrapped(file, "* = ", 4, source, err);
    free(source);
    if (status == EB_OK && report->against_note)
        status = eb_text_wrapped(file, "* ", 2, report->against_note, err);
    return status == EB_OK ? write_table(table, report->set, "arm", "*arm", file, err) : status;
}

static enum eb_status write_kernel(const struct eb_report *report, struct table *table, FILE *file,
                                   struct eb_error *err)
{
    enum eb_status status = EB_OK;
    table->metric = metric_shown(report->set, table->kernel);
    if (!table->metric)
        return EB_OK;
    for (table->ranks = 0; status == EB_OK && next_ranks(report->set, table->metric, &table->ranks);)
        status = write_own_tables(report, table, file, err);
    if (!report->against)
        return status;
    table->metric = metric_shown(report->against_set, table->kernel);
    if (!table->metric)
        return status;
    for (table->ranks = 0; status == EB_OK && next_ranks(report->against_set, table->metric, &table->ranks);)
        status = write_beside(report, table, file, err);
    return status;
}

enum eb_status eb_text_tables(const struct eb_report *report, FILE *file, struct eb_error *err)
{
    size_t room = report->set->arm_count * report->set->variant_count;
    if (report->against)
        room += report->against_set->arm_count * report->against_set->variant_count;
    struct table table = {.sources = calloc(room, sizeof *table.sources)};
    enum eb_status status = table.sources ? EB_OK : out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i < eb_kernel_count(); i++) {
        table.kernel = eb_kernel_metrics_at(i);
        status = write_kernel(report, &table, file, err);
    }
    free(table.sources);
    return status;
}
