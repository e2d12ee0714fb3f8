#include "judge/screen_parts.h"
#include "judge/stats/binomial.h"
#include "judge/stats/order.h"

#include <math.h>
#include <stdlib.h>

#define MAD_SIGMA 1.4826 /* of a normal distribution's median absolute deviation */

/* How many of so many observations are beyond delta. */
struct tally {
    size_t count;
    size_t above;
};

static struct tally tally_of(const struct eb_screen_table *table, const struct eb_screen_pair *pair,
                             double limit)
{
    struct tally tally = {.count = pair->count};
    double explained = pair->level - pair->beyond;
    for (size_t i = 0; i < pair->count; i++)
        tally.above += table->observations[pair->first + i].log_ns - explained > limit;
    return tally;
}

static void add(struct tally *sum, const struct tally *tally)
{
    sum->count += tally->count;
    sum->above += tally->above;
}

/* What is held for the chance that an observation is beyond delta where nothing is slow. */
static double chance(const struct tally *pool)
{
    return ((double)pool->above + 1) / ((double)pool->count + 1);
}

/* How many replicates it takes until so large a share of so many observations each names somebody. */
static size_t enough_for(const struct eb_screen_table *table, const struct tally *own,
                         const struct tally *pool, double level)
{
    for (size_t replicates = table->replicates + 1; replicates <= EB_SCREEN_ENOUGH_MOST; replicates++) {
        double scale = (double)replicates / (double)table->replicates;
        double q = ((double)pool->above * scale + 1) / ((double)pool->count * scale + 1);
        size_t above = (size_t)floor((double)own->above * scale + 1e-9);
        if (eb_binomial_tail((size_t)llround((double)own->count * scale), above, q) <= level)
            return replicates;
    }
    return 0;
}

/* The observations of a host's pairs with those that are not beyond delta; where there are none, with all. */
static struct tally tally_host(const struct eb_screen_table *table, size_t host, int with_all)
{
    struct tally sum = {0};
    for (size_t i = 0; i < table->pair_count; i++) {
        const struct eb_screen_pair *pair = &table->pairs[i];
        if (pair->a != host && pair->b != host)
            continue;
        if (!with_all && table->marks[pair->a == host ? pair->b : pair->a].is_beyond)
            continue;
        for (size_t j = 0; j < pair->count; j++)
            sum.above += table->observations[pair->first + j].log_ns > table->delta;
        sum.count += pair->count;
    }
    return sum;
}

/* Of pairs of hosts none of which is beyond delta. */
static struct tally pool_of_hosts(const struct eb_screen_table *table, double limit)
{
    struct tally pool = {0};
    for (size_t i = 0; i < table->pair_count; i++) {
        const struct eb_screen_pair *pair = &table->pairs[i];
        if (table->marks[pair->a].is_beyond || table->marks[pair->b].is_beyond)
            continue;
        struct tally tally = tally_of(table, pair, limit);
        add(&pool, &tally);
    }
    return pool;
}

static void find_hosts(const struct eb_screen *screen, struct eb_screen_table *table, double level)
{
    for (size_t i = 0; i < screen->host_count; i++) {
        table->marks[i].p = 1;
        table->marks[i].is_beyond = table->marks[i].effect > table->delta;
    }
    struct tally pool = pool_of_hosts(table, table->delta);
    for (size_t i = 0; i < screen->host_count && pool.count > 0; i++) {
        struct eb_screen_mark *mark = &table->marks[i];
        if (!mark->is_beyond)
            continue;
        struct tally own = tally_host(table, i, 0);
        if (own.count == 0)
            own = tally_host(table, i, 1);
        mark->p = eb_binomial_tail(own.count, own.above, chance(&pool));
        mark->is_named = mark->p <= level;
        if (!mark->is_named)
            mark->enough = enough_for(table, &own, &pool, level);
    }
}

/* Whether a host whose times are all longer by 2 delta would be named: of its observations so many are
 * beyond delta as of the others lie above minus delta. That of a host with the fewest pairs. */
static void set_finds_hosts(const struct eb_screen *screen, struct eb_screen_table *table, double level)
{
    struct tally noisy = pool_of_hosts(table, table->delta);
    struct tally above = pool_of_hosts(table, -table->delta);
    if (above.count == 0 || screen->host_count < 3)
        return;
    /* the pool without a host that would be slow is smaller */
    double others = (double)(screen->host_count - 2) / (double)screen->host_count;
    double q = fmax(chance(&noisy), 1 / (others * (double)above.count + 1));
    size_t per_host = 2 * table->observation_count / screen->host_count;
    double seen = (double)above.above / (double)above.count * (double)per_host;
    struct tally own = {.count = per_host, .above = (size_t)floor(seen)};
    struct tally pool = {.count = (size_t)(others * (double)noisy.count),
                         .above = (size_t)ceil(others * (double)noisy.above)};
    table->finds_hosts = eb_binomial_tail(own.count, own.above, q) <= level;
    if (!table->finds_hosts)
        table->enough = enough_for(table, &own, &pool, level);
}

static int has_named_end(const struct eb_screen_table *table, const struct eb_screen_pair *pair)
{
    return table->marks[pair->a].is_named || table->marks[pair->b].is_named;
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
                       double level, double limit)
{
    struct tally pool = {0};
    for (size_t i = 0; i < table->pair_count; i++)
        if (!has_named_end(table, &table->pairs[i]) && !(table->pairs[i].beyond > limit)) {
            struct tally tally = tally_of(table, &table->pairs[i], table->delta);
            add(&pool, &tally);
        }
    for (size_t i = 0; i < count; i++) {
        struct eb_screen_pair *pair = candidates[i];
        struct tally own = tally_of(table, pair, table->delta);
        struct tally others = pool;
        int stands_out = pair->beyond > limit;
        if (!stands_out)
            others = (struct tally){.count = pool.count - own.count, .above = pool.above - own.above};
        pair->is_named = others.count > 0 && eb_binomial_tail(own.count, own.above, chance(&others)) <= level;
        pair->is_doubtful = !pair->is_named && stands_out;
        if (pair->is_doubtful)
            pair->enough = enough_for(table, &own, &others, level);
    }
}

enum eb_status eb_screen_find(const struct eb_screen *screen, struct eb_screen_table *table,
                              double host_level, double link_level, struct eb_error *err)
{
    struct eb_screen_pair **candidates = calloc(table->pair_count + 1, sizeof(struct eb_screen_pair *));
    double *values = calloc(table->pair_count + 1, sizeof *values);
    size_t count = 0;
    enum eb_status status = candidates && values ? EB_OK : eb_screen_out_of_memory(err);
    if (status == EB_OK) {
        find_hosts(screen, table, host_level);
        set_finds_hosts(screen, table, host_level);
        for (size_t i = 0; i < table->pair_count; i++)
            if (table->pairs[i].beyond > table->delta && !has_named_end(table, &table->pairs[i]))
                candidates[count++] = &table->pairs[i];
        find_links(table, candidates, count, link_level, outlier_limit(table, link_level, values));
        double least = 1 / ((double)table->observation_count + 1);
        table->finds_links = table->pair_count > 1 &&
                             eb_binomial_tail(table->replicates, table->replicates, least) <= link_level;
    }
    free(candidates);
    free(values);
    return status;
}
