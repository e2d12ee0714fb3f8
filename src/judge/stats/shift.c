#include "judge/stats/shift.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define TAIL_EXACT 4096 /* counts of a tail that are computed one by one */
#define TAIL_FEW 12     /* so many against many are nothing like a normal distribution in its tails */

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "shift", ENOMEM, "out of memory for a comparison");
}

static double arrangements(size_t m, size_t n)
{
    double total = 1;
    for (size_t i = 1; i <= m; i++)
        total = total * (double)(n + i) / (double)i;
    return total;
}

/* counts[u] = N(u; m, n) for u in 0..last: the coefficients of prod (1 - q^(n+i)) / (1 - q^i), i = 1..m. */
static void count_arrangements(double *counts, size_t last, size_t m, size_t n)
{
    for (size_t u = 0; u <= last; u++)
        counts[u] = u == 0;
    for (size_t i = 1; i <= m; i++) {
        for (size_t u = last; u >= n + i; u--)
            counts[u] -= counts[u - n - i];
        for (size_t u = i; u <= last; u++)
            counts[u] += counts[u - i];
    }
}

/* The area of so many or fewer partitions of u into m parts at most, which is never smaller than their
 * number: the simplex x1 + 2 x2 + ... + m xm <= u + m (m + 1) / 2. As a share of all arrangements. */
static double simplex_tail(size_t m, size_t n, double u)
{
    double parts = (double)m;
    double log_all = lgamma(parts + (double)n + 1) - lgamma((double)n + 1) - lgamma(parts + 1);
    return exp(parts * log(u + parts * (parts + 1) / 2) - 2 * lgamma(parts + 1) - log_all);
}

static double normal_tail(size_t m, size_t n, double u)
{
    double x = (double)m;
    double y = (double)n;
    return erfc((x * y / 2 - u - 0.5) / sqrt(x * y * (x + y + 1) / 6)) / 2;
}

double eb_shift_tail(size_t m, size_t n, double u)
{
    double counts[TAIL_EXACT];
    double sum = 0;
    size_t few = m < n ? m : n;
    size_t many = m < n ? n : m;
    if (u < 0)
        return 0;
    if (few == 0 || isnan(u) || u >= (double)few * (double)many / 2)
        return 1;
    size_t last = u < TAIL_EXACT ? (size_t)u : TAIL_EXACT;
    if (few == 1)
        return (floor(u) + 1) / ((double)many + 1);
    if (last == TAIL_EXACT)
        return fmin(few <= TAIL_FEW ? simplex_tail(few, many, floor(u)) : normal_tail(few, many, u), 1);
    count_arrangements(counts, last, few, many);
    for (size_t i = 0; i <= last; i++)
        sum += counts[i];
    return fmin(sum / arrangements(few, many), 1);
}

enum eb_status eb_shift_rank(size_t m, size_t n, double level, size_t *rank, double *coverage,
                             struct eb_error *err)
{
    *rank = 0;
    if (coverage)
        *coverage = 0;
    if (m == 0 || n == 0 || m > EB_SHIFT_MAX || n > EB_SHIFT_MAX)
        return eb_error_set(err, EB_INVALID, "shift", 0,
                            "cannot compare %zu with %zu launches: each side needs 1 to %d", m, n,
                            EB_SHIFT_MAX);
    size_t last = m * n / 2;
    double *counts = malloc((last + 1) * sizeof *counts);
    if (!counts)
        return out_of_memory(err);
    count_arrangements(counts, last, m, n);
    double total = arrangements(m, n);
    double below = counts[0];
    while (*rank < last && below / total <= (1 - level) / 2) {
        if (coverage)
            *coverage = 1 - 2 * below / total;
        below += counts[++*rank];
    }
    free(counts);
    return EB_OK;
}

static int all_finite(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return 0;
    return 1;
}

enum eb_status eb_shift_estimate(const double *x, size_t m, const double *y, size_t n, double level,
                                 struct eb_shift *shift, struct eb_error *err)
{
    *shift = (struct eb_shift){0};
    if (!all_finite(x, m) || !all_finite(y, n))
        return eb_error_set(err, EB_INVALID, "shift", 0, "cannot compare values that are not finite numbers");
    size_t rank = 0;
    double coverage = 0;
    enum eb_status status = eb_shift_rank(m, n, level, &rank, &coverage, err);
    if (status != EB_OK)
        return status;
    size_t count = m * n;
    double *differences = malloc((count + 1) * sizeof *differences);
    if (!differences)
        return out_of_memory(err);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            differences[i * n + j] = y[j] - x[i];
    eb_order_sort(differences, count);
    shift->estimate = eb_order_median(differences, count);
    if (rank > 0)
        shift->interval = (struct eb_interval){.present = 1,
                                               .low = differences[rank - 1],
                                               .high = differences[count - rank],
                                               .coverage = coverage};
    free(differences);
    return EB_OK;
}

size_t eb_shift_launches_needed(double level)
{
    size_t launches = 1;
    while (launches < EB_SHIFT_MAX && 1 / arrangements(launches, launches) > (1 - level) / 2)
        launches++;
    return launches;
}
