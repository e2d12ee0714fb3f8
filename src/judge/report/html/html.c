/* What the page is made of, and in which order. */
#include "judge/report/html/html.h"

#include "judge/report/html/parts.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/plot/pictures.h"

#include <stdlib.h>
#include <string.h>

void eb_html_id(struct eb_page_writer *writer, const char *id)
{
    fputs(id, writer->file);
    if (writer->run > 0)
        fprintf(writer->file, "-%zu", writer->run + 1);
}

void eb_html_heading(struct eb_page_writer *writer, int level, const char *id, const char *text)
{
    fprintf(writer->file, "<h%d", writer->level + level);
    if (id) {
        fputs(" id=\"", writer->file);
        eb_html_id(writer, id);
        fputc('"', writer->file);
    }
    fputc('>', writer->file);
    eb_escape_xml(writer->file, text);
    fprintf(writer->file, "</h%d>\n", writer->level + level);
}

void eb_html_scroll(FILE *file, const char *label)
{
    fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"", file);
    eb_escape_xml(file, label);
    fputs("\">", file);
}

void eb_html_scroll_end(FILE *file)
{
    fputs("</div>\n", file);
}

void eb_html_fact(FILE *file, const char *name, const char *text)
{
    if (!text || !text[0])
        return;
    fputs("<dt>", file);
    eb_escape_xml(file, name);
    fputs("</dt><dd>", file);
    eb_escape_xml(file, text);
    fputs("</dd>\n", file);
}

static enum eb_status make_pictures(struct eb_page_writer *writer, struct eb_error *err)
{
    const struct eb_page *page = writer->page;
    enum eb_status status = EB_OK;
    writer->ends = calloc(page->report_count, sizeof *writer->ends);
    if (!writer->ends)
        return eb_html_out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i < page->report_count; i++)
        status = eb_palette_add(&writer->palette, page->reports[i], err);
    if (status == EB_OK && page->past)
        status = eb_palette_add_past(&writer->palette, page->past, err);
    for (size_t i = 0; status == EB_OK && i < page->report_count; i++) {
        status = eb_pictures_of_report(page->reports[i], &writer->palette, &writer->pictures, err);
        writer->ends[i] = writer->pictures.count;
    }
    if (status == EB_OK && page->past)
        status = eb_pictures_of_history(page->past, &writer->palette, &writer->pictures, err);
    return status;
}

/* A page without plots is a page. */
static void draw(struct eb_page_writer *writer)
{
    struct eb_error why = {0};
    if (writer->pictures.count == 0)
        return;
    if (eb_gnuplot_draw(&writer->pictures, EB_DRAWING_PAGE, &writer->drawn, &why) != EB_OK) {
        writer->drawn = NULL;
        snprintf(writer->no_plots, sizeof writer->no_plots, "%s", why.text);
    }
}

/* Of one record the nights before stand behind its plots; of several behind them all. */
static enum eb_status write_run(struct eb_page_writer *writer, struct eb_error *err)
{
    const struct eb_report *report = writer->page->reports[writer->run];
    size_t begin = writer->run > 0 ? writer->ends[writer->run - 1] : 0;
    fputs("<article id=\"", writer->file);
    eb_html_id(writer, "run");
    fputs("\">\n", writer->file);
    enum eb_status status = eb_html_top(writer, report, err);
    if (status == EB_OK)
        status = eb_html_screen(writer, report, err);
    if (status == EB_OK && writer->ends[writer->run] > begin) {
        fputs("<section>\n", writer->file);
        eb_html_heading(writer, 0, "plots", "Plots");
        eb_html_sections(writer, begin, writer->ends[writer->run]);
        status = eb_html_legend(writer, err);
        if (status == EB_OK)
            status = eb_html_plots(writer, begin, writer->ends[writer->run], err);
        fputs("</section>\n", writer->file);
    }
    if (status == EB_OK && writer->page->past && writer->page->report_count == 1)
        status = eb_html_past(writer, writer->ends[0], writer->pictures.count, err);
    if (status == EB_OK)
        status = eb_html_figures(writer, report, err);
    if (status == EB_OK)
        status = eb_html_measured(writer, report, err);
    fputs("</article>\n", writer->file);
    return status;
}

static enum eb_status write_page(struct eb_page_writer *writer, struct eb_error *err)
{
    size_t count = writer->page->report_count;
    writer->level = count > 1 ? 3 : 2;
    enum eb_status status = eb_html_head(writer, err);
    for (writer->run = 0; status == EB_OK && writer->run < count; writer->run++)
        status = write_run(writer, err);
    writer->run = 0;
    writer->level = 2;
    if (status == EB_OK && writer->page->past && count > 1)
        status = eb_html_past(writer, writer->ends[count - 1], writer->pictures.count, err);
    return status == EB_OK ? eb_html_foot(writer, err) : status;
}

enum eb_status eb_html_write(const struct eb_page *page, FILE *file, struct eb_error *err)
{
    struct eb_page_writer writer = {.file = file, .page = page};
    enum eb_status status = make_pictures(&writer, err);
    if (status == EB_OK) {
        draw(&writer);
        status = write_page(&writer, err);
    }
    eb_drawn_free(writer.drawn, writer.pictures.count);
    eb_pictures_free(&writer.pictures);
    eb_palette_free(&writer.palette);
    free(writer.ends);
    return status;
}
