/* Many series at once under one family-wise error rate: Westfall and Young's step-down maxT.
 *
 * Launches are relabelled jointly over all series, which keeps whatever the series have in common, and each
 * series is held against the largest statistic of those that did no better
 * (Westfall and Young, Resampling-Based Multiple Testing, 1993, section 2.6; Ge, Dudoit and Speed, TEST 12,
 * 2003, box 2). The statistic is
 *     t = (mean y - mean x - delta) / (sqrt(s2x/m + s2y/n) + s0)
 * of groups, (mean d - delta) / (sqrt(s2d/k) + s0) of pairs; s0 is the median over the series of the first
 * term of the denominator, anew for each relabelling, which keeps series of little spread from ruling the
 * table (Tusher, Tibshirani and Chu, PNAS 98, 2001). The test is one-sided: large is significant.
 * Groups: all C(m+n, m) relabellings where they are at most EB_MAXT_EXACT, else EB_MAXT_DRAWN random ones and
 * (b+1)/(R+1). Pairs: all 2^k flips of sign, or as many random ones.
 *
 * Pure functions, the same for the same seed on every machine. */
#ifndef EB_JUDGE_STATS_MAXT_H
#define EB_JUDGE_STATS_MAXT_H

#include "common/status.h"

#include <stddef.h>
#include <stdint.h>

#define EB_MAXT_EXACT 20000
#define EB_MAXT_DRAWN 10000

/* What is tested; borrowed. values[s * launches + l] is series s in launch l. */
struct eb_maxt {
    const double *values;
    const unsigned char *present; /* of the same shape: 0 where a launch lacks the series, whose value is then
                                     not looked at; NULL: all are there */
    size_t series;
    size_t launches;
    double delta; /* the shift that is not worth telling, at least 0 */
    uint64_t seed;
};

struct eb_maxt_how {
    int exact;
    uint64_t relabellings; /* with the one that was measured */
};

/* Whether the launches from `base` on are above launches [0, base) by more than delta: p[s], adjusted, for
 * each series; never less than that of a series with a larger t. A series that has fewer than two launches on
 * a side has -infinity for its t there, and so p = 1 where that is so as measured. A standard error and s0 of
 * 0 give a t of 0 where the difference is delta, an infinity of its sign elsewhere.
 * EB_INVALID for NaN or an infinity among the values, no series, fewer than 2 launches on a side, or a
 * negative delta; EB_INTERNAL when out of memory. how may be NULL. */
enum eb_status eb_maxt_groups(const struct eb_maxt *data, size_t base, double *p, struct eb_maxt_how *how,
                              struct eb_error *err);

/* Whether the values, differences within pairs, lie above delta. As above; at least 2 pairs. */
enum eb_status eb_maxt_pairs(const struct eb_maxt *data, double *p, struct eb_maxt_how *how,
                             struct eb_error *err);

#endif
