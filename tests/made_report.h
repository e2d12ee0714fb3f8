/* Reports of hand-made records, and looking into them. */
#ifndef EB_TESTS_MADE_REPORT_H
#define EB_TESTS_MADE_REPORT_H

#include "judge/report/report.h"
#include "made_record.h"

/* Medians of six launches in ns; the golden ratios below are of these. */
static const uint64_t kernel_tcp_ns[] = {1000, 1010, 1020, 1005, 1030, 1015};
static const uint64_t tcp_ns[] = {1900, 1990, 1930, 2010, 1950, 1975};

static inline struct case_facts with_arm(struct case_facts facts, const char *arm)
{
    facts.arm = arm;
    return facts;
}

/* Ping-pong and bandwidth of both arms. */
static inline json_t *two_arm_record(size_t launches)
{
    json_t *record = new_record(launches);
    struct case_facts base_pingpong = with_arm(pingpong, "kernel-tcp");
    struct case_facts base_bandwidth = with_arm(bandwidth, "kernel-tcp");
    for (size_t i = 0; i < launches; i++) {
        add_median(record, i, &pingpong, tcp_ns[i]);
        add_median(record, i, &base_pingpong, kernel_tcp_ns[i]);
        add_median(record, i, &bandwidth, tcp_ns[i]);
        add_median(record, i, &base_bandwidth, kernel_tcp_ns[i]);
    }
    return record;
}

static inline json_t *launch_of(const json_t *record, size_t launch)
{
    return json_array_get(json_object_get(record, "launches"), launch);
}

static inline void set_host(json_t *record, const char *host)
{
    for (size_t i = 0; i < json_array_size(json_object_get(record, "launches")); i++)
        json_object_set_new(launch_of(record, i), "provenance", json_pack("{s:[s]}", "hosts", host));
}

static inline void set_arm(json_t *record, size_t arm, const char *key, json_t *value)
{
    json_object_set_new(json_array_get(json_object_get(launch_of(record, 0), "arms"), arm), key, value);
}

/* The report as text, owned by the caller. */
static inline char *report_with(const json_t *record, const char *format, const char *baseline,
                                const json_t *against)
{
    char *text = NULL;
    size_t length = 0;
    struct eb_error err = {0};
    struct eb_report *report = NULL;
    FILE *file = open_memstream(&text, &length);
    assert_non_null(file);
    if (eb_report_new(record, "made.json", baseline, against, "other.json", &report, &err) != EB_OK ||
        eb_report_write(report, format, file, &err) != EB_OK)
        fail_msg("%s", err.text);
    eb_report_free(report);
    fclose(file);
    return text;
}

static inline void assert_says(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("'%s' is not in:\n%s", words, text);
}

static inline void assert_silent(const char *text, const char *words)
{
    if (strstr(text, words))
        fail_msg("'%s' is in:\n%s", words, text);
}

static inline json_t *json_report(const json_t *record, const json_t *against)
{
    json_error_t where;
    char *text = report_with(record, "json", NULL, against);
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &where);
    if (!json)
        fail_msg("not JSON: %s", where.text);
    free(text);
    return json;
}

static inline const json_t *series_in(const json_t *report, const char *metric, const char *arm)
{
    size_t i;
    const json_t *series;
    json_array_foreach(json_object_get(report, "series"), i, series)
    {
        if (strcmp(json_string_value(json_object_get(series, "metric")), metric) == 0 &&
            strcmp(json_string_value(json_object_get(series, "arm")), arm) == 0)
            return series;
    }
    fail_msg("no series %s of %s", metric, arm);
    return NULL;
}

/* To the nine digits that a report has. */
static inline void assert_number(const json_t *object, const char *key, double wanted)
{
    double got = json_number_value(json_object_get(object, key));
    if (!(fabs(got - wanted) <= 1e-8 * fabs(wanted)))
        fail_msg("%s is %.12g, wanted %.12g", key, got, wanted);
}

#endif
