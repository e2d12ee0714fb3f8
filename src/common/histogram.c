#include "common/histogram.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BIN_BITS 10 /* 1024 bins for each power of two */

uint64_t eb_histogram_bin_ns(uint64_t ns)
{
    if (ns < UINT64_C(2) << BIN_BITS)
        return ns;
    unsigned shift = 63u - (unsigned)__builtin_clzll(ns) - BIN_BITS;
    return ((ns >> shift) << shift) + (UINT64_C(1) << (shift - 1));
}

static int compare_ns(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "histogram", ENOMEM, "out of memory for a histogram");
}

enum eb_status eb_histogram_from_samples(struct eb_histogram *histogram, const uint64_t *samples_ns,
                                         size_t count, struct eb_error *err)
{
    *histogram = (struct eb_histogram){0};
    if (count == 0)
        return EB_OK;
    uint64_t *sorted = malloc(count * sizeof *sorted);
    if (!sorted)
        return out_of_memory(err);
    size_t distinct = 1;
    for (size_t i = 0; i < count; i++)
        sorted[i] = eb_histogram_bin_ns(samples_ns[i]);
    qsort(sorted, count, sizeof *sorted, compare_ns);
    for (size_t i = 1; i < count; i++)
        distinct += sorted[i] != sorted[i - 1];
    histogram->bins = calloc(distinct, sizeof *histogram->bins);
    if (!histogram->bins) {
        free(sorted);
        return out_of_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || sorted[i] != sorted[i - 1])
            histogram->bins[histogram->bin_count++].ns = sorted[i];
        histogram->bins[histogram->bin_count - 1].count++;
    }
    histogram->total = count;
    free(sorted);
    return EB_OK;
}

enum eb_status eb_histogram_merge(struct eb_histogram *histogram, const struct eb_histogram *other,
                                  struct eb_error *err)
{
    if (other->bin_count == 0)
        return EB_OK;
    struct eb_histogram_bin *merged = malloc((histogram->bin_count + other->bin_count) * sizeof *merged);
    if (!merged)
        return out_of_memory(err);
    size_t i = 0;
    size_t j = 0;
    size_t k = 0;
    while (i < histogram->bin_count || j < other->bin_count) {
        if (j == other->bin_count ||
            (i < histogram->bin_count && histogram->bins[i].ns < other->bins[j].ns)) {
            merged[k++] = histogram->bins[i++];
        } else if (i == histogram->bin_count || other->bins[j].ns < histogram->bins[i].ns) {
            merged[k++] = other->bins[j++];
        } else {
            merged[k] = histogram->bins[i++];
            merged[k++].count += other->bins[j++].count;
        }
    }
    free(histogram->bins);
    histogram->bins = merged;
    histogram->bin_count = k;
    histogram->total += other->total;
    return EB_OK;
}

/* The rank-th smallest duration, from 1. */
static uint64_t duration_at(const struct eb_histogram *histogram, uint64_t rank)
{
    uint64_t seen = 0;
    size_t i = 0;
    while (i + 1 < histogram->bin_count && (seen += histogram->bins[i].count) < rank)
        i++;
    return histogram->bins[i].ns;
}

uint64_t eb_histogram_quantile(const struct eb_histogram *histogram, double q)
{
    /* 0.07 * 100 is a little more than 7 in binary: the rank of such a q is 7 all the same. */
    uint64_t rank = (uint64_t)ceil(q * (double)histogram->total * (1 - 1e-12));
    return duration_at(histogram, rank);
}

double eb_histogram_median(const struct eb_histogram *histogram)
{
    uint64_t lower = duration_at(histogram, (histogram->total + 1) / 2);
    uint64_t upper = duration_at(histogram, histogram->total / 2 + 1);
    return ((double)lower + (double)upper) / 2;
}

void eb_histogram_free(struct eb_histogram *histogram)
{
    if (!histogram)
        return;
    free(histogram->bins);
    *histogram = (struct eb_histogram){0};
}

size_t eb_histogram_samples_needed(double q)
{
    size_t needed = (size_t)ceil(log(0.05) / log(q));
    while (needed > 1 && pow(q, (double)(needed - 1)) <= 0.05)
        needed--;
    while (pow(q, (double)needed) > 0.05)
        needed++;
    return needed;
}
