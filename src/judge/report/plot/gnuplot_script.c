#include "judge/report/plot/gnuplot_script.h"

#include "common/plain.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define TICK 4.0
#define MARK_DISTANCE 5.0

/* Latin, Greek, Cyrillic, general punctuation, arrows and mathematics: pango draws a bar across the whole
 * picture for a character that no font has. */
static int every_font_has(uint32_t code)
{
    return code < 0x0530 || (code >= 0x2010 && code < 0x2027) || (code >= 0x2190 && code < 0x2194) ||
           code == 0x2264 || code == 0x2265 || code == 0x20ac;
}

static int is_clean(uint32_t code, enum eb_drawing drawing)
{
    return code >= 0x20 && (code < 0x7f || code > 0x9f) && code != 0xfffe && code != 0xffff &&
           (drawing != EB_DRAWING_PNG || every_font_has(code));
}

/* Whether the '>' of "]]>" stands there: XML forbids that in texts, and gnuplot writes it as it is. */
static int ends_cdata(const char *at, const char *whole)
{
    return at - whole >= 2 && strncmp(at - 2, "]]>", 3) == 0;
}

void eb_script_quote(FILE *file, const char *text, enum eb_drawing drawing)
{
    const char *whole = text;
    putc('\'', file);
    while (*text) {
        const char *begin = text;
        uint32_t code = eb_plain_take(&text);
        if (code == '\'')
            fputs("''", file);
        else if (!is_clean(code, drawing) || (drawing != EB_DRAWING_PNG && ends_cdata(begin, whole)))
            putc('?', file);
        else if (code == EB_PLAIN_NO_CHARACTER)
            fputs(EB_PLAIN_REPLACEMENT, file);
        else
            fwrite(begin, 1, (size_t)(text - begin), file);
    }
    putc('\'', file);
}

static void write_number(FILE *file, double number)
{
    char text[EB_PLAIN_NUMBER];
    fputs(eb_plain_fixed(number, 2, text), file);
}

void eb_script_begin(struct eb_script *script, const char *how, ...)
{
    va_list arguments;
    fprintf(script->file, "$d%d << EOD\n", script->block);
    fprintf(script->plots, "%s$d%d using ", script->block > 0 ? ", " : "plot ", script->block);
    va_start(arguments, how);
    vfprintf(script->plots, how, arguments);
    va_end(arguments);
    fputs(" notitle", script->plots);
    script->block++;
}

void eb_script_row(struct eb_script *script, size_t count, const double *numbers)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            putc(' ', script->file);
        write_number(script->file, numbers[i]);
    }
    putc('\n', script->file);
}

void eb_script_end(struct eb_script *script)
{
    fputs("EOD\n", script->file);
}

/* Fonts of PNGs are in points of 1/72 inch on 96 pixels an inch. */
static void write_font(FILE *file, enum eb_drawing drawing, double font)
{
    fprintf(file, drawing == EB_DRAWING_PNG ? "'sans," : "'sans-serif,");
    write_number(file, drawing == EB_DRAWING_PNG ? font * 72 / 96 : font);
    putc('\'', file);
}

void eb_script_text(const struct eb_script *script, const char *text, double x, double y, const char *anchor,
                    double font, double slant_degrees)
{
    enum eb_drawing drawing = script->sheet->drawing;
    if (!*text)
        return;
    fputs("set label ", script->file);
    eb_script_quote(script->file, text, drawing);
    fputs(" at first ", script->file);
    write_number(script->file, x);
    fputs(", first ", script->file);
    write_number(script->file, y);
    fprintf(script->file, " %s front font ", anchor);
    write_font(script->file, drawing, font);
    if (slant_degrees > 0)
        fprintf(script->file, " rotate by %d", (int)slant_degrees);
    putc('\n', script->file);
}

static int fitted_text(const struct eb_script *script, const char *text, double width, double x, double y,
                       const char *anchor, double font, double slant_degrees)
{
    char *fitted = eb_text_fit(text, font, width);
    if (!fitted)
        return -1;
    eb_script_text(script, fitted, x, y, anchor, font, slant_degrees);
    free(fitted);
    return 0;
}

static void segment(struct eb_script *script, double x, double y, double to_x, double to_y)
{
    eb_script_row(script, 2, (const double[]){x, y});
    eb_script_row(script, 2, (const double[]){to_x, to_y});
    eb_script_row(script, 0, NULL);
}

static int write_x_tick(struct eb_script *script, double x, const char *label)
{
    const struct eb_sheet *sheet = script->sheet;
    double font = sheet->font - 1;
    double half = fmin(eb_text_width(label, font), EB_SHEET_X_LABEL_MAX) / 2;
    if (sheet->slant_degrees > 0)
        return fitted_text(script, label, EB_SHEET_X_LABEL_MAX, x + 3, sheet->bottom - 7, "right", font,
                           sheet->slant_degrees);
    return fitted_text(script, label, EB_SHEET_X_LABEL_MAX, fmax(half + 1, fmin(x, sheet->width - half - 1)),
                       sheet->bottom - 11, "center", font, 0);
}

static int write_x_labels(struct eb_script *script)
{
    const struct eb_sheet *sheet = script->sheet;
    int failed = 0;
    for (size_t i = 0; !failed && i < sheet->x.tick_count; i++)
        if (sheet->x.ticks[i].is_shown)
            failed =
                write_x_tick(script, sheet->left + sheet->x.ticks[i].share * (sheet->right - sheet->left),
                             eb_scale_label(&sheet->x.ticks[i]));
    return failed;
}

static int write_y_labels(struct eb_script *script)
{
    const struct eb_sheet *sheet = script->sheet;
    int failed = 0;
    for (size_t i = 0; !failed && i < sheet->y.tick_count; i++)
        if (sheet->y.ticks[i].is_shown)
            failed =
                fitted_text(script, eb_scale_label(&sheet->y.ticks[i]), EB_SHEET_Y_LABEL_MAX, sheet->left - 6,
                            sheet->bottom + sheet->y.ticks[i].share * (sheet->top - sheet->bottom), "right",
                            sheet->font - 1, 0);
    return failed;
}

/* Marks without a label stand while they can be told apart. */
static int is_marked(const struct eb_scale *scale, size_t tick, double length)
{
    return scale->ticks[tick].is_shown || length >= MARK_DISTANCE * (double)scale->tick_count;
}

/* Names have no lines: they would go through the middle of what they name. */
static void write_grid(struct eb_script *script)
{
    const struct eb_sheet *sheet = script->sheet;
    const struct eb_picture *picture = sheet->picture;
    eb_script_begin(script, "1:2 with lines lw 1 lc rgb '%s'", EB_GNUPLOT_GRID);
    for (size_t i = 0; i < sheet->x.tick_count && picture->x.scale != EB_AXIS_NAMES; i++) {
        double x = sheet->left + sheet->x.ticks[i].share * (sheet->right - sheet->left);
        if (sheet->x.ticks[i].is_shown)
            segment(script, x, sheet->bottom, x, sheet->top);
    }
    for (size_t i = 0; i < sheet->y.tick_count && picture->y.scale != EB_AXIS_NAMES; i++) {
        double y = sheet->bottom + sheet->y.ticks[i].share * (sheet->top - sheet->bottom);
        if (sheet->y.ticks[i].is_shown)
            segment(script, sheet->left, y, sheet->right, y);
    }
    segment(script, sheet->left, sheet->bottom, sheet->right, sheet->bottom);
    eb_script_end(script);
    eb_script_begin(script, "1:2 with lines lw 1 lc rgb '%s'", EB_GNUPLOT_AXIS);
    segment(script, sheet->left, sheet->bottom, sheet->right, sheet->bottom);
    segment(script, sheet->left, sheet->bottom, sheet->left, sheet->top);
    if (sheet->picture->y.scale == EB_AXIS_LINEAR && !isnan(eb_sheet_y(sheet, 0)))
        segment(script, sheet->left, eb_sheet_y(sheet, 0), sheet->right, eb_sheet_y(sheet, 0));
    for (size_t i = 0; i < sheet->x.tick_count; i++) {
        double x = sheet->left + sheet->x.ticks[i].share * (sheet->right - sheet->left);
        if (is_marked(&sheet->x, i, sheet->right - sheet->left))
            segment(script, x, sheet->bottom, x, sheet->bottom - TICK);
    }
    for (size_t i = 0; i < sheet->y.tick_count; i++) {
        double y = sheet->bottom + sheet->y.ticks[i].share * (sheet->top - sheet->bottom);
        if (is_marked(&sheet->y, i, sheet->top - sheet->bottom))
            segment(script, sheet->left, y, sheet->left - TICK, y);
    }
    eb_script_end(script);
}

/* Smaller where it would not fit. */
static int write_title(struct eb_script *script)
{
    const struct eb_sheet *sheet = script->sheet;
    const char *title = sheet->picture->title;
    double width = sheet->width - 16;
    double font = eb_text_width(title, sheet->font + 2) <= width ? sheet->font + 2 : sheet->font - 1;
    return fitted_text(script, title, width, 8, sheet->height - 16, "left", font, 0);
}

static int write_titles(struct eb_script *script)
{
    const struct eb_sheet *sheet = script->sheet;
    const struct eb_picture *picture = sheet->picture;
    double width = sheet->width - 16;
    double font = sheet->font - 1;
    double above = sheet->top + EB_SHEET_LANE * (double)sheet->moment_lanes + 12;
    if (fitted_text(script, picture->y.label, width, 8, above, "left", font, 0) != 0 ||
        fitted_text(script, picture->x.label, width, (sheet->left + sheet->right) / 2, sheet->x_label,
                    "center", font, 0) != 0 ||
        (sheet->drawing != EB_DRAWING_PAGE && write_title(script) != 0))
        return -1;
    for (size_t i = 0; i < sheet->entry_count; i++)
        eb_script_text(script, sheet->entries[i].text, sheet->entries[i].left + EB_SHEET_SAMPLE + 5,
                       sheet->entries[i].y, "left", font, 0);
    return 0;
}

static void write_terminal(FILE *file, const struct eb_sheet *sheet)
{
    int width = (int)sheet->width;
    int height = (int)sheet->height;
    if (sheet->drawing == EB_DRAWING_PNG)
        fprintf(
            file,
            "if (strstrt(GPVAL_TERMINALS, ' pngcairo ') > 0) { set terminal pngcairo noenhanced size %d,%d "
            "fontscale 2 linewidth 2 pointscale 2 } else { set terminal png noenhanced truecolor size %d,%d "
            "fontscale 2 linewidth 2 }\n",
            2 * width, 2 * height, 2 * width, 2 * height);
    else
        fprintf(file, "set terminal svg noenhanced size %d,%d %s font 'sans-serif,%d'%s\n", width, height,
                sheet->drawing == EB_DRAWING_PAGE ? "dynamic" : "fixed", (int)sheet->font,
                sheet->drawing == EB_DRAWING_SVG ? " background rgb '#ffffff'" : "");
    fprintf(file,
            "reset\nunset key\nunset border\nunset tics\nset lmargin at screen 0\nset rmargin at screen 1\n"
            "set bmargin at screen 0\nset tmargin at screen 1\nset xrange [0:%d]\nset yrange [0:%d]\n",
            width, height);
}

int eb_script_write(FILE *file, const struct eb_picture *picture, enum eb_drawing drawing)
{
    struct eb_sheet sheet;
    char *plots = NULL;
    size_t bytes = 0;
    int failed = eb_sheet_init(&sheet, picture, drawing);
    struct eb_script script = {.file = file, .plots = open_memstream(&plots, &bytes), .sheet = &sheet};
    if (!failed && script.plots) {
        write_terminal(file, &sheet);
        write_grid(&script);
        failed = eb_script_curves(&script) != 0 || write_x_labels(&script) != 0 ||
                 write_y_labels(&script) != 0 || write_titles(&script) != 0;
    }
    if (!script.plots || fclose(script.plots) != 0)
        failed = 1;
    if (!failed)
        fprintf(file, "%s\n", plots);
    free(plots);
    eb_sheet_free(&sheet);
    return failed ? -1 : 0;
}
