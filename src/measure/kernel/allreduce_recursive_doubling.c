/* Recursive doubling: log2(n) exchanges of the whole vector (Thakur, Rabenseifner and Gropp, IJHPCA 2005,
 * "Optimization of collective communication operations in MPICH"). Where n is no power of two, each of the
 * first n - 2^k even ranks hands its vector to the odd one after it and gets the result back.
 *
 * All receives of an iteration have a place of their own, twice, so that those of the next iteration are
 * posted while this one's first message is on its way. */
#include "measure/kernel/table.h"

#define ROUNDS_MAX 32

/* Who a rank exchanges with. Rounds go from 0; round `rounds` is the exchange with the folded neighbour. */
struct schedule {
    int rounds;
    int partners[ROUNDS_MAX];
    int is_folded; /* an even rank that only hands over and waits for the result */
    int neighbour; /* the other one of the pair, -1 when this rank is in none */
};

static int floor_log2(int ranks)
{
    return 31 - __builtin_clz((unsigned)ranks);
}

static struct schedule make_schedule(int rank, int ranks)
{
    struct schedule schedule = {.rounds = floor_log2(ranks), .neighbour = -1};
    int extra = ranks - (1 << schedule.rounds);
    int in_pair = rank < 2 * extra;
    int folded_rank = in_pair ? rank / 2 : rank - extra;
    if (in_pair)
        schedule.neighbour = rank ^ 1;
    schedule.is_folded = in_pair && rank % 2 == 0;
    for (int round = 0; round < schedule.rounds; round++) {
        int partner = folded_rank ^ (1 << round);
        schedule.partners[round] = partner < extra ? 2 * partner + 1 : partner + extra;
    }
    return schedule;
}

static size_t places(int ranks)
{
    return (size_t)floor_log2(ranks) + 1;
}

static size_t scratch_bytes(size_t count, int ranks)
{
    return 2 * places(ranks) * count * sizeof(float);
}

static size_t requests(int ranks)
{
    return 2 * places(ranks) + 1;
}

static size_t place_of(const struct eb_allreduce *call, uint64_t iteration, int round)
{
    return (iteration & 1) * places(call->env->transport->ranks) + (size_t)round;
}

static struct eb_request *send_request(const struct eb_allreduce *call)
{
    return &call->requests[2 * places(call->env->transport->ranks)];
}

static int post_receive(struct eb_allreduce *call, uint64_t iteration, int round, int peer, int into_result)
{
    struct eb_transport *t = call->env->transport;
    size_t bytes = call->count * sizeof(float);
    size_t place = place_of(call, iteration, round);
    size_t offset = into_result ? call->result_offset : call->scratch_offset + place * bytes;
    return t->ops->recv(t, peer, &call->env->receive, offset, bytes, &call->requests[place]);
}

static int post_iteration(struct eb_allreduce *call, const struct schedule *schedule, uint64_t iteration)
{
    if (schedule->neighbour >= 0 &&
        post_receive(call, iteration, schedule->rounds, schedule->neighbour, schedule->is_folded) < 0)
        return -1;
    for (int round = 0; !schedule->is_folded && round < schedule->rounds; round++)
        if (post_receive(call, iteration, round, schedule->partners[round], 0) < 0)
            return -1;
    return 0;
}

/* Sends the vector as far as it is summed: the source until something was added to it. */
static int send_vector(struct eb_allreduce *call, int peer, int summed)
{
    struct eb_transport *t = call->env->transport;
    const struct eb_region *region = summed ? &call->env->receive : &call->env->send;
    size_t offset = summed ? call->result_offset : call->source_offset;
    return t->ops->send(t, peer, region, offset, call->count * sizeof(float), send_request(call));
}

static int wait_received(struct eb_allreduce *call, uint64_t iteration, int round)
{
    return eb_transport_wait(call->env->transport, &call->requests[place_of(call, iteration, round)]);
}

static void add_received(struct eb_allreduce *call, uint64_t iteration, int round, int summed)
{
    float *result = eb_allreduce_result(call);
    eb_allreduce_add(result, summed ? result : eb_allreduce_source(call),
                     eb_allreduce_scratch(call) + place_of(call, iteration, round) * call->count,
                     call->count);
}

static int begin(struct eb_allreduce *call)
{
    struct schedule schedule = make_schedule(call->env->transport->rank, call->env->transport->ranks);
    return post_iteration(call, &schedule, 0);
}

static int iterate_folded(struct eb_allreduce *call, const struct schedule *schedule, uint64_t iteration,
                          int last)
{
    if (send_vector(call, schedule->neighbour, 0) < 0 ||
        (!last && post_iteration(call, schedule, iteration + 1) < 0) ||
        wait_received(call, iteration, schedule->rounds) < 0)
        return -1;
    return eb_transport_wait(call->env->transport, send_request(call));
}

static int iterate(struct eb_allreduce *call, uint64_t iteration, int last)
{
    struct eb_transport *t = call->env->transport;
    struct schedule schedule = make_schedule(t->rank, t->ranks);
    int summed = 0;
    if (schedule.is_folded)
        return iterate_folded(call, &schedule, iteration, last);
    if (schedule.neighbour >= 0) {
        if (wait_received(call, iteration, schedule.rounds) < 0)
            return -1;
        add_received(call, iteration, schedule.rounds, summed);
        summed = 1;
    }
    for (int round = 0; round < schedule.rounds; round++) {
        if (send_vector(call, schedule.partners[round], summed) < 0 ||
            (round == 0 && !last && post_iteration(call, &schedule, iteration + 1) < 0) ||
            wait_received(call, iteration, round) < 0 || eb_transport_wait(t, send_request(call)) < 0)
            return -1;
        add_received(call, iteration, round, summed);
        summed = 1;
    }
    if (schedule.neighbour < 0)
        return 0;
    if (send_vector(call, schedule.neighbour, summed) < 0)
        return -1;
    return eb_transport_wait(t, send_request(call));
}

const struct eb_algorithm eb_algorithm_recursive_doubling = {
    .name = "recursive_doubling",
    .scratch_bytes = scratch_bytes,
    .requests = requests,
    .outstanding = 2,
    .begin = begin,
    .iterate = iterate,
};
