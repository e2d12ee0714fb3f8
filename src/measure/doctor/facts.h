/* What a doctor must know of one node and of the process that looks at it, before it judges.
 *
 * All of it is read below a root directory, from sysfs, procfs, /dev and /opt/amazon, so that a tree can
 * stand for a node that is not here; with root "" it is this host and this process. What libfabric says can
 * only be asked of a process: the caller fills it in on a live host (cli/efabench_doctor.c); in a tree the
 * file /efabench/libfabric says it in lines "version 1.20", "path /opt/amazon/efa/lib64/libfabric.so.1", "efa
 * yes" (or no). Counters that a tree cannot have as files (ethtool -S) stand in /efabench/ethtool-S/NETDEV as
 * lines "NAME VALUE". */
#ifndef EB_MEASURE_DOCTOR_FACTS_H
#define EB_MEASURE_DOCTOR_FACTS_H

#include "common/status.h"
#include "measure/topology/cpus.h"
#include "measure/topology/inventory.h"

#include <stddef.h>
#include <stdint.h>

#define EB_BYTES_UNKNOWN (UINT64_MAX - 1)
#define EB_BYTES_UNLIMITED UINT64_MAX

/* Whether something is so. */
enum eb_known { EB_KNOWN_NOT, EB_KNOWN_NO, EB_KNOWN_YES };

struct eb_libfabric {
    char version[32]; /* "1.20"; "" unknown, as in the next */
    char path[256];   /* of the shared object that is loaded, or would be */
    enum eb_known lists_efa;
    char died[64]; /* how the process that asked for efa ended, "" when it came back */
};

struct eb_node_facts {
    char host[64];
    struct eb_inventory inventory;
    int is_aws;           /* EC2, Nitro or Xen */
    size_t efa_devices;   /* RDMA devices of the efa driver */
    size_t efa_functions; /* PCI functions that are EFA, whoever drives them; at least efa_devices */
    enum eb_known efa_module;
    enum eb_known uverbs_module;
    size_t uverbs;         /* /dev/infiniband/uverbs* of EFA, or of nobody knows what */
    size_t foreign_uverbs; /* those of other RDMA devices */

    uint64_t memlock_bytes;
    int may_lock;    /* CAP_IPC_LOCK: the limit does not bind this process */
    long huge_total; /* -1: unknown, as in the next three */
    long huge_free;  /* without those that are promised to somebody */
    long ptrace_scope;
    char kernel[64]; /* "6.1.0-18-cloud-amd64" */

    struct eb_cpu_set cpus;  /* that this process may run on; empty: unknown */
    char cpu_list[128];      /* the same, cut with "..." */
    int core;                /* lowest hardware thread of the only core of cpus, -1: several, or unknown */
    struct eb_cpu_set *numa; /* the CPUs of each NUMA node; owned */
    size_t numa_count;
    char governor[32];    /* "powersave" where any CPU has it, else that of the first; "" none */
    char idle_state[32];  /* the deepest that is enabled, "" none */
    long idle_latency_us; /* what leaving it takes */
    char clock_source[32];

    char subnets[256];   /* "10.0.0.0/24 on ens5, 10.0.1.0/24 on ens6", of ENAs before others; "" unknown */
    char throttled[128]; /* ENA allowances that were exceeded since boot: "bw_in 12 on ens5" */
    enum eb_known allowances; /* whether they could be read: YES, NO (there are none) or NOT */

    char installer[32];           /* version of the EFA installer, "" not there, as in the next */
    char installer_libfabric[32]; /* of the libfabric that it brought */
    struct eb_libfabric libfabric;

    char *environment; /* NAME=VALUE, each ended by a 0, as /proc/self/environ; owned, NULL unknown */
    size_t environment_bytes;
};

/* Reads everything but, with root "", libfabric. EB_USAGE when root is no directory, EB_INTERNAL when memory
 * is out. Release with eb_node_facts_free in any case. */
enum eb_status eb_node_facts_read(const char *root, struct eb_node_facts *facts, struct eb_error *err);
void eb_node_facts_free(struct eb_node_facts *facts);

/* A variable of the process that is looked at; NULL when it is not set, or the environment is unknown. */
const char *eb_node_facts_variable(const struct eb_node_facts *facts, const char *name);

/* The CPUs of a NUMA node. 0 when unknown. */
int eb_node_facts_numa_cpus(const struct eb_node_facts *facts, int node, struct eb_cpu_set *cpus);

#endif
