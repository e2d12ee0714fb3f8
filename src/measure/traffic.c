#include "measure/traffic.h"

#include "measure/kernel/reduction.h"

#include <stdatomic.h>

struct counting {
    struct eb_transport base; /* must be first: it is what the kernel sees */
    const unsigned char *crosses;
    int is_first_here;
    struct eb_traffic traffic;
    unsigned char *partners; /* by rank */
};

static int count_send(struct eb_transport *transport, int peer, const struct eb_region *region, size_t offset,
                      size_t bytes, struct eb_request *request)
{
    struct counting *counting = (struct counting *)transport;
    (void)region, (void)offset;
    if (counting->crosses[peer] && !transport->reads)
        counting->traffic.sent_bytes += bytes;
    counting->traffic.sends_messages |= counting->crosses[peer] && !transport->reads;
    atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    return 0;
}

static int count_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                      size_t bytes, struct eb_request *request)
{
    struct counting *counting = (struct counting *)transport;
    (void)region, (void)offset;
    if (counting->crosses[peer])
        counting->traffic.received_bytes += bytes;
    counting->traffic.receives_messages |= counting->crosses[peer];
    atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    return 0;
}

static int count_progress(struct eb_transport *transport)
{
    (void)transport;
    return 0;
}

static int count_allreduce(struct eb_transport *transport, const struct eb_region *send,
                           struct eb_region *receive, size_t place, size_t count,
                           const struct eb_reduction *reduction)
{
    struct counting *counting = (struct counting *)transport;
    int crosses = 0;
    (void)send, (void)receive, (void)place;
    for (int rank = 0; rank < transport->ranks; rank++)
        crosses |= counting->crosses[rank];
    if (crosses && counting->is_first_here) {
        counting->traffic.sent_bytes += count * reduction->element_bytes;
        counting->traffic.received_bytes += count * reduction->element_bytes;
    }
    return 0;
}

static const struct eb_transport_ops counting_ops = {
    .name = "counting",
    .summary = "",
    .send = count_send,
    .recv = count_recv,
    .progress = count_progress,
    .allreduce = count_allreduce,
};

/* One iteration of the kernel on a transport that moves nothing. */
static enum eb_status run_once(struct counting *counting, const struct eb_transport_ops *ops,
                               const struct eb_kernel_env *env, const struct eb_kernel_ops *kernel,
                               struct eb_error *err)
{
    struct eb_kernel_env copy = *env;
    uint64_t sample_ns = 0;
    counting->base.ops = ops;
    copy.transport = &counting->base;
    return kernel->takes_part(&copy) ? kernel->run(&copy, 1, &sample_ns, err) : EB_OK;
}

enum eb_status eb_traffic_count(const struct eb_kernel_env *env, const struct eb_kernel_ops *kernel,
                                const unsigned char *crosses, int is_first_here, struct eb_traffic *traffic,
                                struct eb_error *err)
{
    struct counting counting = {.base = *env->transport, .crosses = crosses, .is_first_here = is_first_here};
    enum eb_status status = run_once(&counting, &counting_ops, env, kernel, err);
    *traffic = counting.traffic;
    return status;
}

static int mark_send(struct eb_transport *transport, int peer, const struct eb_region *region, size_t offset,
                     size_t bytes, struct eb_request *request)
{
    (void)region, (void)offset, (void)bytes;
    ((struct counting *)transport)->partners[peer] |= EB_PARTNER_GETS;
    atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    return 0;
}

static int mark_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                     size_t bytes, struct eb_request *request)
{
    (void)region, (void)offset, (void)bytes;
    ((struct counting *)transport)->partners[peer] |= EB_PARTNER_GIVES;
    atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    return 0;
}

static int mark_nobody(struct eb_transport *transport, const struct eb_region *send,
                       struct eb_region *receive, size_t place, size_t count,
                       const struct eb_reduction *reduction)
{
    (void)transport, (void)send, (void)receive, (void)place, (void)count, (void)reduction;
    return 0;
}

static const struct eb_transport_ops marking_ops = {
    .name = "marking",
    .summary = "",
    .send = mark_send,
    .recv = mark_recv,
    .progress = count_progress,
    .allreduce = mark_nobody,
};

enum eb_status eb_traffic_partners(const struct eb_kernel_env *env, const struct eb_kernel_ops *kernel,
                                   unsigned char *partners, struct eb_error *err)
{
    struct counting counting = {.base = *env->transport, .partners = partners};
    return run_once(&counting, &marking_ops, env, kernel, err);
}
