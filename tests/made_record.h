/* Hand-made records for the tests of the judge: what goes in is chosen by the test, so that what must come
 * out follows from the definitions. All of it fails the running test when it cannot do what it is asked. */
#ifndef EB_TESTS_MADE_RECORD_H
#define EB_TESTS_MADE_RECORD_H

#include "cmocka_all.h"
#include "common/histogram.h"
#include "common/record.h"
#include "judge/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void assert_near(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-12 * fabs(wanted)))
        fail_msg("got %.17g, wanted %.17g", got, wanted);
}

static inline void assert_absent(double got)
{
    if (!isnan(got))
        fail_msg("got %.17g where nothing should be", got);
}

/* A record with two arms and as many empty launches as asked. */
static inline json_t *new_record(size_t launches)
{
    json_t *record = json_pack("{s:s, s:s, s:{s:s}, s:[]}", "schema", EB_RECORD_SCHEMA, "kind", "measured",
                               "run", "created_utc", "2026-01-01T00:00:00Z", "launches");
    for (size_t i = 0; i < launches; i++)
        json_array_append_new(json_object_get(record, "launches"),
                              json_pack("{s:s, s:s, s:{}, s:[{s:s, s:s}, {s:s, s:s}], s:[]}", "variant",
                                        "default", "status", "complete", "provenance", "arms", "name", "tcp",
                                        "transport", "ofi", "name", "kernel-tcp", "transport", "sockets",
                                        "cases"));
    return record;
}

static inline json_t *cases_of(const json_t *record, size_t launch)
{
    return json_object_get(json_array_get(json_object_get(record, "launches"), launch), "cases");
}

struct case_facts {
    const char *kernel;
    const char *sample;
    const char *arm;
    int size_bytes;
    int ranks;
    int bytes_per_sample;
};

static const struct case_facts pingpong = {"pingpong", "rtt_ns", "tcp", 8, 2, 8};
static const struct case_facts bandwidth = {"bandwidth", "window_ns", "tcp", 8, 2, 512};
static const struct case_facts allreduce = {"allreduce", "time_ns", "tcp", 8, 4, 8};

/* Adds a case with these samples; its sweeps are a first one of 10 iterations and 100 ns that does not count,
 * and a second. Returns the case (borrowed). */
static inline json_t *add_case(json_t *record, size_t launch, const struct case_facts *facts,
                               const uint64_t *samples_ns, size_t count)
{
    struct eb_histogram histogram;
    assert_int_equal(eb_histogram_from_samples(&histogram, samples_ns, count, NULL), EB_OK);
    json_int_t total_ns = 0;
    for (size_t i = 0; i < count; i++)
        total_ns += (json_int_t)samples_ns[i];
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:i, s:i, s:s, s:i, s:[{s:i, s:b, s:i, s:i, s:i, s:i, s:i, s:i},"
        " {s:i, s:b, s:i, s:I, s:i, s:i, s:I, s:I}], s:o, s:{s:s}}",
        "kernel", facts->kernel, "algorithm", "", "arm", facts->arm, "size_bytes", facts->size_bytes, "ranks",
        facts->ranks, "sample", facts->sample, "bytes_per_sample", facts->bytes_per_sample, "sweeps", "index",
        0, "first", 1, "position", 0, "iterations", 10, "warmup", 1, "median_ns", 10, "total_ns", 100,
        "rank_total_ns", 100, "index", 1, "first", 0, "position", 0, "iterations", (json_int_t)count,
        "warmup", 1, "median_ns", 10, "total_ns", total_ns, "rank_total_ns", total_ns * facts->ranks,
        "histogram", eb_histogram_to_json(&histogram), "witness", "state", "unattested");
    assert_non_null(json);
    json_array_append_new(cases_of(record, launch), json);
    eb_histogram_free(&histogram);
    return json;
}

/* A case whose median is that of three samples: median - 100, median, median + 100. */
static inline json_t *add_median(json_t *record, size_t launch, const struct case_facts *facts,
                                 uint64_t median_ns)
{
    uint64_t samples_ns[] = {median_ns - 100, median_ns, median_ns + 100};
    return add_case(record, launch, facts, samples_ns, 3);
}

/* The samples 1, 2, ... count ns, which histograms keep exactly below 2048. */
static inline json_t *add_ascending(json_t *record, size_t launch, const struct case_facts *facts,
                                    size_t count)
{
    uint64_t *samples_ns = malloc(count * sizeof *samples_ns);
    assert_non_null(samples_ns);
    for (size_t i = 0; i < count; i++)
        samples_ns[i] = i + 1;
    json_t *json = add_case(record, launch, facts, samples_ns, count);
    free(samples_ns);
    return json;
}

static inline struct eb_series_set *series_of(const json_t *record)
{
    struct eb_error err = {0};
    struct eb_series_set *set = NULL;
    if (eb_record_check(record, "made.json", &err) != EB_OK ||
        eb_series_set_new(record, "made.json", &set, &err) != EB_OK)
        fail_msg("%s", err.text);
    return set;
}

static inline void assert_refused(json_t *record, const char *words)
{
    struct eb_error err = {0};
    struct eb_series_set *set = NULL;
    assert_int_equal(eb_record_check(record, "made.json", NULL), EB_OK);
    assert_int_equal(eb_series_set_new(record, "made.json", &set, &err), EB_INVALID);
    assert_null(set);
    if (!strstr(err.text, words) || !strstr(err.text, "made.json"))
        fail_msg("'%s' does not say made.json and '%s'", err.text, words);
    json_decref(record);
}

static inline json_t *load_published(void)
{
    const char *srcdir = getenv("srcdir");
    char path[4096];
    struct eb_error err = {0};
    json_t *record = NULL;
    snprintf(path, sizeof path, "%s/results/baselines/c5n.18xlarge-2019.json", srcdir ? srcdir : ".");
    if (eb_record_load(path, &record, &err) != EB_OK)
        fail_msg("%s", err.text);
    return record;
}

#endif
