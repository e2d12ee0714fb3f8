#include "measure/block.h"

#include "common/histogram.h"
#include "common/record.h"
#include "measure/kernel/allreduce.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define AUTO_ITERATIONS_MAX UINT64_C(200000)
#define AUTO_WARMUP_MAX UINT64_C(1000)
#define VALIDATE_ITERATIONS UINT64_C(3)

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
    enum eb_status status = eb_lanes_env(block->lanes, block->options, block->unit, env, err);
    if (status == EB_OK)
        status = make_room(block->samples, iterations, err);
    if (status == EB_OK)
        status = barrier(block, err);
    if (status != EB_OK)
        return status;
    env->transport->idle_since_ns = 0;
    launch->patient = !block->unit->kernel->takes_part(env->transport);
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

/* Runs the case and tells all ranks the median of rank 0's samples. */
static enum eb_status try_iterations(const struct eb_block *block, uint64_t count, double *median_ns,
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

enum eb_status eb_block_calibrate(const struct eb_block *block, uint64_t *iterations, struct eb_error *err)
{
    const struct eb_session_options *options = block->options;
    double median_ns = 0;
    double first_ns = 0;
    *iterations = options->iterations;
    if (*iterations > 0)
        return EB_OK;
    enum eb_status status = try_iterations(block, 1, &first_ns, err);
    if (status == EB_OK)
        status = try_iterations(block, 1, &median_ns, err);
    median_ns = first_ns < median_ns ? first_ns : median_ns;
    for (uint64_t count = 4; status == EB_OK && count < AUTO_ITERATIONS_MAX &&
                             median_ns * (double)count < (double)options->block_ns / 4;
         count *= 4)
        status = try_iterations(block, count, &median_ns, err);
    *iterations = iterations_for(options, median_ns);
    return status;
}

static uint64_t warmup_of(const struct eb_session_options *options, uint64_t iterations)
{
    if (options->warmup != UINT64_MAX)
        return options->warmup;
    uint64_t tenth = iterations / 10;
    if (tenth < 1)
        return 1;
    return tenth < AUTO_WARMUP_MAX ? tenth : AUTO_WARMUP_MAX;
}

/* The case's samples, on rank 0, and the sum of the ranks' own totals. */
static enum eb_status gather(const struct eb_block *block, uint64_t *samples_ns, uint64_t count,
                             uint64_t *rank_total_ns, struct eb_error *err)
{
    struct eb_launch *launch = block->launch;
    uint64_t mine = total(samples_ns, count);
    *rank_total_ns = mine;
    if (block->unit->kernel->samples_of == EB_SAMPLES_OF_FIRST)
        return EB_OK;
    uint64_t *totals = calloc((size_t)launch->ranks, sizeof *totals);
    enum eb_status status = totals ? launch->ops->allgather(launch, &mine, totals, sizeof mine, err)
                                   : eb_error_set(err, EB_INTERNAL, "session", ENOMEM,
                                                  "out of memory for %d ranks", launch->ranks);
    if (status == EB_OK) {
        *rank_total_ns = total(totals, (uint64_t)launch->ranks);
        status = launch->ops->reduce_max(launch, samples_ns, count, err);
    }
    free(totals);
    return status;
}

static json_t *case_fields(const struct eb_block *block, const struct eb_kernel_env *env)
{
    const struct eb_case *unit = block->unit;
    json_t *fields =
        json_pack("{s:s, s:s, s:s, s:I, s:i, s:s, s:I, s:s, s:s}", "kernel", unit->kernel->name, "algorithm",
                  env->algorithm ? env->algorithm->name : "", "arm", block->options->arms[unit->arm].name,
                  "size_bytes", (json_int_t)unit->size_bytes, "ranks", env->transport->ranks, "sample",
                  unit->kernel->sample, "bytes_per_sample", (json_int_t)unit->kernel->bytes_per_sample(env),
                  "receives", "pre-posted", "loop", "closed");
    if (fields && unit->kernel->has_window)
        json_object_set_new(fields, "window", json_integer((json_int_t)env->window));
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

/* On rank 0: the line of a block, and the iterations that its median wants for the next. */
static enum eb_status conclude(const struct eb_block *block, const struct eb_kernel_env *env, json_t *sweep,
                               const uint64_t *samples_ns, uint64_t *iterations, json_t **line,
                               struct eb_error *err)
{
    struct eb_histogram histogram;
    enum eb_status status = eb_histogram_from_samples(&histogram, samples_ns, *iterations, err);
    if (status != EB_OK) {
        json_decref(sweep);
        return status;
    }
    double median_ns = eb_histogram_median(&histogram);
    json_object_set_new(sweep, "median_ns", json_integer((json_int_t)median_ns));
    *line = make_line(block, env, sweep, &histogram);
    if (*line && block->options->raw)
        json_object_set_new(*line, "raw_ns", raw_samples(samples_ns, *iterations));
    eb_histogram_free(&histogram);
    *iterations = iterations_for(block->options, median_ns);
    return *line ? EB_OK : eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for a block");
}

enum eb_status eb_block_measure(const struct eb_block *block, uint64_t *iterations, uint64_t sweep,
                                uint64_t position, json_t **line, struct eb_error *err)
{
    struct eb_kernel_env env;
    struct eb_launch *launch = block->launch;
    uint64_t count = *iterations;
    uint64_t next = count;
    uint64_t warmup = warmup_of(block->options, count);
    uint64_t rank_total_ns = 0;
    *line = NULL;
    enum eb_status status = run(block, &env, warmup + count, err);
    if (status != EB_OK)
        return status;
    uint64_t *counted_ns = block->samples->ns + warmup;
    status = gather(block, counted_ns, count, &rank_total_ns, err);
    if (status == EB_OK && launch->rank == 0) {
        json_t *json = json_pack(
            "{s:I, s:b, s:I, s:I, s:I, s:I, s:I}", "index", (json_int_t)sweep, "first", sweep == 0,
            "position", (json_int_t)position, "iterations", (json_int_t)count, "warmup", (json_int_t)warmup,
            "total_ns", (json_int_t)total(counted_ns, count), "rank_total_ns", (json_int_t)rank_total_ns);
        status = conclude(block, &env, json, counted_ns, &next, line, err);
    }
    if (status == EB_OK && block->options->iterations == 0) {
        status = launch->ops->broadcast(launch, &next, sizeof next, err);
        *iterations = next;
    }
    return status;
}

enum eb_status eb_block_validate(const struct eb_block *block, json_t **validation, struct eb_error *err)
{
    struct eb_kernel_env env;
    struct eb_launch *launch = block->launch;
    uint64_t checked_bytes = 0;
    *validation = NULL;
    enum eb_status status = eb_lanes_env(block->lanes, block->options, block->unit, &env, err);
    uint64_t *all = calloc((size_t)launch->ranks, sizeof *all);
    if (!all)
        status =
            eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for %d ranks", launch->ranks);
    env.transport->idle_since_ns = 0;
    launch->patient = !block->unit->kernel->takes_part(env.transport);
    if (status == EB_OK && !launch->patient)
        status = block->unit->kernel->validate(&env, VALIDATE_ITERATIONS, &checked_bytes, err);
    if (status == EB_OK)
        status = barrier(block, err);
    launch->patient = 0;
    if (status == EB_OK)
        status = launch->ops->allgather(launch, &checked_bytes, all, sizeof checked_bytes, err);
    if (status == EB_OK && launch->rank == 0)
        *validation = json_pack("{s:I, s:I}", "iterations", (json_int_t)VALIDATE_ITERATIONS, "bytes",
                                (json_int_t)total(all, (uint64_t)launch->ranks));
    free(all);
    return status;
}
