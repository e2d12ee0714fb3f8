/* Over the sizes of a kernel, metric, rank count, arm and variant (and algorithm, where there are several of
 * one size): geometric means, and where the sign turns. */
#include "judge/compare_parts.h"
#include "judge/stats/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    uint64_t high_bytes;
} regimes[] = {{"small", 1024}, {"medium", 65536}, {"large", UINT64_MAX}};

#define REGIME_COUNT (sizeof regimes / sizeof *regimes)

static int is_same_curve(const struct eb_comparison *all, size_t a, size_t b)
{
    const struct eb_judged *x = &all->judgement->rows[a];
    const struct eb_judged *y = &all->judgement->rows[b];
    return x->kernel == y->kernel && x->metric == y->metric && x->ranks == y->ranks &&
           all->rows[a].arm_place == all->rows[b].arm_place &&
           all->rows[a].variant_place == all->rows[b].variant_place &&
           (!all->rows[a].by_algorithm || strcmp(x->algorithm, y->algorithm) == 0);
}

/* The row after the last of the curve that row begins. */
static size_t end_of_curve(const struct eb_comparison *all, size_t row)
{
    size_t end = row + 1;
    while (end < all->row_count && is_same_curve(all, row, end))
        end++;
    return end;
}

static size_t regime_of(uint64_t bytes)
{
    size_t regime = 0;
    while (bytes > regimes[regime].high_bytes)
        regime++;
    return regime;
}

/* The mean over the rows [from, to) that both sides have, column by column; NAN where one lacks it. */
static void mean_logs(const struct eb_comparison *all, size_t from, size_t to, int of_now, double *means,
                      size_t columns)
{
    for (size_t column = 0; column < columns; column++) {
        double sum = 0;
        size_t count = 0;
        for (size_t i = from; i < to; i++) {
            const double *logs = of_now ? all->rows[i].now_logs : all->rows[i].base_logs;
            sum += logs ? logs[column] : 0;
            count += logs != NULL;
        }
        means[column] = count > 0 ? sum / (double)count : NAN;
    }
}

/* The median over the launches, in the unit of the metric; NAN when there are none. */
static double middle(const double *logs, size_t columns, const struct eb_metric *metric, double *sorted)
{
    size_t count = 0;
    for (size_t i = 0; i < columns; i++)
        if (!isnan(logs[i]))
            sorted[count++] = exp(eb_metric_is_rate(metric) ? -logs[i] : logs[i]);
    if (count == 0)
        return NAN;
    eb_order_sort(sorted, count);
    return eb_order_median(sorted, count);
}

/* The regime of the rows [from, to); nothing is added where no launch has all of them. */
static enum eb_status add_regime(struct eb_comparison *all, size_t from, size_t to, struct eb_error *err)
{
    struct eb_judgement *judgement = all->judgement;
    size_t base_count = all->base_columns.count;
    size_t now_count = all->now_columns.count;
    const struct eb_judged *first = NULL;
    struct eb_judged_regime regime = {.name = regimes[regime_of(judgement->rows[from].size_bytes)].name};
    struct eb_effect effect;
    for (size_t i = from; i < to; i++) {
        if (judgement->rows[i].call == EB_CALL_MISSING)
            continue;
        first = first ? first : &judgement->rows[i];
        regime.high_bytes = judgement->rows[i].size_bytes;
        regime.count++;
    }
    if (!first)
        return EB_OK;
    regime.first = first;
    regime.low_bytes = first->size_bytes;
    double *base = malloc((base_count + 1) * sizeof *base);
    double *now = malloc((now_count + 1) * sizeof *now);
    double *sorted = malloc((base_count + now_count + 1) * sizeof *sorted);
    enum eb_status status = base && now && sorted ? EB_OK : eb_compare_no_memory(err);
    if (status == EB_OK) {
        mean_logs(all, from, to, 0, base, base_count);
        mean_logs(all, from, to, 1, now, now_count);
        regime.base = middle(base, base_count, first->metric, sorted);
        regime.now = middle(now, now_count, first->metric, sorted);
        status = eb_compare_effect(all, base, now, &effect, err);
    }
    if (status == EB_OK && effect.compared > 0) {
        regime.effect = effect.estimate;
        regime.low = effect.low;
        regime.high = effect.high;
        judgement->regimes[judgement->regime_count++] = regime;
    }
    free(base);
    free(now);
    free(sorted);
    return status;
}

enum eb_status eb_compare_regimes(struct eb_comparison *all, struct eb_error *err)
{
    const struct eb_judged *rows = all->judgement->rows;
    enum eb_status status = EB_OK;
    all->judgement->regimes = calloc(all->row_count, sizeof *all->judgement->regimes);
    if (!all->judgement->regimes)
        return eb_compare_no_memory(err);
    for (size_t from = 0; status == EB_OK && from < all->row_count;) {
        size_t end = end_of_curve(all, from);
        size_t to = from + 1;
        while (to < end && regime_of(rows[to].size_bytes) == regime_of(rows[from].size_bytes))
            to++;
        status = add_regime(all, from, to, err);
        from = to;
    }
    return status;
}

/* 1: now is worse, -1: better; 0: neither, or not known for sure. */
static int sign_of(const struct eb_judged *row, int for_sure)
{
    double low = for_sure ? row->low : row->effect;
    double high = for_sure ? row->high : row->effect;
    if (low > 0)
        return 1;
    return high < 0 ? -1 : 0;
}

/* Where the sign turns in the rows [from, to), what has none being passed over. With nowhere to put them they
 * are only counted. */
static size_t find_turns(const struct eb_judged *rows, size_t from, size_t to, int for_sure,
                         struct eb_judged_crossover *turns)
{
    size_t count = 0;
    const struct eb_judged *before = NULL;
    for (size_t i = from; i < to; i++) {
        int sign = sign_of(&rows[i], for_sure);
        if (sign == 0)
            continue;
        if (before && sign != sign_of(before, for_sure) && before->size_bytes < rows[i].size_bytes) {
            if (turns)
                turns[count] = (struct eb_judged_crossover){.row = before,
                                                            .below_bytes = before->size_bytes,
                                                            .above_bytes = rows[i].size_bytes,
                                                            .better_below = sign > 0,
                                                            .is_sure = for_sure};
            count++;
        }
        before = &rows[i];
    }
    return count;
}

static int has_sure_row(const struct eb_judged *rows, size_t from, size_t to)
{
    while (from < to && sign_of(&rows[from], 1) == 0)
        from++;
    return from < to;
}

/* Of what is not sure only a single turn is told of, where the two differ anywhere at all: all else is noise
 * about nothing. */
enum eb_status eb_compare_crossovers(struct eb_comparison *all, struct eb_error *err)
{
    struct eb_judgement *judgement = all->judgement;
    judgement->crossovers = calloc(all->row_count, sizeof *judgement->crossovers);
    if (!judgement->crossovers)
        return eb_compare_no_memory(err);
    for (size_t from = 0; from < all->row_count;) {
        size_t end = end_of_curve(all, from);
        struct eb_judged_crossover *turns = judgement->crossovers + judgement->crossover_count;
        int for_sure = find_turns(judgement->rows, from, end, 1, NULL) > 0;
        int is_single =
            has_sure_row(judgement->rows, from, end) && find_turns(judgement->rows, from, end, 0, NULL) == 1;
        if (for_sure || is_single)
            judgement->crossover_count += find_turns(judgement->rows, from, end, for_sure, turns);
        from = end;
    }
    return EB_OK;
}
