/* What the writers of a screening share: names, figures and sentences. Texts of records in them are not
 * cleaned, but for sentences; each is written to a file in memory or to its place at once. */
#ifndef EB_JUDGE_REPORT_SCREEN_WORDS_H
#define EB_JUDGE_REPORT_SCREEN_WORDS_H

#include "judge/screen.h"

#include <jansson.h>
#include <stdio.h>

/* "host n3", "host n3's NIC eth0", "host n3 or its NIC eth0", "the link n2 - n9". */
void eb_screen_say_suspect(FILE *file, const struct eb_screen *screen, const struct eb_suspect *suspect);

/* "bandwidth", "latency", "tail", with " over tcp" where there are several arms and " at 1 MiB" where the
 * kernel has several sizes. */
void eb_screen_say_table(FILE *file, const struct eb_screen *screen, const struct eb_screen_table *table);

/* "bandwidth 0.21x of the others' (its 7 pairs 118 to 121 MB/s, the other 21 pairs 560 to 570); latency not
 * slower". */
void eb_screen_say_evidence(FILE *file, const struct eb_screen *screen, const struct eb_suspect *suspect);

/* Cleaned sentences, the caller's (json_decref): first the verdict, then one for each suspect, then what
 * could not be told. NULL when out of memory. */
json_t *eb_screen_sentences(const struct eb_screen *screen);

/* "slow", "inconclusive", "none". */
const char *eb_screen_verdict_word(const struct eb_screen *screen);

/* "half_rtt", "rtt_p99", "bandwidth". */
const char *eb_screen_metric_name(const struct eb_screen_table *table);

/* A value in three digits, for a cell of a matrix; text holds EB_PLAIN_NUMBER bytes. Returns text. */
char *eb_screen_cell(double value, char *text);

/* The hosts of a table that are judged, the slowest first: the caller's (free); NULL when out of memory. */
size_t *eb_screen_ranked(const struct eb_screen *screen, const struct eb_screen_table *table, size_t *count);

/* What a pair is in its table: "slow host" (an end is), "slow link", "not sure", "". */
const char *eb_screen_pair_word(const struct eb_screen_table *table, const struct eb_screen_pair *pair);

#endif
