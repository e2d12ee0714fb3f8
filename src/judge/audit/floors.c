/* Times against the least that they can be: the latency floor of an adapter, and the clock. */
#include "judge/audit/check.h"

#include <stdio.h>

/* Below it no two hosts exchanged anything over Ethernet through a hypervisor's card; MPI's shared memory
 * takes 0.2 to 3 us. */
#define SHARED_MEMORY_US 3.0

/* A cache line from core to core takes about this long; MPI's fastest are at 0.16 us. */
#define CORE_TO_CORE_US 0.02

/* Of what a rank waits for ranks of another host. With all hosts entering at once it is the whole floor in
 * the mean; the half allows for hosts of unequal size that enter at different times. */
#define COLLECTIVE_SHARE 0.5

static double floor_us(const struct eb_audit_curve *curve, size_t point)
{
    double ceiling = eb_curve_ceiling(curve, point);
    double size = (double)curve->points[point]->size_bytes;
    double least = curve->claim->floor_us;
    if (curve->collective)
        return COLLECTIVE_SHARE * least;
    if (curve->claim->reads)
        least /= 2; /* nobody has published a read of small messages: half is on the safe side */
    return least + (ceiling > 0 && curve->pairs == 1 && !curve->claim->reads ? size / ceiling * 1e6 : 0);
}

static void say_floor(const struct eb_audit *audit, const struct eb_audit_curve *curve, size_t point,
                      int broken, char words[EB_AUDIT_WORDS])
{
    const struct eb_series *series = curve->points[point];
    const struct eb_arm_claim *claim = curve->claim;
    struct eb_words us = eb_words_number(series->value, 5);
    struct eb_words size = eb_words_size(series->size_bytes);
    double least = floor_us(curve, point);
    struct eb_words floor = eb_words_number(least, 3);
    struct eb_words times = eb_words_number(series->value / least, 3);
    const char *name = eb_adapter_word(claim->adapter);
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
    if (used < 0 || used >= EB_AUDIT_WORDS)
        return;
    if (series->value < SHARED_MEMORY_US)
        snprintf(words + used, EB_AUDIT_WORDS - (size_t)used, "; %s on one host (shared memory)%s",
                 curve->ranks > 2 ? "the ranks were" : "both ranks were",
                 audit->instance ? "" : ", or on another network than EC2's");
    else
        snprintf(words + used, EB_AUDIT_WORDS - (size_t)used,
                 "; they went through loopback, shared memory or another network");
}

/* A shared-memory latency is one of the two ranks, not of one size: what they measured at other sizes did not
 * cross the adapter either. */
static void spread_over_sizes(struct eb_audit_curve *curve)
{
    int shared = 0;
    for (size_t i = 0; i < curve->count; i++)
        shared |= curve->outcomes[i * EB_CHECK_COUNT + EB_CHECK_FLOOR] == EB_BROKEN &&
                  curve->points[i]->value < SHARED_MEMORY_US;
    for (size_t i = 0; shared && !curve->collective && i < curve->count; i++)
        eb_curve_mark(curve, i, EB_CHECK_FLOOR, EB_BROKEN);
}

static int has_floor(const struct eb_audit_curve *curve)
{
    if (eb_curve_is(curve, "pingpong"))
        return 1;
    return eb_curve_waits(curve);
}

/* What nobody claims cannot be wrong, but shared memory shows. */
static void note_shared_memory(struct eb_audit *audit, size_t index)
{
    struct eb_audit_curve *curve = &audit->curves[index];
    const struct eb_series *first = curve->points[0];
    const struct eb_finding about = {EB_CHECK_FLOOR, 0, index, 0, 0, 1, NULL, NULL, 0, 0};
    struct eb_words us = eb_words_number(first->value, 5);
    struct eb_words size = eb_words_size(first->size_bytes);
    int foreign = curve->claim->kind == EB_CLAIM_FOREIGN;
    if ((curve->claim->kind != EB_CLAIM_NONE && !foreign) || !eb_curve_is(curve, "pingpong") ||
        !(first->value < SHARED_MEMORY_US))
        return;
    eb_curve_mark(curve, 0, EB_CHECK_FLOOR, EB_NOTED);
    if (foreign) {
        eb_audit_find(audit, &about,
                      "%s us for %s: perhaps shared memory, perhaps %s; no adapter of EC2 is that quick",
                      us.text, size.text, curve->claim->foreign);
        return;
    }
    eb_audit_find(audit, &about,
                  "%s us for %s is what shared memory or InfiniBand takes; no adapter of EC2 is that quick",
                  us.text, size.text);
}

/* Half round trip. */
#define QUICKEST_KERNEL_US 18.5

/* Possible, but odd. */
static void note_quick_kernel(struct eb_audit *audit, size_t index)
{
    struct eb_audit_curve *curve = &audit->curves[index];
    const struct eb_adapter *adapter = curve->claim->adapter;
    size_t best = 0;
    for (size_t i = 1; i < curve->count; i++)
        best = curve->points[i]->value < curve->points[best]->value ? i : best;
    const struct eb_finding about = {
        EB_CHECK_FLOOR, 0, index, best, best, 1, NULL, curve->claim->floor_source, 0, 0};
    if (!adapter || adapter->kind != EB_ADAPTER_ENA || curve->claim->assumed ||
        !eb_curve_is(curve, "pingpong") || !(curve->points[best]->value < QUICKEST_KERNEL_US) ||
        curve->outcomes[best * EB_CHECK_COUNT + EB_CHECK_FLOOR] == EB_BROKEN)
        return;
    struct eb_words us = eb_words_number(curve->points[best]->value, 5);
    struct eb_words size = eb_words_size(curve->points[best]->size_bytes);
    eb_curve_mark(curve, best, EB_CHECK_FLOOR, EB_NOTED);
    eb_audit_find(audit, &about,
                  "%s us for %s: no kernel TCP published is that quick (18.5 us); EFA is: look whether the "
                  "label is right",
                  us.text, size.text);
}

void eb_check_floor(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_audit_curve *curve = &audit->curves[i];
        note_shared_memory(audit, i);
        if (!has_floor(curve) || curve->claim->kind != EB_CLAIM_ADAPTER || curve->claim->floor_us <= 0)
            continue;
        for (size_t j = 0; j < curve->count; j++)
            eb_curve_hold(curve, j, EB_CHECK_FLOOR, floor_us(curve, j) / curve->points[j]->value, 0);
        spread_over_sizes(curve);
        note_quick_kernel(audit, i);
        eb_curve_conclude(audit, i, EB_CHECK_FLOOR, say_floor, curve->claim->floor_source);
    }
}

static void say_clock(const struct eb_audit *audit, const struct eb_audit_curve *curve, size_t point,
                      int broken, char words[EB_AUDIT_WORDS])
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
        struct eb_audit_curve *curve = &audit->curves[i];
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
