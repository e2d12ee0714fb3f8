/* Axes of pictures: where they begin and end, and their ticks. */
#include "cmocka_all.h"
#include "judge/report/plot/scale.h"
#include "judge/report/plot/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void make(struct eb_scale *scale, struct eb_axis *axis, const double *values, size_t count,
                 size_t wanted)
{
    struct eb_extent extent = {.axis = axis};
    for (size_t i = 0; i < count; i++)
        eb_extent_add(&extent, values[i]);
    assert_int_equal(eb_scale_init(scale, &extent, wanted), 0);
    assert_true(scale->high > scale->low);
}

/* The labels, with a space behind each. */
static void assert_labels(const struct eb_scale *scale, const char *wanted)
{
    char labels[512] = "";
    for (size_t i = 0; i < scale->tick_count; i++) {
        assert_true(scale->ticks[i].share >= 0 && scale->ticks[i].share <= 1);
        assert_true(i == 0 || scale->ticks[i].share >= scale->ticks[i - 1].share);
        if (eb_scale_label(&scale->ticks[i])[0]) {
            strcat(labels, eb_scale_label(&scale->ticks[i]));
            strcat(labels, " ");
        }
    }
    assert_string_equal(labels, wanted);
}

static void test_straight(void **state)
{
    (void)state;
    static const struct {
        double low;
        double high;
        const char *labels;
    } cases[] = {{20, 21, "20 20.2 20.4 20.6 20.8 21 "},
                 {10, 100, "0 20 40 60 80 100 "}, /* far from each other: from 0 */
                 {-3, 16, "0 5 10 15 "},
                 {0, 50000, "0 10k 20k 30k 40k 50k "},
                 {1.5e6, 9e6, "0 2M 4M 6M 8M "},
                 {1000000.1, 1000000.4,
                  "1.0000001M 1.00000015M 1.0000002M 1.00000025M 1.0000003M 1.00000035M 1.0000004M "},
                 {0.001, 0.0011, "0.001 0.00102 0.00104 0.00106 0.00108 0.0011 "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct eb_scale scale;
        struct eb_axis axis = {.low = NAN, .high = NAN};
        make(&scale, &axis, (const double[]){cases[i].low, cases[i].high}, 2, 5);
        assert_labels(&scale, cases[i].labels);
        assert_true(eb_scale_share(&scale, cases[i].low) >= 0);
        assert_true(eb_scale_share(&scale, cases[i].high) <= 1);
        eb_scale_free(&scale);
    }
}

static void test_logarithms(void **state)
{
    (void)state;
    static const struct {
        double low;
        double high;
        const char *labels;
    } cases[] = {{5, 2000, "10 100 1000 "},
                 {5, 200, "5 10 20 50 100 200 "},
                 {0.02, 12500, "0.1 1 10 100 1k 10k "},
                 {1e-5, 1e9, "0.001 1 1k 1M 1G "},
                 {100, 110, "100 102 104 106 108 110 "}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct eb_scale scale;
        struct eb_axis axis = {.scale = EB_AXIS_LOG, .low = NAN, .high = NAN};
        make(&scale, &axis, (const double[]){cases[i].low, cases[i].high}, 2, 5);
        assert_labels(&scale, cases[i].labels);
        eb_scale_free(&scale);
    }
}

static void test_what_has_no_place(void **state)
{
    (void)state;
    struct eb_scale scale;
    struct eb_axis axis = {.scale = EB_AXIS_LOG, .low = 1, .high = 100};
    make(&scale, &axis, (const double[]){0, -5, NAN, INFINITY, -INFINITY}, 5, 5);
    assert_true(fabs(eb_scale_share(&scale, 10) - 0.5) < 1e-12);
    assert_true(isnan(eb_scale_share(&scale, 0)));
    assert_true(isnan(eb_scale_share(&scale, -1)));
    assert_true(isnan(eb_scale_share(&scale, INFINITY)));
    assert_true(eb_scale_share(&scale, 1000) > 1);
    eb_scale_free(&scale);
    axis.low = NAN;
    axis.high = NAN;
    make(&scale, &axis, (const double[]){0, 10, NAN, -5, 1000, INFINITY}, 6, 5);
    assert_true(scale.low > 0.5 && scale.low < 1 && scale.high > 3 && scale.high < 3.5); /* of log10 */
    eb_scale_free(&scale);
}

static void test_little_data(void **state)
{
    (void)state;
    static const enum eb_axis_scale scales[] = {EB_AXIS_LINEAR, EB_AXIS_LOG, EB_AXIS_NAMES};
    static const double values[] = {7, 7, 7};
    for (size_t i = 0; i < 3; i++)
        for (size_t count = 0; count <= 3; count++) {
            struct eb_scale scale;
            struct eb_axis axis = {.scale = scales[i], .low = NAN, .high = NAN};
            make(&scale, &axis, values, count, 5);
            double share = eb_scale_share(&scale, 7);
            assert_true(count == 0 || (share > 0 && share < 1));
            eb_scale_free(&scale);
        }
    struct eb_scale scale;
    struct eb_axis turned = {.low = 5, .high = 1};
    make(&scale, &turned, values, 1, 5);
    eb_scale_free(&scale);
}

static void test_given_ticks_and_ends(void **state)
{
    (void)state;
    char first[] = "8 B";
    char second[] = "64 KiB";
    char beyond[] = "1 GiB";
    struct eb_tick ticks[] = {{65536, second}, {8, first}, {1e9, beyond}};
    struct eb_scale scale;
    struct eb_axis axis = {.scale = EB_AXIS_LOG, .ticks = ticks, .tick_count = 3, .low = 1, .high = 1048576};
    make(&scale, &axis, (const double[]){8, 65536}, 2, 5);
    assert_labels(&scale, "8 B 64 KiB ");
    assert_true(fabs(scale.ticks[0].share - 3.0 / 20) < 1e-12); /* 2^3 of 2^20 */
    assert_true(fabs(scale.ticks[1].share - 16.0 / 20) < 1e-12);
    eb_scale_free(&scale);
}

static void test_names_have_room_around_them(void **state)
{
    (void)state;
    char name[] = "efa";
    struct eb_tick ticks[] = {{0, name}, {1, name}, {2, name}, {3, name}};
    struct eb_scale scale;
    struct eb_axis axis = {.scale = EB_AXIS_NAMES, .ticks = ticks, .tick_count = 4, .low = NAN, .high = NAN};
    make(&scale, &axis, NULL, 0, 5);
    for (int i = 0; i < 4; i++)
        assert_true(fabs(eb_scale_share(&scale, i) - (i + 0.5) / 4) < 1e-12);
    eb_scale_free(&scale);
}

static void test_texts_are_shortened(void **state)
{
    (void)state;
    char *text = eb_text_fit("short", 10, 100);
    assert_string_equal(text, "short");
    free(text);
    text = eb_text_fit("much longer than there is room for", 10, 60);
    assert_true(eb_text_width(text, 10) <= 60);
    assert_true(strlen(text) > 3 && strncmp(text, "much", 4) == 0);
    assert_string_equal(text + strlen(text) - 3, "\xe2\x80\xa6");
    free(text);
    text = eb_text_fit("\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2", 10, 25); /* no character is cut in two */
    assert_string_equal(text, "\xe6\xbc\xa2\xe2\x80\xa6");
    free(text);
    text = eb_text_fit("no room", 10, 0);
    assert_string_equal(text, "\xe2\x80\xa6");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_straight),
        cmocka_unit_test(test_logarithms),
        cmocka_unit_test(test_what_has_no_place),
        cmocka_unit_test(test_little_data),
        cmocka_unit_test(test_given_ticks_and_ends),
        cmocka_unit_test(test_names_have_room_around_them),
        cmocka_unit_test(test_texts_are_shortened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
