#include "judge/report/plot/pictures.h"
#include "judge/report/plot/pictures_parts.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/report/text_cells.h"

#include <math.h>
#include <stdio.h>

#define LAUNCH_TICKS_MOST 12

/* Several launches, which can differ. */
static int is_drawn(const struct eb_item *item, uint64_t size_bytes)
{
    return item->series->size_bytes == size_bytes && item->series->launch_value_count > 1;
}

static int add_points(const struct eb_series *series, struct eb_curve *curve)
{
    for (size_t i = 0; i < series->launch_value_count; i++) {
        char row[64];
        char cell[EB_PICTURE_CELL];
        char value[EB_PLAIN_NUMBER];
        char share[EB_PLAIN_NUMBER];
        size_t number = series->launch_indices[i] + 1;
        double over = series->launch_values[i] / series->value;
        snprintf(row, sizeof row, "launch %zu", number);
        snprintf(cell, sizeof cell, "%s %s, %s of the median", eb_cell_value(series->launch_values[i], value),
                 series->metric->unit, eb_plain_fixed(over, 3, share));
        if (!eb_curve_add_point(curve, (double)number, over, row, cell))
            return -1;
    }
    return 0;
}

static int add_median(struct eb_picture *picture)
{
    struct eb_curve *level = eb_picture_add_curve(picture, "median", EB_CURVE_LEVEL);
    if (!level)
        return -1;
    level->is_context = 1;
    level->colour = EB_COLOUR_INK;
    return eb_curve_add_point(level, 1, 1, "", "1") ? 0 : -1;
}

static int set_axes(const struct eb_group *group, struct eb_picture *picture)
{
    size_t count = group->report->set->launch_count;
    size_t step = count / LAUNCH_TICKS_MOST + (count % LAUNCH_TICKS_MOST != 0);
    double low = 1;
    double high = 1;
    for (size_t i = 0; i < picture->curve_count; i++)
        for (size_t j = 0; j < picture->curves[i].point_count; j++) {
            low = fmin(low, picture->curves[i].points[j].y);
            high = fmax(high, picture->curves[i].points[j].y);
        }
    double margin = fmax((high - low) / 10, 0.001);
    if (eb_axis_set(&picture->x, "launch, in the record's order", EB_AXIS_LINEAR) != 0 ||
        eb_axis_set(&picture->y, "value over the median of its launches", EB_AXIS_LINEAR) != 0)
        return -1;
    for (size_t i = 1; i <= count; i += step) {
        char label[32];
        snprintf(label, sizeof label, "%zu", i);
        if (eb_axis_add_tick(&picture->x, (double)i, label) != 0)
            return -1;
    }
    picture->x.low = 0.5;
    picture->x.high = (double)count + fmax(0.5, 0.25 * (double)count); /* the level's name stands there */
    picture->y.low = low - margin;
    picture->y.high = high + margin;
    return 0;
}

static int fill(const struct eb_group *group, uint64_t size_bytes, const struct eb_palette *palette,
                struct eb_picture *picture)
{
    struct eb_group_curve curve;
    for (size_t from = 0; eb_group_next_curve(group, &from, &curve);)
        for (size_t i = 0; i < curve.count; i++) {
            if (!is_drawn(&curve.items[i], size_bytes))
                continue;
            struct eb_curve *made = eb_group_add_curve(group, &curve, palette, picture, EB_CURVE_POINTS);
            if (!made || add_points(curve.items[i].series, made) != 0)
                return -1;
        }
    if (add_median(picture) != 0 || set_axes(group, picture) != 0)
        return -1;
    return eb_picture_set_note(
        picture, "From launch to launch: each launch's value over the median of all launches of "
                 "its arm; what differs is what a single launch cannot tell.");
}

static enum eb_status add_picture(const struct eb_group *group, const struct eb_palette *palette,
                                  struct eb_pictures *pictures, struct eb_error *err)
{
    struct eb_group own = eb_group_own(group);
    uint64_t size_bytes = UINT64_MAX;
    char id[100];
    char what[200];
    char size[32];
    for (size_t i = 0; i < own.count; i++)
        if (own.items[i].series->size_bytes < size_bytes && own.items[i].series->launch_value_count > 1)
            size_bytes = own.items[i].series->size_bytes;
    if (size_bytes == UINT64_MAX)
        return EB_OK;
    snprintf(id, sizeof id, "launches-%s", eb_group_id(group));
    snprintf(what, sizeof what, "%s from launch to launch, %s", eb_group_title(group),
             eb_size_format(size_bytes, size, sizeof size));
    struct eb_picture *picture = eb_group_add_picture(&own, pictures, id, what);
    if (picture)
        picture->section = "From launch to launch";
    return picture && fill(&own, size_bytes, palette, picture) == 0 ? EB_OK : eb_pictures_no_memory(err);
}

enum eb_status eb_pictures_add_launches(const struct eb_report *report, const struct eb_palette *palette,
                                        struct eb_pictures *pictures, struct eb_error *err)
{
    return eb_groups_add(report, eb_group_is_shown, add_picture, palette, pictures, err);
}
