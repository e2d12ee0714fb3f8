#include "measure/launch/mpi.h"

#include "common/clock.h"
#include "measure/transport/mpi_layers.h"

#include <errno.h>
#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct mpi_launch {
    struct eb_launch base;
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
};

static enum eb_status mpi_failed(const char *call, int code, struct eb_error *err)
{
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    MPI_Error_string(code, text, &length);
    return eb_error_set(err, EB_INTERNAL, "MPI", code, "%s: %s", call, text);
}

/* Waits for a request while the caller's endpoints make progress, within the timeout. */
static enum eb_status wait_until_done(struct eb_launch *launch, const char *call, MPI_Request *request,
                                      eb_progress_fn *progress, void *argument, struct eb_error *err)
{
    uint64_t deadline_ns = eb_clock_ns() + launch->timeout_ns;
    for (;;) {
        int done = 0;
        int code = MPI_Test(request, &done, MPI_STATUS_IGNORE);
        if (code != MPI_SUCCESS)
            return mpi_failed(call, code, err);
        if (done)
            return EB_OK;
        if (progress && progress(argument) < 0)
            return eb_error_set(err, EB_INTERNAL, "transport", 0,
                                "the transport failed while rank %d waited in %s", launch->rank, call);
        if (launch->yield)
            sched_yield();
        if (!launch->patient && eb_clock_ns() > deadline_ns)
            return eb_error_set(err, EB_INTERNAL, "MPI", ETIMEDOUT,
                                "timeout: rank %d waited %.0f s in %s for the other ranks", launch->rank,
                                (double)launch->timeout_ns / 1e9, call);
    }
}

/* A collective call that one rank gives up leaves the others in it. */
static enum eb_status wait_for(struct eb_launch *launch, const char *call, MPI_Request *request,
                               eb_progress_fn *progress, void *argument, struct eb_error *err)
{
    enum eb_status status = wait_until_done(launch, call, request, progress, argument, err);
    launch->broken |= status != EB_OK;
    return status;
}

static enum eb_status started(struct eb_launch *launch, const char *call, int code, struct eb_error *err)
{
    launch->broken |= code != MPI_SUCCESS;
    return code == MPI_SUCCESS ? EB_OK : mpi_failed(call, code, err);
}

static enum eb_status mpi_barrier(struct eb_launch *launch, eb_progress_fn *progress, void *argument,
                                  struct eb_error *err)
{
    MPI_Request request;
    enum eb_status status = started(launch, "MPI_Ibarrier", MPI_Ibarrier(MPI_COMM_WORLD, &request), err);
    return status == EB_OK ? wait_for(launch, "MPI_Ibarrier", &request, progress, argument, err) : status;
}

static enum eb_status check_count(size_t bytes, struct eb_error *err)
{
    return bytes <= INT_MAX
               ? EB_OK
               : eb_error_set(err, EB_INTERNAL, "MPI", 0, "%zu bytes are too many for one call", bytes);
}

/* Memory for a call under way. After a failure MPI may still write to it: it is then left to the end of the
 * process. */
static void *call_memory(struct eb_launch *launch, size_t bytes, struct eb_error *err)
{
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory) {
        launch->broken = 1;
        eb_error_set(err, EB_INTERNAL, "MPI", ENOMEM, "out of memory for %zu bytes", bytes);
    }
    return memory;
}

static enum eb_status mpi_allgather(struct eb_launch *launch, const void *mine, void *all, size_t bytes,
                                    struct eb_error *err)
{
    MPI_Request request;
    size_t ranks = (size_t)launch->ranks;
    enum eb_status status = check_count(bytes, err);
    char *memory = status == EB_OK ? call_memory(launch, (ranks + 1) * bytes, err) : NULL;
    if (!memory)
        return EB_INTERNAL;
    memcpy(memory + ranks * bytes, mine, bytes);
    int code = MPI_Iallgather(memory + ranks * bytes, (int)bytes, MPI_BYTE, memory, (int)bytes, MPI_BYTE,
                              MPI_COMM_WORLD, &request);
    status = started(launch, "MPI_Iallgather", code, err);
    if (status == EB_OK)
        status = wait_for(launch, "MPI_Iallgather", &request, NULL, NULL, err);
    if (status != EB_OK)
        return status;
    memcpy(all, memory, ranks * bytes);
    free(memory);
    return EB_OK;
}

static enum eb_status mpi_gather(struct eb_launch *launch, const void *mine, void *all, size_t bytes,
                                 struct eb_error *err)
{
    MPI_Request request;
    size_t ranks = launch->rank == 0 ? (size_t)launch->ranks : 0;
    enum eb_status status = check_count(bytes, err);
    char *memory = status == EB_OK ? call_memory(launch, (ranks + 1) * bytes, err) : NULL;
    if (!memory)
        return EB_INTERNAL;
    memcpy(memory + ranks * bytes, mine, bytes);
    int code = MPI_Igather(memory + ranks * bytes, (int)bytes, MPI_BYTE, memory, (int)bytes, MPI_BYTE, 0,
                           MPI_COMM_WORLD, &request);
    status = started(launch, "MPI_Igather", code, err);
    if (status == EB_OK)
        status = wait_for(launch, "MPI_Igather", &request, NULL, NULL, err);
    if (status != EB_OK)
        return status;
    if (launch->rank == 0)
        memcpy(all, memory, ranks * bytes);
    free(memory);
    return EB_OK;
}

/* What MPI_MAXLOC takes as MPI_LONG_INT. */
struct held {
    long value;
    int rank;
};

/* Iterations of one reduction: bounds its memory, on every rank of a tree that MPI makes. */
#define HELD_AT_ONCE ((size_t)65536)

static enum eb_status reduce_held(struct eb_launch *launch, struct held *memory, size_t count,
                                  struct eb_error *err)
{
    MPI_Request request;
    int code = MPI_Ireduce(memory + count, memory, (int)count, MPI_LONG_INT, MPI_MAXLOC, 0, MPI_COMM_WORLD,
                           &request);
    enum eb_status status = started(launch, "MPI_Ireduce", code, err);
    return status == EB_OK ? wait_for(launch, "MPI_Ireduce", &request, NULL, NULL, err) : status;
}

static enum eb_status mpi_max_with_rank(struct eb_launch *launch, uint64_t *values, int *holders,
                                        size_t count, struct eb_error *err)
{
    size_t room = count < HELD_AT_ONCE ? count : HELD_AT_ONCE;
    struct held *memory = call_memory(launch, 2 * room * sizeof *memory, err);
    if (!memory)
        return EB_INTERNAL;
    for (size_t first = 0; first < count; first += room) {
        size_t part = count - first < room ? count - first : room;
        for (size_t i = 0; i < part; i++)
            memory[part + i] = (struct held){.value = (long)values[first + i], .rank = launch->rank};
        enum eb_status status = reduce_held(launch, memory, part, err);
        if (status != EB_OK)
            return status;
        for (size_t i = 0; launch->rank == 0 && i < part; i++) {
            values[first + i] = (uint64_t)memory[i].value;
            holders[first + i] = memory[i].rank;
        }
    }
    free(memory);
    return EB_OK;
}

enum { TAG_BYTES = 7401, TAG_DATA };

static enum eb_status mpi_give(struct eb_launch *launch, int to, const void *data, size_t bytes,
                               struct eb_error *err)
{
    MPI_Request request;
    uint64_t length = bytes;
    enum eb_status status = check_count(bytes, err);
    char *memory = status == EB_OK ? call_memory(launch, sizeof length + bytes, err) : NULL;
    if (!memory)
        return EB_INTERNAL;
    memcpy(memory, &length, sizeof length);
    if (bytes > 0)
        memcpy(memory + sizeof length, data, bytes);
    int code = MPI_Isend(memory, sizeof length, MPI_BYTE, to, TAG_BYTES, MPI_COMM_WORLD, &request);
    status = started(launch, "MPI_Isend", code, err);
    if (status == EB_OK)
        status = wait_for(launch, "MPI_Isend", &request, NULL, NULL, err);
    if (status == EB_OK && bytes > 0) {
        code =
            MPI_Isend(memory + sizeof length, (int)bytes, MPI_BYTE, to, TAG_DATA, MPI_COMM_WORLD, &request);
        status = started(launch, "MPI_Isend", code, err);
        if (status == EB_OK)
            status = wait_for(launch, "MPI_Isend", &request, NULL, NULL, err);
    }
    if (status == EB_OK)
        free(memory);
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): after a failure MPI may still read it */
    return status;
}

static enum eb_status receive(struct eb_launch *launch, int from, int tag, void *memory, size_t bytes,
                              struct eb_error *err)
{
    MPI_Request request;
    int code = MPI_Irecv(memory, (int)bytes, MPI_BYTE, from, tag, MPI_COMM_WORLD, &request);
    enum eb_status status = started(launch, "MPI_Irecv", code, err);
    return status == EB_OK ? wait_for(launch, "MPI_Irecv", &request, NULL, NULL, err) : status;
}

static enum eb_status mpi_take(struct eb_launch *launch, int from, void **data, size_t *bytes,
                               struct eb_error *err)
{
    uint64_t *length = call_memory(launch, sizeof *length, err);
    *data = NULL;
    *bytes = 0;
    if (!length)
        return EB_INTERNAL;
    enum eb_status status = receive(launch, from, TAG_BYTES, length, sizeof *length, err);
    if (status != EB_OK)
        return status;
    size_t wanted = (size_t)*length;
    free(length);
    if (wanted == 0)
        return EB_OK;
    void *memory = call_memory(launch, wanted, err);
    if (!memory)
        return EB_INTERNAL;
    status = receive(launch, from, TAG_DATA, memory, wanted, err);
    if (status != EB_OK)
        return status;
    *data = memory;
    *bytes = wanted;
    return EB_OK;
}

static enum eb_status mpi_broadcast(struct eb_launch *launch, void *data, size_t bytes, struct eb_error *err)
{
    MPI_Request request;
    enum eb_status status = check_count(bytes, err);
    void *memory = status == EB_OK ? call_memory(launch, bytes, err) : NULL;
    if (!memory)
        return EB_INTERNAL;
    memcpy(memory, data, bytes);
    status = started(launch, "MPI_Ibcast",
                     MPI_Ibcast(memory, (int)bytes, MPI_BYTE, 0, MPI_COMM_WORLD, &request), err);
    if (status == EB_OK)
        status = wait_for(launch, "MPI_Ibcast", &request, NULL, NULL, err);
    if (status != EB_OK)
        return status;
    memcpy(data, memory, bytes);
    free(memory);
    return EB_OK;
}

#define ABORT_CODE 2 /* of EB_INTERNAL */
#define ABORT_S 4    /* within it MPI tells the launcher, or hangs */

static void leave(int signal_number)
{
    (void)signal_number;
    _exit(ABORT_CODE); /* the launcher ends the others then */
}

/* A rank that left a call of MPI by a jump, as the mpi transport does where a call has no end, may have left
 * a lock behind that MPI_Abort waits for. And Open MPI 5's prterun does not hand on what a rank wrote to
 * standard error just before it aborted: it gets the time to. */
static void mpi_abort(struct eb_launch *launch, int exit_code)
{
    static const struct timespec hand_on = {.tv_nsec = 300000000};
    sigset_t heard;
    (void)launch;
    nanosleep(&hand_on, NULL);
    sigemptyset(&heard);
    sigaddset(&heard, SIGALRM);
    signal(SIGALRM, leave);
    sigprocmask(SIG_UNBLOCK, &heard, NULL);
    alarm(ABORT_S);
    MPI_Abort(MPI_COMM_WORLD, exit_code);
}

static void mpi_close(struct eb_launch *launch)
{
    if (!launch)
        return;
    if (launch->broken)
        mpi_abort(launch, eb_status_exit_code(EB_INTERNAL));
    alarm((unsigned)(launch->timeout_ns / 1000000000u) + 1); /* it waits for the others, and has no bound */
    MPI_Finalize();
    alarm(0);
    free(launch);
}

static const struct eb_launch_ops mpi_ops = {
    .name = "mpi",
    .barrier = mpi_barrier,
    .allgather = mpi_allgather,
    .gather = mpi_gather,
    .max_with_rank = mpi_max_with_rank,
    .give = mpi_give,
    .take = mpi_take,
    .broadcast = mpi_broadcast,
    .abort = mpi_abort,
    .close = mpi_close,
};

enum eb_status eb_launch_mpi_open(uint64_t timeout_ns, struct eb_launch **launch, struct eb_error *err)
{
    struct mpi_launch *mpi = calloc(1, sizeof *mpi);
    if (!mpi)
        return eb_error_set(err, EB_INTERNAL, "MPI", ENOMEM, "out of memory for the launch");
    int code = MPI_Init(NULL, NULL);
    if (code != MPI_SUCCESS) {
        free(mpi);
        return mpi_failed("MPI_Init", code, err);
    }
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &mpi->base.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &mpi->base.ranks);
    int length = 0;
    char version[MPI_MAX_LIBRARY_VERSION_STRING];
    MPI_Get_library_version(version, &length);
    eb_mpi_library_line(version, mpi->library, sizeof mpi->library);
    mpi->base.ops = &mpi_ops;
    mpi->base.timeout_ns = timeout_ns;
    mpi->base.library = mpi->library;
    mpi->base.owns_process = 1;
    *launch = &mpi->base;
    return EB_OK;
}
