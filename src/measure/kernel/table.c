#include "measure/kernel/table.h"

const struct eb_kernel_ops *const eb_kernels[] = {
    &eb_kernel_pingpong,
    &eb_kernel_bandwidth,
    &eb_kernel_allreduce,
    NULL,
};

const struct eb_algorithm *const eb_algorithms[] = {
    &eb_algorithm_recursive_doubling,
    &eb_algorithm_ring,
    NULL,
};
