/* The series of a judgement, one by one. */
#include "judge/likeness.h"
#include "judge/past_hearing.h"
#include "judge/stats/order.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DRIFTS_TOLD 10
#define NORMAL                                                                                               \
    1.4826 /* makes the median absolute deviation of a normal distribution its standard deviation */

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "past", ENOMEM, "out of memory for a judgement");
}

/* The median of the baseline's z of a series of the past; *nights is how many have it, 0: NAN. */
static double baseline_median(const struct eb_hearing *all, size_t series, size_t *nights)
{
    *nights = 0;
    for (size_t i = 0; series != EB_PAST_NONE && i < all->count; i++) {
        const struct eb_past_value *value = eb_night_value(&all->asked->past->nights[all->chosen[i]], series);
        if (value)
            all->room[(*nights)++] = value->z;
    }
    if (*nights == 0)
        return NAN;
    eb_order_sort(all->room, *nights);
    return eb_order_median(all->room, *nights);
}

static double value_of(const struct eb_metric *metric, double z)
{
    return exp(eb_metric_is_rate(metric) ? -z : z);
}

int eb_hearing_is_out_of_line(const struct eb_hearing *all, size_t i)
{
    return all->verdict.state == EB_NIGHT_SUSPECT && all->scores[i] > all->verdict.conformal.limit &&
           all->offsets[i] > all->asked->options->delta;
}

/* What a row says of which series it is; 0 when out of memory. */
static int name_row(struct eb_hearing *all, const struct eb_past_series *series, const char *algorithm,
                    struct eb_judged *row)
{
    static const struct eb_judged_value absent = {.value = NAN, .low = NAN, .high = NAN};
    *row = (struct eb_judged){.kernel = series->kernel,
                              .metric = series->metric,
                              .algorithm = eb_judgement_keep(all->judgement, algorithm),
                              .arm = eb_judgement_keep(all->judgement, series->arm),
                              .variant = eb_judgement_keep(all->judgement, series->variant),
                              .size_bytes = series->size_bytes,
                              .ranks = series->ranks,
                              .base = absent,
                              .now = absent,
                              .effect = NAN,
                              .low = NAN,
                              .high = NAN,
                              .p_worse = NAN,
                              .p_better = NAN,
                              .visible = NAN};
    return row->algorithm && row->arm && row->variant;
}

static enum eb_status fill_row(struct eb_hearing *all, size_t i, struct eb_judged *row, struct eb_error *err)
{
    const struct eb_past_value *value = &all->values[i];
    const struct eb_past_series *series = &all->asked->record->series[value->series];
    size_t nights = 0;
    double median = baseline_median(all, all->columns[value->series], &nights);
    if (!name_row(all, series, value->algorithm, row))
        return out_of_memory(err);
    row->now = (struct eb_judged_value){
        .value = value->value, .low = value->ci_low, .high = value->ci_high, .launches = value->launches};
    row->call = EB_CALL_NONE;
    if (nights == 0) {
        row->note = all->count > 0 ? "new: none of the nights has it" : NULL;
        return EB_OK;
    }
    row->base.value = value_of(series->metric, median);
    row->base.launches = nights;
    row->effect = value->z - median;
    if (all->count >= EB_NIGHTS_LEAST && nights < EB_NIGHTS_LEAST) {
        row->note = eb_judgement_keep_made(all->judgement, "new: %zu of the %zu nights have it, need %d",
                                           nights, all->count, EB_NIGHTS_LEAST);
        return row->note ? EB_OK : out_of_memory(err);
    }
    if (all->verdict.state == EB_NIGHT_LEARNING)
        return EB_OK;
    if (eb_hearing_is_out_of_line(all, i)) {
        row->call = all->before ? EB_CALL_REGRESSED : EB_CALL_INCONCLUSIVE;
        row->note = eb_judgement_keep_made(all->judgement,
                                           "%.1f spreads above the nights' median, at most %.1f in any night",
                                           all->scores[i], all->verdict.conformal.limit);
        return row->note ? EB_OK : out_of_memory(err);
    }
    if (fabs(row->effect) <= all->asked->options->delta)
        row->call = EB_CALL_EQUIVALENT;
    else
        row->note = row->effect > 0 ? "no further out than the nights were" : NULL;
    return EB_OK;
}

static int tonight_has(const struct eb_hearing *all, size_t series)
{
    for (size_t i = 0; i < all->value_count; i++)
        if (all->columns[all->values[i].series] == series)
            return 1;
    return 0;
}

static enum eb_status add_missing(struct eb_hearing *all, struct eb_error *err)
{
    const struct eb_past *past = all->asked->past;
    const struct eb_night *latest = all->count > 0 ? &past->nights[all->chosen[all->count - 1]] : NULL;
    for (size_t i = 0; latest && i < latest->value_count; i++) {
        const struct eb_past_value *value = &latest->values[i];
        const struct eb_past_series *series = &past->series[value->series];
        if ((all->asked->variant && strcmp(series->variant, all->asked->variant) != 0) ||
            tonight_has(all, value->series))
            continue;
        struct eb_judged *row = &all->judgement->rows[all->judgement->row_count];
        size_t nights = 0;
        double median = baseline_median(all, value->series, &nights);
        if (!name_row(all, series, value->algorithm, row))
            return out_of_memory(err);
        row->call = EB_CALL_MISSING;
        row->is_allowed = eb_likeness_is_allowed(all->asked->options->allow, "missing");
        row->base.value = value_of(series->metric, median);
        row->base.launches = nights;
        row->note = "the latest night has it";
        all->judgement->row_count++;
        all->missing++;
    }
    return EB_OK;
}

#define COMPARE(x, y)                                                                                        \
    if ((x) != (y))                                                                                          \
    return (x) < (y) ? -1 : 1

static int compare_rows(const void *left, const void *right)
{
    const struct eb_judged *a = left;
    const struct eb_judged *b = right;
    COMPARE(a->kernel, b->kernel);
    COMPARE(a->metric, b->metric);
    COMPARE(a->ranks, b->ranks);
    int order = strcmp(a->arm, b->arm);
    if (order == 0)
        order = strcmp(a->variant, b->variant);
    if (order != 0)
        return order;
    COMPARE(a->size_bytes, b->size_bytes);
    return strcmp(a->algorithm, b->algorithm);
}

enum eb_status eb_hearing_add_rows(struct eb_hearing *all, struct eb_error *err)
{
    size_t room = all->value_count + all->asked->past->series_count + 1;
    all->judgement->rows = calloc(room, sizeof *all->judgement->rows);
    if (!all->judgement->rows)
        return out_of_memory(err);
    for (size_t i = 0; i < all->value_count; i++) {
        enum eb_status status = fill_row(all, i, &all->judgement->rows[i], err);
        if (status != EB_OK)
            return status;
        all->judgement->row_count++;
    }
    enum eb_status status = add_missing(all, err);
    qsort(all->judgement->rows, all->judgement->row_count, sizeof *all->judgement->rows, compare_rows);
    return status;
}

/* Of a series of tonight over the nights since the accepted shift. */
static enum eb_status drift_of(const struct eb_hearing *all, size_t i, struct eb_drift *drift, size_t *origin,
                               struct eb_error *err)
{
    const struct eb_past *past = all->asked->past;
    size_t series = all->columns[all->values[i].series];
    size_t count = 0;
    size_t place = all->start;
    *drift = (struct eb_drift){0};
    if (series == EB_PAST_NONE)
        return EB_OK;
    for (; place < all->at; place++) {
        const struct eb_past_value *value =
            eb_night_value(&past->nights[all->sequence.nights[place]], series);
        if (value)
            all->room[count++] = value->z;
    }
    all->room[count++] = all->values[i].z;
    enum eb_status status = eb_past_drift(all->room, count, drift, err);
    *origin = all->at;
    for (place = all->start, count = 0; drift->cusum.alarmed && place < all->at; place++)
        if (eb_night_value(&past->nights[all->sequence.nights[place]], series) &&
            count++ == drift->cusum.origin)
            *origin = place;
    return status;
}

enum eb_status eb_hearing_note_drifts(struct eb_hearing *all, struct eb_error *err)
{
    size_t told = 0;
    for (size_t i = 0; i < all->value_count; i++) {
        struct eb_drift drift;
        size_t origin = 0;
        enum eb_status status = drift_of(all, i, &drift, &origin, err);
        if (status != EB_OK)
            return status;
        if (!drift.cusum.alarmed || ++told > DRIFTS_TOLD)
            continue;
        const struct eb_night *since =
            origin < all->at ? &all->asked->past->nights[all->sequence.nights[origin]] : all->tonight;
        char *name = eb_past_series_name(&all->asked->record->series[all->values[i].series]);
        status = name ? eb_judgement_note(all->judgement, err,
                                          "drift: %s has been getting worse since %s: tonight %+.1f%% on its "
                                          "first %zu nights",
                                          name, since->created_utc,
                                          eb_judged_percent_worse(all->values[i].z - drift.median),
                                          drift.reference)
                      : out_of_memory(err);
        free(name);
        if (status != EB_OK)
            return status;
    }
    return told > DRIFTS_TOLD
               ? eb_judgement_note(all->judgement, err, "drift: and %zu more series", told - DRIFTS_TOLD)
               : EB_OK;
}

enum eb_status eb_past_drift(const double *z, size_t count, struct eb_drift *drift, struct eb_error *err)
{
    double sorted[EB_DRIFT_REFERENCE];
    *drift = (struct eb_drift){0};
    if (count <= EB_DRIFT_REFERENCE)
        return EB_OK;
    double *scores = malloc((count - EB_DRIFT_REFERENCE) * sizeof *scores);
    if (!scores)
        return out_of_memory(err);
    memcpy(sorted, z, sizeof sorted);
    eb_order_sort(sorted, EB_DRIFT_REFERENCE);
    drift->reference = EB_DRIFT_REFERENCE;
    drift->median = eb_order_median(sorted, EB_DRIFT_REFERENCE);
    for (size_t i = 0; i < EB_DRIFT_REFERENCE; i++)
        sorted[i] = fabs(z[i] - drift->median);
    eb_order_sort(sorted, EB_DRIFT_REFERENCE);
    drift->scale = fmax(NORMAL * eb_order_median(sorted, EB_DRIFT_REFERENCE), EB_NIGHTS_FLOOR);
    for (size_t i = EB_DRIFT_REFERENCE; i < count; i++)
        scores[i - EB_DRIFT_REFERENCE] = (z[i] - drift->median) / drift->scale;
    enum eb_status status =
        eb_cusum(scores, count - EB_DRIFT_REFERENCE, EB_CUSUM_ALLOWANCE, EB_CUSUM_LIMIT, &drift->cusum, err);
    drift->cusum.alarm += EB_DRIFT_REFERENCE;
    drift->cusum.origin += EB_DRIFT_REFERENCE;
    if (drift->cusum.origin + 1 == count)
        drift->cusum.alarmed = 0;
    free(scores);
    return status;
}
