#include "judge/report/text_table.h"

#include "common/plain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int eb_text_in_table(const struct eb_text_table *table, const struct eb_text_source *source,
                     const struct eb_series *series)
{
    return series->kernel == table->kernel && series->metric == table->metric &&
           series->ranks == table->ranks && series->arm_index == source->arm_index &&
           series->variant_index == source->variant_index;
}

const struct eb_series *eb_text_series_at(const struct eb_text_table *table,
                                          const struct eb_text_source *source, uint64_t size_bytes,
                                          const char *algorithm, size_t number)
{
    for (size_t i = 0; i < source->set->count; i++) {
        const struct eb_series *series = &source->set->series[i];
        if (eb_text_in_table(table, source, series) && series->size_bytes == size_bytes &&
            (!algorithm || strcmp(series->algorithm, algorithm) == 0) && number-- == 0)
            return series;
    }
    return NULL;
}

void eb_text_name(const struct eb_text_source *source, char *text, size_t text_bytes)
{
    snprintf(text, text_bytes, "%s%.64s%s%.64s%s", source->other ? "*" : "",
             eb_series_set_arm(source->set, source->arm_index), source->named_variant ? "/" : "",
             source->named_variant ? source->set->variants[source->variant_index] : "",
             eb_series_set_strays(source->set, source->arm_index) ? " (WRONG PATH)" : "");
    eb_plain_clean(text);
}

unsigned eb_text_paint(const struct eb_text_source *source)
{
    return eb_series_set_strays(source->set, source->arm_index) ? EB_PAINT_WRONG : source->paint;
}

static int compare_sizes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

uint64_t *eb_text_sizes(const struct eb_text_table *table, const struct eb_series_set *record, size_t *count)
{
    size_t room = 1;
    for (size_t i = 0; i < table->source_count; i++)
        room += table->sources[i].set->count;
    uint64_t *sizes = malloc(room * sizeof *sizes);
    size_t found = 0;
    for (size_t i = 0; sizes && i < table->source_count; i++) {
        const struct eb_text_source *source = &table->sources[i];
        for (size_t j = 0; j < source->set->count; j++) {
            const struct eb_series *series = &source->set->series[j];
            int wanted = eb_text_in_table(table, source, series) && (!record || source->other);
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

struct eb_text_unit eb_text_unit_of(const struct eb_text_table *table)
{
    double least = INFINITY;
    double most = 0;
    for (size_t i = 0; i < table->source_count; i++) {
        const struct eb_text_source *source = &table->sources[i];
        for (size_t j = 0; j < source->set->count; j++)
            if (eb_text_in_table(table, source, &source->set->series[j])) {
                least = fmin(least, source->set->series[j].value);
                most = fmax(most, source->set->series[j].value);
            }
    }
    const char *unit = table->metric->unit;
    if (strcmp(unit, "1/s") == 0 && most >= 1e6)
        return least >= 1e5 ? (struct eb_text_unit){.text = "millions", .factor = 1e-6}
                            : (struct eb_text_unit){.text = "thousands", .factor = 1e-3};
    if (strcmp(unit, "us") == 0 && isfinite(least) && least >= 1e4)
        return (struct eb_text_unit){.text = "ms", .factor = 1e-3};
    return (struct eb_text_unit){.text = unit, .factor = 1};
}

int eb_text_has_several(const struct eb_text_table *table, uint64_t size_bytes)
{
    for (size_t i = 0; i < table->source_count; i++)
        if (eb_text_series_at(table, &table->sources[i], size_bytes, NULL, 1))
            return 1;
    return 0;
}

int eb_text_better(const struct eb_series *series, const struct eb_ratio *ratio)
{
    int above = 0;
    if (!ratio->present)
        return 0;
    if (ratio->interval.present)
        above = ratio->interval.low > 1 ? 1 : ratio->interval.high < 1 ? -1 : 0;
    else if (series->published) /* 1.00x is none */
        above = ratio->value >= 1.005 ? 1 : ratio->value < 0.995 ? -1 : 0;
    return eb_metric_is_rate(series->metric) ? above : -above;
}
