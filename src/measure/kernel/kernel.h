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
#include "measure/kernel/pairing.h"
#include "measure/transport/transport.h"

#include <stddef.h>
#include <stdint.h>

#define EB_VALIDATE_BYTES                                                                                    \
    ((size_t)4 << 20) /* how much of a window is checked with a place of its own for each message */

#define EB_OSU_LARGE_BYTES UINT64_C(8192)

struct eb_algorithm;

/* When receives are posted. */
enum eb_posting {
    EB_POSTED_AHEAD,  /* for the next iteration, while this one's messages are on their way */
    EB_POSTED_AS_OSU, /* where the OSU Micro-Benchmarks 7.4 post them, who also define what is timed */
};

struct eb_reduction;

/* One case on one rank: what every function of a kernel works on. */
struct eb_kernel_env {
    struct eb_transport *transport;
    struct eb_region send; /* at least what the kernel's needs function asked for */
    struct eb_region receive;
    uint64_t size_bytes;
    unsigned window;           /* messages in flight, for kernels that have a window */
    struct eb_pairing pairing; /* for kernels of pairs */
    enum eb_posting posting;
    const struct eb_algorithm *algorithm; /* for kernels that have algorithms, as are the next three */
    const struct eb_reduction *reduction;
    size_t segment_bytes; /* a message's most, in algorithms that cut the vector up */
    int in_place;
    size_t stride_bytes; /* iterations (messages, in kernels with a window) go from place to place, each */
    size_t span_bytes; /* this far from the one before, and begin anew at this offset; 0: all in one place */
    struct eb_request *requests; /* request_count of them */
    size_t request_count;
};

/* The place after offset. */
static inline size_t eb_kernel_next_place(const struct eb_kernel_env *env, size_t offset)
{
    offset += env->stride_bytes;
    return offset < env->span_bytes ? offset : 0;
}

enum eb_samples_of {
    EB_SAMPLES_OF_PAIRS,   /* those of the first rank of each pair, all together */
    EB_SAMPLES_OF_SLOWEST, /* iteration by iteration the largest of all ranks' */
};

/* What a kernel needs for a case. */
struct eb_kernel_needs {
    size_t send_bytes;
    size_t receive_bytes;
    size_t requests;
    unsigned outstanding;   /* messages under way to one peer at most */
    uint64_t message_bytes; /* the largest message */
    int order;              /* messages of a pair must arrive in the order in which they were sent */
    int many_peers;         /* a rank receives from several others at a time */
    int own_reduction;      /* the transport must have an all-reduce of its own */
    int two_sided;          /* it must have sends and receives */
};

struct eb_kernel_ops {
    const char *name;
    const char *summary; /* one line for --help */
    const char *sample;  /* "rtt_ns", "window_ns", "time_ns": what one sample is, in the record's words */
    enum eb_samples_of samples_of;
    int by_default; /* among those that run when none is named */
    int has_window;
    unsigned messages_per_sample; /* one after the other; of kernels without a window */
    int has_algorithms;           /* and with them types: sizes are multiples of an element */
    int all_pairs;                /* every rank is in a pair: ranks must be even */
    uint64_t osu_iterations[2];   /* OSU's count up to EB_OSU_LARGE_BYTES, and above; */
    uint64_t osu_warmup[2];       /* with as many before them */
    uint64_t osu_size_most;       /* where OSU ends by default */

    /* Pure. env has size_bytes, window, algorithm and transport (for its ranks); the rest may be unset. */
    struct eb_kernel_needs (*needs)(const struct eb_kernel_env *env);

    /* Payload that crosses in one direction in one iteration; pure. */
    uint64_t (*bytes_per_sample)(const struct eb_kernel_env *env);

    /* 1 when this rank takes part; the others go straight to the next barrier. */
    int (*takes_part)(const struct eb_kernel_env *env);

    /* Runs iterations > 0 times; samples_ns[i] becomes the duration of the i-th on this rank (unspecified on
     * a rank that only answers). Fails with the transport's error. Every rank that takes part calls it. */
    enum eb_status (*run)(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                          struct eb_error *err);

    /* Messages that one round of validation checks with a place of their own for each; NULL: 1. */
    unsigned (*validated)(const struct eb_kernel_env *env);

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

/* Kernels of pairs, by env->pairing: this rank's peer (-1: in no pair that is at work), whether it is the
 * first of the two, whether there are two. */
int eb_kernel_pair_peer(const struct eb_kernel_env *env);
int eb_kernel_is_first(const struct eb_kernel_env *env);
int eb_kernel_in_pair(const struct eb_kernel_env *env);
/* The same, less the second of a pair where the transport reads by itself. */
int eb_kernel_acts_in_pair(const struct eb_kernel_env *env);

/* Where the transport reads: fills the send region with the messages that the other rank's validation will
 * read, before a barrier; and that validation: reads and checks as many, one after the other. */
void eb_kernel_fill_for_reads(struct eb_kernel_env *env, unsigned messages);
enum eb_status eb_kernel_validate_reads(struct eb_kernel_env *env, unsigned messages, uint64_t *checked_bytes,
                                        struct eb_error *err);

/* A pattern in which a byte tells its message and its offset; the check says EB_INVALID with rank, offset,
 * got and wanted. */
void eb_pattern_fill(char *data, size_t bytes, uint64_t message);
enum eb_status eb_pattern_check(const char *data, size_t bytes, uint64_t message, int rank,
                                struct eb_error *err);

#endif
