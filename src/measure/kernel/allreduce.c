/* The all-reduce kernel: a sample is the time of one all-reduce on the rank that was slowest in it, calls
 * following each other without a barrier; or, as osu_allreduce has it, of a call alone, a barrier coming
 * after each. */
#include "measure/kernel/allreduce.h"
#include "measure/kernel/table.h"

#include <stdio.h>
#include <string.h>

#define ALIGNMENT ((size_t)64)
#define BARRIER_REQUESTS 2u
#define BARRIER_BYTES ((size_t)1)

enum eb_status eb_algorithm_find(const char *name, const struct eb_algorithm **algorithm,
                                 struct eb_error *err)
{
    char names[200] = "auto";
    for (size_t i = 0; eb_algorithms[i]; i++) {
        if (strcmp(eb_algorithms[i]->name, name) == 0) {
            *algorithm = eb_algorithms[i];
            return EB_OK;
        }
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, ", %s", eb_algorithms[i]->name);
    }
    return eb_error_set(err, EB_USAGE, "allreduce", 0, "unknown algorithm '%s': there are %s", name, names);
}

static size_t rounded(size_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Source and result have the same room; scratch follows the results, the barrier's bytes follow that. */
static size_t vectors_bytes(const struct eb_kernel_env *env)
{
    return rounded(env->span_bytes > env->size_bytes ? env->span_bytes : env->size_bytes);
}

static struct eb_kernel_needs allreduce_needs(const struct eb_kernel_env *env)
{
    size_t vectors = vectors_bytes(env);
    return (struct eb_kernel_needs){.send_bytes = vectors + BARRIER_BYTES,
                                    .receive_bytes =
                                        vectors + rounded(env->algorithm->scratch_bytes(env)) + BARRIER_BYTES,
                                    .requests = env->algorithm->requests(env) + BARRIER_REQUESTS,
                                    .outstanding = env->algorithm->outstanding,
                                    .message_bytes = env->size_bytes,
                                    .order = 1,
                                    .many_peers = env->transport->ranks > 2,
                                    .own_reduction = env->algorithm->is_transports_own,
                                    .two_sided = env->algorithm->needs_receives || env->transport->reads};
}

static uint64_t allreduce_payload(const struct eb_kernel_env *env)
{
    return env->size_bytes;
}

static int everyone(const struct eb_kernel_env *env)
{
    (void)env;
    return 1;
}

static struct eb_allreduce allreduce_call(struct eb_kernel_env *env)
{
    return (struct eb_allreduce){.env = env,
                                 .count = env->size_bytes / env->reduction->element_bytes,
                                 .element_bytes = env->reduction->element_bytes,
                                 .next_place = eb_kernel_next_place(env, 0),
                                 .scratch_offset = vectors_bytes(env),
                                 .requests = env->requests};
}

size_t eb_allreduce_bytes(const struct eb_allreduce *call, size_t count)
{
    return count * call->element_bytes;
}

static const struct eb_region *source_region(const struct eb_allreduce *call)
{
    return call->env->in_place ? &call->env->receive : &call->env->send;
}

static int send_span(struct eb_allreduce *call, int peer, const struct eb_region *region, struct eb_span span,
                     struct eb_allreduce_target target, struct eb_request *request)
{
    struct eb_transport *t = call->env->transport;
    size_t offset = call->place + eb_allreduce_bytes(call, span.first);
    if (span.count == 0)
        return 0;
    request->remote_offset =
        target.into_result ? offset : call->scratch_offset + eb_allreduce_bytes(call, target.scratch_first);
    return t->ops->send(t, peer, region, offset, eb_allreduce_bytes(call, span.count), request);
}

int eb_allreduce_send_source(struct eb_allreduce *call, int peer, struct eb_span span,
                             struct eb_allreduce_target target, struct eb_request *request)
{
    return send_span(call, peer, source_region(call), span, target, request);
}

int eb_allreduce_send_result(struct eb_allreduce *call, int peer, struct eb_span span,
                             struct eb_allreduce_target target, struct eb_request *request)
{
    return send_span(call, peer, &call->env->receive, span, target, request);
}

int eb_allreduce_receive_result(struct eb_allreduce *call, int peer, size_t place, struct eb_span span,
                                struct eb_request *request)
{
    struct eb_transport *t = call->env->transport;
    if (span.count == 0)
        return 0;
    return t->ops->recv(t, peer, &call->env->receive, place + eb_allreduce_bytes(call, span.first),
                        eb_allreduce_bytes(call, span.count), request);
}

int eb_allreduce_receive_scratch(struct eb_allreduce *call, int peer, size_t scratch_first, size_t count,
                                 struct eb_request *request)
{
    struct eb_transport *t = call->env->transport;
    if (count == 0)
        return 0;
    return t->ops->recv(t, peer, &call->env->receive,
                        call->scratch_offset + eb_allreduce_bytes(call, scratch_first),
                        eb_allreduce_bytes(call, count), request);
}

void eb_allreduce_combine(struct eb_allreduce *call, size_t scratch_first, struct eb_span span,
                          int from_source)
{
    size_t at = call->place + eb_allreduce_bytes(call, span.first);
    char *receive = call->env->receive.base;
    const char *with = from_source ? source_region(call)->base + at : receive + at;
    call->env->reduction->combine(receive + at, with,
                                  receive + call->scratch_offset + eb_allreduce_bytes(call, scratch_first),
                                  span.count);
}

int eb_fold_rounds(int ranks)
{
    return 31 - __builtin_clz((unsigned)ranks);
}

struct eb_fold eb_fold_make(int rank, int ranks)
{
    struct eb_fold fold = {.rounds = eb_fold_rounds(ranks), .neighbour = -1};
    int extra = ranks - (1 << fold.rounds);
    int in_pair = rank < 2 * extra;
    fold.position = in_pair ? rank / 2 : rank - extra;
    if (in_pair)
        fold.neighbour = rank ^ 1;
    fold.is_folded = in_pair && rank % 2 == 0;
    for (int round = 0; round < fold.rounds; round++) {
        int partner = fold.position ^ (1 << round);
        fold.partners[round] = partner < extra ? 2 * partner + 1 : partner + extra;
    }
    return fold;
}

static enum eb_status run_back_to_back(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                                       struct eb_error *err)
{
    struct eb_allreduce call = allreduce_call(env);
    const struct eb_algorithm *algorithm = env->algorithm;
    if (algorithm->begin(&call) < 0)
        return eb_kernel_failed(env, err);
    uint64_t start_ns = eb_clock_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        if (algorithm->iterate(&call, i, i + 1 == iterations) < 0)
            return eb_kernel_failed(env, err);
        uint64_t end_ns = eb_clock_ns();
        samples_ns[i] = end_ns - start_ns;
        start_ns = end_ns;
        call.place = call.next_place;
        call.next_place = eb_kernel_next_place(env, call.place);
    }
    return EB_OK;
}

/* Dissemination: after round r a rank has heard, by others, of 2^(r+1) before it (Hensgen, Finkel and Manber,
 * IJPP 1988). */
static int barrier(struct eb_kernel_env *env)
{
    struct eb_transport *t = env->transport;
    struct eb_request *requests = env->requests + env->algorithm->requests(env);
    size_t receive_offset = vectors_bytes(env) + rounded(env->algorithm->scratch_bytes(env));
    for (int distance = 1; distance < t->ranks; distance *= 2) {
        int to = (t->rank + distance) % t->ranks;
        int from = (t->rank + t->ranks - distance) % t->ranks;
        requests[1].remote_offset = receive_offset;
        if (t->ops->recv(t, from, &env->receive, receive_offset, BARRIER_BYTES, &requests[0]) < 0 ||
            t->ops->send(t, to, &env->send, vectors_bytes(env), BARRIER_BYTES, &requests[1]) < 0 ||
            eb_transport_wait(t, &requests[0]) < 0 || eb_transport_wait(t, &requests[1]) < 0)
            return -1;
    }
    return 0;
}

static enum eb_status run_as_osu(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                                 struct eb_error *err)
{
    struct eb_allreduce call = allreduce_call(env);
    if (barrier(env) < 0)
        return eb_kernel_failed(env, err);
    for (uint64_t i = 0; i < iterations; i++) {
        uint64_t start_ns = eb_clock_ns();
        if (env->algorithm->begin(&call) < 0 || env->algorithm->iterate(&call, 0, 1) < 0)
            return eb_kernel_failed(env, err);
        samples_ns[i] = eb_clock_ns() - start_ns;
        if (barrier(env) < 0)
            return eb_kernel_failed(env, err);
    }
    return EB_OK;
}

/* Calls of the transport's own all-reduce block. */
static void watch(struct eb_kernel_env *env, int on)
{
    if (env->algorithm->is_transports_own && env->transport->ops->watch)
        env->transport->ops->watch(env->transport, on);
}

static enum eb_status allreduce_run(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                                    struct eb_error *err)
{
    watch(env, 1);
    enum eb_status status = env->posting == EB_POSTED_AS_OSU
                                ? run_as_osu(env, iterations, samples_ns, err)
                                : run_back_to_back(env, iterations, samples_ns, err);
    watch(env, 0);
    return status;
}

/* Each iteration is a sequence of its own, so that the vectors can change between. */
static enum eb_status allreduce_validate(struct eb_kernel_env *env, uint64_t iterations,
                                         uint64_t *checked_bytes, struct eb_error *err)
{
    struct eb_allreduce call = allreduce_call(env);
    const struct eb_transport *t = env->transport;
    char *source = source_region(&call)->base;
    char *result = env->receive.base;
    enum eb_status status = EB_OK;
    *checked_bytes = iterations * env->size_bytes;
    watch(env, 1);
    for (uint64_t iteration = 0; status == EB_OK && iteration < iterations; iteration++) {
        if (!env->in_place)
            memset(result, 0xff, env->size_bytes);
        eb_reduction_fill(env->reduction, source, call.count, t->rank, iteration);
        /* where messages arrive unasked, all ranks must be done with the last sequence */
        if ((env->transport->one_sided && barrier(env) < 0) || env->algorithm->begin(&call) < 0 ||
            env->algorithm->iterate(&call, 0, 1) < 0)
            status = eb_kernel_failed(env, err);
        else
            status =
                eb_reduction_check(env->reduction, result, call.count, t->rank, t->ranks, iteration, err);
    }
    watch(env, 0);
    /* What is timed adds zeros: calls in place would run out of the type's range. */
    memset(source, 0, env->size_bytes);
    memset(result, 0, env->size_bytes);
    return status;
}

const struct eb_kernel_ops eb_kernel_allreduce = {
    .name = "allreduce",
    .summary = "a vector combined over all ranks, on every rank (--algorithm, --type, --operation)",
    .sample = "time_ns",
    .by_default = 1,
    .messages_per_sample = 1,
    .samples_of = EB_SAMPLES_OF_SLOWEST,
    .has_algorithms = 1,
    .osu_iterations = {1000, 100},
    .osu_warmup = {100, 10},
    .osu_size_most = UINT64_C(1) << 20,
    .needs = allreduce_needs,
    .bytes_per_sample = allreduce_payload,
    .takes_part = everyone,
    .run = allreduce_run,
    .validate = allreduce_validate,
};
