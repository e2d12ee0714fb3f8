/* Pictures and the colours of arms. */
#include "cmocka_all.h"
#include "judge/report/plot/palette.h"
#include "judge/report/plot/picture.h"
#include "made_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void test_a_picture_begins_empty(void **state)
{
    (void)state;
    struct eb_pictures pictures = {0};
    struct eb_picture *picture = eb_pictures_add(&pictures, "latency", "Latency\nby size");
    assert_int_equal(pictures.count, 1);
    assert_string_equal(picture->id, "latency");
    assert_string_equal(picture->title, "Latency?by size");
    assert_null(picture->note);
    assert_int_equal(picture->x.scale, EB_AXIS_LINEAR);
    assert_true(isnan(picture->x.low) && isnan(picture->y.high));
    assert_string_equal(picture->y.label, "");
    assert_int_equal(picture->curve_count, 0);
    assert_int_equal(eb_picture_point_count(picture), 0);
    eb_pictures_free(&pictures);
    assert_int_equal(pictures.count, 0);
    eb_pictures_free(&pictures);
    eb_pictures_free(NULL);
}

static void test_ids_are_unique_and_names_of_files(void **state)
{
    (void)state;
    struct eb_pictures pictures = {0};
    char longest[400];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_string_equal(eb_pictures_add(&pictures, "tail", "")->id, "tail");
    assert_string_equal(eb_pictures_add(&pictures, "tail", "")->id, "tail-2");
    assert_string_equal(eb_pictures_add(&pictures, "tail", "")->id, "tail-3");
    assert_string_equal(eb_pictures_add(&pictures, "../tail \xc3\xa9", "")->id, "---tail---");
    assert_string_equal(eb_pictures_add(&pictures, "", "")->id, "picture");
    size_t length = strlen(eb_pictures_add(&pictures, longest, "")->id);
    assert_true(length > 0 && length < 200);
    eb_pictures_drop(&pictures);
    eb_pictures_drop(&pictures);
    assert_int_equal(pictures.count, 4);
    assert_string_equal(pictures.items[3].id, "---tail---");
    eb_pictures_drop(&pictures);
    eb_pictures_drop(&pictures);
    eb_pictures_drop(&pictures);
    eb_pictures_drop(&pictures);
    eb_pictures_drop(&pictures);
    assert_int_equal(pictures.count, 0);
    eb_pictures_free(&pictures);
}

static void test_points_stay_in_their_order(void **state)
{
    (void)state;
    struct eb_pictures pictures = {0};
    struct eb_picture *picture = eb_pictures_add(&pictures, "a", "a");
    for (int i = 0; i < 5; i++) {
        struct eb_curve *curve = eb_picture_add_curve(picture, "arm\x1b[31m", EB_CURVE_LINE);
        assert_string_equal(curve->name, "arm?[31m");
        curve->is_context = i == 4;
        for (int j = 0; j < 33; j++)
            assert_non_null(eb_curve_add_point(curve, i, j, "8 B", "1 us\n"));
    }
    assert_int_equal(picture->curve_count, 5);
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 33; j++) {
            const struct eb_point *point = &picture->curves[i].points[j];
            assert_true(point->x == i && point->y == j && isnan(point->low) && isnan(point->high));
            assert_string_equal(point->cell, "1 us?");
        }
    assert_int_equal(eb_picture_point_count(picture), 4 * 33);
    eb_pictures_free(&pictures);
}

static void test_axes_and_notes(void **state)
{
    (void)state;
    struct eb_pictures pictures = {0};
    struct eb_picture *picture = eb_pictures_add(&pictures, "a", "a");
    assert_int_equal(eb_axis_set(&picture->x, "message\tsize", EB_AXIS_LOG), 0);
    assert_int_equal(eb_axis_set(&picture->x, "message size", EB_AXIS_LOG), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(eb_axis_add_tick(&picture->x, 1 << i, i == 3 ? "8\rB" : "tick"), 0);
    assert_string_equal(picture->x.label, "message size");
    assert_int_equal(picture->x.scale, EB_AXIS_LOG);
    assert_int_equal(picture->x.tick_count, 5);
    assert_true(picture->x.ticks[3].at == 8);
    assert_string_equal(picture->x.ticks[3].label, "8?B");
    assert_int_equal(eb_picture_set_note(picture, "first"), 0);
    assert_int_equal(eb_picture_set_note(picture, "second\n"), 0);
    assert_string_equal(picture->note, "second?");
    assert_int_equal(eb_picture_set_note(picture, NULL), 0);
    assert_null(picture->note);
    eb_pictures_free(&pictures);
}

static void test_words_of_a_point(void **state)
{
    (void)state;
    struct eb_pictures pictures = {0};
    struct eb_picture *picture = eb_pictures_add(&pictures, "a", "a");
    struct eb_curve *curve = eb_picture_add_curve(picture, "ena", EB_CURVE_LINE);
    char *words =
        eb_point_words(curve, eb_curve_add_point(curve, 8192, 35.4, "8 KiB", "35.4 us [34.9, 36.0]"));
    assert_string_equal(words, "ena, 8 KiB: 35.4 us [34.9, 36.0]");
    free(words);
    words = eb_point_words(curve, eb_curve_add_point(curve, 8192, 35.4, NULL, "35.4 us"));
    assert_string_equal(words, "ena: 35.4 us");
    free(words);
    eb_pictures_free(&pictures);
}

static void test_an_arm_keeps_its_colour(void **state)
{
    (void)state;
    struct eb_palette palette = {0};
    struct eb_report *report = NULL;
    struct eb_report *other = NULL;
    json_t *record = two_arm_record(6);
    json_t *against = new_record(6);
    struct case_facts third = with_arm(pingpong, "third");
    json_array_append_new(json_object_get(launch_of(against, 0), "arms"),
                          json_pack("{s:s, s:s}", "name", "third", "transport", "sockets"));
    add_median(against, 0, &third, 1000);
    assert_int_equal(eb_report_new(record, "a", NULL, NULL, NULL, &report, NULL), EB_OK);
    assert_int_equal(eb_report_new(against, "b", NULL, record, "a", &other, NULL), EB_OK);
    assert_int_equal(eb_palette_find(&palette, "third"), 0);
    assert_int_equal(eb_palette_add(&palette, report, NULL), EB_OK);
    size_t own = palette.arm_count;
    size_t tcp = eb_palette_find(&palette, "tcp");
    assert_int_not_equal(tcp, eb_palette_find(&palette, "kernel-tcp"));
    assert_int_equal(eb_palette_add(&palette, other, NULL), EB_OK);
    assert_int_equal(palette.arm_count, own + 1);
    assert_int_equal(eb_palette_find(&palette, "third"), own);
    struct eb_past_series series[] = {
        {.arm = (char[]){"old"}}, {.arm = (char[]){"tcp"}}, {.arm = (char[]){"old"}}};
    struct eb_past past = {.series = series, .series_count = 3};
    assert_int_equal(eb_palette_add_past(&palette, &past, NULL), EB_OK);
    assert_int_equal(palette.arm_count, own + 2);
    assert_int_equal(eb_palette_find(&palette, "old"), own + 1);
    assert_int_equal(eb_palette_find(&palette, "tcp"), tcp);
    eb_palette_free(&palette);
    eb_palette_free(NULL);
    eb_report_free(other);
    eb_report_free(report);
    json_decref(against);
    json_decref(record);
}

/* WCAG 2.1, relative luminance and contrast ratio; sRGB. */
static double channel(const char *colour, size_t place)
{
    char digits[3] = {colour[1 + 2 * place], colour[2 + 2 * place], '\0'};
    double share = (double)strtol(digits, NULL, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4);
}

static double luminance(const char *colour)
{
    return 0.2126 * channel(colour, 0) + 0.7152 * channel(colour, 1) + 0.0722 * channel(colour, 2);
}

/* WCAG 1.4.11 asks for 3:1 of what is needed to understand a graphic. Okabe and Ito's orange and sky blue
 * have 2.25:1 on white; points have shapes beside their colours. */
static void test_colours_can_be_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < EB_PALETTE_COLOURS; i++) {
        assert_int_equal(strlen(eb_palette_light(i)), 7);
        assert_int_equal(strlen(eb_palette_dark(i)), 7);
        assert_true(1.05 / (luminance(eb_palette_light(i)) + 0.05) >= 2.2);
        assert_true((luminance(eb_palette_dark(i)) + 0.05) / 0.05 >= 5.0);
        assert_ptr_equal(eb_palette_light(i), eb_palette_light(i + EB_PALETTE_COLOURS));
        assert_ptr_equal(eb_palette_dark(i), eb_palette_dark(i + EB_PALETTE_COLOURS));
    }
}

/* Machado, Oliveira and Fernandes, IEEE TVCG 15(6), 2009: severity 1.0 of normal sight, protanopia,
 * deuteranopia and tritanopia, on linear sRGB. */
static const double sights[][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
};

/* CIE 15: L*, a*, b*, of D65. */
static double cube_root(double share)
{
    return share > 216.0 / 24389 ? cbrt(share) : (24389.0 / 27 * share + 16) / 116;
}

static void to_lab(const char *colour, const double sight[3][3], double lab[3])
{
    double seen[3];
    for (size_t i = 0; i < 3; i++) {
        double sum = 0;
        for (size_t j = 0; j < 3; j++)
            sum += sight[i][j] * channel(colour, j);
        seen[i] = fmin(fmax(sum, 0), 1);
    }
    double x = cube_root((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505);
    double y = cube_root(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]);
    double z = cube_root((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089);
    lab[0] = 116 * y - 16;
    lab[1] = 500 * (x - y);
    lab[2] = 200 * (y - z);
}

static double difference(const char *colour, const char *other, const double sight[3][3])
{
    double one[3];
    double two[3];
    to_lab(colour, sight, one);
    to_lab(other, sight, two);
    return sqrt(pow(one[0] - two[0], 2) + pow(one[1] - two[1], 2) + pow(one[2] - two[2], 2));
}

/* 2.3 is a just noticeable difference of large areas; lines and points of some pixels take several. */
static void test_the_colour_blind_tell_arms_apart(void **state)
{
    (void)state;
    for (size_t sight = 0; sight < sizeof sights / sizeof *sights; sight++)
        for (size_t i = 0; i < EB_PALETTE_COLOURS; i++)
            for (size_t j = 0; j < i; j++) {
                assert_true(difference(eb_palette_light(i), eb_palette_light(j), sights[sight]) > 5 * 2.3);
                assert_true(difference(eb_palette_dark(i), eb_palette_dark(j), sights[sight]) > 5 * 2.3);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_picture_begins_empty),
        cmocka_unit_test(test_ids_are_unique_and_names_of_files),
        cmocka_unit_test(test_points_stay_in_their_order),
        cmocka_unit_test(test_axes_and_notes),
        cmocka_unit_test(test_words_of_a_point),
        cmocka_unit_test(test_an_arm_keeps_its_colour),
        cmocka_unit_test(test_colours_can_be_seen),
        cmocka_unit_test(test_the_colour_blind_tell_arms_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
