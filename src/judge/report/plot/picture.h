/* A picture: what is shown, not how. Everything a reader can see stands in it as text too, so that the same
 * picture is drawn by gnuplot (plot/gnuplot.h), put on a page with a table behind it (html/html.h), and read
 * aloud.
 *
 * Texts are owned by the picture, cleaned of control characters (eb_plain_copy), not escaped: who writes a
 * format escapes them. NAN stands for what is absent. */
#ifndef EB_JUDGE_REPORT_PLOT_PICTURE_H
#define EB_JUDGE_REPORT_PLOT_PICTURE_H

#include "common/status.h"

#include <stddef.h>

enum eb_axis_scale {
    EB_AXIS_LINEAR,
    EB_AXIS_LOG,   /* base 10; of bytes, ticks at powers of two are given */
    EB_AXIS_NAMES, /* places 0, 1, 2, ... that ticks name */
};

struct eb_tick {
    double at;
    char *label;
};

struct eb_axis {
    char *label; /* "message size", "half round trip, us" */
    enum eb_axis_scale scale;
    struct eb_tick *ticks; /* owned; none: gnuplot's own */
    size_t tick_count;
    double low; /* NAN: from the data */
    double high;
};

/* A value, and what it is called. row and cell make the table behind the picture, and with the curve's name
 * the words of hovering: "ena, 8 KiB: 35.4 us [34.9, 36.0]". */
struct eb_point {
    double x;
    double y;
    double low; /* of a band or an error bar; NAN: none */
    double high;
    char *row;  /* "8 KiB" */
    char *cell; /* "35.4 us [34.9, 36.0]" */
};

enum eb_curve_look {
    EB_CURVE_LINE,   /* points joined by a line, a band where they have low and high */
    EB_CURVE_POINTS, /* points alone, with bars where they have low and high */
    EB_CURVE_STACK, /* boxes; those of one x stand on one another in the order of the curves. y is the height,
                       which may be negative: such a box hangs below 0 */
    EB_CURVE_CELLS, /* a matrix: a square at (x, y) whose colour is low, from pale to dark; high is not used
                     */
    EB_CURVE_LEVEL, /* a horizontal line at the one point's y, over the whole width, with its name at it */
    EB_CURVE_MOMENT, /* a vertical line at each point's x, over the whole height, with its cell at it */
};

struct eb_curve {
    char *name;    /* in the legend */
    size_t colour; /* of the palette (plot/palette.h); EB_COLOUR_INK: that of the text */
    size_t dash;   /* 0: solid; tells curves of one colour apart, as the shape of their points does */
    enum eb_curve_look look;
    int is_context; /* it is no data of its own: no row in the table, no points to hover over */
    struct eb_point *points;
    size_t point_count;
};

#define EB_COLOUR_INK ((size_t)-1)

struct eb_picture {
    char *id;    /* letters, digits and '-', unique: "latency", "bandwidth-4ranks"; names files too */
    char *title; /* "Half round trip by message size, 2 ranks" */
    char *note;  /* sentences below it; NULL: none */
    const char *section; /* what it stands under on a page, static: "Latency"; NULL: nothing */
    struct eb_axis x;
    struct eb_axis y;
    struct eb_curve *curves;
    size_t curve_count;
};

/* Zero-initialised is valid: none. */
struct eb_pictures {
    struct eb_picture *items; /* owned, in the order of a page */
    size_t count;
};

void eb_pictures_free(struct eb_pictures *pictures);

/* Makes one more picture at the end, with the id and title, both axes linear. Pointers to earlier pictures
 * become invalid. The pointer is valid until the next such call; NULL when out of memory, as with the others
 * that make something. A taken id gets "-2", "-3", ... */
struct eb_picture *eb_pictures_add(struct eb_pictures *pictures, const char *id, const char *title);

/* Drops the picture that was added last: one that turned out to show nothing. */
void eb_pictures_drop(struct eb_pictures *pictures);

/* One more curve without points. Pointers to earlier curves of the picture become invalid. */
struct eb_curve *eb_picture_add_curve(struct eb_picture *picture, const char *name, enum eb_curve_look look);
/* One more point without low and high. row and cell are copied. */
struct eb_point *eb_curve_add_point(struct eb_curve *curve, double x, double y, const char *row,
                                    const char *cell);
/* The rest are -1 when out of memory, else 0. */
int eb_axis_set(struct eb_axis *axis, const char *label, enum eb_axis_scale scale);
int eb_axis_add_tick(struct eb_axis *axis, double at, const char *label);
int eb_picture_set_note(struct eb_picture *picture, const char *note);

/* How many points there are to hover over: those of all curves that are no context. */
size_t eb_picture_point_count(const struct eb_picture *picture);

/* "ena, 8 KiB: 35.4 us [34.9, 36.0]", owned by the caller; NULL when out of memory. */
char *eb_point_words(const struct eb_curve *curve, const struct eb_point *point);

#endif
