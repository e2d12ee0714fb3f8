/* Loaded before the other libraries of a rank by LD_PRELOAD: something goes wrong there, at a place that a
 * test names, whatever the clock says.
 *
 * EFABENCH_FAULT=RANK:WHAT:CALL:COUNT[:AFTER:COUNT] - at the COUNT-th call of CALL in that rank, counted from
 * the COUNT-th call of AFTER where one is named, it is killed (WHAT is KILL) or stopped (STOP); from there on
 * CLOCK_MONOTONIC is 10 s back (BACK), or CLOCK_REALTIME a day on (DATE_ON) or back (DATE_BACK). With REFUSE
 * the worker's connections go to a port where nobody listens, whatever CALL is. CALL is a function of MPI
 * (below), or fi_getinfo, listen, fflush or clock_gettime, of the worker's calls alone, or send (what carries
 * bytes to another process) or fsync, of anybody's. EFABENCH_FAULT_MARK=FILE is made then.
 * EFABENCH_FAULT_LIBFABRIC=RANK:MAJOR.MINOR - that rank's libfabric says that it is of this version. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static struct {
    int on; /* this rank is meant */
    char what[24];
    char call[24];
    long count;
    char after[24];
    long after_count;
    int libfabric_on;
    unsigned major;
    unsigned minor;
    int jumped;
    Dl_info worker;
} fault;

static __attribute__((constructor)) void start(void)
{
    const char *mine = getenv("OMPI_COMM_WORLD_RANK");
    const char *text = getenv("EFABENCH_FAULT");
    const char *version = getenv("EFABENCH_FAULT_LIBFABRIC");
    int rank = -1;
    if (!mine)
        return;
    if (text && sscanf(text, "%d:%23[^:]:%23[^:]:%ld:%23[^:]:%ld", &rank, fault.what, fault.call,
                       &fault.count, fault.after, &fault.after_count) >= 4)
        fault.on = rank == atoi(mine);
    if (version && sscanf(version, "%d:%u.%u", &rank, &fault.major, &fault.minor) == 3)
        fault.libfabric_on = rank == atoi(mine);
    void *entry = dlsym(RTLD_DEFAULT, "main");
    if (entry)
        dladdr(entry, &fault.worker);
}

static int is_worker(const void *caller)
{
    Dl_info info;
    return dladdr(caller, &info) && strstr(info.dli_fname, "efabench-mpi") != NULL;
}

/* For those who want to know since when. */
static void mark(void)
{
    const char *path = getenv("EFABENCH_FAULT_MARK");
    FILE *file = path ? fopen(path, "we") : NULL;
    if (file)
        fclose(file);
}

static void strike(void)
{
    mark();
    if (strcmp(fault.what, "KILL") == 0)
        kill(getpid(), SIGKILL);
    else if (strcmp(fault.what, "STOP") == 0)
        kill(getpid(), SIGSTOP);
    fault.jumped = 1;
}

/* A call of that name: perhaps the one that is meant. */
static void pass(const char *name)
{
    if (!fault.on)
        return;
    if (fault.after_count > 0) {
        if (strcmp(name, fault.after) == 0)
            fault.after_count--;
        return;
    }
    if (strcmp(name, fault.call) == 0 && --fault.count == 0)
        strike();
}

static void *next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

#define LOOK(type)                                                                                           \
    static type *real;                                                                                       \
    if (!real) {                                                                                             \
        void *found = next(__func__);                                                                        \
        memcpy(&real, &found, sizeof real);                                                                  \
    }

typedef int mpi_fn(long, long, long, long, long, long, long, long, long);
/* Eight words are enough for the arguments of any of these. */
#define MPI_CALL(name)                                                                                       \
    int name(long a, long b, long c, long d, long e, long f, long g, long h, long i);                        \
    int name(long a, long b, long c, long d, long e, long f, long g, long h, long i)                         \
    {                                                                                                        \
        LOOK(mpi_fn)                                                                                         \
        if (is_worker(__builtin_return_address(0)))                                                          \
            pass(#name);                                                                                     \
        return real(a, b, c, d, e, f, g, h, i);                                                              \
    }
MPI_CALL(MPI_Iallgather)
MPI_CALL(MPI_Ibarrier)
MPI_CALL(MPI_Igather)
MPI_CALL(MPI_Ireduce)
MPI_CALL(MPI_Ibcast)
MPI_CALL(MPI_Isend)
MPI_CALL(MPI_Allreduce)
MPI_CALL(MPI_Finalize)
MPI_CALL(fi_getinfo)

typedef int listen_fn(int, int);
int listen(int fd, int backlog)
{
    LOOK(listen_fn)
    if (is_worker(__builtin_return_address(0)))
        pass("listen");
    return real(fd, backlog);
}

typedef int connect_fn(int, const struct sockaddr *, socklen_t);
int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    LOOK(connect_fn)
    struct sockaddr_in elsewhere;
    if (address->sa_family != AF_INET || length < sizeof elsewhere || !fault.on ||
        strcmp(fault.what, "REFUSE") != 0 || !is_worker(__builtin_return_address(0)))
        return real(fd, address, length);
    memcpy(&elsewhere, address, sizeof elsewhere);
    elsewhere.sin_port = htons(1); /* tcpmux, which nobody serves */
    return real(fd, (const struct sockaddr *)&elsewhere, sizeof elsewhere);
}

typedef int fsync_fn(int);
int fsync(int fd)
{
    LOOK(fsync_fn)
    pass("fsync");
    return real(fd);
}

typedef int fflush_fn(FILE *);
int fflush(FILE *file)
{
    LOOK(fflush_fn)
    if (is_worker(__builtin_return_address(0)))
        pass("fflush");
    return real(file);
}

typedef ssize_t send_fn(int, const void *, size_t, int);
ssize_t send(int fd, const void *data, size_t bytes, int flags)
{
    LOOK(send_fn)
    pass("send");
    return real(fd, data, bytes, flags);
}

typedef ssize_t sendto_fn(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
ssize_t sendto(int fd, const void *data, size_t bytes, int flags, const struct sockaddr *to, socklen_t length)
{
    LOOK(sendto_fn)
    pass("send");
    return real(fd, data, bytes, flags, to, length);
}

typedef ssize_t sendmsg_fn(int, const struct msghdr *, int);
ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    LOOK(sendmsg_fn)
    pass("send");
    return real(fd, message, flags);
}

typedef int clock_fn(clockid_t, struct timespec *);
int clock_gettime(clockid_t id, struct timespec *now)
{
    LOOK(clock_fn)
    int code = real(id, now);
    if (is_worker(__builtin_return_address(0)))
        pass("clock_gettime");
    if (!fault.on || !fault.jumped)
        return code;
    if (id == CLOCK_MONOTONIC && strcmp(fault.what, "BACK") == 0)
        now->tv_sec -= 10;
    else if (id == CLOCK_REALTIME && strcmp(fault.what, "DATE_ON") == 0)
        now->tv_sec += 86400;
    else if (id == CLOCK_REALTIME && strcmp(fault.what, "DATE_BACK") == 0)
        now->tv_sec -= 86400;
    return code;
}

typedef time_t time_fn(time_t *);
time_t time(time_t *result)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result)
        *result = now.tv_sec;
    return now.tv_sec;
}

typedef unsigned version_fn(void);
unsigned fi_version(void);
unsigned fi_version(void)
{
    LOOK(version_fn)
    return fault.libfabric_on ? fault.major << 16 | fault.minor : real();
}
