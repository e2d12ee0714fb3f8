/* Every kernel with every number of ranks over real memory: each byte right, and a wrong one found. */
#include "bench.h"
#include "cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RANKS_MAX 9

static void assert_all_ok(struct bench *bench, int ranks)
{
    assert_int_equal(bench_run(bench, ranks), 0);
    for (int rank = 0; rank < ranks; rank++)
        if (bench->statuses[rank] != EB_OK)
            fail_msg("%s %s, %d ranks, %u bytes, rank %d: %s", bench->kernel,
                     bench->algorithm ? bench->algorithm : "", ranks, (unsigned)bench->size_bytes, rank,
                     bench->errors[rank].text);
}

static void test_allreduce_is_right(const char *algorithm)
{
    /* no multiples of the number of ranks, fewer elements than ranks, one element, several pages */
    static const uint64_t counts[] = {1, 2, 3, 5, 7, 8, 64, 1000, 1023, 40009};
    for (int ranks = 2; ranks <= RANKS_MAX; ranks++)
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            struct bench bench = {.arm = "a=inproc",
                                  .kernel = "allreduce",
                                  .algorithm = algorithm,
                                  .size_bytes = counts[i] * sizeof(float),
                                  .run_iterations = 5,
                                  .validate = 1,
                                  .spoiling_rank = -1};
            assert_all_ok(&bench, ranks);
            for (int rank = 0; rank < ranks; rank++)
                assert_int_equal(bench.checked_bytes[rank], counts[i] * sizeof(float));
        }
}

static void test_recursive_doubling(void **state)
{
    (void)state;
    test_allreduce_is_right("recursive_doubling");
}

static void test_ring(void **state)
{
    (void)state;
    test_allreduce_is_right("ring");
}

static void test_rabenseifner(void **state)
{
    (void)state;
    test_allreduce_is_right("rabenseifner");
}

/* Segments of one element, of some, of more than a chunk; fewer and more than are posted ahead. */
static void test_ring_in_segments(void **state)
{
    (void)state;
    static const size_t segments[] = {1, 4, 36, 4096};
    for (int ranks = 2; ranks <= 5; ranks++)
        for (size_t i = 0; i < 4; i++) {
            struct bench bench = {.arm = "a=inproc",
                                  .kernel = "allreduce",
                                  .algorithm = "ring",
                                  .size_bytes = 1004,
                                  .segment_bytes = segments[i],
                                  .run_iterations = 7,
                                  .validate = 1,
                                  .spoiling_rank = -1};
            assert_all_ok(&bench, ranks);
        }
}

static void test_every_type_and_operation(void **state)
{
    (void)state;
    static const char *const types[] = {"f32", "f64", "i32", "i64"};
    static const char *const operations[] = {"sum", "min", "max"};
    static const char *const algorithms[] = {"recursive_doubling", "ring", "rabenseifner"};
    for (size_t t = 0; t < 4; t++)
        for (size_t o = 0; o < 3; o++)
            for (size_t a = 0; a < 3; a++)
                for (int in_place = 0; in_place < 2; in_place++) {
                    struct bench bench = {.arm = "a=inproc",
                                          .kernel = "allreduce",
                                          .algorithm = algorithms[a],
                                          .type = types[t],
                                          .operation = operations[o],
                                          .in_place = in_place,
                                          .segment_bytes = 64,
                                          .size_bytes = 1000,
                                          .run_iterations = 3,
                                          .validate = 1,
                                          .spoiling_rank = -1};
                    assert_all_ok(&bench, 3);
                    assert_all_ok(&bench, 4);
                }
}

/* The kernels one by one, with what changes how they post and where. */
static void test_all_ways_of_posting(void **state)
{
    (void)state;
    static const struct {
        const char *kernel;
        const char *algorithm;
    } cases[] = {{"pingpong", NULL},           {"bandwidth", NULL},   {"bibandwidth", NULL},
                 {"message_rate", NULL},       {"allreduce", "ring"}, {"allreduce", "recursive_doubling"},
                 {"allreduce", "rabenseifner"}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int osu = 0; osu < 2; osu++)
            for (size_t places = 0; places < 4; places += 3) {
                struct bench bench = {.arm = "a=inproc",
                                      .kernel = cases[c].kernel,
                                      .algorithm = cases[c].algorithm,
                                      .size_bytes = 400,
                                      .window = 5,
                                      .pairs = 2,
                                      .posting = osu ? EB_POSTED_AS_OSU : EB_POSTED_AHEAD,
                                      .places = osu ? 0 : places,
                                      .run_iterations = 8,
                                      .validate = 1,
                                      .spoiling_rank = -1};
                assert_all_ok(&bench, 4);
            }
}

static void test_pairs_work_at_once(void **state)
{
    (void)state;
    static const char *const kernels[] = {"pingpong", "bandwidth", "bibandwidth", "message_rate"};
    for (size_t k = 0; k < 4; k++)
        for (int pairs = 1; pairs <= 3; pairs++) {
            struct bench bench = {.arm = "a=inproc",
                                  .kernel = kernels[k],
                                  .size_bytes = 100,
                                  .window = 4,
                                  .pairs = pairs,
                                  .run_iterations = 3,
                                  .validate = 1,
                                  .spoiling_rank = -1};
            assert_all_ok(&bench, 6);
            for (int rank = 0; rank < 6;
                 rank++) { /* the second of each pair at work checks, the others do not */
                int receives = rank >= 3 || k == 0 || k == 2;
                assert_int_equal(bench.checked_bytes[rank] > 0, receives && rank % 3 < pairs);
            }
        }
}

/* In every round of a screening, and turned: the second of each pair gets what the first sends, and an idle
 * rank nothing. */
static void test_rounds_of_a_screening(void **state)
{
    (void)state;
    static const char *const kernels[] = {"pingpong", "bandwidth"};
    for (size_t k = 0; k < 2; k++)
        for (int ranks = 2; ranks <= 7; ranks++)
            for (int turn = 0; turn < 2 * eb_pairing_rounds(ranks); turn++) {
                struct bench bench = {.arm = "a=inproc",
                                      .kernel = kernels[k],
                                      .size_bytes = 100,
                                      .window = 4,
                                      .is_screened = 1,
                                      .round = turn / 2,
                                      .is_turned = turn % 2,
                                      .run_iterations = 3,
                                      .validate = 1,
                                      .spoiling_rank = -1};
                struct eb_pairing pairing = eb_pairing_of_round(ranks, turn / 2);
                pairing.is_turned = turn % 2;
                assert_all_ok(&bench, ranks);
                for (int rank = 0; rank < ranks; rank++)
                    assert_int_equal(bench.checked_bytes[rank] > 0,
                                     eb_pairing_peer(&pairing, rank) >= 0 &&
                                         (k == 0 || !eb_pairing_is_first(&pairing, rank)));
            }
}

static void test_the_bound_of_floats(void **state)
{
    (void)state;
    const struct eb_reduction *reduction = NULL;
    /* 250 n whole numbers are exact in a float up to 2^24: n = 67108; then (n - 1) 2^-24 */
    assert_int_equal(eb_reduction_find("f32", "sum", &reduction, NULL), EB_OK);
    assert_true(eb_reduction_bound(reduction, 67108) == 0);
    assert_true(eb_reduction_bound(reduction, 67109) == 67108.0 / 16777216);
    assert_int_equal(eb_reduction_find("f32", "max", &reduction, NULL), EB_OK);
    assert_true(eb_reduction_bound(reduction, 1000000) == 0);
    assert_int_equal(eb_reduction_find("i32", "sum", &reduction, NULL), EB_OK);
    assert_true(eb_reduction_bound(reduction, 1000000) == 0);
}

/* One element off by one unit in the last place is wrong where the bound is 0. */
static void test_a_result_off_by_little_is_wrong(void **state)
{
    (void)state;
    const struct eb_reduction *reduction = NULL;
    float mine[50];
    float sum[50] = {0};
    struct eb_error err = {0};
    assert_int_equal(eb_reduction_find("f32", "sum", &reduction, NULL), EB_OK);
    for (int rank = 0; rank < 3; rank++) {
        eb_reduction_fill(reduction, mine, 50, rank, 2);
        reduction->combine(sum, sum, mine, 50);
    }
    assert_int_equal(eb_reduction_check(reduction, sum, 50, 1, 3, 2, &err), EB_OK);
    sum[49] = nextafterf(sum[49], 1e9f);
    assert_int_equal(eb_reduction_check(reduction, sum, 50, 1, 3, 2, &err), EB_INVALID);
    assert_non_null(strstr(err.text, "rank 1, offset 196,"));
    sum[49] = NAN;
    assert_int_equal(eb_reduction_check(reduction, sum, 50, 1, 3, 2, &err), EB_INVALID);
}

static void test_pair_kernels(void **state)
{
    (void)state;
    static const char *const kernels[] = {"pingpong", "bandwidth"};
    static const uint64_t sizes[] = {1, 7, 4096, 300001};
    static const unsigned windows[] = {1, 2, 64};
    for (int ranks = 2; ranks <= 5; ranks++)
        for (size_t k = 0; k < 2; k++)
            for (size_t s = 0; s < 4; s++)
                for (size_t w = 0; w < (k == 0 ? 1 : 3); w++) {
                    struct bench bench = {.arm = "a=inproc",
                                          .kernel = kernels[k],
                                          .size_bytes = sizes[s],
                                          .window = windows[w],
                                          .run_iterations = 4,
                                          .validate = 1,
                                          .spoiling_rank = -1};
                    assert_all_ok(&bench, ranks);
                    assert_true(bench.checked_bytes[ranks / 2] >= sizes[s]);
                }
}

/* The rank that must notice, and what it must say. */
static void assert_noticed(struct bench *bench, int ranks, int noticing_rank, const char *const *words)
{
    assert_int_equal(bench_run(bench, ranks), 0);
    const struct eb_error *error = &bench->errors[noticing_rank];
    assert_int_equal(bench->statuses[noticing_rank], EB_INVALID);
    for (; *words; words++)
        if (!strstr(error->text, *words))
            fail_msg("'%s' lacks '%s'", error->text, *words);
}

static void test_a_wrong_byte_is_found_in_pingpong(void **state)
{
    (void)state;
    struct bench bench = {.arm = "a=inproc",
                          .kernel = "pingpong",
                          .size_bytes = 100,
                          .validate = 1,
                          .spoiling_rank = 0,
                          .spoil_send = 2,
                          .spoil_offset = 42,
                          .timeout_ms = 300};
    assert_noticed(&bench, 2, 1, (const char *const[]){"rank 1", "offset 42", "got 0x", "wanted 0x", NULL});
}

static void test_a_wrong_byte_is_found_in_bandwidth(void **state)
{
    (void)state;
    struct bench bench = {.arm = "a=inproc",
                          .kernel = "bandwidth",
                          .size_bytes = 5000,
                          .window = 8,
                          .validate = 1,
                          .spoiling_rank = 0,
                          .spoil_send = 7,
                          .spoil_offset = 4999,
                          .timeout_ms = 300};
    assert_noticed(&bench, 2, 1, (const char *const[]){"rank 1", "offset 4999", NULL});
}

static void test_a_wrong_byte_is_found_in_allreduce(void **state)
{
    (void)state;
    static const char *const algorithms[] = {"recursive_doubling", "ring", "rabenseifner"};
    /* byte 6 of rank 0's first message: of the vector, of its first half, of its second */
    static const char *const offsets[] = {"offset 4,", "offset 4,", "offset 204,"};
    for (size_t i = 0; i < 3; i++) {
        struct bench bench = {.arm = "a=inproc",
                              .kernel = "allreduce",
                              .algorithm = algorithms[i],
                              .size_bytes = 400,
                              .validate = 1,
                              .spoiling_rank = 0,
                              .spoil_send = 1,
                              .spoil_offset = 6,
                              .timeout_ms = 300};
        assert_noticed(&bench, 2, 1, (const char *const[]){"rank 1", offsets[i], "got ", "wanted ", NULL});
    }
}

static void test_a_silent_peer_ends_in_time(void **state)
{
    (void)state;
    struct bench bench = {.arm = "a=inproc",
                          .kernel = "pingpong",
                          .size_bytes = 8,
                          .validate = 1,
                          .spoiling_rank = 0,
                          .spoil_send = 1,
                          .timeout_ms = 200};
    /* Rank 1 finds the wrong byte and answers no more: rank 0 must not wait for ever. */
    assert_int_equal(bench_run(&bench, 2), 0);
    assert_int_equal(bench.statuses[0], EB_INTERNAL);
    assert_non_null(strstr(bench.errors[0].text, "timeout"));
}

static void test_unknown_names(void **state)
{
    (void)state;
    const struct eb_kernel_ops *kernel = NULL;
    const struct eb_algorithm *algorithm = NULL;
    struct eb_error err = {0};
    assert_int_equal(eb_kernel_find("pong", &kernel, &err), EB_USAGE);
    assert_non_null(strstr(err.text, "'pong'"));
    assert_non_null(strstr(err.text, "pingpong, bandwidth, bibandwidth, message_rate, allreduce"));
    assert_int_equal(eb_algorithm_find("bucket", &algorithm, &err), EB_USAGE);
    assert_non_null(strstr(err.text, "'bucket'"));
    assert_non_null(strstr(err.text, "recursive_doubling"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recursive_doubling),
        cmocka_unit_test(test_ring),
        cmocka_unit_test(test_rabenseifner),
        cmocka_unit_test(test_ring_in_segments),
        cmocka_unit_test(test_every_type_and_operation),
        cmocka_unit_test(test_all_ways_of_posting),
        cmocka_unit_test(test_pairs_work_at_once),
        cmocka_unit_test(test_rounds_of_a_screening),
        cmocka_unit_test(test_the_bound_of_floats),
        cmocka_unit_test(test_a_result_off_by_little_is_wrong),
        cmocka_unit_test(test_pair_kernels),
        cmocka_unit_test(test_a_wrong_byte_is_found_in_pingpong),
        cmocka_unit_test(test_a_wrong_byte_is_found_in_bandwidth),
        cmocka_unit_test(test_a_wrong_byte_is_found_in_allreduce),
        cmocka_unit_test(test_a_silent_peer_ends_in_time),
        cmocka_unit_test(test_unknown_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
