/* What a report says in plain words, before any table: which arm wins where, by how much, how sure.
 *
 * A claim is made where the 95% interval of a size's ratio to the baseline leaves 1 out, or, of published
 * figures, which have none, and of runs of too few launches, at face value, with words that say so. What is
 * left undecided is "no difference shown", which is not "equal". Neighbouring sizes that say the same are one
 * claim: "efa is 2.3x faster than ena up to 8 KiB (2.0x to 3.4x), ena 1.2x faster at 16 KiB [1.1x, 1.3x]".
 *
 * "All sizes" are all that any arm has; of arms that lack some it says which are meant. An arm that took
 * another path than it says and was kept is "ena (WRONG PATH)" throughout.
 *
 * Its number is the geometric mean of the sizes' ratios, turned so that it is above 1: of times the slower
 * over the faster, of rates the greater over the smaller. In parentheses stand the least and the greatest of
 * these ratios, in brackets the 95% interval of a single size. Each interval is by itself: of twenty that
 * hold nothing one leaves out 1 (judge/compare.h has one error rate for all). */
#ifndef EB_JUDGE_REPORT_HEADLINE_H
#define EB_JUDGE_REPORT_HEADLINE_H

#include "judge/report/sink.h"

#include <jansson.h>
#include <stddef.h>

/* An array of cleaned sentences, owned by the caller; NULL when out of memory. In this order:
 * - "Beware: ...", where the figures are not to be taken at face value; else it is left out;
 * - the short form, of about 160 characters: what stands largest;
 * - one for each arm of each shown metric, unless the short form has said it all, with how sure they are;
 *   of a metric that only one arm has its figures at the smallest and the largest size (of twenty metrics,
 *   numbers of ranks, variants and algorithms and of about forty sentences at most; where many arms differ by
 *   size, of the first six of them);
 * - the same arms in the record that it is compared with;
 * - what no adapter carried, how near to what could be carried they come, and whether more flows lift it. */
json_t *eb_headline_of(const struct eb_report *report);

/* Whether a sentence is the first kind of these. */
int eb_headline_is_caution(const char *sentence);

/* What a sentence is about, "Bandwidth" of "Bandwidth: efa has ...": how many bytes, EB_HEADLINE_SUBJECT at
 * most, behind which ": " and the rest stand; 0: it does not say. */
#define EB_HEADLINE_SUBJECT 60
size_t eb_headline_subject(const char *sentence);

#endif
