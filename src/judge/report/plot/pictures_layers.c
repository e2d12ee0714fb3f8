#include "judge/report/plot/pictures.h"
#include "judge/report/plot/pictures_parts.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/claim.h"
#include "judge/report/origin.h"
#include "judge/report/text_cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAYERS_MOST 3

/* Stacks that are so many times as high as the lowest would leave nothing of it to see. */
#define HEIGHTS_APART 4

static const struct {
    const char *transport;
    const char *name;
} kinds[LAYERS_MOST] = {{"sockets", "kernel TCP"}, {"ofi", "libfabric"}, {"mpi", "MPI"}};

/* What a group's arms make of one another. */
struct stack {
    const struct eb_group *group;
    struct eb_group_curve layers[LAYERS_MOST]; /* count 0: there is none */
    size_t layer_count;                        /* that there are */
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int has_word(const json_t *words, const char *word)
{
    size_t i;
    const json_t *one;
    json_array_foreach(words, i, one)
    {
        if (json_is_string(one) && strcmp(json_string_value(one), word) == 0)
            return 1;
    }
    return 0;
}

/* Whether nothing recorded of a libfabric's or MPI's arm contradicts that it goes through kernel TCP. */
static int may_be_over_tcp(const json_t *arm, int one_host)
{
    const json_t *attributes = json_object_get(arm, "attributes");
    const json_t *btl = json_object_get(attributes, "btl");
    const char *provider = text_of(attributes, "provider");
    if (!provider[0])
        provider = text_of(attributes, "provider_asked");
    if (provider[0] && strncmp(provider, "tcp", 3) != 0 && strncmp(provider, "sockets", 7) != 0 &&
        strncmp(provider, "net", 3) != 0)
        return 0;
    if (btl && !has_word(btl, "tcp") && strcmp(text_of(attributes, "mtl"), "ofi") != 0)
        return 0;
    return !one_host ||
           !(has_word(btl, "vader") || has_word(btl, "sm") || text_of(attributes, "mpich_device")[0]);
}

/* Whether MPI's arm is known to have a way of its own beside libfabric. MPICH takes shared memory on one
 * host, whatever its device. */
static int is_beside(const json_t *arm, int one_host)
{
    const json_t *attributes = json_object_get(arm, "attributes");
    const char *device = text_of(attributes, "mpich_device");
    if (device[0])
        return one_host || !strstr(device, "ofi");
    return json_object_get(attributes, "btl") && strcmp(text_of(attributes, "mtl"), "ofi") != 0;
}

/* Whether two arms may go the same way, as far as it is recorded: kernel TCP below both where the base is
 * that, or where MPI has a way of its own beside libfabric. */
static int go_alike(const json_t *base, const json_t *arm, int one_host)
{
    if (strcmp(text_of(base, "transport"), kinds[0].transport) != 0 && !is_beside(arm, one_host))
        return 1;
    return may_be_over_tcp(base, one_host) && may_be_over_tcp(arm, one_host);
}

/* Whether what two arms claim to use may be the same. */
static int may_share(const struct eb_arm_claim *a, const struct eb_arm_claim *b)
{
    return a->kind == EB_CLAIM_NONE || b->kind == EB_CLAIM_NONE ||
           (a->kind == b->kind && a->adapter == b->adapter);
}

static const json_t *arm_of(const struct eb_group *group, const struct eb_group_curve *curve)
{
    return group->report->set->arms[curve->items->series->arm_index];
}

static int has_one_host(const json_t *record)
{
    json_t *hosts = eb_origin_hosts(record);
    int one = json_array_size(hosts) == 1;
    json_decref(hosts);
    return one;
}

static int is_kind(const struct eb_group *group, const struct eb_group_curve *curve, size_t kind)
{
    return strcmp(text_of(arm_of(group, curve), "transport"), kinds[kind].transport) == 0;
}

/* The variant that is shown: the one named "default", else the first. */
static size_t shown_variant(const struct eb_series_set *set)
{
    for (size_t i = 0; i < set->variant_count; i++)
        if (strcmp(set->variants[i], "default") == 0)
            return i;
    return 0;
}

/* The first arm of each transport above the base's that may stand on it. */
static void pile(struct stack *stack, size_t base_kind, const struct eb_group_curve *base)
{
    const struct eb_group *group = stack->group;
    const struct eb_report *report = group->report;
    int published = eb_origin_is_published(report->record);
    int one_host = has_one_host(report->record);
    const struct eb_instance *instance = eb_instance_find(eb_origin_instance(report->record));
    struct eb_arm_claim claim = eb_arm_claim_of(arm_of(group, base), published, instance);
    struct eb_group_curve curve;
    stack->layers[base_kind] = *base;
    stack->layer_count = 1;
    for (size_t kind = base_kind + 1; kind < LAYERS_MOST; kind++)
        for (size_t from = 0; stack->layers[kind].count == 0 && eb_group_next_curve(group, &from, &curve);) {
            if (!is_kind(group, &curve, kind) ||
                curve.items->series->variant_index != base->items->series->variant_index ||
                !go_alike(arm_of(group, base), arm_of(group, &curve), one_host))
                continue;
            struct eb_arm_claim other = eb_arm_claim_of(arm_of(group, &curve), published, instance);
            if (!may_share(&claim, &other))
                continue;
            stack->layers[kind] = curve;
            stack->layer_count++;
        }
}

/* The stack that stands on the first arm of kernel TCP or, where that carries none, of libfabric. */
static struct stack stack_of(const struct eb_group *group)
{
    size_t variant = shown_variant(group->report->set);
    struct stack stack = {.group = group};
    for (size_t kind = 0; kind + 1 < LAYERS_MOST; kind++) {
        struct eb_group_curve curve;
        stack = (struct stack){.group = group};
        for (size_t from = 0; stack.layer_count == 0 && eb_group_next_curve(group, &from, &curve);)
            if (curve.items->series->variant_index == variant && is_kind(group, &curve, kind))
                pile(&stack, kind, &curve);
        if (stack.layer_count > 1)
            return stack;
    }
    return stack;
}

/* The half round trip of each layer at one size. */
struct level {
    uint64_t size_bytes;
    double values[LAYERS_MOST]; /* NAN: no such layer */
    double highest;
};

static const struct eb_series *series_at(const struct eb_group_curve *curve, uint64_t size_bytes)
{
    for (size_t i = 0; i < curve->count; i++)
        if (curve->items[i].series->size_bytes == size_bytes)
            return curve->items[i].series;
    return NULL;
}

/* The sizes at which all layers have a value, owned by the caller; NULL when out of memory. */
static struct level *levels_of(const struct stack *stack, size_t *count)
{
    size_t base = 0;
    while (stack->layers[base].count == 0)
        base++;
    struct level *levels = calloc(stack->layers[base].count + 1, sizeof *levels);
    *count = 0;
    for (size_t i = 0; levels && i < stack->layers[base].count; i++) {
        struct level level = {.size_bytes = stack->layers[base].items[i].series->size_bytes};
        size_t found = 0;
        for (size_t kind = 0; kind < LAYERS_MOST; kind++) {
            const struct eb_series *series = series_at(&stack->layers[kind], level.size_bytes);
            level.values[kind] = series ? series->value : NAN;
            level.highest = series ? fmax(level.highest, series->value) : level.highest;
            found += series != NULL;
        }
        if (found == stack->layer_count)
            levels[(*count)++] = level;
    }
    return levels;
}

/* What the layer adds to the one below it; of the lowest, its value. */
static double height_of(const struct level *level, size_t kind)
{
    for (size_t below = kind; below-- > 0;)
        if (!isnan(level->values[below]))
            return level->values[kind] - level->values[below];
    return level->values[kind];
}

static int is_lowest(const struct stack *stack, size_t kind)
{
    for (size_t below = 0; below < kind; below++)
        if (stack->layers[below].count > 0)
            return 0;
    return 1;
}

/* What a layer does to the one below it, at all of these sizes or not. */
static const char *verb_of(const struct level *levels, size_t count, size_t kind)
{
    size_t saved = 0;
    for (size_t i = 0; i < count; i++)
        saved += height_of(&levels[i], kind) < 0;
    return saved == 0 ? " adds" : saved == count ? " saves" : " +/-";
}

static int add_layer(const struct stack *stack, size_t kind, const struct level *levels, size_t count,
                     const struct eb_palette *palette, struct eb_picture *picture)
{
    const struct eb_series *series = stack->layers[kind].items->series;
    int is_base = is_lowest(stack, kind);
    char *arm = eb_group_curve_name(stack->group, &stack->layers[kind]);
    char *name = NULL;
    if (!arm ||
        asprintf(&name, "%s%s (%s)", kinds[kind].name, is_base ? "" : verb_of(levels, count, kind), arm) < 0)
        name = NULL;
    struct eb_curve *curve = name ? eb_picture_add_curve(picture, name, EB_CURVE_STACK) : NULL;
    free(arm);
    free(name);
    if (!curve)
        return -1;
    curve->colour = eb_palette_find(palette, series->arm);
    for (size_t i = 0; i < count; i++) {
        char row[32];
        char value[EB_PLAIN_NUMBER];
        char cell[EB_PICTURE_CELL];
        double height = height_of(&levels[i], kind);
        snprintf(cell, sizeof cell, "%s%s %s",
                 is_base      ? ""
                 : height < 0 ? "-"
                              : "+",
                 eb_cell_value(fabs(height), value), series->metric->unit);
        if (!eb_curve_add_point(curve, (double)i, height,
                                eb_size_format(levels[i].size_bytes, row, sizeof row), cell))
            return -1;
    }
    return 0;
}

static int set_axes(const struct stack *stack, const struct level *levels, size_t count,
                    struct eb_picture *picture)
{
    double low = 0;
    double high = 0;
    char label[128];
    if (eb_axis_set(&picture->x, "message size", EB_AXIS_NAMES) != 0 ||
        eb_axis_set(&picture->y, eb_group_label(stack->group, label, sizeof label), EB_AXIS_LINEAR) != 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        char size[32];
        double above = 0;
        double below = 0;
        for (size_t kind = 0; kind < LAYERS_MOST; kind++) {
            double height = height_of(&levels[i], kind);
            above += height > 0 ? height : 0;
            below += height < 0 ? height : 0;
        }
        low = fmin(low, below);
        high = fmax(high, above);
        if (eb_axis_add_tick(&picture->x, (double)i,
                             eb_size_format(levels[i].size_bytes, size, sizeof size)) != 0)
            return -1;
    }
    picture->y.low = 1.05 * low;
    picture->y.high = 1.05 * high;
    return 0;
}

static int set_note(const struct stack *stack, struct eb_picture *picture)
{
    const struct eb_group_curve *mpi = &stack->layers[2];
    int beside = stack->layers[1].count > 0 && mpi->count > 0 &&
                 is_beside(arm_of(stack->group, mpi), has_one_host(stack->group->report->record));
    char *note = NULL;
    if (asprintf(&note,
                 "Each box is how much longer the medians of that arm are than those of the arm below it, "
                 "without interval; the lowest is its own. A box that hangs below 0 is an arm that is so "
                 "much quicker than the one below it. Of several arms of one transport the first is "
                 "taken.%s%s%s",
                 beside ? " MPI's (" : "", beside ? mpi->items->series->arm : "",
                 beside ? ") goes its own way, not through libfabric: beside it, not upon it." : "") < 0)
        return -1;
    int failed = eb_picture_set_note(picture, note) != 0;
    free(note);
    return failed ? -1 : 0;
}

static int add_picture(const struct stack *stack, const struct level *levels, size_t count, int is_part,
                       const char *id, const struct eb_palette *palette, struct eb_pictures *pictures)
{
    char from[32];
    char to[32];
    char part[100] = "";
    const struct eb_series_set *set = stack->group->report->set;
    size_t variant = shown_variant(set);
    char *what = NULL;
    eb_size_format(levels[0].size_bytes, from, sizeof from);
    eb_size_format(levels[count - 1].size_bytes, to, sizeof to);
    if (is_part && count > 1)
        snprintf(part, sizeof part, ", %s to %s", from, to);
    else if (is_part)
        snprintf(part, sizeof part, ", %s", from);
    if (asprintf(&what, "Half round trip by layer%s%s%s", part, set->variant_count > 1 ? ", variant " : "",
                 set->variant_count > 1 ? set->variants[variant] : "") < 0)
        return -1;
    struct eb_picture *picture = eb_group_add_picture(stack->group, pictures, id, what);
    free(what);
    if (picture)
        picture->section = "Where the time goes";
    int failed = !picture;
    for (size_t kind = 0; !failed && kind < LAYERS_MOST; kind++)
        if (stack->layers[kind].count > 0)
            failed = add_layer(stack, kind, levels, count, palette, picture) != 0;
    if (failed || set_axes(stack, levels, count, picture) != 0)
        return -1;
    return set_note(stack, picture);
}

/* The sizes whose boxes are not too high beside the first ones, and the rest. */
static int add_pictures(const struct stack *stack, const struct level *levels, size_t count,
                        const struct eb_palette *palette, struct eb_pictures *pictures)
{
    size_t small = 0;
    while (small < count && levels[small].highest <= HEIGHTS_APART * levels[0].highest)
        small++;
    if (small > 0 && add_picture(stack, levels, small, small < count, "layers", palette, pictures) != 0)
        return -1;
    return small == count
               ? 0
               : add_picture(stack, &levels[small], count - small, 1, "layers-large", palette, pictures);
}

enum eb_status eb_pictures_add_layers(const struct eb_report *report, const struct eb_palette *palette,
                                      struct eb_pictures *pictures, struct eb_error *err)
{
    struct eb_groups groups;
    enum eb_status status = eb_groups_of(report, &groups, err);
    if (status != EB_OK)
        return status;
    for (size_t i = 0; status == EB_OK && i < groups.count; i++) {
        struct eb_group own = eb_group_own(&groups.groups[i]);
        size_t count = 0;
        if (!own.is_shown || strcmp(own.items->series->kernel->name, "pingpong") != 0)
            continue;
        struct stack stack = stack_of(&own);
        struct level *levels = stack.layer_count > 1 ? levels_of(&stack, &count) : NULL;
        if (stack.layer_count > 1 && (!levels || add_pictures(&stack, levels, count, palette, pictures) != 0))
            status = eb_pictures_no_memory(err);
        free(levels);
    }
    eb_groups_free(&groups);
    return status;
}
