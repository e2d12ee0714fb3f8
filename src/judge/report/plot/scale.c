#include "judge/report/plot/scale.h"

#include "common/plain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beyond the data, as a share of their width. */
#define ROOM 0.04
/* Values that differ by less than this share of themselves are one. */
#define TIE 1e-12
#define TICKS_MAX 200

static double transformed(int is_log, double value)
{
    if (!isfinite(value) || (is_log && value <= 0))
        return NAN;
    return is_log ? log10(value) : value;
}

void eb_extent_add(struct eb_extent *extent, double value)
{
    double at = transformed(extent->axis->scale == EB_AXIS_LOG, value);
    if (isnan(at))
        return;
    extent->low = extent->any ? fmin(extent->low, at) : at;
    extent->high = extent->any ? fmax(extent->high, at) : at;
    extent->any = 1;
}

double eb_scale_share(const struct eb_scale *scale, double value)
{
    double at = transformed(scale->is_log, value);
    double share = (at - scale->low) / (scale->high - scale->low);
    return isfinite(share) ? share : NAN;
}

const char *eb_scale_label(const struct eb_scale_tick *tick)
{
    return tick->given ? tick->given : tick->made;
}

static int add_tick(struct eb_scale *scale, double value, const char *given, const char *made)
{
    double share = eb_scale_share(scale, value);
    if (isnan(share) || share < -1e-9 || share > 1 + 1e-9)
        return 0;
    struct eb_scale_tick *ticks = reallocarray(scale->ticks, scale->tick_count + 1, sizeof *ticks);
    if (!ticks)
        return -1;
    scale->ticks = ticks;
    ticks[scale->tick_count] = (struct eb_scale_tick){.share = fmin(fmax(share, 0), 1), .given = given};
    snprintf(ticks[scale->tick_count].made, EB_SCALE_TEXT, "%s", made);
    scale->tick_count++;
    return 0;
}

/* 1500 is "1500" on an axis that ends below 10000 or goes beyond all letters, else "1.5k". */
static void write_number(double value, double largest, char *text)
{
    static const struct {
        double unit;
        const char *letter;
    } units[] = {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
    char number[EB_PLAIN_NUMBER];
    double unit = 1;
    const char *letter = "";
    for (size_t i = 0; unit == 1 && largest >= 1e4 && largest < 1e15 && i < sizeof units / sizeof *units; i++)
        if (fabs(value) >= units[i].unit * (1 - TIE)) {
            unit = units[i].unit;
            letter = units[i].letter;
        }
    snprintf(text, EB_SCALE_TEXT, "%.18s%s", eb_plain_number(value / unit, 10, number), letter);
}

/* The step of 1, 2 or 5 times a power of ten that makes about as many as wanted of a width. */
static double nice_step(double width, size_t wanted)
{
    double rough = width / (double)(wanted > 0 ? wanted : 1);
    double power = pow(10, floor(log10(rough)));
    double share = rough / power;
    return power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
}

static int add_straight_ticks(struct eb_scale *scale, double low, double high, size_t wanted)
{
    char text[EB_SCALE_TEXT];
    double step = nice_step(high - low, wanted);
    double largest = fmax(fabs(low), fabs(high));
    double first = ceil(low / step - 1e-9);
    for (double i = 0; i < TICKS_MAX && (first + i) * step <= high + 1e-9 * step; i++) {
        double value = (first + i) * step;
        write_number(value == 0 ? 0 : value, largest, text);
        if (add_tick(scale, value, NULL, text) != 0)
            return -1;
    }
    return 0;
}

/* With a label: every so many decades, or, of few decades, 1, 2 and 5 of each. */
static int add_log_ticks(struct eb_scale *scale, size_t wanted)
{
    char text[EB_SCALE_TEXT];
    double largest = pow(10, scale->high);
    double decades = scale->high - scale->low;
    double stride = fmax(1, ceil(decades / (double)(wanted + 2)));
    int few = decades < 2.2;
    if (decades < 0.7)
        return add_straight_ticks(scale, pow(10, scale->low), largest, wanted);
    for (int decade = (int)floor(scale->low); decade <= scale->high; decade++)
        for (int digit = 1; digit <= 9; digit++) {
            int labelled = digit == 1 ? fmod(decade, stride) == 0 : few && (digit == 2 || digit == 5);
            double value = digit * pow(10, decade);
            write_number(value, largest, text);
            if ((digit == 1 || decades < 4.5) && add_tick(scale, value, NULL, labelled ? text : "") != 0)
                return -1;
        }
    return 0;
}

static int compare_ticks(const void *a, const void *b)
{
    double one = ((const struct eb_scale_tick *)a)->share;
    double other = ((const struct eb_scale_tick *)b)->share;
    return (one > other) - (one < other);
}

static void set_ends(struct eb_scale *scale, const struct eb_extent *extent)
{
    double low = extent->any ? extent->low : 0;
    double high = extent->any ? extent->high : 1;
    double width = high - low;
    if (extent->axis->scale == EB_AXIS_NAMES) {
        scale->low = -0.5;
        scale->high =
            fmax(fmax((double)extent->axis->tick_count, 1) - 0.5, extent->any ? ceil(high - 0.5) + 0.5 : 0);
    } else if (width <= TIE * fmax(fabs(low), fabs(high))) {
        double around = scale->is_log ? log10(2) : low != 0 ? fabs(low) / 10 : 1;
        scale->low = low - around;
        scale->high = high + around;
    } else {
        int from_zero = !scale->is_log && low >= 0 && low < high / 2;
        int to_zero = !scale->is_log && high <= 0 && high > low / 2;
        scale->low = from_zero ? 0 : low - ROOM * width;
        scale->high = to_zero ? 0 : high + ROOM * width;
    }
    double given_low = transformed(scale->is_log, extent->axis->low);
    double given_high = transformed(scale->is_log, extent->axis->high);
    if (!isnan(given_low))
        scale->low = given_low;
    if (!isnan(given_high))
        scale->high = given_high;
    if (!(scale->high > scale->low))
        scale->high = scale->low + fmax(1, fabs(scale->low));
}

int eb_scale_init(struct eb_scale *scale, const struct eb_extent *extent, size_t wanted)
{
    const struct eb_axis *axis = extent->axis;
    int failed = 0;
    *scale = (struct eb_scale){.is_log = axis->scale == EB_AXIS_LOG};
    set_ends(scale, extent);
    for (size_t i = 0; !failed && i < axis->tick_count; i++)
        failed = add_tick(scale, axis->ticks[i].at, axis->ticks[i].label, "");
    if (axis->tick_count == 0 && axis->scale != EB_AXIS_NAMES)
        failed = scale->is_log ? add_log_ticks(scale, wanted)
                               : add_straight_ticks(scale, scale->low, scale->high, wanted);
    if (scale->tick_count > 0)
        qsort(scale->ticks, scale->tick_count, sizeof *scale->ticks, compare_ticks);
    return failed;
}

void eb_scale_free(struct eb_scale *scale)
{
    free(scale->ticks);
    *scale = (struct eb_scale){0};
}
