#include "ours.h"

#include "judge/stats/maxt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(enum eb_status status, const struct eb_error *err)
{
    if (status != EB_OK)
        ev_die(err->text);
}

struct ev_shifts ev_shifts_of(double percent, enum ev_place place)
{
    struct ev_shifts shifts = {{0}};
    for (size_t s = 0; s < EV_SERIES; s++)
        shifts.by[s] = ev_is_in(place, s) ? log1p(percent / 100) : 0;
    return shifts;
}

double ev_least_p(const struct ev_launch *base, const struct ev_launch *now, const struct ev_shifts *shifts,
                  size_t launches, int paired, double delta)
{
    double values[EV_SERIES * 2 * EV_LAUNCHES_MOST];
    double p[EV_SERIES];
    size_t columns = paired ? launches : 2 * launches;
    for (size_t s = 0; s < EV_SERIES; s++)
        for (size_t l = 0; l < launches; l++) {
            double worse = now[l].x[s] + (shifts ? shifts->by[s] : 0);
            double *row = values + s * columns;
            if (paired) {
                row[l] = worse - base[l].x[s];
            } else {
                row[l] = base[l].x[s];
                row[launches + l] = worse;
            }
        }
    struct eb_maxt data = {
        .values = values, .series = EV_SERIES, .launches = columns, .delta = delta, .seed = 1};
    struct eb_error err = {0};
    must(paired ? eb_maxt_pairs(&data, p, NULL, &err) : eb_maxt_groups(&data, launches, p, NULL, &err), &err);
    double least = 1;
    for (size_t s = 0; s < EV_SERIES; s++)
        least = fmin(least, p[s]);
    return least;
}

void ev_night_of(const struct ev_launch *launches, size_t count, struct ev_night *night)
{
    for (size_t s = 0; s < EV_SERIES; s++) {
        double sum = 0;
        for (size_t l = 0; l < count; l++)
            sum += launches[l].x[s];
        night->z[s] = sum / (double)count;
    }
}

void ev_judge_night(const struct ev_night *nights, size_t before, const struct ev_night *tonight,
                    const struct ev_shifts *shifts, double delta, struct ev_night_seen *seen)
{
    struct ev_night rows[EV_NIGHTS_MOST + 1];
    memcpy(rows, nights, before * sizeof *rows);
    for (size_t s = 0; s < EV_SERIES; s++)
        rows[before].z[s] = tonight->z[s] + (shifts ? shifts->by[s] : 0);
    struct eb_conformal data = {
        .z = rows[0].z, .nights = before + 1, .series = EV_SERIES, .floor = EB_NIGHTS_FLOOR};
    double scores[EV_SERIES];
    double offsets[EV_SERIES];
    struct eb_night_verdict verdict;
    struct eb_error err = {0};
    must(eb_night_judge(&data, delta, scores, offsets, &verdict, &err), &err);
    double beyond = scores[verdict.conformal.worst] / verdict.conformal.limit;
    seen->suspect = verdict.state == EB_NIGHT_SUSPECT;
    seen->score = beyond / (1 + fabs(beyond)) - 2 * (double)data.nights * verdict.conformal.p;
    for (size_t s = 0; s < EV_SERIES; s++)
        seen->out_of_line[s] = scores[s] > verdict.conformal.limit && offsets[s] > delta;
}
