#include "judge/report/history_course.h"

#include "judge/judgement.h"
#include "judge/report/history_write.h"
#include "judge/stats/edivisive.h"
#include "judge/stats/order.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SEED 1

enum eb_status eb_night_course_begin(const struct eb_past *past, size_t kind, struct eb_night_course *course,
                                     struct eb_error *err)
{
    unsigned char *alike = calloc(past->kind_count + 1, 1);
    *course = (struct eb_night_course){.past = past};
    course->z = calloc(past->night_count + 1, sizeof *course->z);
    course->room = calloc(past->night_count + 1, sizeof *course->room);
    course->nights = calloc(past->night_count + 1, sizeof *course->nights);
    course->places = calloc(past->night_count + 1, sizeof *course->places);
    enum eb_status status =
        alike && course->z && course->room && course->nights && course->places
            ? EB_OK
            : eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for the course of a series");
    if (status == EB_OK) {
        alike[kind] = 1;
        status = eb_sequence_new(past, alike, &course->sequence, err);
    }
    if (status == EB_OK && course->sequence.count > 0) {
        const struct eb_night *latest = &past->nights[course->sequence.nights[course->sequence.count - 1]];
        course->start =
            eb_sequence_start(past, &course->sequence, alike, latest->created_utc, latest->digest, NULL);
    }
    free(alike);
    return status;
}

void eb_night_course_end(struct eb_night_course *course)
{
    eb_sequence_free(&course->sequence);
    free(course->z);
    free(course->room);
    free(course->nights);
    free(course->places);
    *course = (struct eb_night_course){0};
}

void eb_night_course_follow(struct eb_night_course *course, size_t series)
{
    course->series = &course->past->series[series];
    course->count = 0;
    course->since = EB_PAST_NONE;
    course->latest = NULL;
    for (size_t i = 0; i < course->sequence.count; i++) {
        const struct eb_past_value *value =
            eb_night_value(&course->past->nights[course->sequence.nights[i]], series);
        if (!value)
            continue;
        if (i >= course->start && course->since == EB_PAST_NONE)
            course->since = course->count;
        course->latest = value;
        course->nights[course->count] = course->sequence.nights[i];
        course->places[course->count] = i;
        course->z[course->count++] = value->z;
    }
    if (course->since == EB_PAST_NONE)
        course->since = course->count;
}

double eb_night_course_median(const struct eb_night_course *course, size_t first, size_t end)
{
    memcpy(course->room, course->z + first, (end - first) * sizeof *course->room);
    eb_order_sort(course->room, end - first);
    return eb_order_median(course->room, end - first);
}

double eb_night_course_level(const struct eb_night_course *course, double z)
{
    return exp(eb_metric_is_rate(course->series->metric) ? -z : z);
}

enum eb_status eb_night_course_changes(const struct eb_night_course *course, size_t first,
                                       struct eb_night_change *changes, size_t *found, struct eb_error *err)
{
    struct eb_change places[EB_NIGHT_CHANGES_MAX];
    *found = 0;
    enum eb_status status = eb_edivisive(course->z + first, course->count - first, EB_HISTORY_CHANGE_ALPHA,
                                         SEED, places, EB_NIGHT_CHANGES_MAX, found, err);
    for (size_t i = 0; status == EB_OK && i < *found; i++) {
        size_t at = first + places[i].at;
        size_t from = i > 0 ? first + places[i - 1].at : first;
        size_t end = i + 1 < *found ? first + places[i + 1].at : course->count;
        double before = eb_night_course_median(course, from, at);
        double after = eb_night_course_median(course, at, end);
        changes[i] = (struct eb_night_change){.at = at,
                                              .before = eb_night_course_level(course, before),
                                              .after = eb_night_course_level(course, after),
                                              .percent_worse = eb_judged_percent_worse(after - before),
                                              .p = places[i].p};
    }
    return status;
}
