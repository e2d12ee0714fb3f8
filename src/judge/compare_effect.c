/* Two sides' logarithms: how far apart, and how sure, by itself and among all. */
#include "judge/compare_parts.h"
#include "judge/stats/equivalence.h"
#include "judge/stats/maxt.h"
#include "judge/stats/shift.h"
#include "judge/stats/signed_rank.h"

#include <math.h>
#include <stdlib.h>

/* The values that are there. Returns how many. */
static size_t gather(const double *logs, size_t count, double *values)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(logs[i]))
            values[found++] = logs[i];
    return found;
}

static size_t gather_differences(const double *base, const double *now, size_t count, double *values)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(base[i]) && !isnan(now[i]))
            values[found++] = now[i] - base[i];
    return found;
}

static enum eb_status effect_of_pairs(const struct eb_comparison *all, const double *d, size_t k,
                                      struct eb_shift *shift, struct eb_effect *effect, struct eb_error *err)
{
    const struct eb_compare_options *options = all->options;
    effect->compared = k;
    if (k == 0)
        return EB_OK;
    effect->standard_error = eb_standard_error_pairs(d, k);
    enum eb_status status = eb_signed_rank_estimate(d, k, EB_SERIES_LEVEL, shift, err);
    if (status == EB_OK && shift->interval.present)
        status = eb_equivalence_pairs(d, k, options->delta, options->alpha, &effect->equivalent, err);
    return status;
}

static enum eb_status effect_of_groups(const struct eb_comparison *all, const double *x, size_t m,
                                       const double *y, size_t n, struct eb_shift *shift,
                                       struct eb_effect *effect, struct eb_error *err)
{
    const struct eb_compare_options *options = all->options;
    effect->compared = m < n ? m : n;
    if (effect->compared == 0)
        return EB_OK;
    effect->standard_error = eb_standard_error_groups(x, m, y, n);
    enum eb_status status = eb_shift_estimate(x, m, y, n, EB_SERIES_LEVEL, shift, err);
    /* Many launches beside two or three would have one: but of two or three nobody should be told. */
    if (effect->compared < eb_shift_launches_needed(EB_SERIES_LEVEL))
        shift->interval.present = 0;
    if (status == EB_OK && shift->interval.present)
        status = eb_equivalence_groups(x, m, y, n, options->delta, options->alpha, &effect->equivalent, err);
    return status;
}

enum eb_status eb_compare_effect(const struct eb_comparison *all, const double *base, const double *now,
                                 struct eb_effect *effect, struct eb_error *err)
{
    size_t base_count = all->base_columns.count;
    size_t now_count = all->now_columns.count;
    struct eb_shift shift = {0};
    *effect = (struct eb_effect){.estimate = NAN, .low = NAN, .high = NAN, .standard_error = NAN};
    double *x = malloc((base_count + 1) * sizeof *x);
    double *y = malloc((now_count + 1) * sizeof *y);
    enum eb_status status = x && y ? EB_OK : eb_compare_no_memory(err);
    if (status == EB_OK && all->paired) {
        size_t k = gather_differences(base, now, base_count, x);
        status = effect_of_pairs(all, x, k, &shift, effect, err);
    } else if (status == EB_OK) {
        size_t m = gather(base, base_count, x);
        size_t n = gather(now, now_count, y);
        status = effect_of_groups(all, x, m, y, n, &shift, effect, err);
    }
    if (status == EB_OK && effect->compared > 0)
        effect->estimate = shift.estimate;
    if (status == EB_OK && shift.interval.present) {
        effect->low = shift.interval.low;
        effect->high = shift.interval.high;
    }
    free(x);
    free(y);
    return status;
}

/* The table that maxT relabels; owned. */
struct table {
    double *values;
    unsigned char *present;
    double *p;
    size_t *kept; /* which columns they are */
    size_t base;  /* columns of the base, which stand first; pairs: unused */
    size_t columns;
};

static double value_at(const struct eb_comparison *all, const struct eb_compared *row, size_t column)
{
    size_t base_count = all->base_columns.count;
    if (all->paired)
        return row->now_logs[column] - row->base_logs[column];
    return column < base_count ? row->base_logs[column] : row->now_logs[column - base_count];
}

/* Columns that no row has are left out: relabelling them would be none. */
static void fill_table(const struct eb_comparison *all, const size_t *which, size_t count,
                       struct table *table)
{
    size_t base_count = all->base_columns.count;
    size_t total = all->paired ? base_count : base_count + all->now_columns.count;
    for (size_t column = 0; column < total; column++) {
        size_t i = 0;
        while (i < count && isnan(value_at(all, &all->rows[which[i]], column)))
            i++;
        if (i == count)
            continue;
        table->base += !all->paired && column < base_count;
        table->kept[table->columns++] = column;
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < table->columns; j++) {
            double value = value_at(all, &all->rows[which[i]], table->kept[j]);
            if (isnan(value))
                continue; /* both are zero */
            table->present[i * table->columns + j] = 1;
            table->values[i * table->columns + j] = value;
        }
}

static enum eb_status new_table(const struct eb_comparison *all, size_t count, struct table *table,
                                struct eb_error *err)
{
    size_t total = all->base_columns.count + all->now_columns.count;
    *table = (struct table){.values = calloc(count * total, sizeof *table->values),
                            .present = calloc(count * total, 1),
                            .kept = calloc(total, sizeof *table->kept),
                            .p = calloc(count, sizeof *table->p)};
    return table->values && table->present && table->kept && table->p ? EB_OK : eb_compare_no_memory(err);
}

enum eb_status eb_compare_adjust(struct eb_comparison *all, const size_t *which, size_t count,
                                 struct eb_error *err)
{
    struct table table;
    struct eb_maxt_how how = {0};
    if (count == 0)
        return EB_OK;
    enum eb_status status = new_table(all, count, &table, err);
    if (status == EB_OK)
        fill_table(all, which, count, &table);
    for (int mirrored = 0; status == EB_OK && mirrored < 2; mirrored++) {
        const struct eb_maxt data = {.values = table.values,
                                     .present = table.present,
                                     .series = count,
                                     .launches = table.columns,
                                     .delta = all->options->delta,
                                     .seed = all->options->seed};
        status = all->paired ? eb_maxt_pairs(&data, table.p, &how, err)
                             : eb_maxt_groups(&data, table.base, table.p, &how, err);
        for (size_t i = 0; status == EB_OK && i < count; i++) {
            struct eb_judged *row = &all->judgement->rows[which[i]];
            *(mirrored ? &row->p_better : &row->p_worse) = table.p[i];
        }
        for (size_t i = 0; i < count * table.columns; i++)
            table.values[i] = -table.values[i];
    }
    all->judgement->exact = how.exact;
    all->judgement->relabellings = how.relabellings;
    free(table.values);
    free(table.present);
    free(table.kept);
    free(table.p);
    return status;
}
