/* Levels and moments: lines across the plot, with their names at them. */
#include "judge/report/plot/gnuplot_script.h"

#include <math.h>
#include <stdlib.h>

#define LABEL_HEIGHT 13.0
/* Of the width of the plot. */
#define LEVEL_SHARE 0.97
#define MOMENT_SHARE 0.6

/* How far what is drawn keeps from a line's label at one side of the plot; 100 is far. */
static double clearance(const struct eb_sheet *sheet, double y, double from_x, double to_x)
{
    double nearest = 100;
    for (size_t i = 0; i < sheet->picture->curve_count; i++) {
        const struct eb_curve *curve = &sheet->picture->curves[i];
        for (size_t j = 0; j < curve->point_count; j++) {
            double x = eb_sheet_x(sheet, curve->points[j].x);
            double distance = fabs(eb_sheet_y(sheet, curve->points[j].y) - (y + LABEL_HEIGHT / 2));
            if (curve->look != EB_CURVE_LEVEL && curve->look != EB_CURVE_MOMENT && x >= from_x && x <= to_x &&
                distance < nearest)
                nearest = distance;
        }
    }
    return nearest;
}

/* Whether another level's label would stand where this one's does; of two the later one gives way. */
static int is_crowded(const struct eb_sheet *sheet, const struct eb_curve *curve, double y)
{
    for (const struct eb_curve *other = sheet->picture->curves; other < curve; other++)
        if (other->look == EB_CURVE_LEVEL && other->point_count > 0 &&
            fabs(eb_sheet_y(sheet, other->points[0].y) - y) < LABEL_HEIGHT)
            return 1;
    return 0;
}

static int write_level_label(struct eb_script *script, const struct eb_curve *curve, double y)
{
    const struct eb_sheet *sheet = script->sheet;
    double width = sheet->right - sheet->left;
    char *name = eb_text_fit(curve->name, sheet->font - 2, LEVEL_SHARE * width);
    if (!name)
        return -1;
    double taken = eb_text_width(name, sheet->font - 2);
    double left = clearance(sheet, y, sheet->left, sheet->left + taken);
    double right = clearance(sheet, y, sheet->right - taken, sheet->right);
    int is_left = (left > right) != is_crowded(sheet, curve, y);
    double above = y + LABEL_HEIGHT / 2 > sheet->top ? y - LABEL_HEIGHT / 2 : y + LABEL_HEIGHT / 2;
    eb_script_text(script, name, is_left ? sheet->left + 5 : sheet->right - 3, above,
                   is_left ? "left" : "right", sheet->font - 2, 0);
    free(name);
    return 0;
}

int eb_script_levels(struct eb_script *script)
{
    const struct eb_sheet *sheet = script->sheet;
    for (size_t i = 0; i < sheet->picture->curve_count; i++) {
        const struct eb_curve *curve = &sheet->picture->curves[i];
        double y = curve->look == EB_CURVE_LEVEL && curve->point_count > 0
                       ? eb_sheet_y(sheet, curve->points[0].y)
                       : NAN;
        if (isnan(y))
            continue;
        eb_script_begin(script, "1:2 with lines lw 1.25 lc rgb '%s' dt (5,4)", eb_script_colour(curve));
        eb_script_row(script, 2, (const double[]){sheet->left, y});
        eb_script_row(script, 2, (const double[]){sheet->right, y});
        eb_script_end(script);
        if (write_level_label(script, curve, y) != 0)
            return -1;
    }
    return 0;
}

/* The right ends of the labels in the lanes above the plot. */
struct lanes {
    double *ends; /* owned */
    size_t count;
};

/* Whether another moment's line stands between. */
static int is_crossed(const struct eb_sheet *sheet, double from_x, double to_x)
{
    for (size_t i = 0; i < sheet->picture->curve_count; i++) {
        const struct eb_curve *curve = &sheet->picture->curves[i];
        for (size_t j = 0; curve->look == EB_CURVE_MOMENT && j < curve->point_count; j++) {
            double x = eb_sheet_x(sheet, curve->points[j].x);
            if (x > from_x && x < to_x)
                return 1;
        }
    }
    return 0;
}

/* A label stands to the right of its line, or to the left where it would leave the paper or cross a line on
 * the right alone. Those that find no lane are left out: their line stands. */
static int write_moment_label(struct eb_script *script, struct lanes *lanes, const struct eb_point *point,
                              double x, double *top)
{
    const struct eb_sheet *sheet = script->sheet;
    char *cell = eb_text_fit(point->cell, sheet->font - 2, MOMENT_SHARE * (sheet->right - sheet->left));
    if (!cell)
        return -1;
    double width = eb_text_width(cell, sheet->font - 2);
    int is_left = x + width > sheet->width - 4 ||
                  (is_crossed(sheet, x, x + width) && !is_crossed(sheet, x - width, x) && x - width > 4);
    double begin = is_left ? x - width - 4 : x;
    for (size_t lane = 0; lane < lanes->count; lane++) {
        if (lanes->ends[lane] > begin)
            continue;
        *top = sheet->top + EB_SHEET_LANE * (double)(lane + 1) - 1;
        eb_script_text(script, cell, is_left ? x - 3 : x + 3, *top - LABEL_HEIGHT / 2,
                       is_left ? "right" : "left", sheet->font - 2, 0);
        lanes->ends[lane] = begin + width + 8;
        break;
    }
    free(cell);
    return 0;
}

/* The labels, and where each point's line ends. */
static int write_moment_labels(struct eb_script *script, struct lanes *lanes, const struct eb_curve *curve,
                               double *tops)
{
    const struct eb_sheet *sheet = script->sheet;
    for (size_t i = 0; i < curve->point_count; i++) {
        double x = eb_sheet_x(sheet, curve->points[i].x);
        tops[i] = sheet->top;
        if (!isnan(x) && curve->points[i].cell[0] &&
            write_moment_label(script, lanes, &curve->points[i], x, &tops[i]) != 0)
            return -1;
    }
    return 0;
}

static int write_moments(struct eb_script *script, struct lanes *lanes, const struct eb_curve *curve)
{
    const struct eb_sheet *sheet = script->sheet;
    double *tops = calloc(curve->point_count + 1, sizeof *tops);
    int failed = !tops || write_moment_labels(script, lanes, curve, tops) != 0;
    if (!failed) {
        eb_script_begin(script, "1:2 with lines lw 1 lc rgb '%s' dt (3,3)", eb_script_colour(curve));
        for (size_t i = 0; i < curve->point_count; i++) {
            double x = eb_sheet_x(sheet, curve->points[i].x);
            if (isnan(x))
                continue;
            eb_script_row(script, 2, (const double[]){x, sheet->bottom});
            eb_script_row(script, 2, (const double[]){x, tops[i]});
            eb_script_row(script, 0, NULL);
        }
        eb_script_end(script);
    }
    free(tops);
    return failed;
}

int eb_script_moments(struct eb_script *script)
{
    const struct eb_picture *picture = script->sheet->picture;
    struct lanes lanes = {.count = script->sheet->moment_lanes};
    int failed = 0;
    lanes.ends = calloc(lanes.count + 1, sizeof *lanes.ends);
    if (!lanes.ends)
        return -1;
    for (size_t i = 0; !failed && i < picture->curve_count; i++)
        if (picture->curves[i].look == EB_CURVE_MOMENT && picture->curves[i].point_count > 0)
            failed = write_moments(script, &lanes, &picture->curves[i]);
    free(lanes.ends);
    return failed ? -1 : 0;
}
