/* What one series did over the nights of one kind, in their order: for judge/report/history_show.c and for
 * the pictures of a history. */
#ifndef EB_JUDGE_REPORT_HISTORY_COURSE_H
#define EB_JUDGE_REPORT_HISTORY_COURSE_H

#include "common/status.h"
#include "judge/past.h"

#include <stddef.h>

#define EB_NIGHT_CHANGES_MAX 64 /* of one series */

/* One series at a time: eb_night_course_begin, then eb_night_course_follow for each, then the end. Zero-
 * initialised may be ended. */
struct eb_night_course {
    const struct eb_past *past;
    struct eb_sequence sequence; /* the nights of the kind; owned */
    size_t start;                /* place in it of the last accepted shift, 0 where there is none */
    const struct eb_past_series *series;
    double *z;      /* of the nights that have the series; owned */
    size_t *nights; /* which those are, in the past; owned */
    size_t *places; /* and in the sequence; owned */
    size_t count;
    size_t since; /* the first of them that is not before start */
    double *room; /* owned */
    const struct eb_past_value *latest;
};

/* EB_INTERNAL when out of memory. */
enum eb_status eb_night_course_begin(const struct eb_past *past, size_t kind, struct eb_night_course *course,
                                     struct eb_error *err);
void eb_night_course_end(struct eb_night_course *course);

/* Fills series to since and latest (NULL: no night has it) for a series of the past. */
void eb_night_course_follow(struct eb_night_course *course, size_t series);

/* The median of z[first..end), first below end. */
double eb_night_course_median(const struct eb_night_course *course, size_t first, size_t end);

/* A z of the series in its metric's unit. */
double eb_night_course_level(const struct eb_night_course *course, double z);

struct eb_night_change {
    size_t at;     /* index in z of the first night after it */
    double before; /* level (median) of the nights before it, back to the one before, and after it, up to the
                      next; in the metric's unit */
    double after;
    double percent_worse;
    double p;
};

/* Where z[first..count) changes (judge/stats/edivisive.h, whose statuses these are), at the most
 * EB_NIGHT_CHANGES_MAX times. */
enum eb_status eb_night_course_changes(const struct eb_night_course *course, size_t first,
                                       struct eb_night_change *changes, size_t *found, struct eb_error *err);

#endif
