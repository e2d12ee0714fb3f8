#include "judge/report/plot/pictures_parts.h"
#include "judge/report/plot/pictures.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/report/shares.h"
#include "judge/report/text_cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One value by size, as a point. */
static int add_point(const struct eb_group *group, struct eb_curve *curve, const struct eb_series *series)
{
    char row[32];
    char cell[EB_PICTURE_CELL];
    struct eb_point *point = eb_curve_add_point(
        curve, eb_size_place(group, series->size_bytes), series->value,
        eb_size_format(series->size_bytes, row, sizeof row), eb_cell_of_series(series, cell, sizeof cell));
    if (!point)
        return -1;
    point->low = series->ci_low;
    point->high = series->ci_high;
    return 0;
}

/* The first of a curve's series that has such a limit; NULL when none has. */
static const struct eb_item *limited_item(const struct eb_group_curve *curve, enum eb_share share)
{
    for (size_t i = 0; i < curve->count; i++)
        if (eb_shares_of(curve->items[i].ceiling) & (unsigned)share)
            return &curve->items[i];
    return NULL;
}

static double limit_gbps(const struct eb_item *item, enum eb_share share)
{
    return share == EB_SHARE_LINE ? item->ceiling->line_gbps : eb_ceiling_usual_cap()->gbps;
}

static double limit_of(const struct eb_item *item, enum eb_share share)
{
    return share == EB_SHARE_LINE ? item->ceiling->line
                                  : eb_ceiling_cap(item->ceiling, eb_ceiling_usual_cap());
}

/* Adds "EFA" of "EFA of c5n.18xlarge", each once. */
static void add_line(const struct eb_ceiling *ceiling, char *lines, size_t lines_bytes)
{
    char line[sizeof ceiling->name];
    size_t used = strlen(lines);
    size_t length = strlen(ceiling->name);
    size_t instance = strlen(ceiling->instance->name) + strlen(" of ");
    snprintf(line, sizeof line, "%.*s", (int)(length > instance ? length - instance : length), ceiling->name);
    if (!strstr(lines, line))
        snprintf(lines + used, lines_bytes - used, "%s%s", used ? " and " : "", line);
}

/* "line rate of EFA, 100 Gb/s", or "line rate, 100 Gb/s" where several adapters have this limit, whose lines
 * would lie on one another: short, for it stands at the line. What goes both ways at once has it each way. */
static void name_limit(const struct eb_group *group, const struct eb_item *of, enum eb_share share,
                       char *name, size_t name_bytes)
{
    char number[EB_PLAIN_NUMBER];
    char lines[200] = "";
    struct eb_group_curve curve;
    const char *ways = strcmp(of->series->kernel->name, "bibandwidth") == 0 ? " each way" : "";
    eb_plain_number(limit_gbps(of, share), 6, number);
    if (share == EB_SHARE_FLOW) {
        snprintf(name, name_bytes, "one flow's cap, %s Gb/s%s", number, ways);
        return;
    }
    for (size_t from = 0; eb_group_next_curve(group, &from, &curve);) {
        const struct eb_item *item = limited_item(&curve, share);
        if (item && limit_gbps(item, share) == limit_gbps(of, share) &&
            item->ceiling->instance == of->ceiling->instance)
            add_line(item->ceiling, lines, sizeof lines);
    }
    int is_shared = strstr(lines, " and ") != NULL;
    snprintf(name, name_bytes, "line rate%s%s, %s Gb/s%s", is_shared ? "" : " of ", is_shared ? "" : lines,
             number, ways);
}

static int add_limit_point(const struct eb_group *group, struct eb_curve *limit, const struct eb_item *item,
                           enum eb_share share)
{
    char row[32];
    char value[EB_PLAIN_NUMBER];
    char cell[EB_PICTURE_CELL];
    const struct eb_series *series = item->series;
    double y = limit_of(item, share);
    snprintf(cell, sizeof cell, "%s %s", eb_cell_value(y, value), series->metric->unit);
    return eb_curve_add_point(limit, eb_size_place(group, series->size_bytes), y,
                              eb_size_format(series->size_bytes, row, sizeof row), cell)
               ? 0
               : -1;
}

/* The limit of a curve: a level, or a line where it depends on the size. */
static int add_limit(const struct eb_group *group, const struct eb_group_curve *curve, enum eb_share share,
                     struct eb_picture *picture)
{
    char name[400];
    const struct eb_item *item = limited_item(curve, share);
    int by_size = item->series->metric->amount == EB_AMOUNT_MESSAGES;
    name_limit(group, item, share, name, sizeof name);
    struct eb_curve *limit = eb_picture_add_curve(picture, name, by_size ? EB_CURVE_LINE : EB_CURVE_LEVEL);
    if (!limit)
        return -1;
    limit->is_context = 1;
    limit->colour = EB_COLOUR_INK;
    limit->dash = share == EB_SHARE_LINE ? 1 : 2;
    const struct eb_item *end = by_size ? curve->items + curve->count : item + 1;
    for (; item < end; item++)
        if ((eb_shares_of(item->ceiling) & (unsigned)share) &&
            add_limit_point(group, limit, item, share) != 0)
            return -1;
    return 0;
}

/* The limits of a group's curves, each once. */
static int add_limits(const struct eb_group *group, enum eb_share share, struct eb_picture *picture)
{
    struct eb_group_curve curve;
    for (size_t from = 0; eb_group_next_curve(group, &from, &curve);) {
        const struct eb_item *item = limited_item(&curve, share);
        int is_there = !item;
        struct eb_group_curve earlier;
        for (size_t at = 0; !is_there && eb_group_next_curve(group, &at, &earlier) && at < from;) {
            const struct eb_item *known = limited_item(&earlier, share);
            is_there = known && limit_gbps(known, share) == limit_gbps(item, share);
        }
        if (!is_there && add_limit(group, &curve, share, picture) != 0)
            return -1;
    }
    return 0;
}

static int fill(const struct eb_group *group, const struct eb_palette *palette, struct eb_picture *picture)
{
    const struct eb_metric *metric = group->items->series->metric;
    struct eb_group_curve curve;
    for (size_t from = 0; eb_group_next_curve(group, &from, &curve);) {
        struct eb_curve *made = eb_group_add_curve(group, &curve, palette, picture, EB_CURVE_LINE);
        int failed = !made;
        for (size_t i = 0; !failed && i < curve.count; i++)
            failed = add_point(group, made, curve.items[i].series) != 0;
        if (failed)
            return -1;
    }
    char what[128];
    char label[160];
    snprintf(label, sizeof label, "%s (%s is better)", eb_group_label(group, what, sizeof what),
             eb_metric_is_rate(metric) ? "higher" : "lower");
    if (add_limits(group, EB_SHARE_LINE, picture) != 0 || add_limits(group, EB_SHARE_FLOW, picture) != 0 ||
        eb_axis_set_sizes(group, &picture->x) != 0 || eb_picture_fit_y(picture, label, "") != 0)
        return -1;
    return eb_group_set_note(group, picture, "value", "the band", "");
}

enum eb_status eb_pictures_add_figures(const struct eb_group *group, const struct eb_palette *palette,
                                       struct eb_pictures *pictures, struct eb_error *err)
{
    char what[160];
    snprintf(what, sizeof what, "%s by message size", eb_group_title(group));
    struct eb_picture *picture = eb_group_add_picture(group, pictures, eb_group_id(group), what);
    return picture && fill(group, palette, picture) == 0 ? EB_OK : eb_pictures_no_memory(err);
}

static int is_wanted(const struct eb_group *group)
{
    return group->is_shown && !eb_group_is_allreduce(group);
}

enum eb_status eb_pictures_add_sizes(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err)
{
    return eb_groups_add(report, is_wanted, eb_pictures_add_figures, palette, pictures, err);
}
