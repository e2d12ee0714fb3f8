/* What an application posts: checked without mercy, then queued. */
#include "post.h"

#include <stdlib.h>
#include <string.h>

static void check_progress(struct si_ep *ep, const char *name)
{
    uint64_t now_ns = si_clock_ns();
    uint64_t limit_ns = ep->domain->settings.starve_ns;
    if (ep->tx_under_way == 0)
        ep->read_ns = ep->read_ns > now_ns ? ep->read_ns : now_ns;
    else if (limit_ns > 0 && now_ns - ep->read_ns > limit_ns)
        si_trap("starved", name, "%zu operations are under way, and nobody has called fi_cq_read for %llu ms",
                ep->tx_under_way, (unsigned long long)((now_ns - ep->read_ns) / 1000000));
}

static void check_sizes(const struct si_ep *ep, const struct si_call *call)
{
    int is_rma = call->kind == SI_WRITE || call->kind == SI_READ;
    if (call->inject && call->bytes > ep->inject_bytes)
        si_trap("inject-size", call->name, "%zu bytes, and at most %zu can be injected", call->bytes,
                ep->inject_bytes);
    if (ep->direct && !is_rma && call->bytes > ep->max_message_bytes)
        si_trap("message-size", call->name, "%zu bytes, and the largest message of efa-direct is %zu",
                call->bytes, ep->max_message_bytes);
    if (ep->direct && is_rma && call->bytes > SI_RMA_DIRECT_BYTES)
        si_trap("message-size", call->name, "%zu bytes, and the largest of efa-direct is %zu", call->bytes,
                SI_RMA_DIRECT_BYTES);
    if (ep->direct && call->tagged)
        si_trap("no-tagged", call->name, "efa-direct has no tagged messages");
    if (call->has_data && call->data > UINT32_MAX)
        si_trap("cq-data", call->name, "data 0x%llx does not fit into %d bytes",
                (unsigned long long)call->data, SI_CQ_DATA_BYTES);
}

static struct si_mr *check_buffer(struct si_ep *ep, const struct si_call *call)
{
    static const uint64_t access[] = {
        [SI_SEND] = FI_SEND, [SI_WRITE] = FI_WRITE, [SI_READ] = FI_READ, [SI_RECEIVE] = FI_RECV};
    if (call->inject)
        return NULL;
    return si_region_local(ep->domain, call->name, call->buffer, call->bytes, call->desc, access[call->kind]);
}

static struct si_peer *check_peer(struct si_ep *ep, const struct si_call *call)
{
    static const struct si_address nobody;
    if (call->kind == SI_RECEIVE && (call->peer == FI_ADDR_UNSPEC || ep->direct))
        return NULL;
    si_alive(&ep->av->object, call->name);
    if (call->peer >= ep->av->count || memcmp(&ep->av->entries[call->peer], &nobody, sizeof nobody) == 0)
        si_trap("no-address", call->name, "address %llu is not in the address vector of %zu",
                (unsigned long long)call->peer, ep->av->count);
    return si_wire_peer(ep, &ep->av->entries[call->peer]);
}

static struct si_op *make_op(struct si_ep *ep, const struct si_call *call)
{
    struct si_op *op = calloc(1, sizeof *op);
    if (op && call->inject && call->bytes > 0) {
        op->copy = malloc(call->bytes);
        if (!op->copy) {
            free(op);
            return NULL;
        }
        memcpy(op->copy, call->buffer, call->bytes);
    }
    if (!op)
        return NULL;
    op->kind = call->kind;
    op->tagged = call->tagged;
    op->silent = call->inject || call->quiet;
    op->counted = 1;
    op->has_data = call->has_data;
    op->context = call->context;
    op->buffer = call->buffer;
    op->bytes = call->bytes;
    op->id = ep->next_id++;
    op->tag = call->tag;
    op->ignore = call->ignore;
    op->data = call->data;
    op->remote_address = call->address;
    op->remote_key = call->key;
    return op;
}

static int is_stormy(struct si_ep *ep)
{
    const struct si_settings *settings = &ep->domain->settings;
    return settings->eagain_of > 0 && ep->posts++ % settings->eagain_of < settings->eagain_hits;
}

static ssize_t post(struct si_ep *ep, const struct si_call *call)
{
    const struct si_settings *settings = &ep->domain->settings;
    int is_receive = call->kind == SI_RECEIVE;
    si_alive(&ep->object, call->name);
    if (!ep->enabled)
        si_trap("not-enabled", call->name, "the endpoint was not enabled");
    check_progress(ep, call->name);
    check_sizes(ep, call);
    struct si_mr *region = check_buffer(ep, call);
    struct si_peer *peer = check_peer(ep, call);
    if (is_stormy(ep))
        return -FI_EAGAIN;
    if (is_receive ? ep->rx_under_way >= settings->rx_size : ep->tx_under_way >= settings->tx_size)
        return -FI_EAGAIN;
    struct si_op *op = make_op(ep, call);
    if (!op)
        return -FI_ENOMEM;
    op->peer = peer;
    op->region = region;
    op->marked = ep->direct && !call->inject;
    if (op->marked)
        si_context_take(ep, call->name, call->context);
    if (region)
        region->uses++;
    if (is_receive) {
        ep->rx_under_way++;
        si_engine_receive(ep, op);
    } else {
        ep->tx_under_way++;
        si_push(&peer->out, op);
    }
    if (ep->direct) /* a device works by itself; the other fabric does nothing before fi_cq_read */
        si_engine_progress(ep);
    return 0;
}

ssize_t si_post(struct fid_ep *fid, const struct si_call *call)
{
    struct si_ep *ep = (struct si_ep *)(void *)fid;
    si_lock(ep->domain);
    ssize_t code = post(ep, call);
    si_unlock(ep->domain);
    return code;
}
