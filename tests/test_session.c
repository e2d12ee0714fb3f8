/* A whole launch on threads: what it hands on is a journal that folds into a record, and that record adds up.
 */
#include "cmocka_all.h"
#include "common/histogram.h"
#include "common/journal.h"
#include "common/record.h"
#include "measure/launch/threads.h"
#include "measure/session.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct launch {
    struct eb_session_options options;
    struct eb_journal_fold *fold;
    int lines;
    int fail_at; /* the line whose taking fails, 0: none */
    int planned; /* blocks, as the journal says before them */
    int failures;
    enum eb_status statuses[8];
    struct eb_error errors[8];
};

static enum eb_status emit(void *argument, const json_t *line, struct eb_error *err)
{
    struct launch *launch = argument;
    if (++launch->lines == launch->fail_at)
        return eb_error_set(err, EB_INTERNAL, "test", 0, "disk full");
    if (json_object_get(line, "plan"))
        launch->planned = (int)json_integer_value(json_object_get(json_object_get(line, "plan"), "blocks"));
    return eb_journal_fold_line(launch->fold, line, err);
}

static void failed(void *argument, const struct eb_error *error)
{
    struct launch *launch = argument;
    (void)error;
    __atomic_add_fetch(&launch->failures, 1, __ATOMIC_SEQ_CST);
}

static int run_rank(struct eb_launch *base, void *argument)
{
    struct launch *launch = argument;
    struct eb_session_events events = {.emit = emit, .failed = failed, .argument = launch};
    launch->statuses[base->rank] =
        eb_session_run(base, &launch->options, &events, &launch->errors[base->rank]);
    return 0;
}

/* Runs kernels over one inproc arm called "a". The record is the caller's, NULL when there is none. */
static json_t *run_launch(struct launch *launch, const char *arm_spec, const char *sizes, int ranks)
{
    struct eb_arm arm;
    const struct eb_kernel_ops *kernels[8];
    size_t count = 0;
    for (size_t i = 0; eb_kernels[i]; i++)
        if (ranks % 2 == 0 || !eb_kernels[i]->all_pairs)
            kernels[count++] = eb_kernels[i];
    assert_int_equal(eb_arm_parse(arm_spec, &arm, NULL), EB_OK);
    launch->options.arms = &arm;
    launch->options.arm_count = 1;
    launch->options.kernels = kernels;
    launch->options.kernel_count = count;
    launch->options.algorithm = "auto";
    launch->options.variant = "default";
    launch->options.window = 4;
    launch->options.segment_bytes = 4096;
    assert_int_equal(eb_reduction_find("f32", "sum", &launch->options.reduction, NULL), EB_OK);
    launch->options.run = json_pack("{s:s}", "created_utc", "2026-01-01T00:00:00Z");
    launch->fold = eb_journal_fold_new();
    assert_int_equal(eb_size_list_parse(sizes, &launch->options.sizes, NULL), EB_OK);
    assert_int_equal(eb_session_check(&launch->options, NULL), EB_OK);
    int yield = ranks > (int)sysconf(_SC_NPROCESSORS_ONLN);
    assert_int_equal(eb_launch_threads_run(ranks, yield, UINT64_C(2000000000), run_rank, launch), 0);
    if (eb_journal_fold_is_complete(launch->fold)) /* beside them: header, tuning, end */
        assert_int_equal(launch->planned, launch->lines - 3);
    json_t *folded = eb_journal_fold_launch(launch->fold);
    json_t *record = folded ? eb_record_new(json_incref(launch->options.run)) : NULL;
    if (record)
        json_array_append_new(json_object_get(record, "launches"), folded);
    json_decref(launch->options.run);
    eb_journal_fold_free(launch->fold);
    eb_size_list_free(&launch->options.sizes);
    eb_arm_free(&arm);
    return record;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The case's histogram must have the quantiles of its own raw samples, the first sweep left out. */
static void assert_adds_up(const json_t *folded, size_t sweeps, size_t iterations)
{
    static const double quantiles[] = {0, 0.5, 0.9, 0.99, 1};
    uint64_t *samples = calloc(sweeps * iterations, sizeof *samples);
    struct eb_histogram histogram;
    size_t count = 0;
    const json_t *raw = json_object_get(folded, "raw_ns");
    assert_int_equal(json_array_size(raw), sweeps);
    for (size_t sweep = 1; sweep < sweeps; sweep++) {
        assert_int_equal(json_array_size(json_array_get(raw, sweep)), iterations);
        for (size_t i = 0; i < iterations; i++)
            samples[count++] = (uint64_t)json_integer_value(json_array_get(json_array_get(raw, sweep), i));
    }
    assert_int_equal(eb_histogram_from_json(json_object_get(folded, "histogram"), &histogram, NULL), EB_OK);
    assert_int_equal(histogram.total, count);
    qsort(samples, count, sizeof *samples, compare);
    for (size_t q = 0; q < sizeof quantiles / sizeof *quantiles; q++) {
        size_t rank = (size_t)ceil(quantiles[q] * (double)count);
        double wanted = (double)samples[rank ? rank - 1 : 0];
        assert_true(fabs((double)eb_histogram_quantile(&histogram, quantiles[q]) - wanted) <= 0.001 * wanted);
    }
    eb_histogram_free(&histogram);
    free(samples);
}

static void test_a_launch_becomes_a_record(void **state)
{
    (void)state;
    for (int ranks = 2; ranks <= 3; ranks++) {
        struct launch launch = {
            .options = {.iterations = 40, .warmup = 3, .sweeps = 3, .seed = 9, .raw = 1, .validate = 1}};
        json_t *record = run_launch(&launch, "a=inproc", "4,300,64K", ranks);
        struct eb_error err = {0};
        for (int rank = 0; rank < ranks; rank++)
            assert_int_equal(launch.statuses[rank], EB_OK);
        if (eb_record_check(record, "record", &err) != EB_OK)
            fail_msg("%s", err.text);
        const json_t *cases =
            json_object_get(json_array_get(json_object_get(record, "launches"), 0), "cases");
        size_t wanted = ranks % 2 == 0 ? 15 : 12; /* message_rate takes even ranks */
        assert_int_equal(json_array_size(cases), wanted);
        for (size_t i = 0; i < wanted; i++) {
            const json_t *folded = json_array_get(cases, i);
            assert_adds_up(folded, 3, 40);
            assert_int_equal(json_integer_value(json_object_get(folded, "ranks")), ranks);
            assert_true(json_integer_value(json_object_get(json_object_get(folded, "validation"), "bytes")) >
                        0);
        }
        json_decref(record);
    }
}

static void test_the_time_budget_gives_iterations(void **state)
{
    (void)state;
    struct launch launch = {
        .options = {.block_ns = 2000000, .min_iterations = 11, .warmup = UINT64_MAX, .sweeps = 1, .seed = 1}};
    json_t *record = run_launch(&launch, "a=inproc", "8,4M", 2);
    const json_t *cases = json_object_get(json_array_get(json_object_get(record, "launches"), 0), "cases");
    size_t i;
    const json_t *folded;
    json_array_foreach(cases, i, folded)
    {
        const json_t *sweep = json_array_get(json_object_get(folded, "sweeps"), 0);
        assert_true(json_integer_value(json_object_get(sweep, "iterations")) >= 11);
        assert_true(json_integer_value(json_object_get(sweep, "warmup")) >= 1);
        assert_true(json_is_true(json_object_get(folded, "first_sweep_counted")));
    }
    json_decref(record);
}

/* However bad the first estimate was, the later sweeps go by the median of the one before. */
static void test_iterations_follow_the_median(void **state)
{
    (void)state;
    struct launch launch = {
        .options = {.block_ns = 2000000, .min_iterations = 3, .warmup = 0, .sweeps = 4, .seed = 1}};
    json_t *record = run_launch(&launch, "a=inproc", "8,64K", 2);
    const json_t *cases = json_object_get(json_array_get(json_object_get(record, "launches"), 0), "cases");
    size_t i;
    const json_t *folded;
    json_array_foreach(cases, i, folded)
    {
        const json_t *sweeps = json_object_get(folded, "sweeps");
        for (size_t sweep = 1; sweep < 4; sweep++) {
            const json_t *before = json_array_get(sweeps, sweep - 1);
            json_int_t median_ns = json_integer_value(json_object_get(before, "median_ns"));
            json_int_t wanted = median_ns > 0 ? 2000000 / median_ns : 200000;
            json_int_t got = json_integer_value(json_object_get(json_array_get(sweeps, sweep), "iterations"));
            wanted = wanted < 3 ? 3 : wanted > 200000 ? 200000 : wanted;
            assert_in_range(got, (LargestIntegralType)(wanted - wanted / 20 - 1),
                            (LargestIntegralType)(wanted + wanted / 20 + 1));
        }
    }
    json_decref(record);
}

static void test_what_came_before_a_failure_is_kept(void **state)
{
    (void)state;
    struct launch launch = {.options = {.iterations = 5, .warmup = 0, .sweeps = 1, .seed = 1},
                            .fail_at = 5}; /* header, tuning, two blocks */
    json_t *record = run_launch(&launch, "a=inproc", "8,64", 2);
    assert_int_equal(launch.statuses[0], EB_INTERNAL);
    assert_non_null(strstr(launch.errors[0].text, "disk full"));
    assert_true(launch.failures >= 1);
    const json_t *one = json_array_get(json_object_get(record, "launches"), 0);
    assert_string_equal(json_string_value(json_object_get(one, "status")), "partial");
    assert_int_equal(json_array_size(json_object_get(one, "cases")), 2);
    json_decref(record);
}

static void test_a_bad_interface_ends_all_ranks_before_anything_runs(void **state)
{
    (void)state;
    struct launch launch = {.options = {.iterations = 5, .warmup = 0, .sweeps = 1, .seed = 1}};
    json_t *record = run_launch(&launch, "a=sockets@no-such-interface", "8", 2);
    assert_null(record);
    assert_int_equal(launch.lines, 0);
    for (int rank = 0; rank < 2; rank++) {
        assert_int_equal(launch.statuses[rank], EB_USAGE);
        assert_non_null(strstr(launch.errors[rank].text, "no-such-interface"));
    }
}

static const json_t *case_of(const json_t *record, const char *kernel)
{
    size_t i;
    const json_t *found;
    json_array_foreach(json_object_get(json_array_get(json_object_get(record, "launches"), 0), "cases"), i,
                       found)
    {
        if (strcmp(json_string_value(json_object_get(found, "kernel")), kernel) == 0)
            return found;
    }
    fail_msg("no case of %s", kernel);
    return NULL;
}

static json_int_t count_in(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void test_pairs_and_the_slowest_are_told(void **state)
{
    (void)state;
    struct launch launch = {.options = {.iterations = 20, .warmup = 2, .sweeps = 2, .seed = 9, .pairs = 2}};
    json_t *record = run_launch(&launch, "a=inproc", "8", 4);
    const json_t *folded = case_of(record, "pingpong");
    const json_t *sweep = json_array_get(json_object_get(folded, "sweeps"), 1);
    const json_t *pairs = json_object_get(sweep, "pairs");
    assert_int_equal(count_in(folded, "pairs"), 2);
    assert_int_equal(count_in(sweep, "iterations"), 20);
    assert_int_equal(json_array_size(pairs), 2);
    assert_int_equal(
        json_integer_value(json_array_get(json_object_get(json_array_get(pairs, 1), "ranks"), 0)), 1);
    assert_int_equal(
        json_integer_value(json_array_get(json_object_get(json_array_get(pairs, 1), "ranks"), 1)), 3);
    json_int_t samples = 0;
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(folded, "histogram"), i, item)
    {
        samples += json_integer_value(json_array_get(item, 1));
    }
    assert_int_equal(samples, 40); /* both pairs' */
    json_int_t iterations = 0;
    sweep = json_array_get(json_object_get(case_of(record, "allreduce"), "sweeps"), 1);
    json_array_foreach(json_object_get(sweep, "slowest"), i, item)
    {
        assert_true(json_integer_value(json_array_get(item, 0)) < 4);
        iterations += json_integer_value(json_array_get(item, 1));
    }
    assert_int_equal(iterations, 20); /* each iteration was slowest somewhere */
    json_decref(record);
}

static void test_osu_counts_as_osu_does(void **state)
{
    (void)state;
    struct launch launch = {.options = {.warmup = UINT64_MAX, .sweeps = 1, .seed = 9, .osu = 1}};
    json_t *record = run_launch(&launch, "a=inproc", "8", 2);
    static const struct {
        const char *kernel;
        json_int_t iterations, warmup;
    } wanted[] = {{"pingpong", 10000, 100},
                  {"bandwidth", 100, 10},
                  {"bibandwidth", 100, 10},
                  {"message_rate", 100, 10},
                  {"allreduce", 1000, 100}}; /* OSU 7.4, small messages */
    for (size_t i = 0; i < 5; i++) {
        const json_t *folded = case_of(record, wanted[i].kernel);
        const json_t *sweep = json_array_get(json_object_get(folded, "sweeps"), 0);
        assert_int_equal(count_in(sweep, "iterations"), wanted[i].iterations);
        assert_int_equal(count_in(sweep, "warmup"), wanted[i].warmup);
        assert_string_equal(json_string_value(json_object_get(folded, "average")), "mean");
        assert_string_equal(json_string_value(json_object_get(folded, "receives")), "as-osu");
    }
    assert_string_equal(json_string_value(json_object_get(case_of(record, "allreduce"), "loop")), "barrier");
    json_decref(record);
}

static void test_precision_ends_a_block_early(void **state)
{
    (void)state;
    /* a tenth of a second, and half an interval of 99%, which the first part of any block has */
    struct launch launch = {.options = {.block_ns = 100000000,
                                        .min_iterations = 10,
                                        .sweeps = 2,
                                        .seed = 9,
                                        .warmup = 5,
                                        .precision = 0.99}};
    /* of iterations that wait for nobody, so that a busy machine does not spread them */
    json_t *record = run_launch(&launch, "n=null", "8", 2);
    const json_t *sweep = json_array_get(json_object_get(case_of(record, "pingpong"), "sweeps"), 1);
    assert_string_equal(json_string_value(json_object_get(sweep, "stopped_by")), "precision");
    /* and one that no block has */
    struct launch strict = {.options = {.block_ns = 1000000,
                                        .min_iterations = 10,
                                        .sweeps = 2,
                                        .seed = 9,
                                        .warmup = 5,
                                        .precision = 1e-12}};
    json_t *to_the_end = run_launch(&strict, "a=inproc", "64K", 2);
    sweep = json_array_get(json_object_get(case_of(to_the_end, "allreduce"), "sweeps"), 1);
    assert_string_equal(json_string_value(json_object_get(sweep, "stopped_by")), "budget");
    json_decref(record);
    json_decref(to_the_end);
}

static void test_auto_is_measured_and_can_be_told(void **state)
{
    (void)state;
    const struct eb_algorithm *ring = NULL;
    struct launch measured = {.options = {.iterations = 3, .sweeps = 1, .seed = 9}};
    json_t *record = run_launch(&measured, "a=inproc", "8,64K,1M", 3);
    const json_t *crossovers = json_object_get(
        json_object_get(json_array_get(json_object_get(record, "launches"), 0), "tuning"), "crossovers");
    assert_int_equal(json_array_size(crossovers), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(crossovers, 0), "arm")), "a");
    json_decref(record);
    assert_int_equal(eb_algorithm_find("ring", &ring, NULL), EB_OK);
    struct eb_crossover told = {.arm = "a", .above = ring, .bytes = 8};
    struct launch given = {
        .options = {.iterations = 3, .sweeps = 1, .seed = 9, .crossovers = &told, .crossover_count = 1}};
    record = run_launch(&given, "a=inproc", "8,12", 3);
    size_t i;
    const json_t *folded;
    json_array_foreach(json_object_get(json_array_get(json_object_get(record, "launches"), 0), "cases"), i,
                       folded)
    {
        if (strcmp(json_string_value(json_object_get(folded, "kernel")), "allreduce") == 0)
            assert_string_equal(json_string_value(json_object_get(folded, "algorithm")),
                                count_in(folded, "size_bytes") == 8 ? "recursive_doubling" : "ring");
    }
    json_decref(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_launch_becomes_a_record),
        cmocka_unit_test(test_pairs_and_the_slowest_are_told),
        cmocka_unit_test(test_osu_counts_as_osu_does),
        cmocka_unit_test(test_precision_ends_a_block_early),
        cmocka_unit_test(test_auto_is_measured_and_can_be_told),
        cmocka_unit_test(test_the_time_budget_gives_iterations),
        cmocka_unit_test(test_iterations_follow_the_median),
        cmocka_unit_test(test_what_came_before_a_failure_is_kept),
        cmocka_unit_test(test_a_bad_interface_ends_all_ranks_before_anything_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
