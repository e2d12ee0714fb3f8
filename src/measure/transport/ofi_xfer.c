/* The operations of an open endpoint. The tag of a message is the rank that sent it. */
#include "measure/transport/ofi_endpoint.h"

#include <errno.h>
#include <stdio.h>

#define COMPLETIONS_AT_ONCE 16

static int failed(struct eb_ofi *ofi, const char *call, int peer, ssize_t code)
{
    eb_error_set(&ofi->base.error, EB_INTERNAL, "libfabric", (int)-code, "%s to rank %d: %s (%d)", call, peer,
                 fi_strerror((int)-code), (int)code);
    return -1;
}

/* A completion in error, in the provider's own words. */
static int completion_failed(struct eb_ofi *ofi)
{
    struct fi_cq_err_entry entry = {0};
    ssize_t got = fi_cq_readerr(ofi->cq, &entry, 0);
    if (got == -FI_EAGAIN)
        return 0;
    if (got < 0)
        return failed(ofi, "fi_cq_readerr", ofi->base.rank, got);
    char words[200] = "";
    const char *text = fi_cq_strerror(ofi->cq, entry.prov_errno, entry.err_data, words, sizeof words);
    const struct eb_request *request = entry.op_context;
    char peer[32] = "an unknown rank";
    if (request)
        snprintf(peer, sizeof peer, "rank %d", request->peer);
    eb_error_set(&ofi->base.error, EB_INTERNAL, "libfabric", entry.err,
                 "%s %s %s failed: %s (%d); provider %s says: %s (%d)",
                 entry.flags & FI_RECV ? "receive" : "send", entry.flags & FI_RECV ? "from" : "to", peer,
                 fi_strerror(entry.err), entry.err, ofi->info->fabric_attr->prov_name,
                 text ? text : "nothing", entry.prov_errno);
    return -1;
}

static int wrong_length(struct eb_ofi *ofi, const struct eb_request *request, size_t got)
{
    eb_error_set(&ofi->base.error, EB_INVALID, "libfabric", EMSGSIZE,
                 "a message from rank %d has %zu bytes where %zu were sent", request->peer, got,
                 request->bytes);
    return -1;
}

int eb_ofi_progress(struct eb_transport *transport)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    struct fi_cq_msg_entry entries[COMPLETIONS_AT_ONCE];
    ssize_t count = fi_cq_read(ofi->cq, entries, COMPLETIONS_AT_ONCE);
    if (count == -FI_EAGAIN)
        return 0;
    if (count == -FI_EAVAIL)
        return completion_failed(ofi);
    if (count < 0)
        return failed(ofi, "fi_cq_read", transport->rank, count);
    for (ssize_t i = 0; i < count; i++) {
        struct eb_request *request = entries[i].op_context;
        if ((entries[i].flags & FI_RECV) && entries[i].len != request->bytes)
            return wrong_length(ofi, request, entries[i].len);
        atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    }
    return (int)count;
}

int eb_ofi_send(struct eb_transport *transport, int peer, const struct eb_region *region, size_t offset,
                size_t bytes, struct eb_request *request)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    const char *data = region->base + offset;
    int inject = bytes <= ofi->inject_bytes;
    uint64_t tag = (uint64_t)transport->rank;
    ssize_t code = 0;
    request->peer = peer;
    atomic_store_explicit(&request->pending, !inject, memory_order_relaxed);
    for (;;) {
        if (inject)
            code = fi_tinject(ofi->ep, data, bytes, ofi->peers[peer], tag);
        else
            code =
                fi_tsend(ofi->ep, data, bytes, region->descriptor, ofi->peers[peer], tag, request->context);
        if (code == 0)
            return 0;
        if (code != -FI_EAGAIN)
            return failed(ofi, inject ? "fi_tinject" : "fi_tsend", peer, code);
        if (eb_transport_poll(transport) < 0)
            return -1;
    }
}

int eb_ofi_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                size_t bytes, struct eb_request *request)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    request->peer = peer;
    request->bytes = bytes;
    atomic_store_explicit(&request->pending, 1, memory_order_relaxed);
    for (;;) {
        ssize_t code = fi_trecv(ofi->ep, region->base + offset, bytes, region->descriptor, FI_ADDR_UNSPEC,
                                (uint64_t)peer, 0, request->context);
        if (code == 0)
            return 0;
        if (code != -FI_EAGAIN)
            return failed(ofi, "fi_trecv", peer, code);
        if (eb_transport_poll(transport) < 0)
            return -1;
    }
}
