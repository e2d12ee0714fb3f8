#include "measure/transport/sockets_mesh.h"

#include "common/clock.h"
#include "common/rng.h"
#include "measure/topology/nic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LATE_NS UINT64_C(2000000000) /* what ranks may be apart when they begin to connect */

/* What each rank tells the others: where it listens. */
struct card {
    struct sockaddr_storage address;
    socklen_t length;
    char host[64];
    uint64_t token; /* rank 0's is the launch's: connections from strangers lack it */
};

/* The first bytes on a connection: whose it is. */
struct hello {
    uint64_t token;
    int32_t rank;
    int32_t flow;
};

static enum eb_status failed(const char *what, int rank, struct eb_error *err)
{
    int code = errno;
    return eb_error_set(err, EB_INTERNAL, "sockets", code, "%s rank %d: %s", what, rank, strerror(code));
}

static void address_text(const struct sockaddr_storage *address, char *text, size_t room)
{
    const void *bytes = address->ss_family == AF_INET
                            ? (const void *)&((const struct sockaddr_in *)(const void *)address)->sin_addr
                            : (const void *)&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
    if (!inet_ntop(address->ss_family, bytes, text, (socklen_t)room))
        snprintf(text, room, "?");
}

/* All ranks on this host: the loopback is the only interface that can be meant. */
static int one_host(const struct card *cards, int ranks)
{
    for (int rank = 1; rank < ranks; rank++)
        if (strcmp(cards[rank].host, cards[0].host) != 0)
            return 0;
    return 1;
}

static enum eb_status tune(const struct eb_sockets *sockets, int fd, struct eb_error *err)
{
    int one = 1;
    int bytes = sockets->buffer_bytes;
    int failure = setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bytes > 0)
        failure |= setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes) |
                   setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    return failure ? failed("setsockopt for", sockets->base.rank, err) : EB_OK;
}

static enum eb_status listen_here(struct eb_sockets *sockets, const char *who, const char *netdev,
                                  int *listener, struct card *card, struct eb_error *err)
{
    if (eb_nic_address(netdev, &card->address, &card->length, sockets->interface) != 0)
        return eb_error_set(err, EB_USAGE, "sockets", 0,
                            "arm '%s': interface '%s' is not up or has no IP address", who,
                            netdev ? netdev : "(any but the loopback)");
    address_text(&card->address, sockets->address, sizeof sockets->address);
    sockets->own = card->address;
    sockets->own_length = card->length;
    *listener = socket(card->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*listener < 0)
        return failed("socket of", sockets->base.rank, err);
    enum eb_status status = tune(sockets, *listener, err);
    if (status != EB_OK)
        return status;
    if (bind(*listener, (struct sockaddr *)&card->address, card->length) != 0 ||
        listen(*listener, SOMAXCONN) != 0 ||
        getsockname(*listener, (struct sockaddr *)&card->address, &card->length) != 0)
        return failed("cannot listen as", sockets->base.rank, err);
    return EB_OK;
}

/* Waits for fd until the deadline. 1 ready, 0 too late, -1 errno. */
static int wait_ready(int fd, short events, uint64_t deadline_ns)
{
    for (;;) {
        uint64_t now_ns = eb_clock_ns();
        if (now_ns >= deadline_ns)
            return 0;
        struct pollfd wanted = {.fd = fd, .events = events};
        uint64_t left_ms = (deadline_ns - now_ns) / 1000000u + 1;
        int ready = poll(&wanted, 1, left_ms > 1000 ? 1000 : (int)left_ms);
        if (ready > 0 || (ready < 0 && errno != EINTR))
            return ready;
    }
}

static int connect_within(int fd, const struct card *card, uint64_t deadline_ns)
{
    if (connect(fd, (const struct sockaddr *)&card->address, card->length) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return -1;
    int ready = wait_ready(fd, POLLOUT, deadline_ns);
    int code = ready == 0 ? ETIMEDOUT : errno;
    socklen_t length = sizeof code;
    if (ready > 0)
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length);
    errno = code;
    return code == 0 ? 0 : -1;
}

static enum eb_status connect_flow(struct eb_sockets *sockets, const struct card *cards, int peer, int flow,
                                   uint64_t deadline_ns, struct eb_error *err)
{
    const struct card *card = &cards[peer];
    struct hello hello = {.token = cards[0].token, .rank = sockets->base.rank, .flow = flow};
    char text[64];
    address_text(&card->address, text, sizeof text);
    int fd = socket(card->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return failed("socket for", peer, err);
    sockets->table[peer * sockets->flows + flow].fd = fd;
    enum eb_status status = tune(sockets, fd, err);
    if (status != EB_OK)
        return status;
    /* From the interface's own address: the routing table alone might send it through another one. */
    int one = 1; /* the port may then be one that other destinations use too */
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(fd, (const struct sockaddr *)&sockets->own, sockets->own_length) != 0)
        return failed("cannot bind the connection to", peer, err);
    if (connect_within(fd, card, deadline_ns) != 0)
        return eb_error_set(err, EB_INTERNAL, "sockets", errno,
                            "rank %d on host %s cannot connect to rank %d on host %s at %s: %s",
                            sockets->base.rank, cards[sockets->base.rank].host, peer, card->host, text,
                            strerror(errno));
    if (send(fd, &hello, sizeof hello, MSG_NOSIGNAL) != (ssize_t)sizeof hello)
        return failed("cannot greet", peer, err);
    return EB_OK;
}

/* Reads a greeting that comes in pieces, in time; 1 when it is whole. */
static int read_hello(int fd, struct hello *hello, uint64_t deadline_ns)
{
    size_t got = 0;
    while (got < sizeof *hello) {
        if (wait_ready(fd, POLLIN, deadline_ns) <= 0)
            return 0;
        ssize_t n = recv(fd, (char *)hello + got, sizeof *hello - got, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return 0;
        got += n > 0 ? (size_t)n : 0;
    }
    return 1;
}

static enum eb_status did_not_come(const struct eb_sockets *sockets, const struct card *cards,
                                   struct eb_error *err)
{
    int rank = sockets->base.rank;
    int peer = rank + 1;
    while (peer < sockets->base.ranks - 1 && sockets->table[(peer + 1) * sockets->flows - 1].fd >= 0)
        peer++;
    return eb_error_set(err, EB_INTERNAL, "sockets", ETIMEDOUT,
                        "timeout: rank %d on host %s waited at %s for a connection from rank %d on host %s "
                        "that did not come: is a firewall or security group between?",
                        rank, cards[rank].host, sockets->address, peer, cards[peer].host);
}

/* Takes one connection; a stranger's is closed and *taken stays 0. */
static enum eb_status accept_flow(struct eb_sockets *sockets, int listener, const struct card *cards,
                                  uint64_t deadline_ns, int *taken, struct eb_error *err)
{
    struct hello hello = {0};
    *taken = 0;
    int ready = wait_ready(listener, POLLIN, deadline_ns);
    if (ready == 0)
        return did_not_come(sockets, cards, err);
    /* cppcheck-suppress nullPointer ; nobody wants to know who it is */
    int fd = ready > 0 ? accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK) : -1;
    if (fd < 0)
        return failed("accept on", sockets->base.rank, err);
    uint64_t greet_by_ns = eb_clock_ns() + 2000000000u;
    int valid = read_hello(fd, &hello, greet_by_ns < deadline_ns ? greet_by_ns : deadline_ns) &&
                hello.token == cards[0].token && hello.rank > sockets->base.rank &&
                hello.rank < sockets->base.ranks && hello.flow >= 0 && hello.flow < sockets->flows;
    struct eb_flow *flow = valid ? &sockets->table[hello.rank * sockets->flows + hello.flow] : NULL;
    if (!flow || flow->fd >= 0) {
        close(fd);
        return EB_OK;
    }
    flow->fd = fd;
    *taken = 1;
    return tune(sockets, fd, err);
}

static enum eb_status connect_all(struct eb_sockets *sockets, int listener, const struct card *cards,
                                  struct eb_error *err)
{
    uint64_t deadline_ns = eb_clock_ns() + sockets->base.timeout_ns;
    int rank = sockets->base.rank;
    int missing = (sockets->base.ranks - 1 - rank) * sockets->flows;
    enum eb_status status = EB_OK;
    for (int peer = 0; status == EB_OK && peer < rank; peer++)
        for (int flow = 0; status == EB_OK && flow < sockets->flows; flow++)
            status = connect_flow(sockets, cards, peer, flow, deadline_ns, err);
    while (status == EB_OK && missing > 0) {
        int taken = 0;
        status = accept_flow(sockets, listener, cards, deadline_ns, &taken, err);
        missing -= taken;
    }
    return status;
}

enum eb_status eb_sockets_connect(struct eb_sockets *sockets, struct eb_launch *launch, const char *who,
                                  const char *netdev, struct eb_error *err)
{
    struct card mine = {0};
    struct eb_rng rng;
    int listener = -1;
    struct card *cards = calloc((size_t)launch->ranks, sizeof *cards);
    enum eb_status status = cards ? EB_OK
                                  : eb_error_set(err, EB_INTERNAL, "sockets", ENOMEM,
                                                 "out of memory for %d ranks", launch->ranks);
    gethostname(mine.host, sizeof mine.host - 1);
    eb_rng_seed(&rng, eb_clock_ns() ^ ((uint64_t)getpid() << 32));
    mine.token = eb_rng_next(&rng);
    status = eb_launch_agree(launch, status, err);
    if (status == EB_OK)
        status = launch->ops->allgather(launch, &mine, cards, sizeof mine, err);
    if (status == EB_OK) {
        if (!netdev && one_host(cards, launch->ranks))
            netdev = "lo";
        status = eb_launch_agree(launch, listen_here(sockets, who, netdev, &listener, &mine, err), err);
    }
    if (status == EB_OK)
        status = launch->ops->allgather(launch, &mine, cards, sizeof mine, err);
    if (status == EB_OK) {
        status = connect_all(sockets, listener, cards, err);
        launch->timeout_ns += LATE_NS; /* who could not connect waits here for those who wait for it */
        status = eb_launch_agree(launch, status, err);
        launch->timeout_ns -= LATE_NS;
    }
    if (listener >= 0)
        close(listener);
    free(cards);
    return status;
}
