/* The all-reduce kernel: a sample is the time of one all-reduce on the rank that was slowest in it, calls
 * following each other without a barrier. */
#include "measure/kernel/allreduce.h"
#include "measure/kernel/table.h"

#include <stdio.h>
#include <string.h>

#define SCRATCH_ALIGNMENT ((size_t)64)

enum eb_status eb_algorithm_find(const char *name, uint64_t size_bytes, const struct eb_algorithm **algorithm,
                                 struct eb_error *err)
{
    char names[200] = "auto";
    if (strcmp(name, "auto") == 0)
        name = size_bytes <= EB_ALLREDUCE_CROSSOVER_BYTES ? "recursive_doubling" : "ring";
    for (size_t i = 0; eb_algorithms[i]; i++) {
        if (strcmp(eb_algorithms[i]->name, name) == 0) {
            *algorithm = eb_algorithms[i];
            return EB_OK;
        }
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, ", %s", eb_algorithms[i]->name);
    }
    return eb_error_set(err, EB_USAGE, "allreduce", 0, "unknown algorithm '%s': there are %s", name, names);
}

void eb_allreduce_add(float *sum, const float *a, const float *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sum[i] = a[i] + b[i];
}

static size_t rounded(size_t bytes)
{
    return (bytes + SCRATCH_ALIGNMENT - 1) / SCRATCH_ALIGNMENT * SCRATCH_ALIGNMENT;
}

static struct eb_kernel_needs allreduce_needs(const struct eb_kernel_env *env)
{
    int ranks = env->transport->ranks;
    size_t count = env->size_bytes / sizeof(float);
    return (struct eb_kernel_needs){.send_bytes = env->size_bytes,
                                    .receive_bytes = rounded(env->size_bytes) +
                                                     env->algorithm->scratch_bytes(count, ranks),
                                    .requests = env->algorithm->requests(ranks),
                                    .outstanding = env->algorithm->outstanding,
                                    .message_bytes = env->size_bytes};
}

static uint64_t allreduce_bytes(const struct eb_kernel_env *env)
{
    return env->size_bytes;
}

static int everyone(const struct eb_transport *transport)
{
    (void)transport;
    return 1;
}

static struct eb_allreduce allreduce_call(struct eb_kernel_env *env)
{
    return (struct eb_allreduce){.env = env,
                                 .count = env->size_bytes / sizeof(float),
                                 .scratch_offset = rounded(env->size_bytes),
                                 .requests = env->requests};
}

static enum eb_status allreduce_run(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                                    struct eb_error *err)
{
    struct eb_allreduce call = allreduce_call(env);
    const struct eb_algorithm *algorithm = env->algorithm;
    if (algorithm->begin(&call) < 0)
        return eb_kernel_failed(env, err);
    uint64_t start_ns = eb_clock_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        if (algorithm->iterate(&call, i, i + 1 == iterations) < 0)
            return eb_kernel_failed(env, err);
        uint64_t end_ns = eb_clock_ns();
        samples_ns[i] = end_ns - start_ns;
        start_ns = end_ns;
    }
    return EB_OK;
}

/* Small whole numbers: every sum of them over the ranks is exact in a float, in any order. */
static float element(size_t i, int rank, uint64_t iteration)
{
    return (float)((i * 7 + iteration * 3) % 251 + 1) * (float)(rank % 61 + 1);
}

static float element_sum(size_t i, int ranks, uint64_t iteration)
{
    float sum = 0;
    for (int rank = 0; rank < ranks; rank++)
        sum += element(i, rank, iteration);
    return sum;
}

static enum eb_status check_result(const struct eb_allreduce *call, uint64_t iteration, struct eb_error *err)
{
    const struct eb_transport *t = call->env->transport;
    const float *result = eb_allreduce_result(call);
    for (size_t i = 0; i < call->count; i++) {
        float wanted = element_sum(i, t->ranks, iteration);
        if (memcmp(&result[i], &wanted, sizeof wanted) != 0)
            return eb_error_set(err, EB_INVALID, "validation", 0,
                                "wrong sum: rank %d, offset %zu, got %g, wanted %g", t->rank,
                                i * sizeof(float), (double)result[i], (double)wanted);
    }
    return EB_OK;
}

/* Each iteration is a sequence of its own, so that the vectors can change between. */
static enum eb_status allreduce_validate(struct eb_kernel_env *env, uint64_t iterations,
                                         uint64_t *checked_bytes, struct eb_error *err)
{
    struct eb_allreduce call = allreduce_call(env);
    float *source = (float *)(void *)(env->send.base + call.source_offset);
    enum eb_status status = EB_OK;
    *checked_bytes = iterations * env->size_bytes;
    for (uint64_t iteration = 0; status == EB_OK && iteration < iterations; iteration++) {
        for (size_t i = 0; i < call.count; i++)
            source[i] = element(i, env->transport->rank, iteration);
        memset(eb_allreduce_result(&call), 0xff, env->size_bytes);
        if (env->algorithm->begin(&call) < 0 || env->algorithm->iterate(&call, 0, 1) < 0)
            status = eb_kernel_failed(env, err);
        else
            status = check_result(&call, iteration, err);
    }
    memset(source, 0, env->size_bytes);
    return status;
}

const struct eb_kernel_ops eb_kernel_allreduce = {
    .name = "allreduce",
    .summary = "sum of a vector of floats over all ranks, on every rank",
    .sample = "time_ns",
    .samples_of = EB_SAMPLES_OF_SLOWEST,
    .size_multiple = sizeof(float),
    .has_algorithms = 1,
    .needs = allreduce_needs,
    .bytes_per_sample = allreduce_bytes,
    .takes_part = everyone,
    .run = allreduce_run,
    .validate = allreduce_validate,
};
