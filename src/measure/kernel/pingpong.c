/* Ping-pong within each pair: a sample is one round trip as the pair's first rank sees it. Receives are
 * posted one iteration ahead, while the message before is on its way; or, as osu_latency has it, when the
 * send is done. Where the transport reads, a sample is one read: request there, data back. */
#include "measure/kernel/table.h"

static struct eb_kernel_needs pingpong_needs(const struct eb_kernel_env *env)
{
    size_t bytes = env->span_bytes > env->size_bytes ? env->span_bytes : env->size_bytes;
    return (struct eb_kernel_needs){.send_bytes = bytes,
                                    .receive_bytes = bytes,
                                    .requests = 3,
                                    .outstanding = 2,
                                    .message_bytes = env->size_bytes};
}

static uint64_t pingpong_bytes(const struct eb_kernel_env *env)
{
    return env->size_bytes;
}

static enum eb_status initiate(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                               struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    const struct eb_transport_ops *ops = t->ops;
    struct eb_request *receives = env->requests;
    struct eb_request *send = env->requests + 2;
    int peer = eb_kernel_pair_peer(env);
    size_t bytes = env->size_bytes;
    size_t place = 0;
    if (ops->recv(t, peer, &env->receive, 0, bytes, &receives[0]) < 0)
        return eb_kernel_failed(env, err);
    uint64_t start_ns = eb_clock_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        size_t next = eb_kernel_next_place(env, place);
        send->remote_offset = place;
        if (ops->send(t, peer, &env->send, place, bytes, send) < 0 ||
            (i + 1 < iterations &&
             ops->recv(t, peer, &env->receive, next, bytes, &receives[(i + 1) & 1]) < 0) ||
            eb_transport_wait(t, &receives[i & 1]) < 0 || eb_transport_wait(t, send) < 0)
            return eb_kernel_failed(env, err);
        uint64_t end_ns = eb_clock_ns();
        samples_ns[i] = end_ns - start_ns;
        start_ns = end_ns;
        place = next;
    }
    return EB_OK;
}

static enum eb_status answer(struct eb_kernel_env *env, uint64_t iterations, struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    const struct eb_transport_ops *ops = t->ops;
    struct eb_request *receives = env->requests;
    struct eb_request *send = env->requests + 2;
    int peer = eb_kernel_pair_peer(env);
    size_t bytes = env->size_bytes;
    size_t place = 0;
    if (ops->recv(t, peer, &env->receive, 0, bytes, &receives[0]) < 0)
        return eb_kernel_failed(env, err);
    for (uint64_t i = 0; i < iterations; i++) {
        size_t next = eb_kernel_next_place(env, place);
        send->remote_offset = place;
        if (eb_transport_wait(t, &receives[i & 1]) < 0 ||
            ops->send(t, peer, &env->send, place, bytes, send) < 0 ||
            (i + 1 < iterations &&
             ops->recv(t, peer, &env->receive, next, bytes, &receives[(i + 1) & 1]) < 0) ||
            eb_transport_wait(t, send) < 0)
            return eb_kernel_failed(env, err);
        place = next;
    }
    return EB_OK;
}

/* Send, then receive, on both sides; a blocking call is a request and its wait. */
static enum eb_status run_as_osu(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                                 struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    const struct eb_transport_ops *ops = t->ops;
    struct eb_request *receive = env->requests;
    struct eb_request *send = env->requests + 2;
    int peer = eb_kernel_pair_peer(env);
    int first = eb_kernel_is_first(env);
    size_t bytes = env->size_bytes;
    send->remote_offset = 0;
    uint64_t start_ns = eb_clock_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        if (first && (ops->send(t, peer, &env->send, 0, bytes, send) < 0 || eb_transport_wait(t, send) < 0))
            return eb_kernel_failed(env, err);
        if (ops->recv(t, peer, &env->receive, 0, bytes, receive) < 0 || eb_transport_wait(t, receive) < 0)
            return eb_kernel_failed(env, err);
        if (!first && (ops->send(t, peer, &env->send, 0, bytes, send) < 0 || eb_transport_wait(t, send) < 0))
            return eb_kernel_failed(env, err);
        uint64_t end_ns = eb_clock_ns();
        samples_ns[i] = end_ns - start_ns;
        start_ns = end_ns;
    }
    return EB_OK;
}

static enum eb_status read_only(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                                struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    int peer = eb_kernel_pair_peer(env);
    size_t place = 0;
    uint64_t start_ns = eb_clock_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        if (t->ops->recv(t, peer, &env->receive, place, env->size_bytes, env->requests) < 0 ||
            eb_transport_wait(t, env->requests) < 0)
            return eb_kernel_failed(env, err);
        uint64_t end_ns = eb_clock_ns();
        samples_ns[i] = end_ns - start_ns;
        start_ns = end_ns;
        place = eb_kernel_next_place(env, place);
    }
    return EB_OK;
}

static enum eb_status pingpong_run(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                                   struct eb_error *err)
{
    if (env->transport->reads)
        return read_only(env, iterations, samples_ns, err);
    if (env->posting == EB_POSTED_AS_OSU)
        return run_as_osu(env, iterations, samples_ns, err);
    return eb_kernel_is_first(env) ? initiate(env, iterations, samples_ns, err)
                                   : answer(env, iterations, err);
}

static enum eb_status send_filled(struct eb_kernel_env *env, int peer, uint64_t message, struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    eb_pattern_fill(env->send.base, env->size_bytes, message);
    env->requests[2].remote_offset = 0;
    if (t->ops->send(t, peer, &env->send, 0, env->size_bytes, &env->requests[2]) < 0 ||
        eb_transport_wait(t, &env->requests[2]) < 0)
        return eb_kernel_failed(env, err);
    return EB_OK;
}

static enum eb_status receive_checked(struct eb_kernel_env *env, int peer, uint64_t message,
                                      struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    if (t->ops->recv(t, peer, &env->receive, 0, env->size_bytes, &env->requests[0]) < 0 ||
        eb_transport_wait(t, &env->requests[0]) < 0)
        return eb_kernel_failed(env, err);
    return eb_pattern_check(env->receive.base, env->size_bytes, message, t->rank, err);
}

static enum eb_status pingpong_validate(struct eb_kernel_env *env, uint64_t iterations,
                                        uint64_t *checked_bytes, struct eb_error *err)
{
    int peer = eb_kernel_pair_peer(env);
    int first = eb_kernel_is_first(env);
    enum eb_status status = EB_OK;
    if (env->transport->reads)
        return eb_kernel_validate_reads(env, 1, checked_bytes, err);
    *checked_bytes = iterations * env->size_bytes;
    for (uint64_t i = 0; status == EB_OK && i < iterations; i++) {
        status = first ? send_filled(env, peer, 2 * i, err) : receive_checked(env, peer, 2 * i, err);
        if (status == EB_OK)
            status =
                first ? receive_checked(env, peer, 2 * i + 1, err) : send_filled(env, peer, 2 * i + 1, err);
    }
    return status;
}

const struct eb_kernel_ops eb_kernel_pingpong = {
    .name = "pingpong",
    .summary = "round trip between rank i and i + n/2, one pair or --pairs",
    .sample = "rtt_ns",
    .by_default = 1,
    .messages_per_sample = 2,
    .samples_of = EB_SAMPLES_OF_PAIRS,
    .osu_iterations = {10000, 1000},
    .osu_warmup = {100, 10},
    .osu_size_most = UINT64_C(4) << 20,
    .needs = pingpong_needs,
    .bytes_per_sample = pingpong_bytes,
    .takes_part = eb_kernel_acts_in_pair,
    .run = pingpong_run,
    .validate = pingpong_validate,
};
