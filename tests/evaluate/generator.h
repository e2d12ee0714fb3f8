/* A made world to try verdicts in: a cluster's nights, allocations and launches, of which everything is
 * known.
 *
 * The logarithm of a series' value, up is worse, in launch j of an allocation t is
 *     x = mu_s + A_t + H_t + A_ts + L_tj + L_tjs
 * with A_t autoregressive of first order over allocations, H_t the slowest of the allocation's hosts, the
 * rest independent normal deviates. 48 series: the half round trip (us) and the bandwidth (MB/s) at 24 sizes.
 *
 * Deterministic for a seed, up to the last digit of libm's log, cos and sin. */
#ifndef EV_GENERATOR_H
#define EV_GENERATOR_H

#include "common/rng.h"

#include <stddef.h>
#include <stdint.h>

#define EV_SIZES 24 /* 1 B to 8 MiB */
#define EV_SERIES (2 * EV_SIZES)
#define EV_FIRST_SIZES 9   /* those at most 256 B, which a slow first sweep hits */
#define EV_LAUNCHES_MOST 8 /* on a side */
#define EV_ITERATIONS 100  /* of a series in a launch, for whoever pools them */

/* What the world is like; standard deviations are of logarithms. */
struct ev_settings {
    double allocation_sd; /* A_t */
    double correlation;   /* of A_t with the A_t before it */
    double series_sd;     /* A_ts */
    double launch_sd;     /* L_tj */
    double launch_series_sd;
    double slow_share;     /* of hosts */
    double slow_cost;      /* a slow host takes so much longer: 0.03 */
    int hosts;             /* of an allocation */
    double first_share;    /* of launches whose first sweep is slow */
    double first_factor;   /* how slow: 10 */
    double iteration_sd;   /* within a launch */
    int first_is_kept;     /* as if efabench did not leave the first of its four sweeps out */
    int hosts_every_block; /* every block of launches on hosts of its own, and not all on the night's */
};

/* Those that the documentation's table is made with. */
struct ev_settings ev_settings_usual(void);

struct ev_world {
    const struct ev_settings *settings; /* borrowed */
    struct eb_rng rng;
    double spare; /* Box and Muller's second deviate */
    int has_spare;
    double walk; /* A_t */
};

struct ev_allocation {
    double common;
    double hosts;
    double series[EV_SERIES];
};

struct ev_launch {
    double x[EV_SERIES]; /* without mu_s */
    int first_is_slow;
};

/* A_t starts in its stationary state. */
void ev_world_new(struct ev_world *world, const struct ev_settings *settings, uint64_t seed);
double ev_normal(struct ev_world *world);

/* The next allocation. */
void ev_allocate(struct ev_world *world, struct ev_allocation *allocation);
/* Other hosts for the same allocation. */
void ev_take_hosts(struct ev_world *world, struct ev_allocation *allocation);
void ev_launch(struct ev_world *world, const struct ev_allocation *allocation, struct ev_launch *launch);

/* count blocks of a launch on each side; base may be NULL. */
void ev_blocks(struct ev_world *world, struct ev_allocation *allocation, struct ev_launch *base,
               struct ev_launch *now, size_t count);

/* EV_ITERATIONS single iterations of a series in the counted sweeps of a launch, as logarithms, unsorted. */
void ev_iterations(struct ev_world *world, const struct ev_launch *launch, size_t series, double *x);

/* The size and the true value of a series: us, or MB/s where ev_is_rate. */
uint64_t ev_size(size_t series);
int ev_is_rate(size_t series);
double ev_level(size_t series);

/* What is slower, and by how much. */
enum ev_place { EV_EVERYWHERE, EV_ONE_REGIME, EV_ONE_SIZE, EV_PLACES };

/* "all", "one regime", "one size". */
const char *ev_place_name(enum ev_place place);
/* EV_ONE_REGIME: 64 KiB and more, of both kernels; EV_ONE_SIZE: the half round trip of 8 B alone. */
int ev_is_in(enum ev_place place, size_t series);

/* Ends the program with a line on standard error: nothing here may fail. */
void ev_die(const char *what) __attribute__((noreturn));

#endif
