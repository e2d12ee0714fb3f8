/* What the manual says of the measuring wing, from its own tables. In programs without it
 * (cli/manual_measure_absent.c) all lists are empty; efabench leaves pages that have them to efabench-measure. */
#ifndef EB_CLI_MANUAL_MEASURE_H
#define EB_CLI_MANUAL_MEASURE_H

#include "cli/manual.h"

/* NULL in a build that measures; else the sentence that says that it does not. */
extern const char *const eb_manual_absence;

int eb_manual_kernel(size_t index, struct eb_manual_term *term);
int eb_manual_algorithm(size_t index, struct eb_manual_term *term);
int eb_manual_transport(size_t index, struct eb_manual_term *term);

/* Element types and operations of the all-reduce together, and what --bind takes; NULL past the last one. */
const char *eb_manual_type(size_t index);
const char *eb_manual_operation(size_t index);
const char *eb_manual_bind(size_t index);

#endif
