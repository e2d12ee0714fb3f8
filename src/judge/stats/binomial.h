/* The upper tail of a binomial distribution.
 *
 * P(B(n, p) >= k) = sum of C(n, i) p^i (1-p)^(n-i) over i from k to n, summed from k on, each term from the
 * one before it; the first through lgamma(3). Relative error below 1e-9 up to a million trials. */
#ifndef EB_JUDGE_STATS_BINOMIAL_H
#define EB_JUDGE_STATS_BINOMIAL_H

#include <stddef.h>

/* 1 for k = 0, 0 for k above n; p is taken into [0, 1]. NAN for a p that is NaN. */
double eb_binomial_tail(size_t n, size_t k, double p);

#endif
