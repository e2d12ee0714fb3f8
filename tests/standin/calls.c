/* Messages, untagged and tagged. */
#include "post.h"

/* Untagged
 * ------------------------------------------------------------------------------------------------------- */

static ssize_t msg_recv(struct fid_ep *ep, void *buffer, size_t bytes, void *desc, fi_addr_t from,
                        void *context)
{
    const struct si_call call = {.name = "fi_recv",
                                 .kind = SI_RECEIVE,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .desc = desc,
                                 .peer = from,
                                 .context = context};
    return si_post(ep, &call);
}

static ssize_t msg_send(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, fi_addr_t to,
                        void *context)
{
    const struct si_call call = {.name = "fi_send",
                                 .kind = SI_SEND,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .desc = desc,
                                 .peer = to,
                                 .context = context,
                                 .quiet = IS_QUIET(DEFAULT_FLAGS)};
    return si_post(ep, &call);
}

static ssize_t msg_senddata(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, uint64_t data,
                            fi_addr_t to, void *context)
{
    const struct si_call call = {.name = "fi_senddata",
                                 .kind = SI_SEND,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .desc = desc,
                                 .peer = to,
                                 .data = data,
                                 .has_data = 1,
                                 .context = context,
                                 .quiet = IS_QUIET(DEFAULT_FLAGS)};
    return si_post(ep, &call);
}

static ssize_t msg_inject(struct fid_ep *ep, const void *buffer, size_t bytes, fi_addr_t to)
{
    const struct si_call call = {
        .name = "fi_inject", .kind = SI_SEND, BUFFER(buffer), .bytes = bytes, .peer = to, .inject = 1};
    return si_post(ep, &call);
}

static ssize_t msg_injectdata(struct fid_ep *ep, const void *buffer, size_t bytes, uint64_t data,
                              fi_addr_t to)
{
    const struct si_call call = {.name = "fi_injectdata",
                                 .kind = SI_SEND,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .peer = to,
                                 .data = data,
                                 .has_data = 1,
                                 .inject = 1};
    return si_post(ep, &call);
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
    const struct si_call call = {.name = "fi_sendmsg",
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
    return si_post(ep, &call);
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
    const struct si_call call = {.name = "fi_trecv",
                                 .kind = SI_RECEIVE,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .desc = desc,
                                 .peer = from,
                                 .tagged = 1,
                                 .tag = tag,
                                 .ignore = ignore,
                                 .context = context};
    return si_post(ep, &call);
}

static ssize_t tag_send(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, fi_addr_t to,
                        uint64_t tag, void *context)
{
    const struct si_call call = {.name = "fi_tsend",
                                 .kind = SI_SEND,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .desc = desc,
                                 .peer = to,
                                 .tagged = 1,
                                 .tag = tag,
                                 .context = context,
                                 .quiet = IS_QUIET(DEFAULT_FLAGS)};
    return si_post(ep, &call);
}

static ssize_t tag_senddata(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, uint64_t data,
                            fi_addr_t to, uint64_t tag, void *context)
{
    const struct si_call call = {.name = "fi_tsenddata",
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
                                 .quiet = IS_QUIET(DEFAULT_FLAGS)};
    return si_post(ep, &call);
}

static ssize_t tag_inject(struct fid_ep *ep, const void *buffer, size_t bytes, fi_addr_t to, uint64_t tag)
{
    const struct si_call call = {.name = "fi_tinject",
                                 .kind = SI_SEND,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .peer = to,
                                 .tagged = 1,
                                 .tag = tag,
                                 .inject = 1};
    return si_post(ep, &call);
}

static ssize_t tag_injectdata(struct fid_ep *ep, const void *buffer, size_t bytes, uint64_t data,
                              fi_addr_t to, uint64_t tag)
{
    const struct si_call call = {.name = "fi_tinjectdata",
                                 .kind = SI_SEND,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .peer = to,
                                 .tagged = 1,
                                 .tag = tag,
                                 .data = data,
                                 .has_data = 1,
                                 .inject = 1};
    return si_post(ep, &call);
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
    const struct si_call call = {.name = "fi_tsendmsg",
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
    return si_post(ep, &call);
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
