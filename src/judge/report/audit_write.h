/* An audit for people and for programs. */
#ifndef EB_JUDGE_REPORT_AUDIT_WRITE_H
#define EB_JUDGE_REPORT_AUDIT_WRITE_H

#include "common/status.h"
#include "judge/audit.h"

#include <stdio.h>

/* EB_USAGE names the word and lists the formats there are. For use before anything is read. */
enum eb_status eb_audit_check_format(const char *format, struct eb_error *err);

/* The formats there are; NULL past the last one. */
const char *eb_audit_format_at(size_t index);

/* Writes the audit as "text" (at most 80 columns: the sum first, then what is implausible, what is plausible
 * with the limit that came nearest, what could not be judged and why) or as "json" (one document of schema
 * "efabench-audit/1": every figure with what every check says of it), and flushes the file. EB_USAGE for an
 * unknown format, EB_INTERNAL when the file cannot be written or when out of memory. */
enum eb_status eb_audit_write(const struct eb_audit *audit, const char *format, FILE *file,
                              struct eb_error *err);

/* The writers; write errors are eb_audit_write's. */
enum eb_status eb_audit_text(const struct eb_audit *audit, FILE *file, struct eb_error *err);
enum eb_status eb_audit_json(const struct eb_audit *audit, FILE *file, struct eb_error *err);

#endif
