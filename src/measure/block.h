/* The measuring of one case: calibration, and a block of iterations in a sweep. */
#ifndef EB_MEASURE_BLOCK_H
#define EB_MEASURE_BLOCK_H

#include "measure/lanes.h"
#include "measure/witness.h"

/* Room for the samples of one block, kept from block to block. Zero-initialised is valid. */
struct eb_samples {
    uint64_t *ns;
    size_t room;
};

void eb_samples_free(struct eb_samples *samples);

/* What the measuring of a case needs. */
struct eb_block {
    struct eb_launch *launch;
    struct eb_lanes *lanes;
    const struct eb_session_options *options;
    const struct eb_case *unit;
    struct eb_samples *samples;
    struct eb_witness *witness;      /* NULL: nobody looks; of eb_block_measure alone */
    struct eb_expectation *expected; /* of the case, kept from block to block */
};

/* Collective: runs the case count times; *median_ns becomes the median of rank 0's samples, on all ranks. */
enum eb_status eb_block_probe(const struct eb_block *block, uint64_t count, double *median_ns,
                              struct eb_error *err);

/* Collective: probes with ever more iterations, as long as they fit into the budget. */
enum eb_status eb_block_estimate(const struct eb_block *block, uint64_t budget_ns, double *median_ns,
                                 struct eb_error *err);

/* In a round of a screening all pairs take as many iterations. The duration that these are chosen by: the
 * middle pair's, or so much of the slowest one's that it takes at most this many budgets. Sorts; 0 of none.
 */
#define EB_SLOWEST_BUDGETS 8.0
double eb_block_pace(double *pairs_ns, size_t count);

/* Collective: how many iterations fill the time budget; at least the minimum, the same on all ranks. Goes by
 * medians, so that one stall does not count for all. A first estimate: eb_block_measure makes a better one.
 */
enum eb_status eb_block_calibrate(const struct eb_block *block, uint64_t *iterations, struct eb_error *err);

/* Collective: runs warm-up and iterations as one sequence, and on rank 0 makes the journal line of the block
 * (*line, owned by the caller; NULL elsewhere). position is the place in the order of the sweep. *iterations
 * then becomes what fills the budget by this block's median, for the next sweep, unless the user gave a
 * number. */
enum eb_status eb_block_measure(const struct eb_block *block, uint64_t *iterations, uint64_t sweep,
                                uint64_t position, json_t **line, struct eb_error *err);

/* Collective: the kernel's validation. *validation, on rank 0 and owned by the caller, says what was checked.
 */
enum eb_status eb_block_validate(const struct eb_block *block, json_t **validation, struct eb_error *err);

#endif
