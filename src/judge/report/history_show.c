/* What each series did over the nights. */
#include "judge/judgement.h"
#include "judge/report/history_course.h"
#include "judge/report/history_write.h"
#include "judge/stats/edivisive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for the course of a series");
}

static const char *date_of(const struct eb_night_course *course, size_t place)
{
    return course->past->nights[course->nights[place]].created_utc;
}

/* Adds "changes" and, of the last of them, what fits one line. */
static enum eb_status add_changes(const struct eb_night_course *course, size_t first, json_t *json,
                                  struct eb_error *err)
{
    struct eb_night_change changes[EB_NIGHT_CHANGES_MAX];
    size_t found = 0;
    json_t *array = json_array();
    enum eb_status status = eb_night_course_changes(course, first, changes, &found, err);
    for (size_t i = 0; status == EB_OK && i < found; i++) {
        const struct eb_night_change *change = &changes[i];
        json_t *one = json_pack("{s:s, s:s, s:f, s:f, s:f, s:f}", "night",
                                course->past->nights[course->nights[change->at]].digest, "created_utc",
                                date_of(course, change->at), "before", change->before, "after", change->after,
                                "percent_worse", change->percent_worse, "p", change->p);
        if (json_array_append_new(array, one) != 0 ||
            json_object_set_new(json, "changed_utc", json_string(date_of(course, change->at))) != 0 ||
            json_object_set_new(json, "change_percent_worse", json_real(change->percent_worse)) != 0)
            status = out_of_memory(err);
    }
    if (json_object_set_new(json, "changes", array) != 0 && status == EB_OK)
        status = out_of_memory(err);
    return status;
}

static enum eb_status add_drift(const struct eb_night_course *course, json_t *json, struct eb_error *err)
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

static enum eb_status add_course(struct eb_night_course *course, size_t kind, size_t last, json_t *array,
                                 struct eb_error *err)
{
    size_t first = last < course->count ? course->count - last : 0;
    json_t *json = eb_history_series_json(course->series, course->latest->algorithm);
    if (json_object_set_new(json, "kind", json_integer((json_int_t)kind + 1)) != 0 ||
        json_object_set_new(json, "nights", json_integer((json_int_t)(course->count - first))) != 0 ||
        json_object_set_new(json, "latest_utc", json_string(date_of(course, course->count - 1))) != 0 ||
        json_object_set_new(json, "latest", json_real(course->latest->value)) != 0 ||
        json_object_set_new(json, "median",
                            json_real(eb_night_course_level(
                                course, eb_night_course_median(course, first, course->count)))) != 0 ||
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
    struct eb_night_course course;
    enum eb_status status = eb_night_course_begin(past, kind, &course, err);
    for (size_t i = 0; status == EB_OK && i < past->series_count; i++) {
        if (!is_wanted(&past->series[i], match))
            continue;
        eb_night_course_follow(&course, i);
        if (course.count > 0)
            status = add_course(&course, kind, last, array, err);
    }
    eb_night_course_end(&course);
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
