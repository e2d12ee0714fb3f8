/* What stands in the cells of the text report's tables. Each function writes text and returns it. */
#ifndef EB_JUDGE_REPORT_TEXT_CELLS_H
#define EB_JUDGE_REPORT_TEXT_CELLS_H

#include "common/plain.h"
#include "judge/report/shares.h"
#include "judge/report/sink.h"

#include <stddef.h>

/* "16.11"; text holds EB_PLAIN_NUMBER bytes. */
char *eb_cell_value(double value, char *text);

/* "1.93x [1.89, 1.98]", "" when there is no ratio. */
char *eb_cell_ratio(const struct eb_ratio *ratio, char *text, size_t text_bytes);

/* "1.23 ms", "84 us": three digits in the unit that suits; text holds EB_PLAIN_NUMBER bytes. */
char *eb_cell_human(const struct eb_metric *metric, double value, char *text);

/* "[16.1, 16.2]" of the value, both times factor; "" when there is no series or no interval. */
char *eb_cell_interval(const struct eb_series *series, double factor, char *text, size_t text_bytes);

/* "73%", "131%!" beyond what can be, "" when there is no series or no such share. *seen gathers bits of enum
 * eb_share; text holds EB_PLAIN_NUMBER bytes. */
char *eb_cell_share(const struct eb_series *series, const struct eb_ceiling *ceiling, enum eb_share share,
                    unsigned *seen, char *text);

#endif
