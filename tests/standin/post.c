/* What an application posts: checked without mercy, then queued. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>

/* One call, whichever of the many it was. */
struct call {
    const char *name;
    enum si_kind kind;
    void *buffer;
    size_t bytes;
    void *desc;
    fi_addr_t peer;
    uint64_t tag;
    uint64_t ignore;
    uint64_t data;
    uint64_t address;
    uint64_t key;
    void *context;
    int tagged;
    int has_data;
    int inject;
    int quiet; /* no completion, with FI_SELECTIVE_COMPLETION */
};

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

static void check_sizes(const struct si_ep *ep, const struct call *call)
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

static struct si_mr *check_buffer(struct si_ep *ep, const struct call *call)
{
    static const uint64_t access[] = {
        [SI_SEND] = FI_SEND, [SI_WRITE] = FI_WRITE, [SI_READ] = FI_READ, [SI_RECEIVE] = FI_RECV};
    if (call->inject)
        return NULL;
    return si_region_local(ep->domain, call->name, call->buffer, call->bytes, call->desc, access[call->kind]);
}

static struct si_peer *check_peer(struct si_ep *ep, const struct call *call)
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

static struct si_op *make_op(struct si_ep *ep, const struct call *call)
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

static ssize_t post(struct fid_ep *fid, const struct call *call)
{
    struct si_ep *ep = (struct si_ep *)(void *)fid;
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

#define BUFFER(b) .buffer = (void *)(uintptr_t)(b)
#define IS_QUIET(flags) (((struct si_ep *)(void *)ep)->selective && !((flags)&FI_COMPLETION))

/* Untagged
 * ------------------------------------------------------------------------------------------------------- */

static ssize_t msg_recv(struct fid_ep *ep, void *buffer, size_t bytes, void *desc, fi_addr_t from,
                        void *context)
{
    const struct call call = {.name = "fi_recv",
                              .kind = SI_RECEIVE,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .desc = desc,
                              .peer = from,
                              .context = context};
    return post(ep, &call);
}

static ssize_t msg_send(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, fi_addr_t to,
                        void *context)
{
    const struct call call = {.name = "fi_send",
                              .kind = SI_SEND,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .desc = desc,
                              .peer = to,
                              .context = context,
                              .quiet = IS_QUIET(0)};
    return post(ep, &call);
}

static ssize_t msg_senddata(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, uint64_t data,
                            fi_addr_t to, void *context)
{
    const struct call call = {.name = "fi_senddata",
                              .kind = SI_SEND,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .desc = desc,
                              .peer = to,
                              .data = data,
                              .has_data = 1,
                              .context = context,
                              .quiet = IS_QUIET(0)};
    return post(ep, &call);
}

static ssize_t msg_inject(struct fid_ep *ep, const void *buffer, size_t bytes, fi_addr_t to)
{
    const struct call call = {
        .name = "fi_inject", .kind = SI_SEND, BUFFER(buffer), .bytes = bytes, .peer = to, .inject = 1};
    return post(ep, &call);
}

static ssize_t msg_injectdata(struct fid_ep *ep, const void *buffer, size_t bytes, uint64_t data,
                              fi_addr_t to)
{
    const struct call call = {.name = "fi_injectdata",
                              .kind = SI_SEND,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .peer = to,
                              .data = data,
                              .has_data = 1,
                              .inject = 1};
    return post(ep, &call);
}

static ssize_t msg_recvv(struct fid_ep *ep, const struct iovec *iov, void **desc, size_t count,
                         fi_addr_t from, void *context)
{
    if (count != 1)
        return -FI_EINVAL; /* iov_limit */
    return msg_recv(ep, iov->iov_base, iov->iov_len, desc ? *desc : NULL, from, context);
}

static ssize_t msg_sendv(struct fid_ep *ep, const struct iovec *iov, void **desc, size_t count, fi_addr_t to,
                         void *context)
{
    if (count != 1)
        return -FI_EINVAL;
    return msg_send(ep, iov->iov_base, iov->iov_len, desc ? *desc : NULL, to, context);
}

static ssize_t msg_recvmsg(struct fid_ep *ep, const struct fi_msg *msg, uint64_t flags)
{
    if (flags & (FI_MULTI_RECV | FI_PEEK | FI_CLAIM | FI_DISCARD))
        return -FI_EOPNOTSUPP;
    return msg_recvv(ep, msg->msg_iov, msg->desc, msg->iov_count, msg->addr, msg->context);
}

static ssize_t msg_sendmsg(struct fid_ep *ep, const struct fi_msg *msg, uint64_t flags)
{
    if (msg->iov_count != 1)
        return -FI_EINVAL;
    const struct call call = {.name = "fi_sendmsg",
                              .kind = SI_SEND,
                              BUFFER(msg->msg_iov->iov_base),
                              .bytes = msg->msg_iov->iov_len,
                              .desc = msg->desc ? *msg->desc : NULL,
                              .peer = msg->addr,
                              .data = msg->data,
                              .has_data = (flags & FI_REMOTE_CQ_DATA) != 0,
                              .inject = (flags & FI_INJECT) != 0,
                              .context = msg->context,
                              .quiet = IS_QUIET(flags)};
    return post(ep, &call);
}

struct fi_ops_msg si_msg_ops = {.size = sizeof(struct fi_ops_msg),
                                .recv = msg_recv,
                                .recvv = msg_recvv,
                                .recvmsg = msg_recvmsg,
                                .send = msg_send,
                                .sendv = msg_sendv,
                                .sendmsg = msg_sendmsg,
                                .inject = msg_inject,
                                .senddata = msg_senddata,
                                .injectdata = msg_injectdata};

/* Tagged
 * ---------------------------------------------------------------------------------------------------------
 */

static ssize_t tag_recv(struct fid_ep *ep, void *buffer, size_t bytes, void *desc, fi_addr_t from,
                        uint64_t tag, uint64_t ignore, void *context)
{
    const struct call call = {.name = "fi_trecv",
                              .kind = SI_RECEIVE,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .desc = desc,
                              .peer = from,
                              .tagged = 1,
                              .tag = tag,
                              .ignore = ignore,
                              .context = context};
    return post(ep, &call);
}

static ssize_t tag_send(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, fi_addr_t to,
                        uint64_t tag, void *context)
{
    const struct call call = {.name = "fi_tsend",
                              .kind = SI_SEND,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .desc = desc,
                              .peer = to,
                              .tagged = 1,
                              .tag = tag,
                              .context = context,
                              .quiet = IS_QUIET(0)};
    return post(ep, &call);
}

static ssize_t tag_senddata(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, uint64_t data,
                            fi_addr_t to, uint64_t tag, void *context)
{
    const struct call call = {.name = "fi_tsenddata",
                              .kind = SI_SEND,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .desc = desc,
                              .peer = to,
                              .tagged = 1,
                              .tag = tag,
                              .data = data,
                              .has_data = 1,
                              .context = context,
                              .quiet = IS_QUIET(0)};
    return post(ep, &call);
}

static ssize_t tag_inject(struct fid_ep *ep, const void *buffer, size_t bytes, fi_addr_t to, uint64_t tag)
{
    const struct call call = {.name = "fi_tinject",
                              .kind = SI_SEND,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .peer = to,
                              .tagged = 1,
                              .tag = tag,
                              .inject = 1};
    return post(ep, &call);
}

static ssize_t tag_injectdata(struct fid_ep *ep, const void *buffer, size_t bytes, uint64_t data,
                              fi_addr_t to, uint64_t tag)
{
    const struct call call = {.name = "fi_tinjectdata",
                              .kind = SI_SEND,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .peer = to,
                              .tagged = 1,
                              .tag = tag,
                              .data = data,
                              .has_data = 1,
                              .inject = 1};
    return post(ep, &call);
}

static ssize_t tag_recvv(struct fid_ep *ep, const struct iovec *iov, void **desc, size_t count,
                         fi_addr_t from, uint64_t tag, uint64_t ignore, void *context)
{
    if (count != 1)
        return -FI_EINVAL;
    return tag_recv(ep, iov->iov_base, iov->iov_len, desc ? *desc : NULL, from, tag, ignore, context);
}

static ssize_t tag_sendv(struct fid_ep *ep, const struct iovec *iov, void **desc, size_t count, fi_addr_t to,
                         uint64_t tag, void *context)
{
    if (count != 1)
        return -FI_EINVAL;
    return tag_send(ep, iov->iov_base, iov->iov_len, desc ? *desc : NULL, to, tag, context);
}

static ssize_t tag_recvmsg(struct fid_ep *ep, const struct fi_msg_tagged *msg, uint64_t flags)
{
    if (flags & (FI_PEEK | FI_CLAIM | FI_DISCARD))
        return -FI_EOPNOTSUPP;
    return tag_recvv(ep, msg->msg_iov, msg->desc, msg->iov_count, msg->addr, msg->tag, msg->ignore,
                     msg->context);
}

static ssize_t tag_sendmsg(struct fid_ep *ep, const struct fi_msg_tagged *msg, uint64_t flags)
{
    if (msg->iov_count != 1)
        return -FI_EINVAL;
    const struct call call = {.name = "fi_tsendmsg",
                              .kind = SI_SEND,
                              BUFFER(msg->msg_iov->iov_base),
                              .bytes = msg->msg_iov->iov_len,
                              .desc = msg->desc ? *msg->desc : NULL,
                              .peer = msg->addr,
                              .tagged = 1,
                              .tag = msg->tag,
                              .data = msg->data,
                              .has_data = (flags & FI_REMOTE_CQ_DATA) != 0,
                              .inject = (flags & FI_INJECT) != 0,
                              .context = msg->context,
                              .quiet = IS_QUIET(flags)};
    return post(ep, &call);
}

struct fi_ops_tagged si_tagged_ops = {.size = sizeof(struct fi_ops_tagged),
                                      .recv = tag_recv,
                                      .recvv = tag_recvv,
                                      .recvmsg = tag_recvmsg,
                                      .send = tag_send,
                                      .sendv = tag_sendv,
                                      .sendmsg = tag_sendmsg,
                                      .inject = tag_inject,
                                      .senddata = tag_senddata,
                                      .injectdata = tag_injectdata};

/* One-sided
 * ------------------------------------------------------------------------------------------------------ */

static ssize_t rma_read(struct fid_ep *ep, void *buffer, size_t bytes, void *desc, fi_addr_t from,
                        uint64_t address, uint64_t key, void *context)
{
    const struct call call = {.name = "fi_read",
                              .kind = SI_READ,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .desc = desc,
                              .peer = from,
                              .address = address,
                              .key = key,
                              .context = context,
                              .quiet = IS_QUIET(0)};
    return post(ep, &call);
}

static ssize_t rma_write(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, fi_addr_t to,
                         uint64_t address, uint64_t key, void *context)
{
    const struct call call = {.name = "fi_write",
                              .kind = SI_WRITE,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .desc = desc,
                              .peer = to,
                              .address = address,
                              .key = key,
                              .context = context,
                              .quiet = IS_QUIET(0)};
    return post(ep, &call);
}

static ssize_t rma_writedata(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, uint64_t data,
                             fi_addr_t to, uint64_t address, uint64_t key, void *context)
{
    const struct call call = {.name = "fi_writedata",
                              .kind = SI_WRITE,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .desc = desc,
                              .peer = to,
                              .address = address,
                              .key = key,
                              .data = data,
                              .has_data = 1,
                              .context = context,
                              .quiet = IS_QUIET(0)};
    return post(ep, &call);
}

/* A device takes nothing inline that is to be written. */
static ssize_t rma_inject(struct fid_ep *ep, const void *buffer, size_t bytes, fi_addr_t to, uint64_t address,
                          uint64_t key)
{
    const struct call call = {.name = "fi_inject_write",
                              .kind = SI_WRITE,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .peer = to,
                              .address = address,
                              .key = key,
                              .inject = 1};
    return ((struct si_ep *)(void *)ep)->direct ? -FI_ENOSYS : post(ep, &call);
}

static ssize_t rma_injectdata(struct fid_ep *ep, const void *buffer, size_t bytes, uint64_t data,
                              fi_addr_t to, uint64_t address, uint64_t key)
{
    const struct call call = {.name = "fi_inject_writedata",
                              .kind = SI_WRITE,
                              BUFFER(buffer),
                              .bytes = bytes,
                              .peer = to,
                              .address = address,
                              .key = key,
                              .data = data,
                              .has_data = 1,
                              .inject = 1};
    return ((struct si_ep *)(void *)ep)->direct ? -FI_ENOSYS : post(ep, &call);
}

static ssize_t rma_readv(struct fid_ep *ep, const struct iovec *iov, void **desc, size_t count,
                         fi_addr_t from, uint64_t address, uint64_t key, void *context)
{
    if (count != 1)
        return -FI_EINVAL;
    return rma_read(ep, iov->iov_base, iov->iov_len, desc ? *desc : NULL, from, address, key, context);
}

static ssize_t rma_writev(struct fid_ep *ep, const struct iovec *iov, void **desc, size_t count, fi_addr_t to,
                          uint64_t address, uint64_t key, void *context)
{
    if (count != 1)
        return -FI_EINVAL;
    return rma_write(ep, iov->iov_base, iov->iov_len, desc ? *desc : NULL, to, address, key, context);
}

static ssize_t rma_readmsg(struct fid_ep *ep, const struct fi_msg_rma *msg, uint64_t flags)
{
    (void)flags;
    if (msg->rma_iov_count != 1)
        return -FI_EINVAL;
    return rma_readv(ep, msg->msg_iov, msg->desc, msg->iov_count, msg->addr, msg->rma_iov->addr,
                     msg->rma_iov->key, msg->context);
}

static ssize_t rma_writemsg(struct fid_ep *ep, const struct fi_msg_rma *msg, uint64_t flags)
{
    if (msg->iov_count != 1 || msg->rma_iov_count != 1)
        return -FI_EINVAL;
    const struct call call = {.name = "fi_writemsg",
                              .kind = SI_WRITE,
                              BUFFER(msg->msg_iov->iov_base),
                              .bytes = msg->msg_iov->iov_len,
                              .desc = msg->desc ? *msg->desc : NULL,
                              .peer = msg->addr,
                              .address = msg->rma_iov->addr,
                              .key = msg->rma_iov->key,
                              .data = msg->data,
                              .has_data = (flags & FI_REMOTE_CQ_DATA) != 0,
                              .context = msg->context,
                              .quiet = IS_QUIET(flags)};
    return post(ep, &call);
}

struct fi_ops_rma si_rma_ops = {.size = sizeof(struct fi_ops_rma),
                                .read = rma_read,
                                .readv = rma_readv,
                                .readmsg = rma_readmsg,
                                .write = rma_write,
                                .writev = rma_writev,
                                .writemsg = rma_writemsg,
                                .inject = rma_inject,
                                .writedata = rma_writedata,
                                .injectdata = rma_injectdata};
