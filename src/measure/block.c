#include "measure/block.h"

#include "common/histogram.h"
#include "common/record.h"
#include "measure/kernel/allreduce.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define AUTO_ITERATIONS_MAX UINT64_C(200000)
#define AUTO_WARMUP_MAX UINT64_C(1000)
#define VALIDATE_ITERATIONS UINT64_C(3)
#define PRECISION_PARTS 16
#define PRECISION_PART_MIN UINT64_C(10)

void eb_samples_free(struct eb_samples *samples)
{
    free(samples->ns);
    *samples = (struct eb_samples){0};
}

/* Touches every page of the samples, so that the timed loop meets no page fault. */
static enum eb_status make_room(struct eb_samples *samples, uint64_t count, struct eb_error *err)
{
    if (count > samples->room) {
        free(samples->ns);
        samples->ns = malloc(count * sizeof *samples->ns);
        samples->room = samples->ns ? count : 0;
        if (!samples->ns)
            return eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for %" PRIu64 " samples",
                                count);
    }
    memset(samples->ns, 0, count * sizeof *samples->ns);
    return EB_OK;
}

/* The barrier drives the transports, and a failure of theirs says more than that the barrier failed. */
static enum eb_status barrier(const struct eb_block *block, struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    enum eb_status status = launch->ops->barrier(launch, eb_lanes_progress, block->lanes, err);
    for (size_t arm = 0; status != EB_OK && arm < block->lanes->count; arm++) {
        const struct eb_error *error = &block->lanes->lanes[arm].transport->error;
        if (error->status != EB_OK)
            return eb_error_set(err, error->status, error->origin, error->code, "arm %s: %s",
                                block->options->arms[arm].name, error->text);
    }
    return status;
}

/* Runs the case from one barrier to the next. */
static enum eb_status run(const struct eb_block *block, struct eb_kernel_env *env, uint64_t iterations,
                          struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    *env = eb_lanes_env(block->lanes, block->options, block->unit);
    enum eb_status status = make_room(block->samples, iterations, err);
    if (status == EB_OK)
        status = barrier(block, err);
    if (status != EB_OK)
        return status;
    env->transport->idle_since_ns = 0;
    launch->patient = !block->unit->kernel->takes_part(env);
    if (!launch->patient)
        status = block->unit->kernel->run(env, iterations, block->samples->ns, err);
    if (status == EB_OK)
        status = barrier(block, err);
    launch->patient = 0;
    return status;
}

static uint64_t total(const uint64_t *samples_ns, uint64_t count)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++)
        sum += samples_ns[i];
    return sum;
}

static uint64_t iterations_for(const struct eb_session_options *options, double median_ns)
{
    double fit = (double)options->block_ns / (median_ns > 1 ? median_ns : 1);
    uint64_t iterations = fit < (double)AUTO_ITERATIONS_MAX ? (uint64_t)fit : AUTO_ITERATIONS_MAX;
    return iterations < options->min_iterations ? options->min_iterations : iterations;
}

enum eb_status eb_block_probe(const struct eb_block *block, uint64_t count, double *median_ns,
                              struct eb_error *err)
{
    struct eb_kernel_env env;
    struct eb_histogram histogram = {0};
    enum eb_status status = run(block, &env, count, err);
    if (status == EB_OK)
        status = eb_histogram_from_samples(&histogram, block->samples->ns, count, err);
    if (status == EB_OK) {
        *median_ns = eb_histogram_median(&histogram);
        status = block->launch->ops->broadcast(block->launch, median_ns, sizeof *median_ns, err);
    }
    eb_histogram_free(&histogram);
    return status;
}

/* OSU has one count for small sizes and one for large ones. */
static size_t osu_tier(const struct eb_block *block)
{
    return block->unit->size_bytes > EB_OSU_LARGE_BYTES;
}

enum eb_status eb_block_estimate(const struct eb_block *block, uint64_t budget_ns, double *median_ns,
                                 struct eb_error *err)
{
    double first_ns = 0;
    enum eb_status status = eb_block_probe(block, 1, &first_ns, err);
    if (status == EB_OK)
        status = eb_block_probe(block, 1, median_ns, err);
    if (status == EB_OK && first_ns < *median_ns)
        *median_ns = first_ns;
    for (uint64_t count = 4;
         status == EB_OK && count < AUTO_ITERATIONS_MAX && *median_ns * (double)count < (double)budget_ns;
         count *= 4)
        status = eb_block_probe(block, count, median_ns, err);
    return status;
}

enum eb_status eb_block_calibrate(const struct eb_block *block, uint64_t *iterations, struct eb_error *err)
{
    const struct eb_session_options *options = block->options;
    double median_ns = 0;
    *iterations = options->iterations;
    if (*iterations == 0 && options->osu)
        *iterations = block->unit->kernel->osu_iterations[osu_tier(block)];
    if (*iterations > 0)
        return EB_OK;
    enum eb_status status = eb_block_estimate(block, options->block_ns / 4, &median_ns, err);
    *iterations = iterations_for(options, median_ns);
    return status;
}

static uint64_t warmup_of(const struct eb_block *block, uint64_t iterations)
{
    const struct eb_session_options *options = block->options;
    if (options->warmup != UINT64_MAX)
        return options->warmup;
    if (options->osu)
        return block->unit->kernel->osu_warmup[osu_tier(block)];
    uint64_t tenth = iterations / 10;
    if (tenth < 1)
        return 1;
    return tenth < AUTO_WARMUP_MAX ? tenth : AUTO_WARMUP_MAX;
}

/* What a block gave, on rank 0; elsewhere only this rank's own samples mean something. */
struct outcome {
    struct eb_kernel_env env;
    uint64_t iterations; /* of each rank, without the warm-up */
    uint64_t warmup;
    uint64_t *samples_ns;   /* the case's: sample_count of them; owned */
    size_t sample_count;    /* iterations, times the pairs at work */
    uint64_t rank_total_ns; /* the sum of what all ranks that time were busy */
    int *holders;           /* by iteration: the rank that was slowest; NULL where that means nothing */
    int stopped_early;      /* precise enough before the budget was spent */
};

static void free_outcome(struct outcome *outcome)
{
    free(outcome->samples_ns);
    free(outcome->holders);
}

static enum eb_status out_of_memory(const char *what, struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for %s", what);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Half the 95% interval of the median, by order statistics (normal approximation of the binomial), as a share
 * of the median. Sorts. */
static double half_width(uint64_t *sorted_ns, size_t count)
{
    double reach = 0.98 * sqrt((double)count); /* 1.96 / 2 standard deviations of a binomial's rank */
    double low_rank = floor((double)count / 2 - reach);
    double high_rank = ceil((double)count / 2 + reach);
    if (low_rank < 0 || high_rank >= (double)count)
        return 1;
    qsort(sorted_ns, count, sizeof *sorted_ns, by_value);
    double median_ns = (double)sorted_ns[count / 2];
    return median_ns > 0
               ? ((double)sorted_ns[(size_t)high_rank] - (double)sorted_ns[(size_t)low_rank]) / 2 / median_ns
               : 0;
}

/* Whether rank 0's samples say that this is enough; the same on all ranks. */
static enum eb_status is_precise(const struct eb_block *block, const uint64_t *samples_ns, size_t count,
                                 int *precise, struct eb_error *err)
{
    *precise = 0;
    if (block->launch->rank == 0) {
        uint64_t *sorted_ns = malloc(count * sizeof *sorted_ns);
        if (sorted_ns) { /* without memory it goes on to the end of the budget */
            memcpy(sorted_ns, samples_ns, count * sizeof *sorted_ns);
            *precise = half_width(sorted_ns, count) <= block->options->precision;
        }
        free(sorted_ns);
    }
    return block->launch->ops->broadcast(block->launch, precise, sizeof *precise, err);
}

/* Runs warm-up and iterations as one sequence, or, with a precision to reach, in parts until it is reached.
 */
static enum eb_status collect(const struct eb_block *block, uint64_t count, struct outcome *outcome,
                              struct eb_error *err)
{
    int parts = block->options->precision > 0 ? PRECISION_PARTS : 1;
    uint64_t part = count / (uint64_t)parts;
    outcome->samples_ns = calloc(count, sizeof *outcome->samples_ns);
    if (!outcome->samples_ns)
        return out_of_memory("a block", err);
    if (part < block->options->min_iterations || part < PRECISION_PART_MIN)
        part = block->options->min_iterations > PRECISION_PART_MIN ? block->options->min_iterations
                                                                   : PRECISION_PART_MIN;
    if (parts == 1 || part > count)
        part = count;
    enum eb_status status = EB_OK;
    while (status == EB_OK && outcome->iterations < count && !outcome->stopped_early) {
        uint64_t now = count - outcome->iterations < part ? count - outcome->iterations : part;
        uint64_t warmup = outcome->iterations == 0 ? outcome->warmup : 1;
        status = run(block, &outcome->env, warmup + now, err);
        if (status != EB_OK)
            return status;
        memcpy(outcome->samples_ns + outcome->iterations, block->samples->ns + warmup,
               now * sizeof *outcome->samples_ns);
        outcome->iterations += now;
        if (outcome->iterations < count)
            status =
                is_precise(block, outcome->samples_ns, outcome->iterations, &outcome->stopped_early, err);
    }
    outcome->sample_count = outcome->iterations;
    return status;
}

/* Samples of the slowest rank, iteration by iteration, and who that was. */
static enum eb_status gather_slowest(const struct eb_block *block, struct outcome *outcome,
                                     struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    uint64_t mine = total(outcome->samples_ns, outcome->iterations);
    uint64_t *totals = calloc((size_t)launch->ranks, sizeof *totals);
    outcome->holders = calloc(outcome->iterations, sizeof *outcome->holders);
    enum eb_status status = totals && outcome->holders
                                ? launch->ops->gather(launch, &mine, totals, sizeof mine, err)
                                : out_of_memory("the ranks' samples", err);
    if (status == EB_OK)
        status = launch->ops->max_with_rank(launch, outcome->samples_ns, outcome->holders,
                                            outcome->iterations, err);
    if (status == EB_OK && launch->rank == 0)
        outcome->rank_total_ns = total(totals, (uint64_t)launch->ranks);
    free(totals);
    return status;
}

/* Samples of the first ranks of all pairs, one pair after the other. */
static enum eb_status gather_pairs(const struct eb_block *block, struct outcome *outcome,
                                   struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    size_t pairs = (size_t)outcome->env.pairs;
    size_t bytes = outcome->iterations * sizeof(uint64_t);
    uint64_t *all = launch->rank == 0 ? malloc((size_t)launch->ranks * bytes) : NULL;
    enum eb_status status = launch->rank == 0 && !all
                                ? out_of_memory("the samples of all pairs", err)
                                : launch->ops->gather(launch, outcome->samples_ns, all, bytes, err);
    if (status != EB_OK || launch->rank != 0) {
        free(all);
        return status;
    }
    free(outcome->samples_ns);
    outcome->samples_ns = all; /* the first ranks of pairs are the lowest ranks */
    outcome->sample_count = pairs * outcome->iterations;
    return EB_OK;
}

static enum eb_status gather(const struct eb_block *block, struct outcome *outcome, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    if (block->unit->kernel->samples_of == EB_SAMPLES_OF_SLOWEST)
        return gather_slowest(block, outcome, err);
    if (outcome->env.pairs > 1)
        status = gather_pairs(block, outcome, err);
    outcome->rank_total_ns = total(outcome->samples_ns, outcome->sample_count);
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
        json_object_set_new(fields, "pairs", json_integer(env->pairs));
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

static json_t *make_line(const struct eb_block *block, const struct eb_kernel_env *env, json_t *sweep,
                         const struct eb_histogram *histogram)
{
    return json_pack("{s:o, s:o, s:o, s:{s:s, s:s}}", "case", case_fields(block, env), "sweep", sweep,
                     "histogram", eb_histogram_to_json(histogram), "witness", "state", "unattested", "reason",
                     "this version reads no NIC counters");
}

/* Each pair by itself: who, and how long in the median. */
static json_t *pairs_to_json(const struct eb_block *block, const struct outcome *outcome,
                             struct eb_error *err)
{
    json_t *list = json_array();
    for (int pair = 0; pair < outcome->env.pairs; pair++) {
        struct eb_histogram histogram = {0};
        const uint64_t *samples_ns = outcome->samples_ns + (size_t)pair * outcome->iterations;
        if (eb_histogram_from_samples(&histogram, samples_ns, outcome->iterations, err) != EB_OK) {
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list,
                              json_pack("{s:[i, i], s:I}", "ranks", pair, pair + block->launch->ranks / 2,
                                        "median_ns", (json_int_t)eb_histogram_median(&histogram)));
        eb_histogram_free(&histogram);
    }
    return list;
}

/* How often each rank was the slowest: [[rank, count], ...] without those that never were. */
static json_t *slowest_to_json(const struct eb_block *block, const struct outcome *outcome)
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

static json_t *sweep_to_json(const struct eb_block *block, const struct outcome *outcome, uint64_t sweep,
                             uint64_t position, double median_ns, struct eb_error *err)
{
    json_t *json =
        json_pack("{s:I, s:b, s:I, s:I, s:I, s:I, s:I, s:I}", "index", (json_int_t)sweep, "first", sweep == 0,
                  "position", (json_int_t)position, "iterations", (json_int_t)outcome->iterations, "warmup",
                  (json_int_t)outcome->warmup, "median_ns", (json_int_t)median_ns, "total_ns",
                  (json_int_t)total(outcome->samples_ns, outcome->sample_count), "rank_total_ns",
                  (json_int_t)outcome->rank_total_ns);
    if (json && outcome->env.pairs > 1 && block->unit->kernel->samples_of == EB_SAMPLES_OF_PAIRS) {
        json_t *pairs = pairs_to_json(block, outcome, err);
        if (pairs)
            json_object_set_new(json, "pairs", pairs);
    }
    if (json && outcome->holders)
        json_object_set_new(json, "slowest", slowest_to_json(block, outcome));
    if (json && block->options->precision > 0)
        json_object_set_new(json, "stopped_by", json_string(outcome->stopped_early ? "precision" : "budget"));
    return json;
}

/* On rank 0: the line of a block, and the iterations that its median wants for the next. */
static enum eb_status conclude(const struct eb_block *block, const struct outcome *outcome, uint64_t sweep,
                               uint64_t position, uint64_t *iterations, json_t **line, struct eb_error *err)
{
    struct eb_histogram histogram;
    enum eb_status status =
        eb_histogram_from_samples(&histogram, outcome->samples_ns, outcome->sample_count, err);
    if (status != EB_OK)
        return status;
    double median_ns = eb_histogram_median(&histogram);
    json_t *json = sweep_to_json(block, outcome, sweep, position, median_ns, err);
    *line = make_line(block, &outcome->env, json, &histogram);
    if (*line && block->options->raw)
        json_object_set_new(*line, "raw_ns", raw_samples(outcome->samples_ns, outcome->sample_count));
    eb_histogram_free(&histogram);
    *iterations = iterations_for(block->options, median_ns);
    return *line ? EB_OK : out_of_memory("a block", err);
}

enum eb_status eb_block_measure(const struct eb_block *block, uint64_t *iterations, uint64_t sweep,
                                uint64_t position, json_t **line, struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    struct outcome outcome = {.warmup = warmup_of(block, *iterations)};
    uint64_t next = *iterations;
    *line = NULL;
    enum eb_status status = collect(block, *iterations, &outcome, err);
    if (status == EB_OK)
        status = gather(block, &outcome, err);
    if (status == EB_OK && launch->rank == 0)
        status = conclude(block, &outcome, sweep, position, &next, line, err);
    free_outcome(&outcome);
    if (status == EB_OK && block->options->iterations == 0 && !block->options->osu) {
        status = launch->ops->broadcast(launch, &next, sizeof next, err);
        *iterations = next;
    }
    return status;
}

static unsigned validated_messages(const struct eb_block *block, const struct eb_kernel_env *env)
{
    return block->unit->kernel->validated ? block->unit->kernel->validated(env) : 1;
}

/* Where the transport reads, what is read must be there before anybody does. */
static enum eb_status prepare_reads(const struct eb_block *block, struct eb_kernel_env *env,
                                    struct eb_error *err)
{
    if (!env->transport->reads)
        return EB_OK;
    eb_kernel_fill_for_reads(env, validated_messages(block, env));
    return barrier(block, err);
}

enum eb_status eb_block_validate(const struct eb_block *block, json_t **validation, struct eb_error *err)
{
    struct eb_kernel_env env = eb_lanes_env(block->lanes, block->options, block->unit);
    struct eb_launch *launch = block->launch;
    const struct eb_kernel_ops *kernel = block->unit->kernel;
    uint64_t checked_bytes = 0;
    *validation = NULL;
    uint64_t *all = calloc((size_t)launch->ranks, sizeof *all);
    enum eb_status status = all ? prepare_reads(block, &env, err) : out_of_memory("the ranks", err);
    env.transport->idle_since_ns = 0;
    launch->patient = !kernel->takes_part(&env);
    if (status == EB_OK && !launch->patient)
        status = kernel->validate(&env, VALIDATE_ITERATIONS, &checked_bytes, err);
    if (status == EB_OK)
        status = barrier(block, err);
    launch->patient = 0;
    if (status == EB_OK)
        status = launch->ops->allgather(launch, &checked_bytes, all, sizeof checked_bytes, err);
    if (status == EB_OK && launch->rank == 0)
        *validation =
            json_pack("{s:I, s:I, s:f}", "iterations", (json_int_t)VALIDATE_ITERATIONS, "bytes",
                      (json_int_t)total(all, (uint64_t)launch->ranks), "relative_bound",
                      kernel->has_algorithms ? eb_reduction_bound(env.reduction, env.transport->ranks) : 0.0);
    free(all);
    return status;
}
