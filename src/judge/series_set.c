/* What is done with a set of series once it is made. */
#include "judge/series.h"

#include <stdlib.h>
#include <string.h>

void eb_series_set_free(struct eb_series_set *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->count; i++) {
        free(set->series[i].launch_values);
        free(set->series[i].launch_indices);
        eb_breakdown_free(&set->series[i].breakdown);
    }
    free(set->series);
    free(set->arms);
    free(set->variants);
    free(set);
}

const char *eb_series_set_arm(const struct eb_series_set *set, size_t index)
{
    return json_string_value(json_object_get(set->arms[index], "name"));
}

const struct eb_metric *eb_series_set_shown(const struct eb_series_set *set,
                                            const struct eb_kernel_metrics *kernel)
{
    for (size_t i = 0; i < kernel->shown_count; i++)
        for (size_t j = 0; j < set->count; j++)
            if (set->series[j].metric == &kernel->metrics[kernel->shown[i]])
                return set->series[j].metric;
    return NULL;
}

int eb_series_set_strays(const struct eb_series_set *set, size_t arm_index)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->series[i].arm_index == arm_index && set->series[i].path.state == EB_PATH_REFUSED)
            return 1;
    return 0;
}

const struct eb_series *eb_series_set_match(const struct eb_series_set *set, const struct eb_series *other,
                                            const char *arm, const char *variant)
{
    const struct eb_series *found = NULL;
    size_t candidates = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct eb_series *series = &set->series[i];
        if (series->kernel != other->kernel || series->metric != other->metric ||
            series->ranks != other->ranks || series->size_bytes != other->size_bytes ||
            strcmp(series->arm, arm) != 0 || strcmp(series->variant, variant) != 0)
            continue;
        if (strcmp(series->algorithm, other->algorithm) == 0)
            return series;
        found = series;
        candidates++;
    }
    return candidates == 1 ? found : NULL;
}
