#include "measure/lanes.h"

#include "measure/topology/binding.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE_BYTES ((size_t)64)

static struct eb_pairing pairing_of(const struct eb_session_options *options, const struct eb_case *unit,
                                    int ranks)
{
    struct eb_pairing pairing = {.ranks = ranks, .pairs = unit->kernel->all_pairs ? ranks / 2 : 1};
    if (unit->rounds > 0)
        pairing = eb_pairing_of_round(ranks, unit->round);
    else if (options->pairs > 0)
        pairing.pairs = (int)options->pairs;
    pairing.is_turned = unit->is_turned;
    return pairing;
}

struct eb_kernel_env eb_lanes_env(const struct eb_lanes *lanes, const struct eb_session_options *options,
                                  const struct eb_case *unit)
{
    const struct eb_lane *lane = &lanes->lanes[unit->arm];
    struct eb_kernel_env env = {.transport = lane->transport,
                                .send = lane->send,
                                .receive = lane->receive,
                                .size_bytes = unit->size_bytes,
                                .window = options->window,
                                .pairing = pairing_of(options, unit, lane->transport->ranks),
                                .posting = options->osu ? EB_POSTED_AS_OSU : EB_POSTED_AHEAD,
                                .algorithm = unit->algorithm,
                                .reduction = options->reduction,
                                .segment_bytes = options->segment_bytes,
                                .in_place = options->in_place,
                                .requests = lane->requests,
                                .request_count = lane->request_count};
    if (lanes->rotate_bytes > 0) {
        env.stride_bytes = (unit->size_bytes + CACHE_LINE_BYTES - 1) / CACHE_LINE_BYTES * CACHE_LINE_BYTES;
        size_t places = lanes->rotate_bytes / env.stride_bytes + 1;
        env.span_bytes = (places < 2 ? 2 : places) * env.stride_bytes;
    }
    return env;
}

static enum eb_status refuse(const struct eb_session_options *options, const struct eb_case *unit,
                             struct eb_error *err, const char *what)
{
    return eb_error_set(err, EB_USAGE, "limits", 0, "%s on arm '%s': %s", unit->kernel->name,
                        options->arms[unit->arm].spec, what);
}

static enum eb_status check_pairs(const struct eb_session_options *options, const struct eb_case *unit,
                                  const struct eb_kernel_env *env, struct eb_error *err)
{
    int ranks = env->transport->ranks;
    if (unit->kernel->samples_of != EB_SAMPLES_OF_PAIRS || unit->rounds > 0)
        return EB_OK;
    if (ranks % 2 != 0 && (unit->kernel->all_pairs || options->pairs > 1))
        return eb_error_set(err, EB_USAGE, "limits", 0,
                            "%s pairs rank i with i + n/2: %d ranks are an odd number", unit->kernel->name,
                            ranks);
    if (env->pairing.pairs > ranks / 2)
        return eb_error_set(err, EB_USAGE, "limits", 0, "--pairs %d: %d ranks are %d pair%s",
                            env->pairing.pairs, ranks, ranks / 2, ranks / 2 == 1 ? "" : "s");
    return EB_OK;
}

enum eb_status eb_lanes_check(const struct eb_lanes *lanes, const struct eb_session_options *options,
                              const struct eb_case *unit, struct eb_error *err)
{
    struct eb_kernel_env env = eb_lanes_env(lanes, options, unit);
    struct eb_kernel_needs needs = unit->kernel->needs(&env);
    const struct eb_transport *t = env.transport;
    const char *arm = options->arms[unit->arm].spec;
    if (needs.own_reduction && !t->ops->allreduce)
        return eb_error_set(err, EB_USAGE, "limits", 0,
                            "algorithm %s: transport %s of arm '%s' has no all-reduce of its own",
                            unit->algorithm->name, t->ops->name, arm);
    if (needs.two_sided && t->one_sided)
        return refuse(options, unit, err,
                      t->reads ? "it cannot be done by reads alone"
                               : "the ring needs receives, which one-sided operations have not; take "
                                 "recursive_doubling or rabenseifner");
    if (needs.order && !needs.own_reduction && !t->ordered)
        return refuse(options, unit, err, "it needs messages in order, which this endpoint does not keep");
    if (needs.many_peers && !needs.own_reduction && !t->directed)
        return refuse(
            options, unit, err,
            "with more than 2 ranks it must receive from a rank by name (FI_DIRECTED_RECV or tags)");
    if (t->one_sided && options->osu && t->reads)
        return refuse(options, unit, err, "--osu posts sends and receives, and op=read has none");
    if (needs.message_bytes > t->max_message_bytes)
        return eb_error_set(err, EB_USAGE, "limits", 0,
                            "size %" PRIu64 ": the largest message of arm '%s' is %" PRIu64 " bytes",
                            unit->size_bytes, arm, t->max_message_bytes);
    if (needs.outstanding > t->max_outstanding)
        return eb_error_set(
            err, EB_USAGE, "limits", 0,
            unit->kernel->has_window ? "window %u: arm '%s' can have at most %u messages under way"
                                     : "%u messages at once: arm '%s' can have at most %u under way",
            unit->kernel->has_window ? options->window : needs.outstanding, arm, t->max_outstanding);
    return check_pairs(options, unit, &env, err);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* What all cases of a lane need together. */
static void add_needs(struct eb_kernel_needs *all, const struct eb_lanes *lanes,
                      const struct eb_session_options *options, const struct eb_case *unit)
{
    struct eb_kernel_env env = eb_lanes_env(lanes, options, unit);
    struct eb_kernel_needs needs = unit->kernel->needs(&env);
    all->send_bytes = larger(all->send_bytes, needs.send_bytes);
    all->receive_bytes = larger(all->receive_bytes, needs.receive_bytes);
    all->requests = larger(all->requests, needs.requests);
}

/* Beyond, its scratch of several vectors is not worth having. */
#define RECURSIVE_DOUBLING_AUTO_MAX (UINT64_C(64) << 20)

enum eb_status eb_lanes_may_choose(const struct eb_lanes *lanes, const struct eb_session_options *options,
                                   const struct eb_case *unit, const struct eb_algorithm *algorithm,
                                   struct eb_error *err)
{
    struct eb_case tried = *unit;
    int own = lanes->lanes[unit->arm].transport->ops->allreduce != NULL;
    tried.algorithm = algorithm;
    if (algorithm->is_transports_own != own)
        return eb_error_set(err, EB_USAGE, "limits", 0, "%s is not for auto on this arm", algorithm->name);
    if (unit->size_bytes > RECURSIVE_DOUBLING_AUTO_MAX && strcmp(algorithm->name, "recursive_doubling") == 0)
        return eb_error_set(err, EB_USAGE, "limits", 0, "%s is not for auto at this size", algorithm->name);
    return eb_lanes_check(lanes, options, &tried, err);
}

/* A case whose algorithm is still to be chosen must find room for each that could be. */
static enum eb_status add_case(struct eb_kernel_needs *all, const struct eb_lanes *lanes,
                               const struct eb_session_options *options, const struct eb_case *unit,
                               struct eb_error *err)
{
    struct eb_case tried = *unit;
    if (!unit->kernel->has_algorithms || unit->algorithm) {
        enum eb_status status = eb_lanes_check(lanes, options, unit, err);
        if (status == EB_OK)
            add_needs(all, lanes, options, unit);
        return status;
    }
    enum eb_status refused = EB_USAGE;
    int explained = 0;
    for (size_t i = 0; eb_algorithms[i]; i++) {
        struct eb_error why;
        tried.algorithm = eb_algorithms[i];
        if (eb_lanes_may_choose(lanes, options, unit, eb_algorithms[i], &why) == EB_OK) {
            refused = EB_OK;
            add_needs(all, lanes, options, &tried);
        } else if (!explained && eb_lanes_check(lanes, options, &tried, &why) != EB_OK) {
            *err = why;
            explained = 1;
        }
    }
    return refused;
}

static void unfurnish(struct eb_lane *lane)
{
    eb_region_close(lane->transport, &lane->send);
    eb_region_close(lane->transport, &lane->receive);
    free(lane->requests);
    lane->requests = NULL;
}

static enum eb_status furnish(struct eb_lanes *lanes, size_t arm, const struct eb_session_options *options,
                              const struct eb_plan *plan, struct eb_error *err)
{
    struct eb_lane *lane = &lanes->lanes[arm];
    struct eb_kernel_needs needs = {
        .send_bytes = EB_WARM_BYTES, .receive_bytes = EB_WARM_BYTES, .requests = 2};
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < plan->count; i++)
        if (plan->cases[i].arm == arm)
            status = add_case(&needs, lanes, options, &plan->cases[i], err);
    if (status != EB_OK)
        return status;
    uint64_t wanted = (uint64_t)needs.send_bytes + needs.receive_bytes;
    if (lanes->memory_bytes > 0 && wanted > lanes->memory_bytes)
        return eb_error_set(
            err, EB_USAGE, "limits", 0,
            "buffers of %.1f GiB for the largest size on arm '%s' are more than a rank of this host "
            "may take: %.1f GiB of memory are left for each",
            (double)wanted / 0x1p30, options->arms[arm].spec, (double)lanes->memory_bytes / 0x1p30);
    unfurnish(lane);
    lane->request_count = needs.requests;
    lane->requests = calloc(needs.requests, sizeof *lane->requests);
    if (!lane->requests)
        return eb_error_set(err, EB_INTERNAL, "session", ENOMEM, "out of memory for %zu requests",
                            needs.requests);
    status = eb_region_open(lane->transport, needs.send_bytes, options->huge_pages, &lane->send, err);
    if (status == EB_OK)
        status =
            eb_region_open(lane->transport, needs.receive_bytes, options->huge_pages, &lane->receive, err);
    return status;
}

enum eb_status eb_lanes_furnish(struct eb_lanes *lanes, struct eb_launch *launch,
                                const struct eb_session_options *options, const struct eb_plan *plan,
                                struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t arm = 0; status == EB_OK && arm < lanes->count; arm++) {
        struct eb_lane *lane = &lanes->lanes[arm];
        status = eb_launch_agree(launch, furnish(lanes, arm, options, plan, err), err);
        if (status == EB_OK && lane->transport->ops->expose)
            status = lane->transport->ops->expose(lane->transport, launch, &lane->send, &lane->receive, err);
    }
    return status;
}

enum eb_status eb_lanes_open(struct eb_lanes *lanes, struct eb_launch *launch,
                             const struct eb_session_options *options, struct eb_error *err)
{
    struct eb_binding binding = {0};
    *lanes = (struct eb_lanes){.lanes = calloc(options->arm_count, sizeof(struct eb_lane)),
                               .count = options->arm_count};
    enum eb_status status = lanes->lanes ? EB_OK
                                         : eb_error_set(err, EB_INTERNAL, "session", ENOMEM,
                                                        "out of memory for %zu arms", options->arm_count);
    if (status == EB_OK && options->cold) {
        status = eb_binding_read(&binding, err);
        lanes->rotate_bytes = 2 * binding.cache_bytes;
    }
    status = eb_launch_agree(launch, status, err);
    if (status == EB_OK) /* hosts may differ, and all ranks lay out their buffers alike */
        status = launch->ops->broadcast(launch, &lanes->rotate_bytes, sizeof lanes->rotate_bytes, err);
    for (size_t arm = 0; status == EB_OK && arm < options->arm_count; arm++) {
        const struct eb_transport_ops *ops = NULL;
        status = eb_transport_find(options->arms[arm].transport, &ops, err);
        if (status == EB_OK)
            status = ops->open(launch, &options->arms[arm], &lanes->lanes[arm].transport, err);
    }
    return status;
}

void eb_lanes_close(struct eb_lanes *lanes)
{
    for (size_t arm = 0; lanes->lanes && arm < lanes->count; arm++) {
        struct eb_lane *lane = &lanes->lanes[arm];
        if (!lane->transport)
            continue;
        unfurnish(lane);
        lane->transport->ops->close(lane->transport);
    }
    free(lanes->lanes);
    *lanes = (struct eb_lanes){0};
}

int eb_lanes_progress(void *argument)
{
    struct eb_lanes *lanes = argument;
    for (size_t arm = 0; arm < lanes->count; arm++)
        if (lanes->lanes[arm].transport->ops->progress(lanes->lanes[arm].transport) < 0)
            return -1;
    return 0;
}
