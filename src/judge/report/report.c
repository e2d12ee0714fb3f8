#include "judge/report/report.h"

#include "common/plain.h"
#include "judge/report/format.h"
#include "judge/report/origin.h"
#include "judge/report/settings.h"
#include "judge/report/shares.h"
#include "judge/report/sink.h"
#include "judge/report/warnings.h"
#include "judge/stats/shift.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct eb_sink sinks[] = {
    {"text", 1, eb_sink_text},
    {"csv", 0, eb_sink_csv},
    {"json", 1, eb_sink_json},
};

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for a report");
}

/* "a, b, c" of at most the size of an error; cut where it is longer. */
static void list_word(char *list, size_t list_bytes, const char *word)
{
    size_t used = strlen(list);
    snprintf(list + used, list_bytes - used, "%s%s", used ? ", " : "", word);
}

static enum eb_status choose_baseline(struct eb_report *report, const char *asked, struct eb_error *err)
{
    const struct eb_series_set *set = report->set;
    char names[300] = "";
    size_t chosen = 0;
    int found = 0;
    for (size_t i = 0; i < set->arm_count && !found; i++) {
        const char *name = eb_series_set_arm(set, i);
        const char *transport = json_string_value(json_object_get(set->arms[i], "transport"));
        found = asked ? strcmp(name, asked) == 0 : strcmp(transport, "sockets") == 0;
        if (found)
            chosen = i;
        list_word(names, sizeof names, name);
    }
    if (asked && !found)
        return eb_error_set(err, EB_USAGE, "report", 0, "baseline: there is no arm '%.64s'; there are %s",
                            asked, eb_plain_clean(names));
    report->baseline_arm = eb_series_set_arm(set, chosen);
    return EB_OK;
}

static double *logs_of(const struct eb_series *series)
{
    double *logs = malloc(series->launch_value_count * sizeof *logs);
    for (size_t i = 0; logs && i < series->launch_value_count; i++)
        logs[i] = log(series->launch_values[i]);
    return logs;
}

enum eb_status eb_ratio_of(const struct eb_series *base, const struct eb_series *series,
                           struct eb_ratio *ratio, struct eb_error *err)
{
    *ratio = (struct eb_ratio){0};
    if (!base)
        return EB_OK;
    size_t m = base->launch_value_count;
    size_t n = series->launch_value_count;
    double *x = logs_of(base);
    double *y = logs_of(series);
    struct eb_shift shift = {0};
    enum eb_status status =
        x && y ? eb_shift_estimate(x, m, y, n, EB_SERIES_LEVEL, &shift, err) : out_of_memory(err);
    free(x);
    free(y);
    if (status != EB_OK)
        return status;
    *ratio = (struct eb_ratio){
        .present = 1, .value = exp(shift.estimate), .interval = shift.interval, .launches = m < n ? m : n};
    if (shift.interval.present) {
        ratio->interval.low = exp(shift.interval.low);
        ratio->interval.high = exp(shift.interval.high);
    }
    return EB_OK;
}

static enum eb_status compare_with_baseline(struct eb_report *report, struct eb_error *err)
{
    const struct eb_series_set *set = report->set;
    enum eb_status status = EB_OK;
    report->ratios = calloc(set->count, sizeof *report->ratios);
    if (!report->ratios)
        return out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i < set->count; i++) {
        const struct eb_series *series = &set->series[i];
        if (strcmp(series->arm, report->baseline_arm) != 0)
            status = eb_ratio_of(eb_series_set_match(set, series, report->baseline_arm, series->variant),
                                 series, &report->ratios[i], err);
    }
    return status;
}

static enum eb_status note_other_hosts(struct eb_report *report, struct eb_error *err)
{
    char *here = eb_origin_describe(report->record);
    char *there = eb_origin_describe(report->against);
    if (!here || !there ||
        asprintf(&report->against_note,
                 "measured on other hosts (here: %s; there: %s%s): a ratio between them means nothing; "
                 "figures are shown side by side only",
                 here, there, eb_origin_is_published(report->against) ? ", published" : "") < 0)
        report->against_note = NULL;
    free(here);
    free(there);
    return report->against_note ? EB_OK : out_of_memory(err);
}

/* Figures that were measured in different ways have no ratio either. */
static enum eb_status note_other_settings(struct eb_report *report, struct eb_error *err)
{
    char *here = eb_settings_describe(report->record, 0);
    char *there = eb_settings_describe(report->against, 0);
    int failed = !here || !there;
    if (!failed && strcmp(here, there) != 0 &&
        asprintf(
            &report->against_note,
            "measured in another way (here: %s; there: %s): a ratio between them means nothing; figures are "
            "shown side by side only",
            here[0] ? here : "by default", there[0] ? there : "by default") < 0) {
        report->against_note = NULL;
        failed = 1;
    }
    free(here);
    free(there);
    return failed ? out_of_memory(err) : EB_OK;
}

static enum eb_status compare_with_other(struct eb_report *report, struct eb_error *err)
{
    const struct eb_series_set *set = report->set;
    enum eb_status status =
        eb_series_set_new(report->against, report->against_path, &report->against_set, err);
    if (status == EB_OK)
        status = eb_ceilings_of_set(report->against, report->against_set, &report->against_ceilings, err);
    if (status != EB_OK)
        return status;
    report->against_ratios = calloc(set->count, sizeof *report->against_ratios);
    if (!report->against_ratios)
        return out_of_memory(err);
    report->against_same_hosts = eb_origin_same_hosts(report->record, report->against);
    if (!report->against_same_hosts)
        return note_other_hosts(report, err);
    status = note_other_settings(report, err);
    if (status != EB_OK || report->against_note)
        return status;
    for (size_t i = 0; status == EB_OK && i < set->count; i++) {
        const struct eb_series *series = &set->series[i];
        status = eb_ratio_of(eb_series_set_match(report->against_set, series, series->arm, series->variant),
                             series, &report->against_ratios[i], err);
    }
    return status;
}

/* The screening of each variant that has one; of one whose every path was refused the warnings speak. */
static enum eb_status add_screens(struct eb_report *report, struct eb_error *err)
{
    const struct eb_series_set *set = report->set;
    struct eb_screen_options options = eb_screen_defaults();
    report->screens = calloc(set->variant_count + 1, sizeof *report->screens);
    if (!report->screens)
        return out_of_memory(err);
    for (size_t i = 0; i < set->variant_count; i++) {
        struct eb_screen *screen = NULL;
        options.variant = set->variants[i];
        if (!eb_screen_is_in_variant(report->record, options.variant))
            continue;
        enum eb_status status = eb_screen_new(report->record, report->record_path, &options, &screen, err);
        if (screen)
            report->screens[report->screen_count++] = screen;
        else if (status != EB_WRONG_PATH)
            return status;
    }
    return EB_OK;
}

enum eb_status eb_report_new(const json_t *record, const char *record_path, const char *baseline_arm,
                             const json_t *against, const char *against_path, struct eb_report **report,
                             struct eb_error *err)
{
    *report = NULL;
    struct eb_report *made = calloc(1, sizeof *made);
    if (!made)
        return out_of_memory(err);
    made->record = record;
    made->record_path = record_path;
    made->against = against;
    made->against_path = against ? against_path : NULL;
    enum eb_status status = eb_series_set_new(record, record_path, &made->set, err);
    if (status == EB_OK)
        status = choose_baseline(made, baseline_arm, err);
    if (status == EB_OK)
        status = compare_with_baseline(made, err);
    if (status == EB_OK && !(made->warnings = eb_warnings_of(record, made->set)))
        status = out_of_memory(err);
    if (status == EB_OK)
        status = eb_ceilings_of_set(record, made->set, &made->ceilings, err);
    if (status == EB_OK)
        status = eb_shares_warn(made, err);
    if (status == EB_OK && eb_screen_is_in(record))
        status = add_screens(made, err);
    if (status == EB_OK && against)
        status = compare_with_other(made, err);
    if (status == EB_OK)
        *report = made;
    else
        eb_report_free(made);
    return status;
}

const char *eb_report_format_at(size_t index)
{
    return index < sizeof sinks / sizeof *sinks ? sinks[index].name : NULL;
}

void eb_report_set_style(struct eb_report *report, const struct eb_style *style)
{
    report->style = *style;
}

static const struct eb_sink *find_sink(const char *format)
{
    for (size_t i = 0; i < sizeof sinks / sizeof *sinks; i++)
        if (strcmp(sinks[i].name, format) == 0)
            return &sinks[i];
    return NULL;
}

enum eb_status eb_report_check_format(const char *format, int with_against, struct eb_error *err)
{
    char names[128] = "";
    const struct eb_sink *sink = find_sink(format);
    if (sink && with_against && !sink->shows_against)
        return eb_error_set(err, EB_USAGE, "report", 0,
                            "--against: format '%s' has no place for a second record; take text or json",
                            format);
    if (sink)
        return EB_OK;
    for (size_t i = 0; i < sizeof sinks / sizeof *sinks; i++)
        list_word(names, sizeof names, sinks[i].name);
    return eb_error_set(err, EB_USAGE, "report", 0, "there is no format '%.64s'; there are %s", format,
                        names);
}

enum eb_status eb_report_write(const struct eb_report *report, const char *format, FILE *file,
                               struct eb_error *err)
{
    enum eb_status status = eb_report_check_format(format, report->against != NULL, err);
    if (status != EB_OK)
        return status;
    status = find_sink(format)->write(report, file, err);
    return status == EB_OK ? eb_format_flush("report", file, err) : status;
}

const json_t *eb_report_warnings(const struct eb_report *report)
{
    return report->warnings;
}

void eb_report_free(struct eb_report *report)
{
    if (!report)
        return;
    eb_series_set_free(report->set);
    eb_series_set_free(report->against_set);
    free(report->ratios);
    free(report->ceilings);
    free(report->against_ceilings);
    free(report->against_ratios);
    free(report->against_note);
    json_decref(report->warnings);
    for (size_t i = 0; i < report->screen_count; i++)
        eb_screen_free(report->screens[i]);
    free(report->screens);
    free(report);
}
