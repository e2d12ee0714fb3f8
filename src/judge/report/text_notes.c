/* What is said between the title of a table and its rows. */
#include "common/plain.h"
#include "common/units.h"
#include "judge/report/shares.h"
#include "judge/report/text_lines.h"
#include "judge/report/text_table.h"
#include "judge/stats/order.h"
#include "judge/stats/shift.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for a table");
}

static enum eb_status write_note(const struct eb_text_table *table, const char *text, FILE *file,
                                 struct eb_error *err)
{
    struct eb_text_line line = {.head = "", .indent = 2, .text = text, .paint = EB_PAINT_DIM};
    return eb_text_write(&line, table->style, file, err);
}

static enum eb_status write_too_few(const struct eb_text_table *table, size_t launches, size_t needed,
                                    FILE *file, struct eb_error *err)
{
    char text[120];
    snprintf(text, sizeof text, "too few launches for an interval: %zu, need %zu", launches, needed);
    return write_note(table, text, file, err);
}

/* 1 / 2^(n-1) must not be above 5%. */
static size_t launches_for_an_interval(void)
{
    static const double values[64];
    size_t needed = 1;
    while (needed < 64 && !eb_order_median_interval(values, needed, EB_SERIES_LEVEL).present)
        needed++;
    return needed;
}

/* Of a table with one arm: why it has no intervals. */
static enum eb_status write_interval_note(const struct eb_text_table *table, FILE *file, struct eb_error *err)
{
    const struct eb_text_source *source = &table->sources[0];
    size_t fewest = SIZE_MAX;
    int published = 0;
    for (size_t i = 0; i < source->set->count; i++) {
        const struct eb_series *series = &source->set->series[i];
        if (!eb_text_in_table(table, source, series) || !isnan(series->ci_low))
            continue;
        published |= series->published;
        if (series->launch_value_count < fewest)
            fewest = series->launch_value_count;
    }
    if (published)
        return write_note(table, "no interval: the source gives summaries only", file, err);
    return fewest == SIZE_MAX ? EB_OK : write_too_few(table, fewest, launches_for_an_interval(), file, err);
}

enum eb_status eb_text_write_ratio_notes(const struct eb_text_table *table, const char *of, const char *to,
                                         const struct eb_text_notes *notes, FILE *file, struct eb_error *err)
{
    char full[EB_PLAIN_NUMBER];
    char *text = NULL;
    if (!notes->any)
        return table->source_count == 1 ? write_interval_note(table, file, err) : EB_OK;
    if (asprintf(&text, "ratio = %s / %s; above 1 is %s%s%s", of, to,
                 eb_metric_is_rate(table->metric) ? "faster" : "slower",
                 notes->with_interval ? "; [95% interval]" : "",
                 notes->painted ? "; colour: better arm" : "") < 0)
        return out_of_memory(err);
    enum eb_status status = write_note(table, text, file, err);
    free(text);
    if (status == EB_OK && notes->full > 0) {
        char bars[EB_PLAIN_NUMBER + 40];
        snprintf(bars, sizeof bars, "bars: log scale, full at %.20sx",
                 eb_plain_fixed(notes->full, notes->full < 10 ? 2 : 0, full));
        status = write_note(table, bars, file, err);
    }
    if (status == EB_OK && notes->published)
        status = write_note(table, "no interval: the source gives summaries only", file, err);
    else if (status == EB_OK && notes->fewest_launches != SIZE_MAX)
        status = write_too_few(table, notes->fewest_launches, eb_shift_launches_needed(EB_SERIES_LEVEL), file,
                               err);
    return status;
}

enum eb_status eb_text_write_share_notes(const struct eb_text_table *table, unsigned shares, FILE *file,
                                         struct eb_error *err)
{
    struct eb_share_legend legend = {.shares = shares};
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < table->source_count; i++) {
        const struct eb_text_source *source = &table->sources[i];
        for (size_t j = 0; status == EB_OK && j < source->set->count; j++)
            if (eb_text_in_table(table, source, &source->set->series[j]))
                status = eb_share_legend_add(&legend, &source->ceilings[j], &source->set->series[j], err);
    }
    if (status == EB_OK)
        status = eb_share_legend_write(&legend, table->style, file, err);
    eb_share_legend_free(&legend);
    return status;
}

/* "ring", "recursive_doubling 4 B to 1 MiB, ring 4 MiB"; NULL when out of memory. */
static char *describe_algorithms(const struct eb_text_table *table, const struct eb_text_source *source,
                                 const uint64_t *sizes, size_t size_count)
{
    char *text = NULL;
    size_t length = 0;
    size_t runs = 0;
    FILE *line = open_memstream(&text, &length);
    if (!line)
        return NULL;
    for (size_t i = 0; i < size_count;) {
        char first[32];
        char last[32];
        const struct eb_series *series = eb_text_series_at(table, source, sizes[i], NULL, 0);
        size_t begin = i++;
        size_t end = begin; /* the last size of the run */
        if (!series)
            continue;
        for (; i < size_count; i++) {
            const struct eb_series *next = eb_text_series_at(table, source, sizes[i], NULL, 0);
            if (next && strcmp(next->algorithm, series->algorithm) != 0)
                break;
            end = next ? i : end;
        }
        fprintf(line, "%s%s", runs++ ? ", " : "", series->algorithm[0] ? series->algorithm : "unnamed");
        if (runs == 1 && i == size_count)
            break;
        eb_size_format(sizes[begin], first, sizeof first);
        eb_size_format(sizes[end], last, sizeof last);
        fprintf(line, end > begin ? " %s to %s" : " %s", first, last);
    }
    if (fclose(line) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* "kernel, tcp: recursive_doubling; layer: native" from what each source has. */
static char *join_algorithms(const struct eb_text_table *table, char *const *described)
{
    char *text = NULL;
    size_t length = 0;
    FILE *line = open_memstream(&text, &length);
    if (!line)
        return NULL;
    fputs("algorithms: ", line);
    for (size_t i = 0; i < table->source_count; i++) {
        char name[160];
        int said = !described[i][0];
        for (size_t j = 0; j < i && !said; j++)
            said = strcmp(described[i], described[j]) == 0;
        if (said)
            continue;
        fputs(i ? "; " : "", line);
        for (size_t j = i; j < table->source_count; j++) {
            if (strcmp(described[i], described[j]) != 0)
                continue;
            eb_text_name(&table->sources[j], name, sizeof name);
            fprintf(line, "%s%s", j > i ? ", " : "", name);
        }
        fprintf(line, ": %s", described[i]);
    }
    if (fclose(line) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

enum eb_status eb_text_write_algorithms(const struct eb_text_table *table, const uint64_t *sizes,
                                        size_t size_count, FILE *file, struct eb_error *err)
{
    if (!eb_text_algorithms_differ(table, sizes, size_count))
        return EB_OK;
    char **described = calloc(table->source_count, sizeof *described);
    int failed = !described;
    for (size_t i = 0; !failed && i < table->source_count; i++) {
        described[i] = describe_algorithms(table, &table->sources[i], sizes, size_count);
        failed = !described[i];
    }
    char *text = failed ? NULL : join_algorithms(table, described);
    enum eb_status status = text ? write_note(table, text, file, err) : out_of_memory(err);
    free(text);
    for (size_t i = 0; described && i < table->source_count; i++)
        free(described[i]);
    free(described);
    return status;
}
