/* The values of nights, fetched when they are wanted, and the states that follow from them. */
#include "judge/history_db.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for the history");
}

static size_t series_of(const struct eb_past *past, int64_t id)
{
    for (size_t i = 0; i < past->series_count; i++)
        if (past->series[i].id == id)
            return i;
    return EB_PAST_NONE;
}

static int compare_values(const void *left, const void *right)
{
    size_t a = ((const struct eb_past_value *)left)->series;
    size_t b = ((const struct eb_past_value *)right)->series;
    return a < b ? -1 : a > b;
}

/* guess is where the series of the value before it was: ids and places mostly ascend together. */
static enum eb_status take_value(struct eb_history *history, struct eb_past *past, struct eb_night *night,
                                 size_t room, size_t guess, struct eb_error *err)
{
    sqlite3_stmt *statement = history->values;
    int64_t id = sqlite3_column_int64(statement, 0);
    const char *algorithm = (const char *)sqlite3_column_text(statement, 4);
    if (night->value_count == room)
        return eb_error_set(err, EB_INVALID, "history", 0,
                            "%s: corrupt (a night has more values than there "
                            "are series); nothing was changed",
                            history->path);
    struct eb_past_value *value = &night->values[night->value_count];
    int is_guess = guess < past->series_count && past->series[guess].id == id;
    *value = (struct eb_past_value){.series = is_guess ? guess : series_of(past, id),
                                    .z = sqlite3_column_double(statement, 1),
                                    .value = sqlite3_column_double(statement, 2),
                                    .ci_low = NAN,
                                    .ci_high = NAN,
                                    .launches = (uint64_t)sqlite3_column_int64(statement, 3),
                                    .algorithm = strdup(algorithm ? algorithm : "")};
    if (!value->algorithm)
        return out_of_memory(err);
    night->value_count++;
    return value->series == EB_PAST_NONE
               ? eb_error_set(err, EB_INVALID, "history", 0,
                              "%s: corrupt (a value without a series); nothing was changed", history->path)
               : EB_OK;
}

enum eb_status eb_history_fetch(struct eb_history *history, struct eb_past *past, size_t index,
                                struct eb_error *err)
{
    struct eb_night *night = &past->nights[index];
    enum eb_status status = EB_OK;
    int row = 0;
    if (night->values)
        return EB_OK;
    if (!history->values)
        status = eb_history_prepare(history,
                                    "SELECT series, z, value, launches, algorithm FROM measured"
                                    " WHERE night = ? ORDER BY series",
                                    &history->values, err, "");
    if (status != EB_OK)
        return status;
    night->values = calloc(past->series_count + 1, sizeof *night->values);
    if (!night->values)
        return out_of_memory(err);
    sqlite3_bind_int64(history->values, 1, night->id);
    for (size_t guess = 0; (status = eb_history_step(history, history->values, &row, err)) == EB_OK && row;
         guess++) {
        status = take_value(history, past, night, past->series_count, guess, err);
        if (status != EB_OK)
            break;
        guess = night->values[night->value_count - 1].series;
    }
    sqlite3_reset(history->values);
    qsort(night->values, night->value_count, sizeof *night->values, compare_values);
    return status;
}

enum eb_status eb_history_fetch_all(struct eb_history *history, struct eb_past *past, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < past->night_count; i++)
        status = eb_history_fetch(history, past, i, err);
    return status;
}

static enum eb_status fetch(void *context, struct eb_past *past, size_t night, struct eb_error *err)
{
    return eb_history_fetch(context, past, night, err);
}

enum eb_status eb_history_load(struct eb_history *history, struct eb_past **past, struct eb_error *err)
{
    struct eb_fetcher fetcher = {.fetch = fetch, .context = history};
    struct eb_past *made = NULL;
    *past = NULL;
    enum eb_status status = eb_history_read(history, &made, err);
    if (status == EB_OK)
        status = eb_past_settle(made, &fetcher, NULL, err);
    if (status == EB_OK)
        *past = made;
    else
        eb_past_free(made);
    return status;
}

enum eb_status eb_history_settle(struct eb_history *history, struct eb_error *err)
{
    struct eb_fetcher fetcher = {.fetch = fetch, .context = history};
    struct eb_past *past = NULL;
    enum eb_status status = eb_history_read(history, &past, err);
    uint64_t *before = status == EB_OK ? calloc(past->night_count + 1, sizeof *before) : NULL;
    if (status == EB_OK && !before)
        status = out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i < past->night_count; i++)
        before[i] = past->nights[i].basis;
    if (status == EB_OK)
        status = eb_past_settle(past, &fetcher, NULL, err);
    for (size_t i = 0; status == EB_OK && i < past->night_count; i++)
        if (past->nights[i].basis != before[i])
            status = eb_history_run(history, "UPDATE nights SET judged = ?, basis = ? WHERE id = ?", NULL,
                                    err, "iii", (int64_t)past->nights[i].judged,
                                    (int64_t)past->nights[i].basis, past->nights[i].id);
    free(before);
    eb_past_free(past);
    return status;
}
