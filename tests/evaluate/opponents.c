#include "opponents.h"

#include <math.h>
#include <stdlib.h>

void ev_single_run(const struct ev_settings *settings, const struct ev_launch *launch, int spare_first,
                   double *x)
{
    int slow = launch->first_is_slow && !spare_first;
    for (size_t s = 0; s < EV_SERIES; s++)
        x[s] = launch->x[s] + (slow && s % EV_SIZES < EV_FIRST_SIZES ? log(settings->first_factor) : 0);
}

/* What a run prints, up to the point. */
static double whole(size_t series, double x)
{
    return floor(ev_level(series) * exp(ev_is_rate(series) ? -x : x));
}

/* By which factor the limit of a size must be stretched. */
static double stretch(size_t series, double base_x, double now_x)
{
    double base = whole(series, base_x);
    double now = whole(series, now_x);
    if (ev_is_rate(series))
        return base > 0 ? (base - now) / (0.2 * base) : 0;
    return (now - base) / fmax(0.3 * base, 10);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

double ev_stored_score(const double *base_x, const double *now_x, int forgives)
{
    double worst = -INFINITY;
    for (size_t first = 0; first < EV_SERIES; first += EV_SIZES) {
        double stretches[EV_SIZES];
        for (size_t s = 0; s < EV_SIZES; s++)
            stretches[s] = stretch(first + s, base_x[first + s], now_x[first + s]);
        qsort(stretches, EV_SIZES, sizeof *stretches, ascending);
        worst = fmax(worst, stretches[EV_SIZES - 1 - forgives]);
    }
    return worst;
}

void ev_pool(struct ev_world *world, const struct ev_launch *launches, struct ev_pool *pool)
{
    for (size_t s = 0; s < EV_SERIES; s++) {
        for (size_t l = 0; l < EV_LAUNCHES_MOST; l++)
            ev_iterations(world, &launches[l], s, pool->x[s] + l * EV_ITERATIONS);
        qsort(pool->x[s], EV_POOLED, sizeof *pool->x[s], ascending);
    }
}

void ev_pooled_z(const struct ev_pool *base, const struct ev_pool *now, double shift, double *z)
{
    double n = EV_POOLED;
    for (size_t s = 0; s < EV_SERIES; s++) {
        double below = 0; /* pairs in which now is above base: Mann and Whitney's U */
        size_t i = 0;
        for (size_t j = 0; j < EV_POOLED; j++) {
            while (i < EV_POOLED && base->x[s][i] < now->x[s][j] + shift)
                i++;
            below += (double)i;
        }
        z[s] = (below - n * n / 2) / sqrt(n * n * (2 * n + 1) / 12);
    }
}
