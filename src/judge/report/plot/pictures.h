/* The pictures of a report. Each function adds those that the record has figures for, in the order of a page,
 * and none where it has none. EB_INTERNAL when out of memory; what was added before stays. */
#ifndef EB_JUDGE_REPORT_PLOT_PICTURES_H
#define EB_JUDGE_REPORT_PLOT_PICTURES_H

#include "judge/past.h"
#include "judge/report/plot/palette.h"
#include "judge/report/plot/picture.h"
#include "judge/report/sink.h"

/* All of a report's, in this order: */
enum eb_status eb_pictures_of_report(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err);

/* "latency", "bandwidth", "message-rate", ...: each shown metric of each kernel but the all-reduce against
 * size, a curve an arm and variant, with intervals as bands; of rates the line rate and the cap of one flow
 * as levels (judge/ceiling.h). A picture for each number of ranks and pairs. The arms of the record that it
 * is compared with stand beside as curves of their own, "*ena". */
enum eb_status eb_pictures_add_sizes(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err);

/* "ratio-latency", ...: to the baseline arm by size, with intervals, a level at 1, and a moment at each
 * crossover: where two neighbouring sizes have opposite signs, on the straight line between them in
 * logarithms. */
enum eb_status eb_pictures_add_ratios(const struct eb_report *report, const struct eb_palette *palette,
                                      struct eb_pictures *pictures, struct eb_error *err);

/* "tail-8B", ...: quantiles of round trips, all launches together, the smallest, a middle and the largest
 * size, on an axis stretched to log10(1 / (1 - q)): as far as there are samples enough
 * (eb_order_samples_needed). */
enum eb_status eb_pictures_add_tails(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err);

/* "allreduce", ...: time by size, a curve an arm, variant and algorithm. */
enum eb_status eb_pictures_add_allreduce(const struct eb_report *report, const struct eb_palette *palette,
                                         struct eb_pictures *pictures, struct eb_error *err);

/* "layers": kernel TCP, then what libfabric adds, then what MPI adds, of the half round trip, as a stack by
 * size; where the record has one arm of each at least two of these transports. */
enum eb_status eb_pictures_add_layers(const struct eb_report *report, const struct eb_palette *palette,
                                      struct eb_pictures *pictures, struct eb_error *err);

/* "launches-latency", ...: each launch's value over the median of its series, at the smallest size of each
 * shown metric. */
enum eb_status eb_pictures_add_launches(const struct eb_report *report, const struct eb_palette *palette,
                                        struct eb_pictures *pictures, struct eb_error *err);

/* "pairs-...": a matrix of the pairs' times, where there are more than two pairs. */
enum eb_status eb_pictures_add_pairs(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err);

/* "history-...": the nights of a past that was settled and whose values were fetched: a curve an arm and
 * variant of each kernel at its smallest and largest size, moments at change points (E-divisive), accepted
 * shifts and red nights. At most so many nights, the latest. */
#define EB_PICTURE_NIGHTS 400
enum eb_status eb_pictures_of_history(const struct eb_past *past, const struct eb_palette *palette,
                                      struct eb_pictures *pictures, struct eb_error *err);

#endif
