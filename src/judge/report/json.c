/* One JSON document of schema "efabench-report/1": every column of the CSV by its name, null where it is
 * empty, and the ratios, which the CSV has no columns for. */
#include "common/plain.h"
#include "judge/report/origin.h"
#include "judge/report/shares.h"
#include "judge/report/sink.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define SIGNIFICANT_DIGITS 9

/* A path need not be UTF-8, JSON must be. */
static json_t *path_to_json(const char *path)
{
    json_t *json = json_string(path);
    char *ascii = json ? NULL : eb_plain_copy(path);
    for (char *c = ascii; c && *c; c++)
        if ((unsigned char)*c > 0x7e)
            *c = '?';
    if (ascii)
        json = json_string(ascii);
    free(ascii);
    return json;
}

static json_t *number_or_null(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

static json_t *ratio_to_json(const struct eb_ratio *ratio, const char *to)
{
    if (!ratio->present)
        return json_null();
    json_t *low = ratio->interval.present ? json_real(ratio->interval.low) : json_null();
    json_t *high = ratio->interval.present ? json_real(ratio->interval.high) : json_null();
    return json_pack("{s:s, s:f, s:o, s:o}", "to", to, "value", ratio->value, "low", low, "high", high);
}

/* The pairs by themselves, in the series' own metric, and the straggler; 0, or not when out of memory. */
static int add_breakdown(json_t *json, const struct eb_series *series)
{
    const struct eb_breakdown *breakdown = &series->breakdown;
    struct eb_moved one = series->moved;
    double share = 0;
    int straggler = eb_breakdown_straggler(breakdown, &share);
    json_t *pairs = breakdown->pair_count > 0 ? json_array() : NULL;
    one.pairs = 1;
    for (size_t i = 0; i < breakdown->pair_count; i++) {
        const struct eb_pair_part *pair = &breakdown->pairs[i];
        json_array_append_new(
            pairs, json_pack("{s:[I, I], s:f}", "ranks", (json_int_t)pair->first, (json_int_t)pair->second,
                             "value", eb_metric_value(series->metric, eb_breakdown_pair_ns(pair), &one)));
    }
    int failed = pairs && json_object_set_new(json, "pairs", pairs) != 0;
    if (straggler >= 0)
        failed |= json_object_set_new(json, "straggler",
                                      json_pack("{s:i, s:f}", "rank", straggler, "share", share)) != 0;
    return failed;
}

static json_t *witness_to_json(const struct eb_path *path)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:b}", "state", eb_path_state_name(path->state), "device",
                     path->device, "reason", path->reason, "share", number_or_null(path->share), "throttled",
                     path->is_throttled);
}

static json_t *series_to_json(const struct eb_series *series, const struct eb_ceiling *ceiling)
{
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:I, s:I}", "kernel", series->kernel->name,
                  "algorithm", series->algorithm, "arm", series->arm, "variant", series->variant,
                  "size_bytes", (json_int_t)series->size_bytes, "ranks", (json_int_t)series->ranks, "metric",
                  series->metric->name, "unit", series->metric->unit, "launches",
                  (json_int_t)series->launches, "samples", (json_int_t)series->samples);
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"value", series->value}, {"ci_low", series->ci_low}, {"ci_high", series->ci_high},
        {"min", series->min},     {"p50", series->p50},       {"p90", series->p90},
        {"p99", series->p99},     {"p999", series->p999},     {"max", series->max},
    };
    int failed = !json;
    if (json && series->path.state != EB_PATH_UNKNOWN)
        failed = json_object_set_new(json, "witness", witness_to_json(&series->path)) != 0;
    for (size_t i = 0; !failed && i < sizeof numbers / sizeof *numbers; i++)
        failed = json_object_set_new(json, numbers[i].name, number_or_null(numbers[i].value)) != 0;
    if (!failed)
        failed = json_object_set_new(json, "published", json_boolean(series->published)) != 0;
    if (!failed)
        failed = json_object_set_new(json, "ceiling", eb_shares_to_json(series, ceiling)) != 0;
    if (!failed)
        failed = add_breakdown(json, series);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

/* NULL when out of memory, as in all of these. */
static json_t *set_to_json(const struct eb_report *report)
{
    json_t *all = json_array();
    for (size_t i = 0; all && i < report->set->count; i++) {
        const struct eb_series *series = &report->set->series[i];
        json_t *json = series_to_json(series, &report->ceilings[i]);
        int failed = !json || json_object_set_new(json, "ratio",
                                                  ratio_to_json(&report->ratios[i], report->baseline_arm));
        if (!failed && report->against)
            failed = json_object_set_new(json, "ratio_to_against",
                                         ratio_to_json(&report->against_ratios[i], series->arm));
        failed |= json_array_append_new(all, json) != 0;
        if (failed) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

static json_t *against_to_json(const struct eb_report *report)
{
    if (!report->against)
        return json_null();
    const json_t *run = json_object_get(report->against, "run");
    json_t *series = json_array();
    int failed = !series;
    for (size_t i = 0; !failed && i < report->against_set->count; i++)
        failed = json_array_append_new(series, series_to_json(&report->against_set->series[i],
                                                              &report->against_ceilings[i])) != 0;
    if (failed) {
        json_decref(series);
        return NULL;
    }
    return json_pack("{s:o, s:s?, s:s?, s:s?, s:b, s:s?, s:o}", "record", path_to_json(report->against_path),
                     "source", json_string_value(json_object_get(run, "source")), "date",
                     eb_origin_date(report->against), "instance", eb_origin_instance(report->against),
                     "same_hosts", report->against_same_hosts, "note", report->against_note, "series",
                     series);
}

enum eb_status eb_sink_json(const struct eb_report *report, FILE *file, struct eb_error *err)
{
    json_t *document =
        json_pack("{s:s, s:o, s:s, s:O, s:o, s:o}", "schema", "efabench-report/1", "record",
                  path_to_json(report->record_path), "baseline_arm", report->baseline_arm, "warnings",
                  report->warnings, "against", against_to_json(report), "series", set_to_json(report));
    if (!document)
        return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for a JSON report");
    int failed = json_dumpf(document, file,
                            JSON_INDENT(1) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(SIGNIFICANT_DIGITS));
    fputc('\n', file);
    json_decref(document);
    if (failed)
        return eb_error_set(err, EB_INTERNAL, "report", errno, "cannot write the JSON report");
    return EB_OK;
}
