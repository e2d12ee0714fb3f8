/* Page's cumulative sum by hand. */
#include "cmocka_all.h"
#include "judge/stats/cusum.h"

#include <math.h>
#include <string.h>

static struct eb_cusum sum_of(const double *scores, size_t count)
{
    struct eb_cusum result;
    assert_int_equal(eb_cusum(scores, count, EB_CUSUM_ALLOWANCE, EB_CUSUM_LIMIT, &result, NULL), EB_OK);
    return result;
}

static void test_nothing(void **state)
{
    (void)state;
    struct eb_cusum result = sum_of(NULL, 0);
    assert_true(result.now == 0 && result.peak == 0 && !result.alarmed);
    static const double quiet[] = {0.5, 0.5, -3, 0.25, 0, 0.5};
    result = sum_of(quiet, 6);
    assert_true(result.now == 0 && result.peak == 0 && !result.alarmed);
    assert_int_equal(result.alarm, 0);
    assert_int_equal(result.origin, 0);
}

static void test_drift_by_hand(void **state)
{
    (void)state;
    /* r:   0  1   -1  2   2  2    2  2    2
     * S:   0  .5  0   1.5 3  4.5  6  7.5  9 : from index 3 on, above 7 at index 7 */
    static const double scores[] = {0, 1, -1, 2, 2, 2, 2, 2, 2};
    struct eb_cusum result = sum_of(scores, 7);
    assert_true(result.now == 6 && result.peak == 6 && !result.alarmed);
    assert_int_equal(result.origin, 0);
    result = sum_of(scores, 9);
    assert_true(result.now == 9 && result.peak == 9 && result.alarmed);
    assert_int_equal(result.origin, 3);
    assert_int_equal(result.alarm, 7);
}

static void test_limit_itself_is_no_alarm(void **state)
{
    (void)state;
    static const double scores[] = {7.5, 0.75};
    struct eb_cusum result = sum_of(scores, 1);
    assert_true(result.now == 7 && !result.alarmed);
    result = sum_of(scores, 2); /* 7.25 */
    assert_true(result.now == 7.25 && result.alarmed);
    assert_int_equal(result.origin, 0);
    assert_int_equal(result.alarm, 1);
}

static void test_alarm_that_goes_and_comes(void **state)
{
    (void)state;
    /* r:   10   -3.5  4    -20  0  8.5  -0.5  0.5
     * S:   9.5  5.5   9    0    0  8    7     7 */
    static const double scores[] = {10, -3.5, 4, -20, 0, 8.5, -0.5, 0.5};
    struct eb_cusum result = sum_of(scores, 3);
    assert_true(result.now == 9 && result.peak == 9.5 && result.alarmed);
    assert_int_equal(result.alarm, 2); /* since it was last below */
    assert_int_equal(result.origin, 0);
    result = sum_of(scores, 4);
    assert_true(result.now == 0 && result.peak == 9.5 && !result.alarmed);
    assert_int_equal(result.alarm, 0);
    result = sum_of(scores, 6);
    assert_true(result.now == 8 && result.alarmed);
    assert_int_equal(result.alarm, 5);
    assert_int_equal(result.origin, 5);
    result = sum_of(scores, 8);
    assert_true(result.now == 7 && !result.alarmed);
}

static void test_own_allowance_and_limit(void **state)
{
    (void)state;
    static const double scores[] = {1, 1, 1};
    struct eb_cusum result;
    assert_int_equal(eb_cusum(scores, 3, 0, 2.5, &result, NULL), EB_OK);
    assert_true(result.now == 3 && result.alarmed);
    assert_int_equal(result.alarm, 2);
    assert_int_equal(eb_cusum(scores, 3, 1, 2.5, &result, NULL), EB_OK);
    assert_true(result.now == 0 && !result.alarmed);
}

static void test_refusals(void **state)
{
    (void)state;
    struct eb_cusum result;
    struct eb_error err;
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 3; i++) {
        double scores[] = {1, 2, bad[i]};
        assert_int_equal(eb_cusum(scores, 3, 0.5, 7, &result, &err), EB_INVALID);
        assert_non_null(strstr(err.text, "score 2"));
        assert_int_equal(eb_cusum(scores, 2, bad[i], 7, &result, &err), EB_INVALID);
        assert_non_null(strstr(err.text, "allowance"));
    }
    static const double score = 1;
    assert_int_equal(eb_cusum(&score, 1, -0.5, 7, &result, &err), EB_INVALID);
    assert_int_equal(eb_cusum(&score, 1, 0.5, 0, &result, &err), EB_INVALID);
    assert_non_null(strstr(err.text, "limit"));
    assert_int_equal(eb_cusum(&score, 1, 0.5, NAN, &result, &err), EB_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_drift_by_hand),
        cmocka_unit_test(test_limit_itself_is_no_alarm),
        cmocka_unit_test(test_alarm_that_goes_and_comes),
        cmocka_unit_test(test_own_allowance_and_limit),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("cusum", tests, NULL, NULL);
}
