/* Histograms against the raw samples they stand for. */
#include "cmocka_all.h"
#include "common/histogram.h"
#include "common/record.h"
#include "common/rng.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Durations from nanoseconds to minutes, evenly on the logarithm. */
static void make_samples(uint64_t *samples, size_t count, uint64_t seed)
{
    struct eb_rng rng;
    eb_rng_seed(&rng, seed);
    for (size_t i = 0; i < count; i++)
        samples[i] = (uint64_t)exp2((double)eb_rng_below(&rng, 36000) / 1000.0);
}

static void test_quantiles_are_within_a_thousandth(void **state)
{
    (void)state;
    enum { COUNT = 20001 };
    static const double quantiles[] = {0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1};
    uint64_t *samples = malloc(COUNT * sizeof *samples);
    struct eb_histogram histogram;
    make_samples(samples, COUNT, 1);
    assert_int_equal(eb_histogram_from_samples(&histogram, samples, COUNT, NULL), EB_OK);
    assert_int_equal(histogram.total, COUNT);
    qsort(samples, COUNT, sizeof *samples, compare);
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
        size_t rank = (size_t)ceil(quantiles[i] * COUNT);
        double raw = (double)samples[rank > 0 ? rank - 1 : 0];
        double binned = (double)eb_histogram_quantile(&histogram, quantiles[i]);
        assert_true(fabs(binned - raw) <= 0.001 * raw);
    }
    eb_histogram_free(&histogram);
    free(samples);
}

static void test_quantile_rank_is_exact(void **state)
{
    (void)state;
    uint64_t samples[100];
    struct eb_histogram histogram;
    for (uint64_t i = 0; i < 100; i++)
        samples[i] = i + 1;
    eb_histogram_from_samples(&histogram, samples, 100, NULL);
    for (uint64_t k = 1; k <= 100; k++)
        assert_int_equal(eb_histogram_quantile(&histogram, (double)k / 100), k);
    eb_histogram_free(&histogram);
}

static void test_median(void **state)
{
    (void)state;
    static const struct {
        uint64_t samples[4];
        size_t count;
        double median;
    } cases[] = {
        {{7}, 1, 7}, {{7, 10}, 2, 8.5}, {{1, 5, 9}, 3, 5}, {{9, 1, 6, 5}, 4, 5.5}, {{4, 4, 4, 9}, 4, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct eb_histogram histogram;
        eb_histogram_from_samples(&histogram, cases[i].samples, cases[i].count, NULL);
        assert_true(eb_histogram_median(&histogram) == cases[i].median);
        eb_histogram_free(&histogram);
    }
}

static void test_bins_are_exact_below_2048(void **state)
{
    (void)state;
    for (uint64_t ns = 0; ns < 2048; ns++)
        assert_int_equal(eb_histogram_bin_ns(ns), ns);
    for (uint64_t ns = 2048; ns < (UINT64_C(1) << 40); ns += ns / 777 + 1) {
        double error = fabs((double)eb_histogram_bin_ns(ns) - (double)ns);
        assert_true(error <= (double)ns / 2048);
        assert_int_equal(eb_histogram_bin_ns(eb_histogram_bin_ns(ns)), eb_histogram_bin_ns(ns));
    }
}

static void assert_same(const struct eb_histogram *a, const struct eb_histogram *b)
{
    assert_int_equal(a->total, b->total);
    assert_int_equal(a->bin_count, b->bin_count);
    for (size_t i = 0; i < a->bin_count; i++) {
        assert_int_equal(a->bins[i].ns, b->bins[i].ns);
        assert_int_equal(a->bins[i].count, b->bins[i].count);
    }
}

static void test_merging_is_as_one(void **state)
{
    (void)state;
    uint64_t samples[3000];
    struct eb_histogram whole;
    struct eb_histogram parts = {0};
    make_samples(samples, 3000, 2);
    eb_histogram_from_samples(&whole, samples, 3000, NULL);
    for (size_t begin = 0; begin < 3000; begin += 1000) {
        struct eb_histogram part;
        eb_histogram_from_samples(&part, samples + begin, 1000, NULL);
        assert_int_equal(eb_histogram_merge(&parts, &part, NULL), EB_OK);
        eb_histogram_free(&part);
    }
    assert_same(&whole, &parts);
    eb_histogram_free(&whole);
    eb_histogram_free(&parts);
}

static void test_json_round_trip(void **state)
{
    (void)state;
    uint64_t samples[500];
    struct eb_histogram before;
    struct eb_histogram after;
    make_samples(samples, 500, 3);
    eb_histogram_from_samples(&before, samples, 500, NULL);
    json_t *json = eb_histogram_to_json(&before);
    assert_int_equal(eb_histogram_from_json(json, &after, NULL), EB_OK);
    assert_same(&before, &after);
    json_decref(json);
    eb_histogram_free(&before);
    eb_histogram_free(&after);
}

static void test_empty(void **state)
{
    (void)state;
    struct eb_histogram empty;
    assert_int_equal(eb_histogram_from_samples(&empty, NULL, 0, NULL), EB_OK);
    assert_int_equal(empty.total, 0);
    eb_histogram_free(&empty);
    eb_histogram_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantiles_are_within_a_thousandth),
        cmocka_unit_test(test_quantile_rank_is_exact),
        cmocka_unit_test(test_median),
        cmocka_unit_test(test_bins_are_exact_below_2048),
        cmocka_unit_test(test_merging_is_as_one),
        cmocka_unit_test(test_json_round_trip),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
