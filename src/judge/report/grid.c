#include "judge/report/grid.h"

#include "common/plain.h"
#include "judge/report/columns.h"

#include <stdlib.h>
#include <string.h>

#define GAP 2       /* blanks between columns */
#define SHORTEST 12 /* titles are not shortened further */

struct cell {
    char *text; /* NULL where the row ended before */
    size_t bytes;
    unsigned paint; /* of the first bytes */
    unsigned rest;  /* of those after them */
};

struct column {
    struct cell title;
    unsigned flags;
    size_t width;
    struct cell *cells; /* one for each row */
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
            free(grid->columns[i].cells[j].text);
        free(grid->columns[i].cells);
        free(grid->columns[i].title.text);
    }
    free(grid->columns);
    free(grid);
}

static char *copy_into(struct column *column, const char *text)
{
    char *copy = eb_plain_copy(text);
    size_t width = copy ? eb_columns_of(copy) : 0;
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
        column->title.text = copy_into(column, title);
        column->cells = calloc(grid->row_count + 1, sizeof *column->cells);
        grid->column_count++;
    }
    grid->failed |=
        !grown || !grown[grid->column_count - 1].title.text || !grown[grid->column_count - 1].cells;
}

void eb_grid_add_row(struct eb_grid *grid)
{
    for (size_t i = 0; !grid->failed && i < grid->column_count; i++) {
        struct cell *grown = realloc(grid->columns[i].cells, (grid->row_count + 1) * sizeof *grown);
        if (grown) {
            grown[grid->row_count] = (struct cell){0};
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
    struct cell *cell = &column->cells[grid->row_count - 1];
    cell->text = copy_into(column, text);
    grid->failed |= !cell->text;
}

void eb_grid_paint_title(struct eb_grid *grid, unsigned paint)
{
    if (grid->column_count > 0)
        grid->columns[grid->column_count - 1].title.rest = paint;
}

void eb_grid_paint_cell(struct eb_grid *grid, size_t bytes, unsigned paint, unsigned rest)
{
    if (grid->failed || grid->row_count == 0 || grid->next == 0)
        return;
    struct cell *cell = &grid->columns[grid->next - 1].cells[grid->row_count - 1];
    cell->bytes = bytes;
    cell->paint = paint;
    cell->rest = rest;
}

static void pad(size_t blanks, FILE *file)
{
    while (blanks--)
        fputc(' ', file);
}

static void print_cell(const struct cell *cell, const struct eb_style *style, FILE *file)
{
    size_t length = strlen(cell->text);
    size_t bytes = cell->bytes < length ? cell->bytes : length;
    if (bytes > 0)
        fprintf(file, "%s%.*s%s", eb_style_begin(style, cell->paint), (int)bytes, cell->text,
                eb_style_end(style, cell->paint));
    if (bytes < length)
        fprintf(file, "%s%s%s", eb_style_begin(style, cell->rest), cell->text + bytes,
                eb_style_end(style, cell->rest));
}

/* A part of a grid as it is printed. */
struct layout {
    const struct eb_grid *grid;
    size_t width;
    size_t leading; /* how many columns */
    size_t leading_width;
    int with_spare;
};

static int is_shown(const struct layout *layout, size_t column)
{
    return layout->with_spare || !(layout->grid->columns[column].flags & EB_GRID_SPARE);
}

/* The width of a column, whose title may be shortened so far. */
static size_t width_in(const struct layout *layout, const struct column *column, size_t title_width)
{
    size_t width = eb_columns_of(column->title.text);
    if (width > title_width)
        width = title_width;
    for (size_t i = 0; i < layout->grid->row_count; i++) {
        size_t cell = column->cells[i].text ? eb_columns_of(column->cells[i].text) : 0;
        if (cell > width)
            width = cell;
    }
    return width;
}

/* The columns from begin to *end that are never parted. */
static size_t group_width(const struct layout *layout, size_t begin, size_t *end)
{
    const struct eb_grid *grid = layout->grid;
    size_t width = 0;
    *end = begin;
    do {
        if (is_shown(layout, *end))
            width += GAP + grid->columns[*end].width;
        ++*end;
    } while (*end < grid->column_count && (grid->columns[*end].flags & EB_GRID_JOINED));
    return width;
}

/* The column after the last that fits beside the leading ones; at least one group. */
static size_t block_end(const struct layout *layout, size_t begin)
{
    size_t used = layout->leading_width;
    size_t end = begin;
    while (end < layout->grid->column_count) {
        size_t group_end;
        size_t width = group_width(layout, end, &group_end);
        if (end > begin && used + width > layout->width)
            break;
        used += width;
        end = group_end;
    }
    return end;
}

static size_t count_blocks(const struct layout *layout)
{
    size_t count = 0;
    for (size_t begin = layout->leading; begin < layout->grid->column_count; count++)
        begin = block_end(layout, begin);
    return count;
}

/* Makes titles shorter until no group is wider than the width, where that is possible. */
static void fit_titles(const struct layout *layout)
{
    size_t end;
    for (size_t begin = layout->leading; begin < layout->grid->column_count; begin = end) {
        size_t room = layout->width > layout->leading_width ? layout->width - layout->leading_width : 0;
        size_t width = group_width(layout, begin, &end);
        while (width > room) {
            struct column *widest = NULL;
            for (size_t i = begin; i < end; i++)
                if (is_shown(layout, i) && (!widest || layout->grid->columns[i].width > widest->width) &&
                    layout->grid->columns[i].width > SHORTEST &&
                    width_in(layout, &layout->grid->columns[i], 0) < layout->grid->columns[i].width)
                    widest = &layout->grid->columns[i];
            if (!widest)
                break;
            eb_columns_shorten(widest->title.text, widest->width - 1);
            widest->width = width_in(layout, widest, widest->width - 1);
            width = group_width(layout, begin, &end);
        }
    }
}

static struct layout layout_of(const struct eb_grid *grid, size_t width)
{
    struct layout layout = {.grid = grid, .width = width};
    while (layout.leading < grid->column_count && (grid->columns[layout.leading].flags & EB_GRID_LEADING))
        layout.leading_width += GAP + grid->columns[layout.leading++].width;
    size_t blocks = count_blocks(&layout);
    layout.with_spare = 1;
    /* cppcheck-suppress redundantAssignment ; count_blocks reads it */
    layout.with_spare = count_blocks(&layout) == blocks;
    return layout;
}

int eb_grid_shows_spare(const struct eb_grid *grid, size_t width)
{
    return !grid->failed && layout_of(grid, width).with_spare;
}

/* One line of the leading columns and of those in [begin, end), without blanks at its end. row is that of the
 * titles when it is the number of rows. */
static void print_line(const struct layout *layout, size_t begin, size_t end, size_t row,
                       const struct eb_style *style, FILE *file)
{
    size_t owed = 0;
    size_t leading = layout->leading;
    for (size_t i = leading ? 0 : begin; i < end; i = i + 1 == leading ? begin : i + 1) {
        const struct column *column = &layout->grid->columns[i];
        const struct cell *cell = row == layout->grid->row_count ? &column->title : &column->cells[row];
        if (!is_shown(layout, i))
            continue;
        size_t blanks = column->width - (cell->text ? eb_columns_of(cell->text) : 0);
        owed += GAP;
        if (!(column->flags & EB_GRID_LEFT))
            owed += blanks;
        if (cell->text && *cell->text) {
            pad(owed, file);
            print_cell(cell, style, file);
            owed = 0;
        }
        if (column->flags & EB_GRID_LEFT)
            owed += blanks;
    }
    fputc('\n', file);
}

int eb_grid_show(struct eb_grid *grid, const struct eb_style *style, FILE *file)
{
    if (grid->failed)
        return -1;
    struct layout layout = layout_of(grid, eb_style_width(style));
    fit_titles(&layout);
    size_t begin = layout.leading;
    do {
        size_t end = block_end(&layout, begin);
        if (begin > layout.leading)
            fputc('\n', file);
        print_line(&layout, begin, end, grid->row_count, style, file);
        for (size_t row = 0; row < grid->row_count; row++)
            print_line(&layout, begin, end, row, style, file);
        begin = end;
    } while (begin < grid->column_count);
    return 0;
}

int eb_grid_print(struct eb_grid *grid, size_t width, FILE *file)
{
    struct eb_style style = {.width = width};
    return eb_grid_show(grid, &style, file);
}
