#include "judge/nights.h"

#include <math.h>

enum eb_status eb_night_judge(const struct eb_conformal *data, double delta, double *scores, double *offsets,
                              struct eb_night_verdict *verdict, struct eb_error *err)
{
    *verdict = (struct eb_night_verdict){
        .state = EB_NIGHT_LEARNING,
        .nights = data->nights > 0 ? data->nights - 1 : 0,
        .conformal.p = 1,
    };
    if (!(delta >= 0))
        return eb_error_set(err, EB_INVALID, "nights", 0, "delta is %g: it must be at least 0", delta);
    if (verdict->nights < EB_NIGHTS_LEAST)
        return EB_OK;
    enum eb_status status = eb_conformal_test(data, scores, offsets, &verdict->conformal, err);
    if (status != EB_OK)
        return status;
    verdict->state = EB_NIGHT_QUIET;
    /* p is a multiple of 1/nights: with any other night as far out it is at least twice that. */
    if (verdict->conformal.p * (double)data->nights > 1.5)
        return EB_OK;
    for (size_t s = 0; s < data->series; s++)
        if (scores[s] > verdict->conformal.limit && offsets[s] > delta)
            verdict->state = EB_NIGHT_SUSPECT;
    return EB_OK;
}
