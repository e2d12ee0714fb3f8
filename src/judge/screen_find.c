#include "judge/screen_parts.h"
#include "judge/stats/order.h"
#include "judge/stats/shift.h"

#include <math.h>
#include <stdlib.h>

#define MAD_SIGMA 1.4826 /* of a normal distribution's median absolute deviation */

/* Observations in ascending order. */
struct pool {
    double *values;
    size_t count;
};

static int has_named_end(const struct eb_screen_table *table, const struct eb_screen_pair *pair)
{
    return table->marks[pair->a].is_named || table->marks[pair->b].is_named;
}

static void add(struct pool *pool, const struct eb_screen_table *table, const struct eb_screen_pair *pair,
                double explained)
{
    for (size_t i = 0; i < pair->count; i++)
        pool->values[pool->count++] = table->observations[pair->first + i].log_ns - explained;
}

/* How many of a pool are not below a limit. */
static size_t count_from(const struct pool *pool, double limit)
{
    size_t low = 0;
    size_t high = pool->count;
    while (low < high) {
        size_t half = low + (high - low) / 2;
        if (pool->values[half] < limit)
            low = half + 1;
        else
            high = half;
    }
    return pool->count - low;
}

/* The chance that so many of `own`, or more, are above the others' by delta where both are alike: Mann and
 * Whitney's. Where `own` is a part of the pool it is taken out of it. */
static double chance(const struct pool *own, const struct pool *pool, int is_part, double delta)
{
    double not_above = 0;
    for (size_t i = 0; i < own->count; i++) {
        double limit = own->values[i] - delta;
        not_above += (double)(count_from(pool, limit) - (is_part ? count_from(own, limit) : 0));
    }
    return eb_shift_tail(own->count, pool->count - (is_part ? own->count : 0), not_above);
}

/* Pairs of which no end is named. */
static void fill_pool(const struct eb_screen_table *table, struct pool *pool)
{
    pool->count = 0;
    for (size_t i = 0; i < table->pair_count; i++)
        if (!has_named_end(table, &table->pairs[i]))
            add(pool, table, &table->pairs[i], 0);
    eb_order_sort(pool->values, pool->count);
}

static double chance_of_host(const struct eb_screen_table *table, size_t host, const struct pool *pool,
                             struct pool *own)
{
    own->count = 0;
    for (size_t i = 0; i < table->pair_count; i++) {
        const struct eb_screen_pair *pair = &table->pairs[i];
        if ((pair->a == host || pair->b == host) && !has_named_end(table, pair))
            add(own, table, pair, 0);
    }
    eb_order_sort(own->values, own->count);
    return chance(own, pool, 1, table->delta);
}

/* Those that are named are out of the others' way: again, until no more are. */
static void find_hosts(const struct eb_screen *screen, struct eb_screen_table *table, double level,
                       struct pool *pool, struct pool *own)
{
    size_t found = 1;
    for (size_t i = 0; i < screen->host_count; i++) {
        table->marks[i].p = 1;
        table->marks[i].is_beyond = table->marks[i].effect > table->delta;
    }
    while (found > 0) {
        found = 0;
        fill_pool(table, pool);
        for (size_t i = 0; i < screen->host_count; i++)
            if (table->marks[i].is_beyond && !table->marks[i].is_named)
                table->marks[i].p = chance_of_host(table, i, pool, own);
        for (size_t i = 0; i < screen->host_count; i++) {
            struct eb_screen_mark *mark = &table->marks[i];
            int is_new = mark->is_beyond && !mark->is_named && mark->p <= level;
            mark->is_named |= is_new;
            found += (size_t)is_new;
        }
    }
}

/* The observations of the host that has the fewest; 0: not all hosts are judged. */
static size_t fewest_observations(const struct eb_screen *screen, const struct eb_screen_table *table)
{
    size_t fewest = table->observation_count;
    for (size_t i = 0; i < screen->host_count; i++) {
        const struct eb_screen_mark *mark = &table->marks[i];
        size_t count = isnan(mark->effect) ? 0 : mark->observations;
        fewest = count < fewest ? count : fewest;
    }
    return fewest;
}

/* Whether a host whose times are all longer by 2 delta would be named, each host being one: its observations
 * would be as far above the others as these, a delta added, are above one another. */
static int would_find(const struct eb_screen *screen, const struct eb_screen_table *table, double level,
                      struct pool *pool)
{
    size_t own = fewest_observations(screen, table);
    fill_pool(table, pool);
    if (own == 0 || pool->count == 0 || screen->host_count < 3)
        return 0;
    double not_above = 0;
    for (size_t i = 0; i < pool->count; i++)
        not_above += (double)count_from(pool, pool->values[i] + table->delta) / (double)pool->count;
    double share = not_above / (double)pool->count;
    size_t others = table->observation_count - own;
    return eb_shift_tail(own, others, ceil(share * (double)own * (double)others)) <= level;
}

/* Beyond this a pair stands out from all others: the Gaussian bound sqrt(2 ln(1/level)) of their spread. */
static double outlier_limit(const struct eb_screen_table *table, double level, double *values)
{
    size_t count = 0;
    for (size_t i = 0; i < table->pair_count; i++)
        if (!has_named_end(table, &table->pairs[i]))
            values[count++] = table->pairs[i].beyond;
    if (count == 0)
        return INFINITY;
    double middle = eb_screen_lower_median(values, count);
    for (size_t i = 0; i < count; i++)
        values[i] = fabs(values[i] - middle);
    double sigma = MAD_SIGMA * eb_screen_lower_median(values, count);
    return fmax(table->delta, middle + sqrt(2 * log(1 / level)) * sigma);
}

/* Pairs that stand out are no noise, for one another: they would hide each other. */
static void find_links(struct eb_screen_table *table, struct eb_screen_pair **candidates, size_t count,
                       double level, double limit, struct pool *pool, struct pool *own)
{
    pool->count = 0;
    for (size_t i = 0; i < table->pair_count; i++) {
        const struct eb_screen_pair *pair = &table->pairs[i];
        if (!has_named_end(table, pair) && !(pair->beyond > limit))
            add(pool, table, pair, pair->level - pair->beyond);
    }
    eb_order_sort(pool->values, pool->count);
    for (size_t i = 0; i < count; i++) {
        struct eb_screen_pair *pair = candidates[i];
        int stands_out = pair->beyond > limit;
        own->count = 0;
        add(own, table, pair, pair->level - pair->beyond);
        eb_order_sort(own->values, own->count);
        pair->is_named = chance(own, pool, !stands_out, table->delta) <= level;
        pair->is_doubtful = !pair->is_named && stands_out;
    }
}

/* Whether a link could be named that is slower than all others whenever it was measured. */
static int could_find_links(const struct eb_screen_table *table, double level)
{
    return table->observation_count > table->replicates &&
           eb_shift_tail(table->replicates, table->observation_count - table->replicates, 0) <= level;
}

enum eb_status eb_screen_find(const struct eb_screen *screen, struct eb_screen_table *table,
                              double host_level, double link_level, struct eb_error *err)
{
    struct eb_screen_pair **candidates = calloc(table->pair_count + 1, sizeof(struct eb_screen_pair *));
    struct pool pool = {.values = calloc(table->observation_count + 1, sizeof *pool.values)};
    struct pool own = {.values = calloc(table->observation_count + 1, sizeof *own.values)};
    size_t count = 0;
    enum eb_status status = candidates && pool.values && own.values ? EB_OK : eb_screen_out_of_memory(err);
    if (status == EB_OK) {
        find_hosts(screen, table, host_level, &pool, &own);
        table->finds_hosts = would_find(screen, table, host_level, &pool);
        for (size_t i = 0; i < table->pair_count; i++)
            if (table->pairs[i].beyond > table->delta && !has_named_end(table, &table->pairs[i]))
                candidates[count++] = &table->pairs[i];
        double limit =
            outlier_limit(table, link_level, pool.values); /* there is an observation of each pair */
        find_links(table, candidates, count, link_level, limit, &pool, &own);
        table->finds_links = could_find_links(table, link_level);
    }
    free(candidates);
    free(pool.values);
    free(own.values);
    return status;
}
