/* The commands that make gnuplot draw a picture.
 *
 * Data are pixels, two decimals, on axes that are the paper itself: ranges, ticks, legend and all places are
 * chosen here (plot/sheet.h), so that gnuplot of any version draws the same. Texts stand between single
 * quotes alone, where gnuplot evaluates nothing. */
#ifndef EB_JUDGE_REPORT_PLOT_GNUPLOT_SCRIPT_H
#define EB_JUDGE_REPORT_PLOT_GNUPLOT_SCRIPT_H

#include "judge/report/plot/gnuplot.h"
#include "judge/report/plot/sheet.h"

#include <stdio.h>

/* What is drawn is gathered in plots, the script's last command. */
struct eb_script {
    FILE *file;
    FILE *plots;
    const struct eb_sheet *sheet;
    int block; /* so many data blocks there are */
};

/* Writes one picture's commands to file. -1 when out of memory. */
int eb_script_write(FILE *file, const struct eb_picture *picture, enum eb_drawing drawing);

/* text between single quotes, cleaned; a PNG has only characters that every font has. */
void eb_script_quote(FILE *file, const char *text, enum eb_drawing drawing);

/* Begins a data block and adds "$block using USING with LOOK" to the plots, both printf's way. */
void eb_script_begin(struct eb_script *script, const char *how, ...) __attribute__((format(printf, 2, 3)));
/* Rows of numbers; a count of 0 breaks the line. */
void eb_script_row(struct eb_script *script, size_t count, const double *numbers);
void eb_script_end(struct eb_script *script);

/* anchor is "left", "center" or "right"; slant 0 but for slanted labels. */
void eb_script_text(const struct eb_script *script, const char *text, double x, double y, const char *anchor,
                    double font, double slant_degrees);

/* The curves, from the lowest layer to the highest; of these the levels and the moments. -1 when out of
 * memory. */
int eb_script_curves(struct eb_script *script);
int eb_script_levels(struct eb_script *script);
int eb_script_moments(struct eb_script *script);

/* As gnuplot's lc and dt take them. */
const char *eb_script_colour(const struct eb_curve *curve);
const char *eb_script_dash(const struct eb_curve *curve);

#endif
