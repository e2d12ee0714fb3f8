#include "judge/stats/order.h"

#include "common/histogram.h"

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

void eb_order_sort(double *values, size_t count)
{
    if (count > 1)
        qsort(values, count, sizeof *values, compare);
}

double eb_order_select(double *values, size_t count, size_t rank)
{
    /* Hoare's FIND, as Wirth wrote it down: j may end below 0. */
    ptrdiff_t k = (ptrdiff_t)rank;
    ptrdiff_t low = 0;
    ptrdiff_t high = (ptrdiff_t)count - 1;
    while (low < high) {
        double pivot = values[k];
        ptrdiff_t i = low;
        ptrdiff_t j = high;
        do {
            while (values[i] < pivot)
                i++;
            while (pivot < values[j])
                j--;
            if (i <= j) {
                double held = values[i];
                values[i++] = values[j];
                values[j--] = held;
            }
        } while (i <= j);
        if (j < k)
            low = i;
        if (k < i)
            high = j;
    }
    return values[k];
}

double eb_order_median(const double *sorted, size_t count)
{
    double upper = sorted[count / 2];
    return count % 2 ? upper : 0.5 * sorted[count / 2 - 1] + 0.5 * upper;
}

double eb_order_quantile(const double *sorted, size_t count, double q)
{
    /* 0.07 * 100 is a little more than 7: without the allowance its rank would be 8. */
    double rank = ceil(q * (double)count - 4 * DBL_EPSILON * (double)count);
    size_t index = rank < 1 ? 0 : (size_t)rank - 1;
    return sorted[index < count ? index : count - 1];
}

struct eb_interval eb_order_median_interval(const double *sorted, size_t count, double level)
{
    double tail = (1 - level) / 2;
    double log_term = -(double)count * log(2); /* log P(B = 0); 0.5^n itself vanishes at n = 1075 */
    double below = exp(log_term);
    double covered_tail = 0;
    size_t place = 0;
    while (place < count / 2 && below <= tail) {
        covered_tail = below;
        log_term += log((double)(count - place) / (double)(place + 1));
        below += exp(log_term);
        place++;
    }
    if (place == 0)
        return (struct eb_interval){0};
    return (struct eb_interval){
        .present = 1,
        .low = sorted[place - 1],
        .high = sorted[count - place],
        .coverage = 1 - 2 * covered_tail,
    };
}

size_t eb_order_samples_needed(double q)
{
    return eb_histogram_samples_needed(q);
}
