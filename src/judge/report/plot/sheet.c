#include "judge/report/plot/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LINE 17.0 /* of text */
#define GAP 5.0
#define BETWEEN_LABELS 9.0
#define NAME_MAX_WIDTH 190.0
#define SLANT_DEGREES 35.0
#define LEGEND_ROWS 2 /* that the usual height has room for */
#define LANES_MAX 3

double eb_sheet_x(const struct eb_sheet *sheet, double value)
{
    double share = eb_scale_share(&sheet->x, value);
    return share >= -1e-9 && share <= 1 + 1e-9 ? sheet->left + share * (sheet->right - sheet->left) : NAN;
}

double eb_sheet_y(const struct eb_sheet *sheet, double value)
{
    double share = eb_scale_share(&sheet->y, value);
    return share >= -1e-9 && share <= 1 + 1e-9 ? sheet->bottom + share * (sheet->top - sheet->bottom) : NAN;
}

static double placed(const struct eb_axis *axis, double value)
{
    return axis->scale == EB_AXIS_LOG ? log10(value) : value;
}

static int compare_doubles(const void *a, const void *b)
{
    double one = *(const double *)a;
    double other = *(const double *)b;
    return (one > other) - (one < other);
}

double eb_sheet_half_box(const struct eb_picture *picture)
{
    double smallest = INFINITY;
    double *places = NULL;
    size_t count = 0;
    if (picture->x.scale == EB_AXIS_NAMES)
        return 0.36;
    for (size_t i = 0; i < picture->curve_count; i++)
        count += picture->curves[i].look == EB_CURVE_STACK ? picture->curves[i].point_count : 0;
    places = calloc(count + 1, sizeof *places);
    count = 0;
    for (size_t i = 0; places && i < picture->curve_count; i++)
        for (size_t j = 0; picture->curves[i].look == EB_CURVE_STACK && j < picture->curves[i].point_count;
             j++)
            if (isfinite(placed(&picture->x, picture->curves[i].points[j].x)))
                places[count++] = placed(&picture->x, picture->curves[i].points[j].x);
    if (count > 0)
        qsort(places, count, sizeof *places, compare_doubles);
    for (size_t i = 1; i < count; i++)
        if (places[i] > places[i - 1])
            smallest = fmin(smallest, places[i] - places[i - 1]);
    free(places);
    return isfinite(smallest) ? 0.36 * smallest : picture->x.scale == EB_AXIS_LOG ? 0.1 : 0.36;
}

/* The ends of the stack at an x. */
static void add_stack(const struct eb_picture *picture, double x, struct eb_extent *y)
{
    double above = 0;
    double below = 0;
    for (size_t i = 0; i < picture->curve_count; i++)
        for (size_t j = 0; picture->curves[i].look == EB_CURVE_STACK && j < picture->curves[i].point_count;
             j++) {
            const struct eb_point *point = &picture->curves[i].points[j];
            if (point->x == x && isfinite(point->y))
                *(point->y > 0 ? &above : &below) += point->y;
        }
    eb_extent_add(y, 0);
    eb_extent_add(y, above);
    eb_extent_add(y, below);
}

static void add_point(const struct eb_picture *picture, const struct eb_curve *curve,
                      const struct eb_point *point, double half_box, struct eb_extent *x, struct eb_extent *y)
{
    int is_log = picture->x.scale == EB_AXIS_LOG;
    switch (curve->look) {
    case EB_CURVE_LEVEL:
        eb_extent_add(y, point->y);
        return;
    case EB_CURVE_MOMENT:
        eb_extent_add(x, point->x);
        return;
    case EB_CURVE_CELLS:
        for (int side = -1; side <= 1; side += 2) {
            eb_extent_add(x, point->x + side * 0.5);
            eb_extent_add(y, point->y + side * 0.5);
        }
        return;
    case EB_CURVE_STACK:
        for (int side = -1; side <= 1; side += 2)
            eb_extent_add(x, is_log ? point->x * pow(10, side * 1.3 * half_box)
                                    : point->x + side * 1.3 * half_box);
        add_stack(picture, point->x, y);
        return;
    case EB_CURVE_LINE:
    case EB_CURVE_POINTS:
        break;
    }
    if (!isfinite(point->y) || !isfinite(point->x))
        return;
    eb_extent_add(x, point->x);
    eb_extent_add(y, point->y);
    eb_extent_add(y, point->low);
    eb_extent_add(y, point->high);
}

static int init_scales(struct eb_sheet *sheet)
{
    const struct eb_picture *picture = sheet->picture;
    struct eb_extent x = {.axis = &picture->x};
    struct eb_extent y = {.axis = &picture->y};
    double half_box = eb_sheet_half_box(picture);
    for (size_t i = 0; i < picture->curve_count; i++)
        for (size_t j = 0; j < picture->curves[i].point_count; j++)
            add_point(picture, &picture->curves[i], &picture->curves[i].points[j], half_box, &x, &y);
    return eb_scale_init(&sheet->x, &x, 6) != 0 || eb_scale_init(&sheet->y, &y, 5) != 0 ? -1 : 0;
}

static double widest_label(const struct eb_scale *scale, double font, double most)
{
    double widest = 0;
    for (size_t i = 0; i < scale->tick_count; i++)
        widest = fmax(widest, eb_text_width(eb_scale_label(&scale->ticks[i]), font));
    return fmin(widest, most);
}

static int add_entry(struct eb_sheet *sheet, const struct eb_curve *curve, const struct eb_point *shade,
                     const char *text)
{
    struct eb_legend_entry *entries = reallocarray(sheet->entries, sheet->entry_count + 1, sizeof *entries);
    if (!entries)
        return -1;
    sheet->entries = entries;
    entries[sheet->entry_count] = (struct eb_legend_entry){
        .curve = curve, .shade = shade, .text = eb_text_fit(text, sheet->font - 1, NAME_MAX_WIDTH)};
    return entries[sheet->entry_count++].text ? 0 : -1;
}

/* The palest and the darkest cell say what the colours mean. */
static int add_shades(struct eb_sheet *sheet, const struct eb_curve *curve)
{
    const struct eb_point *low = NULL;
    const struct eb_point *high = NULL;
    for (size_t i = 0; i < curve->point_count; i++) {
        const struct eb_point *point = &curve->points[i];
        if (!isfinite(point->low))
            continue;
        low = !low || point->low < low->low ? point : low;
        high = !high || point->low > high->low ? point : high;
    }
    if (!low)
        return 0;
    sheet->shade_low = low->low;
    sheet->shade_high = high->low;
    if (add_entry(sheet, curve, low, low->cell) != 0)
        return -1;
    return high->low > low->low ? add_entry(sheet, curve, high, high->cell) : 0;
}

/* Whether the x axis names it already. */
static int is_named(const struct eb_picture *picture, const struct eb_curve *curve)
{
    for (size_t i = 0; picture->x.scale == EB_AXIS_NAMES && i < picture->x.tick_count; i++)
        if (strcmp(picture->x.ticks[i].label, curve->name) == 0)
            return 1;
    return 0;
}

static int add_entries(struct eb_sheet *sheet)
{
    for (size_t i = 0; i < sheet->picture->curve_count; i++) {
        const struct eb_curve *curve = &sheet->picture->curves[i];
        int failed = 0;
        if (curve->look == EB_CURVE_CELLS)
            failed = add_shades(sheet, curve);
        else if (curve->look != EB_CURVE_LEVEL && curve->look != EB_CURVE_MOMENT && curve->name[0] &&
                 !is_named(sheet->picture, curve))
            failed = add_entry(sheet, curve, NULL, curve->name);
        if (failed)
            return -1;
    }
    return 0;
}

/* From the left, in as many rows as it takes. Returns how many; y counts rows from the top. */
static size_t place_entries(struct eb_sheet *sheet)
{
    size_t row = 0;
    double at = sheet->left;
    for (size_t i = 0; i < sheet->entry_count; i++) {
        struct eb_legend_entry *entry = &sheet->entries[i];
        double width = EB_SHEET_SAMPLE + GAP + eb_text_width(entry->text, sheet->font - 1);
        if (i > 0 && at + width > sheet->width - GAP) {
            row++;
            at = sheet->left;
        }
        entry->left = at;
        entry->y = (double)row;
        at += width + 3 * GAP;
    }
    return sheet->entry_count > 0 ? row + 1 : 0;
}

static size_t count_moments(const struct eb_picture *picture)
{
    size_t count = 0;
    for (size_t i = 0; i < picture->curve_count; i++)
        for (size_t j = 0; picture->curves[i].look == EB_CURVE_MOMENT && j < picture->curves[i].point_count;
             j++)
            count += picture->curves[i].points[j].cell[0] != '\0';
    return count;
}

/* Labels of names that do not fit beside each other are slanted while their places are wide enough for that.
 */
static void choose_slant(struct eb_sheet *sheet)
{
    double place = (sheet->right - sheet->left) / fmax(1, sheet->x.high - sheet->x.low);
    double widest = widest_label(&sheet->x, sheet->font - 1, EB_SHEET_X_LABEL_MAX);
    if (sheet->picture->x.scale == EB_AXIS_NAMES && widest + GAP > place && place > sheet->font)
        sheet->slant_degrees = SLANT_DEGREES;
}

/* As many labels as keep their distance, so that those of equal distances are left out evenly. */
static void choose_labels(struct eb_scale *scale, double length, double distance)
{
    double last = -INFINITY;
    for (size_t i = 0; i < scale->tick_count; i++) {
        struct eb_scale_tick *tick = &scale->ticks[i];
        if (!eb_scale_label(tick)[0] || tick->share * length - last < distance)
            continue;
        tick->is_shown = 1;
        last = tick->share * length;
    }
}

static void place_plot(struct eb_sheet *sheet)
{
    int is_page = sheet->drawing == EB_DRAWING_PAGE;
    double labels = widest_label(&sheet->y, sheet->font - 1, EB_SHEET_Y_LABEL_MAX);
    sheet->left = fmax(labels + 2 * GAP, 24);
    sheet->right = sheet->width - 3 * GAP;
    choose_slant(sheet);
    size_t rows = place_entries(sheet);
    if (rows > LEGEND_ROWS)
        sheet->height += LINE * (double)(rows - LEGEND_ROWS);
    double legend = LINE * (double)rows + (rows > 0 ? GAP : 0);
    double slanted = widest_label(&sheet->x, sheet->font - 1, EB_SHEET_X_LABEL_MAX) *
                     sin(sheet->slant_degrees * 3.14159265358979 / 180);
    double x_label = sheet->picture->x.label[0] ? LINE : 0;
    sheet->bottom = GAP + legend + x_label + LINE + slanted;
    sheet->height += slanted;
    sheet->x_label = legend + LINE / 2;
    size_t moments = count_moments(sheet->picture);
    sheet->moment_lanes = moments < LANES_MAX ? moments : LANES_MAX;
    sheet->top = sheet->height - (is_page ? GAP : LINE + 2 * GAP) - (sheet->picture->y.label[0] ? LINE : 0) -
                 GAP - EB_SHEET_LANE * (double)sheet->moment_lanes;
    choose_labels(&sheet->y, sheet->top - sheet->bottom, sheet->font);
    choose_labels(&sheet->x, sheet->right - sheet->left,
                  sheet->slant_degrees > 0
                      ? sheet->font
                      : widest_label(&sheet->x, sheet->font - 1, EB_SHEET_X_LABEL_MAX) + BETWEEN_LABELS);
    for (size_t i = 0; i < sheet->entry_count; i++)
        sheet->entries[i].y = legend - LINE * (sheet->entries[i].y + 0.5);
}

int eb_sheet_init(struct eb_sheet *sheet, const struct eb_picture *picture, enum eb_drawing drawing)
{
    int is_page = drawing == EB_DRAWING_PAGE;
    *sheet = (struct eb_sheet){.picture = picture,
                               .drawing = drawing,
                               .width = is_page ? 420 : 640,
                               .height = is_page ? 300 : 420,
                               .font = 14};
    if (init_scales(sheet) != 0 || add_entries(sheet) != 0)
        return -1;
    place_plot(sheet);
    return 0;
}

void eb_sheet_free(struct eb_sheet *sheet)
{
    for (size_t i = 0; i < sheet->entry_count; i++)
        free(sheet->entries[i].text);
    free(sheet->entries);
    eb_scale_free(&sheet->x);
    eb_scale_free(&sheet->y);
    sheet->entries = NULL;
    sheet->entry_count = 0;
}
