/* Whether a side has what it names, and whether its figures took the path that they say. */
#include "common/plain.h"
#include "judge/compare_parts.h"
#include "judge/likeness.h"
#include "judge/path.h"

#include <stdio.h>
#include <string.h>

static int is_of(const char *wanted, const char *name)
{
    return !wanted || strcmp(wanted, name) == 0;
}

/* Cases of the side whose figures the witness withheld. */
static size_t count_withheld(const struct eb_side *side)
{
    size_t count = 0;
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *item;
    json_array_foreach(json_object_get(side->record, "launches"), i, launch)
    {
        if (!is_of(side->variant, json_string_value(json_object_get(launch, "variant"))))
            continue;
        json_array_foreach(json_object_get(launch, "cases"), j, item)
        {
            count += is_of(side->arm, json_string_value(json_object_get(item, "arm"))) &&
                     eb_path_is_withheld(item);
        }
    }
    return count;
}

/* What stands in the record, measured or not. */
static size_t name_count(const struct eb_series_set *set, int is_arm)
{
    return is_arm ? set->arm_count : set->variant_count;
}

static const char *name_at(const struct eb_series_set *set, int is_arm, size_t index)
{
    return is_arm ? eb_series_set_arm(set, index) : set->variants[index];
}

static enum eb_status lacks(const struct eb_side *side, int is_arm, const char *name,
                            const struct eb_series_set *set, struct eb_error *err)
{
    char known[240] = "";
    const char *what = is_arm ? "arm" : "variant";
    int is_named = 0;
    enum eb_status status = EB_USAGE;
    for (size_t i = 0; i < name_count(set, is_arm); i++) {
        size_t used = strlen(known);
        is_named |= strcmp(name_at(set, is_arm, i), name) == 0;
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", name_at(set, is_arm, i));
    }
    size_t withheld = count_withheld(side);
    if (is_named && withheld > 0)
        status = eb_error_set(err, EB_WRONG_PATH, "compare", 0,
                              "%.120s: the witness refused the path of all %zu cases of %s '%.64s': there is "
                              "no number to compare",
                              side->path, withheld, what, name);
    else if (is_named)
        status = eb_error_set(err, EB_INVALID, "compare", 0, "%.120s: %s '%.64s' was never measured",
                              side->path, what, name);
    else
        status = eb_error_set(err, EB_USAGE, "compare", 0, "%.120s has no %s '%.64s': it has %s", side->path,
                              what, name, known);
    if (err)
        eb_plain_clean(err->text);
    return status;
}

enum eb_status eb_compare_check_side(const struct eb_side *side, const struct eb_series_set *set,
                                     struct eb_error *err)
{
    int has_arm = !side->arm;
    int has_variant = !side->variant;
    for (size_t i = 0; i < set->count; i++) {
        has_arm |= side->arm && strcmp(set->series[i].arm, side->arm) == 0;
        has_variant |= side->variant && strcmp(set->series[i].variant, side->variant) == 0;
    }
    if (!has_arm)
        return lacks(side, 1, side->arm, set, err);
    return has_variant ? EB_OK : lacks(side, 0, side->variant, set, err);
}

static enum eb_status check_paths(const struct eb_side *side, const struct eb_series_set *set,
                                  const char *allow, struct eb_error *err)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct eb_series *series = &set->series[i];
        if (series->path.state != EB_PATH_REFUSED || !is_of(side->arm, series->arm) ||
            !is_of(side->variant, series->variant))
            continue;
        eb_error_set(err, EB_WRONG_PATH, "compare", 0,
                     "%.120s: the witness refused the path of arm '%.64s', whose figures were kept "
                     "nevertheless: --allow=%.100s%spath compares them",
                     side->path, series->arm, allow ? allow : "", allow ? "," : "");
        if (err)
            eb_plain_clean(err->text);
        return EB_WRONG_PATH;
    }
    return EB_OK;
}

enum eb_status eb_compare_check_paths(struct eb_comparison *all, struct eb_error *err)
{
    const char *allow = all->options->allow;
    all->judgement->withheld = count_withheld(all->base) + count_withheld(all->now);
    if (eb_likeness_is_allowed(allow, "path"))
        return EB_OK;
    enum eb_status status = check_paths(all->base, all->base_set, allow, err);
    return status == EB_OK ? check_paths(all->now, all->now_set, allow, err) : status;
}
