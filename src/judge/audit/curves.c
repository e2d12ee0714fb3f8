/* Series into curves. */
#include "judge/audit/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Metrics that say again what another one of the same samples says, in other words. */
static int is_derived(const struct eb_series *series)
{
    const char *metric = series->metric->name;
    return strcmp(metric, "rtt") == 0 || strcmp(metric, "busbw") == 0 ||
           (strcmp(metric, "time_osu") == 0 && !series->published);
}

/* By what curves that differ in the arm alone have in common, so that they are neighbours. */
static int by_rivals(const struct eb_series *a, const struct eb_series *b)
{
    const uint64_t pairs[] = {eb_pairs_of(a), eb_pairs_of(b)};
    if (a->kernel != b->kernel)
        return a->kernel < b->kernel ? -1 : 1;
    if (a->metric != b->metric)
        return a->metric < b->metric ? -1 : 1;
    if (a->ranks != b->ranks)
        return a->ranks < b->ranks ? -1 : 1;
    if (pairs[0] != pairs[1])
        return pairs[0] < pairs[1] ? -1 : 1;
    if (a->variant_index != b->variant_index)
        return a->variant_index < b->variant_index ? -1 : 1;
    return strcmp(a->algorithm, b->algorithm);
}

int eb_curve_is_rival(const struct eb_audit_curve *a, const struct eb_audit_curve *b)
{
    return by_rivals(a->points[0], b->points[0]) == 0;
}

static int is_same_curve(const struct eb_series *a, const struct eb_series *b)
{
    return by_rivals(a, b) == 0 && a->arm_index == b->arm_index;
}

static int by_curve(const void *left, const void *right)
{
    const struct eb_series *a = *(const struct eb_series *const *)left;
    const struct eb_series *b = *(const struct eb_series *const *)right;
    int rivals = by_rivals(a, b);
    if (rivals != 0)
        return rivals;
    if (a->arm_index != b->arm_index)
        return a->arm_index < b->arm_index ? -1 : 1;
    return a->size_bytes < b->size_bytes ? -1 : a->size_bytes > b->size_bytes;
}

static int start_curve(struct eb_audit_curve *curve, const struct eb_audit *audit,
                       const struct eb_series *series, size_t room)
{
    *curve = (struct eb_audit_curve){
        .claim = &audit->claims[series->arm_index],
        .ranks = series->ranks,
        .collective = eb_is_collective(series->kernel),
        .pairs = eb_pairs_of(series),
        .nodes = eb_series_nodes(series, audit->set->arms[series->arm_index], audit->nodes),
        .points = malloc(room * sizeof(struct eb_series *)),
        .outcomes = calloc(room * EB_CHECK_COUNT, sizeof(enum eb_outcome)),
        .usage = malloc(room * EB_CHECK_COUNT * sizeof(double)),
        .verdicts = calloc(room, sizeof(enum eb_verdict)),
        .next_of_arm = EB_NO_CURVE};
    curve->sending = eb_sending_hosts(audit->nodes_said ? NULL : audit->record, series, curve->nodes);
    curve->line = eb_line_of(curve->claim, audit->instance,
                             eb_line_endpoints(series, curve->sending, curve->nodes), curve->pairs);
    return curve->points && curve->outcomes && curve->usage && curve->verdicts ? 0 : -1;
}

static int fill_curves(struct eb_audit *audit, const struct eb_series **sorted, size_t count)
{
    int failed = 0;
    for (size_t i = 0; !failed && i < count;) {
        size_t end = i;
        while (end < count && is_same_curve(sorted[i], sorted[end]))
            end++;
        struct eb_audit_curve *curve = &audit->curves[audit->curve_count++];
        failed = start_curve(curve, audit, sorted[i], end - i);
        for (; !failed && i < end; i++)
            curve->points[curve->count++] = sorted[i];
        for (size_t j = 0; !failed && j < curve->count * EB_CHECK_COUNT; j++)
            curve->usage[j] = NAN;
    }
    for (size_t i = audit->curve_count; !failed && i-- > 0;) {
        size_t *first = &audit->first_of_arm[audit->curves[i].claim - audit->claims];
        audit->curves[i].next_of_arm = *first;
        *first = i;
    }
    return failed;
}

/* Whether ranks is a guess of the importer's. */
static void read_guesses(struct eb_audit *audit)
{
    json_t *assumed = json_object();
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *item;
    char key[128];
    json_array_foreach(json_object_get(audit->record, "launches"), i, launch)
    {
        json_array_foreach(json_object_get(launch, "cases"), j, item)
        {
            if (!json_is_true(json_object_get(item, "ranks_assumed")))
                continue;
            snprintf(key, sizeof key, "%.60s %.60s", json_string_value(json_object_get(item, "kernel")),
                     json_string_value(json_object_get(item, "arm")));
            json_object_set_new_nocheck(assumed, key, json_true());
        }
    }
    for (i = 0; i < audit->curve_count; i++) {
        struct eb_audit_curve *curve = &audit->curves[i];
        snprintf(key, sizeof key, "%.60s %.60s", curve->points[0]->kernel->name, curve->claim->arm);
        curve->ranks_assumed = json_object_get(assumed, key) != NULL;
    }
    json_decref(assumed);
}

int eb_audit_build_curves(struct eb_audit *audit)
{
    const struct eb_series_set *set = audit->set;
    const struct eb_series **sorted = malloc((set->count + 1) * sizeof *sorted);
    size_t count = 0;
    int failed = !sorted;
    for (size_t i = 0; !failed && i < set->count; i++)
        if (!is_derived(&set->series[i]))
            sorted[count++] = &set->series[i];
    audit->curves = failed ? NULL : calloc(count + 1, sizeof *audit->curves);
    audit->first_of_arm = malloc((set->arm_count + 1) * sizeof *audit->first_of_arm);
    failed |= !audit->curves || !audit->first_of_arm;
    for (size_t i = 0; !failed && i < set->arm_count; i++)
        audit->first_of_arm[i] = EB_NO_CURVE;
    if (!failed) {
        qsort(sorted, count, sizeof *sorted, by_curve);
        failed = fill_curves(audit, sorted, count);
    }
    if (!failed)
        read_guesses(audit);
    free(sorted);
    return failed ? -1 : 0;
}
