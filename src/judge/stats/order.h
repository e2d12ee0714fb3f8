/* Order statistics of a few launches: median, nearest-rank quantile, and what may be said about them.
 *
 * Pure functions; values carry whatever unit the caller gave them. "sorted" arrays ascend and hold no NaN:
 * eb_order_sort makes them so. Nothing here allocates or fails; what cannot be computed is said to be absent.
 *
 * Sources: the interval of the median is the sign test turned round (David and Nagaraja, Order Statistics,
 * section 7.1): [x(C), x(n+1-C)], C the largest with P(B(n, 1/2) <= C - 1) <= (1 - level) / 2. It needs no
 * distribution. At 95% there is none below n = 6. */
#ifndef EB_JUDGE_STATS_ORDER_H
#define EB_JUDGE_STATS_ORDER_H

#include <stddef.h>

struct eb_interval {
    int present; /* 0: too few values for the level asked; the rest is then 0 */
    double low;
    double high;
    double coverage; /* what the interval really covers, at least the level asked */
};

/* Sorts values[0..count) ascending, in place. */
void eb_order_sort(double *values, size_t count);

/* The value that sorting would put at index rank, which is where it then is: those before it are not larger,
 * those after it not smaller. rank must be below count. */
double eb_order_select(double *values, size_t count, size_t rank);

/* The middle value, or the mean of the two in the middle. count must not be 0. */
double eb_order_median(const double *sorted, size_t count);

/* Nearest rank: the ceil(q * count)-th smallest, the smallest for q = 0. q in [0, 1]; count must not be 0. */
double eb_order_quantile(const double *sorted, size_t count, double q);

/* The interval of the median at a level in (0, 1), such as 0.95. */
struct eb_interval eb_order_median_interval(const double *sorted, size_t count, double level);

/* eb_histogram_samples_needed (common/histogram.h), for who has arrays. */
size_t eb_order_samples_needed(double q);

#endif
