#include "judge/stats/binomial.h"

#include <math.h>

/* What is this much smaller than the sum adds nothing to it. */
#define NOTHING 1e-17

double eb_binomial_tail(size_t n, size_t k, double p)
{
    if (isnan(p))
        return NAN;
    if (k == 0 || p >= 1)
        return k <= n;
    if (k > n || p <= 0)
        return 0;
    double odds = p / (1 - p);
    double term = exp(lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1) +
                      (double)k * log(p) + (double)(n - k) * log1p(-p));
    double sum = term;
    for (size_t i = k; i < n; i++) {
        double ratio = (double)(n - i) / (double)(i + 1) * odds;
        term *= ratio;
        sum += term;
        if (ratio < 1 && term < NOTHING * sum)
            break;
    }
    return sum < 1 ? sum : 1;
}
