#include "judge/stats/signed_rank.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "signed rank", ENOMEM, "out of memory for a comparison of pairs");
}

/* counts[v] for v in 0..last: the subsets of 1..k whose sum is v, the coefficients of prod (1 + q^i). */
static void count_subsets(double *counts, size_t last, size_t k)
{
    for (size_t v = 0; v <= last; v++)
        counts[v] = v == 0;
    for (size_t i = 1; i <= k; i++)
        for (size_t v = last; v >= i; v--)
            counts[v] += counts[v - i];
}

enum eb_status eb_signed_rank_rank(size_t k, double level, size_t *rank, double *coverage,
                                   struct eb_error *err)
{
    *rank = 0;
    if (coverage)
        *coverage = 0;
    if (k == 0 || k > EB_SHIFT_MAX)
        return eb_error_set(err, EB_INVALID, "signed rank", 0, "cannot compare %zu pairs: it takes 1 to %d",
                            k, EB_SHIFT_MAX);
    size_t last = k * (k + 1) / 4;
    double *counts = malloc((last + 1) * sizeof *counts);
    if (!counts)
        return out_of_memory(err);
    count_subsets(counts, last, k);
    double total = ldexp(1, (int)k);
    double below = counts[0];
    while (*rank < last && below / total <= (1 - level) / 2) {
        if (coverage)
            *coverage = 1 - 2 * below / total;
        below += counts[++*rank];
    }
    free(counts);
    return EB_OK;
}

enum eb_status eb_signed_rank_estimate(const double *differences, size_t k, double level,
                                       struct eb_shift *shift, struct eb_error *err)
{
    *shift = (struct eb_shift){0};
    for (size_t i = 0; i < k; i++)
        if (!isfinite(differences[i]))
            return eb_error_set(err, EB_INVALID, "signed rank", 0,
                                "cannot compare values that are not finite numbers");
    size_t rank = 0;
    double coverage = 0;
    enum eb_status status = eb_signed_rank_rank(k, level, &rank, &coverage, err);
    if (status != EB_OK)
        return status;
    size_t count = k * (k + 1) / 2;
    double *averages = malloc(count * sizeof *averages);
    if (!averages)
        return out_of_memory(err);
    double *next = averages;
    for (size_t i = 0; i < k; i++)
        for (size_t j = i; j < k; j++)
            *next++ = 0.5 * differences[i] + 0.5 * differences[j];
    eb_order_sort(averages, count);
    shift->estimate = eb_order_median(averages, count);
    if (rank > 0)
        shift->interval = (struct eb_interval){
            .present = 1, .low = averages[rank - 1], .high = averages[count - rank], .coverage = coverage};
    free(averages);
    return EB_OK;
}

size_t eb_signed_rank_launches_needed(double level)
{
    size_t launches = 1;
    while (launches < EB_SHIFT_MAX && ldexp(1, -(int)launches) > (1 - level) / 2)
        launches++;
    return launches;
}
