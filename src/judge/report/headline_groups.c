#include "judge/report/headline_groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int eb_headline_group_has(const struct eb_headline_group *group, const struct eb_series *series)
{
    return series->metric == group->metric && series->ranks == group->ranks &&
           series->variant_index == group->variant_index &&
           (!group->algorithm || strcmp(series->algorithm, group->algorithm) == 0);
}

void eb_headline_groups_free(struct eb_headline_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++) {
        for (size_t j = 0; j < groups->items[i].arm_count; j++)
            eb_course_free(&groups->items[i].courses[j]);
        free(groups->items[i].courses);
    }
    free(groups->items);
    *groups = (struct eb_headline_groups){0};
}

static int add_stand(struct eb_headline_group *group, const struct eb_series *series,
                     const struct eb_ratio *ratio)
{
    int is_rate = eb_metric_is_rate(series->metric);
    const struct eb_interval *interval = &ratio->interval;
    struct eb_course *course = &group->courses[series->arm_index];
    struct eb_stand stand = {.size_bytes = series->size_bytes,
                             .speed = is_rate ? ratio->value : 1 / ratio->value,
                             .low = NAN,
                             .high = NAN};
    if (interval->present) {
        stand.low = is_rate ? interval->low : 1 / interval->high;
        stand.high = is_rate ? interval->high : 1 / interval->low;
        group->at_face_value = 0;
    }
    if (group->least_launches == 0 || ratio->launches < group->least_launches)
        group->least_launches = ratio->launches;
    if (ratio->launches > group->most_launches)
        group->most_launches = ratio->launches;
    group->is_published |= series->published;
    group->compared += (size_t)(course->count == 0);
    return eb_course_add(course, &stand);
}

static int settle(struct eb_headline_group *group)
{
    for (size_t i = 0; i < group->arm_count; i++) {
        struct eb_course *course = &group->courses[i];
        course->at_face_value = group->at_face_value;
        if (eb_course_find(course))
            return -1;
        if (course->count > 0) {
            course->lacks_smaller = course->stands[0].size_bytes != group->smallest_bytes;
            course->lacks_larger = course->stands[course->count - 1].size_bytes != group->largest_bytes;
            course->lacks_any = course->count != group->size_count;
        }
        for (size_t j = 0; j < course->count && !group->at_face_value; j++)
            group->sizes_without += isnan(course->stands[j].low) ? 1U : 0U;
    }
    return 0;
}

/* The sizes that any arm has: series ascend by size. */
static void count_sizes(struct eb_headline_group *group, const struct eb_series_set *set)
{
    for (size_t i = group->begin; i < group->end; i++) {
        const struct eb_series *series = &set->series[i];
        if (!eb_headline_group_has(group, series))
            continue;
        if (group->size_count == 0)
            group->smallest_bytes = series->size_bytes;
        group->size_count += group->size_count == 0 || series->size_bytes != group->largest_bytes;
        group->largest_bytes = series->size_bytes;
    }
}

/* A group with all its courses. */
static int add_group(struct eb_headline_groups *groups, const struct eb_report *report,
                     const struct eb_ratio *ratios, const struct eb_headline_group *like)
{
    const struct eb_series_set *set = report->set;
    struct eb_headline_group *grown = realloc(groups->items, (groups->count + 1) * sizeof *grown);
    if (!grown)
        return -1;
    groups->items = grown;
    struct eb_headline_group *group = &grown[groups->count];
    *group = *like;
    group->at_face_value = 1;
    group->courses = calloc(set->arm_count + 1, sizeof *group->courses);
    if (!group->courses)
        return -1;
    group->arm_count = set->arm_count;
    groups->count++;
    count_sizes(group, set);
    for (size_t i = group->begin; i < group->end; i++)
        if (ratios[i].present && isfinite(log(ratios[i].value)) &&
            eb_headline_group_has(group, &set->series[i]) && add_stand(group, &set->series[i], &ratios[i]))
            return -1;
    return settle(group);
}

/* Whether an arm of the group has more than one series at a size: they stand beside one another in the set,
 * apart from other variants'. */
static int has_several_algorithms(const struct eb_series_set *set, const struct eb_headline_group *group)
{
    const struct eb_series *last = NULL;
    for (size_t i = group->begin; i < group->end; i++) {
        const struct eb_series *series = &set->series[i];
        if (!eb_headline_group_has(group, series))
            continue;
        if (last && last->size_bytes == series->size_bytes && last->arm_index == series->arm_index)
            return 1;
        last = series;
    }
    return 0;
}

/* One group, or one for each algorithm. */
static int add_groups(struct eb_headline_groups *groups, const struct eb_report *report,
                      const struct eb_ratio *ratios, const struct eb_headline_group *like)
{
    const struct eb_series_set *set = report->set;
    int several = has_several_algorithms(set, like);
    size_t first = groups->count;
    for (size_t i = like->begin; i < like->end; i++) {
        struct eb_headline_group one = *like;
        if (!eb_headline_group_has(like, &set->series[i]))
            continue;
        if (!several)
            return add_group(groups, report, ratios, like);
        one.algorithm = set->series[i].algorithm;
        int known = 0;
        for (size_t j = first; j < groups->count; j++)
            known |= strcmp(groups->items[j].algorithm, one.algorithm) == 0;
        if (!known && add_group(groups, report, ratios, &one))
            return -1;
    }
    return 0;
}

int eb_headline_groups_find(const struct eb_report *report, const struct eb_ratio *ratios,
                            struct eb_headline_groups *groups)
{
    const struct eb_series_set *set = report->set;
    size_t end = 0;
    for (size_t begin = 0; begin < set->count; begin = end) { /* ordered by kernel, metric, ranks */
        const struct eb_series *series = &set->series[begin];
        while (end < set->count && set->series[end].metric == series->metric &&
               set->series[end].ranks == series->ranks)
            end++;
        if (series->metric != eb_series_set_shown(set, series->kernel))
            continue;
        for (size_t i = 0; i < set->variant_count; i++) {
            struct eb_headline_group like = {.kernel = series->kernel,
                                             .metric = series->metric,
                                             .ranks = series->ranks,
                                             .variant_index = i,
                                             .begin = begin,
                                             .end = end};
            if (add_groups(groups, report, ratios, &like))
                return -1;
        }
    }
    return 0;
}
