/* Several comparisons as one judgement, for judge/gate alone. */
#ifndef EB_JUDGE_GATE_JOIN_H
#define EB_JUDGE_GATE_JOIN_H

#include "judge/judgement.h"

/* The rows, regimes, crossovers, strings and notes of all parts move into the first, whose facts stand; the
 * others are left empty, to be freed. Rows are ordered as a judgement's are, variants as the parts. Each part
 * was made at alpha divided by count: p become count times as large (at most 1), and alpha is again that of
 * the whole. The ruling is the first part's: make it anew. EB_INTERNAL when out of memory. */
enum eb_status eb_gate_join(struct eb_judgement *const *parts, size_t count, struct eb_error *err);

#endif
