/* All pairs of hosts of a screening as matrices, or of many hosts the slowest ones. */
#include "common/units.h"
#include "judge/report/html/parts.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/screen_words.h"
#include "judge/report/text_cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MATRIX_MOST 64 /* hosts; of more the slowest */
#define SLOWEST_MOST 20

void eb_html_screen_words(struct eb_page_writer *writer, const json_t *sentences)
{
    size_t i;
    const json_t *sentence;
    if (json_array_size(sentences) < 2)
        return;
    fputs("<ul class=\"screened\">\n", writer->file);
    json_array_foreach(sentences, i, sentence)
    {
        if (i == 0)
            continue;
        fputs("<li>", writer->file);
        eb_escape_xml(writer->file, json_string_value(sentence));
        fputs("</li>\n", writer->file);
    }
    fputs("</ul>\n", writer->file);
}

/* Owned by the caller; NULL when out of memory. */
static char *title_of(const struct eb_screen *screen, const struct eb_screen_table *table)
{
    char size[32];
    char *title = NULL;
    const char *what = table->is_tail ? "tail (p99 of a round trip)" : table->metric->title;
    int has_device = table->device[0] && !screen->of_ranks;
    int length = asprintf(&title, "%s over %s%s%s%s: %s at %s, %s", table->kernel->name, table->arm,
                          has_device ? " (" : "", has_device ? table->device : "", has_device ? ")" : "",
                          what, eb_size_format(table->size_bytes, size, sizeof size), table->metric->unit);
    return length < 0 ? NULL : title;
}

/* How slow in four steps, for the colour: below half of delta, below it, below twice it, above. */
static int step_of(const struct eb_screen_table *table, double level)
{
    return level <= table->delta / 2 ? 0 : level <= table->delta ? 1 : level <= 2 * table->delta ? 2 : 3;
}

static void write_cell(FILE *file, const struct eb_screen_table *table, size_t row, size_t column)
{
    const struct eb_screen_pair *pair = row == column ? NULL : eb_screen_pair_of(table, row, column);
    char text[EB_PLAIN_NUMBER];
    if (!pair) {
        fputs(row == column ? "<td></td>" : "<td>\xe2\x80\x93</td>", file);
        return;
    }
    int step = step_of(table, pair->level);
    if (step == 0)
        fputs("<td>", file);
    else
        fprintf(file, "<td class=\"slow-%d\">", step);
    fprintf(file, "%s%s</td>", eb_screen_cell(pair->value, text), step > 1 ? "*" : "");
}

/* What a host is in this table, behind its name. */
static const char *mark_of(const struct eb_screen_mark *mark)
{
    return mark->is_named ? " (slow)" : mark->is_beyond ? " (not sure)" : "";
}

static void write_matrix(FILE *file, const struct eb_screen *screen, const struct eb_screen_table *table)
{
    fputs("<table class=\"matrix\"><thead><tr><th scope=\"col\">with</th>", file);
    for (size_t i = 0; i < screen->host_count; i++) {
        fputs("<th scope=\"col\">", file);
        eb_escape_xml(file, screen->hosts[i].name);
        fputs("</th>", file);
    }
    fputs("</tr></thead><tbody>\n", file);
    for (size_t i = 0; i < screen->host_count; i++) {
        fputs("<tr><th scope=\"row\">", file);
        eb_escape_xml(file, screen->hosts[i].name);
        fprintf(file, "%s</th>", mark_of(&table->marks[i]));
        for (size_t j = 0; j < screen->host_count; j++)
            write_cell(file, table, i, j);
        fputs("</tr>\n", file);
    }
    fputs("</tbody></table>", file);
}

static void write_host(FILE *file, const struct eb_screen *screen, const struct eb_screen_table *table,
                       size_t host)
{
    double effect = table->marks[host].effect;
    int step = step_of(table, effect);
    char text[EB_PLAIN_NUMBER];
    fputs("<tr><th scope=\"row\">", file);
    eb_escape_xml(file, screen->hosts[host].name);
    fprintf(file, "%s</th>", mark_of(&table->marks[host]));
    if (step == 0)
        fputs("<td>", file);
    else
        fprintf(file, "<td class=\"slow-%d\">", step);
    fprintf(file, "%sx%s</td>",
            eb_plain_fixed(exp(eb_metric_is_rate(table->metric) ? -effect : effect), 2, text),
            step > 1 ? "*" : "");
    fprintf(file, "<td>%s</td><td>%zu</td></tr>\n",
            eb_cell_value(eb_screen_value(table, table->level + effect), text), table->marks[host].pairs);
}

static enum eb_status write_slowest(FILE *file, const struct eb_screen *screen,
                                    const struct eb_screen_table *table, struct eb_error *err)
{
    size_t count = 0;
    size_t *ranked = eb_screen_ranked(screen, table, &count);
    if (!ranked)
        return eb_html_out_of_memory(err);
    fputs("<table class=\"matrix\"><thead><tr><th scope=\"col\">slowest</th><th scope=\"col\">of the "
          "others</th>"
          "<th scope=\"col\">median</th><th scope=\"col\">pairs</th></tr></thead><tbody>\n",
          file);
    for (size_t i = 0; i < count && i < SLOWEST_MOST; i++)
        write_host(file, screen, table, ranked[i]);
    fputs("</tbody></table>", file);
    free(ranked);
    return EB_OK;
}

static enum eb_status write_table(struct eb_page_writer *writer, const struct eb_screen *screen,
                                  const struct eb_screen_table *table, struct eb_error *err)
{
    FILE *file = writer->file;
    char *title = title_of(screen, table);
    enum eb_status status = title ? EB_OK : eb_html_out_of_memory(err);
    if (!title)
        return status;
    eb_html_heading(writer, 1, NULL, title);
    eb_html_scroll(file, title);
    if (screen->host_count <= MATRIX_MOST)
        write_matrix(file, screen, table);
    else
        status = write_slowest(file, screen, table, err);
    eb_html_scroll_end(file);
    free(title);
    return status;
}

static void explain(FILE *file, const struct eb_screen *screen)
{
    char percent[EB_PLAIN_NUMBER];
    char tail[EB_PLAIN_NUMBER];
    fprintf(
        file,
        "<p class=\"note\">Each pair is the median over its sweeps. * is slower than the others by more than "
        "%s%%, in the tail by more than %s%%; the darker, the slower.",
        eb_plain_number(100 * screen->options.delta, 4, percent),
        eb_plain_number(100 * EB_SCREEN_TAIL_DELTAS * screen->options.delta, 4, tail));
    if (screen->host_count > MATRIX_MOST)
        fprintf(file, " Of %zu hosts the %d slowest are shown; efabench screen --format csv has all pairs.",
                screen->host_count, SLOWEST_MOST);
    fputs("</p>\n", file);
}

enum eb_status eb_html_screen(struct eb_page_writer *writer, const struct eb_report *report,
                              struct eb_error *err)
{
    enum eb_status status = EB_OK;
    if (report->screen_count == 0)
        return EB_OK;
    fputs("<section>\n", writer->file);
    eb_html_heading(writer, 0, "screening", "Screening: all pairs of hosts");
    for (size_t i = 0; status == EB_OK && i < report->screen_count; i++) {
        const struct eb_screen *screen = report->screens[i];
        if (report->screen_count > 1) {
            fputs("<p>Variant ", writer->file);
            eb_escape_xml(writer->file, screen->variant);
            fputs("</p>\n", writer->file);
        }
        explain(writer->file, screen);
        for (size_t j = 0; status == EB_OK && j < screen->table_count; j++)
            status = write_table(writer, screen, &screen->tables[j], err);
    }
    fputs("</section>\n", writer->file);
    return status;
}
