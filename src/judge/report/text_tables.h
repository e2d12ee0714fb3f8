/* The tables of the text report: for each kernel, rank count and variant the values of the arms with their
 * ratios to the baseline, and beside them the figures of the record that it is compared with. */
#ifndef EB_JUDGE_REPORT_TEXT_TABLES_H
#define EB_JUDGE_REPORT_TEXT_TABLES_H

#include "common/status.h"
#include "judge/report/sink.h"

#include <stdio.h>

#define EB_TEXT_WIDTH 80

/* EB_INTERNAL when out of memory. */
enum eb_status eb_text_tables(const struct eb_report *report, FILE *file, struct eb_error *err);

/* Writes text, cleaned, in lines of at most EB_TEXT_WIDTH where its words allow it; every line after the
 * first starts with indent blanks. head (may be "") stands before the first. EB_INTERNAL when out of memory.
 */
enum eb_status eb_text_wrapped(FILE *file, const char *head, size_t indent, const char *text,
                               struct eb_error *err);

#endif
