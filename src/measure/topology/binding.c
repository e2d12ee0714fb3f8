#include "measure/topology/binding.h"

#include <errno.h>
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status failed(const char *call, struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "hwloc", errno, "%s: %s", call, strerror(errno));
}

static uint64_t largest_cache(hwloc_topology_t topology)
{
    static const hwloc_obj_type_t levels[] = {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L3CACHE,
                                              HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L5CACHE};
    uint64_t most = 0;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        hwloc_obj_t cache = hwloc_get_obj_by_type(topology, levels[i], 0);
        if (cache && cache->attr->cache.size > most)
            most = cache->attr->cache.size;
    }
    return most;
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
    hwloc_obj_t core = hwloc_get_obj_covering_cpuset(topology, mask);
    while (core && core->type != HWLOC_OBJ_CORE)
        core = core->parent;
    binding->core = core ? (int)core->logical_index : -1;
    binding->cache_bytes = largest_cache(topology);
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

static const char *const words[] = {"nic", "none", "core:"};

const char *eb_bind_word_at(size_t index)
{
    return index < sizeof words / sizeof *words ? words[index] : NULL;
}

enum eb_status eb_bind_parse(const char *text, enum eb_bind_policy *policy, const char **list,
                             struct eb_error *err)
{
    *list = NULL;
    *policy = EB_BIND_DEFAULT;
    if (!text)
        return EB_OK;
    if (strcmp(text, words[0]) == 0) {
        *policy = EB_BIND_NIC;
    } else if (strcmp(text, words[1]) == 0) {
        *policy = EB_BIND_NONE;
    } else if (strncmp(text, words[2], 5) == 0 && text[5] &&
               text[5 + strspn(text + 5, "0123456789,-")] == '\0') {
        *policy = EB_BIND_CORES;
        *list = text + 5;
    } else {
        return eb_error_set(err, EB_USAGE, "binding", 0,
                            "--bind: '%s' is none of nic, none, core:LIST (such as core:0,2,4-7)", text);
    }
    return EB_OK;
}

/* The local_rank-th processing unit of the set, one of each core before the second of any. */
static int pick(hwloc_topology_t topology, hwloc_const_bitmap_t set, int local_rank)
{
    int count = hwloc_bitmap_weight(set);
    int wanted = count > 0 ? local_rank % count : 0;
    int cores = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
    for (unsigned thread = 0; thread < 64; thread++)
        for (int i = 0; i < cores; i++) {
            hwloc_obj_t core = hwloc_get_obj_by_type(topology, HWLOC_OBJ_CORE, (unsigned)i);
            unsigned seen = 0;
            int unit = -1;
            for (int at = hwloc_bitmap_first(core->cpuset); at >= 0; at = hwloc_bitmap_next(core->cpuset, at))
                if (hwloc_bitmap_isset(set, (unsigned)at) && seen++ == thread)
                    unit = at;
            if (unit >= 0 && wanted-- == 0)
                return unit;
        }
    return -1;
}

static enum eb_status bind_to(hwloc_topology_t topology, int unit, struct eb_error *err)
{
    hwloc_bitmap_t one = hwloc_bitmap_alloc();
    hwloc_bitmap_only(one, (unsigned)unit);
    int failure = hwloc_set_cpubind(topology, one, HWLOC_CPUBIND_THREAD);
    hwloc_bitmap_free(one);
    return failure ? failed("hwloc_set_cpubind", err) : EB_OK;
}

static enum eb_status bad_list(const char *list, struct eb_error *err)
{
    return eb_error_set(err, EB_USAGE, "binding", 0,
                        "--bind: 'core:%s' is no list of cores: write such as core:0,2,4-7", list);
}

/* The local_rank-th of the list, in the order in which it is written down. */
static enum eb_status bind_by_list(hwloc_topology_t topology, const char *list, int local_rank,
                                   struct eb_error *err)
{
    hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(topology);
    int units[1024];
    int count = 0;
    for (const char *at = list; *at;) {
        char *end = NULL;
        long low = strtol(at, &end, 10);
        long high = low;
        if (end == at || *at == '-')
            return bad_list(list, err);
        if (*end == '-') {
            at = end + 1;
            high = strtol(at, &end, 10);
            if (end == at || high < low)
                return bad_list(list, err);
        }
        for (long unit = low; unit <= high && count < 1024; unit++) {
            if (!hwloc_bitmap_isset(allowed, (unsigned)unit))
                return eb_error_set(err, EB_USAGE, "binding", 0,
                                    "--bind: core %ld of 'core:%s' is not one that this process may have",
                                    unit, list);
            units[count++] = (int)unit;
        }
        if ((*end && *end != ',') || (*end == ',' && !end[1]))
            return bad_list(list, err);
        at = end + (*end == ',');
    }
    return count > 0 ? bind_to(topology, units[local_rank % count], err) : bad_list(list, err);
}

/* Near the NIC: a core of those that the kernel calls local to it, when there are as many as ranks; else of
 * all that there are. */
static enum eb_status bind_near(hwloc_topology_t topology, const char *nic_cpus, int local_rank,
                                int local_ranks, struct eb_error *err)
{
    hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(topology);
    hwloc_bitmap_t near = hwloc_bitmap_alloc();
    if (!nic_cpus[0] || hwloc_bitmap_list_sscanf(near, nic_cpus) != 0)
        hwloc_bitmap_copy(near, allowed);
    hwloc_bitmap_and(near, near, allowed);
    if (hwloc_bitmap_weight(near) < local_ranks)
        hwloc_bitmap_copy(near, allowed);
    int unit = pick(topology, near, local_rank);
    hwloc_bitmap_free(near);
    return unit >= 0 ? bind_to(topology, unit, err) : EB_OK;
}

enum eb_status eb_bind(enum eb_bind_policy policy, const char *list, const char *nic_cpus, int local_rank,
                       int local_ranks, struct eb_error *err)
{
    hwloc_topology_t topology;
    struct eb_binding now;
    if (policy == EB_BIND_NONE)
        return EB_OK;
    enum eb_status status = eb_binding_read(&now, err);
    if (status != EB_OK)
        return status;
    /* Whoever bound this process, or put more ranks here than there are cores, had a reason. */
    if (policy == EB_BIND_DEFAULT && (now.cpu_count < now.host_cpus || local_ranks > now.host_cpus))
        return EB_OK;
    if (hwloc_topology_init(&topology) != 0)
        return failed("hwloc_topology_init", err);
    if (hwloc_topology_load(topology) != 0)
        status = failed("hwloc_topology_load", err);
    else if (policy == EB_BIND_CORES)
        status = bind_by_list(topology, list, local_rank, err);
    else
        status = bind_near(topology, nic_cpus, local_rank, local_ranks, err);
    hwloc_topology_destroy(topology);
    return status;
}

int eb_cpus_within(const char *inner, const char *outer)
{
    hwloc_bitmap_t a = hwloc_bitmap_alloc();
    hwloc_bitmap_t b = hwloc_bitmap_alloc();
    int within = !strchr(inner, '.') && !strchr(outer, '.') && hwloc_bitmap_list_sscanf(a, inner) == 0 &&
                 hwloc_bitmap_list_sscanf(b, outer) == 0 && hwloc_bitmap_isincluded(a, b);
    hwloc_bitmap_free(a);
    hwloc_bitmap_free(b);
    return within;
}
