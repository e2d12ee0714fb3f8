/* A slow drift: Page's one-sided cumulative sum, S = max(0, S + r - allowance), alarm above a limit
 * (Page, Biometrika 41, 1954). r is in units of the standard deviation of quiet nights. */
#ifndef EB_JUDGE_STATS_CUSUM_H
#define EB_JUDGE_STATS_CUSUM_H

#include "common/status.h"

#include <stddef.h>

#define EB_CUSUM_ALLOWANCE 0.5
#define EB_CUSUM_LIMIT 7.0

struct eb_cusum {
    double now;    /* S after the last */
    double peak;   /* the largest S */
    int alarmed;   /* S is above the limit now */
    size_t alarm;  /* where S rose above the limit since it was last below; only when alarmed */
    size_t origin; /* the first of the run that S stands on: where S was last 0 before; only when alarmed */
};

/* Over scores[0..count), in the order of nights. EB_INVALID for NaN, an infinity, a negative allowance or a
 * limit not above 0. */
enum eb_status eb_cusum(const double *scores, size_t count, double allowance, double limit,
                        struct eb_cusum *result, struct eb_error *err);

#endif
