/* Launches into columns. Two records: the i-th launch of every variant is one column of its side, so that one
 * relabelling serves all variants; arms: the launch; variants of a record: the block. */
#include "judge/compare_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const json_t *launches_of(const struct eb_side *side)
{
    return json_object_get(side->record, "launches");
}

static const char *variant_of(const json_t *launch)
{
    return json_string_value(json_object_get(launch, "variant"));
}

static int takes_part(const struct eb_side *side, const json_t *launch)
{
    return !side->variant || strcmp(side->variant, variant_of(launch)) == 0;
}

static enum eb_status new_columns(const struct eb_side *side, struct eb_columns *columns,
                                  struct eb_error *err)
{
    size_t launches = json_array_size(launches_of(side));
    columns->of_launch = calloc(launches + 1, sizeof *columns->of_launch);
    if (!columns->of_launch)
        return eb_compare_no_memory(err);
    for (size_t i = 0; i < launches; i++)
        columns->of_launch[i] = EB_NO_COLUMN;
    columns->count = 0;
    return EB_OK;
}

static void put(struct eb_columns *columns, size_t launch, size_t column)
{
    columns->of_launch[launch] = column;
    if (column >= columns->count)
        columns->count = column + 1;
}

static void by_order(const struct eb_side *side, struct eb_columns *columns)
{
    const json_t *launches = launches_of(side);
    for (size_t i = 0; i < json_array_size(launches); i++) {
        const json_t *launch = json_array_get(launches, i);
        size_t before = 0;
        for (size_t j = 0; j < i; j++)
            before += strcmp(variant_of(json_array_get(launches, j)), variant_of(launch)) == 0;
        if (takes_part(side, launch))
            put(columns, i, before);
    }
}

static void by_launch(const struct eb_side *side, struct eb_columns *columns)
{
    const json_t *launches = launches_of(side);
    for (size_t i = 0; i < json_array_size(launches); i++)
        if (takes_part(side, json_array_get(launches, i)))
            put(columns, i, i);
}

static const json_t *block_of(const json_t *launch)
{
    const json_t *block = json_object_get(launch, "block");
    return json_is_integer(block) ? block : NULL;
}

static int have_blocks(const struct eb_side *side)
{
    size_t i;
    const json_t *launch;
    json_array_foreach(launches_of(side), i, launch)
    {
        if (takes_part(side, launch) && !block_of(launch))
            return 0;
    }
    return 1;
}

/* A block's column is that of the first launch of the record that is of it, whatever its variant: both sides
 * are of one record. Of two launches of a variant in a block the first stands. */
static void by_block(const struct eb_side *side, struct eb_columns *columns)
{
    const json_t *launches = launches_of(side);
    for (size_t i = 0; i < json_array_size(launches); i++) {
        const json_t *launch = json_array_get(launches, i);
        size_t first = 0;
        int is_second = 0;
        if (!takes_part(side, launch))
            continue;
        while (first < i && !json_equal(block_of(json_array_get(launches, first)), block_of(launch)))
            first++;
        for (size_t j = first; j < i; j++)
            is_second |= columns->of_launch[j] == first;
        if (!is_second)
            put(columns, i, first);
    }
}

static void choose_columns(struct eb_comparison *all)
{
    const struct eb_side *base = all->base;
    const struct eb_side *now = all->now;
    int is_one = base->record == now->record;
    int same_variant =
        !base->variant || !now->variant || strcmp(base->variant, now->variant) == 0; /* then arms differ */
    void (*place)(const struct eb_side *, struct eb_columns *) = by_order;
    if (is_one && same_variant)
        place = by_launch;
    else if (is_one && have_blocks(base) && have_blocks(now))
        place = by_block;
    all->paired = place != by_order;
    place(base, &all->base_columns);
    place(now, &all->now_columns);
    if (all->paired) {
        size_t most = all->base_columns.count > all->now_columns.count ? all->base_columns.count
                                                                       : all->now_columns.count;
        all->base_columns.count = most;
        all->now_columns.count = most;
    }
}

static enum eb_status fill_logs(const struct eb_series *series, const struct eb_columns *columns,
                                double **logs, struct eb_error *err)
{
    *logs = malloc((columns->count + 1) * sizeof **logs);
    if (!*logs)
        return eb_compare_no_memory(err);
    for (size_t i = 0; i < columns->count; i++)
        (*logs)[i] = NAN;
    double sign = eb_metric_is_rate(series->metric) ? -1 : 1;
    for (size_t i = 0; i < series->launch_value_count; i++) {
        size_t column = columns->of_launch[series->launch_indices[i]];
        if (column != EB_NO_COLUMN)
            (*logs)[column] = sign * log(series->launch_values[i]);
    }
    return EB_OK;
}

enum eb_status eb_compare_columns(struct eb_comparison *all, struct eb_error *err)
{
    enum eb_status status = new_columns(all->base, &all->base_columns, err);
    if (status == EB_OK)
        status = new_columns(all->now, &all->now_columns, err);
    if (status == EB_OK)
        choose_columns(all);
    for (size_t i = 0; status == EB_OK && i < all->row_count; i++) {
        struct eb_compared *row = &all->rows[i];
        if (!row->base || !row->now)
            continue;
        status = fill_logs(row->base, &all->base_columns, &row->base_logs, err);
        if (status == EB_OK)
            status = fill_logs(row->now, &all->now_columns, &row->now_logs, err);
        for (size_t j = 0; status == EB_OK && all->paired && j < all->base_columns.count; j++)
            all->unpaired += isnan(row->base_logs[j]) != isnan(row->now_logs[j]);
    }
    return status;
}
