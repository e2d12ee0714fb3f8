/* The cores that this rank may run on, and where they are: hwloc's side of the topology. */
#ifndef EB_MEASURE_TOPOLOGY_BINDING_H
#define EB_MEASURE_TOPOLOGY_BINDING_H

#include "common/status.h"

#include <stddef.h>
#include <stdint.h>

struct eb_binding {
    char cpus[128]; /* processing units of this rank's mask, as "0-3,8"; cut with "..." where it is longer */
    int cpu_count;  /* how many those are */
    int host_cpus;  /* processing units that this process could be given */
    int core;       /* the one core that all of them are hardware threads of, -1 when there are several */
    uint64_t cache_bytes; /* largest cache that one core reaches: the last level */
};

/* Reads the mask of the calling thread and the size of the machine. EB_INTERNAL when hwloc fails. */
enum eb_status eb_binding_read(struct eb_binding *binding, struct eb_error *err);

/* Whether all processing units of one list are in the other; 0 when a list is cut. */
int eb_cpus_within(const char *inner, const char *outer);

/* How --bind wants ranks bound. */
enum eb_bind_policy {
    EB_BIND_DEFAULT, /* near the NIC where the launcher left the whole machine, else as the launcher did */
    EB_BIND_NIC,     /* near the NIC whatever the launcher did */
    EB_BIND_CORES,   /* the listed processing units, in turn */
    EB_BIND_NONE,    /* as the launcher did */
};

/* Reads "nic", "none" or "core:LIST" with a LIST such as 0,2,4-7; NULL is the default. *list points into
 * text. EB_USAGE names the word. */
enum eb_status eb_bind_parse(const char *text, enum eb_bind_policy *policy, const char **list,
                             struct eb_error *err);

/* What it may begin with: "core:" takes a list; NULL past the last one. */
const char *eb_bind_word_at(size_t index);

/* Binds the calling thread by the policy. local_rank counts the ranks of this host, of which there are
 * local_ranks. nic_cpus is what the kernel says is near the NIC, as in local_cpulist of sysfs, or "" when
 * unknown (near is then anywhere). Each rank gets a core of its own as long as there are as many. EB_USAGE:
 * the list holds what this process cannot have. */
enum eb_status eb_bind(enum eb_bind_policy policy, const char *list, const char *nic_cpus, int local_rank,
                       int local_ranks, struct eb_error *err);

#endif
