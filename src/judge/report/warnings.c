#include "judge/report/warnings.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/claim.h"
#include "judge/report/origin.h"
#include "judge/report/paths.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The warnings so far; a step that finds failed set does nothing more. */
struct gathering {
    const json_t *launches;
    json_t *texts;
    int failed;
};

static void warn(struct gathering *all, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void warn(struct gathering *all, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0) {
        all->failed = 1;
        return;
    }
    eb_plain_clean(text);
    int known = 0;
    size_t i;
    const json_t *earlier;
    json_array_foreach(all->texts, i, earlier)
    {
        known |= strcmp(json_string_value(earlier), text) == 0;
    }
    if (!known && json_array_append_new(all->texts, json_string_nocheck(text)) != 0)
        all->failed = 1;
    free(text);
}

static void warn_of_partial_launches(struct gathering *all)
{
    size_t partial = 0;
    size_t i;
    const json_t *launch;
    json_array_foreach(all->launches, i, launch)
    {
        partial += strcmp(json_string_value(json_object_get(launch, "status")), "complete") != 0;
    }
    if (partial > 0)
        warn(all, "%zu of %zu launches %s partial: what was measured before the end is shown", partial,
             json_array_size(all->launches), partial == 1 ? "is" : "are");
}

static int launch_has_warning(const json_t *launch, const char *text)
{
    size_t i;
    const json_t *warning;
    json_array_foreach(json_object_get(launch, "warnings"), i, warning)
    {
        if (json_is_string(warning) && strcmp(json_string_value(warning), text) == 0)
            return 1;
    }
    return 0;
}

static void repeat_warnings_of(struct gathering *all, const json_t *launch)
{
    size_t total = json_array_size(all->launches);
    size_t i;
    const json_t *warning;
    json_array_foreach(json_object_get(launch, "warnings"), i, warning)
    {
        const char *text = json_string_value(warning);
        size_t having = 0;
        for (size_t j = 0; text && j < total; j++)
            having += (size_t)launch_has_warning(json_array_get(all->launches, j), text);
        if (text && having == total)
            warn(all, "%s", text);
        else if (text)
            warn(all, "%s (in %zu of %zu launches)", text, having, total);
    }
}

/* Cases that had only a first sweep. */
static size_t count_first_only(const json_t *launch)
{
    size_t first_only = 0;
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(launch, "cases"), i, item)
    {
        const char *average = json_string_value(json_object_get(item, "average"));
        first_only += json_is_true(json_object_get(item, "first_sweep_counted")) &&
                      !(average && strcmp(average, "mean") == 0); /* OSU has one */
    }
    return first_only;
}

static const char *attribute(const json_t *arm, const char *name)
{
    const char *text = json_string_value(json_object_get(json_object_get(arm, "attributes"), name));
    return text ? text : "";
}

static void compare_arms(struct gathering *all, const struct eb_series_set *set, const json_t *launch)
{
    size_t i;
    const json_t *arm;
    json_array_foreach(json_object_get(launch, "arms"), i, arm)
    {
        const char *name = json_string_value(json_object_get(arm, "name"));
        for (size_t j = 0; j < set->arm_count; j++) {
            const json_t *first = set->arms[j];
            if (strcmp(eb_series_set_arm(set, j), name) != 0)
                continue;
            if (strcmp(json_string_value(json_object_get(first, "transport")),
                       json_string_value(json_object_get(arm, "transport"))) != 0 ||
                strcmp(attribute(first, "provider"), attribute(arm, "provider")) != 0 ||
                strcmp(attribute(first, "interface"), attribute(arm, "interface")) != 0)
                warn(all, "arm %s was not the same thing in all launches", name);
        }
    }
}

static void warn_of_missing_series(struct gathering *all, const struct eb_series_set *set)
{
    size_t missing = 0;
    for (size_t i = 0; i < set->count; i++) {
        size_t expected = 0;
        size_t j;
        const json_t *launch;
        json_array_foreach(all->launches, j, launch)
        {
            expected +=
                strcmp(json_string_value(json_object_get(launch, "variant")), set->series[i].variant) == 0;
        }
        missing += !set->series[i].published && set->series[i].launches < expected;
    }
    if (missing > 0)
        warn(all, "%zu series %s not measured in every launch", missing, missing == 1 ? "was" : "were");
}

/* Pairs slower than the fastest one by this are told of. */
#define PAIRS_APART 1.25

/* Who held others up. A metric that is a rate of the same samples would say it again. */
static void warn_of_parts(struct gathering *all, const struct eb_series_set *set)
{
    char size[32];
    for (size_t i = 0; i < set->count; i++) {
        const struct eb_series *series = &set->series[i];
        const struct eb_breakdown *breakdown = &series->breakdown;
        double share = 0;
        int straggler = eb_breakdown_straggler(breakdown, &share);
        if (series->metric != &series->kernel->metrics[0])
            continue;
        eb_size_format(series->size_bytes, size, sizeof size);
        if (straggler >= 0 && eb_breakdown_stands_out(breakdown, share))
            warn(all, "arm %s, %s, %s: rank %d was the slowest in %.0f%% of the iterations", series->arm,
                 series->kernel->name, size, straggler, 100 * share);
        if (breakdown->pair_count < 2 || breakdown->pair_count > series->moved.pairs) /* or a screening */
            continue;
        const struct eb_pair_part *slow = eb_breakdown_extreme(breakdown, 1);
        const struct eb_pair_part *fast = eb_breakdown_extreme(breakdown, 0);
        double apart = eb_breakdown_pair_ns(slow) / eb_breakdown_pair_ns(fast);
        if (apart >= PAIRS_APART)
            warn(all, "arm %s, %s, %s: ranks %llu and %llu took %.2f times as long as ranks %llu and %llu",
                 series->arm, series->kernel->name, size, (unsigned long long)slow->first,
                 (unsigned long long)slow->second, apart, (unsigned long long)fast->first,
                 (unsigned long long)fast->second);
    }
}

/* Where time jumps, as the launch found it. */
static void tell_cliffs(struct gathering *all, const json_t *launch)
{
    size_t i;
    const json_t *cliff;
    json_array_foreach(json_object_get(json_object_get(launch, "tuning"), "cliffs"), i, cliff)
    {
        char low[32];
        char high[32];
        char near[200] = "";
        size_t j;
        const json_t *threshold;
        double from_ns = (double)json_integer_value(json_object_get(cliff, "from_ns"));
        double to_ns = (double)json_integer_value(json_object_get(cliff, "to_ns"));
        json_array_foreach(json_object_get(cliff, "thresholds"), j, threshold)
        {
            size_t used = strlen(near);
            snprintf(near + used, sizeof near - used, "%s%s = %lld",
                     j ? ", " : "; near it: ", json_string_value(json_object_get(threshold, "name")),
                     (long long)json_integer_value(json_object_get(threshold, "bytes")));
        }
        eb_size_format((uint64_t)json_integer_value(json_object_get(cliff, "from_bytes")), low, sizeof low);
        eb_size_format((uint64_t)json_integer_value(json_object_get(cliff, "to_bytes")), high, sizeof high);
        warn(all, "jump: arm %s, %s: %s takes %.1f us, %s %.1f us%s",
             json_string_value(json_object_get(cliff, "arm")),
             json_string_value(json_object_get(cliff, "kernel")), low, from_ns / 1e3, high, to_ns / 1e3,
             near);
    }
}

/* Claims that cannot both be. */
static void tell_contradictions(struct gathering *all, const json_t *record, const struct eb_series_set *set)
{
    for (size_t i = 0; i < set->arm_count; i++) {
        struct eb_arm_claim claim = eb_arm_claim_of(set->arms[i], eb_origin_is_published(record), NULL);
        if (claim.contradiction[0])
            warn(all, "arm %s: %s", eb_series_set_arm(set, i), claim.contradiction);
    }
}

/* Whether the directory of the file at path is one of those in list, "/opt/a/lib:/opt/b/lib". */
static int is_below_any(const char *path, const char *list)
{
    const char *slash = strrchr(path, '/');
    while (slash && *list) {
        size_t length = strcspn(list, ":");
        size_t kept = length > 1 && list[length - 1] == '/' ? length - 1 : length;
        if (kept == (size_t)(slash - path) && strncmp(path, list, kept) == 0)
            return 1;
        list += length + (list[length] == ':');
    }
    return 0;
}

/* The libfabric that every launch has loaded; NULL where they differ, or a launch does not say. */
static const char *only_libfabric(const json_t *launches)
{
    const char *only = NULL;
    size_t i;
    const json_t *launch;
    json_array_foreach(launches, i, launch)
    {
        const char *path =
            json_string_value(json_object_get(json_object_get(launch, "provenance"), "libfabric_path"));
        if (!path || (only && strcmp(only, path) != 0))
            return NULL;
        only = path;
    }
    return only;
}

/* A variant that was to have a libfabric of its own, and had that of all others. */
static void warn_of_same_libfabric(struct gathering *all, const json_t *record)
{
    const json_t *variants = json_object_get(json_object_get(record, "run"), "variants");
    const char *libfabric = only_libfabric(all->launches);
    size_t i;
    const json_t *variant;
    if (!libfabric || json_array_size(variants) < 2)
        return;
    json_array_foreach(variants, i, variant)
    {
        const char *list =
            json_string_value(json_object_get(json_object_get(variant, "environment"), "LD_LIBRARY_PATH"));
        if (list && !is_below_any(libfabric, list))
            warn(all,
                 "variant %s sets LD_LIBRARY_PATH=%s, but loaded the libfabric of all others, %s: is there "
                 "one?",
                 json_string_value(json_object_get(variant, "name")), list, libfabric);
    }
}

static void tell_paths(struct gathering *all)
{
    json_t *texts = eb_paths_warnings(all->launches);
    size_t i;
    const json_t *text;
    all->failed |= !texts;
    json_array_foreach(texts, i, text)
    {
        warn(all, "%s", json_string_value(text));
    }
    json_decref(texts);
}

json_t *eb_warnings_of(const json_t *record, const struct eb_series_set *set)
{
    struct gathering all = {.launches = json_object_get(record, "launches"), .texts = json_array()};
    size_t first_only = 0;
    size_t i;
    const json_t *launch;
    if (!all.texts)
        return NULL;
    warn_of_partial_launches(&all);
    json_array_foreach(all.launches, i, launch)
    {
        repeat_warnings_of(&all, launch);
        first_only += count_first_only(launch);
        compare_arms(&all, set, launch);
        tell_cliffs(&all, launch);
    }
    if (first_only > 0)
        warn(&all, "%zu case%s had one sweep only: the costs of setting up may hide in it", first_only,
             first_only == 1 ? "" : "s");
    warn_of_same_libfabric(&all, record);
    tell_paths(&all);
    tell_contradictions(&all, record, set);
    warn_of_missing_series(&all, set);
    warn_of_parts(&all, set);
    if (!all.failed)
        return all.texts;
    json_decref(all.texts);
    return NULL;
}
