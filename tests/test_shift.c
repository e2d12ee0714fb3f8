/* Hodges and Lehmann's shift against R 4.2.2, against the recursion that defines its counts, and by
 * properties that it must have. */
#include "cmocka_all.h"
#include "judge/stats/shift.h"

#include <math.h>
#include <string.h>

#define LEVEL 0.95
#define M 6
#define N 7

static const double x_values[M] = {10.1, 10.4, 9.8, 10.9, 10.2, 10.65};
static const double y_values[N] = {12.7, 11.3, 12.05, 13.1, 11.95, 12.4, 10.7};

static void assert_near(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-12 * (1 + fabs(wanted))))
        fail_msg("got %.17g, wanted %.17g", got, wanted);
}

static struct eb_shift shift_of(const double *x, size_t m, const double *y, size_t n)
{
    struct eb_shift shift;
    assert_int_equal(eb_shift_estimate(x, m, y, n, LEVEL, &shift, NULL), EB_OK);
    return shift;
}

static void test_golden_five_and_five(void **state)
{
    (void)state;
    /* R: x <- c(10.1, 10.4, 9.8, 10.9, 10.2); y <- c(12.7, 11.3, 12.05, 13.1, 11.95)
     *    wilcox.test(y, x, conf.int = TRUE, exact = TRUE) */
    struct eb_shift shift = shift_of(x_values, 5, y_values, 5);
    assert_near(shift.estimate, 1.85);
    assert_true(shift.interval.present);
    assert_near(shift.interval.low, 1.05);
    assert_near(shift.interval.high, 2.90);
    /* R: 1 - 2 * pwilcox(qwilcox(.025, 5, 5) - 1, 5, 5) */
    assert_near(shift.interval.coverage, 0.96825396825396826);
}

static void test_golden_uneven(void **state)
{
    (void)state;
    /* R: x <- c(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46)
     *    y <- c(1.15, 0.88, 0.90, 0.74, 1.21)   (the example of ?wilcox.test)
     *    wilcox.test(x, y, conf.int = TRUE, exact = TRUE) */
    static const double x[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
    static const double y[] = {1.15, 0.88, 0.90, 0.74, 1.21};
    struct eb_shift shift = shift_of(y, 5, x, 10);
    assert_near(shift.estimate, 0.305);
    assert_near(shift.interval.low, -0.15);
    assert_near(shift.interval.high, 0.76);
}

static void test_golden_smallest(void **state)
{
    (void)state;
    /* R: x <- c(4.2, 5.9, 3.1, 7.7); y <- c(2.8, 9.3, 6.6, 8.45)
     *    wilcox.test(y, x, conf.int = TRUE, exact = TRUE) */
    static const double x[] = {4.2, 5.9, 3.1, 7.7};
    static const double y[] = {2.8, 9.3, 6.6, 8.45};
    struct eb_shift shift = shift_of(x, 4, y, 4);
    assert_near(shift.estimate, 2);
    assert_near(shift.interval.low, -4.9);
    assert_near(shift.interval.high, 6.2);
}

static void test_too_few_have_none(void **state)
{
    (void)state;
    struct eb_shift shift = shift_of(x_values, 3, y_values, 3);
    assert_false(shift.interval.present);
    assert_near(shift.estimate, 1.95); /* R: median(outer(y[1:3], x[1:3], "-")) */
    shift = shift_of(x_values, 1, y_values, 1);
    assert_false(shift.interval.present);
    assert_near(shift.estimate, 2.6);
    assert_int_equal(eb_shift_launches_needed(LEVEL), 4);
    assert_int_equal(eb_shift_launches_needed(0.99), 5); /* R: qwilcox(.005, 4, 4) is 0, (.005, 5, 5) is 1 */
}

static void test_ranks_golden(void **state)
{
    (void)state;
    /* R: C <- qwilcox(a, m, n); c(C, 1 - 2 * pwilcox(C - 1, m, n)); a coverage of 0 was not computed there */
    static const struct {
        size_t m;
        size_t n;
        double level;
        size_t rank;
        double coverage;
    } golden[] = {
        {5, 5, 0.95, 3, 0.96825396825396826},
        {6, 9, 0.95, 11, 0.95044955044955048},
        {20, 40, 0.95, 275, 0.95153468043958056},
        {50, 50, 0.95, 966, 0.95045227640115315},
        {100, 100, 0.95, 4198, 0},
        {150, 150, 0.95, 9778, 0.95010944994001312},
        {250, 250, 0.95, 28085, 0},
        {10, 12, 0.99, 22, 0.9910430127148393},
    };
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        size_t rank = 0;
        double coverage = 0;
        assert_int_equal(eb_shift_rank(golden[i].m, golden[i].n, golden[i].level, &rank, &coverage, NULL),
                         EB_OK);
        assert_int_equal(rank, golden[i].rank);
        if (golden[i].coverage > 0 && fabs(coverage - golden[i].coverage) > 1e-10)
            fail_msg("%zu and %zu: coverage %.12g, wanted %.12g", golden[i].m, golden[i].n, coverage,
                     golden[i].coverage);
        assert_int_equal(eb_shift_rank(golden[i].n, golden[i].m, golden[i].level, &rank, NULL, NULL), EB_OK);
        assert_int_equal(rank, golden[i].rank);
    }
}

/* N(u; m, n) by its recursion, as the header states it. */
static uint64_t arrangements(int u, int m, int n)
{
    if (u < 0)
        return 0;
    if (m == 0 || n == 0)
        return u == 0;
    return arrangements(u - n, m - 1, n) + arrangements(u, m, n - 1);
}

static void test_ranks_obey_the_recursion(void **state)
{
    (void)state;
    for (int m = 1; m <= 7; m++) {
        for (int n = 1; n <= 7; n++) {
            uint64_t total = 0;
            for (int u = 0; u <= m * n; u++)
                total += arrangements(u, m, n);
            uint64_t below = 0;
            size_t wanted = 0;
            /* P(U <= C - 1) <= 1/40, in whole numbers */
            while ((below += arrangements((int)wanted, m, n)) * 40 <= total)
                wanted++;
            size_t rank = 0;
            assert_int_equal(eb_shift_rank((size_t)m, (size_t)n, LEVEL, &rank, NULL, NULL), EB_OK);
            assert_int_equal(rank, wanted);
        }
    }
}

static void test_largest_groups(void **state)
{
    (void)state;
    size_t rank = 0;
    double coverage = 0;
    assert_int_equal(eb_shift_rank(EB_SHIFT_MAX, EB_SHIFT_MAX, LEVEL, &rank, &coverage, NULL), EB_OK);
    /* The normal limit: mean mn/2 = 125000, sd sqrt(mn(m+n+1)/12) = 4566.6, C within 3 of mean - 1.96 sd. */
    assert_in_range(rank, 116046, 116054);
    assert_true(coverage >= 0.95 && coverage < 0.9501);
    struct eb_error err = {0};
    assert_int_equal(eb_shift_rank(EB_SHIFT_MAX + 1, 5, LEVEL, &rank, &coverage, &err), EB_INVALID);
    assert_int_equal(eb_shift_rank(5, 0, LEVEL, &rank, &coverage, &err), EB_INVALID);
}

static void test_not_finite_is_refused(void **state)
{
    (void)state;
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 3; i++) {
        struct eb_error err = {0};
        struct eb_shift shift;
        double spoilt[] = {1, 2, bad[i], 4};
        assert_int_equal(eb_shift_estimate(spoilt, 4, y_values, N, LEVEL, &shift, &err), EB_INVALID);
        assert_non_null(strstr(err.text, "finite"));
        assert_int_equal(eb_shift_estimate(x_values, M, spoilt, 4, LEVEL, &shift, &err), EB_INVALID);
        assert_false(shift.interval.present);
    }
}

static void test_empty_is_refused(void **state)
{
    (void)state;
    struct eb_error err = {0};
    struct eb_shift shift;
    assert_int_equal(eb_shift_estimate(x_values, 0, y_values, N, LEVEL, &shift, &err), EB_INVALID);
    assert_int_equal(eb_shift_estimate(x_values, M, y_values, 0, LEVEL, &shift, &err), EB_INVALID);
}

static void test_scaling_and_moving(void **state)
{
    (void)state;
    double x[M];
    double y[N];
    for (size_t i = 0; i < M; i++)
        x[i] = 4 * x_values[i];
    for (size_t i = 0; i < N; i++)
        y[i] = 4 * y_values[i] + 100;
    struct eb_shift plain = shift_of(x_values, M, y_values, N);
    struct eb_shift moved = shift_of(x, M, y, N);
    assert_near(moved.estimate, 4 * plain.estimate + 100);
    assert_near(moved.interval.low, 4 * plain.interval.low + 100);
    assert_near(moved.interval.high, 4 * plain.interval.high + 100);
}

static void test_order_of_launches_does_not_matter(void **state)
{
    (void)state;
    double x[M];
    double y[N];
    for (size_t i = 0; i < M; i++)
        x[i] = x_values[(5 * i + 2) % M];
    for (size_t i = 0; i < N; i++)
        y[i] = y_values[(3 * i + 1) % N];
    struct eb_shift plain = shift_of(x_values, M, y_values, N);
    struct eb_shift turned = shift_of(x, M, y, N);
    assert_near(turned.estimate, plain.estimate);
    assert_near(turned.interval.low, plain.interval.low);
    assert_near(turned.interval.high, plain.interval.high);
}

static void test_swapping_sides_negates(void **state)
{
    (void)state;
    struct eb_shift plain = shift_of(x_values, M, y_values, N);
    struct eb_shift swapped = shift_of(y_values, N, x_values, M);
    assert_near(swapped.estimate, -plain.estimate);
    assert_near(swapped.interval.low, -plain.interval.high);
    assert_near(swapped.interval.high, -plain.interval.low);
    assert_true(plain.interval.low < plain.interval.high);
}

static void test_ties_and_constants(void **state)
{
    (void)state;
    static const double same[] = {3, 3, 3, 3, 3};
    struct eb_shift shift = shift_of(same, 5, same, 5);
    assert_near(shift.estimate, 0);
    assert_true(shift.interval.present);
    assert_near(shift.interval.low, 0);
    assert_near(shift.interval.high, 0);
    /* R: sort(outer(c(2, 2, 3, 3, 4), c(1, 1, 2, 2, 3), "-"))[c(3, 13, 23)]; wilcox.test itself gives up
     * exactness when there are ties. */
    static const double low[] = {1, 1, 2, 2, 3};
    static const double high[] = {2, 2, 3, 3, 4};
    shift = shift_of(low, 5, high, 5);
    assert_near(shift.estimate, 1);
    assert_near(shift.interval.low, 0);
    assert_near(shift.interval.high, 2);
}

static void assert_tail(size_t m, size_t n, double u, double wanted)
{
    assert_near(eb_shift_tail(m, n, u) / wanted, 1);
    assert_near(eb_shift_tail(n, m, u) / wanted, 1);
}

/* Counted one by one in whole numbers (Python): partitions of u or less into m parts of n at most. */
static void test_tails_golden(void **state)
{
    (void)state;
    assert_tail(3, 3, 0, 1.0 / 20);
    assert_tail(4, 20, 5, 0.0016939582156973462);
    assert_tail(8, 4, 0, 1.0 / 495);
    assert_tail(12, 12, 30, 0.007246253544544028);
    assert_tail(21, 63, 350, 0.0005179626887889636);
    assert_tail(28, 84, 700, 0.0005904413126930041);
    assert_tail(1, 99, 4.5, 5.0 / 100);
    assert_true(eb_shift_tail(5, 5, -1) == 0);
    assert_true(eb_shift_tail(5, 5, 13) == 1);
    assert_true(eb_shift_tail(0, 5, 0) == 1);
}

/* Of two against many U / n is about the sum of two uniform numbers, of a thousand about normal: neither may
 * be too small, nor much too large. */
static void test_tails_of_many(void **state)
{
    (void)state;
    double two = eb_shift_tail(2, 1000000, 10000) / (0.01 * 0.01 / 2);
    assert_true(two > 1 && two < 1.01);
    double four = eb_shift_tail(4, 2000000, 100000) / (pow(0.05, 4) / 24);
    assert_true(four > 1 && four < 1.01);
    double sigma = sqrt(1000.0 * 1000.0 * 2001.0 / 12);
    double normal = eb_shift_tail(1000, 1000, 500000 - 3 * sigma) / 0.0013498980316301;
    assert_true(normal > 1 && normal < 1.001);
    assert_true(eb_shift_tail(13, 2000, 0) < 1e-20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_five_and_five),
        cmocka_unit_test(test_golden_uneven),
        cmocka_unit_test(test_golden_smallest),
        cmocka_unit_test(test_too_few_have_none),
        cmocka_unit_test(test_ranks_golden),
        cmocka_unit_test(test_ranks_obey_the_recursion),
        cmocka_unit_test(test_largest_groups),
        cmocka_unit_test(test_not_finite_is_refused),
        cmocka_unit_test(test_empty_is_refused),
        cmocka_unit_test(test_scaling_and_moving),
        cmocka_unit_test(test_order_of_launches_does_not_matter),
        cmocka_unit_test(test_swapping_sides_negates),
        cmocka_unit_test(test_ties_and_constants),
        cmocka_unit_test(test_tails_golden),
        cmocka_unit_test(test_tails_of_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
