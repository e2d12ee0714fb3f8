/* The all-reduce: a vector combined over all ranks, element by element, on every rank.
 *
 * To add an algorithm: a file that defines `const struct eb_algorithm eb_algorithm_NAME`, and its row in
 * table.h. */
#ifndef EB_MEASURE_KERNEL_ALLREDUCE_H
#define EB_MEASURE_KERNEL_ALLREDUCE_H

#include "measure/kernel/kernel.h"
#include "measure/kernel/reduction.h"

/* One rank's view of a sequence of all-reduces. Each iteration has a place of its own for its vectors where
 * the case rotates; scratch, where messages arrive that are combined with the result, has one place. */
struct eb_allreduce {
    struct eb_kernel_env *env;
    size_t count; /* elements */
    size_t element_bytes;
    size_t place;          /* of this iteration's source, in the send region, and result */
    size_t next_place;     /* of the next one's */
    size_t scratch_offset; /* in the receive region */
    struct eb_request *requests;
};

/* A run of elements. */
struct eb_span {
    size_t first;
    size_t count;
};

/* Where the peer receives what is sent: one-sided transports must know. */
struct eb_allreduce_target {
    int into_result;      /* where the span stands here, in the peer's result; or in its scratch, */
    size_t scratch_first; /* from this element on */
};

struct eb_algorithm {
    const char *name;
    const char *summary;
    /* What it needs beside source and result; pure. */
    size_t (*scratch_bytes)(const struct eb_kernel_env *env);
    size_t (*requests)(const struct eb_kernel_env *env);
    unsigned outstanding; /* messages under way to one peer at most */
    int is_transports_own;
    int needs_receives; /* a rank may run so far ahead that what it sends must wait for a receive */
    /* Posts what the first iteration of a sequence receives first. 0 or -1 as with transports. */
    int (*begin)(struct eb_allreduce *call);
    /* One all-reduce; posts ahead for the next one unless it is the last. 0 or -1. */
    int (*iterate)(struct eb_allreduce *call, uint64_t iteration, int last);
};

extern const struct eb_algorithm *const eb_algorithms[]; /* NULL-terminated */

/* The algorithm called name. EB_USAGE names the word and lists the algorithms. "auto" is none: who measures
 * chooses (measure/tune.h). */
enum eb_status eb_algorithm_find(const char *name, const struct eb_algorithm **algorithm,
                                 struct eb_error *err);

/* The bytes of a span, where it stands in the source (the result, where the call works in place) and in the
 * result, and sending, receiving and combining it; 0 or -1. An empty span is done at once. */
size_t eb_allreduce_bytes(const struct eb_allreduce *call, size_t count);
int eb_allreduce_send_source(struct eb_allreduce *call, int peer, struct eb_span span,
                             struct eb_allreduce_target target, struct eb_request *request);
int eb_allreduce_send_result(struct eb_allreduce *call, int peer, struct eb_span span,
                             struct eb_allreduce_target target, struct eb_request *request);
/* place is that of this iteration or the next. */
int eb_allreduce_receive_result(struct eb_allreduce *call, int peer, size_t place, struct eb_span span,
                                struct eb_request *request);
/* scratch_first is in elements. */
int eb_allreduce_receive_scratch(struct eb_allreduce *call, int peer, size_t scratch_first, size_t count,
                                 struct eb_request *request);
/* The result becomes what the scratch holds combined with itself, or with the source when from_source. */
void eb_allreduce_combine(struct eb_allreduce *call, size_t scratch_first, struct eb_span span,
                          int from_source);

/* Where n is no power of two, each of the first n - 2^k even ranks hands its vector to the odd one after it
 * and gets the result back; 2^k ranks go on (Thakur, Rabenseifner and Gropp, IJHPCA 2005, "Optimization of
 * collective communication operations in MPICH"). */
#define EB_FOLD_ROUNDS_MAX 32
struct eb_fold {
    int rounds;                       /* k */
    int position;                     /* among those that go on */
    int partners[EB_FOLD_ROUNDS_MAX]; /* [r]: the rank whose position differs in bit r alone */
    int is_folded;                    /* a rank that only hands over and waits for the result */
    int neighbour;                    /* the other one of the two, -1 when this rank is not in any */
};

struct eb_fold eb_fold_make(int rank, int ranks);
int eb_fold_rounds(int ranks);

#endif
