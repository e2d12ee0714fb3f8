#include "measure/block.h"

#include "common/histogram.h"
#include "measure/kernel/allreduce.h"
#include "measure/outcome.h"

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

static enum eb_status out_of_memory(const char *what, struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for %s", what);
}

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

/* Figures are differences of a clock that must not go back. */
static enum eb_status check_clock(const uint64_t *samples_ns, uint64_t count, struct eb_error *err)
{
    for (uint64_t i = 0; i < count; i++)
        if (samples_ns[i] > INT64_MAX)
            return eb_error_set(err, EB_INTERNAL, "clock", 0,
                                "the clock went back by %.3f s: CLOCK_MONOTONIC of this host never may; "
                                "see /sys/devices/system/clocksource/clocksource0/current_clocksource",
                                (double)(UINT64_MAX - samples_ns[i]) / 1e9);
    return EB_OK;
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
        status = check_clock(block->samples->ns, iterations, err);
    if (status == EB_OK)
        status = barrier(block, err);
    launch->patient = 0;
    return status;
}

static uint64_t iterations_for(const struct eb_session_options *options, double median_ns)
{
    double fit = (double)options->block_ns / (median_ns > 1 ? median_ns : 1);
    uint64_t iterations = fit < (double)AUTO_ITERATIONS_MAX ? (uint64_t)fit : AUTO_ITERATIONS_MAX;
    return iterations < options->min_iterations ? options->min_iterations : iterations;
}

static int by_duration(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

double eb_block_pace(double *pairs_ns, size_t count)
{
    if (count == 0)
        return 0;
    qsort(pairs_ns, count, sizeof *pairs_ns, by_duration);
    return fmax(pairs_ns[count / 2], pairs_ns[count - 1] / EB_SLOWEST_BUDGETS);
}

/* On rank 0: the pace of all pairs of a round, of which this rank's median is one if it is first in one. */
static enum eb_status find_pace(const struct eb_block *block, const struct eb_kernel_env *env,
                                double *median_ns, struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    size_t count = 0;
    double *all = calloc((size_t)launch->ranks, sizeof *all);
    enum eb_status status = all ? launch->ops->gather(launch, median_ns, all, sizeof *all, err)
                                : out_of_memory("the pairs of a round", err);
    int first = eb_pairing_next(&env->pairing, -1);
    for (; status == EB_OK && first >= 0; first = eb_pairing_next(&env->pairing, first))
        all[count++] = all[first]; /* firsts ascend */
    if (status == EB_OK && launch->rank == 0)
        *median_ns = eb_block_pace(all, count);
    free(all);
    return status;
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
        if (block->unit->rounds > 0)
            status = find_pace(block, &env, median_ns, err);
    }
    if (status == EB_OK) {
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
    uint64_t middle_ns = sorted_ns[count / 2];
    double median_ns = (double)middle_ns;
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
static enum eb_status collect(const struct eb_block *block, uint64_t count, struct eb_outcome *outcome,
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
        outcome->run_count += warmup + now;
        memcpy(outcome->samples_ns + outcome->iterations, block->samples->ns + warmup,
               now * sizeof *outcome->samples_ns);
        outcome->iterations += now;
        if (outcome->iterations < count)
            status =
                is_precise(block, outcome->samples_ns, outcome->iterations, &outcome->stopped_early, err);
    }
    return status;
}

/* The pace of the next block of this case: of a round by what this one says of its pairs. */
static double next_pace(const struct eb_block *block, const json_t *sweep, double median_ns)
{
    const json_t *pairs = json_object_get(sweep, "pairs");
    size_t count = json_array_size(pairs);
    double *pairs_ns = block->unit->rounds > 0 ? calloc(count + 1, sizeof *pairs_ns) : NULL;
    if (!pairs_ns) /* the median of all will do */
        return median_ns;
    for (size_t i = 0; i < count; i++)
        pairs_ns[i] = json_number_value(json_object_get(json_array_get(pairs, i), "median_ns"));
    double pace_ns = eb_block_pace(pairs_ns, count);
    free(pairs_ns);
    return pace_ns;
}

/* On rank 0: the line of a block, and the iterations that its median wants for the next. */
static enum eb_status conclude(const struct eb_block *block, const struct eb_outcome *outcome, uint64_t sweep,
                               uint64_t position, uint64_t *iterations, json_t **line, struct eb_error *err)
{
    json_t *json = eb_outcome_sweep(outcome, block, sweep, position);
    double median_ns = eb_histogram_median(&outcome->histogram);
    *iterations = iterations_for(block->options, next_pace(block, json, median_ns));
    *line = eb_outcome_line(outcome, block, json);
    return *line ? EB_OK : out_of_memory("a block", err);
}

enum eb_status eb_block_measure(const struct eb_block *block, uint64_t *iterations, uint64_t sweep,
                                uint64_t position, json_t **line, struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    struct eb_outcome outcome = {.warmup = warmup_of(block, *iterations)};
    uint64_t next = *iterations;
    *line = NULL;
    enum eb_status status = eb_outcome_check_raw(block, *iterations, err);
    if (status == EB_OK)
        status = eb_witness_before(block->witness, block->unit, block->expected, err);
    if (status == EB_OK)
        status = collect(block, *iterations, &outcome, err);
    if (status == EB_OK) { /* before the ranks exchange their samples, perhaps over the same NIC */
        eb_witness_after(block->witness, block->unit, block->expected, outcome.run_count);
        status = eb_witness_conclude(block->witness, block->unit, &outcome.witness, err);
    }
    if (status == EB_OK)
        status = eb_outcome_gather(&outcome, block, err);
    if (status == EB_OK && launch->rank == 0)
        status = conclude(block, &outcome, sweep, position, &next, line, err);
    eb_outcome_free(&outcome);
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

/* What was checked must not be what is timed next: all-reduces would add it up. */
static void wipe(const struct eb_block *block, struct eb_kernel_env *env)
{
    struct eb_kernel_needs needs = block->unit->kernel->needs(env);
    memset(env->send.base, 0, needs.send_bytes);
    memset(env->receive.base, 0, needs.receive_bytes);
}

enum eb_status eb_block_validate(const struct eb_block *block, json_t **validation, struct eb_error *err)
{
    struct eb_kernel_env env = eb_lanes_env(block->lanes, block->options, block->unit);
    struct eb_launch *launch = block->launch;
    const struct eb_kernel_ops *kernel = block->unit->kernel;
    uint64_t checked_bytes = 0;
    *validation = NULL;
    enum eb_status status = prepare_reads(block, &env, err);
    env.transport->idle_since_ns = 0;
    launch->patient = !kernel->takes_part(&env);
    if (status == EB_OK && !launch->patient)
        status = kernel->validate(&env, VALIDATE_ITERATIONS, &checked_bytes, err);
    if (status == EB_OK)
        status = barrier(block, err);
    launch->patient = 0;
    if (status == EB_OK) { /* else others may still be writing */
        wipe(block, &env);
        status = eb_launch_sum(launch, &checked_bytes, err);
    }
    if (status == EB_OK && launch->rank == 0)
        *validation =
            json_pack("{s:I, s:I, s:f}", "iterations", (json_int_t)VALIDATE_ITERATIONS, "bytes",
                      (json_int_t)checked_bytes, "relative_bound",
                      kernel->has_algorithms ? eb_reduction_bound(env.reduction, env.transport->ranks) : 0.0);
    return status;
}
