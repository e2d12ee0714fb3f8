/* What an all-reduce combines: element types and operations. */
#ifndef EB_MEASURE_KERNEL_REDUCTION_H
#define EB_MEASURE_KERNEL_REDUCTION_H

#include "common/status.h"

#include <stddef.h>
#include <stdint.h>

enum eb_type { EB_TYPE_F32, EB_TYPE_F64, EB_TYPE_I32, EB_TYPE_I64 };
enum eb_operation { EB_OPERATION_SUM, EB_OPERATION_MIN, EB_OPERATION_MAX };

struct eb_reduction {
    enum eb_type type;
    enum eb_operation operation;
    const char *type_name;      /* "f32", "f64", "i32", "i64" */
    const char *operation_name; /* "sum", "min", "max" */
    size_t element_bytes;
    /* out[i] = a[i] o b[i]; out may be a or b. All aligned to an element. */
    void (*combine)(void *out, const void *a, const void *b, size_t count);
};

/* EB_USAGE names the word and lists what there is. */
enum eb_status eb_reduction_find(const char *type, const char *operation,
                                 const struct eb_reduction **reduction, struct eb_error *err);

/* All of them, by type and then by operation; NULL past the last one. */
const struct eb_reduction *eb_reduction_at(size_t index);

/* The validation's contribution of a rank to element i: whole numbers of either sign, so that integers are
 * exact and floats are too while eb_reduction_bound is 0. */
void eb_reduction_fill(const struct eb_reduction *reduction, void *vector, size_t count, int rank,
                       uint64_t iteration);

/* How far the validation's result may be from the true one, as a share of the sum of the magnitudes: 0 for
 * integers, minima and maxima, and for sums of floats as long as every partial sum is a whole number that the
 * type holds; then (ranks - 1) u with the unit roundoff u, whatever the order (Higham, Accuracy and Stability
 * of Numerical Algorithms, 2nd ed., section 4.2). */
double eb_reduction_bound(const struct eb_reduction *reduction, int ranks);

/* Holds a result against what all ranks filled in. EB_INVALID names rank, offset, got and wanted. */
enum eb_status eb_reduction_check(const struct eb_reduction *reduction, const void *result, size_t count,
                                  int rank, int ranks, uint64_t iteration, struct eb_error *err);

#endif
