/* What keeps a history good: accepted shifts, checks, and a new one from the records. */
#include "judge/history_db.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LEAST_DIGITS 4 /* of a digest that stands for a night */

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for the history");
}

static int is_out_of_line(const struct eb_night *night)
{
    return night->state == EB_NIGHT_SUSPECT || night->state == EB_NIGHT_RED;
}

static int is_last_of_its_kind(const struct eb_past *past, size_t night)
{
    size_t i = night + 1;
    while (i < past->night_count && past->nights[i].kind != past->nights[night].kind)
        i++;
    return i == past->night_count;
}

/* The first night of the latest run of nights of one kind that are out of line, where that run is what is
 * now: one that is over is hardly the level that is meant. */
static enum eb_status find_latest_run(const struct eb_past *past, size_t *found, struct eb_error *err)
{
    size_t last = past->night_count;
    while (last > 0 && !(is_out_of_line(&past->nights[last - 1]) && is_last_of_its_kind(past, last - 1)))
        last--;
    if (last == 0)
        return eb_error_set(err, EB_USAGE, "history", 0,
                            "no red or suspect run reaches the latest night: --from NIGHT says where the new "
                            "level begins");
    *found = last - 1;
    for (size_t i = last - 1; i > 0; i--) {
        const struct eb_night *night = &past->nights[i - 1];
        if (night->kind != past->nights[*found].kind)
            continue;
        if (!is_out_of_line(night))
            break;
        *found = i - 1;
    }
    return EB_OK;
}

static enum eb_status find_named(const struct eb_past *past, const char *from, size_t *found,
                                 struct eb_error *err)
{
    size_t length = strlen(from);
    size_t count = 0;
    for (size_t i = 0; length >= LEAST_DIGITS && i < past->night_count; i++) {
        const struct eb_night *night = &past->nights[i];
        if (strncmp(night->digest, from, length) != 0 && strncmp(night->created_utc, from, length) != 0)
            continue;
        *found = i;
        count++;
    }
    if (count == 1)
        return EB_OK;
    return eb_error_set(err, EB_USAGE, "history", 0,
                        count ? "--from: '%.80s' is the start of %zu nights: list shows them"
                              : "--from: '%.80s' is the start of no night (%zu): list shows them",
                        from, count);
}

/* A second accept of the same night is a mistake. */
static enum eb_status check_new(const struct eb_past *past, size_t found, struct eb_error *err)
{
    const struct eb_night *night = &past->nights[found];
    for (size_t i = 0; i < past->accept_count; i++)
        if (past->accepts[i].kind == night->kind && strcmp(past->accepts[i].digest, night->digest) == 0)
            return eb_error_set(err, EB_USAGE, "history", 0,
                                "night %.10s of %s was accepted already, by %.80s at %s; nothing was changed",
                                night->digest, night->created_utc, past->accepts[i].by,
                                past->accepts[i].accepted_utc);
    return EB_OK;
}

/* JSON, in which all of it is exported, holds nothing else. */
static enum eb_status check_text(const char *option, const char *text, struct eb_error *err)
{
    json_t *json = json_string(text);
    int is_good = json != NULL;
    json_decref(json);
    return is_good ? EB_OK
                   : eb_error_set(err, EB_USAGE, "history", 0,
                                  "%s: the text is no UTF-8; nothing was changed", option);
}

static enum eb_status insert_accept(struct eb_history *history, const struct eb_acceptance *acceptance,
                                    char *night, struct eb_error *err)
{
    struct eb_past *past = NULL;
    size_t found = 0;
    char now_utc[24];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(now_utc, sizeof now_utc, "%Y-%m-%dT%H:%M:%SZ", &utc);
    enum eb_status status = eb_history_load(history, &past, err);
    if (status == EB_OK)
        status = acceptance->from ? find_named(past, acceptance->from, &found, err)
                                  : find_latest_run(past, &found, err);
    if (status == EB_OK)
        status = check_new(past, found, err);
    if (status == EB_OK) {
        const struct eb_night *first = &past->nights[found];
        memcpy(night, first->digest, EB_DIGEST_TEXT);
        status = eb_history_run(
            history,
            "INSERT INTO accepts (kind, created_utc, digest, reason, accepted_by, accepted_utc)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            NULL, err, "ittttt", past->kind_ids[first->kind], first->created_utc, first->digest,
            acceptance->reason, acceptance->by, now_utc);
    }
    eb_past_free(past);
    return status;
}

enum eb_status eb_history_accept(struct eb_history *history, const struct eb_acceptance *acceptance,
                                 char *night, struct eb_error *err)
{
    enum eb_status status = check_text("--reason", acceptance->reason, err);
    if (status == EB_OK)
        status = check_text("--by", acceptance->by, err);
    if (status == EB_OK)
        status = eb_history_begin(history, err);
    if (status != EB_OK)
        return status;
    status = insert_accept(history, acceptance, night, err);
    if (status == EB_OK)
        status = eb_history_settle(history, err);
    return eb_history_end(history, status, err);
}

/* A pragma that says "ok", or nothing at all, when it has nothing to complain of. */
static enum eb_status check_pragma(struct eb_history *history, const char *sql, const char *what,
                                   struct eb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int row = 0;
    enum eb_status status = eb_history_prepare(history, sql, &statement, err, "");
    if (status == EB_OK)
        status = eb_history_step(history, statement, &row, err);
    const char *text = row ? (const char *)sqlite3_column_text(statement, 0) : "ok";
    if (status == EB_OK && (!text || strcmp(text, "ok") != 0))
        status = eb_error_set(err, EB_INVALID, "history", 0, "%s: corrupt (%s: %.200s)", history->path, what,
                              text ? text : "");
    sqlite3_finalize(statement);
    return status;
}

static enum eb_status check_values(const struct eb_history *history, const struct eb_past *past,
                                   struct eb_error *err)
{
    for (size_t i = 0; i < past->night_count; i++) {
        const struct eb_night *night = &past->nights[i];
        for (size_t j = 0; j < night->value_count; j++)
            if (!isfinite(night->values[j].z) || !(night->values[j].value > 0) ||
                !isfinite(night->values[j].value))
                return eb_error_set(err, EB_INVALID, "history", 0,
                                    "%s: corrupt (night %.10s has a value that is none)", history->path,
                                    night->digest);
    }
    return EB_OK;
}

/* What is stored of the nights against what follows from them. What was stored of another basis, by other
 * rules, is believed by nobody. */
static enum eb_status check_states(struct eb_history *history, struct eb_past *past, struct eb_error *err)
{
    struct eb_night *stored = calloc(past->night_count + 1, sizeof *stored);
    enum eb_status status = stored ? EB_OK : out_of_memory(err);
    if (status == EB_OK && past->night_count > 0)
        memcpy(stored, past->nights, past->night_count * sizeof *stored);
    for (size_t i = 0; i < past->night_count; i++)
        past->nights[i].basis = 0;
    if (status == EB_OK)
        status = eb_past_settle(past, NULL, NULL, err);
    for (size_t i = 0; status == EB_OK && i < past->night_count; i++)
        if (stored[i].basis == past->nights[i].basis && stored[i].judged != past->nights[i].judged)
            status = eb_error_set(err, EB_INVALID, "history", 0,
                                  "%s: corrupt (what is stored of night %.10s does not follow from the "
                                  "nights before it)",
                                  history->path, stored[i].digest);
    free(stored);
    return status;
}

enum eb_status eb_history_check(const char *path, size_t *nights, struct eb_error *err)
{
    struct eb_history *history = NULL;
    struct eb_past *past = NULL;
    enum eb_status status = eb_history_open(path, EB_HISTORY_READ, 0, &history, err);
    if (status == EB_OK)
        status = check_pragma(history, "PRAGMA integrity_check(1)", "integrity", err);
    if (status == EB_OK)
        status = check_pragma(history, "PRAGMA foreign_key_check", "a reference to nothing in", err);
    if (status == EB_OK)
        status = eb_history_read(history, &past, err);
    if (status == EB_OK)
        status = eb_history_fetch_all(history, past, err);
    if (status == EB_OK)
        status = check_values(history, past, err);
    if (status == EB_OK)
        status = check_states(history, past, err);
    if (status == EB_OK)
        *nights = past->night_count;
    eb_past_free(past);
    eb_history_close(history);
    return status;
}

/* The accepts and the delta of the old database into the new one. */
static enum eb_status carry_over(struct eb_history *old, struct eb_history *new, double delta,
                                 struct eb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int64_t version = 0;
    int row = 0;
    enum eb_status status = eb_history_run(old, "PRAGMA user_version", &version, err, "");
    if (status != EB_OK || version < 2)
        return status;
    status = eb_history_prepare(old, "SELECT number FROM settings WHERE name = 'delta'", &statement, err, "");
    if (status == EB_OK)
        status = eb_history_step(old, statement, &row, err);
    if (status == EB_OK && row && delta == 0)
        status = eb_history_run(new, "UPDATE settings SET number = ? WHERE name = 'delta'", NULL, err, "d",
                                sqlite3_column_double(statement, 0));
    sqlite3_finalize(statement);
    statement = NULL;
    if (status == EB_OK)
        status = eb_history_prepare(old,
                                    "SELECT likeness, created_utc, digest, reason, accepted_by, accepted_utc"
                                    " FROM accepts JOIN kinds ON kinds.id = accepts.kind ORDER BY accepts.id",
                                    &statement, err, "");
    while (status == EB_OK && (status = eb_history_step(old, statement, &row, err)) == EB_OK && row) {
        const char *text[6];
        for (int i = 0; i < 6; i++)
            text[i] = (const char *)sqlite3_column_text(statement, i);
        status =
            eb_history_run(new, "INSERT OR IGNORE INTO kinds (likeness) VALUES (?)", NULL, err, "t", text[0]);
        if (status == EB_OK)
            status = eb_history_run(
                new,
                "INSERT INTO accepts (kind, created_utc, digest, reason, accepted_by, accepted_utc)"
                " SELECT id, ?, ?, ?, ?, ? FROM kinds WHERE likeness = ?",
                NULL, err, "tttttt", text[1], text[2], text[3], text[4], text[5], text[0]);
    }
    sqlite3_finalize(statement);
    return status;
}

/* Nights of a damaged database may not be readable: those that are, are counted. */
static size_t count_dropped(struct eb_history *old, struct eb_past *const *records, size_t count)
{
    sqlite3_stmt *statement = NULL;
    size_t dropped = 0;
    int row = 1;
    if (eb_history_prepare(old, "SELECT digest FROM nights", &statement, NULL, "") != EB_OK)
        return 0;
    while (eb_history_step(old, statement, &row, NULL) == EB_OK && row) {
        const char *digest = (const char *)sqlite3_column_text(statement, 0);
        size_t i = 0;
        while (digest && i < count && strcmp(records[i]->nights[0].digest, digest) != 0)
            i++;
        dropped += i == count;
    }
    sqlite3_finalize(statement);
    return dropped;
}

static enum eb_status fill_rebuilt(struct eb_history *old, const char *beside, double delta,
                                   struct eb_past *const *records, size_t count, size_t *added,
                                   struct eb_error *err)
{
    struct eb_history *new = NULL;
    enum eb_status status = eb_history_create(beside, delta, err);
    if (status == EB_OK)
        status = eb_history_open(beside, EB_HISTORY_WRITE, 0, &new, err);
    if (status == EB_OK)
        status = eb_history_begin(new, err);
    if (status == EB_OK) {
        status = carry_over(old, new, delta, err);
        for (size_t i = 0; status == EB_OK && i < count; i++) {
            int one = 0;
            status = eb_history_insert(new, records[i], &one, err);
            *added += (size_t)one;
        }
        if (status == EB_OK)
            status = eb_history_settle(new, err);
        status = eb_history_end(new, status, err);
    }
    eb_history_close(new);
    return status;
}

static void sync_directory_of(const char *path)
{
    char *copy = strdup(path);
    int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(copy);
}

/* Whoever could read and write the old one can the new one. */
static enum eb_status put_in_place(const char *beside, const char *path, struct eb_error *err)
{
    struct stat old;
    struct stat new;
    int fd = open(beside, O_RDONLY | O_CLOEXEC);
    int is_known = fd >= 0 && stat(path, &old) == 0 && fstat(fd, &new) == 0;
    if (is_known && (old.st_uid != new.st_uid || old.st_gid != new.st_gid) &&
        fchown(fd, old.st_uid, old.st_gid) != 0) {
        eb_error_set(
            err, EB_USAGE, "history", errno,
            "%s: it belongs to user %ld and group %ld, and a new one cannot be given to them: let its "
            "owner rebuild it",
            path, (long)old.st_uid, (long)old.st_gid);
        close(fd);
        return EB_USAGE;
    }
    int is_done = is_known && fchmod(fd, old.st_mode & 07777) == 0 && rename(beside, path) == 0;
    if (!is_done)
        eb_error_set(err, EB_INTERNAL, "history", errno, "%s: cannot put a new one in its place: %s", path,
                     strerror(errno));
    if (fd >= 0)
        close(fd);
    if (!is_done)
        return EB_INTERNAL;
    sync_directory_of(path);
    return EB_OK;
}

enum eb_status eb_history_rebuild(const char *path, double delta, struct eb_past *const *records,
                                  size_t count, size_t *added, size_t *dropped, struct eb_error *err)
{
    struct eb_history *old = NULL;
    char *real = realpath(path, NULL); /* a link stays one */
    char *beside = NULL;
    *added = 0;
    *dropped = 0;
    enum eb_status status = eb_history_open_damaged(real ? real : path, &old, err);
    if (status == EB_OK && asprintf(&beside, "%s.rebuilt.%ld", real ? real : path, (long)getpid()) < 0) {
        beside = NULL;
        status = out_of_memory(err);
    }
    if (status == EB_OK) {
        eb_history_remove(beside);
        status = fill_rebuilt(old, beside, delta, records, count, added, err);
        *dropped = count_dropped(old, records, count);
        if (status == EB_OK)
            status = put_in_place(beside, real ? real : path, err);
        if (status != EB_OK)
            eb_history_remove(beside);
    }
    free(beside);
    free(real);
    eb_history_close(old);
    return status;
}
