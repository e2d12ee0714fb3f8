/* Order statistics against R 4.2.2 and against their own definitions. */
#include "cmocka_all.h"
#include "judge/stats/order.h"

#include <math.h>

#define LEVEL 0.95

/* z <- c(3.5, 1.25, 9, 7.75, 2, 8.5, 4) in all that follows */
#define Z                                                                                                    \
    {                                                                                                        \
        3.5, 1.25, 9, 7.75, 2, 8.5, 4                                                                        \
    }

static void fill_ascending(double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (double)(i + 1);
}

static void assert_near(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-12 * fabs(wanted)))
        fail_msg("got %.17g, wanted %.17g", got, wanted);
}

static void test_median(void **state)
{
    (void)state;
    double odd[] = Z;
    double even[] = {3.5, 1.25, 9, 7.75};
    double one[] = {4};
    eb_order_sort(odd, 7);
    eb_order_sort(even, 4);
    assert_near(eb_order_median(odd, 7), 4);      /* R: median(z) */
    assert_near(eb_order_median(even, 4), 5.625); /* R: median(z[1:4]) */
    assert_near(eb_order_median(one, 1), 4);
}

static void test_quantile(void **state)
{
    (void)state;
    /* R: quantile(z, c(0, .1, .25, .5, .9, .99, 1), type = 1) */
    static const double q[] = {0, 0.1, 0.25, 0.5, 0.9, 0.99, 1};
    static const double wanted[] = {1.25, 1.25, 2, 4, 9, 9, 9};
    double values[] = Z;
    eb_order_sort(values, 7);
    for (size_t i = 0; i < 7; i++)
        assert_near(eb_order_quantile(values, 7, q[i]), wanted[i]);
}

static void test_quantile_rank_is_exact(void **state)
{
    (void)state;
    /* The rank of q = k / 100 among 100 values is k, though 0.07 * 100, 0.14 * 100, 0.29 * 100 and others are
     * not whole in binary. */
    double values[100];
    fill_ascending(values, 100);
    for (int k = 1; k <= 100; k++)
        assert_near(eb_order_quantile(values, 100, k / 100.0), k);
}

static void test_interval_needs_six(void **state)
{
    (void)state;
    double values[] = {1, 2, 3, 4, 5, 6};
    for (size_t n = 0; n < 6; n++)
        assert_false(eb_order_median_interval(values, n, LEVEL).present);
    assert_true(eb_order_median_interval(values, 6, LEVEL).present);
    assert_false(eb_order_median_interval(values, 6, 0.99).present);
}

static void test_interval_golden(void **state)
{
    (void)state;
    static double values[2000];
    fill_ascending(values, 2000);
    /* R: C <- qbinom(a, n, .5); c(C, 1 - 2 * pbinom(C - 1, n, .5)), with a = .025, then .005 */
    static const struct {
        size_t n;
        double level;
        size_t place;
        double coverage;
    } golden[] = {
        {6, 0.95, 1, 0.96875},
        {9, 0.95, 2, 0.9609375},
        {20, 0.95, 6, 0.95861053466796875},
        {101, 0.95, 41, 0.95395593307065718},
        {2000, 0.95, 956, 0.95344717950821634},
        {8, 0.99, 1, 0.9921875},
        {9, 0.99, 1, 0.99609375},
    };
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        struct eb_interval got = eb_order_median_interval(values, golden[i].n, golden[i].level);
        assert_true(got.present);
        assert_near(got.low, (double)golden[i].place);
        assert_near(got.high, (double)(golden[i].n + 1 - golden[i].place));
        if (fabs(got.coverage - golden[i].coverage) > 1e-9)
            fail_msg("n = %zu: coverage %.12g, wanted %.12g", golden[i].n, got.coverage, golden[i].coverage);
    }
}

static void test_samples_needed(void **state)
{
    (void)state;
    /* R: ceiling(log(.05) / log(c(.9, .95, .99, .999))) */
    assert_int_equal(eb_order_samples_needed(0.9), 29);
    assert_int_equal(eb_order_samples_needed(0.95), 59);
    assert_int_equal(eb_order_samples_needed(0.99), 299);
    assert_int_equal(eb_order_samples_needed(0.999), 2995);
}

static void test_order_of_input_does_not_matter(void **state)
{
    (void)state;
    double sorted[] = Z;
    eb_order_sort(sorted, 7);
    for (size_t turn = 1; turn < 7; turn++) {
        const double original[] = Z;
        double turned[7];
        for (size_t i = 0; i < 7; i++)
            turned[i] = original[(i * 3 + turn) % 7];
        eb_order_sort(turned, 7);
        assert_memory_equal(turned, sorted, sizeof sorted);
    }
}

static void test_scaling(void **state)
{
    (void)state;
    double values[] = Z;
    double scaled[7];
    eb_order_sort(values, 7);
    for (size_t i = 0; i < 7; i++)
        scaled[i] = 8 * values[i] + 1;
    struct eb_interval plain = eb_order_median_interval(values, 7, LEVEL);
    struct eb_interval moved = eb_order_median_interval(scaled, 7, LEVEL);
    assert_near(eb_order_median(scaled, 7), 8 * eb_order_median(values, 7) + 1);
    assert_near(eb_order_quantile(scaled, 7, 0.9), 8 * eb_order_quantile(values, 7, 0.9) + 1);
    assert_near(moved.low, 8 * plain.low + 1);
    assert_near(moved.high, 8 * plain.high + 1);
    assert_near(moved.coverage, plain.coverage);
}

static void test_ties_and_constants(void **state)
{
    (void)state;
    double values[] = {5, 5, 5, 5, 5, 5, 5, 5};
    struct eb_interval interval = eb_order_median_interval(values, 8, LEVEL);
    assert_near(eb_order_median(values, 8), 5);
    assert_true(interval.present);
    assert_near(interval.low, 5);
    assert_near(interval.high, 5);
    double tied[] = {2, 1, 2, 1, 1, 2, 2};
    eb_order_sort(tied, 7);
    assert_near(eb_order_median(tied, 7), 2);
    assert_near(eb_order_quantile(tied, 7, 3.0 / 7), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_median),
        cmocka_unit_test(test_quantile),
        cmocka_unit_test(test_quantile_rank_is_exact),
        cmocka_unit_test(test_interval_needs_six),
        cmocka_unit_test(test_interval_golden),
        cmocka_unit_test(test_samples_needed),
        cmocka_unit_test(test_order_of_input_does_not_matter),
        cmocka_unit_test(test_scaling),
        cmocka_unit_test(test_ties_and_constants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
