/* A table of text in columns that fits a terminal: where it is too wide, it is printed in blocks, each with
 * the leading columns repeated. */
#ifndef EB_JUDGE_REPORT_GRID_H
#define EB_JUDGE_REPORT_GRID_H

#include "judge/report/style.h"

#include <stddef.h>
#include <stdio.h>

struct eb_grid; /* opaque */

enum eb_grid_column {
    EB_GRID_RIGHT = 0,
    EB_GRID_LEFT = 1,
    EB_GRID_LEADING = 2, /* stands at the left of every block */
    EB_GRID_JOINED = 4,  /* is never parted from the column before it */
    EB_GRID_SPARE = 8,   /* is left out, as all such, where it would cost a block more */
};

/* NULL when out of memory. */
struct eb_grid *eb_grid_new(void);
void eb_grid_free(struct eb_grid *grid);

/* A new column at the right; flags of enum eb_grid_column. Leading columns come first. A grid that runs out
 * of memory takes no more and eb_grid_print then fails, so that callers need not look at each step. */
void eb_grid_add_column(struct eb_grid *grid, const char *title, unsigned flags);

/* A new row, whose cells are then added from the left; a row may be shorter than the columns. */
void eb_grid_add_row(struct eb_grid *grid);
void eb_grid_add_cell(struct eb_grid *grid, const char *text);

/* The paints (style.h) of the title that was added last, and of the cell: of its first bytes, and of the
 * rest. */
void eb_grid_paint_title(struct eb_grid *grid, unsigned paint);
void eb_grid_paint_cell(struct eb_grid *grid, size_t bytes, unsigned paint, unsigned rest);

/* Whether the spare columns are shown at this width. */
int eb_grid_shows_spare(const struct eb_grid *grid, size_t width);

/* Text is cleaned of control characters. A title that is too long for the width is shortened in its middle.
 * -1 when the grid ran out of memory, else 0. */
int eb_grid_show(struct eb_grid *grid, const struct eb_style *style, FILE *file);

/* The same in a plain style of this width. */
int eb_grid_print(struct eb_grid *grid, size_t width, FILE *file);

#endif
