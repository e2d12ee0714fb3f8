/* A transport moves messages between the ranks of a launch: one const table of operations a transport.
 *
 * Contract that kernels rely on:
 *   - Messages from one rank to another are received in the order in which they were sent (unless `ordered`
 * is 0); a receive takes the next message of that peer (with `directed` 0: of any) and its size must be that
 * message's size.
 *   - With `one_sided` a message arrives in the peer's receive region at request->remote_offset, which
 * whoever sends fills in, and which the peer's receive must name: the peer need not have posted it, but must
 * be done with what stood there. With `reads` there is no send: a receive fetches what stands at its offset
 * in the peer's send region, whatever the peer does but for making progress.
 *   - Nothing progresses by itself: progress is called in every wait.
 *   - A request belongs to the transport from send/recv until it is done, and so does its part of the region.
 *   - send, recv and progress allocate nothing (but for the first message with a rank, which the warm-up is),
 * print nothing, and hold no lock when they return.
 *   - A failure is negative: what went wrong is then in transport->error, and the transport can only be
 * closed.
 *
 * To add one: a file that defines `const struct eb_transport_ops eb_transport_NAME`, and its row in table.h.
 */
#ifndef EB_MEASURE_TRANSPORT_TRANSPORT_H
#define EB_MEASURE_TRANSPORT_TRANSPORT_H

#include "common/arm.h"
#include "common/status.h"
#include "measure/launch/launch.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* Memory that a transport may send from and receive into. Owned by region_open's caller, who closes it. */
struct eb_region {
    char *base; /* page-aligned, every page touched, zeroed */
    size_t bytes;
    size_t mapped_bytes; /* of huge pages; 0: of ordinary ones */
    void *descriptor;    /* the transport's */
    void *handle;        /* the transport's */
};

/* One send or receive on its way. Kept by the kernel, at the same address until it is done. */
struct eb_request {
    void *context[8];     /* the transport's scratch; a libfabric provider may ask for this much */
    size_t bytes;         /* what a receive expects */
    size_t remote_offset; /* of a send: where the peer receives it */
    int peer;             /* the other rank */
    atomic_uint pending;  /* 0 when done */
};

struct eb_transport;
struct eb_reduction;

struct eb_transport_ops {
    const char *name;
    const char *summary;     /* one line for --help */
    const char *const *keys; /* arm keys it takes, NULL-terminated */
    int takes_provider;      /* 0: an arm with :PROVIDER is refused */
    int takes_interface;     /* 0: an arm with @INTERFACE is refused */
    int moves_data;          /* 0: bytes do not arrive, nothing can be validated */

    /* Says without touching any device whether the values of the arm's keys make sense; may be NULL.
     * EB_USAGE names the word. Not collective. */
    enum eb_status (*check)(const struct eb_arm *arm, struct eb_error *err);

    /* Collective over the launch: on success every rank can reach every other. EB_USAGE, EB_WRONG_PATH or
     * EB_NO_HARDWARE when the arm is not to be had here. */
    enum eb_status (*open)(struct eb_launch *launch, const struct eb_arm *arm,
                           struct eb_transport **transport, struct eb_error *err);
    void (*close)(struct eb_transport *transport); /* takes NULL */

    /* What the arm turned out to be, as a new object for the record: "provider", "interface", ... */
    json_t *(*describe)(const struct eb_transport *transport);

    /* NULL: plain memory will do. */
    enum eb_status (*region_register)(struct eb_transport *transport, struct eb_region *region,
                                      struct eb_error *err);
    void (*region_unregister)(struct eb_transport *transport, struct eb_region *region);

    /* Collective: tells the other ranks where these regions are, before the first message; NULL where nobody
     * needs to know. Called again when the regions were replaced. */
    enum eb_status (*expose)(struct eb_transport *transport, struct eb_launch *launch,
                             const struct eb_region *send, const struct eb_region *receive,
                             struct eb_error *err);

    int (*send)(struct eb_transport *transport, int peer, const struct eb_region *region, size_t offset,
                size_t bytes, struct eb_request *request);
    int (*recv)(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                size_t bytes, struct eb_request *request);
    int (*progress)(struct eb_transport *transport);

    /* The transport's own all-reduce, from place in send (NULL: in place) to place in receive; blocks. NULL
     * where it has none. While watch is on (1), a call that lasts for the timeout fails. */
    void (*watch)(struct eb_transport *transport, int on);
    int (*allreduce)(struct eb_transport *transport, const struct eb_region *send, struct eb_region *receive,
                     size_t place, size_t count, const struct eb_reduction *reduction);
};

struct eb_transport {
    const struct eb_transport_ops *ops;
    int rank;
    int ranks;
    uint64_t max_message_bytes;
    unsigned max_outstanding; /* sends, and receives, that may be under way to one peer */
    int one_sided;            /* see the contract above */
    int reads;
    int ordered;  /* 1 after eb_transport_init */
    int directed; /* 1 after eb_transport_init */

    int yield;              /* give the core away in every empty wait */
    uint64_t timeout_ns;    /* how long a wait may find nothing at all */
    unsigned idle_count;    /* empty rounds of progress since the last look at the clock */
    uint64_t idle_since_ns; /* when a wait was first seen to find nothing, 0 when it found something since */

    atomic_int awaited; /* the rank that the last wait was for, -1: none yet; another thread may read it */

    struct eb_error error;
};

/* The tables. eb_transport_find: EB_USAGE names the word and lists the transports. */
extern const struct eb_transport_ops *const eb_transports[]; /* NULL-terminated */
enum eb_status eb_transport_find(const char *name, const struct eb_transport_ops **ops, struct eb_error *err);

/* Holds an arm against its transport, without touching any device: EB_USAGE names the word. */
enum eb_status eb_transport_check_arm(const struct eb_arm *arm, struct eb_error *err);

/* Fills the common part of a transport that open made. */
void eb_transport_init(struct eb_transport *transport, const struct eb_transport_ops *ops,
                       const struct eb_launch *launch);

/* EB_USAGE when huge pages are asked for and the system has too few of them. */
enum eb_status eb_region_open(struct eb_transport *transport, size_t bytes, int huge_pages,
                              struct eb_region *region, struct eb_error *err);
void eb_region_close(struct eb_transport *transport, struct eb_region *region); /* takes a zeroed region */

/* A look at the clock after empty rounds of progress, and a yield where there are fewer cores than ranks.
 * -1 with transport->error set when nothing came for the timeout. */
int eb_transport_idle(struct eb_transport *transport);

/* One round of progress within a wait. 0, or negative with transport->error set. */
static inline int eb_transport_poll(struct eb_transport *transport)
{
    int moved = transport->ops->progress(transport);
    if (moved > 0) {
        transport->idle_since_ns = 0;
        return 0;
    }
    if (moved < 0)
        return -1;
    if (!transport->yield && ++transport->idle_count < 4096)
        return 0;
    return eb_transport_idle(transport);
}

static inline int eb_request_done(const struct eb_request *request)
{
    return atomic_load_explicit(&request->pending, memory_order_acquire) == 0;
}

/* Puts into transport->error, where it tells of a timeout, which rank was waited for. -1. */
int eb_transport_gave_up(struct eb_transport *transport, const struct eb_request *request);

/* Waits until the request is done. 0, or negative with transport->error set. */
static inline int eb_transport_wait(struct eb_transport *transport, const struct eb_request *request)
{
    atomic_store_explicit(&transport->awaited, request->peer, memory_order_relaxed);
    while (!eb_request_done(request))
        if (eb_transport_poll(transport) < 0)
            return eb_transport_gave_up(transport, request);
    transport->idle_since_ns = 0;
    return 0;
}

#endif
