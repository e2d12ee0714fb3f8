/* Importers of fabtests, sockperf and iperf3: texts in the exact form that the sources of those tools
 * print, with made-up figures; what is expected follows from the tools' definitions by hand. */
#include "made_texts.h"

#define FABTESTS "bytes   iters   total       time     MB/sec    usec/xfer   Mxfers/sec\n"
#define FI_PINGPONG "bytes   #sent   #ack     total       time     MB/sec    usec/xfer   Mxfers/sec\n"

static void test_fabtests_pingpong(void **state)
{
    (void)state;
    /* 1000 iterations of 2 * 64 bytes are 128000 bytes = 125k; 2000 messages of 5 us 0.01 s; 64 B / 5 us =
     * 12.8 MB/s. 1.5k: 1536 * 2 * 1000 = 3072000 = 2.9m, 20000 us */
    json_t *record = import(&eb_import_fabtests,
                            FABTESTS "64      1k      125k        0.01s     12.80       5.00       0.20\n"
                                     "1.5k    1k      2.9m        0.02s    153.60      10.00       0.10\n");
    assert_mean(record, "pingpong", 64, 2, "half_rtt_ns", 5000);
    assert_mean(record, "pingpong", 1536, 2, "half_rtt_ns", 10000);
    json_decref(record);
    /* fi_pingpong: 10 iterations of 2 * 64 = 1280 = 1.2k, 20 messages of 2839.30 us = 0.0568 s */
    record = import(&eb_import_fabtests, FI_PINGPONG
                    "64      10      =10      1.2k        0.06s      0.02    2839.30       0.00\n"
                    "4k      10      -3       80k         0.00s    819.20       5.00       0.20\n");
    assert_mean(record, "pingpong", 64, 2, "half_rtt_ns", 2839300);
    assert_int_equal(figure(find_case(record, "pingpong", 64, 2), "iterations"), 10);
    assert_mean(record, "pingpong", 4096, 2, "half_rtt_ns", 5000);
    assert_warned(record, "line 3: #ack is not #sent");
    json_decref(record);
}

static void test_fabtests_bandwidth(void **state)
{
    (void)state;
    /* 200 iterations of 1 MiB are 200m; 209715200 B at 100 us each = 0.02 s, 10485.76 MB/s */
    json_t *record = import(&eb_import_fabtests,
                            FABTESTS "1m      200     200m        0.02s  10485.76     100.00       0.01\n"
                                     "1       200     200         0.00s      0.50       2.00       0.50\n");
    assert_mean(record, "bandwidth", 1048576, 2, "bytes_per_second", 10485760000);
    assert_mean(record, "bandwidth", 1, 2, "bytes_per_second", 500000);
    json_decref(record);
    record =
        import(&eb_import_fabtests,
               "---\nfi_rdm_tagged_bw -m -S 100000 10.0.0.2 :\n"
               "- { xfer_size: 100000, iterations: 30, total: 3000000, time: 0.000300, MB/sec: 10000.000000, "
               "usec/xfer: 10.000000, Mxfers/sec: 0.100000 }\n");
    assert_mean(record, "bandwidth", 100000, 2, "bytes_per_second", 10000000000);
    json_decref(record);
}

static void test_fabtests_refusals(void **state)
{
    (void)state;
    /* 300 KiB in all are neither 1 nor 2 times 100 * 1 KiB */
    assert_unfit(&eb_import_fabtests,
                 FABTESTS "1k      100     300k        0.00s   1024.00       1.00       1.00\n",
                 "line 2: bytes, iterations, total, time, MB/sec and usec/xfer contradict");
    /* 1024 B in 1 us are 1024 MB/s */
    assert_unfit(&eb_import_fabtests,
                 FABTESTS "1k      100     200k        0.00s    512.00       1.00       1.00\n",
                 "contradict");
    assert_unfit(&eb_import_fabtests,
                 FABTESTS "1k      100     200k        0.00s   1024.00        nan       1.00\n",
                 "line 2: 'nan' can be no figure in the column usec/xfer");
    assert_unfit(&eb_import_fabtests,
                 FABTESTS "1k      100     200k        0.00s   1024.00       0.00       1.00\n",
                 "'0.00' can be no figure");
    assert_unfit(&eb_import_fabtests,
                 FABTESTS "1k      100     200k        0.00s   1024.00       1.00       1.00\n"
                          "1k      100     100k        0.00s   1024.00       1.00       1.00\n",
                 "line 3: this is of a bandwidth test, line 2 of another");
    /* more than any program counts: 2^53 * 1000, found by fuzzing */
    assert_unfit(&eb_import_fabtests,
                 FABTESTS
                 "64      9223372036854775807k     125k        0.00s   1024.00       1.00       1.00\n",
                 "line 2: '9223372036854775807k' can be no figure in the column iters");
    /* the name and the columns must agree */
    assert_unfit_as(&eb_import_fabtests, "run1/fi_rma_bw.txt",
                    FABTESTS "1k      100     200k        0.00s   1024.00       1.00       1.00\n",
                    "by its columns this is a ping-pong, which 'fi_rma_bw' is not");
    /* no bytes are twice no bytes, and 0.00 s are 0.00 s */
    assert_unfit(&eb_import_fabtests,
                 FABTESTS "0       100     0           0.00s      0.00       1.00       1.00\n",
                 "neither a name nor the columns tell");
    json_t *record = import_as(&eb_import_fabtests, "fi_msg_pingpong.txt",
                               FABTESTS "0       100     0           0.00s      0.00       1.00       1.00\n"
                                        "1k      100     200k        0.00s   1024.00       1.00       1.00\n"
                                        "2k      100     400k        0.00s   20");
    assert_int_equal(count_cases(record, 0), 2);
    assert_mean(record, "pingpong", 0, 2, "half_rtt_ns", 1000);
    assert_warned(record, "line 4: the table was cut");
    json_decref(record);
    /* 5000 bytes are written 4.8k */
    record = import(&eb_import_fabtests,
                    FABTESTS "1k      100     200k        0.00s   1024.00       1.00       1.00\n"
                             "4.8k    100     976k        0.00s   2500.00       2.00       0.50\n");
    assert_int_equal(count_cases(record, 0), 1);
    assert_warned(record, "line 3: digits of the size were cut");
    json_decref(record);
}

#define SOCKPERF_START(proto)                                                                                \
    "sockperf: \x1b[2;35m== version #3.7-no.git == \x1b[0m\n"                                                \
    "sockperf[CLIENT] send on:sockperf: using recvfrom() to block on socket(s)\n\n"                          \
    "[ 0] IP = 10.0.0.2        PORT = 11111 # " proto "\n"                                                   \
    "sockperf: Warmup stage (sending a few dummy messages)...\nsockperf: Starting test...\n"
#define SOCKPERF_LATENCY(summary)                                                                            \
    SOCKPERF_START("TCP")                                                                                    \
    "sockperf: [Valid Duration] RunTime=0.550 sec; SentMessages=40543; ReceivedMessages=40543\n"             \
    "sockperf: \x1b[2;35m====> avg-latency=6.772 (std-dev=10.569)\x1b[0m\n"                                  \
    "sockperf: # dropped messages = 0; # duplicated messages = 0; # out-of-order messages = 0\n"             \
    "sockperf: Summary: " summary "\n"                                                                       \
    "sockperf: \x1b[2;35mTotal 40543 observations\x1b[0m; each percentile contains 405.43 observations\n"    \
    "sockperf: ---> <MAX> observation = 2026.646\nsockperf: ---> percentile 99.999 = 2026.646\n"             \
    "sockperf: ---> percentile 99.990 =  116.126\nsockperf: ---> percentile 99.900 =   44.388\n"             \
    "sockperf: ---> percentile 99.000 =    8.460\nsockperf: ---> percentile 90.000 =    6.892\n"             \
    "sockperf: ---> percentile 75.000 =    6.707\nsockperf: ---> percentile 50.000 =    6.436\n"             \
    "sockperf: ---> percentile 25.000 =    6.411\nsockperf: ---> <MIN> observation =    6.346\n"

static void test_sockperf_latency(void **state)
{
    (void)state;
    json_t *record = import(
        &eb_import_sockperf,
        "$ sockperf ping-pong -i 10.0.0.2 --tcp -m 64 -t 1\n" SOCKPERF_LATENCY("Latency is 6.772 usec"));
    const json_t *item = find_case(record, "pingpong", 64, 2);
    assert_mean(record, "pingpong", 64, 2, "half_rtt_ns", 6772);
    assert_int_equal(figure(item, "low"), 6346);
    assert_int_equal(figure(item, "high"), 2026646);
    assert_int_equal(figure(item, "p50"), 6436);
    assert_int_equal(figure(item, "p999"), 44388);
    assert_int_equal(figure(item, "iterations"), 40543);
    assert_string_equal(attribute(record, "protocol"), "tcp");
    json_decref(record);
    /* --full-rtt: halves of all; no -m: 14 bytes */
    record =
        import(&eb_import_sockperf,
               "sockperf pp -i 10.0.0.2 --tcp --full-rtt\n" SOCKPERF_LATENCY("Round trip is 6.772 usec"));
    assert_mean(record, "pingpong", 14, 2, "half_rtt_ns", 3386);
    assert_int_equal(figure(find_case(record, "pingpong", 14, 2), "p999"), 22194);
    json_decref(record);
    /* two runs of one file are two launches */
    record =
        import(&eb_import_sockperf, "sockperf ul --msg-size=64\n" SOCKPERF_LATENCY("Latency is 6.772 usec")
                                        SOCKPERF_LATENCY("Latency is 7.000 usec"));
    assert_int_equal(json_array_size(json_object_get(record, "launches")), 2);
    assert_string_equal(json_string_value(json_object_get(find_case(record, "pingpong", 64, 2), "algorithm")),
                        "under-load");
    json_decref(record);
}

static void test_sockperf_refusals(void **state)
{
    (void)state;
    assert_unfit(&eb_import_sockperf, SOCKPERF_LATENCY("Latency is 6.772 usec"),
                 "line 10: nothing says the size of the messages");
    assert_unfit(&eb_import_sockperf, "sockperf pp -m 64 -r 8\n" SOCKPERF_LATENCY("Latency is 6.772 usec"),
                 "the command line gives the messages no one size");
    assert_unfit(&eb_import_sockperf, "sockperf pp -m 64\n" SOCKPERF_LATENCY("Latency is nan usec"),
                 "line 11: the latency is no number above zero");
    assert_unfit(&eb_import_sockperf, "sockperf pp -m 64\n" SOCKPERF_LATENCY("Latency is 0.000 usec"),
                 "the latency is no number above zero");
    assert_unfit(&eb_import_sockperf,
                 "sockperf pp -m 64\n" SOCKPERF_LATENCY("Latency of burst of 10 messages is 6.772 usec"),
                 "line 11: the latency of a burst");
    assert_unfit(&eb_import_sockperf,
                 "sockperf pp -m 64\n" SOCKPERF_START("UDP") "[ 1] IP = 10.0.0.3        PORT = 11111 # UDP\n"
                                                             "sockperf: Summary: Latency is 6.772 usec\n",
                 "several servers");
    assert_unfit(&eb_import_sockperf,
                 SOCKPERF_START("UDP") "sockperf: No valid observations found. Try tune parameters: --time\n",
                 "line 7: sockperf found no valid observation");
    assert_unfit(&eb_import_sockperf,
                 "sockperf pp -m 64\n" SOCKPERF_START("UDP") "sockperf: Summary: Latency is 6.7",
                 "no figure");
}

static void test_sockperf_throughput(void **state)
{
    (void)state;
    /* 150000 messages of 1400 bytes a second are 210000000 bytes: 200.272 MiB, 1602.173 Mibit */
    json_t *record = import(
        &eb_import_sockperf,
        SOCKPERF_START(
            "UDP") "sockperf: Total of 150000 messages sent in 1.000 sec\n\n"
                   "sockperf: \x1b[2;35mNOTE: test was performed, using msg-size=1400. For getting maximum "
                   "throughput consider using --msg-size=1472\x1b[0m\n"
                   "sockperf: Summary: Message Rate is 150000 [msg/sec]\n"
                   "sockperf: Summary: BandWidth is 200.272 MBps (1602.173 Mbps)\n");
    assert_mean(record, "bandwidth", 1400, 2, "bytes_per_second", 210000000);
    assert_mean(record, "message_rate", 1400, 2, "messages_per_second", 150000);
    assert_warned(record, "nothing says that it arrived");
    assert_string_equal(attribute(record, "protocol"), "udp");
    json_decref(record);
    /* nothing says the size, but the rates: 220800000 B/s = 210.571 MiB/s / 150000 = 1472 */
    record = import(&eb_import_sockperf,
                    SOCKPERF_START("TCP") "sockperf: Summary: Message Rate is 150000 [msg/sec]\n"
                                          "sockperf: Summary: BandWidth is 210.571 MBps (1684.570 Mbps)\n");
    assert_mean(record, "bandwidth", 1472, 2, "bytes_per_second", 220800000);
    json_decref(record);
    assert_unfit(
        &eb_import_sockperf,
        SOCKPERF_START("TCP") "sockperf: NOTE: test was performed, using msg-size=1400. For getting maximum\n"
                              "sockperf: Summary: Message Rate is 150000 [msg/sec]\n"
                              "sockperf: Summary: BandWidth is 210.571 MBps (1684.570 Mbps)\n",
        "contradict each other");
}

#define IPERF3(extra, sums)                                                                                  \
    "{\n\t\"start\":\t{\n\t\t\"connected\":\t[],\n\t\t\"version\":\t\"iperf 3.12\",\n"                       \
    "\t\t\"sock_bufsize\":\t0,\n\t\t\"sock_bufsize\":\t0,\n"                                                 \
    "\t\t\"test_start\":\t{\n\t\t\t\"protocol\":\t\"TCP\",\n" extra                                          \
    "\t\t\t\"blksize\":\t131072,\n\t\t\t\"reverse\":\t0\n\t\t}\n\t},\n\t\"intervals\":\t[],\n"               \
    "\t\"end\":\t{\n" sums "\t}\n}\n"
#define ONE "\t\t\t\"num_streams\":\t1,\n"
#define RECEIVED                                                                                             \
    "\t\t\"sum_sent\":\t{\"bits_per_second\": 9999999999.0},\n"                                              \
    "\t\t\"sum_received\":\t{\"bits_per_second\": 9600000000.0}\n"

static void test_iperf3(void **state)
{
    (void)state;
    /* 9.6 Gbit/s received are 1.2e9 bytes a second, whatever was sent */
    json_t *record = import(&eb_import_iperf3, IPERF3(ONE, RECEIVED) "job done\n" IPERF3(ONE, RECEIVED));
    assert_mean(record, "bandwidth", 131072, 2, "bytes_per_second", 1200000000);
    assert_string_equal(attribute(record, "flows"), "1");
    assert_string_equal(attribute(record, "protocol"), "tcp");
    assert_int_equal(json_array_size(json_object_get(record, "launches")), 2);
    json_decref(record);
    record =
        import(&eb_import_iperf3,
               IPERF3("\t\t\t\"num_streams\":\t8,\n\t\t\t\"bidir\":\t1,\n\t\t\t\"target_bitrate\":\t5000,\n",
                      RECEIVED ",\t\t\"sum_received_bidir_reverse\":\t{\"bits_per_second\": 800}\n"));
    assert_mean(record, "bibandwidth", 131072, 2, "bytes_per_second", 1200000100);
    assert_string_equal(attribute(record, "flows"), "8");
    assert_warned(record, "line 1: the rate was held at 5000 bits a second");
    json_decref(record);
    record = import(
        &eb_import_iperf3,
        "{\"event\":\"start\",\"data\":{\"version\":\"iperf 3.17\",\"test_start\":{\"protocol\":\"UDP\","
        "\"num_streams\":1,\"blksize\":1448}}}\n{\"event\":\"interval\",\"data\":{}}\n"
        "{\"event\":\"end\",\"data\":{\"sum\":{\"lost_packets\":3},\"sum_received\":"
        "{\"bits_per_second\":8e6}}}\n");
    assert_mean(record, "bandwidth", 1448, 2, "bytes_per_second", 1000000);
    assert_warned(record, "line 3: packets were lost");
    json_decref(record);
    /* cut in the second document */
    record = import(&eb_import_iperf3, IPERF3(ONE, RECEIVED) "{\n\t\"start\":\t{\n\t\t\"conn");
    assert_int_equal(count_cases(record, 0), 1);
    assert_warned(record, "the JSON was cut");
    json_decref(record);
}

static void test_iperf3_refusals(void **state)
{
    (void)state;
    assert_unfit(&eb_import_iperf3,
                 "\n{\n\t\"start\":\t{},\n\t\"intervals\":\t[],\n\t\"end\":\t{},\n"
                 "\t\"error\":\t\"unable to connect to server: Connection refused\"\n}\n",
                 "made.txt: line 2: the run failed: unable to connect to server: Connection refused");
    assert_unfit(&eb_import_iperf3, IPERF3(ONE, ""), "iperf3 does not say end.sum_received.bits_per_second");
    assert_unfit(&eb_import_iperf3, IPERF3("", RECEIVED), "iperf3 does not say start.test_start.num_streams");
    assert_unfit(&eb_import_iperf3, IPERF3(ONE, "\"sum_received\": {\"bits_per_second\": 0}"),
                 "not above zero");
    assert_unfit(&eb_import_iperf3, IPERF3(ONE, "\"sum_received\": {\"bits_per_second\": -5.0}"),
                 "not above zero");
    assert_unfit(&eb_import_iperf3, IPERF3(ONE, "\"sum_received\": {\"bits_per_second\": nan}"),
                 "this is no JSON");
    assert_unfit(&eb_import_iperf3, IPERF3("\t\t\t\"num_streams\":\t1,\n\t\t\t\"bidir\":\t1,\n", RECEIVED),
                 "end.sum_received_bidir_reverse");
    assert_unfit(&eb_import_iperf3, IPERF3(ONE, RECEIVED) IPERF3("\t\t\t\"num_streams\":\t8,\n", RECEIVED),
                 "it was measured with flows=8, the arm is one of flows=1");
    assert_unfit(&eb_import_iperf3, "{\"hello\": 1}\n", "no result of iperf3");
    assert_unfit(&eb_import_iperf3, "{ \"start\": {", "the JSON was cut");
    assert_unfit(&eb_import_iperf3, "[ ID] Interval Transfer Bitrate\n", "it holds no JSON");
}

/* The user's word for the arm and the text must not contradict each other. */
static void test_claimed_flows(void **state)
{
    (void)state;
    static const char text[] = IPERF3("\t\t\t\"num_streams\":\t8,\n", RECEIVED);
    const struct eb_import_claims claims = {.arm = "ena=sockets@ena,flows=1"};
    struct eb_error err = {0};
    json_t *record = NULL;
    assert_int_equal(eb_import_text(&eb_import_iperf3, &claims, text, strlen(text), "a.json", &record, &err),
                     EB_INVALID);
    assert_non_null(strstr(err.text, "flows=8"));
    assert_null(record);
}

/* Bytes that no tool writes. */
static void test_any_bytes(void **state)
{
    (void)state;
    static const char junk[] = "\0\xff{\x1b[\n#\0 Benchmarking\r\r\n\x1b]\n - { xfer_size: \n{\"\0";
    const struct eb_importer *const importers[] = {&eb_import_imb, &eb_import_fabtests, &eb_import_sockperf,
                                                   &eb_import_iperf3};
    for (size_t i = 0; i < sizeof importers / sizeof *importers; i++) {
        struct eb_error err = {0};
        json_t *record = NULL;
        assert_int_equal(
            eb_import_text(importers[i], &no_claims, junk, sizeof junk - 1, "junk", &record, &err),
            EB_INVALID);
        assert_null(record);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fabtests_pingpong),
        cmocka_unit_test(test_fabtests_bandwidth),
        cmocka_unit_test(test_fabtests_refusals),
        cmocka_unit_test(test_sockperf_latency),
        cmocka_unit_test(test_sockperf_refusals),
        cmocka_unit_test(test_sockperf_throughput),
        cmocka_unit_test(test_iperf3),
        cmocka_unit_test(test_iperf3_refusals),
        cmocka_unit_test(test_claimed_flows),
        cmocka_unit_test(test_any_bytes),
    };
    return cmocka_run_group_tests_name("import_others", tests, NULL, NULL);
}
