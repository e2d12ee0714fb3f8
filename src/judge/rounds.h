/* The rounds of a screening as one case: a launch has a case for each round (kernel, arm, size), which
 * together are what a series is of. */
#ifndef EB_JUDGE_ROUNDS_H
#define EB_JUDGE_ROUNDS_H

#include "common/status.h"

#include <jansson.h>
#include <stddef.h>

/* *joined: an array, owned by the caller (json_decref), of the cases of a launch: those that are no round as
 * they are, and in the place of its first round each screening as one case. In this sweeps of one index are
 * one: iterations and totals added, median and slowest pairs of the first that has them, pairs of all;
 * histograms are merged, the witness is the worst round's. Strings are those of the record, which lives as
 * long as they do. Rounds that the witness refused are left out unless keeps_refused; *withheld, which may be
 * NULL, is how many were. EB_INVALID (without naming the launch) where rounds are not alike; EB_INTERNAL when
 * out of memory. */
enum eb_status eb_rounds_join(const json_t *launch, int keeps_refused, json_t **joined, size_t *withheld,
                              struct eb_error *err);

#endif
