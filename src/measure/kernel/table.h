/* The kernels there are, in the order in which --help lists them, and the algorithms of the all-reduce. A new
 * one is a file that defines `const struct eb_kernel_ops eb_kernel_NAME` (`const struct eb_algorithm
 * eb_algorithm_NAME`), and a row here. */
#ifndef EB_MEASURE_KERNEL_TABLE_H
#define EB_MEASURE_KERNEL_TABLE_H

#include "measure/kernel/allreduce.h"
#include "measure/kernel/kernel.h"

#define EB_KERNEL_ROWS(ROW)                                                                                  \
    ROW(pingpong)                                                                                            \
    ROW(bandwidth)                                                                                           \
    ROW(bibandwidth)                                                                                         \
    ROW(message_rate)                                                                                        \
    ROW(allreduce)

#define EB_ALGORITHM_ROWS(ROW)                                                                               \
    ROW(recursive_doubling)                                                                                  \
    ROW(ring)                                                                                                \
    ROW(rabenseifner)                                                                                        \
    ROW(native)

#define EB_DECLARE_KERNEL(name) extern const struct eb_kernel_ops eb_kernel_##name;
EB_KERNEL_ROWS(EB_DECLARE_KERNEL)

#define EB_DECLARE_ALGORITHM(name) extern const struct eb_algorithm eb_algorithm_##name;
EB_ALGORITHM_ROWS(EB_DECLARE_ALGORITHM)

#endif
