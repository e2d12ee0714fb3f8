/* The conformal test against a few lines of R 4.2.2, and by properties that it must have.
 *
 *   conformal <- function(Z, floor) {
 *     r <- sapply(1:ncol(Z), function(s) { own <- !is.na(Z[, s])
 *       sapply(1:nrow(Z), function(i) { o <- Z[-i, s][own[-i]]
 *         if (!own[i] || length(o) < 2) return(NA)
 *         c((Z[i, s] - median(o)) / max(mad(o), floor)) }) })
 *     M <- apply(r, 1, function(x) if (all(is.na(x))) -Inf else max(x, na.rm = TRUE)); n <- nrow(Z)
 *     list(r = r[n, ], p = mean(M >= M[n] - 1e-12), limit = max(M[-n])) } */
#include "cmocka_all.h"
#include "judge/stats/conformal.h"
#include "made_noise.h"

#include <math.h>
#include <string.h>

#define NIGHTS 8
#define SERIES 3
#define MOST 400
#define FLOOR 0.0025

static const double quiet[NIGHTS * SERIES] = {2.30, 5.01, 1.12, 2.31, 5.02, 1.10, 2.29, 5.00,
                                              1.15, 2.33, 4.99, 1.11, 2.28, 5.03, 1.09, 2.30,
                                              5.01, 1.13, 2.32, 4.98, 1.12, 2.31, 5.00, 1.16};

struct made {
    double z[MOST];
    unsigned char present[MOST];
    struct eb_conformal data;
};

/* data points into the made. */
static void make(struct made *made, const double *z, size_t nights, size_t series)
{
    memset(made, 0, sizeof *made);
    memset(made->present, 1, sizeof made->present);
    if (z)
        memcpy(made->z, z, nights * series * sizeof *z);
    made->data = (struct eb_conformal){.z = made->z, .nights = nights, .series = series, .floor = FLOOR};
}

/* The nights of `quiet`, the last of which has 5.11 for its second series. */
static void make_loud(struct made *made)
{
    make(made, quiet, NIGHTS, SERIES);
    made->z[21] = 2.31;
    made->z[22] = 5.11;
    made->z[23] = 1.12;
}

static void leave_out(struct made *made, size_t night, size_t series)
{
    size_t cell = night * made->data.series + series;
    made->z[cell] = NAN; /* which must not be looked at */
    made->present[cell] = 0;
    made->data.present = made->present;
}

static void assert_near(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-9 * (1 + fabs(wanted))))
        fail_msg("got %.17g, wanted %.17g", got, wanted);
}

static struct eb_conformal_result get(const struct made *made, double *scores, double *offsets)
{
    struct eb_conformal_result result;
    assert_int_equal(eb_conformal_test(&made->data, scores, offsets, &result, NULL), EB_OK);
    return result;
}

static void assert_result(const struct made *made, double p, double limit, size_t worst, const double *r)
{
    double scores[MOST];
    struct eb_conformal_result result = get(made, scores, NULL);
    assert_near(result.p, p);
    assert_near(result.limit, limit);
    assert_int_equal(result.worst, worst);
    for (size_t s = 0; s < made->data.series; s++)
        assert_near(scores[s], r[s]);
}

static void test_golden(void **state)
{
    (void)state;
    struct made made;
    make(&made, quiet, NIGHTS, SERIES); /* R: conformal(Z, .0025) */
    assert_result(&made, 1.0 / 8, 2.0234722784298453, 2,
                  (const double[]){0.6744907594765952, -0.6744907594765952, 2.6979630379063657});
    /* R: conformal(Z[2:8, ], .0025): an even number of others, and a tie of tonight with another night */
    make(&made, quiet + SERIES, NIGHTS - 1, SERIES);
    assert_result(&made, 2.0 / 7, 2.0234722784298453, 2,
                  (const double[]){0.22483025315888172, -0.22483025315886510, 2.0234722784297858});
    make_loud(&made); /* R: Z[8, ] <- c(2.31, 5.11, 1.12); conformal(Z, .0025); conformal(Z, .05) */
    assert_result(&made, 1.0 / 8, 2.0234722784298156, 1,
                  (const double[]){0.6744907594765952, 6.7449075947661319, 0});
    made.data.floor = 0.05;
    assert_result(&made, 1.0 / 8, 0.6, 1, (const double[]){0.2, 2, 0});
    double scores[SERIES];
    double offsets[SERIES]; /* 2.31 - 2.30, 5.11 - 5.01, 1.12 - 1.12 */
    get(&made, scores, offsets);
    assert_near(offsets[0], 0.01);
    assert_near(offsets[1], 0.10);
    assert_near(offsets[2], 0);
}

static void test_golden_gaps(void **state)
{
    (void)state;
    struct made made;
    make_loud(&made);
    /* R: Z[c(1, 3), 2] <- NA; Z[8, 1] <- NA; Z[1:6, 3] <- NA; conformal(Z, .0025) */
    leave_out(&made, 0, 1);
    leave_out(&made, 2, 1);
    leave_out(&made, 7, 0);
    for (size_t i = 0; i < 6; i++)
        leave_out(&made, i, 2);
    assert_result(&made, 1.0 / 8, 2.0234722784298005, 1, (const double[]){0, 3.3724537973830659, 0});
    /* R, of the loud nights again: Z[1:6, 2] <- NA; conformal(Z, .0025) */
    make_loud(&made);
    for (size_t i = 0; i < 6; i++)
        leave_out(&made, i, 1);
    assert_result(&made, 0.75, 2.0234722784298156, 0, (const double[]){0.6744907594765952, 0, 0});
}

static void test_nothing_tonight(void **state)
{
    (void)state;
    struct made made;
    make_loud(&made);
    for (size_t s = 0; s < SERIES; s++)
        leave_out(&made, 7, s);
    double scores[SERIES];
    double offsets[SERIES];
    struct eb_conformal_result result = get(&made, scores, offsets);
    assert_true(result.p == 1);
    for (size_t s = 0; s < SERIES; s++)
        assert_true(scores[s] == 0 && offsets[s] == 0);
}

static void test_constants_and_ties(void **state)
{
    (void)state;
    struct made made;
    make(&made, NULL, 6, 2);
    for (size_t i = 0; i < 12; i++)
        made.z[i] = 0.1;
    /* All nights tie at 0. */
    assert_result(&made, 1, 0, 0, (const double[]){0, 0});
    /* No spread: the floor is the scale, and 0.025 above is 10 of it. */
    made.z[11] = 0.125;
    assert_result(&made, 1.0 / 6, 0, 1, (const double[]){0, 10});
    /* Another night as far out, in another series: each has no spread in the others' median, MAD 0. */
    made.z[2] = 0.125;
    assert_result(&made, 2.0 / 6, 10, 1, (const double[]){0, 10});
    /* Of 0, 1, 3, 7 the median is 2, the deviations 1, 1, 2, 5, theirs 1.5. */
    make(&made, (const double[]){0, 1, 3, 7, 10}, 5, 1);
    double score;
    get(&made, &score, NULL);
    assert_near(score, 8 / (1.4826 * 1.5));
    /* Better is not out of line. */
    make(&made, NULL, 6, 1);
    made.z[5] = -1;
    assert_result(&made, 1, 0, 0, (const double[]){-400});
}

static void fill_noise(struct made *made, uint64_t seed, size_t nights, size_t series)
{
    make(made, NULL, nights, series);
    struct eb_rng rng;
    eb_rng_seed(&rng, seed);
    for (size_t i = 0; i < nights * series; i++)
        made->z[i] = made_noise(&rng);
}

static void test_order(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct made made;
        struct made turned;
        fill_noise(&made, seed, 12, 5);
        make(&turned, NULL, 12, 5);
        /* Series in another order; the nights before tonight as well. */
        for (size_t i = 0; i < 12; i++)
            for (size_t s = 0; s < 5; s++)
                turned.z[i * 5 + s] = made.z[(i == 11 ? i : (i * 3 + 1) % 11) * 5 + (s * 2 + 1) % 5];
        double scores[5];
        double others[5];
        struct eb_conformal_result a = get(&made, scores, NULL);
        struct eb_conformal_result b = get(&turned, others, NULL);
        assert_true(a.p == b.p && a.limit == b.limit);
        for (size_t s = 0; s < 5; s++)
            assert_true(others[s] == scores[(s * 2 + 1) % 5]);
        assert_int_equal(a.worst, (b.worst * 2 + 1) % 5);
    }
}

static void test_scale_and_offset(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct made made;
        fill_noise(&made, seed, 12, 5);
        struct made scaled;
        make(&scaled, made.z, 12, 5);
        for (size_t i = 0; i < 60; i++)
            scaled.z[i] = 4 * made.z[i] + 32 * (double)(i % 5);
        scaled.data.floor = 4 * FLOOR;
        double scores[5];
        double others[5];
        struct eb_conformal_result a = get(&made, scores, NULL);
        struct eb_conformal_result b = get(&scaled, others, NULL);
        assert_true(a.p == b.p);
        assert_near(b.limit, a.limit);
        for (size_t s = 0; s < 5; s++)
            assert_near(others[s], scores[s]);
    }
}

static void test_false_alarms(void **state)
{
    (void)state;
    /* Nights alike, 10 series of different spread: p is 1/20 in one of twenty.
     * 1000 / 20 +- 4 sqrt(1000 * 0.05 * 0.95) = 50 +- 27.6. */
    int alarms = 0;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct made made;
        fill_noise(&made, seed, 20, 10);
        for (size_t i = 0; i < 200; i++)
            made.z[i] *= (double)(i % 10 + 1);
        double scores[10];
        struct eb_conformal_result result = get(&made, scores, NULL);
        assert_true(result.p >= 0.05 && result.p <= 1);
        assert_int_equal(result.p<0.075, scores[result.worst]> result.limit);
        alarms += result.p < 0.075;
    }
    assert_in_range(alarms, 23, 77);
}

static void test_nights_needed(void **state)
{
    (void)state;
    assert_int_equal(eb_conformal_nights_needed(0.05), 19); /* 1/20 */
    assert_int_equal(eb_conformal_nights_needed(0.01), 99);
    assert_int_equal(eb_conformal_nights_needed(0.03), 33); /* 1/34 < 0.03 < 1/33 */
    assert_int_equal(eb_conformal_nights_needed(1.0 / 3), 2);
    assert_int_equal(eb_conformal_nights_needed(0.9), 2); /* the test takes no fewer */
    for (size_t nights = 2; nights < 2000; nights++)
        assert_int_equal(eb_conformal_nights_needed(1 / (double)(nights + 1)), nights);
    assert_true(eb_conformal_nights_needed(0) > 1000000000);
    assert_true(eb_conformal_nights_needed(NAN) > 1000000000);
}

static void assert_refused(const struct made *made, const char *text)
{
    double scores[MOST];
    struct eb_conformal_result result;
    struct eb_error err;
    assert_int_equal(eb_conformal_test(&made->data, scores, NULL, &result, &err), EB_INVALID);
    if (!strstr(err.text, text))
        fail_msg("\"%s\" does not say \"%s\"", err.text, text);
}

static void test_refusals(void **state)
{
    (void)state;
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    struct made made;
    for (size_t i = 0; i < 3; i++) {
        make_loud(&made);
        made.z[4 * SERIES + 2] = bad[i];
        assert_refused(&made, "series 2 of night 4");
        make_loud(&made);
        made.data.floor = bad[i];
        assert_refused(&made, "floor");
    }
    made.data.floor = 0;
    assert_refused(&made, "floor");
    make_loud(&made);
    made.data.nights = 2;
    assert_refused(&made, "1 others");
    made.data.nights = 0;
    assert_refused(&made, "0 others");
    make_loud(&made);
    made.data.series = 0;
    assert_refused(&made, "no series");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),          cmocka_unit_test(test_golden_gaps),
        cmocka_unit_test(test_nothing_tonight), cmocka_unit_test(test_constants_and_ties),
        cmocka_unit_test(test_order),           cmocka_unit_test(test_scale_and_offset),
        cmocka_unit_test(test_false_alarms),    cmocka_unit_test(test_nights_needed),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("conformal", tests, NULL, NULL);
}
