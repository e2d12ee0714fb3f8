#include "judge/line.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A rate is payload over time: nothing can exceed the line rate for long, and a twentieth covers what a token
 * bucket lets pass at the start. The rate of several pairs is a sum over senders of which each stops its own
 * clock (OSU divides by the mean of the senders' times), so that it overstates when some finish early: of 36
 * TCP flows that shared 100 Gb/s, single runs said 105.7 Gb/s (JiaweiZhuang/aws-mpi-benchmark). */
#define RATE_TOLERANCE 0.05
#define LOOSE_TOLERANCE 0.15

/* Limits of EC2 below the wire's rate are averages, which short transfers may exceed: one TCP flow capped at
 * 10 Gb/s carried 2 MiB of a ping-pong in 1016 us, 16.5 Gb/s (JiaweiZhuang); an m6i.metal of 50 Gb/s wrote
 * 5000 times 4 KiB at 69 Gb/s and 5000 times 8 KiB at 59, and settled at 50.2 from 64 KiB on: some 6 MB pass
 * before it is held back (zhang1980s/ec2-efa-lab). The wire cannot be exceeded, and no EFA's was slower than
 * this. */
#define WIRE_GBPS 100.0
#define BURST_BYTES (1024.0 * 1024.0)

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Strings of an array, each once. The objects' member of that name where they are objects. */
static uint64_t count_names(const json_t *list, const char *member, size_t first, size_t end)
{
    json_t *seen = json_object();
    uint64_t count = 0;
    for (size_t i = first; i < end; i++) {
        const json_t *item = json_array_get(list, i);
        const char *name = json_string_value(member ? json_object_get(item, member) : item);
        if (!name) {
            count = 0;
            break;
        }
        if (!json_object_get(seen, name) && json_object_set_new_nocheck(seen, name, json_true()) == 0)
            count++;
    }
    json_decref(seen);
    return count;
}

static uint64_t nodes_of_launch(const json_t *launch)
{
    const json_t *provenance = json_object_get(launch, "provenance");
    const json_t *hosts = json_object_get(provenance, "hosts");
    const json_t *ranks = json_object_get(provenance, "ranks");
    uint64_t count = count_names(hosts, NULL, 0, json_array_size(hosts));
    return count > 0 ? count : count_names(ranks, "host", 0, json_array_size(ranks));
}

uint64_t eb_nodes_of(const json_t *record, uint64_t said)
{
    json_int_t run = json_integer_value(json_object_get(json_object_get(record, "run"), "nodes"));
    uint64_t fewest = 0;
    size_t i;
    const json_t *launch;
    if (said)
        return said;
    if (run > 0)
        return (uint64_t)run;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        uint64_t count = nodes_of_launch(launch);
        if (count > 0)
            fewest = fewest == 0 ? count : smaller(count, fewest);
    }
    return fewest;
}

uint64_t eb_series_nodes(const struct eb_series *series, const json_t *arm, uint64_t nodes)
{
    json_int_t per_node =
        json_integer_value(json_object_get(json_object_get(arm, "attributes"), "ranks_per_node"));
    if (nodes > 0 || per_node <= 0 || series->ranks <= (uint64_t)per_node ||
        series->ranks % (uint64_t)per_node != 0)
        return nodes;
    return series->ranks / (uint64_t)per_node;
}

uint64_t eb_rank_hosts(const json_t *record, uint64_t first, uint64_t count)
{
    const json_t *launch = json_array_get(json_object_get(record, "launches"), 0);
    const json_t *ranks = json_object_get(json_object_get(launch, "provenance"), "ranks");
    size_t known = json_array_size(ranks);
    if (first >= known || count > known - first)
        return 0;
    return count_names(ranks, "host", (size_t)first, (size_t)(first + count));
}

int eb_is_collective(const struct eb_kernel_metrics *kernel)
{
    static const char *const pairwise[] = {"pingpong", "bandwidth", "bibandwidth", "message_rate"};
    for (size_t i = 0; i < sizeof pairwise / sizeof *pairwise; i++)
        if (strcmp(kernel->name, pairwise[i]) == 0)
            return 0;
    return 1;
}

uint64_t eb_pairs_of(const struct eb_series *series)
{
    uint64_t pairs = series->published || !series->moved.pairs ? series->ranks / 2 : series->moved.pairs;
    return eb_is_collective(series->kernel) || pairs == 0 ? 1 : pairs;
}

/* Pair i is of rank i, which sends, and rank i + ranks / 2. */
double eb_sending_hosts(const json_t *record, const struct eb_series *series, uint64_t nodes)
{
    uint64_t pairs = eb_pairs_of(series);
    uint64_t hosts =
        record ? smaller(eb_rank_hosts(record, 0, pairs), eb_rank_hosts(record, series->ranks / 2, pairs))
               : 0;
    if (pairs == 1)
        return 1;
    if (hosts > 0)
        return (double)hosts;
    return nodes > 0 ? fmin(fmax((double)nodes / 2, 1), (double)pairs) : 0;
}

uint64_t eb_line_endpoints(const struct eb_series *series, double sending_hosts, uint64_t nodes)
{
    if (eb_is_collective(series->kernel))
        return nodes > 0 ? series->ranks / nodes + (series->ranks % nodes != 0) : 0;
    return sending_hosts > 0 ? (uint64_t)ceil((double)eb_pairs_of(series) / floor(sending_hosts)) : 0;
}

/* Of EFA devices. Of two cards each may carry more than half of what the host may (hpc6id: 170 of 200 Gb/s;
 * aws/aws-parallelcluster, test_osu.py), so that only more than two divide. How many cards a rank of MPI or
 * of others' figures uses nobody knows unless it is said. */
static struct eb_line efa_line(const struct eb_arm_claim *claim, const struct eb_instance *instance,
                               uint64_t endpoints)
{
    struct eb_line line = {
        .gbps = instance->efa_gbps, .cards = instance->efa_count, .of = instance->efa_count};
    uint64_t each = claim->cards < line.of ? claim->cards : line.of;
    if (claim->assumed || line.of <= 2 || endpoints == 0 || endpoints >= line.of ||
        endpoints * each >= line.of)
        return line;
    double one = instance->efa_gbps / line.of;
    if (claim->one_device || claim->cards_said) {
        line.cards = (unsigned)(endpoints * each);
        line.gbps = one * line.cards;
    } else if (endpoints == 1) {
        line.one_gbps = one;
    }
    return line;
}

struct eb_line eb_line_of(const struct eb_arm_claim *claim, const struct eb_instance *instance,
                          uint64_t endpoints, uint64_t pairs)
{
    struct eb_line line = {0};
    int is_vf = claim->adapter && claim->adapter->kind == EB_ADAPTER_82599VF;
    if (is_vf && !instance)
        line.gbps = claim->adapter->max_gbps;
    if (!instance || !claim->adapter || !eb_instance_has(instance, claim->adapter)) {
        line.tolerance = pairs > 1 ? LOOSE_TOLERANCE : RATE_TOLERANCE;
        return line;
    }
    if (claim->adapter->kind == EB_ADAPTER_EFA)
        line = efa_line(claim, instance, endpoints);
    else
        line.gbps = instance->network_gbps;
    line.bursts = !is_vf && instance->plain != EB_ADAPTER_82599VF; /* whose 10 Gb/s are its wire's */
    line.tolerance = pairs > 1 || (line.bursts && line.gbps < WIRE_GBPS) ? LOOSE_TOLERANCE : RATE_TOLERANCE;
    return line;
}

double eb_line_burst(const struct eb_line *line, double bytes)
{
    int bursts = line->gbps > 0 && line->bursts && !(bytes >= BURST_BYTES);
    return bursts ? fmax(line->gbps, WIRE_GBPS) : line->gbps;
}

double eb_line_allreduce_bytes(double size, double hosts)
{
    return 2 * size * (hosts - 1) / hosts;
}
