/* Step-down maxT against R 4.2.2: multtest 2.54's mt.maxT where the two statistics rank relabellings alike,
 * enumeration in a few lines of R elsewhere; and properties that it must have.
 *
 * The R that is called below; v and n leave missing values out:
 *
 *   count <- function(T, t) { o <- order(-t)
 *     U <- matrix(apply(T[rev(o), , drop = FALSE], 2, cummax), nrow(T))[nrow(T):1, , drop = FALSE]
 *     cummax(rowSums(U >= t[o] - 1e-9))[order(o)] }
 *   v <- function(x) var(x, na.rm = TRUE); n <- function(x) sum(!is.na(x))
 *   groups <- function(X, m, delta, s0 = TRUE) {
 *     X[, -(1:m)] <- X[, -(1:m)] - delta
 *     stat <- function(i) { x <- X[, i, drop = FALSE]; y <- X[, -i, drop = FALSE]
 *       e <- sqrt(apply(x, 1, v) / apply(x, 1, n) + apply(y, 1, v) / apply(y, 1, n))
 *       t <- (rowMeans(y, TRUE) - rowMeans(x, TRUE)) / (e + s0 * median(e, TRUE))
 *       ifelse(is.na(e), -Inf, t) }
 *     count(matrix(combn(ncol(X), m, stat), nrow(X)), stat(1:m)) }
 *   pairs <- function(D, delta, s0 = TRUE) { D <- D - delta; k <- ncol(D)
 *     stat <- function(g) { d <- sweep(D, 2, g, "*"); e <- sqrt(apply(d, 1, v) / apply(d, 1, n))
 *       t <- rowMeans(d, TRUE) / (e + s0 * median(e, TRUE)); ifelse(is.na(e), -Inf, t) }
 *     count(matrix(apply(expand.grid(rep(list(c(1, -1)), k)), 1, stat), nrow(D)), stat(rep(1, k))) }
 *
 * They give numbers of relabellings. That they are right is seen without s0:
 *   mt.maxT(X, rep(0:1, each = 4), test = "t", side = "upper", B = 0)   p * 70: 8 36 21 61 5
 *   groups(X, 4, 0, FALSE)                                                      8 36 21 61 5
 *   Z <- matrix(0, 5, 16); Z[, seq(2, 16, 2)] <- D
 *   mt.maxT(Z, rep(0:1, 8), test = "pairt", side = "upper", B = 0)      p * 256: 4 131 30 220 11
 *   pairs(D, 0, FALSE)                                                           4 131 30 220 11 */
#include "made_maxt.h"

#define SERIES 5
#define LAUNCHES 8

/* X and D of the R above. */
static const double x_values[SERIES][LAUNCHES] = {{12.3, 9.1, 10.4, 10.5, 13.3, 12.7, 11.6, 11.9},
                                                  {8.8, 10.7, 12.7, 9.1, 10.7, 10.8, 10.7, 11.0},
                                                  {9.3, 9.9, 12.3, 9.7, 12.5, 11.8, 11.3, 10.1},
                                                  {9.6, 10.2, 10.3, 10.0, 8.9, 9.3, 10.2, 10.2},
                                                  {27.0, 36.6, 35.7, 33.0, 42.9, 38.1, 37.8, 39.9}};
static const double d_values[SERIES][LAUNCHES] = {{1.0, 3.6, 1.2, 1.4, 4.2, 0.8, 1.3, 1.4},
                                                  {1.9, 0.1, -2.0, 1.9, -0.2, 2.6, 1.9, -2.8},
                                                  {3.2, 1.9, -1.0, 0.4, 1.8, 3.5, 0.6, -0.8},
                                                  {-0.7, -0.9, -0.1, 0.2, -1.6, -0.6, 1.1, 0.0},
                                                  {15.9, 1.5, 2.1, 6.9, 1.3, 16.4, 7.3, 1.7}};

static struct made made_x(size_t base, double delta)
{
    return made_of(x_values[0], SERIES, LAUNCHES, base, delta);
}

static struct made made_d(double delta)
{
    return made_of(d_values[0], SERIES, LAUNCHES, 0, delta);
}

/* The numbers of relabellings out of all of them. */
static void assert_counts(const struct made *made, uint64_t all, const int *counts)
{
    double p[MOST];
    struct eb_maxt_how how = get(made, p);
    assert_true(how.exact);
    assert_int_equal(how.relabellings, all);
    for (size_t s = 0; s < made->series; s++)
        if (!(fabs(p[s] * (double)all - counts[s]) < 1e-9))
            fail_msg("series %zu: %.17g relabellings, wanted %d", s, p[s] * (double)all, counts[s]);
}

static void assert_same(const struct made *a, const struct made *b)
{
    double p[MOST];
    double q[MOST];
    get(a, p);
    get(b, q);
    for (size_t s = 0; s < a->series; s++)
        if (p[s] != q[s])
            fail_msg("series %zu: %.17g and %.17g", s, p[s], q[s]);
}

static void test_golden_multtest(void **state)
{
    (void)state;
    /* With one series, and with a series and its negative, s0 is the series' own standard error in every
     * relabelling: t is half of mt.maxT's.
     * R: mt.maxT(X[1, , drop = FALSE], rep(0:1, each = 4), test = "t", side = "upper", B = 0)$adjp * 70 */
    struct made made = made_of(x_values[0], 1, 8, 4, 0);
    assert_counts(&made, 70, (const int[]){3});
    /* R: the same of X[2, , drop = FALSE], which has ties */
    made = made_of(x_values[1], 1, 8, 4, 0);
    assert_counts(&made, 70, (const int[]){27});
    /* R: the same of rbind(X[1, ], -X[1, ]) */
    made = made_of(x_values[0], 2, 8, 4, 0);
    for (size_t l = 0; l < 8; l++)
        made.values[8 + l] = -made.values[l];
    assert_counts(&made, 70, (const int[]){6, 68});
    /* R: Z <- matrix(0, 1, 16); Z[, seq(2, 16, 2)] <- D[2, ]
     *    mt.maxT(Z, rep(0:1, 8), test = "pairt", side = "upper", B = 0)$adjp * 256 */
    made = made_of(d_values[1], 1, 8, 0, 0);
    assert_counts(&made, 256, (const int[]){83});
}

static void test_golden_groups(void **state)
{
    (void)state;
    struct made made = made_x(4, 0); /* R: groups(X, 4, 0) */
    assert_counts(&made, 70, (const int[]){5, 31, 14, 61, 2});
    made.delta = 0.5; /* R: groups(X, 4, .5) */
    assert_counts(&made, 70, (const int[]){15, 47, 32, 68, 1});
    made = made_x(3, 0.2); /* R: groups(X, 3, .2) */
    assert_counts(&made, 56, (const int[]){20, 49, 35, 49, 8});
    double seven[SERIES][7];
    for (size_t s = 0; s < SERIES; s++)
        memcpy(seven[s], x_values[s], sizeof seven[s]);
    made = made_of(seven[0], SERIES, 7, 4, 0.5); /* R: groups(X[, 1:7], 4, .5) */
    assert_counts(&made, 35, (const int[]){8, 26, 8, 34, 1});
}

static void test_golden_pairs(void **state)
{
    (void)state;
    struct made made = made_d(0); /* R: pairs(D, 0) */
    assert_counts(&made, 256, (const int[]){2, 106, 14, 220, 1});
    made.delta = 0.5; /* R: pairs(D, .5) */
    assert_counts(&made, 256, (const int[]){8, 200, 68, 252, 1});
    double five[SERIES][5];
    for (size_t s = 0; s < SERIES; s++)
        memcpy(five[s], d_values[s], sizeof five[s]);
    made = made_of(five[0], SERIES, 5, 0, 0); /* R: pairs(D[, 1:5], 0) */
    assert_counts(&made, 32, (const int[]){2, 15, 4, 29, 2});
}

static void leave_out(struct made *made, size_t s, size_t l)
{
    made->values[s * made->launches + l] = NAN; /* which must not be looked at */
    made->present[s * made->launches + l] = 0;
}

static void test_golden_gaps(void **state)
{
    (void)state;
    /* R: G <- X; G[3, 2] <- NA; G[1, 8] <- NA; G[2, c(1, 2, 5)] <- NA; groups(G, 4, 0) */
    struct made made = made_x(4, 0);
    leave_out(&made, 2, 1);
    leave_out(&made, 0, 7);
    leave_out(&made, 1, 0);
    leave_out(&made, 1, 1);
    leave_out(&made, 1, 4);
    assert_counts(&made, 70, (const int[]){5, 54, 26, 59, 1});
    made.delta = 0.5; /* R: groups(G, 4, .5) */
    assert_counts(&made, 70, (const int[]){15, 61, 40, 68, 1});
    made.delta = 0; /* R: G[4, 6:8] <- NA; groups(G, 4, 0): one is left on a side */
    for (size_t l = 5; l < 8; l++)
        leave_out(&made, 3, l);
    assert_counts(&made, 70, (const int[]){9, 50, 26, 70, 1});
    /* R: H <- D; H[1, 3] <- NA; H[5, c(2, 4)] <- NA; H[2, 2:8] <- NA; pairs(H, 0) */
    made = made_d(0);
    leave_out(&made, 0, 2);
    leave_out(&made, 4, 1);
    leave_out(&made, 4, 3);
    for (size_t l = 1; l < 8; l++)
        leave_out(&made, 1, l);
    assert_counts(&made, 256, (const int[]){2, 256, 9, 231, 1});
}

/* Whether p is what R's count out of all relabellings lets draws give: 4.5 standard deviations. */
static void assert_drawn(const struct made *made, double all, const int *counts)
{
    double p[MOST];
    struct eb_maxt_how how = get(made, p);
    assert_false(how.exact);
    assert_int_equal(how.relabellings, EB_MAXT_DRAWN + 1);
    for (size_t s = 0; s < made->series; s++) {
        double wanted = counts[s] / all;
        double deviation = sqrt(wanted * (1 - wanted) / EB_MAXT_DRAWN);
        if (!(fabs(p[s] - wanted) <= 4.5 * deviation + 1.0 / EB_MAXT_DRAWN))
            fail_msg("series %zu: p %g, wanted about %g", s, p[s], wanted);
        /* (b+1)/(R+1) */
        assert_true(fabs(p[s] * 10001 - round(p[s] * 10001)) < 1e-9 && p[s] >= 1.0 / 10001);
    }
}

static void test_draws_come_near(void **state)
{
    (void)state;
    static const double w[3][18] = {
        {-1.0, -1.2, 0.1, 1.3, -0.7, -0.3, 1.2, -0.9, -0.5, 2.2, 2.1, 1.9, 2.5, 2.0, 2.9, -1.1, 0.7, 0.4},
        {-0.3, 0.2, 1.1, -0.7, 0.3, -1.0, 0.2, -0.2, -0.7, 0.5, 1.5, 0.2, 0.6, 1.4, -0.2, 0.4, -0.3, 0.9},
        {0.3, 0.0, -1.2, -1.1, 0.2, -0.6, -0.6, -1.7, 1.2, -1.1, 0.7, 0.7, -1.0, -0.3, 0.3, 1.1, 0.7, -1.7}};
    struct made made = made_of(w[0], 3, 18, 9, 0); /* R: groups(W, 9, 0), of choose(18, 9) */
    assert_drawn(&made, 48620, (const int[]){238, 3129, 11885});
    static const double q[3][16] = {
        {0.8, 1.2, -0.7, 2.4, 1.0, 0.8, 0.5, 0.8, 1.2, 1.5, 0.8, -0.9, 0.4, 0.0, 1.9, -0.3},
        {-0.2, 1.9, 0.1, 0.9, 0.3, 1.5, 0.0, 1.6, 0.0, -0.6, 1.4, 1.2, 1.2, 1.6, -1.4, 0.4},
        {0.9, 0.7, 1.9, 0.0, 0.0, 0.0, 1.5, 1.3, 1.3, 1.2, -0.8, -0.4, -0.5, 0.2, -0.8, -0.4}};
    made = made_of(q[0], 3, 16, 0, 0); /* R: pairs(Q, 0), of 2^16 */
    assert_drawn(&made, 65536, (const int[]){367, 748, 2323});
}

static void test_many_launches(void **state)
{
    (void)state;
    /* Hundreds of pairs: flips are drawn 64 at a time. All above 0: as good as no draw reaches that. */
    struct made made = noisy(8, 1, 300, 0);
    for (size_t i = 0; i < 300; i++)
        made.values[i] += 4;
    double p[1];
    get(&made, p);
    assert_true(p[0] == 1.0 / 10001);
    /* The same where the first 64 say nothing: flips of later ones are drawn as well. */
    for (size_t i = 0; i < 64; i++)
        made.values[i] = 0;
    get(&made, p);
    assert_true(p[0] == 1.0 / 10001);
    /* And where the sign is a coin's, neither small nor 1. */
    made = noisy(8, 1, 300, 0);
    get(&made, p);
    assert_true(p[0] > 0.001 && p[0] < 0.999);
    /* 2 against 198 are 19900 relabellings. */
    made = noisy(9, 2, 200, 2);
    double q[2];
    struct eb_maxt_how how = get(&made, q);
    assert_true(how.exact);
    assert_int_equal(how.relabellings, 19900);
}

static void test_separate_groups_by_hand(void **state)
{
    (void)state;
    /* One of C(8, 4) = 70 relabellings puts the four largest on the one side, whatever their spread. */
    struct made made = made_of((const double[]){1, 2, 3, 4, 5, 6, 7, 8}, 1, 8, 4, 0);
    assert_counts(&made, 70, (const int[]){1});
    made.delta = 1.5; /* R: groups(matrix(1:8, 1), 4, 1.5), and with 4 the same numbers on both sides */
    assert_counts(&made, 70, (const int[]){2});
    made.delta = 4;
    assert_counts(&made, 70, (const int[]){44});
    /* All one sign: one of 2^8 flips. */
    made = made_of((const double[]){1, 2, 3, 4, 5, 6, 7, 8}, 1, 8, 0, 0);
    assert_counts(&made, 256, (const int[]){1});
}

static void test_constants(void **state)
{
    (void)state;
    /* Nothing varies, nothing differs: t is 0 everywhere. 0.1 and 0.3 have no exact binary form. */
    double values[2][8] = {{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1},
                           {0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3}};
    struct made made = made_of(values[0], 2, 8, 4, 0);
    assert_counts(&made, 70, (const int[]){70, 70});
    /* No spread in either group, and a difference: infinite, once. */
    for (size_t l = 4; l < 8; l++)
        made.values[l] = 0.7;
    made.series = 1;
    assert_counts(&made, 70, (const int[]){1});
    /* Below, delta is more than the difference: -infinity, which all reach. */
    made.delta = 1;
    assert_counts(&made, 70, (const int[]){70});
    /* Of pairs all alike; turned signs spread. */
    made = made_of((const double[]){0.1, 0.1, 0.1, 0.1, 0.1}, 1, 5, 0, 0);
    assert_counts(&made, 32, (const int[]){1});
    made = made_of((const double[]){0, 0, 0, 0, 0}, 1, 5, 0, 0);
    assert_counts(&made, 32, (const int[]){32});
    /* A constant beside one that is not: t of the first is 0 always, s0 half the other's standard error.
     * R: groups(rbind(X[1, ], 0.1), 4, 0) */
    made = made_of(x_values[0], 2, 8, 4, 0);
    for (size_t l = 8; l < 16; l++)
        made.values[l] = 0.1;
    assert_counts(&made, 70, (const int[]){3, 70});
}

static void test_order_of_series(void **state)
{
    (void)state;
    struct made made = noisy(11, 7, 8, 4);
    for (size_t l = 4; l < 8; l++)
        made.values[2 * 8 + l] += 2;
    struct made turned = made;
    double p[7];
    double q[7];
    for (size_t s = 0; s < 7; s++)
        memcpy(turned.values + s * 8, made.values + (s * 3 + 1) % 7 * 8, 8 * sizeof *made.values);
    get(&made, p);
    get(&turned, q);
    for (size_t s = 0; s < 7; s++)
        assert_true(q[s] == p[(s * 3 + 1) % 7]);
}

static void test_order_of_launches(void **state)
{
    (void)state;
    for (size_t base = 0; base <= 4; base += 4) {
        struct made made = base ? made_x(4, 0.3) : made_d(0.3);
        struct made turned = made;
        for (size_t s = 0; s < SERIES; s++)
            for (size_t l = 0; l < 4; l++) {
                turned.values[s * 8 + l] = made.values[s * 8 + (l + 1) % 4];
                turned.values[s * 8 + 4 + l] = made.values[s * 8 + 4 + (3 - l)];
            }
        assert_same(&made, &turned);
    }
}

static void test_scale_and_offset(void **state)
{
    (void)state;
    static const double scales[] = {0x1p-900, 1e-9, 3, 1e9, 0x1p900};
    for (size_t base = 0; base <= 4; base += 4) {
        struct made made = base ? made_x(4, 0.3) : made_d(0.3);
        for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
            struct made scaled = made;
            for (size_t k = 0; k < SERIES * LAUNCHES; k++)
                scaled.values[k] *= scales[i];
            scaled.delta *= scales[i];
            assert_same(&made, &scaled);
        }
    }
    struct made made = made_x(4, 0.3);
    for (size_t s = 0; s < SERIES; s++)
        for (size_t l = 0; l < LAUNCHES; l++)
            made.values[s * LAUNCHES + l] += (double)s * 1000 - 20;
    struct made plain = made_x(4, 0.3);
    assert_same(&made, &plain);
    /* Far from 0, where squares would cancel; eighths, so that nothing is rounded. */
    for (size_t i = 0; i < SERIES * LAUNCHES; i++) {
        plain.values[i] = round(plain.values[i] * 8) / 8;
        made.values[i] = plain.values[i] + 0x1p40;
    }
    assert_same(&made, &plain);
}

static void test_mirror(void **state)
{
    (void)state;
    /* x in the place of y, and up for down. */
    struct made made = made_x(4, 0);
    struct made swapped = made;
    for (size_t s = 0; s < SERIES; s++)
        for (size_t l = 0; l < LAUNCHES; l++)
            swapped.values[s * LAUNCHES + (l + 4) % 8] = -made.values[s * LAUNCHES + l];
    assert_same(&made, &swapped);
    made = made_x(3, 0); /* sides of 3 and 5: one of them sums x, the other y */
    swapped = made;
    swapped.base = 5;
    for (size_t s = 0; s < SERIES; s++)
        for (size_t l = 0; l < LAUNCHES; l++)
            swapped.values[s * LAUNCHES + (l + 5) % 8] = -made.values[s * LAUNCHES + l];
    assert_same(&made, &swapped);
}

static void test_delta_is_a_shift(void **state)
{
    (void)state;
    struct made made = made_x(4, 0.5);
    struct made shifted = made_x(4, 0);
    for (size_t s = 0; s < SERIES; s++)
        for (size_t l = 4; l < LAUNCHES; l++)
            shifted.values[s * LAUNCHES + l] -= 0.5;
    assert_same(&made, &shifted);
}

static void test_seed(void **state)
{
    (void)state;
    struct made made = noisy(5, 3, 20, 10);
    struct made again = made;
    assert_same(&made, &again);
    again.seed = 6;
    double p[3];
    double q[3];
    get(&made, p);
    get(&again, q);
    assert_true(memcmp(p, q, sizeof p) != 0);
    assert_true(fabs(p[0] - q[0]) < 0.03); /* 4.5 sqrt(2 * 0.25 / 10000) */
    made = made_x(4, 0);                   /* all of them: no seed in it */
    again = made;
    again.seed = 6;
    assert_same(&made, &again);
}

static void test_bounds(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct made made = noisy(seed, 6, 7, seed % 2 ? 3 : 0);
        double p[6];
        struct eb_maxt_how how = get(&made, p);
        for (size_t s = 0; s < 6; s++)
            assert_true(p[s] >= 1 / (double)how.relabellings && p[s] <= 1);
    }
}

/* How many of 1000 tables without a difference have some p of at most 0.05. */
static int false_alarms(size_t launches, size_t base)
{
    int alarms = 0;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct made made = noisy(seed + 77, 10, launches, base);
        double p[10];
        get(&made, p);
        int low = 0;
        for (size_t s = 0; s < 10; s++)
            low |= p[s] <= 0.05;
        alarms += low;
    }
    return alarms;
}

static void test_family_wise_error(void **state)
{
    (void)state;
    /* 3 of 70, 3 of 64 are what can be had of 0.05; +- 4 standard deviations sqrt(1000 q (1 - q)). */
    int groups = false_alarms(8, 4);
    assert_in_range(groups, 17, 69);
    int pairs = false_alarms(6, 0);
    assert_in_range(pairs, 20, 74);
}

static void assert_refused(const struct made *made, const char *text)
{
    double p[MOST];
    struct eb_error err;
    assert_int_equal(ask(made, p, NULL, &err), EB_INVALID);
    if (!strstr(err.text, text))
        fail_msg("\"%s\" does not say \"%s\"", err.text, text);
}

static void test_refusals(void **state)
{
    (void)state;
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 3; i++) {
        struct made made = made_x(4, 0);
        made.values[2 * LAUNCHES + 3] = bad[i];
        assert_refused(&made, "series 2 in launch 3");
        made = made_d(0);
        made.values[7] = bad[i];
        assert_refused(&made, "series 0 in launch 7");
        made = made_x(4, i == 2 ? -0.1 : bad[i]);
        assert_refused(&made, "delta");
    }
    struct made made = made_x(1, 0);
    assert_refused(&made, "1 with 7");
    made = made_x(7, 0);
    assert_refused(&made, "7 with 1");
    made = made_x(9, 0);
    assert_refused(&made, "9 with 0");
    made = made_x(4, 0);
    made.series = 0;
    assert_refused(&made, "no series");
    made = made_d(0);
    made.launches = 1;
    assert_refused(&made, "1 pairs");
}

static void test_input_is_left(void **state)
{
    (void)state;
    struct made made = made_x(4, 0.5);
    struct made before = made;
    double p[SERIES];
    get(&made, p);
    assert_memory_equal(&made, &before, sizeof made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_multtest),
        cmocka_unit_test(test_golden_groups),
        cmocka_unit_test(test_golden_pairs),
        cmocka_unit_test(test_golden_gaps),
        cmocka_unit_test(test_draws_come_near),
        cmocka_unit_test(test_many_launches),
        cmocka_unit_test(test_separate_groups_by_hand),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_order_of_series),
        cmocka_unit_test(test_order_of_launches),
        cmocka_unit_test(test_scale_and_offset),
        cmocka_unit_test(test_mirror),
        cmocka_unit_test(test_delta_is_a_shift),
        cmocka_unit_test(test_seed),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_family_wise_error),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_input_is_left),
    };
    return cmocka_run_group_tests_name("maxt", tests, NULL, NULL);
}
