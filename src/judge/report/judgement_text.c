/* A judgement in a terminal: the ruling and why, how it was come by, the regimes, where one side overtakes
 * the other, a table for each curve, the notes. */
#include "common/plain.h"
#include "common/units.h"
#include "judge/report/grid.h"
#include "judge/report/judgement_words.h"
#include "judge/report/judgement_write.h"
#include "judge/report/text_lines.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "judgement", ENOMEM, "out of memory for a judgement");
}

/* A paragraph; takes text over, which is NULL when that ran out of memory. Nothing for an empty one. */
static enum eb_status say(FILE *file, const char *head, char *text, struct eb_error *err)
{
    enum eb_status status = text ? EB_OK : out_of_memory(err);
    if (status == EB_OK && text[0])
        status = eb_text_wrapped(file, head, head[0] == ' ' ? strlen(head) : 9, text, err);
    free(text);
    return status;
}

static enum eb_status write_head(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    char head[40];
    snprintf(head, sizeof head, "%s: ", eb_ruling_word(judgement->ruling));
    enum eb_status status = say(file, head, eb_judgement_reason(judgement), err);
    if (status == EB_OK)
        status = say(file, "judged   ", eb_judgement_sides(judgement), err);
    if (status == EB_OK)
        status = say(file, "measured ", eb_judgement_origin(judgement), err);
    if (status == EB_OK)
        status = say(file, "method   ", eb_judgement_method(judgement), err);
    return status;
}

static enum eb_status write_counts(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    char *text = NULL;
    size_t length = 0;
    FILE *line = open_memstream(&text, &length);
    if (!line)
        return out_of_memory(err);
    for (int call = EB_CALL_REGRESSED; call < EB_CALL_COUNT; call++) {
        size_t count = eb_judgement_count(judgement, (enum eb_call)call);
        if (count > 0)
            fprintf(line, "%s%zu %s", ftell(line) > 0 ? ", " : "", count, eb_call_name((enum eb_call)call));
    }
    if (fclose(line) != 0) {
        free(text);
        return out_of_memory(err);
    }
    return say(file, "series   ", text, err);
}

static void add_size(struct eb_grid *grid, uint64_t bytes)
{
    char text[32];
    eb_grid_add_cell(grid, eb_size_format(bytes, text, sizeof text));
}

static void add_value(struct eb_grid *grid, double value)
{
    char text[EB_PLAIN_NUMBER];
    eb_grid_add_cell(grid, eb_value_text(value, text));
}

static void add_change(struct eb_grid *grid, const struct eb_metric *metric, double effect, double low,
                       double high)
{
    char text[EB_CHANGE_TEXT];
    eb_grid_add_cell(grid, eb_change(metric, effect, text));
    eb_grid_add_cell(grid, eb_change_interval(metric, low, high, text));
}

/* Prints it and lets it go. */
static enum eb_status print_grid(struct eb_grid *grid, FILE *file, struct eb_error *err)
{
    int failed = eb_grid_print(grid, EB_TEXT_WIDTH, file) != 0;
    eb_grid_free(grid);
    return failed ? out_of_memory(err) : EB_OK;
}

static void add_regime(struct eb_grid *grid, const struct eb_judged_regime *regime)
{
    char low[32];
    char high[32];
    char sizes[80];
    char count[32];
    eb_size_format(regime->low_bytes, low, sizeof low);
    eb_size_format(regime->high_bytes, high, sizeof high);
    snprintf(sizes, sizeof sizes, regime->low_bytes == regime->high_bytes ? "%s" : "%s - %s", low, high);
    snprintf(count, sizeof count, "%zu", regime->count);
    eb_grid_add_row(grid);
    eb_grid_add_cell(grid, regime->name);
    eb_grid_add_cell(grid, sizes);
    eb_grid_add_cell(grid, count);
    add_value(grid, regime->base);
    add_value(grid, regime->now);
    add_change(grid, regime->first->metric, regime->effect, regime->low, regime->high);
}

/* The regimes of one curve; *next is moved behind them. */
static enum eb_status write_regimes_of(const struct eb_judgement *judgement, size_t *next, FILE *file,
                                       struct eb_error *err)
{
    const struct eb_judged *first = judgement->regimes[*next].first;
    enum eb_status status = say(file, "  ", eb_judged_title(first, eb_judgement_title_parts(judgement)), err);
    if (status != EB_OK)
        return status;
    struct eb_grid *grid = eb_grid_new();
    if (!grid)
        return out_of_memory(err);
    eb_grid_add_column(grid, "regime", EB_GRID_LEFT | EB_GRID_LEADING);
    eb_grid_add_column(grid, "sizes", EB_GRID_LEFT);
    eb_grid_add_column(grid, "n", EB_GRID_RIGHT);
    eb_grid_add_column(grid, "base", EB_GRID_RIGHT);
    eb_grid_add_column(grid, "now", EB_GRID_RIGHT);
    eb_grid_add_column(grid, "change", EB_GRID_RIGHT);
    eb_grid_add_column(grid, "interval", EB_GRID_LEFT | EB_GRID_JOINED);
    for (; *next < judgement->regime_count && eb_judged_same_table(first, judgement->regimes[*next].first);
         ++*next)
        add_regime(grid, &judgement->regimes[*next]);
    return print_grid(grid, file, err);
}

static enum eb_status write_regimes(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    if (judgement->regime_count > 0)
        fputs("\nby size of the message (geometric means)\n", file);
    for (size_t i = 0; status == EB_OK && i < judgement->regime_count;)
        status = write_regimes_of(judgement, &i, file, err);
    return status;
}

static enum eb_status write_crossovers(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    if (judgement->crossover_count > 0)
        fputs("\nwhere one overtakes the other\n", file);
    for (size_t i = 0; status == EB_OK && i < judgement->crossover_count; i++) {
        const struct eb_judged_crossover *crossover = &judgement->crossovers[i];
        status = say(
            file, "  ",
            eb_judged_title(crossover->row, eb_judgement_title_parts(judgement) | EB_TITLE_ALGORITHM), err);
        if (status == EB_OK)
            status = say(file, "    ", eb_judged_crossover_text(judgement, crossover), err);
    }
    return status;
}

enum { COLUMN_ALGORITHM = 1, COLUMN_BASE = 2 };

static unsigned columns_of(const struct eb_judgement *judgement, size_t begin, size_t end)
{
    unsigned columns = 0;
    for (size_t i = begin; i < end; i++) {
        if (!eb_judged_same_algorithm(&judgement->rows[begin], &judgement->rows[i]))
            columns |= COLUMN_ALGORITHM;
        columns |= judgement->rows[i].call != EB_CALL_NONE ? (unsigned)COLUMN_BASE : 0U;
    }
    return columns;
}

static void add_columns(struct eb_grid *grid, unsigned columns)
{
    eb_grid_add_column(grid, "size", EB_GRID_RIGHT | EB_GRID_LEADING);
    if (columns & COLUMN_ALGORITHM)
        eb_grid_add_column(grid, "algorithm", EB_GRID_LEFT | EB_GRID_LEADING);
    if (columns & COLUMN_BASE) {
        eb_grid_add_column(grid, "base", EB_GRID_RIGHT);
        eb_grid_add_column(grid, "now", EB_GRID_RIGHT);
        eb_grid_add_column(grid, "change", EB_GRID_RIGHT);
        eb_grid_add_column(grid, "interval", EB_GRID_LEFT | EB_GRID_JOINED);
        eb_grid_add_column(grid, "verdict", EB_GRID_LEFT);
        eb_grid_add_column(grid, "visible", EB_GRID_RIGHT);
    } else {
        eb_grid_add_column(grid, "value", EB_GRID_RIGHT);
        eb_grid_add_column(grid, "interval", EB_GRID_LEFT | EB_GRID_JOINED);
        eb_grid_add_column(grid, "launches", EB_GRID_RIGHT);
    }
}

static void add_figure(struct eb_grid *grid, const struct eb_judged_value *now)
{
    char low[EB_PLAIN_NUMBER];
    char high[EB_PLAIN_NUMBER];
    char text[2 * EB_PLAIN_NUMBER + 8] = "";
    add_value(grid, now->value);
    if (isfinite(now->low) && isfinite(now->high))
        snprintf(text, sizeof text, "[%s, %s]", eb_value_text(now->low, low), eb_value_text(now->high, high));
    eb_grid_add_cell(grid, text);
    snprintf(text, sizeof text, "%" PRIu64, now->launches);
    eb_grid_add_cell(grid, text);
}

/* 0, or -1 when out of memory. */
static int add_row(struct eb_grid *grid, const struct eb_judged *row, unsigned columns)
{
    char visible[EB_CHANGE_TEXT];
    eb_grid_add_row(grid);
    add_size(grid, row->size_bytes);
    if (columns & COLUMN_ALGORITHM) {
        char *algorithms = eb_judged_algorithms(row);
        if (!algorithms)
            return -1;
        eb_grid_add_cell(grid, algorithms);
        free(algorithms);
    }
    if (!(columns & COLUMN_BASE)) {
        add_figure(grid, &row->now);
        return 0;
    }
    add_value(grid, row->base.value);
    add_value(grid, row->now.value);
    add_change(grid, row->metric, row->effect, row->low, row->high);
    eb_grid_add_cell(grid, eb_judged_word(row));
    eb_grid_add_cell(grid, eb_change_visible(row, visible));
    return 0;
}

/* The notes of the rows under their table, one for a run of sizes that share it. */
static enum eb_status write_row_notes(const struct eb_judgement *judgement, size_t begin, size_t end,
                                      FILE *file, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = begin; status == EB_OK && i < end; i++) {
        const struct eb_judged *row = &judgement->rows[i];
        char first[32];
        char last[32];
        char head[80];
        if (!row->note)
            continue;
        while (i + 1 < end && judgement->rows[i + 1].note &&
               strcmp(judgement->rows[i + 1].note, row->note) == 0)
            i++;
        eb_size_format(row->size_bytes, first, sizeof first);
        eb_size_format(judgement->rows[i].size_bytes, last, sizeof last);
        snprintf(head, sizeof head, strcmp(first, last) == 0 ? "  %s: " : "  %s to %s: ", first, last);
        status = eb_text_wrapped(file, head, 4, row->note, err);
    }
    return status;
}

static enum eb_status write_table(const struct eb_judgement *judgement, size_t begin, size_t end, FILE *file,
                                  struct eb_error *err)
{
    unsigned columns = columns_of(judgement, begin, end);
    int failed = 0;
    fputc('\n', file);
    unsigned parts = eb_judgement_title_parts(judgement);
    char *title = eb_judged_title(&judgement->rows[begin],
                                  columns & COLUMN_ALGORITHM ? parts : parts | EB_TITLE_ALGORITHM);
    enum eb_status status = title ? eb_text_wrapped(file, "", 2, title, err) : out_of_memory(err);
    free(title);
    if (status != EB_OK)
        return status;
    struct eb_grid *grid = eb_grid_new();
    if (!grid)
        return out_of_memory(err);
    add_columns(grid, columns);
    for (size_t i = begin; !failed && i < end; i++)
        failed = add_row(grid, &judgement->rows[i], columns) != 0;
    if (failed) {
        eb_grid_free(grid);
        return out_of_memory(err);
    }
    status = print_grid(grid, file, err);
    return status == EB_OK ? write_row_notes(judgement, begin, end, file, err) : status;
}

static enum eb_status write_notes(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    size_t index;
    const json_t *note;
    if (json_array_size(judgement->notes) > 0)
        fputs("\nnotes\n", file);
    json_array_foreach(judgement->notes, index, note) if (status == EB_OK) status =
        eb_text_wrapped(file, "  - ", 4, json_string_value(note), err);
    return status;
}

enum eb_status eb_judgement_text(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    enum eb_status status = write_head(judgement, file, err);
    if (status == EB_OK)
        status = write_counts(judgement, file, err);
    if (status == EB_OK)
        status = write_regimes(judgement, file, err);
    if (status == EB_OK)
        status = write_crossovers(judgement, file, err);
    for (size_t i = 0; status == EB_OK && i < judgement->row_count;) {
        size_t end = eb_judged_table_end(judgement, i);
        status = write_table(judgement, i, end, file, err);
        i = end;
    }
    if (status == EB_OK && judgement->row_count > 0 && judgement->ruling != EB_RULING_NONE) {
        fputc('\n', file);
        status = eb_text_wrapped(file, "", 2,
                                 "change: now against base; interval: 95%; visible: the smallest worsening "
                                 "that 9 in 10 comparisons like this one would have told",
                                 err);
    }
    return status == EB_OK ? write_notes(judgement, file, err) : status;
}
