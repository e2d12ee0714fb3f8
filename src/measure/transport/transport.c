#include "measure/transport/transport.h"

#include "common/clock.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Appends words, comma separated, to text as far as they fit. */
static void list_word(char *text, size_t room, const char *word)
{
    size_t used = strlen(text);
    snprintf(text + used, room - used, "%s%s", used ? ", " : "", word);
}

enum eb_status eb_transport_find(const char *name, const struct eb_transport_ops **ops, struct eb_error *err)
{
    char names[200] = "";
    for (size_t i = 0; eb_transports[i]; i++) {
        list_word(names, sizeof names, eb_transports[i]->name);
        if (strcmp(eb_transports[i]->name, name) == 0) {
            *ops = eb_transports[i];
            return EB_OK;
        }
    }
    return eb_error_set(err, EB_USAGE, "transport", 0, "unknown transport '%s': there are %s", name, names);
}

static enum eb_status check_keys(const struct eb_arm *arm, const struct eb_transport_ops *ops,
                                 struct eb_error *err)
{
    for (size_t i = 0; i < arm->key_count; i++) {
        char names[200] = "";
        int known = 0;
        for (size_t k = 0; ops->keys[k]; k++) {
            list_word(names, sizeof names, ops->keys[k]);
            known |= strcmp(ops->keys[k], arm->keys[i].name) == 0;
        }
        if (!known)
            return eb_error_set(err, EB_USAGE, "transport", 0,
                                "arm '%s': transport %s has no key '%s': it takes %s", arm->spec, ops->name,
                                arm->keys[i].name, names[0] ? names : "none");
    }
    return EB_OK;
}

enum eb_status eb_transport_check_arm(const struct eb_arm *arm, struct eb_error *err)
{
    const struct eb_transport_ops *ops = NULL;
    struct eb_error inner = {0};
    enum eb_status status = eb_transport_find(arm->transport, &ops, &inner);
    if (status != EB_OK)
        return eb_error_set(err, status, inner.origin, 0, "arm '%s': %s", arm->spec, inner.text);
    if (arm->provider && !ops->takes_provider)
        return eb_error_set(err, EB_USAGE, "transport", 0,
                            "arm '%s': transport %s takes no provider, '%s' is too much", arm->spec,
                            ops->name, arm->provider);
    if (arm->interface && !ops->takes_interface)
        return eb_error_set(err, EB_USAGE, "transport", 0,
                            "arm '%s': transport %s takes no interface, '%s' is too much", arm->spec,
                            ops->name, arm->interface);
    status = check_keys(arm, ops, err);
    return status == EB_OK && ops->check ? ops->check(arm, err) : status;
}

void eb_transport_init(struct eb_transport *transport, const struct eb_transport_ops *ops,
                       const struct eb_launch *launch)
{
    transport->ops = ops;
    transport->rank = launch->rank;
    transport->ranks = launch->ranks;
    transport->yield = launch->yield;
    transport->timeout_ns = launch->timeout_ns;
    transport->max_message_bytes = UINT64_MAX;
    transport->max_outstanding = 1u << 20;
    transport->ordered = 1;
    transport->directed = 1;
    atomic_init(&transport->awaited, -1);
}

#define HUGE_PAGE_BYTES ((size_t)2 << 20)

static size_t rounded(size_t bytes, size_t page_bytes)
{
    return (bytes / page_bytes + (bytes % page_bytes != 0 || bytes == 0)) * page_bytes;
}

static enum eb_status map_huge(size_t bytes, struct eb_region *region, struct eb_error *err)
{
    size_t mapped_bytes = rounded(bytes, HUGE_PAGE_BYTES);
    void *base = mmap(NULL, mapped_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE, -1, 0);
    if (base == MAP_FAILED)
        return eb_error_set(
            err, EB_USAGE, "region", errno,
            "--huge-pages: no %zu huge pages of 2 MiB for a buffer: %s; see HugePages_Free in "
            "/proc/meminfo, and 'sysctl vm.nr_hugepages=N'",
            mapped_bytes / HUGE_PAGE_BYTES, strerror(errno));
    *region = (struct eb_region){.base = base, .bytes = bytes, .mapped_bytes = mapped_bytes};
    return EB_OK;
}

static enum eb_status allocate(size_t bytes, struct eb_region *region, struct eb_error *err)
{
    size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    size_t whole = rounded(bytes, page_bytes);
    void *base = NULL;
    if (whole < bytes || posix_memalign(&base, page_bytes, whole) != 0)
        return eb_error_set(err, EB_INTERNAL, "region", ENOMEM, "out of memory for a buffer of %zu bytes",
                            bytes);
    memset(base, 0, whole);
    *region = (struct eb_region){.base = base, .bytes = bytes};
    return EB_OK;
}

static void release(struct eb_region *region)
{
    if (region->mapped_bytes > 0)
        munmap(region->base, region->mapped_bytes);
    else
        free(region->base);
    *region = (struct eb_region){0};
}

enum eb_status eb_region_open(struct eb_transport *transport, size_t bytes, int huge_pages,
                              struct eb_region *region, struct eb_error *err)
{
    *region = (struct eb_region){0};
    enum eb_status status = huge_pages ? map_huge(bytes, region, err) : allocate(bytes, region, err);
    if (status != EB_OK || !transport->ops->region_register)
        return status;
    status = transport->ops->region_register(transport, region, err);
    if (status != EB_OK)
        release(region);
    return status;
}

void eb_region_close(struct eb_transport *transport, struct eb_region *region)
{
    if (!region || !region->base)
        return;
    if (transport->ops->region_unregister)
        transport->ops->region_unregister(transport, region);
    release(region);
}

int eb_transport_idle(struct eb_transport *transport)
{
    uint64_t now_ns = eb_clock_ns();
    transport->idle_count = 0;
    if (transport->yield)
        sched_yield();
    if (transport->idle_since_ns == 0 || now_ns < transport->idle_since_ns) /* a clock that went back */
        transport->idle_since_ns = now_ns;
    if (now_ns - transport->idle_since_ns < transport->timeout_ns)
        return 0;
    eb_error_set(&transport->error, EB_INTERNAL, "transport", ETIMEDOUT,
                 "timeout: nothing came from the other rank for %.0f s", (double)transport->timeout_ns / 1e9);
    return -1;
}

int eb_transport_gave_up(struct eb_transport *transport, const struct eb_request *request)
{
    if (transport->error.code == ETIMEDOUT)
        eb_error_set(
            &transport->error, EB_INTERNAL, "transport", ETIMEDOUT,
            "timeout: nothing came from rank %d for %.0f s; see whether its host is up and no firewall "
            "or security group is between, or wait longer with --timeout",
            request->peer, (double)transport->timeout_ns / 1e9);
    return -1;
}
