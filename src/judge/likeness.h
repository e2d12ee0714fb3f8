/* May two records be compared at all? What they were measured on and how, as named properties.
 *
 * kind         measured here, or published elsewhere
 * kernels      which were measured
 * arms         which were measured
 * ranks        ranks of the cases
 * hosts        how many hosts, not which
 * instance     type of instance, or CPU model where none is known
 * definition   what a figure means, kernel by kernel: window, pairs, receives, loop, average, type,
 * operation, in_place, schedule (pairs at once, or a screening's round-robin), whether buffers rotate and the
 * first sweep counts, bytes of a sample over those of a message; and what is behind an arm's name: its
 * transport, the provider and flows that were asked for, how messages are moved (operation,
 * remote_completion). Each is a property of its own, called "definition KERNEL WORD" or "definition arm NAME
 * WORD". path         is no property: that figures may be compared which the witness refused, and which were
 * kept
 *
 * What a change is looked for in (libfabric, MPI, kernel, settings of a variant) is none of them, nor is the
 * set of sizes: what one side lacks is missing, series by series. */
#ifndef EB_JUDGE_LIKENESS_H
#define EB_JUDGE_LIKENESS_H

#include "common/status.h"

#include <jansson.h>

/* The properties of a record as an object of texts, by the names above; several values are joined by '+',
 * ascending. Of a definition only those are there that the record knows; the rest is "unknown" where nothing
 * is known. The caller's (json_decref). NULL when out of memory. The record must have passed
 * eb_record_check. */
json_t *eb_likeness_of(const json_t *record);

/* The same of the launches of one variant and the cases of one arm (NULL: all). With an arm there is the
 * definition of that arm only, so that two arms, whose names differ, may differ in it. */
json_t *eb_likeness_of_side(const json_t *record, const char *arm, const char *variant);

/* The properties that differ between two such objects: [[name, in base, in now], ...], the caller's; NULL
 * when out of memory. Definitions of a kernel or arm that one of them lacks do not differ. */
json_t *eb_likeness_differences(const json_t *base, const json_t *now);

/* Whether all differences are allowed: EB_INVALID names every one that is not, with both values, in one line
 * (values are shortened where there are many, names are not), and the whole list that allows them; where even
 * that would leave no series in both, it says so instead. */
enum eb_status eb_likeness_check(const json_t *differences, const char *base_name, const char *now_name,
                                 const char *allow, struct eb_error *err);

/* allow is a list with commas of words above, of "missing" (a series that one side lacks), or "all"; NULL
 * allows nothing. EB_USAGE names a word that is none. */
enum eb_status eb_likeness_check_allow(const char *allow, struct eb_error *err);
/* The words there are, "all" the last; NULL past it. */
const char *eb_likeness_word_at(size_t index);
/* name may be one of a definition ("definition pingpong loop"): its first word counts. */
int eb_likeness_is_allowed(const char *allow, const char *name);

#endif
