/* The judgement itself, its words and its escapes. */
#include "common/plain.h"
#include "cmocka_all.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/judgement_words.h"
#include "made_judgement.h"

static void test_rulings_have_the_exit_codes_of_the_design(void **state)
{
    (void)state;
    static const struct {
        enum eb_ruling ruling;
        const char *name;
        int exit_code;
    } expected[] = {
        {EB_RULING_NONE, "none", 0},
        {EB_RULING_PASS, "pass", 0},
        {EB_RULING_REGRESSED, "regressed", 1},
        {EB_RULING_SUSPECT, "suspect", 3},
        {EB_RULING_ENVIRONMENT, "environment", 3},
        {EB_RULING_INCONCLUSIVE, "inconclusive", 3},
        {EB_RULING_TOO_FEW, "too few", 3},
        {EB_RULING_MISSING, "missing", 4},
    };
    assert_int_equal(sizeof expected / sizeof *expected, EB_RULING_COUNT);
    for (size_t i = 0; i < EB_RULING_COUNT; i++) {
        struct eb_judgement judgement = {.ruling = expected[i].ruling};
        assert_string_equal(eb_ruling_name(expected[i].ruling), expected[i].name);
        assert_int_equal(eb_status_exit_code(eb_judgement_status(&judgement)), expected[i].exit_code);
        assert_true(eb_ruling_word(expected[i].ruling)[0] >= 'A' &&
                    eb_ruling_word(expected[i].ruling)[0] <= 'Z');
    }
}

static void test_calls_are_named_and_counted(void **state)
{
    (void)state;
    static const char *const names[] = {"none",       "regressed",    "improved",
                                        "equivalent", "inconclusive", "missing"};
    static const size_t counts[] = {0, 2, 1, 2, 1, 1};
    struct eb_judgement *judgement = made_judgement_mixed();
    for (size_t i = 0; i < EB_CALL_COUNT; i++) {
        assert_string_equal(eb_call_name((enum eb_call)i), names[i]);
        assert_int_equal(eb_judgement_count(judgement, (enum eb_call)i), counts[i]);
    }
    eb_judgement_free(judgement);
    eb_judgement_free(NULL);
}

static void assert_near(double value, double expected, double tolerance)
{
    assert_true(fabs(value - expected) <= tolerance);
}

/* ln 2 more time is twice the time; ln 2 worse of a rate is half the rate. */
static void test_effects_are_turned_for_rates(void **state)
{
    (void)state;
    const struct eb_metric *time = &eb_kernel_metrics_find("pingpong")->metrics[0];
    const struct eb_metric *rate = &eb_kernel_metrics_find("bandwidth")->metrics[0];
    assert_near(eb_judged_ratio(time, log(2)), 2, 1e-12);
    assert_near(eb_judged_ratio(rate, log(2)), 0.5, 1e-12);
    assert_near(eb_judged_percent_worse(log(1.05)), 5, 1e-12);
}

static void test_kept_texts_are_cleaned(void **state)
{
    (void)state;
    struct eb_judgement *judgement = eb_judgement_new("compare");
    struct eb_error err;
    assert_string_equal(eb_judgement_keep(judgement, "a\x1b[1mb"), "a?[1mb");
    assert_string_equal(eb_judgement_keep_made(judgement, "%d\n%s", 7, "c"), "7?c");
    assert_int_equal(eb_judgement_note(judgement, &err, "n\t%d", 1), EB_OK);
    assert_string_equal(json_string_value(json_array_get(judgement->notes, 0)), "n?1");
    assert_true(isnan(judgement->alpha) && isnan(judgement->delta) && isnan(judgement->tolerance));
    eb_judgement_free(judgement);
}

static void assert_change(const char *kernel, double effect, const char *expected)
{
    char text[EB_CHANGE_TEXT];
    assert_string_equal(eb_change(&eb_kernel_metrics_find(kernel)->metrics[0], effect, text), expected);
}

static void test_changes_are_worded_in_the_direction_of_the_metric(void **state)
{
    (void)state;
    assert_change("pingpong", log(1.051), "+5.1%");
    assert_change("pingpong", log(0.9), "-10.0%");
    assert_change("bandwidth", -log(0.952), "-4.8%"); /* worse */
    assert_change("bandwidth", -log(1.1), "+10.0%");
    assert_change("pingpong", log(1.0004), "0.0%");
    assert_change("bandwidth", log(1.0004), "0.0%"); /* without a sign */
    assert_change("pingpong", log(3), "+200%");
    assert_change("pingpong", log(1e9), "+1e+11%");
    assert_change("bandwidth", log(1e9), "-100%");
    assert_change("pingpong", NAN, "");
    assert_change("pingpong", INFINITY, "");
}

static void test_intervals_ascend(void **state)
{
    (void)state;
    char text[EB_CHANGE_TEXT];
    const struct eb_metric *rate = &eb_kernel_metrics_find("bandwidth")->metrics[0];
    assert_string_equal(eb_change_interval(rate, -log(0.965), -log(0.94), text), "[-6.0%, -3.5%]");
    assert_string_equal(eb_change_interval(rate, NAN, 0, text), "");
}

static void assert_name(const char *algorithm, const char *arm, const char *expected)
{
    struct eb_judged row = made_judged("allreduce", 0, 65536, EB_CALL_NONE, 1, 1, 1, 1);
    row.algorithm = algorithm;
    row.arm = arm;
    char *name = eb_judged_name(&row);
    assert_string_equal(name, expected);
    free(name);
}

static void test_names_of_series_are_unlike(void **state)
{
    (void)state;
    assert_name("", "efa", "allreduce/efa/default/65536B/2ranks");
    assert_name("ring", "efa", "allreduce/ring/efa/default/65536B/2ranks");
    /* without the escape it would be the one above */
    assert_name("", "ring/efa", "allreduce/ring%2Fefa/default/65536B/2ranks");
    assert_name("", "ring%2Fefa", "allreduce/ring%252Fefa/default/65536B/2ranks");
}

static void assert_escaped(void (*escape)(FILE *file, const char *text), const char *text,
                           const char *expected)
{
    char *out = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&out, &length);
    assert_non_null(file);
    escape(file, text);
    fclose(file);
    assert_string_equal(out, expected);
    free(out);
}

/* XML 1.0, productions 2 (characters), 66 and 68 (references). */
static void test_xml(void **state)
{
    (void)state;
    assert_escaped(eb_escape_xml, "<a b=\"c\" d='e'>&]]>",
                   "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;]]&gt;");
    assert_escaped(eb_escape_xml, "\t\n\r", "&#9;&#10;&#13;");
    assert_escaped(eb_escape_xml,
                   "a\x01"
                   "b\x1b"
                   "c\x7f",
                   "a\xef\xbf\xbd"
                   "b\xef\xbf\xbd"
                   "c\xef\xbf\xbd");
    assert_escaped(eb_escape_xml, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
                   "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    assert_escaped(eb_escape_xml, "\xef\xbf\xbf", "\xef\xbf\xbd"); /* U+FFFF */
}

static void test_what_is_not_utf8_is_replaced(void **state)
{
    (void)state;
    assert_escaped(eb_escape_xml,
                   "\xff"
                   "a",
                   "\xef\xbf\xbd"
                   "a");
    assert_escaped(eb_escape_xml, "\xc3", "\xef\xbf\xbd");                                 /* cut */
    assert_escaped(eb_escape_xml, "\xc0\xbc", "\xef\xbf\xbd\xef\xbf\xbd");                 /* overlong '<' */
    assert_escaped(eb_escape_xml, "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* surrogate */
    char *utf8 = eb_plain_utf8("a\xff\n\x1b\xc3\xa9");
    assert_string_equal(utf8, "a\xef\xbf\xbd\n\x1b\xc3\xa9");
    free(utf8);
}

static void test_markdown(void **state)
{
    (void)state;
    assert_escaped(eb_escape_markdown, "a|b`c`<d>&e\nf", "a\\|b\\`c\\`&lt;d&gt;&amp;e f");
    assert_escaped(eb_escape_markdown, "[x](y) ![z] *b* _i_ ~s~ $1$ \\",
                   "\\[x\\](y) \\!\\[z\\] \\*b\\* \\_i\\_ \\~s\\~ \\$1\\$ \\\\");
    assert_escaped(eb_escape_markdown, "a\x1b\xe2\x80\xae", "a\xef\xbf\xbd\xef\xbf\xbd");
}

static void test_labels(void **state)
{
    (void)state;
    assert_escaped(eb_escape_label, "a\"b\\c\nd{}=,", "a\\\"b\\\\c\\nd{}=,");
    assert_escaped(eb_escape_label, "\x1b\xff", "\xef\xbf\xbd\xef\xbf\xbd");
}

static void test_csv(void **state)
{
    (void)state;
    assert_escaped(eb_escape_csv, "plain", "plain");
    assert_escaped(eb_escape_csv, "a,b", "\"a,b\"");
    assert_escaped(eb_escape_csv, "say \"x\"", "\"say \"\"x\"\"\"");
    assert_escaped(eb_escape_csv, " a", "\" a\"");
    assert_escaped(eb_escape_csv, "", "");
    assert_escaped(eb_escape_csv, "a\nb",
                   "a\xef\xbf\xbd"
                   "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rulings_have_the_exit_codes_of_the_design),
        cmocka_unit_test(test_calls_are_named_and_counted),
        cmocka_unit_test(test_effects_are_turned_for_rates),
        cmocka_unit_test(test_kept_texts_are_cleaned),
        cmocka_unit_test(test_changes_are_worded_in_the_direction_of_the_metric),
        cmocka_unit_test(test_intervals_ascend),
        cmocka_unit_test(test_names_of_series_are_unlike),
        cmocka_unit_test(test_xml),
        cmocka_unit_test(test_what_is_not_utf8_is_replaced),
        cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_csv),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
