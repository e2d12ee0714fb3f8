#include "judge/report/grid.h"

#include "common/plain.h"

#include <stdlib.h>
#include <string.h>

#define GAP 2 /* blanks between columns */

struct column {
    char *title;
    unsigned flags;
    size_t width;
    char **cells; /* one for each row; NULL where the row ended before */
};

struct eb_grid {
    struct column *columns;
    size_t column_count;
    size_t row_count;
    size_t next; /* column of the next cell in the last row */
    int failed;
};

struct eb_grid *eb_grid_new(void)
{
    return calloc(1, sizeof(struct eb_grid));
}

void eb_grid_free(struct eb_grid *grid)
{
    if (!grid)
        return;
    for (size_t i = 0; i < grid->column_count; i++) {
        for (size_t j = 0; grid->columns[i].cells && j < grid->row_count; j++)
            free(grid->columns[i].cells[j]);
        free(grid->columns[i].cells);
        free(grid->columns[i].title);
    }
    free(grid->columns);
    free(grid);
}

/* Characters, taking each UTF-8 sequence for one. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static char *copy_into(struct column *column, const char *text)
{
    char *copy = eb_plain_copy(text);
    size_t width = copy ? width_of(copy) : 0;
    if (width > column->width)
        column->width = width;
    return copy;
}

void eb_grid_add_column(struct eb_grid *grid, const char *title, unsigned flags)
{
    struct column *grown =
        grid->failed ? NULL : realloc(grid->columns, (grid->column_count + 1) * sizeof *grown);
    if (grown) {
        grid->columns = grown;
        struct column *column = &grown[grid->column_count];
        *column = (struct column){.flags = flags};
        column->title = copy_into(column, title);
        column->cells = calloc(grid->row_count + 1, sizeof *column->cells);
        grid->column_count++;
    }
    grid->failed |= !grown || !grown[grid->column_count - 1].title || !grown[grid->column_count - 1].cells;
}

void eb_grid_add_row(struct eb_grid *grid)
{
    for (size_t i = 0; !grid->failed && i < grid->column_count; i++) {
        char **grown = realloc(grid->columns[i].cells, (grid->row_count + 1) * sizeof *grown);
        if (grown) {
            grown[grid->row_count] = NULL;
            grid->columns[i].cells = grown;
        }
        grid->failed |= !grown;
    }
    grid->row_count += !grid->failed;
    grid->next = 0;
}

void eb_grid_add_cell(struct eb_grid *grid, const char *text)
{
    if (grid->failed || grid->row_count == 0 || grid->next == grid->column_count)
        return;
    struct column *column = &grid->columns[grid->next++];
    column->cells[grid->row_count - 1] = copy_into(column, text);
    grid->failed |= !column->cells[grid->row_count - 1];
}

static void pad(size_t blanks, FILE *file)
{
    while (blanks--)
        fputc(' ', file);
}

/* One line of the columns before leading and of those in [begin, end), without blanks at its end. */
static void print_line(const struct eb_grid *grid, size_t leading, size_t begin, size_t end, size_t row,
                       int title, FILE *file)
{
    size_t owed = 0;
    for (size_t i = leading ? 0 : begin; i < end; i = i + 1 == leading ? begin : i + 1) {
        const struct column *column = &grid->columns[i];
        const char *text = title ? column->title : column->cells[row];
        size_t blanks = column->width - (text ? width_of(text) : 0);
        owed += GAP;
        if (!(column->flags & EB_GRID_LEFT))
            owed += blanks;
        if (text && *text) {
            pad(owed, file);
            fputs(text, file);
            owed = 0;
        }
        if (column->flags & EB_GRID_LEFT)
            owed += blanks;
    }
    fputc('\n', file);
}

/* The column after the last that fits beside the leading ones; at least one group. */
static size_t block_end(const struct eb_grid *grid, size_t leading_width, size_t begin, size_t width)
{
    size_t used = leading_width;
    size_t end = begin;
    while (end < grid->column_count) {
        size_t group = end;
        size_t group_width = 0;
        do {
            group_width += GAP + grid->columns[group].width;
            group++;
        } while (group < grid->column_count && (grid->columns[group].flags & EB_GRID_JOINED));
        if (end > begin && used + group_width > width)
            break;
        used += group_width;
        end = group;
    }
    return end;
}

int eb_grid_print(const struct eb_grid *grid, size_t width, FILE *file)
{
    if (grid->failed)
        return -1;
    size_t leading = 0;
    size_t leading_width = 0;
    while (leading < grid->column_count && (grid->columns[leading].flags & EB_GRID_LEADING))
        leading_width += GAP + grid->columns[leading++].width;
    size_t begin = leading;
    do {
        size_t end = block_end(grid, leading_width, begin, width);
        if (begin > leading)
            fputc('\n', file);
        print_line(grid, leading, begin, end, 0, 1, file);
        for (size_t row = 0; row < grid->row_count; row++)
            print_line(grid, leading, begin, end, row, 0, file);
        begin = end;
    } while (begin < grid->column_count);
    return 0;
}
