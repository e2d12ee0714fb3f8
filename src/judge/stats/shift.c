#include "judge/stats/shift.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

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
