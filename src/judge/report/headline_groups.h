/* What the headline has a sentence for: a shown metric of a kernel at one number of ranks, in one variant
 * (and with one algorithm, where an arm has several at one size), and in it each arm's course over the sizes.
 */
#ifndef EB_JUDGE_REPORT_HEADLINE_GROUPS_H
#define EB_JUDGE_REPORT_HEADLINE_GROUPS_H

#include "judge/report/headline_runs.h"
#include "judge/report/sink.h"

struct eb_headline_group {
    const struct eb_kernel_metrics *kernel;
    const struct eb_metric *metric;
    uint64_t ranks;
    size_t variant_index;
    const char *algorithm; /* NULL: whichever; borrowed from the record */
    size_t begin;          /* the series of the set with its metric and ranks */
    size_t end;
    size_t arm_count;
    struct eb_course *courses; /* one for each arm of the set; empty where it has no ratio; owned */
    size_t compared;           /* courses that are not empty */
    size_t least_launches;     /* behind their ratios */
    size_t most_launches;
    int is_published;        /* the ratios are of summaries */
    int at_face_value;       /* no ratio has an interval */
    size_t sizes_without;    /* where some have one: sizes of arms that have none */
    uint64_t smallest_bytes; /* of all series of the group, */
    uint64_t largest_bytes;
    size_t size_count; /* and how many sizes they have */
};

/* Zero-initialised is valid: none. */
struct eb_headline_groups {
    struct eb_headline_group *items; /* owned, in the order of reports */
    size_t count;
};

/* ratios: one for each series of the set, to the baseline arm or to another record. -1 when out of memory,
 * else 0; to be released in both cases. */
int eb_headline_groups_find(const struct eb_report *report, const struct eb_ratio *ratios,
                            struct eb_headline_groups *groups);
void eb_headline_groups_free(struct eb_headline_groups *groups);

/* Whether a series is of the group, whatever its arm. */
int eb_headline_group_has(const struct eb_headline_group *group, const struct eb_series *series);

#endif
