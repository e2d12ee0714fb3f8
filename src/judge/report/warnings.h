/* What a reader of a report must know before believing it. */
#ifndef EB_JUDGE_REPORT_WARNINGS_H
#define EB_JUDGE_REPORT_WARNINGS_H

#include "judge/series.h"

#include <jansson.h>

/* An array of cleaned strings, each once: partial launches; the launches' own warnings; cases that the
 * witness refused; cases that had only the first sweep; series missing in some launches; arms that were not
 * the same thing in all launches; variants with an LD_LIBRARY_PATH that changed no libfabric. set is the series of record. Owned by the caller; NULL when out of memory.
 */
json_t *eb_warnings_of(const json_t *record, const struct eb_series_set *set);

#endif
