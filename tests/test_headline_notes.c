/* What stands about the headline's claims: what to beware of, another record, where and how near to what can
 * be; and the published record, whole. */
#include "made_headline.h"

static void test_against(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    json_t *before = new_record(LAUNCHES);
    static const uint64_t now[] = {1200, 1280};
    for (int i = 0; i < 2; i++) {
        add_both(record, &pingpong, 8 << i, now[i], 1000);
        add_both(before, &pingpong, 8 << i, 1000, 1000);
        add_both(record, &bandwidth, 8 << i, 1240, 1000);
        add_both(before, &bandwidth, 8 << i, 1200, 500);
    }
    set_host(record, "alpha");
    set_host(before, "alpha");
    /* sqrt(1.2 * 1.28) = 1.24; of a rate 1 - 1200 / 1240 = 3% are missing */
    static const char *const wanted[] = {
        "Half round trip: kernel-tcp is 1.2x faster than tcp at all sizes (1.2x to 1.3x).",
        "Bandwidth: kernel-tcp has 1.2x the bandwidth of tcp at all sizes.",
        SURE,
        "Half round trip, tcp against other.json: 1.2x slower at all sizes (1.2x to 1.3x).",
        "Half round trip, kernel-tcp against other.json: no difference shown at all sizes.",
        "Bandwidth, tcp against other.json: 3% lower at all sizes.",
        "Bandwidth, kernel-tcp against other.json: 2.0x lower at all sizes.",
        NULL};
    assert_sentences_of(headline_with(record, NULL, before), wanted);
    set_host(before, "beta");
    json_t *sentences = headline_with(record, NULL, before);
    assert_int_equal(json_array_size(sentences), 4);
    assert_string_equal(json_string_value(json_array_get(sentences, 3)),
                        "Beside: other.json was measured on other hosts, so there is no ratio to it.");
    json_decref(sentences);
    json_decref(record);
    json_decref(before);
}

/* Too few launches there: 1.5 times as long, at face value. And 23 numbers of ranks are three too many. */
static void test_against_at_face_value_and_too_many(void **state)
{
    (void)state;
    json_t *record = new_record(2);
    json_t *before = new_record(2);
    for (int ranks = 2; ranks < 25; ranks++) {
        struct case_facts facts = allreduce;
        facts.ranks = ranks;
        add_size(record, &facts, 8, "tcp", 1500);
        add_size(before, &facts, 8, "tcp", 1000);
    }
    set_host(record, "alpha");
    set_host(before, "alpha");
    json_t *sentences = headline_with(record, NULL, before);
    assert_int_equal(json_array_size(sentences), 20 + 1 + 20);
    assert_string_equal(json_string_value(json_array_get(sentences, 19)),
                        "All-reduce, 21 ranks: tcp takes 1.500 us at 8 B.");
    assert_string_equal(json_string_value(json_array_get(sentences, 20)),
                        "3 more metrics, numbers of ranks, variants or algorithms are in the tables alone.");
    assert_string_equal(json_string_value(json_array_get(sentences, 21)),
                        "All-reduce, tcp against other.json, at face value: 1.5x slower at 8 B.");
    json_decref(sentences);
    json_decref(record);
    json_decref(before);
}

static void set_witness(json_t *record, size_t launch, size_t at, json_t *witness)
{
    json_object_set_new(json_array_get(cases_of(record, launch), at), "witness", witness);
}

static void test_beware(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 2000);
    add_both(record, &pingpong, 16, 1000, 2000);
    json_object_set_new(launch_of(record, 1), "status", json_string("partial"));
    json_object_set_new(launch_of(record, 4), "status", json_string("partial"));
    set_witness(record, 0, 0, json_pack("{s:s, s:s}", "state", "refused", "reason", "no bytes"));
    set_witness(record, 1, 2,
                json_pack("{s:s, s:s, s:b}", "state", "refused", "reason", "no bytes", "allowed", 1));
    set_witness(record, 2, 1,
                json_pack("{s:s, s:s, s:{s:i}}", "state", "attested", "device", "ens5", "throttled",
                          "bw_out_allowance_exceeded", 3));
    json_object_set_new(launch_of(record, 0), "warnings",
                        json_pack("[s, s, s]",
                                  "arm efa: provider efa on efa_0, ...: a stand-in for tests, ...",
                                  "oversubscribed: 8 ranks are bound to CPUs 0-1 of host vm",
                                  "arm layer: all ranks are on host vm, where MPI may use shared memory"));
    json_t *sentences = headline_with(record, NULL, NULL);
    assert_string_equal(
        json_string_value(json_array_get(sentences, 0)),
        "Beware: 2 of 6 launches are partial; the witness refused 1 case, which has no number; tcp took "
        "another path than it says, and was kept; kernel-tcp was throttled by the instance's limits; a "
        "stand-in took the place of an adapter; ranks had to share cores; MPI may have used shared memory "
        "(see the "
        "warnings).");
    /* tcp at 8 B has five launches beside six */
    assert_string_equal(json_string_value(json_array_get(sentences, 1)),
                        "Half round trip: tcp (WRONG PATH) is 2.0x faster than kernel-tcp at all sizes.");
    json_decref(sentences);
    json_decref(record);
}

/* An arm that says that it is an EFA, and that nothing attests, or that calls itself so. */
static void test_beware_of_names(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 2000);
    for (size_t i = 0; i < LAUNCHES; i++)
        json_object_set_new(json_array_get(json_object_get(launch_of(record, i), "arms"), 0), "attributes",
                            json_pack("{s:s}", "provider", "efa"));
    json_t *sentences = headline_with(record, NULL, NULL);
    assert_string_equal(json_string_value(json_array_get(sentences, 0)),
                        "Beware: no NIC attests tcp (see the warnings).");
    json_decref(sentences);
    json_decref(record);
}

static void test_loopback(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 2000);
    for (size_t i = 0; i < LAUNCHES; i++)
        json_object_set_new(json_array_get(json_object_get(launch_of(record, i), "arms"), 1), "attributes",
                            json_pack("{s:s}", "interface", "lo"));
    json_t *sentences = headline_with(record, NULL, NULL);
    assert_string_equal(
        json_string_value(json_array_get(sentences, 2)),
        "Path: kernel-tcp stayed on one host, over its loopback or memory; no adapter carried these bytes.");
    json_decref(sentences);
    for (size_t i = 0; i < LAUNCHES; i++)
        set_witness(record, i, 0, json_pack("{s:s, s:s}", "state", "attested", "device", "lo"));
    sentences = headline_with(record, NULL, NULL);
    assert_string_equal(
        json_string_value(json_array_get(sentences, 2)),
        "Path: all of it stayed on one host, over its loopback or memory; no adapter carried these bytes.");
    json_decref(sentences);
    json_decref(record);
}

/* The arm that moves nothing has figures that are no transport's. */
static void test_null_arm(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 100, 2000);
    for (size_t i = 0; i < LAUNCHES; i++)
        json_object_set_new(json_array_get(json_object_get(launch_of(record, i), "arms"), 0), "transport",
                            json_string("null"));
    assert_sentences(record, "Half round trip: tcp is 20.0x faster than kernel-tcp at 8 B [20.0x, 20.0x].",
                     SURE, "tcp moves nothing; its figures are the floor of the harness itself.");
}

/* Makes an arm one of plain TCP over so many connections. */
static void set_flows(json_t *record, size_t arm, int flows, const char *interface)
{
    for (size_t i = 0; i < LAUNCHES; i++) {
        json_t *json = json_array_get(json_object_get(launch_of(record, i), "arms"), arm);
        json_object_set_new(json, "transport", json_string("sockets"));
        json_object_set_new(json, "attributes",
                            json_pack("{s:s, s:i}", "interface", interface, "flows", flows));
    }
}

static json_t *flows_record(uint64_t several_ns, uint64_t one_ns)
{
    json_t *record = new_record(LAUNCHES);
    add_both(record, &bandwidth, 8, 3000, 1000); /* small messages are not what it is about */
    add_both(record, &bandwidth, 1024, several_ns, one_ns);
    set_flows(record, 0, 8, "ens5");
    set_flows(record, 1, 1, "ens5");
    return record;
}

static const char *flows_sentence(json_t *sentences)
{
    size_t i;
    const json_t *sentence;
    json_array_foreach(sentences, i, sentence)
    {
        if (strncmp(json_string_value(sentence), "Flows: ", 7) == 0)
            return json_string_value(sentence);
    }
    return NULL;
}

static void assert_flows(json_t *record, const char *wanted)
{
    json_t *sentences = headline_with(record, NULL, NULL);
    const char *got = flows_sentence(sentences);
    if (!wanted)
        assert_null(got);
    else
        assert_string_equal(got, wanted);
    json_decref(sentences);
    json_decref(record);
}

/* Windows of 1000 ns and 250 ns: four times as much. */
static void test_flows_that_lift(void **state)
{
    (void)state;
    assert_flows(flows_record(250, 1000),
                 "Flows: the 8 of tcp carry 4.00x what the one of kernel-tcp does at "
                 "1 KiB [4.00x, 4.00x]: what holds one is a flow's own (a cap, its "
                 "window), not the link.");
}

/* 1050 / 1000 = 1.05, and eight that carry half. */
static void test_flows_that_do_not_lift(void **state)
{
    (void)state;
    assert_flows(
        flows_record(1000, 1050),
        "Flows: the 8 of tcp carry 1.05x what the one of kernel-tcp does at 1 KiB [1.05x, 1.05x]: more "
        "flows do not lift it, so what holds it is no flow's own but the link's, or the hosts'.");
    assert_flows(
        flows_record(2000, 1000),
        "Flows: the 8 of tcp carry 0.50x what the one of kernel-tcp does at 1 KiB [0.50x, 0.50x]: more "
        "flows do not lift it, so what holds it is no flow's own but the link's, or the hosts'.");
}

static void test_flows_that_tell_nothing(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES); /* launches from 0.8 to 1.3: the interval holds 1.1 */
    static const uint64_t several[] = {1250, 1000, 769, 1111, 833, 909};
    struct case_facts facts = bandwidth;
    facts.size_bytes = 1024;
    facts.bytes_per_sample = 64 * 1024;
    for (size_t i = 0; i < LAUNCHES; i++)
        add_median(record, i, &facts, several[i]);
    add_size(record, &bandwidth, 1024, "kernel-tcp", 1000);
    set_flows(record, 0, 8, "ens5");
    set_flows(record, 1, 1, "ens5");
    assert_flows(record, NULL);

    record = flows_record(250, 1000); /* another interface */
    set_flows(record, 1, 1, "ens6");
    assert_flows(record, NULL);
    record = flows_record(250, 1000); /* another transport */
    for (size_t i = 0; i < LAUNCHES; i++)
        json_object_set_new(json_array_get(json_object_get(launch_of(record, i), "arms"), 0), "transport",
                            json_string("ofi"));
    assert_flows(record, NULL);
    record = flows_record(250, 1000); /* two and eight: neither is one */
    set_flows(record, 1, 2, "ens5");
    assert_flows(record, NULL);
    record = new_record(2); /* too few launches for an interval */
    add_both(record, &bandwidth, 1024, 250, 1000);
    for (size_t i = 0; i < 2; i++)
        for (size_t arm = 0; arm < 2; arm++) {
            json_t *json = json_array_get(json_object_get(launch_of(record, i), "arms"), arm);
            json_object_set_new(json, "transport", json_string("sockets"));
            json_object_set_new(json, "attributes", json_pack("{s:i}", "flows", arm == 0 ? 8 : 1));
        }
    assert_flows(record, NULL);
}

static void test_hostile_names(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 2000);
    static const char *const names[] = {"<script>\033[2J%s\n`", "kernel-tcp"};
    for (size_t i = 0; i < LAUNCHES; i++) {
        json_object_set_new(json_array_get(json_object_get(launch_of(record, i), "arms"), 0), "name",
                            json_string(names[0]));
        json_object_set_new(json_array_get(cases_of(record, i), 0), "arm", json_string(names[0]));
    }
    assert_sentences(
        record, "Half round trip: <script>?[2J%s?` is 2.00x faster than kernel-tcp at 8 B [2.00x, 2.00x].",
        SURE);
}

/* What the CSV of the record says, by a calculation of its own (Python, geometric means of its quotients). */
static void test_published(void **state)
{
    (void)state;
    json_t *record = load_published();
    assert_sentences(
        record,
        "Half round trip: at face value, efa is 2.0x to 3.4x faster than ena up to 8 KiB, ena 1.2x faster at "
        "16 KiB, "
        "efa 1.03x to 1.3x faster from 32 KiB to 256 KiB, mixed from 512 KiB on.",
        "No interval: of published figures there are summaries only; all of this is at face value, and what "
        "is less than 2% apart is left undecided.",
        "Half round trip: efa is 2.0x to 3.4x faster than ena up to 8 KiB, ena 1.2x faster at 16 KiB, "
        "efa 1.03x to 1.3x faster from 32 KiB to 256 KiB, ena 1.09x faster from 512 KiB to 2 MiB "
        "(1.03x to 1.2x), efa 1.2x faster at 4 MiB.",
        "Bandwidth: efa has 3.1x to 8.2x the bandwidth of ena at all sizes.",
        "Bandwidth, 72 ranks: ena36 has 1.2x the bandwidth of efa at 1 B, efa 1.03x to 2.4x that of ena36 "
        "from 2 B to "
        "16 KiB, less than 2% apart from 32 KiB on.",
        "Bandwidth, 72 ranks: ena36-openmpi has 1.3x to 2.4x the bandwidth of efa up to 1 KiB, less "
        "than 2% apart at 2 KiB, efa 1.06x that of ena36-openmpi from 4 KiB on (1.03x to 1.1x).",
        "Bandwidth both ways: efa has 1.9x to 15x the bandwidth of ena at all sizes.",
        "All-reduce, 288 ranks: efa is 1.07x to 3.0x faster than ena36 at all sizes.",
        "Capacity: efa reaches 97% of the line rate (100 Gb/s) at best, ena36 97%, ena36-openmpi 92%, one "
        "flow of ena 94% of the 10 Gb/s that a flow may carry in a placement group.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against),
        cmocka_unit_test(test_against_at_face_value_and_too_many),
        cmocka_unit_test(test_beware),
        cmocka_unit_test(test_beware_of_names),
        cmocka_unit_test(test_loopback),
        cmocka_unit_test(test_null_arm),
        cmocka_unit_test(test_flows_that_lift),
        cmocka_unit_test(test_flows_that_do_not_lift),
        cmocka_unit_test(test_flows_that_tell_nothing),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
