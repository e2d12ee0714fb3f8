/* The warnings of the text report. */
#ifndef EB_JUDGE_REPORT_TEXT_WARNINGS_H
#define EB_JUDGE_REPORT_TEXT_WARNINGS_H

#include "common/status.h"
#include "judge/report/sink.h"

#include <stdio.h>

/* One paragraph for each; what is to be said of several arms in the same words is said once, naming them.
 * EB_INTERNAL when out of memory. */
enum eb_status eb_text_warnings(const struct eb_report *report, FILE *file, struct eb_error *err);

#endif
