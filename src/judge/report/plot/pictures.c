#include "judge/report/plot/pictures.h"
#include "judge/report/plot/pictures_parts.h"

#include <stdlib.h>
#include <string.h>

/* In the order of a page: a new picture is a row. */
static enum eb_status (*const adders[])(const struct eb_report *report, const struct eb_palette *palette,
                                        struct eb_pictures *pictures, struct eb_error *err) = {
    eb_pictures_add_sizes,  eb_pictures_add_allreduce, eb_pictures_add_ratios, eb_pictures_add_tails,
    eb_pictures_add_layers, eb_pictures_add_launches,  eb_pictures_add_pairs,
};

/* Where a picture stands. */
struct place {
    size_t section; /* the first picture of its section */
    size_t beside;  /* what it is the ratio of, or itself */
    size_t order;
    struct eb_picture picture;
};

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left;
    const struct place *b = right;
    if (a->section != b->section)
        return a->section < b->section ? -1 : 1;
    if (a->beside != b->beside)
        return a->beside < b->beside ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static struct place place_of(const struct eb_picture *pictures, size_t count, size_t at)
{
    static const char ratio[] = "ratio-";
    const struct eb_picture *picture = &pictures[at];
    struct place place = {.section = at, .beside = at, .order = at, .picture = *picture};
    int is_ratio = strncmp(picture->id, ratio, sizeof ratio - 1) == 0;
    for (size_t i = count; i-- > 0;) {
        if (i < at && picture->section && pictures[i].section &&
            strcmp(picture->section, pictures[i].section) == 0)
            place.section = i;
        if (is_ratio && strcmp(picture->id + sizeof ratio - 1, pictures[i].id) == 0)
            place.beside = i;
    }
    return place;
}

/* Puts the pictures of a section together, in the order in which the sections began, and each ratio behind
 * what it is of. */
static enum eb_status arrange(struct eb_picture *pictures, size_t count, struct eb_error *err)
{
    struct place *places = calloc(count + 1, sizeof *places);
    if (!places)
        return eb_pictures_no_memory(err);
    for (size_t i = 0; i < count; i++)
        places[i] = place_of(pictures, count, i);
    qsort(places, count, sizeof *places, compare_places);
    for (size_t i = 0; i < count; i++)
        pictures[i] = places[i].picture;
    free(places);
    return EB_OK;
}

enum eb_status eb_pictures_of_report(const struct eb_report *report, const struct eb_palette *palette,
                                     struct eb_pictures *pictures, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    size_t before = pictures->count;
    for (size_t i = 0; status == EB_OK && i < sizeof adders / sizeof *adders; i++)
        status = adders[i](report, palette, pictures, err);
    if (status == EB_OK && pictures->count > before)
        status = arrange(pictures->items + before, pictures->count - before, err);
    return status;
}
