/* Judgements as text, CSV and JSON. Numbers are worked out by hand from those of made_judgement.h. */
#include "cmocka_all.h"
#include "judgement_text.h"
#include "made_judgement.h"

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        print_error("not in the text: %s\n--- the text\n%s", part, text);
    assert_non_null(strstr(text, part));
}

static void test_text_says_the_ruling_first(void **state)
{
    (void)state;
    char *text = written(made_judgement_mixed(), "text");
    static const char first[] = "REGRESSED: 2 of 7 series are worse\n";
    assert_memory_equal(text, first, sizeof first - 1);
    assert_has(text, "\njudged   new.json against old.json\n");
    assert_has(text, "node1, node2, c5n.18xlarge");
    assert_has(text, "\nmethod   error rate 5% for the whole table; equivalent is within 2%;");
    assert_has(text, "10000 relabellings at random; 10 against 10");
    assert_has(text, "\nseries   2 regressed, 1 improved, 2 equivalent, 1 inconclusive, 1 missing\n");
    free(text);
}

/* 20 * 1.051 = 21.02; 40 * 1.03 = 41.2; 9000 * 0.952 = 8568. */
static void test_text_has_a_table_for_each_curve(void **state)
{
    (void)state;
    char *text = written(made_judgement_mixed(), "text");
    assert_has(text, "\npingpong half_rtt in us (half round trip; more is worse), arm efa, 2 ranks\n"
                     "    size   base    now  change  interval         verdict       visible\n"
                     "     8 B  20.00  21.02   +5.1%  [+3.9%, +6.4%]   REGRESSED       +2.0%\n"
                     "   1 KiB  16.00  16.00    0.0%  [-0.5%, +0.5%]   equivalent      +2.0%\n"
                     "  64 KiB  40.00  41.20   +3.0%  [-3.0%, +10.0%]  inconclusive    +2.0%\n"
                     "   1 MiB  120.0                                  MISSING\n"
                     "  1 MiB: new.json lacks it\n");
    assert_has(text, "\nbandwidth in MB/s (one direction; less is worse), arm efa, 2 ranks\n"
                     "    size   base    now  change  interval         verdict    visible\n"
                     "  64 KiB   9000   8568   -4.8%  [-6.0%, -3.5%]   REGRESSED    -2.0%\n"
                     "   1 MiB  11000  12100  +10.0%  [+8.0%, +12.5%]  IMPROVED     -2.0%\n");
    assert_has(text, "more is worse), arm efa, 8\n  ranks, ring against tree\n");
    free(text);
}

static void test_text_sums_up_above_and_notes_below(void **state)
{
    (void)state;
    char *text = written(made_judgement_mixed(), "text");
    const char *regimes = strstr(text, "  small   8 B - 1 KiB  2  17.89  18.34   +2.5%  [+1.5%, +3.5%]\n");
    const char *table = strstr(text, "REGRESSED       +2.0%");
    const char *notes = strstr(text, "\nnotes\n  - the kernel differs: 5.10, 6.1\n");
    assert_true(regimes && table && notes && regimes < table && table < notes);
    assert_has(text, "  large   64 KiB - 1 MiB  2  9950  10182   +2.3%\n");
    assert_int_equal(strlen(strstr(text, "  - the kernel")), strlen("  - the kernel differs: 5.10, 6.1\n"));
    free(text);
}

static void test_text_tells_crossovers_in_words(void **state)
{
    (void)state;
    char *text = written(made_judgement_arms(), "text");
    assert_has(text, "    efa is better up to 8 KiB, ena from 16 KiB on (sure)\n");
    assert_has(text, "all 1024 relabellings");
    assert_has(text, "launches, in pairs");
    free(text);
    struct eb_judgement *judgement = made_judgement_arms();
    judgement->crossovers[0].better_below = 0;
    judgement->crossovers[0].is_sure = 0;
    text = written(judgement, "text");
    assert_has(text, "    ena is better up to 8 KiB, efa from 16 KiB on (not sure)\n");
    free(text);
}

static void test_text_fits_a_terminal(void **state)
{
    (void)state;
    static const char *const names[] = {"mixed", "arms", "figures", "environment"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *text = written(made_judgement(names[i]), "text");
        char *rest = text;
        char *line;
        while ((line = strsep(&rest, "\n")))
            assert_true(strlen(line) <= 80);
        free(text);
    }
}

static void test_what_may_be_missing_does_not_shout(void **state)
{
    (void)state;
    struct eb_judgement *judgement = made_judgement_mixed();
    judgement->rows[3].is_allowed = 1;
    char *text = written(judgement, "text");
    assert_null(strstr(text, "MISSING"));
    assert_has(text, "   1 MiB  120.0                                  missing\n");
    free(text);
    judgement = made_judgement_mixed();
    judgement->rows[3].is_allowed = 1;
    text = written(judgement, "markdown");
    assert_has(text, "\n| missing | pingpong");
    free(text);
}

static void test_text_of_figures_alone(void **state)
{
    (void)state;
    char *text = written(made_judgement_figures(), "text");
    assert_has(text, "  size  value  interval        launches\n"
                     "   8 B  20.00  [19.80, 20.40]        10\n");
    assert_null(strstr(text, "method"));
    assert_null(strstr(text, "change"));
    free(text);
}

static void test_csv_has_its_columns(void **state)
{
    (void)state;
    char *text = written(made_judgement_mixed(), "csv");
    assert_has(text,
               "kernel,algorithm,arm,variant,size_bytes,ranks,metric,unit,verdict,base,base_launches,now,"
               "now_low,now_high,now_launches,ratio,ratio_low,ratio_high,p_worse,p_better,"
               "visible_percent,note\n"
               "pingpong,,efa,default,8,2,half_rtt,us,regressed,20,10,21.02,20.78,21.28,10,1.051,1.039,"
               "1.064,0.0125,1,2,\n");
    assert_has(text,
               "\npingpong,,efa,default,1048576,2,half_rtt,us,missing,120,10,,,,0,,,,,,,new.json lacks it\n");
    /* a rate that may take 2% more time falls to 1 / 1.02 */
    assert_has(text,
               "\nbandwidth,,efa,default,65536,2,bandwidth,MB/s,regressed,9000,10,8568,8460,8685,10,0.952,"
               "0.94,0.965,0.0125,1,1.96078431,\n");
    assert_has(text, "\nallreduce,ring,efa,default,8,8,time,us,equivalent,50,");
    free(text);
}

static void test_every_line_of_csv_has_22_fields(void **state)
{
    (void)state;
    char *text = written(made_judgement_hostile(), "csv");
    int quoted = 0;
    size_t commas = 0;
    size_t lines = 0;
    assert_true(is_clean(text));
    for (const char *c = text; *c; c++) {
        quoted ^= *c == '"';
        commas += *c == ',' && !quoted;
        if (*c != '\n')
            continue;
        assert_int_equal(commas, 21);
        commas = 0;
        lines++;
    }
    assert_int_equal(lines, 3);
    free(text);
}

static void assert_near(double value, double expected, double tolerance)
{
    assert_true(fabs(value - expected) <= tolerance);
}

static double real_at(const json_t *json, const char *object, const char *key)
{
    const json_t *value = json_object_get(json_object_get(json, object), key);
    assert_true(json_is_real(value));
    return json_real_value(value);
}

static void test_json_says_everything(void **state)
{
    (void)state;
    char *text = written(made_judgement_mixed(), "json");
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "schema")), "efabench-judgement/1");
    assert_string_equal(json_string_value(json_object_get(json, "ruling")), "regressed");
    assert_int_equal(json_integer_value(json_object_get(json, "exit_code")), 1);
    assert_near(json_real_value(json_object_get(json, "delta_percent")), 2, 1e-6);
    assert_int_equal(json_array_size(json_object_get(json, "rows")), 7);
    assert_int_equal(json_array_size(json_object_get(json, "regimes")), 2);
    const json_t *row = json_array_get(json_object_get(json, "rows"), 4);
    assert_string_equal(json_string_value(json_object_get(row, "verdict")), "regressed");
    assert_near(real_at(row, "change", "ratio"), 0.952, 1e-6);
    assert_near(real_at(row, "change", "ratio_low"), 0.94, 1e-6);
    assert_near(real_at(row, "change", "effect"), 0.0491902, 1e-6); /* ln(1 / 0.952) */
    assert_near(real_at(row, "now", "value"), 8568, 1e-6);
    const json_t *missing = json_array_get(json_object_get(json, "rows"), 3);
    assert_true(json_is_null(json_object_get(missing, "change")));
    assert_true(json_is_null(json_object_get(json_object_get(missing, "now"), "value")));
    json_decref(json);
    free(text);
}

static void test_json_keeps_hostile_text(void **state)
{
    (void)state;
    char *text = written(made_judgement_hostile(), "json");
    json_t *json = json_loads(text, 0, NULL);
    assert_true(is_clean(text));
    const json_t *row = json_array_get(json_object_get(json, "rows"), 0);
    assert_string_equal(json_string_value(json_object_get(row, "arm")), HOSTILE_ARM);
    assert_string_equal(json_string_value(json_object_get(json, "now")), "\xef\xbf\xbd\xef\xbf\xbd.json");
    assert_true(json_is_null(json_object_get(json, "alpha")));
    json_decref(json);
    free(text);
}

static void test_text_obeys_no_hostile_text(void **state)
{
    (void)state;
    char *text = written(made_judgement_hostile(), "text");
    assert_true(is_clean(text));
    assert_has(text, "DROP TABLE");
    free(text);
}

static void test_an_unknown_format_is_named(void **state)
{
    (void)state;
    struct eb_error err = {0};
    assert_int_equal(eb_judgement_check_format("yaml", &err), EB_USAGE);
    assert_has(err.text, "'yaml'");
    assert_has(err.text, "text, csv");
    assert_int_equal(eb_judgement_check_format("csv", &err), EB_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_says_the_ruling_first),
        cmocka_unit_test(test_text_has_a_table_for_each_curve),
        cmocka_unit_test(test_text_sums_up_above_and_notes_below),
        cmocka_unit_test(test_text_tells_crossovers_in_words),
        cmocka_unit_test(test_text_fits_a_terminal),
        cmocka_unit_test(test_what_may_be_missing_does_not_shout),
        cmocka_unit_test(test_text_of_figures_alone),
        cmocka_unit_test(test_text_obeys_no_hostile_text),
        cmocka_unit_test(test_csv_has_its_columns),
        cmocka_unit_test(test_every_line_of_csv_has_22_fields),
        cmocka_unit_test(test_json_says_everything),
        cmocka_unit_test(test_json_keeps_hostile_text),
        cmocka_unit_test(test_an_unknown_format_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
