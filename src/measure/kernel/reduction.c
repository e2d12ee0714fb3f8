#include "measure/kernel/reduction.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SUM(a, b) ((a) + (b))
#define MIN(a, b) ((b) < (a) ? (b) : (a))
#define MAX(a, b) ((b) > (a) ? (b) : (a))

/* NOLINTBEGIN(bugprone-macro-parentheses): element is a type */
/* Elements are independent even where out is a or b: the compiler may work on many at once. */
#define DEFINE_COMBINE(name, element, operation)                                                             \
    static void name(void *out, const void *a, const void *b, size_t count)                                  \
    {                                                                                                        \
        element *to = out;                                                                                   \
        const element *x = a;                                                                                \
        const element *y = b;                                                                                \
        _Pragma("omp simd") for (size_t i = 0; i < count; i++) to[i] = operation(x[i], y[i]);                \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

DEFINE_COMBINE(sum_f32, float, SUM)
DEFINE_COMBINE(min_f32, float, MIN)
DEFINE_COMBINE(max_f32, float, MAX)
DEFINE_COMBINE(sum_f64, double, SUM)
DEFINE_COMBINE(min_f64, double, MIN)
DEFINE_COMBINE(max_f64, double, MAX)
DEFINE_COMBINE(min_i32, int32_t, MIN)
DEFINE_COMBINE(max_i32, int32_t, MAX)
DEFINE_COMBINE(min_i64, int64_t, MIN)
DEFINE_COMBINE(max_i64, int64_t, MAX)
/* Sums wrap around, which signed integers may not. */
DEFINE_COMBINE(sum_i32, uint32_t, SUM)
DEFINE_COMBINE(sum_i64, uint64_t, SUM)

#define ROW(type, TYPE, operation, OPERATION, bytes)                                                         \
    {                                                                                                        \
        EB_TYPE_##TYPE, EB_OPERATION_##OPERATION, #type, #operation, bytes, operation##_##type               \
    }

static const struct eb_reduction reductions[] = {
    ROW(f32, F32, sum, SUM, 4), ROW(f32, F32, min, MIN, 4), ROW(f32, F32, max, MAX, 4),
    ROW(f64, F64, sum, SUM, 8), ROW(f64, F64, min, MIN, 8), ROW(f64, F64, max, MAX, 8),
    ROW(i32, I32, sum, SUM, 4), ROW(i32, I32, min, MIN, 4), ROW(i32, I32, max, MAX, 4),
    ROW(i64, I64, sum, SUM, 8), ROW(i64, I64, min, MIN, 8), ROW(i64, I64, max, MAX, 8),
};

enum eb_status eb_reduction_find(const char *type, const char *operation,
                                 const struct eb_reduction **reduction, struct eb_error *err)
{
    int has_type = 0;
    for (size_t i = 0; i < sizeof reductions / sizeof *reductions; i++) {
        if (strcmp(reductions[i].type_name, type) != 0)
            continue;
        has_type = 1;
        *reduction = &reductions[i];
        if (strcmp(reductions[i].operation_name, operation) == 0)
            return EB_OK;
    }
    if (!has_type)
        return eb_error_set(err, EB_USAGE, "allreduce", 0, "unknown type '%s': there are f32, f64, i32, i64",
                            type);
    return eb_error_set(err, EB_USAGE, "allreduce", 0,
                        "type %s has no operation '%s': there are sum, min, max", type, operation);
}

const struct eb_reduction *eb_reduction_at(size_t index)
{
    return index < sizeof reductions / sizeof *reductions ? &reductions[index] : NULL;
}

/* In [-250, 250], and never 0 for all ranks. */
static int64_t element(size_t i, int rank, uint64_t iteration)
{
    int64_t magnitude = (int64_t)((i * 7 + iteration * 3 + (uint64_t)rank * 31) % 250) + 1;
    return (i + (uint64_t)rank) % 3 == 0 ? -magnitude : magnitude;
}

static void store(const struct eb_reduction *reduction, void *vector, size_t i, int64_t value)
{
    switch (reduction->type) {
    case EB_TYPE_F32:
        ((float *)vector)[i] = (float)value;
        return;
    case EB_TYPE_F64:
        ((double *)vector)[i] = (double)value;
        return;
    case EB_TYPE_I32:
        ((int32_t *)vector)[i] = (int32_t)value;
        return;
    case EB_TYPE_I64:
        ((int64_t *)vector)[i] = value;
        return;
    }
}

void eb_reduction_fill(const struct eb_reduction *reduction, void *vector, size_t count, int rank,
                       uint64_t iteration)
{
    for (size_t i = 0; i < count; i++)
        store(reduction, vector, i, element(i, rank, iteration));
}

double eb_reduction_bound(const struct eb_reduction *reduction, int ranks)
{
    int is_float = reduction->type == EB_TYPE_F32 || reduction->type == EB_TYPE_F64;
    double unit_roundoff = reduction->type == EB_TYPE_F32 ? 0x1p-24 : 0x1p-53;
    if (!is_float || reduction->operation != EB_OPERATION_SUM || 250.0 * ranks <= 1 / unit_roundoff)
        return 0;
    return (ranks - 1) * unit_roundoff;
}

/* The result that is wanted, exact in an int64_t, and the sum of the magnitudes. */
static int64_t wanted_element(const struct eb_reduction *reduction, size_t i, int ranks, uint64_t iteration,
                              double *magnitudes)
{
    int64_t wanted = element(i, 0, iteration);
    *magnitudes = fabs((double)wanted);
    for (int rank = 1; rank < ranks; rank++) {
        int64_t other = element(i, rank, iteration);
        *magnitudes += fabs((double)other);
        switch (reduction->operation) {
        case EB_OPERATION_SUM:
            wanted += other;
            break;
        case EB_OPERATION_MIN:
            wanted = MIN(wanted, other);
            break;
        case EB_OPERATION_MAX:
            wanted = MAX(wanted, other);
            break;
        }
    }
    return wanted;
}

static int is_right(const struct eb_reduction *reduction, const void *result, size_t i, int64_t wanted,
                    double tolerance, char *got, size_t room)
{
    double value = 0;
    int64_t whole = 0;
    switch (reduction->type) {
    case EB_TYPE_F32:
        value = (double)((const float *)result)[i];
        break;
    case EB_TYPE_F64:
        value = ((const double *)result)[i];
        break;
    case EB_TYPE_I32:
    case EB_TYPE_I64:
        whole = reduction->type == EB_TYPE_I32 ? ((const int32_t *)result)[i] : ((const int64_t *)result)[i];
        snprintf(got, room, "%" PRId64, whole);
        return whole == wanted;
    }
    snprintf(got, room, "%g", value);
    return fabs(value - (double)wanted) <= tolerance;
}

enum eb_status eb_reduction_check(const struct eb_reduction *reduction, const void *result, size_t count,
                                  int rank, int ranks, uint64_t iteration, struct eb_error *err)
{
    double bound = eb_reduction_bound(reduction, ranks);
    for (size_t i = 0; i < count; i++) {
        char got[32];
        double magnitudes = 0;
        int64_t wanted = wanted_element(reduction, i, ranks, iteration, &magnitudes);
        if (!is_right(reduction, result, i, wanted, bound * magnitudes, got, sizeof got))
            return eb_error_set(err, EB_INVALID, "validation", 0,
                                "wrong %s: rank %d, offset %zu, got %s, wanted %" PRId64,
                                reduction->operation_name, rank, i * reduction->element_bytes, got, wanted);
    }
    return EB_OK;
}
