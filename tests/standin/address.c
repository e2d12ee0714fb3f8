/* Address vectors: tables of 32 opaque bytes each, as fi_getname gives them. */
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_address(const struct si_av *av, const unsigned char *bytes)
{
    return memcmp(bytes, av->domain->fabric->direct ? "EFAdrct" : "EFArdm_", 8) == 0;
}

static int insert_all(struct si_av *av, const void *addresses, size_t count, fi_addr_t *places)
{
    struct si_address *more = realloc(av->entries, (av->count + count) * sizeof *more);
    if (!more && count > 0)
        return -FI_ENOMEM;
    av->entries = more;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *bytes = (const unsigned char *)addresses + i * SI_ADDRESS_BYTES;
        if (!is_address(av, bytes)) {
            for (size_t rest = i; places && rest < count; rest++)
                places[rest] = FI_ADDR_NOTAVAIL;
            return i ? (int)i : -FI_EINVAL;
        }
        memcpy(av->entries[av->count].bytes, bytes, SI_ADDRESS_BYTES);
        if (places)
            places[i] = av->count;
        av->count++;
    }
    return (int)count;
}

static int insert(struct fid_av *fid, const void *addresses, size_t count, fi_addr_t *places, uint64_t flags,
                  void *context)
{
    struct si_av *av = (struct si_av *)(void *)fid;
    (void)flags, (void)context;
    si_lock(av->domain);
    si_alive(&av->object, "fi_av_insert");
    int inserted = insert_all(av, addresses, count, places);
    si_unlock(av->domain);
    return inserted;
}

static int no_insertsvc(struct fid_av *av, const char *node, const char *service, fi_addr_t *place,
                        uint64_t flags, void *context)
{
    (void)av, (void)node, (void)service, (void)place, (void)flags, (void)context;
    return -FI_ENOSYS;
}

static int no_insertsym(struct fid_av *av, const char *node, size_t nodes, const char *service,
                        size_t services, fi_addr_t *places, uint64_t flags, void *context)
{
    (void)av, (void)node, (void)nodes, (void)service, (void)services, (void)places, (void)flags,
        (void)context;
    return -FI_ENOSYS;
}

/* Places are never used again. */
static int forget(struct fid_av *fid, fi_addr_t *places, size_t count, uint64_t flags)
{
    struct si_av *av = (struct si_av *)(void *)fid;
    (void)flags;
    si_alive(&av->object, "fi_av_remove");
    for (size_t i = 0; i < count; i++)
        if (places[i] < av->count)
            memset(av->entries[places[i]].bytes, 0, SI_ADDRESS_BYTES);
    return 0;
}

static int lookup(struct fid_av *fid, fi_addr_t place, void *address, size_t *bytes)
{
    struct si_av *av = (struct si_av *)(void *)fid;
    si_alive(&av->object, "fi_av_lookup");
    if (place >= av->count)
        return -FI_EINVAL;
    memcpy(address, av->entries[place].bytes, *bytes < SI_ADDRESS_BYTES ? *bytes : SI_ADDRESS_BYTES);
    *bytes = SI_ADDRESS_BYTES;
    return 0;
}

static const char *to_text(struct fid_av *fid, const void *address, char *text, size_t *room)
{
    const unsigned char *bytes = address;
    (void)fid;
    int used =
        snprintf(text, *room, "fi_addr_efa://%02x%02x%02x%02x", bytes[8], bytes[9], bytes[10], bytes[11]);
    *room = (size_t)used + 1;
    return text;
}

static struct fi_ops_av av_ops = {.size = sizeof(struct fi_ops_av),
                                  .insert = insert,
                                  .insertsvc = no_insertsvc,
                                  .insertsym = no_insertsym,
                                  .remove = forget,
                                  .lookup = lookup,
                                  .straddr = to_text};

static int close_av(struct fid *fid)
{
    struct si_av *av = (struct si_av *)(void *)fid;
    si_retire(&av->object, "fi_close(av)", &av->domain->object);
    free(av->entries);
    av->entries = NULL;
    return 0;
}

static struct fi_ops av_fid_ops = {.size = sizeof(struct fi_ops),
                                   .close = close_av,
                                   .bind = si_no_bind,
                                   .control = si_no_control,
                                   .ops_open = si_no_ops};

int si_av_open(struct fid_domain *fid, struct fi_av_attr *attr, struct fid_av **out, void *context)
{
    struct si_domain *domain = (struct si_domain *)(void *)fid;
    si_alive(&domain->object, "fi_av_open");
    if (attr->name)
        return -FI_ENOSYS;
    attr->type = FI_AV_TABLE; /* whatever was asked for, as the real one does */
    struct si_av *av = calloc(1, sizeof *av);
    if (!av)
        return -FI_ENOMEM;
    si_open(&av->object, "address vector", av, &domain->object);
    av->domain = domain;
    av->fid.fid.fclass = FI_CLASS_AV;
    av->fid.fid.context = context;
    av->fid.fid.ops = &av_fid_ops;
    av->fid.ops = &av_ops;
    *out = &av->fid;
    return 0;
}
