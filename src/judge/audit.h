/* An audit: whether a record's figures can be what they claim to be.
 *
 * Figures are put together into curves (one kernel, metric, arm, variant, algorithm and rank count over all
 * sizes), and each curve is held against what is physically possible for the adapter that its arm claims, on
 * the instance type that the record or the user claims. Only what cannot be is called implausible: every
 * limit is set on the generous side and names its source. What is merely odd is a note and changes no
 * verdict. A figure of which nothing is claimed, or for which no source states a limit, is not judged, and
 * the audit says what is missing.
 *
 * judge/audit/ holds the checks, one table; judge/report/audit_*.c the writers. */
#ifndef EB_JUDGE_AUDIT_H
#define EB_JUDGE_AUDIT_H

#include "common/status.h"
#include "judge/claim.h"
#include "judge/line.h"
#include "judge/series.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum eb_verdict { EB_NOT_JUDGED, EB_PLAUSIBLE, EB_IMPLAUSIBLE };

/* What one check says of one figure. */
enum eb_outcome {
    EB_NOT_HELD, /* the check has no say here */
    EB_HELD,
    EB_NOTED, /* odd, but possible */
    EB_BROKEN,
};

enum eb_audit_check_id {
    EB_CHECK_FLOOR,  /* latency floor of the adapter */
    EB_CHECK_RATE,   /* line rate of one card, or of the host's cards together */
    EB_CHECK_COUNTS, /* more messages a second than frames fit the wire, or one rank can post */
    EB_CHECK_FLOW,   /* what EC2 lets one flow carry */
    EB_CHECK_CLOCK,  /* shorter than any two processes can exchange anything */
    EB_CHECK_SAME,   /* the same figure for all sizes, no spread at all */
    EB_CHECK_SHAPE,  /* dips, jumps and collapses over the sizes */
    EB_CHECK_EQUAL,  /* two arms that are one */
    EB_CHECK_PATH,   /* what the record itself says of the path: witness, provider, hosts, warnings */
    EB_CHECK_COUNT,
};

struct eb_audit_check {
    const char *name; /* in JSON */
    const char *asks; /* for people */
    int is_limit;     /* a figure that only passed checks that are none is not judged */
};

const struct eb_audit_check *eb_audit_check_at(size_t id);

/* The figures of one kernel, metric, arm, variant, algorithm and rank count, ascending by size. */
struct eb_audit_curve {
    const struct eb_series **points; /* owned array of series borrowed from the set */
    size_t count;
    const struct eb_arm_claim *claim;
    uint64_t ranks;
    uint64_t pairs;      /* at work at once; 1 for a collective */
    uint64_t nodes;      /* that its ranks are on; 0: unknown */
    double sending;      /* hosts that the pairs' senders are on; 0: unknown */
    struct eb_line line; /* of one host */
    size_t next_of_arm;  /* curve, EB_NO_CURVE after the last */
    int ranks_assumed;   /* the importer guessed ranks */
    int collective;
    /* count times EB_CHECK_COUNT; owned */
    enum eb_outcome *outcomes;
    double *usage;             /* figure over limit, 1 at the limit; NAN where there is none */
    enum eb_verdict *verdicts; /* count; owned */
    char *nearest;             /* of the figures that held: which limit came nearest; NULL: none */
    const char *nearest_source;
    double nearest_usage;
    char *missing; /* why it, or a part, could not be judged; NULL when it was */
};

#define EB_NO_CURVE ((size_t)-1)

struct eb_finding {
    enum eb_audit_check_id check;
    int broken;         /* 0: a note */
    size_t curve;       /* EB_NO_CURVE: of the record as a whole */
    size_t first, last; /* points of the curve that it is about */
    size_t points;      /* how many of first to last */
    char *text;         /* owned, cleaned */
    const char *source; /* NULL: the record itself, or arithmetic */
    size_t place;       /* in the order in which they were found */
    int tells_source;   /* the first of the broken ones that has its source */
};

struct eb_audit {
    const json_t *record;
    const char *path;
    struct eb_series_set *set;
    const char *instance_name;          /* as claimed; NULL: unknown */
    const struct eb_instance *instance; /* NULL: unknown, or not in the catalogue */
    uint64_t nodes;                     /* 0: unknown */
    int nodes_said;                     /* by the user, against what the record says */
    size_t *first_of_arm;               /* curve of each arm, EB_NO_CURVE: none; see next_of_arm */
    int placement_group;                /* the record says that there was one */
    struct eb_arm_claim *claims;        /* set->arm_count of them */
    struct eb_audit_curve *curves;
    size_t curve_count;
    struct eb_finding *findings; /* by curve, those of the record at the end */
    size_t finding_count;
    size_t finding_room;
    size_t figures[EB_IMPLAUSIBLE + 1]; /* how many have each verdict */
    int failed;                         /* out of memory on the way */
};

/* What the user says beside the record; it takes precedence. */
struct eb_audit_claims {
    const char *instance; /* NULL: nothing */
    uint64_t nodes;       /* 0: nothing */
    const char *arm;      /* what arms are that say nothing themselves: a name such as "efa", or a whole
                             specification; NULL: nothing */
};

/* record must have passed eb_record_check; it, path and claims' strings are borrowed until eb_audit_free.
 * EB_USAGE for an instance type that the user named and the catalogue does not have, and for an arm that is
 * none, EB_INVALID for a record
 * that gives no series, EB_INTERNAL when out of memory. */
enum eb_status eb_audit_new(const json_t *record, const char *path, const struct eb_audit_claims *claims,
                            struct eb_audit **audit, struct eb_error *err);
void eb_audit_free(struct eb_audit *audit);

/* EB_REGRESSED when any figure is implausible, EB_INCONCLUSIVE when not one could be judged, else EB_OK. */
enum eb_status eb_audit_status(const struct eb_audit *audit);

#endif
