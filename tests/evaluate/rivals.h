/* The same made nights in the eyes of efabench's gate and of its opponents: what each finds at equal rates of
 * false alarms, and what each finds as it stands. */
#ifndef EV_RIVALS_H
#define EV_RIVALS_H

#include "generator.h"

/* With a pinned control in the same allocation; with nothing but what was measured before. */
enum ev_form { EV_CONTROL, EV_HISTORY, EV_FORMS };

enum ev_method {
    EV_OURS,          /* maxT on pairs; the conformal test */
    EV_STORED,        /* AWS's rule, its base a run of thirty nights ago */
    EV_STORED_CLOSER, /* its base the control, or last night's run; no run has a slow first sweep */
    EV_STORED_STRICT, /* the same, and no size may fail */
    EV_POOLED_RANKS,  /* Mann and Whitney over all iterations; its base the control, or last night */
    EV_METHODS,
};

#define EV_SHIFTS 6
#define EV_CONDITIONS (1 + EV_SHIFTS * EV_PLACES) /* the first: quiet */
#define EV_GROUPS_EVERY 4 /* groups take forty times as long as pairs: every fourth night has them */

/* As its user meets it, without any line drawn for it. */
enum ev_standing {
    EV_STANDS_PAIRS,
    EV_STANDS_GROUPS,
    EV_STANDS_SUSPECT,
    EV_STANDS_RED,
    EV_STANDS_STORED,
    EV_STANDS_POOLED_CONTROL,
    EV_STANDS_POOLED_HISTORY,
    EV_STANDINGS,
};

struct ev_rivalry {
    size_t nights;
    double *scores[EV_FORMS][EV_CONDITIONS][EV_METHODS]; /* owned by memory */
    double alarms[EV_CONDITIONS][EV_STANDINGS];          /* shares of the nights that were judged so */
    double *memory;
};

extern const double ev_shift_percents[EV_SHIFTS];

void ev_rivalry_new(struct ev_rivalry *rivalry, const struct ev_settings *settings, size_t nights,
                    uint64_t seed);
void ev_rivalry_free(struct ev_rivalry *rivalry);

enum ev_place ev_condition_place(size_t condition);
double ev_condition_percent(size_t condition);

#endif
