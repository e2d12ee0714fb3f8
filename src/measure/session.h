/* One launch: opens the arms, warms every pair that a case uses, calibrates, sweeps over the plan, and hands each measured
 * block on as a line of the journal (common/journal.h).
 *
 * A screening goes over all pairs of ranks, one rank being on each host, in rounds of disjoint pairs
 * (kernel/pairing.h). All pairs of a round are at work at once, between two barriers: that takes n - 1 blocks
 * where pair after pair would take n (n - 1) / 2, and links that hosts share are under the load that a job
 * puts on them, so that one which cannot carry it shows. No rank waits for another within a round but its own
 * peer: who comes late to the barrier, or exchanges slowly, delays the next round, and is in no sample but
 * those of its own pair. In each other sweep the second of each pair takes the part of the first, so that
 * bytes are streamed both ways. */
#ifndef EB_MEASURE_SESSION_H
#define EB_MEASURE_SESSION_H

#include "common/arm.h"
#include "common/status.h"
#include "common/units.h"
#include "measure/kernel/allreduce.h"
#include "measure/kernel/kernel.h"
#include "measure/launch/launch.h"
#include "measure/plan.h"

#include <jansson.h>

/* Where `auto` changes from recursive doubling to another algorithm, on one arm. */
struct eb_crossover {
    char arm[40];
    const struct eb_algorithm *above; /* the one for larger sizes */
    uint64_t bytes;                   /* recursive doubling up to here */
};

struct eb_session_options {
    const struct eb_arm *arms;
    size_t arm_count;
    const struct eb_kernel_ops *const *kernels;
    size_t kernel_count;
    struct eb_size_list sizes;
    int default_sizes; /* nobody named them */
    const char *variant;
    unsigned window;
    unsigned pairs; /* at work at once; 0: the kernel's default */
    int screen;     /* all pairs of ranks, each at work in one of several rounds; see below */
    /* of the all-reduce */
    const char *algorithm;                 /* a name or "auto" */
    const struct eb_crossover *crossovers; /* what auto takes; for an arm without one it is measured */
    size_t crossover_count;
    const struct eb_reduction *reduction;
    size_t segment_bytes;
    int in_place;
    /* sampling */
    uint64_t iterations;     /* of a block; 0: from the time budget */
    uint64_t warmup;         /* before each block; UINT64_MAX: a tenth of the iterations */
    uint64_t block_ns;       /* time budget of a block */
    uint64_t min_iterations; /* whatever the budget says */
    double precision;        /* a block ends when half the median's interval is below this share; 0: never */
    uint64_t sweeps;         /* the first is marked */
    uint64_t seed;
    uint64_t launch_index;
    int osu;                           /* counts, posting and definitions of the OSU Micro-Benchmarks 7.4 */
    int cold;                          /* buffers rotate over more than the last-level cache */
    int huge_pages;                    /* buffers are made of them */
    int refine;                        /* look for jumps between sizes, and add sizes there */
    const struct eb_added_size *added; /* what was found before */
    size_t added_count;
    int validate;
    int raw;
    int allow_same_host;
    int allow_wrong_path;
    const char *sysroot; /* where counters are looked for; NULL: this host's sysfs and procfs */
    const char *bind;    /* NULL, "nic", "none" or "core:LIST" (topology/binding.h) */
    json_t *run;         /* the journal's "run" object, borrowed; rank 0 needs it */
};

/* How a session speaks to whoever runs it. */
struct eb_session_events {
    /* Takes one journal line (borrowed); called on rank 0. A failure ends the session. */
    enum eb_status (*emit)(void *argument, const json_t *line, struct eb_error *err);
    /* This rank failed alone: called on it just before the launch is aborted, which may end the process. */
    void (*failed)(void *argument, const struct eb_error *error);
    void *argument;
};

/* Says what can be said against the options without opening anything: sizes, kernels, arms, algorithm.
 * EB_USAGE. */
enum eb_status eb_session_check(const struct eb_session_options *options, struct eb_error *err);

/* The plan of a launch on so many ranks; eb_plan_build's statuses. */
enum eb_status eb_session_plan(const struct eb_session_options *options, int ranks, struct eb_plan *plan,
                               struct eb_error *err);

/* Collective. A failure that all ranks came to together is returned on all of them, and rank 0 is to tell it.
 * A failure of one rank alone goes to events->failed there and aborts the launch. What was emitted before
 * stands. */
enum eb_status eb_session_run(struct eb_launch *launch, const struct eb_session_options *options,
                              const struct eb_session_events *events, struct eb_error *err);

#endif
