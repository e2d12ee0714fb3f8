/* The pictures, each with its points as a table behind it. */
#include "judge/report/html/parts.h"
#include "judge/report/html/svg.h"
#include "judge/report/judgement_escape.h"

#include <ctype.h>
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

/* Pictures of one section. */
struct section {
    size_t begin; /* of the pictures that stand together; */
    size_t end;
    size_t all_begin; /* and of all that notes are told apart among */
    size_t all_end;
};

static enum eb_status write_plot(struct eb_page_writer *writer, const struct section *section, size_t index,
                                 struct eb_error *err)
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
    fputc('\n', file);
    eb_html_own_note(writer, section->all_begin, section->all_end, index);
    enum eb_status status = write_behind(file, picture, drawn != EB_OK, err);
    fputs("</figure>\n", file);
    return status;
}

/* "plots-from-launch-to-launch" */
static void name_section(const char *section, char *id, size_t id_bytes)
{
    size_t used = (size_t)snprintf(id, id_bytes, "plots-");
    for (; *section && used + 1 < id_bytes; section++)
        id[used++] = *section == ' ' ? '-' : (char)tolower((unsigned char)*section);
    id[used] = '\0';
}

static int are_together(const struct eb_picture *a, const struct eb_picture *b)
{
    return a->section == b->section || (a->section && b->section && strcmp(a->section, b->section) == 0);
}

/* The section that begins with its first picture. */
static struct section section_at(const struct eb_page_writer *writer, size_t at, size_t begin, size_t end)
{
    const struct eb_picture *pictures = writer->pictures.items;
    struct section section = {.begin = at, .end = at + 1, .all_begin = begin, .all_end = end};
    while (section.end < end && are_together(&pictures[section.end], &pictures[at]))
        section.end++;
    return section;
}

/* Whether headings help: several sections, of two plots each or more between them. Those of one plot each
 * would stand below one another in a wide window. */
static int has_headings(const struct eb_page_writer *writer, size_t begin, size_t end)
{
    size_t count = 0;
    for (size_t i = begin; i < end; i = section_at(writer, i, begin, end).end)
        count++;
    return count > 1 && end - begin >= 2 * count;
}

/* Returns whether there is one. */
static int write_section_heading(struct eb_page_writer *writer, const struct section *section)
{
    const char *name = writer->pictures.items[section->begin].section;
    char id[100];
    if (!name)
        return 0;
    name_section(name, id, sizeof id);
    eb_html_heading(writer, 1, id, name);
    return 1;
}

void eb_html_sections(struct eb_page_writer *writer, size_t begin, size_t end)
{
    struct section section;
    if (!has_headings(writer, begin, end))
        return;
    fputs("<ul class=\"sections\" aria-label=\"Plots\">\n", writer->file);
    for (size_t i = begin; i < end; i = section.end) {
        char id[100];
        const char *name = writer->pictures.items[i].section;
        section = section_at(writer, i, begin, end);
        if (!name)
            continue;
        name_section(name, id, sizeof id);
        fputs("<li><a href=\"#", writer->file);
        eb_html_id(writer, id);
        write_words(writer->file, "\">", name, "</a></li>\n");
    }
    fputs("</ul>\n", writer->file);
}

static enum eb_status write_tables(struct eb_page_writer *writer, const struct section *section, int level,
                                   struct eb_error *err)
{
    enum eb_status status = EB_OK;
    fputs("<div class=\"behind\">\n", writer->file);
    for (size_t i = section->begin; status == EB_OK && i < section->end; i++) {
        const struct eb_picture *picture = &writer->pictures.items[i];
        fprintf(writer->file, "<section id=\"%s\">\n", picture->id);
        eb_html_heading(writer, level, NULL, picture->title);
        eb_html_own_note(writer, section->all_begin, section->all_end, i);
        status = write_behind(writer->file, picture, 1, err);
        fputs("</section>\n", writer->file);
    }
    fputs("</div>\n", writer->file);
    return status;
}

static enum eb_status write_drawn(struct eb_page_writer *writer, const struct section *section,
                                  struct eb_error *err)
{
    enum eb_status status = EB_OK;
    fputs("<div class=\"plots\">\n", writer->file);
    for (size_t i = section->begin; status == EB_OK && i < section->end; i++)
        status = write_plot(writer, section, i, err);
    fputs("</div>\n", writer->file);
    return status;
}

enum eb_status eb_html_plots(struct eb_page_writer *writer, size_t begin, size_t end, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    struct section section;
    if (!writer->drawn)
        write_words(writer->file,
                    "<p class=\"absent\">There are no plots, only the tables behind them: ", writer->no_plots,
                    "</p>\n");
    eb_html_common_notes(writer, begin, end);
    int headed = has_headings(writer, begin, end);
    for (size_t i = begin; status == EB_OK && i < end; i = section.end) {
        section = section_at(writer, i, begin, end);
        section.end = headed ? section.end : end;
        int level = headed && write_section_heading(writer, &section) ? 2 : 1;
        status =
            writer->drawn ? write_drawn(writer, &section, err) : write_tables(writer, &section, level, err);
    }
    return status;
}
