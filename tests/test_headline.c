/* The headline's claims, worked out by hand: who wins where, and by how much. */
#include "judge/report/headline_runs.h"
#include "made_headline.h"

static void test_one_size(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 2000, 1000);
    assert_sentences(record, "Half round trip: kernel-tcp is 2.00x faster than tcp at 8 B [2.00x, 2.00x].",
                     SURE);
    record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, NOISY, NOISY);
    assert_sentences(record, "Half round trip: no difference shown between tcp and kernel-tcp at 8 B.", SURE);
    record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 1040);
    assert_sentences(record, "Half round trip: tcp is 4% faster than kernel-tcp at 8 B [4%, 4%].", SURE);
    record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 1003);
    assert_sentences(record, "Half round trip: tcp is 0.3% faster than kernel-tcp at 8 B [0.3%, 0.3%].",
                     SURE);
}

/* 2x, 2x, nothing, 1/1.5, 1/2: sqrt(1.5 * 2) = 1.73. */
static void test_ranges(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 500, 1000);
    add_both(record, &pingpong, 16, 600, 1200);
    add_both(record, &pingpong, 32, NOISY, NOISY);
    add_both(record, &pingpong, 1024, 1500, 1000);
    add_both(record, &pingpong, 8192, 2000, 1000);
    assert_sentences(record,
                     "Half round trip: tcp is 2.0x faster than kernel-tcp up to 16 B, no difference shown at "
                     "32 B, kernel-tcp 1.5x to 2.0x faster from 1 KiB on.",
                     SURE);
}

/* The middle: 1.3 and 1.6 have the mean 1.44. */
static void test_middle_and_undecided_first(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, NOISY, NOISY);
    add_both(record, &pingpong, 16, NOISY, NOISY);
    add_both(record, &pingpong, 32, 1000, 1300);
    add_both(record, &pingpong, 64, 1000, 1600);
    add_both(record, &pingpong, 128, 1000, 500);
    assert_sentences(record,
                     "Half round trip: no difference shown up to 16 B, tcp is 1.4x faster than kernel-tcp "
                     "from 32 B to 64 B (1.3x to 1.6x), kernel-tcp 2.00x faster at 128 B [2.00x, 2.00x].",
                     SURE);
}

/* Twelvefold at all sizes of a time; of rates the words differ. */
static void test_rates(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 150, 1800);
    add_both(record, &pingpong, 16, 150, 1800);
    add_both(record, &bandwidth, 8, 1000, 1030);
    add_both(record, &bandwidth, 16, 1000, 1050);
    add_both(record, &bandwidth, 32, 1200, 1000);
    add_both(record, &bandwidth, 64, 1800, 1200);
    /* sqrt(1.03 * 1.05) = 1.04; sqrt(1.2 * 1.5) = 1.34 */
    assert_sentences(record, "Half round trip: tcp is 12x faster than kernel-tcp at all sizes.",
                     "Bandwidth: tcp has 4% more bandwidth than kernel-tcp up to 16 B (3% to 5%), kernel-tcp "
                     "1.3x that of tcp from 32 B on (1.2x to 1.5x).",
                     SURE);
}

/* All-reduces say how many ranks. Seven flips and a run of four: the neighbours that have the fewest sizes,
 * the first of several, become mixed until five are left, which takes 8 to 16 B and 32 to 64 B together; for
 * the short form, of four, it takes 128 to 256 B too. */
static void test_mixed(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    for (int i = 0; i < 8; i++) /* 8 B to 1 KiB */
        add_both(record, &allreduce, 8 << i, 1000, i % 2 ? 500 : 2000);
    add_both(record, &allreduce, 4096, 1000, 500);
    add_both(record, &allreduce, 8192, 1000, 500);
    add_both(record, &allreduce, 16384, 1000, 500);
    assert_sentences(record,
                     "All-reduce, 4 ranks: mixed up to 256 B, tcp is 2.0x faster than kernel-tcp at 512 B, "
                     "kernel-tcp 2.0x faster from 1 KiB on.",
                     "All-reduce, 4 ranks: mixed up to 64 B (see the plot), tcp is 2.00x faster than "
                     "kernel-tcp at 128 B [2.00x, 2.00x], kernel-tcp 2.00x faster at 256 B [2.00x, 2.00x], "
                     "tcp 2.00x faster at 512 B [2.00x, 2.00x], kernel-tcp 2.0x faster from 1 KiB on.",
                     SURE);
}

static void test_joined_one_sided(void **state)
{
    (void)state;
    /* wins at 1, 4, 16, ...: with nothing between them they become "at 3 of the 5 sizes" */
    struct eb_course course = {0};
    struct eb_sides sides = {.arm = "a", .other = "b"};
    for (uint64_t i = 0; i < 9; i++) {
        double speed = i % 2 == 0 && i < 5 ? 1.5 : 1;
        struct eb_stand stand = {1U << i, i > 5 ? 3 : speed, NAN, NAN};
        stand.low = stand.speed > 1 ? stand.speed - 0.1 : 0.9;
        stand.high = stand.speed + 0.1;
        assert_int_equal(eb_course_add(&course, &stand), 0);
    }
    assert_int_equal(eb_course_find(&course), 0);
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    assert_non_null(file);
    assert_int_equal(eb_course_write(&course, &sides, 2, 1, file), 0);
    fclose(file);
    assert_string_equal(text,
                        "a is 1.5x faster than b at 3 of the 6 sizes up to 32 B, a 3.0x faster from 64 B on");
    free(text);
    file = open_memstream(&text, &length);
    assert_non_null(file);
    assert_int_equal(eb_course_write(&course, &sides, 1, 1, file), 0);
    fclose(file);
    assert_string_equal(
        text, "a is 1.5x to 3.0x faster than b at 6 of the 9 sizes"); /* too far apart for one number */
    free(text);
    eb_course_free(&course);
}

/* A size without an interval, or without a ratio, where others have one decides nothing. */
static void test_absent(void **state)
{
    (void)state;
    struct eb_course course = {0};
    struct eb_sides sides = {.arm = "a", .other = "b"};
    static const struct eb_stand stands[] = {{8, 3, NAN, NAN}, {16, 2, 1.8, 2.2}, {32, NAN, NAN, NAN}};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(eb_course_add(&course, &stands[i]), 0);
    assert_int_equal(eb_course_find(&course), 0);
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    assert_non_null(file);
    assert_int_equal(eb_course_write(&course, &sides, 5, 1, file), 0);
    fclose(file);
    assert_string_equal(text, "no difference shown at 8 B, a is 2.0x faster than b at 16 B [1.8x, 2.2x], no "
                              "difference shown at 32 B");
    free(text);
    eb_course_free(&course);
}

#define FACE                                                                                                 \
    "No interval: 2 launches, 4 are needed for one; all of this is at face value, and what is less than 2% " \
    "apart is left undecided."

static void test_too_few_launches(void **state)
{
    (void)state;
    json_t *record = new_record(2);
    add_both(record, &pingpong, 8, 1000, 1500);
    add_both(record, &pingpong, 16, 1000, 1010);
    add_both(record, &bandwidth, 8, 1030, 1000);
    assert_sentences(record,
                     "Half round trip: at face value, tcp is 1.5x faster than kernel-tcp at 8 B, less than "
                     "2% apart at 16 B.",
                     FACE, "Bandwidth: kernel-tcp has 3% more bandwidth than tcp at 8 B.");
}

/* The same of fewer launches of one metric only. */
static void test_too_few_in_part(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 1500);
    struct case_facts base = with_arm(bandwidth, "kernel-tcp");
    for (size_t i = 0; i < 3; i++) {
        add_median(record, i, &bandwidth, 1000);
        add_median(record, i, &base, 1500);
    }
    assert_sentences(record, "Half round trip: tcp is 1.50x faster than kernel-tcp at 8 B [1.50x, 1.50x].",
                     "No interval: 3 launches, 4 are needed for one; at face value are those of Bandwidth.",
                     "Bandwidth: tcp has 1.5x the bandwidth of kernel-tcp at 8 B.", SURE);
}

static void add_arm(json_t *record, const char *name)
{
    for (size_t i = 0; i < json_array_size(json_object_get(record, "launches")); i++)
        json_array_append_new(json_object_get(launch_of(record, i), "arms"),
                              json_pack("{s:s, s:s}", "name", name, "transport", "ofi"));
}

static void test_several_arms(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_arm(record, "third");
    for (int size = 8; size <= 16; size *= 2) {
        add_both(record, &pingpong, size, 1500, 1000);
        add_size(record, &pingpong, size, "third", size == 8 ? 2000 : 1800); /* mean 1.897 */
        add_both(record, &bandwidth, size, 500, 1000);
        add_size(record, &bandwidth, size, "third", 250);
    }
    add_both(record, &allreduce, 8, 500, 1000);
    add_size(record, &allreduce, 8, "third", 2000);
    assert_sentences(record,
                     "Half round trip: kernel-tcp is 1.5x faster than tcp and 1.9x faster than third at all "
                     "sizes.",
                     "Bandwidth: tcp has 2.0x and third 4.0x the bandwidth of kernel-tcp at all sizes.",
                     "All-reduce, 4 ranks: tcp is 2.00x faster than kernel-tcp at 8 B [2.00x, 2.00x].",
                     "All-reduce, 4 ranks: kernel-tcp is 2.00x faster than third at 8 B [2.00x, 2.00x].",
                     SURE);
    record = new_record(LAUNCHES);
    add_arm(record, "third");
    add_both(record, &pingpong, 8, NOISY, NOISY);
    add_size(record, &pingpong, 8, "third", NOISY);
    assert_sentences(
        record, "Half round trip: no difference shown between kernel-tcp and tcp or third at 8 B.", SURE);
}

/* 1000 beside 500, 250, 3000, the same, and once more and once less: told one by one they would be too long.
 */
static void test_many_arms_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *arm;
        uint64_t ns[2];
    } arms[] = {{"kernel-tcp", {1000, 1000}},          {"quick-over-the-wire", {500, 500}},
                {"quicker-over-the-wire", {250, 250}}, {"slow-over-the-wire", {3000, 3000}},
                {"same-over-the-wire", {1000, 1000}},  {"either-over-the-wire", {500, 2000}}};
    json_t *record = new_record(LAUNCHES);
    for (size_t i = 1; i < sizeof arms / sizeof *arms; i++)
        add_arm(record, arms[i].arm);
    for (size_t i = 0; i < sizeof arms / sizeof *arms; i++)
        for (size_t j = 0; j < 2; j++)
            add_size(record, &pingpong, 8 << j, arms[i].arm, arms[i].ns[j]);
    json_t *sentences = headline_with(record, "kernel-tcp", NULL);
    assert_string_equal(
        json_string_value(json_array_get(sentences, 0)),
        "Half round trip: of the 5 other arms, 2 are faster than kernel-tcp at all sizes (most: "
        "quicker-over-the-wire, 4.0x), 1 is slower (slow-over-the-wire, 3.0x), 1 shows no "
        "difference, 1 differs by size.");
    json_decref(sentences);
    json_decref(record);
}

/* 20 arms do not fit the short form. */
static void test_many_arms(void **state)
{
    (void)state;
    char name[32];
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 2000, 1000);
    add_both(record, &pingpong, 16, 2000, 1000);
    for (int i = 0; i < 19; i++) {
        snprintf(name, sizeof name, "another-arm-%02d", i);
        add_arm(record, name);
        add_size(record, &pingpong, 8, name, 2000);
        add_size(record, &pingpong, 16, name, 3000);
    }
    json_t *sentences = headline_with(record, NULL, NULL);
    assert_string_equal(json_string_value(json_array_get(sentences, 0)),
                        "Half round trip: kernel-tcp is faster than each of the 20 other arms at all sizes "
                        "(2.0x to 3.0x).");
    json_decref(sentences);
    json_decref(record);
}

/* Arms that differ by size, of which the short form only says how many there are, and the rest few. */
static void test_many_mixed_arms(void **state)
{
    (void)state;
    char name[32];
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 500, 1000);
    add_both(record, &pingpong, 16, 500, 1000);
    for (int i = 0; i < 19; i++) {
        snprintf(name, sizeof name, "another-arm-%02d", i);
        add_arm(record, name);
        add_size(record, &pingpong, 8, name, 2000);
        add_size(record, &pingpong, 16, name, i < 10 ? 2000 : 500);
    }
    json_t *sentences = headline_with(record, NULL, NULL);
    assert_string_equal(
        json_string_value(json_array_get(sentences, 0)),
        "Half round trip: of the 20 other arms, 1 is faster than kernel-tcp at all sizes (tcp, 2.0x), 10 are "
        "slower (most: another-arm-00, 2.0x), 9 differ by size.");
    /* that, ten that are alike in one, six, how many more of the other ten, and how sure */
    assert_int_equal(json_array_size(sentences), 10);
    assert_string_equal(json_string_value(json_array_get(sentences, 8)),
                        "Half round trip: 4 more arms are in the tables alone.");
    json_decref(sentences);
    json_decref(record);
}

/* What one of two arms has no figures of is not "all sizes", nor "up to". */
static void test_sizes_apart(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_size(record, &pingpong, 8, "tcp", 500);
    add_both(record, &pingpong, 16, 500, 1000);
    add_both(record, &pingpong, 32, 500, 1000);
    add_size(record, &pingpong, 64, "kernel-tcp", 1000);
    assert_sentences(
        record, "Half round trip: tcp is 2.0x faster than kernel-tcp at all 2 sizes that both have.", SURE);
    record = new_record(LAUNCHES);
    add_size(record, &pingpong, 8, "tcp", 500);
    add_both(record, &pingpong, 16, 500, 1000);
    add_both(record, &pingpong, 32, 500, 1000);
    add_both(record, &pingpong, 64, 2000, 1000);
    add_both(record, &pingpong, 128, 2000, 1000);
    assert_sentences(record,
                     "Half round trip: tcp is 2.0x faster than kernel-tcp from 16 B to 32 B, kernel-tcp 2.0x "
                     "faster from 64 B on.",
                     SURE);
    record = new_record(LAUNCHES);
    add_arm(record, "third");
    add_both(record, &pingpong, 8, 500, 1000);
    add_both(record, &pingpong, 16, 500, 1000);
    add_both(record, &pingpong, 32, 500, 1000);
    add_size(record, &pingpong, 16, "third", 500);
    add_size(record, &pingpong, 32, "third", 500);
    assert_sentences(record,
                     "Half round trip: tcp is 2.0x and third 2.0x faster than kernel-tcp at all sizes that "
                     "they share.",
                     SURE);
}

/* One arm: 1 us and 2 us of round trips are 0.5 and 1. Of six launches their interval is the whole range. */
static void test_one_arm(void **state)
{
    (void)state;
    json_t *record = new_record(2);
    add_size(record, &pingpong, 8, "tcp", 1000);
    add_size(record, &pingpong, 16, "tcp", 1400);
    add_size(record, &pingpong, 1024, "tcp", 2000);
    add_size(record, &bandwidth, 8, "tcp", 1024); /* 512 B in 1.024 us */
    assert_sentences(record, "Half round trip: tcp takes 0.500 us at 8 B, 1.000 us at 1 KiB.",
                     "Bandwidth: tcp reaches 500.0 MB/s at 8 B.");
    record = new_record(LAUNCHES);
    add_size(record, &pingpong, 8, "tcp", 1000);
    assert_sentences(record, "Half round trip: tcp takes 0.500 us [0.500, 0.500] at 8 B.");
}

static void test_variants(void **state)
{
    (void)state;
    json_t *record = new_record(2 * LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 2000);
    for (size_t i = 0; i < LAUNCHES; i++)
        json_object_set_new(launch_of(record, 2 * i + 1), "variant", json_string("new"));
    assert_sentences(
        record,
        "Half round trip, variant default: tcp is 2.00x faster than kernel-tcp at 8 B [2.00x, 2.00x].",
        "Half round trip, variant new: tcp is 2.00x faster than kernel-tcp at 8 B [2.00x, 2.00x].", SURE,
        "Variants: each stands by itself here; efabench compare holds one against another.");
}

static void test_algorithms(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &allreduce, 8, 1000, 2000);
    for (size_t i = 0; i < LAUNCHES; i++)
        for (size_t j = 0; j < 2; j++)
            json_object_set_new(json_array_get(cases_of(record, i), j), "algorithm", json_string("ring"));
    add_both(record, &allreduce, 8, 1500, 1000);
    assert_sentences(
        record, "All-reduce, 4 ranks: kernel-tcp is 1.50x faster than tcp at 8 B [1.50x, 1.50x].",
        "All-reduce by ring, 4 ranks: tcp is 2.00x faster than kernel-tcp at 8 B [2.00x, 2.00x].", SURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_size),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_middle_and_undecided_first),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_mixed),
        cmocka_unit_test(test_many_arms_are_counted),
        cmocka_unit_test(test_joined_one_sided),
        cmocka_unit_test(test_absent),
        cmocka_unit_test(test_too_few_launches),
        cmocka_unit_test(test_too_few_in_part),
        cmocka_unit_test(test_several_arms),
        cmocka_unit_test(test_many_arms),
        cmocka_unit_test(test_many_mixed_arms),
        cmocka_unit_test(test_sizes_apart),
        cmocka_unit_test(test_one_arm),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_algorithms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
