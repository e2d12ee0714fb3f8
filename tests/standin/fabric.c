/* The provider's door, fabrics and domains, and the life of every object. */
#include "standin.h"

#include <rdma/providers/fi_prov.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static void clean_up(void);

static int open_fabric(struct fi_fabric_attr *attr, struct fid_fabric **fabric, void *context);

/* What libfabric is handed, which must outlive every call; and what was closed, so that its use can be told.
 */
static struct {
    struct fi_provider provider;
    _Atomic(struct si_object *) closed; /* by any thread */
} self = {.provider = {.version = FI_VERSION(900, 0),
                       .fi_version = FI_VERSION(FI_MAJOR_VERSION, FI_MINOR_VERSION),
                       .name = "efa",
                       .getinfo = si_getinfo,
                       .fabric = open_fabric,
                       .cleanup = clean_up}};

#ifndef EXTERNALLY_VISIBLE
#define EXTERNALLY_VISIBLE
#endif
FI_EXT_INI;
FI_EXT_INI
{
    return &self.provider;
}

static void clean_up(void)
{
    struct si_object *object = atomic_exchange(&self.closed, NULL);
    while (object) {
        struct si_object *next = object->next;
        free(object->memory);
        object = next;
    }
}

void si_open(struct si_object *object, const char *kind, void *memory, struct si_object *parent)
{
    *object = (struct si_object){.kind = kind, .memory = memory};
    if (parent)
        parent->children++;
}

void si_alive(const struct si_object *object, const char *call)
{
    if (object->closed)
        si_trap("use-after-close", call, "the %s was closed", object->kind);
}

void si_retire(struct si_object *object, const char *call, struct si_object *parent)
{
    si_alive(object, call);
    if (object->children > 0)
        si_trap("open-children", call, "the %s is still in use by %u open objects", object->kind,
                object->children);
    object->closed = 1;
    object->next = atomic_load(&self.closed);
    while (!atomic_compare_exchange_weak(&self.closed, &object->next, object))
        continue;
    if (parent)
        parent->children--;
}

void si_lock(struct si_domain *domain)
{
    pthread_mutex_lock(&domain->lock);
}

void si_unlock(struct si_domain *domain)
{
    pthread_mutex_unlock(&domain->lock);
}

int si_no_bind(struct fid *fid, struct fid *other, uint64_t flags)
{
    (void)fid, (void)other, (void)flags;
    return -FI_ENOSYS;
}

int si_no_control(struct fid *fid, int command, void *argument)
{
    (void)fid, (void)command, (void)argument;
    return -FI_ENOSYS;
}

int si_no_ops(struct fid *fid, const char *name, uint64_t flags, void **ops, void *context)
{
    (void)fid, (void)name, (void)flags, (void)ops, (void)context;
    return -FI_ENOSYS;
}

static int close_domain(struct fid *fid)
{
    struct si_domain *domain = (struct si_domain *)(void *)fid;
    si_retire(&domain->object, "fi_close(domain)", &domain->fabric->object);
    si_counters_close(&domain->counters);
    return 0;
}

static struct fi_ops domain_fid_ops = {.size = sizeof(struct fi_ops),
                                       .close = close_domain,
                                       .bind = si_no_bind,
                                       .control = si_no_control,
                                       .ops_open = si_no_ops};

static int no_scalable_ep(struct fid_domain *domain, struct fi_info *info, struct fid_ep **ep, void *context)
{
    (void)domain, (void)info, (void)ep, (void)context;
    return -FI_ENOSYS;
}

static int no_cntr(struct fid_domain *domain, struct fi_cntr_attr *attr, struct fid_cntr **cntr,
                   void *context)
{
    (void)domain, (void)attr, (void)cntr, (void)context;
    return -FI_ENOSYS;
}

static int no_poll(struct fid_domain *domain, struct fi_poll_attr *attr, struct fid_poll **poll)
{
    (void)domain, (void)attr, (void)poll;
    return -FI_ENOSYS;
}

static int no_stx(struct fid_domain *domain, struct fi_tx_attr *attr, struct fid_stx **stx, void *context)
{
    (void)domain, (void)attr, (void)stx, (void)context;
    return -FI_ENOSYS;
}

static int no_srx(struct fid_domain *domain, struct fi_rx_attr *attr, struct fid_ep **ep, void *context)
{
    (void)domain, (void)attr, (void)ep, (void)context;
    return -FI_ENOSYS;
}

static struct fi_ops_domain domain_ops = {.size = sizeof(struct fi_ops_domain),
                                          .av_open = si_av_open,
                                          .cq_open = si_cq_open,
                                          .endpoint = si_endpoint,
                                          .scalable_ep = no_scalable_ep,
                                          .cntr_open = no_cntr,
                                          .poll_open = no_poll,
                                          .stx_ctx = no_stx,
                                          .srx_ctx = no_srx};

static int open_domain(struct fid_fabric *fabric_fid, struct fi_info *info, struct fid_domain **out,
                       void *context)
{
    struct si_fabric *fabric = (struct si_fabric *)(void *)fabric_fid;
    si_alive(&fabric->object, "fi_domain");
    struct si_domain *domain = calloc(1, sizeof *domain);
    if (!domain)
        return -FI_ENOMEM;
    si_open(&domain->object, "domain", domain, &fabric->object);
    domain->fabric = fabric;
    pthread_mutexattr_t recursive;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&domain->lock, &recursive);
    pthread_mutexattr_destroy(&recursive);
    si_settings_read(&domain->settings);
    si_counters_open(&domain->counters, &domain->settings);
    domain->next_key = domain->settings.seed ^ (uint32_t)si_clock_ns();
    domain->local = fabric->direct || (info->domain_attr->mr_mode & FI_MR_LOCAL) != 0;
    domain->fid.fid.fclass = FI_CLASS_DOMAIN;
    domain->fid.fid.context = context;
    domain->fid.fid.ops = &domain_fid_ops;
    domain->fid.ops = &domain_ops;
    domain->fid.mr = &si_mr_ops;
    *out = &domain->fid;
    return 0;
}

static int close_fabric(struct fid *fid)
{
    struct si_fabric *fabric = (struct si_fabric *)(void *)fid;
    si_retire(&fabric->object, "fi_close(fabric)", NULL);
    return 0;
}

static struct fi_ops fabric_fid_ops = {.size = sizeof(struct fi_ops),
                                       .close = close_fabric,
                                       .bind = si_no_bind,
                                       .control = si_no_control,
                                       .ops_open = si_no_ops};

static int no_passive_ep(struct fid_fabric *fabric, struct fi_info *info, struct fid_pep **pep, void *context)
{
    (void)fabric, (void)info, (void)pep, (void)context;
    return -FI_ENOSYS;
}

static int no_eq(struct fid_fabric *fabric, struct fi_eq_attr *attr, struct fid_eq **eq, void *context)
{
    (void)fabric, (void)attr, (void)eq, (void)context;
    return -FI_ENOSYS;
}

static int no_wait(struct fid_fabric *fabric, struct fi_wait_attr *attr, struct fid_wait **wait)
{
    (void)fabric, (void)attr, (void)wait;
    return -FI_ENOSYS;
}

static int no_trywait(struct fid_fabric *fabric, struct fid **fids, int count)
{
    (void)fabric, (void)fids, (void)count;
    return -FI_ENOSYS;
}

static struct fi_ops_fabric fabric_ops = {.size = sizeof(struct fi_ops_fabric),
                                          .domain = open_domain,
                                          .passive_ep = no_passive_ep,
                                          .eq_open = no_eq,
                                          .wait_open = no_wait,
                                          .trywait = no_trywait};

static int open_fabric(struct fi_fabric_attr *attr, struct fid_fabric **out, void *context)
{
    if (!attr->name || (strcmp(attr->name, "efa") != 0 && strcmp(attr->name, "efa-direct") != 0))
        return -FI_ENODATA;
    struct si_fabric *fabric = calloc(1, sizeof *fabric);
    if (!fabric)
        return -FI_ENOMEM;
    si_open(&fabric->object, "fabric", fabric, NULL);
    fabric->direct = strcmp(attr->name, "efa-direct") == 0;
    fabric->fid.fid.fclass = FI_CLASS_FABRIC;
    fabric->fid.fid.context = context;
    fabric->fid.fid.ops = &fabric_fid_ops;
    fabric->fid.ops = &fabric_ops;
    fabric->fid.api_version = attr->api_version;
    *out = &fabric->fid;
    return 0;
}
