#include "judge/report/plot/pictures.h"
#include "judge/report/plot/pictures_parts.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/report/text_cells.h"

#include <stdio.h>
#include <stdlib.h>

#define PICTURES_MOST 4
#define RANK_TICKS_MOST 16

/* Of fewer pairs than this a matrix says nothing. */
#define PAIRS_LEAST 3

/* The ranks along one axis, ascending, each once. */
struct ranks {
    uint64_t *ranks; /* owned */
    size_t count;
};

static int compare_ranks(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* The first ranks of all pairs, or the second. */
static int gather_ranks(const struct eb_breakdown *breakdown, int second, struct ranks *ranks)
{
    size_t count = breakdown->pair_count;
    *ranks = (struct ranks){.ranks = malloc(count * sizeof *ranks->ranks)};
    if (!ranks->ranks)
        return -1;
    for (size_t i = 0; i < count; i++)
        ranks->ranks[i] = second ? breakdown->pairs[i].second : breakdown->pairs[i].first;
    qsort(ranks->ranks, count, sizeof *ranks->ranks, compare_ranks);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || ranks->ranks[i] != ranks->ranks[i - 1])
            ranks->ranks[ranks->count++] = ranks->ranks[i];
    return 0;
}

static double place_of(const struct ranks *ranks, uint64_t rank)
{
    const uint64_t *found = bsearch(&rank, ranks->ranks, ranks->count, sizeof rank, compare_ranks);
    return (double)(found - ranks->ranks);
}

static int set_axis(const struct ranks *ranks, const char *label, struct eb_axis *axis)
{
    size_t step = ranks->count / RANK_TICKS_MOST + (ranks->count % RANK_TICKS_MOST != 0);
    if (eb_axis_set(axis, label, EB_AXIS_NAMES) != 0)
        return -1;
    for (size_t i = 0; i < ranks->count; i += step) {
        char name[32];
        snprintf(name, sizeof name, "%llu", (unsigned long long)ranks->ranks[i]);
        if (eb_axis_add_tick(axis, (double)i, name) != 0)
            return -1;
    }
    return 0;
}

/* What a person is shown of a pair's time, in us: of rates the time of a window. */
static double shown_us(const struct eb_series *series, const struct eb_pair_part *pair)
{
    double ns = eb_breakdown_pair_ns(pair);
    return eb_metric_is_rate(series->metric) ? ns * 1e-3
                                             : eb_metric_value(series->metric, ns, &series->moved);
}

static int add_cells(const struct eb_series *series, const struct ranks *firsts, const struct ranks *seconds,
                     struct eb_curve *curve)
{
    for (size_t i = 0; i < series->breakdown.pair_count; i++) {
        const struct eb_pair_part *pair = &series->breakdown.pairs[i];
        char row[80];
        char cell[EB_PICTURE_CELL];
        char value[EB_PLAIN_NUMBER];
        double us = shown_us(series, pair);
        snprintf(row, sizeof row, "ranks %llu and %llu", (unsigned long long)pair->first,
                 (unsigned long long)pair->second);
        snprintf(cell, sizeof cell, "%s us", eb_cell_value(us, value));
        struct eb_point *point = eb_curve_add_point(curve, place_of(firsts, pair->first),
                                                    place_of(seconds, pair->second), row, cell);
        if (!point)
            return -1;
        point->low = us;
    }
    return 0;
}

static int set_note(const struct eb_series *series, size_t left_out, struct eb_picture *picture)
{
    char note[400];
    int used =
        snprintf(note, sizeof note,
                 "%s of each pair by itself, all at work at once; the median over its launches. Pale is "
                 "quick, dark is slow.",
                 eb_metric_is_rate(series->metric) ? "The time of a window" : "The time");
    if (left_out > 0)
        snprintf(note + used, sizeof note - (size_t)used,
                 " %zu more such matrices are left out, of other arms and kernels.", left_out);
    return eb_picture_set_note(picture, note);
}

static int fill(const struct eb_group *group, const struct eb_group_curve *arm,
                const struct eb_series *series, const struct eb_palette *palette, struct eb_picture *picture)
{
    struct ranks firsts = {0};
    struct ranks seconds = {0};
    struct eb_curve *curve = eb_group_add_curve(group, arm, palette, picture, EB_CURVE_CELLS);
    int failed = !curve || gather_ranks(&series->breakdown, 0, &firsts) != 0 ||
                 gather_ranks(&series->breakdown, 1, &seconds) != 0 ||
                 add_cells(series, &firsts, &seconds, curve) != 0 ||
                 set_axis(&firsts, "first rank of the pair", &picture->x) != 0 ||
                 set_axis(&seconds, "second rank of the pair", &picture->y) != 0;
    free(firsts.ranks);
    free(seconds.ranks);
    return failed ? -1 : 0;
}

/* A screening has more pairs than are at work at once, and a matrix of its own. */
static int is_paired(const struct eb_series *series)
{
    size_t pairs = series->breakdown.pair_count;
    return pairs >= PAIRS_LEAST && pairs <= series->moved.pairs;
}

/* The smallest size that a curve has pairs of; NULL when it has none. */
static const struct eb_series *paired_series(const struct eb_group_curve *curve)
{
    for (size_t i = 0; i < curve->count; i++)
        if (is_paired(curve->items[i].series))
            return curve->items[i].series;
    return NULL;
}

static size_t count_matrices(const struct eb_groups *groups)
{
    size_t count = 0;
    struct eb_group_curve curve;
    for (size_t i = 0; i < groups->count; i++) {
        struct eb_group own = eb_group_own(&groups->groups[i]);
        for (size_t from = 0; own.is_shown && eb_group_next_curve(&own, &from, &curve);)
            count += paired_series(&curve) != NULL;
    }
    return count;
}

static int add_picture(const struct eb_group *group, const struct eb_group_curve *curve, size_t left_out,
                       const struct eb_palette *palette, struct eb_pictures *pictures)
{
    const struct eb_series *series = paired_series(curve);
    char size[32];
    char *id = NULL;
    char *what = NULL;
    char *name = eb_group_curve_name(group, curve);
    struct eb_picture *picture = NULL;
    if (name && asprintf(&id, "pairs-%s-%s", eb_group_id(group), name) < 0)
        id = NULL;
    if (name && asprintf(&what, "%s of each pair of %s, %s",
                         eb_metric_is_rate(series->metric) ? "Time of a window" : eb_group_title(group), name,
                         eb_size_format(series->size_bytes, size, sizeof size)) < 0)
        what = NULL;
    if (id && what)
        picture = eb_group_add_picture(group, pictures, id, what);
    if (picture)
        picture->section = "Pair by pair";
    free(name);
    free(id);
    free(what);
    return picture && fill(group, curve, series, palette, picture) == 0 ? set_note(series, left_out, picture)
                                                                        : -1;
}

enum eb_status eb_pictures_add_pairs(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err)
{
    struct eb_groups groups;
    struct eb_group_curve curve;
    size_t made = 0;
    enum eb_status status = eb_groups_of(report, &groups, err);
    if (status != EB_OK)
        return status;
    size_t count = count_matrices(&groups);
    for (size_t i = 0; i < groups.count; i++) {
        struct eb_group own = eb_group_own(&groups.groups[i]);
        for (size_t from = 0; own.is_shown && eb_group_next_curve(&own, &from, &curve);) {
            if (!paired_series(&curve) || made == PICTURES_MOST || status != EB_OK)
                continue;
            size_t left_out = ++made == PICTURES_MOST ? count - made : 0;
            if (add_picture(&own, &curve, left_out, palette, pictures) != 0)
                status = eb_pictures_no_memory(err);
        }
    }
    eb_groups_free(&groups);
    return status;
}
