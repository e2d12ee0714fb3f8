/* Sizes and counts as people write them. */
#include "cmocka_all.h"
#include "common/units.h"

#include <stdio.h>
#include <string.h>

static void test_sizes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
    } good[] = {{"1", 1},
                {"8", 8},
                {"8B", 8},
                {"64K", 65536},
                {"64KiB", 65536},
                {"64k", 65536},
                {"4M", 4194304},
                {"2GB", UINT64_C(2147483648)},
                {"1024G", UINT64_C(1) << 40}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        uint64_t bytes = 0;
        assert_int_equal(eb_size_parse(good[i].text, &bytes, NULL), EB_OK);
        assert_int_equal(bytes, good[i].bytes);
    }
}

static void test_bad_sizes_are_named(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     "0",  "-1", "K",     "8X",
                                      "1.5K", " 8", "8 ", "1025G", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint64_t bytes = 0;
        struct eb_error err = {0};
        char quoted[64];
        snprintf(quoted, sizeof quoted, "'%s'", bad[i]);
        assert_int_equal(eb_size_parse(bad[i], &bytes, &err), EB_USAGE);
        assert_non_null(strstr(err.text, quoted));
    }
}

static void assert_list(const char *text, const uint64_t *bytes, size_t count)
{
    struct eb_size_list list;
    assert_int_equal(eb_size_list_parse(text, &list, NULL), EB_OK);
    assert_int_equal(list.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(list.sizes[i].bytes, bytes[i]);
    eb_size_list_free(&list);
}

static void test_lists(void **state)
{
    (void)state;
    assert_list("8", (const uint64_t[]){8}, 1);
    assert_list("64,1,8,8", (const uint64_t[]){1, 8, 64}, 3);
    assert_list("1:8", (const uint64_t[]){1, 2, 4, 8}, 4);
    assert_list("3:13,5", (const uint64_t[]){3, 5, 6, 12}, 4);
    assert_list("1M:4M", (const uint64_t[]){1 << 20, 2 << 20, 4 << 20}, 3);
    assert_list("4:100:x4", (const uint64_t[]){4, 16, 64}, 3);
    assert_list("60K:62K:+1K,8", (const uint64_t[]){8, 61440, 62464, 63488}, 4);
}

static void test_named_and_ranged_sizes_are_told_apart(void **state)
{
    (void)state;
    struct eb_size_list list;
    assert_int_equal(eb_size_list_parse("1:4,2,6", &list, NULL), EB_OK);
    assert_int_equal(list.count, 4);
    assert_true(list.sizes[0].from_range);
    assert_false(list.sizes[1].from_range); /* 2 was named as well */
    assert_true(list.sizes[2].from_range);
    assert_false(list.sizes[3].from_range);
    eb_size_list_free(&list);
}

static void test_bad_lists(void **state)
{
    (void)state;
    static const char *const bad[] = {"",    "1,",     ",1",    "8:1",   "1:",     ":8",        "1:2:3",
                                      "1-8", "1:8:x1", "1:8:x", "1:8:+", "1:8:+0", "1:8:x2:x2", "1:1M:+1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct eb_size_list list;
        assert_int_equal(eb_size_list_parse(bad[i], &list, NULL), EB_USAGE);
        assert_null(list.sizes);
    }
}

static void test_format(void **state)
{
    (void)state;
    char text[32];
    assert_string_equal(eb_size_format(1, text, sizeof text), "1 B");
    assert_string_equal(eb_size_format(1023, text, sizeof text), "1023 B");
    assert_string_equal(eb_size_format(1024, text, sizeof text), "1 KiB");
    assert_string_equal(eb_size_format(1536, text, sizeof text), "1536 B");
    assert_string_equal(eb_size_format(4 << 20, text, sizeof text), "4 MiB");
}

static void test_counts(void **state)
{
    (void)state;
    uint64_t value = 7;
    struct eb_error err = {0};
    assert_int_equal(eb_count_parse("--window", "64", 1, 100, &value, &err), EB_OK);
    assert_int_equal(value, 64);
    static const char *const bad[] = {"", "0", "101", "-1", "6x", "1e3", "+5"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(eb_count_parse("--window", bad[i], 1, 100, &value, &err), EB_USAGE);
        assert_non_null(strstr(err.text, "--window"));
    }
    assert_int_equal(value, 64);
}

static void test_percentages_and_levels(void **state)
{
    (void)state;
    double share = 7;
    struct eb_error err;
    assert_int_equal(eb_percent_parse("--delta", "2", &share, &err), EB_OK);
    assert_true(share == 0.02);
    assert_int_equal(eb_percent_parse("--delta", "0.5%", &share, &err), EB_OK);
    assert_true(share == 0.005);
    static const char *const bad[] = {"", "0", "-1", "100", "nan", "inf", "2x", "2%%", "%", "1e9"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(eb_percent_parse("--delta", bad[i], &share, &err), EB_USAGE);
        assert_non_null(strstr(err.text, "--delta"));
        assert_int_equal(eb_level_parse("--alpha", bad[i], &share, &err), EB_USAGE);
        assert_non_null(strstr(err.text, "--alpha"));
    }
    assert_true(share == 0.005);
    assert_int_equal(eb_level_parse("--alpha", "0.05", &share, &err), EB_OK);
    assert_true(share == 0.05);
    assert_int_equal(eb_level_parse("--alpha", "5%", &share, &err), EB_OK);
    assert_true(share == 0.05);
    assert_int_equal(eb_level_parse("--alpha", "5", &share, &err), EB_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),     cmocka_unit_test(test_bad_sizes_are_named),
        cmocka_unit_test(test_lists),     cmocka_unit_test(test_named_and_ranged_sizes_are_told_apart),
        cmocka_unit_test(test_bad_lists), cmocka_unit_test(test_format),
        cmocka_unit_test(test_counts),    cmocka_unit_test(test_percentages_and_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
