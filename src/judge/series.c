#include "judge/series.h"

#include "common/histogram.h"
#include "common/record.h"
#include "common/plain.h"
#include "judge/rounds.h"
#include "judge/series_parts.h"
#include "judge/stats/order.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a series is gathered in beside itself, until all launches are read. */
struct gathered {
    struct eb_histogram merged;
    size_t last_launch;
};

struct gathering {
    const char *path;
    struct eb_series_set *set;
    struct gathered *gathered; /* one for each series of the set */
    size_t room;
    json_t *index; /* key of a series -> its place */
    int keeps_refused;
};

/* One case of the record, looked up. */
struct case_view {
    const json_t *json;
    const json_t *launch_arms;
    size_t launch;
    const struct eb_kernel_metrics *kernel;
    struct eb_series key; /* algorithm, arm, variant, size and ranks are filled */
};

static enum eb_status refused(const struct gathering *all, const struct case_view *view, struct eb_error *err,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));

static enum eb_status refused(const struct gathering *all, const struct case_view *view, struct eb_error *err,
                              const char *format, ...)
{
    char reason[160];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    eb_error_set(err, EB_INVALID, "series", 0,
                 "%.120s: launches[%zu], kernel %.32s, arm %.32s, %llu bytes, %llu ranks: %s", all->path,
                 view->launch, json_string_value(json_object_get(view->json, "kernel")), view->key.arm,
                 (unsigned long long)view->key.size_bytes, (unsigned long long)view->key.ranks, reason);
    if (err)
        eb_plain_clean(err->text);
    return EB_INVALID;
}

static uint64_t count_of(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(object, key));
}

/* Makes room for one more series and returns its place. */
static enum eb_status add_series(struct gathering *all, const struct eb_series *series, size_t *place,
                                 struct eb_error *err)
{
    struct eb_series_set *set = all->set;
    if (set->count == all->room) {
        size_t room = all->room ? 2 * all->room : 64;
        struct eb_series *grown = realloc(set->series, room * sizeof *grown);
        if (!grown)
            return eb_series_out_of_memory(err);
        set->series = grown;
        struct gathered *beside = realloc(all->gathered, room * sizeof *beside);
        if (!beside)
            return eb_series_out_of_memory(err);
        all->gathered = beside;
        all->room = room;
    }
    *place = set->count++;
    set->series[*place] = *series;
    all->gathered[*place] = (struct gathered){0};
    return EB_OK;
}

/* Whether a case may be another launch of a series. A published summary of several runs stands alone. */
static int may_stand_together(const struct eb_series *series, const struct case_view *view)
{
    const json_t *published = json_object_get(view->json, "published");
    if (!series->published || !published)
        return !series->published && !published;
    return series->launches == series->launch_value_count && count_of(published, "runs") == 1;
}

/* The place of the view's series in this metric, which is new or one of an earlier launch. */
static enum eb_status claim_series(struct gathering *all, const struct case_view *view,
                                   const struct eb_metric *metric, size_t *place, struct eb_error *err)
{
    const struct eb_series *key = &view->key;
    char *name = NULL;
    if (asprintf(&name, "%s %s %zu %zu %llu %llu %s", view->kernel->name, metric->name, key->arm_index,
                 key->variant_index, (unsigned long long)key->size_bytes, (unsigned long long)key->ranks,
                 key->algorithm) < 0)
        return eb_series_out_of_memory(err);
    enum eb_status status = EB_OK;
    const json_t *known = json_object_get(all->index, name);
    if (known) {
        *place = (size_t)json_integer_value(known);
        if (all->gathered[*place].last_launch == view->launch) /* NOLINT: what is in the index was gathered */
            status = refused(all, view, err, "it stands twice in one launch");
        else if (!may_stand_together(&all->set->series[*place], view))
            status = refused(all, view, err, "a published figure stands beside another of the same series");
    } else {
        struct eb_series series = *key;
        series.kernel = view->kernel;
        series.metric = metric;
        series.ci_low = series.ci_high = series.min = series.max = NAN;
        series.p50 = series.p90 = series.p99 = series.p999 = NAN;
        status = add_series(all, &series, place, err);
        if (status == EB_OK && json_object_set_new(all->index, name, json_integer((json_int_t)*place)) != 0)
            status = eb_series_out_of_memory(err);
    }
    if (status == EB_OK)
        all->gathered[*place].last_launch = view->launch;
    free(name);
    return status;
}

static enum eb_status add_launch_value(struct gathering *all, const struct case_view *view,
                                       struct eb_series *series, double value, struct eb_error *err)
{
    if (!(isfinite(value) && value > 0))
        return refused(all, view, err, "its %s is not above zero", series->metric->name);
    double *grown = realloc(series->launch_values, (series->launch_value_count + 1) * sizeof *grown);
    if (!grown)
        return eb_series_out_of_memory(err);
    series->launch_values = grown;
    size_t *indices = realloc(series->launch_indices, (series->launch_value_count + 1) * sizeof *indices);
    if (!indices)
        return eb_series_out_of_memory(err);
    series->launch_indices = indices;
    indices[series->launch_value_count] = view->launch;
    series->launch_values[series->launch_value_count++] = value;
    return EB_OK;
}

static uint64_t pairs_of(const struct case_view *view)
{
    return json_object_get(view->json, "pairs") ? count_of(view->json, "pairs") : 1;
}

/* The mean over the counted sweeps of what a key holds for `parts` samples an iteration; 0 when no sweep
 * counts.
 */
static double mean_ns(const struct case_view *view, const char *key, uint64_t parts)
{
    int first_counts = json_is_true(json_object_get(view->json, "first_sweep_counted"));
    double total_ns = 0;
    double iterations = 0;
    size_t i;
    const json_t *sweep;
    json_array_foreach(json_object_get(view->json, "sweeps"), i, sweep)
    {
        if (json_is_true(json_object_get(sweep, "first")) && !first_counts)
            continue;
        total_ns += (double)count_of(sweep, key);
        iterations += (double)count_of(sweep, "iterations");
    }
    return iterations > 0 ? total_ns / ((double)parts * iterations) : 0;
}

/* What stands for the launch's samples. */
static double sample_ns(const struct case_view *view, const struct eb_metric *metric,
                        const struct eb_histogram *histogram)
{
    const char *average = json_string_value(json_object_get(view->json, "average"));
    if (metric->source == EB_FROM_RANK_MEANS)
        return mean_ns(view, "rank_total_ns", view->key.ranks);
    return average && strcmp(average, "mean") == 0 ? mean_ns(view, "total_ns", pairs_of(view))
                                                   : eb_histogram_median(histogram);
}

static enum eb_status gather_metric(struct gathering *all, const struct case_view *view,
                                    const struct eb_metric *metric, const struct eb_histogram *histogram,
                                    struct eb_error *err)
{
    struct eb_moved moved = {.bytes = count_of(view->json, "bytes_per_sample"),
                             .size_bytes = view->key.size_bytes,
                             .pairs = pairs_of(view),
                             .ranks = view->key.ranks};
    size_t place = 0;
    enum eb_status status = claim_series(all, view, metric, &place, err);
    if (status != EB_OK)
        return status;
    struct eb_series *series = &all->set->series[place];
    struct gathered *beside = &all->gathered[place];
    if (series->launches > 0 && eb_metric_is_rate(metric) && series->moved.bytes != moved.bytes)
        return refused(all, view, err, "bytes_per_sample is %llu, but %llu in an earlier launch",
                       (unsigned long long)moved.bytes, (unsigned long long)series->moved.bytes);
    if (series->launches > 0 && series->moved.pairs != moved.pairs)
        return refused(all, view, err, "pairs is %llu, but %llu in an earlier launch",
                       (unsigned long long)moved.pairs, (unsigned long long)series->moved.pairs);
    series->moved = moved;
    double value = eb_metric_value(metric, sample_ns(view, metric, histogram), &moved);
    status = add_launch_value(all, view, series, value, err);
    if (status == EB_OK && metric->quantiles)
        status = eb_histogram_merge(&beside->merged, histogram, err);
    if (status == EB_OK && metric->source == EB_FROM_SAMPLES)
        status = eb_breakdown_add(&series->breakdown, view->json, view->key.ranks, err);
    struct eb_path path = eb_path_of(view->json);
    eb_path_add(&series->path, &path);
    series->launches++;
    series->samples += histogram->total;
    return status;
}

static enum eb_status gather_measured(struct gathering *all, const struct case_view *view,
                                      struct eb_error *err)
{
    const char *sample = json_string_value(json_object_get(view->json, "sample"));
    if (!view->kernel->sample)
        return refused(all, view, err, "figures of this kernel can only be published ones");
    if (strcmp(sample, view->kernel->sample) != 0)
        return refused(all, view, err, "a sample is '%.32s', but in this kernel it is '%s'", sample,
                       view->kernel->sample);
    struct eb_histogram histogram = {0};
    enum eb_status status = eb_histogram_from_json(json_object_get(view->json, "histogram"), &histogram, err);
    int has_bus = view->key.ranks > 1 && count_of(view->json, "bytes_per_sample") > 0;
    for (size_t i = 0; status == EB_OK && i < view->kernel->metric_count; i++)
        if (view->kernel->metrics[i].amount != EB_AMOUNT_BUS || has_bus)
            status = gather_metric(all, view, &view->kernel->metrics[i], &histogram, err);
    eb_histogram_free(&histogram);
    return status;
}

static double scaled_or_absent(const json_t *published, const char *key, double factor)
{
    const json_t *number = json_object_get(published, key);
    return number ? factor * (double)json_integer_value(number) : NAN;
}

static enum eb_status gather_published(struct gathering *all, const struct case_view *view,
                                       struct eb_error *err)
{
    const json_t *published = json_object_get(view->json, "published");
    const char *quantity = json_string_value(json_object_get(published, "quantity"));
    const struct eb_metric *metric = NULL;
    for (size_t i = 0; i < view->kernel->metric_count && !metric; i++) {
        const char *known = view->kernel->metrics[i].published;
        if (known && strcmp(known, quantity) == 0)
            metric = &view->kernel->metrics[i];
    }
    if (!metric)
        return refused(all, view, err, "the kernel has no quantity '%.32s'", quantity);
    size_t place = 0;
    enum eb_status status = claim_series(all, view, metric, &place, err);
    if (status != EB_OK)
        return status;
    struct eb_series *series = &all->set->series[place];
    double factor = metric->published_factor;
    const char *middle = json_object_get(published, "median") ? "median" : "mean";
    double value = scaled_or_absent(published, middle, factor);
    series->published = 1;
    series->launches += count_of(published, "runs");
    if (series->launch_value_count == 0) {
        series->min = scaled_or_absent(published, "min", factor);
        series->max = scaled_or_absent(published, "max", factor);
    } else {
        double first = series->launch_values[0];
        series->min = fmin(series->launch_value_count == 1 ? first : series->min, value);
        series->max = fmax(series->launch_value_count == 1 ? first : series->max, value);
    }
    return add_launch_value(all, view, series, value, err);
}

static enum eb_status gather_case(struct gathering *all, struct case_view *view, struct eb_error *err)
{
    const struct eb_series_set *set = all->set;
    view->key.algorithm = json_string_value(json_object_get(view->json, "algorithm"));
    view->key.arm = json_string_value(json_object_get(view->json, "arm"));
    view->key.size_bytes = count_of(view->json, "size_bytes");
    view->key.ranks = count_of(view->json, "ranks");
    view->kernel = eb_kernel_metrics_find(json_string_value(json_object_get(view->json, "kernel")));
    if (!view->kernel)
        return refused(all, view, err, "this kernel is unknown to this version");
    int in_launch = 0;
    size_t i;
    const json_t *arm;
    json_array_foreach(view->launch_arms, i, arm)
    {
        in_launch |= strcmp(json_string_value(json_object_get(arm, "name")), view->key.arm) == 0;
    }
    if (!in_launch)
        return refused(all, view, err, "this arm is not among the arms of its launch");
    for (i = 0; i < set->arm_count; i++)
        if (strcmp(eb_series_set_arm(set, i), view->key.arm) == 0)
            view->key.arm_index = i;
    return json_object_get(view->json, "published") ? gather_published(all, view, err)
                                                    : gather_measured(all, view, err);
}

static enum eb_status gather_launch(struct gathering *all, const json_t *launch, size_t number,
                                    struct eb_error *err)
{
    struct case_view start = {.launch = number, .launch_arms = json_object_get(launch, "arms")};
    start.key.variant = json_string_value(json_object_get(launch, "variant"));
    enum eb_status status = eb_series_set_add_arms(all->set, start.launch_arms, err);
    if (status == EB_OK)
        status = eb_series_set_add_variant(all->set, start.key.variant, &start.key.variant_index, err);
    json_t *cases = NULL;
    if (status == EB_OK)
        status = eb_rounds_join(launch, all->keeps_refused, &cases, &all->set->withheld, err);
    if (status == EB_INVALID)
        eb_error_set(err, status, "series", 0, "%.99s: launches[%zu]: rounds differ", all->path, number);
    for (size_t i = 0; status == EB_OK && i < json_array_size(cases); i++) {
        struct case_view view = start;
        view.json = json_array_get(cases, i);
        int is_withheld = !all->keeps_refused && eb_path_is_withheld(view.json);
        all->set->withheld += (size_t)is_withheld;
        status = is_withheld ? EB_OK : gather_case(all, &view, err);
    }
    json_decref(cases);
    return status;
}

/* A quantile of the samples where there are enough of them. at is the quantile of the time: of a rate, the
 * complement, because the slowest sample has the smallest rate. */
static double sample_quantile(const struct eb_series *series, const struct gathered *beside, double at)
{
    double value =
        eb_metric_value(series->metric, (double)eb_histogram_quantile(&beside->merged, at), &series->moved);
    return isfinite(value) ? value : NAN;
}

static void fill_quantiles(struct eb_series *series, const struct gathered *beside)
{
    /* The complements are written out: 1 - 0.99 is a little more than 0.01, which would move the rank. */
    const struct {
        double q;
        double complement;
        double *to;
        int tail;
    } wanted[] = {
        {0, 1, &series->min, 0},       {0.5, 0.5, &series->p50, 0},      {0.9, 0.1, &series->p90, 1},
        {0.99, 0.01, &series->p99, 1}, {0.999, 0.001, &series->p999, 1}, {1, 0, &series->max, 0},
    };
    int rate = eb_metric_is_rate(series->metric);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!wanted[i].tail || beside->merged.total >= eb_order_samples_needed(wanted[i].q))
            *wanted[i].to = sample_quantile(series, beside, rate ? wanted[i].complement : wanted[i].q);
}

static enum eb_status summarise(struct eb_series *series, const struct gathered *beside, struct eb_error *err)
{
    size_t count = series->launch_value_count;
    double *sorted = malloc(count * sizeof *sorted);
    if (!sorted)
        return eb_series_out_of_memory(err);
    memcpy(sorted, series->launch_values, count * sizeof *sorted);
    eb_order_sort(sorted, count);
    series->value = eb_order_median(sorted, count);
    struct eb_interval interval = eb_order_median_interval(sorted, count, EB_SERIES_LEVEL);
    if (interval.present) {
        series->ci_low = interval.low;
        series->ci_high = interval.high;
    }
    if (beside->merged.total > 0) /* NOLINT(clang-analyzer-core.NullDereference): one beside each series */
        fill_quantiles(series, beside);
    free(sorted);
    return EB_OK;
}

#define COMPARE(x, y)                                                                                        \
    if ((x) != (y))                                                                                          \
    return (x) < (y) ? -1 : 1

static int compare_series(const void *left, const void *right)
{
    const struct eb_series *a = left;
    const struct eb_series *b = right;
    COMPARE(a->kernel, b->kernel); /* both point into one table */
    COMPARE(a->metric, b->metric);
    COMPARE(a->ranks, b->ranks);
    COMPARE(a->size_bytes, b->size_bytes);
    COMPARE(a->arm_index, b->arm_index);
    COMPARE(a->variant_index, b->variant_index);
    return strcmp(a->algorithm, b->algorithm);
}

static enum eb_status gather_set(const json_t *record, const char *path, int keeps_refused,
                                 struct eb_series_set **set, struct eb_error *err)
{
    const json_t *launches = json_object_get(record, "launches");
    struct gathering all = {.path = path,
                            .set = calloc(1, sizeof *all.set),
                            .index = json_object(),
                            .keeps_refused = keeps_refused};
    enum eb_status status = all.set && all.index ? EB_OK : eb_series_out_of_memory(err);
    if (status == EB_OK)
        status = eb_series_set_add_named_variants(all.set, record, err);
    for (size_t i = 0; status == EB_OK && i < json_array_size(launches); i++) {
        status = gather_launch(&all, json_array_get(launches, i), i, err);
        all.set->launch_count++;
    }
    if (status == EB_OK && all.set->count == 0 && all.set->withheld > 0)
        status = eb_error_set(
            err, EB_WRONG_PATH, "series", 0,
            "%s: the witness refused the path of each of its %zu cases: there is no number to show", path,
            all.set->withheld);
    else if (status == EB_OK && all.set->count == 0)
        status = eb_error_set(err, EB_INVALID, "series", 0, "%s: it holds no measured case", path);
    for (size_t i = 0; status == EB_OK && i < all.set->count; i++)
        status = summarise(&all.set->series[i], &all.gathered[i], err);
    for (size_t i = 0; all.gathered && all.set && i < all.set->count; i++)
        eb_histogram_free(&all.gathered[i].merged);
    free(all.gathered);
    json_decref(all.index);
    *set = NULL;
    if (status != EB_OK) {
        eb_series_set_free(all.set);
        return status;
    }
    qsort(all.set->series, all.set->count, sizeof *all.set->series, compare_series);
    *set = all.set;
    return EB_OK;
}

enum eb_status eb_series_set_new(const json_t *record, const char *path, struct eb_series_set **set,
                                 struct eb_error *err)
{
    return gather_set(record, path, 0, set, err);
}

enum eb_status eb_series_set_new_whole(const json_t *record, const char *path, struct eb_series_set **set,
                                       struct eb_error *err)
{
    return gather_set(record, path, 1, set, err);
}
