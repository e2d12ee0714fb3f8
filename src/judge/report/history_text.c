/* The history in a terminal. */
#include "common/plain.h"
#include "common/units.h"
#include "judge/report/grid.h"
#include "judge/report/history_write.h"
#include "judge/report/text_lines.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_DIGEST 10

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for the history");
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static enum eb_status say(FILE *file, struct eb_error *err, const char *head, size_t indent,
                          const char *format, ...) __attribute__((format(printf, 5, 6)));

static enum eb_status say(FILE *file, struct eb_error *err, const char *head, size_t indent,
                          const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0)
        return out_of_memory(err);
    enum eb_status status = eb_text_wrapped(file, head, indent, text, err);
    free(text);
    return status;
}

static enum eb_status write_accepts(const json_t *document, FILE *file, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    size_t i;
    const json_t *accept;
    json_array_foreach(json_object_get(document, "accepts"), i, accept)
    {
        if (status != EB_OK)
            return status;
        status =
            say(file, err, i == 0 ? "\naccepted  " : "          ", 10, "from %.10s (%s) on, by %s at %s: %s",
                text_of(accept, "night"), text_of(accept, "created_utc"), text_of(accept, "accepted_by"),
                text_of(accept, "accepted_utc"), text_of(accept, "reason"));
    }
    return status;
}

static void write_count(FILE *file, const json_t *nights, const char *state, const char **separator)
{
    size_t count = 0;
    size_t i;
    const json_t *night;
    json_array_foreach(nights, i, night)
    {
        count += strcmp(text_of(night, "state"), state) == 0;
    }
    if (count > 0)
        fprintf(file, "%s %zu %s", *separator, count, state);
    if (count > 0)
        *separator = ",";
}

static void add_short(struct eb_grid *grid, const char *text, size_t most)
{
    char cell[64];
    snprintf(cell, sizeof cell, "%.*s%s", (int)most, text, strlen(text) > most ? ".." : "");
    eb_grid_add_cell(grid, cell);
}

static void add_night(struct eb_grid *grid, const json_t *night, int several_kinds)
{
    char number[32];
    char digest[SHORT_DIGEST + 1];
    snprintf(digest, sizeof digest, "%s", text_of(night, "night"));
    eb_grid_add_row(grid);
    eb_grid_add_cell(grid, digest);
    eb_grid_add_cell(grid, text_of(night, "created_utc"));
    eb_grid_add_cell(grid, text_of(night, "state"));
    if (several_kinds) {
        snprintf(number, sizeof number, "%lld",
                 (long long)json_integer_value(json_object_get(night, "kind")));
        eb_grid_add_cell(grid, number);
    }
    snprintf(number, sizeof number, "%lld",
             (long long)json_integer_value(json_object_get(night, "launches")));
    eb_grid_add_cell(grid, number);
    add_short(grid, text_of(night, "hosts"), 24);
    add_short(grid, text_of(night, "instance"), 16);
    add_short(grid,
              text_of(night, "git_version")[0] ? text_of(night, "git_version") : text_of(night, "version"),
              20);
}

static enum eb_status write_list(const json_t *document, FILE *file, struct eb_error *err)
{
    static const char *const states[] = {"learning", "quiet", "suspect", "red"};
    const json_t *nights = json_object_get(document, "nights");
    int several_kinds = json_array_size(json_object_get(document, "kinds")) > 1;
    const char *separator = ":";
    size_t i;
    const json_t *night;
    struct eb_grid *grid = eb_grid_new();
    if (!grid)
        return out_of_memory(err);
    fprintf(file, "%zu night%s", json_array_size(nights), json_array_size(nights) == 1 ? "" : "s");
    for (i = 0; i < sizeof states / sizeof *states; i++)
        write_count(file, nights, states[i], &separator);
    fputs("\n\n", file);
    eb_grid_add_column(grid, "night", EB_GRID_LEADING | EB_GRID_LEFT);
    eb_grid_add_column(grid, "created", EB_GRID_LEFT);
    eb_grid_add_column(grid, "state", EB_GRID_LEFT);
    if (several_kinds)
        eb_grid_add_column(grid, "kind", EB_GRID_RIGHT);
    eb_grid_add_column(grid, "launches", EB_GRID_RIGHT);
    eb_grid_add_column(grid, "hosts", EB_GRID_LEFT);
    eb_grid_add_column(grid, "instance", EB_GRID_LEFT);
    eb_grid_add_column(grid, "source", EB_GRID_LEFT);
    json_array_foreach(nights, i, night)
    {
        add_night(grid, night, several_kinds);
    }
    enum eb_status status =
        json_array_size(nights) > 0 && eb_grid_print(grid, 120, file) != 0 ? out_of_memory(err) : EB_OK;
    eb_grid_free(grid);
    return status == EB_OK ? write_accepts(document, file, err) : status;
}

static enum eb_status write_changes(const json_t *series, FILE *file, struct eb_error *err)
{
    const char *unit = text_of(series, "unit");
    enum eb_status status = EB_OK;
    char before[EB_PLAIN_NUMBER];
    char after[EB_PLAIN_NUMBER];
    char percent[EB_PLAIN_NUMBER];
    size_t i;
    const json_t *change;
    json_array_foreach(json_object_get(series, "changes"), i, change)
    {
        double worse = json_real_value(json_object_get(change, "percent_worse"));
        if (status != EB_OK)
            return status;
        status = say(file, err, "    ", 6, "changed %s (%.10s): %s to %s %s, %s%% %s",
                     text_of(change, "created_utc"), text_of(change, "night"),
                     eb_plain_number(json_real_value(json_object_get(change, "before")), 4, before),
                     eb_plain_number(json_real_value(json_object_get(change, "after")), 4, after), unit,
                     eb_plain_fixed(worse < 0 ? -worse : worse, 1, percent), worse < 0 ? "better" : "worse");
    }
    const json_t *drift = json_object_get(series, "drift");
    if (status == EB_OK && drift)
        status = say(file, err, "    ", 6, "drift since %s: now %s%% worse than its first nights",
                     text_of(drift, "since_utc"),
                     eb_plain_fixed(json_real_value(json_object_get(drift, "percent_worse")), 1, percent));
    return status;
}

static enum eb_status write_series(const json_t *series, int several_kinds, FILE *file, struct eb_error *err)
{
    const char *variant = text_of(series, "variant");
    const char *algorithm = text_of(series, "algorithm");
    int is_default = strcmp(variant, "default") == 0;
    char size[32];
    char kind[40] = "";
    char latest[EB_PLAIN_NUMBER];
    char median[EB_PLAIN_NUMBER];
    eb_size_format((uint64_t)json_integer_value(json_object_get(series, "size_bytes")), size, sizeof size);
    if (several_kinds)
        snprintf(kind, sizeof kind, ", kind %lld",
                 (long long)json_integer_value(json_object_get(series, "kind")));
    enum eb_status status =
        say(file, err, "", 2, "%s %s, %s, %s, %lld ranks%s%s%s%s%s: %s %s, median of %lld nights %s",
            text_of(series, "kernel"), text_of(series, "metric"), text_of(series, "arm"), size,
            (long long)json_integer_value(json_object_get(series, "ranks")), is_default ? "" : ", variant ",
            is_default ? "" : variant, algorithm[0] ? ", " : "", algorithm, kind,
            eb_plain_number(json_real_value(json_object_get(series, "latest")), 4, latest),
            text_of(series, "unit"), (long long)json_integer_value(json_object_get(series, "nights")),
            eb_plain_number(json_real_value(json_object_get(series, "median")), 4, median));
    return status == EB_OK ? write_changes(series, file, err) : status;
}

static enum eb_status write_show(const json_t *document, FILE *file, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    const json_t *all = json_object_get(document, "series");
    int several_kinds = 0;
    size_t i;
    const json_t *series;
    json_array_foreach(all, i, series)
    {
        several_kinds |= json_integer_value(json_object_get(series, "kind")) !=
                         json_integer_value(json_object_get(json_array_get(all, 0), "kind"));
    }
    json_array_foreach(all, i, series)
    {
        if (status == EB_OK)
            status = write_series(series, several_kinds, file, err);
    }
    return status == EB_OK ? write_accepts(document, file, err) : status;
}

enum eb_status eb_history_write_text(const json_t *document, enum eb_history_document kind, FILE *file,
                                     struct eb_error *err)
{
    return kind == EB_HISTORY_SHOW ? write_show(document, file, err) : write_list(document, file, err);
}
