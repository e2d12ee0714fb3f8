/* Kernels on ranks that are threads, over any transport: what the tests of the measuring wing share. */
#ifndef EB_TESTS_BENCH_H
#define EB_TESTS_BENCH_H

#include "faulty.h"
#include "measure/kernel/allreduce.h"
#include "measure/kernel/kernel.h"

/* One case, run the same way by every rank. */
struct bench {
    const char *arm;
    const char *kernel;
    const char *algorithm; /* NULL for kernels without */
    uint64_t size_bytes;
    unsigned window;
    int pairs;       /* 0: 1 */
    int is_screened; /* in a round of a screening, */
    int round;
    int is_turned;
    enum eb_posting posting;
    const char *type;      /* NULL: f32 */
    const char *operation; /* NULL: sum */
    int in_place;
    size_t segment_bytes;    /* 0: 128 KiB */
    size_t places;           /* that iterations rotate through; 0: one */
    uint64_t run_iterations; /* 0: none */
    int validate;
    int spoiling_rank; /* -1: none */
    size_t spoil_send;
    size_t spoil_offset;
    uint64_t timeout_ms;

    /* results, by rank */
    enum eb_status statuses[16];
    struct eb_error errors[16];
    uint64_t checked_bytes[16];
};

/* Runs it on ranks threads. 0 when all threads came to an end. */
int bench_run(struct bench *bench, int ranks);

#endif
