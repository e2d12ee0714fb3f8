#include "judge/report/plot/gnuplot_script.h"

#include "judge/report/plot/palette.h"

#include <math.h>
#include <stdlib.h>

#define LINE_WIDTH 1.75
#define CONTEXT_WIDTH 1.25
#define BAND_OPACITY "0.18"

static const char *const dashes[] = {"solid", "(8,4)", "(2,3)", "(9,3,2,3)", "(4,2)"};
/* Of gnuplot: circle, square, triangle, diamond, triangle upside down, pentagon. Filled, since the lines of
 * open ones are too thin at this size. */
static const int shapes[] = {7, 5, 9, 13, 11, 15};

const char *eb_script_colour(const struct eb_curve *curve)
{
    return curve->colour == EB_COLOUR_INK ? "black" : eb_palette_light(curve->colour);
}

const char *eb_script_dash(const struct eb_curve *curve)
{
    return dashes[curve->dash % (sizeof dashes / sizeof *dashes)];
}

static int shape_of(const struct eb_curve *curve)
{
    size_t colour = curve->colour == EB_COLOUR_INK ? 0 : curve->colour;
    return shapes[(colour + 3 * curve->dash) % (sizeof shapes / sizeof *shapes)];
}

/* Many points are small ones. */
static const char *size_of(const struct eb_curve *curve)
{
    return curve->point_count > 100 ? "0.25" : curve->point_count > 40 ? "0.35" : "0.5";
}

static const struct eb_legend_entry *entry_of(const struct eb_script *script, const struct eb_curve *curve)
{
    for (size_t i = 0; i < script->sheet->entry_count; i++)
        if (script->sheet->entries[i].curve == curve)
            return &script->sheet->entries[i];
    return NULL;
}

static int has_interval(const struct eb_point *point)
{
    return isfinite(point->low) && isfinite(point->high);
}

/* What reaches beyond the plot is cut there; NAN where it cannot be placed at all. */
static double cut_y(const struct eb_sheet *sheet, double value)
{
    double share = eb_scale_share(&sheet->y, value);
    return sheet->bottom + fmin(fmax(share, 0), 1) * (sheet->top - sheet->bottom) + (isnan(share) ? NAN : 0);
}

static int is_seen(const struct eb_sheet *sheet, const struct eb_point *point)
{
    return !isnan(eb_sheet_x(sheet, point->x)) && !isnan(eb_sheet_y(sheet, point->y));
}

static int is_in_band(const struct eb_sheet *sheet, const struct eb_curve *curve, size_t point)
{
    return point < curve->point_count && is_seen(sheet, &curve->points[point]) &&
           has_interval(&curve->points[point]) && !isnan(cut_y(sheet, curve->points[point].low));
}

static void write_band(struct eb_script *script, const struct eb_curve *curve)
{
    const struct eb_sheet *sheet = script->sheet;
    int begun = 0;
    for (size_t i = 0; i < curve->point_count; i++) {
        const struct eb_point *point = &curve->points[i];
        if (!is_in_band(sheet, curve, i)) {
            if (begun)
                eb_script_row(script, 0, NULL);
            continue;
        }
        if (!begun)
            eb_script_begin(script, "1:2:3 with filledcurves fs transparent solid %s noborder lc rgb '%s'",
                            BAND_OPACITY, eb_script_colour(curve));
        begun = 1;
        eb_script_row(script, 3,
                      (const double[]){eb_sheet_x(sheet, point->x), cut_y(sheet, point->low),
                                       cut_y(sheet, point->high)});
    }
    if (begun)
        eb_script_end(script);
}

/* A point alone has no band: it gets a bar, as the points of EB_CURVE_POINTS do. */
static void write_bars(struct eb_script *script, const struct eb_curve *curve)
{
    const struct eb_sheet *sheet = script->sheet;
    int begun = 0;
    for (size_t i = 0; i < curve->point_count; i++) {
        const struct eb_point *point = &curve->points[i];
        int alone = !(i > 0 && is_in_band(sheet, curve, i - 1)) && !is_in_band(sheet, curve, i + 1);
        if (!is_in_band(sheet, curve, i) || (curve->look == EB_CURVE_LINE && !alone))
            continue;
        if (!begun)
            eb_script_begin(script, "1:2:3:4 with yerrorbars pt -1 lw 1.25 lc rgb '%s'",
                            eb_script_colour(curve));
        begun = 1;
        eb_script_row(script, 4,
                      (const double[]){eb_sheet_x(sheet, point->x), eb_sheet_y(sheet, point->y),
                                       cut_y(sheet, point->low), cut_y(sheet, point->high)});
    }
    if (begun)
        eb_script_end(script);
}

static void write_line(struct eb_script *script, const struct eb_curve *curve)
{
    const struct eb_sheet *sheet = script->sheet;
    const struct eb_legend_entry *entry = entry_of(script, curve);
    eb_script_begin(script, "1:2 with lines lw %g lc rgb '%s' dt %s",
                    curve->is_context ? CONTEXT_WIDTH : LINE_WIDTH, eb_script_colour(curve),
                    eb_script_dash(curve));
    for (size_t i = 0; i < curve->point_count; i++) {
        const struct eb_point *point = &curve->points[i];
        int seen = is_seen(sheet, point);
        eb_script_row(script, seen ? 2 : 0,
                      (const double[]){eb_sheet_x(sheet, point->x), eb_sheet_y(sheet, point->y)});
    }
    if (entry) {
        eb_script_row(script, 0, NULL);
        eb_script_row(script, 2, (const double[]){entry->left, entry->y});
        eb_script_row(script, 2, (const double[]){entry->left + EB_SHEET_SAMPLE, entry->y});
    }
    eb_script_end(script);
}

/* Where the middle of a curve's point is; of boxes that of the box, which knows what it stands on. */
struct place {
    double x;
    double y;
};

static double stacked_on(const struct eb_picture *picture, const struct eb_curve *curve,
                         const struct eb_point *point)
{
    double base = 0;
    for (const struct eb_curve *below = picture->curves; below < curve; below++)
        for (size_t i = 0; below->look == EB_CURVE_STACK && i < below->point_count; i++)
            if (below->points[i].x == point->x && isfinite(below->points[i].y) &&
                (below->points[i].y < 0) == (point->y < 0))
                base += below->points[i].y;
    return base;
}

static struct place place_of(const struct eb_script *script, const struct eb_curve *curve,
                             const struct eb_point *point)
{
    const struct eb_sheet *sheet = script->sheet;
    struct place place = {eb_sheet_x(sheet, point->x), eb_sheet_y(sheet, point->y)};
    if (curve->look == EB_CURVE_STACK) {
        double base = stacked_on(sheet->picture, curve, point);
        place.y = (cut_y(sheet, base) + cut_y(sheet, base + point->y)) / 2;
    } else if (curve->look == EB_CURVE_CELLS && isnan(point->low)) {
        place.y = NAN;
    }
    return place;
}

/* Numbered, to hover over; boxes and cells are what they are, and their points are not seen. */
static void write_hypertexts(struct eb_script *script, const struct eb_curve *curve, size_t first)
{
    char colour[16];
    int is_area = curve->look == EB_CURVE_STACK || curve->look == EB_CURVE_CELLS;
    int begun = 0;
    snprintf(colour, sizeof colour, "#%s%s", is_area ? "ff" : "",
             curve->colour == EB_COLOUR_INK ? "000000" : eb_script_colour(curve) + 1);
    for (size_t i = 0; i < curve->point_count; i++) {
        struct place place = place_of(script, curve, &curve->points[i]);
        if (isnan(place.x) || isnan(place.y))
            continue;
        if (!begun)
            eb_script_begin(
                script, "1:2:(sprintf('%%d', int($3))) with labels hypertext point pt %d ps %s lc rgb '%s'",
                is_area ? 5 : shape_of(curve), is_area ? "0.5" : size_of(curve), colour);
        begun = 1;
        eb_script_row(script, 3, (const double[]){place.x, place.y, (double)(first + i)});
    }
    if (begun)
        eb_script_end(script);
}

static void write_marks(struct eb_script *script, const struct eb_curve *curve, int data)
{
    const struct eb_legend_entry *entry = entry_of(script, curve);
    int begun = 0;
    for (size_t i = 0; i <= curve->point_count; i++) {
        struct place place = {NAN, NAN};
        if (i == curve->point_count && entry)
            place = (struct place){entry->left + EB_SHEET_SAMPLE / 2, entry->y};
        else if (i < curve->point_count && data)
            place = place_of(script, curve, &curve->points[i]);
        if (isnan(place.x) || isnan(place.y))
            continue;
        if (!begun)
            eb_script_begin(script, "1:2 with points pt %d ps %s lc rgb '%s'", shape_of(curve),
                            size_of(curve), eb_script_colour(curve));
        begun = 1;
        eb_script_row(script, 2, (const double[]){place.x, place.y});
    }
    if (begun)
        eb_script_end(script);
}

static void box(struct eb_script *script, double left, double right, double low, double high, double colour)
{
    eb_script_row(script, 7,
                  (const double[]){(left + right) / 2, (low + high) / 2, left, right, low, high, colour});
}

static void write_stack(struct eb_script *script, const struct eb_curve *curve)
{
    const struct eb_sheet *sheet = script->sheet;
    const struct eb_legend_entry *entry = entry_of(script, curve);
    double half =
        eb_sheet_half_box(sheet->picture) * (sheet->right - sheet->left) / (sheet->x.high - sheet->x.low);
    eb_script_begin(script, "1:2:3:4:5:6 with boxxyerror fs solid 1 noborder lc rgb '%s'",
                    eb_script_colour(curve));
    for (size_t i = 0; i < curve->point_count; i++) {
        const struct eb_point *point = &curve->points[i];
        double base = stacked_on(sheet->picture, curve, point);
        double x = eb_sheet_x(sheet, point->x);
        double low = cut_y(sheet, base);
        double high = cut_y(sheet, base + point->y);
        if (!isnan(x) && !isnan(low) && !isnan(high))
            box(script, x - half, x + half, fmin(low, high), fmax(low, high), 0);
    }
    if (entry)
        box(script, entry->left + 5, entry->left + EB_SHEET_SAMPLE - 3, entry->y - 5, entry->y + 5, 0);
    eb_script_end(script);
}

/* Pale to dark of one hue, lighter to darker throughout. */
static double shade(const struct eb_sheet *sheet, double value)
{
    static const double stops[][3] = {{222, 235, 247}, {66, 146, 198}, {8, 48, 107}};
    double width = sheet->shade_high - sheet->shade_low;
    double share = width > 0 ? 2 * (value - sheet->shade_low) / width : 1;
    size_t stop = share >= 1 ? 1 : 0;
    double colour = 0;
    share = fmin(fmax(share - (double)stop, 0), 1);
    for (size_t i = 0; i < 3; i++)
        colour = colour * 256 + round(stops[stop][i] + share * (stops[stop + 1][i] - stops[stop][i]));
    return colour;
}

static void write_cells(struct eb_script *script, const struct eb_curve *curve)
{
    const struct eb_sheet *sheet = script->sheet;
    double half_x = (sheet->right - sheet->left) / (sheet->x.high - sheet->x.low) / 2;
    double half_y = (sheet->top - sheet->bottom) / (sheet->y.high - sheet->y.low) / 2;
    eb_script_begin(script, "1:2:3:4:5:6:7 with boxxyerror fs solid 1 noborder lc rgb variable");
    for (size_t i = 0; i < curve->point_count; i++) {
        const struct eb_point *point = &curve->points[i];
        if (!is_seen(sheet, point) || isnan(point->low))
            continue;
        double x = eb_sheet_x(sheet, point->x);
        double y = eb_sheet_y(sheet, point->y);
        box(script, x - half_x + 0.5, x + half_x - 0.5, y - half_y + 0.5, y + half_y - 0.5,
            shade(sheet, point->low));
    }
    for (size_t i = 0; i < sheet->entry_count; i++)
        if (sheet->entries[i].curve == curve && sheet->entries[i].shade)
            box(script, sheet->entries[i].left + 5, sheet->entries[i].left + EB_SHEET_SAMPLE - 3,
                sheet->entries[i].y - 5, sheet->entries[i].y + 5, shade(sheet, sheet->entries[i].shade->low));
    eb_script_end(script);
}

static void write_lower(struct eb_script *script, const struct eb_curve *curve)
{
    if (curve->look == EB_CURVE_LINE)
        write_band(script, curve);
    else if (curve->look == EB_CURVE_STACK)
        write_stack(script, curve);
    else if (curve->look == EB_CURVE_CELLS)
        write_cells(script, curve);
}

static void write_middle(struct eb_script *script, const struct eb_curve *curve)
{
    if (curve->look == EB_CURVE_LINE || curve->look == EB_CURVE_POINTS)
        write_bars(script, curve);
    if (curve->look == EB_CURVE_LINE)
        write_line(script, curve);
}

static void write_upper(struct eb_script *script, const struct eb_curve *curve, size_t first)
{
    int has_marks = curve->look == EB_CURVE_POINTS || (curve->look == EB_CURVE_LINE && !curve->is_context);
    int hovers = script->sheet->drawing == EB_DRAWING_PAGE && !curve->is_context;
    if (has_marks)
        write_marks(script, curve, !hovers);
    if (hovers)
        write_hypertexts(script, curve, first);
}

int eb_script_curves(struct eb_script *script)
{
    const struct eb_picture *picture = script->sheet->picture;
    size_t first = 0;
    for (size_t i = 0; i < picture->curve_count; i++)
        write_lower(script, &picture->curves[i]);
    int failed = eb_script_levels(script) != 0 || eb_script_moments(script) != 0;
    for (size_t i = 0; i < picture->curve_count; i++)
        write_middle(script, &picture->curves[i]);
    for (size_t i = 0; i < picture->curve_count; i++) {
        write_upper(script, &picture->curves[i], first);
        first += picture->curves[i].is_context ? 0 : picture->curves[i].point_count;
    }
    return failed ? -1 : 0;
}
