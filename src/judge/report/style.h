/* How the text report may look: what the place that it goes to can show.
 *
 * cli/style.h finds out. A style that is NULL or zero-initialised is plain, EB_STYLE_WIDTH columns wide: what
 * goes into files and pipes. Nothing is said by colour alone. */
#ifndef EB_JUDGE_REPORT_STYLE_H
#define EB_JUDGE_REPORT_STYLE_H

#include <stddef.h>

#define EB_STYLE_WIDTH 80

struct eb_style {
    int colours;  /* 0: no escape sequence at all; 8 or 256 */
    int unicode;  /* there are signs for spark lines and bars */
    size_t width; /* columns; 0: EB_STYLE_WIDTH */
};

enum eb_paint {
    EB_PAINT_NONE,
    EB_PAINT_HEADING,
    EB_PAINT_DIM,
    EB_PAINT_WARNING,
    EB_PAINT_WRONG, /* what went another way than it says */
    EB_PAINT_ARM,   /* and beyond: the colours of arms, as many as there are arms */
};

/* Columns of a table, and of text that is read line by line, which is narrower in a wide terminal. */
size_t eb_style_width(const struct eb_style *style);
size_t eb_style_prose_width(const struct eb_style *style);

/* The escape sequences before and after what is painted, static; "" where the style has no colours.
 * paint is an enum eb_paint or EB_PAINT_ARM plus the arm's place, whose colours are those of the page as near
 * as 256 colours come, begun anew after the last. */
const char *eb_style_begin(const struct eb_style *style, unsigned paint);
const char *eb_style_end(const struct eb_style *style, unsigned paint);

#endif
