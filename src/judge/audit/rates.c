/* Rates against the line rate of one card, or of the host. */
#include "judge/audit/check.h"

#include <math.h>
#include <stdio.h>
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

/* A rooted collective is timed from when each rank enters it, and a rank may enter late, by the skew of the
 * barrier before it: the bytes bound it only where they take much longer than that. */
#define SKEW_US 200.0

enum movement { MOVES_NOTHING_KNOWN, ALL_TO_ALL_WAIT, ALLREDUCE, ALLGATHER, ALLTOALL, REDUCE_SCATTER, BCAST };

/* What every host must move at least. A reduction without help of the network: 2 (n - 1) / n of the vector
 * (Patarasuk and Yuan, JPDC 2009), here over hosts, within which bytes are free. */
static enum movement movement_of(const struct eb_curve *curve)
{
    static const struct {
        const char *kernel;
        enum movement movement;
    } rows[] = {{"allreduce", ALLREDUCE},
                {"allgather", ALLGATHER},
                {"allgatherv", ALLGATHER},
                {"alltoall", ALLTOALL},
                {"alltoallv", ALLTOALL},
                {"alltoallw", ALLTOALL},
                {"reduce_scatter", REDUCE_SCATTER},
                {"reduce_scatter_block", REDUCE_SCATTER},
                {"bcast", BCAST},
                {"barrier", ALL_TO_ALL_WAIT}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (eb_curve_is(curve, rows[i].kernel))
            return rows[i].movement;
    return MOVES_NOTHING_KNOWN;
}

static uint64_t hosts_of(const struct eb_audit *audit)
{
    return audit->nodes > 2 ? audit->nodes : 2; /* an adapter's bytes go between two at least */
}

/* Bytes that some host must send or receive in a collective of a size; NAN where nothing follows. */
static double collective_bytes(const struct eb_audit *audit, const struct eb_curve *curve, double size)
{
    double hosts = (double)hosts_of(audit);
    double ranks = (double)curve->ranks;
    double there = floor(ranks / hosts); /* on the host that has the fewest */
    int counted = !curve->ranks_assumed && audit->nodes > 1 && there >= 1;
    switch (movement_of(curve)) {
    case ALLREDUCE:
        return 2 * size * (hosts - 1) / hosts;
    case REDUCE_SCATTER:
    case BCAST:
        return size * (hosts - 1) / hosts;
    case ALLGATHER:
        return counted ? size * (ranks - there) : NAN;
    case ALLTOALL:
        return counted ? size * there * (ranks - there) : NAN;
    default:
        return NAN;
    }
}

double eb_curve_rate(const struct eb_audit *audit, const struct eb_curve *curve, size_t point)
{
    const struct eb_series *series = curve->points[point];
    double size = (double)series->size_bytes;
    double pairs = (double)curve->pairs;
    if (eb_curve_is(curve, "pingpong"))
        return (curve->claim->reads ? 0.5 : 1) * pairs * size / (series->value * 1e-6);
    if (eb_curve_is(curve, "bandwidth"))
        return series->value * 1e6;
    if (eb_curve_is(curve, "bibandwidth"))
        return series->value * 0.5e6;
    if (eb_curve_is(curve, "message_rate"))
        return series->value * size;
    if (!curve->collective)
        return NAN;
    double us = series->value + (movement_of(curve) == BCAST ? SKEW_US : 0);
    return collective_bytes(audit, curve, size) / (us * 1e-6);
}

int eb_curve_waits(const struct eb_curve *curve)
{
    enum movement movement = movement_of(curve);
    return curve->collective && movement != MOVES_NOTHING_KNOWN && movement != BCAST;
}

/* Whether one rank of a host is at work, on one card. Of two cards each may carry more than half of what the
 * host may (hpc6id: 170 of 200 Gb/s; aws/aws-parallelcluster, test_osu.py), so that only more than two
 * divide.
 */
static int is_on_one_card(const struct eb_audit *audit, const struct eb_curve *curve)
{
    return curve->claim->adapter->kind == EB_ADAPTER_EFA && !curve->collective && curve->pairs == 1 &&
           audit->instance->efa_count > 2 && curve->claim->cards < audit->instance->efa_count;
}

static double ceiling_gbps(const struct eb_audit *audit, const struct eb_curve *curve)
{
    const struct eb_instance *instance = audit->instance;
    const struct eb_adapter *adapter = curve->claim->adapter;
    if (!adapter)
        return 0;
    if (adapter->kind == EB_ADAPTER_82599VF && !instance)
        return adapter->max_gbps;
    if (!instance)
        return 0;
    if (adapter->kind != EB_ADAPTER_EFA)
        return instance->network_gbps;
    if (instance->efa_count == 0 || !is_on_one_card(audit, curve))
        return instance->efa_gbps;
    return (double)curve->claim->cards * instance->efa_gbps / instance->efa_count;
}

/* Whether so little moves at a time that the wire's rate counts and not EC2's average. */
static int may_burst(const struct eb_audit *audit, const struct eb_curve *curve, size_t point)
{
    double size = (double)curve->points[point]->size_bytes;
    if (eb_curve_is(curve, "pingpong"))
        return 1;
    return !((curve->collective ? collective_bytes(audit, curve, size) : size) >= BURST_BYTES);
}

static int is_vf(const struct eb_curve *curve) /* whose 10 Gb/s are its wire's */
{
    return curve->claim->adapter && curve->claim->adapter->kind == EB_ADAPTER_82599VF;
}

static double burst_gbps(const struct eb_audit *audit, const struct eb_curve *curve, size_t point)
{
    double gbps = ceiling_gbps(audit, curve);
    return gbps > 0 && !is_vf(curve) && may_burst(audit, curve, point) ? fmax(gbps, WIRE_GBPS) : gbps;
}

double eb_curve_ceiling(const struct eb_audit *audit, const struct eb_curve *curve, size_t point)
{
    return burst_gbps(audit, curve, point) * 1e9 / 8;
}

static double tolerance_of(const struct eb_audit *audit, const struct eb_curve *curve)
{
    int averaged = ceiling_gbps(audit, curve) < WIRE_GBPS && !is_vf(curve);
    return curve->pairs > 1 || averaged ? LOOSE_TOLERANCE : RATE_TOLERANCE;
}

/* Pairs between more than two hosts: each host has its part of them. */
static double share_of_host(const struct eb_audit *audit, const struct eb_curve *curve)
{
    return !curve->collective && curve->pairs > 1 ? 2.0 / (double)hosts_of(audit) : 1;
}

static void say_rate(const struct eb_audit *audit, const struct eb_curve *curve, size_t point, int broken,
                     char words[EB_AUDIT_WORDS])
{
    const struct eb_series *series = curve->points[point];
    double rate = eb_curve_rate(audit, curve, point) * share_of_host(audit, curve);
    double ceiling = eb_curve_ceiling(audit, curve, point);
    struct eb_words value = eb_words_number(series->value, 5);
    struct eb_words size = eb_words_size(series->size_bytes);
    struct eb_words moved = eb_words_number(rate / 1e9, 3);
    struct eb_words limit = eb_words_number(ceiling / 1e9, 3);
    struct eb_words gbps = eb_words_number(burst_gbps(audit, curve, point), 4);
    struct eb_words share = eb_words_number(100 * rate / ceiling, 3);
    const char *whose = audit->instance && curve->claim->adapter->kind == EB_ADAPTER_EFA
                            ? (is_on_one_card(audit, curve)     ? "one card"
                               : audit->instance->efa_count > 1 ? "all its cards"
                                                                : "its card")
                            : "its network";
    const char *how = eb_curve_is(curve, "bibandwidth") ? " each way"
                      : movement_of(curve) == BCAST     ? " (with 200 us for ranks that enter late)"
                      : curve->collective               ? " that a host must move"
                                                        : "";
    const char *name = audit->instance ? audit->instance->name : curve->claim->adapter->title;
    if (broken)
        snprintf(words, EB_AUDIT_WORDS,
                 "%s %s for %s is %s GB/s%s: above the line rate of %s (%s, %s Gb/s = %s GB/s)%s", value.text,
                 series->metric->unit, size.text, moved.text, how, whose, name, gbps.text, limit.text,
                 curve->collective ? "; or there were fewer ranks or hosts than claimed"
                 : audit->instance && is_on_one_card(audit, curve) ? ", and one rank uses one"
                                                                   : "");
    else
        snprintf(words, EB_AUDIT_WORDS, "%s %s for %s is %s GB/s%s, %s%% of the line rate of %s (%s Gb/s)",
                 value.text, series->metric->unit, size.text, moved.text, how, share.text, whose, gbps.text);
}

static const char *source_of(const struct eb_audit *audit, const struct eb_curve *curve)
{
    return audit->instance ? audit->instance->source : curve->claim->adapter->bandwidth.source;
}

/* A published spread can hold a run above the line rate whose average is below. */
static void note_best_run(struct eb_audit *audit, size_t index)
{
    struct eb_curve *curve = &audit->curves[index];
    size_t first = EB_NO_CURVE;
    size_t last = 0;
    size_t count = 0;
    size_t best = 0;
    for (size_t i = 0; i < curve->count; i++) {
        const struct eb_series *series = curve->points[i];
        if (!series->published || !eb_metric_is_rate(series->metric) || isnan(series->max) ||
            eb_curve_rate(audit, curve, i) * series->max / series->value <=
                1.01 * eb_curve_ceiling(audit, curve, i) ||
            curve->outcomes[i * EB_CHECK_COUNT + EB_CHECK_RATE] == EB_BROKEN)
            continue;
        first = first == EB_NO_CURVE ? i : first;
        last = i;
        count++;
        best = series->max > curve->points[best]->max || count == 1 ? i : best;
        eb_curve_mark(curve, i, EB_CHECK_RATE, EB_NOTED);
    }
    if (count == 0)
        return;
    struct eb_words max = eb_words_number(curve->points[best]->max, 5);
    struct eb_words middle = eb_words_number(curve->points[best]->value, 5);
    struct eb_words limit = eb_words_number(eb_curve_ceiling(audit, curve, best) / 1e6, 5);
    const struct eb_finding about = {EB_CHECK_RATE, 0,     index, first,
                                     last,          count, NULL,  source_of(audit, curve)};
    eb_audit_find(
        audit, &about,
        "the best run says %s %s, above the line rate of %s MB/s; the middle of the runs (%s) is not%s",
        max.text, curve->points[best]->metric->unit, limit.text, middle.text,
        curve->pairs > 1 ? ". Of several pairs the rate is divided by the mean of the senders' times, which "
                           "overstates it when some finish early"
                         : "");
}

static void miss_rate(struct eb_audit *audit, struct eb_curve *curve)
{
    if (curve->claim->kind != EB_CLAIM_ADAPTER)
        return;
    if (!audit->instance_name)
        eb_curve_miss(audit, curve, "its line rate: the instance type is unknown (--instance TYPE)");
    else if (!audit->instance)
        eb_curve_miss(audit, curve, "its line rate: the catalogue has no instance type %.60s",
                      audit->instance_name);
    else if (curve->claim->adapter->kind == EB_ADAPTER_EFA && audit->instance->efa_count == 0)
        eb_curve_miss(audit, curve, "its line rate: the catalogue knows of no EFA in %s",
                      audit->instance->name);
    else
        eb_curve_miss(audit, curve, "its line rate: no source states the network's of %s",
                      audit->instance->name);
}

void eb_check_rate(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_curve *curve = &audit->curves[i];
        double tolerance = tolerance_of(audit, curve);
        int unknown = 0;
        if (!(ceiling_gbps(audit, curve) > 0)) {
            miss_rate(audit, curve);
            continue;
        }
        for (size_t j = 0; j < curve->count; j++) {
            double rate = eb_curve_rate(audit, curve, j) * share_of_host(audit, curve);
            if (isfinite(rate) && rate > 0)
                eb_curve_hold(curve, j, EB_CHECK_RATE, rate / eb_curve_ceiling(audit, curve, j), tolerance);
            unknown |= isnan(rate);
        }
        if (unknown && (movement_of(curve) == ALLGATHER || movement_of(curve) == ALLTOALL))
            eb_curve_miss(audit, curve,
                          "the bytes that each host moves: how many ranks and hosts there were is unknown "
                          "(import with --nodes and --ranks)");
        else if (unknown && movement_of(curve) == MOVES_NOTHING_KNOWN)
            eb_curve_miss(audit, curve,
                          "what this operation must move at least: no limit is known that holds");
        note_best_run(audit, i);
        eb_curve_conclude(audit, i, EB_CHECK_RATE, say_rate, source_of(audit, curve));
    }
}
