/* Two sides, series by series, under one error rate.
 *
 * Sides are two records, two arms of a record, or two variants of it. Launches of two records are two groups
 * (judge/stats/shift, maxt's groups). Arms are paired by the launch that measured both, variants by the block
 * of the run in which both were measured (judge/stats/signed_rank, maxt's pairs), so that what changes slowly
 * cancels; without blocks variants are groups.
 *
 * One metric stands for a case: the first that a person is shown (judge/metrics.h), since the others are
 * functions of the same samples. A series is regressed where its adjusted p is at most alpha, improved where
 * that of the mirror is, equivalent where two one-sided tests at alpha put it within delta, else
 * inconclusive; missing where one side lacks it. Of arms and variants "now" is the second one named. */
#ifndef EB_JUDGE_COMPARE_H
#define EB_JUDGE_COMPARE_H

#include "judge/judgement.h"
#include "judge/series.h"

struct eb_compare_options {
    double alpha;     /* 0.05 */
    double delta;     /* ln 1.02: a shift that is not worth telling */
    double tolerance; /* ln 1.05: a pass says that no series can be worse by more; delta where that is more */
    uint64_t seed;    /* of random relabellings */
    int is_delta_given; /* else eb_history_judge takes the database's own; no other function looks at it */
    const char *allow; /* which mismatches may be: words of judge/likeness.h with commas, "all"; NULL: none */
};

/* Those above. */
struct eb_compare_options eb_compare_defaults(void);

/* One side; the record must have passed eb_record_check and all is borrowed until the judgement is freed. */
struct eb_side {
    const json_t *record;
    const char *path;
    const char *arm; /* NULL: all of them, matched by name */
    const char
        *variant; /* NULL: all of them, matched by name; where each side has one, whatever it is called */
    const struct eb_series_set *set; /* of record, from eb_compare_thin; NULL: it is made */
};

/* The series of a record that has passed eb_record_check, after which its samples (histograms, raw samples)
 * are dropped from it: they take most of its memory, and a comparison does not look at them again. record may
 * then be a side's, together with *set, and nothing else. Statuses as eb_series_set_new. */
enum eb_status eb_compare_thin(json_t *record, const char *path, struct eb_series_set **set,
                               struct eb_error *err);

/* Sides of one and the same record are held to be alike in their definitions only: what one lacks is missing.
 * EB_INVALID for sides that are not alike and not allowed to be unlike (every mismatch is named), and for
 * records that give no series, or none in common; EB_USAGE for an arm or variant that a record lacks, for a
 * side that is compared with itself, or a word in allow that is no mismatch; EB_WRONG_PATH where the witness
 * refused every row, or rows that were kept and are not allowed ("path"); EB_INVALID for an arm or variant
 * that the record names and did not measure; EB_INTERNAL. Too few launches are a ruling, not a failure. */
enum eb_status eb_compare(const struct eb_side *base, const struct eb_side *now,
                          const struct eb_compare_options *options, struct eb_judgement **judgement,
                          struct eb_error *err);

/* The ruling over the rows there are, and its reason in words; for whoever changes calls of rows too. A
 * regression is known whatever else is missing, and rules; then what is missing and not allowed to be; then
 * too few launches, where no row has an interval; then any row whose interval reaches beyond the tolerance,
 * or that has none, or a case that the witness withheld: inconclusive; else pass. EB_INTERNAL when out of
 * memory. */
enum eb_status eb_compare_rule(struct eb_judgement *judgement, struct eb_error *err);

#endif
