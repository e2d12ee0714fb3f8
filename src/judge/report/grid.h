/* A table of text in columns that fits a terminal: where it is too wide, it is printed in blocks, each with
 * the leading columns repeated. Used by the text report only. */
#ifndef EB_JUDGE_REPORT_GRID_H
#define EB_JUDGE_REPORT_GRID_H

#include <stddef.h>
#include <stdio.h>

struct eb_grid; /* opaque */

enum eb_grid_column {
    EB_GRID_RIGHT = 0,
    EB_GRID_LEFT = 1,
    EB_GRID_LEADING = 2, /* stands at the left of every block */
    EB_GRID_JOINED = 4,  /* is never parted from the column before it */
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

/* Text is cleaned of control characters. -1 when the grid ran out of memory, else 0. */
int eb_grid_print(const struct eb_grid *grid, size_t width, FILE *file);

#endif
