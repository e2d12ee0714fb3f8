#include "measure/outcome.h"

#include "common/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint64_t sum_of(const uint64_t *samples_ns, uint64_t count)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++)
        sum += samples_ns[i];
    return sum;
}

static enum eb_status out_of_memory(const char *what, struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for %s", what);
}

void eb_outcome_free(struct eb_outcome *outcome)
{
    free(outcome->samples_ns);
    free(outcome->holders);
    json_decref(outcome->witness);
}

/* Samples of the slowest rank, iteration by iteration, and who that was. */
static enum eb_status gather_slowest(const struct eb_block *block, struct eb_outcome *outcome,
                                     struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    uint64_t mine = sum_of(outcome->samples_ns, outcome->iterations);
    uint64_t *totals = calloc((size_t)launch->ranks, sizeof *totals);
    outcome->holders = calloc(outcome->iterations, sizeof *outcome->holders);
    enum eb_status status = totals && outcome->holders
                                ? launch->ops->gather(launch, &mine, totals, sizeof mine, err)
                                : out_of_memory("the ranks' samples", err);
    if (status == EB_OK)
        status = launch->ops->max_with_rank(launch, outcome->samples_ns, outcome->holders,
                                            outcome->iterations, err);
    if (status == EB_OK && launch->rank == 0)
        outcome->rank_total_ns = sum_of(totals, (uint64_t)launch->ranks);
    free(totals);
    return status;
}

/* Whether pairs are told one by one: where there are several, and in a screening, where rank 0 may be in
 * none. */
static int has_pairs(const struct eb_outcome *outcome)
{
    return outcome->env.pairing.pairs > 1 || outcome->env.pairing.rounds > 0;
}

/* Samples of the first ranks of all pairs, one pair after the other, in the order of their first ranks. */
static enum eb_status gather_pairs(const struct eb_block *block, struct eb_outcome *outcome,
                                   struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    size_t bytes = outcome->iterations * sizeof(uint64_t);
    uint64_t *all = launch->rank == 0 ? malloc((size_t)launch->ranks * bytes) : NULL;
    enum eb_status status = launch->rank == 0 && !all
                                ? out_of_memory("the samples of all pairs", err)
                                : launch->ops->gather(launch, outcome->samples_ns, all, bytes, err);
    if (status != EB_OK || launch->rank != 0) {
        free(all);
        return status;
    }
    size_t pairs = 0;
    int first = eb_pairing_next(&outcome->env.pairing, -1);
    for (; first >= 0; first = eb_pairing_next(&outcome->env.pairing, first)) /* firsts ascend */
        memmove(all + pairs++ * outcome->iterations, all + (size_t)first * outcome->iterations, bytes);
    free(outcome->samples_ns);
    outcome->samples_ns = all;
    outcome->sample_count = pairs * outcome->iterations;
    return EB_OK;
}

enum eb_status eb_outcome_gather(struct eb_outcome *outcome, const struct eb_block *block,
                                 struct eb_error *err)
{
    enum eb_status status = EB_OK;
    if (block->unit->kernel->samples_of == EB_SAMPLES_OF_SLOWEST)
        return gather_slowest(block, outcome, err);
    if (has_pairs(outcome))
        status = gather_pairs(block, outcome, err);
    outcome->rank_total_ns = sum_of(outcome->samples_ns, outcome->sample_count);
    return status;
}

static void describe_reduction(json_t *fields, const struct eb_kernel_env *env)
{
    json_object_set_new(fields, "type", json_string(env->reduction->type_name));
    json_object_set_new(fields, "operation", json_string(env->reduction->operation_name));
    json_object_set_new(fields, "in_place", json_boolean(env->in_place));
}

static json_t *case_fields(const struct eb_block *block, const struct eb_kernel_env *env)
{
    const struct eb_case *unit = block->unit;
    const struct eb_kernel_ops *kernel = unit->kernel;
    json_t *fields =
        json_pack("{s:s, s:s, s:s, s:I, s:i, s:s, s:I, s:s, s:s}", "kernel", kernel->name, "algorithm",
                  env->algorithm ? env->algorithm->name : "", "arm", block->options->arms[unit->arm].name,
                  "size_bytes", (json_int_t)unit->size_bytes, "ranks", env->transport->ranks, "sample",
                  kernel->sample, "bytes_per_sample", (json_int_t)kernel->bytes_per_sample(env), "receives",
                  env->posting == EB_POSTED_AS_OSU ? "as-osu" : "pre-posted", "loop",
                  env->posting == EB_POSTED_AS_OSU && kernel->has_algorithms ? "barrier" : "closed");
    if (!fields)
        return NULL;
    if (kernel->has_window)
        json_object_set_new(fields, "window", json_integer((json_int_t)env->window));
    if (kernel->samples_of == EB_SAMPLES_OF_PAIRS)
        json_object_set_new(fields, "pairs", json_integer(env->pairing.pairs));
    if (unit->rounds > 0) {
        json_object_set_new(fields, "round", json_integer(unit->round));
        json_object_set_new(fields, "rounds", json_integer(unit->rounds));
    }
    if (kernel->has_algorithms)
        describe_reduction(fields, env);
    if (block->options->osu)
        json_object_set_new(fields, "average", json_string("mean"));
    if (env->span_bytes > 0)
        json_object_set_new(fields, "rotated_bytes", json_integer((json_int_t)env->span_bytes));
    if (unit->added)
        json_object_set_new(fields, "size_added", json_true());
    return fields;
}

static json_t *raw_samples(const uint64_t *samples_ns, uint64_t count)
{
    json_t *raw = json_array();
    for (uint64_t i = 0; raw && i < count; i++)
        json_array_append_new(raw, json_integer((json_int_t)samples_ns[i]));
    return raw;
}

json_t *eb_outcome_line(const struct eb_outcome *outcome, const struct eb_block *block, json_t *sweep,
                        const struct eb_histogram *histogram)
{
    json_t *line =
        json_pack("{s:o, s:o, s:o, s:O}", "case", case_fields(block, &outcome->env), "sweep", sweep,
                  "histogram", eb_histogram_to_json(histogram), "witness", outcome->witness);
    if (line && block->options->raw)
        json_object_set_new(line, "raw_ns", raw_samples(outcome->samples_ns, outcome->sample_count));
    return line;
}

/* One pair: who, how long in the median, and the longest one in a hundred where there are samples enough. */
static json_t *pair_to_json(int first, int second, const struct eb_histogram *histogram)
{
    json_t *json = json_pack("{s:[i, i], s:I}", "ranks", first, second, "median_ns",
                             (json_int_t)eb_histogram_median(histogram));
    if (json && histogram->total >= eb_histogram_samples_needed(0.99))
        json_object_set_new(json, "p99_ns", json_integer((json_int_t)eb_histogram_quantile(histogram, 0.99)));
    return json;
}

static json_t *pairs_to_json(const struct eb_outcome *outcome, struct eb_error *err)
{
    const struct eb_pairing *pairing = &outcome->env.pairing;
    const uint64_t *samples_ns = outcome->samples_ns;
    json_t *list = json_array();
    for (int first = eb_pairing_next(pairing, -1); first >= 0; first = eb_pairing_next(pairing, first)) {
        struct eb_histogram histogram = {0};
        if (eb_histogram_from_samples(&histogram, samples_ns, outcome->iterations, err) != EB_OK) {
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, pair_to_json(first, eb_pairing_peer(pairing, first), &histogram));
        eb_histogram_free(&histogram);
        samples_ns += outcome->iterations;
    }
    return list;
}

/* How often each rank was the slowest: [[rank, count], ...] without those that never were. */
static json_t *slowest_to_json(const struct eb_block *block, const struct eb_outcome *outcome)
{
    json_t *list = json_array();
    uint64_t *counts = calloc((size_t)block->launch->ranks, sizeof *counts);
    for (uint64_t i = 0; counts && i < outcome->iterations; i++)
        counts[outcome->holders[i]]++;
    for (int rank = 0; counts && rank < block->launch->ranks; rank++)
        if (counts[rank] > 0)
            json_array_append_new(list, json_pack("[i, I]", rank, (json_int_t)counts[rank]));
    free(counts);
    return list;
}

json_t *eb_outcome_sweep(const struct eb_outcome *outcome, const struct eb_block *block, uint64_t sweep,
                         uint64_t position, double median_ns, struct eb_error *err)
{
    json_t *json =
        json_pack("{s:I, s:b, s:I, s:I, s:I, s:I, s:I, s:I}", "index", (json_int_t)sweep, "first", sweep == 0,
                  "position", (json_int_t)position, "iterations", (json_int_t)outcome->iterations, "warmup",
                  (json_int_t)outcome->warmup, "median_ns", (json_int_t)median_ns, "total_ns",
                  (json_int_t)sum_of(outcome->samples_ns, outcome->sample_count), "rank_total_ns",
                  (json_int_t)outcome->rank_total_ns);
    if (json && has_pairs(outcome) && block->unit->kernel->samples_of == EB_SAMPLES_OF_PAIRS) {
        json_t *pairs = pairs_to_json(outcome, err);
        if (pairs)
            json_object_set_new(json, "pairs", pairs);
    }
    if (json && outcome->holders)
        json_object_set_new(json, "slowest", slowest_to_json(block, outcome));
    if (json && block->options->precision > 0)
        json_object_set_new(json, "stopped_by", json_string(outcome->stopped_early ? "precision" : "budget"));
    return json;
}
