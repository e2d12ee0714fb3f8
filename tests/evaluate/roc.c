#include "roc.h"

#include "generator.h"

#include <math.h>
#include <stdlib.h>

#define RESAMPLED 100

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

void ev_sort(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
}

struct ev_line ev_line_at(const double *quiet, size_t count, double false_alarms)
{
    double wanted = false_alarms * (double)count;
    size_t index = count - 1 - (size_t)fmin(floor(wanted), (double)(count - 1));
    double line = quiet[index];
    double above = 0;
    double on = 0;
    for (size_t i = 0; i < count; i++) {
        above += quiet[i] > line;
        on += quiet[i] == line;
    }
    return (struct ev_line){line, fmax(0, (wanted - above) / on)};
}

double ev_beyond(const double *scores, size_t count, struct ev_line line)
{
    double beyond = 0;
    for (size_t i = 0; i < count; i++)
        beyond += scores[i] > line.line ? 1 : scores[i] == line.line ? line.part : 0;
    return beyond / (double)count;
}

struct ev_share ev_share_of(double hits, double tries)
{
    double z = 1.959964;
    double share = hits / tries;
    double middle = share + z * z / (2 * tries);
    double half = z * sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries));
    double scale = 1 + z * z / tries;
    return (struct ev_share){fmax(0, (middle - half) / scale), fmin(1, (middle + half) / scale)};
}

static double detection(double *quiet, const double *shifted, size_t nights, double false_alarms)
{
    ev_sort(quiet, nights);
    return ev_beyond(shifted, nights, ev_line_at(quiet, nights, false_alarms));
}

void ev_detect(const struct ev_rivals *rivals, double false_alarms, struct eb_rng *rng, double *detected,
               double *error)
{
    size_t nights = rivals->nights;
    double *quiet = malloc(2 * nights * sizeof *quiet);
    size_t *drawn = malloc(nights * sizeof *drawn);
    double sums[EV_METHODS_MOST] = {0};
    double squares[EV_METHODS_MOST] = {0};
    if (!quiet || !drawn || rivals->methods > EV_METHODS_MOST)
        ev_die("out of memory");
    double *shifted = quiet + nights;
    for (int r = 0; r <= RESAMPLED; r++) {
        for (size_t i = 0; i < nights; i++)
            drawn[i] = r == 0 ? i : (size_t)eb_rng_below(rng, nights);
        double found[EV_METHODS_MOST];
        for (size_t m = 0; m < rivals->methods; m++) {
            for (size_t i = 0; i < nights; i++) {
                quiet[i] = rivals->quiet[m][drawn[i]];
                shifted[i] = rivals->shifted[m][drawn[i]];
            }
            found[m] = detection(quiet, shifted, nights, false_alarms);
            if (r == 0)
                detected[m] = found[m];
            else {
                double difference = found[0] - found[m];
                sums[m] += difference;
                squares[m] += difference * difference;
            }
        }
    }
    for (size_t m = 0; m < rivals->methods; m++) {
        double mean = sums[m] / RESAMPLED;
        error[m] = sqrt(fmax(0, squares[m] / RESAMPLED - mean * mean));
    }
    free(quiet);
    free(drawn);
}
