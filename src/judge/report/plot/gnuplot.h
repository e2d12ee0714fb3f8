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
    EB_DRAWING_PAGE, /* SVG to stand in a page: small, without the title, rewritten by html/ */
    EB_DRAWING_SVG,  /* SVG to stand alone, on white, with its title */
    EB_DRAWING_PNG,  /* the same at twice the resolution; characters beyond those that fonts have are '?' */
};

struct eb_drawn {
    char *data; /* owned; of SVG also ends with a zero that does not count */
    size_t bytes;
};

/* Whether there is a gnuplot that can be run and can draw this; if not, EB_NO_HARDWARE and err says what is
 * missing and how to install it. */
enum eb_status eb_gnuplot_find(enum eb_drawing drawing, struct eb_error *err);

/* The colours in a drawing are those of eb_palette_light, black for texts, these two, and of cells shades of
 * blue from pale to dark, which mean the same on any ground. gnuplot writes them in SVG as 'black' or
 * 'rgb(217, 217, 217)' (numbers padded to three places in lines and areas, not in texts). */
#define EB_GNUPLOT_GRID "#d9d9d9"
#define EB_GNUPLOT_AXIS "#808080"

/* *drawn is one for each picture, owned by the caller: eb_drawn_free. Statuses of eb_gnuplot_find;
 * EB_INTERNAL with gnuplot's own words when it fails, or when out of memory. In EB_DRAWING_PAGE each point of
 * a curve that is no context is a hypertext whose text is its number in the picture, from 0, curve by curve;
 * of stacks and cells it is an unseen mark (opacity='0.00') in the middle of the box. Points that have no
 * place (NAN, not positive on a logarithmic axis, beyond an end that the axis gives) have their number and
 * are not drawn.
 */
enum eb_status eb_gnuplot_draw(const struct eb_pictures *pictures, enum eb_drawing drawing,
                               struct eb_drawn **drawn, struct eb_error *err);
void eb_drawn_free(struct eb_drawn *drawn, size_t count);

#endif
