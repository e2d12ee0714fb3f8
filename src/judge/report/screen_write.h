/* A screening for people and for programs: sentences, matrix, CSV, JSON, a hostfile. */
#ifndef EB_JUDGE_REPORT_SCREEN_WRITE_H
#define EB_JUDGE_REPORT_SCREEN_WRITE_H

#include "common/status.h"
#include "judge/report/style.h"
#include "judge/screen.h"

#include <jansson.h>
#include <stdio.h>

/* EB_USAGE names the word and lists the formats there are. For use before anything is read. */
enum eb_status eb_screen_check_format(const char *format, struct eb_error *err);

/* The formats there are; NULL past the last one. */
const char *eb_screen_format_at(size_t index);

/* Writes the screening as "text" (sentences, then a matrix for each table where it fits the style's width,
 * else its hosts, the slowest first), "csv" (a row for each pair and metric) or "json" (one document of
 * schema "efabench-screen/1"), and flushes the file. path is what the record is called; style NULL: plain.
 * EB_USAGE for an unknown format, EB_INTERNAL when the file cannot be written or when out of memory. */
enum eb_status eb_screen_write(const struct eb_screen *screen, const char *path, const char *format,
                               const struct eb_style *style, FILE *file, struct eb_error *err);

/* The writers; write errors are eb_screen_write's. */
enum eb_status eb_screen_text(const struct eb_screen *screen, const char *path, const struct eb_style *style,
                              FILE *file, struct eb_error *err);
enum eb_status eb_screen_csv(const struct eb_screen *screen, const char *path, const struct eb_style *style,
                             FILE *file, struct eb_error *err);
enum eb_status eb_screen_json(const struct eb_screen *screen, const char *path, const struct eb_style *style,
                              FILE *file, struct eb_error *err);

/* The tables alone, as "text" has them below its sentences. */
enum eb_status eb_screen_tables(const struct eb_screen *screen, const struct eb_style *style, FILE *file,
                                struct eb_error *err);

/* The hosts that are left when the slow ones are taken out (eb_screen_left_out), one a line in the order of
 * their ranks, plain names, below comments (#) that say who was left out and why. EB_INVALID where no host
 * would be left, where ranks were screened and not hosts, and where a name is none that a launcher takes. */
enum eb_status eb_screen_hostfile(const struct eb_screen *screen, const char *path, FILE *file,
                                  struct eb_error *err);

#endif
