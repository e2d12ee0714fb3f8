/* Sparse log-linear histogram of durations in nanoseconds.
 *
 * Durations below 2048 ns are kept exactly; above, each power of two is cut into 1024 equal bins and a bin is
 * named by its middle, so that a value is off by at most 1/2048 (0.049%): quantiles computed from a histogram
 * are within 0.1% of those of the raw samples. */
#ifndef EB_COMMON_HISTOGRAM_H
#define EB_COMMON_HISTOGRAM_H

#include "common/status.h"

#include <stddef.h>
#include <stdint.h>

struct eb_histogram_bin {
    uint64_t ns;    /* the duration that names the bin */
    uint64_t count; /* at least 1 */
};

/* Bins ascend strictly by ns. Zero-initialised is the valid empty histogram; free with eb_histogram_free. */
struct eb_histogram {
    struct eb_histogram_bin *bins;
    size_t bin_count;
    uint64_t total; /* sum of the counts */
};

/* The duration that names the bin of ns. */
uint64_t eb_histogram_bin_ns(uint64_t ns);

/* Makes *histogram from samples[0..count), which are left as they are. EB_INTERNAL when out of memory. */
enum eb_status eb_histogram_from_samples(struct eb_histogram *histogram, const uint64_t *samples_ns,
                                         size_t count, struct eb_error *err);

/* Adds the counts of other to *histogram, which becomes what the samples of both together would have given:
 * bins are the same for all, so that parts may come together in any order, and quantiles are off by no more
 * than above. EB_INTERNAL when out of memory; *histogram is then unchanged. */
enum eb_status eb_histogram_merge(struct eb_histogram *histogram, const struct eb_histogram *other,
                                  struct eb_error *err);

/* The nearest-rank quantile: the ceil(q * total)-th smallest duration, the smallest for q = 0.
 * q in [0, 1]; the histogram must not be empty. */
uint64_t eb_histogram_quantile(const struct eb_histogram *histogram, double q);

/* The median: the middle duration, or the mean of the two in the middle. The histogram must not be empty. */
double eb_histogram_median(const struct eb_histogram *histogram);

/* The least number of samples from which the quantile q in (0.5, 1) may be published: q^n <= 0.05, so that
 * with 95% at least one sample lies beyond it. 29 for 0.9, 299 for 0.99, 2995 for 0.999. By symmetry 1 - q
 * needs as many. */
size_t eb_histogram_samples_needed(double q);

void eb_histogram_free(struct eb_histogram *histogram);

#endif
