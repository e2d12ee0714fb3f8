/* Ring: the vector in n chunks; n - 1 steps in which each rank passes a chunk on to the right combined with
 * what came from the left, then n - 1 in which finished chunks go round (Patarasuk and Yuan, JPDC 2009,
 * "Bandwidth optimal all-reduce algorithms for clusters of workstations").
 *
 * Chunks are cut into segments of env->segment_bytes: a segment is combined and sent on while the next ones
 * arrive. Up to DEPTH receives are posted ahead, into the next iteration too. A rank is never more than DEPTH
 * segments ahead in sending of what it has received, and waits for a send only 2 DEPTH later: the one that is
 * least far always finds its receives and its neighbour's posted.
 *
 * Chunks without elements are neither sent nor received. */
#include "measure/kernel/table.h"

#define DEPTH ((size_t)8)

/* A segment on its way through an iteration: the k-th of the chunk of a step. */
struct cursor {
    int step;
    size_t segment;
    size_t number; /* how many came before it */
};

static int steps(const struct eb_allreduce *call)
{
    return 2 * (call->env->transport->ranks - 1);
}

static struct eb_span chunk_at(const struct eb_allreduce *call, int index)
{
    int ranks = call->env->transport->ranks;
    size_t n = (size_t)ranks;
    size_t i = (size_t)((index % ranks + ranks) % ranks);
    size_t base = call->count / n;
    size_t longer = call->count % n; /* the first chunks have one element more */
    return (struct eb_span){.first = i * base + (i < longer ? i : longer), .count = base + (i < longer)};
}

static int is_combining(const struct eb_allreduce *call, int step)
{
    return step < call->env->transport->ranks - 1;
}

/* Both the chunk received in a step and the one sent in the step after. */
static struct eb_span received_chunk(const struct eb_allreduce *call, int step)
{
    return chunk_at(call, call->env->transport->rank - step - 1);
}

static size_t segment_elements(const struct eb_kernel_env *env)
{
    size_t elements = env->segment_bytes / env->reduction->element_bytes;
    return elements > 0 ? elements : 1;
}

static size_t segments_in(const struct eb_allreduce *call, struct eb_span chunk)
{
    size_t each = segment_elements(call->env);
    return (chunk.count + each - 1) / each;
}

static struct eb_span segment_at(const struct eb_allreduce *call, struct eb_span chunk, size_t segment)
{
    size_t each = segment_elements(call->env);
    size_t first = segment * each;
    size_t left = chunk.count - first;
    return (struct eb_span){.first = chunk.first + first, .count = left < each ? left : each};
}

/* Steps over chunks that have no segments. shift is 0 for a cursor over receives, and 1 over sends: what is
 * sent in a step was received in the one before. */
static void settle(const struct eb_allreduce *call, struct cursor *at, int shift)
{
    while (at->step < steps(call) &&
           at->segment >= segments_in(call, received_chunk(call, at->step - shift))) {
        at->step++;
        at->segment = 0;
    }
}

static void advance(const struct eb_allreduce *call, struct cursor *at, int shift)
{
    at->segment++;
    at->number++;
    settle(call, at, shift);
}

static size_t scratch_elements(const struct eb_kernel_env *env)
{
    size_t chunk = env->size_bytes / env->reduction->element_bytes / (size_t)env->transport->ranks + 1;
    size_t each = segment_elements(env);
    return chunk < each ? chunk : each;
}

static size_t scratch_bytes(const struct eb_kernel_env *env)
{
    return DEPTH * scratch_elements(env) * env->reduction->element_bytes;
}

static size_t requests(const struct eb_kernel_env *env)
{
    (void)env;
    return 3 * DEPTH;
}

/* Segments that are received in an iteration. */
static size_t total_segments(const struct eb_allreduce *call)
{
    size_t total = 0;
    for (int step = 0; step < steps(call); step++)
        total += segments_in(call, received_chunk(call, step));
    return total;
}

static struct eb_request *receive_request(const struct eb_allreduce *call, size_t slot)
{
    return &call->requests[slot % DEPTH];
}

static struct eb_request *send_request(const struct eb_allreduce *call, size_t number)
{
    return &call->requests[DEPTH + number % (2 * DEPTH)];
}

/* Posts the receive that the cursor stands at. slot counts receives through all iterations. */
static int post_receive(struct eb_allreduce *call, struct cursor *at, size_t slot, size_t vectors)
{
    const struct eb_transport *t = call->env->transport;
    struct eb_span span = segment_at(call, received_chunk(call, at->step), at->segment);
    int left = (t->rank + t->ranks - 1) % t->ranks;
    int posted = is_combining(call, at->step)
                     ? eb_allreduce_receive_scratch(call, left, slot % DEPTH * scratch_elements(call->env),
                                                    span.count, receive_request(call, slot))
                     : eb_allreduce_receive_result(call, left, vectors, span, receive_request(call, slot));
    advance(call, at, 0);
    return posted;
}

static int send_segment(struct eb_allreduce *call, struct cursor *at)
{
    struct eb_transport *t = call->env->transport;
    struct eb_span span = segment_at(call, received_chunk(call, at->step - 1), at->segment);
    struct eb_request *request = send_request(call, at->number);
    int right = (t->rank + 1) % t->ranks;
    if (at->number >= 2 * DEPTH && eb_transport_wait(t, request) < 0)
        return -1;
    struct eb_allreduce_target any = {0};
    int sent = at->step == 0 ? eb_allreduce_send_source(call, right, span, any, request)
                             : eb_allreduce_send_result(call, right, span, any, request);
    advance(call, at, 1);
    return sent;
}

/* Sends what may be sent when `done` segments were received: those of step 0 are there from the beginning,
 * the others when they were received in the step before. */
static int send_ahead(struct eb_allreduce *call, struct cursor *sends, const struct cursor *received)
{
    while (sends->step < steps(call) && sends->number < received->number + DEPTH &&
           (sends->step == 0 || sends->step - 1 < received->step ||
            (sends->step - 1 == received->step && sends->segment < received->segment)))
        if (send_segment(call, sends) < 0)
            return -1;
    return 0;
}

static struct cursor start(const struct eb_allreduce *call, int shift)
{
    struct cursor at = {0};
    settle(call, &at, shift);
    return at;
}

static int begin(struct eb_allreduce *call)
{
    struct cursor posts = start(call, 0);
    for (size_t i = 0; i < DEPTH && posts.step < steps(call); i++)
        if (post_receive(call, &posts, i, call->place) < 0)
            return -1;
    return 0;
}

/* After the receive that the cursor stood at was taken: posts another one, DEPTH (or a whole iteration)
 * later. */
static int post_again(struct eb_allreduce *call, struct cursor *posts, size_t slot, size_t vectors, int last,
                      int *is_next)
{
    if (posts->step == steps(call)) {
        if (last)
            return 0;
        *posts = start(call, 0);
        *is_next = 1;
    }
    return post_receive(call, posts, slot, *is_next ? call->next_place : vectors);
}

static int iterate(struct eb_allreduce *call, uint64_t iteration, int last)
{
    struct eb_transport *t = call->env->transport;
    size_t total = total_segments(call);
    size_t depth = total < DEPTH ? total : DEPTH;
    struct cursor received = start(call, 0);
    struct cursor sends = start(call, 1);
    struct cursor posts = start(call, 0);
    size_t base = (size_t)iteration * total;
    int is_next = 0;
    for (size_t i = 0; i < depth; i++) /* those were posted before */
        advance(call, &posts, 0);
    if (send_ahead(call, &sends, &received) < 0)
        return -1;
    while (received.step < steps(call)) {
        struct eb_span span = segment_at(call, received_chunk(call, received.step), received.segment);
        size_t slot = base + received.number;
        if (eb_transport_wait(t, receive_request(call, slot)) < 0)
            return -1;
        if (is_combining(call, received.step))
            eb_allreduce_combine(call, slot % DEPTH * scratch_elements(call->env), span, 1);
        advance(call, &received, 0);
        if (send_ahead(call, &sends, &received) < 0 ||
            post_again(call, &posts, slot + depth, call->place, last, &is_next) < 0)
            return -1;
    }
    size_t first = sends.number > 2 * DEPTH ? sends.number - 2 * DEPTH : 0;
    for (size_t number = first; number < sends.number; number++)
        if (eb_transport_wait(t, send_request(call, number)) < 0)
            return -1;
    return 0;
}

const struct eb_algorithm eb_algorithm_ring = {
    .name = "ring",
    .summary = "chunks go round in segments, combined while the next ones arrive",
    .scratch_bytes = scratch_bytes,
    .requests = requests,
    .outstanding = 3 * DEPTH,
    .needs_receives = 1,
    .begin = begin,
    .iterate = iterate,
};
