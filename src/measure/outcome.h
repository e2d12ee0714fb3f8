/* What a block of iterations gave: gathering it from the ranks, and saying it in the record's words. */
#ifndef EB_MEASURE_OUTCOME_H
#define EB_MEASURE_OUTCOME_H

#include "common/histogram.h"
#include "measure/block.h"

#include <jansson.h>

/* What one pair gave in a block: of a fixed size, so that all pairs together are small beside their samples.
 */
struct eb_pair_outcome {
    int32_t ranks[2]; /* -1: a rank that is no pair's first */
    uint64_t median_ns;
    uint64_t p99_ns; /* 0: too few samples */
};

/* The most samples of a block that --raw keeps, of all pairs together: rank 0 holds them, and the record does
 * in some 50 bytes each. */
#define EB_RAW_SAMPLES_MAX (UINT64_C(16) << 20)

/* What a block gave, on rank 0; elsewhere only this rank's own samples mean something. */
struct eb_outcome {
    struct eb_kernel_env env;
    uint64_t iterations; /* of each rank, without the warm-up */
    uint64_t warmup;
    uint64_t run_count;            /* all that were run, warm-ups and all */
    json_t *witness;               /* on rank 0; owned */
    uint64_t *samples_ns;          /* this rank's own, of each iteration; or the slowest rank's; owned */
    uint64_t *raw_ns;              /* --raw with several pairs: theirs, one pair after the other; owned */
    struct eb_histogram histogram; /* of all samples that count; owned, as are the pairs */
    struct eb_pair_outcome *pairs; /* env.pairing.pairs of them, by first rank; NULL where there is one
                                      outside a screening, or none */
    uint64_t total_ns;             /* the sum of all samples that count */
    uint64_t rank_total_ns;        /* the sum of what all ranks that time were busy */
    int *holders;      /* by iteration: the rank that was slowest; NULL where that means nothing */
    int stopped_early; /* precise enough before the budget was spent */
};

/* Before a block: EB_USAGE, on all ranks alike, when --raw would keep more than that. */
enum eb_status eb_outcome_check_raw(const struct eb_block *block, uint64_t iterations, struct eb_error *err);

/* Collective: what the samples of all ranks say, on rank 0, which gets no samples of other ranks (but with
 * --raw): ranks merge their histograms up a tree, and give of each pair an eb_pair_outcome. EB_INTERNAL when
 * out of memory. */
enum eb_status eb_outcome_gather(struct eb_outcome *outcome, const struct eb_block *block,
                                 struct eb_error *err);
void eb_outcome_free(struct eb_outcome *outcome);

/* On rank 0: the "sweep" of the block, and its journal line, which takes sweep over; owned by the caller,
 * NULL when out of memory. */
json_t *eb_outcome_sweep(const struct eb_outcome *outcome, const struct eb_block *block, uint64_t sweep,
                         uint64_t position);
json_t *eb_outcome_line(const struct eb_outcome *outcome, const struct eb_block *block, json_t *sweep);

#endif
