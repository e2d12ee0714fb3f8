/* The cores that this rank may run on. */
#ifndef EB_MEASURE_TOPOLOGY_BINDING_H
#define EB_MEASURE_TOPOLOGY_BINDING_H

#include "common/status.h"

struct eb_binding {
    char cpus[128]; /* processing units of this rank's mask, as "0-3,8"; cut with "..." where it is longer */
    int cpu_count;  /* how many those are */
    int host_cpus;  /* processing units that this process could be given */
};

/* Reads the mask of the calling thread and the size of the machine. EB_INTERNAL when hwloc fails. */
enum eb_status eb_binding_read(struct eb_binding *binding, struct eb_error *err);

#endif
