/* What the files judge/history*.c share of the database; nobody else includes this. Statuses and messages as
 * in judge/history.h. */
#ifndef EB_JUDGE_HISTORY_DB_H
#define EB_JUDGE_HISTORY_DB_H

#include "judge/history.h"

#include <sys/types.h>

#define EB_HISTORY_SCHEMA 2
#define EB_HISTORY_WAIT_MS 5000

struct sqlite3;
struct sqlite3_stmt;

struct eb_history {
    struct sqlite3 *db;
    char *path;
    enum eb_history_use use;
    dev_t device; /* of the file that was opened: another may take its place */
    ino_t inode;
    int was_replaced;            /* found when it was locked; nothing was written */
    struct sqlite3_stmt *values; /* of one night; prepared when first wanted */
};

/* Turns an outcome of SQLite into an error; what says what was being done. */
enum eb_status eb_history_failed(struct eb_history *history, int outcome, const char *what,
                                 struct eb_error *err);

/* One or several statements without results. */
enum eb_status eb_history_execute(struct eb_history *history, const char *sql, struct eb_error *err);

/* A statement with its parameters: i an int64_t, d a double, t a text (borrowed until it is finished).
 * *statement is NULL unless EB_OK. */
enum eb_status eb_history_prepare(struct eb_history *history, const char *sql,
                                  struct sqlite3_stmt **statement, struct eb_error *err,
                                  const char *parameters, ...);

/* *row is 0 at the end. */
enum eb_status eb_history_step(struct eb_history *history, struct sqlite3_stmt *statement, int *row,
                               struct eb_error *err);

/* Prepares, runs to the end and forgets a statement; *number (may be NULL) is the first column of the first
 * row, and stays as it is without one. */
enum eb_status eb_history_run(struct eb_history *history, const char *sql, int64_t *number,
                              struct eb_error *err, const char *parameters, ...);

/* A new database at a path where nothing is; EB_OK too when another process was quicker. */
enum eb_status eb_history_create(const char *path, double delta, struct eb_error *err);

/* A file of ours with its journal, as far as they are there. */
void eb_history_remove(const char *path);

/* Waits for other writers. Whoever began ends: with status EB_OK what was done stays, else nothing does.
 * eb_history_end returns status, or why it could not be kept. */
enum eb_status eb_history_begin(struct eb_history *history, struct eb_error *err);
enum eb_status eb_history_end(struct eb_history *history, enum eb_status status, struct eb_error *err);

/* The parts of eb_history_add and eb_history_load within a transaction. */
enum eb_status eb_history_insert(struct eb_history *history, const struct eb_past *record, int *added,
                                 struct eb_error *err);
enum eb_status eb_history_read(struct eb_history *history, struct eb_past **past, struct eb_error *err);
/* Brings the states in the database up to date. */
enum eb_status eb_history_settle(struct eb_history *history, struct eb_error *err);

/* The file alone, locked as by eb_history_begin and neither checked nor migrated, for whoever saves what can
 * be saved. */
enum eb_status eb_history_open_damaged(const char *path, struct eb_history **history, struct eb_error *err);

#endif
