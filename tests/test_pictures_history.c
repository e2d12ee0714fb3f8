/* The pictures of a history, of pasts whose figures are chosen: what each night is beside the median of its
 * nights, where they change, and what is marked. */
#include "cmocka_all.h"
#include "judge/report/plot/pictures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NIGHTS 30
#define SINCE 20 /* the first night of the new level */

/* What each series is, ascending as past.h has them, and how much longer it takes since that night. Two in
 * three nights are before it, so that the median is the old level. */
static const struct {
    const char *kernel;
    const char *arm;
    uint64_t size_bytes;
    double value; /* of the old level */
    double longer;
} made[] = {
    {"pingpong", "ena", 8, 4, 1},      {"pingpong", "tcp", 8, 2, 1.1},  {"pingpong", "tcp", 64, 3, 1.5},
    {"pingpong", "tcp", 1024, 5, 1.2}, {"bandwidth", "tcp", 8, 100, 2},
};
#define SERIES (sizeof made / sizeof *made)

static char *date_of(size_t night)
{
    char text[64];
    snprintf(text, sizeof text, "2026-%02zu-%02zuT03:00:00Z", night / 28 + 1, night % 28 + 1);
    return strdup(text);
}

static void fill_night(struct eb_night *night, size_t at, size_t kind)
{
    *night = (struct eb_night){.created_utc = date_of(at),
                               .hosts = strdup(""),
                               .instance = strdup(""),
                               .version = strdup(""),
                               .git_version = strdup(""),
                               .kind = kind,
                               .state = EB_NIGHT_QUIET,
                               .value_count = SERIES,
                               .values = calloc(SERIES, sizeof *night->values)};
    snprintf(night->digest, sizeof night->digest, "%064zu", at);
    for (size_t i = 0; i < SERIES; i++) {
        double z = log(made[i].value) + (at >= SINCE ? log(made[i].longer) : 0);
        int is_rate = strcmp(made[i].kernel, "bandwidth") == 0;
        if (is_rate)
            z = -log(made[i].value) + (at >= SINCE ? log(made[i].longer) : 0);
        night->values[i] =
            (struct eb_past_value){.series = i, .z = z, .value = 1, .launches = 3, .algorithm = strdup("")};
    }
}

/* So many nights, the first few of which are of another kind. */
static struct eb_past *past_of(size_t count, size_t of_another_kind)
{
    struct eb_past *past = eb_past_new();
    past->kind_count = 2;
    past->kinds = calloc(2, sizeof *past->kinds);
    past->kinds[0] = strdup("{}");
    past->kinds[1] = strdup("{\"a\":\"b\"}");
    past->series_count = SERIES;
    past->series = calloc(SERIES, sizeof *past->series);
    for (size_t i = 0; i < SERIES; i++) {
        const struct eb_kernel_metrics *kernel = eb_kernel_metrics_find(made[i].kernel);
        past->series[i] = (struct eb_past_series){.kernel = kernel,
                                                  .metric = &kernel->metrics[0],
                                                  .algorithm = strdup(""),
                                                  .arm = strdup(made[i].arm),
                                                  .variant = strdup("default"),
                                                  .size_bytes = made[i].size_bytes,
                                                  .ranks = 2};
    }
    past->nights = calloc(count, sizeof *past->nights);
    past->night_count = count;
    for (size_t i = 0; i < count; i++)
        fill_night(&past->nights[i], i, i < of_another_kind);
    return past;
}

static void accept_at(struct eb_past *past, size_t night, const char *reason)
{
    past->accepts = realloc(past->accepts, (past->accept_count + 1) * sizeof *past->accepts);
    past->accepts[past->accept_count++] =
        (struct eb_accept){.kind = past->nights[night].kind,
                           .created_utc = strdup(past->nights[night].created_utc),
                           .digest = strdup(past->nights[night].digest),
                           .reason = strdup(reason),
                           .by = strdup("who"),
                           .accepted_utc = strdup("2026-02-01T00:00:00Z")};
}

static struct eb_pictures pictures_of(const struct eb_past *past)
{
    static const char *arms[] = {"efa", "tcp", "ena"};
    const struct eb_palette palette = {.arms = arms, .arm_count = 3};
    struct eb_pictures pictures = {0};
    struct eb_error err = {0};
    if (eb_pictures_of_history(past, &palette, &pictures, &err) != EB_OK)
        fail_msg("%s", err.text);
    return pictures;
}

static const struct eb_curve *curve_of(const struct eb_picture *picture, const char *name)
{
    for (size_t i = 0; i < picture->curve_count; i++)
        if (strcmp(picture->curves[i].name, name) == 0)
            return &picture->curves[i];
    fail_msg("no curve %s", name);
    return NULL;
}

static void assert_no_curve(const struct eb_picture *picture, const char *name)
{
    for (size_t i = 0; i < picture->curve_count; i++)
        assert_string_not_equal(picture->curves[i].name, name);
}

static void assert_words(const struct eb_curve *curve, size_t point, const char *wanted)
{
    assert_in_range(point, 0, curve->point_count - 1);
    char *words = eb_point_words(curve, &curve->points[point]);
    assert_string_equal(words, wanted);
    free(words);
}

static void curves_are_over_their_median(void **state)
{
    (void)state;
    struct eb_past *past = past_of(NIGHTS, 0);
    struct eb_pictures pictures = pictures_of(past);
    assert_int_equal(pictures.count, 2);
    const struct eb_picture *picture = &pictures.items[0];
    assert_string_equal(picture->id, "history-latency");
    assert_string_equal(picture->title, "Half round trip over 30 nights, 2 ranks");
    assert_string_equal(picture->y.label, "worse than the median of its nights, %");
    const struct eb_curve *tcp = curve_of(picture, "tcp, 8 B");
    assert_int_equal(tcp->point_count, NIGHTS);
    assert_int_equal(tcp->colour, 1);
    assert_int_equal(tcp->look, EB_CURVE_LINE);
    assert_words(tcp, 19, "tcp, 8 B, 2026-01-20T03:00:00Z: 2.000 us, at its median");
    assert_words(tcp, 20, "tcp, 8 B, 2026-01-21T03:00:00Z: 2.200 us, 10% worse than its median");
    assert_float_equal(tcp->points[19].y, 0, 1e-9);
    assert_float_equal(tcp->points[20].y, 10, 1e-9);
    assert_float_equal(tcp->points[20].x, 20, 0);
    const struct eb_curve *large = curve_of(picture, "tcp, 1 KiB");
    assert_int_equal(large->colour, 1);
    assert_int_not_equal(large->dash, tcp->dash);
    assert_words(large, 29, "tcp, 1 KiB, 2026-02-02T03:00:00Z: 6.000 us, 20% worse than its median");
    assert_int_equal(curve_of(picture, "ena, 8 B")->colour, 2);
    assert_no_curve(picture, "tcp, 64 B");
    /* a rate that is half as high takes twice as long */
    assert_string_equal(pictures.items[1].id, "history-bandwidth");
    assert_words(curve_of(&pictures.items[1], "tcp, 8 B"), 20,
                 "tcp, 8 B, 2026-01-21T03:00:00Z: 50.00 MB/s, 100% worse than its median");
    /* ticks: every fifth of 30 nights, that there be seven at most */
    assert_int_equal(picture->x.tick_count, 6);
    assert_string_equal(picture->x.ticks[1].label, "2026-01-06");
    assert_float_equal(picture->x.ticks[1].at, 5, 0);
    eb_pictures_free(&pictures);
    eb_past_free(past);
}

static void changes_and_shifts_are_moments(void **state)
{
    (void)state;
    struct eb_past *past = past_of(NIGHTS, 0);
    accept_at(past, 25, "why\033[2J");
    struct eb_pictures pictures = pictures_of(past);
    const struct eb_curve *changes = curve_of(&pictures.items[0], "change");
    assert_int_equal(changes->look, EB_CURVE_MOMENT);
    assert_int_equal(changes->point_count, 1);
    assert_float_equal(changes->points[0].x, SINCE, 0);
    assert_words(changes, 0, "change, 2026-01-21T03:00:00Z: 10% to 20% worse, 2 of 3 curves");
    assert_words(curve_of(&pictures.items[1], "change"), 0,
                 "change, 2026-01-21T03:00:00Z: 100% worse, 1 of 1 curves");
    const struct eb_curve *accepts = curve_of(&pictures.items[0], "accepted shift");
    assert_int_equal(accepts->look, EB_CURVE_MOMENT);
    assert_float_equal(accepts->points[0].x, 25, 0);
    assert_words(accepts, 0, "accepted shift, 2026-01-26T03:00:00Z: accepted by who: why?[2J");
    assert_no_curve(&pictures.items[0], "red night");
    eb_pictures_free(&pictures);
    eb_past_free(past);
}

static void states_are_marked_above_the_curves(void **state)
{
    (void)state;
    struct eb_past *past = past_of(NIGHTS, 0);
    past->nights[5].state = EB_NIGHT_SUSPECT;
    past->nights[SINCE].state = EB_NIGHT_RED;
    past->nights[SINCE + 1].state = EB_NIGHT_RED;
    struct eb_pictures pictures = pictures_of(past);
    const struct eb_picture *picture = &pictures.items[0];
    const struct eb_curve *red = curve_of(picture, "red night");
    assert_int_equal(red->look, EB_CURVE_POINTS);
    assert_int_equal(red->is_context, 0);
    assert_int_equal(red->point_count, 2);
    assert_float_equal(red->points[1].x, SINCE + 1, 0);
    assert_true(red->points[1].y > 20 && red->points[1].y < picture->y.high);
    assert_words(red, 0, "red night, 2026-01-21T03:00:00Z: red");
    const struct eb_curve *suspect = curve_of(picture, "suspect night");
    assert_int_equal(suspect->point_count, 1);
    assert_words(suspect, 0, "suspect night, 2026-01-06T03:00:00Z: suspect");
    eb_pictures_free(&pictures);
    eb_past_free(past);
}

static void only_the_latest_kind_is_shown(void **state)
{
    (void)state;
    struct eb_past *past = past_of(NIGHTS, 4);
    accept_at(past, 2, "of the other kind");
    past->nights[2].state = EB_NIGHT_RED;
    struct eb_pictures pictures = pictures_of(past);
    const struct eb_picture *picture = &pictures.items[0];
    assert_string_equal(picture->title, "Half round trip over 26 nights, 2 ranks");
    const struct eb_curve *tcp = curve_of(picture, "tcp, 8 B");
    assert_int_equal(tcp->point_count, 26);
    assert_string_equal(tcp->points[0].row, "2026-01-05T03:00:00Z");
    assert_float_equal(curve_of(picture, "change")->points[0].x, SINCE - 4, 0);
    assert_no_curve(picture, "accepted shift");
    assert_no_curve(picture, "red night");
    assert_string_equal(
        picture->note,
        "Each night over the median of the nights shown, at the smallest and the largest size; above 0 is "
        "worse: a time that is so much longer, a rate that takes so much longer. 26 nights of the latest "
        "kind (machine and settings) are shown; 4 of "
        "other kinds are not. Changes are looked for in all of them; `efabench gate --history` "
        "judges a new night.");
    eb_pictures_free(&pictures);
    eb_past_free(past);
}

static void the_latest_nights_are_shown(void **state)
{
    (void)state;
    struct eb_past *past = past_of(EB_PICTURE_NIGHTS + 5, 0);
    accept_at(past, 2, "before the nights shown");
    accept_at(past, 100, "why");
    struct eb_pictures pictures = pictures_of(past);
    const struct eb_picture *picture = &pictures.items[0];
    const struct eb_curve *tcp = curve_of(picture, "tcp, 8 B");
    assert_int_equal(tcp->point_count, EB_PICTURE_NIGHTS);
    assert_string_equal(tcp->points[0].row, "2026-01-06T03:00:00Z");
    assert_float_equal(tcp->points[0].x, 0, 0);
    assert_float_equal(picture->x.high, EB_PICTURE_NIGHTS - 0.5, 0);
    assert_int_equal(curve_of(picture, "accepted shift")->point_count, 1);
    assert_float_equal(curve_of(picture, "accepted shift")->points[0].x, 95, 0);
    assert_non_null(strstr(picture->note, "The latest 400 of 405 nights of the latest kind"));
    assert_non_null(strstr(picture->note, "Changes are looked for in the latest 200 of them"));
    assert_no_curve(picture, "change"); /* it is before the last 200 */
    eb_pictures_free(&pictures);
    eb_past_free(past);
}

/* A series that a night lacks leaves a gap; variants have names, and dashes of their own. */
static void what_a_night_lacks_is_left_out(void **state)
{
    (void)state;
    struct eb_past *past = past_of(NIGHTS, 0);
    free(past->series[1].variant);
    past->series[1].variant = strdup("a\nb");
    free(past->nights[7].values[0].algorithm);
    memmove(past->nights[7].values, past->nights[7].values + 1, (SERIES - 1) * sizeof(struct eb_past_value));
    past->nights[7].value_count--;
    struct eb_pictures pictures = pictures_of(past);
    const struct eb_curve *ena = curve_of(&pictures.items[0], "ena, 8 B");
    assert_int_equal(ena->point_count, NIGHTS - 1);
    assert_float_equal(ena->points[7].x, 8, 0);
    const struct eb_curve *variant = curve_of(&pictures.items[0], "tcp/a?b, 8 B");
    assert_int_not_equal(variant->dash, curve_of(&pictures.items[0], "tcp, 64 B")->dash);
    eb_pictures_free(&pictures);
    eb_past_free(past);
}

static void nothing_is_drawn_of_nothing(void **state)
{
    (void)state;
    struct eb_past *past = eb_past_new();
    struct eb_pictures pictures = pictures_of(past);
    assert_int_equal(pictures.count, 0);
    eb_past_free(past);
    past = past_of(1, 0); /* one night is no course */
    pictures = pictures_of(past);
    assert_int_equal(pictures.count, 0);
    eb_past_free(past);
    past = past_of(3, 0);
    for (size_t i = 0; i < 3; i++) { /* nights that were not fetched */
        for (size_t j = 0; j < SERIES; j++)
            free(past->nights[i].values[j].algorithm);
        free(past->nights[i].values);
        past->nights[i].values = NULL;
        past->nights[i].value_count = 0;
    }
    pictures = pictures_of(past);
    assert_int_equal(pictures.count, 0);
    eb_pictures_free(&pictures);
    eb_past_free(past);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_are_over_their_median),
        cmocka_unit_test(changes_and_shifts_are_moments),
        cmocka_unit_test(states_are_marked_above_the_curves),
        cmocka_unit_test(only_the_latest_kind_is_shown),
        cmocka_unit_test(the_latest_nights_are_shown),
        cmocka_unit_test(what_a_night_lacks_is_left_out),
        cmocka_unit_test(nothing_is_drawn_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
