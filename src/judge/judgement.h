/* A judgement: what compare and gate say, series by series, and what the writers show.
 *
 * Effects are logarithms in which up is always worse: ln(now/base) of times, ln(base/now) of rates. Values
 * and their intervals are in the metric's own unit. NAN stands for what is absent.
 *
 * Made by judge/compare, judge/gate; written by judge/report/judgement_*.c. Whoever makes one owns its
 * strings through the keep list, so that rows may borrow. */
#ifndef EB_JUDGE_JUDGEMENT_H
#define EB_JUDGE_JUDGEMENT_H

#include "common/status.h"
#include "judge/metrics.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* Of one series. */
enum eb_call {
    EB_CALL_NONE, /* there is nothing that it is held against: only a figure */
    EB_CALL_REGRESSED,
    EB_CALL_IMPROVED,
    EB_CALL_EQUIVALENT, /* within delta */
    EB_CALL_INCONCLUSIVE,
    EB_CALL_MISSING, /* on one side */
    EB_CALL_COUNT,
};

/* Of the whole. */
enum eb_ruling {
    EB_RULING_NONE, /* figures only */
    EB_RULING_PASS,
    EB_RULING_REGRESSED,
    EB_RULING_SUSPECT,     /* out of line with the past once; a second run on a fresh allocation decides */
    EB_RULING_ENVIRONMENT, /* the control has moved as well */
    EB_RULING_INCONCLUSIVE,
    EB_RULING_TOO_FEW, /* launches or nights */
    EB_RULING_MISSING, /* a series that one side lacks */
    EB_RULING_COUNT,
};

/* "regressed", "improved", ...; "pass", "regressed", "suspect", ... */
const char *eb_call_name(enum eb_call call);
const char *eb_ruling_name(enum eb_ruling ruling);

struct eb_judged_value {
    double value;
    double low; /* 95% interval of the median over launches */
    double high;
    uint64_t launches; /* 0: the side lacks the series */
};

struct eb_judged {
    const struct eb_kernel_metrics *kernel;
    const struct eb_metric *metric;
    const char
        *algorithm; /* "" where there is none; strings are kept by the judgement or borrowed from a record */
    const char *arm;
    const char *variant;
    const char
        *base_algorithm;  /* where they differ from those of the series: what it is held against; NULL: */
    const char *base_arm; /* the same */
    const char *base_variant;
    uint64_t size_bytes;
    uint64_t ranks;
    enum eb_call call;
    int is_allowed;    /* missing, and allowed to be */
    uint64_t compared; /* launches of the smaller side, or pairs of launches, that the effect is from */
    struct eb_judged_value base;
    struct eb_judged_value now;
    double effect; /* see above */
    double low;    /* 95% interval of the effect */
    double high;
    double p_worse; /* adjusted for the whole table */
    double p_better;
    double visible;   /* the smallest effect that would have been seen in 90% of comparisons like this one */
    const char *note; /* cleaned; NULL: nothing to add */
};

/* Series of one kernel, metric, arm and variant in a range of sizes: their geometric mean. */
struct eb_judged_regime {
    const struct eb_judged *first; /* stands for kernel, metric, arm and variant; borrowed from rows */
    const char *name;              /* "small", "medium", "large" */
    uint64_t low_bytes;
    uint64_t high_bytes;
    size_t count; /* of series */
    double base;  /* geometric means, in the unit of the metric */
    double now;
    double effect;
    double low;
    double high;
};

/* Two ways to move bytes, one better up to a size and the other above it. */
struct eb_judged_crossover {
    const struct eb_judged *row; /* of below_bytes */
    uint64_t below_bytes;        /* the last size with the one sign, the first with the other */
    uint64_t above_bytes;
    int better_below; /* which is better at below_bytes: 0 the base, 1 the other */
    int is_sure;      /* both signs are told by their intervals */
};

struct eb_judgement {
    const char *program;   /* "compare", "gate", "report"; static */
    const char *base_name; /* "old.json", "arm ena", "30 nights of nights.db"; cleaned; NULL: nothing */
    const char *now_name;
    enum eb_ruling ruling;
    const char *reason;    /* one line that says why, cleaned; NULL with EB_RULING_NONE */
    double alpha;          /* family-wise error of the table */
    double delta;          /* logarithms, as effects */
    double tolerance;      /* a pass says that no series can be worse by more; NAN where none applies */
    int paired;            /* launches were compared in pairs */
    int exact;             /* all relabellings, or a sample of them */
    uint64_t relabellings; /* 0: none */
    size_t withheld;       /* cases of what was compared whose figures the witness withheld: no pass */

    struct eb_judged *rows; /* by kernel, metric, ranks, arm, variant, (where a size stands twice: algorithm,)
                               size */
    size_t row_count;
    struct eb_judged_regime *regimes;
    size_t regime_count;
    struct eb_judged_crossover *crossovers;
    size_t crossover_count;
    json_t *notes; /* array of cleaned strings: mismatches that were allowed, warnings of the records */

    const char *job; /* borrowed: tells the judgements of one host apart; NULL: nobody named it */

    /* Where now was measured; cleaned, NULL where unknown. */
    const char *created_utc;
    const char *hosts; /* "node1, node2" */
    const char *instance;
    const char *git_version;

    char **kept; /* strings that the judgement owns */
    size_t kept_count;
};

/* Zeroed but for what is absent. NULL when out of memory. */
struct eb_judgement *eb_judgement_new(const char *program);
void eb_judgement_free(struct eb_judgement *judgement);

/* A cleaned copy that lives as long as the judgement; NULL when out of memory. */
const char *eb_judgement_keep(struct eb_judgement *judgement, const char *text);
/* The same of a text made as by printf. */
const char *eb_judgement_keep_made(struct eb_judgement *judgement, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One more note. EB_INTERNAL when out of memory. */
enum eb_status eb_judgement_note(struct eb_judgement *judgement, struct eb_error *err, const char *format,
                                 ...) __attribute__((format(printf, 3, 4)));

/* Its job, or "efabench". */
const char *eb_judgement_job(const struct eb_judgement *judgement);

/* How many rows have a call. */
size_t eb_judgement_count(const struct eb_judgement *judgement, enum eb_call call);

/* An effect as a ratio of the metric itself, now over base: above 1 is more, of times worse, of rates better.
 */
double eb_judged_ratio(const struct eb_metric *metric, double effect);
/* As the change in percent towards the worse: 5 is 5% more time, or a rate that takes 5% more time. */
double eb_judged_percent_worse(double effect);

/* EB_OK: pass, or figures only; EB_REGRESSED; EB_INCONCLUSIVE: suspect, environment, inconclusive, too few;
 * EB_INVALID: missing. */
enum eb_status eb_judgement_status(const struct eb_judgement *judgement);

#endif
