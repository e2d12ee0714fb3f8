/* What the collectors of figures call the units of metrics, and when a judgement's figures were measured. */
#ifndef EB_JUDGE_REPORT_JUDGEMENT_UNITS_H
#define EB_JUDGE_REPORT_JUDGEMENT_UNITS_H

#include "judge/judgement.h"

#include <time.h>

struct eb_unit {
    const char *name; /* as in struct eb_metric */
    /* Prometheus wants base units in the name: prometheus.io/docs/practices/naming */
    const char *quantity;
    const char *base_unit;
    double to_base; /* base units in one of ours */
    /* CloudWatch: one of MetricDatum's units, which leave open how many bytes a megabyte has */
    const char *cloudwatch;
    double to_cloudwatch;
};

/* The units there are, for loops; index below eb_unit_count. */
size_t eb_unit_count(void);
const struct eb_unit *eb_unit_at(size_t index);
/* Every metric has one. */
const struct eb_unit *eb_unit_of(const struct eb_metric *metric);

/* Seconds since 1970 of created_utc, "2026-11-24T19:00:00Z" with or without fractions. -1 where that is
 * unknown or no such time. */
time_t eb_judgement_time(const struct eb_judgement *judgement);

#endif
