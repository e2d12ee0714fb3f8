/* A record as figures without verdicts. */
#include "judge/figures.h"
#include "judge/report/judgement_write.h"
#include "judge/report/warnings.h"
#include "made_report.h"

static struct eb_judgement *figures_of(const json_t *record)
{
    struct eb_error err = {0};
    struct eb_judgement *judgement = NULL;
    assert_int_equal(eb_record_check(record, "made.json", &err), EB_OK);
    if (eb_judgement_of_record(record, "made.json", &judgement, &err) != EB_OK)
        fail_msg("%s", err.text);
    return judgement;
}

/* Medians of the launches in order: 1900 1930 1950 1975 1990 2010 ns a round trip; their median is 1962.5,
 * and with six launches the 95% interval is from the least to the greatest. */
static void test_values_are_those_of_the_series(void **state)
{
    (void)state;
    json_t *record = two_arm_record(6);
    struct eb_judgement *judgement = figures_of(record);
    assert_int_equal(judgement->ruling, EB_RULING_NONE);
    assert_int_equal(eb_judgement_status(judgement), EB_OK);
    assert_int_equal(judgement->row_count, 4); /* half_rtt and bandwidth of two arms; not rtt */
    const struct eb_judged *row = &judgement->rows[0];
    assert_string_equal(row->kernel->name, "pingpong");
    assert_string_equal(row->metric->name, "half_rtt");
    assert_string_equal(row->arm, "tcp");
    assert_int_equal(row->call, EB_CALL_NONE);
    assert_near(row->now.value, 0.98125);
    assert_near(row->now.low, 0.95);
    assert_near(row->now.high, 1.005);
    assert_int_equal(row->now.launches, 6);
    assert_absent(row->base.value);
    assert_absent(row->effect);
    assert_absent(row->p_worse);
    assert_string_equal(judgement->rows[1].arm, "kernel-tcp");
    assert_string_equal(judgement->rows[2].kernel->name, "bandwidth");
    eb_judgement_free(judgement);
    json_decref(record);
}

static void test_curves_are_in_one_piece(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    const int sizes[] = {8, 16, 32};
    for (size_t i = 0; i < 3; i++) {
        struct case_facts here = pingpong;
        here.size_bytes = here.bytes_per_sample = sizes[2 - i];
        struct case_facts there = with_arm(here, "kernel-tcp");
        add_median(record, 0, &there, 2000);
        add_median(record, 0, &here, 1000);
    }
    struct eb_judgement *judgement = figures_of(record);
    assert_int_equal(judgement->row_count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(judgement->rows[i].arm, i < 3 ? "tcp" : "kernel-tcp");
        assert_int_equal(judgement->rows[i].size_bytes, sizes[i % 3]);
    }
    eb_judgement_free(judgement);
    json_decref(record);
}

static void test_origin_is_told(void **state)
{
    (void)state;
    json_t *record = two_arm_record(2);
    set_host(record, "node\x1b[1m");
    struct eb_judgement *judgement = figures_of(record);
    assert_string_equal(judgement->now_name, "made.json");
    assert_null(judgement->base_name);
    assert_string_equal(judgement->created_utc, "2026-01-01T00:00:00Z");
    assert_string_equal(judgement->hosts, "node?[1m");
    assert_null(judgement->instance);
    eb_judgement_free(judgement);
    json_decref(record);
}

static void test_warnings_are_notes(void **state)
{
    (void)state;
    json_t *record = two_arm_record(2);
    json_object_set_new(launch_of(record, 1), "status", json_string("partial"));
    struct eb_judgement *judgement = figures_of(record);
    struct eb_series_set *set = series_of(record);
    json_t *warnings = eb_warnings_of(record, set);
    assert_true(json_array_size(warnings) > 0);
    assert_true(json_equal(judgement->notes, warnings));
    json_decref(warnings);
    eb_series_set_free(set);
    eb_judgement_free(judgement);
    json_decref(record);
}

static void test_published_figures_have_their_date(void **state)
{
    (void)state;
    json_t *record = load_published();
    struct eb_judgement *judgement = figures_of(record);
    assert_string_equal(judgement->created_utc, "2019");
    assert_string_equal(judgement->instance, "c5n.18xlarge");
    assert_true(judgement->row_count > 100);
    eb_judgement_free(judgement);
    json_decref(record);
}

static void test_a_record_without_series_is_refused(void **state)
{
    (void)state;
    struct eb_error err = {0};
    struct eb_judgement *judgement = NULL;
    json_t *record = new_record(1);
    assert_int_equal(eb_judgement_of_record(record, "made.json", &judgement, &err), EB_INVALID);
    assert_null(judgement);
    assert_non_null(strstr(err.text, "made.json"));
    json_decref(record);
}

/* Every format of figures is one of judgements, and no report's own. */
static void test_formats_of_figures(void **state)
{
    (void)state;
    static const char *const there[] = {"markdown",         "bencher",    "benchmark-smaller",
                                        "benchmark-bigger", "prometheus", "emf"};
    static const char *const not_there[] = {"text", "csv",      "json", "junit", "",
                                            "mark", "bencher,", "emf2", ", "};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++) {
        assert_true(eb_figures_have_format(there[i]));
        assert_int_equal(eb_judgement_check_format(there[i], NULL), EB_OK);
        assert_int_equal(eb_report_check_format(there[i], 0, NULL), EB_USAGE);
    }
    for (size_t i = 0; i < sizeof not_there / sizeof *not_there; i++)
        assert_false(eb_figures_have_format(not_there[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_those_of_the_series),
        cmocka_unit_test(test_curves_are_in_one_piece),
        cmocka_unit_test(test_origin_is_told),
        cmocka_unit_test(test_warnings_are_notes),
        cmocka_unit_test(test_published_figures_have_their_date),
        cmocka_unit_test(test_a_record_without_series_is_refused),
        cmocka_unit_test(test_formats_of_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
