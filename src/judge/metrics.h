/* The kernels that the judge understands, and the metrics of each. Static tables; a new kernel is a row.
 *
 * Definitions are those of the tools our numbers must be comparable with: osu_latency's half round trip,
 * osu_bw's and osu_bibw's MB/s (1e6 bytes a second, both directions counted in bibw), osu_mbw_mr's messages a
 * second, osu_allreduce's and the other collectives' mean of the ranks' means (`time_osu`; of the
 * non-blocking ones it is the overall time, computation included). `time` is ours: an iteration lasts as long
 * as on its slowest rank. `busbw` is nccl-tests': bytes / time * 2 (n - 1) / n, what each rank's link must
 * carry whatever the algorithm (doc/PERFORMANCE.md there). */
#ifndef EB_JUDGE_METRICS_H
#define EB_JUDGE_METRICS_H

#include <stddef.h>
#include <stdint.h>

enum eb_metric_source {
    EB_FROM_SAMPLES,    /* the histogram of the case */
    EB_FROM_RANK_MEANS, /* sweeps: rank_total_ns / (ranks * iterations) */
};

enum eb_metric_amount {
    EB_AMOUNT_NONE,     /* a time */
    EB_AMOUNT_BYTES,    /* a rate of bytes_per_sample */
    EB_AMOUNT_MESSAGES, /* a rate of bytes_per_sample / size_bytes */
    EB_AMOUNT_BUS,      /* a rate of the bytes that each rank's link must carry in an all-reduce at least */
};

struct eb_metric {
    const char *name;  /* as in CSV and JSON */
    const char *unit;  /* of every number of its series */
    const char *title; /* for people */
    enum eb_metric_source source;
    enum eb_metric_amount amount; /* other than EB_AMOUNT_NONE: a rate, more is better */
    double factor;                /* a time: unit/ns; a rate: unit * ns / amount */
    int quantiles;                /* whether quantiles of single samples mean something in this metric */
    const char *published;        /* quantity of a published case that gives it, NULL when none does */
    double published_factor;      /* unit/quantity */
};

#define EB_KERNEL_METRICS_MAX 3

struct eb_kernel_metrics {
    const char *name;
    const char *sample; /* what a sample of its records is: "rtt_ns", "window_ns", "time_ns"; NULL: nothing
                           measures it here, its figures are published ones */
    struct eb_metric metrics[EB_KERNEL_METRICS_MAX]; /* in the order of reports */
    size_t metric_count;
    size_t shown[EB_KERNEL_METRICS_MAX]; /* indices of metrics: what a person is shown, best first */
    size_t shown_count;
};

/* The kernels, in the order of reports; static. */
size_t eb_kernel_count(void);
const struct eb_kernel_metrics *eb_kernel_metrics_at(size_t index);

/* NULL when there is no such kernel. */
const struct eb_kernel_metrics *eb_kernel_metrics_find(const char *name);

/* Whether more is better. */
int eb_metric_is_rate(const struct eb_metric *metric);

/* What a sample moved. */
struct eb_moved {
    uint64_t bytes;      /* payload of one pair (bytes_per_sample) */
    uint64_t size_bytes; /* of a message */
    uint64_t pairs;      /* at work at once: rates are those of all together */
    uint64_t ranks;
};

/* The metric of one sample of ns nanoseconds (what it moved is looked at for rates only). Infinite or NaN
 * where the sample gives no rate. */
double eb_metric_value(const struct eb_metric *metric, double ns, const struct eb_moved *moved);

#endif
