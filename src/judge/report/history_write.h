/* The history for people and for programs: its nights, what each series did, and all that it holds. Documents
 * are made as JSON, whose schema is "efabench-history/1", and the other formats from them. */
#ifndef EB_JUDGE_REPORT_HISTORY_WRITE_H
#define EB_JUDGE_REPORT_HISTORY_WRITE_H

#include "common/status.h"
#include "judge/past.h"

#include <jansson.h>
#include <stdio.h>

/* Change points are looked for in at most so many of the latest nights, unless more or fewer are asked for.
 */
#define EB_HISTORY_SHOWN 200
#define EB_HISTORY_CHANGE_ALPHA 0.01

/* The formats there are; NULL past the last one. */
const char *eb_history_format_at(size_t index);

/* text, csv or json; EB_USAGE names the word. */
enum eb_status eb_history_check_format(const char *format, struct eb_error *err);

/* {"schema", "delta", "nights": [...], "accepts": [...]}: the last nights (0: all) without their values.
 * *document is the caller's, as in the next two. EB_INTERNAL when out of memory. */
enum eb_status eb_history_list_new(const struct eb_past *past, size_t last, json_t **document,
                                   struct eb_error *err);

/* The same with values; the nights must have been fetched, as in the next. */
enum eb_status eb_history_export_new(const struct eb_past *past, json_t **document, struct eb_error *err);

/* {"schema", "series": [{..., "latest", "median", "changes": [...], "drift"}], "accepts": [...]}: each series
 * of each kind whose name holds match (NULL: all), over the last nights (0: EB_HISTORY_SHOWN) that have it. A
 * change has the level (median) of the nights before and after it up to the next. A drift is that since the
 * last accepted shift. EB_USAGE when there is no such series. */
enum eb_status eb_history_show_new(const struct eb_past *past, const char *match, size_t last,
                                   json_t **document, struct eb_error *err);

enum eb_history_document { EB_HISTORY_LIST, EB_HISTORY_SHOW, EB_HISTORY_EXPORT };

/* Text of an export is its CSV. CSV has one line for each night, series, or value and accept. EB_INTERNAL
 * when out of memory or when the file cannot be written. */
enum eb_status eb_history_write(const json_t *document, enum eb_history_document kind, const char *format,
                                FILE *file, struct eb_error *err);

/* The parts of the above, each in its file. */
enum eb_status eb_history_write_csv(const json_t *document, enum eb_history_document kind, FILE *file,
                                    struct eb_error *err);
enum eb_status eb_history_write_text(const json_t *document, enum eb_history_document kind, FILE *file,
                                     struct eb_error *err);

/* {"kernel", ..., "unit"}: which series it is; and the accepts of a past. NULL when out of memory. */
json_t *eb_history_series_json(const struct eb_past_series *series, const char *algorithm);
json_t *eb_history_accepts_json(const struct eb_past *past);

#endif
