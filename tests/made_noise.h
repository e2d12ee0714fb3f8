/* Noise for tests of statistics: the same on every machine. */
#ifndef EB_TESTS_MADE_NOISE_H
#define EB_TESTS_MADE_NOISE_H

#include "common/rng.h"

/* About standard normal: Irwin and Hall's sum of 12 uniform numbers, less 6. */
static inline double made_noise(struct eb_rng *rng)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += (double)(eb_rng_next(rng) >> 11) * 0x1p-53;
    return sum;
}

#endif
