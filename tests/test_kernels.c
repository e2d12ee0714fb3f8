/* Every kernel with every number of ranks over real memory: each byte right, and a wrong one found. */
#include "bench.h"
#include "cmocka_all.h"

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

static void test_auto_changes_the_algorithm_with_the_size(void **state)
{
    (void)state;
    const struct eb_algorithm *algorithm = NULL;
    assert_int_equal(eb_algorithm_find("auto", EB_ALLREDUCE_CROSSOVER_BYTES, &algorithm, NULL), EB_OK);
    assert_string_equal(algorithm->name, "recursive_doubling");
    assert_int_equal(eb_algorithm_find("auto", EB_ALLREDUCE_CROSSOVER_BYTES + 4, &algorithm, NULL), EB_OK);
    assert_string_equal(algorithm->name, "ring");
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
    static const char *const algorithms[] = {"recursive_doubling", "ring"};
    for (size_t i = 0; i < 2; i++) {
        struct bench bench = {.arm = "a=inproc",
                              .kernel = "allreduce",
                              .algorithm = algorithms[i],
                              .size_bytes = 400,
                              .validate = 1,
                              .spoiling_rank = 0,
                              .spoil_send = 1,
                              .spoil_offset = 6,
                              .timeout_ms = 300};
        assert_noticed(&bench, 2, 1, (const char *const[]){"rank 1", "offset 4,", "got ", "wanted ", NULL});
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
    assert_non_null(strstr(err.text, "pingpong, bandwidth, allreduce"));
    assert_int_equal(eb_algorithm_find("bucket", 4, &algorithm, &err), EB_USAGE);
    assert_non_null(strstr(err.text, "'bucket'"));
    assert_non_null(strstr(err.text, "recursive_doubling"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recursive_doubling),
        cmocka_unit_test(test_ring),
        cmocka_unit_test(test_auto_changes_the_algorithm_with_the_size),
        cmocka_unit_test(test_pair_kernels),
        cmocka_unit_test(test_a_wrong_byte_is_found_in_pingpong),
        cmocka_unit_test(test_a_wrong_byte_is_found_in_bandwidth),
        cmocka_unit_test(test_a_wrong_byte_is_found_in_allreduce),
        cmocka_unit_test(test_a_silent_peer_ends_in_time),
        cmocka_unit_test(test_unknown_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
