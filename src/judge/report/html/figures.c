/* Every series in a row, in a table for each kernel, metric and number of ranks. */
#include "common/units.h"
#include "judge/report/html/parts.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/shares.h"
#include "judge/report/text_cells.h"

#include <inttypes.h>
#include <math.h>

/* Series [begin, end) of a set, which are one table. */
struct table {
    const struct eb_series_set *set;
    const struct eb_ratio *ratios;   /* NULL: none, as in the next */
    const struct eb_ratio *to_other; /* to the record beside it */
    const struct eb_ceiling *ceilings;
    size_t begin;
    size_t end;
    unsigned seen; /* of enum eb_share */
};

enum alignment { LEFT, RIGHT };

/* A column: head, and what stands in a series' row; text holds ROOM bytes. */
#define ROOM 96
struct column {
    const char *head;
    enum alignment alignment;
    void (*write)(struct table *table, size_t index, char *text);
};

static void put_number(double value, char *text)
{
    text[0] = '\0';
    if (!isnan(value))
        eb_cell_value(value, text);
}

#define QUANTILE(field)                                                                                      \
    static void write_##field(struct table *table, size_t index, char *text)                                 \
    {                                                                                                        \
        put_number(table->set->series[index].field, text);                                                   \
    }
QUANTILE(value)
QUANTILE(min)
QUANTILE(p50)
QUANTILE(p90)
QUANTILE(p99)
QUANTILE(p999)
QUANTILE(max)

static void write_interval(struct table *table, size_t index, char *text)
{
    eb_cell_interval(&table->set->series[index], 1, text, ROOM);
}

static void put_ratio(const struct eb_ratio *ratios, size_t index, char *text)
{
    text[0] = '\0';
    if (ratios)
        eb_cell_ratio(&ratios[index], text, ROOM);
}

static void write_ratio(struct table *table, size_t index, char *text)
{
    put_ratio(table->ratios, index, text);
}

static void write_to_other(struct table *table, size_t index, char *text)
{
    put_ratio(table->to_other, index, text);
}

static void write_launches(struct table *table, size_t index, char *text)
{
    snprintf(text, ROOM, "%" PRIu64, table->set->series[index].launches);
}

static void write_samples(struct table *table, size_t index, char *text)
{
    const struct eb_series *series = &table->set->series[index];
    text[0] = '\0';
    if (!series->published)
        snprintf(text, ROOM, "%" PRIu64, series->samples);
}

static void write_line(struct table *table, size_t index, char *text)
{
    eb_cell_share(&table->set->series[index], &table->ceilings[index], EB_SHARE_LINE, &table->seen, text);
}

static void write_flow(struct table *table, size_t index, char *text)
{
    eb_cell_share(&table->set->series[index], &table->ceilings[index], EB_SHARE_FLOW, &table->seen, text);
}

static void write_witness(struct table *table, size_t index, char *text)
{
    const struct eb_path *path = &table->set->series[index].path;
    text[0] = '\0';
    if (path->state != EB_PATH_UNKNOWN)
        snprintf(text, ROOM, "%s%s%.40s%s", eb_path_state_name(path->state), path->device[0] ? " by " : "",
                 path->device, path->is_throttled ? ", throttled" : "");
}

static const struct column columns[] = {
    {"value", RIGHT, write_value},       {"95% interval", RIGHT, write_interval},
    {"ratio", RIGHT, write_ratio},       {"ratio to the same arm there", RIGHT, write_to_other},
    {"min", RIGHT, write_min},           {"p50", RIGHT, write_p50},
    {"p90", RIGHT, write_p90},           {"p99", RIGHT, write_p99},
    {"p99.9", RIGHT, write_p999},        {"max", RIGHT, write_max},
    {"launches", RIGHT, write_launches}, {"samples", RIGHT, write_samples},
    {"of line", RIGHT, write_line},      {"of flow", RIGHT, write_flow},
    {"witness", LEFT, write_witness},
};
#define COLUMNS (sizeof columns / sizeof *columns)

static int has_any(struct table *table, const struct column *column)
{
    char text[ROOM];
    for (size_t i = table->begin; i < table->end; i++) {
        column->write(table, i, text);
        if (text[0])
            return 1;
    }
    return 0;
}

/* The table that begins with a series. */
static void bound(struct table *table, size_t begin)
{
    const struct eb_series *first = &table->set->series[begin];
    table->begin = begin;
    for (table->end = begin; table->end < table->set->count; table->end++) {
        const struct eb_series *series = &table->set->series[table->end];
        if (series->metric != first->metric || series->ranks != first->ranks)
            return;
    }
}

static int has_algorithms(const struct table *table)
{
    for (size_t i = table->begin; i < table->end; i++)
        if (table->set->series[i].algorithm[0])
            return 1;
    return 0;
}

static void write_head(FILE *file, const char *head, enum alignment alignment)
{
    fprintf(file, "<th scope=\"col\"%s>%s</th>", alignment == LEFT ? " class=\"l\"" : "", head);
}

static void write_text(FILE *file, const char *text)
{
    fputs("<td class=\"l\">", file);
    eb_escape_xml(file, text);
    fputs("</td>", file);
}

static void write_row(struct eb_page_writer *writer, struct table *table, size_t index, const int *shown,
                      int with_algorithm, int beside)
{
    const struct eb_series *series = &table->set->series[index];
    FILE *file = writer->file;
    char text[ROOM];
    char size[32];
    fprintf(file, "<tr><th scope=\"row\">%s</th><td class=\"l\">",
            eb_size_format(series->size_bytes, size, sizeof size));
    eb_html_arm(writer, table->set, series->arm_index, beside);
    fputs("</td>", file);
    if (table->set->variant_count > 1)
        write_text(file, series->variant);
    if (with_algorithm)
        write_text(file, series->algorithm);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (!shown[i])
            continue;
        columns[i].write(table, index, text);
        if (columns[i].alignment == LEFT) {
            write_text(file, text);
            continue;
        }
        fputs("<td>", file);
        eb_escape_xml(file, text);
        fputs("</td>", file);
    }
    fputs("</tr>\n", file);
}

static void write_rows(struct eb_page_writer *writer, struct table *table, int beside)
{
    int shown[COLUMNS];
    int with_algorithm = has_algorithms(table);
    FILE *file = writer->file;
    for (size_t i = 0; i < COLUMNS; i++)
        shown[i] = has_any(table, &columns[i]);
    fputs("<table class=\"figures\"><thead><tr>", file);
    write_head(file, "size", RIGHT);
    write_head(file, "arm", LEFT);
    if (table->set->variant_count > 1)
        write_head(file, "variant", LEFT);
    if (with_algorithm)
        write_head(file, "algorithm", LEFT);
    for (size_t i = 0; i < COLUMNS; i++)
        if (shown[i])
            write_head(file, columns[i].head, columns[i].alignment);
    fputs("</tr></thead><tbody>\n", file);
    for (size_t i = table->begin; i < table->end; i++) {
        if (i > table->begin && table->set->series[i].size_bytes != table->set->series[i - 1].size_bytes)
            fputs("</tbody><tbody>\n", file);
        write_row(writer, table, i, shown, with_algorithm, beside);
    }
    fputs("</tbody></table>", file);
}

static void write_table(struct eb_page_writer *writer, struct table *table, const char *path)
{
    const struct eb_series *first = &table->set->series[table->begin];
    size_t rows = table->end - table->begin;
    FILE *file = writer->file;
    char title[160];
    snprintf(title, sizeof title, "%s: %s, %s, %" PRIu64 " ranks", first->kernel->name, first->metric->title,
             first->metric->unit, first->ranks);
    fprintf(file, "<details%s><summary>", writer->drawn ? "" : " open");
    eb_escape_xml(file, title);
    if (path) {
        fputs(" in ", file);
        eb_escape_xml(file, path);
    }
    fprintf(file, " <small>(%s is better; %zu row%s)</small></summary>\n",
            eb_metric_is_rate(first->metric) ? "higher" : "lower", rows, rows == 1 ? "" : "s");
    eb_html_scroll(file, title);
    write_rows(writer, table, path != NULL);
    eb_html_scroll_end(file);
    fputs("</details>\n", file);
}

static void write_tables(struct eb_page_writer *writer, struct table *table, const char *path)
{
    for (size_t i = 0; i < table->set->count; i = table->end) {
        bound(table, i);
        write_table(writer, table, path);
    }
}

static void explain(struct eb_page_writer *writer, const struct eb_report *report, unsigned seen)
{
    FILE *file = writer->file;
    fputs("<p class=\"note\">A value is the median over launches.", file);
    if (report->set->arm_count > 1) {
        fputs(" A ratio is arm / ", file);
        eb_escape_xml(file, report->baseline_arm);
        fputs(": of a time more is slower, of a rate more is faster.", file);
    }
    fputs(" Quantiles are of the samples of all launches; "
          "those with too few samples are left out.",
          file);
    if (seen & EB_SHARE_LINE)
        fputs(" \xe2\x80\x9cOf line\xe2\x80\x9d is the share of the adapter's line rate.", file);
    if (seen & EB_SHARE_FLOW)
        fputs(
            " \xe2\x80\x9cOf flow\xe2\x80\x9d is the share of what one flow may carry in a cluster placement "
            "group.",
            file);
    if (seen & EB_SHARE_EXPRESS)
        fputs(" + is beyond that, as only ENA Express can.", file);
    if (seen & EB_SHARE_BEYOND)
        fputs(" ! is more than it can carry for long.", file);
    fputs("</p>\n", file);
}

enum eb_status eb_html_figures(struct eb_page_writer *writer, const struct eb_report *report,
                               struct eb_error *err)
{
    struct table own = {.set = report->set,
                        .ratios = report->ratios,
                        .to_other = report->against_note ? NULL : report->against_ratios,
                        .ceilings = report->ceilings};
    struct table other = {.set = report->against_set, .ceilings = report->against_ceilings};
    (void)err;
    fputs("<section class=\"all\">\n", writer->file);
    eb_html_heading(writer, 0, "figures", "All figures");
    write_tables(writer, &own, NULL);
    if (report->against)
        write_tables(writer, &other, report->against_path);
    explain(writer, report, own.seen | other.seen);
    fputs("</section>\n", writer->file);
    return EB_OK;
}
