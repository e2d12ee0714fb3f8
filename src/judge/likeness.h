/* May two records be compared at all? What they were measured on and how, as named properties.
 *
 * kind         measured here, or published elsewhere
 * kernels      which were measured
 * arms         which were measured
 * ranks        ranks of the launches
 * hosts        how many hosts, not which
 * instance     type of instance, or CPU model where none is known
 * definition   what a figure means: window, pairs, receives, loop, average, type, operation, buffers, sysroot
 *
 * What a change is looked for in (libfabric, MPI, kernel, settings of a variant) is none of them. */
#ifndef EB_JUDGE_LIKENESS_H
#define EB_JUDGE_LIKENESS_H

#include "common/status.h"

#include <jansson.h>

/* The properties of a record as an object of texts, by the names above; the caller's (json_decref). NULL when
 * out of memory. The record must have passed eb_record_check. */
json_t *eb_likeness_of(const json_t *record);

/* The properties that differ: [[name, in base, in now], ...], the caller's; NULL when out of memory. */
json_t *eb_likeness_differences(const json_t *base, const json_t *now);

/* allow is a list with commas of names above, of "missing" (a series that one side lacks), or "all"; NULL
 * allows nothing. EB_USAGE names a word that is none. */
enum eb_status eb_likeness_check_allow(const char *allow, struct eb_error *err);
int eb_likeness_is_allowed(const char *allow, const char *name);

#endif
