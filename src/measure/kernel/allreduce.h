/* The all-reduce: the sum over all ranks of a vector of floats, on every rank, out of place.
 *
 * To add an algorithm: a file that defines `const struct eb_algorithm eb_algorithm_NAME`, and its row in
 * table.h. */
#ifndef EB_MEASURE_KERNEL_ALLREDUCE_H
#define EB_MEASURE_KERNEL_ALLREDUCE_H

#include "measure/kernel/kernel.h"

/* One rank's view of a sequence of all-reduces. source and result are where the vectors stand in the regions;
 * scratch is where messages arrive that are added to the result. */
struct eb_allreduce {
    struct eb_kernel_env *env;
    size_t count;          /* elements */
    size_t source_offset;  /* in env->send: this rank's vector, never written */
    size_t result_offset;  /* in env->receive */
    size_t scratch_offset; /* in env->receive */
    struct eb_request *requests;
};

struct eb_algorithm {
    const char *name;
    /* What it needs beside source and result; pure. */
    size_t (*scratch_bytes)(size_t count, int ranks);
    size_t (*requests)(int ranks);
    unsigned outstanding; /* messages under way to one peer at most */
    /* Posts what the first iteration of a sequence receives first. 0 or -1 as with transports. */
    int (*begin)(struct eb_allreduce *call);
    /* One all-reduce; posts ahead for the next one unless it is the last. 0 or -1. */
    int (*iterate)(struct eb_allreduce *call, uint64_t iteration, int last);
};

extern const struct eb_algorithm *const eb_algorithms[]; /* NULL-terminated */

/* The algorithm called name; "auto" is recursive doubling up to EB_ALLREDUCE_CROSSOVER_BYTES and the ring
 * above. EB_USAGE names the word and lists the algorithms. */
#define EB_ALLREDUCE_CROSSOVER_BYTES UINT64_C(65536)
enum eb_status eb_algorithm_find(const char *name, uint64_t size_bytes, const struct eb_algorithm **algorithm,
                                 struct eb_error *err);

/* sum[i] = a[i] + b[i]; sum may be a or b. */
void eb_allreduce_add(float *sum, const float *a, const float *b, size_t count);

static inline float *eb_allreduce_result(const struct eb_allreduce *call)
{
    return (float *)(void *)(call->env->receive.base + call->result_offset);
}

static inline float *eb_allreduce_scratch(const struct eb_allreduce *call)
{
    return (float *)(void *)(call->env->receive.base + call->scratch_offset);
}

static inline const float *eb_allreduce_source(const struct eb_allreduce *call)
{
    return (const float *)(const void *)(call->env->send.base + call->source_offset);
}

#endif
