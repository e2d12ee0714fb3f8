/* Real data between ranks that are threads of one process, copied once under a lock: for tests of kernels
 * with any number of ranks and no network. */
#include "measure/transport/table.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a request that waits for its counterpart keeps in its own scratch: the next one in its queue, its
 * data, and who sends. */
enum { NEXT, DATA, SENDER };

struct queue {
    struct eb_request *head;
    struct eb_request *tail;
};

/* All that is on its way to one rank, from whomever: memory grows with the ranks, and not with their pairs.
 * Of one sender only one of the queues ever has something. */
struct inbox {
    pthread_mutex_t lock;
    struct queue sends;
    struct queue receives;
};

/* Shared by all ranks; the last one to close frees it. */
struct hub {
    atomic_int users;
    struct inbox inboxes[]; /* by receiver */
};

struct inproc {
    struct eb_transport base;
    struct hub *hub;
};

static void push(struct queue *queue, struct eb_request *request)
{
    request->context[NEXT] = NULL;
    if (queue->tail)
        queue->tail->context[NEXT] = request;
    else
        queue->head = request;
    queue->tail = request;
}

/* Takes the first request of that sender out. */
static struct eb_request *pop(struct queue *queue, const void *sender)
{
    struct eb_request *before = NULL;
    struct eb_request *request = queue->head;
    while (request && request->context[SENDER] != sender) {
        before = request;
        request = request->context[NEXT];
    }
    if (!request)
        return NULL;
    if (before)
        before->context[NEXT] = request->context[NEXT];
    else
        queue->head = request->context[NEXT];
    if (queue->tail == request)
        queue->tail = before;
    return request;
}

static void finish(struct eb_request *request)
{
    atomic_store_explicit(&request->pending, 0, memory_order_release);
}

/* Joins request with the first of others, or parks it in own. */
static int join(struct inproc *inproc, int from, int to, struct eb_request *request, int is_send)
{
    struct inbox *inbox = &inproc->hub->inboxes[to];
    struct queue *own = is_send ? &inbox->sends : &inbox->receives;
    struct queue *others = is_send ? &inbox->receives : &inbox->sends;
    const struct inbox *sender = &inproc->hub->inboxes[from]; /* its address is a rank's name here */
    int result = 0;
    request->context[SENDER] = (void *)sender;
    atomic_store_explicit(&request->pending, 1, memory_order_relaxed);
    pthread_mutex_lock(&inbox->lock);
    struct eb_request *other = pop(others, sender);
    if (!other) {
        push(own, request);
    } else if (other->bytes != request->bytes) {
        eb_error_set(&inproc->base.error, EB_INTERNAL, "inproc", EMSGSIZE,
                     "a message of %zu bytes met a receive of %zu", is_send ? request->bytes : other->bytes,
                     is_send ? other->bytes : request->bytes);
        result = -1;
    } else {
        struct eb_request *receive = is_send ? other : request;
        struct eb_request *send = is_send ? request : other;
        memcpy(receive->context[DATA], send->context[DATA], request->bytes);
        finish(other);
        finish(request);
    }
    pthread_mutex_unlock(&inbox->lock);
    return result;
}

static int inproc_send(struct eb_transport *transport, int peer, const struct eb_region *region,
                       size_t offset, size_t bytes, struct eb_request *request)
{
    struct inproc *inproc = (struct inproc *)transport;
    request->bytes = bytes;
    request->peer = peer;
    request->context[DATA] = region->base + offset;
    return join(inproc, transport->rank, peer, request, 1);
}

static int inproc_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                       size_t bytes, struct eb_request *request)
{
    struct inproc *inproc = (struct inproc *)transport;
    request->bytes = bytes;
    request->peer = peer;
    request->context[DATA] = region->base + offset;
    return join(inproc, peer, transport->rank, request, 0);
}

static void drop_all(struct queue *queue, const void *sender)
{
    while (pop(queue, sender))
        ;
}

/* After a failure requests of this rank may still be parked: the others must not find them once their memory
 * is gone. */
static void inproc_unregister(struct eb_transport *transport, struct eb_region *region)
{
    struct inproc *inproc = (struct inproc *)transport;
    struct inbox *mine = &inproc->hub->inboxes[transport->rank];
    (void)region; /* whichever: regions go when nothing is under way, or nothing is to arrive any more */
    for (int rank = 0; rank < transport->ranks; rank++) {
        struct inbox *theirs = &inproc->hub->inboxes[rank];
        pthread_mutex_lock(&theirs->lock);
        drop_all(&theirs->sends, mine);
        pthread_mutex_unlock(&theirs->lock);
        pthread_mutex_lock(&mine->lock);
        drop_all(&mine->receives, theirs);
        pthread_mutex_unlock(&mine->lock);
    }
}

static int inproc_progress(struct eb_transport *transport)
{
    (void)transport;
    return 0;
}

static struct hub *hub_new(size_t ranks)
{
    struct hub *hub = calloc(1, sizeof *hub + ranks * sizeof(struct inbox));
    for (size_t i = 0; hub && i < ranks; i++)
        pthread_mutex_init(&hub->inboxes[i].lock, NULL);
    if (hub)
        atomic_init(&hub->users, (int)ranks);
    return hub;
}

static void hub_leave(struct hub *hub, size_t ranks)
{
    if (!hub || atomic_fetch_sub(&hub->users, 1) > 1)
        return;
    for (size_t i = 0; i < ranks; i++)
        pthread_mutex_destroy(&hub->inboxes[i].lock);
    free(hub);
}

/* What the ranks tell each other: where rank 0's hub is, and in which process. */
struct place {
    struct hub *hub;
    long process;
};

static enum eb_status check_places(const struct place *places, int ranks, const char *spec,
                                   struct eb_error *err)
{
    for (int rank = 1; rank < ranks; rank++)
        if (places[rank].process != places[0].process)
            return eb_error_set(
                err, EB_USAGE, "inproc", 0,
                "arm '%s': inproc joins threads of one process, under mpirun take another transport", spec);
    return EB_OK;
}

static enum eb_status inproc_open(struct eb_launch *launch, const struct eb_arm *arm,
                                  struct eb_transport **transport, struct eb_error *err)
{
    size_t ranks = (size_t)launch->ranks;
    struct inproc *inproc = calloc(1, sizeof *inproc);
    struct place *places = calloc(ranks, sizeof *places);
    struct place mine = {.process = (long)getpid(), .hub = launch->rank == 0 ? hub_new(ranks) : NULL};
    enum eb_status status =
        inproc && places && (launch->rank != 0 || mine.hub)
            ? EB_OK
            : eb_error_set(err, EB_INTERNAL, "inproc", ENOMEM, "out of memory for a transport");
    status = eb_launch_agree(launch, status, err);
    if (status == EB_OK)
        status = launch->ops->allgather(launch, &mine, places, sizeof mine, err);
    if (status == EB_OK)
        status = check_places(places, launch->ranks, arm->spec, err);
    if (status == EB_OK) {
        eb_transport_init(&inproc->base, &eb_transport_inproc, launch);
        inproc->hub = places[0].hub;
        *transport = &inproc->base;
    } else {
        free(mine.hub);
        free(inproc);
    }
    free(places);
    return status;
}

static void inproc_close(struct eb_transport *transport)
{
    struct inproc *inproc = (struct inproc *)transport;
    if (!inproc)
        return;
    hub_leave(inproc->hub, (size_t)transport->ranks);
    free(inproc);
}

static json_t *inproc_describe(const struct eb_transport *transport)
{
    (void)transport;
    return json_object();
}

static const char *const no_keys[] = {NULL};

const struct eb_transport_ops eb_transport_inproc = {
    .name = "inproc",
    .summary = "real data between threads of one process, for tests",
    .keys = no_keys,
    .moves_data = 1,
    .open = inproc_open,
    .close = inproc_close,
    .describe = inproc_describe,
    .region_unregister = inproc_unregister,
    .send = inproc_send,
    .recv = inproc_recv,
    .progress = inproc_progress,
};
