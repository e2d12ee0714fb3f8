/* Statements and what may come of them. */
#include "judge/history_db.h"

#include <sqlite3.h>
#include <stdarg.h>

enum eb_status eb_history_failed(struct eb_history *history, int outcome, const char *what,
                                 struct eb_error *err)
{
    const char *path = history->path;
    const char *words = history->db ? sqlite3_errmsg(history->db) : sqlite3_errstr(outcome);
    switch (outcome & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return eb_error_set(err, EB_INVALID, "SQLite", outcome,
                            "%s: another process has kept it locked for %d seconds; nothing was changed",
                            path, EB_HISTORY_WAIT_MS / 1000);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return eb_error_set(err, EB_INVALID, "SQLite", outcome, "%s: corrupt (%s: %s); nothing was changed",
                            path, what, words);
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return eb_error_set(err, EB_USAGE, "SQLite", outcome, "%s: %s: %s", path, what, words);
    default:
        return eb_error_set(err, EB_INTERNAL, "SQLite", outcome, "%s: %s: %s", path, what, words);
    }
}

enum eb_status eb_history_execute(struct eb_history *history, const char *sql, struct eb_error *err)
{
    int outcome = sqlite3_exec(history->db, sql, NULL, NULL, NULL);
    return outcome == SQLITE_OK ? EB_OK : eb_history_failed(history, outcome, "executing", err);
}

static int bind_all(sqlite3_stmt *statement, const char *parameters, va_list values)
{
    int outcome = SQLITE_OK;
    for (int i = 1; outcome == SQLITE_OK && *parameters; i++, parameters++)
        outcome = *parameters == 'i' ? sqlite3_bind_int64(statement, i, va_arg(values, int64_t))
                  : *parameters == 'd'
                      ? sqlite3_bind_double(statement, i, va_arg(values, double))
                      : sqlite3_bind_text(statement, i, va_arg(values, const char *), -1, SQLITE_STATIC);
    return outcome;
}

static enum eb_status prepare(struct eb_history *history, const char *sql, struct sqlite3_stmt **statement,
                              struct eb_error *err, const char *parameters, va_list values)
{
    int outcome = sqlite3_prepare_v2(history->db, sql, -1, statement, NULL);
    if (outcome == SQLITE_OK)
        outcome = bind_all(*statement, parameters, values);
    if (outcome == SQLITE_OK)
        return EB_OK;
    enum eb_status status = eb_history_failed(history, outcome, "preparing", err);
    sqlite3_finalize(*statement);
    *statement = NULL;
    return status;
}

enum eb_status eb_history_prepare(struct eb_history *history, const char *sql,
                                  struct sqlite3_stmt **statement, struct eb_error *err,
                                  const char *parameters, ...)
{
    va_list values;
    va_start(values, parameters);
    enum eb_status status = prepare(history, sql, statement, err, parameters, values);
    va_end(values);
    return status;
}

enum eb_status eb_history_step(struct eb_history *history, struct sqlite3_stmt *statement, int *row,
                               struct eb_error *err)
{
    int outcome = sqlite3_step(statement);
    *row = outcome == SQLITE_ROW;
    return outcome == SQLITE_ROW || outcome == SQLITE_DONE
               ? EB_OK
               : eb_history_failed(history, outcome, "reading or writing", err);
}

enum eb_status eb_history_run(struct eb_history *history, const char *sql, int64_t *number,
                              struct eb_error *err, const char *parameters, ...)
{
    sqlite3_stmt *statement = NULL;
    va_list values;
    va_start(values, parameters);
    enum eb_status status = prepare(history, sql, &statement, err, parameters, values);
    va_end(values);
    int row = status == EB_OK;
    for (int first = 1; status == EB_OK && row; first = 0) {
        status = eb_history_step(history, statement, &row, err);
        if (status == EB_OK && row && first && number)
            *number = sqlite3_column_int64(statement, 0);
    }
    sqlite3_finalize(statement);
    return status;
}

enum eb_status eb_history_end(struct eb_history *history, enum eb_status status, struct eb_error *err)
{
    if (status == EB_OK)
        status = eb_history_execute(history, "COMMIT", err);
    if (status != EB_OK)
        sqlite3_exec(history->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}
