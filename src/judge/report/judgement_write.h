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

/* Writes it and flushes the file. EB_USAGE for an unknown format, EB_INTERNAL when the file cannot be written
 * or when out of memory. */
enum eb_status eb_judgement_write(const struct eb_judgement *judgement, const char *format, FILE *file,
                                  struct eb_error *err);

#endif
