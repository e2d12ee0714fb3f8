#include "judge/report/plot/pictures.h"
#include "judge/report/plot/pictures_parts.h"

#include "common/histogram.h"
#include "common/plain.h"
#include "common/record.h"
#include "common/units.h"
#include "judge/path.h"
#include "judge/report/text_cells.h"
#include "judge/stats/order.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZES_MOST 3
#define MIDDLE_BYTES 8192

/* Where a quantile stands. */
#define PLACE(quantile) log10(1 / quantiles[quantile].beyond)

/* One curve: a series, and its samples. */
struct tail {
    const struct eb_group *group;
    struct eb_group_curve curve;
    const struct eb_series *series;
    struct eb_histogram merged;
};

struct tails {
    struct tail *tails; /* owned: group by group, size by size */
    size_t count;
};

static const struct {
    double q;
    double beyond; /* 1 - q */
    const char *name;
    int has_tick;
} quantiles[] = {
    {0, 1, "fastest", 0},      {0.5, 0.5, "median", 1},     {0.75, 0.25, "75%", 0},
    {0.9, 0.1, "90%", 1},      {0.95, 0.05, "95%", 0},      {0.99, 0.01, "99%", 1},
    {0.999, 1e-3, "99.9%", 1}, {0.9999, 1e-4, "99.99%", 1}, {0.99999, 1e-5, "99.999%", 1},
};

/* Published figures are half round trips without samples: none of this metric is one. */
static int is_of_round_trips(const struct eb_group *group)
{
    const struct eb_series *series = group->items->series;
    return strcmp(series->kernel->name, "pingpong") == 0 && series->metric->quantiles;
}

static int compare_sizes(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* How far a size is from the middle one, as a ratio. */
static double distance(uint64_t size_bytes)
{
    double size = (double)size_bytes;
    return size > 0 ? fmax(size / MIDDLE_BYTES, MIDDLE_BYTES / size) : INFINITY;
}

/* The smallest, the largest, and of those between them the nearest to the middle one. -1 when out of memory.
 */
static int choose_sizes(const struct eb_group *group, uint64_t *chosen, size_t *chosen_count)
{
    size_t count = 0;
    size_t middle = 1;
    uint64_t *sizes = malloc((group->count + 1) * sizeof *sizes);
    if (!sizes)
        return -1;
    for (size_t i = 0; i < group->count; i++)
        sizes[count++] = group->items[i].series->size_bytes;
    qsort(sizes, count, sizeof *sizes, compare_sizes);
    size_t different = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || sizes[i] != sizes[i - 1])
            sizes[different++] = sizes[i];
    for (size_t i = 1; i + 1 < different; i++)
        if (distance(sizes[i]) < distance(sizes[middle]))
            middle = i;
    *chosen_count = 0;
    for (size_t i = 0; i < different; i++)
        if (i == 0 || i == middle || i + 1 == different)
            chosen[(*chosen_count)++] = sizes[i];
    free(sizes);
    return 0;
}

/* The curves of a group at a size. */
static int add_tails(const struct eb_group *group, uint64_t size_bytes, struct tails *tails)
{
    struct eb_group_curve curve;
    for (size_t from = 0; eb_group_next_curve(group, &from, &curve);)
        for (size_t i = 0; i < curve.count; i++) {
            const struct eb_series *series = curve.items[i].series;
            if (series->size_bytes != size_bytes)
                continue;
            struct tail *grown = realloc(tails->tails, (tails->count + 1) * sizeof *grown);
            if (!grown)
                return -1;
            tails->tails = grown;
            grown[tails->count++] = (struct tail){.group = group, .curve = curve, .series = series};
        }
    return 0;
}

static uint64_t count_of(const json_t *object, const char *key)
{
    return (uint64_t)json_integer_value(json_object_get(object, key));
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* The curve that a case belongs to; NULL when it is not shown. */
static struct tail *tail_of(const struct tails *tails, const json_t *case_json, size_t variant_index)
{
    if (strcmp(text_of(case_json, "kernel"), "pingpong") != 0)
        return NULL;
    uint64_t size_bytes = count_of(case_json, "size_bytes");
    uint64_t ranks = count_of(case_json, "ranks");
    const char *arm = text_of(case_json, "arm");
    const char *algorithm = text_of(case_json, "algorithm");
    for (size_t i = 0; i < tails->count; i++) {
        const struct eb_series *series = tails->tails[i].series;
        if (series->size_bytes == size_bytes && series->ranks == ranks &&
            series->variant_index == variant_index && strcmp(series->arm, arm) == 0 &&
            strcmp(series->algorithm, algorithm) == 0)
            return &tails->tails[i];
    }
    return NULL;
}

static size_t variant_of(const struct eb_series_set *set, const json_t *launch)
{
    const char *variant = text_of(launch, "variant");
    size_t index = 0;
    while (index < set->variant_count && strcmp(set->variants[index], variant) != 0)
        index++;
    return index;
}

/* As judge/series.c counts: all launches' samples, but none that the witness refused. */
static enum eb_status gather(const struct eb_report *report, struct tails *tails, struct eb_error *err)
{
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *one;
    enum eb_status status = EB_OK;
    json_array_foreach(json_object_get(report->record, "launches"), i, launch)
    {
        size_t variant_index = variant_of(report->set, launch);
        json_array_foreach(json_object_get(launch, "cases"), j, one)
        {
            struct tail *tail = status == EB_OK ? tail_of(tails, one, variant_index) : NULL;
            struct eb_histogram histogram = {0};
            if (!tail || eb_path_is_withheld(one))
                continue;
            status = eb_histogram_from_json(json_object_get(one, "histogram"), &histogram, err);
            if (status == EB_OK)
                status = eb_histogram_merge(&tail->merged, &histogram, err);
            eb_histogram_free(&histogram);
        }
    }
    return status;
}

/* Whether there are samples enough to publish a quantile. */
static int is_known(const struct eb_histogram *merged, size_t quantile)
{
    double q = quantiles[quantile].q;
    return merged->total > 0 && (q <= 0.5 || merged->total >= eb_order_samples_needed(q));
}

static int add_curve(const struct tail *tail, const struct eb_palette *palette, struct eb_picture *picture)
{
    struct eb_curve *curve = eb_group_add_curve(tail->group, &tail->curve, palette, picture, EB_CURVE_LINE);
    const struct eb_series *series = tail->series;
    if (!curve)
        return -1;
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
        char value[EB_PLAIN_NUMBER];
        char cell[EB_PICTURE_CELL];
        if (!is_known(&tail->merged, i))
            continue;
        double y = eb_metric_value(
            series->metric, (double)eb_histogram_quantile(&tail->merged, quantiles[i].q), &series->moved);
        snprintf(cell, sizeof cell, "%s %s", eb_cell_value(y, value), series->metric->unit);
        if (!eb_curve_add_point(curve, PLACE(i), y, quantiles[i].name, cell))
            return -1;
    }
    return 0;
}

/* As far as any of the picture's curves goes. */
static int set_axes(const struct tail *tails, size_t count, struct eb_picture *picture)
{
    char label[128];
    if (eb_axis_set(&picture->x, "share of round trips that were as quick", EB_AXIS_LINEAR) != 0)
        return -1;
    picture->x.low = -0.1;
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
        int known = 0;
        for (size_t j = 0; j < count && !known; j++)
            known = is_known(&tails[j].merged, i);
        double at = PLACE(i);
        if (known)
            picture->x.high = at + 0.1;
        if (known && quantiles[i].has_tick && eb_axis_add_tick(&picture->x, at, quantiles[i].name) != 0)
            return -1;
    }
    return eb_picture_fit_y(picture, eb_group_label(tails->group, label, sizeof label), "");
}

static int set_note(const struct tail *tails, size_t count, struct eb_picture *picture)
{
    char note[400];
    unsigned long long fewest = tails->merged.total;
    unsigned long long most = fewest;
    for (size_t i = 1; i < count; i++) {
        fewest = tails[i].merged.total < fewest ? tails[i].merged.total : fewest;
        most = tails[i].merged.total > most ? tails[i].merged.total : most;
    }
    int used = snprintf(note, sizeof note, "Samples of all launches together, %llu", fewest);
    if (most > fewest)
        used += snprintf(note + used, sizeof note - (size_t)used, " to %llu", most);
    snprintf(
        note + used, sizeof note - (size_t)used,
        " a curve. On the stretched axis of round trips the slowest stand at the right, each step a tenth of "
        "those before; a curve ends where there are too few samples beyond.");
    return eb_picture_set_note(picture, note);
}

/* The picture of the tails of one group and size. */
static int add_picture(const struct tail *tails, size_t count, const struct eb_palette *palette,
                       struct eb_pictures *pictures)
{
    char size[32];
    char id[64] = "tail-";
    char what[128];
    eb_size_format(tails->series->size_bytes, size, sizeof size);
    for (size_t i = 0, used = strlen(id); size[i]; i++)
        if (size[i] != ' ')
            id[used++] = size[i];
    snprintf(what, sizeof what, "Round trips of %s, all launches together", size);
    struct eb_picture *picture = eb_group_add_picture(tails->group, pictures, id, what);
    int failed = !picture;
    for (size_t i = 0; !failed && i < count; i++)
        failed = add_curve(&tails[i], palette, picture) != 0;
    return !failed && set_axes(tails, count, picture) == 0 ? set_note(tails, count, picture) : -1;
}

static int choose_tails(const struct eb_group *group, struct tails *tails)
{
    uint64_t sizes[SIZES_MOST];
    size_t count = 0;
    if (choose_sizes(group, sizes, &count) != 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (add_tails(group, sizes[i], tails) != 0)
            return -1;
    return 0;
}

static int draw_tails(const struct tails *tails, const struct eb_palette *palette,
                      struct eb_pictures *pictures)
{
    for (size_t i = 0, end; i < tails->count; i = end) {
        const struct tail *first = &tails->tails[i];
        for (end = i + 1; end < tails->count && tails->tails[end].group == first->group &&
                          tails->tails[end].series->size_bytes == first->series->size_bytes;
             end++)
            continue;
        if (add_picture(first, end - i, palette, pictures) != 0)
            return -1;
    }
    return 0;
}

enum eb_status eb_pictures_add_tails(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err)
{
    struct eb_groups groups;
    struct tails tails = {0};
    enum eb_status status = eb_groups_of(report, &groups, err);
    if (status != EB_OK)
        return status;
    for (size_t i = 0; i < groups.count; i++) {
        struct eb_group *group = &groups.groups[i];
        *group = eb_group_own(group);
        if (status == EB_OK && is_of_round_trips(group) && choose_tails(group, &tails) != 0)
            status = eb_pictures_no_memory(err);
    }
    if (status == EB_OK)
        status = gather(report, &tails, err);
    if (status == EB_OK && draw_tails(&tails, palette, pictures) != 0)
        status = eb_pictures_no_memory(err);
    for (size_t i = 0; i < tails.count; i++)
        eb_histogram_free(&tails.tails[i].merged);
    free(tails.tails);
    eb_groups_free(&groups);
    return status;
}
