/* By how much do pairs differ: Hodges and Lehmann's estimate of one sample with its exact interval.
 *
 * The estimate is the median of the k(k+1)/2 Walsh averages (d_i + d_j)/2, i <= j; the interval is
 * [W(C), W(M+1-C)] of the sorted averages, M their number, C the largest with P(V <= C - 1) <= (1 - level) /
 * 2 for Wilcoxon's signed-rank statistic V (Hollander, Wolfe and Chicken, 3rd ed., sections 3.2 and 3.3).
 * Symmetry of the differences is assumed, which the difference of two exchangeable launches has. At 95% there
 * is none below k = 6. */
#ifndef EB_JUDGE_STATS_SIGNED_RANK_H
#define EB_JUDGE_STATS_SIGNED_RANK_H

#include "judge/stats/shift.h"

/* C, or 0 when k (1 to EB_SHIFT_MAX) is too small for the level in (0, 1); *coverage (may be NULL) is what
 * the interval covers. EB_INTERNAL when out of memory, EB_INVALID when k is out of range. */
enum eb_status eb_signed_rank_rank(size_t k, double level, size_t *rank, double *coverage,
                                   struct eb_error *err);

/* The shift of differences[0..k), which are left as they are. EB_INVALID when there are none, more than
 * EB_SHIFT_MAX, or NaN or an infinity among them; EB_INTERNAL when out of memory. */
enum eb_status eb_signed_rank_estimate(const double *differences, size_t k, double level,
                                       struct eb_shift *shift, struct eb_error *err);

/* The least k with an interval at the level: 6 at 0.95. */
size_t eb_signed_rank_launches_needed(double level);

#endif
