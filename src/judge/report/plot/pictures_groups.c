#include "judge/report/plot/pictures_parts.h"

#include "judge/line.h"

#include <stdlib.h>
#include <string.h>

#define COMPARE(x, y)                                                                                        \
    if ((x) != (y))                                                                                          \
    return (x) < (y) ? -1 : 1

static int compare_groups(const struct eb_item *a, const struct eb_item *b)
{
    COMPARE(a->series->kernel, b->series->kernel); /* both point into one table */
    COMPARE(a->series->metric, b->series->metric);
    COMPARE(a->series->ranks, b->series->ranks);
    COMPARE(a->pairs, b->pairs);
    return 0;
}

static int by_algorithm(const void *left, const void *right)
{
    const struct eb_item *a = left;
    const struct eb_item *b = right;
    int order = compare_groups(a, b);
    return order ? order : strcmp(a->series->algorithm, b->series->algorithm);
}

static int compare_curves(const struct eb_item *a, const struct eb_item *b)
{
    COMPARE(a->other, b->other);
    COMPARE(a->series->arm_index, b->series->arm_index);
    COMPARE(a->series->variant_index, b->series->variant_index);
    COMPARE(a->algorithm, b->algorithm);
    return 0;
}

static int by_curve(const void *left, const void *right)
{
    const struct eb_item *a = left;
    const struct eb_item *b = right;
    int order = compare_groups(a, b);
    if (order == 0)
        order = compare_curves(a, b);
    if (order != 0)
        return order;
    COMPARE(a->series->size_bytes, b->series->size_bytes);
    return 0;
}

static size_t add_items(struct eb_item *items, const struct eb_series_set *set, const struct eb_ratio *ratios,
                        const struct eb_ceiling *ceilings, int other)
{
    for (size_t i = 0; i < set->count; i++)
        items[i] = (struct eb_item){.series = &set->series[i],
                                    .ratio = ratios ? &ratios[i] : NULL,
                                    .ceiling = &ceilings[i],
                                    .pairs = eb_pairs_of(&set->series[i]),
                                    .other = other};
    return set->count;
}

/* Numbers the algorithms of each group, whose items stand together. */
static void number_algorithms(struct eb_item *items, size_t count)
{
    qsort(items, count, sizeof *items, by_algorithm);
    for (size_t i = 1; i < count; i++)
        if (compare_groups(&items[i - 1], &items[i]) == 0)
            items[i].algorithm = items[i - 1].algorithm + (by_algorithm(&items[i - 1], &items[i]) != 0);
}

static void describe_group(struct eb_group *group)
{
    uint64_t smallest = 0;
    for (size_t i = 0; i < group->count; i++) {
        const struct eb_item *item = &group->items[i];
        uint64_t size_bytes = item->series->size_bytes;
        group->own_count += !item->other;
        if (item->algorithm >= group->algorithm_count)
            group->algorithm_count = item->algorithm + 1;
        if (size_bytes > 0 && (smallest == 0 || size_bytes < smallest))
            smallest = size_bytes;
    }
    group->smallest_bytes = smallest ? smallest : 1;
}

static uint64_t ranks_of(const struct eb_group *group)
{
    return group->items->series->ranks;
}

/* Says of the groups of one metric, which ascend by ranks and then by pairs, in what they differ. */
static void compare_siblings(struct eb_group *groups, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        groups[i].several_ranks = ranks_of(&groups[0]) != ranks_of(&groups[count - 1]);
        groups[i].several_pairs = (i > 0 && ranks_of(&groups[i - 1]) == ranks_of(&groups[i])) ||
                                  (i + 1 < count && ranks_of(&groups[i + 1]) == ranks_of(&groups[i]));
    }
}

/* The place of a group's metric among those that a person is shown, best first. */
static size_t shown_place(const struct eb_group *group)
{
    const struct eb_kernel_metrics *kernel = group->items->series->kernel;
    size_t place = 0;
    while (place < kernel->shown_count &&
           &kernel->metrics[kernel->shown[place]] != group->items->series->metric)
        place++;
    return place < kernel->shown_count ? place : SIZE_MAX;
}

/* Says of the groups of one kernel which a person is shown: those of the best metric, and of another where
 * the record that is compared with has only that. */
static void choose_shown(struct eb_group *groups, size_t count)
{
    size_t best = SIZE_MAX;
    int best_has_others = 0;
    for (size_t i = 0; i < count; i++)
        if (shown_place(&groups[i]) < best)
            best = shown_place(&groups[i]);
    for (size_t i = 0; i < count; i++) {
        groups[i].is_shown = best != SIZE_MAX && shown_place(&groups[i]) == best;
        best_has_others |= groups[i].is_shown && groups[i].own_count < groups[i].count;
    }
    for (size_t i = 0; i < count; i++)
        groups[i].is_shown_beside = !groups[i].is_shown && !best_has_others &&
                                    shown_place(&groups[i]) != SIZE_MAX &&
                                    groups[i].own_count < groups[i].count;
}

static void compare_groups_of_kernels(struct eb_group *groups, size_t count)
{
    for (size_t i = 0, end; i < count; i = end) {
        const struct eb_metric *metric = groups[i].items->series->metric;
        for (end = i + 1; end < count && groups[end].items->series->metric == metric; end++)
            continue;
        compare_siblings(&groups[i], end - i);
    }
    for (size_t i = 0, end; i < count; i = end) {
        const struct eb_kernel_metrics *kernel = groups[i].items->series->kernel;
        for (end = i + 1; end < count && groups[end].items->series->kernel == kernel; end++)
            continue;
        choose_shown(&groups[i], end - i);
    }
}

static enum eb_status cut_groups(const struct eb_report *report, struct eb_groups *all, size_t item_count,
                                 struct eb_error *err)
{
    all->groups = calloc(item_count + 1, sizeof *all->groups);
    if (!all->groups)
        return eb_pictures_no_memory(err);
    for (size_t i = 0, end; i < item_count; i = end) {
        struct eb_group *group = &all->groups[all->count];
        for (end = i + 1; end < item_count && compare_groups(&all->items[i], &all->items[end]) == 0; end++)
            continue;
        *group = (struct eb_group){.report = report, .items = &all->items[i], .count = end - i};
        describe_group(group);
        all->count += group->own_count > 0;
    }
    compare_groups_of_kernels(all->groups, all->count);
    return EB_OK;
}

int eb_group_is_shown(const struct eb_group *group)
{
    return group->is_shown;
}

enum eb_status eb_groups_add(const struct eb_report *report, int (*is_wanted)(const struct eb_group *group),
                             eb_group_add *add, const struct eb_palette *palette,
                             struct eb_pictures *pictures, struct eb_error *err)
{
    struct eb_groups groups;
    enum eb_status status = eb_groups_of(report, &groups, err);
    if (status != EB_OK)
        return status;
    for (size_t i = 0; status == EB_OK && i < groups.count; i++)
        if (is_wanted(&groups.groups[i]))
            status = add(&groups.groups[i], palette, pictures, err);
    eb_groups_free(&groups);
    return status;
}

enum eb_status eb_groups_of(const struct eb_report *report, struct eb_groups *groups, struct eb_error *err)
{
    size_t count = report->set->count + (report->against_set ? report->against_set->count : 0);
    *groups = (struct eb_groups){.items = calloc(count + 1, sizeof *groups->items)};
    if (!groups->items)
        return eb_pictures_no_memory(err);
    size_t own = add_items(groups->items, report->set, report->ratios, report->ceilings, 0);
    if (report->against_set)
        add_items(groups->items + own, report->against_set, NULL, report->against_ceilings, 1);
    number_algorithms(groups->items, count);
    qsort(groups->items, count, sizeof *groups->items, by_curve);
    enum eb_status status = cut_groups(report, groups, count, err);
    if (status != EB_OK)
        eb_groups_free(groups);
    return status;
}

void eb_groups_free(struct eb_groups *groups)
{
    free(groups->items);
    free(groups->groups);
    *groups = (struct eb_groups){0};
}

struct eb_group eb_group_own(const struct eb_group *group)
{
    struct eb_group own = *group;
    own.count = group->own_count;
    own.own_count = own.algorithm_count = 0;
    describe_group(&own);
    return own;
}

static int by_size(const void *left, const void *right)
{
    const struct eb_item *a = left;
    const struct eb_item *b = right;
    COMPARE(a->series->size_bytes, b->series->size_bytes);
    return 0;
}

/* Joins the items of one arm and variant unless a size is among them twice. */
static void join_items(struct eb_item *items, size_t count)
{
    if (items[0].algorithm == items[count - 1].algorithm)
        return;
    qsort(items, count, sizeof *items, by_size);
    int twice = 0;
    for (size_t i = 1; i < count; i++)
        twice |= by_size(&items[i - 1], &items[i]) == 0;
    for (size_t i = 0; i < count && !twice; i++) {
        items[i].algorithm = 0;
        items[i].is_joined = 1;
    }
    if (twice)
        qsort(items, count, sizeof *items, by_curve);
}

int eb_group_join_algorithms(struct eb_group *group, struct eb_item **items)
{
    *items = malloc(group->count * sizeof **items);
    if (!*items)
        return -1;
    memcpy(*items, group->items, group->count * sizeof **items);
    for (size_t i = 0, end; i < group->count; i = end) {
        const struct eb_series *first = (*items)[i].series;
        int other = (*items)[i].other;
        for (end = i + 1; end < group->count && (*items)[end].other == other &&
                          (*items)[end].series->arm_index == first->arm_index &&
                          (*items)[end].series->variant_index == first->variant_index;
             end++)
            continue;
        join_items(*items + i, end - i);
    }
    group->items = *items;
    return 0;
}

int eb_group_is_allreduce(const struct eb_group *group)
{
    return strcmp(group->items->series->kernel->name, "allreduce") == 0;
}

int eb_group_next_curve(const struct eb_group *group, size_t *from, struct eb_group_curve *curve)
{
    if (*from >= group->count)
        return 0;
    size_t end = *from + 1;
    while (end < group->count && compare_curves(&group->items[*from], &group->items[end]) == 0)
        end++;
    *curve = (struct eb_group_curve){.items = &group->items[*from], .count = end - *from};
    *from = end;
    return 1;
}
