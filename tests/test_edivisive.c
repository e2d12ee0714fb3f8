/* E-divisive against a few lines of R 4.2.2 (its formula, its permutations in full), against the formula
 * written out, and by properties that it must have.
 *
 *   Q <- function(z, t) { d <- as.matrix(dist(z)); n <- length(z); a <- 1:t; b <- (t+1):n; m <- t; k <- n - t
 *     m*k/n * (2 * mean(d[a, b]) - sum(d[a, a]) / (m*(m-1)) - sum(d[b, b]) / (k*(k-1))) }
 *   split <- function(z) { t <- 3:(length(z) - 3); q <- sapply(t, function(i) Q(z, i))
 *     c(t[which.max(q)], max(q)) } */
#include "cmocka_all.h"
#include "judge/stats/edivisive.h"
#include "made_noise.h"

#include <math.h>
#include <string.h>

#define ALPHA 0.05
#define ROOM 20

/* R's z and y below. */
static const double z_values[12] = {2.3, 2.1, 2.6, 2.2, 2.4, 2.9, 3.1, 2.8, 3.3, 2.7, 2.5, 3.0};
static const double y_values[19] = {5.1, 4.9,  5.3,  5.0, 4.8, 5.2, 5.1, 9.8, 10.2, 10.1,
                                    9.9, 10.3, 10.0, 7.1, 6.8, 7.2, 7.0, 6.9, 7.3};

static void assert_near(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-12 * (1 + fabs(wanted))))
        fail_msg("got %.17g, wanted %.17g", got, wanted);
}

static void assert_split(const double *values, size_t count, size_t at, double q)
{
    size_t got_at = 77;
    double got_q = 77;
    assert_int_equal(eb_edivisive_split(values, count, &got_at, &got_q, NULL), EB_OK);
    assert_int_equal(got_at, at);
    assert_near(got_q, q);
}

static size_t changes_of(const double *values, size_t count, double alpha, struct eb_change *changes)
{
    size_t found = 77;
    assert_int_equal(eb_edivisive(values, count, alpha, 1, changes, ROOM, &found, NULL), EB_OK);
    return found;
}

static void test_by_hand(void **state)
{
    (void)state;
    /* 3*3/6 * (2 * 1 - 0 - 0) = 3 */
    static const double step[] = {0, 0, 0, 1, 1, 1};
    assert_split(step, 6, 3, 3);
    /* 3*4/7 * (2 * 5 - 0 - 0) */
    static const double uneven[] = {7, 7, 7, 2, 2, 2, 2};
    assert_split(uneven, 7, 3, 120.0 / 7);
}

static void test_golden_split(void **state)
{
    (void)state;
    /* R: split(c(2.3, 2.1, 2.6, 2.2, 2.4, 2.9, 3.1, 2.8, 3.3, 2.7, 2.5, 3.0)) */
    assert_split(z_values, 12, 5, 1.7722222222222217);
    /* R: y <- c(5.1, 4.9, 5.3, 5.0, 4.8, 5.2, 5.1, 9.8, 10.2, 10.1, 9.9, 10.3, 10.0, 7.1, 6.8, 7.2, 7.0,
     *           6.9, 7.3)
     *    split(y); split(y[8:19]) */
    assert_split(y_values, 19, 7, 22.254545454545458);
    assert_split(y_values + 7, 12, 6, 16.6);
}

static void test_golden_changes(void **state)
{
    (void)state;
    /* The splits of R above, one within the other, which next to no order of the values reaches. */
    struct eb_change changes[ROOM];
    assert_int_equal(changes_of(y_values, 19, ALPHA, changes), 2);
    assert_int_equal(changes[0].at, 7);
    assert_near(changes[0].q, 22.254545454545458);
    assert_true(changes[0].p >= 1 / 1000.0 && changes[0].p <= 3 / 1000.0);
    assert_int_equal(changes[1].at, 13);
    assert_near(changes[1].q, 16.6);
    assert_true(changes[1].p >= 1 / 1000.0 && changes[1].p <= 6 / 1000.0);
}

/* Whether the change found has about the p that all permutations give: 4.5 standard deviations of 999. */
static void assert_p(const double *values, size_t count, double alpha, size_t at, double p)
{
    struct eb_change changes[ROOM];
    assert_int_equal(changes_of(values, count, alpha, changes), 1);
    assert_int_equal(changes[0].at, at);
    if (!(fabs(changes[0].p - p) <= 4.5 * sqrt(p * (1 - p) / 999) + 0.001))
        fail_msg("p %g, wanted about %g", changes[0].p, p);
    assert_near(changes[0].p * 1000, round(changes[0].p * 1000)); /* (b+1)/(R+1) */
}

static void test_golden_p(void **state)
{
    (void)state;
    /* R: z <- c(0, 0, 0, 1, 1, 1); mean(apply(combn(6, 3), 2, function(i) {
     *      z <- numeric(6); z[i] <- 1; split(z)[2] >= 3 - 1e-9 }))   0.1, and of 4 and 4 0.02857 */
    static const double step[] = {0, 0, 0, 1, 1, 1};
    struct eb_change changes[ROOM];
    assert_int_equal(changes_of(step, 6, ALPHA, changes), 0);
    assert_p(step, 6, 0.2, 3, 0.1);
    static const double longer[] = {0, 0, 0, 0, 1, 1, 1, 1};
    assert_p(longer, 8, ALPHA, 4, 0.028571428571428571);
    /* R: perms <- function(v) if (length(v) < 2) matrix(v, 1) else
     *      do.call(rbind, lapply(seq_along(v), function(i) cbind(v[i], perms(v[-i]))))
     *    p <- function(w) mean(apply(perms(1:7), 1, function(i) split(w[i])[2]) >= split(w)[2] - 1e-9)
     *    p(c(1, 3, 2, 4.5, 5, 7, 6)); p(c(1, 2, 5, 3, 6, 4, 9)) */
    static const double w[] = {1, 3, 2, 4.5, 5, 7, 6};
    assert_p(w, 7, 0.2, 3, 0.057142857142857141);
    static const double v[] = {1, 2, 5, 3, 6, 4, 9};
    assert_p(v, 7, 0.3, 4, 0.18571428571428572);
    assert_int_equal(changes_of(v, 7, 0.1, changes), 0);
}

/* Q as it is written. */
static double energy(const double *z, size_t count, size_t at)
{
    double between = 0;
    double left = 0;
    double right = 0;
    double m = (double)at;
    double n = (double)(count - at);
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            double distance = fabs(z[i] - z[j]);
            if (i < at && j >= at)
                between += distance / (m * n);
            else if (j < at)
                left += distance / (m * (m - 1) / 2);
            else
                right += distance / (n * (n - 1) / 2);
        }
    return m * n / (m + n) * (2 * between - left - right);
}

static void test_formula(void **state)
{
    (void)state;
    struct eb_rng rng;
    eb_rng_seed(&rng, 3);
    for (size_t count = 6; count < 50; count++) {
        double z[50];
        for (size_t i = 0; i < count; i++) {
            z[i] = made_noise(&rng) + (i > count / 3 ? 1 : 0) + 100;
            if (count % 2)
                z[i] = round(z[i]); /* many ties */
        }
        size_t best = 0;
        double q = 0;
        for (size_t at = 3; at + 3 <= count; at++)
            if (energy(z, count, at) > q + 1e-9) {
                best = at;
                q = energy(z, count, at);
            }
        size_t got_at = 77;
        double got_q = 77;
        assert_int_equal(eb_edivisive_split(z, count, &got_at, &got_q, NULL), EB_OK);
        assert_true(fabs(got_q - q) < 1e-9);
        if (best > 0)
            assert_true(fabs(energy(z, count, got_at) - q) < 1e-9);
    }
}

static void test_nothing_to_find(void **state)
{
    (void)state;
    struct eb_change changes[ROOM];
    double same[30];
    for (size_t i = 0; i < 30; i++)
        same[i] = 0.1;
    assert_split(same, 30, 0, 0);
    assert_int_equal(changes_of(same, 30, 0.99, changes), 0);
    static const double step[] = {0, 0, 9, 9, 9};
    for (size_t count = 0; count <= 5; count++) { /* fewer than twice the least */
        assert_split(step, count, 0, 0);
        assert_int_equal(changes_of(step, count, 0.99, changes), 0);
    }
    assert_split(NULL, 0, 0, 0);
}

/* Steps of `height` before index 40 and again before 55, of 80 values. */
static void fill_steps(double *z, uint64_t seed, double height)
{
    struct eb_rng rng;
    eb_rng_seed(&rng, seed);
    for (size_t i = 0; i < 80; i++)
        z[i] = made_noise(&rng) + (i >= 40 ? height : 0) + (i >= 55 ? height : 0);
}

static void test_finds_steps(void **state)
{
    (void)state;
    double z[80];
    struct eb_change changes[ROOM];
    fill_steps(z, 1, 20);
    assert_int_equal(changes_of(z, 80, 0.002, changes), 2);
    assert_int_equal(changes[0].at, 40);
    assert_int_equal(changes[1].at, 55);
    /* The later one is found first, and stands second. */
    for (size_t i = 0; i < 80; i++)
        z[i] += i >= 55 ? 100 : 0;
    assert_int_equal(changes_of(z, 80, 0.002, changes), 2);
    assert_int_equal(changes[0].at, 40);
    assert_int_equal(changes[1].at, 55);
    assert_true(changes[1].q > changes[0].q);
    /* Room for one: that of the larger Q. */
    size_t found = 0;
    assert_int_equal(eb_edivisive(z, 80, ALPHA, 1, changes, 1, &found, NULL), EB_OK);
    assert_int_equal(found, 1);
    assert_int_equal(changes[0].at, 55);
    assert_int_equal(eb_edivisive(z, 80, ALPHA, 1, NULL, 0, &found, NULL), EB_OK);
    assert_int_equal(found, 0);
}

static void test_scale_offset_direction(void **state)
{
    (void)state;
    double z[80];
    double scaled[80];
    double turned[80];
    struct eb_change a[ROOM];
    struct eb_change b[ROOM];
    for (uint64_t seed = 0; seed < 5; seed++) {
        fill_steps(z, seed, 1.5);
        size_t found = changes_of(z, 80, ALPHA, a);
        for (size_t i = 0; i < 80; i++)
            scaled[i] = 16 * z[i];
        assert_int_equal(changes_of(scaled, 80, ALPHA, b), found);
        for (size_t i = 0; i < found; i++) {
            assert_int_equal(a[i].at, b[i].at);
            assert_true(a[i].p == b[i].p);
            assert_near(b[i].q, 16 * a[i].q);
        }
        size_t at = 0;
        size_t other = 0;
        double q = 0;
        double other_q = 0;
        for (size_t i = 0; i < 80; i++) {
            scaled[i] = z[i] + 100;
            turned[i] = -z[79 - i];
        }
        assert_int_equal(eb_edivisive_split(z, 80, &at, &q, NULL), EB_OK);
        assert_int_equal(eb_edivisive_split(scaled, 80, &other, &other_q, NULL), EB_OK);
        assert_int_equal(other, at);
        assert_true(fabs(q - other_q) < 1e-9);
        assert_int_equal(eb_edivisive_split(turned, 80, &other, &other_q, NULL), EB_OK);
        assert_int_equal(other, 80 - at);
        assert_true(fabs(q - other_q) < 1e-9);
    }
    /* Sums of the largest numbers there are do not overflow. */
    static const double large[] = {-1e308, -1e308, -1e308, -1e308, 1e308, 1e308, 1e308, 1e308};
    size_t at = 0;
    double q = 0;
    assert_int_equal(eb_edivisive_split(large, 8, &at, &q, NULL), EB_OK);
    assert_int_equal(at, 4);
}

static void test_seed(void **state)
{
    (void)state;
    double z[80];
    struct eb_change a[ROOM];
    struct eb_change b[ROOM];
    fill_steps(z, 4, 0.7);
    size_t found = changes_of(z, 80, 0.3, a);
    assert_true(found > 0);
    assert_int_equal(changes_of(z, 80, 0.3, b), found);
    for (size_t i = 0; i < found; i++)
        assert_true(a[i].at == b[i].at && a[i].p == b[i].p && a[i].q == b[i].q);
}

static void test_false_alarms(void **state)
{
    (void)state;
    /* 500 quiet sequences: 25 +- 4 sqrt(500 * 0.05 * 0.95) = 25 +- 19.5. */
    int alarms = 0;
    for (uint64_t seed = 0; seed < 500; seed++) {
        double z[40];
        struct eb_rng rng;
        eb_rng_seed(&rng, seed + 1000);
        for (size_t i = 0; i < 40; i++)
            z[i] = made_noise(&rng);
        struct eb_change changes[ROOM];
        size_t found = changes_of(z, 40, ALPHA, changes);
        alarms += found > 0;
        for (size_t i = 0; i < found; i++) {
            assert_true(changes[i].at >= 3 && changes[i].at <= 37);
            assert_true(changes[i].p >= 0.001 && changes[i].p <= ALPHA);
            assert_true(i == 0 || changes[i].at >= changes[i - 1].at + 3);
        }
    }
    assert_in_range(alarms, 6, 44);
}

static void test_refusals(void **state)
{
    (void)state;
    struct eb_error err;
    struct eb_change changes[ROOM];
    size_t found = 77;
    size_t at = 77;
    double q = 77;
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 3; i++) {
        double z[] = {1, 2, 3, 4, 5, 6, 7, 8};
        z[6] = bad[i];
        assert_int_equal(eb_edivisive(z, 8, ALPHA, 1, changes, ROOM, &found, &err), EB_INVALID);
        assert_non_null(strstr(err.text, "value 6"));
        assert_int_equal(found, 0);
        assert_int_equal(eb_edivisive_split(z, 8, &at, &q, &err), EB_INVALID);
        assert_int_equal(at, 0);
    }
    static const double alphas[] = {0, 1, -1, 2, NAN};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(eb_edivisive(z_values, 12, alphas[i], 1, changes, ROOM, &found, &err), EB_INVALID);
        assert_non_null(strstr(err.text, "alpha"));
    }
    static const double many[EB_EDIVISIVE_MOST + 1] = {0};
    assert_int_equal(eb_edivisive(many, EB_EDIVISIVE_MOST + 1, ALPHA, 1, changes, ROOM, &found, &err),
                     EB_INVALID);
    assert_non_null(strstr(err.text, "1001 values"));
    assert_int_equal(changes_of(many, EB_EDIVISIVE_MOST, ALPHA, changes), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),        cmocka_unit_test(test_golden_split),
        cmocka_unit_test(test_golden_changes), cmocka_unit_test(test_golden_p),
        cmocka_unit_test(test_formula),        cmocka_unit_test(test_nothing_to_find),
        cmocka_unit_test(test_finds_steps),    cmocka_unit_test(test_scale_offset_direction),
        cmocka_unit_test(test_seed),           cmocka_unit_test(test_false_alarms),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("edivisive", tests, NULL, NULL);
}
