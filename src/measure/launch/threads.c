#include "measure/launch/threads.h"

#include "common/clock.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Where there are more ranks than cores, who waits for others looks so often, and then sleeps between two
 * looks, longer and longer, but no longer than so much for each rank: all who wait then wake up some 50000
 * times a second together, and leave the cores to those who are waited for. */
#define LOOKS_AWAKE 32
#define NAP_NS 50000L
#define NAP_NS_A_RANK 20000L

/* What a rank gives away; it waits until it was taken. */
struct parcel {
    const void *data;
    size_t bytes;
    int to;
    atomic_int is_there;
};

struct shared {
    int ranks;
    struct parcel *parcels; /* by giver */
    atomic_int arrived;
    atomic_uint generation;
    atomic_int aborted;
    const void **contributions; /* by rank, valid between two barriers */
};

struct thread_launch {
    struct eb_launch base;
    struct shared *shared;
    eb_threads_main *main;
    void *argument;
    int result;
};

static struct shared *shared_of(struct eb_launch *launch)
{
    return ((struct thread_launch *)launch)->shared;
}

static void nap(const struct eb_launch *launch, unsigned times)
{
    long most_ns = NAP_NS_A_RANK * launch->ranks;
    long ns = times < 16 ? NAP_NS << (times / 2) : most_ns;
    ns = ns < most_ns ? ns : most_ns;
    nanosleep(&(struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000}, NULL);
}

/* One empty look of a wait for other ranks. EB_INTERNAL when it is the last. */
static enum eb_status wait_on(struct eb_launch *launch, const char *what, unsigned looks,
                              uint64_t deadline_ns, struct eb_error *err)
{
    if (atomic_load(&shared_of(launch)->aborted))
        return eb_error_set(err, EB_INTERNAL, "threads", ECANCELED, "another rank aborted the launch");
    if (!launch->patient && eb_clock_ns() > deadline_ns)
        return eb_error_set(err, EB_INTERNAL, "threads", ETIMEDOUT, "timeout: rank %d waited %.0f s in %s",
                            launch->rank, (double)launch->timeout_ns / 1e9, what);
    if (launch->yield && looks > LOOKS_AWAKE)
        nap(launch, looks - LOOKS_AWAKE);
    else
        sched_yield();
    return EB_OK;
}

static enum eb_status threads_barrier(struct eb_launch *launch, eb_progress_fn *progress, void *argument,
                                      struct eb_error *err)
{
    struct shared *shared = shared_of(launch);
    unsigned generation = atomic_load(&shared->generation);
    if (atomic_fetch_add(&shared->arrived, 1) + 1 == shared->ranks) {
        atomic_store(&shared->arrived, 0);
        atomic_fetch_add(&shared->generation, 1);
        return EB_OK;
    }
    uint64_t deadline_ns = eb_clock_ns() + launch->timeout_ns;
    unsigned looks = 0;
    while (atomic_load(&shared->generation) == generation) {
        int moved = progress ? progress(argument) : 0;
        if (moved < 0)
            return eb_error_set(err, EB_INTERNAL, "transport", 0, "the transport failed in a barrier");
        looks = moved > 0 ? 0 : looks + 1;
        enum eb_status status = wait_on(launch, "a barrier", looks, deadline_ns, err);
        if (status != EB_OK)
            return status;
    }
    return EB_OK;
}

static enum eb_status threads_give(struct eb_launch *launch, int to, const void *data, size_t bytes,
                                   struct eb_error *err)
{
    struct parcel *parcel = &shared_of(launch)->parcels[launch->rank];
    uint64_t deadline_ns = eb_clock_ns() + launch->timeout_ns;
    parcel->data = data;
    parcel->bytes = bytes;
    parcel->to = to;
    atomic_store(&parcel->is_there, 1);
    for (unsigned looks = 0; atomic_load(&parcel->is_there); looks++) {
        enum eb_status status = wait_on(launch, "giving", looks, deadline_ns, err);
        if (status != EB_OK)
            return status;
    }
    return EB_OK;
}

static enum eb_status threads_take(struct eb_launch *launch, int from, void **data, size_t *bytes,
                                   struct eb_error *err)
{
    struct parcel *parcel = &shared_of(launch)->parcels[from];
    uint64_t deadline_ns = eb_clock_ns() + launch->timeout_ns;
    *data = NULL;
    *bytes = 0;
    for (unsigned looks = 0; !atomic_load(&parcel->is_there) || parcel->to != launch->rank; looks++) {
        enum eb_status status = wait_on(launch, "taking", looks, deadline_ns, err);
        if (status != EB_OK)
            return status;
    }
    if (parcel->bytes > 0 && !(*data = malloc(parcel->bytes)))
        return eb_error_set(err, EB_INTERNAL, "threads", ENOMEM, "out of memory for %zu bytes",
                            parcel->bytes);
    if (parcel->bytes > 0)
        memcpy(*data, parcel->data, parcel->bytes);
    *bytes = parcel->bytes;
    atomic_store(&parcel->is_there, 0);
    return EB_OK;
}

/* Shows mine to all ranks, lets use read them all, and returns when every rank has. */
static enum eb_status exchange(struct eb_launch *launch, const void *mine,
                               void (*use)(const struct shared *shared, void *result, size_t size),
                               void *result, size_t size, struct eb_error *err)
{
    struct shared *shared = shared_of(launch);
    shared->contributions[launch->rank] = mine;
    enum eb_status status = threads_barrier(launch, NULL, NULL, err);
    if (status != EB_OK)
        return status;
    use(shared, result, size);
    return threads_barrier(launch, NULL, NULL, err);
}

static void copy_all(const struct shared *shared, void *result, size_t bytes)
{
    for (int rank = 0; rank < shared->ranks; rank++)
        memcpy((char *)result + (size_t)rank * bytes, shared->contributions[rank], bytes);
}

static void copy_first(const struct shared *shared, void *result, size_t bytes)
{
    memcpy(result, shared->contributions[0], bytes);
}

/* What a maximum is taken into: values and who holds them. */
struct maxima {
    uint64_t *values;
    int *holders;
};

static void take_maxima(const struct shared *shared, void *result, size_t count)
{
    struct maxima *maxima = result;
    memcpy(maxima->values, shared->contributions[0], count * sizeof *maxima->values);
    memset(maxima->holders, 0, count * sizeof *maxima->holders);
    for (int rank = 1; rank < shared->ranks; rank++) {
        const uint64_t *values = shared->contributions[rank];
        for (size_t i = 0; i < count; i++) {
            if (values[i] <= maxima->values[i])
                continue;
            maxima->values[i] = values[i];
            maxima->holders[i] = rank;
        }
    }
}

static enum eb_status threads_allgather(struct eb_launch *launch, const void *mine, void *all, size_t bytes,
                                        struct eb_error *err)
{
    return exchange(launch, mine, copy_all, all, bytes, err);
}

/* The result of exchange must not overwrite a contribution that others still read: it goes through a copy. */
static enum eb_status through_copy(struct eb_launch *launch, void *data, size_t bytes, size_t size,
                                   void (*use)(const struct shared *, void *, size_t), struct eb_error *err)
{
    void *copy = malloc(bytes ? bytes : 1);
    if (!copy)
        return eb_error_set(err, EB_INTERNAL, "threads", ENOMEM, "out of memory for %zu bytes", bytes);
    enum eb_status status = exchange(launch, data, use, copy, size, err);
    if (status == EB_OK)
        memcpy(data, copy, bytes);
    free(copy);
    return status;
}

static void copy_nothing(const struct shared *shared, void *result, size_t size)
{
    (void)shared, (void)result, (void)size;
}

static enum eb_status threads_gather(struct eb_launch *launch, const void *mine, void *all, size_t bytes,
                                     struct eb_error *err)
{
    return exchange(launch, mine, launch->rank == 0 ? copy_all : copy_nothing, all, bytes, err);
}

static enum eb_status threads_max_with_rank(struct eb_launch *launch, uint64_t *values, int *holders,
                                            size_t count, struct eb_error *err)
{
    struct maxima maxima = {.values = calloc(count + 1, sizeof *values), .holders = holders};
    if (!maxima.values)
        return eb_error_set(err, EB_INTERNAL, "threads", ENOMEM, "out of memory for %zu values", count);
    enum eb_status status =
        exchange(launch, values, launch->rank == 0 ? take_maxima : copy_nothing, &maxima, count, err);
    if (status == EB_OK && launch->rank == 0)
        memcpy(values, maxima.values, count * sizeof *values);
    free(maxima.values);
    return status;
}

static enum eb_status threads_broadcast(struct eb_launch *launch, void *data, size_t bytes,
                                        struct eb_error *err)
{
    return through_copy(launch, data, bytes, bytes, copy_first, err);
}

static void threads_abort(struct eb_launch *launch, int exit_code)
{
    (void)exit_code;
    atomic_store(&shared_of(launch)->aborted, 1);
}

static void threads_close(struct eb_launch *launch)
{
    (void)launch; /* owned by eb_launch_threads_run */
}

static const struct eb_launch_ops threads_ops = {
    .name = "threads",
    .barrier = threads_barrier,
    .allgather = threads_allgather,
    .gather = threads_gather,
    .max_with_rank = threads_max_with_rank,
    .give = threads_give,
    .take = threads_take,
    .broadcast = threads_broadcast,
    .abort = threads_abort,
    .close = threads_close,
};

static void *run_rank(void *argument)
{
    struct thread_launch *launch = argument;
    launch->result = launch->main(&launch->base, launch->argument);
    return NULL;
}

int eb_launch_threads_run(int ranks, int yield, uint64_t timeout_ns, eb_threads_main *main, void *argument)
{
    struct shared shared = {.ranks = ranks,
                            .parcels = calloc((size_t)ranks, sizeof *shared.parcels),
                            .contributions = calloc((size_t)ranks, sizeof(void *))};
    struct thread_launch *launches = calloc((size_t)ranks, sizeof *launches);
    pthread_t *threads = calloc((size_t)ranks, sizeof *threads);
    int result = shared.contributions && shared.parcels && launches && threads ? 0 : -1;
    int started = 0;
    while (result == 0 && started < ranks) {
        struct thread_launch *launch = &launches[started];
        *launch = (struct thread_launch){.shared = &shared, .main = main, .argument = argument};
        launch->base = (struct eb_launch){.ops = &threads_ops,
                                          .rank = started,
                                          .ranks = ranks,
                                          .yield = yield,
                                          .timeout_ns = timeout_ns,
                                          .library = "threads"};
        if (pthread_create(&threads[started], NULL, run_rank, launch) != 0) {
            atomic_store(&shared.aborted, 1);
            result = -1;
        } else {
            started++;
        }
    }
    for (int rank = 0; rank < started; rank++) {
        pthread_join(threads[rank], NULL);
        if (result == 0)
            result = launches[rank].result;
    }
    free(threads);
    free(launches);
    free(shared.contributions);
    free(shared.parcels);
    return result;
}
