/* The plan of a launch: which cases there are, and in which order each sweep takes them. */
#ifndef EB_MEASURE_PLAN_H
#define EB_MEASURE_PLAN_H

#include "common/status.h"
#include "common/units.h"
#include "measure/kernel/allreduce.h"
#include "measure/kernel/kernel.h"

#include <stddef.h>
#include <stdint.h>

struct eb_case {
    const struct eb_kernel_ops *kernel;
    size_t arm; /* index */
    uint64_t size_bytes;
    const struct eb_algorithm *algorithm; /* NULL: the kernel has none, or auto is still to choose */
    int added;                            /* the size was found by looking for jumps */
    size_t group;                         /* cases that differ in the arm alone share it */
    int rounds;                           /* of the screening that it is of; 0: of none */
    int round;                            /* from 0 */
    int is_turned;                        /* in this sweep the second of each pair is its first */
};

struct eb_plan {
    struct eb_case *cases; /* owned */
    size_t count;
    size_t group_count;
    size_t arm_count;
};

/* A size of one kernel alone, which somebody who looked for jumps between sizes added. */
struct eb_added_size {
    const struct eb_kernel_ops *kernel;
    uint64_t bytes;
};

/* What a plan is made from. */
struct eb_plan_wishes {
    const struct eb_kernel_ops *const *kernels;
    size_t kernel_count;
    const struct eb_size_list *sizes;
    size_t arm_count;
    const struct eb_algorithm *algorithm; /* of the kernels that have algorithms; NULL: still to be chosen */
    uint64_t element_bytes;               /* sizes of the kernels that have algorithms are multiples of it */
    int osu_sizes;                        /* sizes beyond where OSU ends are left out */
    const struct eb_added_size *added;    /* sizes of single kernels */
    size_t added_count;
    int rounds; /* of a screening; 0: none */
};

/* Every kernel at every size on every arm. A size that a kernel cannot take is left out when it came from a
 * range, and EB_USAGE when it was named. In a screening instead every round of every kernel on every arm, at
 * one size: the largest for kernels with a window, the smallest for others. Release with eb_plan_free. */
enum eb_status eb_plan_build(const struct eb_plan_wishes *wishes, struct eb_plan *plan, struct eb_error *err);
void eb_plan_free(struct eb_plan *plan);

/* Fills order[0..plan->count) with the cases in the order of one sweep: kernels and sizes shuffled, the arms
 * of each next to one another in an order shuffled too; unless shuffled is 0. The same seed, launch and sweep
 * give the same order on every rank. */
enum eb_status eb_plan_order(const struct eb_plan *plan, uint64_t seed, uint64_t launch, uint64_t sweep,
                             int shuffled, size_t *order, struct eb_error *err);

#endif
