/* The order of cases: complete, shuffled, repeatable, arms next to one another. */
#include "cmocka_all.h"
#include "measure/plan.h"

#include <string.h>

enum { ARMS = 3 };

static void make_plan(struct eb_plan *plan)
{
    struct eb_size_list sizes;
    const struct eb_kernel_ops *kernels[2];
    assert_int_equal(eb_size_list_parse("1:1K", &sizes, NULL), EB_OK);
    assert_int_equal(eb_kernel_find("pingpong", &kernels[0], NULL), EB_OK);
    assert_int_equal(eb_kernel_find("allreduce", &kernels[1], NULL), EB_OK);
    struct eb_plan_wishes wishes = {
        .kernels = kernels, .kernel_count = 2, .sizes = &sizes, .arm_count = ARMS, .element_bytes = 4};
    assert_int_equal(eb_plan_build(&wishes, plan, NULL), EB_OK);
    eb_size_list_free(&sizes);
}

static void test_every_case_once(void **state)
{
    (void)state;
    struct eb_plan plan;
    make_plan(&plan);
    assert_int_equal(plan.count, (11 + 9) * ARMS); /* 1 to 1024 bytes; the all-reduce from 4 */
    size_t order[60];
    int seen[60] = {0};
    assert_int_equal(eb_plan_order(&plan, 5, 0, 0, 1, order, NULL), EB_OK);
    for (size_t i = 0; i < plan.count; i++)
        seen[order[i]]++;
    for (size_t i = 0; i < plan.count; i++)
        assert_int_equal(seen[i], 1);
    eb_plan_free(&plan);
}

static void test_arms_stand_together(void **state)
{
    (void)state;
    struct eb_plan plan;
    size_t order[60];
    make_plan(&plan);
    eb_plan_order(&plan, 5, 0, 0, 1, order, NULL);
    for (size_t i = 0; i < plan.count; i += ARMS)
        for (size_t arm = 1; arm < ARMS; arm++)
            assert_int_equal(plan.cases[order[i]].group, plan.cases[order[i + arm]].group);
    eb_plan_free(&plan);
}

static void test_orders_differ_and_repeat(void **state)
{
    (void)state;
    struct eb_plan plan;
    size_t orders[5][60];
    make_plan(&plan);
    eb_plan_order(&plan, 5, 0, 0, 1, orders[0], NULL);
    eb_plan_order(&plan, 5, 0, 0, 1, orders[1], NULL);
    eb_plan_order(&plan, 5, 0, 1, 1, orders[2], NULL);
    eb_plan_order(&plan, 5, 1, 0, 1, orders[3], NULL);
    eb_plan_order(&plan, 6, 0, 0, 1, orders[4], NULL);
    assert_memory_equal(orders[0], orders[1], sizeof orders[0]);
    for (int other = 2; other < 5; other++)
        assert_memory_not_equal(orders[0], orders[other], sizeof orders[0]);
    eb_plan_free(&plan);
}

static void test_a_named_size_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    static const char *const lists[] = {"6", "8,6", "1:2"};
    const struct eb_kernel_ops *kernel = NULL;
    assert_int_equal(eb_kernel_find("allreduce", &kernel, NULL), EB_OK);
    for (size_t i = 0; i < 3; i++) {
        struct eb_size_list sizes;
        struct eb_plan plan;
        struct eb_error err = {0};
        assert_int_equal(eb_size_list_parse(lists[i], &sizes, NULL), EB_OK);
        struct eb_plan_wishes wishes = {
            .kernels = &kernel, .kernel_count = 1, .sizes = &sizes, .arm_count = 1, .element_bytes = 4};
        assert_int_equal(eb_plan_build(&wishes, &plan, &err), EB_USAGE);
        assert_non_null(strstr(err.text, "allreduce"));
        assert_non_null(strstr(err.text, "multiples of 4"));
        eb_size_list_free(&sizes);
    }
}

static void test_osu_ends_where_osu_ends(void **state)
{
    (void)state;
    struct eb_size_list sizes;
    struct eb_plan plan;
    size_t order[100];
    const struct eb_kernel_ops *kernels[2];
    uint64_t largest[2] = {0};
    assert_int_equal(eb_size_list_parse("1:16M", &sizes, NULL), EB_OK);
    assert_int_equal(eb_kernel_find("pingpong", &kernels[0], NULL), EB_OK);
    assert_int_equal(eb_kernel_find("allreduce", &kernels[1], NULL), EB_OK);
    struct eb_plan_wishes wishes = {.kernels = kernels,
                                    .kernel_count = 2,
                                    .sizes = &sizes,
                                    .arm_count = 1,
                                    .element_bytes = 4,
                                    .osu_sizes = 1};
    assert_int_equal(eb_plan_build(&wishes, &plan, NULL), EB_OK);
    for (size_t i = 0; i < plan.count; i++) {
        size_t k = plan.cases[i].kernel == kernels[1];
        if (plan.cases[i].size_bytes > largest[k])
            largest[k] = plan.cases[i].size_bytes;
    }
    assert_int_equal(largest[0], 4 << 20); /* osu_latency and osu_allreduce of 7.4 */
    assert_int_equal(largest[1], 1 << 20);
    assert_int_equal(eb_plan_order(&plan, 5, 0, 0, 0, order, NULL), EB_OK);
    for (size_t i = 0; i < plan.count; i++)
        assert_int_equal(order[i], i); /* unshuffled: smallest first, kernel by kernel */
    eb_plan_free(&plan);
    eb_size_list_free(&sizes);
}

static void test_sizes_of_one_kernel_are_added_to_it_alone(void **state)
{
    (void)state;
    struct eb_size_list sizes;
    struct eb_plan plan;
    const struct eb_kernel_ops *kernels[2];
    assert_int_equal(eb_size_list_parse("8", &sizes, NULL), EB_OK);
    assert_int_equal(eb_kernel_find("pingpong", &kernels[0], NULL), EB_OK);
    assert_int_equal(eb_kernel_find("bandwidth", &kernels[1], NULL), EB_OK);
    struct eb_added_size added = {.kernel = kernels[1], .bytes = 1234};
    struct eb_plan_wishes wishes = {.kernels = kernels,
                                    .kernel_count = 2,
                                    .sizes = &sizes,
                                    .arm_count = ARMS,
                                    .element_bytes = 4,
                                    .added = &added,
                                    .added_count = 1};
    assert_int_equal(eb_plan_build(&wishes, &plan, NULL), EB_OK);
    assert_int_equal(plan.count, 3 * ARMS);
    for (size_t i = 0; i < plan.count; i++) {
        assert_int_equal(plan.cases[i].added, plan.cases[i].size_bytes == 1234);
        if (plan.cases[i].added)
            assert_ptr_equal(plan.cases[i].kernel, kernels[1]);
    }
    eb_plan_free(&plan);
    eb_size_list_free(&sizes);
}

/* All rounds of each kernel on each arm: the smallest size where messages go to and fro, the largest where
 * they stream. */
static void test_a_screening_has_its_rounds(void **state)
{
    (void)state;
    struct eb_size_list sizes;
    struct eb_plan plan;
    const struct eb_kernel_ops *kernels[2];
    int seen[2][ARMS][7] = {0};
    assert_int_equal(eb_size_list_parse("64,8,1M,4K", &sizes, NULL), EB_OK);
    assert_int_equal(eb_kernel_find("pingpong", &kernels[0], NULL), EB_OK);
    assert_int_equal(eb_kernel_find("bandwidth", &kernels[1], NULL), EB_OK);
    struct eb_plan_wishes wishes = {.kernels = kernels,
                                    .kernel_count = 2,
                                    .sizes = &sizes,
                                    .arm_count = ARMS,
                                    .element_bytes = 4,
                                    .rounds = 7};
    assert_int_equal(eb_plan_build(&wishes, &plan, NULL), EB_OK);
    assert_int_equal(plan.count, 2 * ARMS * 7);
    assert_int_equal(plan.group_count, 2 * 7); /* arms of a round stand next to one another */
    for (size_t i = 0; i < plan.count; i++) {
        const struct eb_case *unit = &plan.cases[i];
        assert_int_equal(unit->rounds, 7);
        assert_int_equal(unit->size_bytes, unit->kernel == kernels[0] ? 8 : 1 << 20);
        seen[unit->kernel == kernels[1]][unit->arm][unit->round]++;
        assert_int_equal(unit->group, plan.cases[i - unit->arm].group);
    }
    for (int k = 0; k < 2; k++)
        for (int arm = 0; arm < ARMS; arm++)
            for (int round = 0; round < 7; round++)
                assert_int_equal(seen[k][arm][round], 1);
    eb_plan_free(&plan);
    eb_size_list_free(&sizes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_case_once),
        cmocka_unit_test(test_arms_stand_together),
        cmocka_unit_test(test_orders_differ_and_repeat),
        cmocka_unit_test(test_a_named_size_that_does_not_fit_is_refused),
        cmocka_unit_test(test_osu_ends_where_osu_ends),
        cmocka_unit_test(test_sizes_of_one_kernel_are_added_to_it_alone),
        cmocka_unit_test(test_a_screening_has_its_rounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
