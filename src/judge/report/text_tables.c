/* Which tables there are, and the order of what stands in one. */
#include "judge/report/text_tables.h"

#include "judge/report/grid.h"
#include "judge/report/origin.h"
#include "judge/report/shares.h"
#include "judge/report/text_lines.h"
#include "judge/report/text_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for a table");
}

static int source_has_any(const struct eb_text_table *table, const struct eb_text_source *source)
{
    for (size_t i = 0; i < source->set->count; i++)
        if (eb_text_in_table(table, source, &source->set->series[i]))
            return 1;
    return 0;
}

/* note stands after the kernel's name, variant (may be NULL) at the end. */
static enum eb_status write_title(const struct eb_text_table *table, const char *note, const char *variant,
                                  FILE *file, struct eb_error *err)
{
    char *text = NULL;
    if (asprintf(&text, "%s%s: %s, %s (%s is better), %llu ranks%s%s", table->kernel->name, note,
                 table->metric->title, eb_text_unit_of(table).text,
                 eb_metric_is_rate(table->metric) ? "higher" : "lower", (unsigned long long)table->ranks,
                 variant ? ", variant " : "", variant ? variant : "") < 0)
        return out_of_memory(err);
    struct eb_text_line line = {.head = "", .indent = 2, .text = text, .paint = EB_PAINT_HEADING};
    fputc('\n', file);
    enum eb_status status = eb_text_write(&line, table->style, file, err);
    free(text);
    return status;
}

/* The table under its title. record restricts the sizes, see eb_text_sizes. of and to say what the ratios
 * are. */
static enum eb_status write_table(const struct eb_text_table *table, const struct eb_series_set *record,
                                  const char *of, const char *to, FILE *file, struct eb_error *err)
{
    size_t size_count = 0;
    struct eb_text_notes notes;
    uint64_t *sizes = eb_text_sizes(table, record, &size_count);
    struct eb_grid *grid = sizes ? eb_text_rows(table, sizes, size_count, &notes) : NULL;
    enum eb_status status = grid ? EB_OK : out_of_memory(err);
    if (status == EB_OK)
        status = eb_text_write_ratio_notes(table, of, to, &notes, file, err);
    if (status == EB_OK)
        status = eb_text_write_share_notes(table, notes.shares, file, err);
    if (status == EB_OK)
        status = eb_text_write_algorithms(table, sizes, size_count, file, err);
    if (status == EB_OK)
        status = eb_text_write_sparks(table, sizes, size_count, file, err);
    if (status == EB_OK && size_count == 0)
        fputs("no figures at these sizes\n", file);
    else if (status == EB_OK && eb_grid_show(grid, table->style, file) != 0)
        status = out_of_memory(err);
    eb_grid_free(grid);
    free(sizes);
    return status;
}

static int has_any_ratio(const struct eb_text_table *table, const struct eb_text_source *source)
{
    for (size_t i = 0; i < source->set->count; i++)
        if (source->ratios[i].present && eb_text_in_table(table, source, &source->set->series[i]))
            return 1;
    return 0;
}

/* Which shares the series of a source have: bits of enum eb_share. */
static unsigned shares_in(const struct eb_text_table *table, const struct eb_text_source *source)
{
    unsigned shares = 0;
    for (size_t i = 0; i < source->set->count; i++)
        if (eb_text_in_table(table, source, &source->set->series[i]))
            shares |= eb_shares_of(&source->ceilings[i]);
    return shares;
}

static size_t find_arm(const struct eb_series_set *set, const char *arm)
{
    size_t place = 0;
    while (place < set->arm_count && strcmp(eb_series_set_arm(set, place), arm) != 0)
        place++;
    return place;
}

/* The colour of an arm of set: by its first appearance in both records, as on the page. */
static unsigned paint_of(const struct eb_text_table *table, const struct eb_series_set *set, size_t arm_index)
{
    size_t place = find_arm(table->own, eb_series_set_arm(set, arm_index));
    if (place == table->own->arm_count)
        for (size_t i = 0; i < arm_index; i++)
            place += find_arm(table->own, eb_series_set_arm(set, i)) == table->own->arm_count;
    return (unsigned)(EB_PAINT_ARM + place);
}

/* Adds the arms of set that the table has anything of; the table must have room for them all. */
static void add_sources(struct eb_text_table *table, const struct eb_series_set *set, size_t variant_index,
                        const struct eb_ratio *ratios, const struct eb_ceiling *ceilings, int other,
                        int named_variant)
{
    for (size_t i = 0; i < set->arm_count; i++) {
        struct eb_text_source source = {.set = set,
                                        .arm_index = i,
                                        .variant_index = variant_index,
                                        .ratios = ratios,
                                        .ceilings = ceilings,
                                        .paint = paint_of(table, set, i),
                                        .other = other,
                                        .named_variant = named_variant};
        if (ratios && !has_any_ratio(table, &source))
            source.ratios = NULL;
        source.shares = shares_in(table, &source);
        if (source_has_any(table, &source))
            table->sources[table->source_count++] = source;
    }
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

/* SIZE_MAX when the table has none of the arm. */
static size_t find_source(const struct eb_text_table *table, const char *arm)
{
    for (size_t i = 0; i < table->source_count; i++)
        if (strcmp(eb_series_set_arm(table->sources[i].set, table->sources[i].arm_index), arm) == 0)
            return i;
    return SIZE_MAX;
}

static enum eb_status write_own_tables(const struct eb_report *report, struct eb_text_table *table,
                                       FILE *file, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < report->set->variant_count; i++) {
        table->source_count = 0;
        add_sources(table, report->set, i, report->ratios, report->ceilings, 0, 0);
        if (table->source_count == 0)
            continue;
        table->base = find_source(table, report->baseline_arm);
        status = write_title(table, "", report->set->variant_count > 1 ? report->set->variants[i] : NULL,
                             file, err);
        if (status == EB_OK)
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

static int same_names(const struct eb_text_source *a, const struct eb_text_source *b)
{
    return strcmp(eb_series_set_arm(a->set, a->arm_index), eb_series_set_arm(b->set, b->arm_index)) == 0 &&
           strcmp(a->set->variants[a->variant_index], b->set->variants[b->variant_index]) == 0;
}

/* Moves each source of the other record behind the one of the same arm and variant among the first own_count,
 * where there is one. */
static void pair_sources(struct eb_text_table *table, size_t own_count)
{
    size_t place = 1;
    for (size_t own = 0; own < own_count; own++, place++) {
        for (size_t i = place; i < table->source_count; i++) {
            struct eb_text_source found = table->sources[i];
            if (!found.other || !same_names(&table->sources[place - 1], &found))
                continue;
            found.paired = 1;
            memmove(&table->sources[place + 1], &table->sources[place], (i - place) * sizeof *table->sources);
            table->sources[place++] = found;
            break;
        }
    }
}

static enum eb_status write_beside(const struct eb_report *report, struct eb_text_table *table, FILE *file,
                                   struct eb_error *err)
{
    const struct eb_ratio *ratios = report->against_same_hosts ? report->against_ratios : NULL;
    const struct eb_series_set *other = report->against_set;
    table->source_count = 0;
    table->base = SIZE_MAX;
    for (size_t i = 0; i < report->set->variant_count; i++)
        add_sources(table, report->set, i, ratios, report->ceilings, 0, report->set->variant_count > 1);
    size_t own_count = table->source_count;
    for (size_t i = 0; i < other->variant_count; i++)
        add_sources(table, other, i, NULL, report->against_ceilings, 1, other->variant_count > 1);
    pair_sources(table, own_count);
    char *source = describe_against(report);
    if (!source)
        return out_of_memory(err);
    struct eb_text_line line = {.head = "* = ", .indent = 4, .text = source, .paint = EB_PAINT_DIM};
    struct eb_text_line note = {
        .head = "* ", .indent = 2, .text = report->against_note, .head_paint = EB_PAINT_WARNING};
    enum eb_status status = write_title(table, " beside *", NULL, file, err);
    if (status == EB_OK)
        status = eb_text_write(&line, table->style, file, err);
    free(source);
    if (status == EB_OK && report->against_note)
        status = eb_text_write(&note, table->style, file, err);
    return status == EB_OK ? write_table(table, report->set, "arm", "*arm", file, err) : status;
}

static enum eb_status write_kernel(const struct eb_report *report, struct eb_text_table *table, FILE *file,
                                   struct eb_error *err)
{
    enum eb_status status = EB_OK;
    table->metric = eb_series_set_shown(report->set, table->kernel);
    if (!table->metric)
        return EB_OK;
    for (table->ranks = 0; status == EB_OK && next_ranks(report->set, table->metric, &table->ranks);)
        status = write_own_tables(report, table, file, err);
    if (!report->against)
        return status;
    table->metric = eb_series_set_shown(report->against_set, table->kernel);
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
    struct eb_text_table table = {.sources = calloc(room, sizeof *table.sources),
                                  .style = &report->style,
                                  .own = report->set,
                                  .base = SIZE_MAX};
    enum eb_status status = table.sources ? EB_OK : out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i < eb_kernel_count(); i++) {
        table.kernel = eb_kernel_metrics_at(i);
        status = write_kernel(report, &table, file, err);
    }
    free(table.sources);
    return status;
}
