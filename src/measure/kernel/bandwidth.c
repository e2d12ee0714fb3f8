/* Streaming from rank 0 to rank n/2: a sample is a window of messages and the 1-byte acknowledgement of the
 * last, as rank 0 sees it. Each receive is posted again for the next window as soon as it is done. All
 * messages of a window leave from and arrive in the same place, as with the other tools. */
#include "measure/kernel/table.h"

#define ACK_BYTES ((size_t)1)

/* Requests: [0, window) the messages, then the acknowledgements, two receives or one send. */

/* Messages of a window that fit with a place of their own into what validation may use. */
static unsigned validated_window(const struct eb_kernel_env *env)
{
    size_t fit = EB_VALIDATE_BYTES / env->size_bytes;
    if (fit < 1)
        return 1;
    return fit < env->window ? (unsigned)fit : env->window;
}

static struct eb_kernel_needs bandwidth_needs(const struct eb_kernel_env *env)
{
    size_t validated_bytes = validated_window(env) * env->size_bytes;
    return (struct eb_kernel_needs){.send_bytes = validated_bytes,
                                    .receive_bytes = validated_bytes,
                                    .requests = env->window + 2u,
                                    .outstanding = env->window,
                                    .message_bytes = env->size_bytes};
}

static uint64_t bandwidth_bytes(const struct eb_kernel_env *env)
{
    return env->size_bytes * env->window;
}

static enum eb_status stream(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                             struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    const struct eb_transport_ops *ops = t->ops;
    struct eb_request *acks = env->requests + env->window;
    int peer = eb_kernel_pair_peer(t);
    if (ops->recv(t, peer, &env->receive, 0, ACK_BYTES, &acks[0]) < 0)
        return eb_kernel_failed(env, err);
    uint64_t start_ns = eb_clock_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        for (unsigned w = 0; w < env->window; w++)
            if (ops->send(t, peer, &env->send, 0, env->size_bytes, &env->requests[w]) < 0)
                return eb_kernel_failed(env, err);
        if (i + 1 < iterations && ops->recv(t, peer, &env->receive, 0, ACK_BYTES, &acks[(i + 1) & 1]) < 0)
            return eb_kernel_failed(env, err);
        for (unsigned w = 0; w < env->window; w++)
            if (eb_transport_wait(t, &env->requests[w]) < 0)
                return eb_kernel_failed(env, err);
        if (eb_transport_wait(t, &acks[i & 1]) < 0)
            return eb_kernel_failed(env, err);
        uint64_t end_ns = eb_clock_ns();
        samples_ns[i] = end_ns - start_ns;
        start_ns = end_ns;
    }
    return EB_OK;
}

static enum eb_status drain(struct eb_kernel_env *env, uint64_t iterations, struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    const struct eb_transport_ops *ops = t->ops;
    struct eb_request *ack = env->requests + env->window;
    int peer = eb_kernel_pair_peer(t);
    for (unsigned w = 0; w < env->window; w++)
        if (ops->recv(t, peer, &env->receive, 0, env->size_bytes, &env->requests[w]) < 0)
            return eb_kernel_failed(env, err);
    for (uint64_t i = 0; i < iterations; i++) {
        for (unsigned w = 0; w < env->window; w++)
            if (eb_transport_wait(t, &env->requests[w]) < 0 ||
                (i + 1 < iterations &&
                 ops->recv(t, peer, &env->receive, 0, env->size_bytes, &env->requests[w]) < 0))
                return eb_kernel_failed(env, err);
        if (ops->send(t, peer, &env->send, 0, ACK_BYTES, ack) < 0 || eb_transport_wait(t, ack) < 0)
            return eb_kernel_failed(env, err);
    }
    return EB_OK;
}

static enum eb_status bandwidth_run(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                                    struct eb_error *err)
{
    return env->transport->rank == 0 ? stream(env, iterations, samples_ns, err) : drain(env, iterations, err);
}

static enum eb_status wait_all(struct eb_kernel_env *env, unsigned count, struct eb_error *err)
{
    for (unsigned w = 0; w < count; w++)
        if (eb_transport_wait(env->transport, &env->requests[w]) < 0)
            return eb_kernel_failed(env, err);
    return EB_OK;
}

static enum eb_status stream_filled(struct eb_kernel_env *env, int peer, uint64_t first_message,
                                    unsigned count, struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    struct eb_request *ack = env->requests + env->window;
    for (unsigned w = 0; w < count; w++) {
        size_t offset = w * env->size_bytes;
        eb_pattern_fill(env->send.base + offset, env->size_bytes, first_message + w);
        if (t->ops->send(t, peer, &env->send, offset, env->size_bytes, &env->requests[w]) < 0)
            return eb_kernel_failed(env, err);
    }
    enum eb_status status = wait_all(env, count, err);
    if (status == EB_OK &&
        (t->ops->recv(t, peer, &env->receive, 0, ACK_BYTES, ack) < 0 || eb_transport_wait(t, ack) < 0))
        status = eb_kernel_failed(env, err);
    return status;
}

static enum eb_status drain_checked(struct eb_kernel_env *env, int peer, uint64_t first_message,
                                    unsigned count, struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    struct eb_request *ack = env->requests + env->window;
    for (unsigned w = 0; w < count; w++)
        if (t->ops->recv(t, peer, &env->receive, w * env->size_bytes, env->size_bytes, &env->requests[w]) < 0)
            return eb_kernel_failed(env, err);
    enum eb_status status = wait_all(env, count, err);
    for (unsigned w = 0; status == EB_OK && w < count; w++)
        status = eb_pattern_check(env->receive.base + w * env->size_bytes, env->size_bytes, first_message + w,
                                  t->rank, err);
    if (status == EB_OK &&
        (t->ops->send(t, peer, &env->send, 0, ACK_BYTES, ack) < 0 || eb_transport_wait(t, ack) < 0))
        status = eb_kernel_failed(env, err);
    return status;
}

static enum eb_status bandwidth_validate(struct eb_kernel_env *env, uint64_t iterations,
                                         uint64_t *checked_bytes, struct eb_error *err)
{
    int peer = eb_kernel_pair_peer(env->transport);
    int sender = env->transport->rank == 0;
    unsigned count = validated_window(env);
    enum eb_status status = EB_OK;
    *checked_bytes = sender ? 0 : iterations * count * env->size_bytes;
    for (uint64_t i = 0; status == EB_OK && i < iterations; i++)
        status = sender ? stream_filled(env, peer, i * count, count, err)
                        : drain_checked(env, peer, i * count, count, err);
    return status;
}

const struct eb_kernel_ops eb_kernel_bandwidth = {
    .name = "bandwidth",
    .summary = "a window of messages from rank 0 to rank n/2, acknowledged",
    .sample = "window_ns",
    .samples_of = EB_SAMPLES_OF_FIRST,
    .size_multiple = 1,
    .has_window = 1,
    .needs = bandwidth_needs,
    .bytes_per_sample = bandwidth_bytes,
    .takes_part = eb_kernel_in_pair,
    .run = bandwidth_run,
    .validate = bandwidth_validate,
};
