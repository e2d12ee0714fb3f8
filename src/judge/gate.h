/* One ruling over a record, for an exit code: against a baseline record, against a pinned control whose
 * launches were interleaved with the others', or against the nights before.
 *
 * - baseline alone: eb_compare of the two records.
 * - control alone: every other variant of the record against the control, paired by block, in one table with
 *   one error rate: of m other variants each is tested at alpha/m (Bonferroni), and its p is m times as
 *   large.
 * - history alone: eb_history_judge.
 * - control with one of the others: as control alone; then the control of the record is held against the
 *   control in the baseline (its only variant, where it has none of that name) or in the history. Where it
 * has moved to the worse (regressed or suspect), tonight's place or network is another one, and the ruling is
 *   EB_RULING_ENVIRONMENT, also of a record that passes beside it; but a regression stays one where a series
 *   is worse than a control that has not moved in that very series. What is missing stays missing. What
 * became of the control is a note. A baseline of no use (unlike, of another path, without the control) is a
 * note as well; one that cannot be read, or a history that cannot, fails, unless there is a regression to
 * tell.
 *
 * Without a regression, and with nothing missing, the ruling is EB_RULING_TOO_FEW where launches are so few
 * that no p of a table could be within its alpha: 2/2^k of k pairs, 2/C(2k,k) of groups. A variant that the
 * run names and that has no figures is missing.
 */
#ifndef EB_JUDGE_GATE_H
#define EB_JUDGE_GATE_H

#include "judge/compare.h"

struct eb_gate {
    struct eb_side record;         /* its set must be there; its samples too where history is named */
    struct eb_side baseline;       /* record NULL: none */
    const char *control;           /* NULL: none */
    const char *history;           /* a database; NULL: none */
    const struct eb_error *unread; /* with a control: why the baseline could not be read; NULL: it could */
};

/* At least one of baseline, control and history must be there, and not both baseline and history. EB_USAGE
 * for a control that the record lacks, or beside which it has no variant, EB_INVALID where the run names them
 * and they have no figures, EB_WRONG_PATH where the witness refused these; else the statuses of eb_compare
 * and eb_history_judge. *judgement is the caller's; what it borrows is the records'. */
enum eb_status eb_gate_judge(const struct eb_gate *gate, const struct eb_compare_options *options,
                             struct eb_judgement **judgement, struct eb_error *err);

#endif
