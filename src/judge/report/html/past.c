/* The nights before: their pictures, the shifts that somebody accepted, and what each night was. */
#include "judge/report/html/parts.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/plot/pictures.h"

#include <inttypes.h>

static void write_cell(FILE *file, const char *text)
{
    fputs("<td class=\"l\">", file);
    eb_escape_xml(file, text);
    fputs("</td>", file);
}

static void write_accepts(struct eb_page_writer *writer, const struct eb_past *past)
{
    FILE *file = writer->file;
    if (past->accept_count == 0)
        return;
    eb_html_heading(writer, 1, NULL, "Accepted shifts");
    eb_html_scroll(file, "Accepted shifts");
    fputs(
        "<table><thead><tr><th scope=\"col\" class=\"l\">from the night of</th><th scope=\"col\" class=\"l\">"
        "reason</th><th scope=\"col\" class=\"l\">accepted by</th><th scope=\"col\" class=\"l\">on</th></tr>"
        "</thead><tbody>\n",
        file);
    for (size_t i = 0; i < past->accept_count; i++) {
        const struct eb_accept *accept = &past->accepts[i];
        fputs("<tr><th scope=\"row\" class=\"l\">", file);
        eb_escape_xml(file, accept->created_utc);
        fputs("</th>", file);
        write_cell(file, accept->reason);
        write_cell(file, accept->by);
        write_cell(file, accept->accepted_utc);
        fputs("</tr>\n", file);
    }
    fputs("</tbody></table>", file);
    eb_html_scroll_end(file);
}

static void write_nights(struct eb_page_writer *writer, const struct eb_past *past)
{
    FILE *file = writer->file;
    size_t first = past->night_count > EB_PICTURE_NIGHTS ? past->night_count - EB_PICTURE_NIGHTS : 0;
    fprintf(file, "<details><summary>%s <small>(%zu)</small></summary>\n",
            first > 0 ? "The latest nights" : "All nights", past->night_count - first);
    eb_html_scroll(file, "Nights");
    fputs("<table><thead><tr><th scope=\"col\" class=\"l\">night</th><th scope=\"col\" class=\"l\">state</th>"
          "<th scope=\"col\">launches</th><th scope=\"col\">kind</th><th scope=\"col\" class=\"l\">hosts</th>"
          "<th scope=\"col\" class=\"l\">instance</th><th scope=\"col\" class=\"l\">version</th></tr></thead>"
          "<tbody>\n",
          file);
    for (size_t i = first; i < past->night_count; i++) {
        const struct eb_night *night = &past->nights[i];
        fputs("<tr><th scope=\"row\" class=\"l\">", file);
        eb_escape_xml(file, night->created_utc);
        fputs("</th>", file);
        write_cell(file, eb_night_state_name(night->state));
        fprintf(file, "<td>%" PRIu64 "</td><td>%zu</td>", night->launches, night->kind + 1);
        write_cell(file, night->hosts);
        write_cell(file, night->instance);
        write_cell(file, night->git_version[0] ? night->git_version : night->version);
        fputs("</tr>\n", file);
    }
    fputs("</tbody></table>", file);
    eb_html_scroll_end(file);
    fputs("</details>\n", file);
}

/* "70 nights in nights.db: 19 learning, 49 quiet, 2 red" */
static void count_states(struct eb_page_writer *writer, const struct eb_past *past)
{
    static const enum eb_night_state states[] = {EB_NIGHT_LEARNING, EB_NIGHT_QUIET, EB_NIGHT_SUSPECT,
                                                 EB_NIGHT_RED};
    int any = 0;
    fprintf(writer->file, "<p>%zu night%s in ", past->night_count, past->night_count == 1 ? "" : "s");
    eb_escape_xml(writer->file, writer->page->past_path);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        size_t count = 0;
        for (size_t j = 0; j < past->night_count; j++)
            count += past->nights[j].state == states[i];
        if (count > 0) {
            fprintf(writer->file, "%s%zu %s", any ? ", " : ": ", count, eb_night_state_name(states[i]));
            any = 1;
        }
    }
    fputs("</p>\n", writer->file);
}

enum eb_status eb_html_past(struct eb_page_writer *writer, size_t begin, size_t end, struct eb_error *err)
{
    const struct eb_past *past = writer->page->past;
    enum eb_status status = EB_OK;
    fputs("<section class=\"all\">\n", writer->file);
    eb_html_heading(writer, 0, "nights", "The nights before");
    count_states(writer, past);
    if (end > begin)
        status = eb_html_plots(writer, begin, end, err);
    write_accepts(writer, past);
    write_nights(writer, past);
    fputs("</section>\n", writer->file);
    return status;
}
