/* The headline's sentences, worked out by hand from launches that are chosen so: an arm whose launches are
 * all the same has the quotient as its ratio, and an interval of no width. */
#include "judge/report/headline.h"
#include "judge/report/headline_runs.h"
#include "judge/report/sink.h"
#include "made_report.h"

#define LAUNCHES 6

/* Launches of an arm that go up and down about 1000 ns like those of another one that has as many: undecided
 * beside it. */
#define NOISY 0

static void add_size(json_t *record, const struct case_facts *like, int size_bytes, const char *arm,
                     uint64_t ns)
{
    struct case_facts facts = with_arm(*like, arm);
    facts.size_bytes = size_bytes;
    if (like->bytes_per_sample > like->size_bytes) /* a window of 64 */
        facts.bytes_per_sample = 64 * size_bytes;
    for (size_t i = 0; i < json_array_size(json_object_get(record, "launches")); i++) {
        uint64_t shift = strcmp(arm, "tcp") == 0 ? 5 : 0;
        add_median(record, i, &facts, ns == NOISY ? 1000 + 10 * i + shift : ns);
    }
}

/* A size of both arms. */
static void add_both(json_t *record, const struct case_facts *like, int size_bytes, uint64_t tcp,
                     uint64_t kernel_tcp)
{
    add_size(record, like, size_bytes, "tcp", tcp);
    add_size(record, like, size_bytes, "kernel-tcp", kernel_tcp);
}

static json_t *headline_with(const json_t *record, const char *baseline, const json_t *against)
{
    struct eb_error err = {0};
    struct eb_report *report = NULL;
    if (eb_record_check(record, "made.json", &err) != EB_OK ||
        eb_report_new(record, "made.json", baseline, against, "other.json", &report, &err) != EB_OK)
        fail_msg("%s", err.text);
    json_t *sentences = eb_headline_of(report);
    assert_non_null(sentences);
    eb_report_free(report);
    return sentences;
}

static void assert_sentences_of(json_t *sentences, const char *const *wanted)
{
    size_t count = 0;
    for (; wanted[count]; count++) {
        const char *got = json_string_value(json_array_get(sentences, count));
        if (!got || strcmp(got, wanted[count]) != 0)
            fail_msg("sentence %zu is\n%s\nwanted\n%s", count, got ? got : "missing", wanted[count]);
    }
    if (json_array_size(sentences) != count)
        fail_msg("one sentence more: %s", json_string_value(json_array_get(sentences, count)));
    json_decref(sentences);
}

/* The sentences of a record, and no more. The record is released. */
#define assert_sentences(record, ...)                                                                        \
    do {                                                                                                     \
        const char *const wanted[] = {__VA_ARGS__, NULL};                                                    \
        assert_sentences_of(headline_with(record, NULL, NULL), wanted);                                      \
        json_decref(record);                                                                                 \
    } while (0)

#define SURE                                                                                                 \
    "How sure: 95% intervals over 6 launches, each size by itself (`efabench compare` has one error rate "   \
    "for a whole table); in parentheses the least and the greatest ratio of the sizes."

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
                     "32 B, kernel-tcp 1.7x faster from 1 KiB on (1.5x to 2.0x).",
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
    /* wins at 1, 4, 16, ...: with nothing between them they become "at 3 of 5 sizes" */
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
                        "a is 1.5x faster than b at 3 of 6 sizes up to 32 B, a 3.0x faster from 64 B on");
    free(text);
    file = open_memstream(&text, &length);
    assert_non_null(file);
    assert_int_equal(eb_course_write(&course, &sides, 1, 1, file), 0);
    fclose(file);
    assert_string_equal(text, "a is 2.1x faster than b at 6 of 9 sizes (1.5x to 3.0x)"); /* sqrt(1.5 * 3) */
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
                     "sizes (1.5x to 2.0x).",
                     "Bandwidth: tcp has 2.0x and third 4.0x the bandwidth of kernel-tcp at all sizes (2.0x "
                     "to 4.0x).",
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

/* 20 arms do not fit the short form. */
static void test_many_arms(void **state)
{
    (void)state;
    char name[16];
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

/* One arm: 16 us and 1 us of round trips are 8 and 0.5. Of six launches their interval is the whole range. */
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

static void test_against(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    json_t *before = new_record(LAUNCHES);
    static const uint64_t now[] = {1200, 1280};
    for (int i = 0; i < 2; i++) {
        add_both(record, &pingpong, 8 << i, now[i], 1000);
        add_both(before, &pingpong, 8 << i, 1000, 1000);
        add_both(record, &bandwidth, 8 << i, 1240, 1000);
        add_both(before, &bandwidth, 8 << i, 1200, 500);
    }
    set_host(record, "alpha");
    set_host(before, "alpha");
    /* sqrt(1.2 * 1.28) = 1.24; of a rate 1 - 1200 / 1240 = 3% are missing */
    static const char *const wanted[] = {
        "Half round trip: kernel-tcp is 1.2x faster than tcp at all sizes (1.2x to 1.3x).",
        "Bandwidth: kernel-tcp has 1.2x the bandwidth of tcp at all sizes.",
        SURE,
        "Half round trip, tcp against other.json: 1.2x slower at all sizes (1.2x to 1.3x).",
        "Half round trip, kernel-tcp against other.json: no difference shown at all sizes.",
        "Bandwidth, tcp against other.json: 3% lower at all sizes.",
        "Bandwidth, kernel-tcp against other.json: 2.0x lower at all sizes.",
        NULL};
    assert_sentences_of(headline_with(record, NULL, before), wanted);
    set_host(before, "beta");
    json_t *sentences = headline_with(record, NULL, before);
    assert_int_equal(json_array_size(sentences), 4);
    assert_string_equal(json_string_value(json_array_get(sentences, 3)),
                        "Beside other.json: measured on other hosts (here: alpha; there: beta): a ratio "
                        "between them means nothing; figures are shown side by side only.");
    json_decref(sentences);
    json_decref(record);
    json_decref(before);
}

/* Too few launches there: 1.5 times as long, at face value. And 23 numbers of ranks are three too many. */
static void test_against_at_face_value_and_too_many(void **state)
{
    (void)state;
    json_t *record = new_record(2);
    json_t *before = new_record(2);
    for (int ranks = 2; ranks < 25; ranks++) {
        struct case_facts facts = allreduce;
        facts.ranks = ranks;
        add_size(record, &facts, 8, "tcp", 1500);
        add_size(before, &facts, 8, "tcp", 1000);
    }
    set_host(record, "alpha");
    set_host(before, "alpha");
    json_t *sentences = headline_with(record, NULL, before);
    assert_int_equal(json_array_size(sentences), 20 + 1 + 20);
    assert_string_equal(json_string_value(json_array_get(sentences, 19)),
                        "All-reduce, 21 ranks: tcp takes 1.500 us at 8 B.");
    assert_string_equal(json_string_value(json_array_get(sentences, 20)),
                        "3 more metrics, numbers of ranks, variants or algorithms are in the tables alone.");
    assert_string_equal(json_string_value(json_array_get(sentences, 21)),
                        "All-reduce, tcp against other.json, at face value: 1.5x slower at 8 B.");
    json_decref(sentences);
    json_decref(record);
    json_decref(before);
}

static void set_witness(json_t *record, size_t launch, size_t at, json_t *witness)
{
    json_object_set_new(json_array_get(cases_of(record, launch), at), "witness", witness);
}

static void test_beware(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 2000);
    add_both(record, &pingpong, 16, 1000, 2000);
    json_object_set_new(launch_of(record, 1), "status", json_string("partial"));
    json_object_set_new(launch_of(record, 4), "status", json_string("partial"));
    set_witness(record, 0, 0, json_pack("{s:s, s:s}", "state", "refused", "reason", "no bytes"));
    set_witness(record, 1, 2,
                json_pack("{s:s, s:s, s:b}", "state", "refused", "reason", "no bytes", "allowed", 1));
    set_witness(record, 2, 1,
                json_pack("{s:s, s:s, s:{s:i}}", "state", "attested", "device", "ens5", "throttled",
                          "bw_out_allowance_exceeded", 3));
    json_object_set_new(launch_of(record, 0), "warnings",
                        json_pack("[s, s]", "arm efa: provider efa on efa_0, ...: a stand-in for tests, ...",
                                  "oversubscribed: 8 ranks are bound to CPUs 0-1 of host vm"));
    json_t *sentences = headline_with(record, NULL, NULL);
    assert_string_equal(
        json_string_value(json_array_get(sentences, 0)),
        "Beware: 2 of 6 launches are partial; the witness refused 1 case, which has no number; tcp took "
        "another path than it says, and was kept; kernel-tcp was throttled by the instance's limits; a "
        "stand-in took the place of an adapter; ranks had to share cores (see the warnings).");
    /* tcp at 8 B has five launches beside six */
    assert_string_equal(json_string_value(json_array_get(sentences, 1)),
                        "Half round trip: tcp is 2.0x faster than kernel-tcp at all sizes.");
    json_decref(sentences);
    json_decref(record);
}

/* An arm that says that it is an EFA, and that nothing attests, or that calls itself so. */
static void test_beware_of_names(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 2000);
    for (size_t i = 0; i < LAUNCHES; i++)
        json_object_set_new(json_array_get(json_object_get(launch_of(record, i), "arms"), 0), "attributes",
                            json_pack("{s:s}", "provider", "efa"));
    json_t *sentences = headline_with(record, NULL, NULL);
    assert_string_equal(json_string_value(json_array_get(sentences, 0)),
                        "Beware: no NIC attests tcp (see the warnings).");
    json_decref(sentences);
    json_decref(record);
}

static void test_loopback(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 2000);
    for (size_t i = 0; i < LAUNCHES; i++)
        json_object_set_new(json_array_get(json_object_get(launch_of(record, i), "arms"), 1), "attributes",
                            json_pack("{s:s}", "interface", "lo"));
    json_t *sentences = headline_with(record, NULL, NULL);
    assert_string_equal(
        json_string_value(json_array_get(sentences, 2)),
        "kernel-tcp stayed on one host, over its loopback or memory: no adapter carried these bytes.");
    json_decref(sentences);
    for (size_t i = 0; i < LAUNCHES; i++)
        set_witness(record, i, 0, json_pack("{s:s, s:s}", "state", "attested", "device", "lo"));
    sentences = headline_with(record, NULL, NULL);
    assert_string_equal(
        json_string_value(json_array_get(sentences, 2)),
        "All of it stayed on one host, over its loopback or memory: no adapter carried these bytes.");
    json_decref(sentences);
    json_decref(record);
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
        "Each variant stands by itself here: `efabench compare` holds one against another.");
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

static void test_hostile_names(void **state)
{
    (void)state;
    json_t *record = new_record(LAUNCHES);
    add_both(record, &pingpong, 8, 1000, 2000);
    static const char *const names[] = {"<script>\033[2J%s\n`", "kernel-tcp"};
    for (size_t i = 0; i < LAUNCHES; i++) {
        json_object_set_new(json_array_get(json_object_get(launch_of(record, i), "arms"), 0), "name",
                            json_string(names[0]));
        json_object_set_new(json_array_get(cases_of(record, i), 0), "arm", json_string(names[0]));
    }
    assert_sentences(
        record, "Half round trip: <script>?[2J%s?` is 2.00x faster than kernel-tcp at 8 B [2.00x, 2.00x].",
        SURE);
}

/* What the CSV of the record says, by a calculation of its own (Python, geometric means of its quotients). */
static void test_published(void **state)
{
    (void)state;
    json_t *record = load_published();
    assert_sentences(
        record,
        "Half round trip: at face value, efa is 2.3x faster than ena up to 8 KiB, ena 1.2x faster at 16 KiB, "
        "efa 1.2x faster from 32 KiB to 256 KiB, mixed from 512 KiB on.",
        "No interval: of published figures there are summaries only; all of this is at face value, and what "
        "is less than 2% apart is left undecided.",
        "Half round trip: efa is 2.3x faster than ena up to 8 KiB (2.0x to 3.4x), ena 1.2x faster at 16 KiB, "
        "efa 1.2x faster from 32 KiB to 256 KiB (1.03x to 1.3x), ena 1.09x faster from 512 KiB to 2 MiB "
        "(1.03x to 1.2x), efa 1.2x faster at 4 MiB.",
        "Bandwidth: efa has 5.3x the bandwidth of ena at all sizes (3.1x to 8.2x).",
        "Bandwidth, 72 ranks: ena36 has 1.2x the bandwidth of efa at 1 B, efa 1.4x that of ena36 from 2 B to "
        "16 KiB (1.03x to 2.4x), less than 2% apart from 32 KiB on.",
        "Bandwidth, 72 ranks: ena36-openmpi has 1.7x the bandwidth of efa up to 1 KiB (1.3x to 2.4x), less "
        "than 2% apart at 2 KiB, efa 1.06x that of ena36-openmpi from 4 KiB on (1.03x to 1.1x).",
        "Bandwidth both ways: efa has 5.5x the bandwidth of ena at all sizes (1.9x to 15x).",
        "All-reduce, 288 ranks: efa is 1.8x faster than ena36 at all sizes (1.07x to 3.0x).",
        "Bandwidth: efa reaches 97% of the line rate (100 Gb/s) at best, ena36 97%, ena36-openmpi 92%, one "
        "flow of ena 94% of the 10 Gb/s that a flow may carry in a placement group.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_size),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_middle_and_undecided_first),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_mixed),
        cmocka_unit_test(test_joined_one_sided),
        cmocka_unit_test(test_absent),
        cmocka_unit_test(test_too_few_launches),
        cmocka_unit_test(test_too_few_in_part),
        cmocka_unit_test(test_several_arms),
        cmocka_unit_test(test_many_arms),
        cmocka_unit_test(test_one_arm),
        cmocka_unit_test(test_against),
        cmocka_unit_test(test_against_at_face_value_and_too_many),
        cmocka_unit_test(test_beware),
        cmocka_unit_test(test_beware_of_names),
        cmocka_unit_test(test_loopback),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_algorithms),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
