/* Moves nothing: every operation is done at once. What a kernel costs over it is the harness's own floor. */
#include "measure/transport/table.h"

#include <errno.h>
#include <stdlib.h>

static enum eb_status null_open(struct eb_launch *launch, const struct eb_arm *arm,
                                struct eb_transport **transport, struct eb_error *err)
{
    (void)arm;
    *transport = calloc(1, sizeof **transport);
    if (!*transport)
        return eb_error_set(err, EB_INTERNAL, "null", ENOMEM, "out of memory for a transport");
    eb_transport_init(*transport, &eb_transport_null, launch);
    return EB_OK;
}

static void null_close(struct eb_transport *transport)
{
    free(transport);
}

static json_t *null_describe(const struct eb_transport *transport)
{
    (void)transport;
    return json_object();
}

static int null_send(struct eb_transport *transport, int peer, const struct eb_region *region, size_t offset,
                     size_t bytes, struct eb_request *request)
{
    (void)transport, (void)peer, (void)region, (void)offset, (void)bytes;
    atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    return 0;
}

static int null_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                     size_t bytes, struct eb_request *request)
{
    return null_send(transport, peer, region, offset, bytes, request);
}

static int null_progress(struct eb_transport *transport)
{
    (void)transport;
    return 0;
}

static const char *const no_keys[] = {NULL};

const struct eb_transport_ops eb_transport_null = {
    .name = "null",
    .summary = "moves nothing: the harness's own floor",
    .keys = no_keys,
    .open = null_open,
    .close = null_close,
    .describe = null_describe,
    .send = null_send,
    .recv = null_recv,
    .progress = null_progress,
};
