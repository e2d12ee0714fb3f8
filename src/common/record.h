/* The record: the JSON document of a run, and the only door between the measuring and the judging wing.
 *
 * results/schema/record-1.schema.json says what a record holds and what each key means. Two shapes reach
 * disk:
 *   - a record file, one JSON document of schema "efabench-record/1";
 *   - a journal, one JSON document a line ("efabench-journal/1"), which a launch writes while it measures: a
 *     header, a line for each measured block, an end. A journal that was cut is folded into a record that
 *     says "partial"; a line cut at the very end is dropped.
 * Readers refuse what they do not understand: EB_INVALID with file, place and reason. */
#ifndef EB_COMMON_RECORD_H
#define EB_COMMON_RECORD_H

#include "common/histogram.h"
#include "common/status.h"

#include <jansson.h>
#include <stdio.h>

#define EB_RECORD_SCHEMA "efabench-record/1"
#define EB_JOURNAL_SCHEMA "efabench-journal/1"

/* Reads and checks a record file, or a journal (told apart by the first line). *record is owned by the caller
 * (json_decref). EB_INVALID names the file, the place in it and the reason. */
enum eb_status eb_record_load(const char *path, json_t **record, struct eb_error *err);

/* The same of text in memory, which may hold anything; path is only for messages. */
enum eb_status eb_record_parse(const char *text, size_t bytes, const char *path, json_t **record,
                               struct eb_error *err);

/* The check alone, on a document in memory; path is only for the message. */
enum eb_status eb_record_check(const json_t *record, const char *path, struct eb_error *err);

/* Writes beside path, syncs, renames over it. EB_USAGE when path cannot be written, EB_INTERNAL when the disk
 * fails; path is then as it was. */
enum eb_status eb_record_save(const json_t *record, const char *path, struct eb_error *err);

/* The same, and what path held is kept as *kept, as eb_file_replace_and_keep says. */
enum eb_status eb_record_save_and_keep(const json_t *record, const char *path, char **kept,
                                       struct eb_error *err);

/* A new measured record without launches; run (stolen) becomes its "run" object. NULL when out of memory. */
json_t *eb_record_new(json_t *run);

/* Histograms as [[ns, count], ...]. The JSON is owned by the caller; NULL when out of memory. */
json_t *eb_histogram_to_json(const struct eb_histogram *histogram);
/* json must have passed eb_record_check. Release *histogram with eb_histogram_free. */
enum eb_status eb_histogram_from_json(const json_t *json, struct eb_histogram *histogram,
                                      struct eb_error *err);

#endif
