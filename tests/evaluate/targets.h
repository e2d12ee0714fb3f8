/* How often efabench's verdicts are wrong, and how often they find what there is. */
#ifndef EV_TARGETS_H
#define EV_TARGETS_H

#include "generator.h"

/* A share of tries; of tries that come in clusters (series of a night, nights of a history) `tries` is how
 * many independent ones would be as sure. */
struct ev_rate {
    double share;
    double tries;
};

/* A comparison of two sides, or of a shift. */
struct ev_trial {
    size_t launches;
    int paired;
    double delta;
    int other_night; /* the sides come from two allocations */
    double percent;  /* shift; 0: A against A */
    enum ev_place place;
};

struct ev_rate ev_alarms(const struct ev_settings *settings, const struct ev_trial *trial, size_t repetitions,
                         uint64_t seed);

/* Quiet nights in a row, each held against as many accepted before it (at most EV_NIGHTS_MOST, ours.h). A
 * suspect night is measured again at once, on the next allocation; a run that is suspect as the run before it
 * was is red, and neither is ever accepted; a suspect run alone is. */
struct ev_quiet {
    struct ev_rate suspect;
    struct ev_rate red;
    struct ev_rate red_same; /* of these, those where one series was out of line in both runs */
};
#define EV_QUIET_NIGHTS 40 /* of a repetition */

void ev_quiet_nights(const struct ev_settings *settings, size_t before, size_t repetitions, uint64_t seed,
                     struct ev_quiet *quiet);

/* Of all series, at k launches: intervals that hold the truth; called equivalent though delta apart; called
 * equivalent when there is no difference. */
struct ev_estimates {
    struct ev_rate covered_groups;
    struct ev_rate covered_pairs;
    struct ev_rate equivalent_apart;
    struct ev_rate equivalent_same;
};

void ev_estimates(const struct ev_settings *settings, size_t launches, size_t repetitions, uint64_t seed,
                  struct ev_estimates *estimates);

/* The effect in percent that a comparison of k pairs prints as visible in this world. */
double ev_visible_percent(const struct ev_settings *settings, size_t launches);

#endif
