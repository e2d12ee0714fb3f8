/* Reports for programs, and what every report refuses. */
#include "common/plain.h"
#include "made_report.h"
#include "judge/report/settings.h"
#include "judge/report/sink.h"

#define HEADER                                                                                               \
    "kernel,algorithm,arm,variant,size_bytes,ranks,metric,unit,launches,samples,value,ci_low,ci_high,"       \
    "min,p50,p90,p99,p999,max\n"

static void test_csv(void **state)
{
    (void)state;
    json_t *record = two_arm_record(6);
    char *csv = report_with(record, "csv", NULL, NULL);
    assert_memory_equal(csv, HEADER, strlen(HEADER));
    /* Medians by R: median(c(1900, 1990, 1930, 2010, 1950, 1975)) / 2e3, median(c(1000, ...)) / 1e3,
     * median(512e3 / c(1900, ...)); intervals from the least to the greatest, n being 6; 3 samples a launch,
     * 100 ns below and above its median. */
    assert_says(csv, "\npingpong,,tcp,default,8,2,half_rtt,us,6,18,0.98125,0.95,1.005,,,,,,\n");
    assert_says(csv, "\npingpong,,kernel-tcp,default,8,2,rtt,us,6,18,1.0125,1,1.03,0.9,1.01,,,,1.13\n");
    assert_says(csv, "\nbandwidth,,tcp,default,8,2,bandwidth,MB/s,6,18,260.902304,254.726368,269.473684,");
    /* R: median(512e3 / c(1000, 1010, 1020, 1005, 1030, 1015)); then 512e3 / c(1030, 1000, 1130, 1010, 900)
     */
    assert_says(csv, "\nbandwidth,,kernel-tcp,default,8,2,bandwidth,MB/s,6,18,505.682095,497.087379,512,"
                     "453.097345,506.930693,,,,568.888889\n");
    size_t lines = 0;
    for (const char *c = csv; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 7);
    free(csv);
    json_decref(record);
}

static void test_csv_of_published(void **state)
{
    (void)state;
    json_t *record = load_published();
    char *csv = report_with(record, "csv", NULL, NULL);
    /* pt2pt_summary: osu_latency 8 B over EFA, median 16.105 us, 16.09 to 16.14 */
    assert_says(csv, "\npingpong,,efa,default,8,2,half_rtt,us,10,0,16.105,,,16.09,,,,,16.14\n");
    /* pt2pt_multi: osu_mbw_mr 1 MiB over ENA, 36 pairs, mean 12097.413333 MB/s, max 13146.42 */
    assert_says(csv, "\nbandwidth,,ena36,default,1048576,72,bandwidth,MB/s,9,0,12097.4133,,,,,,,,13146.42\n");
    free(csv);
    json_decref(record);
}

static void test_csv_quoting(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    struct case_facts facts = with_arm(pingpong, "a,\"b\"");
    add_median(record, 0, &facts, 1000);
    set_arm(record, 0, "name", json_string("a,\"b\""));
    json_object_set_new(launch_of(record, 0), "variant", json_string("new\nline"));
    char *csv = report_with(record, "csv", NULL, NULL);
    assert_says(csv, "\npingpong,,\"a,\"\"b\"\"\",new?line,8,2,rtt,us,1,3,1,,,0.9,1,,,,1.1\n");
    free(csv);
    json_decref(record);
}

static void test_quantile_columns(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    add_ascending(record, 0, &pingpong, 300);
    char *csv = report_with(record, "csv", NULL, NULL);
    /* 300 samples of 1 to 300 ns: p99 is there (299 are enough), p999 is not. */
    assert_says(csv, ",rtt,us,1,300,0.1505,,,0.001,0.15,0.27,0.297,,0.3\n");
    free(csv);
    json_decref(record);
}

static void test_json(void **state)
{
    (void)state;
    json_t *record = two_arm_record(6);
    json_t *report = json_report(record, NULL);
    assert_string_equal(json_string_value(json_object_get(report, "schema")), "efabench-report/1");
    assert_string_equal(json_string_value(json_object_get(report, "record")), "made.json");
    assert_string_equal(json_string_value(json_object_get(report, "baseline_arm")), "kernel-tcp");
    assert_true(json_is_null(json_object_get(report, "against")));
    assert_int_equal(json_array_size(json_object_get(report, "series")), 6);
    const json_t *series = series_in(report, "half_rtt", "tcp");
    static const char *const keys[] = {"kernel",  "algorithm", "arm",       "variant", "size_bytes", "ranks",
                                       "metric",  "unit",      "launches",  "samples", "value",      "ci_low",
                                       "ci_high", "min",       "p50",       "p90",     "p99",        "p999",
                                       "max",     "ratio",     "published", "ceiling", "witness"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_non_null(json_object_get(series, keys[i]));
    assert_int_equal(json_object_size(series), sizeof keys / sizeof *keys);
    assert_true(json_is_null(json_object_get(series, "p99")));
    assert_true(json_is_false(json_object_get(series, "published")));
    assert_int_equal(json_integer_value(json_object_get(series, "launches")), 6);
    assert_number(series, "value", 0.98125);
    /* R: x <- c(1000, 1010, 1020, 1005, 1030, 1015); y <- c(1900, 1990, 1930, 2010, 1950, 1975)
     *    w <- wilcox.test(log(y), log(x), conf.int = TRUE, exact = TRUE); exp(c(w$estimate, w$conf.int)) */
    const json_t *ratio = json_object_get(series, "ratio");
    assert_string_equal(json_string_value(json_object_get(ratio, "to")), "kernel-tcp");
    assert_number(ratio, "value", 1.9341555128964609);
    assert_number(ratio, "low", 1.8905472636815923);
    assert_number(ratio, "high", 1.9800995024875621);
    /* R: the same of log(512e3 / y) and log(512e3 / x) */
    ratio = json_object_get(series_in(report, "bandwidth", "tcp"), "ratio");
    assert_number(ratio, "value", 0.51702150800814739);
    assert_number(ratio, "low", 0.50502512562814028);
    assert_number(ratio, "high", 0.52894736842105261);
    assert_true(json_is_null(json_object_get(series_in(report, "rtt", "kernel-tcp"), "ratio")));
    json_decref(report);
    json_decref(record);
}

static void test_too_few_launches(void **state)
{
    (void)state;
    json_t *record = two_arm_record(3);
    json_t *report = json_report(record, NULL);
    const json_t *ratio = json_object_get(series_in(report, "rtt", "tcp"), "ratio");
    /* R: exp(median(outer(log(y[1:3]), log(x[1:3]), "-"))) */
    assert_number(ratio, "value", 1.9108910891089121);
    assert_true(json_is_null(json_object_get(ratio, "low")));
    assert_true(json_is_null(json_object_get(ratio, "high")));
    char *text = report_with(record, "text", NULL, NULL);
    assert_says(text, "too few launches for an interval: 3, need 4");
    assert_says(text, "  1.91x  ");
    assert_silent(text, "[95% interval]");
    free(text);
    json_decref(report);
    json_decref(record);
}

static void test_unknown_baseline(void **state)
{
    (void)state;
    json_t *record = two_arm_record(1);
    struct eb_error err = {0};
    struct eb_report *report = NULL;
    assert_int_equal(eb_report_new(record, "made.json", "efa", NULL, NULL, &report, &err), EB_USAGE);
    assert_null(report);
    assert_says(err.text, "'efa'");
    assert_says(err.text, "tcp, kernel-tcp");
    json_decref(record);
}

static void test_default_baseline(void **state)
{
    (void)state;
    json_t *record = load_published(); /* has no arm over sockets */
    json_t *report = json_report(record, NULL);
    assert_string_equal(json_string_value(json_object_get(report, "baseline_arm")), "efa");
    const json_t *ratio = json_object_get(series_in(report, "half_rtt", "ena"), "ratio");
    assert_number(ratio, "value", 34.73 / 16.145); /* medians of 0 B in pt2pt_summary, ENA over EFA */
    assert_true(json_is_null(json_object_get(ratio, "low")));
    assert_true(json_is_true(json_object_get(series_in(report, "half_rtt", "ena"), "published")));
    json_decref(report);
    json_decref(record);
}

static void test_unknown_format(void **state)
{
    (void)state;
    json_t *record = two_arm_record(1);
    struct eb_error err = {0};
    struct eb_report *report = NULL;
    assert_int_equal(eb_report_check_format("text", 1, &err), EB_OK);
    assert_int_equal(eb_report_check_format("csv", 0, &err), EB_OK);
    assert_int_equal(eb_report_check_format("csv", 1, &err), EB_USAGE);
    assert_int_equal(eb_report_check_format("xml", 0, &err), EB_USAGE);
    assert_says(err.text, "'xml'");
    assert_says(err.text, "text, csv, json");
    assert_int_equal(eb_report_new(record, "made.json", NULL, NULL, NULL, &report, &err), EB_OK);
    assert_int_equal(eb_report_write(report, "xml", stdout, &err), EB_USAGE);
    eb_report_free(report);
    json_decref(record);
}

static void test_full_disk(void **state)
{
    (void)state;
    FILE *file = fopen("/dev/full", "w");
    if (!file)
        skip();
    json_t *record = two_arm_record(6);
    struct eb_report *report = NULL;
    static const char *const formats[] = {"text", "csv", "json"};
    assert_int_equal(eb_report_new(record, "made.json", NULL, NULL, NULL, &report, NULL), EB_OK);
    for (size_t i = 0; i < 3; i++) {
        struct eb_error err = {0};
        clearerr(file);
        assert_int_equal(eb_report_write(report, formats[i], file, &err), EB_INTERNAL);
        assert_says(err.text, "cannot write");
    }
    eb_report_free(report);
    json_decref(record);
    fclose(file);
}

static void test_numbers(void **state)
{
    (void)state;
    char text[EB_PLAIN_NUMBER];
    assert_string_equal(eb_plain_number(12137.278889, 9, text), "12137.2789");
    assert_string_equal(eb_plain_number(0.1, 9, text), "0.1");
    assert_string_equal(eb_plain_number(123456789, 9, text), "123456789");
    assert_string_equal(eb_plain_fixed(2.345, 1, text), "2.3");
}

static void assert_settings(const json_t *record, const char *wanted)
{
    char *text = eb_settings_describe(record, 1);
    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

static void test_settings_are_said(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    json_t *one = add_median(record, 0, &bandwidth, 1000);
    json_t *two = add_median(record, 0, &allreduce, 1000);
    assert_settings(record, "");
    json_object_set_new(one, "window", json_integer(64)); /* the default */
    assert_settings(record, "");
    json_object_set_new(one, "window", json_integer(8));
    json_object_set_new(one, "pairs", json_integer(2));
    json_object_set_new(one, "average", json_string("mean"));
    json_object_set_new(two, "type", json_string("i64"));
    json_object_set_new(two, "operation", json_string("max"));
    json_object_set_new(two, "in_place", json_true());
    assert_settings(record, "as OSU: means of samples; bandwidth with 2 pairs at once; window 8; "
                            "all-reduce: max of i64 in place");
    json_decref(record);
}

static void test_records_measured_differently_have_no_ratio(void **state)
{
    (void)state;
    struct eb_report *report = NULL;
    struct eb_error err = {0};
    json_t *records[2];
    for (size_t i = 0; i < 2; i++) {
        records[i] = new_record(1);
        add_median(records[i], 0, &pingpong, 1000);
        json_object_set_new(
            json_object_get(json_array_get(json_object_get(records[i], "launches"), 0), "provenance"),
            "hosts", json_pack("[s]", "alpha"));
    }
    assert_int_equal(eb_report_new(records[0], "a", NULL, records[1], "b", &report, &err), EB_OK);
    assert_null(report->against_note);
    assert_true(report->against_ratios[0].present);
    eb_report_free(report);
    json_object_set_new(json_array_get(cases_of(records[1], 0), 0), "rotated_bytes", json_integer(1 << 26));
    assert_int_equal(eb_report_new(records[0], "a", NULL, records[1], "b", &report, &err), EB_OK);
    assert_non_null(strstr(report->against_note, "in another way (here: by default; there: buffers rotate"));
    assert_false(report->against_ratios[0].present);
    eb_report_free(report);
    json_decref(records[0]);
    json_decref(records[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings_are_said),
        cmocka_unit_test(test_records_measured_differently_have_no_ratio),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_csv_of_published),
        cmocka_unit_test(test_csv_quoting),
        cmocka_unit_test(test_quantile_columns),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_too_few_launches),
        cmocka_unit_test(test_unknown_baseline),
        cmocka_unit_test(test_default_baseline),
        cmocka_unit_test(test_unknown_format),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
