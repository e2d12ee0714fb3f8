/* Kernel TCP connections between all ranks: what sockets_mesh.c sets up and sockets.c works with. Private to
 * transport/sockets*. */
#ifndef EB_MEASURE_TRANSPORT_SOCKETS_MESH_H
#define EB_MEASURE_TRANSPORT_SOCKETS_MESH_H

#include "measure/transport/transport.h"

#include <net/if.h>
#include <sys/socket.h>

#define EB_FLOW_QUEUE 4096u /* segments queued on one flow in one direction; a power of two */
#define EB_FLOWS_MAX 64

/* A stretch of a message that crosses one flow. */
struct eb_segment {
    char *data;
    size_t left;
    struct eb_request *request;
};

struct eb_segment_queue {
    struct eb_segment *segments; /* ring of EB_FLOW_QUEUE; NULL before the flow's first message */
    unsigned head;
    unsigned tail;
};

/* One TCP connection to one rank. */
struct eb_flow {
    int fd; /* nonblocking, -1 when there is none */
    int peer;
    struct eb_segment_queue sends;
    struct eb_segment_queue receives;
};

struct eb_sockets {
    struct eb_transport base;
    char interface[IF_NAMESIZE];
    struct sockaddr_storage own; /* address of this rank, any port */
    socklen_t own_length;
    char address[64];      /* of this rank, as text */
    int flows;             /* connections to each other rank */
    int buffer_bytes;      /* SO_SNDBUF and SO_RCVBUF, 0: the kernel's own tuning */
    struct eb_flow *table; /* [peer * flows + i]; unused where peer is this rank */
    struct eb_flow **used; /* those that have carried a message: progress looks at no others */
    size_t used_count;
    uint64_t *sent_messages; /* by peer: where the next message's first segment goes */
    uint64_t *received_messages;
};

/* Connects this rank with every other by sockets->flows connections. Collective: the outcome is the same on
 * all ranks. who names the arm in messages, netdev the interface, NULL for a choice by itself. */
enum eb_status eb_sockets_connect(struct eb_sockets *sockets, struct eb_launch *launch, const char *who,
                                  const char *netdev, struct eb_error *err);

#endif
