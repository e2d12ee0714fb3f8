/* Pictures of hand-made records, and looking into them. All of it fails the running test when it cannot do
 * what it is asked. */
#ifndef EB_TESTS_SHOWN_PICTURES_H
#define EB_TESTS_SHOWN_PICTURES_H

#include "judge/report/plot/pictures.h"
#include "made_report.h"

/* A record's pictures; everything is borrowed from the record. */
struct shown {
    struct eb_report *report;
    struct eb_palette palette;
    struct eb_pictures pictures;
};

static inline struct shown show_with(const json_t *record, const char *baseline, const json_t *against)
{
    struct shown shown = {0};
    struct eb_error err = {0};
    if (eb_record_check(record, "made.json", &err) != EB_OK ||
        eb_report_new(record, "made.json", baseline, against, "other.json", &shown.report, &err) != EB_OK ||
        eb_palette_add(&shown.palette, shown.report, &err) != EB_OK ||
        eb_pictures_of_report(shown.report, &shown.palette, &shown.pictures, &err) != EB_OK)
        fail_msg("%s", err.text);
    return shown;
}

static inline struct shown show(const json_t *record)
{
    return show_with(record, NULL, NULL);
}

static inline void hide(struct shown *shown)
{
    eb_pictures_free(&shown->pictures);
    eb_palette_free(&shown->palette);
    eb_report_free(shown->report);
}

static inline const struct eb_picture *find_picture(const struct shown *shown, const char *id)
{
    for (size_t i = 0; i < shown->pictures.count; i++)
        if (strcmp(shown->pictures.items[i].id, id) == 0)
            return &shown->pictures.items[i];
    return NULL;
}

static inline const struct eb_picture *picture_of(const struct shown *shown, const char *id)
{
    const struct eb_picture *found = find_picture(shown, id);
    if (!found)
        fail_msg("there is no picture '%s'", id);
    return found;
}

static inline const struct eb_curve *find_curve(const struct eb_picture *picture, const char *name)
{
    for (size_t i = 0; i < picture->curve_count; i++)
        if (strcmp(picture->curves[i].name, name) == 0)
            return &picture->curves[i];
    return NULL;
}

static inline const struct eb_curve *curve_of(const struct eb_picture *picture, const char *name)
{
    const struct eb_curve *found = find_curve(picture, name);
    if (!found)
        fail_msg("picture %s has no curve '%s'", picture->id, name);
    return found;
}

static inline const struct eb_point *point_of(const struct eb_curve *curve, const char *row)
{
    const struct eb_point *found = NULL;
    for (size_t i = 0; i < curve->point_count; i++)
        if (strcmp(curve->points[i].row, row) == 0)
            found = found ? NULL : &curve->points[i];
    if (!found)
        fail_msg("curve %s has no row '%s', or several", curve->name, row);
    return found;
}

/* The tick at a place, as text; NULL when there is none. */
static inline const char *tick_at(const struct eb_axis *axis, double at)
{
    for (size_t i = 0; i < axis->tick_count; i++)
        if (fabs(axis->ticks[i].at - at) <= 1e-9 * fabs(at))
            return axis->ticks[i].label;
    return NULL;
}

static inline void add_at(json_t *record, size_t launch, struct case_facts facts, const char *arm, int size,
                          uint64_t median_ns)
{
    facts.arm = arm;
    facts.size_bytes = size;
    add_median(record, launch, &facts, median_ns);
}

static inline void add_arm(json_t *record, const char *name, const char *transport)
{
    for (size_t i = 0; i < json_array_size(json_object_get(record, "launches")); i++)
        json_array_append_new(json_object_get(launch_of(record, i), "arms"),
                              json_pack("{s:s, s:s}", "name", name, "transport", transport));
}

static inline void assert_close(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-9 * fabs(wanted)))
        fail_msg("got %.17g, wanted %.17g", got, wanted);
}

#endif
