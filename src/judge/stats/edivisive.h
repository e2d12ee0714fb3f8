/* Where did it change? E-divisive: change points of a sequence by energy statistics.
 *
 * A split of a segment into m and n values has Q = (mn/(m+n)) [2 mean|x-y| - mean|x-x'| - mean|y-y'|], the
 * means over pairs of different values; the split of the largest Q over all segments is tested by permuting
 * values within the segments there are, p = (b+1)/(R+1), and kept while p is at most alpha
 * (Matteson and James, J. American Statistical Association 109, 2014, sections 2 and 3, exponent 1).
 * It locates; nobody is gated by it. {0,0,0,1,1,1}: a change before index 3, Q = 3. */
#ifndef EB_JUDGE_STATS_EDIVISIVE_H
#define EB_JUDGE_STATS_EDIVISIVE_H

#include "common/status.h"

#include <stddef.h>
#include <stdint.h>

#define EB_EDIVISIVE_LEAST 3   /* values in a segment */
#define EB_EDIVISIVE_DRAWN 999 /* permutations, R */
#define EB_EDIVISIVE_MOST 1000 /* values that it takes */

struct eb_change {
    size_t at; /* index of the first value after the change */
    double q;
    double p;
};

/* The changes of values[0..count), ascending by index, at most room of them, into changes. EB_INVALID for
 * NaN, an infinity, more than EB_EDIVISIVE_MOST values or an alpha outside (0, 1); EB_INTERNAL when out of
 * memory. Fewer than twice the least values have no change. A permutation test whose outcome is decided early
 * ends early; its p is then a bound from above the alpha. */
enum eb_status eb_edivisive(const double *values, size_t count, double alpha, uint64_t seed,
                            struct eb_change *changes, size_t room, size_t *found, struct eb_error *err);

/* The best single split of values[0..count) and its Q, without a test. *at and *q are 0 where there is none:
 * fewer than twice the least values, or no split whose Q is above 0. Statuses as above. */
enum eb_status eb_edivisive_split(const double *values, size_t count, size_t *at, double *q,
                                  struct eb_error *err);

#endif
