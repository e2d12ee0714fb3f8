#include "measure/launch/mpi.h"

#include "common/clock.h"

#include <errno.h>
#include <limits.h>
#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
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

static enum eb_status mpi_max_with_rank(struct eb_launch *launch, uint64_t *values, int *holders,
                                        size_t count, struct eb_error *err)
{
    MPI_Request request;
    enum eb_status status = check_count(count, err);
    struct held *memory = status == EB_OK ? call_memory(launch, 2 * count * sizeof *memory, err) : NULL;
    if (!memory)
        return EB_INTERNAL;
    for (size_t i = 0; i < count; i++)
        memory[count + i] = (struct held){.value = (long)values[i], .rank = launch->rank};
    int code = MPI_Ireduce(memory + count, memory, (int)count, MPI_LONG_INT, MPI_MAXLOC, 0, MPI_COMM_WORLD,
                           &request);
    status = started(launch, "MPI_Ireduce", code, err);
    if (status == EB_OK)
        status = wait_for(launch, "MPI_Ireduce", &request, NULL, NULL, err);
    if (status != EB_OK)
        return status;
    for (size_t i = 0; launch->rank == 0 && i < count; i++) {
        values[i] = (uint64_t)memory[i].value;
        holders[i] = memory[i].rank;
    }
    free(memory);
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

static void mpi_abort(struct eb_launch *launch, int exit_code)
{
    (void)launch;
    MPI_Abort(MPI_COMM_WORLD, exit_code);
}

static void mpi_close(struct eb_launch *launch)
{
    if (!launch)
        return;
    if (launch->broken)
        MPI_Abort(MPI_COMM_WORLD, eb_status_exit_code(EB_INTERNAL));
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
    MPI_Get_library_version(mpi->library, &length);
    mpi->library[strcspn(mpi->library, "\n")] = '\0';
    mpi->base.ops = &mpi_ops;
    mpi->base.timeout_ns = timeout_ns;
    mpi->base.library = mpi->library;
    mpi->base.owns_process = 1;
    *launch = &mpi->base;
    return EB_OK;
}
