/* What nights are held against and what follows: on pasts whose numbers are chosen so that every state
 * follows from the rules of judge/past.h by hand. */
#include "cmocka_all.h"
#include "judge/past.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DELTA 0.02

/* A past of one series and as many nights as there are figures; kinds[i] (NULL: all 0) below 2. Even and odd
 * nights differ by 0.002, so that the spread is known and below delta. */
static struct eb_past *past_of(const double *worse, const size_t *kinds, size_t count)
{
    struct eb_past *past = eb_past_new();
    past->delta = DELTA;
    past->kind_count = 2;
    past->kinds = calloc(2, sizeof *past->kinds);
    past->kinds[0] = strdup("{}");
    past->kinds[1] = strdup("{\"a\":\"b\"}");
    past->series_count = 1;
    past->series = calloc(1, sizeof *past->series);
    const struct eb_kernel_metrics *kernel = eb_kernel_metrics_find("pingpong");
    past->series[0] = (struct eb_past_series){.kernel = kernel,
                                              .metric = &kernel->metrics[0],
                                              .algorithm = strdup(""),
                                              .arm = strdup("tcp"),
                                              .variant = strdup("default"),
                                              .size_bytes = 8,
                                              .ranks = 2};
    past->nights = calloc(count, sizeof *past->nights);
    past->night_count = count;
    for (size_t i = 0; i < count; i++) {
        struct eb_night *night = &past->nights[i];
        char created[64];
        snprintf(created, sizeof created, "2026-01-01T00:%02zu:%02zuZ", i / 60, i % 60);
        snprintf(night->digest, sizeof night->digest, "%064zu", i * 7919 % 1000 * 1000 + i);
        memcpy(night->digest, night->digest + 48, 16); /* the beginning tells nights apart */
        night->created_utc = strdup(created);
        night->hosts = strdup("");
        night->instance = strdup("");
        night->version = strdup("");
        night->git_version = strdup("");
        night->kind = kinds ? kinds[i] : 0;
        night->value_count = 1;
        night->values = calloc(1, sizeof *night->values);
        night->values[0] = (struct eb_past_value){
            .z = worse[i] + (i % 2 ? 0.001 : -0.001), .value = 1, .algorithm = strdup("")};
    }
    return past;
}

static void accept_at(struct eb_past *past, size_t night)
{
    past->accepts = realloc(past->accepts, (past->accept_count + 1) * sizeof *past->accepts);
    past->accepts[past->accept_count++] =
        (struct eb_accept){.kind = past->nights[night].kind,
                           .created_utc = strdup(past->nights[night].created_utc),
                           .digest = strdup(past->nights[night].digest),
                           .reason = strdup("why"),
                           .by = strdup("who"),
                           .accepted_utc = strdup("2026-02-01T00:00:00Z")};
}

/* One letter a night: l, q, s, r. */
static void assert_states(struct eb_past *past, const char *wanted)
{
    char got[200] = "";
    struct eb_error err = {0};
    if (eb_past_settle(past, NULL, NULL, &err) != EB_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < past->night_count; i++)
        got[i] = eb_night_state_name(past->nights[i].state)[0];
    assert_string_equal(got, wanted);
}

#define LEARN "lllllllllllllllllll" /* 19 */

static void nineteen_nights_are_learned(void **state)
{
    double worse[30] = {0};
    (void)state;
    struct eb_past *past = past_of(worse, NULL, 30);
    assert_states(past, LEARN "qqqqqqqqqqq");
    eb_past_free(past);
}

static void one_night_is_suspect_two_are_red(void **state)
{
    double worse[30] = {[20] = 0.1, [24] = 0.2, [25] = 0.2, [26] = 0.2};
    (void)state;
    struct eb_past *past = past_of(worse, NULL, 30);
    assert_states(past, LEARN "qsqqqrrrqqq");
    eb_past_free(past);
}

/* The price of taking a single suspect night in (judge/past.h): p is 2/51 at best while it is there. */
static void a_night_that_was_taken_in_hides_smaller_ones(void **state)
{
    double worse[80] = {[20] = 0.1, [26] = 0.05, [78] = 0.05};
    (void)state;
    struct eb_past *past = past_of(worse, NULL, 80);
    assert_states(past, LEARN "qs"
                              "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"
                              "qqqqqqqqqqqqqqqqqqqq"
                              "sq");
    eb_past_free(past);
}

static void within_delta_is_quiet(void **state)
{
    double worse[22] = {[20] = 0.018}; /* further out than any, but not worth telling */
    (void)state;
    struct eb_past *past = past_of(worse, NULL, 22);
    assert_states(past, LEARN "qqq");
    eb_past_free(past);
}

static void a_better_night_is_quiet(void **state)
{
    double worse[22] = {[20] = -0.5};
    (void)state;
    struct eb_past *past = past_of(worse, NULL, 22);
    assert_states(past, LEARN "qqq");
    eb_past_free(past);
}

static void a_shift_stays_red_for_ever(void **state)
{
    double worse[90] = {0};
    char wanted[91] = LEARN "qqqqqq";
    (void)state;
    for (size_t i = 25; i < 90; i++) {
        worse[i] = 0.05;
        wanted[i] = 'r';
    }
    struct eb_past *past = past_of(worse, NULL, 90);
    assert_states(past, wanted);
    eb_past_free(past);
}

static void assert_baseline(struct eb_past *past, size_t at, const size_t *wanted, size_t count)
{
    unsigned char alike[2] = {1, 0};
    size_t chosen[EB_NIGHTS_BASELINE];
    struct eb_sequence sequence;
    assert_int_equal(eb_sequence_new(past, alike, &sequence, NULL), EB_OK);
    assert_int_equal(eb_sequence_baseline(past, &sequence, 0, at, chosen), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(chosen[i], wanted[i]);
    eb_sequence_free(&sequence);
}

static void what_is_red_or_undecided_is_no_measure(void **state)
{
    double worse[60] = {[20] = 0.1, [24] = 0.2, [25] = 0.2, [59] = 0.3};
    size_t wanted[EB_NIGHTS_BASELINE];
    size_t count = 0;
    (void)state;
    struct eb_past *past = past_of(worse, NULL, 60);
    assert_states(past, LEARN "qsqqqrrqqqqqqqqqqqqq"
                              "qqqqqqqqqqqqqqqqqqqqs");
    /* 59 is undecided, 24 and 25 are red, 20 is taken in: 7 to 58 without those are the last 50 */
    for (size_t i = 7; i < 59; i++)
        if (i != 24 && i != 25)
            wanted[count++] = i;
    assert_int_equal(count, EB_NIGHTS_BASELINE);
    assert_baseline(past, 60, wanted, count);
    eb_past_free(past);
}

static void an_accepted_shift_begins_anew(void **state)
{
    double worse[50] = {0};
    (void)state;
    for (size_t i = 25; i < 50; i++)
        worse[i] = 0.05;
    struct eb_past *past = past_of(worse, NULL, 50);
    accept_at(past, 25);
    assert_states(past, LEARN "qqqqqq" LEARN "qqqqqq");
    eb_past_free(past);
}

/* Nights of another kind between them change nothing, and an accept is of its kind alone. */
static void kinds_are_apart(void **state)
{
    double worse[60] = {0};
    size_t kinds[60];
    char wanted[61] = "";
    (void)state;
    for (size_t i = 0; i < 60; i++) {
        kinds[i] = i % 2;
        wanted[i] = i < 38 ? 'l' : 'q';
    }
    worse[50] = worse[52] = 0.1; /* two runs of kind 0 that follow each other; 51 is of the other */
    worse[51] = 0;
    wanted[50] = wanted[52] = 'r';
    struct eb_past *past = past_of(worse, kinds, 60);
    assert_states(past, wanted);
    accept_at(past, 51);
    for (size_t i = 51; i < 60; i += 2)
        wanted[i] = 'l';
    assert_states(past, wanted);
    eb_past_free(past);
}

/* What was judged once is not judged again unless what it was held against has changed. */
static void only_what_changed_is_judged(void **state)
{
    double worse[100] = {0};
    size_t changed = 0;
    (void)state;
    struct eb_past *past = past_of(worse, NULL, 100);
    assert_int_equal(eb_past_settle(past, NULL, &changed, NULL), EB_OK);
    assert_int_equal(changed, 100);
    assert_int_equal(eb_past_settle(past, NULL, &changed, NULL), EB_OK);
    assert_int_equal(changed, 0);
    past->nights[20].digest[0] = 'f'; /* as another night in its place: those before do not see it, */
    assert_int_equal(eb_past_settle(past, NULL, &changed, NULL), EB_OK);
    assert_int_equal(changed, EB_NIGHTS_BASELINE); /* nor those that have 50 after it */
    eb_past_free(past);
}

/* A second series that only the nights from `first` on have, 0.001 up and down. */
static void widen(struct eb_past *past, size_t first)
{
    past->series = realloc(past->series, 2 * sizeof *past->series);
    past->series[1] = past->series[0];
    past->series[1].algorithm = strdup("");
    past->series[1].arm = strdup("tcp");
    past->series[1].variant = strdup("default");
    past->series[1].size_bytes = 16;
    past->series_count = 2;
    for (size_t i = first; i < past->night_count; i++) {
        past->nights[i].values = realloc(past->nights[i].values, 2 * sizeof *past->nights[i].values);
        past->nights[i].values[1] = past->nights[i].values[0];
        past->nights[i].values[1].series = 1;
        past->nights[i].values[1].z = i % 2 ? 0.001 : -0.001;
        past->nights[i].values[1].algorithm = strdup("");
        past->nights[i].value_count = 2;
    }
}

/* Nights 30 to 48 learn what the series is, whatever the others are; from the twentieth on it counts. */
static void a_new_series_is_learned(void **state)
{
    double worse[60] = {0};
    (void)state;
    struct eb_past *past = past_of(worse, NULL, 60);
    widen(past, 30);
    past->nights[34].values[1].z = 0.3;
    past->nights[48].values[1].z = 0.5; /* the largest of 19 that have it, of which 18 come before */
    past->nights[50].values[1].z = 0.7; /* 20 before it */
    assert_states(past, LEARN "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqsqqqqqqqqq");
    past->nights[50].values[1].z = 0;
    past->nights[50].basis = 0;
    past->nights[33].values[0].z = 0.1; /* while the old one counts all the time */
    past->nights[33].basis = 0;
    assert_states(past, LEARN "qqqqqqqqqqqqqqsqqqqqqqqqqqqqqqqqqqqqqqqqq");
    eb_past_free(past);
}

static void a_drift_is_told(void **state)
{
    double z[60];
    struct eb_drift drift;
    (void)state;
    for (size_t i = 0; i < 60; i++)
        z[i] = i % 2 ? 0.01 : -0.01; /* median 0, MAD 0.01, scale 0.014826 */
    assert_int_equal(eb_past_drift(z, 30, &drift, NULL), EB_OK);
    assert_int_equal(drift.reference, 0);
    assert_int_equal(eb_past_drift(z, 60, &drift, NULL), EB_OK);
    assert_int_equal(drift.reference, 30);
    assert_false(drift.cusum.alarmed);
    assert_true(fabs(drift.scale - 0.014826) < 1e-12);
    for (size_t i = 40; i < 60; i++)
        z[i] = 0.029652; /* 2 spreads: S grows by 1.5 a night from 40 on, 7.5 at the fifth */
    assert_int_equal(eb_past_drift(z, 60, &drift, NULL), EB_OK);
    assert_true(drift.cusum.alarmed);
    assert_int_equal(drift.cusum.alarm, 44);
    for (size_t i = 30; i < 59; i++)
        z[i] = 0;
    z[59] = 1;
    assert_int_equal(eb_past_drift(z, 60, &drift, NULL), EB_OK);
    assert_false(drift.cusum.alarmed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nineteen_nights_are_learned),
        cmocka_unit_test(one_night_is_suspect_two_are_red),
        cmocka_unit_test(a_night_that_was_taken_in_hides_smaller_ones),
        cmocka_unit_test(within_delta_is_quiet),
        cmocka_unit_test(a_better_night_is_quiet),
        cmocka_unit_test(a_shift_stays_red_for_ever),
        cmocka_unit_test(what_is_red_or_undecided_is_no_measure),
        cmocka_unit_test(an_accepted_shift_begins_anew),
        cmocka_unit_test(kinds_are_apart),
        cmocka_unit_test(only_what_changed_is_judged),
        cmocka_unit_test(a_new_series_is_learned),
        cmocka_unit_test(a_drift_is_told),
    };
    return cmocka_run_group_tests_name("past", tests, NULL, NULL);
}
