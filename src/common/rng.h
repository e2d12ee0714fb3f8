/* A small repeatable random number generator for shuffling plans and relabelling samples; not for secrets.
 * xoshiro256** seeded through splitmix64 (Blackman and Vigna, https://prng.di.unimi.it). */
#ifndef EB_COMMON_RNG_H
#define EB_COMMON_RNG_H

#include <stddef.h>
#include <stdint.h>

struct eb_rng {
    uint64_t state[4];
};

/* Any seed is good; the same seed gives the same sequence on every machine. */
void eb_rng_seed(struct eb_rng *rng, uint64_t seed);
uint64_t eb_rng_next(struct eb_rng *rng);

/* Uniform in [0, bound), without modulo bias. bound must not be 0. */
uint64_t eb_rng_below(struct eb_rng *rng, uint64_t bound);

/* Puts items[0..count) in a uniformly random order (Fisher and Yates). */
void eb_rng_shuffle(struct eb_rng *rng, size_t *items, size_t count);

#endif
