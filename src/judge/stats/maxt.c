#include "judge/stats/maxt.h"

#include "common/rng.h"
#include "judge/stats/order.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Relabellings that tie with the measured one, or with each other, come out of different sums: they count as
 * tied when this near, relative to 1 + |t|. mt.maxT of multtest allows for rounding likewise. */
#define TIE 1e-9

/* The columns are series, in the order of `order`; rows are launches, sums over the chosen ones grow row by
 * row: prefix d holds the sum of the first d chosen, so that a relabelling costs what it changed. "In" is the
 * smaller group of launches, or the pairs whose sign is turned. */
struct table {
    size_t series;
    size_t launches;
    size_t chosen; /* launches in the group that is summed; pairs: 0 */
    int pairs;
    int in_is_now; /* the group that is summed is the one tested */
    int has_gaps;
    double *value; /* [launch][series], scaled and centred */
    double *square;
    double *there; /* 1 or 0 */
    double *sum;   /* [prefix][series] */
    double *squares;
    double *count;

    /* [series] */
    double *total;
    double *total_square;
    double *total_count;
    double *noise;      /* sums of squares below are rounding */
    double *difference; /* of means, and below this it is rounding: */
    double *difference_noise;
    double *in_mean; /* 1/n, 1/(n(n-1)) of the two sides */
    double *in_variance;
    double *out_mean;
    double *out_variance;
    double *error; /* standard error; NAN where a side has fewer than two values */
    double *scratch;
    double *t;
    double *mirror; /* t with the labels swapped */
    double *limit;  /* the measured t, less the tie */
    double *hits;
    double *memory;
    size_t *order;
    size_t *picked; /* launches, the chosen first */
};

static void table_free(struct table *table)
{
    free(table->memory);
    free(table->order);
    free(table->picked);
}

static enum eb_status table_new(struct table *table, struct eb_error *err)
{
    size_t rows = table->launches;
    size_t prefixes = (table->pairs ? rows : table->chosen) + 1;
    double **matrices[] = {&table->value, &table->square,  &table->there,
                           &table->sum,   &table->squares, &table->count};
    double **vectors[] = {
        &table->total,      &table->total_square,     &table->total_count, &table->noise,
        &table->difference, &table->difference_noise, &table->in_mean,     &table->in_variance,
        &table->out_mean,   &table->out_variance,     &table->error,       &table->scratch,
        &table->t,          &table->mirror,           &table->limit,       &table->hits};
    size_t vector_count = sizeof vectors / sizeof *vectors;
    size_t lines = 3 * rows + 3 * prefixes + vector_count;
    table->memory = calloc(table->series, lines * sizeof *table->memory);
    table->order = calloc(table->series, sizeof *table->order);
    table->picked = calloc(rows, sizeof *table->picked);
    if (!table->memory || !table->order || !table->picked) {
        table_free(table);
        return eb_error_set(err, EB_INTERNAL, "maxt", ENOMEM, "out of memory for a table of comparisons");
    }
    double *next = table->memory;
    for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++) {
        *matrices[i] = next;
        next += table->series * (i < 3 ? rows : prefixes);
    }
    for (size_t i = 0; i < vector_count; i++, next += table->series)
        *vectors[i] = next;
    for (size_t s = 0; s < table->series; s++)
        table->order[s] = s;
    for (size_t l = 0; l < rows; l++)
        table->picked[l] = l;
    return EB_OK;
}

static int is_there(const struct eb_maxt *data, size_t s, size_t l)
{
    return !data->present || data->present[s * data->launches + l];
}

static enum eb_status check(const struct eb_maxt *data, struct eb_error *err)
{
    if (data->series == 0)
        return eb_error_set(err, EB_INVALID, "maxt", 0, "there is no series to compare");
    if (!(data->delta >= 0) || !isfinite(data->delta))
        return eb_error_set(err, EB_INVALID, "maxt", 0, "delta is %g: it must be a number, at least 0",
                            data->delta);
    for (size_t s = 0; s < data->series; s++)
        for (size_t l = 0; l < data->launches; l++)
            if (is_there(data, s, l) && !isfinite(data->values[s * data->launches + l]))
                return eb_error_set(err, EB_INVALID, "maxt", 0,
                                    "series %zu in launch %zu is not a finite number", s, l);
    return EB_OK;
}

/* A power of two brings all values below 1: squares then cannot overflow, and nothing is rounded. */
static int exponent_of(const struct eb_maxt *data)
{
    double most = data->delta;
    for (size_t s = 0; s < data->series; s++)
        for (size_t l = 0; l < data->launches; l++)
            if (is_there(data, s, l))
                most = fmax(most, fabs(data->values[s * data->launches + l]));
    int exponent = 0;
    frexp(most, &exponent);
    return exponent + 1;
}

/* Column `column` of the table from series table->order[column]. now: the first launch that delta is taken
 * from. */
static void fill_column(struct table *table, const struct eb_maxt *data, size_t now, int exponent,
                        size_t column)
{
    size_t s = table->order[column];
    double delta = ldexp(data->delta, -exponent);
    double centre = 0;
    double count = 0;
    double sum = 0;
    double squares = 0;
    for (size_t l = 0; l < table->launches; l++) {
        size_t cell = l * table->series + column;
        int there = is_there(data, s, l);
        double value = 0;
        if (there) {
            value = ldexp(data->values[s * data->launches + l], -exponent) - (l >= now ? delta : 0);
            /* Near the values the sums of squares do not cancel; turned signs have 0 for their centre. */
            if (count == 0 && !table->pairs)
                centre = value;
            value -= centre;
        }
        table->value[cell] = value;
        table->square[cell] = value * value;
        table->there[cell] = there;
        count += there;
        sum += value;
        squares += value * value;
    }
    table->total[column] = sum;
    table->total_square[column] = squares;
    table->total_count[column] = count;
    double rounding = 4 * DBL_EPSILON * (double)(table->launches + 1);
    table->noise[column] = rounding * squares;
    table->difference_noise[column] = rounding * sqrt(squares);
}

static void divisors(double n, double *mean, double *variance)
{
    *mean = 1 / n;
    *variance = 1 / (n * (n - 1));
}

/* 1/n and so on, of the relabelling whose counts are given. */
static void count_sides(struct table *table, const double *count)
{
    for (size_t s = 0; s < table->series; s++) {
        double in = table->pairs ? table->total_count[s] : count[s];
        double out = table->pairs ? in : table->total_count[s] - in;
        divisors(in, &table->in_mean[s], &table->in_variance[s]);
        divisors(out, &table->out_mean[s], &table->out_variance[s]);
        if (in < 2 || out < 2)
            table->in_variance[s] = NAN;
    }
}

static void errors_of_groups(struct table *table, const double *sum, const double *squares)
{
    double sign = table->in_is_now ? 1 : -1;
    for (size_t s = 0; s < table->series; s++) {
        double rest = table->total[s] - sum[s];
        double in_mean = sum[s] * table->in_mean[s];
        double out_mean = rest * table->out_mean[s];
        double in = squares[s] - sum[s] * in_mean;
        double out = table->total_square[s] - squares[s] - rest * out_mean;
        double noise = table->noise[s];
        double difference = sign * (in_mean - out_mean);
        in = in > noise ? in : 0;
        out = out > noise ? out : 0;
        table->difference[s] = fabs(difference) > table->difference_noise[s] ? difference : 0;
        table->error[s] = sqrt(in * table->in_variance[s] + out * table->out_variance[s]);
    }
}

static void errors_of_pairs(struct table *table, const double *sum)
{
    for (size_t s = 0; s < table->series; s++) {
        double signed_sum = table->total[s] - 2 * sum[s];
        double mean = signed_sum * table->in_mean[s];
        double squares = table->total_square[s] - signed_sum * mean;
        squares = squares > table->noise[s] ? squares : 0;
        table->difference[s] = fabs(mean) > table->difference_noise[s] ? mean : 0;
        table->error[s] = sqrt(squares * table->in_variance[s]);
    }
}

static double median_error(struct table *table)
{
    size_t count = 0;
    for (size_t s = 0; s < table->series; s++)
        if (!isnan(table->error[s]))
            table->scratch[count++] = table->error[s];
    if (count == 0)
        return 0;
    double upper = eb_order_select(table->scratch, count, count / 2);
    if (count % 2)
        return upper;
    double lower = table->scratch[0];
    for (size_t i = 1; i < count / 2; i++)
        lower = table->scratch[i] > lower ? table->scratch[i] : lower;
    return (lower + upper) / 2;
}

/* t and mirror of the relabelling whose differences and errors are there. */
static void statistics(struct table *table)
{
    double s0 = median_error(table);
    for (size_t s = 0; s < table->series; s++) {
        double error = table->error[s] + s0;
        double difference = table->difference[s];
        double t = 0;
        if (error > 0)
            t = difference / error;
        else if (difference != 0)
            t = difference > 0 ? INFINITY : -INFINITY;
        int none = isnan(error);
        table->t[s] = none ? -INFINITY : t;
        table->mirror[s] = none ? -INFINITY : -t;
    }
}

/* Of the relabelling whose sums are in prefix `row`. */
static void statistics_at(struct table *table, size_t row)
{
    size_t at = row * table->series;
    if (table->pairs) {
        errors_of_pairs(table, table->sum + at);
    } else {
        if (table->has_gaps)
            count_sides(table, table->count + at);
        errors_of_groups(table, table->sum + at, table->squares + at);
    }
    statistics(table);
}

/* Prefix `row + 1` from prefix `row` and a launch, or without it. */
static void extend(struct table *table, size_t row, size_t launch, int with)
{
    size_t series = table->series;
    const double *from = table->sum + row * series;
    double *to = table->sum + (row + 1) * series;
    if (!with) {
        memcpy(to, from, series * sizeof *to);
        return;
    }
    const double *value = table->value + launch * series;
    for (size_t s = 0; s < series; s++)
        to[s] = from[s] + value[s];
    if (table->pairs)
        return;
    size_t below = row * series;
    size_t above = below + series;
    for (size_t s = 0; s < series; s++)
        table->squares[above + s] = table->squares[below + s] + table->square[launch * series + s];
    if (table->has_gaps)
        for (size_t s = 0; s < series; s++)
            table->count[above + s] = table->count[below + s] + table->there[launch * series + s];
}

/* Counts for each series whether the largest statistic of those from it on reaches the measured one. */
static void step_down(struct table *table, const double *t)
{
    double most = -INFINITY;
    for (size_t s = table->series; s-- > 0;) {
        most = t[s] > most ? t[s] : most;
        table->hits[s] += most >= table->limit[s];
    }
}

/* All subsets of the launches of the chosen size, in lexicographic order. With sides of equal size the first
 * launch stays in, and the mirror stands for the other half. */
static uint64_t all_groups(struct table *table)
{
    size_t chosen = table->chosen;
    size_t launches = table->launches;
    int mirrored = 2 * chosen == launches;
    size_t *at = table->picked;
    uint64_t count = 0;
    size_t from = 0;
    for (;;) {
        for (size_t i = from; i < chosen; i++)
            extend(table, i, at[i], 1);
        statistics_at(table, chosen);
        step_down(table, table->t);
        if (mirrored)
            step_down(table, table->mirror);
        count += mirrored ? 2 : 1;
        size_t i = chosen;
        while (i > 0 && at[i - 1] == launches - chosen + i - 1)
            i--;
        if (i <= (size_t)mirrored)
            return count;
        from = i - 1;
        at[from]++;
        for (; i < chosen; i++)
            at[i] = at[i - 1] + 1;
    }
}

/* All flips of sign but of the first pair's, for which the mirror stands. */
static uint64_t all_flips(struct table *table)
{
    size_t k = table->launches;
    uint64_t half = UINT64_C(1) << (k - 1);
    size_t from = 0;
    for (uint64_t flips = 0; flips < half; flips++) {
        for (size_t i = from; i < k; i++)
            extend(table, i, i, (int)(flips >> (k - 1 - i) & 1));
        statistics_at(table, k);
        step_down(table, table->t);
        step_down(table, table->mirror);
        from = k - 1;
        while (from > 0 && (flips >> (k - 1 - from) & 1))
            from--;
    }
    return 2 * half;
}

static void drawn(struct table *table, uint64_t seed)
{
    struct eb_rng rng;
    eb_rng_seed(&rng, seed);
    for (int draw = 0; draw < EB_MAXT_DRAWN; draw++) {
        size_t row = 0;
        if (table->pairs) {
            uint64_t bits = 0;
            for (size_t l = 0; l < table->launches; l++) {
                bits = l % 64 ? bits >> 1 : eb_rng_next(&rng);
                if (bits & 1)
                    extend(table, row++, l, 1);
            }
        } else {
            for (; row < table->chosen; row++) {
                size_t other = row + (size_t)eb_rng_below(&rng, table->launches - row);
                size_t held = table->picked[other];
                table->picked[other] = table->picked[row];
                table->picked[row] = held;
                extend(table, row, held, 1);
            }
        }
        statistics_at(table, row);
        step_down(table, table->t);
    }
}

static int is_few(const struct table *table)
{
    double count = 1;
    if (table->pairs)
        return ldexp(1, (int)table->launches) <= EB_MAXT_EXACT;
    for (size_t i = 1; i <= table->chosen && count <= EB_MAXT_EXACT; i++)
        count = count * (double)(table->launches - table->chosen + i) / (double)i;
    return count <= EB_MAXT_EXACT;
}

/* The statistics as measured, in prefix `chosen` of the columns there are. */
static void measured(struct table *table, size_t first)
{
    for (size_t i = 0; i < table->chosen; i++)
        extend(table, i, first + i, 1);
    statistics_at(table, table->chosen);
}

/* Columns by descending statistic, equal ones as they came; t is in the order that was. */
static void rank(struct table *table)
{
    for (size_t i = 0; i < table->series; i++)
        table->order[i] = i;
    for (size_t i = 1; i < table->series; i++) {
        size_t held = table->order[i];
        size_t j = i;
        for (; j > 0 && table->t[table->order[j - 1]] < table->t[held]; j--)
            table->order[j] = table->order[j - 1];
        table->order[j] = held;
    }
}

static void fill(struct table *table, const struct eb_maxt *data, size_t now, int exponent)
{
    for (size_t column = 0; column < table->series; column++)
        fill_column(table, data, now, exponent, column);
    for (size_t s = 0; s < table->series; s++)
        table->count[table->chosen * table->series + s] = (double)table->chosen;
    count_sides(table, table->count + table->chosen * table->series);
}

/* base: the first launch that delta is taken from. */
static enum eb_status run(struct table *table, const struct eb_maxt *data, size_t base, double *p,
                          struct eb_maxt_how *how, struct eb_error *err)
{
    enum eb_status status = table_new(table, err);
    if (status != EB_OK)
        return status;
    size_t first = table->in_is_now ? base : 0;
    int exponent = exponent_of(data);
    fill(table, data, base, exponent);
    measured(table, first);
    rank(table);
    fill(table, data, base, exponent);
    measured(table, first);
    for (size_t s = 0; s < table->series; s++) {
        double t = table->t[s];
        table->limit[s] = isinf(t) ? t : t - TIE * (1 + fabs(t));
    }
    struct eb_maxt_how done = {is_few(table), EB_MAXT_DRAWN + 1};
    if (done.exact)
        done.relabellings = table->pairs ? all_flips(table) : all_groups(table);
    else
        drawn(table, data->seed);
    double before = 0;
    for (size_t s = 0; s < table->series; s++) {
        double share = (table->hits[s] + !done.exact) / (double)done.relabellings;
        before = share > before ? share : before;
        p[table->order[s]] = before;
    }
    if (how)
        *how = done;
    table_free(table);
    return EB_OK;
}

enum eb_status eb_maxt_groups(const struct eb_maxt *data, size_t base, double *p, struct eb_maxt_how *how,
                              struct eb_error *err)
{
    enum eb_status status = check(data, err);
    if (status != EB_OK)
        return status;
    if (base < 2 || data->launches < base + 2)
        return eb_error_set(err, EB_INVALID, "maxt", 0,
                            "cannot compare %zu with %zu launches: each side needs at least 2", base,
                            data->launches > base ? data->launches - base : 0);
    struct table table = {.series = data->series,
                          .launches = data->launches,
                          .chosen = base,
                          .has_gaps = data->present != NULL};
    if (data->launches - base < base) {
        table.chosen = data->launches - base;
        table.in_is_now = 1;
    }
    return run(&table, data, base, p, how, err);
}

enum eb_status eb_maxt_pairs(const struct eb_maxt *data, double *p, struct eb_maxt_how *how,
                             struct eb_error *err)
{
    enum eb_status status = check(data, err);
    if (status != EB_OK)
        return status;
    if (data->launches < 2)
        return eb_error_set(err, EB_INVALID, "maxt", 0, "cannot compare %zu pairs: it takes at least 2",
                            data->launches);
    struct table table = {.series = data->series, .launches = data->launches, .pairs = 1};
    return run(&table, data, 0, p, how, err);
}
