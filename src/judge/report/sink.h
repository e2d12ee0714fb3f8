/* What a writer of reports sees, and what it is: one function in one file. report.c holds the table of them.
 *
 * A writer must not trust strings of the record: they go through eb_plain_clean, or through an escaping of
 * the format's own. It need not look for write errors: eb_report_write does. It returns EB_INTERNAL when out
 * of memory. */
#ifndef EB_JUDGE_REPORT_SINK_H
#define EB_JUDGE_REPORT_SINK_H

#include "common/status.h"
#include "judge/ceiling.h"
#include "judge/report/style.h"
#include "judge/screen.h"
#include "judge/series.h"
#include "judge/stats/order.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

/* A series over another. */
struct eb_ratio {
    int present;
    double value;
    struct eb_interval interval; /* absent with too few launches, and for published figures */
    size_t launches;             /* values on the smaller side */
};

/* series over base by their launches; absent when base is NULL. EB_INTERNAL when out of memory. */
enum eb_status eb_ratio_of(const struct eb_series *base, const struct eb_series *series,
                           struct eb_ratio *ratio, struct eb_error *err);

struct eb_report {
    const json_t *record;
    const char *record_path;
    const char *baseline_arm;
    struct eb_style style; /* of a report as text */
    struct eb_series_set *set;
    struct eb_ratio *ratios; /* to the baseline, one for each series of set; absent for the baseline itself */
    struct eb_ceiling *ceilings; /* one for each series of set */
    json_t *warnings;            /* strings, cleaned, without repetition */
    struct eb_screen **screens;  /* of each variant that has one; NULL: none */
    size_t screen_count;

    /* The rest is NULL or 0 when there is nothing to compare with. */
    const json_t *against;
    const char *against_path;
    struct eb_series_set *against_set;
    struct eb_ceiling *against_ceilings; /* one for each series of against_set */
    int against_same_hosts;
    char *against_note;              /* cleaned; why there is no ratio, NULL when there is */
    struct eb_ratio *against_ratios; /* to the same arm there, one for each series of set */
};

struct eb_sink {
    const char *name;  /* of the format */
    int shows_against; /* it has a place for the record that the first is compared with */
    enum eb_status (*write)(const struct eb_report *report, FILE *file, struct eb_error *err);
};

enum eb_status eb_sink_text(const struct eb_report *report, FILE *file, struct eb_error *err);
enum eb_status eb_sink_csv(const struct eb_report *report, FILE *file, struct eb_error *err);
enum eb_status eb_sink_json(const struct eb_report *report, FILE *file, struct eb_error *err);

#endif
