/* A judgement for people and for programs: one writer a file, the table of them in judgement_write.c. */
#ifndef EB_JUDGE_REPORT_JUDGEMENT_WRITE_H
#define EB_JUDGE_REPORT_JUDGEMENT_WRITE_H

#include "common/status.h"
#include "judge/judgement.h"

#include <stdio.h>

/* EB_USAGE names the word and lists the formats there are: text, csv, markdown, json, junit, bencher,
 * benchmark-smaller and benchmark-bigger (github-action-benchmark, one for each direction), prometheus, emf.
 * For use before anything is read. */
enum eb_status eb_judgement_check_format(const char *format, struct eb_error *err);

/* The formats there are; NULL past the last one. */
const char *eb_judgement_format_at(size_t index);

/* Writes it and flushes the file. EB_USAGE for an unknown format, EB_INTERNAL when the file cannot be written
 * or when out of memory, EB_INVALID where the format needs what the judgement does not know (emf: when). */
enum eb_status eb_judgement_write(const struct eb_judgement *judgement, const char *format, FILE *file,
                                  struct eb_error *err);

/* The writers. They need not look for write errors: eb_judgement_write does. Strings are theirs to escape,
 * numbers that are not finite theirs to leave out. */
enum eb_status eb_judgement_text(const struct eb_judgement *judgement, FILE *file, struct eb_error *err);
enum eb_status eb_judgement_csv(const struct eb_judgement *judgement, FILE *file, struct eb_error *err);
enum eb_status eb_judgement_markdown(const struct eb_judgement *judgement, FILE *file, struct eb_error *err);
enum eb_status eb_judgement_json(const struct eb_judgement *judgement, FILE *file, struct eb_error *err);
enum eb_status eb_judgement_junit(const struct eb_judgement *judgement, FILE *file, struct eb_error *err);
enum eb_status eb_judgement_bencher(const struct eb_judgement *judgement, FILE *file, struct eb_error *err);
enum eb_status eb_judgement_smaller(const struct eb_judgement *judgement, FILE *file, struct eb_error *err);
enum eb_status eb_judgement_bigger(const struct eb_judgement *judgement, FILE *file, struct eb_error *err);
enum eb_status eb_judgement_prometheus(const struct eb_judgement *judgement, FILE *file,
                                       struct eb_error *err);
enum eb_status eb_judgement_emf(const struct eb_judgement *judgement, FILE *file, struct eb_error *err);

#endif
