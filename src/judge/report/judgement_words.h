/* What the writers of judgements for people have in common: how a change, a series and a method are worded.
 * Texts are uncleaned where they hold strings of a record: the formats escape them. */
#ifndef EB_JUDGE_REPORT_JUDGEMENT_WORDS_H
#define EB_JUDGE_REPORT_JUDGEMENT_WORDS_H

#include "judge/judgement.h"

#include <stdio.h>

/* Room for a change and for an interval of changes. */
#define EB_CHANGE_TEXT 64

/* The effect as the change of the metric itself, in percent: "+5.1%" of a time and "-4.8%" of a rate are both
 * worse. "" for an effect that is absent. Returns text, as the next one does. */
char *eb_change(const struct eb_metric *metric, double effect, char *text);
/* "[+3.9%, +6.4%]", ascending. */
char *eb_change_interval(const struct eb_metric *metric, double low, double high, char *text);
/* The smallest worsening that would have been seen, worded likewise. */
char *eb_change_visible(const struct eb_judged *row, char *text);
/* A value of a row, "" where it is absent. text holds EB_PLAIN_NUMBER bytes. */
char *eb_value_text(double value, char *text);

/* "REGRESSED", "IMPROVED", "MISSING"; "equivalent", "inconclusive", "missing" where that is allowed; "" where
 * nothing is held against. */
const char *eb_judged_word(const struct eb_judged *row);
/* "REGRESSED", "TOO FEW", "FIGURES", ... */
const char *eb_ruling_word(enum eb_ruling ruling);

/* Whether two rows differ in their size and algorithm alone: they are lines of one table. */
int eb_judged_same_table(const struct eb_judged *a, const struct eb_judged *b);
int eb_judged_same_algorithm(const struct eb_judged *a, const struct eb_judged *b);
/* The row after the last of the table that begins with this one. */
size_t eb_judged_table_end(const struct eb_judgement *judgement, size_t begin);

/* What a title says beside kernel, metric, arm and ranks. */
enum eb_title_part {
    EB_TITLE_VARIANT = 1,
    EB_TITLE_ALGORITHM = 2,
};
/* EB_TITLE_VARIANT where variants are worth a word: there are several, or one is held against another; else
 * 0. Looks at all rows. */
unsigned eb_judgement_title_parts(const struct eb_judgement *judgement);

/* The rest are texts of their own, which the caller frees; NULL when out of memory. */

/* "pingpong half_rtt in us (half round trip; more is worse), arm efa against ena, 2 ranks" and parts. */
char *eb_judged_title(const struct eb_judged *row, unsigned parts);
/* "ring", "ring against tree", "". */
char *eb_judged_algorithms(const struct eb_judged *row);
/* "pingpong/efa/default/65536B/2ranks", with the algorithm after the kernel where there is one. A slash or a
 * percent sign in a name is written %2F or %25, so that no two series have one name. */
char *eb_judged_name(const struct eb_judged *row);
/* "error rate 5% for the whole table; ..." NULL text for a judgement of figures alone is "". */
char *eb_judgement_method(const struct eb_judgement *judgement);
/* "efa is better up to 8 KiB, ena from 16 KiB on (sure)" */
char *eb_judged_crossover_text(const struct eb_judgement *judgement,
                               const struct eb_judged_crossover *crossover);
/* "new.json against old.json" */
char *eb_judgement_sides(const struct eb_judgement *judgement);
/* "2026-11-24T19:17:59Z, hosts node1, node2, c5n.18xlarge, efabench 1.2" of what is known. */
char *eb_judgement_origin(const struct eb_judgement *judgement);
/* The ruling's reason, or what takes its place. */
char *eb_judgement_reason(const struct eb_judgement *judgement);

#endif
