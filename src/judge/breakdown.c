#include "judge/breakdown.h"

#include "judge/stats/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "breakdown", ENOMEM, "out of memory for pairs and ranks");
}

static uint64_t at(const json_t *array, size_t i)
{
    return (uint64_t)json_integer_value(json_array_get(array, i));
}

static size_t slot_of(const struct eb_breakdown *breakdown, uint64_t first, uint64_t second)
{
    uint64_t hash = (first * 0x9e3779b97f4a7c15U) ^ (second + 0x7f4a7c15U) * 0xbf58476d1ce4e5b9U;
    size_t slot = (size_t)(hash ^ hash >> 29) & (breakdown->place_room - 1);
    while (breakdown->places[slot] > 0) {
        const struct eb_pair_part *pair = &breakdown->pairs[breakdown->places[slot] - 1];
        if (pair->first == first && pair->second == second)
            break;
        slot = (slot + 1) & (breakdown->place_room - 1);
    }
    return slot;
}

/* Keeps at least half of the places free. */
static int make_places(struct eb_breakdown *breakdown)
{
    if (2 * (breakdown->pair_count + 1) <= breakdown->place_room)
        return 1;
    size_t room = breakdown->place_room ? 2 * breakdown->place_room : 16;
    size_t *places = calloc(room, sizeof *places);
    struct eb_pair_part *pairs = realloc(breakdown->pairs, room * sizeof *pairs);
    if (pairs)
        breakdown->pairs = pairs;
    if (!places || !pairs) {
        free(places);
        return 0;
    }
    free(breakdown->places);
    breakdown->places = places;
    breakdown->place_room = room;
    for (size_t i = 0; i < breakdown->pair_count; i++)
        places[slot_of(breakdown, pairs[i].first, pairs[i].second)] = i + 1;
    return 1;
}

/* The pair of these ranks, which is new or known. NULL when out of memory. */
static struct eb_pair_part *claim_pair(struct eb_breakdown *breakdown, uint64_t first, uint64_t second)
{
    if (!make_places(breakdown))
        return NULL;
    size_t slot = slot_of(breakdown, first, second);
    if (breakdown->places[slot] == 0) {
        breakdown->pairs[breakdown->pair_count] = (struct eb_pair_part){.first = first, .second = second};
        breakdown->places[slot] = ++breakdown->pair_count;
    }
    return &breakdown->pairs[breakdown->places[slot] - 1];
}

static int is_counted(const json_t *sweep, const json_t *case_json)
{
    return !json_is_true(json_object_get(sweep, "first")) ||
           json_is_true(json_object_get(case_json, "first_sweep_counted"));
}

static int is_of(const json_t *pair, const json_t *ranks)
{
    return pair && json_equal(json_object_get(pair, "ranks"), ranks);
}

/* What a sweep says of two ranks: nearly always at the same place as the others do; in a launch that was cut
 * short a sweep may lack some. NULL: nothing. */
static const json_t *pair_in(const json_t *sweep, const json_t *ranks, size_t place)
{
    const json_t *pairs = json_object_get(sweep, "pairs");
    const json_t *expected = json_array_get(pairs, place);
    size_t i;
    const json_t *pair;
    if (is_of(expected, ranks))
        return expected;
    json_array_foreach(pairs, i, pair)
    {
        if (is_of(pair, ranks))
            return pair;
    }
    return NULL;
}

/* The median over the counted sweeps of a pair's medians; medians_ns has room for all sweeps. */
static double pair_median(const json_t *case_json, const json_t *ranks, size_t place, double *medians_ns)
{
    size_t count = 0;
    size_t i;
    const json_t *sweep;
    json_array_foreach(json_object_get(case_json, "sweeps"), i, sweep)
    {
        const json_t *pair = is_counted(sweep, case_json) ? pair_in(sweep, ranks, place) : NULL;
        if (pair)
            medians_ns[count++] = (double)json_integer_value(json_object_get(pair, "median_ns"));
    }
    eb_order_sort(medians_ns, count);
    return count > 0 ? eb_order_median(medians_ns, count) : 0;
}

/* Those of the last sweep that has the most. */
static const json_t *pairs_of(const json_t *case_json)
{
    const json_t *most = NULL;
    size_t i;
    const json_t *sweep;
    json_array_foreach(json_object_get(case_json, "sweeps"), i, sweep)
    {
        const json_t *pairs = json_object_get(sweep, "pairs");
        if (json_array_size(pairs) >= json_array_size(most))
            most = pairs;
    }
    return most;
}

static enum eb_status add_pairs(struct eb_breakdown *breakdown, const json_t *case_json, struct eb_error *err)
{
    const json_t *pairs = pairs_of(case_json);
    double *medians_ns =
        calloc(json_array_size(json_object_get(case_json, "sweeps")) + 1, sizeof *medians_ns);
    int failed = !medians_ns;
    for (size_t i = 0; !failed && i < json_array_size(pairs); i++) {
        const json_t *ranks = json_object_get(json_array_get(pairs, i), "ranks");
        double median_ns = pair_median(case_json, ranks, i, medians_ns);
        if (!(median_ns > 0)) /* no rate, and no telling how much slower another is */
            continue;
        struct eb_pair_part *pair = claim_pair(breakdown, at(ranks, 0), at(ranks, 1));
        double *grown =
            pair ? realloc(pair->launch_ns, (pair->launch_count + 1) * sizeof *pair->launch_ns) : NULL;
        failed = !grown;
        if (failed)
            break;
        pair->launch_ns = grown;
        grown[pair->launch_count++] = median_ns;
    }
    free(medians_ns);
    return failed ? out_of_memory(err) : EB_OK;
}

/* Room for the counts of ranks up to this one; 0 when out of memory. */
static int make_room(struct eb_breakdown *breakdown, uint64_t rank)
{
    if (rank < breakdown->slowest_room)
        return 1;
    uint64_t *grown = realloc(breakdown->slowest, (rank + 1) * sizeof *grown);
    if (!grown)
        return 0;
    memset(grown + breakdown->slowest_room, 0, (rank + 1 - breakdown->slowest_room) * sizeof *grown);
    breakdown->slowest = grown;
    breakdown->slowest_room = rank + 1;
    return 1;
}

static enum eb_status add_slowest(struct eb_breakdown *breakdown, const json_t *slowest, uint64_t ranks,
                                  struct eb_error *err)
{
    size_t i;
    const json_t *item;
    breakdown->rank_count = ranks;
    json_array_foreach(slowest, i, item)
    {
        if (at(item, 0) >= ranks)
            return eb_error_set(err, EB_INVALID, "breakdown", 0,
                                "\"slowest\" names rank %llu of a case with %llu ranks",
                                (unsigned long long)at(item, 0), (unsigned long long)ranks);
        if (!make_room(breakdown, at(item, 0)))
            return out_of_memory(err);
        breakdown->slowest[at(item, 0)] += at(item, 1);
        breakdown->iterations += at(item, 1);
    }
    return EB_OK;
}

enum eb_status eb_breakdown_add(struct eb_breakdown *breakdown, const json_t *case_json, uint64_t ranks,
                                struct eb_error *err)
{
    enum eb_status status = add_pairs(breakdown, case_json, err);
    size_t i;
    const json_t *sweep;
    json_array_foreach(json_object_get(case_json, "sweeps"), i, sweep)
    {
        if (status == EB_OK && is_counted(sweep, case_json))
            status = add_slowest(breakdown, json_object_get(sweep, "slowest"), ranks, err);
    }
    return status;
}

void eb_breakdown_free(struct eb_breakdown *breakdown)
{
    for (size_t i = 0; i < breakdown->pair_count; i++)
        free(breakdown->pairs[i].launch_ns);
    free(breakdown->pairs);
    free(breakdown->places);
    free(breakdown->slowest);
    *breakdown = (struct eb_breakdown){0};
}

double eb_breakdown_pair_ns(const struct eb_pair_part *pair)
{
    double *sorted = malloc((pair->launch_count + 1) * sizeof *sorted);
    if (!sorted) /* the first launch alone says something too */
        return pair->launch_ns[0];
    memcpy(sorted, pair->launch_ns, pair->launch_count * sizeof *sorted);
    eb_order_sort(sorted, pair->launch_count);
    double median_ns = eb_order_median(sorted, pair->launch_count);
    free(sorted);
    return median_ns;
}

const struct eb_pair_part *eb_breakdown_extreme(const struct eb_breakdown *breakdown, int largest)
{
    const struct eb_pair_part *found = &breakdown->pairs[0];
    for (size_t i = 1; i < breakdown->pair_count; i++) {
        double ns = eb_breakdown_pair_ns(&breakdown->pairs[i]);
        if (largest ? ns > eb_breakdown_pair_ns(found) : ns < eb_breakdown_pair_ns(found))
            found = &breakdown->pairs[i];
    }
    return found;
}

int eb_breakdown_straggler(const struct eb_breakdown *breakdown, double *share)
{
    size_t found = 0;
    if (breakdown->iterations == 0)
        return -1;
    for (size_t rank = 1; rank < breakdown->slowest_room; rank++)
        if (breakdown->slowest[rank] > breakdown->slowest[found])
            found = rank;
    *share = (double)breakdown->slowest[found] / (double)breakdown->iterations;
    return (int)found;
}

int eb_breakdown_stands_out(const struct eb_breakdown *breakdown, double share)
{
    return share > (1 + 1 / (double)breakdown->rank_count) / 2;
}
