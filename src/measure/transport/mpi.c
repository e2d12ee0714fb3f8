/* MPI's own messages and all-reduce: the same kernels one layer up. Requests under way stand in one array,
 * which progress hands to MPI_Testsome. */
#include "measure/kernel/reduction.h"
#include "measure/transport/mpi_layers.h"
#include "measure/transport/table.h"

#include <errno.h>
#include <limits.h>
#include <mpi.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define UNDER_WAY_MAX 8192
#define TAG 77

struct mpi_transport {
    struct eb_transport base;
    MPI_Comm comm;
    int count; /* under way; entries [0, count) of the arrays below */
    MPI_Request *requests;
    struct eb_request **owners;
    int *indices;         /* what MPI_Testsome fills in */
    MPI_Status *statuses; /* likewise */
    char version[MPI_MAX_LIBRARY_VERSION_STRING];
    /* of a blocking call, which only a signal can end */
    timer_t timer;
    int has_timer;
    sigjmp_buf escape;
    volatile sig_atomic_t in_call;
    volatile unsigned calls;         /* that have ended */
    volatile unsigned calls_at_tick; /* at the last tick of the timer */
    volatile unsigned idle_ticks;    /* since a call ended */
};

static int failed(struct eb_transport *transport, const char *call, int peer, int code)
{
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    MPI_Error_string(code, text, &length);
    eb_error_set(&transport->error, EB_INTERNAL, "MPI", code, "%s, rank %d: %s", call, peer, text);
    return -1;
}

static int finish(struct mpi_transport *mpi, int index, const MPI_Status *status)
{
    struct eb_request *request = mpi->owners[index];
    int bytes = 0;
    if (status->MPI_ERROR != MPI_SUCCESS && status->MPI_ERROR != MPI_ERR_PENDING)
        return failed(&mpi->base, "MPI_Testsome", request->peer, status->MPI_ERROR);
    if (request->bytes > 0) { /* a receive */
        MPI_Get_count(status, MPI_BYTE, &bytes);
        if ((size_t)bytes != request->bytes) {
            eb_error_set(&mpi->base.error, EB_INVALID, "MPI", EMSGSIZE,
                         "a message from rank %d has %d bytes where %zu were expected", request->peer, bytes,
                         request->bytes);
            return -1;
        }
    }
    atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    mpi->owners[index] = NULL;
    return 0;
}

/* Closes the gaps that finished requests left, from the end. */
static void close_gaps(struct mpi_transport *mpi)
{
    for (int i = 0; i < mpi->count;) {
        if (mpi->owners[i]) {
            i++;
            continue;
        }
        mpi->count--;
        mpi->owners[i] = mpi->owners[mpi->count];
        mpi->requests[i] = mpi->requests[mpi->count];
    }
}

static int mpi_progress(struct eb_transport *transport)
{
    struct mpi_transport *mpi = (struct mpi_transport *)transport;
    int done = 0;
    if (mpi->count == 0)
        return 0;
    for (int i = 0; i < mpi->count; i++) /* MPI sets it only where a status has an error */
        mpi->statuses[i].MPI_ERROR = MPI_SUCCESS;
    int code = MPI_Testsome(mpi->count, mpi->requests, &done, mpi->indices, mpi->statuses);
    if (code != MPI_SUCCESS && code != MPI_ERR_IN_STATUS)
        return failed(transport, "MPI_Testsome", transport->rank, code);
    for (int i = 0; i < done; i++)
        if (finish(mpi, mpi->indices[i], &mpi->statuses[i]) < 0)
            return -1;
    if (done > 0)
        close_gaps(mpi);
    return done;
}

/* A place for one more request, waiting where there is none. */
static int make_place(struct mpi_transport *mpi)
{
    while (mpi->count == UNDER_WAY_MAX)
        if (eb_transport_poll(&mpi->base) < 0)
            return -1;
    return mpi->count;
}

static int start(struct mpi_transport *mpi, int place, const char *call, int code, struct eb_request *request)
{
    if (code != MPI_SUCCESS)
        return failed(&mpi->base, call, request->peer, code);
    mpi->owners[place] = request;
    mpi->count++;
    return 0;
}

static int mpi_send(struct eb_transport *transport, int peer, const struct eb_region *region, size_t offset,
                    size_t bytes, struct eb_request *request)
{
    struct mpi_transport *mpi = (struct mpi_transport *)transport;
    int place = make_place(mpi);
    if (place < 0)
        return -1;
    request->peer = peer;
    request->bytes = 0;
    atomic_store_explicit(&request->pending, 1, memory_order_relaxed);
    int code =
        MPI_Isend(region->base + offset, (int)bytes, MPI_BYTE, peer, TAG, mpi->comm, &mpi->requests[place]);
    return start(mpi, place, "MPI_Isend", code, request);
}

static int mpi_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                    size_t bytes, struct eb_request *request)
{
    struct mpi_transport *mpi = (struct mpi_transport *)transport;
    int place = make_place(mpi);
    if (place < 0)
        return -1;
    request->peer = peer;
    request->bytes = bytes;
    atomic_store_explicit(&request->pending, 1, memory_order_relaxed);
    int code =
        MPI_Irecv(region->base + offset, (int)bytes, MPI_BYTE, peer, TAG, mpi->comm, &mpi->requests[place]);
    return start(mpi, place, "MPI_Irecv", code, request);
}

static MPI_Datatype datatype_of(enum eb_type type)
{
    switch (type) {
    case EB_TYPE_F32:
        return MPI_FLOAT;
    case EB_TYPE_F64:
        return MPI_DOUBLE;
    case EB_TYPE_I32:
        return MPI_INT32_T;
    case EB_TYPE_I64:
        return MPI_INT64_T;
    }
    return MPI_DATATYPE_NULL;
}

static MPI_Op op_of(enum eb_operation operation)
{
    switch (operation) {
    case EB_OPERATION_SUM:
        return MPI_SUM;
    case EB_OPERATION_MIN:
        return MPI_MIN;
    case EB_OPERATION_MAX:
        return MPI_MAX;
    }
    return MPI_OP_NULL;
}

/* Leaves a call in which nothing has happened for the timeout: after that MPI can only be aborted, which is
 * what follows a failure. */
static void tick(int signal, siginfo_t *info, void *context)
{
    struct mpi_transport *mpi = info->si_value.sival_ptr;
    (void)signal, (void)context;
    if (!mpi->in_call || mpi->calls != mpi->calls_at_tick) {
        mpi->calls_at_tick = mpi->calls;
        mpi->idle_ticks = 0;
        return;
    }
    mpi->idle_ticks++;
    if ((uint64_t)mpi->idle_ticks * 1000000000u >= mpi->base.timeout_ns)
        siglongjmp(mpi->escape, 1);
}

static void mpi_watch(struct eb_transport *transport, int on)
{
    struct mpi_transport *mpi = (struct mpi_transport *)transport;
    struct itimerspec each_second = {.it_interval.tv_sec = on, .it_value.tv_sec = on};
    if (!mpi->has_timer) {
        struct sigaction action = {.sa_sigaction = tick, .sa_flags = SA_SIGINFO | SA_RESTART};
        /* to the thread that calls, whose stack the escape leads to */
        struct sigevent event = {
            .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMAX - 3, .sigev_value.sival_ptr = mpi};
        event._sigev_un._tid = gettid();
        mpi->has_timer = sigaction(SIGRTMAX - 3, &action, NULL) == 0 &&
                         timer_create(CLOCK_MONOTONIC, &event, &mpi->timer) == 0;
    }
    if (mpi->has_timer)
        timer_settime(mpi->timer, 0, &each_second, NULL);
}

static int mpi_allreduce(struct eb_transport *transport, const struct eb_region *send,
                         struct eb_region *receive, size_t place, size_t count,
                         const struct eb_reduction *reduction)
{
    struct mpi_transport *mpi = (struct mpi_transport *)transport;
    if (sigsetjmp(mpi->escape, 0) != 0) {
        mpi_watch(transport, 0);
        eb_error_set(&transport->error, EB_INTERNAL, "MPI", ETIMEDOUT,
                     "timeout: MPI_Allreduce has lasted for %.0f s", (double)transport->timeout_ns / 1e9);
        return -1;
    }
    mpi->in_call = 1;
    int code = MPI_Allreduce(send ? send->base + place : MPI_IN_PLACE, receive->base + place, (int)count,
                             datatype_of(reduction->type), op_of(reduction->operation), mpi->comm);
    mpi->in_call = 0;
    mpi->calls++;
    return code == MPI_SUCCESS ? 0 : failed(transport, "MPI_Allreduce", transport->rank, code);
}

static void mpi_close(struct eb_transport *transport)
{
    struct mpi_transport *mpi = (struct mpi_transport *)transport;
    if (!mpi)
        return;
    if (mpi->has_timer)
        timer_delete(mpi->timer);
    /* What a failure left under way MPI may still write to: it is left to the end of the process. */
    if (mpi->count > 0)
        return;
    if (mpi->comm != MPI_COMM_NULL)
        MPI_Comm_free(&mpi->comm);
    free(mpi->requests);
    free(mpi->owners);
    free(mpi->indices);
    free(mpi->statuses);
    free(mpi);
}

static enum eb_status allocate(struct mpi_transport *mpi, struct eb_error *err)
{
    mpi->requests = calloc(UNDER_WAY_MAX, sizeof *mpi->requests);
    mpi->owners = calloc(UNDER_WAY_MAX, sizeof *mpi->owners);
    mpi->indices = calloc(UNDER_WAY_MAX, sizeof *mpi->indices);
    mpi->statuses = calloc(UNDER_WAY_MAX, sizeof *mpi->statuses);
    return mpi->requests && mpi->owners && mpi->indices && mpi->statuses
               ? EB_OK
               : eb_error_set(err, EB_INTERNAL, "MPI", ENOMEM, "out of memory for %d requests",
                              UNDER_WAY_MAX);
}

static enum eb_status mpi_open(struct eb_launch *launch, const struct eb_arm *arm,
                               struct eb_transport **transport, struct eb_error *err)
{
    int initialized = 0;
    int length = 0;
    struct mpi_transport *mpi = calloc(1, sizeof *mpi);
    (void)arm;
    enum eb_status status =
        mpi ? EB_OK : eb_error_set(err, EB_INTERNAL, "MPI", ENOMEM, "out of memory for a transport");
    if (mpi)
        mpi->comm = MPI_COMM_NULL;
    MPI_Initialized(&initialized);
    if (status == EB_OK && !initialized)
        status = eb_error_set(err, EB_USAGE, "MPI", 0, "transport mpi: the ranks were not started by MPI");
    if (status == EB_OK) {
        eb_transport_init(&mpi->base, &eb_transport_mpi, launch);
        mpi->base.max_message_bytes = INT_MAX;
        mpi->base.max_outstanding = UNDER_WAY_MAX / 2;
        status = allocate(mpi, err);
    }
    status = eb_launch_agree(launch, status, err);
    if (status == EB_OK && MPI_Comm_dup(MPI_COMM_WORLD, &mpi->comm) != MPI_SUCCESS)
        status = eb_error_set(err, EB_INTERNAL, "MPI", 0, "MPI_Comm_dup failed");
    if (status != EB_OK) {
        if (mpi)
            mpi_close(&mpi->base);
        return status;
    }
    MPI_Comm_set_errhandler(mpi->comm, MPI_ERRORS_RETURN);
    char version[MPI_MAX_LIBRARY_VERSION_STRING];
    MPI_Get_library_version(version, &length);
    eb_mpi_library_line(version, mpi->version, sizeof mpi->version);
    *transport = &mpi->base;
    return EB_OK;
}

static json_t *mpi_describe(const struct eb_transport *transport)
{
    const struct mpi_transport *mpi = (const struct mpi_transport *)transport;
    json_t *layers = eb_mpi_layers();
    const char *device = strstr(mpi->version, ", device ");
    json_object_set_new(layers, "library", json_stringn(mpi->version, strcspn(mpi->version, ",")));
    if (device)
        json_object_set_new(layers, "mpich_device", json_string(device + strlen(", device ")));
    return layers;
}

const struct eb_transport_ops eb_transport_mpi = {
    EB_TRANSPORT_MPI_ROW,     .open = mpi_open,   .close = mpi_close,
    .describe = mpi_describe, .send = mpi_send,   .recv = mpi_recv,
    .progress = mpi_progress, .watch = mpi_watch, .allreduce = mpi_allreduce,
};
