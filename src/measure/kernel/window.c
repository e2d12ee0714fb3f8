#include "measure/kernel/window.h"

unsigned eb_window_validated(const struct eb_kernel_env *env)
{
    size_t fit = EB_VALIDATE_BYTES / env->size_bytes;
    if (fit < 1 || !env->transport->ordered) /* which message is which only order tells */
        return 1;
    return fit < env->window ? (unsigned)fit : env->window;
}

size_t eb_window_ack_offset(const struct eb_kernel_env *env)
{
    size_t validated_bytes = eb_window_validated(env) * env->size_bytes;
    return validated_bytes > env->span_bytes ? validated_bytes : env->span_bytes;
}

struct eb_kernel_needs eb_window_needs(const struct eb_kernel_env *env)
{
    size_t bytes = eb_window_ack_offset(env) + EB_ACK_BYTES;
    return (struct eb_kernel_needs){.send_bytes = bytes,
                                    .receive_bytes = bytes,
                                    .requests = env->window + 2u,
                                    .outstanding = env->window,
                                    .message_bytes = env->size_bytes};
}

uint64_t eb_window_bytes(const struct eb_kernel_env *env)
{
    return env->size_bytes * env->window;
}

enum eb_status eb_window_wait(struct eb_kernel_env *env, const struct eb_request *requests, unsigned count,
                              struct eb_error *err)
{
    for (unsigned w = 0; w < count; w++)
        if (eb_transport_wait(env->transport, &requests[w]) < 0)
            return eb_kernel_failed(env, err);
    return EB_OK;
}

static enum eb_status stream(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                             struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    const struct eb_transport_ops *ops = t->ops;
    struct eb_request *acks = env->requests + env->window;
    int peer = eb_kernel_pair_peer(env);
    int ahead = env->posting == EB_POSTED_AHEAD;
    size_t ack_offset = eb_window_ack_offset(env);
    size_t place = 0;
    if (ahead && ops->recv(t, peer, &env->receive, ack_offset, EB_ACK_BYTES, &acks[0]) < 0)
        return eb_kernel_failed(env, err);
    uint64_t start_ns = eb_clock_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        for (unsigned w = 0; w < env->window; w++) {
            env->requests[w].remote_offset = place;
            if (ops->send(t, peer, &env->send, place, env->size_bytes, &env->requests[w]) < 0)
                return eb_kernel_failed(env, err);
            place = eb_kernel_next_place(env, place);
        }
        if (ahead && i + 1 < iterations &&
            ops->recv(t, peer, &env->receive, ack_offset, EB_ACK_BYTES, &acks[(i + 1) & 1]) < 0)
            return eb_kernel_failed(env, err);
        if (eb_window_wait(env, env->requests, env->window, err) != EB_OK)
            return EB_INTERNAL;
        if (!ahead && ops->recv(t, peer, &env->receive, ack_offset, EB_ACK_BYTES, &acks[i & 1]) < 0)
            return eb_kernel_failed(env, err);
        if (eb_transport_wait(t, &acks[i & 1]) < 0)
            return eb_kernel_failed(env, err);
        uint64_t end_ns = eb_clock_ns();
        samples_ns[i] = end_ns - start_ns;
        start_ns = end_ns;
    }
    return EB_OK;
}

/* The other side. Ahead, each receive is posted again for the next window as soon as it is done; as OSU has
 * it, when the window before was acknowledged. */
static enum eb_status drain(struct eb_kernel_env *env, uint64_t iterations, struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    const struct eb_transport_ops *ops = t->ops;
    struct eb_request *ack = env->requests + env->window;
    int peer = eb_kernel_pair_peer(env);
    int ahead = env->posting == EB_POSTED_AHEAD;
    size_t ack_offset = eb_window_ack_offset(env);
    size_t place = 0;
    for (uint64_t i = 0; i < iterations; i++) {
        for (unsigned w = 0; (i == 0 || !ahead) && w < env->window; w++) {
            if (ops->recv(t, peer, &env->receive, place, env->size_bytes, &env->requests[w]) < 0)
                return eb_kernel_failed(env, err);
            place = eb_kernel_next_place(env, place);
        }
        for (unsigned w = 0; w < env->window; w++) {
            if (eb_transport_wait(t, &env->requests[w]) < 0)
                return eb_kernel_failed(env, err);
            if (!ahead || i + 1 == iterations)
                continue;
            if (ops->recv(t, peer, &env->receive, place, env->size_bytes, &env->requests[w]) < 0)
                return eb_kernel_failed(env, err);
            place = eb_kernel_next_place(env, place);
        }
        ack->remote_offset = ack_offset;
        if (ops->send(t, peer, &env->send, ack_offset, EB_ACK_BYTES, ack) < 0 ||
            eb_transport_wait(t, ack) < 0)
            return eb_kernel_failed(env, err);
    }
    return EB_OK;
}

/* A window of reads, which nobody needs to acknowledge. */
static enum eb_status fetch(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                            struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    int peer = eb_kernel_pair_peer(env);
    size_t place = 0;
    uint64_t start_ns = eb_clock_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        for (unsigned w = 0; w < env->window; w++) {
            if (t->ops->recv(t, peer, &env->receive, place, env->size_bytes, &env->requests[w]) < 0)
                return eb_kernel_failed(env, err);
            place = eb_kernel_next_place(env, place);
        }
        if (eb_window_wait(env, env->requests, env->window, err) != EB_OK)
            return EB_INTERNAL;
        uint64_t end_ns = eb_clock_ns();
        samples_ns[i] = end_ns - start_ns;
        start_ns = end_ns;
    }
    return EB_OK;
}

enum eb_status eb_window_run(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                             struct eb_error *err)
{
    if (env->transport->reads)
        return fetch(env, iterations, samples_ns, err);
    return eb_kernel_is_first(env) ? stream(env, iterations, samples_ns, err) : drain(env, iterations, err);
}

enum eb_status eb_window_send_filled(struct eb_kernel_env *env, int peer, uint64_t first_message,
                                     unsigned count, struct eb_request *requests, struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    for (unsigned w = 0; w < count; w++) {
        size_t offset = w * env->size_bytes;
        eb_pattern_fill(env->send.base + offset, env->size_bytes, first_message + w);
        requests[w].remote_offset = offset;
        if (t->ops->send(t, peer, &env->send, offset, env->size_bytes, &requests[w]) < 0)
            return eb_kernel_failed(env, err);
    }
    return EB_OK;
}

enum eb_status eb_window_post(struct eb_kernel_env *env, int peer, unsigned count,
                              struct eb_request *requests, struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    for (unsigned w = 0; w < count; w++)
        if (t->ops->recv(t, peer, &env->receive, w * env->size_bytes, env->size_bytes, &requests[w]) < 0)
            return eb_kernel_failed(env, err);
    return EB_OK;
}

enum eb_status eb_window_check(struct eb_kernel_env *env, uint64_t first_message, unsigned count,
                               struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (unsigned w = 0; status == EB_OK && w < count; w++)
        status = eb_pattern_check(env->receive.base + w * env->size_bytes, env->size_bytes, first_message + w,
                                  env->transport->rank, err);
    return status;
}

static enum eb_status exchange_ack(struct eb_kernel_env *env, int peer, int sends, struct eb_error *err)
{
    struct eb_transport *t = env->transport;
    struct eb_request *ack = env->requests + env->window;
    size_t offset = eb_window_ack_offset(env);
    ack->remote_offset = offset;
    int posted = sends ? t->ops->send(t, peer, &env->send, offset, EB_ACK_BYTES, ack)
                       : t->ops->recv(t, peer, &env->receive, offset, EB_ACK_BYTES, ack);
    return posted < 0 || eb_transport_wait(t, ack) < 0 ? eb_kernel_failed(env, err) : EB_OK;
}

enum eb_status eb_window_validate(struct eb_kernel_env *env, uint64_t iterations, uint64_t *checked_bytes,
                                  struct eb_error *err)
{
    int peer = eb_kernel_pair_peer(env);
    int sender = eb_kernel_is_first(env);
    unsigned count = eb_window_validated(env);
    enum eb_status status = EB_OK;
    if (env->transport->reads)
        return eb_kernel_validate_reads(env, count, checked_bytes, err);
    *checked_bytes = sender ? 0 : iterations * count * env->size_bytes;
    for (uint64_t i = 0; status == EB_OK && i < iterations; i++) {
        status = sender ? eb_window_send_filled(env, peer, i * count, count, env->requests, err)
                        : eb_window_post(env, peer, count, env->requests, err);
        if (status == EB_OK)
            status = eb_window_wait(env, env->requests, count, err);
        if (status == EB_OK && !sender)
            status = eb_window_check(env, i * count, count, err);
        if (status == EB_OK)
            status = exchange_ack(env, peer, !sender, err);
    }
    return status;
}
