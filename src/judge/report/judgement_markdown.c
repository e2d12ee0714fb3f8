/* GitHub's markdown, for $GITHUB_STEP_SUMMARY: the ruling, the regimes, the series that have changed or are
 * missing, the others folded away. GitHub takes 1 MiB a step (docs.github.com, "Workflow commands"); what
 * does not fit is left out from the end, row by row, and counted. */
#include "common/plain.h"
#include "common/units.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/judgement_words.h"
#include "judge/report/judgement_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Leaves room below 1048576 for what a workflow adds. */
#define PAGE_BYTES 1000000
#define TAIL_BYTES 1000 /* for the end of the fold and the count */

struct page {
    FILE *file;
    unsigned title_parts;
    size_t left;     /* bytes */
    int is_full;     /* something has not fitted: nothing more goes on it */
    size_t left_out; /* rows */
    FILE *line;      /* what is being put together */
    char *text;      /* of line */
    size_t length;
    int failed; /* out of memory */
};

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "judgement", ENOMEM, "out of memory for a judgement");
}

/* Begins a piece that is put on the page as a whole, or not. 0 when out of memory. */
static int begin(struct page *page)
{
    page->text = NULL;
    page->line = page->failed ? NULL : open_memstream(&page->text, &page->length);
    page->failed |= !page->line;
    return !page->failed;
}

/* Ends it; whether it is on the page. */
static int end(struct page *page)
{
    page->failed |= fclose(page->line) != 0;
    page->is_full |= page->failed || page->length > page->left;
    if (!page->is_full) {
        fwrite(page->text, 1, page->length, page->file);
        page->left -= page->length;
    }
    free(page->text);
    return !page->is_full;
}

/* A piece without strings of others in it. */
static int put(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int put(struct page *page, const char *format, ...)
{
    va_list args;
    if (!begin(page))
        return 0;
    va_start(args, format);
    vfprintf(page->line, format, args);
    va_end(args);
    return end(page);
}

/* A paragraph of text, which is taken over; nothing where it is empty. */
static void put_text(struct page *page, const char *lead, char *text, const char *tail)
{
    page->failed |= !text;
    if (text && text[0] && begin(page)) {
        fputs(lead, page->line);
        eb_escape_markdown(page->line, text);
        fputs(tail, page->line);
        end(page);
    }
    free(text);
}

static void cell(struct page *page, const char *text)
{
    fputs(" ", page->line);
    eb_escape_markdown(page->line, text);
    fputs(" |", page->line);
}

static void cell_of_value(struct page *page, double value)
{
    char text[EB_PLAIN_NUMBER];
    cell(page, eb_value_text(value, text));
}

static void cell_of_size(struct page *page, uint64_t bytes)
{
    char text[32];
    cell(page, eb_size_format(bytes, text, sizeof text));
}

static void cells_of_change(struct page *page, const struct eb_metric *metric, double effect, double low,
                            double high)
{
    char text[EB_CHANGE_TEXT];
    cell(page, eb_change(metric, effect, text));
    cell(page, eb_change_interval(metric, low, high, text));
}

/* A cell of a text that is taken over. */
static void cell_of_text(struct page *page, char *text)
{
    page->failed |= !text;
    cell(page, text ? text : "");
    free(text);
}

static void put_head(struct page *page, const struct eb_judgement *judgement)
{
    put(page, "## efabench %s: %s\n\n", judgement->program, eb_ruling_word(judgement->ruling));
    put_text(page, "**", eb_judgement_reason(judgement), "**\n\n");
    put_text(page, "", eb_judgement_sides(judgement), "  \n");
    put_text(page, "measured: ", eb_judgement_origin(judgement), "  \n");
    put_text(page, "method: ", eb_judgement_method(judgement), "  \n");
    if (begin(page)) {
        const char *lead = "series: ";
        for (int call = EB_CALL_REGRESSED; call < EB_CALL_COUNT; call++) {
            size_t count = eb_judgement_count(judgement, (enum eb_call)call);
            if (count > 0)
                fprintf(page->line, "%s%zu %s", lead, count, eb_call_name((enum eb_call)call));
            lead = count > 0 ? ", " : lead;
        }
        fputs("\n\n", page->line);
        end(page);
    }
}

static void put_regimes(struct page *page, const struct eb_judgement *judgement)
{
    if (judgement->regime_count == 0)
        return;
    put(page, "### By size of the message (geometric means)\n\n"
              "| series | sizes | n | base | now | change | interval |\n"
              "|---|---|--:|--:|--:|--:|---|\n");
    for (size_t i = 0; i < judgement->regime_count && begin(page); i++) {
        const struct eb_judged_regime *regime = &judgement->regimes[i];
        char low[32];
        char high[32];
        char text[128];
        fputc('|', page->line);
        cell_of_text(page, eb_judged_title(regime->first, page->title_parts));
        snprintf(text, sizeof text, regime->low_bytes == regime->high_bytes ? "%.40s: %s" : "%.40s: %s to %s",
                 regime->name, eb_size_format(regime->low_bytes, low, sizeof low),
                 eb_size_format(regime->high_bytes, high, sizeof high));
        cell(page, text);
        fprintf(page->line, " %zu |", regime->count);
        cell_of_value(page, regime->base);
        cell_of_value(page, regime->now);
        cells_of_change(page, regime->first->metric, regime->effect, regime->low, regime->high);
        fputc('\n', page->line);
        end(page);
    }
    put(page, "\n");
}

static void put_crossovers(struct page *page, const struct eb_judgement *judgement)
{
    for (size_t i = 0; i < judgement->crossover_count; i++) {
        const struct eb_judged_crossover *crossover = &judgement->crossovers[i];
        put_text(page, "- ", eb_judged_title(crossover->row, page->title_parts | EB_TITLE_ALGORITHM), ": ");
        put_text(page, "", eb_judged_crossover_text(judgement, crossover), "\n");
    }
    if (judgement->crossover_count > 0)
        put(page, "\n");
}

static void put_notes(struct page *page, const struct eb_judgement *judgement)
{
    size_t index;
    const json_t *note;
    if (json_array_size(judgement->notes) == 0)
        return;
    put(page, "### Notes\n\n");
    json_array_foreach(judgement->notes, index, note)
        put_text(page, "- ", strdup(json_string_value(note)), "\n");
    put(page, "\n");
}

static int has_changed(const struct eb_judged *row)
{
    return row->call == EB_CALL_REGRESSED || row->call == EB_CALL_IMPROVED || row->call == EB_CALL_MISSING;
}

static void put_row(struct page *page, const struct eb_judged *row)
{
    char visible[EB_CHANGE_TEXT];
    if (page->is_full || !begin(page)) {
        page->left_out++;
        return;
    }
    fputc('|', page->line);
    if (row->call == EB_CALL_REGRESSED || (row->call == EB_CALL_MISSING && !row->is_allowed))
        fprintf(page->line, " **%s** |", eb_judged_word(row));
    else
        cell(page, eb_judged_word(row));
    cell_of_text(page, eb_judged_title(row, page->title_parts | EB_TITLE_ALGORITHM));
    cell_of_size(page, row->size_bytes);
    cell_of_value(page, row->base.value);
    cell_of_value(page, row->now.value);
    cells_of_change(page, row->metric, row->effect, row->low, row->high);
    cell(page, eb_change_visible(row, visible));
    cell(page, row->note ? row->note : "");
    fputc('\n', page->line);
    page->left_out += !end(page);
}

static void put_figure(struct page *page, const struct eb_judged *row)
{
    char low[EB_PLAIN_NUMBER];
    char high[EB_PLAIN_NUMBER];
    char text[2 * EB_PLAIN_NUMBER + 8] = "";
    if (page->is_full || !begin(page)) {
        page->left_out++;
        return;
    }
    fputc('|', page->line);
    cell_of_text(page, eb_judged_title(row, page->title_parts | EB_TITLE_ALGORITHM));
    cell_of_size(page, row->size_bytes);
    cell_of_value(page, row->now.value);
    eb_value_text(row->now.low, low);
    eb_value_text(row->now.high, high);
    if (low[0] && high[0])
        snprintf(text, sizeof text, "[%s, %s]", low, high);
    cell(page, text);
    fprintf(page->line, " %" PRIu64 " |\n", row->now.launches);
    page->left_out += !end(page);
}

/* Nothing is held against anything: a plain table. */
static void put_figures(struct page *page, const struct eb_judgement *judgement)
{
    put(page, "| series | size | value | interval | launches |\n|---|--:|--:|---|--:|\n");
    for (size_t i = 0; i < judgement->row_count; i++)
        put_figure(page, &judgement->rows[i]);
}

static void put_rows(struct page *page, const struct eb_judgement *judgement, int changed, enum eb_call call)
{
    for (size_t i = 0; i < judgement->row_count; i++) {
        const struct eb_judged *row = &judgement->rows[i];
        if (changed ? row->call == call : !has_changed(row))
            put_row(page, row);
    }
}

static void put_table_head(struct page *page)
{
    put(page, "| verdict | series | size | base | now | change | interval | smallest visible | note |\n"
              "|---|---|--:|--:|--:|--:|---|--:|---|\n");
}

static void put_changed(struct page *page, const struct eb_judgement *judgement)
{
    put(page, "### Regressed, missing, improved\n\n");
    put_table_head(page);
    put_rows(page, judgement, 1, EB_CALL_REGRESSED);
    put_rows(page, judgement, 1, EB_CALL_MISSING);
    put_rows(page, judgement, 1, EB_CALL_IMPROVED);
    put(page, "\n");
}

/* What has a place of its own beside what did not fit. */
static void put_tail(struct page *page, int is_folded, size_t rows)
{
    fputs(is_folded ? "\n</details>\n" : "", page->file);
    if (page->left_out > 0)
        fprintf(page->file,
                "\n%zu of %zu series are left out here: a step summary holds 1 MiB. The formats csv and json "
                "have all of them.\n",
                page->left_out, rows);
    else if (page->is_full)
        fputs("\nThe rest is left out here: a step summary holds 1 MiB. The formats csv and json have all of "
              "it.\n",
              page->file);
}

enum eb_status eb_judgement_markdown(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    struct page page = {
        .file = file, .title_parts = eb_judgement_title_parts(judgement), .left = PAGE_BYTES - TAIL_BYTES};
    size_t changed = 0;
    int is_folded = 0;
    for (size_t i = 0; i < judgement->row_count; i++)
        changed += (size_t)has_changed(&judgement->rows[i]);
    put_head(&page, judgement);
    put_regimes(&page, judgement);
    put_crossovers(&page, judgement);
    if (changed > 0)
        put_changed(&page, judgement);
    put_notes(&page, judgement);
    if (judgement->ruling == EB_RULING_NONE)
        put_figures(&page, judgement);
    else if (changed < judgement->row_count) {
        is_folded = put(&page, "<details>\n<summary>%zu %sseries</summary>\n\n",
                        judgement->row_count - changed, changed > 0 ? "other " : "");
        put_table_head(&page);
        put_rows(&page, judgement, 0, EB_CALL_NONE);
    }
    if (page.failed)
        return out_of_memory(err);
    put_tail(&page, is_folded, judgement->row_count);
    return EB_OK;
}
