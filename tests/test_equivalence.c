/* Two one-sided tests against R 4.2.2's intervals at 90%, standard errors against R, and limits by hand. */
#include "cmocka_all.h"
#include "judge/stats/equivalence.h"

#include <math.h>
#include <string.h>

#define M 6
#define N 7
#define ALPHA 0.05

static const double x_values[M] = {10.1, 10.4, 9.8, 10.9, 10.2, 10.65};
static const double y_values[N] = {10.25, 10.33, 9.95, 10.72, 10.47, 10.58, 10.05};
static const double d_values[N] = {0.012, -0.008, 0.021, 0.003, -0.015, 0.009, -0.002};

static int groups(const double *x, size_t m, const double *y, size_t n, double delta)
{
    int equivalent = 2;
    assert_int_equal(eb_equivalence_groups(x, m, y, n, delta, ALPHA, &equivalent, NULL), EB_OK);
    return equivalent;
}

static int pairs(const double *differences, size_t k, double delta, double alpha)
{
    int equivalent = 2;
    assert_int_equal(eb_equivalence_pairs(differences, k, delta, alpha, &equivalent, NULL), EB_OK);
    return equivalent;
}

static void test_golden_groups(void **state)
{
    (void)state;
    /* R: x <- c(10.1, 10.4, 9.8, 10.9, 10.2, 10.65)
     *    y <- c(10.25, 10.33, 9.95, 10.72, 10.47, 10.58, 10.05)
     *    wilcox.test(y, x, conf.int = TRUE, exact = TRUE, conf.level = 0.90)   -0.40 0.38
     *    and at 0.95                                                           -0.45 0.48 */
    assert_int_equal(groups(x_values, M, y_values, N, 0.401), 1);
    assert_int_equal(groups(x_values, M, y_values, N, 0.399), 0);
    /* The other way round: -0.38 0.40. */
    assert_int_equal(groups(y_values, N, x_values, M, 0.401), 1);
    assert_int_equal(groups(y_values, N, x_values, M, 0.399), 0);
    int equivalent = 2;
    assert_int_equal(eb_equivalence_groups(x_values, M, y_values, N, 0.401, 0.025, &equivalent, NULL), EB_OK);
    assert_int_equal(equivalent, 0);
    assert_int_equal(eb_equivalence_groups(x_values, M, y_values, N, 0.481, 0.025, &equivalent, NULL), EB_OK);
    assert_int_equal(equivalent, 1);
}

static void test_three_against_three(void **state)
{
    (void)state;
    /* 1 / C(6, 3) is just 0.05: the interval is that of all differences.
     * R: wilcox.test(y[1:3], x[1:3], conf.int = TRUE, exact = TRUE, conf.level = 0.90)   -0.45 0.53 */
    assert_int_equal(groups(x_values, 3, y_values, 3, 0.531), 1);
    assert_int_equal(groups(x_values, 3, y_values, 3, 0.529), 0);
    /* 2 against 3 have none: not equivalent, however wide delta is. */
    assert_int_equal(groups(x_values, 2, y_values, 3, 1e9), 0);
    assert_int_equal(groups(x_values, 1, y_values, 1, 1e9), 0);
}

static void test_golden_pairs(void **state)
{
    (void)state;
    /* R: d <- c(.012, -.008, .021, .003, -.015, .009, -.002)
     *    wilcox.test(d, conf.int = TRUE, exact = TRUE, conf.level = 0.90)   -0.0080 0.0120
     *    and at 0.95                                                        -0.0085 0.0150
     *    wilcox.test(d[1:5], ..., conf.level = 0.90)                        -0.0150 0.0210 */
    assert_int_equal(pairs(d_values, 7, 0.0121, 0.05), 1);
    assert_int_equal(pairs(d_values, 7, 0.0119, 0.05), 0);
    assert_int_equal(pairs(d_values, 7, 0.0149, 0.025), 0);
    assert_int_equal(pairs(d_values, 7, 0.0151, 0.025), 1);
    assert_int_equal(pairs(d_values, 5, 0.0211, 0.05), 1);
    assert_int_equal(pairs(d_values, 5, 0.0209, 0.05), 0);
    assert_int_equal(pairs(d_values, 4, 1e9, 0.05), 0); /* 1/2^4 = 0.0625 */
    assert_int_equal(pairs(d_values, 4, 1e9, 0.0625), 1);
}

static void test_both_ends_count(void **state)
{
    (void)state;
    /* All differences 0.5, 0 and -0.5: only what lies within on both sides is equivalent. */
    static const double above[5] = {0.5, 0.5, 0.5, 0.5, 0.5};
    static const double none[5] = {0};
    static const double below[5] = {-0.5, -0.5, -0.5, -0.5, -0.5};
    assert_int_equal(groups(none, 5, above, 5, 0.4), 0);
    assert_int_equal(groups(none, 5, below, 5, 0.4), 0);
    assert_int_equal(groups(none, 5, above, 5, 0.5), 0); /* within is less than */
    assert_int_equal(groups(none, 5, below, 5, 0.5), 0);
    assert_int_equal(groups(none, 5, above, 5, 0.6), 1);
    assert_int_equal(groups(none, 5, none, 5, 1e-300), 1);
    assert_int_equal(pairs(above, 5, 0.4, ALPHA), 0);
    assert_int_equal(pairs(below, 5, 0.4, ALPHA), 0);
    assert_int_equal(pairs(below, 5, 0.6, ALPHA), 1);
}

static void assert_near(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-13 * fabs(wanted)))
        fail_msg("got %.17g, wanted %.17g", got, wanted);
}

static void test_standard_errors(void **state)
{
    (void)state;
    /* R: sqrt(var(x) / 6 + var(y) / 7); sd(d) / sqrt(7) */
    assert_near(eb_standard_error_groups(x_values, M, y_values, N), 0.19260668628297165);
    assert_near(eb_standard_error_pairs(d_values, N), 0.0046569383536752959);
    static const double same[3] = {0.1, 0.1, 0.1};
    assert_true(eb_standard_error_pairs(same, 3) == 0);
    assert_true(isnan(eb_standard_error_pairs(same, 1)));
    assert_true(isnan(eb_standard_error_groups(same, 3, same, 1)));
    assert_true(isnan(eb_standard_error_groups(same, 0, same, 3)));
    /* 1 and 3 have s2 = 2: sqrt(2/2 + 2/2). Far from 0 as well. */
    assert_near(eb_standard_error_groups((const double[]){1, 3}, 2, (const double[]){-3, -1}, 2), sqrt(2));
    assert_near(eb_standard_error_pairs((const double[]){1e9 + 1, 1e9 + 3}, 2), 1);
}

static void test_visible_effect(void **state)
{
    (void)state;
    /* delta 2%, 1% between launches, 8 against 8: 0.02 + 4 * 0.01 * sqrt(2/8) = 0.04. */
    assert_near(eb_visible_effect(0.02, 0.01 * sqrt(2.0 / 8)), 0.04);
    assert_true(isnan(eb_visible_effect(0.02, NAN)));
}

static void test_refusals(void **state)
{
    (void)state;
    struct eb_error err;
    int equivalent = 2;
    static const double deltas[] = {0, -1, NAN};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(eb_equivalence_groups(x_values, M, y_values, N, deltas[i], ALPHA, &equivalent, &err),
                         EB_INVALID);
        assert_non_null(strstr(err.text, "delta"));
        assert_int_equal(equivalent, 0);
        assert_int_equal(eb_equivalence_pairs(d_values, N, deltas[i], ALPHA, &equivalent, &err), EB_INVALID);
    }
    static const double alphas[] = {0, 0.5, -0.1, 1, NAN};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(eb_equivalence_groups(x_values, M, y_values, N, 1, alphas[i], &equivalent, &err),
                         EB_INVALID);
        assert_non_null(strstr(err.text, "alpha"));
        assert_int_equal(eb_equivalence_pairs(d_values, N, 1, alphas[i], &equivalent, &err), EB_INVALID);
    }
    double bad[M];
    memcpy(bad, x_values, sizeof bad);
    bad[2] = NAN;
    assert_int_equal(eb_equivalence_groups(bad, M, y_values, N, 1, ALPHA, &equivalent, &err), EB_INVALID);
    assert_int_equal(eb_equivalence_groups(y_values, N, bad, M, 1, ALPHA, &equivalent, &err), EB_INVALID);
    assert_int_equal(eb_equivalence_pairs(bad, M, 1, ALPHA, &equivalent, &err), EB_INVALID);
    assert_int_equal(eb_equivalence_pairs(bad, 0, 1, ALPHA, &equivalent, &err), EB_INVALID);
    assert_int_equal(equivalent, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_groups),   cmocka_unit_test(test_three_against_three),
        cmocka_unit_test(test_golden_pairs),    cmocka_unit_test(test_both_ends_count),
        cmocka_unit_test(test_standard_errors), cmocka_unit_test(test_visible_effect),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("equivalence", tests, NULL, NULL);
}
