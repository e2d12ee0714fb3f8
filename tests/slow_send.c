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
 * 20 ms at most.
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
static ssize_t (*real_send)(int, const void *, size_t, int);
static ssize_t (*real_sendto)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
static ssize_t (*real_sendmsg)(int, const struct msghdr *, int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static _Thread_local int64_t last_ns;

static void find(void *function, const char *name)
{
    *(void **)function = dlsym(RTLD_NEXT, name);
}

static __attribute__((constructor)) void start(void)
{
    const char *factor = getenv("SLOW_SEND");
    double times = factor ? strtod(factor, NULL) : 1;
    share = times > 1 ? (times - 1) / (times + 1) : 0;
    find(&real_send, "send");
    find(&real_sendto, "sendto");
    find(&real_sendmsg, "sendmsg");
    find(&real_write, "write");
    find(&real_writev, "writev");
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static ssize_t slowed(ssize_t sent)
{
    if (sent <= 0 || share <= 0)
        return sent;
    int64_t now = now_ns();
    int64_t since_ns = last_ns ? now - last_ns : 0;
    int64_t until = now + (int64_t)(share * (double)(since_ns < PAUSE_NS ? since_ns : PAUSE_NS));
    while (now < until)
        now = now_ns();
    last_ns = now;
    return sent;
}

static int is_internet(int fd)
{
    int domain = 0;
    socklen_t length = sizeof domain;
    return share > 0 && getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 &&
           (domain == AF_INET || domain == AF_INET6);
}

ssize_t send(int fd, const void *data, size_t bytes, int flags)
{
    return slowed(real_send(fd, data, bytes, flags));
}

ssize_t sendto(int fd, const void *data, size_t bytes, int flags, const struct sockaddr *to, socklen_t length)
{
    return slowed(real_sendto(fd, data, bytes, flags, to, length));
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
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
