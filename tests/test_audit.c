/* The limits of the audit on hand-made records. Every bound is worked out by hand beside it; 100 Gb/s
 * are 12.5 GB/s. */
#include "made_audit.h"

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
    assert_false(
        finds(audit, 0, "several cards")); /* 18.5 GB/s are more than one has, but of shared memory */
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
    assert_int_equal(one("efa", "p5.48xlarge", 2, "bandwidth", 2, 1 * MIB, 13200), EB_PLAUSIBLE); /* a note */
    assert_int_equal(one("efa", "p5.48xlarge", 2, "bandwidth", 2, 1 * MIB, 425000), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa=ofi:efa,cards=1", "p5.48xlarge", 2, "bandwidth", 2, 1 * MIB, 13200),
                     EB_IMPLAUSIBLE);
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
    /* nothing is known of this type's line rate; of the other one that it has no EFA */
    assert_int_equal(one("efa", "x9.metal", 2, "bandwidth", 2, 1 * MIB, 1e5), EB_NOT_JUDGED);
    assert_int_equal(one("efa", "c5.4xlarge", 2, "bandwidth", 2, 1 * MIB, 100), EB_IMPLAUSIBLE);
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

static void test_several_pairs_of_a_pingpong_are_silent_half_the_time(void **state)
{
    (void)state; /* 36 x 4194304 B in 8000 us are 18.9 GB/s, half of them each way; 4 x 1048576 B in 167.77 us
                    25 */
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "pingpong", 72, 4 * MIB, 8000), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "pingpong", 8, 1 * MIB, 167.77), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "pingpong", 72, 4 * MIB, 5000), EB_IMPLAUSIBLE); /* 15.1 */
    /* one flow of each of 36 pairs: 4194304 B in 2 x 700 us are 24 Gb/s, in 2 x 500 us 34 */
    assert_int_equal(one("ena=sockets@ena,flows=1", "p5.48xlarge", 2, "pingpong", 4, 4 * MIB, 700),
                     EB_PLAUSIBLE);
    assert_int_equal(one("ena=sockets@ena,flows=1", "p5.48xlarge", 2, "pingpong", 4, 4 * MIB, 500),
                     EB_IMPLAUSIBLE);
}

static void test_reads_have_half_the_floor(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) { /* 9 us and half of it */
        json_t *record = published("efa", "efa=ofi:efa", "c5n.18xlarge", 2);
        set_arm(record, 0, "attributes", json_pack("{s:s}", "operation", "read"));
        add(record, "pingpong", "efa", 2, 8, i ? 4.4 : 4.6);
        struct eb_audit *audit = audit_of(record);
        assert_int_equal(verdict(audit, "pingpong", "efa", 8), i ? EB_IMPLAUSIBLE : EB_PLAUSIBLE);
        done(audit, record);
    }
}

static void test_pairs_on_unknown_hosts_are_not_held(void **state)
{
    (void)state;
    json_t *record = published("efa", NULL, "c5n.18xlarge", 0);
    add(record, "bandwidth", "efa", 72, 1 * MIB, 99000);
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_INCONCLUSIVE);
    assert_non_null(strstr(audit->curves[0].missing, "--nodes N"));
    eb_audit_free(audit);
    const struct eb_audit_claims claims = {.nodes = 2};
    audit = audit_with(record, &claims);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    done(audit, record);
}

static void test_messages_take_a_frame_each(void **state)
{
    (void)state; /* 100 Gb/s are 148.8 million frames of 84 B; one rank posts 50 million at most, 5% above */
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "message_rate", 72, 1, 140e6), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "message_rate", 72, 1, 172e6), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "message_rate", 2, 1, 49e6), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "message_rate", 2, 1, 53e6), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "bandwidth", 2, 1, 53), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 2, "bibandwidth", 2, 1, 98), EB_PLAUSIBLE); /* 49 each way */
    assert_int_equal(one("efa", NULL, 2, "message_rate", 2, 1, 53e6), EB_IMPLAUSIBLE);
    /* TCP puts many messages into one segment */
    assert_int_equal(one("ena=sockets@ena,flows=36", "c5n.18xlarge", 2, "message_rate", 72, 1, 300e6),
                     EB_PLAUSIBLE);
}

static void test_hosts_of_unequal_size(void **state)
{
    (void)state;
    /* 10 ranks on 4 hosts: one of them has 2 at most, and gets 8 x 1 MiB: 671 us, 5% less 639 */
    assert_int_equal(one("efa", "c5n.18xlarge", 4, "allgather", 10, 1 * MIB, 620), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 4, "allgather", 10, 1 * MIB, 650), EB_PLAUSIBLE);
    /* all-to-all: a host with one rank sends 9 x 1 MiB: 755 us; with 2 of 10 it would be 16 */
    assert_int_equal(one("efa", "c5n.18xlarge", 4, "alltoall", 10, 1 * MIB, 730), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 4, "alltoall", 10, 1 * MIB, 700), EB_IMPLAUSIBLE);
    /* 12 on 4: 3 x 9 x 1 MiB are 2265 us */
    assert_int_equal(one("efa", "c5n.18xlarge", 4, "alltoall", 12, 1 * MIB, 2100), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 4, "alltoall", 12, 1 * MIB, 2200), EB_PLAUSIBLE);
}

static void test_a_broadcast_may_start_late(void **state)
{
    (void)state; /* 4 MiB x 31/32 at 12.5 GB/s take 325 us; 200 us of skew, 5% less: 109.6 */
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "bcast", 1152, 4 * MIB, 120), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "bcast", 1152, 4 * MIB, 100), EB_IMPLAUSIBLE);
}

static void test_collectives_that_do_not_block(void **state)
{
    (void)state; /* as the blocking ones: 162.5 us, 5% less 154.8 */
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "iallreduce", 1152, 1 * MIB, 150), EB_IMPLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "iallreduce", 1152, 1 * MIB, 160), EB_PLAUSIBLE);
    assert_int_equal(one("efa", "c5n.18xlarge", 32, "ibarrier", 1152, 0, 4), EB_IMPLAUSIBLE);
}

/* Notes of one arm's one figure. */
static struct eb_audit *noted(const char *arm, const char *spec, const char *instance, const char *kernel,
                              int size_bytes, double value, json_t **record)
{
    *record = published(arm, spec, instance, 2);
    add(*record, kernel, arm, 2, size_bytes, value);
    return audit_of(*record);
}

static void test_what_is_odd_is_noted(void **state)
{
    (void)state;
    json_t *record = NULL;
    struct eb_audit *audit = noted("ena", NULL, "c5n.18xlarge", "pingpong", 8, 16, &record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_finds(audit, 0, "no kernel TCP published is that quick");
    done(audit, record);
    audit = noted("ena", NULL, "c5n.18xlarge", "pingpong", 8, 19, &record);
    assert_false(finds(audit, 0, "no kernel TCP"));
    done(audit, record);
    audit = noted("efa", NULL, "p5.48xlarge", "bandwidth", MIB, 30000, &record); /* 240 Gb/s */
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_finds(audit, 0, "--arm efa=ofi:efa,cards=3");
    done(audit, record);
    audit = noted("efa", NULL, "p5.48xlarge", "bandwidth", MIB, 12000, &record);
    assert_false(finds(audit, 0, "cards="));
    done(audit, record);
    audit = noted("v", "v=ofi:verbs", "c5n.18xlarge", "pingpong", 8, 1.1, &record);
    assert_int_equal(eb_audit_status(audit), EB_INCONCLUSIVE);
    assert_finds(audit, 0, "perhaps shared memory");
    assert_non_null(strstr(audit->curves[0].missing, "claims verbs, which no EC2 adapter has"));
    done(audit, record);
    /* 8 Gb/s in a ping-pong's one flow are 2 x 4: half the time it is silent, so that 5 Gb/s are not exceeded
     */
    audit = noted("ena", "ena=sockets@ena,flows=1", "c5n.18xlarge", "pingpong", MIB, 1048.576, &record);
    assert_false(finds(audit, 0, "wants this"));
    done(audit, record);
}

static void test_an_adapter_that_the_type_has_not(void **state)
{
    (void)state;
    json_t *record = NULL;
    struct eb_audit *audit = noted("efa", NULL, "c5.18xlarge", "pingpong", 8, 30, &record);
    assert_finds(audit, 1, "c5.18xlarge has no EFA: its network is an ENA");
    done(audit, record);
    audit = noted("ena", NULL, "m4.10xlarge", "pingpong", 8, 30, &record);
    assert_finds(audit, 1, "m4.10xlarge has no ENA: its network is an 82599 VF");
    done(audit, record);
    audit = noted("82599vf", NULL, "c5n.18xlarge", "pingpong", 8, 30, &record);
    assert_finds(audit, 1, "c5n.18xlarge has no 82599 VF: its network is an ENA and EFA");
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
        cmocka_unit_test(test_several_pairs_of_a_pingpong_are_silent_half_the_time),
        cmocka_unit_test(test_reads_have_half_the_floor),
        cmocka_unit_test(test_pairs_on_unknown_hosts_are_not_held),
        cmocka_unit_test(test_messages_take_a_frame_each),
        cmocka_unit_test(test_hosts_of_unequal_size),
        cmocka_unit_test(test_a_broadcast_may_start_late),
        cmocka_unit_test(test_collectives_that_do_not_block),
        cmocka_unit_test(test_what_is_odd_is_noted),
        cmocka_unit_test(test_an_adapter_that_the_type_has_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
