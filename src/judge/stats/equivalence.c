#include "judge/stats/equivalence.h"

#include "judge/stats/shift.h"
#include "judge/stats/signed_rank.h"

#include <float.h>
#include <math.h>

static enum eb_status check(double delta, double alpha, struct eb_error *err)
{
    if (!(delta > 0))
        return eb_error_set(err, EB_INVALID, "equivalence", 0, "delta is %g: it must be above 0", delta);
    if (!(alpha > 0 && alpha < 0.5))
        return eb_error_set(err, EB_INVALID, "equivalence", 0, "alpha is %g: it must be between 0 and 0.5",
                            alpha);
    return EB_OK;
}

/* 1 - 2 alpha is rounded: without the allowance an interval that covers just that, such as that of 3 against
 * 3 at 0.05, would be lost. */
static double level_of(double alpha)
{
    return 1 - 2 * alpha - 4 * DBL_EPSILON;
}

static int is_within(const struct eb_interval *interval, double delta)
{
    return interval->present && interval->low > -delta && interval->high < delta;
}

enum eb_status eb_equivalence_groups(const double *x, size_t m, const double *y, size_t n, double delta,
                                     double alpha, int *equivalent, struct eb_error *err)
{
    *equivalent = 0;
    struct eb_shift shift;
    enum eb_status status = check(delta, alpha, err);
    if (status == EB_OK)
        status = eb_shift_estimate(x, m, y, n, level_of(alpha), &shift, err);
    if (status == EB_OK)
        *equivalent = is_within(&shift.interval, delta);
    return status;
}

enum eb_status eb_equivalence_pairs(const double *differences, size_t k, double delta, double alpha,
                                    int *equivalent, struct eb_error *err)
{
    *equivalent = 0;
    struct eb_shift shift;
    enum eb_status status = check(delta, alpha, err);
    if (status == EB_OK)
        status = eb_signed_rank_estimate(differences, k, level_of(alpha), &shift, err);
    if (status == EB_OK)
        *equivalent = is_within(&shift.interval, delta);
    return status;
}

double eb_visible_effect(double delta, double standard_error)
{
    return delta + 4 * standard_error;
}

/* s2/n, NAN below two values. */
static double squared_error(const double *values, size_t n)
{
    if (n < 2)
        return NAN;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += values[i] - values[0]; /* so that equal values have no error, rounding or not */
    double mean = sum / (double)n;
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        double off = values[i] - values[0] - mean;
        squares += off * off;
    }
    return squares / ((double)(n - 1) * (double)n);
}

double eb_standard_error_groups(const double *x, size_t m, const double *y, size_t n)
{
    return sqrt(squared_error(x, m) + squared_error(y, n));
}

double eb_standard_error_pairs(const double *differences, size_t k)
{
    return sqrt(squared_error(differences, k));
}
