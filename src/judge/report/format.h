/* What the writers of reports have in common: which format a word means, and the end of writing. */
#ifndef EB_JUDGE_REPORT_FORMAT_H
#define EB_JUDGE_REPORT_FORMAT_H

#include "common/status.h"

#include <stddef.h>
#include <stdio.h>

/* *place becomes the place of format among the names that name_at gives, of which the one past the last is
 * NULL. EB_USAGE names the word and lists them; place may be NULL. */
enum eb_status eb_format_find(const char *origin, const char *(*name_at)(size_t index), const char *format,
                              size_t *place, struct eb_error *err);

/* Flushes the file. EB_INTERNAL when it has not taken all that was written. */
enum eb_status eb_format_flush(const char *origin, FILE *file, struct eb_error *err);

#endif
