/* Endpoints: bound to one address vector and to completion queues, enabled, named, closed. */
#include "standin.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A device goes on by itself. */
static void *run_device(void *argument)
{
    struct si_ep *ep = argument;
    struct timespec pause = {.tv_nsec = 200000};
    while (!atomic_load(&ep->stop)) {
        si_lock(ep->domain);
        if (ep->rx_cq->count <= ep->rx_cq->size / 2 || ep->tx_under_way > 0)
            si_engine_progress(ep);
        si_unlock(ep->domain);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

static int start_device(struct si_ep *ep)
{
    int code = pthread_create(&ep->device, NULL, run_device, ep);
    ep->device_runs = code == 0;
    return -code;
}

static void stop_device(struct si_ep *ep)
{
    atomic_store(&ep->stop, 1);
    if (ep->device_runs)
        pthread_join(ep->device, NULL);
    ep->device_runs = 0;
}

static int bind_cq(struct si_ep *ep, struct si_cq *cq, uint64_t flags)
{
    si_alive(&cq->object, "fi_ep_bind");
    if (cq->domain != ep->domain)
        si_trap("foreign-object", "fi_ep_bind", "the completion queue is of another domain");
    if (flags & FI_TRANSMIT) {
        ep->tx_cq = cq;
        ep->selective = (flags & FI_SELECTIVE_COMPLETION) != 0;
        cq->object.children++;
    }
    if (flags & FI_RECV) {
        ep->rx_cq = cq;
        cq->object.children++;
    }
    for (size_t i = 0; i < sizeof cq->endpoints / sizeof *cq->endpoints; i++) {
        if (cq->endpoints[i] && cq->endpoints[i] != ep)
            continue;
        cq->endpoints[i] = ep;
        return 0;
    }
    return -FI_ENOSPC;
}

static int bind_any(struct fid *fid, struct fid *other, uint64_t flags)
{
    struct si_ep *ep = (struct si_ep *)(void *)fid;
    si_alive(&ep->object, "fi_ep_bind");
    if (ep->enabled)
        return -FI_EOPBADSTATE;
    if (other->fclass == FI_CLASS_CQ)
        return bind_cq(ep, (struct si_cq *)(void *)other, flags);
    if (other->fclass != FI_CLASS_AV)
        return -FI_EINVAL;
    struct si_av *av = (struct si_av *)(void *)other;
    si_alive(&av->object, "fi_ep_bind");
    if (av->domain != ep->domain)
        si_trap("foreign-object", "fi_ep_bind", "the address vector is of another domain");
    ep->av = av;
    av->object.children++;
    return 0;
}

static int control(struct fid *fid, int command, void *argument)
{
    struct si_ep *ep = (struct si_ep *)(void *)fid;
    (void)argument;
    si_alive(&ep->object, "fi_enable");
    if (command != FI_ENABLE)
        return -FI_ENOSYS;
    if (!ep->av)
        return -FI_ENOAV;
    if (!ep->tx_cq || !ep->rx_cq)
        return -FI_ENOCQ;
    int code = si_wire_open(ep);
    ep->enabled = code == 0;
    ep->read_ns = si_clock_ns();
    return code == 0 && ep->direct ? start_device(ep) : code;
}

static void unbind_cq(const struct si_ep *ep, struct si_cq *cq)
{
    if (!cq)
        return;
    cq->object.children--;
    for (size_t i = 0; i < sizeof cq->endpoints / sizeof *cq->endpoints; i++)
        if (cq->endpoints[i] == ep)
            cq->endpoints[i] = NULL;
}

static int close_ep(struct fid *fid)
{
    struct si_ep *ep = (struct si_ep *)(void *)fid;
    si_alive(&ep->object, "fi_close(ep)");
    stop_device(ep);
    unbind_cq(ep, ep->tx_cq);
    unbind_cq(ep, ep->rx_cq);
    if (ep->enabled) {
        si_engine_close(ep);
        ep->enabled = 0;
    }
    si_wire_close(ep);
    if (ep->av)
        ep->av->object.children--;
    si_retire(&ep->object, "fi_close(ep)", &ep->domain->object);
    return 0;
}

static struct fi_ops ep_fid_ops = {.size = sizeof(struct fi_ops),
                                   .close = close_ep,
                                   .bind = bind_any,
                                   .control = control,
                                   .ops_open = si_no_ops};

static struct si_op *posted_with(const struct si_ep *ep, const void *context)
{
    for (int tagged = 0; tagged < 2; tagged++)
        for (struct si_op *op = ep->receives[tagged].first; op; op = op->next)
            if (op->context == context)
                return op;
    return NULL;
}

static ssize_t cancel(fid_t fid, void *context)
{
    struct si_ep *ep = (struct si_ep *)(void *)fid;
    si_lock(ep->domain);
    si_alive(&ep->object, "fi_cancel");
    struct si_op *op = posted_with(ep, context);
    if (op) {
        si_remove(&ep->receives[op->tagged], op);
        si_engine_finish(ep, op, FI_ECANCELED, 0);
    }
    si_unlock(ep->domain);
    return 0;
}

static int getopt_ep(fid_t fid, int level, int name, void *value, size_t *bytes)
{
    (void)fid, (void)level, (void)name, (void)value, (void)bytes;
    return -FI_ENOPROTOOPT;
}

static int setopt_ep(fid_t fid, int level, int name, const void *value, size_t bytes)
{
    (void)fid, (void)level, (void)name, (void)value, (void)bytes;
    return -FI_ENOPROTOOPT;
}

static int no_tx_context(struct fid_ep *ep, int index, struct fi_tx_attr *attr, struct fid_ep **out,
                         void *context)
{
    (void)ep, (void)index, (void)attr, (void)out, (void)context;
    return -FI_ENOSYS;
}

static int no_rx_context(struct fid_ep *ep, int index, struct fi_rx_attr *attr, struct fid_ep **out,
                         void *context)
{
    (void)ep, (void)index, (void)attr, (void)out, (void)context;
    return -FI_ENOSYS;
}

static ssize_t no_size_left(struct fid_ep *ep)
{
    (void)ep;
    return -FI_ENOSYS;
}

static struct fi_ops_ep ep_ops = {.size = sizeof(struct fi_ops_ep),
                                  .cancel = cancel,
                                  .getopt = getopt_ep,
                                  .setopt = setopt_ep,
                                  .tx_ctx = no_tx_context,
                                  .rx_ctx = no_rx_context,
                                  .rx_size_left = no_size_left,
                                  .tx_size_left = no_size_left};

static int name_of(fid_t fid, void *address, size_t *bytes)
{
    struct si_ep *ep = (struct si_ep *)(void *)fid;
    size_t room = *bytes;
    si_alive(&ep->object, "fi_getname");
    if (!ep->enabled)
        return -FI_EOPBADSTATE;
    *bytes = SI_ADDRESS_BYTES;
    if (room < SI_ADDRESS_BYTES)
        return -FI_ETOOSMALL;
    memcpy(address, ep->address.bytes, SI_ADDRESS_BYTES);
    return 0;
}

static int no_setname(fid_t fid, void *address, size_t bytes)
{
    (void)fid, (void)address, (void)bytes;
    return -FI_ENOSYS;
}

static int no_peer(struct fid_ep *ep, void *address, size_t *bytes)
{
    (void)ep, (void)address, (void)bytes;
    return -FI_ENOSYS;
}

static struct fi_ops_cm cm_ops = {
    .size = sizeof(struct fi_ops_cm), .setname = no_setname, .getname = name_of, .getpeer = no_peer};

int si_endpoint(struct fid_domain *fid, struct fi_info *info, struct fid_ep **out, void *context)
{
    struct si_domain *domain = (struct si_domain *)(void *)fid;
    si_alive(&domain->object, "fi_endpoint");
    struct si_ep *ep = calloc(1, sizeof *ep);
    if (!ep)
        return -FI_ENOMEM;
    si_open(&ep->object, "endpoint", ep, &domain->object);
    ep->domain = domain;
    ep->direct = domain->fabric->direct;
    ep->op_flags = info->tx_attr->op_flags;
    ep->inject_bytes = info->tx_attr->inject_size;
    ep->max_message_bytes = ep->direct ? SI_PACKET_BYTES : SIZE_MAX;
    ep->random = domain->settings.seed;
    ep->contexts = calloc(domain->settings.tx_size + domain->settings.rx_size, sizeof *ep->contexts);
    ep->fid.fid.fclass = FI_CLASS_EP;
    ep->fid.fid.context = context;
    ep->fid.fid.ops = &ep_fid_ops;
    ep->fid.ops = &ep_ops;
    ep->fid.cm = &cm_ops;
    ep->fid.msg = &si_msg_ops;
    ep->fid.tagged = &si_tagged_ops;
    ep->fid.rma = &si_rma_ops;
    *out = &ep->fid;
    return 0;
}
