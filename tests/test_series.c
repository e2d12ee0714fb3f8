/* Records into series: hand-made records whose series are known from the definitions.
 */
#include "made_record.h"

static const struct eb_series *find_series(const struct eb_series_set *set, const char *kernel,
                                           const char *metric, const char *arm, uint64_t size_bytes)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct eb_series *series = &set->series[i];
        if (strcmp(series->kernel->name, kernel) == 0 && strcmp(series->metric->name, metric) == 0 &&
            strcmp(series->arm, arm) == 0 && series->size_bytes == size_bytes)
            return series;
    }
    fail_msg("no series %s %s %s %d", kernel, metric, arm, (int)size_bytes);
    return NULL;
}

static void test_pingpong_over_launches(void **state)
{
    (void)state;
    static const uint64_t medians_ns[] = {1000, 1010, 1020, 1005, 1030, 1015};
    json_t *record = new_record(6);
    for (size_t i = 0; i < 6; i++)
        add_median(record, i, &pingpong, medians_ns[i]);
    struct eb_series_set *set = series_of(record);
    assert_int_equal(set->count, 2);
    const struct eb_series *rtt = find_series(set, "pingpong", "rtt", "tcp", 8);
    assert_string_equal(rtt->metric->unit, "us");
    assert_int_equal(rtt->launches, 6);
    assert_int_equal(rtt->samples, 18);
    assert_int_equal(rtt->ranks, 2);
    assert_near(rtt->value, 1.0125); /* R: median(c(1000, 1010, 1020, 1005, 1030, 1015)) / 1e3 */
    assert_near(rtt->ci_low, 1.000); /* with n = 6 the interval is from the least to the greatest */
    assert_near(rtt->ci_high, 1.030);
    assert_near(rtt->min, 0.900); /* the least sample, of the first launch */
    assert_near(rtt->max, 1.130); /* the greatest, of the fifth */
    assert_absent(rtt->p90);
    const struct eb_series *half = find_series(set, "pingpong", "half_rtt", "tcp", 8);
    assert_near(half->value, 0.50625);
    assert_near(half->ci_low, 0.500);
    assert_int_equal(half->samples, 18);
    assert_absent(half->min);
    assert_absent(half->p50);
    assert_absent(half->p99);
    assert_absent(half->max);
    eb_series_set_free(set);
    json_decref(record);
}

static void test_five_launches_have_no_interval(void **state)
{
    (void)state;
    json_t *record = new_record(5);
    for (size_t i = 0; i < 5; i++)
        add_median(record, i, &pingpong, 1000 + 10 * i);
    struct eb_series_set *set = series_of(record);
    const struct eb_series *rtt = find_series(set, "pingpong", "rtt", "tcp", 8);
    assert_near(rtt->value, 1.020);
    assert_absent(rtt->ci_low);
    assert_absent(rtt->ci_high);
    eb_series_set_free(set);
    json_decref(record);
}

static void test_quantiles_of_a_time(void **state)
{
    (void)state;
    json_t *record = new_record(2);
    /* Halves of 1..1000 in two launches: the quantiles are of both together. */
    uint64_t odd[500];
    uint64_t even[500];
    for (size_t i = 0; i < 500; i++) {
        odd[i] = 2 * i + 1;
        even[i] = 2 * i + 2;
    }
    add_case(record, 0, &pingpong, odd, 500);
    add_case(record, 1, &pingpong, even, 500);
    struct eb_series_set *set = series_of(record);
    const struct eb_series *rtt = find_series(set, "pingpong", "rtt", "tcp", 8);
    /* R: quantile(1:1000, c(0, .5, .9, .99, 1), type = 1) */
    assert_near(rtt->min, 0.001);
    assert_near(rtt->p50, 0.500);
    assert_near(rtt->p90, 0.900);
    assert_near(rtt->p99, 0.990);
    assert_absent(rtt->p999); /* 1000 samples are fewer than 2995 */
    assert_near(rtt->max, 1.000);
    assert_int_equal(rtt->samples, 1000);
    eb_series_set_free(set);
    json_decref(record);
}

static void test_quantiles_need_samples(void **state)
{
    (void)state;
    static const size_t counts[] = {28, 29, 298, 299, 2994, 2995};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        json_t *record = new_record(1);
        add_ascending(record, 0, &pingpong, counts[i]);
        add_ascending(record, 0, &bandwidth, counts[i]);
        struct eb_series_set *set = series_of(record);
        for (size_t j = 0; j < set->count; j++) {
            const struct eb_series *series = &set->series[j];
            if (!series->metric->quantiles)
                continue;
            assert_int_equal(!isnan(series->p90), counts[i] >= 29);
            assert_int_equal(!isnan(series->p99), counts[i] >= 299);
            assert_int_equal(!isnan(series->p999), counts[i] >= 2995);
            assert_false(isnan(series->min) || isnan(series->p50) || isnan(series->max));
        }
        eb_series_set_free(set);
        json_decref(record);
    }
}

static void test_bandwidth(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    add_ascending(record, 0, &bandwidth, 1000);
    struct case_facts both = bandwidth;
    both.kernel = "bibandwidth";
    add_ascending(record, 0, &both, 1000);
    struct eb_series_set *set = series_of(record);
    const struct eb_series *one_way = find_series(set, "bandwidth", "bandwidth", "tcp", 8);
    assert_string_equal(one_way->metric->unit, "MB/s");
    /* 512 bytes in t ns are 512e3 / t MB/s, t one of 1 to 1000: the greatest rate is that of the least time.
     */
    assert_near(one_way->value, 512e3 / 500.5);
    assert_near(one_way->min, 512e3 / 1000);
    assert_near(one_way->p50, 512e3 / 500);
    assert_near(one_way->p90, 512e3 / 100);
    assert_near(one_way->p99, 512e3 / 10);
    assert_near(one_way->max, 512e3);
    const struct eb_series *two_way = find_series(set, "bibandwidth", "bandwidth", "tcp", 8);
    assert_near(two_way->value, 2 * 512e3 / 500.5);
    assert_near(two_way->p99, 2 * 512e3 / 10);
    eb_series_set_free(set);
    json_decref(record);
}

static void test_message_rate(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    struct case_facts facts = {"message_rate", "window_ns", "tcp", 8, 2, 512};
    add_median(record, 0, &facts, 1600);
    struct eb_series_set *set = series_of(record);
    const struct eb_series *rate = find_series(set, "message_rate", "message_rate", "tcp", 8);
    assert_string_equal(rate->metric->unit, "1/s");
    assert_near(rate->value, 40e6); /* 64 messages in 1600 ns */
    assert_near(rate->min, 64e9 / 1700);
    assert_near(rate->max, 64e9 / 1500);
    eb_series_set_free(set);
    json_decref(record);
}

static void test_quantiles_of_rates_ascend(void **state)
{
    (void)state;
    json_t *record = new_record(3);
    for (size_t launch = 0; launch < 3; launch++) {
        static uint64_t samples_ns[1100];
        for (size_t i = 0; i < 1100; i++)
            samples_ns[i] = 50 + (i * i * 37 + launch * 11) % 100000;
        add_case(record, launch, &bandwidth, samples_ns, 1100);
    }
    struct eb_series_set *set = series_of(record);
    const struct eb_series *rate = find_series(set, "bandwidth", "bandwidth", "tcp", 8);
    const double ascending[] = {rate->min, rate->p50, rate->p90, rate->p99, rate->p999, rate->max};
    for (size_t i = 1; i < 6; i++)
        assert_true(ascending[i - 1] < ascending[i]);
    eb_series_set_free(set);
    json_decref(record);
}

static void test_allreduce(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    json_t *json = add_median(record, 0, &allreduce, 1000);
    json_t *second = json_array_get(json_object_get(json, "sweeps"), 1);
    /* A third sweep; the ranks' means: (2400 + 7200) ns / (4 ranks * (3 + 5) iterations) = 300 ns. */
    json_t *third = json_deep_copy(second);
    json_object_set_new(second, "rank_total_ns", json_integer(2400));
    json_object_set_new(third, "rank_total_ns", json_integer(7200));
    json_object_set_new(third, "iterations", json_integer(5));
    json_array_append_new(json_object_get(json, "sweeps"), third);
    struct eb_series_set *set = series_of(record);
    assert_near(find_series(set, "allreduce", "time", "tcp", 8)->value, 1.000);
    const struct eb_series *osu = find_series(set, "allreduce", "time_osu", "tcp", 8);
    assert_near(osu->value, 0.300);
    assert_absent(osu->p50);
    assert_absent(osu->max);
    eb_series_set_free(set);
    /* Only a first sweep, 100 ns over 10 iterations of 4 ranks: it counts when the case says so. */
    json_array_remove(json_object_get(json, "sweeps"), 2);
    json_array_remove(json_object_get(json, "sweeps"), 1);
    json_object_set_new(json, "first_sweep_counted", json_true());
    set = series_of(record);
    assert_near(find_series(set, "allreduce", "time_osu", "tcp", 8)->value, 0.0025);
    eb_series_set_free(set);
    json_object_set_new(json, "first_sweep_counted", json_false());
    assert_refused(record, "time_osu is not above zero");
}

static void test_busbw(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    add_median(record, 0, &allreduce, 1000);
    struct eb_series_set *set = series_of(record);
    /* nccl-tests: 8 bytes / 1000 ns * 2 * 3 / 4 = 12e6 bytes a second */
    assert_near(find_series(set, "allreduce", "busbw", "tcp", 8)->value, 12);
    eb_series_set_free(set);
    json_decref(record);
}

static void test_pairs_add_up(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    struct case_facts four = bandwidth;
    four.ranks = 4;
    json_t *json = add_median(record, 0, &four, 1000);
    json_object_set_new(json, "pairs", json_integer(2));
    json_t *sweep = json_array_get(json_object_get(json, "sweeps"), 1);
    json_object_set_new(sweep, "pairs",
                        json_pack("[{s:[i, i], s:i}, {s:[i, i], s:i}]", "ranks", 0, 2, "median_ns", 900,
                                  "ranks", 1, 3, "median_ns", 1100));
    struct eb_series_set *set = series_of(record);
    const struct eb_series *both = find_series(set, "bandwidth", "bandwidth", "tcp", 8);
    assert_near(both->value, 2 * 512); /* two pairs, each 512 bytes in 1000 ns: 1024e6 bytes a second */
    assert_int_equal(both->breakdown.pair_count, 2);
    assert_int_equal(eb_breakdown_extreme(&both->breakdown, 1)->first, 1);
    assert_int_equal(eb_breakdown_extreme(&both->breakdown, 1)->second, 3);
    assert_near(eb_breakdown_pair_ns(eb_breakdown_extreme(&both->breakdown, 0)), 900);
    eb_series_set_free(set);
    json_decref(record);
}

static void test_a_pair_is_the_median_of_its_launches(void **state)
{
    (void)state;
    static const int medians[3][2] = {{100, 300}, {900, 1100}, {310, 330}}; /* launches: 200, 1000, 320 */
    json_t *record = new_record(3);
    for (size_t launch = 0; launch < 3; launch++) {
        json_t *json = add_median(record, launch, &bandwidth, 1000);
        json_t *sweeps = json_object_get(json, "sweeps");
        json_array_append_new(sweeps, json_deep_copy(json_array_get(sweeps, 1)));
        json_object_set_new(json_array_get(sweeps, 0), "pairs", /* the first sweep does not count */
                            json_pack("[{s:[i, i], s:i}]", "ranks", 0, 1, "median_ns", 999999));
        for (size_t sweep = 0; sweep < 2; sweep++)
            json_object_set_new(
                json_array_get(sweeps, sweep + 1), "pairs",
                json_pack("[{s:[i, i], s:i}]", "ranks", 0, 1, "median_ns", medians[launch][sweep]));
    }
    struct eb_series_set *set = series_of(record);
    const struct eb_breakdown *parts = &find_series(set, "bandwidth", "bandwidth", "tcp", 8)->breakdown;
    assert_int_equal(parts->pair_count, 1);
    assert_near(eb_breakdown_pair_ns(&parts->pairs[0]), 320);
    eb_series_set_free(set);
    json_decref(record);
}

static void test_the_mean_where_the_case_says_so(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    const uint64_t samples_ns[] = {1000, 1000, 4000}; /* mean 2000, median 1000 */
    json_t *json = add_case(record, 0, &pingpong, samples_ns, 3);
    json_object_set_new(json, "average", json_string("mean"));
    struct eb_series_set *set = series_of(record);
    assert_near(find_series(set, "pingpong", "half_rtt", "tcp", 8)->value, 1.0);
    eb_series_set_free(set);
    json_object_set_new(json, "average", json_string("median"));
    set = series_of(record);
    assert_near(find_series(set, "pingpong", "half_rtt", "tcp", 8)->value, 0.5);
    eb_series_set_free(set);
    json_decref(record);
}

static void test_the_straggler(void **state)
{
    (void)state;
    json_t *record = new_record(2);
    double share = 0;
    for (size_t launch = 0; launch < 2; launch++) {
        json_t *json = add_median(record, launch, &allreduce, 1000);
        json_t *sweeps = json_object_get(json, "sweeps");
        /* the first sweep does not count */
        json_object_set_new(json_array_get(sweeps, 0), "slowest", json_pack("[[i, i]]", 0, 1000));
        json_object_set_new(json_array_get(sweeps, 1), "slowest", json_pack("[[i, i], [i, i]]", 1, 2, 3, 8));
    }
    struct eb_series_set *set = series_of(record);
    const struct eb_series *time = find_series(set, "allreduce", "time", "tcp", 8);
    assert_int_equal(eb_breakdown_straggler(&time->breakdown, &share), 3);
    assert_near(share, 0.8);
    assert_true(eb_breakdown_stands_out(&time->breakdown, share)); /* half way from 1/4 to 1 is 0.625 */
    assert_false(eb_breakdown_stands_out(&time->breakdown, 0.62));
    eb_series_set_free(set);
    json_decref(record);
}

static void test_order(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    struct case_facts other_arm = pingpong;
    struct case_facts larger = pingpong;
    struct case_facts more_ranks = pingpong;
    other_arm.arm = "kernel-tcp";
    larger.size_bytes = 64;
    more_ranks.ranks = 4;
    add_median(record, 0, &allreduce, 1000);
    add_median(record, 0, &more_ranks, 1000);
    add_median(record, 0, &larger, 1000);
    add_median(record, 0, &other_arm, 1000);
    add_median(record, 0, &bandwidth, 1000);
    add_median(record, 0, &pingpong, 1000);
    struct eb_series_set *set = series_of(record);
    static const char *const wanted[] = {
        "pingpong half_rtt 2 8 tcp",   "pingpong half_rtt 2 8 kernel-tcp",
        "pingpong half_rtt 2 64 tcp",  "pingpong half_rtt 4 8 tcp",
        "pingpong rtt 2 8 tcp",        "pingpong rtt 2 8 kernel-tcp",
        "pingpong rtt 2 64 tcp",       "pingpong rtt 4 8 tcp",
        "bandwidth bandwidth 2 8 tcp", "allreduce time 4 8 tcp",
        "allreduce time_osu 4 8 tcp",  "allreduce busbw 4 8 tcp",
    };
    assert_int_equal(set->count, sizeof wanted / sizeof *wanted);
    for (size_t i = 0; i < set->count; i++) {
        char got[128];
        const struct eb_series *series = &set->series[i];
        snprintf(got, sizeof got, "%s %s %d %d %s", series->kernel->name, series->metric->name,
                 (int)series->ranks, (int)series->size_bytes, series->arm);
        assert_string_equal(got, wanted[i]);
    }
    eb_series_set_free(set);
    json_decref(record);
}

static void test_scaling_and_permuting_launches(void **state)
{
    (void)state;
    static const uint64_t medians_ns[] = {400, 350, 480, 410, 390, 505, 444};
    json_t *plain = new_record(7);
    json_t *turned = new_record(7);
    for (size_t i = 0; i < 7; i++) {
        uint64_t once[] = {medians_ns[i] - 100, medians_ns[i], medians_ns[i] + 100};
        size_t place = (3 * i + 2) % 7;
        uint64_t twice[] = {2 * once[0], 2 * once[1], 2 * once[2]};
        add_case(plain, i, &pingpong, once, 3);
        add_case(plain, i, &bandwidth, once, 3);
        add_case(turned, place, &bandwidth, twice, 3);
        add_case(turned, place, &pingpong, twice, 3);
    }
    struct eb_series_set *a = series_of(plain);
    struct eb_series_set *b = series_of(turned);
    assert_int_equal(a->count, 3);
    assert_int_equal(b->count, 3);
    for (size_t i = 0; i < 3; i++) {
        double factor = eb_metric_is_rate(a->series[i].metric) ? 0.5 : 2;
        assert_near(b->series[i].value, factor * a->series[i].value);
        assert_near(b->series[i].ci_low, factor * a->series[i].ci_low);
        assert_near(b->series[i].ci_high, factor * a->series[i].ci_high);
        if (a->series[i].metric->quantiles) {
            assert_near(b->series[i].min, factor * a->series[i].min);
            assert_near(b->series[i].max, factor * a->series[i].max);
        }
    }
    eb_series_set_free(a);
    eb_series_set_free(b);
    json_decref(plain);
    json_decref(turned);
}

static void test_variants_and_missing_launches(void **state)
{
    (void)state;
    json_t *record = new_record(3);
    json_object_set_new(json_array_get(json_object_get(record, "launches"), 1), "variant",
                        json_string("old"));
    add_median(record, 0, &pingpong, 1000);
    add_median(record, 1, &pingpong, 1200);
    struct eb_series_set *set = series_of(record);
    assert_int_equal(set->count, 4);
    assert_int_equal(set->variant_count, 2);
    assert_int_equal(set->launch_count, 3);
    assert_string_equal(set->series[1].variant, "old");
    assert_near(set->series[1].value, 0.600);
    assert_int_equal(set->series[1].launches, 1);
    eb_series_set_free(set);
    json_decref(record);
}

static void test_match_prefers_the_same_algorithm(void **state)
{
    (void)state;
    static const char *const algorithms[] = {"ring", "tree"};
    struct case_facts other_arm = allreduce;
    other_arm.arm = "kernel-tcp";
    json_t *record = new_record(1);
    for (size_t i = 0; i < 2; i++)
        json_object_set_new(add_median(record, 0, &allreduce, 1000 + 100 * i), "algorithm",
                            json_string(algorithms[i]));
    json_object_set_new(add_median(record, 0, &other_arm, 1500), "algorithm", json_string("tree"));
    struct eb_series_set *set = series_of(record);
    const struct eb_series *base = find_series(set, "allreduce", "time", "kernel-tcp", 8);
    const struct eb_series *ring = &set->series[0];
    assert_string_equal(ring->algorithm, "ring");
    assert_ptr_equal(eb_series_set_match(set, ring, "kernel-tcp", "default"), base);
    assert_string_equal(eb_series_set_match(set, base, "tcp", "default")->algorithm, "tree");
    assert_null(eb_series_set_match(set, base, "tcp", "old"));
    assert_null(eb_series_set_match(set, base, "efa", "default"));
    /* Two others and none of the same algorithm: no saying which. */
    struct eb_series stranger = *base;
    stranger.algorithm = "butterfly";
    assert_null(eb_series_set_match(set, &stranger, "tcp", "default"));
    eb_series_set_free(set);
    json_decref(record);
}

static void test_refusals(void **state)
{
    (void)state;
    struct case_facts facts = pingpong;
    json_t *record = new_record(1);
    facts.kernel = "pong\033[31mping";
    add_median(record, 0, &facts, 1000);
    assert_refused(record, "kernel pong?[31mping");

    record = new_record(1);
    facts = pingpong;
    facts.arm = "efa";
    add_median(record, 0, &facts, 1000);
    assert_refused(record, "arm efa, 8 bytes, 2 ranks: this arm is not among");

    record = new_record(1);
    facts = pingpong;
    facts.sample = "window_ns";
    add_median(record, 0, &facts, 1000);
    assert_refused(record, "'window_ns'");

    record = new_record(2);
    add_median(record, 0, &pingpong, 1000);
    add_median(record, 1, &pingpong, 1000);
    add_median(record, 1, &pingpong, 1100);
    assert_refused(record, "launches[1], kernel pingpong, arm tcp, 8 bytes, 2 ranks: it stands twice");

    record = new_record(2);
    facts = bandwidth;
    add_median(record, 0, &facts, 1000);
    facts.bytes_per_sample = 1024;
    add_median(record, 1, &facts, 1000);
    assert_refused(record, "bytes_per_sample is 1024, but 512");

    assert_refused(new_record(2), "no measured case");
    assert_refused(new_record(0), "no measured case");
}

static void test_no_logarithm_of_nothing(void **state)
{
    (void)state;
    static const uint64_t zeros_ns[] = {0, 0, 5};
    json_t *record = new_record(1);
    add_case(record, 0, &pingpong, zeros_ns, 3);
    assert_refused(record, "kernel pingpong, arm tcp, 8 bytes, 2 ranks: its half_rtt is not above zero");

    record = new_record(1);
    add_case(record, 0, &bandwidth, zeros_ns, 3);
    assert_refused(record, "bandwidth is not above zero");

    record = new_record(1);
    struct case_facts facts = bandwidth;
    facts.bytes_per_sample = 0;
    add_median(record, 0, &facts, 1000);
    assert_refused(record, "bandwidth is not above zero");

    record = new_record(1);
    facts = (struct case_facts){"message_rate", "window_ns", "tcp", 0, 2, 0};
    add_median(record, 0, &facts, 1000);
    assert_refused(record, "message_rate is not above zero");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pingpong_over_launches),
        cmocka_unit_test(test_five_launches_have_no_interval),
        cmocka_unit_test(test_quantiles_of_a_time),
        cmocka_unit_test(test_quantiles_need_samples),
        cmocka_unit_test(test_bandwidth),
        cmocka_unit_test(test_message_rate),
        cmocka_unit_test(test_quantiles_of_rates_ascend),
        cmocka_unit_test(test_allreduce),
        cmocka_unit_test(test_busbw),
        cmocka_unit_test(test_pairs_add_up),
        cmocka_unit_test(test_a_pair_is_the_median_of_its_launches),
        cmocka_unit_test(test_the_mean_where_the_case_says_so),
        cmocka_unit_test(test_the_straggler),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_scaling_and_permuting_launches),
        cmocka_unit_test(test_variants_and_missing_launches),
        cmocka_unit_test(test_match_prefers_the_same_algorithm),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_no_logarithm_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
