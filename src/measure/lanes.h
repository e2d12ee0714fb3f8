/* The opened arms of a launch: for each a transport, its two regions and its requests, large enough for every
 * case of the plan. */
#ifndef EB_MEASURE_LANES_H
#define EB_MEASURE_LANES_H

#include "measure/plan.h"
#include "measure/session.h"

/* What a lane has room for in any case. */
#define EB_WARM_BYTES ((size_t)8)

struct eb_lane {
    struct eb_transport *transport;
    struct eb_region send;
    struct eb_region receive;
    struct eb_request *requests;
    size_t request_count;
};

struct eb_lanes {
    struct eb_lane *lanes; /* by arm */
    size_t count;
    uint64_t memory_bytes; /* what the buffers of one arm may take on this rank; 0: unknown */
    uint64_t rotate_bytes; /* what buffers go through before they are used again; 0: one place */
};

/* Collective: opens every arm. Statuses of the transports' open; the outcome is the same on all ranks.
 * Release with eb_lanes_close in any case. */
enum eb_status eb_lanes_open(struct eb_lanes *lanes, struct eb_launch *launch,
                             const struct eb_session_options *options, struct eb_error *err);
void eb_lanes_close(struct eb_lanes *lanes);

/* Collective: holds every case of the plan against its transport's limits and makes buffers for them, in
 * place of those that there were. EB_USAGE names the limit. */
enum eb_status eb_lanes_furnish(struct eb_lanes *lanes, struct eb_launch *launch,
                                const struct eb_session_options *options, const struct eb_plan *plan,
                                struct eb_error *err);

/* What a kernel sees of a case. */
struct eb_kernel_env eb_lanes_env(const struct eb_lanes *lanes, const struct eb_session_options *options,
                                  const struct eb_case *unit);

/* Whether the lane can carry the case: EB_USAGE names the limit that is in the way. */
enum eb_status eb_lanes_check(const struct eb_lanes *lanes, const struct eb_session_options *options,
                              const struct eb_case *unit, struct eb_error *err);

/* Whether `auto` may choose the algorithm for the case: EB_USAGE says why not. */
enum eb_status eb_lanes_may_choose(const struct eb_lanes *lanes, const struct eb_session_options *options,
                                   const struct eb_case *unit, const struct eb_algorithm *algorithm,
                                   struct eb_error *err);

/* Drives every transport once: the progress function of barriers. */
int eb_lanes_progress(void *lanes);

#endif
