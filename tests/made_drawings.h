/* Pictures of every look, made by hand. */
#ifndef EB_TESTS_MADE_DRAWINGS_H
#define EB_TESTS_MADE_DRAWINGS_H

#include "common/units.h"
#include "judge/report/plot/picture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define HOSTILE "it's \"x\" `touch owned` <b>&amp;</b>\n@GPVAL_VERSION %s%n $(touch owned) \\"

static inline void must(int good)
{
    if (!good)
        abort();
}

static inline void must_be_zero(int failed)
{
    must(failed == 0);
}

static inline void add_bytes_axis(struct eb_axis *axis, int powers)
{
    char text[32];
    must_be_zero(eb_axis_set(axis, "message size", EB_AXIS_LOG));
    for (int i = 0; i < powers; i++)
        must_be_zero(
            eb_axis_add_tick(axis, ldexp(1, i), eb_size_format((uint64_t)1 << i, text, sizeof text)));
}

/* Times of arms by size: a floor and a slope each, with bands of so many percent. */
static inline struct eb_picture *add_latency(struct eb_pictures *pictures, int arms, int sizes, double band)
{
    static const char *const names[] = {"efa", "ena",   "ena8",           "kernel-tcp",
                                        "tcp", "layer", "layer over tcp", "shm"};
    struct eb_picture *picture =
        eb_pictures_add(pictures, "latency", "Half round trip by message size, 2 ranks");
    must(picture != NULL);
    add_bytes_axis(&picture->x, sizes);
    must_be_zero(eb_axis_set(&picture->y, "half round trip, us", EB_AXIS_LOG));
    for (int i = 0; i < arms; i++) {
        struct eb_curve *curve = eb_picture_add_curve(picture, names[i % 8], EB_CURVE_LINE);
        must(curve != NULL);
        curve->colour = (size_t)i;
        for (int j = 0; j < sizes; j++) {
            char row[32];
            char cell[64];
            double us = 8 + 5 * i + ldexp(1, j) / (9000 - 900 * i);
            snprintf(cell, sizeof cell, "%.1f us", us);
            struct eb_point *point = eb_curve_add_point(
                curve, ldexp(1, j), us, eb_size_format((uint64_t)1 << j, row, sizeof row), cell);
            must(point != NULL);
            point->low = us * (1 - band);
            point->high = us * (1 + band);
        }
    }
    return picture;
}

static inline struct eb_curve *add_level(struct eb_picture *picture, const char *name, double y)
{
    struct eb_curve *curve = eb_picture_add_curve(picture, name, EB_CURVE_LEVEL);
    must(curve != NULL && eb_curve_add_point(curve, NAN, y, "", "") != NULL);
    curve->colour = EB_COLOUR_INK;
    curve->is_context = 1;
    return curve;
}

static inline void add_moment(struct eb_curve *curve, double x, const char *cell)
{
    curve->colour = EB_COLOUR_INK;
    curve->is_context = 1;
    must(eb_curve_add_point(curve, x, NAN, "", cell) != NULL);
}

static inline void add_ratios(struct eb_pictures *pictures)
{
    struct eb_picture *picture = eb_pictures_add(pictures, "ratio", "Half round trip over ena's, 2 ranks");
    must(picture != NULL);
    add_bytes_axis(&picture->x, 23);
    must_be_zero(eb_axis_set(&picture->y, "half round trip / ena's", EB_AXIS_LINEAR));
    for (int i = 0; i < 2; i++) {
        struct eb_curve *curve = eb_picture_add_curve(picture, i ? "tcp" : "efa", EB_CURVE_LINE);
        curve->colour = (size_t)i;
        for (int j = 0; j < 23; j++) {
            double ratio = i ? 1.5 - j * 0.04 : 0.45 + 0.001 * j * j;
            struct eb_point *point = eb_curve_add_point(curve, ldexp(1, j), ratio, "size", "ratio");
            if (j != 11) {
                point->low = ratio - 0.05;
                point->high = ratio + 0.08;
            }
            if (j == 16)
                point->y = NAN;
        }
    }
    add_level(picture, "as ena", 1);
    struct eb_curve *crossover = eb_picture_add_curve(picture, "crossover", EB_CURVE_MOMENT);
    add_moment(crossover, 12.4 * 1024, "tcp as ena: 12.4 KiB");
    add_moment(crossover, 3.9 * 1024 * 1024, "efa as ena: 3.9 MiB");
}

static inline void add_rates(struct eb_pictures *pictures)
{
    struct eb_picture *picture = add_latency(pictures, 3, 23, 0.03);
    picture->id[0] = 'b';
    must_be_zero(eb_axis_set(&picture->y, "bandwidth, MB/s", EB_AXIS_LOG));
    for (size_t i = 0; i < picture->curve_count; i++)
        for (size_t j = 0; j < picture->curves[i].point_count; j++) {
            struct eb_point *point = &picture->curves[i].points[j];
            point->y = point->x / point->y;
            point->low = point->y * 0.97;
            point->high = point->y * 1.03;
        }
    add_level(picture, "line rate of efa, 100 Gb/s", 12500);
    add_level(picture, "cap of one flow, 10 Gb/s", 1250);
}

static inline void add_layers(struct eb_pictures *pictures)
{
    static const char *const names[] = {"kernel TCP", "libfabric adds", "MPI adds"};
    struct eb_picture *picture = eb_pictures_add(pictures, "layers", "Where the half round trip goes");
    add_bytes_axis(&picture->x, 15);
    must_be_zero(eb_axis_set(&picture->y, "half round trip, us", EB_AXIS_LINEAR));
    for (int i = 0; i < 3; i++) {
        struct eb_curve *curve = eb_picture_add_curve(picture, names[i], EB_CURVE_STACK);
        curve->colour = (size_t)i;
        for (int j = 0; j < 15; j++)
            eb_curve_add_point(curve, ldexp(1, j),
                               i == 0   ? 12 + ldexp(1, j) / 3000
                               : i == 1 ? 3
                                        : 1.5 - j * 0.3,
                               "size", "us");
    }
}

static inline void add_pairs(struct eb_pictures *pictures, int hosts)
{
    struct eb_picture *picture = eb_pictures_add(pictures, "pairs", "Half round trip of each pair");
    must_be_zero(eb_axis_set(&picture->x, "rank", EB_AXIS_NAMES));
    must_be_zero(eb_axis_set(&picture->y, "rank", EB_AXIS_NAMES));
    struct eb_curve *curve = eb_picture_add_curve(picture, "pairs", EB_CURVE_CELLS);
    for (int i = 0; i < hosts; i++) {
        char name[32];
        snprintf(name, sizeof name, "node%02d.cluster", i);
        eb_axis_add_tick(&picture->x, i, name);
        eb_axis_add_tick(&picture->y, i, name);
        for (int j = 0; j < hosts; j++) {
            char cell[32];
            double us = 20 + (i * 7 + j * 3) % 11 + (i == 2 ? 15 : 0);
            snprintf(cell, sizeof cell, "%.1f us", us);
            struct eb_point *point = eb_curve_add_point(curve, i, j, name, cell);
            point->low = i == j ? NAN : us;
        }
    }
}

static inline void add_launches(struct eb_pictures *pictures)
{
    struct eb_picture *picture = eb_pictures_add(pictures, "launches", "Launches beside their median");
    must_be_zero(eb_axis_set(&picture->x, "", EB_AXIS_NAMES));
    must_be_zero(eb_axis_set(&picture->y, "launch over median", EB_AXIS_LINEAR));
    for (int i = 0; i < 5; i++) {
        static const char *const names[] = {"efa", "ena", "ena8", "kernel-tcp", "tcp with a long name"};
        struct eb_curve *curve = eb_picture_add_curve(picture, names[i], EB_CURVE_POINTS);
        curve->colour = (size_t)i;
        eb_axis_add_tick(&picture->x, i, names[i]);
        for (int j = 0; j < 10; j++)
            eb_curve_add_point(curve, i + (j - 5) * 0.04, 1 + ((j * 7 + i * 3) % 10 - 4.5) * 0.01, "launch",
                               "1.01");
    }
    add_level(picture, "median", 1);
}

static inline void add_nights(struct eb_pictures *pictures)
{
    struct eb_picture *picture =
        eb_pictures_add(pictures, "history", "Nights: half round trip, 8 B, 2 ranks");
    must_be_zero(eb_axis_set(&picture->x, "night", EB_AXIS_LINEAR));
    must_be_zero(eb_axis_set(&picture->y, "half round trip, us", EB_AXIS_LINEAR));
    struct eb_curve *curve = eb_picture_add_curve(picture, "efa", EB_CURVE_LINE);
    for (int i = 0; i < 200; i++) {
        char date[32];
        snprintf(date, sizeof date, "2026-%02d-%02d", 1 + i / 30, 1 + i % 30);
        eb_curve_add_point(curve, i, (i < 120 ? 15.2 : 16.1) + ((i * 37) % 17) * 0.01, date, "us");
        eb_axis_add_tick(&picture->x, i, date);
    }
    struct eb_curve *moments = eb_picture_add_curve(picture, "moments", EB_CURVE_MOMENT);
    add_moment(moments, 120, "change +6%");
    add_moment(moments, 124, "accepted: new placement group, by ann");
    add_moment(moments, 190, "red");
}

static inline void add_tail(struct eb_pictures *pictures)
{
    static const double shares[] = {0.5, 0.9, 0.99, 0.999, 0.9999};
    static const char *const names[] = {"50%", "90%", "99%", "99.9%", "99.99%"};
    struct eb_picture *picture = eb_pictures_add(pictures, "tail", "Round trips of 8 B");
    must_be_zero(eb_axis_set(&picture->x, "share of round trips", EB_AXIS_LINEAR));
    must_be_zero(eb_axis_set(&picture->y, "round trip, us", EB_AXIS_LOG));
    for (int i = 0; i < 2; i++) {
        struct eb_curve *curve = eb_picture_add_curve(picture, i ? "ena" : "efa", EB_CURVE_LINE);
        curve->colour = (size_t)i;
        for (int j = 0; j < 5 - i; j++)
            eb_curve_add_point(curve, -log10(1 - shares[j]), 30 + 3 * i + j * j * (1 + i), names[j], "us");
    }
    for (int j = 0; j < 5; j++)
        eb_axis_add_tick(&picture->x, -log10(1 - shares[j]), names[j]);
}

/* Pictures that hardly are any. */
static inline void add_edges(struct eb_pictures *pictures)
{
    static const enum eb_curve_look looks[] = {EB_CURVE_LINE,  EB_CURVE_POINTS, EB_CURVE_STACK,
                                               EB_CURVE_CELLS, EB_CURVE_LEVEL,  EB_CURVE_MOMENT};
    static const enum eb_axis_scale scales[] = {EB_AXIS_LINEAR, EB_AXIS_LOG, EB_AXIS_NAMES};
    static const double values[] = {0, -3, 1e-300, 1e300, NAN, INFINITY, 7};
    must(eb_pictures_add(pictures, "empty", "Nothing at all") != NULL);
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 3; j++) {
            struct eb_picture *picture = eb_pictures_add(pictures, "edge", "One value, or all the same");
            must_be_zero(eb_axis_set(&picture->x, "x", scales[j]));
            must_be_zero(eb_axis_set(&picture->y, "y", scales[j]));
            eb_picture_add_curve(picture, "without points", looks[i]);
            for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
                struct eb_curve *curve = eb_picture_add_curve(picture, "one point", looks[i]);
                struct eb_point *point = eb_curve_add_point(curve, values[k], values[k], "row", "cell");
                point->low = values[k];
                point->high = values[6 - k];
            }
            picture = eb_pictures_add(pictures, "same", "All the same");
            must_be_zero(eb_axis_set(&picture->x, "x", scales[j]));
            must_be_zero(eb_axis_set(&picture->y, "y", scales[j]));
            struct eb_curve *curve = eb_picture_add_curve(picture, "same", looks[i]);
            for (int k = 0; k < 3; k++)
                eb_curve_add_point(curve, 3, 3, "row", "cell")->low = 3;
        }
}

static inline void add_hostile(struct eb_pictures *pictures)
{
    struct eb_picture *picture = eb_pictures_add(pictures, "hostile", HOSTILE);
    must_be_zero(eb_axis_set(&picture->x, HOSTILE, EB_AXIS_NAMES));
    must_be_zero(eb_axis_set(&picture->y, HOSTILE, EB_AXIS_LINEAR));
    for (int i = 0; i < 3; i++) {
        struct eb_curve *curve = eb_picture_add_curve(picture, HOSTILE, i ? EB_CURVE_LINE : EB_CURVE_POINTS);
        must_be_zero(eb_axis_add_tick(&picture->x, i, HOSTILE));
        eb_curve_add_point(curve, i, i, HOSTILE, HOSTILE);
        eb_curve_add_point(curve, i + 1, 2, "\xff\xfe \xef\xbf\xbf \xe6\xbc\xa2", "\x01\x7f");
        curve->name[2] = i == 2 ? '\xc3' : curve->name[2];
    }
    add_level(picture, HOSTILE, 1);
    add_moment(eb_picture_add_curve(picture, HOSTILE, EB_CURVE_MOMENT), 1, HOSTILE);
}

static inline void add_all_looks(struct eb_pictures *pictures)
{
    add_latency(pictures, 5, 24, 0.05);
    add_rates(pictures);
    add_ratios(pictures);
    add_layers(pictures);
    add_pairs(pictures, 8);
    add_launches(pictures);
    add_nights(pictures);
    add_tail(pictures);
    add_hostile(pictures);
}

#endif
