/* Nights in and out of the tables. */
#include "judge/history_db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for the history");
}

/* Others may have written what is no UTF-8, of which no JSON could be made. */
static char *text_at(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    char *copy = strdup(text ? text : "");
    json_t *json = copy ? json_string(copy) : NULL;
    for (char *byte = copy; copy && !json && *byte; byte++)
        if ((unsigned char)*byte >= 0x80)
            *byte = '?';
    json_decref(json);
    return copy;
}

/* Room for one more of size bytes behind count of them, grown by doubling; NULL when out of memory. */
static void *room_for_one(void *items, size_t count, size_t size)
{
    if (count & (count - 1))
        return items;
    return realloc(items, (count ? 2 * count : 1) * size);
}

static enum eb_status insert_night(struct eb_history *history, const struct eb_past *record, int64_t *id,
                                   struct eb_error *err)
{
    const struct eb_night *night = &record->nights[0];
    int64_t kind = 0;
    enum eb_status status = eb_history_run(history, "INSERT OR IGNORE INTO kinds (likeness) VALUES (?)", NULL,
                                           err, "t", record->kinds[night->kind]);
    if (status == EB_OK)
        status = eb_history_run(history, "SELECT id FROM kinds WHERE likeness = ?", &kind, err, "t",
                                record->kinds[night->kind]);
    if (status == EB_OK)
        status = eb_history_run(
            history,
            "INSERT INTO nights (digest, created_utc, kind, hosts, instance, version, git_version, launches)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            NULL, err, "ttitttti", night->digest, night->created_utc, kind, night->hosts, night->instance,
            night->version, night->git_version, (int64_t)night->launches);
    *id = sqlite3_last_insert_rowid(history->db);
    return status;
}

static enum eb_status insert_value(struct eb_history *history, int64_t night,
                                   const struct eb_past_series *series, const struct eb_past_value *value,
                                   struct eb_error *err)
{
    int64_t id = 0;
    enum eb_status status = eb_history_run(
        history,
        "INSERT OR IGNORE INTO series (kernel, metric, algorithm, arm, variant, size_bytes, ranks)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        NULL, err, "tttttii", series->kernel->name, series->metric->name, series->algorithm, series->arm,
        series->variant, (int64_t)series->size_bytes, (int64_t)series->ranks);
    if (status == EB_OK)
        status =
            eb_history_run(history,
                           "SELECT id FROM series WHERE kernel = ? AND metric = ? AND algorithm = ?"
                           " AND arm = ? AND variant = ? AND size_bytes = ? AND ranks = ?",
                           &id, err, "tttttii", series->kernel->name, series->metric->name, series->algorithm,
                           series->arm, series->variant, (int64_t)series->size_bytes, (int64_t)series->ranks);
    if (status == EB_OK)
        status =
            eb_history_run(history, "INSERT INTO measured VALUES (?, ?, ?, ?, ?, ?)", NULL, err, "iiddit",
                           night, id, value->z, value->value, (int64_t)value->launches, value->algorithm);
    return status;
}

enum eb_status eb_history_insert(struct eb_history *history, const struct eb_past *record, int *added,
                                 struct eb_error *err)
{
    const struct eb_night *night = &record->nights[0];
    int64_t known = 0;
    int64_t id = 0;
    *added = 0;
    enum eb_status status =
        eb_history_run(history, "SELECT 1 FROM nights WHERE digest = ?", &known, err, "t", night->digest);
    if (status != EB_OK || known)
        return status;
    status = insert_night(history, record, &id, err);
    for (size_t i = 0; status == EB_OK && i < night->value_count; i++)
        status = insert_value(history, id, &record->series[night->values[i].series], &night->values[i], err);
    *added = status == EB_OK;
    return status;
}

enum eb_status eb_history_add(struct eb_history *history, const struct eb_past *record, int *added,
                              struct eb_error *err)
{
    enum eb_status status = eb_history_begin(history, err);
    if (status != EB_OK)
        return status;
    status = eb_history_insert(history, record, added, err);
    if (status == EB_OK && *added)
        status = eb_history_settle(history, err);
    return eb_history_end(history, status, err);
}

static enum eb_status read_kinds(struct eb_history *history, struct eb_past *past, struct eb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int row = 0;
    enum eb_status status =
        eb_history_prepare(history, "SELECT id, likeness FROM kinds ORDER BY likeness", &statement, err, "");
    while (status == EB_OK && (status = eb_history_step(history, statement, &row, err)) == EB_OK && row) {
        char **kinds = room_for_one(past->kinds, past->kind_count, sizeof *kinds);
        past->kinds = kinds ? kinds : past->kinds;
        int64_t *ids = room_for_one(past->kind_ids, past->kind_count, sizeof *ids);
        past->kind_ids = ids ? ids : past->kind_ids;
        char *text = kinds && ids ? text_at(statement, 1) : NULL;
        if (!text) {
            status = out_of_memory(err);
            break;
        }
        past->kind_ids[past->kind_count] = sqlite3_column_int64(statement, 0);
        past->kinds[past->kind_count++] = text;
    }
    sqlite3_finalize(statement);
    return status;
}

static size_t kind_of(const struct eb_past *past, int64_t id)
{
    for (size_t i = 0; i < past->kind_count; i++)
        if (past->kind_ids[i] == id)
            return i;
    return EB_PAST_NONE;
}

static enum eb_status dangling(struct eb_history *history, const char *what, struct eb_error *err)
{
    return eb_error_set(err, EB_INVALID, "history", 0, "%s: corrupt (%s); nothing was changed", history->path,
                        what);
}

static const struct eb_metric *find_metric(const struct eb_kernel_metrics *kernel, const char *name)
{
    for (size_t i = 0; kernel && i < kernel->metric_count; i++)
        if (strcmp(kernel->metrics[i].name, name) == 0)
            return &kernel->metrics[i];
    return NULL;
}

static enum eb_status read_one_series(struct eb_history *history, struct eb_past *past,
                                      sqlite3_stmt *statement, struct eb_error *err)
{
    struct eb_past_series *grown = room_for_one(past->series, past->series_count, sizeof *grown);
    char *kernel = text_at(statement, 1);
    char *metric = text_at(statement, 2);
    enum eb_status status = grown && kernel && metric ? EB_OK : out_of_memory(err);
    past->series = grown ? grown : past->series;
    if (status == EB_OK) {
        struct eb_past_series *series = &past->series[past->series_count++];
        *series = (struct eb_past_series){.id = sqlite3_column_int64(statement, 0),
                                          .kernel = eb_kernel_metrics_find(kernel),
                                          .algorithm = text_at(statement, 3),
                                          .arm = text_at(statement, 4),
                                          .variant = text_at(statement, 5),
                                          .size_bytes = (uint64_t)sqlite3_column_int64(statement, 6),
                                          .ranks = (uint64_t)sqlite3_column_int64(statement, 7)};
        series->metric = find_metric(series->kernel, metric);
        if (!series->algorithm || !series->arm || !series->variant)
            status = out_of_memory(err);
        else if (!series->metric)
            status = eb_error_set(err, EB_INVALID, "history", 0,
                                  "%s: series %lld: %.40s of kernel %.40s is unknown to this version",
                                  history->path, (long long)series->id, metric, kernel);
    }
    free(kernel);
    free(metric);
    return status;
}

static int compare_series(const void *left, const void *right)
{
    return eb_past_series_compare(left, right);
}

static enum eb_status read_series(struct eb_history *history, struct eb_past *past, struct eb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int row = 0;
    enum eb_status status = eb_history_prepare(
        history, "SELECT id, kernel, metric, algorithm, arm, variant, size_bytes, ranks FROM series",
        &statement, err, "");
    while (status == EB_OK && (status = eb_history_step(history, statement, &row, err)) == EB_OK && row)
        if ((status = read_one_series(history, past, statement, err)) != EB_OK)
            break;
    sqlite3_finalize(statement);
    if (past->series)
        qsort(past->series, past->series_count, sizeof *past->series, compare_series);
    return status;
}

static enum eb_status read_night(struct eb_history *history, struct eb_past *past, sqlite3_stmt *statement,
                                 struct eb_error *err)
{
    struct eb_night *grown = room_for_one(past->nights, past->night_count, sizeof *grown);
    if (!grown)
        return out_of_memory(err);
    past->nights = grown;
    struct eb_night *night = &past->nights[past->night_count++];
    *night = (struct eb_night){.id = sqlite3_column_int64(statement, 0),
                               .created_utc = text_at(statement, 2),
                               .hosts = text_at(statement, 4),
                               .instance = text_at(statement, 5),
                               .version = text_at(statement, 6),
                               .git_version = text_at(statement, 7),
                               .launches = (uint64_t)sqlite3_column_int64(statement, 8),
                               .kind = kind_of(past, sqlite3_column_int64(statement, 3)),
                               .basis = (uint64_t)sqlite3_column_int64(statement, 10)};
    int judged = sqlite3_column_int(statement, 9);
    night->judged = judged < 0 ? EB_JUDGED_LEARNING : judged > 0 ? EB_JUDGED_SUSPECT : EB_JUDGED_QUIET;
    const char *digest = (const char *)sqlite3_column_text(statement, 1);
    if (!night->created_utc || !night->hosts || !night->instance || !night->version || !night->git_version)
        return out_of_memory(err);
    if (!digest || strlen(digest) != EB_DIGEST_TEXT - 1)
        return dangling(history, "a night's digest is none", err);
    memcpy(night->digest, digest, EB_DIGEST_TEXT);
    return night->kind == EB_PAST_NONE ? dangling(history, "a night without a kind", err) : EB_OK;
}

static enum eb_status read_nights(struct eb_history *history, struct eb_past *past, struct eb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int row = 0;
    enum eb_status status = eb_history_prepare(
        history,
        "SELECT id, digest, created_utc, kind, hosts, instance, version, git_version, launches, judged, basis"
        " FROM nights ORDER BY created_utc, digest",
        &statement, err, "");
    while (status == EB_OK && (status = eb_history_step(history, statement, &row, err)) == EB_OK && row)
        if ((status = read_night(history, past, statement, err)) != EB_OK)
            break;
    sqlite3_finalize(statement);
    return status;
}

static enum eb_status read_accept(struct eb_history *history, struct eb_past *past, sqlite3_stmt *statement,
                                  struct eb_error *err)
{
    struct eb_accept *grown = room_for_one(past->accepts, past->accept_count, sizeof *grown);
    if (!grown)
        return out_of_memory(err);
    past->accepts = grown;
    struct eb_accept *accept = &past->accepts[past->accept_count++];
    *accept = (struct eb_accept){.kind = kind_of(past, sqlite3_column_int64(statement, 0)),
                                 .created_utc = text_at(statement, 1),
                                 .digest = text_at(statement, 2),
                                 .reason = text_at(statement, 3),
                                 .by = text_at(statement, 4),
                                 .accepted_utc = text_at(statement, 5)};
    if (!accept->created_utc || !accept->digest || !accept->reason || !accept->by || !accept->accepted_utc)
        return out_of_memory(err);
    return accept->kind == EB_PAST_NONE ? dangling(history, "an accept without a kind", err) : EB_OK;
}

static enum eb_status read_accepts(struct eb_history *history, struct eb_past *past, struct eb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int row = 0;
    enum eb_status status =
        eb_history_prepare(history,
                           "SELECT kind, created_utc, digest, reason, accepted_by, accepted_utc FROM accepts"
                           " ORDER BY created_utc, digest, id",
                           &statement, err, "");
    while (status == EB_OK && (status = eb_history_step(history, statement, &row, err)) == EB_OK && row)
        if ((status = read_accept(history, past, statement, err)) != EB_OK)
            break;
    sqlite3_finalize(statement);
    return status;
}

static enum eb_status read_delta(struct eb_history *history, struct eb_past *past, struct eb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int row = 0;
    enum eb_status status =
        eb_history_prepare(history, "SELECT number FROM settings WHERE name = 'delta'", &statement, err, "");
    if (status == EB_OK)
        status = eb_history_step(history, statement, &row, err);
    if (status == EB_OK && row)
        past->delta = sqlite3_column_double(statement, 0);
    sqlite3_finalize(statement);
    return status == EB_OK && !row ? dangling(history, "its delta is missing", err) : status;
}

enum eb_status eb_history_read(struct eb_history *history, struct eb_past **past, struct eb_error *err)
{
    struct eb_past *made = eb_past_new();
    enum eb_status status = made ? read_delta(history, made, err) : out_of_memory(err);
    if (status == EB_OK)
        status = read_kinds(history, made, err);
    if (status == EB_OK)
        status = read_series(history, made, err);
    if (status == EB_OK)
        status = read_nights(history, made, err);
    if (status == EB_OK)
        status = read_accepts(history, made, err);
    *past = status == EB_OK ? made : NULL;
    if (status != EB_OK)
        eb_past_free(made);
    return status;
}
