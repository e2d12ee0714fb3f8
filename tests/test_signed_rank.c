/* Hodges and Lehmann's estimate of pairs against R 4.2.2, against plain enumeration, and by properties that
 * it must have. */
#include "cmocka_all.h"
#include "judge/stats/signed_rank.h"

#include <math.h>
#include <string.h>

#define K 8

static const double d_values[K] = {1.9, 0.1, -2.03, 1.87, -0.25, 2.6, 1.71, -2.8};

static void assert_near(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-12 * (1 + fabs(wanted))))
        fail_msg("got %.17g, wanted %.17g", got, wanted);
}

static struct eb_shift shift_of(const double *differences, size_t k, double level)
{
    struct eb_shift shift;
    assert_int_equal(eb_signed_rank_estimate(differences, k, level, &shift, NULL), EB_OK);
    return shift;
}

static void assert_shift(struct eb_shift shift, double estimate, double low, double high)
{
    assert_near(shift.estimate, estimate);
    assert_true(shift.interval.present);
    assert_near(shift.interval.low, low);
    assert_near(shift.interval.high, high);
}

static void test_golden(void **state)
{
    (void)state;
    /* R: d <- c(1.9, 0.1, -2.03, 1.87, -0.25, 2.6, 1.71, -2.8)
     *    wilcox.test(d, conf.int = TRUE, exact = TRUE) */
    struct eb_shift shift = shift_of(d_values, K, 0.95);
    assert_shift(shift, 0.5075, -1.525, 2.155);
    assert_near(shift.interval.coverage, 0.9609375); /* R: 1 - 2 * psignrank(qsignrank(.025, 8) - 1, 8) */
    /* R: wilcox.test(d[1:6], conf.int = TRUE, exact = TRUE) */
    shift = shift_of(d_values, 6, 0.95);
    assert_shift(shift, 0.825, -2.03, 2.6);
    assert_near(shift.interval.coverage, 0.96875);
}

static void test_golden_depression(void **state)
{
    (void)state;
    /* The example of ?wilcox.test (Hollander and Wolfe, 1973, p. 29f).
     * R: x <- c(1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30)
     *    y <- c(0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29)
     *    wilcox.test(x - y, conf.int = TRUE, exact = TRUE), and with conf.level = 0.9 */
    static const double x[] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
    static const double y[] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
    double d[9];
    for (size_t i = 0; i < 9; i++)
        d[i] = x[i] - y[i];
    assert_shift(shift_of(d, 9, 0.95), 0.46, 0.01, 0.786);
    assert_shift(shift_of(d, 9, 0.9), 0.46, 0.175, 0.726);
}

static void test_golden_ranks(void **state)
{
    (void)state;
    /* R: C <- qsignrank((1 - level) / 2, k); 1 - 2 * psignrank(C - 1, k) */
    static const struct {
        size_t k;
        double level;
        size_t rank;
        double coverage;
    } rows[] = {
        {5, 0.90, 1, 0.9375},
        {5, 0.95, 0, 0},
        {6, 0.90, 3, 0.90625},
        {6, 0.95, 1, 0.96875},
        {6, 0.99, 0, 0},
        {8, 0.90, 6, 0.921875},
        {8, 0.95, 4, 0.9609375},
        {8, 0.99, 1, 0.9921875},
        {10, 0.90, 11, 0.916015625},
        {10, 0.95, 9, 0.951171875},
        {20, 0.90, 61, 0.90269279479980469},
        {20, 0.95, 53, 0.95155906677246094},
        {30, 0.99, 110, 0.99006848968565464},
        {50, 0.95, 435, 0.95055359319939825},
        {500, 0.95, 56291, 0.95003102259284089},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t rank = 0;
        double coverage = 0;
        assert_int_equal(eb_signed_rank_rank(rows[i].k, rows[i].level, &rank, &coverage, NULL), EB_OK);
        assert_int_equal(rank, rows[i].rank);
        assert_near(coverage, rows[i].coverage);
        assert_int_equal(eb_signed_rank_rank(rows[i].k, rows[i].level, &rank, NULL, NULL), EB_OK);
        assert_int_equal(rank, rows[i].rank);
    }
}

/* P(V <= v) by looking at every choice of signs. */
static double share_at_most(size_t k, size_t v)
{
    size_t reached = 0;
    for (size_t signs = 0; signs < (size_t)1 << k; signs++) {
        size_t sum = 0;
        for (size_t i = 0; i < k; i++)
            sum += signs >> i & 1 ? i + 1 : 0;
        reached += sum <= v;
    }
    return (double)reached / (double)((size_t)1 << k);
}

static void test_ranks_by_enumeration(void **state)
{
    (void)state;
    static const double levels[] = {0.5, 0.8, 0.9, 0.95, 0.99, 0.999};
    for (size_t k = 1; k <= 12; k++)
        for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
            double tail = (1 - levels[l]) / 2;
            size_t rank = 0;
            double coverage = 0;
            assert_int_equal(eb_signed_rank_rank(k, levels[l], &rank, &coverage, NULL), EB_OK);
            if (rank > 0) {
                assert_true(share_at_most(k, rank - 1) <= tail);
                assert_near(coverage, 1 - 2 * share_at_most(k, rank - 1));
            }
            if (rank < k * (k + 1) / 4) /* past the middle the ends would cross */
                assert_true(share_at_most(k, rank) > tail);
        }
}

static void test_too_few_have_none(void **state)
{
    (void)state;
    struct eb_shift shift = shift_of(d_values, 5, 0.95);
    assert_false(shift.interval.present);
    /* R: w <- outer(d[1:5], d[1:5], "+") / 2; median(w[upper.tri(w, TRUE)]) */
    assert_near(shift.estimate, 0.1);
    shift = shift_of(d_values, 1, 0.95);
    assert_false(shift.interval.present);
    assert_near(shift.estimate, 1.9);
    assert_int_equal(eb_signed_rank_launches_needed(0.95), 6); /* 2 / 2^6 = 0.03 */
    assert_int_equal(eb_signed_rank_launches_needed(0.9), 5);
    assert_int_equal(eb_signed_rank_launches_needed(0.99), 8);
    assert_int_equal(eb_signed_rank_launches_needed(0.5), 2); /* 2 / 2^2 is just that */
}

static void test_properties(void **state)
{
    (void)state;
    double turned[K];
    double scaled[K];
    double negated[K];
    for (size_t i = 0; i < K; i++) {
        turned[i] = d_values[(i + 3) % K];
        scaled[i] = 7 * d_values[i] + 2;
        negated[i] = -d_values[i];
    }
    struct eb_shift shift = shift_of(d_values, K, 0.95);
    assert_shift(shift_of(turned, K, 0.95), shift.estimate, shift.interval.low, shift.interval.high);
    assert_shift(shift_of(scaled, K, 0.95), 7 * shift.estimate + 2, 7 * shift.interval.low + 2,
                 7 * shift.interval.high + 2);
    assert_shift(shift_of(negated, K, 0.95), -shift.estimate, -shift.interval.high, -shift.interval.low);
    static const double same[K] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    assert_shift(shift_of(same, K, 0.95), 0.1, 0.1, 0.1);
    /* Sums of two would overflow. */
    static const double large[K] = {1e308, 1e308, 1.5e308, 1.5e308, 1.5e308, 1.5e308, 1.7e308, 1.7e308};
    assert_shift(shift_of(large, K, 0.95), 1.5e308, 1.25e308, 1.6e308);
}

static void test_refusals(void **state)
{
    (void)state;
    struct eb_shift shift;
    struct eb_error err;
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 3; i++) {
        double values[K];
        memcpy(values, d_values, sizeof values);
        values[5] = bad[i];
        assert_int_equal(eb_signed_rank_estimate(values, K, 0.95, &shift, &err), EB_INVALID);
        assert_non_null(strstr(err.text, "not finite"));
        assert_false(shift.interval.present);
    }
    assert_int_equal(eb_signed_rank_estimate(d_values, 0, 0.95, &shift, &err), EB_INVALID);
    assert_non_null(strstr(err.text, "0 pairs"));
    size_t rank = 1;
    assert_int_equal(eb_signed_rank_rank(EB_SHIFT_MAX + 1, 0.95, &rank, NULL, &err), EB_INVALID);
    assert_non_null(strstr(err.text, "501 pairs"));
    assert_int_equal(rank, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_golden_depression),
        cmocka_unit_test(test_golden_ranks),
        cmocka_unit_test(test_ranks_by_enumeration),
        cmocka_unit_test(test_too_few_have_none),
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("signed_rank", tests, NULL, NULL);
}
