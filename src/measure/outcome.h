/* What a block of iterations gave: gathering it from the ranks, and saying it in the record's words. */
#ifndef EB_MEASURE_OUTCOME_H
#define EB_MEASURE_OUTCOME_H

#include "common/histogram.h"
#include "measure/block.h"

#include <jansson.h>

/* What a block gave, on rank 0; elsewhere only this rank's own samples mean something. */
struct eb_outcome {
    struct eb_kernel_env env;
    uint64_t iterations; /* of each rank, without the warm-up */
    uint64_t warmup;
    uint64_t run_count;     /* all that were run, warm-ups and all */
    json_t *witness;        /* on rank 0; owned */
    uint64_t *samples_ns;   /* the case's: sample_count of them; owned */
    size_t sample_count;    /* iterations, times the pairs at work */
    uint64_t rank_total_ns; /* the sum of what all ranks that time were busy */
    int *holders;           /* by iteration: the rank that was slowest; NULL where that means nothing */
    int stopped_early;      /* precise enough before the budget was spent */
};

/* Collective: the samples of all ranks that count, on rank 0. EB_INTERNAL when out of memory. */
enum eb_status eb_outcome_gather(struct eb_outcome *outcome, const struct eb_block *block,
                                 struct eb_error *err);
void eb_outcome_free(struct eb_outcome *outcome);

/* On rank 0: the "sweep" of the block, and its journal line, which takes sweep over; owned by the caller,
 * NULL when out of memory. */
json_t *eb_outcome_sweep(const struct eb_outcome *outcome, const struct eb_block *block, uint64_t sweep,
                         uint64_t position, double median_ns, struct eb_error *err);
json_t *eb_outcome_line(const struct eb_outcome *outcome, const struct eb_block *block, json_t *sweep,
                        const struct eb_histogram *histogram);

#endif
