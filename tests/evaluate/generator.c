#include "generator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct ev_settings ev_settings_usual(void)
{
    return (struct ev_settings){
        .allocation_sd = 0.015,
        .correlation = 0.3,
        .series_sd = 0.005,
        .launch_sd = 0.01,
        .launch_series_sd = 0.005,
        .slow_share = 0.2,
        .slow_cost = 0.03,
        .hosts = 2,
        .first_share = 0.02,
        .first_factor = 10,
        .iteration_sd = 0.05,
    };
}

/* Uniform in (0, 1]. */
static double uniform(struct ev_world *world)
{
    return ((double)(eb_rng_next(&world->rng) >> 11) + 1) * 0x1p-53;
}

double ev_normal(struct ev_world *world)
{
    if (world->has_spare) {
        world->has_spare = 0;
        return world->spare;
    }
    double radius = sqrt(-2 * log(uniform(world)));
    double angle = 2 * M_PI * uniform(world);
    world->spare = radius * sin(angle);
    world->has_spare = 1;
    return radius * cos(angle);
}

void ev_world_new(struct ev_world *world, const struct ev_settings *settings, uint64_t seed)
{
    *world = (struct ev_world){.settings = settings};
    eb_rng_seed(&world->rng, seed);
    world->walk = settings->allocation_sd * ev_normal(world);
}

void ev_take_hosts(struct ev_world *world, struct ev_allocation *allocation)
{
    allocation->hosts = 0;
    for (int h = 0; h < world->settings->hosts; h++)
        if (uniform(world) <= world->settings->slow_share)
            allocation->hosts = log1p(world->settings->slow_cost);
}

void ev_allocate(struct ev_world *world, struct ev_allocation *allocation)
{
    const struct ev_settings *settings = world->settings;
    double rho = settings->correlation;
    world->walk = rho * world->walk + sqrt(1 - rho * rho) * settings->allocation_sd * ev_normal(world);
    allocation->common = world->walk;
    for (size_t s = 0; s < EV_SERIES; s++)
        allocation->series[s] = settings->series_sd * ev_normal(world);
    ev_take_hosts(world, allocation);
}

void ev_launch(struct ev_world *world, const struct ev_allocation *allocation, struct ev_launch *launch)
{
    const struct ev_settings *settings = world->settings;
    double common = allocation->common + allocation->hosts + settings->launch_sd * ev_normal(world);
    launch->first_is_slow = uniform(world) <= settings->first_share;
    for (size_t s = 0; s < EV_SERIES; s++)
        launch->x[s] = common + allocation->series[s] + settings->launch_series_sd * ev_normal(world);
    if (!settings->first_is_kept || !launch->first_is_slow)
        return;
    /* One sweep of four, far above the others, moves the median of all to the 2/3 quantile of the others. */
    double moved = 0.4307 * settings->iteration_sd;
    for (size_t s = 0; s < EV_SERIES; s++)
        launch->x[s] += s % EV_SIZES < EV_FIRST_SIZES ? moved : 0;
}

void ev_blocks(struct ev_world *world, struct ev_allocation *allocation, struct ev_launch *base,
               struct ev_launch *now, size_t count)
{
    for (size_t l = 0; l < count; l++) {
        if (world->settings->hosts_every_block)
            ev_take_hosts(world, allocation);
        ev_launch(world, allocation, &now[l]);
        if (base)
            ev_launch(world, allocation, &base[l]);
    }
}

void ev_iterations(struct ev_world *world, const struct ev_launch *launch, size_t series, double *x)
{
    for (size_t i = 0; i < EV_ITERATIONS; i++)
        x[i] = launch->x[series] + world->settings->iteration_sd * ev_normal(world);
}

uint64_t ev_size(size_t series)
{
    return UINT64_C(1) << series % EV_SIZES;
}

int ev_is_rate(size_t series)
{
    return series >= EV_SIZES;
}

/* Near to what AWS's ParallelCluster repository publishes for OSU on c5n.18xlarge: 17.2 us and 2.9 GB/s of
 * one message at a time, 24 MB/s at 8 B to 10 GB/s both ways. */
double ev_level(size_t series)
{
    double bytes = (double)ev_size(series);
    return ev_is_rate(series) ? bytes / (0.33 + bytes / 1e4) : 17.2 + bytes / 2900;
}

const char *ev_place_name(enum ev_place place)
{
    static const char *const names[EV_PLACES] = {"all", "one regime", "one size"};
    return names[place];
}

int ev_is_in(enum ev_place place, size_t series)
{
    switch (place) {
    case EV_ONE_REGIME:
        return ev_size(series) >= 65536;
    case EV_ONE_SIZE:
        return series == 3;
    default:
        return 1;
    }
}

void ev_die(const char *what)
{
    fprintf(stderr, "evaluate_gate: %s\n", what);
    exit(2);
}
