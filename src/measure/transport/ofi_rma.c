/* One-sided operations of an open endpoint: writes that say when they have arrived, and reads. */
#include "measure/transport/ofi_endpoint.h"

#include <errno.h>
#include <stdlib.h>

#define COMPLETIONS_AT_ONCE 16

enum eb_status eb_ofi_rma_open(struct eb_ofi *ofi, struct eb_error *err)
{
    size_t ranks = (size_t)ofi->base.ranks;
    ofi->windows = calloc(ranks, sizeof *ofi->windows);
    ofi->arrivals = calloc(ranks, sizeof *ofi->arrivals);
    if (!ofi->windows || !ofi->arrivals)
        return eb_error_set(err, EB_INTERNAL, "libfabric", FI_ENOMEM, "out of memory for %zu ranks", ranks);
    return eb_region_open(&ofi->base, ranks * sizeof(uint64_t), 0, &ofi->flags, err);
}

void eb_ofi_rma_close(struct eb_ofi *ofi)
{
    eb_region_close(&ofi->base, &ofi->flags);
    for (int i = 0; ofi->arrivals && i < ofi->base.ranks; i++)
        free(ofi->arrivals[i].queue);
    free(ofi->arrivals);
    free(ofi->windows);
}

/* What a peer must say to mean the first byte of a region. */
static uint64_t address_of(const struct eb_ofi *ofi, const struct eb_region *region)
{
    return (ofi->info->domain_attr->mr_mode & FI_MR_VIRT_ADDR) ? (uint64_t)(uintptr_t)region->base : 0;
}

static uint64_t key_of(const struct eb_region *region)
{
    return fi_mr_key(region->handle);
}

enum eb_status eb_ofi_expose(struct eb_transport *transport, struct eb_launch *launch,
                             const struct eb_region *send, const struct eb_region *receive,
                             struct eb_error *err)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    if (!eb_ofi_is_one_sided(ofi))
        return EB_OK;
    struct eb_ofi_window mine = {.send_address = address_of(ofi, send),
                                 .send_key = key_of(send),
                                 .receive_address = address_of(ofi, receive),
                                 .receive_key = key_of(receive),
                                 .flags_address = address_of(ofi, &ofi->flags),
                                 .flags_key = key_of(&ofi->flags)};
    return launch->ops->allgather(launch, &mine, ofi->windows, sizeof mine, err);
}

/* Hands arrived writes to the receives that wait for them. */
static void settle(struct eb_ofi_arrivals *arrivals, uint64_t arrived_before)
{
    for (uint64_t i = arrived_before; i < arrivals->arrived && i < arrivals->posted; i++)
        atomic_store_explicit(&arrivals->queue[i % EB_OFI_ARRIVALS_MAX]->pending, 0, memory_order_relaxed);
}

static void arrived(struct eb_ofi_arrivals *arrivals, uint64_t count)
{
    uint64_t before = arrivals->arrived;
    arrivals->arrived = count;
    settle(arrivals, before);
}

/* Looks at the counters that the other ranks write. */
static int poll_flags(struct eb_ofi *ofi)
{
    int moved = 0;
    const _Atomic uint64_t *flags = (const _Atomic uint64_t *)(const void *)ofi->flags.base;
    for (int rank = 0; rank < ofi->base.ranks; rank++) {
        uint64_t count = atomic_load_explicit(&flags[rank], memory_order_acquire);
        if (count <= ofi->arrivals[rank].arrived) /* a counter in pieces may look smaller for a moment */
            continue;
        arrived(&ofi->arrivals[rank], count);
        moved++;
    }
    return moved;
}

static int data_arrived(struct eb_ofi *ofi, uint64_t rank)
{
    if (rank >= (uint64_t)ofi->base.ranks) {
        eb_error_set(&ofi->base.error, EB_INVALID, "libfabric", EBADMSG,
                     "a write came with data %llu, which is no rank", (unsigned long long)rank);
        return -1;
    }
    arrived(&ofi->arrivals[rank], ofi->arrivals[rank].arrived + 1);
    return 0;
}

int eb_ofi_write_progress(struct eb_transport *transport)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    struct fi_cq_data_entry entries[COMPLETIONS_AT_ONCE];
    ssize_t count = fi_cq_read(ofi->cq, entries, COMPLETIONS_AT_ONCE);
    if (count == -FI_EAVAIL)
        return eb_ofi_completion_failed(ofi);
    if (count < 0 && count != -FI_EAGAIN)
        return eb_ofi_call_failed(ofi, "fi_cq_read", transport->rank, count);
    for (ssize_t i = 0; i < count; i++) {
        struct eb_request *request = entries[i].op_context;
        if (!(entries[i].flags & FI_REMOTE_CQ_DATA))
            atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
        else if (data_arrived(ofi, entries[i].data) < 0)
            return -1;
    }
    int moved = ofi->wish.completion == EB_OFI_BY_FLAG ? poll_flags(ofi) : 0;
    return (count > 0 ? (int)count : 0) + moved;
}

/* Posts, driving progress while the provider has no room; 0 or -1. */
#define POST(call, post)                                                                                     \
    for (;;) {                                                                                               \
        ssize_t code = (post);                                                                               \
        if (code == 0)                                                                                       \
            break;                                                                                           \
        if (code != -FI_EAGAIN)                                                                              \
            return eb_ofi_call_failed(ofi, (call), peer, code);                                              \
        if (eb_transport_poll(transport) < 0)                                                                \
            return -1;                                                                                       \
    }

/* The counter of this rank at the peer becomes the number of writes so far. */
static int raise_flag(struct eb_ofi *ofi, int peer)
{
    struct eb_transport *transport = &ofi->base;
    const struct eb_ofi_window *window = &ofi->windows[peer];
    uint64_t count = ++ofi->arrivals[peer].sent;
    uint64_t address = window->flags_address + (uint64_t)transport->rank * sizeof count;
    POST("fi_inject_write",
         fi_inject_write(ofi->ep, &count, sizeof count, ofi->peers[peer], address, window->flags_key));
    return 0;
}

/* Tries to inject; 1 when it is done, 0 when this provider injects no writes, -1. */
static int inject_write(struct eb_ofi *ofi, int peer, const char *data, size_t bytes, uint64_t address)
{
    struct eb_transport *transport = &ofi->base;
    uint64_t key = ofi->windows[peer].receive_key;
    for (;;) {
        ssize_t code = ofi->wish.completion == EB_OFI_BY_DATA
                           ? fi_inject_writedata(ofi->ep, data, bytes, (uint64_t)transport->rank,
                                                 ofi->peers[peer], address, key)
                           : fi_inject_write(ofi->ep, data, bytes, ofi->peers[peer], address, key);
        if (code == 0)
            return 1;
        if (code == -FI_ENOSYS || code == -FI_EOPNOTSUPP) {
            ofi->rma_inject_bytes = 0;
            return 0;
        }
        if (code != -FI_EAGAIN)
            return eb_ofi_call_failed(ofi, "fi_inject_write", peer, code);
        if (eb_transport_poll(transport) < 0)
            return -1;
    }
}

int eb_ofi_write_send(struct eb_transport *transport, int peer, const struct eb_region *region, size_t offset,
                      size_t bytes, struct eb_request *request)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    const struct eb_ofi_window *window = &ofi->windows[peer];
    const char *data = region->base + offset;
    uint64_t address = window->receive_address + request->remote_offset;
    int injected = 0;
    request->peer = peer;
    atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    if (bytes <= ofi->rma_inject_bytes)
        injected = inject_write(ofi, peer, data, bytes, address);
    if (injected < 0)
        return -1;
    if (!injected) {
        atomic_store_explicit(&request->pending, 1, memory_order_relaxed);
        if (ofi->wish.completion == EB_OFI_BY_DATA) {
            POST("fi_writedata",
                 fi_writedata(ofi->ep, data, bytes, region->descriptor, (uint64_t)transport->rank,
                              ofi->peers[peer], address, window->receive_key, request->context));
        } else {
            POST("fi_write", fi_write(ofi->ep, data, bytes, region->descriptor, ofi->peers[peer], address,
                                      window->receive_key, request->context));
        }
    }
    return ofi->wish.completion == EB_OFI_BY_FLAG ? raise_flag(ofi, peer) : 0;
}

/* Before the first receive from a rank, which is a warm-up's: with many ranks most never have one. */
static int make_ring(struct eb_ofi *ofi, struct eb_ofi_arrivals *arrivals, int peer)
{
    arrivals->queue = calloc(EB_OFI_ARRIVALS_MAX, sizeof *arrivals->queue);
    if (arrivals->queue)
        return 0;
    eb_error_set(&ofi->base.error, EB_INTERNAL, "libfabric", FI_ENOMEM,
                 "out of memory for receives from rank %d", peer);
    return -1;
}

int eb_ofi_write_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                      size_t bytes, struct eb_request *request)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    struct eb_ofi_arrivals *arrivals = &ofi->arrivals[peer];
    (void)region, (void)offset;
    request->peer = peer;
    request->bytes = bytes;
    if (!arrivals->queue && make_ring(ofi, arrivals, peer) < 0)
        return -1;
    while (arrivals->posted >= arrivals->arrived + EB_OFI_ARRIVALS_MAX)
        if (eb_transport_poll(transport) < 0)
            return -1;
    arrivals->queue[arrivals->posted++ % EB_OFI_ARRIVALS_MAX] = request;
    atomic_store_explicit(&request->pending, arrivals->posted > arrivals->arrived, memory_order_relaxed);
    return 0;
}

/* Nothing is sent where the other side reads. */
int eb_ofi_read_send(struct eb_transport *transport, int peer, const struct eb_region *region, size_t offset,
                     size_t bytes, struct eb_request *request)
{
    (void)transport, (void)peer, (void)region, (void)offset, (void)bytes;
    atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    return 0;
}

int eb_ofi_read_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                     size_t bytes, struct eb_request *request)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    const struct eb_ofi_window *window = &ofi->windows[peer];
    request->peer = peer;
    request->bytes = bytes;
    atomic_store_explicit(&request->pending, 1, memory_order_relaxed);
    POST("fi_read", fi_read(ofi->ep, region->base + offset, bytes, region->descriptor, ofi->peers[peer],
                            window->send_address + offset, window->send_key, request->context));
    return 0;
}
