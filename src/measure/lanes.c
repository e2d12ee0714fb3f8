#include "measure/lanes.h"

#include "measure/kernel/allreduce.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WARM_BYTES ((size_t)8)
#define WARM_ROUNDS 3

enum eb_status eb_lanes_env(const struct eb_lanes *lanes, const struct eb_session_options *options,
                            const struct eb_case *unit, struct eb_kernel_env *env, struct eb_error *err)
{
    const struct eb_lane *lane = &lanes->lanes[unit->arm];
    *env = (struct eb_kernel_env){.transport = lane->transport,
                                  .send = lane->send,
                                  .receive = lane->receive,
                                  .size_bytes = unit->size_bytes,
                                  .window = options->window,
                                  .requests = lane->requests,
                                  .request_count = lane->request_count};
    if (!unit->kernel->has_algorithms)
        return EB_OK;
    return eb_algorithm_find(options->algorithm, unit->size_bytes, &env->algorithm, err);
}

static enum eb_status check_limits(const struct eb_session_options *options, const struct eb_case *unit,
                                   const struct eb_transport *t, const struct eb_kernel_needs *needs,
                                   struct eb_error *err)
{
    const char *arm = options->arms[unit->arm].spec;
    if (needs->message_bytes > t->max_message_bytes)
        return eb_error_set(err, EB_USAGE, "limits", 0,
                            "size %" PRIu64 ": the largest message of arm '%s' is %" PRIu64 " bytes",
                            unit->size_bytes, arm, t->max_message_bytes);
    if (needs->outstanding > t->max_outstanding)
        return eb_error_set(err, EB_USAGE, "limits", 0,
                            "window %u: arm '%s' can have at most %u messages under way", options->window,
                            arm, t->max_outstanding);
    return EB_OK;
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Buffers and requests for the most demanding case of the arm. */
static enum eb_status furnish(struct eb_lanes *lanes, size_t arm, const struct eb_session_options *options,
                              const struct eb_plan *plan, struct eb_error *err)
{
    struct eb_lane *lane = &lanes->lanes[arm];
    size_t send_bytes = WARM_BYTES;
    size_t receive_bytes = WARM_BYTES;
    lane->request_count = 2;
    for (size_t i = 0; i < plan->count; i++) {
        const struct eb_case *unit = &plan->cases[i];
        struct eb_kernel_env env;
        if (unit->arm != arm)
            continue;
        enum eb_status status = eb_lanes_env(lanes, options, unit, &env, err);
        struct eb_kernel_needs needs = {0};
        if (status == EB_OK) {
            needs = unit->kernel->needs(&env);
            status = check_limits(options, unit, lane->transport, &needs, err);
        }
        if (status != EB_OK)
            return status;
        send_bytes = larger(send_bytes, needs.send_bytes);
        receive_bytes = larger(receive_bytes, needs.receive_bytes);
        lane->request_count = larger(lane->request_count, needs.requests);
    }
    lane->requests = calloc(lane->request_count, sizeof *lane->requests);
    if (!lane->requests)
        return eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for %zu requests",
                            lane->request_count);
    enum eb_status status = eb_region_open(lane->transport, send_bytes, &lane->send, err);
    if (status == EB_OK)
        status = eb_region_open(lane->transport, receive_bytes, &lane->receive, err);
    return status;
}

enum eb_status eb_lanes_open(struct eb_lanes *lanes, struct eb_launch *launch,
                             const struct eb_session_options *options, const struct eb_plan *plan,
                             struct eb_error *err)
{
    *lanes = (struct eb_lanes){.lanes = calloc(options->arm_count, sizeof(struct eb_lane)),
                               .count = options->arm_count};
    enum eb_status status = lanes->lanes ? EB_OK
                                         : eb_error_set(err, EB_INTERNAL, "session", ENOMEM,
                                                        "out of memory for %zu arms", options->arm_count);
    status = eb_launch_agree(launch, status, err);
    for (size_t arm = 0; status == EB_OK && arm < options->arm_count; arm++) {
        const struct eb_transport_ops *ops = NULL;
        status = eb_transport_find(options->arms[arm].transport, &ops, err);
        if (status == EB_OK)
            status = ops->open(launch, &options->arms[arm], &lanes->lanes[arm].transport, err);
        if (status == EB_OK)
            status = eb_launch_agree(launch, furnish(lanes, arm, options, plan, err), err);
    }
    return status;
}

void eb_lanes_close(struct eb_lanes *lanes)
{
    for (size_t arm = 0; lanes->lanes && arm < lanes->count; arm++) {
        struct eb_lane *lane = &lanes->lanes[arm];
        if (!lane->transport)
            continue;
        eb_region_close(lane->transport, &lane->send);
        eb_region_close(lane->transport, &lane->receive);
        free(lane->requests);
        lane->transport->ops->close(lane->transport);
    }
    free(lanes->lanes);
    *lanes = (struct eb_lanes){0};
}

static int warm_round(struct eb_lane *lane, int distance)
{
    struct eb_transport *t = lane->transport;
    int to = (t->rank + distance) % t->ranks;
    int from = (t->rank + t->ranks - distance) % t->ranks;
    if (t->ops->recv(t, from, &lane->receive, 0, WARM_BYTES, &lane->requests[0]) < 0 ||
        t->ops->send(t, to, &lane->send, 0, WARM_BYTES, &lane->requests[1]) < 0 ||
        eb_transport_wait(t, &lane->requests[0]) < 0)
        return -1;
    return eb_transport_wait(t, &lane->requests[1]);
}

enum eb_status eb_lanes_warm(struct eb_lanes *lanes, const struct eb_session_options *options,
                             struct eb_error *err)
{
    for (size_t arm = 0; arm < lanes->count; arm++) {
        struct eb_transport *t = lanes->lanes[arm].transport;
        for (int distance = 1; distance < t->ranks; distance++)
            for (int round = 0; round < WARM_ROUNDS; round++)
                if (warm_round(&lanes->lanes[arm], distance) < 0)
                    return eb_error_set(err, t->error.status, t->error.origin, t->error.code, "arm %s: %s",
                                        options->arms[arm].name, t->error.text);
    }
    return EB_OK;
}

int eb_lanes_progress(void *argument)
{
    struct eb_lanes *lanes = argument;
    for (size_t arm = 0; arm < lanes->count; arm++)
        if (lanes->lanes[arm].transport->ops->progress(lanes->lanes[arm].transport) < 0)
            return -1;
    return 0;
}
