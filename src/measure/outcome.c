#include "measure/outcome.h"

#include "common/record.h"

#include <errno.h>
#include <inttypes.h>
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
    free(outcome->raw_ns);
    free(outcome->holders);
    free(outcome->pairs);
    eb_histogram_free(&outcome->histogram);
    json_decref(outcome->witness);
}

/* Samples of the slowest rank, iteration by iteration, and who that was. */
static enum eb_status gather_slowest(const struct eb_block *block, struct eb_outcome *outcome,
                                     struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    outcome->rank_total_ns = sum_of(outcome->samples_ns, outcome->iterations);
    outcome->holders = calloc(outcome->iterations, sizeof *outcome->holders);
    enum eb_status status = outcome->holders ? eb_launch_sum(launch, &outcome->rank_total_ns, err)
                                             : out_of_memory("the ranks' samples", err);
    if (status == EB_OK)
        status = launch->ops->max_with_rank(launch, outcome->samples_ns, outcome->holders,
                                            outcome->iterations, err);
    if (status != EB_OK || launch->rank != 0)
        return status;
    outcome->total_ns = sum_of(outcome->samples_ns, outcome->iterations);
    return eb_histogram_from_samples(&outcome->histogram, outcome->samples_ns, outcome->iterations, err);
}

static void view_histogram(const void *value, const void **data, size_t *bytes)
{
    const struct eb_histogram *histogram = value;
    *data = histogram->bins;
    *bytes = histogram->bin_count * sizeof *histogram->bins;
}

static enum eb_status absorb_histogram(void *value, const void *data, size_t bytes, struct eb_error *err)
{
    /* merging only reads it */
    struct eb_histogram other = {.bins = (struct eb_histogram_bin *)data,
                                 .bin_count = bytes / sizeof *other.bins};
    for (size_t i = 0; i < other.bin_count; i++)
        other.total += other.bins[i].count;
    return eb_histogram_merge(value, &other, err);
}

/* Whether this rank's samples are those of a pair. */
static int is_counted(const struct eb_kernel_env *env)
{
    return eb_pairing_is_first(&env->pairing, env->transport->rank);
}

/* What each pair says of itself. The other ranks must give something too. */
static enum eb_status gather_pair_outcomes(const struct eb_block *block, struct eb_outcome *outcome,
                                           struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    struct eb_pair_outcome mine = {.ranks = {-1, -1}};
    int count = 0;
    if (is_counted(&outcome->env)) {
        const struct eb_histogram *own = &outcome->histogram;
        mine.ranks[0] = launch->rank;
        mine.ranks[1] = eb_pairing_peer(&outcome->env.pairing, launch->rank);
        mine.median_ns = (uint64_t)eb_histogram_median(own);
        if (own->total >= eb_histogram_samples_needed(0.99))
            mine.p99_ns = eb_histogram_quantile(own, 0.99);
    }
    if (launch->rank == 0)
        outcome->pairs = calloc((size_t)launch->ranks, sizeof *outcome->pairs);
    if (launch->rank == 0 && !outcome->pairs)
        return out_of_memory("the pairs", err);
    enum eb_status status = launch->ops->gather(launch, &mine, outcome->pairs, sizeof mine, err);
    for (int rank = 0; status == EB_OK && launch->rank == 0 && rank < launch->ranks; rank++)
        if (outcome->pairs[rank].ranks[0] >= 0)
            outcome->pairs[count++] = outcome->pairs[rank];
    return status;
}

/* Whether pairs are told one by one: where there are several, and in a screening, where rank 0 may be in
 * none. */
static int has_pairs(const struct eb_outcome *outcome)
{
    return outcome->env.pairing.pairs > 1 || outcome->env.pairing.rounds > 0;
}

/* Samples of the first ranks of all pairs, one pair after the other. */
static enum eb_status gather_raw(const struct eb_block *block, struct eb_outcome *outcome,
                                 struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    size_t bytes = outcome->iterations * sizeof(uint64_t);
    if (launch->rank == 0)
        outcome->raw_ns = malloc((size_t)launch->ranks * bytes);
    if (launch->rank == 0 && !outcome->raw_ns)
        return out_of_memory("the samples of all pairs", err);
    enum eb_status status = launch->ops->gather(launch, outcome->samples_ns, outcome->raw_ns, bytes, err);
    for (int pair = 0; status == EB_OK && launch->rank == 0 && pair < outcome->env.pairing.pairs; pair++)
        memmove(outcome->raw_ns + (size_t)pair * outcome->iterations,
                outcome->raw_ns + (size_t)outcome->pairs[pair].ranks[0] * outcome->iterations, bytes);
    return status;
}

enum eb_status eb_outcome_check_raw(const struct eb_block *block, uint64_t iterations, struct eb_error *err)
{
    struct eb_kernel_env env = eb_lanes_env(block->lanes, block->options, block->unit);
    uint64_t pairs = block->unit->kernel->samples_of == EB_SAMPLES_OF_PAIRS ? (uint64_t)env.pairing.pairs : 1;
    if (!block->options->raw || iterations <= EB_RAW_SAMPLES_MAX / pairs)
        return EB_OK;
    return eb_error_set(err, EB_USAGE, "limits", 0,
                        "--raw: %" PRIu64 " samples of each of %" PRIu64 " pairs are more than the %" PRIu64
                        " that rank 0 keeps of a block; take fewer iterations (-i, -t), or no --raw",
                        iterations, pairs, EB_RAW_SAMPLES_MAX);
}

static enum eb_status gather_pairs(const struct eb_block *block, struct eb_outcome *outcome,
                                   struct eb_error *err)
{
    static const struct eb_mergeable histograms = {.view = view_histogram, .absorb = absorb_histogram};
    struct eb_launch *launch = block->launch;
    enum eb_status status = EB_OK;
    if (is_counted(&outcome->env)) {
        outcome->total_ns = sum_of(outcome->samples_ns, outcome->iterations);
        status =
            eb_histogram_from_samples(&outcome->histogram, outcome->samples_ns, outcome->iterations, err);
    }
    if (status == EB_OK && has_pairs(outcome)) {
        status = gather_pair_outcomes(block, outcome, err);
        if (status == EB_OK)
            status = eb_launch_merge(launch, &outcome->histogram, &histograms, err);
        if (status == EB_OK)
            status = eb_launch_sum(launch, &outcome->total_ns, err);
        if (status == EB_OK && block->options->raw)
            status = gather_raw(block, outcome, err);
    }
    outcome->rank_total_ns = outcome->total_ns;
    return status;
}

enum eb_status eb_outcome_gather(struct eb_outcome *outcome, const struct eb_block *block,
                                 struct eb_error *err)
{
    return block->unit->kernel->samples_of == EB_SAMPLES_OF_SLOWEST ? gather_slowest(block, outcome, err)
                                                                    : gather_pairs(block, outcome, err);
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

json_t *eb_outcome_line(const struct eb_outcome *outcome, const struct eb_block *block, json_t *sweep)
{
    json_t *line =
        json_pack("{s:o, s:o, s:o, s:O}", "case", case_fields(block, &outcome->env), "sweep", sweep,
                  "histogram", eb_histogram_to_json(&outcome->histogram), "witness", outcome->witness);
    if (line && block->options->raw)
        json_object_set_new(
            line, "raw_ns",
            raw_samples(outcome->raw_ns ? outcome->raw_ns : outcome->samples_ns, outcome->histogram.total));
    return line;
}

/* Each pair by itself: who, how long in the median, and the longest one in a hundred where there are samples
 * enough. */
static json_t *pairs_to_json(const struct eb_outcome *outcome)
{
    json_t *list = json_array();
    for (int i = 0; i < outcome->env.pairing.pairs; i++) {
        const struct eb_pair_outcome *pair = &outcome->pairs[i];
        json_t *json = json_pack("{s:[i, i], s:I}", "ranks", pair->ranks[0], pair->ranks[1], "median_ns",
                                 (json_int_t)pair->median_ns);
        if (json && pair->p99_ns > 0)
            json_object_set_new(json, "p99_ns", json_integer((json_int_t)pair->p99_ns));
        json_array_append_new(list, json);
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
                         uint64_t position)
{
    json_t *json = json_pack(
        "{s:I, s:b, s:I, s:I, s:I, s:I, s:I, s:I}", "index", (json_int_t)sweep, "first", sweep == 0,
        "position", (json_int_t)position, "iterations", (json_int_t)outcome->iterations, "warmup",
        (json_int_t)outcome->warmup, "median_ns", (json_int_t)eb_histogram_median(&outcome->histogram),
        "total_ns", (json_int_t)outcome->total_ns, "rank_total_ns", (json_int_t)outcome->rank_total_ns);
    if (json && outcome->pairs)
        json_object_set_new(json, "pairs", pairs_to_json(outcome));
    if (json && outcome->holders)
        json_object_set_new(json, "slowest", slowest_to_json(block, outcome));
    if (json && block->options->precision > 0)
        json_object_set_new(json, "stopped_by", json_string(outcome->stopped_early ? "precision" : "budget"));
    return json;
}
