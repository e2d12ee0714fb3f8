/* The pictures of a report. Each function adds those that the record has figures for, in the order of a page,
 * and none where it has none. EB_INTERNAL when out of memory; what was added before stays. */
#ifndef EB_JUDGE_REPORT_PLOT_PICTURES_H
#define EB_JUDGE_REPORT_PLOT_PICTURES_H

#include "judge/past.h"
#include "judge/report/plot/palette.h"
#include "judge/report/plot/picture.h"
#include "judge/report/sink.h"

/* All of a report's: these in this order, then those of a section together, and each ratio behind what it is
 * of. */
enum eb_status eb_pictures_of_report(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err);

/* "latency", "bandwidth", "message-rate", ...: the shown metric of each kernel but the all-reduce against
 * size, a curve an arm and variant, with intervals as bands; of rates the line rate and the cap of one flow
 * as levels (judge/ceiling.h), of messages as lines, which depend on the size. A picture for each number of
 * ranks and pairs: "bandwidth-4ranks", "latency-8ranks-4pairs" where there are several. The arms of the
 * record that it is compared with stand beside as curves of their own, "*ena", at the same ranks and pairs.
 * Size 0 stands at half of the smallest other. */
enum eb_status eb_pictures_add_sizes(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err);

/* "allreduce" and "allreduce-busbw": time, and bus bandwidth, by size, a curve an arm, variant and algorithm.
 * Where the record that it is compared with has only the mean of the ranks' means, that is "allreduce-2". */
enum eb_status eb_pictures_add_allreduce(const struct eb_report *report, const struct eb_palette *palette,
                                         struct eb_pictures *pictures, struct eb_error *err);

/* "ratio-latency", ...: to the baseline arm by size, with intervals, a level at 1, and a moment at each
 * crossover: from a size that is surely on one side of 1 (its interval leaves 1 out, or there is none) to the
 * next that is surely on the other, where the curve first reaches 1 on the straight lines between neighbours
 * in logarithms. More than a few are counted in the note and not drawn. The algorithms of an all-reduce
 * are one curve where no size has two. */
enum eb_status eb_pictures_add_ratios(const struct eb_report *report, const struct eb_palette *palette,
                                      struct eb_pictures *pictures, struct eb_error *err);

/* "tail-8B", ...: quantiles of round trips, all launches together, at the smallest, the largest and of the
 * others the size nearest 8 KiB, on an axis stretched to log10(1 / (1 - q)): as far as there are samples
 * enough (eb_order_samples_needed). */
enum eb_status eb_pictures_add_tails(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err);

/* "layers": kernel TCP, then what libfabric adds, then what MPI adds, of the half round trip, as a stack by
 * size, of the first arm of each of these transports that nothing recorded contradicts (another adapter,
 * provider or interface): where there are two at least. "layers-large": the sizes at which the stacks are
 * more than four times as high as the first. */
enum eb_status eb_pictures_add_layers(const struct eb_report *report, const struct eb_palette *palette,
                                      struct eb_pictures *pictures, struct eb_error *err);

/* "launches-latency", ...: each launch's value over the median of its series, at the smallest size of each
 * shown metric that has several launches. */
enum eb_status eb_pictures_add_launches(const struct eb_report *report, const struct eb_palette *palette,
                                        struct eb_pictures *pictures, struct eb_error *err);

/* "pairs-latency-ena", ...: a matrix of the pairs' times in us, at the smallest size, where there are more
 * than two pairs; the first four of all kernels and arms. */
enum eb_status eb_pictures_add_pairs(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err);

/* "history-...": the nights of a past that was settled and whose values were fetched: a curve an arm and
 * variant of each kernel at its smallest and largest size, moments at change points (E-divisive), accepted
 * shifts and red nights. At most so many nights, the latest. */
#define EB_PICTURE_NIGHTS 400
enum eb_status eb_pictures_of_history(const struct eb_past *past, const struct eb_palette *palette,
                                      struct eb_pictures *pictures, struct eb_error *err);

#endif
