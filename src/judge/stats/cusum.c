#include "judge/stats/cusum.h"

#include <math.h>

static enum eb_status check(const double *scores, size_t count, double allowance, double limit,
                            struct eb_error *err)
{
    if (!(allowance >= 0) || !isfinite(allowance))
        return eb_error_set(err, EB_INVALID, "cusum", 0, "allowance is %g: it must be a number, at least 0",
                            allowance);
    if (!(limit > 0))
        return eb_error_set(err, EB_INVALID, "cusum", 0, "limit is %g: it must be above 0", limit);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(scores[i]))
            return eb_error_set(err, EB_INVALID, "cusum", 0, "score %zu is not a finite number", i);
    return EB_OK;
}

enum eb_status eb_cusum(const double *scores, size_t count, double allowance, double limit,
                        struct eb_cusum *result, struct eb_error *err)
{
    *result = (struct eb_cusum){0};
    enum eb_status status = check(scores, count, allowance, limit, err);
    if (status != EB_OK)
        return status;
    double sum = 0;
    size_t origin = 0;
    size_t alarm = 0;
    int alarmed = 0;
    for (size_t i = 0; i < count; i++) {
        if (sum == 0)
            origin = i;
        sum = fmax(0, sum + scores[i] - allowance);
        if (sum > limit && !alarmed)
            alarm = i;
        alarmed = sum > limit;
        result->peak = fmax(result->peak, sum);
    }
    result->now = sum;
    result->alarmed = alarmed;
    if (alarmed) {
        result->alarm = alarm;
        result->origin = origin;
    }
    return EB_OK;
}
