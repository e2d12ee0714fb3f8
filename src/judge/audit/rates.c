/* Rates against the line rate of one card, or of the host. */
#include "judge/audit/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A rooted collective is timed from when each rank enters it, and a rank may enter late, by the skew of the
 * barrier before it: the bytes bound it only where they take much longer than that. */
#define SKEW_US 200.0

enum movement { MOVES_NOTHING_KNOWN, ALL_TO_ALL_WAIT, ALLREDUCE, ALLGATHER, ALLTOALL, REDUCE_SCATTER, BCAST };

/* What every host must move at least. A reduction without help of the network: 2 (n - 1) / n of the vector
 * (Patarasuk and Yuan, JPDC 2009), here over hosts, within which bytes are free. */
static enum movement movement_of(const struct eb_audit_curve *curve)
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
    const char *name = curve->points[0]->kernel->name;
    if (name[0] == 'i') /* MPI's non-blocking ones, timed to their end, move the same */
        name++;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(name, rows[i].kernel) == 0)
            return rows[i].movement;
    return MOVES_NOTHING_KNOWN;
}

static uint64_t hosts_of(const struct eb_audit_curve *curve)
{
    return curve->nodes > 2 ? curve->nodes : 2; /* an adapter's bytes go between two at least */
}

/* Bytes that some host must send or receive in a collective of a size; NAN where nothing follows. */
static double collective_bytes(const struct eb_audit_curve *curve, double size)
{
    double hosts = (double)hosts_of(curve);
    double ranks = (double)curve->ranks;
    double there = floor(ranks / hosts); /* on the host that has the fewest, at most */
    int counted = !curve->ranks_assumed && curve->nodes > 1 && there >= 1;
    int even = curve->ranks % hosts_of(curve) == 0;
    switch (movement_of(curve)) {
    case ALLREDUCE:
        return eb_line_allreduce_bytes(size, hosts);
    case REDUCE_SCATTER:
    case BCAST:
        return size * (hosts - 1) / hosts;
    case ALLGATHER:
        return counted ? size * (ranks - there) : NAN;
    case ALLTOALL: /* where they are not spread evenly no more is known than that each host has a rank */
        return counted ? size * (even ? there * (ranks - there) : ranks - 1) : NAN;
    default:
        return NAN;
    }
}

double eb_curve_rate(const struct eb_audit_curve *curve, size_t point)
{
    const struct eb_series *series = curve->points[point];
    double size = (double)series->size_bytes;
    double pairs = (double)curve->pairs;
    if (eb_curve_is(curve, "pingpong")) /* of several pairs some send while the others' answers come */
        return (curve->claim->reads || curve->pairs > 1 ? 0.5 : 1) * pairs * size / (series->value * 1e-6);
    if (eb_curve_is(curve, "bandwidth"))
        return series->value * 1e6;
    if (eb_curve_is(curve, "bibandwidth"))
        return series->value * 0.5e6;
    if (eb_curve_is(curve, "message_rate"))
        return series->value * size;
    if (!curve->collective)
        return NAN;
    double us = series->value + (movement_of(curve) == BCAST ? SKEW_US : 0);
    return collective_bytes(curve, size) / (us * 1e-6);
}

int eb_curve_waits(const struct eb_audit_curve *curve)
{
    enum movement movement = movement_of(curve);
    return curve->collective && movement != MOVES_NOTHING_KNOWN && movement != BCAST;
}

/* Gb/s; a ping-pong has so little under way at a time that the wire's rate counts and not EC2's average. */
static double burst_gbps(const struct eb_audit_curve *curve, size_t point)
{
    double size = (double)curve->points[point]->size_bytes;
    if (eb_curve_is(curve, "pingpong"))
        size = 0;
    return eb_line_burst(&curve->line, curve->collective ? collective_bytes(curve, size) : size);
}

double eb_curve_ceiling(const struct eb_audit_curve *curve, size_t point)
{
    return burst_gbps(curve, point) * 1e9 / 8;
}

double eb_curve_share(const struct eb_audit_curve *curve)
{
    return curve->collective || curve->sending <= 1 ? 1 : 1 / curve->sending;
}

static const char *whose_line(const struct eb_audit_curve *curve, char text[60])
{
    if (curve->line.cards == 0)
        return "its network";
    if (curve->line.cards == curve->line.of)
        return curve->line.of > 1 ? "all its cards" : "its card";
    if (curve->line.cards == 1)
        return "one card";
    snprintf(text, 60, "%u of its %u cards", curve->line.cards, curve->line.of);
    return text;
}

static void say_rate(const struct eb_audit *audit, const struct eb_audit_curve *curve, size_t point,
                     int broken, char words[EB_AUDIT_WORDS])
{
    const struct eb_series *series = curve->points[point];
    double rate = eb_curve_rate(curve, point) * eb_curve_share(curve);
    int one = !broken && curve->line.one_gbps > 0 && rate <= curve->line.one_gbps * 1e9 / 8;
    double gigabits = one ? curve->line.one_gbps : burst_gbps(curve, point);
    char of[60];
    const char *whose = one ? "one card" : whose_line(curve, of);
    struct eb_words value = eb_words_number(series->value, 5);
    struct eb_words size = eb_words_size(series->size_bytes);
    struct eb_words moved = eb_words_number(rate / 1e9, 3);
    struct eb_words limit = eb_words_number(gigabits / 8, 3);
    struct eb_words gbps = eb_words_number(gigabits, 4);
    struct eb_words share = eb_words_number(100 * rate / (gigabits * 1e9 / 8), 3);
    const char *how = eb_curve_is(curve, "bibandwidth") ? " each way"
                      : movement_of(curve) == BCAST     ? " (with 200 us for ranks that enter late)"
                      : curve->collective               ? " that a host must move"
                                                        : "";
    const char *name = audit->instance ? audit->instance->name : curve->claim->adapter->title;
    if (broken)
        snprintf(words, EB_AUDIT_WORDS,
                 "%s %s for %s is %s GB/s%s: above the line rate of %s (%s, %s Gb/s = %s GB/s)%s", value.text,
                 series->metric->unit, size.text, moved.text, how, whose, name, gbps.text, limit.text,
                 curve->collective ? "; or there were fewer ranks or hosts than claimed" : "");
    else
        snprintf(words, EB_AUDIT_WORDS, "%s %s for %s is %s GB/s%s, %s%% of the line rate of %s (%s Gb/s)",
                 value.text, series->metric->unit, size.text, moved.text, how, share.text, whose, gbps.text);
}

static const char *source_of(const struct eb_audit *audit, const struct eb_audit_curve *curve)
{
    return audit->instance ? audit->instance->source : curve->claim->adapter->bandwidth.source;
}

/* A published spread can hold a run above the line rate whose average is below. */
static void note_best_run(struct eb_audit *audit, size_t index)
{
    struct eb_audit_curve *curve = &audit->curves[index];
    size_t first = EB_NO_CURVE;
    size_t last = 0;
    size_t count = 0;
    size_t best = 0;
    for (size_t i = 0; i < curve->count; i++) {
        const struct eb_series *series = curve->points[i];
        if (!series->published || !eb_metric_is_rate(series->metric) || isnan(series->max) ||
            eb_curve_rate(curve, i) * eb_curve_share(curve) * series->max / series->value <=
                1.01 * eb_curve_ceiling(curve, i) ||
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
    struct eb_words limit = eb_words_number(eb_curve_ceiling(curve, best) / 1e6, 5);
    const struct eb_finding about = {EB_CHECK_RATE,           0, index, first, last, count, NULL,
                                     source_of(audit, curve), 0, 0};
    eb_audit_find(
        audit, &about,
        "the best run says %s %s, above the line rate of %s MB/s; the middle of the runs (%s) is not%s",
        max.text, curve->points[best]->metric->unit, limit.text, middle.text,
        curve->pairs > 1 ? ". Of several pairs the rate is divided by the mean of the senders' times, which "
                           "overstates it when some finish early"
                         : "");
}

/* Whether the same ranks of the arm have a latency that no card has: then it was no card either. */
static int shared_memory(const struct eb_audit *audit, const struct eb_audit_curve *curve)
{
    for (size_t i = audit->first_of_arm[curve->claim - audit->claims]; i != EB_NO_CURVE;
         i = audit->curves[i].next_of_arm)
        if (eb_curve_is(&audit->curves[i], "pingpong") && audit->curves[i].ranks == curve->ranks &&
            audit->curves[i].outcomes[EB_CHECK_FLOOR] == EB_BROKEN)
            return 1;
    return 0;
}

/* One rank may stripe over several cards: more than one card's line rate is odd where nothing says so. */
static void note_cards(struct eb_audit *audit, size_t index)
{
    struct eb_audit_curve *curve = &audit->curves[index];
    double one = curve->line.one_gbps * 1e9 / 8 * (1 + curve->line.tolerance);
    struct eb_finding about = {.check = EB_CHECK_RATE, .curve = index, .source = source_of(audit, curve)};
    size_t best = 0;
    for (size_t i = 0; one > 0 && i < curve->count; i++) {
        if (!(eb_curve_rate(curve, i) > one) ||
            curve->outcomes[i * EB_CHECK_COUNT + EB_CHECK_RATE] == EB_BROKEN ||
            curve->outcomes[i * EB_CHECK_COUNT + EB_CHECK_FLOOR] == EB_BROKEN)
            continue;
        about.first = about.points == 0 ? i : about.first;
        about.last = i;
        best = about.points++ == 0 || eb_curve_rate(curve, i) > eb_curve_rate(curve, best) ? i : best;
        eb_curve_mark(curve, i, EB_CHECK_RATE, EB_NOTED);
    }
    if (about.points == 0 || shared_memory(audit, curve))
        return;
    double rate = eb_curve_rate(curve, best) * 8e-9;
    struct eb_words gbps = eb_words_number(rate, 3);
    struct eb_words size = eb_words_size(curve->points[best]->size_bytes);
    struct eb_words limit = eb_words_number(curve->line.one_gbps, 4);
    eb_audit_find(audit, &about,
                  "%s Gb/s for %s is more than one card of %s carries (%s Gb/s): one rank must have used "
                  "several cards, which nothing here says (--arm efa=ofi:efa,cards=%.0f)",
                  gbps.text, size.text, audit->instance->name, limit.text, ceil(rate / curve->line.one_gbps));
}

static void miss_rate(struct eb_audit *audit, struct eb_audit_curve *curve)
{
    if (curve->claim->kind != EB_CLAIM_ADAPTER)
        return;
    if (!audit->instance_name)
        eb_curve_miss(audit, curve, "its line rate: the instance type is unknown (--instance TYPE)");
    else if (!audit->instance)
        eb_curve_miss(audit, curve, "its line rate: the catalogue has no instance type %.60s",
                      audit->instance_name);
    else
        eb_curve_miss(audit, curve, "its line rate: no source states the network's of %s",
                      audit->instance->name);
}

/* Whether nobody says how many hosts the pairs had, so that their sum bounds no host. */
static int misses_hosts(const struct eb_audit_curve *curve)
{
    return !curve->collective && curve->pairs > 1 && !(curve->sending > 0);
}

static void hold_rates(struct eb_audit *audit, struct eb_audit_curve *curve)
{
    int unknown = 0;
    for (size_t j = 0; j < curve->count; j++) {
        double rate = eb_curve_rate(curve, j) * eb_curve_share(curve);
        if (isfinite(rate) && rate > 0)
            eb_curve_hold(curve, j, EB_CHECK_RATE, rate / eb_curve_ceiling(curve, j), curve->line.tolerance);
        unknown |= isnan(rate);
    }
    if (unknown && (movement_of(curve) == ALLGATHER || movement_of(curve) == ALLTOALL))
        eb_curve_miss(audit, curve,
                      "the bytes that each host moves: how many ranks and hosts there were is unknown "
                      "(import with --nodes and --ranks)");
    else if (unknown && movement_of(curve) == MOVES_NOTHING_KNOWN)
        eb_curve_miss(audit, curve, "what this operation must move at least: no limit is known that holds");
}

void eb_check_rate(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_audit_curve *curve = &audit->curves[i];
        if (!(curve->line.gbps > 0)) {
            miss_rate(audit, curve);
            continue;
        }
        if (misses_hosts(curve)) {
            eb_curve_miss(audit, curve,
                          "its line rate: on how many hosts the %llu pairs were is unknown (--nodes N)",
                          (unsigned long long)curve->pairs);
            continue;
        }
        hold_rates(audit, curve);
        note_best_run(audit, i);
        note_cards(audit, i);
        eb_curve_conclude(audit, i, EB_CHECK_RATE, say_rate, source_of(audit, curve));
    }
}

/* A frame of Ethernet takes 84 bytes of the wire at least: 64, preamble and gap (IEEE 802.3). EFA sends each
 * message in packets of its own; TCP puts many into one. */
#define LEAST_FRAME_BYTES 84

/* One rank posts no quicker than this: about what a cache line takes from core to core. */
#define LEAST_POST_S 20e-9

#define COUNTS_SOURCE "IEEE 802.3: a frame takes 84 B of the wire at least"

/* Messages a second of one host in one direction; NAN of what sends none in a row. */
static double messages_per_s(const struct eb_audit_curve *curve, size_t point)
{
    const struct eb_series *series = curve->points[point];
    if (eb_curve_is(curve, "message_rate"))
        return series->value * eb_curve_share(curve);
    if ((!eb_curve_is(curve, "bandwidth") && !eb_curve_is(curve, "bibandwidth")) || series->size_bytes == 0)
        return NAN;
    return eb_curve_rate(curve, point) * eb_curve_share(curve) / (double)series->size_bytes;
}

static double most_messages(const struct eb_audit_curve *curve, size_t point)
{
    double posted = (double)curve->pairs * eb_curve_share(curve) / LEAST_POST_S;
    double gbps = burst_gbps(curve, point);
    return gbps > 0 ? fmin(posted, gbps * 1e9 / 8 / LEAST_FRAME_BYTES) : posted;
}

static void say_counts(const struct eb_audit *audit, const struct eb_audit_curve *curve, size_t point,
                       int broken, char words[EB_AUDIT_WORDS])
{
    struct eb_words sent = eb_words_number(messages_per_s(curve, point) / 1e6, 4);
    struct eb_words most = eb_words_number(most_messages(curve, point) / 1e6, 4);
    struct eb_words size = eb_words_size(curve->points[point]->size_bytes);
    (void)audit;
    snprintf(words, EB_AUDIT_WORDS,
             broken
                 ? "%s million messages a second of %s: an EFA's wire takes no more than %s million frames, "
                   "nor does one rank post more than 50"
                 : "%s million messages a second of %s, of %s million that are possible",
             sent.text, size.text, most.text);
}

void eb_check_counts(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_audit_curve *curve = &audit->curves[i];
        const struct eb_adapter *adapter = curve->claim->adapter;
        if (!adapter || adapter->kind != EB_ADAPTER_EFA || curve->claim->assumed || misses_hosts(curve))
            continue;
        for (size_t j = 0; j < curve->count; j++) {
            double usage = messages_per_s(curve, j) / most_messages(curve, j);
            if (usage > 0)
                eb_curve_hold(curve, j, EB_CHECK_COUNTS, usage, curve->line.tolerance);
        }
        eb_curve_conclude(audit, i, EB_CHECK_COUNTS, say_counts, COUNTS_SOURCE);
    }
}
