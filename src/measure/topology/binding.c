#include "measure/topology/binding.h"

#include <errno.h>
#include <hwloc.h>
#include <stdio.h>
#include <string.h>

static enum eb_status failed(const char *call, struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "hwloc", errno, "%s: %s", call, strerror(errno));
}

static enum eb_status read_mask(hwloc_topology_t topology, hwloc_bitmap_t mask, struct eb_binding *binding,
                                struct eb_error *err)
{
    /* The whole machine, and not this process's cpuset alone, would count cores that a container cannot have.
     */
    hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(topology);
    if (hwloc_get_cpubind(topology, mask, HWLOC_CPUBIND_THREAD) != 0)
        return failed("hwloc_get_cpubind", err);
    int length = hwloc_bitmap_list_snprintf(binding->cpus, sizeof binding->cpus, mask);
    if (length >= (int)sizeof binding->cpus)
        memcpy(binding->cpus + sizeof binding->cpus - 4, "...", 4);
    binding->cpu_count = hwloc_bitmap_weight(mask);
    binding->host_cpus = hwloc_bitmap_weight(allowed);
    return EB_OK;
}

enum eb_status eb_binding_read(struct eb_binding *binding, struct eb_error *err)
{
    hwloc_topology_t topology;
    *binding = (struct eb_binding){0};
    if (hwloc_topology_init(&topology) != 0)
        return failed("hwloc_topology_init", err);
    hwloc_bitmap_t mask = hwloc_bitmap_alloc();
    enum eb_status status = EB_OK;
    if (!mask || hwloc_topology_load(topology) != 0)
        status = failed("hwloc_topology_load", err);
    else
        status = read_mask(topology, mask, binding, err);
    hwloc_bitmap_free(mask);
    hwloc_topology_destroy(topology);
    return status;
}
