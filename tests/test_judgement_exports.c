/* Judgements for other programs: GitHub, Jenkins, Bencher, Prometheus, CloudWatch. Numbers are worked out by
 * hand from those of made_judgement.h; tests/judgement.sh holds whole documents against schemas. */
#include "cmocka_all.h"
#include "judgement_text.h"
#include "made_judgement.h"

#include <locale.h>

static const char *const formats[] = {
    "text",       "csv", "json", "markdown", "junit", "bencher", "benchmark-smaller", "benchmark-bigger",
    "prometheus", "emf"};
#define FORMAT_COUNT (sizeof formats / sizeof *formats)

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        print_error("not in the text: %s\n--- the text\n%.3000s", part, text);
    assert_non_null(strstr(text, part));
}

static void assert_near(double value, double expected)
{
    assert_true(fabs(value - expected) <= 1e-6 * fabs(expected));
}

static void test_markdown_shows_what_changed_first(void **state)
{
    (void)state;
    char *text = written(made_judgement_mixed(), "markdown");
    static const char first[] = "## efabench compare: REGRESSED\n\n**2 of 7 series are worse**\n\n";
    assert_memory_equal(text, first, sizeof first - 1);
    const char *regime =
        strstr(text, "| small: 8 B to 1 KiB | 2 | 17.89 | 18.34 | +2.5% | \\[+1.5%, +3.5%\\] |\n");
    const char *regressed = strstr(text, "\n| **REGRESSED** | pingpong half\\_rtt in us");
    const char *missing = strstr(text, "\n| **MISSING** |");
    const char *improved =
        strstr(text, "\n| IMPROVED | bandwidth in MB/s (one direction; less is worse), arm efa, 2 ranks | "
                     "1 MiB | 11000 | 12100 | +10.0% | \\[+8.0%, +12.5%\\] | -2.0% |  |\n");
    const char *fold = strstr(text, "\n<details>\n<summary>3 other series</summary>\n\n| verdict |");
    const char *equivalent = strstr(text, "\n| equivalent |");
    assert_true(regime && regressed && missing && improved && fold && equivalent);
    assert_true(regime < regressed && regressed < missing && missing < improved && improved < fold &&
                fold < equivalent);
    assert_has(text, "| 1 MiB | 120.0 |  |  |  |  | new.json lacks it |\n");
    assert_has(text, "- the kernel differs: 5.10, 6.1\n");
    assert_string_equal(text + strlen(text) - strlen("</details>\n"), "</details>\n");
    free(text);
}

/* A table's line has a bar more than its head has columns, whatever its cells hold. */
static void test_markdown_holds_hostile_text(void **state)
{
    (void)state;
    char *text = written(made_judgement_hostile(), "markdown");
    assert_true(is_clean(text));
    assert_null(strstr(text, "<script"));
    assert_has(text, "&lt;script&gt;");
    char *rest = text;
    char *line;
    size_t rows = 0;
    while ((line = strsep(&rest, "\n"))) {
        size_t bars = 0;
        for (const char *c = line; line[0] == '|' && *c; c++)
            bars += *c == '|' && (c == line || c[-1] != '\\');
        if (line[0] == '|')
            assert_int_equal(bars, 10);
        rows += line[0] == '|';
        assert_null(strstr(line, "`x`"));
    }
    assert_int_equal(rows, 2 * 2 + 2); /* two heads of two lines, two series */
    free(text);
}

/* docs.github.com: a step summary holds 1 MiB. */
static void test_markdown_is_cut_between_rows(void **state)
{
    (void)state;
    char *text = written(made_judgement_large(), "markdown");
    assert_true(strlen(text) < 1048576 - 16384);
    assert_true(strlen(text) > 900000);
    assert_int_equal(times(text, "| **REGRESSED** |"), 20); /* none of these is cut */
    size_t shown = times(text, "\n| equivalent |");
    char note[100];
    snprintf(note, sizeof note, "\n</details>\n\n%zu of 20000 series are left out here", 19980 - shown);
    assert_has(text, note);
    /* the last row is whole */
    const char *end = strstr(text, "\n\n</details>");
    assert_true(end && end[-1] == '|');
    free(text);
}

static void test_markdown_cuts_notes_too(void **state)
{
    (void)state;
    struct eb_judgement *judgement = made_judgement_mixed();
    char *note = malloc(2000001);
    struct eb_error err;
    assert_non_null(note);
    memset(note, 'x', 2000000);
    note[2000000] = '\0';
    assert_int_equal(eb_judgement_note(judgement, &err, "%s", note), EB_OK);
    free(note);
    char *text = written(judgement, "markdown");
    assert_true(strlen(text) < 1048576);
    assert_has(text, "**REGRESSED**");
    assert_has(text, "\n3 of 7 series are left out here");
    assert_null(strstr(text, "</details>"));
    free(text);
}

static void test_junit_tells_outcomes(void **state)
{
    (void)state;
    char *text = written(made_judgement_mixed(), "junit");
    assert_has(text,
               "<testsuites name=\"efabench compare\" tests=\"7\" failures=\"2\" errors=\"1\" time=\"0\">");
    assert_has(
        text,
        "<testsuite name=\"pingpong\" tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\" time=\"0\"");
    assert_has(text,
               "  <testcase name=\"pingpong/efa/default/8B/2ranks half_rtt\" classname=\"efabench.pingpong\" "
               "time=\"0\">\n   <failure type=\"regressed\" message=\"20.00 us in base, 21.02 us now: +5.1% "
               "[+3.9%, +6.4%]");
    assert_has(text, "<error type=\"missing\" message=\"120.0 us in base, not measured now\"/>");
    assert_has(text, "<property name=\"hosts\" value=\"node1, node2\"/>");
    assert_int_equal(times(text, "<failure"), 2);
    assert_int_equal(times(text, "<error"), 1);
    assert_int_equal(times(text, "<skipped"), 1);
    assert_null(strstr(text, "\"gate\"")); /* its series carry the ruling */
    free(text);
}

static void test_junit_blames_nobody_for_the_environment(void **state)
{
    (void)state;
    struct eb_judgement *judgement = made_judgement_environment();
    judgement->rows[0].call = EB_CALL_REGRESSED;
    char *text = written(judgement, "junit");
    assert_has(text, "tests=\"2\" failures=\"0\" errors=\"0\"");
    assert_has(text, "<testcase name=\"gate\" classname=\"efabench.gate\" time=\"0\">\n"
                     "   <skipped type=\"environment\" message=\"the control is 5.0% slower as well\"/>");
    assert_has(text, "<skipped type=\"regressed\"");
    free(text);
}

/* A regression that no single series shows, a missing one that is allowed. */
static void test_junit_has_a_case_for_the_ruling(void **state)
{
    (void)state;
    struct eb_judgement *judgement = made_judgement_environment();
    judgement->ruling = EB_RULING_REGRESSED;
    judgement->rows[0].call = EB_CALL_MISSING;
    judgement->rows[0].is_allowed = 1;
    char *text = written(judgement, "junit");
    assert_has(text, "<failure type=\"regressed\" message=\"the control is 5.0% slower as well\"/>");
    assert_has(text, "<skipped type=\"missing\"");
    free(text);
    judgement = made_judgement_environment();
    judgement->ruling = EB_RULING_MISSING;
    text = written(judgement, "junit");
    assert_has(text, "<error type=\"missing\" message=\"the control");
    free(text);
}

static const json_t *measure(const json_t *json, const char *name, const char *slug)
{
    const json_t *found = json_object_get(json_object_get(json, name), slug);
    assert_non_null(found);
    return found;
}

/* Bencher's latency is in ns, its throughput in operations a second. */
static void test_bencher(void **state)
{
    (void)state;
    char *text = written(made_judgement_mixed(), "bencher");
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_object_size(json), 6); /* seven, of which one is missing */
    const json_t *latency = measure(json, "pingpong/efa/default/8B/2ranks", "latency");
    assert_near(json_real_value(json_object_get(latency, "value")), 21020);
    assert_near(json_real_value(json_object_get(latency, "lower_value")), 20780);
    assert_near(json_real_value(json_object_get(latency, "upper_value")), 21280);
    const json_t *rate = measure(json, "bandwidth/efa/default/65536B/2ranks", "bandwidth");
    assert_near(json_real_value(json_object_get(rate, "value")), 8568);
    json_decref(json);
    free(text);
    text = written(made_judgement_figures(), "bencher");
    json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    measure(json, "message_rate/efa/default/8B/2ranks", "throughput");
    measure(json, "allreduce/efa/default/8B/2ranks", "time-osu");
    json_decref(json);
    free(text);
}

/* Two metrics of one series are two measures of one benchmark. */
static void test_bencher_joins_metrics(void **state)
{
    (void)state;
    struct eb_judgement *judgement = made_judgement_figures();
    judgement->rows[0] = made_judged("allreduce", 0, 8, EB_CALL_NONE, 20, 0.99, 1, 1.02);
    char *text = written(judgement, "bencher");
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_object_size(json), 2);
    measure(json, "allreduce/efa/default/8B/2ranks", "latency");
    measure(json, "allreduce/efa/default/8B/2ranks", "time-osu");
    json_decref(json);
    free(text);
}

static void test_benchmark_has_a_file_for_each_direction(void **state)
{
    (void)state;
    char *text = written(made_judgement_mixed(), "benchmark-smaller");
    json_t *json = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(json), 4); /* times, one of them missing */
    const json_t *entry = json_array_get(json, 0);
    assert_string_equal(json_string_value(json_object_get(entry, "name")),
                        "pingpong/efa/default/8B/2ranks half_rtt");
    assert_string_equal(json_string_value(json_object_get(entry, "unit")), "us");
    assert_near(json_real_value(json_object_get(entry, "value")), 21.02);
    /* 21.28 - 21.02 is more than 21.02 - 20.78 */
    assert_string_equal(json_string_value(json_object_get(entry, "range")), "\xc2\xb1 0.26");
    assert_string_equal(json_string_value(json_object_get(entry, "extra")),
                        "launches: 10\nverdict: regressed\nbase: 20.00 us\nchange: +5.1% [+3.9%, +6.4%]");
    json_decref(json);
    free(text);
    text = written(made_judgement_mixed(), "benchmark-bigger");
    json = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(json), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(json, 0), "unit")), "MB/s");
    json_decref(json);
    free(text);
}

static void test_prometheus_is_in_base_units(void **state)
{
    (void)state;
    char *text = written(made_judgement_mixed(), "prometheus");
    assert_has(
        text,
        "# TYPE efabench_time_seconds "
        "gauge\nefabench_time_seconds{profile=\"efabench\",kernel=\"pingpong\",algorithm=\"\","
        "arm=\"efa\",variant=\"default\",size_bytes=\"8\",ranks=\"2\",metric=\"half_rtt\"} 2.102e-05\n");
    assert_has(text, "size_bytes=\"65536\",ranks=\"2\",metric=\"bandwidth\"} 8.568e+09\n");
    assert_has(text, "metric=\"half_rtt\",verdict=\"regressed\"} 1\n");
    assert_has(text, "\nefabench_ruling{profile=\"efabench\",ruling=\"regressed\"} 1\n");
    assert_has(text, "\nefabench_ruling{profile=\"efabench\",ruling=\"pass\"} 0\n");
    /* date -u -d 2026-11-24T19:00:00Z +%s */
    assert_has(text, "\nefabench_run_timestamp_seconds{profile=\"efabench\"} 1795546800\n");
    free(text);
    text = written(made_judgement_figures(), "prometheus");
    assert_has(text, "efabench_messages_per_second{profile=\"efabench\",kernel=\"message_rate\"");
    assert_null(strstr(text, "efabench_verdict"));
    free(text);
    text = written(made_judgement_hostile(), "prometheus");
    assert_has(text, "arm=\"a\\\"b'|`x`\\n\xef\xbf\xbd[31m; DROP TABLE nights; ]]> & \\\\ \xef\xbf\xbd%/\"");
    free(text);
}

/* Line by line: what the specification asks of a document. Returns how many lines there are. */
static size_t assert_emf(char *text)
{
    size_t lines = 0;
    char *rest = text;
    char *line;
    while ((line = strsep(&rest, "\n")) && *line) {
        json_t *json = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        const json_t *aws = json_object_get(json, "_aws");
        const json_t *directive = json_array_get(json_object_get(aws, "CloudWatchMetrics"), 0);
        const json_t *dimensions = json_array_get(json_object_get(directive, "Dimensions"), 0);
        const json_t *metrics = json_object_get(directive, "Metrics");
        size_t index;
        const json_t *item;
        assert_true(strlen(line) < 256 * 1024);
        assert_int_equal(json_integer_value(json_object_get(aws, "Timestamp")), 1795546800000);
        assert_string_equal(json_string_value(json_object_get(directive, "Namespace")), "efabench");
        assert_true(json_array_size(dimensions) >= 1 && json_array_size(dimensions) <= 30);
        assert_true(json_array_size(metrics) >= 1 && json_array_size(metrics) <= 100);
        json_array_foreach(dimensions, index, item)
        {
            const char *value = json_string_value(json_object_get(json, json_string_value(item)));
            assert_true(value && strlen(value) >= 1 && strlen(value) <= 1024);
            for (; *value; value++)
                assert_true(*value >= 0x20 && *value < 0x7f);
        }
        json_array_foreach(metrics, index, item) assert_true(
            json_is_number(json_object_get(json, json_string_value(json_object_get(item, "Name")))));
        json_decref(json);
        lines++;
    }
    return lines;
}

static void test_emf(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t lines;
    } expected[] = {{"mixed", 1 + 6}, {"hostile", 1 + 2}, {"figures", 3}, {"large", 1 + 20000}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        char *text = written(made_judgement(expected[i].name), "emf");
        assert_int_equal(assert_emf(text), expected[i].lines);
        free(text);
    }
    char *text = written(made_judgement_mixed(), "emf");
    assert_has(text, "{\"Name\":\"half_rtt\",\"Unit\":\"Microseconds\"}");
    assert_has(text, "\"half_rtt\":21.02,");
    assert_has(text, "{\"Name\":\"bandwidth\",\"Unit\":\"Bytes/Second\"}");
    assert_has(text, "\"bandwidth\":8.568e9,");
    assert_has(text, "\"half_rtt_change\":5.1,");
    free(text);
}

static void test_emf_does_not_invent_a_time(void **state)
{
    (void)state;
    static const char *const times_that_are_none[] = {NULL, "yesterday", "2026-11-24",
                                                      "2026-11-24T19:00:00+01:00"};
    for (size_t i = 0; i < 4; i++) {
        struct eb_judgement *judgement = made_judgement_mixed();
        struct eb_error err = {0};
        char *text = NULL;
        size_t length = 0;
        FILE *file = open_memstream(&text, &length);
        assert_non_null(file);
        judgement->created_utc = times_that_are_none[i];
        assert_int_equal(eb_judgement_write(judgement, "emf", file, &err), EB_INVALID);
        assert_has(err.text, "CloudWatch wants a time");
        fclose(file);
        assert_int_equal(length, 0);
        free(text);
        eb_judgement_free(judgement);
    }
}

static void test_no_format_shows_what_is_no_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        char *text = written(made_judgement_hostile(), formats[i]);
        if (!is_clean(text))
            print_error("%s\n%s", formats[i], text);
        assert_true(is_clean(text));
        free(text);
        text = written(made_judgement_figures(), formats[i]);
        assert_true(is_clean(text));
        free(text);
    }
}

static void test_every_format_takes_a_judgement_of_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        struct eb_judgement *judgement = made_judgement_empty(1);
        judgement->row_count = 0;
        char *text = written(judgement, formats[i]);
        assert_true(text[0] != '\0');
        free(text);
    }
}

/* Where a locale with a decimal comma is installed. */
static void test_numbers_have_points_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
            return;
        char *there = written(made_judgement_mixed(), formats[i]);
        setlocale(LC_NUMERIC, "C");
        char *here = written(made_judgement_mixed(), formats[i]);
        assert_string_equal(there, here);
        free(there);
        free(here);
    }
}

static void test_a_full_disk_is_told(void **state)
{
    (void)state;
    FILE *file = fopen("/dev/full", "w");
    if (!file)
        return;
    struct eb_error err = {0};
    struct eb_judgement *judgement = made_judgement_mixed();
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        clearerr(file);
        assert_int_equal(eb_judgement_write(judgement, formats[i], file, &err), EB_INTERNAL);
        assert_has(err.text, "No space left on device");
    }
    eb_judgement_free(judgement);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_markdown_shows_what_changed_first),
        cmocka_unit_test(test_markdown_holds_hostile_text),
        cmocka_unit_test(test_markdown_is_cut_between_rows),
        cmocka_unit_test(test_markdown_cuts_notes_too),
        cmocka_unit_test(test_junit_tells_outcomes),
        cmocka_unit_test(test_junit_blames_nobody_for_the_environment),
        cmocka_unit_test(test_junit_has_a_case_for_the_ruling),
        cmocka_unit_test(test_bencher),
        cmocka_unit_test(test_bencher_joins_metrics),
        cmocka_unit_test(test_benchmark_has_a_file_for_each_direction),
        cmocka_unit_test(test_prometheus_is_in_base_units),
        cmocka_unit_test(test_emf),
        cmocka_unit_test(test_emf_does_not_invent_a_time),
        cmocka_unit_test(test_no_format_shows_what_is_no_number),
        cmocka_unit_test(test_every_format_takes_a_judgement_of_nothing),
        cmocka_unit_test(test_numbers_have_points_everywhere),
        cmocka_unit_test(test_a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
