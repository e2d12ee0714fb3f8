/* Where and when a record was made, and whether two records come from the same hosts. */
#ifndef EB_JUDGE_REPORT_ORIGIN_H
#define EB_JUDGE_REPORT_ORIGIN_H

#include <jansson.h>

/* The hosts of all launches, each once, in order of appearance: "hosts" of their provenance, an array of
 * strings. Owned by the caller; empty when the record does not say; NULL when out of memory. */
json_t *eb_origin_hosts(const json_t *record);

/* The instance type: "instance" of the run, or of the first launch's provenance that has it. NULL when the
 * record does not say. Borrowed, not cleaned. */
const char *eb_origin_instance(const json_t *record);

/* "date" of the run, else "created_utc". Borrowed, not cleaned. */
const char *eb_origin_date(const json_t *record);

int eb_origin_is_published(const json_t *record);

/* The hosts and the instance, or "unknown", as cleaned text; owned by the caller, NULL when out
 * of memory. */
char *eb_origin_describe(const json_t *record);

/* Whether both were measured, both name their hosts, the hosts are the same set, and the instances do not
 * differ. */
int eb_origin_same_hosts(const json_t *record, const json_t *other);

#endif
