/* What a picture needs on its paper: how large it is, where its plot stands, what each text may take. All in
 * pixels, upwards and to the right from the lower left corner. */
#ifndef EB_JUDGE_REPORT_PLOT_SHEET_H
#define EB_JUDGE_REPORT_PLOT_SHEET_H

#include "judge/report/plot/gnuplot.h"
#include "judge/report/plot/scale.h"

#include <stddef.h>

/* One of the legend's. */
struct eb_legend_entry {
    const struct eb_curve *curve;
    const struct eb_point *shade; /* of cells: an end of their colours; NULL elsewhere */
    double left;
    double y;
    char *text; /* owned, shortened */
};

struct eb_sheet {
    const struct eb_picture *picture;
    enum eb_drawing drawing;
    double width;
    double height;
    double left; /* of the plot, as the next three */
    double right;
    double bottom;
    double top;
    double x_label; /* the height of the x axis' label */
    double font;
    double slant_degrees; /* of the labels of the x axis */
    size_t moment_lanes;  /* above the plot */
    struct eb_scale x;
    struct eb_scale y;
    struct eb_legend_entry *entries; /* owned */
    size_t entry_count;
    double shade_low; /* of cells */
    double shade_high;
};

/* Wider labels of ticks are shortened. */
#define EB_SHEET_X_LABEL_MAX 90.0
#define EB_SHEET_Y_LABEL_MAX 120.0
#define EB_SHEET_LANE 15.0
#define EB_SHEET_SAMPLE 22.0 /* a line of the legend */

/* -1 when out of memory. Release with eb_sheet_free in any case. */
int eb_sheet_init(struct eb_sheet *sheet, const struct eb_picture *picture, enum eb_drawing drawing);
void eb_sheet_free(struct eb_sheet *sheet);

/* NAN where it cannot be seen. */
double eb_sheet_x(const struct eb_sheet *sheet, double value);
double eb_sheet_y(const struct eb_sheet *sheet, double value);

/* Half the width of the boxes of a stack, in the transformed units of the x axis. */
double eb_sheet_half_box(const struct eb_picture *picture);

/* About how wide a text of a sans-serif font is, rather too much than too little. */
double eb_text_width(const char *text, double font);
/* A copy that is not wider, its end given for an ellipsis where it was; owned by the caller. */
char *eb_text_fit(const char *text, double font, double width);

#endif
