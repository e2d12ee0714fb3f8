/* One ruling over a record, for an exit code: against a baseline record, against a pinned control whose
 * launches were interleaved with the others', or against the nights before.
 *
 * - baseline alone: eb_compare of the two records.
 * - control alone: every other variant of the record against the control, paired by block, in one table with
 *   one error rate: of m other variants each is tested at alpha/m (Bonferroni), and its p is m times as
 *   large.
 * - history alone: eb_history_judge.
 * - control with one of the others: as control alone; then the control of the record is held against the
 *   control in the baseline (its only variant, where it has none of that name) or in the history. A
 *   regression is told to be of the environment (EB_RULING_ENVIRONMENT) where the control has moved to the
 *   worse as well (regressed or suspect): tonight's place or network is another one, and what was compared in
 *   it says little of other nights. Any other ruling stands; what became of the control is a note. */
#ifndef EB_JUDGE_GATE_H
#define EB_JUDGE_GATE_H

#include "judge/compare.h"

struct eb_gate {
    struct eb_side record;   /* its set must be there; its samples too where history is named */
    struct eb_side baseline; /* record NULL: none */
    const char *control;     /* NULL: none */
    const char *history;     /* a database; NULL: none */
};

/* At least one of baseline, control and history must be there, and not both baseline and history. EB_USAGE
 * for a control that the record lacks, or beside which it has no variant; else the statuses of eb_compare and
 * eb_history_judge. *judgement is the caller's; what it borrows is the records'. */
enum eb_status eb_gate_judge(const struct eb_gate *gate, const struct eb_compare_options *options,
                             struct eb_judgement **judgement, struct eb_error *err);

#endif
