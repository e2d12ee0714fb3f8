#include "judge/breakdown.h"

#include <errno.h>
#include <stdlib.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "breakdown", ENOMEM, "out of memory for pairs and ranks");
}

static uint64_t at(const json_t *array, size_t i)
{
    return (uint64_t)json_integer_value(json_array_get(array, i));
}

static enum eb_status add_pairs(struct eb_breakdown *breakdown, const json_t *pairs, struct eb_error *err)
{
    size_t i;
    const json_t *item;
    json_array_foreach(pairs, i, item)
    {
        const json_t *ranks = json_object_get(item, "ranks");
        size_t place = 0;
        while (place < breakdown->pair_count && breakdown->pairs[place].first != at(ranks, 0))
            place++;
        if (place == breakdown->pair_count) {
            struct eb_pair_part *grown = realloc(breakdown->pairs, (place + 1) * sizeof *grown);
            if (!grown)
                return out_of_memory(err);
            breakdown->pairs = grown;
            grown[place] = (struct eb_pair_part){.first = at(ranks, 0), .second = at(ranks, 1)};
            breakdown->pair_count++;
        }
        breakdown->pairs[place].sum_ns += (double)json_integer_value(json_object_get(item, "median_ns"));
        breakdown->pairs[place].sweeps++;
    }
    return EB_OK;
}

static enum eb_status add_slowest(struct eb_breakdown *breakdown, const json_t *slowest, uint64_t ranks,
                                  struct eb_error *err)
{
    size_t i;
    const json_t *item;
    if (json_array_size(slowest) == 0)
        return EB_OK;
    if (!breakdown->slowest) {
        breakdown->slowest = calloc(ranks, sizeof *breakdown->slowest);
        breakdown->rank_count = ranks;
    }
    if (!breakdown->slowest)
        return out_of_memory(err);
    json_array_foreach(slowest, i, item)
    {
        if (at(item, 0) >= breakdown->rank_count)
            continue;
        breakdown->slowest[at(item, 0)] += at(item, 1);
        breakdown->iterations += at(item, 1);
    }
    return EB_OK;
}

enum eb_status eb_breakdown_add(struct eb_breakdown *breakdown, const json_t *case_json, uint64_t ranks,
                                struct eb_error *err)
{
    int first_counts = json_is_true(json_object_get(case_json, "first_sweep_counted"));
    enum eb_status status = EB_OK;
    size_t i;
    const json_t *sweep;
    json_array_foreach(json_object_get(case_json, "sweeps"), i, sweep)
    {
        if (json_is_true(json_object_get(sweep, "first")) && !first_counts)
            continue;
        if (status == EB_OK)
            status = add_pairs(breakdown, json_object_get(sweep, "pairs"), err);
        if (status == EB_OK)
            status = add_slowest(breakdown, json_object_get(sweep, "slowest"), ranks, err);
    }
    return status;
}

void eb_breakdown_free(struct eb_breakdown *breakdown)
{
    free(breakdown->pairs);
    free(breakdown->slowest);
    *breakdown = (struct eb_breakdown){0};
}

double eb_breakdown_pair_ns(const struct eb_pair_part *pair)
{
    return pair->sum_ns / (double)pair->sweeps;
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
    for (size_t rank = 1; rank < breakdown->rank_count; rank++)
        if (breakdown->slowest[rank] > breakdown->slowest[found])
            found = rank;
    *share = (double)breakdown->slowest[found] / (double)breakdown->iterations;
    return (int)found;
}

int eb_breakdown_stands_out(const struct eb_breakdown *breakdown, double share)
{
    return share > (1 + 1 / (double)breakdown->rank_count) / 2;
}
