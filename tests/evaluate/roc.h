/* Scores of nights into detection at a given rate of false alarms. */
#ifndef EV_ROC_H
#define EV_ROC_H

#include "common/rng.h"

#include <stddef.h>

/* Where the line is drawn so that a share of quiet nights lies above it: those above `line`, and `part` of
 * those that are on it (equal scores are told apart by lot, which makes every rate possible). */
struct ev_line {
    double line;
    double part;
};

/* The quiet scores ascend. */
struct ev_line ev_line_at(const double *quiet, size_t count, double false_alarms);
/* The share of the scores beyond it. */
double ev_beyond(const double *scores, size_t count, struct ev_line line);

void ev_sort(double *values, size_t count);

/* Wilson's interval for a proportion, 95%. */
struct ev_share {
    double low;
    double high;
};
struct ev_share ev_share_of(double hits, double tries);

/* The same nights in the eyes of several methods: [method] has `nights` quiet scores and as many of nights
 * with a shift. Detection of each at the rate, and of each the standard error of its difference to method 0,
 * by resampling nights (the lines drawn anew). */
struct ev_rivals {
    const double *const *quiet;
    const double *const *shifted;
    size_t methods;
    size_t nights;
};
#define EV_METHODS_MOST 8
void ev_detect(const struct ev_rivals *rivals, double false_alarms, struct eb_rng *rng, double *detected,
               double *error);

#endif
