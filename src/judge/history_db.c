/* The file: looked at, opened, made, migrated, locked. */
#include "judge/history_db.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x6562686e /* "ebhn" */
#define REPLACED_AT_MOST 10
#define TEXT_OF(x) #x
#define NUMBER_TEXT(x) TEXT_OF(x)

/* Step i takes a database from version i to i + 1. Never changed once released: a new version is a new step.
 */
static const char *const steps[EB_HISTORY_SCHEMA] = {
    "CREATE TABLE kinds (id INTEGER PRIMARY KEY, likeness TEXT NOT NULL UNIQUE);"
    "CREATE TABLE nights (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, created_utc TEXT NOT NULL,"
    " kind INTEGER NOT NULL REFERENCES kinds (id), hosts TEXT NOT NULL, instance TEXT NOT NULL,"
    " version TEXT NOT NULL, git_version TEXT NOT NULL, launches INTEGER NOT NULL);"
    "CREATE TABLE series (id INTEGER PRIMARY KEY, kernel TEXT NOT NULL, metric TEXT NOT NULL,"
    " algorithm TEXT NOT NULL, arm TEXT NOT NULL, variant TEXT NOT NULL, size_bytes INTEGER NOT NULL,"
    " ranks INTEGER NOT NULL, UNIQUE (kernel, metric, algorithm, arm, variant, size_bytes, ranks));"
    "CREATE TABLE measured (night INTEGER NOT NULL REFERENCES nights (id),"
    " series INTEGER NOT NULL REFERENCES series (id), z REAL NOT NULL, value REAL NOT NULL,"
    " launches INTEGER NOT NULL, algorithm TEXT NOT NULL, PRIMARY KEY (night, series)) WITHOUT ROWID;"
    "PRAGMA user_version = 1;",

    "CREATE TABLE settings (name TEXT PRIMARY KEY, number REAL NOT NULL) WITHOUT ROWID;"
    "INSERT INTO settings VALUES ('delta', 0.019802627296179712);" /* ln 1.02 */
    "CREATE TABLE accepts (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL REFERENCES kinds (id),"
    " created_utc TEXT NOT NULL, digest TEXT NOT NULL, reason TEXT NOT NULL CHECK (reason <> ''),"
    " accepted_by TEXT NOT NULL CHECK (accepted_by <> ''), accepted_utc TEXT NOT NULL);"
    "ALTER TABLE nights ADD COLUMN judged INTEGER NOT NULL DEFAULT -1;"
    "ALTER TABLE nights ADD COLUMN basis INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX nights_of_kind ON nights (kind, created_utc, digest);"
    "PRAGMA user_version = 2;",
};

static uint32_t big_endian(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The header alone, before SQLite sees the file (https://www.sqlite.org/fileformat2.html, section 1.3): the
 * application's id is at byte 68, its version at 60. Closing the file drops this process's locks on it, so
 * that it must not be open already. */
static enum eb_status look(struct eb_history *history, int *is_there, struct eb_error *err)
{
    unsigned char header[100];
    struct stat kind;
    int fd = open(history->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *is_there = fd >= 0 || errno != ENOENT;
    if (fd < 0)
        return eb_error_set(err, EB_INVALID, "history", errno, "%s: cannot read it: %s", history->path,
                            strerror(errno));
    ssize_t got = fstat(fd, &kind) == 0 && S_ISREG(kind.st_mode) ? read(fd, header, sizeof header) : -1;
    close(fd);
    history->device = kind.st_dev;
    history->inode = kind.st_ino;
    if (got < 0)
        return eb_error_set(err, EB_INVALID, "history", 0, "%s: it is no regular file", history->path);
    if (got < (ssize_t)sizeof header || memcmp(header, "SQLite format 3", 16) != 0)
        return eb_error_set(err, EB_INVALID, "history", 0,
                            "%s: foreign: it is no SQLite database; nothing was changed", history->path);
    uint32_t version = big_endian(header + 60);
    if (big_endian(header + 68) != APPLICATION_ID || version == 0)
        return eb_error_set(
            err, EB_INVALID, "history", 0,
            "%s: foreign: it is a database of another application, no history; nothing was changed",
            history->path);
    if (version > EB_HISTORY_SCHEMA)
        return eb_error_set(err, EB_INVALID, "history", 0,
                            "%s: newer: its schema is %u, this efabench knows those up to %d; nothing was "
                            "changed",
                            history->path, version, EB_HISTORY_SCHEMA);
    return EB_OK;
}

static enum eb_status connect(struct eb_history *history, int flags, struct eb_error *err)
{
    sqlite3_close_v2(history->db);
    history->db = NULL;
    int outcome = sqlite3_open_v2(history->path, &history->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (outcome != SQLITE_OK)
        return eb_history_failed(history, outcome, "opening", err);
    sqlite3_busy_timeout(history->db, EB_HISTORY_WAIT_MS);
    sqlite3_extended_result_codes(history->db, 1);
    return eb_history_execute(history,
                              "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;"
                              "PRAGMA cell_size_check = ON",
                              err);
}

/* Finds broken pages before anything is believed or written; what quick_check says is one text. */
static enum eb_status check_pages(struct eb_history *history, struct eb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int row = 0;
    enum eb_status status = eb_history_prepare(history, "PRAGMA quick_check(1)", &statement, err, "");
    if (status == EB_OK)
        status = eb_history_step(history, statement, &row, err);
    const char *text = row ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    if (status == EB_OK && (!text || strcmp(text, "ok") != 0))
        status = eb_error_set(err, EB_INVALID, "SQLite", SQLITE_CORRUPT,
                              "%s: corrupt (%.200s); nothing was changed", history->path,
                              text ? text : "nothing can be read");
    sqlite3_finalize(statement);
    return status;
}

/* What a killed writer had begun and SQLite cannot put back, since neither the file nor its directory may be
 * written. */
static int is_unfinished(int outcome)
{
    return (outcome & 0xff) == SQLITE_READONLY || (outcome & 0xff) == SQLITE_CANTOPEN ||
           (outcome & 0xff) == SQLITE_PERM || outcome == SQLITE_IOERR_DELETE;
}

/* A reader may not put back what a killed writer had begun; a writer may, and then only reads. */
static enum eb_status connect_to_read(struct eb_history *history, struct eb_error *err)
{
    enum eb_status status = connect(history, SQLITE_OPEN_READONLY, err);
    if (status != EB_OK)
        return status;
    int outcome = sqlite3_exec(history->db, "BEGIN; SELECT count(*) FROM sqlite_master", NULL, NULL, NULL);
    if (outcome == SQLITE_OK)
        return EB_OK;
    if (!is_unfinished(outcome))
        return eb_history_failed(history, outcome, "reading", err);
    status = connect(history, SQLITE_OPEN_READWRITE, err);
    if (status != EB_OK)
        return status;
    outcome = sqlite3_exec(history->db, "BEGIN; SELECT count(*) FROM sqlite_master; PRAGMA query_only = ON",
                           NULL, NULL, NULL);
    if (is_unfinished(outcome))
        return eb_error_set(err, EB_INVALID, "SQLite", outcome,
                            "%s: a writer was killed while it wrote, and what it left in %s-journal must be "
                            "put back: somebody who may write both has to open it once (efabench history DB "
                            "list)",
                            history->path, history->path);
    return outcome == SQLITE_OK ? EB_OK : eb_history_failed(history, outcome, "reading", err);
}

/* Locks the file for writing, and knows then whether it is still the one at its path: another process may
 * have put a rebuilt database there, and what is written to the old one would be lost, its journal be taken
 * for the new one's. A database in memory, or that is being made, has no inode. */
static enum eb_status begin_to_write(struct eb_history *history, struct eb_error *err)
{
    struct stat kind;
    enum eb_status status = eb_history_execute(history, "BEGIN IMMEDIATE", err);
    if (status != EB_OK || history->inode == 0)
        return status;
    history->was_replaced =
        stat(history->path, &kind) != 0 || kind.st_dev != history->device || kind.st_ino != history->inode;
    if (!history->was_replaced)
        return EB_OK;
    sqlite3_exec(history->db, "ROLLBACK", NULL, NULL, NULL);
    return eb_error_set(err, EB_INVALID, "history", 0, "%s: it was replaced again and again meanwhile",
                        history->path);
}

/* Each step in a transaction of its own; another process may have been quicker. */
static enum eb_status migrate(struct eb_history *history, struct eb_error *err)
{
    int64_t before = 0;
    enum eb_status status = eb_history_run(history, "PRAGMA user_version", &before, err, "");
    int64_t version = before;
    while (status == EB_OK && version < EB_HISTORY_SCHEMA) {
        status = begin_to_write(history, err);
        if (status != EB_OK)
            break;
        status = eb_history_run(history, "PRAGMA user_version", &version, err, "");
        if (status == EB_OK && version < EB_HISTORY_SCHEMA)
            status = eb_history_execute(history, steps[version], err);
        status = eb_history_end(history, status, err);
        version++;
    }
    if (status != EB_OK || before == 0 || before >= EB_HISTORY_SCHEMA)
        return status;
    status = begin_to_write(history, err);
    return status == EB_OK ? eb_history_end(history, eb_history_settle(history, err), err) : status;
}

/* An older version that is only read is brought up to date in memory. */
static enum eb_status migrate_in_memory(struct eb_history *history, struct eb_error *err)
{
    sqlite3 *copy = NULL;
    int64_t version = 0;
    enum eb_status status = eb_history_run(history, "PRAGMA user_version", &version, err, "");
    if (status != EB_OK || version == EB_HISTORY_SCHEMA)
        return status;
    int outcome = sqlite3_open(":memory:", &copy);
    sqlite3_backup *backup =
        outcome == SQLITE_OK ? sqlite3_backup_init(copy, "main", history->db, "main") : NULL;
    if (backup)
        sqlite3_backup_step(backup, -1);
    outcome = backup ? sqlite3_backup_finish(backup) : SQLITE_NOMEM;
    if (outcome != SQLITE_OK) {
        sqlite3_close_v2(copy);
        return eb_history_failed(history, outcome, "copying", err);
    }
    sqlite3_close_v2(history->db);
    history->db = copy;
    history->inode = 0;
    status = migrate(history, err);
    return status == EB_OK ? eb_history_execute(history, "BEGIN", err) : status;
}

static enum eb_status open_existing(struct eb_history *history, struct eb_error *err)
{
    enum eb_status status = connect_to_read(history, err);
    if (status == EB_OK)
        status = check_pages(history, err);
    if (status == EB_OK && history->use == EB_HISTORY_READ)
        return migrate_in_memory(history, err);
    if (status == EB_OK)
        status = connect(history, SQLITE_OPEN_READWRITE, err);
    return status == EB_OK ? migrate(history, err) : status;
}

static enum eb_status new_handle(const char *path, enum eb_history_use use, struct eb_history **history,
                                 struct eb_error *err)
{
    *history = calloc(1, sizeof **history);
    char *copy = *history ? strdup(path) : NULL;
    if (!copy) {
        free(*history);
        *history = NULL;
        return eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for a database");
    }
    (*history)->path = copy;
    (*history)->use = use;
    return EB_OK;
}

/* Again while others put new files in its place. */
static enum eb_status open_whole(struct eb_history *history, int *is_there, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (int attempt = 0; attempt < REPLACED_AT_MOST; attempt++) {
        history->was_replaced = 0;
        sqlite3_close_v2(history->db);
        history->db = NULL;
        status = look(history, is_there, err);
        if (status == EB_OK)
            status = open_existing(history, err);
        if (!history->was_replaced)
            break;
    }
    return status;
}

enum eb_status eb_history_open_damaged(const char *path, struct eb_history **history, struct eb_error *err)
{
    struct eb_history *made = NULL;
    int is_there = 0;
    *history = NULL;
    enum eb_status status = new_handle(path, EB_HISTORY_WRITE, &made, err);
    for (int attempt = 0; made && attempt < REPLACED_AT_MOST; attempt++) {
        made->was_replaced = 0;
        sqlite3_close_v2(made->db);
        made->db = NULL;
        status = look(made, &is_there, err);
        if (status == EB_OK)
            status = connect(made, SQLITE_OPEN_READWRITE, err);
        if (status == EB_OK)
            status = begin_to_write(made, err);
        if (!made->was_replaced)
            break;
    }
    if (status == EB_OK)
        *history = made;
    else
        eb_history_close(made);
    return status;
}

static enum eb_status check_delta(struct eb_history *history, double delta, struct eb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int row = 0;
    if (delta == 0)
        return EB_OK;
    enum eb_status status = eb_history_prepare(
        history, "SELECT abs(number - ?) < 1e-9, number FROM settings WHERE name = 'delta'", &statement, err,
        "d", delta);
    if (status == EB_OK)
        status = eb_history_step(history, statement, &row, err);
    if (status == EB_OK && row && sqlite3_column_int(statement, 0) == 0)
        status = eb_error_set(err, EB_USAGE, "history", 0,
                              "--delta: %s has judged with another one since it was made (its logarithm is "
                              "%.6f); rebuild can change it",
                              history->path, sqlite3_column_double(statement, 1));
    sqlite3_finalize(statement);
    return status;
}

enum eb_status eb_history_open(const char *path, enum eb_history_use use, double delta,
                               struct eb_history **history, struct eb_error *err)
{
    struct eb_history *made = NULL;
    int is_there = 1;
    *history = NULL;
    enum eb_status status = new_handle(path, use, &made, err);
    if (status == EB_OK)
        status = open_whole(made, &is_there, err);
    if (!is_there && use == EB_HISTORY_CREATE) {
        status = eb_history_create(path, delta, err);
        if (status == EB_OK)
            status = open_whole(made, &is_there, err);
    }
    if (status == EB_OK && use != EB_HISTORY_READ)
        status = check_delta(made, delta, err);
    if (status == EB_OK)
        *history = made;
    else
        eb_history_close(made);
    return status;
}

void eb_history_close(struct eb_history *history)
{
    if (!history)
        return;
    sqlite3_finalize(history->values);
    sqlite3_close_v2(history->db);
    free(history->path);
    free(history);
}

enum eb_status eb_history_begin(struct eb_history *history, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (int attempt = 0; attempt < REPLACED_AT_MOST; attempt++) {
        int is_there = 0;
        status = begin_to_write(history, err);
        if (!history->was_replaced)
            return status;
        sqlite3_finalize(history->values);
        history->values = NULL;
        enum eb_status opened = open_whole(history, &is_there, err);
        if (opened != EB_OK)
            return opened;
    }
    return status;
}

/* Fills a new file. */
static enum eb_status fill_new(const char *beside, double delta, struct eb_error *err)
{
    struct eb_history made = {.path = (char *)beside, .use = EB_HISTORY_WRITE};
    enum eb_status status = connect(&made, SQLITE_OPEN_READWRITE, err);
    if (status == EB_OK)
        status = eb_history_execute(&made, "PRAGMA application_id = " NUMBER_TEXT(APPLICATION_ID), err);
    if (status == EB_OK)
        status = migrate(&made, err);
    if (status == EB_OK && delta != 0)
        status = eb_history_run(&made, "UPDATE settings SET number = ? WHERE name = 'delta'", NULL, err, "d",
                                delta);
    sqlite3_close_v2(made.db);
    return status;
}

/* What a killed writer left of a database that is gone would be played into the new one. */
static enum eb_status check_no_journal(const char *path, struct eb_error *err)
{
    char *journal = NULL;
    if (asprintf(&journal, "%s-journal", path) < 0)
        return eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for a database");
    int is_left = access(journal, F_OK) == 0 && access(path, F_OK) != 0;
    free(journal);
    return is_left ? eb_error_set(err, EB_INVALID, "history", 0,
                                  "%s: it is not there, but %s-journal is, left of a database that was "
                                  "removed: remove that too",
                                  path, path)
                   : EB_OK;
}

void eb_history_remove(const char *path)
{
    char *journal = NULL;
    unlink(path);
    if (asprintf(&journal, "%s-journal", path) >= 0) {
        unlink(journal);
        free(journal);
    }
}

/* Made aside and linked in: whoever is quicker wins, and nobody sees half a database. */
enum eb_status eb_history_create(const char *path, double delta, struct eb_error *err)
{
    char *beside = NULL;
    enum eb_status status = check_no_journal(path, err);
    if (status != EB_OK)
        return status;
    if (asprintf(&beside, "%s.%ld.tmp", path, (long)getpid()) < 0)
        return eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for a database");
    eb_history_remove(beside); /* of a process of the same number that was killed */
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        status =
            eb_error_set(err, EB_USAGE, "history", errno, "%s: cannot make it: %s", path, strerror(errno));
    else
        close(fd);
    if (status == EB_OK)
        status = fill_new(beside, delta, err);
    if (status == EB_OK && link(beside, path) != 0 && errno != EEXIST)
        status =
            eb_error_set(err, EB_USAGE, "history", errno, "%s: cannot make it: %s", path, strerror(errno));
    if (fd >= 0)
        eb_history_remove(beside);
    free(beside);
    return status;
}
