/* What the measuring wing needs from whoever started its ranks.
 *
 * All functions are collective over every rank, in the same order, unless said otherwise, and are called only
 * between measurements. Implementations: launch/mpi (a rank is a process), launch/threads (a rank is a thread
 * of one process, for tests). */
#ifndef EB_MEASURE_LAUNCH_LAUNCH_H
#define EB_MEASURE_LAUNCH_LAUNCH_H

#include "common/status.h"
#include "measure/whereabouts.h"

#include <stddef.h>
#include <stdint.h>

/* Called again and again while a rank waits, so that endpoints with manual progress go on answering.
 * Returns a negative number when the endpoint failed; the wait then ends with EB_INTERNAL. */
typedef int eb_progress_fn(void *argument);

struct eb_launch;

struct eb_launch_ops {
    const char *name;
    enum eb_status (*barrier)(struct eb_launch *launch, eb_progress_fn *progress, void *argument,
                              struct eb_error *err);
    /* all has room for bytes of every rank, in rank order. */
    enum eb_status (*allgather)(struct eb_launch *launch, const void *mine, void *all, size_t bytes,
                                struct eb_error *err);
    /* The same to rank 0 alone; all is looked at there only. For what is small and of a fixed size: what
     * grows with the samples goes up the tree of eb_launch_merge. */
    enum eb_status (*gather)(struct eb_launch *launch, const void *mine, void *all, size_t bytes,
                             struct eb_error *err);
    /* values[i] and holders[i] become, on rank 0, the maximum over the ranks and the lowest rank that has it;
     * unspecified elsewhere. values below 2^63. */
    enum eb_status (*max_with_rank)(struct eb_launch *launch, uint64_t *values, int *holders, size_t count,
                                    struct eb_error *err);
    /* Not collective: hands bytes to one rank, which takes them; and takes what that rank gives. Both wait
     * for the other. *data, of *bytes, is owned by the caller, NULL when there are none. */
    enum eb_status (*give)(struct eb_launch *launch, int to, const void *data, size_t bytes,
                           struct eb_error *err);
    enum eb_status (*take)(struct eb_launch *launch, int from, void **data, size_t *bytes,
                           struct eb_error *err);
    /* From rank 0 to all. */
    enum eb_status (*broadcast)(struct eb_launch *launch, void *data, size_t bytes, struct eb_error *err);
    /* Ends every rank as soon as possible. Not collective; mpi does not return from it. */
    void (*abort)(struct eb_launch *launch, int exit_code);
    /* Collective; launch may be NULL. mpi ends the process where the others do not come in time. */
    void (*close)(struct eb_launch *launch);
};

struct eb_launch {
    const struct eb_launch_ops *ops;
    int rank;
    int ranks;
    int yield;           /* more ranks than cores here: give the core away in every empty wait */
    uint64_t timeout_ns; /* bound of one wait */
    int patient;      /* barriers have no bound: others measure, and notice by themselves when they cannot */
    int broken;       /* a collective call failed here, so that none can be relied on: close aborts */
    int owns_process; /* a rank is a process, whose only thread may be bound */
    struct eb_whereabouts *whereabouts; /* what this rank does; NULL: nobody asks */
    const char *library; /* for the provenance, such as "Open MPI v4.1.4"; lives as long as the launch */
};

/* A kind of value that ranks make one of. The order in which values come together must not matter: a tree
 * decides it. */
struct eb_mergeable {
    /* What another rank is to absorb: *bytes of *data, which stay the value's; none is fine. */
    void (*view)(const void *value, const void **data, size_t *bytes);
    /* Takes the view of another rank's value in. */
    enum eb_status (*absorb)(void *value, const void *data, size_t bytes, struct eb_error *err);
};

/* Collective: on rank 0 value becomes that of all ranks; unspecified elsewhere. Up a binomial tree: ranks - 1
 * messages, of which a rank takes at most log2(ranks), rounded up, one after the other, and keeps none:
 * memory is that of two values, however many ranks there are. A failure to absorb is this rank's own. */
enum eb_status eb_launch_merge(struct eb_launch *launch, void *value, const struct eb_mergeable *kind,
                               struct eb_error *err);

/* Collective: on rank 0 *sum becomes the sum over all ranks; unspecified elsewhere. */
enum eb_status eb_launch_sum(struct eb_launch *launch, uint64_t *sum, struct eb_error *err);

/* Collective, and the first that ranks do: whether all of them run the same efabench, which version names.
 * What later calls exchange may be laid out otherwise in another one. EB_USAGE names both versions, ranks and
 * hosts, on all ranks. */
enum eb_status eb_launch_greet(struct eb_launch *launch, const char *version, struct eb_error *err);

/* Not collective. Where a collective call has failed on this rank alone its error says in which phase, and of
 * which rank and host. Returns status. */
enum eb_status eb_launch_name(const struct eb_launch *launch, const char *phase, enum eb_status status,
                              struct eb_error *err);

/* Collective: the status and the text of the lowest rank that failed, on all ranks; EB_OK when none did. A
 * rank that only waited in vain comes after those that know more. mine is this rank's status, *err its error
 * when mine is not EB_OK. */
enum eb_status eb_launch_agree(struct eb_launch *launch, enum eb_status mine, struct eb_error *err);
#ifdef __clang_analyzer__ /* it sees one file at a time, and would have a failed rank go on */
static inline enum eb_status eb_launch_agreed(struct eb_launch *launch, enum eb_status mine,
                                              struct eb_error *err)
{
    enum eb_status all = eb_launch_agree(launch, mine, err);
    return mine == EB_OK ? all : mine;
}
#define eb_launch_agree(launch, mine, err) eb_launch_agreed(launch, mine, err)
#endif

#endif
