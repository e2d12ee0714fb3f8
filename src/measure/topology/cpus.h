/* Sets of processing units, as the kernel writes them down: "0-17,36-53". */
#ifndef EB_MEASURE_TOPOLOGY_CPUS_H
#define EB_MEASURE_TOPOLOGY_CPUS_H

#include <stddef.h>
#include <stdint.h>

#define EB_CPUS_MAX 4096

struct eb_cpu_set {
    uint64_t bits[EB_CPUS_MAX / 64];
};

/* Reads a list. 0, and an empty set, when it is none or names a CPU beyond EB_CPUS_MAX; 1 else. */
int eb_cpu_set_parse(const char *list, struct eb_cpu_set *set);

/* Writes the list, cut with "..." where room is short. Returns text. */
char *eb_cpu_set_format(const struct eb_cpu_set *set, char *text, size_t room);

int eb_cpu_set_has(const struct eb_cpu_set *set, unsigned cpu);
unsigned eb_cpu_set_count(const struct eb_cpu_set *set);
int eb_cpu_set_first(const struct eb_cpu_set *set); /* -1: empty */

/* Whether they have a CPU in common, and whether each of inner is in outer. */
int eb_cpu_sets_meet(const struct eb_cpu_set *a, const struct eb_cpu_set *b);
int eb_cpu_set_within(const struct eb_cpu_set *inner, const struct eb_cpu_set *outer);

#endif
