/* gnuplot's SVG made fit for a page: small, without scripts, in the page's own colours. */
#ifndef EB_JUDGE_REPORT_HTML_SVG_H
#define EB_JUDGE_REPORT_HTML_SVG_H

#include "common/status.h"
#include "judge/report/plot/picture.h"

#include <stdio.h>

/* Writes what stands between <svg> and </svg> of text, with them. Ids get the picture's before them, black
 * becomes the colour of text, white that of paper, greys those of grid and axes, colours of the palette
 * become var(--arm-0), ..., and a hypertext becomes <g class="point" data-n="its number" data-c="its curve">
 * with the point's words as title. Groups that hold nothing are left out, as is what an SVG looks like
 * anyway. Elements and attributes that are not known to be harmless are never written: EB_INVALID says what
 * was found and nothing is written. EB_INTERNAL when out of memory. */
enum eb_status eb_html_svg(const char *text, const struct eb_picture *picture, FILE *file,
                           struct eb_error *err);

#endif
