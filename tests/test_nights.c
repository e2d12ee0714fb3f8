/* What a night is called, by hand. */
#include "cmocka_all.h"
#include "judge/nights.h"
#include "made_noise.h"

#include <math.h>
#include <string.h>

#define SERIES 2
#define MOST 1000
#define DELTA 0.0198

/* Nights of two series: the first is quiet, 0 and +-0.001; the second is not, 0 and +-0.05. */
struct made {
    double z[MOST];
    double scores[MOST];
    double offsets[MOST];
    struct eb_night_verdict verdict;
    struct eb_conformal data;
};

static void make(struct made *made, size_t before, double quiet, double loud)
{
    memset(made, 0, sizeof *made);
    for (size_t i = 0; i < before; i++) {
        made->z[i * SERIES] = ((double)(i % 3) - 1) * 0.001;
        made->z[i * SERIES + 1] = ((double)(i * 2 % 3) - 1) * 0.05;
    }
    made->z[before * SERIES] = quiet;
    made->z[before * SERIES + 1] = loud;
    made->data =
        (struct eb_conformal){.z = made->z, .nights = before + 1, .series = SERIES, .floor = EB_NIGHTS_FLOOR};
}

static void assert_state(struct made *made, double delta, enum eb_night_state state)
{
    assert_int_equal(eb_night_judge(&made->data, delta, made->scores, made->offsets, &made->verdict, NULL),
                     EB_OK);
    assert_int_equal(made->verdict.state, state);
    assert_int_equal(made->verdict.nights, made->data.nights - 1);
}

static void test_learning(void **state)
{
    (void)state;
    struct made made;
    make(&made, EB_NIGHTS_LEAST - 1, 1, 1);
    assert_state(&made, DELTA, EB_NIGHT_LEARNING);
    make(&made, 0, 1, 1);
    assert_state(&made, DELTA, EB_NIGHT_LEARNING);
    assert_true(made.verdict.conformal.p == 1);
    make(&made, EB_NIGHTS_LEAST, 1, 1);
    assert_state(&made, DELTA, EB_NIGHT_SUSPECT);
    assert_true(made.verdict.conformal.p == 1.0 / 20);
}

static void test_quiet(void **state)
{
    (void)state;
    struct made made;
    make(&made, 30, 0, 0);
    assert_state(&made, DELTA, EB_NIGHT_QUIET);
    make(&made, 30, -1, -1); /* better */
    assert_state(&made, DELTA, EB_NIGHT_QUIET);
}

static void test_suspect(void **state)
{
    (void)state;
    struct made made;
    make(&made, 30, 0.03, 0);
    assert_state(&made, DELTA, EB_NIGHT_SUSPECT);
    assert_int_equal(made.verdict.conformal.worst, 0);
    assert_true(made.verdict.conformal.p == 1.0 / 31);
    /* 0.03 above the median, on the floor: the others' MAD is 0.001, 1.4826 of it less than a quarter
     * percent. */
    assert_true(fabs(made.offsets[0] - 0.03) < 1e-12 && fabs(made.scores[0] - 12) < 1e-9);
    assert_true(made.offsets[1] == 0 && made.scores[1] == 0);
    /* A median of 0, MAD of 0.05: 0.3 is 4.05 of 0.0741. */
    make(&made, 30, 0, 0.3);
    assert_state(&made, DELTA, EB_NIGHT_SUSPECT);
    assert_int_equal(made.verdict.conformal.worst, 1);
    assert_true(fabs(made.scores[1] - 0.3 / (1.4826 * 0.05)) < 1e-9);
}

static void test_out_of_line_but_small(void **state)
{
    (void)state;
    struct made made;
    /* 0.012 is 4.8 of the floor, and less than delta. */
    make(&made, 30, 0.012, 0);
    assert_state(&made, DELTA, EB_NIGHT_QUIET);
    assert_true(made.verdict.conformal.p == 1.0 / 31);
    assert_state(&made, 0.0119, EB_NIGHT_SUSPECT);
    /* What is above delta in the other series is not out of line: 0.04 of 0.0741. */
    make(&made, 30, 0.012, 0.04);
    assert_state(&made, DELTA, EB_NIGHT_QUIET);
    assert_true(made.offsets[1] > DELTA);
    assert_state(&made, 0, EB_NIGHT_SUSPECT);
}

static void test_another_night_as_far(void **state)
{
    (void)state;
    struct made made;
    make(&made, 30, 0.03, 0);
    made.z[7 * SERIES] = 0.03;
    assert_state(&made, DELTA, EB_NIGHT_QUIET);
    assert_true(made.verdict.conformal.p == 2.0 / 31);
    made.z[7 * SERIES] = 0.029;
    assert_state(&made, DELTA, EB_NIGHT_SUSPECT);
}

static void test_series_that_are_missing(void **state)
{
    (void)state;
    struct made made;
    unsigned char present[31 * SERIES];
    memset(present, 1, sizeof present);
    make(&made, 30, 0.03, NAN);
    made.data.present = present;
    present[30 * SERIES + 1] = 0;
    assert_state(&made, DELTA, EB_NIGHT_SUSPECT);
    assert_true(made.scores[1] == 0 && made.offsets[1] == 0);
    present[30 * SERIES] = 0;
    made.z[30 * SERIES] = NAN;
    assert_state(&made, DELTA, EB_NIGHT_QUIET);
    assert_true(made.verdict.conformal.p == 1);
}

static void test_false_alarms(void **state)
{
    (void)state;
    /* 2000 quiet nights against 30 others, 20 series: one of 31 at most, whatever the number of series.
     * 2000/31 +- 4 sqrt(2000 * 30/31/31) = 64.5 +- 31.6. */
    int alarms = 0;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        struct made made;
        make(&made, 0, 0, 0);
        made.data.nights = 31;
        made.data.series = 20;
        struct eb_rng rng;
        eb_rng_seed(&rng, seed);
        for (size_t i = 0; i < 31; i++) {
            double night = made_noise(&rng); /* what all series of a night have in common */
            for (size_t s = 0; s < 20; s++)
                made.z[i * 20 + s] = 0.02 * (night + made_noise(&rng));
        }
        assert_int_equal(eb_night_judge(&made.data, 0, made.scores, made.offsets, &made.verdict, NULL),
                         EB_OK);
        alarms += made.verdict.state == EB_NIGHT_SUSPECT;
    }
    assert_in_range(alarms, 33, 96);
}

static void test_refusals(void **state)
{
    (void)state;
    struct made made;
    struct eb_error err;
    static const double deltas[] = {-0.1, NAN};
    for (size_t i = 0; i < 2; i++) {
        make(&made, 30, 0, 0);
        assert_int_equal(
            eb_night_judge(&made.data, deltas[i], made.scores, made.offsets, &made.verdict, &err),
            EB_INVALID);
        assert_non_null(strstr(err.text, "delta"));
    }
    make(&made, 30, 0, NAN);
    assert_int_equal(eb_night_judge(&made.data, DELTA, made.scores, made.offsets, &made.verdict, &err),
                     EB_INVALID);
    assert_non_null(strstr(err.text, "series 1 of night 30"));
    assert_int_equal(made.verdict.state, EB_NIGHT_LEARNING); /* nothing that could be taken for a pass */
    make(&made, 30, 0, 0);
    made.data.series = 0;
    assert_int_equal(eb_night_judge(&made.data, DELTA, made.scores, made.offsets, &made.verdict, &err),
                     EB_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learning),
        cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_suspect),
        cmocka_unit_test(test_out_of_line_but_small),
        cmocka_unit_test(test_another_night_as_far),
        cmocka_unit_test(test_series_that_are_missing),
        cmocka_unit_test(test_false_alarms),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests_name("nights", tests, NULL, NULL);
}
