/* Where and with what a launch was measured. */
#ifndef EB_MEASURE_PROVENANCE_H
#define EB_MEASURE_PROVENANCE_H

#include "common/arm.h"
#include "common/status.h"
#include "measure/launch/launch.h"

#include <jansson.h>
#include <stdint.h>

/* What each rank says of its place. */
struct eb_placement {
    char host[64];
    char machine[40]; /* the id of its kernel's boot: hosts that have one id are one machine; "" unknown */
    char cpus[128];
    int cpu_count;
    int host_cpus;
    int core;             /* the only core of the mask, -1 when it has several */
    int local_rank;       /* among the ranks of this host */
    int local_ranks;      /* how many those are */
    int first_here;       /* the first rank of this host; and */
    int next_here;        /* the next one, -1 after the last */
    int first_on_machine; /* the same of its machine, whose hosts may be several */
    int next_on_machine;
};

/* This rank's place. EB_INTERNAL when hwloc fails. */
enum eb_status eb_placement_read(struct eb_placement *placement, struct eb_error *err);

/* The next two take placements that eb_placement_count has gone over.
 *
 * 1 when ranks must share cores: more of them on a host than it has, or on one mask of a machine than that
 * has. text, of room bytes, then says which. */
int eb_placement_shares_cores(const struct eb_placement *placements, int ranks, char *text, size_t room);

/* 1 when ranks have hardware threads of one core, each its own; text then says which. */
int eb_placement_shares_threads(const struct eb_placement *placements, int ranks, char *text, size_t room);

/* Fills in who is on which host, of placements whose hosts are known: sorts, so that many ranks are no more
 * than that. EB_INTERNAL when out of memory. */
enum eb_status eb_placement_count(struct eb_placement *placements, int ranks, struct eb_error *err);

/* 1 when all ranks are on one host. */
int eb_placement_is_one_host(const struct eb_placement *placements, int ranks);

/* The "provenance" object of a launch, owned by the caller, NULL when out of memory: hosts, ranks and their
 * cores, CPU, kernel, MPI, the loaded libfabric and its path, environment variables that steer them. */
json_t *eb_provenance(const struct eb_launch *launch, const struct eb_placement *placements);

/* Memory that this host could still give, as /proc/meminfo says; 0 when unknown. */
uint64_t eb_provenance_memory_bytes(void);

/* The time now as "2026-11-23T15:43:00Z"; text has room for 21 bytes. */
void eb_provenance_utc(char *text);

#endif
