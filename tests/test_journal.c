/* The journal: folding, cuts, and lines that do not belong. */
#include "cmocka_all.h"
#include "common/journal.h"
#include "common/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char header[] =
    "{\"schema\": \"efabench-journal/1\", \"run\": {\"created_utc\": \"2026-01-01T00:00:00Z\"}, \"launch\": "
    "{\"variant\": \"default\", \"provenance\": {}, \"arms\": [{\"name\": \"a\", \"transport\": "
    "\"null\"}]}}\n";
static const char end[] = "{\"end\": {\"status\": \"complete\"}}\n";

/* A block of the only case in a sweep, with one sample of ns. */
static char *block(unsigned sweep, unsigned ns)
{
    char *text = NULL;
    assert_true(
        asprintf(
            &text,
            "{\"case\": {\"kernel\": \"pingpong\", \"algorithm\": \"\", \"arm\": \"a\", \"size_bytes\": 8, "
            "\"ranks\": 2, \"sample\": \"rtt_ns\", \"bytes_per_sample\": 8}, \"sweep\": {\"index\": %u, "
            "\"first\": %s, \"position\": 0, \"iterations\": 1, \"warmup\": 0, \"median_ns\": %u, "
            "\"total_ns\": %u, \"rank_total_ns\": %u}, \"histogram\": [[%u, 1]], \"witness\": "
            "{\"state\": \"unattested\"}}\n",
            sweep, sweep == 0 ? "true" : "false", ns, ns, ns, ns) > 0);
    return text;
}

/* Writes the texts one after another into a file whose name is returned (free, unlink). */
static char *write_file(const char *const *texts, size_t count)
{
    char *path = strdup("/tmp/efabench-test-XXXXXX");
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    for (size_t i = 0; i < count; i++)
        fputs(texts[i], file);
    fclose(file);
    return path;
}

static enum eb_status load(const char *const *texts, size_t count, json_t **record, struct eb_error *err)
{
    char *path = write_file(texts, count);
    enum eb_status status = eb_record_load(path, record, err);
    unlink(path);
    free(path);
    return status;
}

static const json_t *only_case(const json_t *record)
{
    const json_t *launch = json_array_get(json_object_get(record, "launches"), 0);
    assert_int_equal(json_array_size(json_object_get(launch, "cases")), 1);
    return json_array_get(json_object_get(launch, "cases"), 0);
}

static const char *launch_status(const json_t *record)
{
    return json_string_value(
        json_object_get(json_array_get(json_object_get(record, "launches"), 0), "status"));
}

static void test_later_sweeps_make_the_histogram(void **state)
{
    (void)state;
    char *blocks[] = {block(0, 900), block(1, 100), block(2, 110)};
    const char *texts[] = {header, blocks[0], blocks[1], blocks[2], end};
    json_t *record = NULL;
    assert_int_equal(load(texts, 5, &record, NULL), EB_OK);
    const json_t *folded = only_case(record);
    json_t *wanted = json_loads("[[100, 1], [110, 1]]", 0, NULL);
    assert_true(json_equal(json_object_get(folded, "histogram"), wanted));
    assert_int_equal(json_array_size(json_object_get(folded, "sweeps")), 3);
    assert_true(json_is_false(json_object_get(folded, "first_sweep_counted")));
    assert_string_equal(launch_status(record), "complete");
    json_decref(wanted);
    json_decref(record);
    for (int i = 0; i < 3; i++)
        free(blocks[i]);
}

static void test_a_cut_keeps_the_whole_lines(void **state)
{
    (void)state;
    char *first = block(0, 900);
    char *second = block(1, 100);
    second[strlen(second) / 2] = '\0';
    const char *texts[] = {header, first, second};
    json_t *record = NULL;
    assert_int_equal(load(texts, 3, &record, NULL), EB_OK);
    assert_string_equal(launch_status(record), "partial");
    assert_int_equal(json_array_size(json_object_get(only_case(record), "sweeps")), 1);
    assert_true(json_is_true(json_object_get(only_case(record), "first_sweep_counted")));
    json_decref(record);
    free(first);
    free(second);
}

static void assert_refused(const char *const *texts, size_t count, const char *place, const char *reason)
{
    json_t *record = NULL;
    struct eb_error err = {0};
    assert_int_equal(load(texts, count, &record, &err), EB_INVALID);
    assert_null(record);
    assert_non_null(strstr(err.text, place));
    assert_non_null(strstr(err.text, reason));
}

static void test_strange_lines_are_refused(void **state)
{
    (void)state;
    char *good = block(0, 900);
    assert_refused((const char *const[]){header, "{\"what\": 1}\n"}, 2, "line 2", "neither");
    assert_refused((const char *const[]){header, header}, 2, "line 2", "second header");
    assert_refused((const char *const[]){header, end, good}, 3, "line 3", "after the end");
    assert_refused((const char *const[]){header, "not JSON\n"}, 2, "line 2", "not JSON");
    assert_refused((const char *const[]){header, "{\"case\": {}, \"sweep\": {}, \"histogram\": [[1]]}\n"}, 2,
                   "line 2", "[ns, count]");
    assert_refused((const char *const[]){"{\"schema\": \"efabench-journal/1\"}\n"}, 1, "line 1", "needs");
    assert_refused(
        (const char *const[]){"{\"schema\": \"efabench-journal/9\", \"run\": {}, \"launch\": {}}\n"}, 1,
        "line 1", "efabench-journal/1");
    free(good);
}

static void test_raw_samples_are_kept_in_order(void **state)
{
    (void)state;
    struct eb_journal_fold *fold = eb_journal_fold_new();
    json_t *first = json_loads(header, 0, NULL);
    assert_int_equal(eb_journal_fold_line(fold, first, NULL), EB_OK);
    for (unsigned sweep = 0; sweep < 2; sweep++) {
        char *text = block(sweep, 100 + sweep);
        json_t *line = json_loads(text, 0, NULL);
        json_object_set_new(line, "raw_ns", json_pack("[i, i]", (int)(100 + sweep), 7));
        assert_int_equal(eb_journal_fold_line(fold, line, NULL), EB_OK);
        json_decref(line);
        free(text);
    }
    json_t *launch = eb_journal_fold_launch(fold);
    json_t *wanted = json_loads("[[100, 7], [101, 7]]", 0, NULL);
    assert_true(
        json_equal(json_object_get(json_array_get(json_object_get(launch, "cases"), 0), "raw_ns"), wanted));
    json_decref(wanted);
    json_decref(launch);
    json_decref(first);
    eb_journal_fold_free(fold);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_later_sweeps_make_the_histogram),
        cmocka_unit_test(test_a_cut_keeps_the_whole_lines),
        cmocka_unit_test(test_strange_lines_are_refused),
        cmocka_unit_test(test_raw_samples_are_kept_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
