/* The messages of a case, counted exactly at any number of ranks without any network: each rank runs its
 * kernel once on a transport that moves nothing. */
#ifndef TESTS_COUNTED_TRAFFIC_H
#define TESTS_COUNTED_TRAFFIC_H

#include "measure/traffic.h"

struct counted_case {
    const struct eb_kernel_ops *kernel;
    const struct eb_algorithm *algorithm; /* NULL where the kernel has none */
    const struct eb_reduction *reduction;
    uint64_t size_bytes;
    unsigned window;
    enum eb_posting posting;
    int pairs; /* for kernels of pairs */
    int ranks;
};

struct counted_traffic {
    uint64_t messages; /* of one iteration, all ranks together, as is the next */
    uint64_t bytes;
    uint64_t directions;    /* ordered pairs of ranks of which the first sends to the second */
    uint64_t most_partners; /* of any rank */
};

/* 0, or -1 when out of memory or a kernel failed. */
int counted_traffic_of(const struct counted_case *unit, struct counted_traffic *traffic);

/* Marks of eb_traffic_partners of one rank, partners[0..ranks). */
int counted_partners_of(const struct counted_case *unit, int rank, unsigned char *partners);

#endif
