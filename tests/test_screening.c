/* A screening on threads: every two ranks once in each sweep, both ways, with the samples that they should
 * have. */
#include "cmocka_all.h"
#include "common/journal.h"
#include "common/record.h"
#include "measure/block.h"
#include "measure/launch/threads.h"
#include "measure/session.h"

#include <string.h>
#include <unistd.h>

enum { RANKS_MAX = 9, SWEEPS = 3 };

struct screening {
    struct eb_session_options options;
    struct eb_journal_fold *fold;
    enum eb_status statuses[RANKS_MAX];
    struct eb_error errors[RANKS_MAX];
};

static enum eb_status emit(void *argument, const json_t *line, struct eb_error *err)
{
    struct screening *screening = argument;
    return eb_journal_fold_line(screening->fold, line, err);
}

static void failed(void *argument, const struct eb_error *error)
{
    (void)argument, (void)error;
}

static int run_rank(struct eb_launch *base, void *argument)
{
    struct screening *screening = argument;
    struct eb_session_events events = {.emit = emit, .failed = failed, .argument = screening};
    screening->statuses[base->rank] =
        eb_session_run(base, &screening->options, &events, &screening->errors[base->rank]);
    return 0;
}

/* Screens ranks over one arm; the record is the caller's. */
static json_t *screen(struct screening *screening, int ranks)
{
    struct eb_arm arm;
    const struct eb_kernel_ops *kernels[2];
    struct eb_session_options *options = &screening->options;
    assert_int_equal(eb_kernel_find("pingpong", &kernels[0], NULL), EB_OK);
    assert_int_equal(eb_kernel_find("bandwidth", &kernels[1], NULL), EB_OK);
    assert_int_equal(eb_arm_parse("a=inproc", &arm, NULL), EB_OK);
    assert_int_equal(eb_size_list_parse("8,4K", &options->sizes, NULL), EB_OK);
    assert_int_equal(eb_reduction_find("f32", "sum", &options->reduction, NULL), EB_OK);
    options->arms = &arm;
    options->arm_count = 1;
    options->kernels = kernels;
    options->kernel_count = 2;
    options->screen = 1;
    options->algorithm = "auto";
    options->variant = "default";
    options->window = 4;
    options->sweeps = SWEEPS;
    options->seed = 9;
    options->run = json_pack("{s:s}", "created_utc", "2026-01-01T00:00:00Z");
    screening->fold = eb_journal_fold_new();
    assert_int_equal(eb_session_check(options, NULL), EB_OK);
    int yield = ranks > (int)sysconf(_SC_NPROCESSORS_ONLN);
    assert_int_equal(eb_launch_threads_run(ranks, yield, UINT64_C(20000000000), run_rank, screening), 0);
    json_t *folded = eb_journal_fold_launch(screening->fold);
    json_t *record = eb_record_new(json_incref(options->run));
    if (folded)
        json_array_append_new(json_object_get(record, "launches"), folded);
    json_decref(options->run);
    eb_journal_fold_free(screening->fold);
    eb_size_list_free(&options->sizes);
    eb_arm_free(&arm);
    return record;
}

static int count_in(const json_t *object, const char *key)
{
    return (int)json_integer_value(json_object_get(object, key));
}

/* Takes the pairs of a sweep: from[first * ranks + second] counts. */
static void take_pairs(const json_t *sweep, int ranks, int *from)
{
    size_t i;
    const json_t *pair;
    unsigned char busy[RANKS_MAX] = {0};
    assert_int_equal(json_array_size(json_object_get(sweep, "pairs")), ranks / 2);
    json_array_foreach(json_object_get(sweep, "pairs"), i, pair)
    {
        int first = (int)json_integer_value(json_array_get(json_object_get(pair, "ranks"), 0));
        int second = (int)json_integer_value(json_array_get(json_object_get(pair, "ranks"), 1));
        assert_true(first != second && first < ranks && second < ranks);
        assert_int_equal(busy[first]++ + busy[second]++, 0);
        from[first * ranks + second]++;
        assert_true(count_in(pair, "median_ns") > 0);
        assert_null(json_object_get(pair, "p99_ns")); /* of 20 samples */
    }
}

static void assert_every_two_once(const json_t *cases, const char *kernel, int ranks, int iterations)
{
    int from[SWEEPS][RANKS_MAX * RANKS_MAX] = {0};
    int rounds = 0;
    size_t i;
    const json_t *folded;
    json_array_foreach(cases, i, folded)
    {
        size_t sweep = 0;
        const json_t *item;
        if (strcmp(json_string_value(json_object_get(folded, "kernel")), kernel) != 0)
            continue;
        rounds++;
        assert_int_equal(count_in(folded, "size_bytes"), strcmp(kernel, "pingpong") == 0 ? 8 : 4096);
        assert_int_equal(count_in(folded, "ranks"), ranks);
        assert_int_equal(count_in(folded, "pairs"), ranks / 2);
        assert_true(count_in(json_object_get(folded, "validation"), "bytes") > 0);
        assert_int_equal(json_array_size(json_object_get(folded, "sweeps")), SWEEPS);
        json_array_foreach(json_object_get(folded, "sweeps"), sweep, item)
        {
            const json_t *raw = json_array_get(json_object_get(folded, "raw_ns"), sweep);
            assert_int_equal(count_in(item, "iterations"), iterations);
            assert_int_equal(json_array_size(raw), iterations * (ranks / 2));
            for (size_t s = 0; s < json_array_size(raw); s++)
                assert_true(json_integer_value(json_array_get(raw, s)) > 0);
            take_pairs(item, ranks, from[sweep]);
        }
    }
    assert_int_equal(rounds, ranks % 2 ? ranks : ranks - 1);
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (int a = 0; a < ranks; a++)
            for (int b = 0; b < ranks; b++) {
                assert_int_equal(from[sweep][a * ranks + b] + from[sweep][b * ranks + a], a != b);
                if (sweep > 0) /* the other way round than in the sweep before */
                    assert_int_equal(from[sweep][a * ranks + b], from[sweep - 1][b * ranks + a]);
            }
}

static void test_every_two_ranks_once_a_sweep(void **state)
{
    (void)state;
    for (int ranks = 2; ranks <= RANKS_MAX; ranks += ranks < 6 ? 1 : 3) {
        struct screening screening = {
            .options = {.iterations = 20, .warmup = 2, .allow_same_host = 1, .validate = 1, .raw = 1}};
        struct eb_error err = {0};
        json_t *record = screen(&screening, ranks);
        for (int rank = 0; rank < ranks; rank++)
            if (screening.statuses[rank] != EB_OK)
                fail_msg("%d ranks, rank %d: %s", ranks, rank, screening.errors[rank].text);
        if (eb_record_check(record, "record", &err) != EB_OK)
            fail_msg("%s", err.text);
        const json_t *launch = json_array_get(json_object_get(record, "launches"), 0);
        assert_every_two_once(json_object_get(launch, "cases"), "pingpong", ranks, 20);
        assert_every_two_once(json_object_get(launch, "cases"), "bandwidth", ranks, 20);
        json_decref(record);
    }
}

/* Where nobody says how many: all rounds of the first sweep have as many, found once; and of 299 samples and
 * more there is a 99th percentile (tests/test_order.c has the number). */
static void test_iterations_are_found_once(void **state)
{
    (void)state;
    struct screening screening = {
        .options = {.block_ns = 2000000, .min_iterations = 300, .warmup = UINT64_MAX, .allow_same_host = 1}};
    json_t *record = screen(&screening, 5); /* rank 0 is idle in one round, and second in others */
    int found[2] = {0};
    size_t i;
    const json_t *folded;
    const json_t *launch = json_array_get(json_object_get(record, "launches"), 0);
    assert_int_equal(json_array_size(json_object_get(launch, "cases")), 2 * 5);
    json_array_foreach(json_object_get(launch, "cases"), i, folded)
    {
        const json_t *first = json_array_get(json_object_get(folded, "sweeps"), 0);
        int *known = &found[strcmp(json_string_value(json_object_get(folded, "kernel")), "pingpong") == 0];
        assert_true(count_in(first, "iterations") >= 300);
        assert_true(count_in(first, "iterations") < 200000); /* what no median at all would give */
        assert_true(*known == 0 || *known == count_in(first, "iterations"));
        *known = count_in(first, "iterations");
        const json_t *pair = json_array_get(json_object_get(first, "pairs"), 1);
        assert_true(count_in(pair, "p99_ns") >= count_in(pair, "median_ns"));
    }
    json_decref(record);
}

static void test_ranks_of_one_host_are_no_hosts(void **state)
{
    (void)state;
    struct screening screening = {.options = {.iterations = 3}};
    json_t *record = screen(&screening, 3);
    for (int rank = 0; rank < 3; rank++) {
        assert_int_equal(screening.statuses[rank], EB_WRONG_PATH);
        assert_non_null(strstr(screening.errors[rank].text, "ranks 0 and 1 are both on host"));
    }
    assert_int_equal(json_array_size(json_object_get(record, "launches")), 0);
    json_decref(record);
}

static void test_the_pace_of_a_round(void **state)
{
    (void)state;
    double alike[] = {12, 10, 11};
    double slow[] = {10, 1000, 11, 12};     /* 1000 / 8 is beyond the others */
    double slowish[] = {10, 80, 11, 9, 12}; /* 80 / 8 is not */
    assert_true(eb_block_pace(alike, 3) == 11);
    assert_true(eb_block_pace(slow, 4) == 125);
    assert_true(eb_block_pace(slowish, 5) == 11);
    assert_true(eb_block_pace(NULL, 0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_two_ranks_once_a_sweep),
        cmocka_unit_test(test_iterations_are_found_once),
        cmocka_unit_test(test_ranks_of_one_host_are_no_hosts),
        cmocka_unit_test(test_the_pace_of_a_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
