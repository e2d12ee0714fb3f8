/* The history: a database of nights in SQLite, and the judgement of a record against it.
 *
 * One file, one transaction for each record that is added (kill -9 leaves it as it was before or after), a
 * rollback journal, writers wait up to five seconds for one another. The file bears our application id and
 * the version of its schema; an older version is migrated in place when it is opened for writing, in one
 * transaction a step, and in memory when it is only read. What is foreign, newer, corrupt, locked for more
 * than five seconds or not there is EB_INVALID, naming file and reason, and is left as it is: the header is
 * looked at and the pages are checked before anything is written. Only where a writer was killed does reading
 * write: SQLite then puts back what that writer had begun (EB_INVALID for a reader who may not write).
 *
 * What each night was held against is said in judge/past.h. Built without SQLite every function but those of
 * no database is EB_USAGE (judge/history_absent.c). sqlite3.h is seen by judge/history*.c alone. */
#ifndef EB_JUDGE_HISTORY_H
#define EB_JUDGE_HISTORY_H

#include "judge/compare.h"
#include "judge/past.h"

enum eb_history_use {
    EB_HISTORY_READ, /* one snapshot of what is there */
    EB_HISTORY_WRITE,
    EB_HISTORY_CREATE, /* as WRITE, and a database that is not there is made */
};

struct eb_history; /* opaque */

/* delta is what a new database judges with for ever, a logarithm; 0: ln 1.02. With an existing one EB_USAGE
 * when it is neither 0 nor the database's own. EB_USAGE also for a path that cannot be written. */
enum eb_status eb_history_open(const char *path, enum eb_history_use use, double delta,
                               struct eb_history **history, struct eb_error *err);
void eb_history_close(struct eb_history *history);

/* Adds the one night of a past made by eb_past_of_record, in one transaction. *added is 0 when it was there
 * already. */
enum eb_status eb_history_add(struct eb_history *history, const struct eb_past *record, int *added,
                              struct eb_error *err);

/* Everything but the nights' values, settled. Release with eb_past_free. */
enum eb_status eb_history_load(struct eb_history *history, struct eb_past **past, struct eb_error *err);
/* The values of a night that eb_history_load gave. */
enum eb_status eb_history_fetch(struct eb_history *history, struct eb_past *past, size_t night,
                                struct eb_error *err);
enum eb_status eb_history_fetch_all(struct eb_history *history, struct eb_past *past, struct eb_error *err);

/* All of a database, settled and fetched, which is then closed again. Release with eb_past_free. Statuses of
 * eb_history_open. */
enum eb_status eb_history_read_whole(const char *path, struct eb_past **past, struct eb_error *err);

/* Whether everything is as it should be: pages, indices, references, series that this version knows, states
 * as they follow from the nights. *nights is how many there are. EB_INVALID names what is not. */
enum eb_status eb_history_check(const char *path, size_t *nights, struct eb_error *err);

/* A shift that a person accepts. */
struct eb_acceptance {
    const char *from;   /* the start of a night's digest or created_utc; NULL: the first of the red or
                           suspect run that reaches the latest night of its kind */
    const char *reason; /* UTF-8, neither empty */
    const char *by;
};

/* night (EB_DIGEST_TEXT bytes) is the digest of the first night of the new level. EB_USAGE when there is no
 * such night, or more than one, where no red or suspect run reaches the latest night of its kind, for a
 * night that was accepted already and for a text that is no UTF-8. */
enum eb_status eb_history_accept(struct eb_history *history, const struct eb_acceptance *acceptance,
                                 char *night, struct eb_error *err);

/* A database of these records alone takes the place of the one at path; its accepts and its delta (unless
 * another is given) are carried over, and so are its owner and mode (EB_USAGE where the owner cannot be
 * kept). The old one is locked meanwhile, and is as it was when this fails. *added, *dropped: nights of the
 * new one, nights of the old one that the new one lacks. */
enum eb_status eb_history_rebuild(const char *path, double delta, struct eb_past *const *records,
                                  size_t count, size_t *added, size_t *dropped, struct eb_error *err);

/* A record against the nights of its kind that come before it (it may itself be in the database), as
 * judge/past.h says, with the database's delta (EB_USAGE when options give another one); options->allow lets
 * nights of another kind stand beside them. variant NULL: all of them. Nothing is written.
 *
 * Rows: base is exp(median of the baseline's z) in the metric's unit, its launches the number of nights; the
 * effect is the night's offset from that median. A conformal test gives no interval: they are absent. A call
 * is REGRESSED or INCONCLUSIVE (the ruling is SUSPECT) where the series is out of line: further above its
 * nights, in their own spread, than any night was, and by more than delta. EQUIVALENT where it is within
 * delta, NONE where it is within what the nights do, or too few of them have it. MISSING where the latest
 * accepted night has it and the record lacks it. Ruling: TOO_FEW nights; REGRESSED where the record and the
 * run before it are both suspect; SUSPECT; else PASS; but MISSING instead of anything except REGRESSED when a
 * series is missing and options->allow does not say so. Drifts, new series and nights of another kind are
 * notes. EB_INVALID where not one of the nights is of the record's kind; EB_USAGE for a variant that the
 * record lacks; statuses of eb_history_open. */
enum eb_status eb_history_judge(const char *path, const json_t *record, const char *record_path,
                                const char *variant, const struct eb_compare_options *options,
                                struct eb_judgement **judgement, struct eb_error *err);

#endif
