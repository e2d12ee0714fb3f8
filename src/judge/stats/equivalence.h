/* Are two as good as one, and what could have been seen: two one-sided tests, and the smallest visible
 * effect.
 *
 * Two one-sided tests at alpha say "within delta" exactly where the interval at 1 - 2 alpha lies within
 * (-delta, delta) (Schuirmann, J. Pharmacokinetics and Biopharmaceutics 15, 1987); the interval is the
 * exact one of shift.h or signed_rank.h. */
#ifndef EB_JUDGE_STATS_EQUIVALENCE_H
#define EB_JUDGE_STATS_EQUIVALENCE_H

#include "common/status.h"

#include <stddef.h>

/* *equivalent: whether y is within delta (above 0) of x. 0 too when there are too few values for an interval.
 * Statuses as eb_shift_estimate; EB_INVALID for a delta that is not above 0 or an alpha outside (0, 0.5). */
enum eb_status eb_equivalence_groups(const double *x, size_t m, const double *y, size_t n, double delta,
                                     double alpha, int *equivalent, struct eb_error *err);
/* The same of differences within pairs. */
enum eb_status eb_equivalence_pairs(const double *differences, size_t k, double delta, double alpha,
                                    int *equivalent, struct eb_error *err);

/* The smallest shift beyond delta that is found in about 90% of comparisons: delta + 4 se, se the standard
 * error of the difference, which is sigma sqrt(2/k) for two groups of k. It is a rule of thumb for tables of
 * tens of series (4 is about 2.7, the level of the largest of 48, and 1.28 for 90%). */
double eb_visible_effect(double delta, double standard_error);

/* Standard errors: sqrt(s2x/m + s2y/n) and sqrt(s2d/k). NAN below two values on a side. */
double eb_standard_error_groups(const double *x, size_t m, const double *y, size_t n);
double eb_standard_error_pairs(const double *differences, size_t k);

#endif
