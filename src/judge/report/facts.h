/* What a record says of itself, in the words that all reports for people share. Not cleaned. */
#ifndef EB_JUDGE_REPORT_FACTS_H
#define EB_JUDGE_REPORT_FACTS_H

#include "judge/report/sink.h"

#include <jansson.h>
#include <stdio.h>

/* "6, 4 sweeps each; a value is the median over launches", with the variants where there are several; owned
 * by the caller, NULL when out of memory. */
char *eb_facts_launches(const struct eb_report *report);

/* "AMD EPYC, 2 CPUs, Linux 6.1" of the first launch, "" where it does not say; owned by the caller, NULL when
 * out of memory. */
char *eb_facts_machine(const json_t *record);

/* What an arm really is, such as "ofi provider tcp;ofi_rxm on lo". */
void eb_facts_write_arm(FILE *file, const json_t *arm);

#endif
