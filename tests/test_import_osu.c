/* OSU's tables as its versions print them (print_preamble, print_only_header, print_stats of 5.3 to 7.4 and
 * osu_mbw_mr.c there); the figures are made up. Microseconds become ns by 1e3, MB/s bytes a second by 1e6. */
#include "made_import.h"

static const struct eb_import_claims none = {0};
static const struct eb_import_claims two_nodes = {
    .arm = "efa=ofi:efa", .instance = "c5n.18xlarge", .nodes = 2, .ranks = 72};

#define HALF_RTT(launch, size) ((struct sought){(launch), "pingpong", "", "half_rtt_ns", (size), 2})
#define RATE(kernel, algorithm, size, ranks)                                                                 \
    ((struct sought){0, (kernel), (algorithm), "bytes_per_second", (size), (ranks)})
#define TIME(kernel, algorithm, size, ranks)                                                                 \
    ((struct sought){0, (kernel), (algorithm), "time_osu_ns", (size), (ranks)})

#define LATENCY "# OSU MPI Latency Test v5.7.1\n# Size          Latency (us)\n"
#define ROW(size, figure) size "                      " figure "\n"
#define LAST ROW("4194304", "1659.92")

static void test_latency(void **state)
{
    (void)state;
    json_t *record = imported(&eb_import_osu, &two_nodes, LATENCY ROW("0", "15.10") ROW("1", "15.25") LAST);
    assert_int_equal(count_figures(record), 3);
    assert_figure(record, HALF_RTT(0, 0), 15100);
    assert_figure(record, HALF_RTT(0, 1), 15250);
    assert_figure(record, HALF_RTT(0, 4194304), 1659920);
    assert_int_equal(count_warnings(record), 0);
    const json_t *run = json_object_get(record, "run");
    assert_string_equal(json_string_value(json_object_get(run, "source")),
                        "OSU MPI Latency Test v5.7.1 (job.out)");
    assert_string_equal(json_string_value(json_object_get(run, "instance")), "c5n.18xlarge");
    assert_string_equal(json_string_value(json_object_get(run, "imported_from")), "osu");
    assert_int_equal(json_integer_value(json_object_get(run, "nodes")), 2);
    const json_t *arm =
        json_array_get(json_object_get(json_array_get(json_object_get(record, "launches"), 0), "arms"), 0);
    assert_string_equal(json_string_value(json_object_get(arm, "name")), "efa");
    assert_string_equal(json_string_value(json_object_get(arm, "transport")), "ofi");
    assert_string_equal(json_string_value(json_object_get(json_object_get(arm, "attributes"), "provider")),
                        "efa");
    json_decref(record);
}

static void test_bandwidths(void **state)
{
    (void)state;
    json_t *record = imported(&eb_import_osu, &none,
                              "# OSU MPI Bandwidth Test v5.3.2\n# Size      Bandwidth (MB/s)\n" //
                              ROW("1", "2.50") ROW("4194304", "9118.81")                        //
                              "\n# OSU MPI Bi-Directional Bandwidth Test v7.4\n# Datatype: MPI_CHAR.\n"
                              "# Size        Bandwidth (MB/s)\n" //
                              ROW("1", "3.50") ROW("4194304", "18000.01"));
    assert_int_equal(count_figures(record), 4);
    assert_figure(record, RATE("bandwidth", "", 1, 2), 2500000);
    assert_figure(record, RATE("bandwidth", "", 4194304, 2), 9118810000);
    assert_figure(record, RATE("bibandwidth", "", 4194304, 2), 18000010000);
    assert_int_equal(count_warnings(record), 0);
    json_decref(record);
}

static void test_pairs(void **state)
{
    (void)state;
    json_t *record = imported(
        &eb_import_osu, &none,
        "# OSU MPI Multiple Bandwidth / Message Rate Test v5.6.2\n# [ pairs: 36 ] [ window size: 64 ]\n"
        "# Size                  MB/s        Messages/s\n"
        "1                       3.55        3553090.50\n"
        "4194304             12140.40           2894.50\n");
    assert_int_equal(count_figures(record), 4);
    assert_figure(record, RATE("bandwidth", "", 1, 72), 3550000);
    assert_figure(record, (struct sought){0, "message_rate", "", "messages_per_second", 1, 72}, 3553091);
    struct sought large = RATE("bandwidth", "", 4194304, 72);
    const json_t *item = find_case(record, &large);
    assert_int_equal(json_integer_value(json_object_get(item, "pairs")), 36);
    assert_int_equal(json_integer_value(json_object_get(item, "window")), 64);
    assert_false(json_is_true(json_object_get(item, "ranks_assumed")));
    json_decref(record);

    /* one pair of osu_mbw_mr is not a second run of osu_bw */
    record =
        imported(&eb_import_osu, &none,
                 "# OSU MPI Bandwidth Test v5.6.2\n# Size      Bandwidth (MB/s)\n" ROW("4194304", "9.00") //
                 "# OSU MPI Multiple Bandwidth / Message Rate Test v5.6.2\n"
                 "# [ pairs: 1 ] [ window size: 64 ]\n# Size                  MB/s\n" ROW("4194304", "8.00"));
    assert_figure(record, RATE("bandwidth", "", 4194304, 2), 9000000);
    assert_figure(record, RATE("bandwidth", "mbw_mr", 4194304, 2), 8000000);
    assert_int_equal(json_array_size(json_object_get(record, "launches")), 1);
    json_decref(record);

    assert_not_imported(&eb_import_osu,
                        "# OSU MPI Multiple Bandwidth / Message Rate Test v5.6.2\n"
                        "# [ pairs: 2 ] [ window size: varied ]\n\n# Uni-directional Bandwidth (MB/sec)\n"
                        "#                8          16\n1         1.00        2.00\n",
                        "Multiple Bandwidth / Message Rate Test v5.6.2' is not known");
}

static void test_collectives(void **state)
{
    (void)state;
    static const struct {
        const char *title;
        const char *kernel;
        const char *algorithm;
    } titles[] = {
        {"OSU MPI Allgather Latency Test", "allgather", ""},
        {"OSU MPI Allreduce Latency Test", "allreduce", ""},
        {"OSU MPI All-Reduce Latency Test", "allreduce", ""},
        {"OSU MPI All-to-All Personalized Exchange Latency Test", "alltoall", ""},
        {"OSU MPI All-to-Allv Personalized Exchange Latency Test", "alltoallv", ""},
        {"OSU MPI All-to-Allw Personalized Exchange Latency Test", "alltoallw", ""},
        {"OSU MPI Broadcast Latency Test", "bcast", ""},
        {"OSU MPI Reduce Latency Test", "reduce", ""},
        {"OSU MPI Reduce_scatter Latency Test", "reduce_scatter", ""},
        {"OSU MPI Scatter Latency Test", "scatter", ""},
        {"OSU MPI Scatterv Latency Test", "scatterv", ""},
        {"OSU MPI Non-Blocking Broadcast Latency Test", "ibcast", ""},
        {"OSU MPI Non-blocking All-to-All Latency Test", "ialltoall", ""},
        {"OSU MPI Non-blocking All-to-Allv Personalized Exchange Latency Test", "ialltoallv", ""},
        {"OSU MPI Non-blocking Reduce_scatter Latency Test", "ireduce_scatter", ""},
        {"OSU MPI Neighborhood Allgather Latency Test", "neighbor_allgather", ""},
        {"OSU MPI Neighborhood All-to-Allv Latency Test", "neighbor_alltoallv", ""},
        {"OSU MPI Non-blocking Neighborhood Alltoallw Latency Test", "ineighbor_alltoallw", ""},
        {"OSU MPI Allreduce Persistent Latency Test", "allreduce", "persistent"},
        {"OSU MPI All-to-Allv Personalized Exchange Persistent Latency Test", "alltoallv", "persistent"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "\n# %s v5.7.1\n# Size       Avg Latency(us)\n"
                 "4                     103.10\n1048576              7223.01\n",
                 titles[i].title);
        json_t *record = imported(&eb_import_osu, &two_nodes, text);
        assert_figure(record, TIME(titles[i].kernel, titles[i].algorithm, 4, 72), 103100);
        assert_figure(record, TIME(titles[i].kernel, titles[i].algorithm, 1048576, 72), 7223010);
        assert_int_equal(count_warnings(record), 0);
        json_decref(record);
    }
}

static void test_full_columns(void **state)
{
    (void)state;
    json_t *record = imported(
        &eb_import_osu, &two_nodes,
        "\n# OSU MPI Allreduce Latency Test v7.4\n# Datatype: MPI_FLOAT.\n"
        "# Size           Avg Latency(us)     Min Latency(us)     Max Latency(us)  Iterations          "
        "Validation     P50 Tail Lat(us)     P90 Tail Lat(us)     P99 Tail Lat(us)\n"
        "4                          30.50               29.10               31.90        1000"
        "                Pass               30.10               33.20               40.30\n"
        "1048576                  3000.00             2900.00             3100.00         100"
        "                Pass             2999.00             3050.00             3090.00\n");
    struct sought sought = TIME("allreduce", "MPI_FLOAT", 4, 72);
    const json_t *item = find_case(record, &sought);
    assert_non_null(item);
    assert_string_equal(json_string_value(json_object_get(item, "type")), "MPI_FLOAT");
    static const struct {
        const char *key;
        int value;
    } wanted[] = {{"mean", 30500}, {"low", 29100}, {"high", 31900}, {"iterations", 1000},
                  {"p50", 30100},  {"p90", 33200}, {"p99", 40300}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_int_equal(
            json_integer_value(json_object_get(json_object_get(item, "published"), wanted[i].key)),
            wanted[i].value);
    json_decref(record);
}

static void test_barrier_and_non_blocking(void **state)
{
    (void)state;
    json_t *record =
        imported(&eb_import_osu, &two_nodes,
                 "\n# OSU MPI Barrier Latency Test v5.9\n# Avg Latency(us)\n             12.34\n42 17\n"
                 "\n# OSU MPI Non-blocking Allgather Latency Test v5.6.3\n"
                 "# Overall = Coll. Init + Compute + MPI_Test + MPI_Wait\n\n"
                 "# Size           Overall(us)       Compute(us)    Pure Comm.(us)        Overlap(%)\n"
                 "1                      20.40             10.20             10.10              0.00\n"
                 "1048576              2000.40           1000.20           1000.10             55.12\n"
                 "\n# OSU MPI Non-blocking Barrier Latency Test v5.6.3\n"
                 "# Overall = Coll. Init + Compute + MPI_Test + MPI_Wait\n\n"
                 "# Overall(us)       Compute(us)    Pure Comm.(us)        Overlap(%)\n"
                 "        31.50             20.00             12.00              4.00\n");
    assert_int_equal(count_figures(record), 4);
    assert_figure(record, TIME("barrier", "", 0, 72), 12340);
    assert_figure(record, TIME("iallgather", "", 1, 72), 20400);
    assert_figure(record, TIME("ibarrier", "", 0, 72), 31500);
    json_decref(record);
}

static void test_kinds_of_latency(void **state)
{
    (void)state;
    json_t *record =
        imported(&eb_import_osu, &two_nodes,
                 "# Number of Sender threads: 1 \n# Number of Receiver threads: 2\n"
                 "# OSU MPI Multi-threaded Latency Test v5.9\n# Size          Latency (us)\n" LAST
                 "# OSU MPI Multi-process Latency Test v5.9\n# Size          Latency (us)\n" LAST
                 "# OSU MPI Multi Latency Test v5.9\n# Size          Latency (us)\n" LAST
                 "# OSU MPI Latency Persistent Test v7.3\n# Size       Avg Latency(us)\n" LAST LATENCY LAST);
    static const struct {
        const char *algorithm;
        int ranks;
    } kinds[] = {
        {"", 2}, {"multi_threaded_1_2", 2}, {"multi_process", 2}, {"multi_lat", 72}, {"persistent", 2}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        assert_figure(
            record,
            (struct sought){0, "pingpong", kinds[i].algorithm, "half_rtt_ns", 4194304, kinds[i].ranks},
            1659920);
    assert_int_equal(count_figures(record), 5);
    json_decref(record);
}

static void test_datatypes_stand_apart(void **state)
{
    (void)state;
    json_t *record = imported(&eb_import_osu, &none,
                              "# OSU MPI-CUDA Latency Test v7.4\n"
                              "# Send Buffer on DEVICE (D) and Receive Buffer on HOST (H)\n"
                              "# Datatype: MPI_CHAR.\n# Size       Avg Latency(us)\n" //
                              ROW("1", "1.00") LAST                                   //
                              "# Datatype: MPI_INT.\n# Size       Avg Latency(us)\n" ROW("4", "2.00") LAST);
    assert_figure(record, (struct sought){0, "pingpong", "cuda_d_h", "half_rtt_ns", 1, 2}, 1000);
    assert_figure(record, (struct sought){0, "pingpong", "cuda_d_h_MPI_INT", "half_rtt_ns", 4, 2}, 2000);
    assert_int_equal(json_array_size(json_object_get(record, "launches")), 1);
    assert_warned(record, "Send Buffer on DEVICE (D) and Receive Buffer on HOST (H)");
    json_decref(record);

    /* as 7.1 to 7.3 have it: below the heading, which stands once */
    record = imported(&eb_import_osu, &none,
                      "# OSU MPI Latency Test v7.2\n# Size          Latency (us)\n# Datatype: MPI_CHAR.\n" //
                      ROW("1", "1.00") LAST "# Datatype: MPI_INT.\n" ROW("4", "2.00") LAST);
    assert_figure(record, HALF_RTT(0, 1), 1000);
    assert_figure(record, (struct sought){0, "pingpong", "MPI_INT", "half_rtt_ns", 4, 2}, 2000);
    assert_int_equal(count_warnings(record), 0);
    json_decref(record);
}

static void test_surroundings(void **state)
{
    (void)state;
    static const char *const texts[] = {
        /* what modules, launchers and job managers say, before, within and after */
        "Loading openmpi/4.1\n[0] MPI startup(): Rank    Pid\n12345\n8 nodes\n" //
        LATENCY ROW("1", "15.25") "[ip-10-0-0-1:77] a warning of a transport\n8 3 1\n" LAST
                                  "srun: job 12 done\n5000000\n8388608 12\n0 errors\n64 packets\n2026-01-01 "
                                  "10:00:00 end\n128\n",
        /* Windows line ends, and none at the end */
        "# OSU MPI Latency Test v5.7.1\r\n# Size          Latency (us)\r\n"
        "1                      15.25\r\n4194304             1659.92",
        /* srun -l */
        "0: # OSU MPI Latency Test v5.7.1\n0: # Size          Latency (us)\n"
        "0: 1                      15.25\n1: hello\n0: 4194304             1659.92\n",
        /* Open MPI's --tag-output, with time stamps */
        "2026-01-01T00:00:00.123Z [1,0]<stdout>:# OSU MPI Latency Test v5.7.1\n"
        "2026-01-01T00:00:00.124Z [1,0]<stdout>:# Size          Latency (us)\n"
        "2026-01-01T00:00:00.125Z [1,0]<stdout>:1                      15.25\n"
        "2026-01-01T00:00:01.000Z [1,0]<stdout>:4194304             1659.92\n",
        "[2026-01-01 00:00:00] # OSU MPI Latency Test v5.7.1\n[2026-01-01 00:00:00] # Size  Latency (us)\n"
        "[2026-01-01 00:00:00] 1   15.25\n[2026-01-01 00:00:09] 4194304   1659.92\n",
        /* Hydra's -l, indented, coloured */
        "[0] # OSU MPI Latency Test v5.7.1\n[0] # Size          Latency (us)\n"
        "[0]   1         \x1b[32m15.25\x1b[0m\n[0]   4194304   1659.92\n",
        /* PRRTE: rank, tag-detailed, tag-fullname */
        "[0]<stdout>: # OSU MPI Latency Test v5.7.1\n[0]<stdout>: # Size          Latency (us)\n"
        "[0]<stdout>: 1                      15.25\n[0]<stdout>: 4194304             1659.92\n",
        "[1,0][host:77]<stdout>: # OSU MPI Latency Test v5.7.1\n[1,0][host:77]<stdout>: \n"
        "[1,0][host:77]<stdout>: # Size    Latency (us)\n[1,0][host:77]<stdout>: 1   15.25\n"
        "[1,0][host:77]<stdout>: 4194304  1659.92\n",
        "[prterun-host-77@1,0]<stdout>: # OSU MPI Latency Test v5.7.1\n"
        "[prterun-host-77@1,0]<stdout>: # Size          Latency (us)\n"
        "[prterun-host-77@1,0]<stdout>: 1   15.25\n[prterun-host-77@1,1]<stdout>: 2 3\n"
        "[prterun-host-77@1,0]<stdout>: 4194304   1659.92\n",
        /* pdsh, behind a time */
        "10:00:00 ip-10-0-0-1: # OSU MPI Latency Test v5.7.1\n10:00:00 ip-10-0-0-2: hello\n"
        "10:00:00 ip-10-0-0-1: # Size          Latency (us)\n10:00:01 ip-10-0-0-1: 1   15.25\n"
        "10:00:02 ip-10-0-0-1: 4194304   1659.92\n",
        "[cn01:0] # OSU MPI Latency Test v5.7.1\n[cn01:0] # Size          Latency (us)\n"
        "[cn01:0] 1   15.25\n[cn01:0] 4194304   1659.92\n",
        /* quoted in a mail */
        "> # OSU MPI Latency Test v5.7.1\n> # Size          Latency (us)\n> 1   15.25\n>\n> 4194304   "
        "1659.92\n",
        /* somebody's words are no prefix */
        "now # OSU MPI Latency Test v5.7.1\n" LATENCY ROW("1", "15.25") LAST,
        /* lines that end as they did on old systems */
        "# OSU MPI Latency Test v5.7.1\r# Size          Latency (us)\r1     15.25\r4194304   1659.92\r",
        /* a blank line after each */
        "# OSU MPI Latency Test\n\n# Size          Latency (us)\n\n1   15.25\n\n4194304   1659.92\n\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_t *record = imported(&eb_import_osu, &none, texts[i]);
        assert_int_equal(count_figures(record), 2);
        assert_figure(record, HALF_RTT(0, 1), 15250);
        assert_figure(record, HALF_RTT(0, 4194304), 1659920);
        assert_int_equal(count_warnings(record), 0);
        json_decref(record);
    }
}

static void test_lines_left_aside_are_counted(void **state)
{
    (void)state;
    json_t *record = imported(&eb_import_osu, &none, "one\n\ntwo\n" LATENCY LAST "0 1 2 3\n");
    const json_t *file = json_array_get(json_object_get(json_object_get(record, "run"), "files"), 0);
    assert_int_equal(json_integer_value(json_object_get(file, "lines_left_aside")), 3);
    assert_int_equal(json_integer_value(json_object_get(file, "figures")), 1);
    json_decref(record);
}

static json_t *imported_bytes(const char *text, size_t bytes)
{
    json_t *record = NULL;
    struct eb_error err = {0};
    if (eb_import_text(&eb_import_osu, &none, text, bytes, "job.out", &record, &err) != EB_OK)
        fail_msg("%s", err.text);
    return record;
}

/* Some shells redirect so. */
static void test_utf_16(void **state)
{
    (void)state;
    static const char text[] = LATENCY ROW("1", "15.25") LAST;
    for (size_t little = 0; little < 2; little++) {
        char wide[2 * sizeof text];
        memcpy(wide, little ? "\xff\xfe" : "\xfe\xff", 2);
        for (size_t i = 0; i < sizeof text - 1; i++) {
            wide[2 * i + 2 + !little] = text[i];
            wide[2 * i + 2 + little] = '\0';
        }
        json_t *record = imported_bytes(wide, sizeof wide);
        assert_int_equal(count_figures(record), 2);
        assert_figure(record, HALF_RTT(0, 1), 15250);
        assert_int_equal(count_warnings(record), 0);
        json_decref(record);
    }
    assert_not_imported(&eb_import_osu, "\xff\xfe", "it is empty");
    assert_not_imported(&eb_import_osu, "\xfe\xffx", "it is empty");
}

/* Host and GPU buffers, and other counts of threads, are no runs of one series. */
static void test_settings_are_no_runs(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *algorithm;
    } settings[] = {
        {LATENCY, ""},
        {"# OSU MPI-CUDA Latency Test v5.9\n# Send Buffer on DEVICE (D) and Receive Buffer on DEVICE (D)\n"
         "# Size          Latency (us)\n",
         "cuda_d_d"},
        {"# OSU MPI-CUDA Latency Test v5.9\n# Send Buffer on HOST (H) and Receive Buffer on DEVICE (D)\n"
         "# Size          Latency (us)\n",
         "cuda_h_d"},
        {"# OSU MPI-ROCM Latency Test v5.9\n"
         "# Send Buffer on MANAGED (MD) and Receive Buffer on MANAGED (MH)\n# Size          Latency (us)\n",
         "rocm_md_mh"},
        {"# OSU MPI-CUDA Latency Persistent Test v7.4\n"
         "# Send Buffer on DEVICE (D) and Receive Buffer on DEVICE (D)\n# Size          Latency (us)\n",
         "persistent_cuda_d_d"},
        {"# Number of Sender threads: 1 \n# Number of Receiver threads: 2\n"
         "# OSU MPI Multi-threaded Latency Test v5.9\n# Size          Latency (us)\n",
         "multi_threaded_1_2"},
        {"# Number of Sender threads: 4 \n# Number of Receiver threads: 4\n"
         "# OSU MPI Multi-threaded Latency Test v5.9\n# Size          Latency (us)\n",
         "multi_threaded_4_4"},
        {"# OSU MPI Multi-process Latency Test v5.6.3\n# Number of forked processes in sender: 2\n"
         "# Number of forked processes in receiver: 3\n# Size          Latency (us)\n",
         "multi_process_2_3"},
        {"# Set Derived DataTypes block_length to 64, stride to 128\n# OSU MPI Latency Test v7.1\n"
         "# Size          Latency (us)     Transmit Size\n",
         "derived"},
    };
    char text[4000] = "";
    size_t count = sizeof settings / sizeof *settings;
    for (size_t i = 0; i < count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s4194304   %zu.00%s\n", settings[i].text,
                 i + 1, strstr(settings[i].text, "Transmit") ? "   2097152" : "");
    json_t *record = imported(&eb_import_osu, &none, text);
    assert_int_equal(json_array_size(json_object_get(record, "launches")), 1);
    assert_int_equal(count_figures(record), count);
    for (size_t i = 0; i < count; i++)
        assert_figure(record,
                      (struct sought){0, "pingpong", settings[i].algorithm, "half_rtt_ns", 4194304, 2},
                      (json_int_t)(1000 * (i + 1)));
    json_decref(record);
}

/* 5.9 does not name the type that 7.4 names; where elements are combined it is another. */
static void test_versions_are_runs(void **state)
{
    (void)state;
    json_t *record =
        imported(&eb_import_osu, &two_nodes,
                 "# OSU MPI Latency Test v4.4.1\n# Size          Latency (us)\n" LAST LATENCY LAST
                 "# OSU MPI Latency Test v7.4\n# Datatype: MPI_CHAR.\n"
                 "# Size       Avg Latency(us)\n" LAST);
    for (size_t launch = 0; launch < 3; launch++)
        assert_figure(record, HALF_RTT(launch, 4194304), 1659920);
    json_decref(record);
    record = imported(&eb_import_osu, &two_nodes,
                      "# OSU MPI Allreduce Latency Test v5.9\n# Size       Avg Latency(us)\n1048576  1.00\n"
                      "# OSU MPI Allreduce Latency Test v7.4\n# Datatype: MPI_CHAR.\n"
                      "# Size       Avg Latency(us)\n1048576  2.00\n");
    assert_figure(record, TIME("allreduce", "", 1048576, 72), 1000);
    assert_figure(record, TIME("allreduce", "MPI_CHAR", 1048576, 72), 2000);
    json_decref(record);
}

/* OSU ends at 512 MiB for all ranks together: by hand, 2048 ranks have 256 KiB each. */
static void test_limit_of_memory(void **state)
{
    (void)state;
    static const struct eb_import_claims many = {.ranks = 2048};
    static const struct {
        const char *title;
        const struct eb_import_claims *claims;
        const char *last;
        int warned;
    } ends[] = {
        {"All-to-All Personalized Exchange", &many, "262144", 0},
        {"All-to-All Personalized Exchange", &many, "131072", 1},
        {"All-to-All Personalized Exchange", &two_nodes, "262144", 1},
        {"All-to-All Personalized Exchange", &none, "262144", 0},
        {"All-to-All Personalized Exchange", &none, "1", 1},
        {"Non-blocking Allgatherv", &many, "262144", 0},
        {"Neighborhood All-to-Allv", &many, "262144", 0},
        {"Gather", &many, "262144", 0},
        {"Scatterv", &many, "262144", 0},
        {"Broadcast", &many, "262144", 1},
        {"Reduce_scatter", &many, "262144", 1},
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char text[300];
        snprintf(text, sizeof text, "# OSU MPI %s Latency Test v5.9\n# Size    Avg Latency(us)\n%s   9.00\n",
                 ends[i].title, ends[i].last);
        json_t *record = imported(&eb_import_osu, ends[i].claims, text);
        if (is_warned(record, "may have been cut") != ends[i].warned)
            fail_msg("%s, %s bytes: %s", ends[i].title, ends[i].last,
                     ends[i].warned ? "no warning" : "warned");
        json_decref(record);
    }
}

static void test_unknown_instance(void **state)
{
    (void)state;
    static const struct eb_import_claims bogus = {.instance = "c5n.18xlarge\x1b "};
    json_t *record = imported(&eb_import_osu, &bogus, LATENCY LAST);
    assert_warned(record, "does not know the instance type 'c5n.18xlarge? '");
    json_decref(record);
}

/* What stands before the cut is kept; the warning names the line. */
static void test_cut_tables(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } cuts[] = {
        {LATENCY ROW("1", "15.25") "2            1", "job.out: line 4: the table was cut here, at '2"},
        {LATENCY ROW("1", "15.25") "2            15.2", "line 4: the table was cut"},
        {LATENCY ROW("1", "15.25") "2            15.", "line 4: the table was cut"},
        {LATENCY ROW("1", "15.25") "2            15\n", "line 4: the table was cut"},
        {LATENCY ROW("1", "15.25") "65536", "line 4: the table was cut here, at '65536'"},
        {LATENCY ROW("1", "15.25") "65536\nslurmstepd: error: killed\n", "line 4: the table was cut"},
        {LATENCY ROW("1", "15.25") "65536\n" ROW("131072", "1.00"), "line 4: the table was cut"},
        {LATENCY ROW("1", "15.25"), "line 2: its table ends at 1 bytes"},
        {LATENCY ROW("1", "15.25") "mpirun: killed by signal 9\n", "line 2: its table ends at 1 bytes"},
        {"# OSU MPI Bandwidth Test v5.9\n# Size      Bandwidth (MB/s)\nkilled\n" LATENCY ROW("1", "15.25")
             LAST,
         "line 1: no figure under 'OSU MPI Bandwidth Test v5.9'"},
        {"# OSU MPI_Put Latency Test v5.9\n# Window creation: MPI_Win_allocate\n"
         "# Size          Latency (us)\n1    2.00\n" LATENCY ROW("1", "15.25") LAST,
         "line 1: 'OSU MPI_Put Latency Test v5.9' is not known"},
    };
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        json_t *record = imported(&eb_import_osu, &none, cuts[i].text);
        assert_figure(record, HALF_RTT(0, 1), 15250);
        assert_int_equal(count_figures(record), strstr(cuts[i].text, "1659.92") ? 2 : 1);
        assert_warned(record, cuts[i].words);
        json_decref(record);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } bad[] = {
        {LATENCY ROW("1", "15,25") LAST, "line 3: '15,25' is no figure: it has a comma"},
        {LATENCY ROW("1", "nan") LAST, "line 3: 'nan' is no figure: it is not finite"},
        {LATENCY ROW("1", "inf") LAST, "line 3: 'inf' is no figure: it is not finite"},
        {LATENCY ROW("1", "-15.25") LAST, "line 3: '-15.25' is no figure: it is negative"},
        {LATENCY ROW("1", "-nan") LAST, "line 3: '-nan' is no figure"},
        {LATENCY ROW("1", "0.00") LAST, "line 3: the figure is 0"},
        {LATENCY ROW("1", "1.2.3") LAST, "line 3: '1.2.3' is no figure"},
        {LATENCY ROW("1", "15.25us") LAST, "line 3: '15.25us' is no figure"},
        {LATENCY ROW("1", "15.25 3.00") LAST, "line 3: 3 columns where the heading has 2"},
        {LATENCY ROW("2", "15.25") ROW("1", "15.00"), "line 4: the sizes do not ascend (1 bytes after 2)"},
        {LATENCY ROW("2", "15.25") ROW("2", "15.00"), "line 4: the sizes do not ascend (2 bytes after 2)"},
        {LATENCY ROW("99999999999999999999", "15.25"), "line 3: '99999999999999999999' is no size"},
        {LATENCY ROW("1", "99999999999999999999999999.00"), "line 3: a figure is too large"},
        {"# OSU MPI Latency Test v7.4\n# Size    Avg Latency(us)   Validation\n1   15.25   Fail\n",
         "line 3: the benchmark's own validation failed (Fail)"},
        {"# OSU MPI Latency Test v7.4\n# Size    Avg Latency(us)   Validation\n1   15.25   7\n",
         "line 3: '7' is no outcome of a validation"},
        {LATENCY LAST "DATA VALIDATION ERROR: osu_latency exited with status 1 on message size 8.\n",
         "line 4: the benchmark's own validation failed"},
        {"# OSU MPI Latency Test v9.9\n# Size    Median(furlongs)\n1   15.25\n",
         "line 2: the heading 'Median(furlongs)' is unknown"},
        {"# OSU MPI_Get Bandwidth Test v5.9\n# Size   Bandwidth (MB/s)\n1  2.00\n",
         "'OSU MPI_Get Bandwidth Test v5.9' is not known to this version"},
        {"# OSU MPI Init Test v5.9\nnprocs: 2, min: 5 ms\n", "'OSU MPI Init Test v5.9' is not known"},
        {"# OSU OpenSHMEM Barrier Latency Test v5.9\n", "'OSU OpenSHMEM Barrier Latency Test v5.9' is not"},
        {"# Size          Latency (us)\n1     15.25\n", "no table with a title such as '# OSU MPI"},
        {"1     15.25\n2     15.30\n", "no table with a title"},
        {"hello\n", "no table with a title"},
        {LATENCY, "no figure under 'OSU MPI Latency Test v5.7.1'"},
        {"", "it is empty"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_not_imported(&eb_import_osu, bad[i].text, bad[i].words);
}

static void test_every_cut_is_refused_or_shorter(void **state)
{
    (void)state;
    static const char text[] = LATENCY ROW("0", "15.10") ROW("1", "15.25") ROW("2", "15.31");
    for (size_t bytes = 0; bytes < sizeof text - 1; bytes++) {
        json_t *record = NULL;
        struct eb_error err = {0};
        char *copy = malloc(bytes + 1); /* nothing behind it */
        assert_non_null(copy);
        memcpy(copy, text, bytes);
        if (eb_import_text(&eb_import_osu, &none, copy, bytes, "cut", &record, &err) == EB_OK) {
            assert_in_range(count_figures(record), 1, 3);
            /* a figure is either whole or not there */
            assert_figure(record, HALF_RTT(0, 0), 15100);
            if (count_figures(record) > 1)
                assert_figure(record, HALF_RTT(0, 1), 15250);
            if (count_figures(record) > 2)
                assert_figure(record, HALF_RTT(0, 2), 15310);
        }
        json_decref(record);
        free(copy);
    }
}

/* Six tables are six launches, whose median has an interval; five have none. */
static void test_runs_are_launches(void **state)
{
    (void)state;
    static const char *const figures[] = {"15.00", "17.00", "16.00", "14.00", "19.00", "18.00"};
    char text[2000] = "";
    for (size_t runs = 1; runs <= 6; runs++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, LATENCY "8     %s\n4194304   1659.92\ndone\n",
                 figures[runs - 1]);
        json_t *record = imported(&eb_import_osu, &none, text);
        assert_int_equal(json_array_size(json_object_get(record, "launches")), runs);
        struct eb_series_set *set = series_of(record);
        assert_int_equal(set->count, 2);
        const struct eb_series *series = &set->series[0];
        assert_int_equal(series->size_bytes, 8);
        assert_true(series->published);
        assert_int_equal(series->launches, runs);
        assert_int_equal(series->launch_value_count, runs);
        assert_near(series->launch_values[0], 15);
        if (runs == 1)
            assert_absent(series->min);
        if (runs == 5)
            assert_absent(series->ci_low);
        if (runs == 6) {
            /* by hand: 14 15 16 17 18 19; the interval of six is from the least to the greatest */
            assert_near(series->value, 16.5);
            assert_near(series->ci_low, 14);
            assert_near(series->ci_high, 19);
            assert_near(series->min, 14);
            assert_near(series->max, 19);
        }
        eb_series_set_free(set);
        json_decref(record);
    }
}

static void test_unknown_ranks_are_said(void **state)
{
    (void)state;
    static const struct eb_import_claims nodes_only = {.nodes = 32};
    static const char text[] = "# OSU MPI Broadcast Latency Test v5.9\n# Size       Avg Latency(us)\n"
                               "1     8.00\n1048576     900.00\n";
    json_t *record = imported(&eb_import_osu, &none, text);
    struct sought sought = TIME("bcast", "", 1, 2);
    assert_true(json_is_true(json_object_get(find_case(record, &sought), "ranks_assumed")));
    assert_warned(record, "how many ranks there were: 2 is a guess");
    json_decref(record);
    record = imported(&eb_import_osu, &nodes_only, text);
    assert_figure(record, TIME("bcast", "", 1, 32), 8000);
    assert_warned(record, "32 is a guess");
    json_decref(record);
    record = imported(&eb_import_osu, &two_nodes, text);
    sought.ranks = 72;
    assert_null(json_object_get(find_case(record, &sought), "ranks_assumed"));
    assert_int_equal(count_warnings(record), 0);
    json_decref(record);
}

static void test_claims(void **state)
{
    (void)state;
    static const char *const bad[] = {"=ofi:efa", "a b", "efa=", "efa=ofi:", ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct eb_import_claims claims = {.arm = bad[i]};
        json_t *record = NULL;
        struct eb_error err = {0};
        assert_int_equal(
            eb_import_text(&eb_import_osu, &claims, LATENCY LAST, strlen(LATENCY LAST), "x", &record, &err),
            EB_USAGE);
        assert_non_null(strstr(err.text, "arm '"));
    }
    json_t *record = imported(&eb_import_osu, &none, LATENCY LAST);
    const json_t *arm =
        json_array_get(json_object_get(json_array_get(json_object_get(record, "launches"), 0), "arms"), 0);
    assert_string_equal(json_string_value(json_object_get(arm, "name")), "imported");
    json_decref(record);
}

/* Bytes that are no text reach neither a terminal nor a broken record. */
static void test_foreign_bytes(void **state)
{
    (void)state;
    json_t *record = imported(&eb_import_osu, &none,
                              "\xef\xbb\xbf# OSU MPI Latency Test v5.\x01\xff\n# Size          Latency (us)\n"
                              "\x80\x81 junk\n" LAST);
    assert_figure(record, HALF_RTT(0, 4194304), 1659920);
    const char *source = json_string_value(json_object_get(json_object_get(record, "run"), "source"));
    assert_string_equal(source, "OSU MPI Latency Test v5.?? (job.out)");
    json_decref(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_latency),
        cmocka_unit_test(test_bandwidths),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_collectives),
        cmocka_unit_test(test_full_columns),
        cmocka_unit_test(test_barrier_and_non_blocking),
        cmocka_unit_test(test_kinds_of_latency),
        cmocka_unit_test(test_datatypes_stand_apart),
        cmocka_unit_test(test_surroundings),
        cmocka_unit_test(test_lines_left_aside_are_counted),
        cmocka_unit_test(test_utf_16),
        cmocka_unit_test(test_settings_are_no_runs),
        cmocka_unit_test(test_versions_are_runs),
        cmocka_unit_test(test_limit_of_memory),
        cmocka_unit_test(test_unknown_instance),
        cmocka_unit_test(test_cut_tables),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_every_cut_is_refused_or_shorter),
        cmocka_unit_test(test_runs_are_launches),
        cmocka_unit_test(test_unknown_ranks_are_said),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_foreign_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
