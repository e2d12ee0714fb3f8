/* Axes of sizes, and axes of figures in logarithms. */
#include "judge/report/plot/pictures_parts.h"

#include "common/plain.h"
#include "common/units.h"

#include <math.h>
#include <stdio.h>

#define SIZE_TICKS_MOST 9

double eb_size_place(const struct eb_group *group, uint64_t size_bytes)
{
    return size_bytes > 0 ? (double)size_bytes : (double)group->smallest_bytes / 2;
}

static int add_size_tick(struct eb_axis *axis, double at, uint64_t size_bytes)
{
    char label[32];
    return eb_axis_add_tick(axis, at, eb_size_format(size_bytes, label, sizeof label));
}

/* The powers of two from low to high, or each second, third, ... of them. *count is how many there are. */
static int add_powers(struct eb_axis *axis, uint64_t low, uint64_t high, unsigned *count)
{
    unsigned first = 0;
    while (first < 63 && UINT64_C(1) << first < low)
        first++;
    unsigned last = first;
    while (last < 63 && UINT64_C(1) << (last + 1) <= high)
        last++;
    *count = UINT64_C(1) << first >= low && UINT64_C(1) << first <= high ? last - first + 1 : 0;
    unsigned step = *count / SIZE_TICKS_MOST + (*count % SIZE_TICKS_MOST != 0);
    int failed = 0;
    for (unsigned i = 0; i < *count && !failed; i += step)
        failed = add_size_tick(axis, ldexp(1, (int)(first + i)), UINT64_C(1) << (first + i)) != 0;
    return failed ? -1 : 0;
}

int eb_axis_set_sizes(const struct eb_group *group, struct eb_axis *axis)
{
    uint64_t high = 0;
    int has_zero = 0;
    unsigned count = 0;
    for (size_t i = 0; i < group->count; i++) {
        uint64_t size_bytes = group->items[i].series->size_bytes;
        high = size_bytes > high ? size_bytes : high;
        has_zero |= size_bytes == 0;
    }
    uint64_t low = high > 0 ? group->smallest_bytes : 0;
    if (eb_axis_set(axis, "message size", EB_AXIS_LOG) != 0 ||
        (has_zero && add_size_tick(axis, eb_size_place(group, 0), 0) != 0) ||
        (high > 0 && add_powers(axis, low, high, &count) != 0))
        return -1;
    /* of sizes between two powers of two, the sizes themselves say more */
    if (count < 2 && high > 0 && add_size_tick(axis, (double)low, low) != 0)
        return -1;
    if (count < 2 && high > low && add_size_tick(axis, (double)high, high) != 0)
        return -1;
    double first = eb_size_place(group, has_zero ? 0 : low);
    double last = eb_size_place(group, high);
    axis->low = first < last ? NAN : first / 2;
    axis->high = first < last ? NAN : last * 2;
    return 0;
}

/* What of a picture's points is above 0. */
static void reach(const struct eb_picture *picture, double *low, double *high)
{
    *low = INFINITY;
    *high = 0;
    for (size_t i = 0; i < picture->curve_count; i++) {
        const struct eb_curve *curve = &picture->curves[i];
        for (size_t j = 0; j < curve->point_count && curve->look != EB_CURVE_MOMENT; j++) {
            const struct eb_point *point = &curve->points[j];
            const double values[] = {point->y, point->low, point->high};
            for (size_t k = 0; k < sizeof values / sizeof *values; k++)
                if (isfinite(values[k]) && values[k] > 0) {
                    *low = fmin(*low, values[k]);
                    *high = fmax(*high, values[k]);
                }
        }
    }
}

/* On one axis all from 1000 on have a letter, or none. */
static int add_number_tick(struct eb_axis *axis, double at, const char *unit)
{
    static const struct {
        double factor;
        const char *sign;
    } signs[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
    char number[EB_PLAIN_NUMBER];
    char label[EB_PLAIN_NUMBER + 16];
    const char *sign = "";
    double shown = at;
    for (size_t i = 0; axis->high >= 0.999e5 && i < sizeof signs / sizeof *signs && !sign[0]; i++)
        if (at >= 0.999 * signs[i].factor) {
            sign = signs[i].sign;
            shown = at / signs[i].factor;
        }
    snprintf(label, sizeof label, "%s%s%s", eb_plain_number(shown, 6, number), sign, unit);
    return eb_axis_add_tick(axis, at, label);
}

/* Ticks a whole step apart, for what is within a factor of four. */
static int add_even_ticks(struct eb_axis *axis, const char *unit)
{
    double raw = (axis->high - axis->low) / 5;
    double decade = pow(10, floor(log10(raw)));
    double digits = raw / decade; /* 1 to 10 */
    double step = decade * (digits <= 2 ? 2 : digits <= 2.5 ? 2.5 : digits <= 5 ? 5 : 10);
    int failed = 0;
    for (double i = ceil(axis->low / step); !failed && i * step <= axis->high; i++)
        failed = i > 0 && add_number_tick(axis, i * step, unit) != 0;
    return failed ? -1 : 0;
}

/* Ticks at powers of ten, and between them where there are few; or at each second, third, ... */
static int add_decades(struct eb_axis *axis, const char *unit)
{
    static const double fine[] = {1, 1.5, 2, 3, 5, 7};
    static const double coarse[] = {1, 2, 5};
    double decades = log10(axis->high / axis->low);
    int is_fine = decades <= 1;
    const double *parts = is_fine ? fine : coarse;
    size_t part_count = is_fine ? 6 : decades <= 3 ? 3 : 1;
    int step = (int)ceil(decades / 9);
    int failed = 0;
    for (int power = (int)floor(log10(axis->low)); !failed && pow(10, power) <= axis->high; power++)
        for (size_t i = 0; !failed && i < part_count; i++) {
            double at = parts[i] * pow(10, power);
            if (at >= axis->low && at <= axis->high && power % step == 0)
                failed = add_number_tick(axis, at, unit) != 0;
        }
    return failed ? -1 : 0;
}

int eb_picture_fit_y(struct eb_picture *picture, const char *label, const char *unit)
{
    double low;
    double high;
    struct eb_axis *axis = &picture->y;
    if (eb_axis_set(axis, label, EB_AXIS_LOG) != 0)
        return -1;
    reach(picture, &low, &high);
    if (!(low <= high))
        return 0;
    double margin = fmax(pow(high / low, 0.05), 1.02);
    axis->low = low / margin;
    axis->high = high * margin;
    return axis->high / axis->low < 4 ? add_even_ticks(axis, unit) : add_decades(axis, unit);
}
