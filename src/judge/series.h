/* Records into series: one number for each launch, and a summary over the launches.
 *
 * A series is kernel, algorithm, arm, variant, size, ranks and metric. Its unit is the launch: iterations
 * inside one launch are not independent, so that intervals are over launches and never over iterations
 * (Hoefler and Belli, SC 2015; Hunold and Carpen-Amarie, TPDS 2016).
 *
 * The number of a launch is the metric of the median sample of the case's histogram, or of the mean sample
 * where the case says so ("average": "mean", what OSU reports); of `time_osu` it is the mean of the ranks'
 * means over the counted sweeps (those not marked first, or all of them where the case says
 * first_sweep_counted). `value` is the median over launches. A published case has no samples: its value is
 * the median over runs that the source gives, or the mean where it gives none. Where each of several launches
 * has a published case of one run, these are the series' launches like any others. The rounds of a screening
 * are one case of their launch (judge/rounds.h): its number is that of the samples of all pairs of hosts. */
#ifndef EB_JUDGE_SERIES_H
#define EB_JUDGE_SERIES_H

#include "common/status.h"
#include "judge/breakdown.h"
#include "judge/metrics.h"
#include "judge/path.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* The level of every interval of the reports. */
#define EB_SERIES_LEVEL 0.95

/* All numbers are in metric->unit; NAN stands for what is absent. */
struct eb_series {
    const struct eb_kernel_metrics *kernel;
    const struct eb_metric *metric;
    const char *algorithm; /* "" where there is none; this and the next two are borrowed from the record */
    const char *arm;
    const char *variant;
    size_t arm_index;     /* in the arms of the set */
    size_t variant_index; /* in the variants of the set */
    uint64_t size_bytes;
    uint64_t ranks;
    int published;
    uint64_t launches; /* launches that have it; of a published one, the runs that its source summarises */
    uint64_t samples;  /* counted samples of all launches; 0 when published */
    double *launch_values;  /* owned; a positive finite number for each launch, in their order; of a summary
                               of several published runs its value alone */
    size_t *launch_indices; /* owned; of each of these the launch in the record that it is from */
    size_t launch_value_count;
    double value;
    double ci_low; /* order-statistic interval of the median over launches; absent below 6 launches */
    double ci_high;
    double min; /* this to max: of the samples of all launches, absent in metrics without quantiles; */
    double
        p50; /* of rates in terms of the rate, so that they ascend; of a published series min and max are */
    double p90; /* those over its runs */
    double p99; /* p90, p99, p999: absent when there are too few samples (eb_order_samples_needed) */
    double p999;
    double max;
    struct eb_moved moved;         /* by one sample; not of a published series */
    struct eb_breakdown breakdown; /* owned; of times and rates of samples */
    struct eb_path path;           /* the worst of its launches; of a published series unknown */
};

/* The series of a record, ordered by kernel, metric, ranks, size, arm, variant and algorithm. */
struct eb_series_set {
    struct eb_series *series;
    size_t count;
    const json_t **arms; /* the arm objects, the first of each name, in the record's order */
    size_t arm_count;
    const char **variants; /* in the record's order */
    size_t variant_count;
    size_t launch_count; /* in the record */
    size_t withheld;     /* cases without a number: the witness refused their path (judge/path.h) */
};

/* record must have passed eb_record_check and outlive *set; path is only for messages. EB_INVALID, naming the
 * case, for an unknown kernel or arm, a foreign sample, a series twice in one launch, a median of zero, and a
 * record that holds no case at all; EB_WRONG_PATH where every case was refused by the witness; EB_INTERNAL
 * when out of memory. Release *set with eb_series_set_free. */
enum eb_status eb_series_set_new(const json_t *record, const char *path, struct eb_series_set **set,
                                 struct eb_error *err);
/* The same with the rows that the witness refused: for whoever judges them, not for whoever shows them. */
enum eb_status eb_series_set_new_whole(const json_t *record, const char *path, struct eb_series_set **set,
                                       struct eb_error *err);
void eb_series_set_free(struct eb_series_set *set);

/* The arm's name; index below arm_count. */
const char *eb_series_set_arm(const struct eb_series_set *set, size_t index);

/* The metric that people are shown of a kernel: the first shown one that the set has. NULL: none. */
const struct eb_metric *eb_series_set_shown(const struct eb_series_set *set,
                                            const struct eb_kernel_metrics *kernel);

/* Whether a row of the arm went another way than it says, by the witness, and was kept nevertheless
 * (judge/path.h). */
int eb_series_set_strays(const struct eb_series_set *set, size_t arm_index);

/* The series in set of the same kernel, size, ranks and metric as other, in the arm and variant named; of the
 * same algorithm if there is one, or of another if there is only one. NULL when there is none, or no saying
 * which. */
const struct eb_series *eb_series_set_match(const struct eb_series_set *set, const struct eb_series *other,
                                            const char *arm, const char *variant);

#endif
