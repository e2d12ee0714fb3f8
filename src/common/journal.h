/* The journal of a launch: what was measured, one JSON line at a time, and its folding into a launch object.
 *
 *   {"schema": "efabench-journal/1", "run": {...}, "launch": {"variant", "provenance", "arms", "warnings"}}
 *   {"tuning": {"crossovers", "added_sizes", "cliffs"}, "plan": {"blocks": 96}}   what was found out before
 * the sweeps, which becomes part of the launch; how many blocks follow unless it is cut short, for whoever
 * looks on (older journals do not say)
 *   {"case": {"kernel", "arm", "size_bytes", ...}, "sweep": {...}, "histogram": [...], "witness": {...}}   a
 * block
 *   {"end": {"status": "complete"}}
 *
 * One case has a block in each sweep. Folding gathers the blocks of a case; its histogram is that of the
 * later sweeps, the first being marked and left out unless it is the only one. */
#ifndef EB_COMMON_JOURNAL_H
#define EB_COMMON_JOURNAL_H

#include "common/status.h"

#include <jansson.h>
#include <stdio.h>

struct eb_journal_fold; /* opaque */

/* NULL when out of memory. */
struct eb_journal_fold *eb_journal_fold_new(void);
void eb_journal_fold_free(struct eb_journal_fold *fold);

/* Takes the next line in order (borrowed). EB_INVALID with the reason when it is no journal line or comes out
 * of order; the fold is then as it was. */
enum eb_status eb_journal_fold_line(struct eb_journal_fold *fold, const json_t *line, struct eb_error *err);

/* The launch so far, with status "complete" or "partial"; owned by the caller. NULL when there was no header
 * line, or out of memory. */
json_t *eb_journal_fold_launch(const struct eb_journal_fold *fold);

/* 1 when the end of the launch was taken. */
int eb_journal_fold_is_complete(const struct eb_journal_fold *fold);

/* The "run" object of the header (borrowed), NULL when there was none yet. */
const json_t *eb_journal_fold_run(const struct eb_journal_fold *fold);

/* Writes one line and flushes it to the kernel. EB_INTERNAL with errno's text when that fails. */
enum eb_status eb_journal_write(FILE *file, const json_t *line, struct eb_error *err);

#endif
