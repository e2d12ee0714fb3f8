#include "judge/stats/conformal.h"

#include "judge/stats/order.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* Makes the median absolute deviation of a normal distribution its standard deviation. */
#define NORMAL 1.4826
/* Nights that tie come out of different sums: relative to 1 + |M|, those this near count as tied. */
#define TIE 1e-9

struct room {
    double *sorted;  /* the series over the nights that have it */
    double *others;  /* the same without one */
    double *largest; /* [night] M */
    double *memory;
};

static enum eb_status check(const struct eb_conformal *data, struct eb_error *err)
{
    if (data->nights < 3)
        return eb_error_set(err, EB_INVALID, "conformal", 0,
                            "cannot hold a night against %zu others: it takes at least 2",
                            data->nights > 0 ? data->nights - 1 : 0);
    if (data->series == 0)
        return eb_error_set(err, EB_INVALID, "conformal", 0, "there is no series to hold against the past");
    if (!(data->floor > 0) || !isfinite(data->floor))
        return eb_error_set(err, EB_INVALID, "conformal", 0, "floor is %g: it must be a number above 0",
                            data->floor);
    for (size_t i = 0; i < data->nights; i++)
        for (size_t s = 0; s < data->series; s++) {
            size_t cell = i * data->series + s;
            if ((!data->present || data->present[cell]) && !isfinite(data->z[cell]))
                return eb_error_set(err, EB_INVALID, "conformal", 0,
                                    "series %zu of night %zu is not a finite number", s, i);
        }
    return EB_OK;
}

/* The median of |x - centre| over sorted values: deviations come in order from both sides of the centre. */
static double median_deviation(const double *sorted, size_t count, double centre)
{
    size_t right = 0;
    while (right < count && sorted[right] < centre)
        right++;
    size_t left = right; /* sorted[left - 1] is the next below */
    double before = 0;
    double last = 0;
    for (size_t taken = 0; taken <= count / 2; taken++) {
        double below = left > 0 ? centre - sorted[left - 1] : INFINITY;
        double above = right < count ? sorted[right] - centre : INFINITY;
        before = last;
        last = below < above ? below : above;
        if (below < above)
            left--;
        else
            right++;
    }
    return count % 2 ? last : (before + last) / 2;
}

static size_t place_of(const double *sorted, size_t count, double value)
{
    size_t low = 0;
    size_t high = count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* r of one night's value, which is among the sorted ones, against the others. */
static double score_of(const struct room *room, size_t count, double value, double floor, double *offset)
{
    size_t own = place_of(room->sorted, count, value);
    for (size_t i = 0; i + 1 < count; i++)
        room->others[i] = room->sorted[i + (i >= own)];
    double centre = eb_order_median(room->others, count - 1);
    double scale = NORMAL * median_deviation(room->others, count - 1, centre);
    *offset = value - centre;
    return *offset / (scale > floor ? scale : floor);
}

static void score_series(const struct eb_conformal *data, const struct room *room, size_t s, double *score,
                         double *offset)
{
    *score = 0;
    *offset = 0;
    size_t count = 0;
    for (size_t i = 0; i < data->nights; i++)
        if (!data->present || data->present[i * data->series + s])
            room->sorted[count++] = data->z[i * data->series + s];
    if (count < 3)
        return;
    eb_order_sort(room->sorted, count);
    for (size_t i = 0; i < data->nights; i++) {
        size_t cell = i * data->series + s;
        if (data->present && !data->present[cell])
            continue;
        double own_offset = 0;
        double own = score_of(room, count, data->z[cell], data->floor, &own_offset);
        if (own > room->largest[i])
            room->largest[i] = own;
        if (i + 1 == data->nights) {
            *score = own;
            *offset = own_offset;
        }
    }
}

/* p and limit of the M's; those of a night without any series are -infinity. */
static void rank_tonight(const double *largest, size_t nights, struct eb_conformal_result *result)
{
    double tonight = largest[nights - 1];
    double least = isinf(tonight) ? tonight : tonight - TIE * (1 + fabs(tonight));
    size_t reaching = 1;
    result->limit = -INFINITY;
    for (size_t i = 0; i + 1 < nights; i++) {
        reaching += largest[i] >= least;
        if (largest[i] > result->limit)
            result->limit = largest[i];
    }
    result->p = (double)reaching / (double)nights;
}

enum eb_status eb_conformal_test(const struct eb_conformal *data, double *scores, double *offsets,
                                 struct eb_conformal_result *result, struct eb_error *err)
{
    *result = (struct eb_conformal_result){.p = 1};
    enum eb_status status = check(data, err);
    if (status != EB_OK)
        return status;
    struct room room = {.memory = calloc(data->nights, 3 * sizeof *room.memory)};
    if (!room.memory)
        return eb_error_set(err, EB_INTERNAL, "conformal", ENOMEM,
                            "out of memory for a comparison of nights");
    room.sorted = room.memory;
    room.others = room.sorted + data->nights;
    room.largest = room.others + data->nights;
    for (size_t i = 0; i < data->nights; i++)
        room.largest[i] = -INFINITY;
    double most = -INFINITY;
    for (size_t s = 0; s < data->series; s++) {
        double offset = 0;
        score_series(data, &room, s, &scores[s], &offset);
        if (offsets)
            offsets[s] = offset;
        if (scores[s] == room.largest[data->nights - 1] && scores[s] > most) {
            most = scores[s];
            result->worst = s;
        }
    }
    rank_tonight(room.largest, data->nights, result);
    free(room.memory);
    return EB_OK;
}

size_t eb_conformal_nights_needed(double alpha)
{
    if (!(alpha > 0))
        return SIZE_MAX;
    double nights = ceil(1 / alpha * (1 - 4 * DBL_EPSILON));
    if (nights >= (double)SIZE_MAX)
        return SIZE_MAX;
    return nights < 3 ? 2 : (size_t)nights - 1;
}
