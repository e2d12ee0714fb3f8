/* The tables of the text report: for each kernel, rank count and variant the values of the arms with their
 * ratios to the baseline, and beside them the figures of the record that it is compared with. */
#ifndef EB_JUDGE_REPORT_TEXT_TABLES_H
#define EB_JUDGE_REPORT_TEXT_TABLES_H

#include "common/status.h"
#include "judge/report/sink.h"

#include <stdio.h>

/* EB_INTERNAL when out of memory. */
enum eb_status eb_text_tables(const struct eb_report *report, FILE *file, struct eb_error *err);

#endif
