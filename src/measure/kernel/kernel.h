/* A kernel is a pattern of messages whose time is measured: one const table of operations a kernel.
 *
 * A kernel knows transports only through transport/transport.h. Its run function is the timed loop: one
 * timestamp an iteration, the end of one being the start of the next, and nothing printed, allocated or
 * locked between them.
 *
 * To add one: a file that defines `const struct eb_kernel_ops eb_kernel_NAME`, its row in kernel/table.h, and
 * a row in the judge's table of metrics. */
#ifndef EB_MEASURE_KERNEL_KERNEL_H
#define EB_MEASURE_KERNEL_KERNEL_H

#include "common/clock.h"
#include "common/status.h"
#include "measure/transport/transport.h"

#include <stddef.h>
#include <stdint.h>

#define EB_VALIDATE_BYTES                                                                                    \
    ((size_t)4 << 20) /* how much of a window is checked with a place of its own for each message */

struct eb_algorithm;

/* One case on one rank: what every function of a kernel works on. */
struct eb_kernel_env {
    struct eb_transport *transport;
    struct eb_region send; /* at least what the kernel's regions function asked for */
    struct eb_region receive;
    uint64_t size_bytes;
    unsigned window;                      /* messages in flight, for kernels that have a window */
    const struct eb_algorithm *algorithm; /* for kernels that have algorithms */
    struct eb_request *requests;          /* request_count of them */
    size_t request_count;
};

enum eb_samples_of {
    EB_SAMPLES_OF_FIRST,   /* rank 0's samples are the case's */
    EB_SAMPLES_OF_SLOWEST, /* iteration by iteration the largest of all ranks' */
};

/* What a kernel needs for a case. */
struct eb_kernel_needs {
    size_t send_bytes;
    size_t receive_bytes;
    size_t requests;
    unsigned outstanding;   /* messages under way to one peer at most */
    uint64_t message_bytes; /* the largest message */
};

struct eb_kernel_ops {
    const char *name;
    const char *summary; /* one line for --help */
    const char *sample;  /* "rtt_ns", "window_ns", "time_ns": what one sample is, in the record's words */
    enum eb_samples_of samples_of;
    uint64_t size_multiple; /* sizes must be multiples of this many bytes */
    int has_window;
    int has_algorithms;

    /* Pure. env has size_bytes, window, algorithm and transport (for its ranks); the rest may be unset. */
    struct eb_kernel_needs (*needs)(const struct eb_kernel_env *env);

    /* Payload that crosses in one direction in one iteration; pure. */
    uint64_t (*bytes_per_sample)(const struct eb_kernel_env *env);

    /* 1 when this rank takes part; the others go straight to the next barrier. */
    int (*takes_part)(const struct eb_transport *transport);

    /* Runs iterations > 0 times; samples_ns[i] becomes the duration of the i-th on this rank (unspecified on
     * a rank that only answers). Fails with the transport's error. Every rank that takes part calls it. */
    enum eb_status (*run)(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                          struct eb_error *err);

    /* The same pattern, untimed, with contents that are checked byte by byte. EB_INVALID names rank, offset,
     * got and wanted. *checked_bytes counts what this rank checked. */
    enum eb_status (*validate)(struct eb_kernel_env *env, uint64_t iterations, uint64_t *checked_bytes,
                               struct eb_error *err);
};

extern const struct eb_kernel_ops *const eb_kernels[]; /* NULL-terminated */

/* EB_USAGE names the word and lists the kernels. */
enum eb_status eb_kernel_find(const char *name, const struct eb_kernel_ops **ops, struct eb_error *err);

/* The failure of env's transport, handed to the caller. */
enum eb_status eb_kernel_failed(const struct eb_kernel_env *env, struct eb_error *err);

/* The rank that rank 0 exchanges with in kernels for two, n / 2, and whether this rank is one of them. */
int eb_kernel_pair_peer(const struct eb_transport *transport);
int eb_kernel_in_pair(const struct eb_transport *transport);

/* A pattern in which a byte tells its message and its offset; the check says EB_INVALID with rank, offset,
 * got and wanted. */
void eb_pattern_fill(char *data, size_t bytes, uint64_t message);
enum eb_status eb_pattern_check(const char *data, size_t bytes, uint64_t message, int rank,
                                struct eb_error *err);

#endif
