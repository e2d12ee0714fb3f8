/* Registered memory, and every check that an operation's memory must pass. */
#include "standin.h"

#include <stdlib.h>

static int close_mr(struct fid *fid)
{
    struct si_mr *mr = (struct si_mr *)(void *)fid;
    struct si_domain *domain = mr->domain;
    si_lock(domain);
    si_alive(&mr->object, "fi_close(mr)");
    if (mr->uses > 0)
        si_trap("mr-busy", "fi_close(mr)", "%u operations on the region are still under way", mr->uses);
    for (struct si_mr **at = &domain->regions; *at; at = &(*at)->next)
        if (*at == mr) {
            *at = mr->next;
            break;
        }
    domain->registered_bytes -= mr->bytes;
    si_retire(&mr->object, "fi_close(mr)", &domain->object);
    si_unlock(domain);
    return 0;
}

static struct fi_ops mr_fid_ops = {.size = sizeof(struct fi_ops),
                                   .close = close_mr,
                                   .bind = si_no_bind,
                                   .control = si_no_control,
                                   .ops_open = si_no_ops};

static struct si_mr *by_key(const struct si_domain *domain, uint64_t key)
{
    struct si_mr *mr = domain->regions;
    while (mr && mr->fid.key != key)
        mr = mr->next;
    return mr;
}

static int register_memory(struct fid *fid, const void *buffer, size_t bytes, uint64_t access,
                           uint64_t offset, uint64_t requested_key, uint64_t flags, struct fid_mr **out,
                           void *context)
{
    struct si_domain *domain = (struct si_domain *)(void *)fid;
    (void)requested_key, (void)flags; /* the provider makes the keys */
    si_alive(&domain->object, "fi_mr_reg");
    if (!buffer || bytes == 0 || offset != 0)
        return -FI_EINVAL;
    size_t limit = domain->settings.memlock_bytes;
    if (limit > 0 && domain->registered_bytes + bytes > limit)
        return -FI_ENOMEM;
    struct si_mr *mr = calloc(1, sizeof *mr);
    if (!mr)
        return -FI_ENOMEM;
    si_lock(domain);
    si_open(&mr->object, "memory region", mr, &domain->object);
    mr->domain = domain;
    mr->base = (char *)(uintptr_t)buffer;
    mr->bytes = bytes;
    mr->access = access;
    do
        domain->next_key = domain->next_key * 1664525u + 1013904223u;
    while (domain->next_key == 0 || by_key(domain, domain->next_key));
    mr->fid.fid.fclass = FI_CLASS_MR;
    mr->fid.fid.context = context;
    mr->fid.fid.ops = &mr_fid_ops;
    mr->fid.mem_desc = mr;
    mr->fid.key = domain->next_key;
    mr->next = domain->regions;
    domain->regions = mr;
    domain->registered_bytes += bytes;
    si_unlock(domain);
    *out = &mr->fid;
    return 0;
}

static int register_vector(struct fid *fid, const struct iovec *iov, size_t count, uint64_t access,
                           uint64_t offset, uint64_t requested_key, uint64_t flags, struct fid_mr **out,
                           void *context)
{
    if (count != 1)
        return -FI_EINVAL;
    return register_memory(fid, iov->iov_base, iov->iov_len, access, offset, requested_key, flags, out,
                           context);
}

static int register_attr(struct fid *fid, const struct fi_mr_attr *attr, uint64_t flags, struct fid_mr **out)
{
    return register_vector(fid, attr->mr_iov, attr->iov_count, attr->access, attr->offset,
                           attr->requested_key, flags, out, attr->context);
}

struct fi_ops_mr si_mr_ops = {.size = sizeof(struct fi_ops_mr),
                              .reg = register_memory,
                              .regv = register_vector,
                              .regattr = register_attr};

/* How far [at, at + bytes) lies within the region. */
static int is_within(const struct si_mr *mr, uint64_t at, size_t bytes)
{
    uint64_t base = (uint64_t)(uintptr_t)mr->base;
    return at >= base && at - base <= mr->bytes && bytes <= mr->bytes - (size_t)(at - base);
}

struct si_mr *si_region_local(struct si_domain *domain, const char *call, const void *buffer, size_t bytes,
                              void *desc, uint64_t access)
{
    uint64_t at = (uint64_t)(uintptr_t)buffer;
    if (!desc && (!domain->local || bytes == 0))
        return NULL;
    if (!desc)
        si_trap("unregistered", call,
                "FI_MR_LOCAL was agreed on, and the %zu bytes come without a descriptor", bytes);
    const struct si_mr *mr = domain->regions;
    while (mr && mr != desc)
        mr = mr->next;
    if (!mr)
        si_trap("foreign-desc", call, "the descriptor is of no open memory region of this domain");
    if (!is_within(mr, at, bytes))
        si_trap("mr-range", call, "%zu bytes at %p are not within the region's %zu at %p", bytes, buffer,
                mr->bytes, (void *)mr->base);
    if ((mr->access & access) != access)
        si_trap("mr-access", call, "the region was not registered for this: access 0x%llx, needed 0x%llx",
                (unsigned long long)mr->access, (unsigned long long)access);
    return desc;
}

char *si_region_remote(struct si_domain *domain, const char *call, uint64_t key, uint64_t address,
                       size_t bytes, uint64_t access)
{
    const struct si_mr *mr = by_key(domain, key);
    if (!mr)
        si_trap("rma-key", call, "a peer names key 0x%llx, which is of no open region here",
                (unsigned long long)key);
    if (!is_within(mr, address, bytes))
        si_trap("rma-range", call,
                "a peer names %zu bytes at 0x%llx, which are not within the region's %zu at %p", bytes,
                (unsigned long long)address, mr->bytes, (void *)mr->base);
    if ((mr->access & access) != access)
        si_trap("rma-access", call, "the region was not registered for this: access 0x%llx, needed 0x%llx",
                (unsigned long long)mr->access, (unsigned long long)access);
    return (char *)(uintptr_t)address;
}
