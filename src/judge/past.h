/* The past: nights in their order, what each series was in them, and which shifts a person has accepted.
 *
 * No database here: judge/history fills one from its file, eb_past_of_record makes one of a single record. A
 * night is a record that was added; nights are ordered by created_utc, then digest. What each was held
 * against, and what came of it, follows from the nights and the accepts alone, in whatever order they were
 * added:
 *
 * - nights of one kind (equal likeness, judge/likeness.h) are a sequence of their own;
 * - an accepted shift begins a sequence anew at its night: nothing before it counts;
 * - a night is held against the last EB_NIGHTS_BASELINE nights before it that are not red. The run just
 *   before it is left out while it is suspect: whether it is red is what the night decides, and a shift would
 *   hide behind its own first night;
 * - a suspect run beside another one is red, and both stay out of every later baseline; one alone is taken
 *   in, since leaving out whatever is large would ratchet the baseline down, and more of the quiet nights
 *   would be suspect than should be. Its price: for the next EB_NIGHTS_BASELINE nights a shift that is
 *   smaller than that night was passes; only the drift (eb_past_drift) and the change points tell of it. */
#ifndef EB_JUDGE_PAST_H
#define EB_JUDGE_PAST_H

#include "common/digest.h"
#include "common/status.h"
#include "judge/metrics.h"
#include "judge/nights.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define EB_PAST_NONE ((size_t)-1)

/* What a night's own test said. */
enum eb_judged_night { EB_JUDGED_LEARNING = -1, EB_JUDGED_QUIET = 0, EB_JUDGED_SUSPECT = 1 };

struct eb_past_series {
    int64_t id; /* in the database */
    const struct eb_kernel_metrics *kernel;
    const struct eb_metric *metric;
    char *algorithm; /* "" unless a record has several of the same; owned as the next two */
    char *arm;
    char *variant;
    uint64_t size_bytes;
    uint64_t ranks;
};

/* A series in a night. */
struct eb_past_value {
    size_t series; /* index in the past */
    double z;      /* mean over launches of ln of the launch's value, of rates negated: up is worse */
    double value;  /* the series' value, in the metric's unit */
    double ci_low; /* of a record: 95% interval of the value; NAN where absent, as in a database */
    double ci_high;
    uint64_t launches;
    char *algorithm; /* that was used; "" where there is none; owned */
};

/* Strings are owned, "" where the record does not say. */
struct eb_night {
    int64_t id;
    char digest[EB_DIGEST_TEXT]; /* of the record's canonical JSON */
    char *created_utc;
    char *hosts; /* "node1, node2" */
    char *instance;
    char *version; /* of efabench */
    char *git_version;
    uint64_t launches;
    size_t kind;
    struct eb_past_value *values; /* owned, ascending by series; NULL: not fetched */
    size_t value_count;
    enum eb_judged_night judged;
    uint64_t basis; /* names the nights that judged came from; 0: not judged yet */
    enum eb_night_state state;
};

struct eb_accept {
    size_t kind;
    char *created_utc; /* of the first night of the new level; owned, as all of these */
    char *digest;
    char *reason;
    char *by;
    char *accepted_utc;
};

struct eb_past {
    double delta; /* ln: a shift that is not worth telling; of the whole database */
    char **kinds; /* likeness as canonical JSON; owned */
    int64_t *kind_ids;
    size_t kind_count;
    struct eb_past_series *series; /* by kernel, metric, ranks, arm, variant, size, algorithm */
    size_t series_count;
    struct eb_night *nights; /* in order */
    size_t night_count;
    struct eb_accept *accepts; /* by the place of their nights, then as they were made */
    size_t accept_count;
};

/* NULL when out of memory. */
struct eb_past *eb_past_new(void);
void eb_past_free(struct eb_past *past);

/* One record as a past of one night. Of a case one metric: the first that a person is shown, else the first.
 * EB_INVALID for a record that gives no series or whose created_utc is no time such as 2026-01-31T23:59:59Z,
 * EB_WRONG_PATH also where figures that took another path were kept, else the statuses of eb_series_set_new.
 */
enum eb_status eb_past_of_record(const json_t *record, const char *path, struct eb_past **past,
                                 struct eb_error *err);

/* The order of nights. */
int eb_night_compare(const char *created_utc, const char *digest, const char *other_utc,
                     const char *other_digest);

/* The order of series, and so whether they are the same. */
int eb_past_series_compare(const struct eb_past_series *a, const struct eb_past_series *b);

/* The series of past that is the same as other, or EB_PAST_NONE. */
size_t eb_past_find_series(const struct eb_past *past, const struct eb_past_series *other);

/* The value of a series in a night that was fetched; NULL where the night lacks it. */
const struct eb_past_value *eb_night_value(const struct eb_night *night, size_t series);

/* "pingpong half_rtt, tcp, 8 B, 2 ranks", with variant (unless it is "default") and algorithm; cleaned, the
 * caller's (free). NULL when out of memory. */
char *eb_past_series_name(const struct eb_past_series *series);

/* "learning", "quiet", "suspect", "red" */
const char *eb_night_state_name(enum eb_night_state state);

/* Nights of one kind, or of several that may stand together. */
struct eb_sequence {
    size_t *nights; /* indices in the past, ascending; owned */
    size_t count;
};

/* Those whose kind has a 1 in alike[kind_count]. EB_INTERNAL when out of memory. */
enum eb_status eb_sequence_new(const struct eb_past *past, const unsigned char *alike,
                               struct eb_sequence *sequence, struct eb_error *err);
void eb_sequence_free(struct eb_sequence *sequence);

/* How many nights of the sequence come before a time and digest. */
size_t eb_sequence_before(const struct eb_past *past, const struct eb_sequence *sequence,
                          const char *created_utc, const char *digest);

/* Where the sequence begins for a night at a time and digest: the place in it of the first night at or after
 * the latest accepted shift that is not later than the night. *accept (may be NULL) is that shift or NULL. */
size_t eb_sequence_start(const struct eb_past *past, const struct eb_sequence *sequence,
                         const unsigned char *alike, const char *created_utc, const char *digest,
                         const struct eb_accept **accept);

/* The nights (indices in the past, ascending) that whatever stands at place `at` of the sequence is held
 * against; returns how many. The nights from start to at must have been judged. */
size_t eb_sequence_baseline(const struct eb_past *past, const struct eb_sequence *sequence, size_t start,
                            size_t at, size_t chosen[EB_NIGHTS_BASELINE]);

/* A night that is to be held against others; values may be of another past, whose series are then found in
 * this one by columns. */
struct eb_night_question {
    const struct eb_past_value *values;
    size_t value_count;
    const size_t *columns; /* values' series -> series of the past or EB_PAST_NONE; NULL: they are the same */
    const size_t *baseline;
    size_t baseline_count;
    double delta;
};

/* scores and offsets have question->value_count places, filled unless there are too few nights. A series that
 * fewer than EB_NIGHTS_LEAST of the baseline have is new: it counts in no night, and its score and offset are
 * 0. With new ones alone it is as with too few nights. All nights must have been fetched. Statuses of
 * eb_night_judge. */
enum eb_status eb_past_judge(const struct eb_past *past, const struct eb_night_question *question,
                             double *scores, double *offsets, struct eb_night_verdict *verdict,
                             struct eb_error *err);

/* Gives a night its values; called before they are looked at. */
struct eb_fetcher {
    enum eb_status (*fetch)(void *context, struct eb_past *past, size_t night, struct eb_error *err);
    void *context;
};

/* Judges every night whose basis is not what it should be, ascending, and gives all of them their states.
 * fetcher NULL: all are there. *changed (may be NULL) is how many were judged. */
enum eb_status eb_past_settle(struct eb_past *past, const struct eb_fetcher *fetcher, size_t *changed,
                              struct eb_error *err);

/* The same for one sequence, which may hold nights of several kinds that stand together: until the next
 * eb_past_settle the states are those that follow from the sequence. *changed grows. */
enum eb_status eb_sequence_settle(struct eb_past *past, const struct eb_sequence *sequence,
                                  const unsigned char *alike, const struct eb_fetcher *fetcher,
                                  size_t *changed, struct eb_error *err);

/* A slow drift of one series. */
#define EB_DRIFT_REFERENCE 30 /* nights that later ones are held against */

struct eb_drift {
    size_t reference;      /* the first values, which the later ones are held against; 0: too few for it */
    double median;         /* of them */
    double scale;          /* 1.4826 MAD of them, at least EB_NIGHTS_FLOOR */
    struct eb_cusum cusum; /* over (z - median) / scale of the values after them; alarm and origin count from
                              the first of all values */
};

/* z[0..count) in the order of nights, from the last accepted shift on. One night alone is no drift, however
 * far out it is. Statuses of eb_cusum. */
enum eb_status eb_past_drift(const double *z, size_t count, struct eb_drift *drift, struct eb_error *err);

struct eb_judgement;
struct eb_compare_options;

/* What eb_history_judge says (judge/history.h), of a past that was settled. record is a past of one night
 * (eb_past_of_record); names are for the reader; what the judgement borrows lives in itself. */
struct eb_past_hearing {
    struct eb_past *past;
    const char *past_name;
    const struct eb_fetcher *fetcher; /* NULL: all values are there */
    const struct eb_past *record;
    const char *record_name;
    const char *variant; /* NULL: all of them */
    const struct eb_compare_options *options;
};
enum eb_status eb_past_hear(const struct eb_past_hearing *hearing, struct eb_judgement **judgement,
                            struct eb_error *err);

#endif
