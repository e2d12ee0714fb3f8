/* The report for people: what stands in it, and what must not. */
#include "made_report.h"

static void test_text(void **state)
{
    (void)state;
    json_t *record = two_arm_record(6);
    set_host(record, "alpha.example");
    set_arm(record, 0, "attributes", json_pack("{s:s, s:s}", "provider", "tcp;ofi_rxm", "interface", "lo"));
    char *text = report_with(record, "text", NULL, NULL);
    assert_says(text, "alpha.example");
    assert_says(text, "tcp         ofi provider tcp;ofi_rxm on lo\n");
    assert_says(text, "kernel-tcp  sockets (baseline)\n");
    assert_says(text, "\npingpong: half round trip, us (lower is better), 2 ranks\n"
                      "ratio = arm / kernel-tcp; above 1 is slower");
    assert_says(text, "\nbandwidth: one direction, MB/s (higher is better), 2 ranks\n"
                      "ratio = arm / kernel-tcp; above 1 is faster");
    assert_says(text, "1.93x [1.89, 1.98]"); /* as in test_json */
    assert_says(text, "0.52x [0.51, 0.53]");
    assert_says(text, "0.981"); /* 0.98125 us */
    assert_says(text, "260.9"); /* MB/s */
    assert_silent(text, "too few");
    assert_silent(text, ": round trip");
    free(text);
    text = report_with(record, "text", "tcp", NULL);
    assert_says(text, "ratio = arm / tcp; above 1 is slower");
    assert_says(text, "0.52x [0.51, 0.53]"); /* 1/1.9342 [1/1.9801, 1/1.8905], of the ping-pong */
    assert_says(text, "1.93x [1.89, 1.98]");
    free(text);
    json_decref(record);
}

static void test_text_fits_the_terminal(void **state)
{
    (void)state;
    static const char *const names[] = {"tcp", "kernel-tcp", "a-rather-long-name", "another-long-name",
                                        "fifth"};
    json_t *record = new_record(6);
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 5; j++) {
            struct case_facts facts = with_arm(pingpong, names[j]);
            json_t *arms = json_object_get(launch_of(record, i), "arms");
            if (j > 1)
                json_array_append_new(arms, json_pack("{s:s, s:s}", "name", names[j], "transport", "ofi"));
            add_median(record, i, &facts, kernel_tcp_ns[i] + 100 * j);
        }
    json_object_set_new(launch_of(record, 0), "warnings",
                        json_pack("[s]", "a warning of more than eighty characters that has to be broken "
                                         "somewhere in order to fit the width"));
    char *text = report_with(record, "text", NULL, NULL);
    size_t sizes = 0;
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        if (strlen(line) > 80)
            fail_msg("more than 80 columns: '%s'", line);
        sizes += strstr(line, "  8 B") != NULL; /* of a table, not of the verdict */
    }
    assert_in_range(sizes, 2, 5); /* blocks that each repeat the size */
    free(text);
    json_decref(record);
}

static void test_warnings(void **state)
{
    (void)state;
    json_t *record = two_arm_record(3);
    for (size_t i = 0; i < 3; i++)
        json_object_set_new(launch_of(record, i), "warnings", json_pack("[s]", "oversubscribed"));
    json_array_append_new(json_object_get(launch_of(record, 1), "warnings"), json_string("noisy"));
    json_object_set_new(launch_of(record, 2), "status", json_string("partial"));
    json_array_remove(cases_of(record, 2), 3); /* bandwidth of kernel-tcp */
    json_t *first = json_array_get(cases_of(record, 0), 0);
    json_object_set_new(first, "witness", json_pack("{s:s, s:s}", "state", "refused", "reason", "no bytes"));
    json_object_set_new(first, "first_sweep_counted", json_true());
    set_arm(record, 0, "attributes", json_pack("{s:s}", "provider", "efa"));
    static const char *const wanted[] = {
        "1 of 3 launches is partial: what was measured before the end is shown",
        "oversubscribed",
        "noisy (in 1 of 3 launches)",
        "arm tcp was not the same thing in all launches",
        "1 case had one sweep only: the costs of setting up may hide in it",
        "arm tcp: the witness refused 1 row: no number is shown: no bytes",
        "arm kernel-tcp: no NIC attests 5 rows",
        "arm tcp: no NIC attests 5 rows",
        "3 series were not measured in every launch",
    };
    json_t *report = json_report(record, NULL);
    const json_t *warnings = json_object_get(report, "warnings");
    assert_int_equal(json_array_size(warnings), sizeof wanted / sizeof *wanted);
    char *text = report_with(record, "text", NULL, NULL);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_string_equal(json_string_value(json_array_get(warnings, i)), wanted[i]);
        if (i < 6 || i == 8)
            assert_says(text, wanted[i]);
    }
    /* To people the two that differ in the arm alone are said once. */
    assert_says(text, "warning   arms kernel-tcp, tcp, each: no NIC attests 5 rows\n");
    assert_silent(text, "arm tcp: no NIC");
    free(text);
    json_decref(report);
    json_decref(record);
}

/* What the launches of a record with two variants have loaded, and what the second was to. */
static json_t *variants_record(const char *first_path, const char *second_path,
                               const char *wanted_directories)
{
    json_t *record = two_arm_record(2);
    json_object_set_new(launch_of(record, 1), "variant", json_string("new"));
    const char *paths[] = {first_path, second_path};
    for (size_t i = 0; i < 2; i++)
        json_object_set_new(launch_of(record, i), "provenance",
                            json_pack("{s:s}", "libfabric_path", paths[i]));
    json_object_set_new(json_object_get(record, "run"), "variants",
                        json_pack("[{s:s, s:{}}, {s:s, s:{s:s}}]", "name", "default", "environment", "name",
                                  "new", "environment", "LD_LIBRARY_PATH", wanted_directories));
    return record;
}

static void test_variants_with_one_libfabric(void **state)
{
    (void)state;
    static const char said[] =
        "variant new sets LD_LIBRARY_PATH=/opt/new/lib:/x/, but loaded the libfabric of all others, "
        "/usr/lib/libfabric.so.1: is there one?";
    static const struct {
        const char *paths[2];
        const char *wanted;
        int is_told;
    } cases[] = {
        {{"/usr/lib/libfabric.so.1", "/usr/lib/libfabric.so.1"}, "/opt/new/lib:/x/", 1},
        {{"/usr/lib/libfabric.so.1", "/opt/new/lib/libfabric.so.1"}, "/opt/new/lib:/x/", 0},
        {{"/x/libfabric.so.1", "/x/libfabric.so.1"}, "/opt/new/lib:/x/", 0}, /* it is where it should be */
        {{"/opt/new/lib/libfabric.so.1", "/opt/new/lib/libfabric.so.1"}, "/opt/new/lib:/x/", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *record = variants_record(cases[i].paths[0], cases[i].paths[1], cases[i].wanted);
        json_t *report = json_report(record, NULL);
        char *warnings = json_dumps(json_object_get(report, "warnings"), 0);
        if (cases[i].is_told)
            assert_says(warnings, said);
        else
            assert_silent(warnings, "LD_LIBRARY_PATH");
        free(warnings);
        json_decref(report);
        json_decref(record);
    }
}

static void test_one_arm_says_why_it_has_no_interval(void **state)
{
    (void)state;
    json_t *record = new_record(5);
    for (size_t i = 0; i < 5; i++)
        add_median(record, i, &pingpong, 1000 + 10 * i);
    char *text = report_with(record, "text", NULL, NULL);
    assert_says(text, "\ntoo few launches for an interval: 5, need 6\n  size    tcp\n   8 B  0.510\n");
    free(text);
    json_decref(record);
    record = new_record(6);
    for (size_t i = 0; i < 6; i++)
        add_median(record, i, &pingpong, 1000 + 10 * i);
    text = report_with(record, "text", NULL, NULL);
    assert_silent(text, "too few");
    /* six: from the least to the greatest */
    assert_says(text, "  size    tcp  95% interval\n   8 B  0.512  [0.500, 0.525]\n");
    free(text);
    json_decref(record);
}

static void add_allreduce(json_t *record, const char *arm, int size_bytes, const char *algorithm)
{
    struct case_facts facts = with_arm(allreduce, arm);
    facts.size_bytes = size_bytes;
    json_object_set_new(add_median(record, 0, &facts, 1500), "algorithm", json_string(algorithm));
}

static void test_arms_of_other_algorithms(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    static const char *const of_tcp[] = {"doubling", "doubling", "ring"};
    for (int i = 0; i < 3; i++) {
        add_allreduce(record, "tcp", 8 << i, of_tcp[i]);
        add_allreduce(record, "kernel-tcp", 8 << i, "doubling");
    }
    char *text = report_with(record, "text", NULL, NULL);
    assert_says(text, "\nalgorithms: tcp: doubling 8 B to 16 B, ring 32 B; kernel-tcp: doubling\n");
    assert_silent(text, "algorithm  ");
    assert_silent(text, "ring/");
    free(text);
    json_decref(record);
    /* where all agree they have a column */
    record = new_record(1);
    for (int i = 0; i < 3; i++) {
        add_allreduce(record, "tcp", 8 << i, of_tcp[i]);
        add_allreduce(record, "kernel-tcp", 8 << i, of_tcp[i]);
    }
    text = report_with(record, "text", NULL, NULL);
    assert_silent(text, "algorithms:");
    assert_says(text, "  16 B  doubling   ");
    assert_says(text, "  32 B  ring       ");
    free(text);
    json_decref(record);
}

/* To what a histogram keeps, 0.1%. */
static void assert_figure(const char *text, const char *head, double wanted)
{
    double got = NAN;
    assert_says(text, head);
    assert_int_equal(sscanf(strstr(text, head) + strlen(head), "%lf", &got), 1);
    if (!(fabs(got - wanted) <= 1e-3 * wanted))
        fail_msg("%.9g behind '%s', wanted %.9g", got, head, wanted);
}

static void test_units_of_large_figures(void **state)
{
    (void)state;
    /* 64 messages of 8 bytes in 2 us: 32 million a second; of 1 MiB in 0.8 s: 80 a second */
    struct case_facts rate = {"message_rate", "window_ns", "tcp", 8, 2, 512};
    struct case_facts slow = {"message_rate", "window_ns", "tcp", 1 << 20, 2, 64 << 20};
    json_t *record = new_record(1);
    add_median(record, 0, &rate, 2000);
    char *text = report_with(record, "text", NULL, NULL);
    assert_says(text, "message_rate: messages a second, millions (higher is better), 2 ranks\n");
    assert_says(text, "  8 B  32.00\n");
    free(text);
    add_median(record, 0, &slow, 800000000);
    text = report_with(record, "text", NULL, NULL);
    assert_says(text, "message_rate: messages a second, thousands (higher is better), 2 ranks\n");
    assert_says(text, "    8 B  32000\n");
    assert_says(text, "  1 MiB   0.08\n");
    free(text);
    json_decref(record);
    /* half of 50 ms and of 3 s */
    record = new_record(1);
    struct case_facts long_one = pingpong;
    long_one.size_bytes = 1 << 30;
    add_median(record, 0, &pingpong, 50000000);
    add_median(record, 0, &long_one, 3000000000);
    text = report_with(record, "text", NULL, NULL);
    assert_says(text, "pingpong: half round trip, ms (lower is better), 2 ranks\n");
    assert_figure(text, "\n    8 B  ", 25);
    assert_figure(text, "\n  1 GiB  ", 1500);
    free(text);
    json_decref(record);
}

static void test_control_characters(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    struct case_facts facts = with_arm(pingpong, "t\033[2Jcp");
    add_median(record, 0, &facts, 1000);
    set_arm(record, 0, "name", json_string("t\033[2Jcp"));
    set_arm(record, 0, "attributes", json_pack("{s:s}", "provider", "p\177q"));
    set_host(record, "al\033]0;pha\007");
    json_object_set_new(launch_of(record, 0), "variant", json_string("v\rw"));
    json_object_set_new(launch_of(record, 0), "warnings",
                        json_pack("[s]", "w\bx \xc2\x9b"
                                         "31m y"));
    json_object_set_new(json_object_get(record, "run"), "created_utc", json_string("2026\r"));
    json_t *other = json_deep_copy(record);
    static const char *const formats[] = {"text", "csv", "json"};
    for (size_t i = 0; i < 3; i++) {
        char *text = report_with(record, formats[i], NULL, i == 1 ? NULL : other);
        for (const char *c = text; *c; c++)
            if (((unsigned char)*c < 0x20 && *c != '\n') || *c == 0x7f)
                fail_msg("%s writes byte %d", formats[i], *c);
        assert_null(strstr(text, "\xc2\x9b"));
        if (i == 0)
            assert_says(text, "al?]0;pha?");
        if (i < 2)
            assert_says(text, "t?[2Jcp");
        free(text);
    }
    struct eb_error err = {0};
    struct eb_report *report = NULL;
    assert_int_equal(eb_report_new(record, "made.json", "x", NULL, NULL, &report, &err), EB_USAGE);
    assert_null(strchr(err.text, '\033'));
    json_decref(other);
    json_decref(record);
}

static void test_published_beside_measured(void **state)
{
    (void)state;
    json_t *record = two_arm_record(6);
    json_t *published = load_published();
    set_host(record, "alpha");
    char *text = report_with(record, "text", NULL, published);
    assert_says(text, "JiaweiZhuang/aws-mpi-benchmark");
    assert_says(text, "other.json (2019)");
    assert_says(text, "measured on other hosts (here: alpha; there: c5n.18xlarge, published)");
    /* The line of the sentence may end anywhere. */
    assert_says(text, "means nothing");
    const char *beside = strstr(text, "pingpong beside *");
    assert_non_null(beside);
    assert_says(beside, "*efa   *ena\n");
    /* pt2pt_summary: 8 B, EFA 16.105 us, ENA 34.590 us; only the size that was measured here is shown */
    assert_says(beside, "16.11  34.59\n");
    assert_silent(beside, "16 B");
    char *only = strndup(beside, (size_t)(strstr(beside, "\n\n") - beside));
    assert_non_null(only);
    assert_silent(only, "ratio =");
    assert_silent(only, "x [");
    free(only);
    /* ... and 36 pairs of ranks: 8 B, ENA under Open MPI 80.282222 MB/s, of 12500 */
    assert_says(beside, "72 ranks");
    assert_says(beside, "80.28    0.64%\n");
    free(text);
    json_t *report = json_report(record, published);
    const json_t *against = json_object_get(report, "against");
    assert_true(json_is_false(json_object_get(against, "same_hosts")));
    assert_int_equal(json_array_size(json_object_get(against, "series")), 219);
    assert_true(json_is_null(json_object_get(series_in(report, "rtt", "tcp"), "ratio_to_against")));
    json_decref(report);
    /* Not even if the source should name a host as ours. */
    set_host(published, "alpha");
    report = json_report(record, published);
    assert_true(json_is_false(json_object_get(json_object_get(report, "against"), "same_hosts")));
    json_decref(report);
    json_decref(published);
    json_decref(record);
}

static void test_measured_against_measured(void **state)
{
    (void)state;
    static const uint64_t now_ns[] = {1890, 1960, 1920, 2000, 1940};
    json_t *record = new_record(5);
    json_t *before = two_arm_record(6);
    for (size_t i = 0; i < 5; i++)
        add_median(record, i, &pingpong, now_ns[i]);
    set_host(record, "alpha");
    set_host(before, "alpha");
    char *text = report_with(record, "text", NULL, before);
    assert_says(text, "ratio = arm / *arm; above 1 is slower");
    /* R: w <- wilcox.test(log(c(1890, 1960, 1920, 2000, 1940)), log(c(1900, 1990, 1930, 2010, 1950, 1975)),
     *                     conf.int = TRUE, exact = TRUE); exp(c(w$estimate, w$conf.int)) */
    assert_says(text, "0.99x [0.96, 1.03]");
    assert_says(text, "tcp  ratio                *tcp  *kernel-tcp\n"); /* *tcp stands by its tcp */
    assert_silent(text, "means nothing");
    free(text);
    json_t *report = json_report(record, before);
    const json_t *ratio = json_object_get(series_in(report, "rtt", "tcp"), "ratio_to_against");
    assert_number(ratio, "value", 0.9935702686511414);
    assert_number(ratio, "low", 0.9569620253164558);
    assert_number(ratio, "high", 1.0256410256410253);
    json_decref(report);
    /* On other hosts, on another instance type, or on hosts unknown, there is none. */
    set_host(before, "beta");
    text = report_with(record, "text", NULL, before);
    assert_says(text, "measured on other hosts (here: alpha; there: beta)");
    assert_silent(text, "x [");
    free(text);
    set_host(before, "alpha");
    json_object_set_new(json_object_get(record, "run"), "instance", json_string("c5n.18xlarge"));
    json_object_set_new(json_object_get(before, "run"), "instance", json_string("hpc7a.96xlarge"));
    report = json_report(record, before);
    assert_says(json_string_value(json_object_get(json_object_get(report, "against"), "note")),
                "(here: alpha, c5n.18xlarge; there: alpha, hpc7a.96xlarge)");
    json_decref(report);
    json_decref(before);
    before = two_arm_record(6);
    text = report_with(record, "text", NULL, before);
    assert_says(text, "there: unknown)");
    assert_silent(text, "x [");
    free(text);
    json_decref(record);
    record = two_arm_record(6);
    report = json_report(record, before);
    assert_true(json_is_false(json_object_get(json_object_get(report, "against"), "same_hosts")));
    json_decref(report);
    json_decref(before);
    json_decref(record);
}

static void test_same_arms_stand_together(void **state)
{
    (void)state;
    json_t *record = two_arm_record(6);
    set_host(record, "alpha");
    char *text = report_with(record, "text", NULL, record);
    const char *beside = strstr(text, "pingpong beside *");
    assert_non_null(beside);
    assert_says(beside, "  size    tcp  ratio                *tcp\n");
    assert_says(beside, "  size  kernel-tcp  ratio               *kernel-tcp\n");
    free(text);
    json_decref(record);
}

static void test_ranks_variants_and_algorithms(void **state)
{
    (void)state;
    json_t *record = new_record(2);
    struct case_facts four = pingpong;
    four.ranks = 4;
    for (size_t i = 0; i < 2; i++) {
        add_median(record, i, &pingpong, 1000);
        add_median(record, i, &four, 1200);
        json_object_set_new(add_median(record, i, &allreduce, 1500), "algorithm", json_string("ring"));
        json_object_set_new(add_median(record, i, &allreduce, 1600), "algorithm", json_string("tree"));
    }
    json_object_set_new(launch_of(record, 1), "variant", json_string("old"));
    char *text = report_with(record, "text", NULL, NULL);
    assert_says(text, "2 (variants: default 1, old 1)");
    assert_says(text, "pingpong: half round trip, us (lower is better), 2 ranks, variant default\n");
    assert_says(text, "pingpong: half round trip, us (lower is better), 2 ranks, variant old\n");
    assert_says(text, "pingpong: half round trip, us (lower is better), 4 ranks, variant old\n");
    assert_says(text, "   8 B  ring       1.500\n");
    assert_says(text, "   8 B  tree       1.600\n");
    free(text);
    json_decref(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_text_fits_the_terminal),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_variants_with_one_libfabric),
        cmocka_unit_test(test_one_arm_says_why_it_has_no_interval),
        cmocka_unit_test(test_arms_of_other_algorithms),
        cmocka_unit_test(test_units_of_large_figures),
        cmocka_unit_test(test_control_characters),
        cmocka_unit_test(test_published_beside_measured),
        cmocka_unit_test(test_measured_against_measured),
        cmocka_unit_test(test_same_arms_stand_together),
        cmocka_unit_test(test_ranks_variants_and_algorithms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
