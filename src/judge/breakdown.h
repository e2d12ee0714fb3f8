/* Who a series was slow with: each pair by itself, and the rank that held up all-reduces. */
#ifndef EB_JUDGE_BREAKDOWN_H
#define EB_JUDGE_BREAKDOWN_H

#include "common/status.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct eb_pair_part {
    uint64_t first; /* ranks */
    uint64_t second;
    double *launch_ns; /* owned; of each launch the median of its sweeps' medians */
    size_t launch_count;
};

/* Zero-initialised is valid: nothing is known. */
struct eb_breakdown {
    struct eb_pair_part *pairs; /* in the record's order */
    size_t pair_count;
    size_t *places;      /* pairs by their ranks: open addressing, place + 1, 0: free */
    size_t place_room;   /* a power of two, or 0 */
    uint64_t *slowest;   /* by rank: iterations in which it was the slowest */
    size_t slowest_room; /* ranks that slowest has room for */
    uint64_t rank_count;
    uint64_t iterations; /* in which any was */
};

/* Adds what the counted sweeps of a measured case, one of each launch, say. EB_INVALID when they name a rank
 * that there is not, EB_INTERNAL when out of memory.
 */
enum eb_status eb_breakdown_add(struct eb_breakdown *breakdown, const json_t *case_json, uint64_t ranks,
                                struct eb_error *err);
void eb_breakdown_free(struct eb_breakdown *breakdown);

/* The median over a pair's launches. */
double eb_breakdown_pair_ns(const struct eb_pair_part *pair);

/* The pair with the largest (smallest) of these; pair_count must be above 0. */
const struct eb_pair_part *eb_breakdown_extreme(const struct eb_breakdown *breakdown, int largest);

/* The rank that was most often the slowest, the lowest of several, and its share of the iterations; -1 when
 * nothing is known. It stands out when its share is more than half way between 1 / ranks and 1. */
int eb_breakdown_straggler(const struct eb_breakdown *breakdown, double *share);
int eb_breakdown_stands_out(const struct eb_breakdown *breakdown, double share);

#endif
