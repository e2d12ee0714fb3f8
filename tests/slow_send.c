/* Loaded before libc by LD_PRELOAD: sending takes longer, as with a slower library. SLOW_SEND=1.05 is 5%
 * more.
 *
 * What is slowed are the system calls that carry the benchmark's bytes: send, sendto and sendmsg (libfabric's
 * tcp and the sockets transport use these, as strace shows), write and writev where they go to an internet
 * socket.
 *
 * 5% is of the case, not of the call, whose length says little about a message's way: behind each call its
 * thread spins for s of the time g that it did without spinning since its send before. Of two ranks that take
 * turns, as in a ping-pong, each waits for the spin of the other within its g, so that the round trip becomes
 * r' = r + 2sg with g = r' - sg, which is r' = r (1 + s)/(1 - s): with s = (f - 1)/(f + 1) round trip and
 * half round trip take f times as long, whatever the size and however many calls a message takes. Ranks that
 * send at the same time are slowed by about half of that. A pause (between cases, or at a barrier) counts as
 * 20 ms at most. SEND_WIRE_US=100 holds each send, sendto and sendmsg for 100 us first, as a longer wire
 * would, which is part of what the share is of.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PAUSE_NS 20000000

static double share; /* of the time between two sends */
static int64_t wire_ns;
static int64_t clock_ns; /* what one look at the clock takes; the shim's own are part of the spin */
static ssize_t (*real_send)(int, const void *, size_t, int);
static ssize_t (*real_sendto)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
static ssize_t (*real_sendmsg)(int, const struct msghdr *, int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static int (*real_close)(int);
static _Thread_local int64_t last_ns;

enum { FDS = 4096 };
static _Atomic enum kind { UNKNOWN, INTERNET, OTHER } kinds[FDS];

static void find(void *function, const char *name)
{
    *(void **)function = dlsym(RTLD_NEXT, name);
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static __attribute__((constructor)) void start(void)
{
    const char *factor = getenv("SLOW_SEND");
    double times = factor ? strtod(factor, NULL) : 1;
    share = times > 1 ? (times - 1) / (times + 1) : 0;
    const char *wire = getenv("SEND_WIRE_US");
    wire_ns = wire ? strtol(wire, NULL, 10) * 1000 : 0;
    int64_t start_ns = now_ns();
    for (int i = 0; i < 1000; i++)
        clock_ns = (now_ns() - start_ns) / (i + 1);
    find(&real_send, "send");
    find(&real_sendto, "sendto");
    find(&real_sendmsg, "sendmsg");
    find(&real_write, "write");
    find(&real_writev, "writev");
    find(&real_close, "close");
}

static void hold(void)
{
    int64_t until = wire_ns > 0 ? now_ns() + wire_ns : 0;
    while (until > 0 && now_ns() < until)
        ;
}

static ssize_t slowed(ssize_t sent)
{
    if (sent <= 0 || share <= 0)
        return sent;
    int64_t now = now_ns();
    int64_t since_ns = last_ns ? now - last_ns : 0;
    int64_t until =
        now + (int64_t)(share * (double)(since_ns < PAUSE_NS ? since_ns : PAUSE_NS)) - 2 * clock_ns;
    while (now < until)
        now = now_ns();
    last_ns = now;
    return sent;
}

/* Asked of the kernel once: libfabric writes to an event queue for each message, and asking takes as long. */
static int is_internet(int fd)
{
    int domain = 0;
    socklen_t length = sizeof domain;
    if (share <= 0 || fd < 0)
        return 0;
    if (fd < FDS && kinds[fd] != UNKNOWN)
        return kinds[fd] == INTERNET;
    int is = getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 &&
             (domain == AF_INET || domain == AF_INET6);
    if (fd < FDS)
        kinds[fd] = is ? INTERNET : OTHER;
    return is;
}

int close(int fd)
{
    if (fd >= 0 && fd < FDS)
        kinds[fd] = UNKNOWN;
    if (!real_close)
        find(&real_close, "close");
    return real_close(fd);
}

ssize_t send(int fd, const void *data, size_t bytes, int flags)
{
    hold();
    return slowed(real_send(fd, data, bytes, flags));
}

ssize_t sendto(int fd, const void *data, size_t bytes, int flags, const struct sockaddr *to, socklen_t length)
{
    hold();
    return slowed(real_sendto(fd, data, bytes, flags, to, length));
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    hold();
    return slowed(real_sendmsg(fd, message, flags));
}

ssize_t write(int fd, const void *data, size_t bytes)
{
    if (!real_write)
        find(&real_write, "write");
    ssize_t sent = real_write(fd, data, bytes);
    return sent > 0 && is_internet(fd) ? slowed(sent) : sent;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    if (!real_writev)
        find(&real_writev, "writev");
    ssize_t sent = real_writev(fd, parts, count);
    return sent > 0 && is_internet(fd) ? slowed(sent) : sent;
}
