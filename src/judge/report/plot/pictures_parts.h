/* What the files pictures_*.c share: the series of a report in groups, one for each picture, and words, cells
 * and axes that all pictures have. Nobody else includes it.
 *
 * Functions that give an int are -1 when out of memory, else 0. */
#ifndef EB_JUDGE_REPORT_PLOT_PICTURES_PARTS_H
#define EB_JUDGE_REPORT_PLOT_PICTURES_PARTS_H

#include "common/status.h"
#include "judge/report/plot/palette.h"
#include "judge/report/plot/picture.h"
#include "judge/report/sink.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

/* A series of the report, with what is known beside it; all borrowed. */
struct eb_item {
    const struct eb_series *series;
    const struct eb_ratio *ratio; /* to the baseline; NULL of the record that is compared with */
    const struct eb_ceiling *ceiling;
    uint64_t pairs;   /* at work at once */
    size_t algorithm; /* its place among those of the group, ascending as strcmp has it */
    int other;        /* from the record that this one is compared with */
    int is_joined;    /* its curve is of several algorithms, one at each size */
};

/* What one picture shows: the series of one kernel, metric, number of ranks and of pairs, curve by curve
 * (those of the other record last), sizes ascending in each. */
struct eb_group {
    const struct eb_report *report;
    const struct eb_item *items;
    size_t count;
    size_t own_count; /* the first so many are the record's own: at least one */
    size_t algorithm_count;
    uint64_t smallest_bytes; /* above 0; 1 where there is none */
    int several_ranks;       /* the metric has groups of other numbers of ranks, */
    int several_pairs;       /* or of pairs, too */
    int is_shown;            /* its metric is the first of those that people are shown (judge/metrics.h) */
    int is_shown_beside;     /* no, but of those the other record has no other */
};

/* A run of a group's items: one arm, variant and algorithm. */
struct eb_group_curve {
    const struct eb_item *items;
    size_t count;
};

/* Zero-initialised is valid: none. */
struct eb_groups {
    struct eb_item *items; /* owned, as the next */
    struct eb_group *groups;
    size_t count;
};

/* Adds the pictures of one group. */
typedef enum eb_status eb_group_add(const struct eb_group *group, const struct eb_palette *palette,
                                    struct eb_pictures *pictures, struct eb_error *err);

/* Calls add for each group of a report that is wanted, in the order of reports, until one fails. */
enum eb_status eb_groups_add(const struct eb_report *report, int (*is_wanted)(const struct eb_group *group),
                             eb_group_add *add, const struct eb_palette *palette,
                             struct eb_pictures *pictures, struct eb_error *err);

/* Whether people are shown its metric. */
int eb_group_is_shown(const struct eb_group *group);

/* All groups of a report, in the order of reports. EB_INTERNAL when out of memory. */
enum eb_status eb_groups_of(const struct eb_report *report, struct eb_groups *groups, struct eb_error *err);
void eb_groups_free(struct eb_groups *groups);

/* The group without the other record. */
struct eb_group eb_group_own(const struct eb_group *group);

int eb_group_is_allreduce(const struct eb_group *group);

/* Makes one curve of those of an arm and variant that differ in the algorithm alone, where no size has two of
 * them: what was chosen at each size. *items is what the group then refers to, owned by the caller (free). */
int eb_group_join_algorithms(struct eb_group *group, struct eb_item **items);

/* The curve that begins at *from, which is moved behind it; 0 when there is none. */
int eb_group_next_curve(const struct eb_group *group, size_t *from, struct eb_group_curve *curve);

/* One more curve in the picture with the name, the colour and the dash of this one. NULL when out of memory.
 */
struct eb_curve *eb_group_add_curve(const struct eb_group *group, const struct eb_group_curve *curve,
                                    const struct eb_palette *palette, struct eb_picture *picture,
                                    enum eb_curve_look look);

/* "*ena/slow, ring (WRONG PATH)" as far as it applies. Owned by the caller; NULL when out of memory. */
char *eb_group_curve_name(const struct eb_group *group, const struct eb_group_curve *curve);

/* One more picture, in the section of its kernel: its id is "ID-8ranks-4pairs" where there are such of other
 * ranks and pairs, its title "What, 8 ranks, 4 pairs". Of two ranks, which all kernels of pairs have at
 * least, the title says so only where there are others. NULL when out of memory. */
struct eb_picture *eb_group_add_picture(const struct eb_group *group, struct eb_pictures *pictures,
                                        const char *id, const char *what);

/* "Half round trip", "Bandwidth in one direction": what the group's figures are. Static. */
const char *eb_group_title(const struct eb_group *group);
/* "latency", "message-rate" */
const char *eb_group_id(const struct eb_group *group);
/* "half round trip, us", written to text, which is returned. */
const char *eb_group_label(const struct eb_group *group, char *text, size_t text_bytes);

/* Adds the launches that values and intervals are of, in words, to the picture's note, and what the stars
 * mean. of: what the values are, such as "value". interval: such as "the band". */
int eb_group_set_note(const struct eb_group *group, struct eb_picture *picture, const char *of,
                      const char *interval, const char *more);

/* "35.4 us [34.9, 36.0]", written to text, which is returned. */
char *eb_cell_of_series(const struct eb_series *series, char *text, size_t text_bytes);
#define EB_PICTURE_CELL 200

/* The axis of sizes below all of the group's series. */
int eb_axis_set_sizes(const struct eb_group *group, struct eb_axis *axis);
/* Where a size stands on it: size 0 at half of the smallest other. */
double eb_size_place(const struct eb_group *group, uint64_t size_bytes);

/* The y axis in logarithms, as far as the points and their bands reach, with ticks at round numbers and unit
 * ("x", "") behind them. */
int eb_picture_fit_y(struct eb_picture *picture, const char *label, const char *unit);

/* The pictures of these groups' figures by size: a group's metric as it is, with bands and ceilings. */
enum eb_status eb_pictures_add_figures(const struct eb_group *group, const struct eb_palette *palette,
                                       struct eb_pictures *pictures, struct eb_error *err);

static inline enum eb_status eb_pictures_no_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for pictures");
}

#endif
