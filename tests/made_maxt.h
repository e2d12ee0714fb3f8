/* Tables for tests of maxT that a test may change. */
#ifndef EB_TESTS_MADE_MAXT_H
#define EB_TESTS_MADE_MAXT_H

#include "cmocka_all.h"
#include "judge/stats/maxt.h"
#include "made_noise.h"

#include <math.h>
#include <string.h>

#define MOST 1000

/* A table that a test may change; base 0: pairs. */
struct made {
    double values[MOST];
    unsigned char present[MOST];
    size_t series;
    size_t launches;
    size_t base;
    double delta;
    uint64_t seed;
};

static inline struct made made_of(const double *values, size_t series, size_t launches, size_t base,
                                  double delta)
{
    struct made made = {.series = series, .launches = launches, .base = base, .delta = delta, .seed = 1};
    memcpy(made.values, values, series * launches * sizeof *values);
    memset(made.present, 1, sizeof made.present);
    return made;
}

static inline enum eb_status ask(const struct made *made, double *p, struct eb_maxt_how *how,
                                 struct eb_error *err)
{
    struct eb_maxt data = {.values = made->values,
                           .series = made->series,
                           .launches = made->launches,
                           .delta = made->delta,
                           .seed = made->seed};
    if (memchr(made->present, 0, sizeof made->present))
        data.present = made->present;
    if (made->base == 0)
        return eb_maxt_pairs(&data, p, how, err);
    return eb_maxt_groups(&data, made->base, p, how, err);
}

static inline struct eb_maxt_how get(const struct made *made, double *p)
{
    struct eb_maxt_how how;
    assert_int_equal(ask(made, p, &how, NULL), EB_OK);
    return how;
}

static inline struct made noisy(uint64_t seed, size_t series, size_t launches, size_t base)
{
    struct made made = {.series = series, .launches = launches, .base = base, .seed = seed};
    struct eb_rng rng;
    eb_rng_seed(&rng, seed);
    memset(made.present, 1, sizeof made.present);
    for (size_t i = 0; i < series * launches; i++)
        made.values[i] = made_noise(&rng);
    return made;
}

#endif
