/* What a launch finds out before its sweeps, so that they measure what is asked for: where `auto` changes the
 * algorithm, and where time jumps between two sizes. What the first launch of a run found the others are
 * told, so that all have the same cases. */
#ifndef EB_MEASURE_TUNE_H
#define EB_MEASURE_TUNE_H

#include "measure/block.h"
#include "measure/plan.h"

/* What both need. */
struct eb_tuner {
    struct eb_launch *launch;
    struct eb_lanes *lanes; /* furnished for the plan */
    const struct eb_session_options *options;
    struct eb_plan *plan;
    struct eb_samples *samples;
    const struct eb_crossover *crossovers; /* what eb_tune_crossovers found */
    size_t crossover_count;
    size_t first_group_added; /* of the plan: how many groups it had before sizes were added */
};

/* Collective: chooses for each case of the plan whose algorithm is open, arm by arm: recursive doubling up to
 * the size, and above it the algorithm, that together take least time over the plan's sizes (the sum of the
 * logarithms of medians); the transport's own where it has one. options->crossovers are taken as they are.
 * crossovers has room for all arms; *count of them become filled in, the same on all ranks. */
enum eb_status eb_tune_crossovers(const struct eb_tuner *tuner, struct eb_crossover *crossovers,
                                  size_t *count, struct eb_error *err);

/* The choice of a crossover for a size. */
const struct eb_algorithm *eb_crossover_choose(const struct eb_crossover *crossover, uint64_t size_bytes);

/* Collective: looks for sizes between which the time of a message jumps (refine.c), closes in on each by
 * halving, and adds what it tried to the plan, whose lanes must then be furnished anew. *cliffs, on rank 0
 * and owned by the caller, says where they are, how high, and which thresholds of the arm are near. */
enum eb_status eb_refine(const struct eb_tuner *tuner, json_t **cliffs, struct eb_error *err);

/* No more jumps are looked at when so many sizes were added. */
#define EB_REFINE_SIZES_MAX 200

/* Whether time jumps between the i-th and the next size: it grows by a quarter at least, and its exponent of
 * growth is larger by EB_CLIFF_EXPONENT than before and after. Pure. */
#define EB_CLIFF_EXPONENT 0.5
int eb_refine_is_cliff(const uint64_t *size_bytes, const double *message_ns, size_t count, size_t i);

#endif
