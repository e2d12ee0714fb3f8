/* The warnings of a report for people: one that several arms share is said once. */
#ifndef EB_JUDGE_REPORT_WARNINGS_JOINED_H
#define EB_JUDGE_REPORT_WARNINGS_JOINED_H

#include "judge/report/sink.h"

#include <jansson.h>

/* The report's warnings in their order, "arms kernel, tcp, each: REST" in place of "arm kernel: REST" and
 * "arm tcp: REST". An array of cleaned strings, owned by the caller; NULL when out of memory. */
json_t *eb_warnings_joined(const struct eb_report *report);

#endif
