/* What counters are read as, what a case is expected to send, and what follows from both. */
#include "cmocka_all.h"
#include "common/journal.h"
#include "made_tree.h"
#include "measure/kernel/allreduce.h"
#include "measure/testimony.h"
#include "measure/topology/counters.h"
#include "measure/traffic.h"

#include <math.h>

static void test_netdev_counters(void **state)
{
    (void)state;
    char root[PATH_MAX];
    struct eb_netdev_counters *list = NULL;
    size_t count = 0;
    struct eb_error err = {0};
    made_tree(root);
    assert_int_equal(eb_counters_read_netdevs(root, &list, &count, &err), EB_INVALID);
    assert_non_null(strstr(err.text, "/proc/net/dev"));
    made_file(root, "proc/net/dev",
              "Inter-|   Receive                                                |  Transmit\n"
              " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
              "fifo colls "
              "carrier compressed\n"
              "    lo:  111     2    0    0    0     0          0         0      113       4    0    0    0  "
              "   0       0 0\n"
              "ens5: 18446744073709551615 6 0 0 0 0 0 0 117 8 0 0 0 0 0 0\n"
              "broken line\n");
    assert_int_equal(eb_counters_read_netdevs(root, &list, &count, &err), EB_OK);
    assert_int_equal(count, 2);
    assert_string_equal(list[0].name, "lo");
    assert_int_equal(list[0].counters.rx_bytes, 111);
    assert_int_equal(list[0].counters.rx_packets, 2);
    assert_int_equal(list[0].counters.tx_bytes, 113);
    assert_int_equal(list[0].counters.tx_packets, 4);
    assert_string_equal(list[1].name, "ens5");
    assert_true(list[1].counters.rx_bytes == UINT64_MAX);
    assert_int_equal(list[1].counters.tx_packets, 8);
    free(list);
    made_tree_gone(root);
}

static void test_efa_counters(void **state)
{
    (void)state;
    static const char *const required[] = {"tx_bytes", "rx_bytes", "tx_pkts", "rx_pkts"};
    char root[PATH_MAX];
    char name[PATH_MAX];
    struct eb_counters counters;
    struct eb_error err = {0};
    made_tree(root);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(eb_counters_read_rdma(root, "rdmap0s6", &counters, &err), EB_INVALID);
        assert_non_null(strstr(err.text, required[i]));
        snprintf(name, sizeof name, "sys/class/infiniband/rdmap0s6/ports/1/hw_counters/%s", required[i]);
        made_file(root, name, i == 0 ? "1000\n" : i == 1 ? "2000\n" : "3\n");
    }
    assert_int_equal(eb_counters_read_rdma(root, "rdmap0s6", &counters, &err), EB_OK);
    assert_int_equal(eb_counters_out_bytes(&counters), 1000);
    /* a driver whose total leaves out what operations count: the larger of the two */
    made_file(root, "sys/class/infiniband/rdmap0s6/ports/1/hw_counters/send_bytes", "100\n");
    made_file(root, "sys/class/infiniband/rdmap0s6/ports/1/hw_counters/rdma_write_bytes", "5000\n");
    made_file(root, "sys/class/infiniband/rdmap0s6/ports/1/hw_counters/rdma_read_resp_bytes", "30\n");
    made_file(root, "sys/class/infiniband/rdmap0s6/ports/1/hw_counters/rdma_read_bytes", "7000\n");
    assert_int_equal(eb_counters_read_rdma(root, "rdmap0s6", &counters, &err), EB_OK);
    assert_int_equal(eb_counters_out_bytes(&counters), 5130);
    assert_int_equal(eb_counters_in_bytes(&counters), 7000);
    assert_int_equal(eb_counters_lifespan_ms(root, "rdmap0s6"), 10);
    made_file(root, "sys/class/infiniband/rdmap0s6/ports/1/hw_counters/lifespan", "25\n");
    assert_int_equal(eb_counters_lifespan_ms(root, "rdmap0s6"), 25);
    assert_true(eb_counters_has_rdma(root, "rdmap0s6"));
    assert_false(eb_counters_has_rdma(root, "rdmap0s7"));
    assert_false(eb_counters_has_rdma(root, ""));
    made_tree_gone(root);
}

/* A counter that goes backwards is a device that was reset: it has not carried 2^64 bytes. */
static void test_counters_that_were_reset(void **state)
{
    (void)state;
    struct eb_counters before = {.tx_bytes = 1000, .rx_bytes = 5};
    struct eb_counters after = {.tx_bytes = 10, .rx_bytes = 9};
    struct eb_counters since = eb_counters_since(&before, &after);
    assert_int_equal(since.tx_bytes, 0);
    assert_int_equal(since.rx_bytes, 4);
    assert_true(eb_counters_went_back(&before, &after));
    after.tx_bytes = 1000;
    assert_false(eb_counters_went_back(&before, &after));
}

/* The traffic of a case on a rank of a launch that is not there. */
static struct eb_traffic traffic_of(const char *kernel_name, const char *algorithm, uint64_t size, int rank,
                                    int ranks, const unsigned char *crosses)
{
    struct eb_launch launch = {.rank = rank, .ranks = ranks};
    const struct eb_transport_ops *ops = NULL;
    const struct eb_kernel_ops *kernel = NULL;
    struct eb_transport *transport = NULL;
    struct eb_traffic traffic;
    struct eb_arm arm;
    assert_int_equal(eb_arm_parse("n=null", &arm, NULL), EB_OK);
    assert_int_equal(eb_transport_find("null", &ops, NULL), EB_OK);
    assert_int_equal(ops->open(&launch, &arm, &transport, NULL), EB_OK);
    assert_int_equal(eb_kernel_find(kernel_name, &kernel, NULL), EB_OK);
    struct eb_kernel_env env = {.transport = transport,
                                .size_bytes = size,
                                .window = 64,
                                .pairing = {.ranks = ranks, .pairs = 1},
                                .segment_bytes = 1 << 20};
    if (algorithm)
        assert_int_equal(eb_algorithm_find(algorithm, &env.algorithm, NULL), EB_OK);
    assert_int_equal(eb_reduction_find("f32", "sum", &env.reduction, NULL), EB_OK);
    struct eb_kernel_needs needs = kernel->needs(&env);
    env.requests = calloc(needs.requests, sizeof *env.requests);
    assert_int_equal(eb_region_open(transport, needs.send_bytes, 0, &env.send, NULL), EB_OK);
    assert_int_equal(eb_region_open(transport, needs.receive_bytes, 0, &env.receive, NULL), EB_OK);
    assert_int_equal(eb_traffic_count(&env, kernel, crosses, rank == 0, &traffic, NULL), EB_OK);
    eb_region_close(transport, &env.send);
    eb_region_close(transport, &env.receive);
    free(env.requests);
    ops->close(transport);
    eb_arm_free(&arm);
    return traffic;
}

static void assert_traffic(struct eb_traffic traffic, uint64_t sent, uint64_t received)
{
    assert_int_equal(traffic.sent_bytes, sent);
    assert_int_equal(traffic.received_bytes, received);
}

static void test_traffic(void **state)
{
    (void)state;
    static const unsigned char two[] = {1, 1};
    static const unsigned char four[] = {1, 1, 1, 1};
    static const unsigned char far[] = {0, 0, 1, 1}; /* ranks 0 and 1 are here */
    assert_traffic(traffic_of("pingpong", NULL, 1000, 0, 2, two), 1000, 1000);
    assert_traffic(traffic_of("pingpong", NULL, 1000, 1, 2, two), 1000, 1000);
    assert_traffic(traffic_of("pingpong", NULL, 1000, 1, 4, four), 0, 0); /* one pair at work: 0 and 2 */
    assert_traffic(traffic_of("bandwidth", NULL, 1000, 0, 2, two), 64000, 1);
    assert_traffic(traffic_of("bandwidth", NULL, 1000, 1, 2, two), 1, 64000);
    /* log2(4) vectors; of those, one goes to the other host */
    assert_traffic(traffic_of("allreduce", "recursive_doubling", 4000, 0, 4, four), 8000, 8000);
    assert_traffic(traffic_of("allreduce", "recursive_doubling", 4000, 0, 4, far), 4000, 4000);
    /* 2 (n - 1) / n of the vector */
    assert_traffic(traffic_of("allreduce", "ring", 4000, 0, 4, four), 6000, 6000);
    assert_traffic(traffic_of("allreduce", "rabenseifner", 4000, 0, 4, four), 6000, 6000);
    /* in the ring rank 0 sends to 1, here, and receives from 3, there */
    assert_traffic(traffic_of("allreduce", "ring", 4000, 0, 4, far), 0, 6000);
    /* a transport's own: its vector, once, on the first rank of each host */
    assert_traffic(traffic_of("allreduce", "native", 4000, 0, 4, far), 4000, 4000);
    assert_traffic(traffic_of("allreduce", "native", 4000, 1, 4, far), 0, 0);
}

static void test_share(void **state)
{
    (void)state;
    struct eb_traffic expected = {
        .sent_bytes = 1000, .received_bytes = 500, .sends_messages = 1, .receives_messages = 1};
    struct eb_counters seen = {.tx_bytes = 10600, .rx_bytes = 5300, .tx_packets = 12, .rx_packets = 11};
    assert_float_equal(eb_share_seen(&seen, &expected, 10), 1.06, 1e-9);
    seen.rx_bytes = 2500;
    assert_float_equal(eb_share_seen(&seen, &expected, 10), 0.5, 1e-9);
    seen.rx_bytes = 5300;
    seen.tx_packets =
        2; /* bytes enough, but not in ten messages one after the other: five packets at the least */
    assert_float_equal(eb_share_seen(&seen, &expected, 10), 0.4, 1e-9);
    expected.sends_messages = 0; /* a transport's own all-reduce: nobody knows in how many */
    assert_float_equal(eb_share_seen(&seen, &expected, 10), 1.06, 1e-9);
    expected.sends_messages = 1;
    seen.tx_bytes = seen.tx_packets =
        0; /* a device that counts its writes by themselves, and no packets of theirs */
    seen.write_bytes = 10000;
    assert_float_equal(eb_share_seen(&seen, &expected, 10), 1, 1e-9);
    assert_true(isinf(eb_share_seen(&seen, &(struct eb_traffic){0}, 10)));
}

static struct eb_testimony testimony_over(uint64_t iterations, uint64_t seen_bytes, uint64_t background_bytes)
{
    struct eb_traffic expected = {
        .sent_bytes = 1000, .received_bytes = 1000, .sends_messages = 1, .receives_messages = 1};
    struct eb_counters seen = {
        .tx_bytes = seen_bytes, .rx_bytes = seen_bytes, .tx_packets = 100, .rx_packets = 100};
    struct eb_counters background = {.tx_bytes = background_bytes, .rx_bytes = background_bytes};
    struct eb_testimony testimony = {.host = "h", .device = "ens5", .background_bytes_per_second = 3000000};
    eb_testify(&testimony, &seen, &background, &expected, iterations);
    return testimony;
}

static struct eb_testimony testimony_of(uint64_t seen_bytes, uint64_t background_bytes)
{
    return testimony_over(20, 2 * seen_bytes, 2 * background_bytes);
}

static const char *state_of(const struct eb_testimony *testimonies, int count, char *reason)
{
    static char state[16]; /* of the test alone */
    json_t *json = eb_testimony_to_json(testimonies, count);
    const char *text = json_string_value(json_object_get(json, "reason"));
    snprintf(state, sizeof state, "%s", json_string_value(json_object_get(json, "state")));
    snprintf(reason, 300, "%s", text ? text : "");
    json_decref(json);
    return state;
}

static void test_verdicts(void **state)
{
    (void)state;
    char reason[300];
    struct eb_testimony good = testimony_of(10500, 100);
    struct eb_testimony short_of = testimony_of(8900, 0);
    struct eb_testimony noisy = testimony_of(20000, 15000);
    struct eb_testimony idle = {.sighting = EB_SAW_NOTHING_EXPECTED};
    struct eb_testimony blind = {
        .sighting = EB_SAW_NO_DEVICE, .host = "h2", .device = "rdmap9", .share = INFINITY};
    assert_string_equal(state_of((struct eb_testimony[]){good, idle, good}, 3, reason), "attested");
    assert_string_equal(reason, "");
    assert_string_equal(state_of((struct eb_testimony[]){good, short_of}, 2, reason), "refused");
    assert_non_null(strstr(reason, "ens5 of host h saw 89.0%"));
    assert_string_equal(state_of((struct eb_testimony[]){good, noisy}, 2, reason), "unattested");
    assert_non_null(strstr(reason, "3.0 MB/s"));
    assert_string_equal(state_of((struct eb_testimony[]){blind, good}, 2, reason), "unattested");
    assert_non_null(strstr(reason, "no counters of rdmap9"));
    assert_string_equal(state_of((struct eb_testimony[]){blind, short_of, noisy}, 3, reason), "refused");
    assert_string_equal(state_of((struct eb_testimony[]){idle, idle}, 2, reason), "unattested");
    struct eb_testimony few = testimony_over(19, 19 * 1060, 0);
    assert_string_equal(state_of((struct eb_testimony[]){good, few}, 2, reason), "unattested");
    assert_non_null(strstr(reason, "too few messages"));
    struct eb_testimony astray = testimony_over(1, 0, 0); /* few, but none of them were seen */
    assert_string_equal(state_of((struct eb_testimony[]){astray}, 1, reason), "refused");
    snprintf(short_of.device, sizeof short_of.device, "ens\xff");
    assert_string_equal(state_of((struct eb_testimony[]){short_of}, 1, reason), "refused");
    assert_non_null(strstr(reason, "ens? of host h"));
}

static void test_throttled(void **state)
{
    (void)state;
    struct eb_testimony hosts[2] = {testimony_of(10500, 0), testimony_of(10500, 0)};
    hosts[0].exceeded[1] = 5;
    hosts[1].exceeded[1] = 7;
    hosts[1].exceeded[2] = 1;
    json_t *json = eb_testimony_to_json(hosts, 2);
    json_t *wanted = json_pack("{s:i, s:i}", "bw_out_allowance_exceeded", 12, "pps_allowance_exceeded", 1);
    assert_string_equal(json_string_value(json_object_get(json, "state")), "attested");
    assert_true(json_equal(json_object_get(json, "throttled"), wanted));
    json_decref(wanted);
    json_decref(json);
}

/* A case is as good as its worst block. */
static void test_blocks_of_a_case(void **state)
{
    (void)state;
    static const char *const witnesses[] = {
        "{\"state\": \"attested\", \"share\": 1.5, \"throttled\": {\"pps_allowance_exceeded\": 2}}",
        "{\"state\": \"attested\", \"share\": 1.2}",
        "{\"state\": \"refused\", \"share\": 0.5, \"throttled\": {\"pps_allowance_exceeded\": 3}}",
        "{\"state\": \"refused\", \"share\": 0.7}", "{\"state\": \"unattested\"}"};
    static const char *const worst[] = {"attested", "attested", "refused", "refused", "refused"};
    static const double shares[] = {1.5, 1.2, 0.5, 0.5, 0.5};
    struct eb_journal_fold *fold = eb_journal_fold_new();
    json_t *line = json_loads("{\"schema\": \"efabench-journal/1\", \"run\": {}, \"launch\": {}}", 0, NULL);
    assert_int_equal(eb_journal_fold_line(fold, line, NULL), EB_OK);
    json_decref(line);
    for (size_t i = 0; i < 5; i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "{\"case\": {\"arm\": \"a\"}, \"sweep\": {\"index\": %zu}, \"histogram\": [[1, 1]], "
                 "\"witness\": %s}",
                 i, witnesses[i]);
        line = json_loads(text, 0, NULL);
        assert_int_equal(eb_journal_fold_line(fold, line, NULL), EB_OK);
        json_decref(line);
        json_t *launch = eb_journal_fold_launch(fold);
        const json_t *witness =
            json_object_get(json_array_get(json_object_get(launch, "cases"), 0), "witness");
        assert_string_equal(json_string_value(json_object_get(witness, "state")), worst[i]);
        assert_float_equal(json_real_value(json_object_get(witness, "share")), shares[i], 0);
        assert_int_equal(json_integer_value(json_object_get(json_object_get(witness, "throttled"),
                                                            "pps_allowance_exceeded")),
                         i < 2 ? 2 : 5);
        json_decref(launch);
    }
    eb_journal_fold_free(fold);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_netdev_counters),
        cmocka_unit_test(test_efa_counters),
        cmocka_unit_test(test_counters_that_were_reset),
        cmocka_unit_test(test_traffic),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_throttled),
        cmocka_unit_test(test_blocks_of_a_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
