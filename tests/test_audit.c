/* The audit on hand-made records. Every bound is worked out by hand beside it; 100 Gb/s are 12.5 GB/s. */
#include "judge/audit.h"
#include "judge/report/audit_write.h"
#include "made_report.h"

#define KIB 1024
#define MIB (1024 * 1024)

struct figure {
    int size_bytes;
    double value; /* us, or MB/s, or 1/s */
};

/* A published record of one arm; spec NULL: the name is all there is. */
static json_t *published(const char *arm, const char *spec, const char *instance, int nodes)
{
    json_t *record =
        json_pack("{s:s, s:s, s:{s:s, s:s*}, s:[{s:s, s:s, s:{}, s:[{s:s, s:s*, s:s, s:{}}], s:[]}]}",
                  "schema", EB_RECORD_SCHEMA, "kind", "published", "run", "created_utc",
                  "2026-01-01T00:00:00Z", "instance", instance, "launches", "variant", "default", "status",
                  "complete", "provenance", "arms", "name", arm, "spec", spec, "transport",
                  spec && strstr(spec, "sockets") ? "sockets" : "unknown", "attributes", "cases");
    assert_non_null(record);
    if (nodes)
        json_object_set_new(json_object_get(record, "run"), "nodes", json_integer(nodes));
    return record;
}

static void add_arm(json_t *record, const char *arm, const char *spec)
{
    json_array_append_new(json_object_get(launch_of(record, 0), "arms"),
                          json_pack("{s:s, s:s, s:s, s:{}}", "name", arm, "spec", spec, "transport",
                                    strstr(spec, "sockets") ? "sockets" : "ofi", "attributes"));
}

static json_t *add(json_t *record, const char *kernel, const char *arm, int ranks, int size_bytes,
                   double value)
{
    int pairwise = strstr(kernel, "band") || strcmp(kernel, "message_rate") == 0;
    const char *quantity = strcmp(kernel, "pingpong") == 0       ? "half_rtt_ns"
                           : strcmp(kernel, "message_rate") == 0 ? "messages_per_second"
                           : pairwise                            ? "bytes_per_second"
                                                                 : "time_osu_ns";
    double factor = strcmp(kernel, "message_rate") == 0 ? 1 : pairwise ? 1e6 : 1e3;
    json_t *json = json_pack("{s:s, s:s, s:s, s:i, s:i, s:{s:s, s:i, s:I}}", "kernel", kernel, "algorithm",
                             "", "arm", arm, "size_bytes", size_bytes, "ranks", ranks, "published",
                             "quantity", quantity, "runs", 1, "mean", (json_int_t)(value * factor + 0.5));
    assert_non_null(json);
    json_array_append_new(cases_of(record, 0), json);
    return json;
}

static struct eb_audit *audit_with(json_t *record, const struct eb_audit_claims *claims)
{
    struct eb_error err = {0};
    struct eb_audit *audit = NULL;
    if (eb_record_check(record, "made.json", &err) != EB_OK ||
        eb_audit_new(record, "made.json", claims, &audit, &err) != EB_OK)
        fail_msg("%s", err.text);
    return audit;
}

static struct eb_audit *audit_of(json_t *record)
{
    return audit_with(record, NULL);
}

static void done(struct eb_audit *audit, json_t *record)
{
    eb_audit_free(audit);
    json_decref(record);
}

static enum eb_verdict verdict(const struct eb_audit *audit, const char *kernel, const char *arm,
                               int size_bytes)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        const struct eb_curve *curve = &audit->curves[i];
        if (strcmp(curve->points[0]->kernel->name, kernel) != 0 || strcmp(curve->claim->arm, arm) != 0)
            continue;
        for (size_t j = 0; j < curve->count; j++)
            if (curve->points[j]->size_bytes == (uint64_t)size_bytes)
                return curve->verdicts[j];
    }
    fail_msg("no figure of %s, %s, %d bytes", kernel, arm, size_bytes);
    return EB_NOT_JUDGED;
}

/* Whether a finding has all of the words, and is one that breaks, or a note. */
static int finds(const struct eb_audit *audit, int broken, const char *words)
{
    for (size_t i = 0; i < audit->finding_count; i++)
        if (audit->findings[i].broken == broken && strstr(audit->findings[i].text, words))
            return 1;
    return 0;
}

static void assert_finds(const struct eb_audit *audit, int broken, const char *words)
{
    if (finds(audit, broken, words))
        return;
    for (size_t i = 0; i < audit->finding_count; i++)
        print_message("# %d %s\n", audit->findings[i].broken, audit->findings[i].text);
    fail_msg("no finding says '%s'", words);
}

/* The verdict on one figure of one arm. */
static enum eb_verdict one(const char *spec, const char *instance, int nodes, const char *kernel, int ranks,
                           int size_bytes, double value)
{
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(spec, "="), spec);
    json_t *record = published(name, strchr(spec, '=') ? spec : NULL, instance, nodes);
    add(record, kernel, name, ranks, size_bytes, value);
    struct eb_audit *audit = audit_of(record);
    enum eb_verdict said = verdict(audit, kernel, name, size_bytes);
    done(audit, record);
    return said;
}

static void test_two_ranks_of_one_host_are_no_efa(void **state)
{
    (void)state;
    json_t *record = published("efa", NULL, "p5.48xlarge", 2);
    add(record, "pingpong", "efa", 2, 1, 2.55);
    add(record, "pingpong", "efa", 2, 4096, 10.65); /* 9 us are possible, but not of these two ranks */
    add(record, "pingpong", "efa", 2, 4 * MIB, 226.75);
    add(record, "bibandwidth", "efa", 2, 1 * KIB, 377.13);
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_int_equal(verdict(audit, "pingpong", "efa", 1), EB_IMPLAUSIBLE);
    assert_int_equal(verdict(audit, "pingpong", "efa", 4096), EB_IMPLAUSIBLE);
    assert_int_equal(verdict(audit, "bibandwidth", "efa", 1 * KIB), EB_PLAUSIBLE);
    assert_int_equal(audit->figures[EB_IMPLAUSIBLE], 3);
    assert_finds(audit, 1, "2.55 us for 1 B: no EFA has that latency");
    assert_finds(audit, 1, "both ranks were on one host (shared memory)");
    assert_finds(audit, 1, "226.75 us for 4 MiB is 18.5 GB/s"); /* 4194304 B / 226.75 us */
    assert_finds(audit, 0, "the latency that the same arm claims is not");
    done(audit, record);
}

static void test_real_efa_with_its_knee_is_plausible(void **state)
{
    (void)state;
    static const struct figure figures[] = {
        {1, 17.26}, {64 * KIB, 41.12}, {128 * KIB, 95.08}, {4 * MIB, 1659.92}};
    json_t *record = published("efa", NULL, "c5n.18xlarge", 2);
    for (size_t i = 0; i < 4; i++)
        add(record, "pingpong", "efa", 2, figures[i].size_bytes, figures[i].value);
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_int_equal(audit->figures[EB_PLAUSIBLE], 4);
    assert_finds(audit, 0, "41.12 us for 64 KiB to 95.08 for 128 KiB: the end of EFA's medium protocol");
    done(audit, record);
}

static void test_the_floor_depends_on_what_is_claimed(void **state)
{
    (void)state;
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "pingpong", 2, 8, 8.9), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "pingpong", 2, 8, 9.1), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "hpc6a.48xlarge", 2, "pingpong", 2, 8, 9.85), EB_PLAUSIBLE); /* published */
    assert_int_equal(one("efa", "p6-b200.48xlarge", 2, "pingpong", 2, 8, 6), EB_PLAUSIBLE); /* nobody knows */
    assert_int_equal(one("efa", "p6-b200.48xlarge", 2, "pingpong", 2, 8, 2.9), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", NULL, 2, "pingpong", 2, 8, 0.46), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", NULL, 2, "pingpong", 2, 8, 6), EB_PLAUSIBLE);
    assert_int_equal(one("ena=sockets@ena", "c5n.18xlarge", 2, "pingpong", 2, 8, 5.5), EB_IMPLAUSIBLE);
    assert_int_equal(one("ena=sockets@ena", "c5n.18xlarge", 2, "pingpong", 2, 8, 30), EB_PLAUSIBLE);
    assert_int_equal(one("k=sockets@ens5", "c5n.18xlarge", 2, "pingpong", 2, 8, 5.5), EB_IMPLAUSIBLE);
    assert_int_equal(one("k=sockets@lo", "c5n.18xlarge", 2, "pingpong", 2, 8, 5.5), EB_NOT_JUDGED);
    assert_int_equal(one("x=ofi:efa", "c5n.18xlarge", 2, "pingpong", 2, 8, 5.5), EB_IMPLAUSIBLE);
    assert_int_equal(one("arena", "c5n.18xlarge", 0, "pingpong", 2, 8, 5.5), EB_NOT_JUDGED); /* no "ena" */
}

static void test_large_messages_take_the_floor_and_their_bytes(void **state)
{
    (void)state; /* 4194304 B at 12.5 GB/s take 335.5 us, and 9 us before */
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "pingpong", 2, 4 * MIB, 340), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "pingpong", 2, 4 * MIB, 345), EB_PLAUSIBLE);
    /* m7g.16xlarge is held to 30 Gb/s on average, in a message of 1 MiB it may burst: 84 us at the wire's 100
     */
    assert_int_equal(one("efa", "m7g.16xlarge", 2, "pingpong", 2, 1 * MIB, 120), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "m7g.16xlarge", 2, "pingpong", 2, 1 * MIB, 80), EB_IMPLAUSIBLE);
}

static void test_one_rank_uses_one_card(void **state)
{
    (void)state; /* p5: 3200 Gb/s over 32 cards: 12500 MB/s each, 5% above are let through */
    assert_int_equal(one("efa", "p5.48xlarge", 2, "bandwidth", 2, 1 * MIB, 13000), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "p5.48xlarge", 2, "bandwidth", 2, 1 * MIB, 13200), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa=ofi:efa,cards=2", "p5.48xlarge", 2, "bandwidth", 2, 1 * MIB, 24000),
                     EB_PLAUSIBLE);
    assert_int_equal(one("efa=ofi:efa,cards=2", "p5.48xlarge", 2, "bandwidth", 2, 1 * MIB, 26500),
                     EB_IMPLAUSIBLE);
    /* several pairs use all: 400 GB/s, 15% above */
    assert_int_equal(one("efa", "p5.48xlarge", 2, "bandwidth", 64, 1 * MIB, 390000), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "p5.48xlarge", 2, "bandwidth", 64, 1 * MIB, 470000), EB_IMPLAUSIBLE);
    /* an ENA is no EFA: 800 Gb/s are 100 GB/s, and how many connections there were is not said */
    assert_int_equal(one("ena", "p5.48xlarge", 2, "bandwidth", 2, 1 * MIB, 20000), EB_PLAUSIBLE);
    /* of two cards one may take 170 of 200 Gb/s: only the sum is held */
    assert_int_equal(one("efa", "hpc6id.32xlarge", 2, "bandwidth", 2, 1 * MIB, 20000), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "hpc6id.32xlarge", 2, "bandwidth", 2, 1 * MIB, 26500), EB_IMPLAUSIBLE);
    /* both directions: twice */
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "bibandwidth", 2, 1 * MIB, 25500), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "bibandwidth", 2, 1 * MIB, 26500), EB_IMPLAUSIBLE);
    /* messages by their bytes: 2 million of 8 KiB are 16.4 GB/s, 1.5 million 12.3 */
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "message_rate", 2, 8 * KIB, 2e6), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "message_rate", 2, 8 * KIB, 1.5e6), EB_PLAUSIBLE);
    /* 82599 VF: 10 Gb/s, 1250 MB/s */
    assert_int_equal(one("vf=sockets@ixgbevf,flows=8", NULL, 2, "bandwidth", 2, 1 * MIB, 1180), EB_PLAUSIBLE);
    assert_int_equal(one("vf=sockets@ixgbevf,flows=8", NULL, 2, "bandwidth", 2, 1 * MIB, 1400),
                     EB_IMPLAUSIBLE);
    /* 30 Gb/s are an average of 3750 MB/s, 15% above 4312: short messages may burst to the wire's 12500 */
    assert_int_equal(one("efa", "m7g.16xlarge", 2, "bandwidth", 2, 8 * KIB, 8600), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "m7g.16xlarge", 2, "bandwidth", 2, 8 * KIB, 14600), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "m7g.16xlarge", 2, "bandwidth", 2, 1 * MIB, 4200), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "m7g.16xlarge", 2, "bandwidth", 2, 1 * MIB, 4500), EB_IMPLAUSIBLE);
    /* nothing is known of this type's line rate, nor of an EFA in it */
    assert_int_equal(one("efa", "x9.metal", 2, "bandwidth", 2, 1 * MIB, 1e5), EB_NOT_JUDGED);
    assert_int_equal(one("efa", "c5.4xlarge", 2, "bandwidth", 2, 1 * MIB, 1e5), EB_NOT_JUDGED);
}

static void test_one_flow_is_capped(void **state)
{
    (void)state; /* 25 Gb/s are 3125 MB/s, 5% above 3281 */
    assert_int_equal(one("ena=sockets@ena,flows=1", "c5n.18xlarge", 2, "bandwidth", 2, 1 * MIB, 1177),
                     EB_PLAUSIBLE);
    assert_int_equal(one("ena=sockets@ena,flows=1", "c5n.18xlarge", 2, "bandwidth", 2, 1 * MIB, 3200),
                     EB_PLAUSIBLE);
    assert_int_equal(one("ena=sockets@ena,flows=1", "c5n.18xlarge", 2, "bandwidth", 2, 1 * MIB, 3400),
                     EB_IMPLAUSIBLE);
    assert_int_equal(one("ena=sockets@ena,flows=4", "c5n.18xlarge", 2, "bandwidth", 2, 1 * MIB, 3400),
                     EB_PLAUSIBLE);
    /* a ping-pong's flow is silent half of the time: 2 MiB in 1016 us were measured under a cap of 10 Gb/s */
    assert_int_equal(one("ena=sockets@ena,flows=1", "c5n.18xlarge", 2, "pingpong", 2, 2 * MIB, 1016),
                     EB_PLAUSIBLE);
    json_t *record = published("ena", NULL, "c5n.18xlarge", 2); /* how many flows: not said */
    add(record, "bandwidth", "ena", 2, 1 * MIB, 9000);
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_finds(audit, 0, "more than one TCP flow may carry");
    done(audit, record);
}

static void test_one_flow_beside_efa_is_told(void **state)
{
    (void)state;
    json_t *record = published("efa", NULL, "c5n.18xlarge", 2);
    add_arm(record, "ena", "ena=sockets@ena,flows=1");
    add(record, "bandwidth", "efa", 2, 1 * MIB, 9146);
    add(record, "bandwidth", "ena", 2, 1 * MIB, 1177);
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_finds(audit, 0, "one flow posing as ENA");
    eb_audit_free(audit);
    add_arm(record, "ena8", "ena8=sockets@ena,flows=8");
    add(record, "bandwidth", "ena8", 2, 1 * MIB, 9000);
    audit = audit_of(record);
    assert_false(finds(audit, 0, "posing"));
    done(audit, record);
}

static void test_collectives_move_what_they_must(void **state)
{
    (void)state;
    /* 2 x 1048576 x 31/32 B at 12.5 GB/s: 162.5 us, 5% less 154.8 */
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "allreduce", 1152, 1 * MIB, 150), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "allreduce", 1152, 1 * MIB, 160), EB_PLAUSIBLE);
    /* hosts unknown: two at least, 83.9 us */
    assert_int_equal(one("efa", "c5n.18xlarge", 0, "allreduce", 1152, 1 * MIB, 75), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 0, "allreduce", 1152, 1 * MIB, 90), EB_PLAUSIBLE);
    /* every rank waits for another host: half of 9 us */
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "allreduce", 1152, 4, 4), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "allreduce", 1152, 4, 28.66), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "barrier", 1152, 0, 4), EB_IMPLAUSIBLE);
    /* of a broadcast the mean can be less than a hop: the root does not wait, and a rank may enter late */
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "bcast", 1152, 1, 2), EB_PLAUSIBLE);
    /* 36 ranks a host: 36 x 1116 x 262144 B at 12.5 GB/s are 842.5 ms, 5% less 802.4 */
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "alltoall", 1152, 256 * KIB, 795e3), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "alltoall", 1152, 256 * KIB, 850e3), EB_PLAUSIBLE);
    /* 1116 x 262144 B: 23.4 ms, 5% less 22.3 */
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "allgather", 1152, 256 * KIB, 22e3), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "allgather", 1152, 256 * KIB, 24e3), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "gather", 1152, 256 * KIB, 1), EB_NOT_JUDGED);
}

static void test_guessed_ranks_bound_nothing(void **state)
{
    (void)state;
    json_t *record = published("efa", NULL, "c5n.18xlarge", 32);
    json_t *item = add(record, "alltoall", "efa", 1152, 256 * KIB, 1000);
    json_object_set_new(item, "ranks_assumed", json_true());
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(verdict(audit, "alltoall", "efa", 256 * KIB), EB_PLAUSIBLE); /* by its latency */
    assert_non_null(audit->curves[0].missing);
    assert_non_null(strstr(audit->curves[0].missing, "--ranks"));
    done(audit, record);
}

static void test_nothing_claimed_nothing_judged(void **state)
{
    (void)state;
    json_t *record = published("imported", NULL, NULL, 0);
    add(record, "pingpong", "imported", 2, 1, 2.55);
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_INCONCLUSIVE);
    assert_non_null(strstr(audit->curves[0].missing, "--arm"));
    assert_finds(audit, 0, "2.55 us for 1 B is what shared memory or InfiniBand takes");
    eb_audit_free(audit);
    const struct eb_audit_claims claims = {.arm = "efa", .instance = "p5.48xlarge"};
    audit = audit_with(record, &claims);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    eb_audit_free(audit);
    const struct eb_audit_claims unknown = {.instance = "p55.48xlarge"};
    struct eb_error err = {0};
    assert_int_equal(eb_audit_new(record, "made.json", &unknown, &audit, &err), EB_USAGE);
    assert_non_null(strstr(err.text, "p55.48xlarge"));
    const struct eb_audit_claims no_arm = {.arm = "a b"};
    assert_int_equal(eb_audit_new(record, "made.json", &no_arm, &audit, &err), EB_USAGE);
    json_decref(record);
}

static void test_between_two_hosts_of_a_type_something_carried_it(void **state)
{
    (void)state;
    assert_int_equal(one("imported", "p5.48xlarge", 2, "pingpong", 2, 1, 2.55), EB_IMPLAUSIBLE);
    assert_int_equal(one("imported", "p5.48xlarge", 0, "pingpong", 2, 1, 2.55), EB_NOT_JUDGED);
    assert_int_equal(one("imported", "c5n.18xlarge", 2, "pingpong", 2, 1, 17), EB_PLAUSIBLE);
    /* which adapter it was, and how many cards, nobody says: 3200 Gb/s are 400 GB/s */
    assert_int_equal(one("imported", "p5.48xlarge", 2, "bandwidth", 2, 1 * MIB, 14000), EB_PLAUSIBLE);
    assert_int_equal(one("imported", "p5.48xlarge", 2, "bandwidth", 2, 1 * MIB, 430000), EB_IMPLAUSIBLE);
    /* no EFA in it: its ENA, 25 Gb/s, 3125 MB/s and 15% */
    assert_int_equal(one("imported", "c5.18xlarge", 2, "bandwidth", 2, 1 * MIB, 3700), EB_IMPLAUSIBLE);
}

/* Sizes 1 B to 16 KiB; b's figures are a's times factor, and odd ones a little more. */
static json_t *two_arms(double factor, double rate_factor)
{
    json_t *record = published("efa", NULL, "c5n.18xlarge", 2);
    add_arm(record, "ena", "ena=sockets@ena,flows=8");
    for (int i = 0; i <= 14; i++) {
        double us = 30 + 0.7 * i;
        double rate = 30 * (i + 1);
        add(record, "pingpong", "efa", 2, 1 << i, us);
        add(record, "pingpong", "ena", 2, 1 << i, us * factor * (1 + 0.004 * (i % 2)));
        add(record, "bandwidth", "efa", 2, 1 << i, rate);
        add(record, "bandwidth", "ena", 2, 1 << i, rate * rate_factor);
    }
    return record;
}

static void test_two_arms_that_are_one(void **state)
{
    (void)state;
    json_t *record = two_arms(1.01, 0.99);
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "baseline ena (ENA) is indistinguishable from efa (EFA)");
    assert_int_equal(verdict(audit, "pingpong", "efa", 8), EB_IMPLAUSIBLE);
    assert_int_equal(verdict(audit, "pingpong", "ena", 8), EB_IMPLAUSIBLE);
    done(audit, record);
    record = two_arms(1.2, 0.99); /* latencies differ */
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    done(audit, record);
    record = two_arms(1.01, 0.5); /* bandwidths differ */
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    done(audit, record);
}

static void test_a_copy_is_found_whatever_it_claims(void **state)
{
    (void)state;
    json_t *record = published("a", NULL, NULL, 0);
    add_arm(record, "b", "b=ofi:tcp");
    for (int i = 0; i < 8; i++) {
        add(record, "pingpong", "a", 2, 1 << i, 11.5 + 0.21 * i);
        add(record, "pingpong", "b", 2, 1 << i, 11.5 + 0.21 * i);
    }
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "a copy of the other");
    done(audit, record);
}

static void test_figures_that_no_clock_gives(void **state)
{
    (void)state;
    json_t *record = published("imported", NULL, NULL, 0);
    for (int i = 0; i <= 10; i += 2)
        add(record, "bandwidth", "imported", 2, 1 << i, 1000);
    add(record, "pingpong", "imported", 2, 8, 0.01);
    struct eb_audit *audit = audit_of(record);
    assert_finds(audit, 1, "as if bytes cost nothing");
    assert_finds(audit, 1, "not even a cache line");
    assert_int_equal(audit->figures[EB_IMPLAUSIBLE], 7);
    done(audit, record);
}

static void test_dips_and_falls_are_notes(void **state)
{
    (void)state;
    json_t *record = published("efa", NULL, "c5n.18xlarge", 2);
    add(record, "pingpong", "efa", 2, 64, 2049.7); /* fi_pingpong's first row: set-up */
    add(record, "pingpong", "efa", 2, 256, 38.4);
    add(record, "pingpong", "efa", 2, 1024, 26.3);
    add(record, "bandwidth", "efa", 2, 512 * KIB, 9000);
    add(record, "bandwidth", "efa", 2, 1 * MIB, 4000);
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_finds(audit, 0, "2049.7 us for 64 B, 38.4 for 256 B: the first size carries costs of setting up");
    assert_finds(audit, 0, "more bytes in less time: 38.4 us for 256 B, 26.3 for 1 KiB");
    assert_finds(audit, 0, "the rate falls from 9000 MB/s for 512 KiB to 4000 for 1 MiB");
    done(audit, record);
}

/* A measured record of arm "tcp", 20 us half round trip for 8 B. */
static json_t *measured(const char *spec)
{
    json_t *record = new_record(1);
    set_arm(record, 0, "spec", json_string(spec));
    add_median(record, 0, &pingpong, 40000);
    return record;
}

static void test_what_the_record_says_of_the_path(void **state)
{
    (void)state;
    json_t *record = measured("tcp=ofi:efa");
    json_object_set_new(launch_of(record, 0), "provenance", json_pack("{s:[s, s]}", "hosts", "n1", "n2"));
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_finds(audit, 0, "no counter of an adapter attests 1 of its 1 cases");
    eb_audit_free(audit);

    json_t *item = json_array_get(cases_of(record, 0), 0);
    json_object_set_new(item, "witness",
                        json_pack("{s:s, s:s}", "state", "refused", "reason", "lo saw them"));
    json_object_set_new(launch_of(record, 0), "warnings",
                        json_pack("[s]", "bw_in_allowance_exceeded grew\x1b"));
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "the witness refused its path in 1 of 1 cases: lo saw them");
    assert_finds(audit, 0, "bw_in_allowance_exceeded grew?");
    done(audit, record);

    record = measured("tcp=ofi:efa");
    set_host(record, "n1");
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "all ranks were on one host (n1)");
    done(audit, record);

    record = measured("tcp=ofi:efa");
    set_arm(record, 0, "attributes",
            json_pack("{s:s, s:s}", "provider_asked", "efa", "provider", "tcp;ofi_rxm"));
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "asked for the provider efa and got tcp;ofi_rxm");
    done(audit, record);

    record = measured("tcp=ofi:tcp@lo"); /* "tcp" is given "tcp;ofi_rxm" where there is no other */
    set_arm(record, 0, "attributes",
            json_pack("{s:s, s:s}", "provider_asked", "tcp", "provider", "tcp;ofi_rxm"));
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_INCONCLUSIVE);
    done(audit, record);
}

static void test_the_published_baseline(void **state)
{
    (void)state;
    json_t *record = load_published();
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_int_equal(audit->figures[EB_NOT_JUDGED], 0);
    /* 36 flows: 12.1 GB/s in the mean of nine runs, 13.2 in the best, with 12.5 on the wire */
    assert_finds(audit, 0, "the best run says 13209 MB/s, above the line rate of 12500 MB/s");
    assert_finds(audit, 0, "22.5 us for 8 KiB to 59.435 for 16 KiB");
    assert_false(finds(audit, 0, "posing"));
    done(audit, record);
}

static void test_a_best_run_without_an_instance_type(void **state)
{
    (void)state; /* fuzzing found it: an 82599 VF has a line rate of its own, 1250 MB/s */
    json_t *record = published("vf", "vf=sockets@ixgbevf,flows=8", NULL, 2);
    json_t *item = add(record, "bandwidth", "vf", 2, 1 * MIB, 1200);
    json_object_set_new(json_object_get(item, "published"), "runs", json_integer(9));
    json_object_set_new(json_object_get(item, "published"), "max", json_integer(1300000000));
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_finds(audit, 0, "the best run says 1300 MB/s, above the line rate of 1250 MB/s");
    done(audit, record);
}

static char *written(const struct eb_audit *audit, const char *format)
{
    char *text = NULL;
    size_t length = 0;
    struct eb_error err = {0};
    FILE *file = open_memstream(&text, &length);
    assert_non_null(file);
    if (eb_audit_write(audit, format, file, &err) != EB_OK)
        fail_msg("%s", err.text);
    fclose(file);
    return text;
}

static void test_text_fits_a_terminal(void **state)
{
    (void)state;
    json_t *record = published("efa", NULL, "p5.48xlarge", 2);
    for (int i = 0; i <= 22; i++)
        add(record, "pingpong", "efa", 2, 1 << i, i < 12 ? 2.55 : 2.55 * (i - 10));
    add(record, "bandwidth", "efa", 2, 1 * MIB, 9000);
    struct eb_audit *audit = audit_of(record);
    char *text = written(audit, "text");
    assert_int_equal(strncmp(text, "IMPLAUSIBLE: 23 of 24 figures of made.json", 42), 0);
    assert_says(text, "1 B to 4 MiB (23 sizes)");
    assert_true(strstr(text, "\nimplausible\n") < strstr(text, "\nplausible\n"));
    assert_says(text, "72% of the line"); /* 9000 of 12500 */
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        if (strlen(line) > 80)
            fail_msg("%zu columns: %s", strlen(line), line);
    free(text);
    done(audit, record);
}

static void test_json_has_every_figure_and_check(void **state)
{
    (void)state;
    json_t *record = published("efa", NULL, "c5n.18xlarge", 2);
    add(record, "pingpong", "efa", 2, 8, 18);
    add(record, "bandwidth", "efa", 2, 1 * MIB, 10000);
    struct eb_audit *audit = audit_of(record);
    char *text = written(audit, "json");
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "schema")), "efabench-audit/1");
    assert_string_equal(json_string_value(json_object_get(json, "verdict")), "plausible");
    const json_t *series = json_object_get(json, "series");
    assert_int_equal(json_array_size(series), 2);
    const json_t *checks = json_object_get(json_array_get(series, 0), "checks");
    assert_int_equal(json_object_size(checks), EB_CHECK_COUNT);
    assert_number(json_object_get(checks, "latency-floor"), "usage", 0.5 + 0.64e-3 / 18); /* 9 us + 8 B */
    checks = json_object_get(json_array_get(series, 1), "checks");
    assert_number(json_object_get(checks, "line-rate"), "usage", 0.8);
    json_decref(json);
    free(text);
    done(audit, record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_ranks_of_one_host_are_no_efa),
        cmocka_unit_test(test_real_efa_with_its_knee_is_plausible),
        cmocka_unit_test(test_the_floor_depends_on_what_is_claimed),
        cmocka_unit_test(test_large_messages_take_the_floor_and_their_bytes),
        cmocka_unit_test(test_one_rank_uses_one_card),
        cmocka_unit_test(test_one_flow_is_capped),
        cmocka_unit_test(test_one_flow_beside_efa_is_told),
        cmocka_unit_test(test_collectives_move_what_they_must),
        cmocka_unit_test(test_guessed_ranks_bound_nothing),
        cmocka_unit_test(test_nothing_claimed_nothing_judged),
        cmocka_unit_test(test_between_two_hosts_of_a_type_something_carried_it),
        cmocka_unit_test(test_two_arms_that_are_one),
        cmocka_unit_test(test_a_copy_is_found_whatever_it_claims),
        cmocka_unit_test(test_figures_that_no_clock_gives),
        cmocka_unit_test(test_dips_and_falls_are_notes),
        cmocka_unit_test(test_what_the_record_says_of_the_path),
        cmocka_unit_test(test_the_published_baseline),
        cmocka_unit_test(test_a_best_run_without_an_instance_type),
        cmocka_unit_test(test_text_fits_a_terminal),
        cmocka_unit_test(test_json_has_every_figure_and_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
