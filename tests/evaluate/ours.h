/* efabench's own verdicts on made launches, by the library's functions and its defaults. */
#ifndef EV_OURS_H
#define EV_OURS_H

#include "generator.h"
#include "judge/nights.h"

#define EV_ALPHA 0.05
#define EV_DELTA 0.019802627296179712 /* ln 1.02 */

/* How much slower each series is than it was, as a logarithm. */
struct ev_shifts {
    double by[EV_SERIES];
};

/* percent in the series of the place; of a rate its time is meant. */
struct ev_shifts ev_shifts_of(double percent, enum ev_place place);

/* The least adjusted p of any series: below alpha some series is regressed. shifts may be NULL. */
double ev_least_p(const struct ev_launch *base, const struct ev_launch *now, const struct ev_shifts *shifts,
                  size_t launches, int paired, double delta);

/* z of a night: the mean over its launches, which is what a history keeps. */
struct ev_night {
    double z[EV_SERIES];
};

void ev_night_of(const struct ev_launch *launches, size_t count, struct ev_night *night);

#define EV_NIGHTS_MOST 60

struct ev_night_seen {
    int suspect;
    double score; /* to sweep: the place of tonight among the nights, then how far it is beyond the others */
    unsigned char out_of_line[EV_SERIES]; /* beyond what any series of the nights before was, and by delta */
};

/* tonight against `before` nights, at most EV_NIGHTS_MOST. */
void ev_judge_night(const struct ev_night *nights, size_t before, const struct ev_night *tonight,
                    const struct ev_shifts *shifts, double delta, struct ev_night_seen *seen);

#endif
