#include "measure/kernel/table.h"

#define EB_LIST_KERNEL(name) &eb_kernel_##name,
#define EB_LIST_ALGORITHM(name) &eb_algorithm_##name,

const struct eb_kernel_ops *const eb_kernels[] = {EB_KERNEL_ROWS(EB_LIST_KERNEL) NULL};
const struct eb_algorithm *const eb_algorithms[] = {EB_ALGORITHM_ROWS(EB_LIST_ALGORITHM) NULL};
