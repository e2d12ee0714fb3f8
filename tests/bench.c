#include "bench.h"

#include "measure/launch/threads.h"

#include <stdlib.h>
#include <unistd.h>

static int progress_of(void *transport)
{
    struct eb_transport *t = transport;
    return t->ops->progress(t);
}

static enum eb_status progressing_barrier(struct eb_launch *launch, struct eb_transport *transport,
                                          struct eb_error *err)
{
    return launch->ops->barrier(launch, progress_of, transport, err);
}

/* Runs the case on an open transport. */
static enum eb_status run_case(struct bench *bench, struct eb_launch *launch, struct eb_transport *transport,
                               struct eb_error *err)
{
    int rank = transport->rank;
    const struct eb_kernel_ops *kernel = NULL;
    struct eb_kernel_env env = {
        .transport = transport,
        .size_bytes = bench->size_bytes,
        .window = bench->window,
        .pairing = {.ranks = transport->ranks, .pairs = bench->pairs ? bench->pairs : 1},
        .posting = bench->posting,
        .segment_bytes = bench->segment_bytes ? bench->segment_bytes : 131072,
        .in_place = bench->in_place,
        .stride_bytes = bench->places ? bench->size_bytes : 0,
        .span_bytes = bench->places * bench->size_bytes};
    if (bench->is_screened) {
        env.pairing = eb_pairing_of_round(transport->ranks, bench->round);
        env.pairing.is_turned = bench->is_turned;
    }
    enum eb_status status = eb_kernel_find(bench->kernel, &kernel, err);
    if (status == EB_OK && bench->algorithm)
        status = eb_algorithm_find(bench->algorithm, &env.algorithm, err);
    if (status == EB_OK)
        status = eb_reduction_find(bench->type ? bench->type : "f32",
                                   bench->operation ? bench->operation : "sum", &env.reduction, err);
    if (status != EB_OK)
        return status;
    struct eb_kernel_needs needs = kernel->needs(&env);
    if (needs.many_peers && !transport->directed) /* a session refuses it */
        return EB_OK;
    uint64_t *samples_ns = calloc(bench->run_iterations + 1, sizeof *samples_ns);
    env.requests = calloc(needs.requests, sizeof *env.requests);
    status = eb_region_open(transport, needs.send_bytes, 0, &env.send, err);
    if (status == EB_OK)
        status = eb_region_open(transport, needs.receive_bytes, 0, &env.receive, err);
    if (status == EB_OK && transport->ops->expose)
        status = transport->ops->expose(transport, launch, &env.send, &env.receive, err);
    int acts = kernel->takes_part(&env);
    if (status == EB_OK && transport->reads) {
        eb_kernel_fill_for_reads(&env, kernel->validated ? kernel->validated(&env) : 1);
        status = progressing_barrier(launch, transport, err);
    }
    if (status == EB_OK && bench->validate && acts)
        status = kernel->validate(&env, 3, &bench->checked_bytes[rank], err);
    if (status == EB_OK && transport->one_sided) /* nobody may write into what is still being checked */
        status = progressing_barrier(launch, transport, err);
    if (status == EB_OK && bench->run_iterations > 0 && acts)
        status = kernel->run(&env, bench->run_iterations, samples_ns, err);
    if (status == EB_OK && transport->one_sided)
        status = progressing_barrier(launch, transport, err);
    if (status == EB_OK && bench->validate && acts) /* nothing was left behind */
        status = kernel->validate(&env, 1, &bench->checked_bytes[rank], err);
    if (status == EB_OK && transport->one_sided)
        status = progressing_barrier(launch, transport, err);
    eb_region_close(transport, &env.send);
    eb_region_close(transport, &env.receive);
    free(env.requests);
    free(samples_ns);
    return status;
}

static int run_rank(struct eb_launch *launch, void *argument)
{
    struct bench *bench = argument;
    struct eb_error *err = &bench->errors[launch->rank];
    const struct eb_transport_ops *ops = NULL;
    struct eb_transport *transport = NULL;
    struct faulty faulty;
    struct eb_arm arm;
    enum eb_status status = eb_arm_parse(bench->arm, &arm, err);
    if (status == EB_OK)
        status = eb_transport_find(arm.transport, &ops, err);
    if (status == EB_OK)
        status = ops->open(launch, &arm, &transport, err);
    if (status == EB_OK) {
        faulty_wrap(&faulty, transport, launch->rank == bench->spoiling_rank ? bench->spoil_send : 0,
                    bench->spoil_offset);
        status = run_case(bench, launch, bench->spoiling_rank < 0 ? transport : &faulty.base, err);
        launch->ops->barrier(launch, NULL, NULL, NULL);
        faulty_unwrap(&faulty);
        ops->close(transport);
    }
    bench->statuses[launch->rank] = status;
    eb_arm_free(&arm);
    return 0;
}

int bench_run(struct bench *bench, int ranks)
{
    int yield = ranks > (int)sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t timeout_ns = (bench->timeout_ms ? bench->timeout_ms : 60000) * 1000000u;
    return eb_launch_threads_run(ranks, yield, timeout_ns, run_rank, bench);
}
