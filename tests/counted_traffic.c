#include "counted_traffic.h"

#include <stdlib.h>
#include <string.h>

struct counter {
    struct eb_transport base;
    uint64_t messages;
    uint64_t bytes;
};

static int count_send(struct eb_transport *transport, int peer, const struct eb_region *region, size_t offset,
                      size_t bytes, struct eb_request *request)
{
    struct counter *counter = (struct counter *)transport;
    (void)peer, (void)region, (void)offset;
    counter->messages++;
    counter->bytes += bytes;
    atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    return 0;
}

static int count_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                      size_t bytes, struct eb_request *request)
{
    (void)transport, (void)peer, (void)region, (void)offset, (void)bytes;
    atomic_store_explicit(&request->pending, 0, memory_order_relaxed);
    return 0;
}

static int count_progress(struct eb_transport *transport)
{
    (void)transport;
    return 0;
}

static const struct eb_transport_ops counting = {
    .name = "counting", .summary = "", .send = count_send, .recv = count_recv, .progress = count_progress};

/* What the kernels see of the case; with room for it when bench was not furnished before. */
struct bench {
    struct counter counter;
    struct eb_kernel_env env;
};

static int furnish(struct bench *bench, const struct counted_case *unit)
{
    struct eb_transport *transport = &bench->counter.base;
    *transport = (struct eb_transport){.ops = &counting,
                                       .ranks = unit->ranks,
                                       .max_message_bytes = UINT64_MAX,
                                       .max_outstanding = UINT32_MAX,
                                       .ordered = 1,
                                       .directed = 1};
    bench->env = (struct eb_kernel_env){.transport = transport,
                                        .size_bytes = unit->size_bytes,
                                        .window = unit->window,
                                        .pairing = {.ranks = unit->ranks, .pairs = unit->pairs},
                                        .posting = unit->posting,
                                        .algorithm = unit->algorithm,
                                        .reduction = unit->reduction,
                                        .segment_bytes = 1 << 20};
    struct eb_kernel_needs needs = unit->kernel->needs(&bench->env);
    bench->env.send = (struct eb_region){.base = calloc(needs.send_bytes + 1, 1), .bytes = needs.send_bytes};
    bench->env.receive =
        (struct eb_region){.base = calloc(needs.receive_bytes + 1, 1), .bytes = needs.receive_bytes};
    bench->env.requests = calloc(needs.requests + 1, sizeof(struct eb_request));
    bench->env.request_count = needs.requests;
    return bench->env.send.base && bench->env.receive.base && bench->env.requests ? 0 : -1;
}

static void clear(struct bench *bench)
{
    free(bench->env.send.base);
    free(bench->env.receive.base);
    free(bench->env.requests);
}

static int partners_at(struct bench *bench, const struct counted_case *unit, int rank,
                       unsigned char *partners)
{
    struct eb_error err;
    bench->counter.base.rank = rank;
    memset(partners, 0, (size_t)unit->ranks);
    return eb_traffic_partners(&bench->env, unit->kernel, partners, &err) == EB_OK ? 0 : -1;
}

int counted_partners_of(const struct counted_case *unit, int rank, unsigned char *partners)
{
    struct bench bench = {0};
    int result = furnish(&bench, unit);
    if (result == 0)
        result = partners_at(&bench, unit, rank, partners);
    clear(&bench);
    return result;
}

int counted_traffic_of(const struct counted_case *unit, struct counted_traffic *traffic)
{
    struct bench bench = {0};
    unsigned char *partners = malloc((size_t)unit->ranks);
    int result = furnish(&bench, unit) == 0 && partners ? 0 : -1;
    *traffic = (struct counted_traffic){0};
    for (int rank = 0; result == 0 && rank < unit->ranks; rank++) {
        uint64_t sample_ns = 0;
        uint64_t own = 0;
        struct eb_error err;
        result = partners_at(&bench, unit, rank, partners);
        for (int other = 0; other < unit->ranks; other++) {
            own += partners[other] != 0;
            traffic->directions += (partners[other] & EB_PARTNER_GETS) != 0;
        }
        traffic->most_partners = own > traffic->most_partners ? own : traffic->most_partners;
        if (result == 0 && unit->kernel->takes_part(&bench.env))
            result = unit->kernel->run(&bench.env, 1, &sample_ns, &err) == EB_OK ? 0 : -1;
    }
    traffic->messages = bench.counter.messages;
    traffic->bytes = bench.counter.bytes;
    free(partners);
    clear(&bench);
    return result;
}
