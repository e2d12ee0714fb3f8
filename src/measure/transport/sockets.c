/* Plain kernel TCP, nonblocking and spinning: what an ENA carries without libfabric.
 *
 * There are no headers: both sides know the sizes and the order of the messages, so that 8 bytes are 8 bytes
 * on the wire. With flows=N a message is cut into up to N stretches of at least STRETCH_BYTES, each on its
 * own connection; the first stretch of the m-th message to a peer goes on connection m modulo N. */
#include "common/units.h"
#include "measure/transport/sockets_mesh.h"
#include "measure/transport/table.h"
#include "measure/topology/nic.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define STRETCH_BYTES ((size_t)16384)
#define VECTORS_AT_ONCE 64u

static unsigned queued(const struct eb_segment_queue *queue)
{
    return queue->tail - queue->head;
}

static struct eb_segment *segment_at(const struct eb_segment_queue *queue, unsigned place)
{
    return &queue->segments[place & (EB_FLOW_QUEUE - 1)];
}

static void push(struct eb_segment_queue *queue, char *data, size_t bytes, struct eb_request *request)
{
    *segment_at(queue, queue->tail++) = (struct eb_segment){.data = data, .left = bytes, .request = request};
}

static int broken(struct eb_transport *transport, const struct eb_flow *flow, const char *call, int code)
{
    eb_error_set(&transport->error, EB_INTERNAL, "sockets", code, "%s rank %d: %s", call, flow->peer,
                 code ? strerror(code) : "it closed the connection");
    return -1;
}

/* Takes bytes that have crossed off the head of the queue. */
static void consume(struct eb_segment_queue *queue, size_t bytes)
{
    while (bytes > 0) {
        struct eb_segment *segment = segment_at(queue, queue->head);
        size_t part = bytes < segment->left ? bytes : segment->left;
        segment->data += part;
        segment->left -= part;
        bytes -= part;
        if (segment->left > 0)
            return;
        unsigned pending = atomic_load_explicit(&segment->request->pending, memory_order_relaxed);
        atomic_store_explicit(&segment->request->pending, pending - 1, memory_order_relaxed);
        queue->head++;
    }
}

/* The first segments of the queue as an I/O vector; *bytes becomes their sum. */
static unsigned gather(const struct eb_segment_queue *queue, struct iovec *vectors, size_t *bytes)
{
    unsigned count = queued(queue) < VECTORS_AT_ONCE ? queued(queue) : VECTORS_AT_ONCE;
    *bytes = 0;
    for (unsigned i = 0; i < count; i++) {
        const struct eb_segment *segment = segment_at(queue, queue->head + i);
        vectors[i] = (struct iovec){.iov_base = segment->data, .iov_len = segment->left};
        *bytes += segment->left;
    }
    return count;
}

typedef ssize_t move_one_fn(int fd, void *data, size_t bytes);
typedef ssize_t move_many_fn(int fd, struct iovec *vectors, unsigned count);

static ssize_t send_one(int fd, void *data, size_t bytes)
{
    return send(fd, data, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static ssize_t send_many(int fd, struct iovec *vectors, unsigned count)
{
    struct msghdr message = {.msg_iov = vectors, .msg_iovlen = count};
    return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static ssize_t recv_one(int fd, void *data, size_t bytes)
{
    return recv(fd, data, bytes, MSG_DONTWAIT);
}

static ssize_t recv_many(int fd, struct iovec *vectors, unsigned count)
{
    struct msghdr message = {.msg_iov = vectors, .msg_iovlen = count};
    return recvmsg(fd, &message, MSG_DONTWAIT);
}

/* Moves what can be moved of a queue. The number of calls that moved something, or -1. A call that moved less
 * than was asked says that the kernel has no more: asking again would cost a call for nothing. */
static inline int pump(struct eb_transport *transport, const struct eb_flow *flow,
                       struct eb_segment_queue *queue, const char *call, move_one_fn *move_one,
                       move_many_fn *move_many)
{
    int moves = 0;
    while (queued(queue) > 0) {
        size_t asked = segment_at(queue, queue->head)->left;
        ssize_t moved = 0;
        if (queued(queue) == 1) {
            moved = move_one(flow->fd, segment_at(queue, queue->head)->data, asked);
        } else {
            struct iovec vectors[VECTORS_AT_ONCE];
            unsigned count = gather(queue, vectors, &asked);
            moved = move_many(flow->fd, vectors, count);
        }
        if (moved < 0 && (errno == EAGAIN || errno == EINTR))
            return moves;
        if (moved <= 0)
            return broken(transport, flow, call, moved < 0 ? errno : 0);
        consume(queue, (size_t)moved);
        moves++;
        if ((size_t)moved < asked)
            return moves;
    }
    return moves;
}

static int sockets_progress(struct eb_transport *transport)
{
    struct eb_sockets *sockets = (struct eb_sockets *)transport;
    int moves = 0;
    for (size_t i = 0; i < sockets->used_count; i++) {
        struct eb_flow *flow = sockets->used[i];
        int sent =
            queued(&flow->sends) ? pump(transport, flow, &flow->sends, "send to", send_one, send_many) : 0;
        int received = queued(&flow->receives)
                           ? pump(transport, flow, &flow->receives, "receive from", recv_one, recv_many)
                           : 0;
        if (sent < 0 || received < 0)
            return -1;
        moves += sent + received;
    }
    return moves;
}

static unsigned stretches(const struct eb_sockets *sockets, size_t bytes)
{
    size_t most = bytes / STRETCH_BYTES;
    if (most <= 1)
        return 1;
    return most < (size_t)sockets->flows ? (unsigned)most : (unsigned)sockets->flows;
}

/* Before a flow's first message, which is a warm-up's: with many ranks most flows never have one. */
static int first_use(struct eb_sockets *sockets, struct eb_flow *flow)
{
    flow->sends.segments = calloc(EB_FLOW_QUEUE, sizeof *flow->sends.segments);
    flow->receives.segments = calloc(EB_FLOW_QUEUE, sizeof *flow->receives.segments);
    sockets->used[sockets->used_count++] = flow;
    if (flow->sends.segments && flow->receives.segments)
        return 0;
    eb_error_set(&sockets->base.error, EB_INTERNAL, "sockets", ENOMEM, "out of memory for a flow to rank %d",
                 flow->peer);
    return -1;
}

/* Queues one stretch on one flow, and starts it when it is the next to be sent. Waits where the queue is
 * full. */
static inline int enqueue(struct eb_sockets *sockets, struct eb_flow *flow, char *data, size_t bytes,
                          struct eb_request *request, int is_send)
{
    struct eb_segment_queue *queue = is_send ? &flow->sends : &flow->receives;
    if (!queue->segments && first_use(sockets, flow) < 0)
        return -1;
    while (queued(queue) == EB_FLOW_QUEUE)
        if (eb_transport_poll(&sockets->base) < 0)
            return -1;
    push(queue, data, bytes, request);
    if (is_send && queued(queue) == 1 &&
        pump(&sockets->base, flow, queue, "send to", send_one, send_many) < 0)
        return -1;
    return 0;
}

/* Queues the stretches of one message, the same way on both sides. */
static int spread(struct eb_sockets *sockets, int peer, char *data, size_t bytes, struct eb_request *request,
                  int is_send)
{
    unsigned flows = (unsigned)sockets->flows;
    request->peer = peer;
    request->bytes = bytes;
    if (flows == 1) {
        atomic_store_explicit(&request->pending, 1, memory_order_relaxed);
        return enqueue(sockets, &sockets->table[peer], data, bytes, request, is_send);
    }
    unsigned count = stretches(sockets, bytes);
    uint64_t *messages = is_send ? &sockets->sent_messages[peer] : &sockets->received_messages[peer];
    unsigned first = (unsigned)((*messages)++ % flows);
    size_t offset = 0;
    atomic_store_explicit(&request->pending, count, memory_order_relaxed);
    for (unsigned i = 0; i < count; i++) {
        struct eb_flow *flow = &sockets->table[(unsigned)peer * flows + (first + i) % flows];
        size_t part = bytes / count + (i < bytes % count);
        if (enqueue(sockets, flow, data + offset, part, request, is_send) < 0)
            return -1;
        offset += part;
    }
    return 0;
}

static int sockets_send(struct eb_transport *transport, int peer, const struct eb_region *region,
                        size_t offset, size_t bytes, struct eb_request *request)
{
    return spread((struct eb_sockets *)transport, peer, region->base + offset, bytes, request, 1);
}

static int sockets_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                        size_t bytes, struct eb_request *request)
{
    return spread((struct eb_sockets *)transport, peer, region->base + offset, bytes, request, 0);
}

static enum eb_status parse_keys(const struct eb_arm *arm, int *flows, int *buffer_bytes,
                                 struct eb_error *err)
{
    uint64_t value = 0;
    struct eb_error inner = {0};
    const char *buffer = eb_arm_key(arm, "buffer", NULL);
    enum eb_status status =
        eb_count_parse("flows", eb_arm_key(arm, "flows", "1"), 1, EB_FLOWS_MAX, &value, &inner);
    *flows = (int)value;
    *buffer_bytes = 0;
    if (status == EB_OK && buffer) {
        status = eb_size_parse(buffer, &value, &inner);
        if (status == EB_OK && value > 1u << 30)
            status = eb_error_set(&inner, EB_USAGE, "sockets", 0, "buffer: '%s' is more than 1G", buffer);
        *buffer_bytes = (int)value;
    }
    return status == EB_OK ? status
                           : eb_error_set(err, status, "sockets", 0, "arm '%s': %s", arm->spec, inner.text);
}

static enum eb_status sockets_check(const struct eb_arm *arm, struct eb_error *err)
{
    int flows = 0;
    int buffer_bytes = 0;
    return parse_keys(arm, &flows, &buffer_bytes, err);
}

static void sockets_close(struct eb_transport *transport)
{
    struct eb_sockets *sockets = (struct eb_sockets *)transport;
    if (!sockets)
        return;
    for (int i = 0; sockets->table && i < transport->ranks * sockets->flows; i++) {
        if (sockets->table[i].fd >= 0)
            close(sockets->table[i].fd);
        free(sockets->table[i].sends.segments);
        free(sockets->table[i].receives.segments);
    }
    free(sockets->table);
    free(sockets->used);
    free(sockets->sent_messages);
    free(sockets->received_messages);
    free(sockets);
}

static enum eb_status allocate(struct eb_sockets *sockets, struct eb_error *err)
{
    size_t ranks = (size_t)sockets->base.ranks;
    size_t flows = (size_t)sockets->flows;
    sockets->table = calloc(ranks * flows, sizeof *sockets->table);
    sockets->sent_messages = calloc(ranks, sizeof *sockets->sent_messages);
    sockets->received_messages = calloc(ranks, sizeof *sockets->received_messages);
    sockets->used = calloc(ranks * flows, sizeof *sockets->used);
    int failed = !sockets->table || !sockets->used || !sockets->sent_messages || !sockets->received_messages;
    for (size_t i = 0; sockets->table && i < ranks * flows; i++)
        sockets->table[i] = (struct eb_flow){.fd = -1, .peer = (int)(i / flows)};
    return failed ? eb_error_set(err, EB_INTERNAL, "sockets", ENOMEM, "out of memory for %zu flows",
                                 ranks * flows)
                  : EB_OK;
}

static enum eb_status sockets_open(struct eb_launch *launch, const struct eb_arm *arm,
                                   struct eb_transport **transport, struct eb_error *err)
{
    struct eb_nic nic = {0};
    struct eb_sockets *sockets = calloc(1, sizeof *sockets);
    enum eb_status status =
        sockets ? EB_OK : eb_error_set(err, EB_INTERNAL, "sockets", ENOMEM, "out of memory for a transport");
    if (status == EB_OK) {
        eb_transport_init(&sockets->base, &eb_transport_sockets, launch);
        sockets->base.max_outstanding = EB_FLOW_QUEUE / 2;
        status = parse_keys(arm, &sockets->flows, &sockets->buffer_bytes, err);
    }
    if (status == EB_OK)
        status = allocate(sockets, err);
    if (status == EB_OK && arm->interface)
        status = eb_nic_find(arm->spec, arm->interface, &nic, err);
    if (status == EB_OK && nic.is_rdma)
        status =
            eb_error_set(err, EB_USAGE, "sockets", 0,
                         "arm '%s': '%s' is an RDMA device, kernel TCP needs a netdev", arm->spec, nic.name);
    status = eb_launch_agree(launch, status, err);
    if (status == EB_OK)
        status = eb_sockets_connect(sockets, launch, arm->spec, arm->interface ? nic.name : NULL, err);
    if (status != EB_OK) {
        if (sockets)
            sockets_close(&sockets->base);
        return status;
    }
    *transport = &sockets->base;
    return EB_OK;
}

static json_t *sockets_describe(const struct eb_transport *transport)
{
    const struct eb_sockets *sockets = (const struct eb_sockets *)transport;
    int other = transport->rank == 0 ? 1 : 0;
    int fd = sockets->table[(ptrdiff_t)other * sockets->flows].fd;
    int send_bytes = 0;
    int receive_bytes = 0;
    char control[16] = "";
    socklen_t length = sizeof send_bytes;
    getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_bytes, &length);
    getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_bytes, &length);
    length = sizeof control;
    getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, control, &length);
    socklen_t segment_length = sizeof(int);
    int segment_bytes = 0;
    getsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment_bytes, &segment_length);
    json_t *thresholds =
        json_pack("{s:i, s:i, s:i}", "segment of TCP", segment_bytes, "send buffer", send_bytes,
                  "least stretch of a flow", sockets->flows > 1 ? (int)(2 * STRETCH_BYTES) : 0);
    return json_pack("{s:s, s:s, s:i, s:s, s:i, s:i, s:b, s:b, s:o}", "interface", sockets->interface,
                     "address", sockets->address, "flows", sockets->flows, "congestion_control", control,
                     "send_buffer_bytes", send_bytes, "receive_buffer_bytes", receive_bytes, "nodelay", 1,
                     "buffers_tuned_by_kernel", sockets->buffer_bytes == 0, "thresholds", thresholds);
}

static const char *const sockets_keys[] = {"flows", "buffer", NULL};

const struct eb_transport_ops eb_transport_sockets = {
    .name = "sockets",
    .summary = "plain kernel TCP: sockets@INTERFACE,flows=N,buffer=BYTES",
    .keys = sockets_keys,
    .takes_interface = 1,
    .moves_data = 1,
    .check = sockets_check,
    .open = sockets_open,
    .close = sockets_close,
    .describe = sockets_describe,
    .send = sockets_send,
    .recv = sockets_recv,
    .progress = sockets_progress,
};
