/* The kernels there are, in the order in which --help lists them, and the algorithms of the all-reduce. A new
 * one is declared here and stands in table.c. */
#ifndef EB_MEASURE_KERNEL_TABLE_H
#define EB_MEASURE_KERNEL_TABLE_H

#include "measure/kernel/allreduce.h"
#include "measure/kernel/kernel.h"

extern const struct eb_kernel_ops eb_kernel_pingpong;
extern const struct eb_kernel_ops eb_kernel_bandwidth;
extern const struct eb_kernel_ops eb_kernel_allreduce;

extern const struct eb_algorithm eb_algorithm_recursive_doubling;
extern const struct eb_algorithm eb_algorithm_ring;

#endif
