/* The pictures, each with its points as a table behind it. */
#include "judge/report/html/parts.h"
#include "judge/report/html/svg.h"
#include "judge/report/judgement_escape.h"

#include <stdlib.h>
#include <string.h>

/* A row of the table: the points of one x that are called the same. */
struct row {
    double x;
    const char *text;
    size_t order; /* of the first of them */
};

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    if (x->x != y->x)
        return x->x < y->x ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static int compare_texts(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    int order = x->x != y->x ? (x->x < y->x ? -1 : 1) : strcmp(x->text, y->text);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

static const char *text_of(const char *text)
{
    return text ? text : "";
}

/* Owned by the caller; NULL when out of memory. */
static struct row *rows_of(const struct eb_picture *picture, size_t *count)
{
    size_t found = 0;
    struct row *rows = calloc(eb_picture_point_count(picture) + 1, sizeof *rows);
    for (size_t i = 0; rows && i < picture->curve_count; i++)
        for (size_t j = 0; !picture->curves[i].is_context && j < picture->curves[i].point_count; j++) {
            const struct eb_point *point = &picture->curves[i].points[j];
            rows[found] = (struct row){.x = point->x, .text = text_of(point->row), .order = found};
            found++;
        }
    if (rows)
        qsort(rows, found, sizeof *rows, compare_texts);
    *count = 0;
    for (size_t i = 0; i < found; i++)
        if (i == 0 || rows[i].x != rows[*count - 1].x || strcmp(rows[i].text, rows[*count - 1].text) != 0)
            rows[(*count)++] = rows[i];
    if (rows)
        qsort(rows, *count, sizeof *rows, compare_rows);
    return rows;
}

static void write_cell(FILE *file, const struct eb_curve *curve, const struct row *row)
{
    fputs("<td>", file);
    for (size_t i = 0; i < curve->point_count; i++) {
        const struct eb_point *point = &curve->points[i];
        if (point->x == row->x && strcmp(text_of(point->row), row->text) == 0) {
            eb_escape_xml(file, text_of(point->cell));
            break;
        }
    }
    fputs("</td>", file);
}

static void write_table(FILE *file, const struct eb_picture *picture, const struct row *rows, size_t count)
{
    eb_html_scroll(file, picture->title);
    fputs("<table><thead><tr><th scope=\"col\">", file);
    eb_escape_xml(file, text_of(picture->x.label));
    fputs("</th>", file);
    for (size_t i = 0; i < picture->curve_count; i++) {
        if (picture->curves[i].is_context)
            continue;
        fputs("<th scope=\"col\">", file);
        eb_escape_xml(file, text_of(picture->curves[i].name));
        fputs("</th>", file);
    }
    fputs("</tr></thead><tbody>\n", file);
    for (size_t i = 0; i < count; i++) {
        fputs("<tr><th scope=\"row\">", file);
        eb_escape_xml(file, rows[i].text);
        fputs("</th>", file);
        for (size_t j = 0; j < picture->curve_count; j++)
            if (!picture->curves[j].is_context)
                write_cell(file, &picture->curves[j], &rows[i]);
        fputs("</tr>\n", file);
    }
    fputs("</tbody></table>", file);
    eb_html_scroll_end(file);
}

/* is_open: there is nothing else to see. */
static enum eb_status write_behind(FILE *file, const struct eb_picture *picture, int is_open,
                                   struct eb_error *err)
{
    size_t count = 0;
    struct row *rows = rows_of(picture, &count);
    if (!rows)
        return eb_html_out_of_memory(err);
    fprintf(file, "<details%s><summary>%s</summary>\n", is_open ? " open" : "",
            is_open ? "Table" : "The figures");
    write_table(file, picture, rows, count);
    fputs("</details>\n", file);
    free(rows);
    return EB_OK;
}

static void write_words(FILE *file, const char *before, const char *text, const char *after)
{
    fputs(before, file);
    eb_escape_xml(file, text);
    fputs(after, file);
}

static enum eb_status write_plot(struct eb_page_writer *writer, size_t index, struct eb_error *err)
{
    const struct eb_picture *picture = &writer->pictures.items[index];
    FILE *file = writer->file;
    char *svg = NULL;
    size_t bytes = 0;
    struct eb_error why = {0};
    FILE *drawing = open_memstream(&svg, &bytes);
    if (!drawing)
        return eb_html_out_of_memory(err);
    enum eb_status drawn = eb_html_svg(writer->drawn[index].data, picture, drawing, &why);
    if (fclose(drawing) != 0 || drawn == EB_INTERNAL) {
        free(svg);
        return eb_html_out_of_memory(err);
    }
    fprintf(file, "<figure class=\"plot\" id=\"%s\" data-points=\"%zu\"", picture->id,
            eb_picture_point_count(picture));
    write_words(file, drawn == EB_OK ? " tabindex=\"0\" aria-label=\"" : " aria-label=\"", picture->title,
                "\">\n");
    write_words(file, "<figcaption>", picture->title, "</figcaption>\n");
    if (drawn == EB_OK)
        fwrite(svg, 1, bytes, file);
    else
        write_words(file, "<p class=\"absent\">There is no plot here: ", why.text, "</p>");
    free(svg);
    if (picture->note)
        write_words(file, "\n<p class=\"note\">", picture->note, "</p>");
    fputc('\n', file);
    enum eb_status status = write_behind(file, picture, drawn != EB_OK, err);
    fputs("</figure>\n", file);
    return status;
}

static enum eb_status write_tables(struct eb_page_writer *writer, size_t begin, size_t end,
                                   struct eb_error *err)
{
    enum eb_status status = EB_OK;
    write_words(writer->file,
                "<p class=\"absent\">There are no plots, only the tables behind them: ", writer->no_plots,
                "</p>\n<div class=\"behind\">\n");
    for (size_t i = begin; status == EB_OK && i < end; i++) {
        const struct eb_picture *picture = &writer->pictures.items[i];
        fprintf(writer->file, "<section id=\"%s\">\n", picture->id);
        eb_html_heading(writer, 1, NULL, picture->title);
        if (picture->note)
            write_words(writer->file, "<p class=\"note\">", picture->note, "</p>\n");
        status = write_behind(writer->file, picture, 1, err);
        fputs("</section>\n", writer->file);
    }
    fputs("</div>\n", writer->file);
    return status;
}

enum eb_status eb_html_plots(struct eb_page_writer *writer, size_t begin, size_t end, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    if (!writer->drawn)
        return write_tables(writer, begin, end, err);
    fputs("<div class=\"plots\">\n", writer->file);
    for (size_t i = begin; status == EB_OK && i < end; i++)
        status = write_plot(writer, i, err);
    fputs("</div>\n", writer->file);
    return status;
}
