/* Limits of physics and of EC2: latency floor, line rate, single-flow cap, the clock. */
#include "judge/audit/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A rate is payload over time: nothing can exceed the line rate for long, and a twentieth covers what a token
 * bucket lets pass at the start. The rate of several pairs is a sum over senders of which each stops its own
 * clock (OSU divides by the mean of the senders' times), so that it overstates when some finish early: of 36
 * TCP flows that shared 100 Gb/s, single runs said 105.7 Gb/s (JiaweiZhuang/aws-mpi-benchmark). */
#define RATE_TOLERANCE 0.05
#define PAIRS_TOLERANCE 0.15

/* Limits of EC2 are averages, which a ping-pong, silent half of the time, may exceed for the length of a
 * message: one TCP flow capped at 10 Gb/s carried 2 MiB in 1016 us, 16.5 Gb/s (JiaweiZhuang). The wire it
 * cannot exceed, and no card's wire was slower than this since ENA and EFA exist. */
#define WIRE_GBPS 100.0

/* Below it no two hosts exchanged anything over Ethernet through a hypervisor's card; MPI's shared memory
 * takes 0.2 to 3 us. */
#define SHARED_MEMORY_US 3.0

/* A cache line from core to core takes about this long; MPI's fastest are at 0.16 us. */
#define CORE_TO_CORE_US 0.02

/* A rooted collective is timed from when each rank enters it, and a rank may enter late, by the skew of the
 * barrier before it: the bytes bound it only where they take much longer than that. */
#define SKEW_US 200.0

#define COLLECTIVE_SHARE 0.5

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

/* Whether one rank of a host is at work, on one card. Of two cards each may carry more than half of what the
 * host may (hpc6id: 170 of 200 Gb/s; aws/aws-parallelcluster, test_osu.py), so that only more than two
 * divide.
 */
static int is_on_one_card(const struct eb_audit *audit, const struct eb_curve *curve)
{
    return !curve->collective && curve->pairs == 1 && audit->instance->efa_count > 2 &&
           curve->claim->cards < audit->instance->efa_count;
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

/* Of messages that come one by one, the wire's. */
static double burst_gbps(const struct eb_audit *audit, const struct eb_curve *curve)
{
    double gbps = ceiling_gbps(audit, curve);
    int is_vf = curve->claim->adapter && curve->claim->adapter->kind == EB_ADAPTER_82599VF;
    return gbps > 0 && !is_vf && eb_curve_is(curve, "pingpong") ? fmax(gbps, WIRE_GBPS) : gbps;
}

double eb_curve_ceiling(const struct eb_audit *audit, const struct eb_curve *curve)
{
    return burst_gbps(audit, curve) * 1e9 / 8;
}

/* Pairs between more than two hosts: each host has its part of them. */
static double share_of_host(const struct eb_audit *audit, const struct eb_curve *curve)
{
    return !curve->collective && curve->pairs > 1 ? 2.0 / (double)hosts_of(audit) : 1;
}

static double floor_us(const struct eb_audit *audit, const struct eb_curve *curve, size_t point)
{
    double ceiling = eb_curve_ceiling(audit, curve);
    double size = (double)curve->points[point]->size_bytes;
    double least = curve->claim->floor_us;
    if (curve->collective)
        return COLLECTIVE_SHARE * least;
    if (curve->claim->reads)
        least /= 2; /* a read waits for one way there without payload, but half of it stands in the table */
    return least + (ceiling > 0 && curve->pairs == 1 && !curve->claim->reads ? size / ceiling * 1e6 : 0);
}

static void say_floor(const struct eb_audit *audit, const struct eb_curve *curve, size_t point, int broken,
                      char words[EB_AUDIT_WORDS])
{
    const struct eb_series *series = curve->points[point];
    const struct eb_arm_claim *claim = curve->claim;
    struct eb_words us = eb_words_number(series->value, 5);
    struct eb_words size = eb_words_size(series->size_bytes);
    double least = floor_us(audit, curve, point);
    struct eb_words floor = eb_words_number(least, 3);
    struct eb_words times = eb_words_number(series->value / least, 3);
    const char *name = claim->adapter->kind == EB_ADAPTER_EFA ? "EFA" : claim->adapter->name;
    if (!broken) {
        snprintf(words, EB_AUDIT_WORDS, "%s us for %s is %s times the least it could be, %s us", us.text,
                 size.text, times.text, floor.text);
        return;
    }
    int at_line = series->size_bytes > 0 && least > 1.5 * claim->floor_us;
    int used =
        curve->collective
            ? snprintf(words, EB_AUDIT_WORDS,
                       "%s us for %s: every rank waits for ranks of other hosts, and no %s has half "
                       "that latency (%s)",
                       us.text, size.text, name, claim->floor_words)
            : snprintf(words, EB_AUDIT_WORDS, "%s us for %s: no %s has that latency (%s%s)", us.text,
                       size.text, name, claim->floor_words, at_line ? ", and the bytes take theirs" : "");
    if (used > 0 && used < EB_AUDIT_WORDS)
        snprintf(words + used, EB_AUDIT_WORDS - (size_t)used, "; %s",
                 series->value < SHARED_MEMORY_US
                     ? (curve->collective || curve->ranks > 2 ? "the ranks were on one host (shared memory)"
                                                              : "both ranks were on one host (shared memory)")
                     : "they went through loopback, shared memory or another network");
}

/* A shared-memory latency is one of the two ranks, not of one size: what they measured at other sizes did not
 * cross the adapter either. */
static void spread_over_sizes(struct eb_curve *curve)
{
    int shared = 0;
    for (size_t i = 0; i < curve->count; i++)
        shared |= curve->outcomes[i * EB_CHECK_COUNT + EB_CHECK_FLOOR] == EB_BROKEN &&
                  curve->points[i]->value < SHARED_MEMORY_US;
    for (size_t i = 0; shared && !curve->collective && i < curve->count; i++)
        eb_curve_mark(curve, i, EB_CHECK_FLOOR, EB_BROKEN);
}

static int has_floor(const struct eb_curve *curve)
{
    if (eb_curve_is(curve, "pingpong"))
        return 1;
    enum movement movement = movement_of(curve);
    return curve->collective && movement != MOVES_NOTHING_KNOWN && movement != BCAST;
}

void eb_check_floor(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_curve *curve = &audit->curves[i];
        if (!has_floor(curve) || curve->claim->kind != EB_CLAIM_ADAPTER || curve->claim->floor_us <= 0)
            continue;
        for (size_t j = 0; j < curve->count; j++)
            eb_curve_hold(curve, j, EB_CHECK_FLOOR, floor_us(audit, curve, j) / curve->points[j]->value, 0);
        spread_over_sizes(curve);
        eb_curve_conclude(audit, i, EB_CHECK_FLOOR, say_floor, curve->claim->floor_source);
    }
}

static void say_rate(const struct eb_audit *audit, const struct eb_curve *curve, size_t point, int broken,
                     char words[EB_AUDIT_WORDS])
{
    const struct eb_series *series = curve->points[point];
    double rate = eb_curve_rate(audit, curve, point) * share_of_host(audit, curve);
    double ceiling = eb_curve_ceiling(audit, curve);
    struct eb_words value = eb_words_number(series->value, 5);
    struct eb_words size = eb_words_size(series->size_bytes);
    struct eb_words moved = eb_words_number(rate / 1e9, 3);
    struct eb_words limit = eb_words_number(ceiling / 1e9, 3);
    struct eb_words gbps = eb_words_number(burst_gbps(audit, curve), 4);
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

/* A published spread can hold a run above the line rate whose average is below. */
static void note_best_run(struct eb_audit *audit, size_t index)
{
    struct eb_curve *curve = &audit->curves[index];
    double ceiling = eb_curve_ceiling(audit, curve);
    size_t first = EB_NO_CURVE;
    size_t last = 0;
    size_t count = 0;
    size_t best = 0;
    for (size_t i = 0; i < curve->count; i++) {
        const struct eb_series *series = curve->points[i];
        if (!series->published || !eb_metric_is_rate(series->metric) || isnan(series->max) ||
            eb_curve_rate(audit, curve, i) * series->max / series->value <= ceiling * (1 + 0.01) ||
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
    struct eb_words limit = eb_words_number(ceiling / 1e6, 5);
    const struct eb_finding about = {EB_CHECK_RATE, 0,     index, first,
                                     last,          count, NULL,  audit->instance->source};
    eb_audit_find(
        audit, &about,
        "the best run says %s %s, above the line rate of %s MB/s; the middle of the runs (%s) is not. "
        "Of several pairs the rate is divided by the mean of the senders' times, which overstates "
        "it when some finish early",
        max.text, curve->points[best]->metric->unit, limit.text, middle.text);
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
        double ceiling = eb_curve_ceiling(audit, curve);
        double tolerance = curve->pairs > 1 ? PAIRS_TOLERANCE : RATE_TOLERANCE;
        int unknown = 0;
        if (!(ceiling > 0)) {
            miss_rate(audit, curve);
            continue;
        }
        for (size_t j = 0; j < curve->count; j++) {
            double rate = eb_curve_rate(audit, curve, j) * share_of_host(audit, curve);
            if (isfinite(rate) && rate > 0)
                eb_curve_hold(curve, j, EB_CHECK_RATE, rate / ceiling, tolerance);
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
        eb_curve_conclude(audit, i, EB_CHECK_RATE, say_rate,
                          audit->instance ? audit->instance->source
                                          : curve->claim->adapter->bandwidth.source);
    }
}

static const struct eb_flow_cap *highest_cap(void)
{
    return eb_flow_cap_at(eb_flow_cap_count() - 1);
}

/* Gb/s of one flow; flows is above 0. */
static double flow_gbps(const struct eb_audit *audit, const struct eb_curve *curve, size_t point,
                        uint64_t flows)
{
    double busy = eb_curve_is(curve, "pingpong") ? 0.5 : 1; /* a flow is silent while the answer comes */
    return busy * eb_curve_rate(audit, curve, point) * 8e-9 / (double)(flows * curve->pairs);
}

/* The least cap that allows it, or the highest. */
static const struct eb_flow_cap *cap_for(double gbps)
{
    for (size_t i = 0; i < eb_flow_cap_count(); i++)
        if (gbps <= (1 + RATE_TOLERANCE) * eb_flow_cap_at(i)->gbps)
            return eb_flow_cap_at(i);
    return highest_cap();
}

static void say_flow(const struct eb_audit *audit, const struct eb_curve *curve, size_t point, int broken,
                     char words[EB_AUDIT_WORDS])
{
    double gbps = flow_gbps(audit, curve, point, curve->claim->flows);
    const struct eb_flow_cap *cap = cap_for(gbps);
    struct eb_words one = eb_words_number(gbps, 3);
    struct eb_words size = eb_words_size(curve->points[point]->size_bytes);
    struct eb_words limit = eb_words_number(cap->gbps, 3);
    if (broken)
        snprintf(words, EB_AUDIT_WORDS,
                 "%s Gb/s in one flow at %s: EC2 lets no flow over an ENA carry more than %s (%s)", one.text,
                 size.text, limit.text, cap->when);
    else
        snprintf(words, EB_AUDIT_WORDS, "%s Gb/s in one flow at %s, of the %s that EC2 allows (%s)", one.text,
                 size.text, limit.text, cap->when);
}

static void note_flow(struct eb_audit *audit, size_t index, uint64_t flows)
{
    struct eb_curve *curve = &audit->curves[index];
    double most = 0;
    size_t at = 0;
    for (size_t i = 0; i < curve->count; i++) {
        double gbps = flow_gbps(audit, curve, i, flows ? flows : 1);
        if (gbps > most) {
            most = gbps;
            at = i;
        }
    }
    const struct eb_flow_cap *cap = cap_for(most);
    struct eb_words gbps = eb_words_number(most, 3);
    struct eb_finding about = {EB_CHECK_FLOW, 0, index, at, at, 1, NULL, cap->source};
    if (!flows && most > (1 + RATE_TOLERANCE) * highest_cap()->gbps) {
        eb_curve_mark(curve, at, EB_CHECK_FLOW, EB_NOTED);
        eb_audit_find(audit, &about,
                      "%s Gb/s between one pair is more than one TCP flow may carry: it takes several "
                      "connections, which nothing here says (--arm NAME=sockets@ena,flows=N)",
                      gbps.text);
    } else if (flows && most <= (1 + RATE_TOLERANCE) * highest_cap()->gbps && cap != eb_flow_cap_at(0) &&
               !(audit->placement_group && cap == eb_flow_cap_at(1))) {
        struct eb_words least = eb_words_number(eb_flow_cap_at(cap == highest_cap() ? 1 : 0)->gbps, 3);
        eb_curve_mark(curve, at, EB_CHECK_FLOW, EB_NOTED);
        eb_audit_find(audit, &about, "%s Gb/s in one flow, more than %s, wants this: %s", gbps.text,
                      least.text, cap->when);
    }
}

void eb_check_flow(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_curve *curve = &audit->curves[i];
        const struct eb_arm_claim *claim = curve->claim;
        if (curve->collective || !claim->adapter || claim->adapter->kind != EB_ADAPTER_ENA)
            continue;
        for (size_t j = 0; claim->flows && j < curve->count; j++) {
            double gbps = flow_gbps(audit, curve, j, claim->flows);
            if (gbps > 0)
                eb_curve_hold(curve, j, EB_CHECK_FLOW, gbps / cap_for(gbps)->gbps, RATE_TOLERANCE);
        }
        if (claim->flows || curve->pairs == 1)
            note_flow(audit, i, claim->flows);
        eb_curve_conclude(audit, i, EB_CHECK_FLOW, say_flow, highest_cap()->source);
    }
}

static void say_clock(const struct eb_audit *audit, const struct eb_curve *curve, size_t point, int broken,
                      char words[EB_AUDIT_WORDS])
{
    struct eb_words us = eb_words_number(curve->points[point]->value, 4);
    struct eb_words size = eb_words_size(curve->points[point]->size_bytes);
    (void)audit;
    (void)broken;
    snprintf(words, EB_AUDIT_WORDS,
             "%s us for %s: not even a cache line goes from one core to another in that time; clocks and "
             "units are to be looked at",
             us.text, size.text);
}

void eb_check_clock(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_curve *curve = &audit->curves[i];
        int early = 0;
        for (size_t j = 0; j < curve->count; j++)
            if (!eb_metric_is_rate(curve->points[j]->metric) && curve->claim->kind != EB_CLAIM_NOTHING &&
                curve->points[j]->value < CORE_TO_CORE_US) {
                eb_curve_mark(curve, j, EB_CHECK_CLOCK, EB_BROKEN);
                early = 1;
            }
        if (early)
            eb_curve_conclude(audit, i, EB_CHECK_CLOCK, say_clock, NULL);
    }
}
