/* Bencher Metric Format (bencher.dev/docs/reference/bencher-metric-format): benchmarks by name, measures by
 * slug. Bencher's own measures are used where they mean the same: `latency` (ns) is the time that a person is
 * shown first, `throughput` (operations a second) the message rate. Other times are in ns too, bandwidths in
 * MB/s. Series that were not measured now are left out. */
#include "common/plain.h"
#include "judge/report/judgement_words.h"
#include "judge/report/judgement_write.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS_IN_US 1e3

/* The measure of a row; text holds it where it is not one of Bencher's own. */
static const char *slug_of(const struct eb_judged *row, char *text, size_t room)
{
    const struct eb_kernel_metrics *kernel = row->kernel;
    if (row->metric == &kernel->metrics[kernel->shown[0]] && !eb_metric_is_rate(row->metric))
        return "latency";
    if (row->metric->amount == EB_AMOUNT_MESSAGES)
        return "throughput";
    snprintf(text, room, "%s", row->metric->name);
    for (char *c = text; *c; c++)
        *c = *c == '_' ? '-' : *c;
    return text;
}

static json_t *number_or_nothing(double value)
{
    return isfinite(value) ? json_real(value) : NULL;
}

/* 0, or not when out of memory. */
static int add(json_t *all, const struct eb_judged *row)
{
    char slug[64];
    double factor = strcmp(row->metric->unit, "us") == 0 ? NS_IN_US : 1;
    char *raw = eb_judged_name(row);
    char *name = raw ? eb_plain_utf8(raw) : NULL;
    json_t *measures = name ? json_object_get(all, name) : NULL;
    if (name && !measures) {
        measures = json_object();
        if (json_object_set_new(all, name, measures) != 0)
            measures = NULL;
    }
    int failed = !measures;
    if (!failed)
        failed = json_object_set_new(measures, slug_of(row, slug, sizeof slug),
                                     json_pack("{s:f, s:o*, s:o*}", "value", factor * row->now.value,
                                               "lower_value", number_or_nothing(factor * row->now.low),
                                               "upper_value", number_or_nothing(factor * row->now.high)));
    free(raw);
    free(name);
    return failed;
}

enum eb_status eb_judgement_bencher(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    json_t *all = json_object();
    int failed = !all;
    for (size_t i = 0; !failed && i < judgement->row_count; i++)
        if (isfinite(judgement->rows[i].now.value))
            failed = add(all, &judgement->rows[i]);
    failed =
        failed || json_dumpf(all, file, JSON_INDENT(1) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(9)) != 0;
    fputc('\n', file);
    json_decref(all);
    /* a full disk is seen by eb_judgement_write */
    return failed && !ferror(file)
               ? eb_error_set(err, EB_INTERNAL, "judgement", ENOMEM, "out of memory for a judgement")
               : EB_OK;
}
