/* What is gathered of a screening while its record is read, for judge/screen_read.c and screen_hosts.c. */
#ifndef EB_JUDGE_SCREEN_READING_H
#define EB_JUDGE_SCREEN_READING_H

#include "judge/screen.h"

/* One pair in one sweep. */
struct eb_screen_raw {
    size_t a;
    size_t b;
    size_t replicate;
    double ns;
    double p99_ns; /* NAN: none */
};

/* What will be one table, or two. */
struct eb_screen_heap {
    struct eb_screen_table table; /* without anything that is owned */
    size_t arm_place;             /* among the arms of the launch that had it first */
    struct eb_screen_raw *items;  /* owned */
    size_t count;
    size_t room;
};

struct eb_screen_reading {
    struct eb_screen *screen;
    const char *path;
    json_t *places;     /* "host NAME", "device NAME", "table KERNEL ...", "replicate ...": to indices */
    int several_places; /* of_ranks: on more hosts than one */
    size_t host_room;
    size_t *known_hosts;          /* owned; of the launch's first ranks, EB_SCREEN_NONE: not yet looked up */
    struct eb_screen_heap *heaps; /* owned */
    size_t heap_count;
    const json_t *launch; /* that is being read */
    size_t launch_index;
};

/* The index of a name of a kind; *is_new where it had none before and has `next` now. EB_SCREEN_NONE when out
 * of memory. */
size_t eb_screen_place(struct eb_screen_reading *reading, const char *kind, const char *name, size_t next,
                       int *is_new);

/* Ranks whose hosts are looked up once a launch; of those beyond each time. */
#define EB_SCREEN_KNOWN 4096

/* Launches of the variant that is screened: whether each has hosts by name. Chooses the variant. */
enum eb_status eb_screen_choose(struct eb_screen_reading *reading, const json_t *record,
                                struct eb_error *err);
int eb_screen_is_of(const struct eb_screen_reading *reading, const json_t *launch);

/* The host that a rank of the launch is on. EB_INVALID where there is no such rank. */
enum eb_status eb_screen_host_of(struct eb_screen_reading *reading, const json_t *item, const json_t *rank,
                                 size_t *host, struct eb_error *err);

/* Puts hosts into the order of their ranks, and raw observations with them. */
enum eb_status eb_screen_order_hosts(struct eb_screen_reading *reading, struct eb_error *err);

/* "run.json: launches[0]: ...": EB_INVALID. */
enum eb_status eb_screen_refused(const struct eb_screen_reading *reading, struct eb_error *err,
                                 const char *reason);

#endif
