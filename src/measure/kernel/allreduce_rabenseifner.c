/* Rabenseifner: the vector is halved log2(n) times, each time handing one half to a partner and combining the
 * other; then the finished parts are handed back in the opposite order (Thakur, Rabenseifner and Gropp,
 * IJHPCA 2005, section 4.4). Twice the vector crosses each rank, whatever n is.
 *
 * Round r works with the partner whose position differs in the r-th highest bit. Receives of the halving have
 * a place of their own in the scratch. Those of the next iteration are posted when this one's halving is
 * over: no partner can send them before it has had everything that it needs from here. */
#include "measure/kernel/table.h"

/* Requests: those of one iteration, twice: a receive of each halving round, of each handing back, and one
 * from the neighbour; then the send. */
static size_t receives(int ranks)
{
    return 2 * (size_t)eb_fold_rounds(ranks) + 1;
}

static size_t scratch_bytes(const struct eb_kernel_env *env)
{
    /* halves add up to less than the vector, and each may be longer by one element; the neighbour's is whole
     */
    return 2 * env->size_bytes +
           (size_t)eb_fold_rounds(env->transport->ranks) * env->reduction->element_bytes;
}

static size_t requests(const struct eb_kernel_env *env)
{
    return 2 * receives(env->transport->ranks) + 1;
}

/* What this rank keeps and gives away in each round. */
struct halving {
    struct eb_span keeps[EB_FOLD_ROUNDS_MAX];
    struct eb_span gives[EB_FOLD_ROUNDS_MAX];
    size_t scratch_first[EB_FOLD_ROUNDS_MAX];
    int partners[EB_FOLD_ROUNDS_MAX];
};

static void make_halving(const struct eb_allreduce *call, const struct eb_fold *fold, struct halving *halving)
{
    struct eb_span span = {.count = call->count};
    size_t scratch_first = call->count; /* behind the neighbour's vector */
    for (int round = 0; round < fold->rounds; round++) {
        int bit = fold->rounds - 1 - round;
        struct eb_span low = {.first = span.first, .count = span.count / 2};
        struct eb_span high = {.first = low.first + low.count, .count = span.count - low.count};
        int is_high = (fold->position >> bit) & 1;
        halving->keeps[round] = is_high ? high : low;
        halving->gives[round] = is_high ? low : high;
        halving->partners[round] = fold->partners[bit];
        halving->scratch_first[round] = scratch_first;
        span = halving->keeps[round];
        scratch_first += span.count;
    }
}

static struct eb_request *halving_request(const struct eb_allreduce *call, uint64_t iteration, int round)
{
    return &call->requests[(iteration & 1) * receives(call->env->transport->ranks) + (size_t)round];
}

static struct eb_request *return_request(const struct eb_allreduce *call, uint64_t iteration, int round)
{
    return halving_request(call, iteration, eb_fold_rounds(call->env->transport->ranks) + round);
}

static struct eb_request *neighbour_request(const struct eb_allreduce *call, uint64_t iteration)
{
    return halving_request(call, iteration, 2 * eb_fold_rounds(call->env->transport->ranks));
}

static struct eb_request *send_request(const struct eb_allreduce *call)
{
    return &call->requests[2 * receives(call->env->transport->ranks)];
}

static struct eb_span whole(const struct eb_allreduce *call)
{
    return (struct eb_span){.count = call->count};
}

static int post_iteration(struct eb_allreduce *call, const struct eb_fold *fold,
                          const struct halving *halving, uint64_t iteration, size_t vectors)
{
    if (fold->is_folded)
        return eb_allreduce_receive_result(call, fold->neighbour, vectors, whole(call),
                                           neighbour_request(call, iteration));
    if (fold->neighbour >= 0 && eb_allreduce_receive_scratch(call, fold->neighbour, 0, call->count,
                                                             neighbour_request(call, iteration)) < 0)
        return -1;
    for (int round = 0; round < fold->rounds; round++)
        if (eb_allreduce_receive_scratch(call, halving->partners[round], halving->scratch_first[round],
                                         halving->keeps[round].count,
                                         halving_request(call, iteration, round)) < 0)
            return -1;
    for (int round = fold->rounds - 1; round >= 0; round--)
        /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): make_halving filled in each round */
        if (eb_allreduce_receive_result(call, halving->partners[round], vectors, halving->gives[round],
                                        return_request(call, iteration, round)) < 0)
            return -1;
    return 0;
}

/* Requests of empty spans are never posted. */
static int wait_for(struct eb_allreduce *call, struct eb_span span, const struct eb_request *request)
{
    return span.count > 0 ? eb_transport_wait(call->env->transport, request) : 0;
}

static int halve(struct eb_allreduce *call, const struct eb_fold *fold, const struct halving *halving,
                 uint64_t iteration, int combined)
{
    for (int round = 0; round < fold->rounds; round++) {
        struct eb_span gives = halving->gives[round];
        struct eb_span keeps = halving->keeps[round];
        int peer = halving->partners[round];
        /* the partner has kept the same so far, and its scratch is laid out alike */
        struct eb_allreduce_target target = {.scratch_first = halving->scratch_first[round]};
        int sent = combined ? eb_allreduce_send_result(call, peer, gives, target, send_request(call))
                            : eb_allreduce_send_source(call, peer, gives, target, send_request(call));
        if (sent < 0 || wait_for(call, keeps, halving_request(call, iteration, round)) < 0)
            return -1;
        eb_allreduce_combine(call, halving->scratch_first[round], keeps, !combined);
        combined = 1;
        if (wait_for(call, gives, send_request(call)) < 0)
            return -1;
    }
    return 0;
}

static int hand_back(struct eb_allreduce *call, const struct eb_fold *fold, const struct halving *halving,
                     uint64_t iteration)
{
    for (int round = fold->rounds - 1; round >= 0; round--) {
        /* by now all that was kept in this round is finished, and what was given comes back */
        struct eb_span keeps = halving->keeps[round];
        struct eb_allreduce_target finished = {.into_result = 1};
        /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): make_halving filled in each round */
        if (eb_allreduce_send_result(call, halving->partners[round], keeps, finished, send_request(call)) <
                0 ||
            wait_for(call, halving->gives[round], return_request(call, iteration, round)) < 0 ||
            wait_for(call, keeps, send_request(call)) < 0)
            return -1;
    }
    return 0;
}

static int begin(struct eb_allreduce *call)
{
    struct halving halving;
    struct eb_fold fold = eb_fold_make(call->env->transport->rank, call->env->transport->ranks);
    make_halving(call, &fold, &halving);
    return post_iteration(call, &fold, &halving, 0, call->place);
}

static int iterate(struct eb_allreduce *call, uint64_t iteration, int last)
{
    struct eb_transport *t = call->env->transport;
    struct eb_fold fold = eb_fold_make(t->rank, t->ranks);
    struct halving halving;
    struct eb_allreduce_target neighbours = {.scratch_first = 0};
    make_halving(call, &fold, &halving);
    if (fold.is_folded) {
        if (eb_allreduce_send_source(call, fold.neighbour, whole(call), neighbours, send_request(call)) < 0 ||
            (!last && post_iteration(call, &fold, &halving, iteration + 1, call->next_place) < 0) ||
            eb_transport_wait(t, neighbour_request(call, iteration)) < 0)
            return -1;
        return eb_transport_wait(t, send_request(call));
    }
    if (fold.neighbour >= 0) {
        if (eb_transport_wait(t, neighbour_request(call, iteration)) < 0)
            return -1;
        eb_allreduce_combine(call, 0, whole(call), 1);
    }
    if (halve(call, &fold, &halving, iteration, fold.neighbour >= 0) < 0 ||
        (!last && post_iteration(call, &fold, &halving, iteration + 1, call->next_place) < 0) ||
        hand_back(call, &fold, &halving, iteration) < 0)
        return -1;
    if (fold.neighbour < 0)
        return 0;
    struct eb_allreduce_target finished = {.into_result = 1};
    if (eb_allreduce_send_result(call, fold.neighbour, whole(call), finished, send_request(call)) < 0)
        return -1;
    return eb_transport_wait(t, send_request(call));
}

const struct eb_algorithm eb_algorithm_rabenseifner = {
    .name = "rabenseifner",
    .summary = "halving and handing back",
    .scratch_bytes = scratch_bytes,
    .requests = requests,
    .outstanding = 4,
    .begin = begin,
    .iterate = iterate,
};
