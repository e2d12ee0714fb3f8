/* Streaming both ways at once: a sample is a window sent and a window received, as the pair's first rank sees
 * it. There is no acknowledgement: the other window is one. */
#include "measure/kernel/table.h"
#include "measure/kernel/window.h"

static struct eb_kernel_needs needs(const struct eb_kernel_env *env)
{
    struct eb_kernel_needs needs = eb_window_needs(env);
    needs.requests = 2 * (size_t)env->window;
    return needs;
}

static int post_window(struct eb_kernel_env *env, int peer, int is_send, size_t *place)
{
    struct eb_transport *t = env->transport;
    for (unsigned w = 0; w < env->window; w++) {
        env->requests[w].remote_offset = *place;
        int posted = is_send ? t->ops->send(t, peer, &env->send, *place, env->size_bytes, &env->requests[w])
                             : t->ops->recv(t, peer, &env->receive, *place, env->size_bytes,
                                            &env->requests[env->window + w]);
        if (posted < 0)
            return -1;
        *place = eb_kernel_next_place(env, *place);
    }
    return 0;
}

/* Waits for the window's receives, posting each again at once when another window follows. */
static int take_window(struct eb_kernel_env *env, int peer, int again, size_t *place)
{
    struct eb_transport *t = env->transport;
    for (unsigned w = 0; w < env->window; w++) {
        struct eb_request *receive = &env->requests[env->window + w];
        if (eb_transport_wait(t, receive) < 0)
            return -1;
        if (!again)
            continue;
        if (t->ops->recv(t, peer, &env->receive, *place, env->size_bytes, receive) < 0)
            return -1;
        *place = eb_kernel_next_place(env, *place);
    }
    return 0;
}

static enum eb_status run(struct eb_kernel_env *env, uint64_t iterations, uint64_t *samples_ns,
                          struct eb_error *err)
{
    int peer = eb_kernel_pair_peer(env);
    int ahead = env->posting == EB_POSTED_AHEAD && !env->transport->reads;
    size_t send_place = 0;
    size_t receive_place = 0;
    if (ahead && post_window(env, peer, 0, &receive_place) < 0)
        return eb_kernel_failed(env, err);
    int sends = !env->transport->reads;
    uint64_t start_ns = eb_clock_ns();
    for (uint64_t i = 0; i < iterations; i++) {
        if (!ahead && post_window(env, peer, 0, &receive_place) < 0)
            return eb_kernel_failed(env, err);
        if (sends && post_window(env, peer, 1, &send_place) < 0)
            return eb_kernel_failed(env, err);
        if (sends && !ahead && eb_window_wait(env, env->requests, env->window, err) != EB_OK)
            return EB_INTERNAL; /* osu_bibw waits for its sends first */
        if (take_window(env, peer, ahead && i + 1 < iterations, &receive_place) < 0)
            return eb_kernel_failed(env, err);
        if (sends && ahead && eb_window_wait(env, env->requests, env->window, err) != EB_OK)
            return EB_INTERNAL;
        uint64_t end_ns = eb_clock_ns();
        samples_ns[i] = end_ns - start_ns;
        start_ns = end_ns;
    }
    return EB_OK;
}

static enum eb_status validate(struct eb_kernel_env *env, uint64_t iterations, uint64_t *checked_bytes,
                               struct eb_error *err)
{
    int peer = eb_kernel_pair_peer(env);
    unsigned count = eb_window_validated(env);
    struct eb_request *receives = env->requests + env->window;
    enum eb_status status = EB_OK;
    if (env->transport->reads)
        return eb_kernel_validate_reads(env, count, checked_bytes, err);
    *checked_bytes = iterations * count * env->size_bytes;
    for (uint64_t i = 0; status == EB_OK && i < iterations; i++) {
        /* A one-sided window of the other rank must not overwrite what is still to be checked: the first
         * rank's goes first, and the second's is the answer. */
        for (int turn = 0; status == EB_OK && turn < 2; turn++) {
            int sends = eb_kernel_is_first(env) == (turn == 0);
            status = sends ? eb_window_send_filled(env, peer, i * count, count, env->requests, err)
                           : eb_window_post(env, peer, count, receives, err);
            if (status == EB_OK)
                status = eb_window_wait(env, sends ? env->requests : receives, count, err);
            if (status == EB_OK && !sends)
                status = eb_window_check(env, i * count, count, err);
        }
    }
    return status;
}

const struct eb_kernel_ops eb_kernel_bibandwidth = {
    .name = "bibandwidth",
    .summary = "a window of messages each way at once between rank i and i + n/2; one pair or --pairs",
    .sample = "window_ns",
    .samples_of = EB_SAMPLES_OF_PAIRS,
    .has_window = 1,
    .osu_iterations = {100, 20},
    .osu_warmup = {10, 2},
    .osu_size_most = UINT64_C(4) << 20,
    .needs = needs,
    .bytes_per_sample = eb_window_bytes,
    .validated = eb_window_validated,
    .takes_part = eb_kernel_in_pair,
    .run = run,
    .validate = validate,
};
