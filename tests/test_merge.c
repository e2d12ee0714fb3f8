/* Values of all ranks that become one: whatever the number of ranks and the order, nothing is lost, and rank
 * 0 never holds more than two of them. */
#include "cmocka_all.h"
#include "common/histogram.h"
#include "common/record.h"
#include "common/rng.h"
#include "heap_meter.h"
#include "measure/launch/threads.h"
#include "measure/outcome.h"

#include <stdlib.h>
#include <string.h>

#define RANKS_MOST 64
#define TIMEOUT_NS UINT64_C(60000000000)

/* A list of ranks, each given with as many bytes as it says: of every length, and none. */
struct list {
    unsigned char *bytes;
    size_t count;
};

static void view_list(const void *value, const void **data, size_t *bytes)
{
    const struct list *list = value;
    *data = list->bytes;
    *bytes = list->count;
}

static enum eb_status append(void *value, const void *data, size_t bytes, struct eb_error *err)
{
    struct list *list = value;
    (void)err;
    list->bytes = realloc(list->bytes, list->count + bytes + 1);
    if (bytes > 0)
        memcpy(list->bytes + list->count, data, bytes);
    list->count += bytes;
    return EB_OK;
}

static const struct eb_mergeable lists = {.view = view_list, .absorb = append};

static int merge_lists(struct eb_launch *launch, void *argument)
{
    struct list *result = argument;
    for (int round = 0; round < 3; round++) { /* one after the other: none may run into the next */
        struct list mine = {.bytes = malloc(RANKS_MOST), .count = (size_t)launch->rank % 5};
        memset(mine.bytes, launch->rank, RANKS_MOST);
        if (eb_launch_merge(launch, &mine, &lists, NULL) != EB_OK)
            return 1;
        if (launch->rank == 0 && round == 2)
            *result = mine;
        else
            free(mine.bytes);
    }
    return 0;
}

static const int numbers_of_ranks[] = {1, 2, 3, 5, 7, 8, 64};
#define NUMBERS (sizeof numbers_of_ranks / sizeof *numbers_of_ranks)

static void test_nothing_is_lost_and_nothing_comes_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUMBERS; i++) {
        int ranks = numbers_of_ranks[i];
        struct list all = {0};
        size_t seen[RANKS_MOST] = {0};
        assert_int_equal(eb_launch_threads_run(ranks, 1, TIMEOUT_NS, merge_lists, &all), 0);
        for (size_t at = 0; at < all.count; at++)
            seen[all.bytes[at]]++;
        for (int rank = 0; rank < RANKS_MOST; rank++)
            assert_int_equal(seen[rank], rank < ranks ? rank % 5 : 0);
        free(all.bytes);
    }
}

static int add_up(struct eb_launch *launch, void *argument)
{
    uint64_t *result = argument;
    uint64_t mine = (uint64_t)launch->rank + 1;
    if (eb_launch_sum(launch, &mine, NULL) != EB_OK)
        return 1;
    if (launch->rank == 0)
        *result = mine;
    return 0;
}

static void test_sums(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUMBERS; i++) {
        uint64_t ranks = (uint64_t)numbers_of_ranks[i];
        uint64_t sum = 0;
        assert_int_equal(eb_launch_threads_run((int)ranks, 1, TIMEOUT_NS, add_up, &sum), 0);
        assert_int_equal(sum, ranks * (ranks + 1) / 2);
    }
}

/* Who fails, and what each rank then says. */
struct failures {
    const int *failing; /* by rank */
    struct eb_error errors[RANKS_MOST];
    enum eb_status statuses[RANKS_MOST];
};

static int disagree(struct eb_launch *launch, void *argument)
{
    struct failures *failures = argument;
    struct eb_error *err = &failures->errors[launch->rank];
    enum eb_status mine = EB_OK;
    if (failures->failing[launch->rank])
        mine = eb_error_set(err, EB_USAGE, "test", launch->rank, "rank %d failed", launch->rank);
    failures->statuses[launch->rank] = eb_launch_agree(launch, mine, err);
    return 0;
}

static void test_all_ranks_come_to_the_lowest_failure(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUMBERS; i++)
        for (int lowest = 0; lowest <= numbers_of_ranks[i]; lowest++) {
            int ranks = numbers_of_ranks[i];
            int failing[RANKS_MOST + 1] = {0};
            struct failures failures = {.failing = failing};
            char text[40];
            if (ranks == RANKS_MOST && lowest % 21 != 0)
                continue;
            failing[lowest] = 1; /* past the last rank: nobody fails */
            if (lowest < ranks)
                failing[ranks - 1] = 1; /* cppcheck-suppress unreadVariable ; disagree reads it */
            snprintf(text, sizeof text, "rank %d failed", lowest);
            assert_int_equal(eb_launch_threads_run(ranks, 1, TIMEOUT_NS, disagree, &failures), 0);
            for (int rank = 0; rank < ranks; rank++) {
                assert_int_equal(failures.statuses[rank], lowest < ranks ? EB_USAGE : EB_OK);
                if (lowest < ranks) {
                    assert_string_equal(failures.errors[rank].text, text);
                    assert_int_equal(failures.errors[rank].code, lowest);
                }
            }
        }
}

#define SETS 9
#define SAMPLES 3000

/* Bins are the same for all, so that a histogram of parts is that of the whole whatever the order: its
 * quantiles are then off by no more. */
static void test_merged_histograms_are_that_of_all_samples(void **state)
{
    (void)state;
    static uint64_t samples[SETS * SAMPLES];
    struct eb_rng rng;
    struct eb_histogram whole;
    eb_rng_seed(&rng, 11);
    for (size_t i = 0; i < SETS * SAMPLES; i++)
        samples[i] = eb_rng_next(&rng) >> (20 + eb_rng_next(&rng) % 44);
    assert_int_equal(eb_histogram_from_samples(&whole, samples, SETS * SAMPLES, NULL), EB_OK);
    for (int shape = 0; shape < 50; shape++) {
        struct eb_histogram parts[SETS];
        size_t left = SETS;
        for (size_t i = 0; i < SETS; i++)
            assert_int_equal(eb_histogram_from_samples(&parts[i], samples + i * SAMPLES, SAMPLES, NULL),
                             EB_OK);
        while (left > 1) { /* any two, until one is left: every tree */
            size_t a = eb_rng_next(&rng) % left;
            size_t b = (a + 1 + eb_rng_next(&rng) % (left - 1)) % left;
            assert_int_equal(eb_histogram_merge(&parts[a], &parts[b], NULL), EB_OK);
            eb_histogram_free(&parts[b]);
            parts[b] = parts[--left];
        }
        assert_int_equal(parts[0].total, whole.total);
        assert_int_equal(parts[0].bin_count, whole.bin_count);
        assert_memory_equal(parts[0].bins, whole.bins, whole.bin_count * sizeof *whole.bins);
        eb_histogram_free(&parts[0]);
    }
    eb_histogram_free(&whole);
}

/* A block of pingpong of all pairs, as measured: gathered and made a line of. */
struct gathering {
    uint64_t iterations;
    int raw;
    struct eb_transport transports[RANKS_MOST];
    struct heap_meter rank_0;
    uint64_t total;
    json_t *line; /* owned */
};

static uint64_t sample_of(int rank, uint64_t iteration)
{
    return 1000 + (uint64_t)rank % 4 * 100 + iteration % 50; /* as many bins however many samples */
}

static enum eb_status gather_metered(struct eb_outcome *outcome, const struct eb_block *block,
                                     struct heap_meter *meter)
{
    heap_meter_use(meter);
    enum eb_status status = eb_outcome_gather(outcome, block, NULL);
    heap_meter_use(NULL);
    return status;
}

static int gather(struct eb_launch *launch, void *argument)
{
    struct gathering *gathering = argument;
    struct eb_arm arm = {.name = "a"};
    struct eb_session_options options = {.arms = &arm, .arm_count = 1, .raw = gathering->raw};
    struct eb_case unit = {.size_bytes = 8};
    struct eb_transport *transport = &gathering->transports[launch->rank];
    struct heap_meter meter = {0};
    if (eb_kernel_find("pingpong", &unit.kernel, NULL) != EB_OK)
        return 1;
    transport->rank = launch->rank;
    transport->ranks = launch->ranks;
    struct eb_block block = {.launch = launch, .options = &options, .unit = &unit};
    struct eb_outcome outcome = {
        .iterations = gathering->iterations,
        .env = {.transport = transport, .pairing = {.ranks = launch->ranks, .pairs = launch->ranks / 2}},
        .samples_ns = calloc(gathering->iterations, sizeof(uint64_t))};
    for (uint64_t i = 0; i < gathering->iterations; i++)
        outcome.samples_ns[i] = sample_of(launch->rank, i);
    enum eb_status status = gather_metered(&outcome, &block, &meter);
    if (launch->rank == 0) {
        gathering->rank_0 = meter;
        gathering->total = outcome.histogram.total;
        outcome.witness = json_object();
        gathering->line = eb_outcome_line(&outcome, &block, eb_outcome_sweep(&outcome, &block, 1, 0));
    }
    eb_outcome_free(&outcome);
    return status != EB_OK;
}

static json_int_t number(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

/* What the line says must be what the samples of all pairs' first ranks say, one after the other. */
static void assert_says_all(const json_t *line, const uint64_t *all, int pairs, uint64_t iterations)
{
    const json_t *sweep = json_object_get(line, "sweep");
    struct eb_histogram whole;
    struct eb_histogram said;
    json_int_t total_ns = 0;
    size_t count = (size_t)pairs * iterations;
    assert_int_equal(eb_histogram_from_samples(&whole, all, count, NULL), EB_OK);
    assert_int_equal(eb_histogram_from_json(json_object_get(line, "histogram"), &said, NULL), EB_OK);
    assert_int_equal(said.bin_count, whole.bin_count);
    assert_memory_equal(said.bins, whole.bins, whole.bin_count * sizeof *whole.bins);
    assert_int_equal(number(sweep, "median_ns"), (json_int_t)eb_histogram_median(&whole));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(json_integer_value(json_array_get(json_object_get(line, "raw_ns"), i)), all[i]);
        total_ns += (json_int_t)all[i];
    }
    assert_int_equal(number(sweep, "total_ns"), total_ns);
    assert_int_equal(number(sweep, "rank_total_ns"), total_ns);
    assert_int_equal(json_array_size(json_object_get(sweep, "pairs")), pairs);
    for (int pair = 0; pair < pairs; pair++) {
        const json_t *one = json_array_get(json_object_get(sweep, "pairs"), (size_t)pair);
        struct eb_histogram own;
        assert_int_equal(json_integer_value(json_array_get(json_object_get(one, "ranks"), 0)), pair);
        assert_int_equal(json_integer_value(json_array_get(json_object_get(one, "ranks"), 1)), pair + pairs);
        assert_int_equal(eb_histogram_from_samples(&own, all + (size_t)pair * iterations, iterations, NULL),
                         EB_OK);
        assert_int_equal(number(one, "median_ns"), (json_int_t)eb_histogram_median(&own));
        eb_histogram_free(&own);
    }
    eb_histogram_free(&whole);
    eb_histogram_free(&said);
}

static void test_a_line_says_what_all_samples_say(void **state)
{
    (void)state;
    static const int pairs_of[] = {2, 3, 5, 8, 32};
    for (size_t p = 0; p < sizeof pairs_of / sizeof *pairs_of; p++) {
        int pairs = pairs_of[p];
        struct gathering gathering = {.iterations = 70, .raw = 1};
        uint64_t *all = calloc((size_t)pairs * 70, sizeof *all);
        for (int pair = 0; pair < pairs; pair++)
            for (uint64_t i = 0; i < 70; i++)
                all[(size_t)pair * 70 + i] = sample_of(pair, i);
        assert_int_equal(eb_launch_threads_run(2 * pairs, 1, TIMEOUT_NS, gather, &gathering), 0);
        assert_says_all(gathering.line, all, pairs, 70);
        json_decref(gathering.line);
        free(all);
    }
}

static size_t gathered_by(int ranks, uint64_t iterations)
{
    struct gathering gathering = {.iterations = iterations};
    assert_int_equal(eb_launch_threads_run(ranks, 1, TIMEOUT_NS, gather, &gathering), 0);
    assert_int_equal(gathering.total, (uint64_t)ranks / 2 * iterations);
    json_decref(gathering.line);
    assert_true(gathering.rank_0.most_bytes > iterations * sizeof(uint64_t) / 2); /* the meter works */
    return gathering.rank_0.most_bytes;
}

static void test_rank_0_holds_no_samples_of_others(void **state)
{
    (void)state;
    size_t few = gathered_by(4, 20000);
    size_t many = gathered_by(64, 20000);
    /* of 30 more pairs: 60 ranks' small records, and not 30 times 160000 bytes */
    assert_true(many < few + 60 * 64);
    /* of ten times the samples: this rank's own, sorted once, whoever else there is */
    assert_true(gathered_by(64, 200000) < 10 * many);
    assert_true(gathered_by(64, 200000) < gathered_by(4, 200000) + 60 * 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_lost_and_nothing_comes_twice),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_all_ranks_come_to_the_lowest_failure),
        cmocka_unit_test(test_merged_histograms_are_that_of_all_samples),
        cmocka_unit_test(test_a_line_says_what_all_samples_say),
        cmocka_unit_test(test_rank_0_holds_no_samples_of_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
