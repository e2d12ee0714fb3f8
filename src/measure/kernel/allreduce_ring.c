/* Ring: the vector in n chunks; n - 1 steps in which each rank passes a chunk on to the right and adds what
 * comes from the left, then n - 1 in which finished chunks go round (Patarasuk and Yuan, JPDC 2009,
 * "Bandwidth optimal all-reduce algorithms for clusters of workstations").
 *
 * Steps are numbered 0 to 2(n-1) - 1. The receive of a step is posted while the step before is under way;
 * receives that are to be added alternate between two places. Chunks without elements are neither sent nor
 * received. */
#include "measure/kernel/table.h"

struct chunk {
    size_t first;
    size_t count;
};

static struct chunk chunk_at(const struct eb_allreduce *call, int index)
{
    int ranks = call->env->transport->ranks;
    size_t n = (size_t)ranks;
    size_t i = (size_t)((index % ranks + ranks) % ranks);
    size_t base = call->count / n;
    size_t longer = call->count % n; /* the first chunks have one element more */
    return (struct chunk){.first = i * base + (i < longer ? i : longer), .count = base + (i < longer)};
}

static size_t chunk_room(size_t count, int ranks)
{
    return count / (size_t)ranks + 1;
}

static size_t scratch_bytes(size_t count, int ranks)
{
    return 2 * chunk_room(count, ranks) * sizeof(float);
}

static size_t requests(int ranks)
{
    (void)ranks;
    return 3;
}

static int is_adding(const struct eb_allreduce *call, int step)
{
    return step < call->env->transport->ranks - 1;
}

static struct chunk received_chunk(const struct eb_allreduce *call, int step)
{
    const struct eb_transport *t = call->env->transport;
    return is_adding(call, step) ? chunk_at(call, t->rank - step - 1)
                                 : chunk_at(call, t->rank - (step - (t->ranks - 1)));
}

static struct chunk sent_chunk(const struct eb_allreduce *call, int step)
{
    const struct eb_transport *t = call->env->transport;
    return is_adding(call, step) ? chunk_at(call, t->rank - step)
                                 : chunk_at(call, t->rank + 1 - (step - (t->ranks - 1)));
}

static size_t scratch_first(const struct eb_allreduce *call, int step)
{
    return (size_t)(step & 1) * chunk_room(call->count, call->env->transport->ranks);
}

static int post_receive(struct eb_allreduce *call, int step)
{
    struct eb_transport *t = call->env->transport;
    struct chunk chunk = received_chunk(call, step);
    size_t offset = is_adding(call, step) ? call->scratch_offset + scratch_first(call, step) * sizeof(float)
                                          : call->result_offset + chunk.first * sizeof(float);
    int left = (t->rank + t->ranks - 1) % t->ranks;
    if (chunk.count == 0)
        return 0;
    return t->ops->recv(t, left, &call->env->receive, offset, chunk.count * sizeof(float),
                        &call->requests[step & 1]);
}

static int send_chunk(struct eb_allreduce *call, int step)
{
    struct eb_transport *t = call->env->transport;
    struct chunk chunk = sent_chunk(call, step);
    const struct eb_region *region = step == 0 ? &call->env->send : &call->env->receive;
    size_t offset = (step == 0 ? call->source_offset : call->result_offset) + chunk.first * sizeof(float);
    int right = (t->rank + 1) % t->ranks;
    if (chunk.count == 0)
        return 0;
    return t->ops->send(t, right, region, offset, chunk.count * sizeof(float), &call->requests[2]);
}

static int begin(struct eb_allreduce *call)
{
    return post_receive(call, 0);
}

static int iterate(struct eb_allreduce *call, uint64_t iteration, int last)
{
    struct eb_transport *t = call->env->transport;
    int steps = 2 * (t->ranks - 1);
    (void)iteration;
    for (int step = 0; step < steps; step++) {
        struct chunk chunk = received_chunk(call, step);
        int next = step + 1 < steps ? step + 1 : 0;
        if (send_chunk(call, step) < 0 || ((next != 0 || !last) && post_receive(call, next) < 0))
            return -1;
        if (chunk.count > 0 && eb_transport_wait(t, &call->requests[step & 1]) < 0)
            return -1;
        if (is_adding(call, step))
            eb_allreduce_add(eb_allreduce_result(call) + chunk.first, eb_allreduce_source(call) + chunk.first,
                             eb_allreduce_scratch(call) + scratch_first(call, step), chunk.count);
        if (sent_chunk(call, step).count > 0 && eb_transport_wait(t, &call->requests[2]) < 0)
            return -1;
    }
    return 0;
}

const struct eb_algorithm eb_algorithm_ring = {
    .name = "ring",
    .scratch_bytes = scratch_bytes,
    .requests = requests,
    .outstanding = 2,
    .begin = begin,
    .iterate = iterate,
};
