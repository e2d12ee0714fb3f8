/* Tagged and untagged messages of an open endpoint. The tag of a message is the rank that sent it. */
#include "measure/transport/ofi_endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define COMPLETIONS_AT_ONCE 16

int eb_ofi_call_failed(struct eb_ofi *ofi, const char *call, int peer, ssize_t code)
{
    eb_error_set(&ofi->base.error, EB_INTERNAL, "libfabric", (int)-code, "%s to rank %d: %s (%d)", call, peer,
                 fi_strerror((int)-code), (int)code);
    return -1;
}

/* What is mostly behind an error of EFA's own (efa_errno.h of libfabric's efa provider), or "". */
static const char *hint_of(const struct eb_ofi *ofi, int prov_errno)
{
    if (strcmp(ofi->info->fabric_attr->prov_name, "efa") != 0)
        return "";
    switch (prov_errno) {
    case 15:
    case 4126:
        return ": the peer is unreachable: does the security group allow all traffic to and from itself, in "
               "and "
               "out?";
    case 9:
    case 13:
    case 4124:
        return ": the peer was reachable before: has its process ended?";
    case 4105:
    case 4112:
        return ": " EB_OFI_MEMLOCK_HINT;
    default:
        return "";
    }
}

/* "receive from", ... */
static const char *action_of(uint64_t flags)
{
    if (flags & FI_RMA)
        return flags & FI_READ ? "read from" : "write to";
    return flags & FI_RECV ? "receive from" : "send to";
}

/* In the provider's own words. */
int eb_ofi_completion_failed(struct eb_ofi *ofi)
{
    struct fi_cq_err_entry entry = {0};
    ssize_t got = fi_cq_readerr(ofi->cq, &entry, 0);
    if (got == -FI_EAGAIN)
        return 0;
    if (got < 0)
        return eb_ofi_call_failed(ofi, "fi_cq_readerr", ofi->base.rank, got);
    char words[200] = "";
    const char *text = fi_cq_strerror(ofi->cq, entry.prov_errno, entry.err_data, words, sizeof words);
    const struct eb_request *request = entry.op_context;
    char peer[32] = "an unknown rank";
    if (request)
        snprintf(peer, sizeof peer, "rank %d", request->peer);
    eb_error_set(&ofi->base.error, EB_INTERNAL, "libfabric", entry.err,
                 "%s %s failed: %s (%d); provider %s says: %.200s (%d)%s", action_of(entry.flags), peer,
                 fi_strerror(entry.err), entry.err, ofi->info->fabric_attr->prov_name,
                 text ? text : "nothing", entry.prov_errno, hint_of(ofi, entry.prov_errno));
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
        return eb_ofi_completion_failed(ofi);
    if (count < 0)
        return eb_ofi_call_failed(ofi, "fi_cq_read", transport->rank, count);
    for (ssize_t i = 0; i < count; i++) {
        struct eb_request *request = entries[i].op_context;
        if ((entries[i].flags & FI_RECV) && entries[i].len != request->bytes)
            return wrong_length(ofi, request, entries[i].len);
        atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    }
    return (int)count;
}

/* Retries what the provider has no room for yet. call and post name it and do it; post sets code. */
#define POST_UNTIL_TAKEN(call, peer, post)                                                                   \
    for (;;) {                                                                                               \
        ssize_t code = (post);                                                                               \
        if (code == 0)                                                                                       \
            return 0;                                                                                        \
        if (code != -FI_EAGAIN)                                                                              \
            return eb_ofi_call_failed(ofi, (call), (peer), code);                                            \
        if (eb_transport_poll(transport) < 0)                                                                \
            return -1;                                                                                       \
    }

int eb_ofi_tagged_send(struct eb_transport *transport, int peer, const struct eb_region *region,
                       size_t offset, size_t bytes, struct eb_request *request)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    const char *data = region->base + offset;
    int inject = bytes <= ofi->inject_bytes;
    uint64_t tag = (uint64_t)transport->rank;
    request->peer = peer;
    atomic_store_explicit(&request->pending, !inject, memory_order_relaxed);
    if (inject)
        POST_UNTIL_TAKEN("fi_tinject", peer, fi_tinject(ofi->ep, data, bytes, ofi->peers[peer], tag));
    POST_UNTIL_TAKEN(
        "fi_tsend", peer,
        fi_tsend(ofi->ep, data, bytes, region->descriptor, ofi->peers[peer], tag, request->context));
}

int eb_ofi_tagged_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                       size_t bytes, struct eb_request *request)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    request->peer = peer;
    request->bytes = bytes;
    atomic_store_explicit(&request->pending, 1, memory_order_relaxed);
    POST_UNTIL_TAKEN("fi_trecv", peer,
                     fi_trecv(ofi->ep, region->base + offset, bytes, region->descriptor, FI_ADDR_UNSPEC,
                              (uint64_t)peer, 0, request->context));
}

int eb_ofi_msg_send(struct eb_transport *transport, int peer, const struct eb_region *region, size_t offset,
                    size_t bytes, struct eb_request *request)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    const char *data = region->base + offset;
    int inject = bytes <= ofi->inject_bytes;
    request->peer = peer;
    atomic_store_explicit(&request->pending, !inject, memory_order_relaxed);
    if (inject)
        POST_UNTIL_TAKEN("fi_inject", peer, fi_inject(ofi->ep, data, bytes, ofi->peers[peer]));
    POST_UNTIL_TAKEN("fi_send", peer,
                     fi_send(ofi->ep, data, bytes, region->descriptor, ofi->peers[peer], request->context));
}

int eb_ofi_msg_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                    size_t bytes, struct eb_request *request)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    fi_addr_t from = transport->directed ? ofi->peers[peer] : FI_ADDR_UNSPEC;
    request->peer = peer;
    request->bytes = bytes;
    atomic_store_explicit(&request->pending, 1, memory_order_relaxed);
    POST_UNTIL_TAKEN(
        "fi_recv", peer,
        fi_recv(ofi->ep, region->base + offset, bytes, region->descriptor, from, request->context));
}
