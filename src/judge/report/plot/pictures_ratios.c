#include "judge/report/plot/pictures.h"
#include "judge/report/plot/pictures_parts.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/report/text_cells.h"
#include "judge/stats/shift.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than these are a thicket: the curves go along 1. */
#define MOMENTS_MOST 6

static int has_ratio(const struct eb_item *item)
{
    return item->ratio->present && isfinite(item->ratio->value) && item->ratio->value > 0;
}

/* Above 1: 1, below: -1; 0 where the interval does not say. */
static int side_of(const struct eb_ratio *ratio)
{
    double low = ratio->interval.present ? ratio->interval.low : ratio->value;
    double high = ratio->interval.present ? ratio->interval.high : ratio->value;
    return low > 1 ? 1 : high < 1 ? -1 : 0;
}

/* "11 KiB" */
static char *format_place(double bytes, char *text, size_t text_bytes)
{
    static const char *const names[] = {"B", "KiB", "MiB", "GiB"};
    char number[EB_PLAIN_NUMBER];
    size_t unit = 0;
    while (unit + 1 < sizeof names / sizeof *names && bytes >= 1023.5) {
        bytes /= 1024;
        unit++;
    }
    snprintf(text, text_bytes, "%s %s", eb_plain_fixed(bytes, bytes < 9.95 ? 1 : 0, number), names[unit]);
    return text;
}

/* Where the curve first reaches 1 on its way from one item to a later one, on the straight line between
 * neighbours in logarithms. Those without a ratio are no neighbours. */
static double crossing(const struct eb_group *group, const struct eb_item *from, const struct eb_item *to)
{
    int side = from->ratio->value > 1 ? 1 : -1;
    const struct eb_item *before = from;
    for (const struct eb_item *item = from + 1; item <= to; item++) {
        if (!has_ratio(item))
            continue;
        double y0 = log(before->ratio->value);
        double y1 = log(item->ratio->value);
        double x0 = log(eb_size_place(group, before->series->size_bytes));
        double x1 = log(eb_size_place(group, item->series->size_bytes));
        if (side * y1 <= 0)
            return exp(x0 + (x1 - x0) * y0 / (y0 - y1));
        before = item;
    }
    return NAN;
}

static int add_moment(const struct eb_group *group, const char *name, double place, struct eb_curve *moments)
{
    char size[64];
    char *cell = NULL;
    format_place(place, size, sizeof size);
    if (asprintf(&cell, "%s = %s at ~%s", name, group->report->baseline_arm, size) < 0)
        return -1;
    int failed = !eb_curve_add_point(moments, place, 1, size, cell);
    free(cell);
    return failed ? -1 : 0;
}

/* Counts the crossovers of a curve, from a size that is surely on one side of 1 to the next that is surely on
 * the other, and adds them to moments unless that is NULL. */
static int add_moments(const struct eb_group *group, const struct eb_group_curve *curve, const char *name,
                       struct eb_curve *moments, size_t *count)
{
    const struct eb_item *sure = NULL;
    for (size_t i = 0; i < curve->count; i++) {
        const struct eb_item *item = &curve->items[i];
        if (!has_ratio(item) || side_of(item->ratio) == 0)
            continue;
        int crosses = sure && side_of(sure->ratio) != side_of(item->ratio);
        *count += (size_t)crosses;
        if (crosses && moments && add_moment(group, name, crossing(group, sure, item), moments) != 0)
            return -1;
        sure = item;
    }
    return 0;
}

static int walk_moments(const struct eb_group *group, struct eb_curve *moments, size_t *count)
{
    struct eb_group_curve curve;
    *count = 0;
    for (size_t from = 0; eb_group_next_curve(group, &from, &curve);) {
        char *name = eb_group_curve_name(group, &curve);
        int failed = !name || add_moments(group, &curve, name, moments, count) != 0;
        free(name);
        if (failed)
            return -1;
    }
    return 0;
}

static char *cell_of(const struct eb_item *item, char *text, size_t text_bytes)
{
    eb_cell_ratio(item->ratio, text, text_bytes);
    size_t used = strlen(text);
    if (item->is_joined)
        snprintf(text + used, text_bytes - used, ", %.60s", item->series->algorithm);
    return text;
}

static int add_points(const struct eb_group *group, const struct eb_group_curve *curve, struct eb_curve *made)
{
    for (size_t i = 0; i < curve->count; i++) {
        char row[32];
        char cell[EB_PICTURE_CELL];
        const struct eb_item *item = &curve->items[i];
        if (!has_ratio(item))
            continue;
        struct eb_point *point = eb_curve_add_point(
            made, eb_size_place(group, item->series->size_bytes), item->ratio->value,
            eb_size_format(item->series->size_bytes, row, sizeof row), cell_of(item, cell, sizeof cell));
        if (!point)
            return -1;
        if (item->ratio->interval.present) {
            point->low = item->ratio->interval.low;
            point->high = item->ratio->interval.high;
        }
    }
    return 0;
}

static int is_drawn(const struct eb_group_curve *curve)
{
    for (size_t i = 0; i < curve->count; i++)
        if (has_ratio(&curve->items[i]))
            return 1;
    return 0;
}

static int add_curves(const struct eb_group *group, const struct eb_palette *palette,
                      struct eb_picture *picture)
{
    struct eb_group_curve curve;
    for (size_t from = 0; eb_group_next_curve(group, &from, &curve);) {
        if (!is_drawn(&curve))
            continue;
        struct eb_curve *made = eb_group_add_curve(group, &curve, palette, picture, EB_CURVE_LINE);
        if (!made || add_points(group, &curve, made) != 0)
            return -1;
    }
    return 0;
}

static int baseline_strays(const struct eb_report *report)
{
    const struct eb_series_set *set = report->set;
    for (size_t i = 0; i < set->arm_count; i++)
        if (strcmp(eb_series_set_arm(set, i), report->baseline_arm) == 0)
            return eb_series_set_strays(set, i);
    return 0;
}

/* The line at 1, with the baseline's name. */
static int add_baseline(const struct eb_group *group, struct eb_picture *picture)
{
    char row[32];
    char *name = NULL;
    if (asprintf(&name, "%s%s", group->report->baseline_arm,
                 baseline_strays(group->report) ? " (WRONG PATH)" : "") < 0)
        return -1;
    struct eb_curve *level = eb_picture_add_curve(picture, name, EB_CURVE_LEVEL);
    free(name);
    if (!level)
        return -1;
    level->is_context = 1;
    level->colour = EB_COLOUR_INK;
    const struct eb_series *first = group->items->series;
    return eb_curve_add_point(level, eb_size_place(group, first->size_bytes), 1,
                              eb_size_format(first->size_bytes, row, sizeof row), "1.00x")
               ? 0
               : -1;
}

/* *count is how many there are, which are not drawn where they are too many. */
static int add_crossovers(const struct eb_group *group, struct eb_picture *picture, size_t *count)
{
    if (walk_moments(group, NULL, count) != 0)
        return -1;
    if (*count == 0 || *count > MOMENTS_MOST)
        return 0;
    struct eb_curve *moments = eb_picture_add_curve(picture, "crossover", EB_CURVE_MOMENT);
    if (!moments)
        return -1;
    moments->is_context = 1;
    moments->colour = EB_COLOUR_INK;
    moments->dash = 2;
    return walk_moments(group, moments, count);
}

static void write_note(const struct eb_group *group, size_t crossovers, FILE *note)
{
    int with_interval = 0;
    int without_interval = 0;
    int published = 0;
    for (size_t i = 0; i < group->count; i++) {
        const struct eb_item *item = &group->items[i];
        with_interval |= has_ratio(item) && item->ratio->interval.present;
        without_interval |= has_ratio(item) && !item->ratio->interval.present && !item->series->published;
        published |= has_ratio(item) && !item->ratio->interval.present && item->series->published;
    }
    if (with_interval)
        fputs("The band of a ratio is its 95% interval over launches.", note);
    if (without_interval)
        fprintf(note, "%sThe band of a ratio would take at least %zu launches.", with_interval ? " " : "",
                eb_shift_launches_needed(EB_SERIES_LEVEL));
    if (published)
        fprintf(note, "%sRatios of published summaries have no interval.",
                with_interval || without_interval ? " " : "");
    if (crossovers > MOMENTS_MOST)
        fprintf(note, " The curves cross 1 at %zu places, too many to mark.", crossovers);
    else if (crossovers > 0)
        fputs(" A crossover stands where the straight line between two sizes crosses 1.", note);
}

static int set_note(const struct eb_group *group, size_t crossovers, struct eb_picture *picture)
{
    char *text = NULL;
    size_t length = 0;
    FILE *note = open_memstream(&text, &length);
    if (!note)
        return -1;
    write_note(group, crossovers, note);
    int failed = fclose(note) != 0 || eb_picture_set_note(picture, text) != 0;
    free(text);
    return failed ? -1 : 0;
}

static int fill(const struct eb_group *group, const struct eb_palette *palette, struct eb_picture *picture)
{
    char *label = NULL;
    size_t crossovers = 0;
    if (asprintf(&label, "ratio to %s (above 1: %s)", group->report->baseline_arm,
                 eb_metric_is_rate(group->items->series->metric) ? "faster" : "slower") < 0)
        return -1;
    int failed = add_curves(group, palette, picture) != 0 || add_baseline(group, picture) != 0 ||
                 add_crossovers(group, picture, &crossovers) != 0 ||
                 eb_axis_set_sizes(group, &picture->x) != 0 || eb_picture_fit_y(picture, label, "x") != 0;
    free(label);
    return failed ? -1 : set_note(group, crossovers, picture);
}

static int add_picture(const struct eb_group *group, const struct eb_palette *palette,
                       struct eb_pictures *pictures)
{
    char id[100];
    char *what = NULL;
    snprintf(id, sizeof id, "ratio-%s", eb_group_id(group));
    if (asprintf(&what, "%s, ratio to %s", eb_group_title(group), group->report->baseline_arm) < 0)
        return -1;
    struct eb_picture *picture = eb_group_add_picture(group, pictures, id, what);
    free(what);
    return picture ? fill(group, palette, picture) : -1;
}

static enum eb_status add_group(const struct eb_group *group, const struct eb_palette *palette,
                                struct eb_pictures *pictures, struct eb_error *err)
{
    struct eb_group own = eb_group_own(group);
    struct eb_group_curve all = {.items = own.items, .count = own.count};
    struct eb_item *joined = NULL;
    if (!is_drawn(&all))
        return EB_OK;
    int failed = eb_group_join_algorithms(&own, &joined) != 0 || add_picture(&own, palette, pictures) != 0;
    free(joined);
    return failed ? eb_pictures_no_memory(err) : EB_OK;
}

enum eb_status eb_pictures_add_ratios(const struct eb_report *report, const struct eb_palette *palette,
                                      struct eb_pictures *pictures, struct eb_error *err)
{
    return eb_groups_add(report, eb_group_is_shown, add_group, palette, pictures, err);
}
