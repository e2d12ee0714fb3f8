#include "judge/metrics.h"

#include <string.h>

/* A collective that other tools measure and efabench does not: its figures can only be published. */
#define PUBLISHED_COLLECTIVE(kernel_name)                                                                    \
    {                                                                                                        \
        .name = (kernel_name),                                                                               \
        .metrics = {{.name = "time_osu",                                                                     \
                     .unit = "us",                                                                           \
                     .title = "mean of the ranks' means",                                                    \
                     .source = EB_FROM_RANK_MEANS,                                                           \
                     .factor = 1e-3,                                                                         \
                     .published = "time_osu_ns",                                                             \
                     .published_factor = 1e-3}},                                                             \
        .metric_count = 1, .shown = {0}, .shown_count = 1                                                    \
    }

static const struct eb_kernel_metrics kernels[] = {
    {.name = "pingpong",
     .sample = "rtt_ns",
     .metrics = {{.name = "half_rtt",
                  .unit = "us",
                  .title = "half round trip",
                  .factor = 0.5e-3,
                  .published = "half_rtt_ns",
                  .published_factor = 1e-3},
                 {.name = "rtt", .unit = "us", .title = "round trip", .factor = 1e-3, .quantiles = 1}},
     .metric_count = 2,
     .shown = {0},
     .shown_count = 1},
    {.name = "bandwidth",
     .sample = "window_ns",
     .metrics = {{.name = "bandwidth",
                  .unit = "MB/s",
                  .title = "one direction",
                  .amount = EB_AMOUNT_BYTES,
                  .factor = 1e3,
                  .quantiles = 1,
                  .published = "bytes_per_second",
                  .published_factor = 1e-6}},
     .metric_count = 1,
     .shown = {0},
     .shown_count = 1},
    {.name = "bibandwidth",
     .sample = "window_ns",
     .metrics = {{.name = "bandwidth",
                  .unit = "MB/s",
                  .title = "both directions together",
                  .amount = EB_AMOUNT_BYTES,
                  .factor = 2e3,
                  .quantiles = 1,
                  .published = "bytes_per_second",
                  .published_factor = 1e-6}},
     .metric_count = 1,
     .shown = {0},
     .shown_count = 1},
    {.name = "message_rate",
     .sample = "window_ns",
     .metrics = {{.name = "message_rate",
                  .unit = "1/s",
                  .title = "messages a second",
                  .amount = EB_AMOUNT_MESSAGES,
                  .factor = 1e9,
                  .quantiles = 1,
                  .published = "messages_per_second",
                  .published_factor = 1}},
     .metric_count = 1,
     .shown = {0},
     .shown_count = 1},
    {.name = "allreduce",
     .sample = "time_ns",
     .metrics =
         {{.name = "time", .unit = "us", .title = "time on the slowest rank", .factor = 1e-3, .quantiles = 1},
          {.name = "time_osu",
           .unit = "us",
           .title = "mean of the ranks' means",
           .source = EB_FROM_RANK_MEANS,
           .factor = 1e-3,
           .published = "time_osu_ns",
           .published_factor = 1e-3},
          {.name = "busbw",
           .unit = "MB/s",
           .title = "bus bandwidth",
           .amount = EB_AMOUNT_BUS,
           .factor = 1e3,
           .quantiles = 1}},
     .metric_count = 3,
     .shown = {0, 1},
     .shown_count = 2},
    PUBLISHED_COLLECTIVE("allgather"),
    PUBLISHED_COLLECTIVE("allgatherv"),
    PUBLISHED_COLLECTIVE("alltoall"),
    PUBLISHED_COLLECTIVE("alltoallv"),
    PUBLISHED_COLLECTIVE("alltoallw"),
    PUBLISHED_COLLECTIVE("barrier"),
    PUBLISHED_COLLECTIVE("bcast"),
    PUBLISHED_COLLECTIVE("gather"),
    PUBLISHED_COLLECTIVE("gatherv"),
    PUBLISHED_COLLECTIVE("reduce"),
    PUBLISHED_COLLECTIVE("reduce_scatter"),
    PUBLISHED_COLLECTIVE("reduce_scatter_block"),
    PUBLISHED_COLLECTIVE("scatter"),
    PUBLISHED_COLLECTIVE("scatterv"),
    PUBLISHED_COLLECTIVE("iallgather"),
    PUBLISHED_COLLECTIVE("iallgatherv"),
    PUBLISHED_COLLECTIVE("iallreduce"),
    PUBLISHED_COLLECTIVE("ialltoall"),
    PUBLISHED_COLLECTIVE("ialltoallv"),
    PUBLISHED_COLLECTIVE("ialltoallw"),
    PUBLISHED_COLLECTIVE("ibarrier"),
    PUBLISHED_COLLECTIVE("ibcast"),
    PUBLISHED_COLLECTIVE("igather"),
    PUBLISHED_COLLECTIVE("igatherv"),
    PUBLISHED_COLLECTIVE("ireduce"),
    PUBLISHED_COLLECTIVE("ireduce_scatter"),
    PUBLISHED_COLLECTIVE("ireduce_scatter_block"),
    PUBLISHED_COLLECTIVE("iscatter"),
    PUBLISHED_COLLECTIVE("iscatterv"),
    PUBLISHED_COLLECTIVE("neighbor_allgather"),
    PUBLISHED_COLLECTIVE("neighbor_allgatherv"),
    PUBLISHED_COLLECTIVE("neighbor_alltoall"),
    PUBLISHED_COLLECTIVE("neighbor_alltoallv"),
    PUBLISHED_COLLECTIVE("neighbor_alltoallw"),
    PUBLISHED_COLLECTIVE("ineighbor_allgather"),
    PUBLISHED_COLLECTIVE("ineighbor_allgatherv"),
    PUBLISHED_COLLECTIVE("ineighbor_alltoall"),
    PUBLISHED_COLLECTIVE("ineighbor_alltoallv"),
    PUBLISHED_COLLECTIVE("ineighbor_alltoallw"),
};

size_t eb_kernel_count(void)
{
    return sizeof kernels / sizeof *kernels;
}

const struct eb_kernel_metrics *eb_kernel_metrics_at(size_t index)
{
    return &kernels[index];
}

const struct eb_kernel_metrics *eb_kernel_metrics_find(const char *name)
{
    for (size_t i = 0; i < eb_kernel_count(); i++)
        if (strcmp(kernels[i].name, name) == 0)
            return &kernels[i];
    return NULL;
}

int eb_metric_is_rate(const struct eb_metric *metric)
{
    return metric->amount != EB_AMOUNT_NONE;
}

double eb_metric_value(const struct eb_metric *metric, double ns, const struct eb_moved *moved)
{
    double bytes = (double)moved->bytes * (double)moved->pairs;
    double ranks = (double)moved->ranks;
    switch (metric->amount) {
    case EB_AMOUNT_NONE:
        return metric->factor * ns;
    case EB_AMOUNT_BYTES:
        return metric->factor * bytes / ns;
    case EB_AMOUNT_MESSAGES:
        return metric->factor * (bytes / (double)moved->size_bytes) / ns;
    case EB_AMOUNT_BUS:
        return metric->factor * bytes * 2 * (ranks - 1) / ranks / ns;
    }
    return 0;
}
