/* Operations on their way: cut into packets, put together again, matched, acknowledged. On `efa` nothing here
 * happens but within the application's fi_cq_read; efa-direct goes on by itself. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

#define POLLS_AT_ONCE 4

void si_push(struct si_fifo *fifo, struct si_op *op)
{
    op->next = NULL;
    if (fifo->last)
        fifo->last->next = op;
    else
        fifo->first = op;
    fifo->last = op;
}

void si_remove(struct si_fifo *fifo, struct si_op *op)
{
    struct si_op *before = NULL;
    for (struct si_op *at = fifo->first; at; before = at, at = at->next) {
        if (at != op)
            continue;
        if (before)
            before->next = op->next;
        else
            fifo->first = op->next;
        if (fifo->last == op)
            fifo->last = before;
        return;
    }
}

static struct si_op *by_id(const struct si_fifo *fifo, const struct si_peer *peer, uint64_t id)
{
    struct si_op *op = fifo->first;
    while (op && (op->id != id || op->peer != peer))
        op = op->next;
    return op;
}

static fi_addr_t place_of(const struct si_ep *ep, const struct si_peer *peer)
{
    for (size_t i = 0; peer && i < ep->av->count; i++)
        if (memcmp(&ep->av->entries[i], &peer->address, sizeof peer->address) == 0)
            return i;
    return FI_ADDR_NOTAVAIL;
}

static uint64_t flags_of(const struct si_op *op)
{
    switch (op->kind) {
    case SI_SEND:
        return FI_SEND | (op->tagged ? FI_TAGGED : FI_MSG);
    case SI_RECEIVE:
        return FI_RECV | (op->tagged ? FI_TAGGED : FI_MSG) | (op->has_data ? FI_REMOTE_CQ_DATA : 0);
    case SI_WRITE:
        return FI_WRITE | FI_RMA;
    case SI_READ:
        return FI_READ | FI_RMA;
    case SI_RESPOND:
        break;
    }
    return 0;
}

static void discard(struct si_ep *ep, struct si_op *op)
{
    if (op->region)
        op->region->uses--;
    if (op->counted && op->kind == SI_RECEIVE)
        ep->rx_under_way--;
    else if (op->counted)
        ep->tx_under_way--;
    if (op->marked)
        si_context_give_back(ep, op->context);
    free(op->copy);
    free(op);
}

/* Tells the application, unless it wanted to hear nothing, and forgets the operation. */
void si_engine_finish(struct si_ep *ep, struct si_op *op, int err, int prov_errno)
{
    const struct si_settings *settings = &ep->domain->settings;
    struct si_cq *cq = op->kind == SI_RECEIVE ? ep->rx_cq : ep->tx_cq;
    struct si_entry entry = {.context = op->context,
                             .flags = flags_of(op),
                             .bytes = op->moved,
                             .buffer = op->buffer,
                             .data = op->data,
                             .tag = op->tag,
                             .source = place_of(ep, op->peer),
                             .err = err,
                             .prov_errno = prov_errno};
    int tells = op->kind != SI_RESPOND && cq && (!op->silent || err);
    if (op->kind == SI_RECEIVE && err == FI_ETRUNC)
        entry.overlong = op->moved > op->bytes ? op->moved - op->bytes : 0;
    if (tells && !err && settings->error_after >= 0 && ep->completions == settings->error_after) {
        entry.err = si_errno_of(settings->error_code);
        entry.prov_errno = settings->error_code;
    }
    ep->completions += tells;
    discard(ep, op);
    if (tells)
        si_cq_add(cq, ep, &entry);
}

/* Messages
 * ------------------------------------------------------------------------------------------------------- */

static int matches(const struct si_op *op, const struct si_head *head, const struct si_peer *peer)
{
    return (!op->peer || op->peer == peer) && (!op->tagged || ((op->tag ^ head->tag) & ~op->ignore) == 0);
}

static void drop_arrival(struct si_ep *ep, struct si_arrival *arrival)
{
    for (struct si_arrival **at = &ep->arrivals; *at; at = &(*at)->next)
        if (*at == arrival) {
            *at = arrival->next;
            break;
        }
    free(arrival->buffer);
    free(arrival);
}

static void deliver(struct si_ep *ep, struct si_arrival *arrival)
{
    struct si_op *op = arrival->receive;
    int err = arrival->head.bytes > op->bytes ? FI_ETRUNC : 0;
    uint64_t copied = arrival->head.bytes < op->bytes ? arrival->head.bytes : op->bytes;
    if (arrival->buffer && copied) /* what met its receive is there already; no bytes, perhaps no buffer */
        memcpy(op->buffer, arrival->buffer, copied);
    op->moved = arrival->head.bytes;
    op->tag = arrival->head.tag;
    op->data = arrival->head.data;
    op->has_data = arrival->head.has_data != 0;
    op->peer = arrival->peer;
    if (ep->direct) /* the sender hears of it when there was a buffer for it */
        si_wire_control(ep, arrival->peer, SI_ACK, arrival->head.id);
    drop_arrival(ep, arrival);
    si_engine_finish(ep, op, err, err);
}

/* A receive meets the first message that fits, or waits. */
void si_engine_receive(struct si_ep *ep, struct si_op *op)
{
    for (struct si_arrival *arrival = ep->arrivals; arrival; arrival = arrival->next) {
        if (arrival->receive || (int)arrival->head.tagged != op->tagged ||
            !matches(op, &arrival->head, arrival->peer))
            continue;
        arrival->receive = op;
        if (arrival->got == arrival->head.bytes)
            deliver(ep, arrival);
        return;
    }
    si_push(&ep->receives[op->tagged], op);
}

static struct si_arrival *begin_arrival(struct si_ep *ep, struct si_peer *peer, const struct si_head *head)
{
    struct si_arrival *arrival = calloc(1, sizeof *arrival);
    struct si_arrival **end = &ep->arrivals;
    if (!arrival)
        si_trap("beneath", "progress", "out of memory");
    arrival->peer = peer;
    arrival->head = *head;
    for (struct si_op *op = ep->receives[head->tagged != 0].first; op && !arrival->receive; op = op->next)
        if (matches(op, head, peer))
            arrival->receive = op;
    if (arrival->receive)
        si_remove(&ep->receives[head->tagged != 0], arrival->receive);
    else if (!(arrival->buffer = malloc(head->bytes ? head->bytes : 1)))
        si_trap("beneath", "progress", "out of memory for an unexpected message");
    while (*end)
        end = &(*end)->next;
    *end = arrival;
    return arrival;
}

static void take_message(struct si_ep *ep, struct si_peer *peer, const struct si_packet *packet)
{
    const struct si_head *head = &packet->head;
    struct si_arrival *arrival = ep->arrivals;
    while (arrival && (arrival->peer != peer || arrival->head.id != head->id))
        arrival = arrival->next;
    if (!arrival)
        arrival = begin_arrival(ep, peer, head);
    char *into = arrival->buffer ? arrival->buffer : arrival->receive->buffer;
    size_t room = arrival->buffer ? head->bytes : arrival->receive->bytes;
    if (head->offset < room)
        memcpy(into + head->offset, packet->payload,
               head->payload < room - head->offset ? head->payload : room - head->offset);
    arrival->got += head->payload;
    if (arrival->got == head->bytes && arrival->receive)
        deliver(ep, arrival);
}

/* One-sided
 * ------------------------------------------------------------------------------------------------------ */

static void take_write(struct si_ep *ep, struct si_peer *peer, const struct si_packet *packet)
{
    const struct si_head *head = &packet->head;
    char *into =
        si_region_remote(ep->domain, "fi_write", head->key, head->address, head->bytes, FI_REMOTE_WRITE);
    memcpy(into + head->offset, packet->payload, head->payload);
    if (head->offset + head->payload < head->bytes)
        return;
    si_wire_control(ep, peer, SI_ACK, head->id);
    const struct si_entry entry = {.flags = FI_REMOTE_CQ_DATA | FI_REMOTE_WRITE | FI_RMA,
                                   .bytes = head->bytes,
                                   .buffer = into,
                                   .data = head->data,
                                   .source = place_of(ep, peer)};
    if (head->has_data)
        si_cq_add(ep->rx_cq, ep, &entry);
}

static void take_read_ask(struct si_ep *ep, struct si_peer *peer, const struct si_head *head)
{
    struct si_op *op = calloc(1, sizeof *op);
    if (!op)
        si_trap("beneath", "progress", "out of memory");
    op->kind = SI_RESPOND;
    op->buffer =
        si_region_remote(ep->domain, "fi_read", head->key, head->address, head->bytes, FI_REMOTE_READ);
    op->bytes = head->bytes;
    op->id = head->id;
    op->peer = peer;
    si_push(&peer->out, op);
}

static void take_read_data(struct si_ep *ep, struct si_peer *peer, const struct si_packet *packet)
{
    struct si_op *op = by_id(&ep->waiting, peer, packet->head.id);
    if (!op)
        return;
    memcpy(op->buffer + packet->head.offset, packet->payload, packet->head.payload);
    op->moved += packet->head.payload;
    if (op->moved < op->bytes)
        return;
    si_remove(&ep->waiting, op);
    si_engine_finish(ep, op, 0, 0);
}

static void take_ack(struct si_ep *ep, struct si_peer *peer, uint64_t id)
{
    struct si_op *op = by_id(&ep->waiting, peer, id);
    if (!op)
        return;
    si_remove(&ep->waiting, op);
    si_engine_finish(ep, op, 0, 0);
}

static void take(struct si_ep *ep, struct si_packet *packet)
{
    struct si_peer *peer = si_wire_peer(ep, &packet->head.source);
    switch ((enum si_packet_kind)packet->head.kind) {
    case SI_HELLO:
        si_wire_control(ep, peer, SI_HELLO_ANSWER, 0);
        break;
    case SI_HELLO_ANSWER:
        peer->ready = 1;
        break;
    case SI_MESSAGE:
        take_message(ep, peer, packet);
        break;
    case SI_WRITE_DATA:
        take_write(ep, peer, packet);
        break;
    case SI_READ_ASK:
        take_read_ask(ep, peer, &packet->head);
        break;
    case SI_READ_DATA:
        take_read_data(ep, peer, packet);
        break;
    case SI_ACK:
        take_ack(ep, peer, packet->head.id);
        break;
    }
}

static void take_late(struct si_ep *ep)
{
    struct si_packet *late = ep->late;
    ep->late = NULL;
    ep->late_rounds = 0;
    take(ep, late);
    free(late);
}

void si_engine_packet(struct si_ep *ep, struct si_packet *packet)
{
    const struct si_settings *settings = &ep->domain->settings;
    uint32_t kind = packet->head.kind;
    int is_message = kind == SI_MESSAGE || (kind == SI_WRITE_DATA && packet->head.has_data);
    if (settings->silent_after >= 0 && ep->messages >= settings->silent_after)
        return;
    ep->messages += is_message && packet->head.offset == 0;
    if (settings->reorder && ep->direct && is_message && !ep->late && si_random(&ep->random) % 2 == 0) {
        ep->late = malloc(sizeof *ep->late);
        if (!ep->late)
            si_trap("beneath", "progress", "out of memory");
        *ep->late = *packet;
        ep->late_rounds = 3;
        return;
    }
    take(ep, packet);
    if (ep->late && is_message)
        take_late(ep);
}

/* On the way out
 * ------------------------------------------------------------------------------------------------- */

static void fill_packet(struct si_packet *packet, const struct si_op *op)
{
    static const enum si_packet_kind kinds[] = {[SI_SEND] = SI_MESSAGE,
                                                [SI_WRITE] = SI_WRITE_DATA,
                                                [SI_READ] = SI_READ_ASK,
                                                [SI_RESPOND] = SI_READ_DATA};
    size_t left = op->bytes - op->moved;
    size_t payload = op->kind == SI_READ ? 0 : left < SI_PACKET_BYTES ? left : SI_PACKET_BYTES;
    packet->head = (struct si_head){.kind = kinds[op->kind],
                                    .payload = (uint32_t)payload,
                                    .tagged = (uint32_t)op->tagged,
                                    .has_data = (uint32_t)op->has_data,
                                    .id = op->id,
                                    .bytes = op->bytes,
                                    .offset = op->moved,
                                    .tag = op->tag,
                                    .data = op->data,
                                    .key = op->remote_key,
                                    .address = op->remote_address};
    if (payload > 0)
        memcpy(packet->payload, (op->copy ? op->copy : op->buffer) + op->moved, payload);
}

static int send_one(struct si_ep *ep, struct si_peer *peer, const struct si_op *op,
                    const struct si_head *head)
{
    struct si_packet *packet = ep->idle;
    if (!packet)
        return -FI_EAGAIN;
    if (op)
        fill_packet(packet, op);
    else
        packet->head = *head;
    ep->idle = packet->next;
    int code = si_wire_send(ep, peer, packet);
    if (code != 0) {
        packet->next = ep->idle;
        ep->idle = packet;
    }
    return code;
}

static int push_control(struct si_ep *ep, struct si_peer *peer)
{
    while (peer->control) {
        struct si_control *first = peer->control;
        if (send_one(ep, peer, NULL, &first->head) != 0)
            return -FI_EAGAIN;
        peer->control = first->next;
        free(first);
    }
    return 0;
}

/* The first of the peer's operations has left as a whole. */
static void has_left(struct si_ep *ep, struct si_peer *peer, struct si_op *op)
{
    si_remove(&peer->out, op);
    if (op->kind == SI_READ)
        op->moved = 0;
    if (op->kind == SI_READ || op->kind == SI_WRITE || (op->kind == SI_SEND && ep->direct))
        si_push(&ep->waiting, op);
    else
        si_engine_finish(ep, op, 0, 0);
}

static void push_peer(struct si_ep *ep, struct si_peer *peer)
{
    if (peer->out.first && !peer->ready && !peer->greeted) {
        peer->greeted = 1;
        si_wire_control(ep, peer, SI_HELLO, 0);
    }
    if (push_control(ep, peer) != 0)
        return;
    for (struct si_op *op = peer->out.first; op && peer->ready; op = peer->out.first) {
        if (send_one(ep, peer, op, NULL) != 0)
            return;
        size_t left = op->bytes - op->moved;
        op->moved += op->kind == SI_READ ? left : left < SI_PACKET_BYTES ? left : SI_PACKET_BYTES;
        if (op->moved == op->bytes)
            has_left(ep, peer, op);
    }
}

/* Nothing comes from there any more: what waits for it fails. */
void si_engine_broken(struct si_ep *ep, struct si_peer *peer)
{
    int code = peer->ready ? 4124 : 4126;
    for (struct si_op *op = peer->out.first; op; op = peer->out.first) {
        si_remove(&peer->out, op);
        si_engine_finish(ep, op, si_errno_of(code), code);
    }
    for (struct si_op *op = ep->waiting.first, *next; op; op = next) {
        next = op->next;
        if (op->peer != peer)
            continue;
        si_remove(&ep->waiting, op);
        si_engine_finish(ep, op, si_errno_of(code), code);
    }
    while (peer->control) {
        struct si_control *first = peer->control;
        peer->control = first->next;
        free(first);
    }
}

void si_engine_push_out(struct si_ep *ep)
{
    for (struct si_peer *peer = ep->peers; peer; peer = peer->next) {
        if (peer->broken)
            si_engine_broken(ep, peer);
        else
            push_peer(ep, peer);
    }
}

void si_engine_progress(struct si_ep *ep)
{
    if (!ep->enabled)
        return;
    for (int i = 0; i < POLLS_AT_ONCE && si_wire_poll(ep) > 0; i++)
        continue;
    if (ep->late_rounds > 0 && --ep->late_rounds == 0)
        take_late(ep);
    si_engine_push_out(ep);
}

static void discard_all(struct si_ep *ep, struct si_fifo *fifo)
{
    for (struct si_op *op = fifo->first; op; op = fifo->first) {
        si_remove(fifo, op);
        discard(ep, op);
    }
}

static int has_more_to_send(const struct si_ep *ep)
{
    if (ep->packets_under_way > 0)
        return 1;
    for (const struct si_peer *peer = ep->peers; peer; peer = peer->next)
        if (!peer->broken && (peer->control || (peer->out.first && peer->ready)))
            return 1;
    return 0;
}

/* What was injected still leaves, within reason. Completions of it nobody will read. */
void si_engine_close(struct si_ep *ep)
{
    uint64_t until_ns = si_clock_ns() + 1000000000u;
    ep->tx_cq = ep->rx_cq = NULL;
    while (has_more_to_send(ep) && si_clock_ns() < until_ns)
        si_engine_progress(ep);
    while (ep->arrivals) {
        if (ep->arrivals->receive)
            discard(ep, ep->arrivals->receive);
        drop_arrival(ep, ep->arrivals);
    }
    discard_all(ep, &ep->receives[0]);
    discard_all(ep, &ep->receives[1]);
    discard_all(ep, &ep->waiting);
    while (ep->peers) {
        struct si_peer *peer = ep->peers;
        si_engine_broken(ep, peer);
        ep->peers = peer->next;
        free(peer);
    }
    free(ep->late);
    free(ep->contexts);
    ep->late = NULL;
    ep->contexts = NULL;
}
