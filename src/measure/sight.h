/* All counters that the witness looks at, read at one moment: those of every netdev and of some RDMA devices
 * of a host. */
#ifndef EB_MEASURE_SIGHT_H
#define EB_MEASURE_SIGHT_H

#include "measure/topology/counters.h"

#include <stddef.h>
#include <stdint.h>

struct eb_sighted {
    char name[64];
    int is_rdma;
    struct eb_counters counters;
    int is_quiet; /* for who listens: too little to mean anything */
};

/* Zero-initialised is a valid empty one. */
struct eb_sight {
    uint64_t at_ns;          /* common/clock.h */
    struct eb_sighted *nics; /* owned */
    size_t count;
};

/* The RDMA devices of the efa driver below root, *count of them; released by eb_tree_names_free. */
char **eb_sight_efa_devices(const char *root, size_t *count);

/* Reads the counters of all netdevs and of the RDMA devices named; several of these are there once more,
 * together, under EB_SIGHT_TOGETHER. What cannot be read is left out. */
#define EB_SIGHT_TOGETHER "the EFA devices together"
void eb_sight_take(const char *root, char *const *rdma, size_t rdma_count, struct eb_sight *sight);
void eb_sight_forget(struct eb_sight *sight);

/* NULL when it is not there. */
const struct eb_sighted *eb_sight_find(const struct eb_sight *sight, const char *name, int is_rdma);

/* What a device that is in `after` carried between the two; nothing when it was not in `before`. */
struct eb_counters eb_sight_between(const struct eb_sight *before, const struct eb_sighted *after);

#endif
