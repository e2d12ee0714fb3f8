#include "judge/ceiling.h"

#include "judge/claim.h"
#include "judge/line.h"
#include "judge/report/origin.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const titles[] = {[EB_ADAPTER_ENI] = "network",
                                     [EB_ADAPTER_ENA] = "network",
                                     [EB_ADAPTER_82599VF] = "network",
                                     [EB_ADAPTER_EFA] = "EFA"};

static void name_line(struct eb_ceiling *ceiling, const struct eb_line *line)
{
    if (line->cards > 0 && line->cards < line->of)
        snprintf(ceiling->name, sizeof ceiling->name, "%u of %u EFA devices of %s", line->cards, line->of,
                 ceiling->instance->name);
    else
        snprintf(ceiling->name, sizeof ceiling->name, "%s of %s", titles[ceiling->adapter->kind],
                 ceiling->instance->name);
}

/* Every host must send 2 (N - 1) / N of the bytes at least (Patarasuk and Yuan, JPDC 2009), with N hosts; the
 * bus bandwidth is in terms of n ranks. 0 when the bytes need no network. */
static double bus_share(uint64_t ranks, uint64_t hosts)
{
    if (ranks < 2 || hosts < 2)
        return 0;
    return (double)(ranks - 1) / (double)ranks * (double)hosts / (double)(hosts - 1);
}

/* What 1 Gb/s in one direction is in the unit of the series; 0 where that means nothing. */
static double unit_of_gbps(const struct eb_series *series)
{
    double bytes_per_s = 1e9 / 8;
    double directions = strcmp(series->kernel->name, "bibandwidth") == 0 ? 2 : 1;
    switch (series->metric->amount) {
    case EB_AMOUNT_BYTES:
    case EB_AMOUNT_BUS:
        return strcmp(series->metric->unit, "MB/s") == 0 ? bytes_per_s * directions / 1e6 : 0;
    case EB_AMOUNT_MESSAGES:
        return series->size_bytes > 0 ? bytes_per_s / (double)series->size_bytes : 0;
    case EB_AMOUNT_NONE:
        break;
    }
    return 0;
}

/* Bytes that move at a time. */
static double bytes_at_once(const struct eb_series *series, uint64_t nodes)
{
    double size = (double)series->size_bytes;
    return series->metric->amount == EB_AMOUNT_BUS ? eb_line_allreduce_bytes(size, (double)nodes) : size;
}

void eb_ceiling_of(const json_t *record, const json_t *arm, const struct eb_series *series,
                   struct eb_ceiling *ceiling)
{
    struct eb_ceiling made = {.instance = eb_instance_find(eb_origin_instance(record)),
                              .per_gbps = unit_of_gbps(series)};
    struct eb_arm_claim claim = eb_arm_claim_of(arm, eb_origin_is_published(record), made.instance);
    uint64_t nodes = eb_series_nodes(series, arm, eb_nodes_of(record, 0));
    double sending = eb_sending_hosts(record, series, nodes);
    double times = sending;
    made.adapter = claim.adapter;
    *ceiling = (struct eb_ceiling){.line = NAN, .limit = NAN};
    if (!made.instance || !made.adapter || made.per_gbps <= 0)
        return;
    if (series->metric->amount == EB_AMOUNT_BUS) {
        uint64_t hosts = eb_rank_hosts(record, 0, series->ranks);
        nodes = hosts > 0 ? hosts : nodes;
        times = bus_share(series->ranks, nodes);
    }
    if (times <= 0)
        return;
    struct eb_line line =
        eb_line_of(&claim, made.instance, eb_line_endpoints(series, sending, nodes), eb_pairs_of(series));
    name_line(&made, &line);
    made.line_gbps = line.gbps * times;
    made.line = made.line_gbps > 0 ? made.line_gbps * made.per_gbps : NAN;
    made.limit = made.line_gbps > 0 ? eb_line_burst(&line, bytes_at_once(series, nodes)) * times *
                                          made.per_gbps * (1 + line.tolerance)
                                    : NAN;
    made.one_flow = made.adapter->kind == EB_ADAPTER_ENA && made.instance->plain == EB_ADAPTER_ENA &&
                    eb_pairs_of(series) == 1 && claim.flows == 1 && series->metric->amount != EB_AMOUNT_BUS;
    if (made.line_gbps > 0 || made.one_flow)
        *ceiling = made;
}

double eb_ceiling_cap(const struct eb_ceiling *ceiling, const struct eb_flow_cap *cap)
{
    return ceiling->adapter && ceiling->one_flow ? cap->gbps * ceiling->per_gbps : NAN;
}

const struct eb_flow_cap *eb_ceiling_usual_cap(void)
{
    for (size_t i = 0; i < eb_flow_cap_count(); i++)
        if (strcmp(eb_flow_cap_at(i)->name, "placement-group") == 0)
            return eb_flow_cap_at(i);
    return eb_flow_cap_at(eb_flow_cap_count() - 1);
}

int eb_ceiling_is_exceeded(const struct eb_ceiling *ceiling, double value)
{
    double highest = eb_ceiling_cap(ceiling, eb_flow_cap_at(eb_flow_cap_count() - 1));
    return ceiling->adapter && /* NAN compares as no */
           (value > ceiling->limit || value > (1 + EB_FLOW_TOLERANCE) * highest);
}

enum eb_status eb_ceilings_of_set(const json_t *record, const struct eb_series_set *set,
                                  struct eb_ceiling **ceilings, struct eb_error *err)
{
    *ceilings = calloc(set->count, sizeof **ceilings);
    if (!*ceilings)
        return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for the ceilings");
    for (size_t i = 0; i < set->count; i++)
        eb_ceiling_of(record, set->arms[set->series[i].arm_index], &set->series[i], &(*ceilings)[i]);
    return EB_OK;
}
