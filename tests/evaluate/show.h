/* Prints what was found, as markdown tables on standard output. */
#ifndef EV_SHOW_H
#define EV_SHOW_H

#include "rivals.h"
#include "targets.h"

/* One row of the table of targets. */
struct ev_target {
    const char *test;
    double limit; /* of the share; NAN: no target, only told */
    int at_least; /* else at most */
};

void ev_show_world(const struct ev_settings *settings, size_t repetitions, uint64_t seed);
void ev_show_targets_head(void);
/* 1 when there is a target and it is missed. */
int ev_show_target(const struct ev_target *target, struct ev_rate rate);
void ev_show_standings(const struct ev_rivalry *rivalry);
/* 1 when AWS's rule finds more than efabench anywhere. */
int ev_show_rivalry(const struct ev_rivalry *rivalry, uint64_t seed);

#endif
