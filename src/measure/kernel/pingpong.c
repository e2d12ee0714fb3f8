/* Ping-pong between rank 0 and rank n/2: a sample is one round trip as rank 0 sees it. Receives are posted
 * one iteration ahead, while the message before is on its way. */
#include "measure/kernel/table.h"

static struct eb_kernel_needs pingpong_needs(const struct eb_kernel_env *env)
{
    return (struct eb_kernel_needs){.send_bytes = env->size_bytes,
                                    .receive_bytes = env->size_bytes,
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
    int peer = eb_kernel_pair_peer(t);
    size_t bytes = env->size_bytes;
    if (ops->recv(t, peer, &env->receive, 0, bytes, &receives[0]) < 0)
        return eb_kernel_failed(env, err);
    uint64_t start_ns = eb_clock_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        if (ops->send(t, peer, &env->send, 0, bytes, send) < 0 ||
            (i + 1 < iterations && ops->recv(t, peer, &env->receive, 0, bytes, &receives[(i + 1) & 1]) < 0) ||
            eb_transport_wait(t, &receives[i & 1]) < 0 || eb_transport_wait(t, send) < 0)
            return eb_kernel_failed(env, err);
        uint64_t end_ns = eb_clock_ns();
        samples_ns[i] = end_ns - start_ns;
        start_ns = end_ns;
    }
    return EB_OK;
}

static enum eb_status answer(struct eb_kernel_env *env, uint64_t iterations, struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    const struct eb_transport_ops *ops = t->ops;
    struct eb_request *receives = env->requests;
    struct eb_request *send = env->requests + 2;
    int peer = eb_kernel_pair_peer(t);
    size_t bytes = env->size_bytes;
    if (ops->recv(t, peer, &env->receive, 0, bytes, &receives[0]) < 0)
        return eb_kernel_failed(env, err);
    for (uint64_t i = 0; i < iterations; i++) {
        if (eb_transport_wait(t, &receives[i & 1]) < 0 ||
            ops->send(t, peer, &env->send, 0, bytes, send) < 0 ||
            (i + 1 < iterations && ops->recv(t, peer, &env->receive, 0, bytes, &receives[(i + 1) & 1]) < 0) ||
            eb_transport_wait(t, send) < 0)
            return eb_kernel_failed(env, err);
    }
    return EB_OK;
}

static enum eb_status pingpong_run(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                                   struct eb_error *err)
{
    return env->transport->rank == 0 ? initiate(env, iterations, samples_ns, err)
                                     : answer(env, iterations, err);
}

static enum eb_status send_filled(struct eb_kernel_env *env, int peer, uint64_t message, struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    eb_pattern_fill(env->send.base, env->size_bytes, message);
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
    int peer = eb_kernel_pair_peer(env->transport);
    int first = env->transport->rank == 0;
    enum eb_status status = EB_OK;
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
    .summary = "round trip between rank 0 and rank n/2",
    .sample = "rtt_ns",
    .samples_of = EB_SAMPLES_OF_FIRST,
    .size_multiple = 1,
    .needs = pingpong_needs,
    .bytes_per_sample = pingpong_bytes,
    .takes_part = eb_kernel_in_pair,
    .run = pingpong_run,
    .validate = pingpong_validate,
};
