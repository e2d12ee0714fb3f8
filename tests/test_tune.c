/* What is found out before the sweeps, without measuring: choices, jumps, and where ranks may be bound. */
#include "cmocka_all.h"
#include "measure/topology/binding.h"
#include "measure/tune.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void test_a_crossover_chooses(void **state)
{
    (void)state;
    struct eb_crossover crossover = {.arm = "a", .bytes = 4096};
    assert_int_equal(eb_algorithm_find("rabenseifner", &crossover.above, NULL), EB_OK);
    assert_string_equal(eb_crossover_choose(&crossover, 4)->name, "recursive_doubling");
    assert_string_equal(eb_crossover_choose(&crossover, 4096)->name, "recursive_doubling");
    assert_string_equal(eb_crossover_choose(&crossover, 4100)->name, "rabenseifner");
    crossover.bytes = 0;
    assert_string_equal(eb_crossover_choose(&crossover, 4)->name, "rabenseifner");
}

/* Times that follow a model of latency and bandwidth have no cliff, whatever the step of the sizes. */
static void test_smooth_growth_is_no_cliff(void **state)
{
    (void)state;
    for (double step = 1.5; step <= 4; step += 0.5) {
        uint64_t sizes[40];
        double times[40];
        size_t count = 0;
        for (double bytes = 1; bytes < 1e8 && count < 40; bytes *= step)
            if (count == 0 || (uint64_t)bytes > sizes[count - 1])
                sizes[count++] = (uint64_t)bytes;
        for (size_t i = 0; i < count; i++)
            times[i] = 10000 + 0.3 * (double)sizes[i]; /* 10 us and 3.3 GB/s */
        for (size_t i = 0; i + 1 < count; i++)
            if (eb_refine_is_cliff(sizes, times, count, i))
                fail_msg("step %g: a cliff at %u bytes", step, (unsigned)sizes[i]);
    }
}

static void test_a_jump_is_a_cliff(void **state)
{
    (void)state;
    /* tcp;ofi_rxm of libfabric 1.17 on this project's first machine: it leaves its eager buffers at 16 KiB */
    static const uint64_t sizes[] = {4096, 8192, 16384, 32768, 65536};
    static const double times[] = {17000, 19000, 25000, 90000, 110000};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(eb_refine_is_cliff(sizes, times, 5, i), i == 2);
    /* and at either end */
    static const double at_the_start[] = {10000, 30000, 31000, 33000, 36000};
    static const double at_the_end[] = {10000, 11000, 12000, 13000, 40000};
    assert_true(eb_refine_is_cliff(sizes, at_the_start, 5, 0));
    assert_true(eb_refine_is_cliff(sizes, at_the_end, 5, 3));
    /* too low to matter */
    static const double low[] = {10000, 10010, 11500, 11510, 11520};
    for (size_t i = 0; i < 4; i++)
        assert_false(eb_refine_is_cliff(sizes, low, 5, i));
}

static void test_bind_says_where(void **state)
{
    (void)state;
    enum eb_bind_policy policy = EB_BIND_NONE;
    const char *list = NULL;
    assert_int_equal(eb_bind_parse(NULL, &policy, &list, NULL), EB_OK);
    assert_int_equal(policy, EB_BIND_DEFAULT);
    assert_int_equal(eb_bind_parse("nic", &policy, &list, NULL), EB_OK);
    assert_int_equal(policy, EB_BIND_NIC);
    assert_int_equal(eb_bind_parse("none", &policy, &list, NULL), EB_OK);
    assert_int_equal(policy, EB_BIND_NONE);
    assert_int_equal(eb_bind_parse("core:0,2,4-7", &policy, &list, NULL), EB_OK);
    assert_int_equal(policy, EB_BIND_CORES);
    assert_string_equal(list, "0,2,4-7");
    static const char *const bad[] = {"", "core", "core:", "core:a", "core:0;1", "numa", "nic0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct eb_error err = {0};
        char quoted[32];
        snprintf(quoted, sizeof quoted, "'%s'", bad[i]);
        assert_int_equal(eb_bind_parse(bad[i], &policy, &list, &err), EB_USAGE);
        assert_non_null(strstr(err.text, quoted));
    }
}

static void test_bad_lists_of_cores_bind_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {"100000", "-", "0-", "3-1,", ",", "0-100000"};
    struct eb_binding before;
    struct eb_binding after;
    assert_int_equal(eb_binding_read(&before, NULL), EB_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct eb_error err = {0};
        if (eb_bind(EB_BIND_CORES, bad[i], "", 0, 1, &err) != EB_USAGE)
            fail_msg("core:%s was taken", bad[i]);
        assert_non_null(strstr(err.text, "--bind"));
    }
    assert_int_equal(eb_binding_read(&after, NULL), EB_OK);
    assert_string_equal(before.cpus, after.cpus);
}

static void test_masks_within_masks(void **state)
{
    (void)state;
    assert_true(eb_cpus_within("0", "0-3"));
    assert_true(eb_cpus_within("1,3", "0-3"));
    assert_false(eb_cpus_within("0-3", "1"));
    assert_false(eb_cpus_within("0,4", "0-3"));
    assert_false(eb_cpus_within("0,...", "0-3")); /* cut: nobody knows */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_crossover_chooses),
        cmocka_unit_test(test_smooth_growth_is_no_cliff),
        cmocka_unit_test(test_a_jump_is_a_cliff),
        cmocka_unit_test(test_bind_says_where),
        cmocka_unit_test(test_bad_lists_of_cores_bind_nothing),
        cmocka_unit_test(test_masks_within_masks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
