/* What a report says in plain words, before any table: which arm wins where, by how much, how sure.
 *
 * A claim is made where the 95% interval of a size's ratio to the baseline leaves 1 out, or, of published
 * figures, which have none, and of runs of too few launches, with words that say so. Neighbouring sizes that
 * say the same are one claim: "efa is 2.2x faster than ena up to 8 KiB (1.9x to 2.4x), ena wins at 16 KiB".
 */
#ifndef EB_JUDGE_REPORT_HEADLINE_H
#define EB_JUDGE_REPORT_HEADLINE_H

#include "judge/report/sink.h"

#include <jansson.h>

/* An array of cleaned sentences, the most telling first; a record of one arm has one with its figures. Owned
 * by the caller; NULL when out of memory. */
json_t *eb_headline_of(const struct eb_report *report);

#endif
