/* What the witness says of the arms of a record, in words: per arm, not per row. */
#ifndef EB_JUDGE_REPORT_PATHS_H
#define EB_JUDGE_REPORT_PATHS_H

#include <jansson.h>

/* Texts about rows that are not attested, and about throttled ones; owned by the caller, NULL when out of
 * memory. Not cleaned.
 */
json_t *eb_paths_warnings(const json_t *launches);

/* "attested by lo", "attested by lo in 12 of 14 rows", "" where nothing is: of an arm; owned by the caller,
 * NULL when out of memory. Not cleaned. */
char *eb_paths_attested(const json_t *launches, const char *arm);

#endif
