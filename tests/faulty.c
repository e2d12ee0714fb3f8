#include "faulty.h"

#include <stdlib.h>
#include <string.h>

static int faulty_send(struct eb_transport *transport, int peer, const struct eb_region *region,
                       size_t offset, size_t bytes, struct eb_request *request)
{
    struct faulty *faulty = (struct faulty *)transport;
    struct eb_region spoiled = *region;
    if (++faulty->sends != faulty->spoil_send)
        return faulty->inner->ops->send(faulty->inner, peer, region, offset, bytes, request);
    free(faulty->copies);
    faulty->copies = malloc(bytes);
    memcpy(faulty->copies, region->base + offset, bytes);
    faulty->copies[faulty->spoil_offset % bytes] ^= 0x40;
    spoiled.base = faulty->copies;
    return faulty->inner->ops->send(faulty->inner, peer, &spoiled, 0, bytes, request);
}

static int faulty_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                       size_t bytes, struct eb_request *request)
{
    struct faulty *faulty = (struct faulty *)transport;
    return faulty->inner->ops->recv(faulty->inner, peer, region, offset, bytes, request);
}

static int faulty_progress(struct eb_transport *transport)
{
    struct faulty *faulty = (struct faulty *)transport;
    return faulty->inner->ops->progress(faulty->inner);
}

static const struct eb_transport_ops faulty_ops = {
    .name = "faulty",
    .moves_data = 1,
    .send = faulty_send,
    .recv = faulty_recv,
    .progress = faulty_progress,
};

void faulty_wrap(struct faulty *faulty, struct eb_transport *inner, size_t spoil_send, size_t spoil_offset)
{
    *faulty = (struct faulty){
        .base = *inner, .inner = inner, .spoil_send = spoil_send, .spoil_offset = spoil_offset};
    faulty->base.ops = &faulty_ops;
}

void faulty_unwrap(struct faulty *faulty)
{
    free(faulty->copies);
}
