/* What one launch costs with many ranks: RANKS threads of this process over `inproc`, a whole session, and
 * what it took; or, with --count, the messages of one iteration, which are counted and not sent. For
 * scripts/scale.
 *
 *   measure_scale RANKS KERNEL ALGORITHM BYTES ITERATIONS [RECORD]
 *   measure_scale --count RANKS KERNEL ALGORITHM BYTES
 *
 * ALGORITHM is - where there is none. Prints NAME=VALUE words on one line. */
#include "counted_traffic.h"
#include "heap_meter.h"

#include "common/clock.h"
#include "common/journal.h"
#include "common/record.h"
#include "measure/kernel/allreduce.h"
#include "measure/kernel/reduction.h"
#include "measure/launch/threads.h"
#include "measure/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIMEOUT_NS UINT64_C(600000000000)

/* What the ranks of a launch share; each writes to its own place. */
struct scale {
    struct eb_session_options options;
    struct eb_journal_fold *fold;
    struct rank_cost *costs; /* by rank */
    uint64_t began_ns;
    uint64_t header_ns; /* when everything was open and warm */
    uint64_t end_ns;
    struct eb_error error; /* of the first rank that failed */
    atomic_int failures;
};

struct rank_cost {
    struct heap_meter heap;
    uint64_t taken_messages; /* of trees */
    uint64_t taken_bytes;
    uint64_t collectives; /* barriers and the like */
    const struct eb_launch_ops *real;
    struct eb_launch_ops counting;
};

/* The launch of each rank has its own table, whose name leads back to what is counted there. */
static struct rank_cost *cost_of(const struct eb_launch *launch)
{
    const char *table = (const char *)launch->ops;
    return (struct rank_cost *)(uintptr_t)(table - offsetof(struct rank_cost, counting));
}

static enum eb_status take(struct eb_launch *launch, int from, void **data, size_t *bytes,
                           struct eb_error *err)
{
    struct rank_cost *cost = cost_of(launch);
    enum eb_status status = cost->real->take(launch, from, data, bytes, err);
    cost->taken_messages++;
    cost->taken_bytes += *bytes;
    return status;
}

static enum eb_status barrier(struct eb_launch *launch, eb_progress_fn *progress, void *argument,
                              struct eb_error *err)
{
    cost_of(launch)->collectives++;
    return cost_of(launch)->real->barrier(launch, progress, argument, err);
}

static enum eb_status allgather(struct eb_launch *launch, const void *mine, void *all, size_t bytes,
                                struct eb_error *err)
{
    struct rank_cost *cost = cost_of(launch);
    cost->collectives++;
    cost->taken_bytes += bytes * (size_t)launch->ranks;
    return cost->real->allgather(launch, mine, all, bytes, err);
}

static enum eb_status gather(struct eb_launch *launch, const void *mine, void *all, size_t bytes,
                             struct eb_error *err)
{
    struct rank_cost *cost = cost_of(launch);
    cost->collectives++;
    if (launch->rank == 0)
        cost->taken_bytes += bytes * (size_t)launch->ranks;
    return cost->real->gather(launch, mine, all, bytes, err);
}

static enum eb_status emit(void *argument, const json_t *line, struct eb_error *err)
{
    struct scale *scale = argument;
    if (json_object_get(line, "launch"))
        scale->header_ns = eb_clock_ns();
    if (json_object_get(line, "end"))
        scale->end_ns = eb_clock_ns();
    heap_meter_use(NULL); /* the record is kept here, which rank 0 of a real launch writes out */
    enum eb_status status = eb_journal_fold_line(scale->fold, line, err);
    heap_meter_use(&scale->costs[0].heap);
    return status;
}

static void failed(void *argument, const struct eb_error *error)
{
    struct scale *scale = argument;
    if (atomic_fetch_add(&scale->failures, 1) == 0)
        scale->error = *error;
}

static int run_rank(struct eb_launch *launch, void *argument)
{
    struct scale *scale = argument;
    struct eb_error err = {0};
    struct eb_session_events events = {.emit = emit, .failed = failed, .argument = scale};
    struct rank_cost *cost = &scale->costs[launch->rank];
    cost->real = launch->ops;
    cost->counting = *launch->ops;
    cost->counting.take = take;
    cost->counting.barrier = barrier;
    cost->counting.allgather = allgather;
    cost->counting.gather = gather;
    launch->ops = &cost->counting;
    heap_meter_use(&cost->heap);
    enum eb_status status = eb_session_run(launch, &scale->options, &events, &err);
    heap_meter_use(NULL);
    launch->ops = cost->real;
    if (status != EB_OK && launch->rank == 0 && atomic_load(&scale->failures) == 0)
        failed(scale, &err);
    return status != EB_OK;
}

static int save(struct scale *scale, const char *path, int ranks, struct eb_error *err)
{
    json_t *record = eb_record_new(json_incref(scale->options.run));
    json_t *folded = eb_journal_fold_launch(scale->fold);
    struct stat file;
    json_array_append_new(json_object_get(record, "launches"), folded);
    int result = eb_record_check(record, path, err) == EB_OK && eb_record_save(record, path, err) == EB_OK &&
                         stat(path, &file) == 0
                     ? 0
                     : -1;
    size_t whole = folded ? json_dumpb(folded, NULL, 0, JSON_COMPACT) : 0;
    size_t place = folded ? json_dumpb(json_object_get(folded, "provenance"), NULL, 0, JSON_COMPACT) : 0;
    if (result == 0)
        printf(" record_bytes=%lld provenance_bytes=%zu case_bytes=%zu", (long long)file.st_size, place,
               whole - place);
    json_decref(record);
    (void)ranks;
    return result;
}

static void print_costs(const struct scale *scale, int ranks)
{
    size_t most_bytes = 0;
    struct rusage usage;
    const struct rank_cost *first = &scale->costs[0];
    for (int rank = 1; rank < ranks; rank++)
        if (scale->costs[rank].heap.most_bytes > most_bytes)
            most_bytes = scale->costs[rank].heap.most_bytes;
    getrusage(RUSAGE_SELF, &usage);
    printf(" open_s=%.3f measure_s=%.3f heap_rank0=%zu heap_other=%zu taken_messages=%" PRIu64
           " taken_bytes=%" PRIu64 " collectives=%" PRIu64 " resident_kib=%ld",
           (double)(scale->header_ns - scale->began_ns) / 1e9,
           (double)(scale->end_ns - scale->header_ns) / 1e9, first->heap.most_bytes, most_bytes,
           first->taken_messages, first->taken_bytes, first->collectives, usage.ru_maxrss);
}

static int find_case(char **words, struct counted_case *unit, struct eb_error *err)
{
    unit->ranks = atoi(words[0]);
    unit->pairs = unit->ranks / 2;
    unit->window = 64;
    unit->size_bytes = strtoull(words[3], NULL, 10);
    if (unit->ranks < 2) {
        eb_error_set(err, EB_USAGE, "scale", 0, "'%s' is no number of ranks from 2 on", words[0]);
        return -1;
    }
    return eb_kernel_find(words[1], &unit->kernel, err) == EB_OK &&
                   eb_reduction_find("f32", "sum", &unit->reduction, err) == EB_OK &&
                   (strcmp(words[2], "-") == 0 || eb_algorithm_find(words[2], &unit->algorithm, err) == EB_OK)
               ? 0
               : -1;
}

static int measure(int count, char **words, struct eb_error *err)
{
    struct counted_case unit = {0};
    struct eb_arm arm;
    if (find_case(words, &unit, err) != 0 || eb_arm_parse("a=inproc", &arm, err) != EB_OK)
        return -1;
    struct scale scale = {.fold = eb_journal_fold_new(),
                          .costs = calloc((size_t)unit.ranks, sizeof *scale.costs),
                          .began_ns = eb_clock_ns()};
    scale.options =
        (struct eb_session_options){.arms = &arm,
                                    .arm_count = 1,
                                    .kernels = &unit.kernel,
                                    .kernel_count = 1,
                                    .variant = "default",
                                    .window = unit.window,
                                    .pairs = (unsigned)unit.pairs,
                                    .algorithm = unit.algorithm ? words[2] : "auto",
                                    .reduction = unit.reduction,
                                    .segment_bytes = 65536,
                                    .iterations = strtoull(words[4], NULL, 10),
                                    .warmup = 1,
                                    .sweeps = 2,
                                    .seed = 1,
                                    .run = json_pack("{s:s}", "created_utc", "2026-01-01T00:00:00Z")};
    int yield = unit.ranks > (int)sysconf(_SC_NPROCESSORS_ONLN);
    int result = eb_size_list_parse(words[3], &scale.options.sizes, err) == EB_OK && scale.costs ? 0 : -1;
    if (result == 0)
        result = eb_launch_threads_run(unit.ranks, yield, TIMEOUT_NS, run_rank, &scale);
    if (result == 0) {
        printf("ranks=%d kernel=%s algorithm=%s iterations=%s", unit.ranks, words[1], words[2], words[4]);
        print_costs(&scale, unit.ranks);
        result = count > 5 ? save(&scale, words[5], unit.ranks, err) : 0;
        printf("\n");
    } else if (atomic_load(&scale.failures) > 0) {
        *err = scale.error;
    }
    json_decref(scale.options.run);
    eb_size_list_free(&scale.options.sizes);
    eb_journal_fold_free(scale.fold);
    eb_arm_free(&arm);
    free(scale.costs);
    return result;
}

static int count_messages(char **words, struct eb_error *err)
{
    struct counted_case unit = {0};
    struct counted_traffic traffic;
    if (find_case(words, &unit, err) != 0 || counted_traffic_of(&unit, &traffic) != 0)
        return -1;
    printf("ranks=%d kernel=%s algorithm=%s messages=%" PRIu64 " bytes=%" PRIu64 " directions=%" PRIu64
           " most_partners=%" PRIu64 "\n",
           unit.ranks, words[1], words[2], traffic.messages, traffic.bytes, traffic.directions,
           traffic.most_partners);
    return 0;
}

int main(int count, char **words)
{
    struct eb_error err = {.text = "usage: see the head of tests/measure_scale.c"};
    int result = -1;
    heap_meter_watch_jansson();
    if (count == 6 && strcmp(words[1], "--count") == 0)
        result = count_messages(words + 2, &err);
    else if (count == 6 || count == 7)
        result = measure(count - 1, words + 1, &err);
    if (result != 0)
        fprintf(stderr, "measure_scale: %s\n", err.text);
    return result != 0 ? 2 : 0;
}
