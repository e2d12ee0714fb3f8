#include "judge/compare.h"

#include "common/plain.h"
#include "judge/compare_parts.h"
#include "judge/likeness.h"
#include "judge/stats/equivalence.h"
#include "judge/stats/shift.h"
#include "judge/stats/signed_rank.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct eb_compare_options eb_compare_defaults(void)
{
    return (struct eb_compare_options){
        .alpha = 0.05, .delta = log1p(0.02), .tolerance = log1p(0.05), .seed = 1};
}

static int is_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static enum eb_status open_set(const struct eb_side *side, struct eb_series_set **made,
                               const struct eb_series_set **set, struct eb_error *err)
{
    *set = side->set;
    if (*set)
        return EB_OK;
    enum eb_status status = eb_series_set_new(side->record, side->path, made, err);
    *set = *made;
    return status;
}

static enum eb_status open_sides(struct eb_comparison *all, struct eb_error *err)
{
    const struct eb_side *base = all->base;
    const struct eb_side *now = all->now;
    enum eb_status status = eb_likeness_check_allow(all->options->allow, err);
    if (status == EB_OK && base->record == now->record && is_same(base->arm, now->arm) &&
        is_same(base->variant, now->variant))
        status = eb_error_set(err, EB_USAGE, "compare", 0, "%.160s%s%.64s is compared with itself",
                              base->arm || base->variant ? "" : base->path,
                              base->arm       ? "arm "
                              : base->variant ? "variant "
                                              : "",
                              base->arm       ? base->arm
                              : base->variant ? base->variant
                                              : "");
    if (status == EB_OK)
        status = open_set(base, &all->made[0], &all->base_set, err);
    if (status == EB_OK && now->record == base->record)
        all->now_set = all->base_set;
    else if (status == EB_OK)
        status = open_set(now, &all->made[1], &all->now_set, err);
    if (status == EB_OK)
        status = eb_compare_check_side(base, all->base_set, err);
    return status == EB_OK ? eb_compare_check_side(now, all->now_set, err) : status;
}

/* Of one record only definitions are looked at, and of arms that are both named no names: they differ. */
static int is_looked_at(const struct eb_comparison *all, const char *name)
{
    if (strncmp(name, "definition ", 11) == 0)
        return 1;
    if (all->base->record == all->now->record)
        return 0;
    return strcmp(name, "arms") != 0 || !all->base->arm || !all->now->arm;
}

/* *differences: those that are allowed; the caller's. */
static enum eb_status check_likeness(const struct eb_comparison *all, json_t **differences,
                                     struct eb_error *err)
{
    const struct eb_side *sides[] = {all->base, all->now};
    json_t *likeness[2];
    for (int i = 0; i < 2; i++)
        likeness[i] = eb_likeness_of_side(sides[i]->record, sides[i]->arm, sides[i]->variant);
    *differences = likeness[0] && likeness[1] ? eb_likeness_differences(likeness[0], likeness[1]) : NULL;
    json_decref(likeness[0]);
    json_decref(likeness[1]);
    if (!*differences)
        return eb_compare_no_memory(err);
    for (size_t i = json_array_size(*differences); i > 0; i--) {
        const json_t *name = json_array_get(json_array_get(*differences, i - 1), 0);
        if (!is_looked_at(all, json_string_value(name)))
            json_array_remove(*differences, i - 1);
    }
    return eb_likeness_check(*differences, all->judgement->base_name, all->judgement->now_name,
                             all->options->allow, err);
}

static void fill_value(const struct eb_series *series, struct eb_judged_value *value)
{
    *value = (struct eb_judged_value){.value = NAN, .low = NAN, .high = NAN};
    if (!series)
        return;
    value->value = series->value;
    value->low = series->ci_low;
    value->high = series->ci_high;
    value->launches = series->launches;
}

static int has_kernel(const struct eb_series_set *set, const struct eb_series *series)
{
    size_t i = 0;
    while (i < set->count && set->series[i].kernel != series->kernel)
        i++;
    return i < set->count;
}

static int has_arm(const struct eb_series_set *set, const char *arm)
{
    size_t i = 0;
    while (i < set->count && strcmp(set->series[i].arm, arm) != 0)
        i++;
    return i < set->count;
}

static int has_ranks(const struct eb_series_set *set, const struct eb_series *series)
{
    size_t i = 0;
    while (i < set->count && set->series[i].ranks != series->ranks)
        i++;
    return i < set->count;
}

/* Whether a series may be missing: itself, or because its kernel, arm or ranks may differ. */
static int may_be_missing(const struct eb_comparison *all, const struct eb_compared *row)
{
    const char *allow = all->options->allow;
    const struct eb_series *series = row->base ? row->base : row->now;
    const struct eb_series_set *other = row->base ? all->now_set : all->base_set;
    return eb_likeness_is_allowed(allow, "missing") ||
           (eb_likeness_is_allowed(allow, "kernels") && !has_kernel(other, series)) ||
           (eb_likeness_is_allowed(allow, "arms") &&
            !has_arm(other, row->base ? row->now_arm : row->base_arm)) ||
           (eb_likeness_is_allowed(allow, "ranks") && !all->any_ranks && !has_ranks(other, series));
}

static void fill_row(const struct eb_comparison *all, const struct eb_compared *row, struct eb_judged *judged)
{
    const struct eb_series *series = row->now ? row->now : row->base;
    *judged = (struct eb_judged){.kernel = series->kernel,
                                 .metric = series->metric,
                                 .algorithm = series->algorithm,
                                 .arm = row->now_arm,
                                 .variant = row->now_variant,
                                 .size_bytes = series->size_bytes,
                                 .ranks = series->ranks,
                                 .call = EB_CALL_INCONCLUSIVE,
                                 .effect = NAN,
                                 .low = NAN,
                                 .high = NAN,
                                 .p_worse = NAN,
                                 .p_better = NAN,
                                 .visible = NAN};
    if (!is_same(row->base_arm, row->now_arm))
        judged->base_arm = row->base_arm;
    if (!is_same(row->base_variant, row->now_variant))
        judged->base_variant = row->base_variant;
    if (row->base && !is_same(row->base->algorithm, series->algorithm))
        judged->base_algorithm = row->base->algorithm;
    fill_value(row->base, &judged->base);
    fill_value(row->now, &judged->now);
    if (row->base && row->now)
        return;
    judged->call = EB_CALL_MISSING;
    judged->is_allowed = may_be_missing(all, row);
}

/* Says what is odd about a row. */
static enum eb_status note_row(const struct eb_comparison *all, const struct eb_compared *row,
                               struct eb_judged *judged, struct eb_error *err)
{
    struct eb_judgement *judgement = all->judgement;
    char few[128] = "";
    size_t needed = all->paired ? eb_signed_rank_launches_needed(EB_SERIES_LEVEL)
                                : eb_shift_launches_needed(EB_SERIES_LEVEL);
    if (judged->call == EB_CALL_MISSING) {
        judged->note = eb_judgement_keep_made(judgement, "not in %s",
                                              row->base ? judgement->now_name : judgement->base_name);
        return judged->note ? EB_OK : eb_compare_no_memory(err);
    }
    if (isnan(judged->high))
        snprintf(few, sizeof few, "too few launches: %llu%s, need %zu", (unsigned long long)judged->compared,
                 all->paired ? " in pairs" : "", needed);
    if (judged->base_algorithm)
        judged->note = eb_judgement_keep_made(judgement, "%s%salgorithm %s, was %s", few, few[0] ? "; " : "",
                                              judged->algorithm[0] ? judged->algorithm : "none",
                                              judged->base_algorithm[0] ? judged->base_algorithm : "none");
    else if (few[0])
        judged->note = eb_judgement_keep(judgement, few);
    return (few[0] || judged->base_algorithm) && !judged->note ? eb_compare_no_memory(err) : EB_OK;
}

static enum eb_call call_of(const struct eb_judged *judged, double alpha, int equivalent)
{
    if (judged->p_worse <= alpha)
        return EB_CALL_REGRESSED;
    if (judged->p_better <= alpha)
        return EB_CALL_IMPROVED;
    return equivalent ? EB_CALL_EQUIVALENT : EB_CALL_INCONCLUSIVE;
}

/* Effects of all rows, then their adjusted p, then what they are called. */
static enum eb_status judge_rows(struct eb_comparison *all, struct eb_error *err)
{
    struct eb_judged *rows = all->judgement->rows;
    size_t *which = calloc(all->row_count, sizeof *which);
    int *equivalent = calloc(all->row_count, sizeof *equivalent);
    size_t count = 0;
    enum eb_status status = which && equivalent ? EB_OK : eb_compare_no_memory(err);
    for (size_t i = 0; status == EB_OK && i < all->row_count; i++) {
        struct eb_effect effect;
        if (rows[i].call == EB_CALL_MISSING)
            continue;
        status = eb_compare_effect(all, all->rows[i].base_logs, all->rows[i].now_logs, &effect, err);
        rows[i].compared = effect.compared;
        rows[i].effect = effect.estimate;
        rows[i].low = effect.low;
        rows[i].high = effect.high;
        rows[i].visible = eb_visible_effect(all->options->delta, effect.standard_error);
        equivalent[i] = effect.equivalent;
        if (!isnan(effect.high))
            which[count++] = i;
    }
    if (status == EB_OK)
        status = eb_compare_adjust(all, which, count, err);
    for (size_t i = 0; status == EB_OK && i < count; i++)
        rows[which[i]].call = call_of(&rows[which[i]], all->options->alpha, equivalent[which[i]]);
    for (size_t i = 0; status == EB_OK && i < all->row_count; i++)
        status = note_row(all, &all->rows[i], &rows[i], err);
    free(which);
    free(equivalent);
    return status;
}

static enum eb_status judge(struct eb_comparison *all, struct eb_error *err)
{
    struct eb_judgement *judgement = all->judgement;
    enum eb_status status = eb_compare_match(all, err);
    if (status == EB_OK)
        status = eb_compare_columns(all, err);
    if (status != EB_OK)
        return status;
    judgement->paired = all->paired;
    judgement->rows = calloc(all->row_count, sizeof *judgement->rows);
    if (!judgement->rows)
        return eb_compare_no_memory(err);
    judgement->row_count = all->row_count;
    for (size_t i = 0; i < all->row_count; i++)
        fill_row(all, &all->rows[i], &judgement->rows[i]);
    status = judge_rows(all, err);
    if (status == EB_OK)
        status = eb_compare_regimes(all, err);
    if (status == EB_OK)
        status = eb_compare_crossovers(all, err);
    return status == EB_OK ? eb_compare_rule(judgement, err) : status;
}

static void close_comparison(struct eb_comparison *all)
{
    for (size_t i = 0; i < all->row_count; i++) {
        free(all->rows[i].base_logs);
        free(all->rows[i].now_logs);
    }
    free(all->rows);
    free(all->base_columns.of_launch);
    free(all->now_columns.of_launch);
    eb_series_set_free(all->made[0]);
    eb_series_set_free(all->made[1]);
}

enum eb_status eb_compare_thin(json_t *record, const char *path, struct eb_series_set **set,
                               struct eb_error *err)
{
    size_t i;
    size_t j;
    const json_t *launch;
    json_t *item;
    enum eb_status status = eb_series_set_new(record, path, set, err);
    if (status != EB_OK)
        return status;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        json_array_foreach(json_object_get(launch, "cases"), j, item)
        {
            json_object_del(item, "histogram");
            json_object_del(item, "raw_ns");
        }
    }
    return EB_OK;
}

enum eb_status eb_compare(const struct eb_side *base, const struct eb_side *now,
                          const struct eb_compare_options *options, struct eb_judgement **judgement,
                          struct eb_error *err)
{
    struct eb_comparison all = {.base = base, .now = now, .options = options};
    json_t *differences = NULL;
    *judgement = NULL;
    enum eb_status status = open_sides(&all, err);
    if (status == EB_OK) {
        all.judgement = eb_judgement_new("compare");
        status = all.judgement ? eb_compare_facts(&all, err) : eb_compare_no_memory(err);
    }
    if (status == EB_OK)
        status = check_likeness(&all, &differences, err);
    if (status == EB_OK)
        status = eb_compare_check_paths(&all, err);
    if (status == EB_OK)
        status = judge(&all, err);
    if (status == EB_OK)
        status = eb_compare_notes(&all, differences, err);
    json_decref(differences);
    close_comparison(&all);
    if (status == EB_OK)
        *judgement = all.judgement;
    else
        eb_judgement_free(all.judgement);
    return status;
}
