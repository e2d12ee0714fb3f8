/* Recursive doubling: log2(n) exchanges of the whole vector (Thakur, Rabenseifner and Gropp, IJHPCA 2005).
 *
 * All receives of an iteration have a place of their own, twice, so that those of the next iteration are
 * posted while this one's first message is on its way. */
#include "measure/kernel/table.h"

/* Receives of an iteration: one a round, and one from the neighbour (round `rounds`). */
static size_t places(int ranks)
{
    return (size_t)eb_fold_rounds(ranks) + 1;
}

static size_t scratch_bytes(const struct eb_kernel_env *env)
{
    return 2 * places(env->transport->ranks) * env->size_bytes;
}

static size_t requests(const struct eb_kernel_env *env)
{
    return 2 * places(env->transport->ranks) + 1;
}

static size_t place_of(const struct eb_allreduce *call, uint64_t iteration, int round)
{
    return (iteration & 1) * places(call->env->transport->ranks) + (size_t)round;
}

static struct eb_request *send_request(const struct eb_allreduce *call)
{
    return &call->requests[2 * places(call->env->transport->ranks)];
}

static struct eb_span whole(const struct eb_allreduce *call)
{
    return (struct eb_span){.count = call->count};
}

static int post_receive(struct eb_allreduce *call, uint64_t iteration, int round, int peer)
{
    size_t place = place_of(call, iteration, round);
    return eb_allreduce_receive_scratch(call, peer, place * call->count, call->count, &call->requests[place]);
}

/* vectors is where the iteration's result goes, which a folded rank receives whole. */
static int post_iteration(struct eb_allreduce *call, const struct eb_fold *fold, uint64_t iteration,
                          size_t vectors)
{
    int last = fold->rounds;
    if (fold->is_folded)
        return eb_allreduce_receive_result(call, fold->neighbour, vectors, whole(call),
                                           &call->requests[place_of(call, iteration, last)]);
    if (fold->neighbour >= 0 && post_receive(call, iteration, last, fold->neighbour) < 0)
        return -1;
    for (int round = 0; round < fold->rounds; round++)
        if (post_receive(call, iteration, round, fold->partners[round]) < 0)
            return -1;
    return 0;
}

/* All ranks number their places alike: what a partner receives in this round is at the same place. */
static int send_vector(struct eb_allreduce *call, int peer, uint64_t iteration, int round, int combined)
{
    struct eb_allreduce_target target = {.scratch_first = place_of(call, iteration, round) * call->count};
    return combined ? eb_allreduce_send_result(call, peer, whole(call), target, send_request(call))
                    : eb_allreduce_send_source(call, peer, whole(call), target, send_request(call));
}

/* To the rank that only waits for the result. */
static int send_finished(struct eb_allreduce *call, int peer)
{
    struct eb_allreduce_target target = {.into_result = 1};
    return eb_allreduce_send_result(call, peer, whole(call), target, send_request(call));
}

static int wait_received(struct eb_allreduce *call, uint64_t iteration, int round)
{
    return eb_transport_wait(call->env->transport, &call->requests[place_of(call, iteration, round)]);
}

static void combine_received(struct eb_allreduce *call, uint64_t iteration, int round, int combined)
{
    eb_allreduce_combine(call, place_of(call, iteration, round) * call->count, whole(call), !combined);
}

static int begin(struct eb_allreduce *call)
{
    struct eb_fold fold = eb_fold_make(call->env->transport->rank, call->env->transport->ranks);
    return post_iteration(call, &fold, 0, call->place);
}

static int iterate_folded(struct eb_allreduce *call, const struct eb_fold *fold, uint64_t iteration, int last)
{
    if (send_vector(call, fold->neighbour, iteration, fold->rounds, 0) < 0 ||
        (!last && post_iteration(call, fold, iteration + 1, call->next_place) < 0) ||
        wait_received(call, iteration, fold->rounds) < 0)
        return -1;
    return eb_transport_wait(call->env->transport, send_request(call));
}

static int iterate(struct eb_allreduce *call, uint64_t iteration, int last)
{
    struct eb_transport *t = call->env->transport;
    struct eb_fold fold = eb_fold_make(t->rank, t->ranks);
    int combined = 0;
    if (fold.is_folded)
        return iterate_folded(call, &fold, iteration, last);
    if (fold.neighbour >= 0) {
        if (wait_received(call, iteration, fold.rounds) < 0)
            return -1;
        combine_received(call, iteration, fold.rounds, combined);
        combined = 1;
    }
    for (int round = 0; round < fold.rounds; round++) {
        if (send_vector(call, fold.partners[round], iteration, round, combined) < 0 ||
            (round == 0 && !last && post_iteration(call, &fold, iteration + 1, call->next_place) < 0) ||
            wait_received(call, iteration, round) < 0 || eb_transport_wait(t, send_request(call)) < 0)
            return -1;
        combine_received(call, iteration, round, combined);
        combined = 1;
    }
    if (fold.neighbour < 0)
        return 0;
    if (send_finished(call, fold.neighbour) < 0)
        return -1;
    return eb_transport_wait(t, send_request(call));
}

const struct eb_algorithm eb_algorithm_recursive_doubling = {
    .name = "recursive_doubling",
    .summary = "log2(n) exchanges of the whole vector",
    .scratch_bytes = scratch_bytes,
    .requests = requests,
    .outstanding = 2,
    .begin = begin,
    .iterate = iterate,
};
