/* Pictures drawn by gnuplot, which is looked for in PATH when it is wanted, and may be missing.
 *
 * One process draws all. Texts of records reach it as quoted strings alone and cannot become commands;
 * numbers have a '.' whatever the locale. No temporary file. */
#ifndef EB_JUDGE_REPORT_PLOT_GNUPLOT_H
#define EB_JUDGE_REPORT_PLOT_GNUPLOT_H

#include "common/status.h"
#include "judge/report/plot/picture.h"

#include <stddef.h>

enum eb_drawing {
    EB_DRAWING_PAGE, /* SVG to stand in a page: made small, rewritten by html/ */
    EB_DRAWING_SVG,  /* SVG to stand alone, on white */
    EB_DRAWING_PNG,
};

struct eb_drawn {
    char *data; /* owned; of SVG also ends with a zero that does not count */
    size_t bytes;
};

/* Whether there is a gnuplot that can be run and can draw this; if not, EB_NO_HARDWARE and err says what is
 * missing and how to install it. */
enum eb_status eb_gnuplot_find(enum eb_drawing drawing, struct eb_error *err);

/* *drawn is one for each picture, owned by the caller: eb_drawn_free. Statuses of eb_gnuplot_find;
 * EB_INTERNAL with gnuplot's own words when it fails, or when out of memory. In EB_DRAWING_PAGE each point of
 * a curve that is no context is a hypertext whose text is its number in the picture, from 0, curve by curve.
 */
enum eb_status eb_gnuplot_draw(const struct eb_pictures *pictures, enum eb_drawing drawing,
                               struct eb_drawn **drawn, struct eb_error *err);
void eb_drawn_free(struct eb_drawn *drawn, size_t count);

#endif
