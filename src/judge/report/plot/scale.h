/* An axis as it is drawn: from where to where, straight or in logarithms, and which ticks it has. */
#ifndef EB_JUDGE_REPORT_PLOT_SCALE_H
#define EB_JUDGE_REPORT_PLOT_SCALE_H

#include "judge/report/plot/picture.h"

#include <stddef.h>

#define EB_SCALE_TEXT 24

struct eb_scale_tick {
    double share;             /* of the axis, 0 to 1 */
    const char *given;        /* label, borrowed from the axis; NULL: the next */
    char made[EB_SCALE_TEXT]; /* "": a tick without a label */
    int is_shown;             /* its label: sheets leave out those that would touch others */
};

struct eb_scale {
    int is_log;
    double low; /* of what is shown: logarithms to base 10 if it is_log */
    double high;
    struct eb_scale_tick *ticks; /* owned, ascending */
    size_t tick_count;
};

/* The values that are to be seen. Zero-initialised but for the axis is valid: none yet. */
struct eb_extent {
    const struct eb_axis *axis;
    int any;
    double low; /* as in a scale */
    double high;
};

/* Takes in one more value; what cannot be placed (no number, not positive on a logarithmic axis) is left out.
 */
void eb_extent_add(struct eb_extent *extent, double value);

/* Ends that are given by the axis hold; others leave a little room beyond the data, and a straight axis whose
 * data are positive and far from each other begins at 0. About as many ticks with a label as wanted, unless
 * the axis has its own. -1 when out of memory. Release with eb_scale_free in any case. */
int eb_scale_init(struct eb_scale *scale, const struct eb_extent *extent, size_t wanted);
void eb_scale_free(struct eb_scale *scale);

/* Which share of the axis is below value, NAN where it cannot be placed; beyond 0 and 1 it is not shown. */
double eb_scale_share(const struct eb_scale *scale, double value);

const char *eb_scale_label(const struct eb_scale_tick *tick);

#endif
