/* By how much does one group of launches stand above another: Hodges and Lehmann's shift with its exact
 * interval.
 *
 * The estimate is the median of the m * n differences y - x; the interval is [D(C), D(mn+1-C)] of the sorted
 * differences, C the largest with P(U <= C - 1) <= (1 - level) / 2 for Mann and Whitney's U
 * (Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, 3rd ed., sections 4.2 and 4.3). Counts
 * obey N(u; m, n) = N(u - n; m - 1, n) + N(u; m, n - 1); they are computed from the generating function of
 * that recursion, as Harding does (Applied Statistics 33, 1984, p. 1).
 * With ties the interval is kept as it is: it then covers at least what it says.
 *
 * Pure functions. Of logarithms of launches, exp() of estimate, low and high are a ratio and its interval. */
#ifndef EB_JUDGE_STATS_SHIFT_H
#define EB_JUDGE_STATS_SHIFT_H

#include "common/status.h"
#include "judge/stats/order.h"

#include <stddef.h>

/* Larger groups would overflow the counts, C(1000, 500) being 2.7e299. */
#define EB_SHIFT_MAX 500

struct eb_shift {
    double estimate;             /* y - x, in the unit of the values */
    struct eb_interval interval; /* absent when the groups are too small for the level */
};

/* Which of the sorted differences are the ends of the interval: C, or 0 when m and n (each in 1 to
 * EB_SHIFT_MAX) are too small for the level in (0, 1). *coverage (may be NULL) is what [D(C), D(mn+1-C)]
 * covers, 0 with C = 0. EB_INTERNAL when out of memory, EB_INVALID when m or n is out of range. */
enum eb_status eb_shift_rank(size_t m, size_t n, double level, size_t *rank, double *coverage,
                             struct eb_error *err);

/* The shift from x[0..m) to y[0..n), which are left as they are. EB_INVALID when a group is empty, larger
 * than EB_SHIFT_MAX or holds NaN or an infinity; EB_INTERNAL when out of memory. */
enum eb_status eb_shift_estimate(const double *x, size_t m, const double *y, size_t n, double level,
                                 struct eb_shift *shift, struct eb_error *err);

/* P(U <= u) of Mann and Whitney's U for groups of m and n of one distribution, of any size; 1 where that is
 * above a half, and where a group is empty. Exact below u = 4096. Beyond, never too small: of up to 12
 * against many bounded by a simplex (partitions of u or less into 12 parts), of more by the normal
 * distribution, whose tails are longer than U's. With ties counted against the test (U of those not above) it
 * is at most what it says. */
double eb_shift_tail(size_t m, size_t n, double u);

/* The least k for which two groups of k have an interval at the level: 4 at 0.95. */
size_t eb_shift_launches_needed(double level);

#endif
