/* Is tonight unlike the nights before, over all series at once? A conformal test.
 *
 * Over the nights, tonight among them, r_si = (z_si - median of the other nights) / max(1.4826 MAD of the
 * others, floor), M_i = max over s of r_si, p = #{i: M_i >= M_tonight} / nights. Where the nights are
 * exchangeable P(p <= a) <= a, whatever the distribution and however many series (Vovk, Gammerman and
 * Shafer, Algorithmic Learning in a Random World, 2005, proposition 2.4). One-sided: large is worse. */
#ifndef EB_JUDGE_STATS_CONFORMAL_H
#define EB_JUDGE_STATS_CONFORMAL_H

#include "common/status.h"

#include <stddef.h>

/* Borrowed. z[i * series + s], the last row is tonight. */
struct eb_conformal {
    const double *z;
    const unsigned char *present; /* of the same shape, 0: the night lacks the series; NULL: all are there */
    size_t nights;                /* with tonight */
    size_t series;
    double floor; /* the least scale, above 0, in the unit of z */
};

struct eb_conformal_result {
    double p;
    double limit; /* the largest M of the other nights: a series of tonight above it is out of line; -infinity
                     where none of them has one */
    size_t worst; /* the series of tonight's M; 0 where tonight has none, p being 1 then */
};

/* scores[s] is r of tonight, 0 where tonight, or fewer than two of the others, have the series; offsets[s]
 * (may be NULL) the numerator alone, in the unit of z. EB_INVALID for fewer than 3 nights, no series, NaN or
 * an infinity among the values, a floor not above 0; EB_INTERNAL when out of memory. */
enum eb_status eb_conformal_test(const struct eb_conformal *data, double *scores, double *offsets,
                                 struct eb_conformal_result *result, struct eb_error *err);

/* The nights before tonight that p = alpha takes at least: 19 at 0.05. Never below the 2 of the test. */
size_t eb_conformal_nights_needed(double alpha);

#endif
