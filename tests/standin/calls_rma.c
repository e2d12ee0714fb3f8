/* One-sided operations. */
#include "post.h"

/* One-sided
 * ------------------------------------------------------------------------------------------------------ */

static ssize_t rma_read(struct fid_ep *ep, void *buffer, size_t bytes, void *desc, fi_addr_t from,
                        uint64_t address, uint64_t key, void *context)
{
    const struct si_call call = {.name = "fi_read",
                                 .kind = SI_READ,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .desc = desc,
                                 .peer = from,
                                 .address = address,
                                 .key = key,
                                 .context = context,
                                 .quiet = IS_QUIET(DEFAULT_FLAGS)};
    return si_post(ep, &call);
}

static ssize_t rma_write(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, fi_addr_t to,
                         uint64_t address, uint64_t key, void *context)
{
    const struct si_call call = {.name = "fi_write",
                                 .kind = SI_WRITE,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .desc = desc,
                                 .peer = to,
                                 .address = address,
                                 .key = key,
                                 .context = context,
                                 .quiet = IS_QUIET(DEFAULT_FLAGS)};
    return si_post(ep, &call);
}

static ssize_t rma_writedata(struct fid_ep *ep, const void *buffer, size_t bytes, void *desc, uint64_t data,
                             fi_addr_t to, uint64_t address, uint64_t key, void *context)
{
    const struct si_call call = {.name = "fi_writedata",
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
                                 .quiet = IS_QUIET(DEFAULT_FLAGS)};
    return si_post(ep, &call);
}

/* A device takes nothing inline that is to be written. */
static ssize_t rma_inject(struct fid_ep *ep, const void *buffer, size_t bytes, fi_addr_t to, uint64_t address,
                          uint64_t key)
{
    const struct si_call call = {.name = "fi_inject_write",
                                 .kind = SI_WRITE,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .peer = to,
                                 .address = address,
                                 .key = key,
                                 .inject = 1};
    return ((struct si_ep *)(void *)ep)->direct ? -FI_ENOSYS : si_post(ep, &call);
}

static ssize_t rma_injectdata(struct fid_ep *ep, const void *buffer, size_t bytes, uint64_t data,
                              fi_addr_t to, uint64_t address, uint64_t key)
{
    const struct si_call call = {.name = "fi_inject_writedata",
                                 .kind = SI_WRITE,
                                 BUFFER(buffer),
                                 .bytes = bytes,
                                 .peer = to,
                                 .address = address,
                                 .key = key,
                                 .data = data,
                                 .has_data = 1,
                                 .inject = 1};
    return ((struct si_ep *)(void *)ep)->direct ? -FI_ENOSYS : si_post(ep, &call);
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
    const struct si_call call = {.name = "fi_writemsg",
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
    return si_post(ep, &call);
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
