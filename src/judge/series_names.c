/* The arms and variants that a set of series is of. */
#include "judge/series_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum eb_status eb_series_out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "series", ENOMEM, "out of memory for the series of a record");
}

enum eb_status eb_series_set_add_arms(struct eb_series_set *set, const json_t *arms, struct eb_error *err)
{
    size_t i;
    const json_t *arm;
    json_array_foreach(arms, i, arm)
    {
        const char *name = json_string_value(json_object_get(arm, "name"));
        size_t known = 0;
        while (known < set->arm_count && strcmp(eb_series_set_arm(set, known), name) != 0)
            known++;
        if (known < set->arm_count)
            continue;
        const json_t **grown = realloc(set->arms, (set->arm_count + 1) * sizeof *grown);
        if (!grown)
            return eb_series_out_of_memory(err);
        set->arms = grown;
        set->arms[set->arm_count++] = arm;
    }
    return EB_OK;
}

enum eb_status eb_series_set_add_variant(struct eb_series_set *set, const char *variant, size_t *index,
                                         struct eb_error *err)
{
    for (*index = 0; *index < set->variant_count; ++*index)
        if (strcmp(set->variants[*index], variant) == 0)
            return EB_OK;
    const char **grown = realloc(set->variants, (set->variant_count + 1) * sizeof *grown);
    if (!grown)
        return eb_series_out_of_memory(err);
    set->variants = grown;
    set->variants[set->variant_count++] = variant;
    return EB_OK;
}

enum eb_status eb_series_set_add_named_variants(struct eb_series_set *set, const json_t *record,
                                                struct eb_error *err)
{
    const json_t *named = json_object_get(json_object_get(record, "run"), "variants");
    const json_t *launches = json_object_get(record, "launches");
    for (size_t i = 0; i < json_array_size(named); i++) {
        const json_t *name = json_object_get(json_array_get(named, i), "name");
        size_t index = 0;
        size_t launch = 0;
        while (launch < json_array_size(launches) &&
               !json_equal(json_object_get(json_array_get(launches, launch), "variant"), name))
            launch++;
        if (launch < json_array_size(launches) &&
            eb_series_set_add_variant(set, json_string_value(name), &index, err) != EB_OK)
            return EB_INTERNAL;
    }
    return EB_OK;
}
