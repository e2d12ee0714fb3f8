#include "judge/report/plot/palette.h"

#include <stdlib.h>
#include <string.h>

/* Okabe and Ito's on white, but for yellow, which nobody would see there: dark olive is as far from the
 * others. On black the dark ones are lighter. tests/test_picture.c looks at them as the colour-blind do. */
static const struct {
    const char *light;
    const char *dark;
} colours[EB_PALETTE_COLOURS] = {
    {"#0072b2", "#3d9be0"}, /* blue */
    {"#d55e00", "#e8743b"}, /* vermillion */
    {"#009e73", "#00b886"}, /* bluish green */
    {"#cc79a7", "#d98cb8"}, /* reddish purple */
    {"#e69f00", "#e69f00"}, /* orange */
    {"#56b4e9", "#8fd0f5"}, /* sky blue */
    {"#554400", "#f0e442"}, /* yellow */
};

static int is_known(const struct eb_palette *palette, const char *arm)
{
    size_t place = eb_palette_find(palette, arm);
    return place < palette->arm_count && strcmp(palette->arms[place], arm) == 0;
}

static enum eb_status make_room(struct eb_palette *palette, size_t count, struct eb_error *err)
{
    const char **arms = reallocarray(palette->arms, palette->arm_count + count + 1, sizeof *arms);
    if (!arms)
        return eb_error_set(err, EB_INTERNAL, "palette", 0, "out of memory for the colours of the arms");
    palette->arms = arms;
    return EB_OK;
}

static void add_arm(struct eb_palette *palette, const char *arm)
{
    if (!is_known(palette, arm))
        palette->arms[palette->arm_count++] = arm;
}

static enum eb_status add_set(struct eb_palette *palette, const struct eb_series_set *set,
                              struct eb_error *err)
{
    enum eb_status status = make_room(palette, set->arm_count, err);
    for (size_t i = 0; status == EB_OK && i < set->arm_count; i++)
        add_arm(palette, eb_series_set_arm(set, i));
    return status;
}

enum eb_status eb_palette_add(struct eb_palette *palette, const struct eb_report *report,
                              struct eb_error *err)
{
    enum eb_status status = add_set(palette, report->set, err);
    if (status == EB_OK && report->against_set)
        status = add_set(palette, report->against_set, err);
    return status;
}

enum eb_status eb_palette_add_past(struct eb_palette *palette, const struct eb_past *past,
                                   struct eb_error *err)
{
    enum eb_status status = make_room(palette, past->series_count, err);
    for (size_t i = 0; status == EB_OK && i < past->series_count; i++)
        add_arm(palette, past->series[i].arm);
    return status;
}

void eb_palette_free(struct eb_palette *palette)
{
    if (!palette)
        return;
    free(palette->arms);
    *palette = (struct eb_palette){0};
}

size_t eb_palette_find(const struct eb_palette *palette, const char *arm)
{
    for (size_t i = 0; i < palette->arm_count; i++)
        if (strcmp(palette->arms[i], arm) == 0)
            return i;
    return 0;
}

const char *eb_palette_light(size_t colour)
{
    return colours[colour % EB_PALETTE_COLOURS].light;
}

const char *eb_palette_dark(size_t colour)
{
    return colours[colour % EB_PALETTE_COLOURS].dark;
}
