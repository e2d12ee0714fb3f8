/* The steps of a set of series, for judge/series*.c alone. All borrow from the record; EB_INTERNAL when out
 * of memory. */
#ifndef EB_JUDGE_SERIES_PARTS_H
#define EB_JUDGE_SERIES_PARTS_H

#include "judge/series.h"

enum eb_status eb_series_out_of_memory(struct eb_error *err);

/* Adds the arms of a launch whose names the set does not have yet. */
enum eb_status eb_series_set_add_arms(struct eb_series_set *set, const json_t *arms, struct eb_error *err);

/* *index: the variant's place in the set, where it is added unless it is there. */
enum eb_status eb_series_set_add_variant(struct eb_series_set *set, const char *variant, size_t *index,
                                         struct eb_error *err);

/* Adds the variants that have a launch, in the order in which the run named them: its launches are in a
 * random one. */
enum eb_status eb_series_set_add_named_variants(struct eb_series_set *set, const json_t *record,
                                                struct eb_error *err);

#endif
