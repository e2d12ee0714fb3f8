/* The parts of a comparison, for judge/compare*.c alone. */
#ifndef EB_JUDGE_COMPARE_PARTS_H
#define EB_JUDGE_COMPARE_PARTS_H

#include "common/status.h"
#include "judge/compare.h"
#include "judge/series.h"

#include <errno.h>
#include <stddef.h>

#define EB_NO_COLUMN ((size_t)-1)

/* A series on both sides, or on one; of the same metric. */
struct eb_compared {
    const struct eb_series *base; /* NULL: missing; one of both is there */
    const struct eb_series *now;
    const char *base_arm; /* what they are called, or would be */
    const char *now_arm;
    const char *base_variant;
    const char *now_variant;
    size_t arm_place; /* in the order of the records */
    size_t variant_place;
    int by_algorithm; /* a size stands twice in its curve, of which the algorithm is then a part */
    /* Logarithms by column, up is worse, NAN where the column lacks it; owned. Pairs: column i of the one
     * with column i of the other. */
    double *base_logs;
    double *now_logs;
};

/* Launches into columns: those that can be relabelled, or are paired, together. */
struct eb_columns {
    size_t *of_launch; /* column of each launch of the record, EB_NO_COLUMN: none; owned */
    size_t count;
};

struct eb_comparison {
    const struct eb_side *base;
    const struct eb_side *now;
    const struct eb_compare_options *options;
    const struct eb_series_set *base_set;
    const struct eb_series_set *now_set; /* the same where both sides are of one record */
    struct eb_series_set *made[2];       /* those of them that the comparison made; owned */
    int paired;
    int any_ranks; /* each side has one count of ranks; they differ, and may */
    struct eb_columns base_columns;
    struct eb_columns now_columns;
    struct eb_compared *rows;
    size_t row_count;
    size_t unpaired; /* launches of series that lacked their partner */
    struct eb_judgement *judgement;
};

/* What two sides' logarithms say. */
struct eb_effect {
    size_t compared; /* pairs, or launches of the smaller side */
    double estimate; /* NAN: no launches */
    double low;      /* NAN: too few of them */
    double high;
    double standard_error; /* NAN: fewer than two */
    int equivalent;
};

/* compare_match.c: which series are held against which. Fills rows, in the order of a judgement. */
enum eb_status eb_compare_match(struct eb_comparison *all, struct eb_error *err);
/* Whether a side takes part in an arm or a variant; the name that it has on the other side, NULL: none. */
const char *eb_compare_arm_there(const struct eb_side *here, const struct eb_side *there, const char *arm);

/* compare_side.c: whether a side has the arm and variant that it names. EB_USAGE: no such; EB_WRONG_PATH: the
 * witness refused all that it has; EB_INVALID: never measured. */
enum eb_status eb_compare_check_side(const struct eb_side *side, const struct eb_series_set *set,
                                     struct eb_error *err);
/* EB_WRONG_PATH names an arm with figures that the witness refused and that were kept, unless "path" is
 * allowed. Counts what was withheld. */
enum eb_status eb_compare_check_paths(struct eb_comparison *all, struct eb_error *err);

/* compare_columns.c: launches into columns, then rows' logarithms; says whether they are paired. */
enum eb_status eb_compare_columns(struct eb_comparison *all, struct eb_error *err);

/* compare_effect.c */
enum eb_status eb_compare_effect(const struct eb_comparison *all, const double *base, const double *now,
                                 struct eb_effect *effect, struct eb_error *err);
/* Adjusted p of the rows whose index is in `which`, of the whole table: worse into the rows' p_worse, better
 * likewise. Each must have two launches, or pairs, at least. */
enum eb_status eb_compare_adjust(struct eb_comparison *all, const size_t *which, size_t count,
                                 struct eb_error *err);

/* compare_regimes.c: over the rows of the judgement, which are filled. */
enum eb_status eb_compare_regimes(struct eb_comparison *all, struct eb_error *err);
enum eb_status eb_compare_crossovers(struct eb_comparison *all, struct eb_error *err);

/* compare_notes.c: what a reader must be told beside the rows. differences: those that were allowed. */
enum eb_status eb_compare_notes(struct eb_comparison *all, const json_t *differences, struct eb_error *err);
/* Names of the sides, where and when now was measured. */
enum eb_status eb_compare_facts(struct eb_comparison *all, struct eb_error *err);

/* Out of memory. */
static inline enum eb_status eb_compare_no_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "compare", ENOMEM, "out of memory for a comparison");
}

#endif
