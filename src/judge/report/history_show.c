/* What each series did over the nights. */
#include "judge/judgement.h"
#include "judge/report/history_write.h"
#include "judge/stats/order.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SEED 1
#define CHANGES_MAX 64

/* One series over the nights of one kind. */
struct course {
    const struct eb_past *past;
    const struct eb_past_series *series;
    const struct eb_sequence *sequence;
    size_t start;   /* place in the sequence of the last accepted shift */
    double *z;      /* of the nights that have it */
    size_t *nights; /* which those are */
    size_t count;
    size_t since; /* the first of them that is not before start */
    double *room;
    const struct eb_past_value *latest;
};

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for the course of a series");
}

static double median_of(const struct course *course, size_t first, size_t end)
{
    memcpy(course->room, course->z + first, (end - first) * sizeof *course->room);
    eb_order_sort(course->room, end - first);
    return eb_order_median(course->room, end - first);
}

static double level(const struct course *course, double z)
{
    return exp(eb_metric_is_rate(course->series->metric) ? -z : z);
}

static void follow(struct course *course, size_t index)
{
    course->count = 0;
    course->since = EB_PAST_NONE;
    course->latest = NULL;
    for (size_t i = 0; i < course->sequence->count; i++) {
        const struct eb_past_value *value =
            eb_night_value(&course->past->nights[course->sequence->nights[i]], index);
        if (!value)
            continue;
        if (i >= course->start && course->since == EB_PAST_NONE)
            course->since = course->count;
        course->latest = value;
        course->nights[course->count] = course->sequence->nights[i];
        course->z[course->count++] = value->z;
    }
    if (course->since == EB_PAST_NONE)
        course->since = course->count;
}

static const char *date_of(const struct course *course, size_t place)
{
    return course->past->nights[course->nights[place]].created_utc;
}

/* Adds "changes" and, of the last of them, what fits one line. */
static enum eb_status add_changes(const struct course *course, size_t first, json_t *json,
                                  struct eb_error *err)
{
    struct eb_change changes[CHANGES_MAX];
    size_t found = 0;
    json_t *array = json_array();
    enum eb_status status = eb_edivisive(course->z + first, course->count - first, EB_HISTORY_CHANGE_ALPHA,
                                         SEED, changes, CHANGES_MAX, &found, err);
    for (size_t i = 0; status == EB_OK && i < found; i++) {
        size_t at = first + changes[i].at;
        size_t from = i > 0 ? first + changes[i - 1].at : first;
        size_t end = i + 1 < found ? first + changes[i + 1].at : course->count;
        double before = median_of(course, from, at);
        double after = median_of(course, at, end);
        double worse = eb_judged_percent_worse(after - before);
        json_t *one = json_pack("{s:s, s:s, s:f, s:f, s:f, s:f}", "night",
                                course->past->nights[course->nights[at]].digest, "created_utc",
                                date_of(course, at), "before", level(course, before), "after",
                                level(course, after), "percent_worse", worse, "p", changes[i].p);
        if (json_array_append_new(array, one) != 0 ||
            json_object_set_new(json, "changed_utc", json_string(date_of(course, at))) != 0 ||
            json_object_set_new(json, "change_percent_worse", json_real(worse)) != 0)
            status = out_of_memory(err);
    }
    if (json_object_set_new(json, "changes", array) != 0 && status == EB_OK)
        status = out_of_memory(err);
    return status;
}

static enum eb_status add_drift(const struct course *course, json_t *json, struct eb_error *err)
{
    struct eb_drift drift;
    enum eb_status status =
        eb_past_drift(course->z + course->since, course->count - course->since, &drift, err);
    if (status != EB_OK || !drift.cusum.alarmed)
        return status;
    const char *since = date_of(course, course->since + drift.cusum.origin);
    const char *alarm = date_of(course, course->since + drift.cusum.alarm);
    double worse = eb_judged_percent_worse(course->z[course->count - 1] - drift.median);
    if (json_object_set_new(json, "drift_utc", json_string(since)) != 0 ||
        json_object_set_new(json, "drift_percent_worse", json_real(worse)) != 0 ||
        json_object_set_new(json, "drift",
                            json_pack("{s:s, s:s, s:f, s:f, s:f}", "since_utc", since, "alarm_utc", alarm,
                                      "sum", drift.cusum.now, "limit", EB_CUSUM_LIMIT, "percent_worse",
                                      worse)) != 0)
        return out_of_memory(err);
    return EB_OK;
}

static enum eb_status add_course(struct course *course, size_t kind, size_t last, json_t *array,
                                 struct eb_error *err)
{
    size_t first = last < course->count ? course->count - last : 0;
    json_t *json = eb_history_series_json(course->series, course->latest->algorithm);
    if (json_object_set_new(json, "kind", json_integer((json_int_t)kind + 1)) != 0 ||
        json_object_set_new(json, "nights", json_integer((json_int_t)(course->count - first))) != 0 ||
        json_object_set_new(json, "latest_utc", json_string(date_of(course, course->count - 1))) != 0 ||
        json_object_set_new(json, "latest", json_real(course->latest->value)) != 0 ||
        json_object_set_new(json, "median",
                            json_real(level(course, median_of(course, first, course->count)))) != 0 ||
        json_array_append_new(array, json) != 0)
        return out_of_memory(err);
    enum eb_status status = add_changes(course, first, json, err);
    return status == EB_OK ? add_drift(course, json, err) : status;
}

static int is_wanted(const struct eb_past_series *series, const char *match)
{
    char *name = match ? eb_past_series_name(series) : NULL;
    int wanted = !match || (name && strstr(name, match));
    free(name);
    return wanted;
}

static enum eb_status add_kind(const struct eb_past *past, size_t kind, const char *match, size_t last,
                               json_t *array, struct eb_error *err)
{
    unsigned char *alike = calloc(past->kind_count, 1);
    struct eb_sequence sequence = {0};
    struct course course = {.past = past, .sequence = &sequence};
    course.z = calloc(past->night_count + 1, sizeof *course.z);
    course.room = calloc(past->night_count + 1, sizeof *course.room);
    course.nights = calloc(past->night_count + 1, sizeof *course.nights);
    enum eb_status status = alike && course.z && course.room && course.nights ? EB_OK : out_of_memory(err);
    if (status == EB_OK) {
        alike[kind] = 1;
        status = eb_sequence_new(past, alike, &sequence, err);
    }
    if (status == EB_OK && sequence.count > 0) {
        const struct eb_night *latest = &past->nights[sequence.nights[sequence.count - 1]];
        course.start = eb_sequence_start(past, &sequence, alike, latest->created_utc, latest->digest, NULL);
    }
    for (size_t i = 0; status == EB_OK && i < past->series_count; i++) {
        course.series = &past->series[i];
        if (!is_wanted(course.series, match))
            continue;
        follow(&course, i);
        if (course.count > 0)
            status = add_course(&course, kind, last, array, err);
    }
    eb_sequence_free(&sequence);
    free(alike);
    free(course.z);
    free(course.room);
    free(course.nights);
    return status;
}

enum eb_status eb_history_show_new(const struct eb_past *past, const char *match, size_t last,
                                   json_t **document, struct eb_error *err)
{
    json_t *array = json_array();
    size_t most = last > 0 ? last : EB_HISTORY_SHOWN;
    *document = json_pack("{s:s, s:o, s:o}", "schema", "efabench-history/1", "series", array, "accepts",
                          eb_history_accepts_json(past));
    enum eb_status status = *document ? EB_OK : out_of_memory(err);
    if (most > EB_EDIVISIVE_MOST)
        status = eb_error_set(err, EB_USAGE, "history", 0,
                              "--last: changes are looked for in at most %d nights", EB_EDIVISIVE_MOST);
    for (size_t kind = 0; status == EB_OK && kind < past->kind_count; kind++)
        status = add_kind(past, kind, match, most, array, err);
    if (status == EB_OK && match && json_array_size(array) == 0)
        status =
            eb_error_set(err, EB_USAGE, "history", 0, "--match: the name of no series holds '%.100s'", match);
    if (status != EB_OK) {
        json_decref(*document);
        *document = NULL;
    }
    return status;
}
