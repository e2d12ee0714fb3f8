/* A report: what a record says, beside what it is compared with, in a format.
 *
 * Called by the command line after eb_record_load. The ratio of a series is to the same kernel, size, ranks,
 * metric and variant of the baseline arm (the algorithm may differ): exp of Hodges and Lehmann's shift of the
 * logarithms of the launches' values, with its exact 95% interval where there are launches enough. */
#ifndef EB_JUDGE_REPORT_REPORT_H
#define EB_JUDGE_REPORT_REPORT_H

#include "common/status.h"
#include "judge/report/style.h"

#include <jansson.h>
#include <stdio.h>

struct eb_report; /* opaque; judge/report/sink.h shows it to the writers */

/* record and against must have passed eb_record_check; they and all strings are borrowed until
 * eb_report_free. baseline_arm NULL: the first arm whose transport is "sockets", else the first arm.
 * against NULL: nothing to compare with; against_path is then not looked at.
 * EB_USAGE for an unknown baseline arm, naming it and the arms there are; EB_INVALID for a record that gives
 * no series, naming the case; EB_INTERNAL when out of memory. */
enum eb_status eb_report_new(const json_t *record, const char *record_path, const char *baseline_arm,
                             const json_t *against, const char *against_path, struct eb_report **report,
                             struct eb_error *err);

/* How it looks as text where it goes to a terminal; plain otherwise. */
void eb_report_set_style(struct eb_report *report, const struct eb_style *style);

/* Whether there is such a format, and, with_against, whether it can show a second record: EB_USAGE names the
 * word and lists those there are. For use before anything is measured. */
enum eb_status eb_report_check_format(const char *format, int with_against, struct eb_error *err);

/* The formats there are; NULL past the last one. */
const char *eb_report_format_at(size_t index);

/* Writes the report and flushes the file. EB_USAGE for an unknown format, EB_INTERNAL when the file cannot be
 * written or when out of memory. */
enum eb_status eb_report_write(const struct eb_report *report, const char *format, FILE *file,
                               struct eb_error *err);

/* What a reader must be told, as an array of cleaned strings (borrowed): for whoever writes a format that has
 * no place for it.
 */
const json_t *eb_report_warnings(const struct eb_report *report);

void eb_report_free(struct eb_report *report);

#endif
