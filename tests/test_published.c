/* The published baseline, figure by figure as its source has it. */
#include "made_record.h"

static void test_published(void **state)
{
    (void)state;
    /* Typed from aws-mpi-benchmark's notebooks (pt2pt_summary, pt2pt_multi, allreduce_summary). */
    static const struct {
        const char *kernel;
        const char *metric;
        const char *arm;
        uint64_t size_bytes;
        uint64_t ranks;
        uint64_t runs;
        double value;
        double min; /* NAN: the source has none */
        double max;
    } figures[] = {
        {"pingpong", "half_rtt", "efa", 8, 2, 10, 16.105, 16.09, 16.14},
        {"pingpong", "half_rtt", "efa", 0, 2, 10, 16.145, 16.13, 16.19},
        {"pingpong", "half_rtt", "ena", 16384, 2, 10, 50.925, 48.27, 54.66},
        {"bandwidth", "bandwidth", "efa", 1048576, 2, 10, 9118.815, 8961.52, 9362.32},
        {"bandwidth", "bandwidth", "ena", 4194304, 2, 10, 1177.92, 1177.81, 1178.07},
        {"bandwidth", "bandwidth", "efa", 4194304, 72, 9, 12137.278889, NAN, 12140.4},
        {"bandwidth", "bandwidth", "ena36", 4194304, 72, 9, 12101.296667, NAN, 13208.58},
        {"bandwidth", "bandwidth", "ena36-openmpi", 512, 72, 9, 4094.004444, NAN, 4164.0},
        {"bibandwidth", "bandwidth", "efa", 1048576, 2, 10, 7659.963, NAN, NAN},
        {"bibandwidth", "bandwidth", "ena", 4194304, 2, 10, 2356.259, NAN, NAN},
        {"allreduce", "time_osu", "efa", 16384, 288, 1, 218.55, NAN, NAN},
        {"allreduce", "time_osu", "ena36", 262144, 288, 1, 1217.97, NAN, NAN},
    };
    json_t *record = load_published();
    struct eb_series_set *set = series_of(record);
    assert_int_equal(set->count, 219); /* the lines of the source */
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        size_t found = 0;
        for (size_t j = 0; j < set->count; j++) {
            const struct eb_series *series = &set->series[j];
            if (strcmp(series->kernel->name, figures[i].kernel) != 0 ||
                strcmp(series->arm, figures[i].arm) != 0 || series->size_bytes != figures[i].size_bytes ||
                series->ranks != figures[i].ranks)
                continue;
            found++;
            assert_string_equal(series->metric->name, figures[i].metric);
            assert_true(series->published);
            assert_int_equal(series->launches, figures[i].runs);
            assert_int_equal(series->samples, 0);
            assert_near(series->value, figures[i].value);
            assert_absent(series->ci_low);
            assert_absent(series->p50);
            assert_absent(series->p99);
            assert_int_equal(isnan(series->min), isnan(figures[i].min));
            assert_int_equal(isnan(series->max), isnan(figures[i].max));
            if (!isnan(figures[i].min))
                assert_near(series->min, figures[i].min);
            if (!isnan(figures[i].max))
                assert_near(series->max, figures[i].max);
        }
        assert_int_equal(found, 1);
    }
    eb_series_set_free(set);
    json_decref(record);
}

static void test_published_refusals(void **state)
{
    (void)state;
    json_t *record = load_published();
    json_t *first = json_array_get(cases_of(record, 0), 0);
    json_object_set_new(json_object_get(first, "published"), "quantity", json_string("time_osu_ns"));
    assert_refused(record, "no quantity 'time_osu_ns'");

    record = load_published();
    json_array_append_new(json_object_get(record, "launches"),
                          json_deep_copy(json_array_get(json_object_get(record, "launches"), 0)));
    assert_refused(record, "a published figure stands beside another");

    /* nor does a summary of ten runs stand beside a single one */
    record = load_published();
    json_array_append_new(json_object_get(record, "launches"),
                          json_deep_copy(json_array_get(json_object_get(record, "launches"), 0)));
    json_object_set_new(json_object_get(json_array_get(cases_of(record, 1), 0), "published"), "runs",
                        json_integer(1));
    while (json_array_size(cases_of(record, 1)) > 1)
        json_array_remove(cases_of(record, 1), 1);
    assert_refused(record, "a published figure stands beside another");

    /* nor a measured case beside a published one */
    record = new_record(2);
    add_median(record, 0, &pingpong, 1000);
    json_array_append_new(cases_of(record, 1),
                          json_pack("{s:s, s:s, s:s, s:i, s:i, s:{s:s, s:i, s:i}}", "kernel", "pingpong",
                                    "algorithm", "", "arm", "tcp", "size_bytes", 8, "ranks", 2, "published",
                                    "quantity", "half_rtt_ns", "runs", 1, "mean", 500));
    assert_refused(record, "a published figure stands beside another");

    /* efabench measures no broadcast */
    record = new_record(1);
    struct case_facts bcast = allreduce;
    bcast.kernel = "bcast";
    add_median(record, 0, &bcast, 1000);
    assert_refused(record, "figures of this kernel can only be published ones");
}

/* One run in each launch: launches like any others. */
static void test_published_runs(void **state)
{
    (void)state;
    static const int means_ns[] = {9000, 5000, 7000};
    json_t *record = new_record(3);
    json_object_set_new(record, "kind", json_string("published"));
    for (size_t i = 0; i < 3; i++) {
        json_array_append_new(cases_of(record, i),
                              json_pack("{s:s, s:s, s:s, s:i, s:i, s:{s:s, s:i, s:i, s:i}}", "kernel",
                                        "barrier", "algorithm", "", "arm", "tcp", "size_bytes", 0, "ranks", 8,
                                        "published", "quantity", "time_osu_ns", "runs", 1, "mean",
                                        means_ns[i], "low", 10));
    }
    struct eb_series_set *set = series_of(record);
    assert_int_equal(set->count, 1);
    const struct eb_series *series = &set->series[0];
    assert_string_equal(series->metric->name, "time_osu");
    assert_int_equal(series->launches, 3);
    assert_int_equal(series->launch_value_count, 3);
    assert_near(series->value, 7);
    assert_near(series->min, 5); /* over the runs, whatever a run says of its ranks */
    assert_near(series->max, 9);
    assert_absent(series->ci_low);
    eb_series_set_free(set);
    json_decref(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_published_refusals),
        cmocka_unit_test(test_published_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
