#include "judge/report/plot/pictures.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/judgement.h"
#include "judge/report/history_course.h"
#include "judge/report/history_write.h"
#include "judge/report/plot/pictures_parts.h"
#include "judge/report/text_cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICKS 7
#define DATE_CHARACTERS 10 /* of created_utc: "2026-01-31" */

/* What the curves of one picture say of a night. */
struct sight {
    double worst;   /* percent, the highest point; NAN: no curve has the night */
    size_t changes; /* curves that change there, by */
    double least;   /* percent worse */
    double most;
};

/* The nights that are shown: the latest of the latest kind. */
struct shown {
    const struct eb_past *past;
    const struct eb_palette *palette;
    struct eb_night_course course;
    size_t kind;
    size_t first; /* place in the course's sequence */
    size_t count;
    struct sight *sights; /* owned; one a night */
    size_t curve_count;   /* of the picture that is being made */
};

static const struct eb_night *night_at(const struct shown *shown, size_t at)
{
    return &shown->past->nights[shown->course.sequence.nights[shown->first + at]];
}

/* Where in the course the nights begin that are shown. */
static size_t first_of(const struct shown *shown)
{
    size_t first = 0;
    while (first < shown->course.count && shown->course.places[first] < shown->first)
        first++;
    return first;
}

/* "6.0% worse", "0.4% better" */
static char *percent_words(double percent, char *text, size_t text_bytes)
{
    char number[EB_PLAIN_NUMBER];
    snprintf(text, text_bytes, "%s%% %s", eb_plain_fixed(fabs(percent), fabs(percent) < 9.95 ? 1 : 0, number),
             percent < 0 ? "better" : "worse");
    return text;
}

static int add_points(struct shown *shown, struct eb_curve *curve)
{
    const struct eb_night_course *course = &shown->course;
    size_t first = first_of(shown);
    double median = eb_night_course_median(course, first, course->count);
    for (size_t i = first; i < course->count; i++) {
        char cell[EB_PICTURE_CELL];
        char value[EB_PLAIN_NUMBER];
        char percent[EB_PLAIN_NUMBER + 16];
        size_t at = course->places[i] - shown->first;
        double worse = eb_judged_percent_worse(course->z[i] - median);
        eb_cell_value(eb_night_course_level(course, course->z[i]), value);
        percent_words(worse, percent, sizeof percent);
        if (fabs(worse) < 0.05) /* 0.0% */
            snprintf(cell, sizeof cell, "%s %s, at its median", value, course->series->metric->unit);
        else
            snprintf(cell, sizeof cell, "%s %s, %s than its median", value, course->series->metric->unit,
                     percent);
        if (!eb_curve_add_point(curve, (double)at, worse, shown->past->nights[course->nights[i]].created_utc,
                                cell))
            return -1;
        shown->sights[at].worst = fmax(shown->sights[at].worst, worse);
    }
    return 0;
}

/* As `efabench history show` finds them: in so many of the latest nights. */
static enum eb_status look_for_changes(struct shown *shown, struct eb_error *err)
{
    const struct eb_night_course *course = &shown->course;
    struct eb_night_change changes[EB_NIGHT_CHANGES_MAX];
    size_t first = first_of(shown);
    size_t found = 0;
    if (course->count - first > EB_HISTORY_SHOWN)
        first = course->count - EB_HISTORY_SHOWN;
    enum eb_status status = eb_night_course_changes(course, first, changes, &found, err);
    for (size_t i = 0; status == EB_OK && i < found; i++) {
        struct sight *sight = &shown->sights[course->places[changes[i].at] - shown->first];
        sight->least =
            sight->changes > 0 ? fmin(sight->least, changes[i].percent_worse) : changes[i].percent_worse;
        sight->most =
            sight->changes > 0 ? fmax(sight->most, changes[i].percent_worse) : changes[i].percent_worse;
        sight->changes++;
    }
    return status;
}

/* "ena/slow, ring, 8 B" */
static char *curve_name(const struct eb_past_series *series)
{
    char size[32];
    char *name = NULL;
    int named = strcmp(series->variant, "default") != 0;
    int length = asprintf(&name, "%s%s%s%s%s, %s", series->arm, named ? "/" : "",
                          named ? series->variant : "", series->algorithm[0] ? ", " : "", series->algorithm,
                          eb_size_format(series->size_bytes, size, sizeof size));
    return length < 0 ? NULL : name;
}

static enum eb_status add_curve(struct shown *shown, size_t series, size_t dash, struct eb_picture *picture,
                                struct eb_error *err)
{
    eb_night_course_follow(&shown->course, series);
    if (first_of(shown) == shown->course.count)
        return EB_OK;
    char *name = curve_name(shown->course.series);
    struct eb_curve *curve = name ? eb_picture_add_curve(picture, name, EB_CURVE_LINE) : NULL;
    free(name);
    if (!curve)
        return eb_pictures_no_memory(err);
    curve->colour = eb_palette_find(shown->palette, shown->course.series->arm);
    curve->dash = dash;
    shown->curve_count++;
    return add_points(shown, curve) == 0 ? look_for_changes(shown, err) : eb_pictures_no_memory(err);
}

static int is_drawn_at(const struct shown *shown, size_t series)
{
    for (size_t i = 0; i < shown->count; i++)
        if (eb_night_value(night_at(shown, i), series))
            return 1;
    return 0;
}

/* The curves of one arm and variant, series[begin..end): at the smallest and the largest size that a night
 * which is shown has. */
static enum eb_status add_arm(struct shown *shown, size_t begin, size_t end, size_t variant,
                              struct eb_picture *picture, struct eb_error *err)
{
    const struct eb_past_series *series = shown->past->series;
    enum eb_status status = EB_OK;
    size_t dash = 4 * variant;
    while (begin < end && !is_drawn_at(shown, begin))
        begin++;
    while (begin < end && !is_drawn_at(shown, end - 1))
        end--;
    for (size_t i = begin; status == EB_OK && i < end; i++) {
        int is_smallest = series[i].size_bytes == series[begin].size_bytes;
        if (is_smallest || series[i].size_bytes == series[end - 1].size_bytes)
            status = add_curve(shown, i, dash + (is_smallest ? 0 : 1), picture, err);
    }
    return status;
}

static int is_same_arm(const struct eb_past_series *a, const struct eb_past_series *b)
{
    return strcmp(a->arm, b->arm) == 0 && strcmp(a->variant, b->variant) == 0;
}

static enum eb_status add_arms(struct shown *shown, size_t begin, size_t end, struct eb_picture *picture,
                               struct eb_error *err)
{
    const struct eb_past_series *series = shown->past->series;
    enum eb_status status = EB_OK;
    size_t variant = 0;
    while (status == EB_OK && begin < end) {
        size_t next = begin + 1;
        while (next < end && is_same_arm(&series[begin], &series[next]))
            next++;
        status = add_arm(shown, begin, next, variant, picture, err);
        variant = next < end && strcmp(series[next].arm, series[begin].arm) == 0 ? variant + 1 : 0;
        begin = next;
    }
    return status;
}

static struct eb_curve *add_ink(struct eb_picture *picture, const char *name, enum eb_curve_look look)
{
    struct eb_curve *curve = eb_picture_add_curve(picture, name, look);
    if (curve)
        curve->colour = EB_COLOUR_INK;
    return curve;
}

/* Nights of one state, above their highest point. */
static int add_state(const struct shown *shown, enum eb_night_state state, const char *name, double margin,
                     struct eb_picture *picture)
{
    struct eb_curve *curve = NULL;
    for (size_t i = 0; i < shown->count; i++) {
        const struct eb_night *night = night_at(shown, i);
        if (night->state != state || isnan(shown->sights[i].worst))
            continue;
        curve = curve ? curve : add_ink(picture, name, EB_CURVE_POINTS);
        double y = shown->sights[i].worst + margin / 3;
        if (!curve ||
            !eb_curve_add_point(curve, (double)i, y, night->created_utc, eb_night_state_name(state)))
            return -1;
        curve->dash = state == EB_NIGHT_RED ? 0 : 1;
    }
    return 0;
}

static int add_changes(const struct shown *shown, struct eb_picture *picture)
{
    struct eb_curve *curve = NULL;
    for (size_t i = 0; i < shown->count; i++) {
        const struct sight *sight = &shown->sights[i];
        char low[EB_PLAIN_NUMBER + 16];
        char high[EB_PLAIN_NUMBER + 16];
        char cell[EB_PICTURE_CELL];
        if (sight->changes == 0)
            continue;
        percent_words(sight->least, low, sizeof low);
        percent_words(sight->most, high, sizeof high);
        if (strcmp(low, high) == 0)
            high[0] = '\0';
        else if ((sight->least < 0) == (sight->most < 0))
            *strchr(low, ' ') = '\0'; /* "5.9% to 6.1% worse" */
        snprintf(cell, sizeof cell, "%s%s%s, %zu of %zu curves", low, high[0] ? " to " : "", high,
                 sight->changes, shown->curve_count);
        curve = curve ? curve : add_ink(picture, "change", EB_CURVE_MOMENT);
        if (!curve || !eb_curve_add_point(curve, (double)i, 0, night_at(shown, i)->created_utc, cell))
            return -1;
    }
    return 0;
}

/* The accepted shifts whose nights are shown, with who accepted them and why. */
static int add_accepts(const struct shown *shown, struct eb_picture *picture)
{
    const struct eb_past *past = shown->past;
    struct eb_curve *curve = NULL;
    for (size_t i = 0; i < past->accept_count; i++) {
        const struct eb_accept *accept = &past->accepts[i];
        size_t place = eb_sequence_before(past, &shown->course.sequence, accept->created_utc, accept->digest);
        char *cell = NULL;
        if (accept->kind != shown->kind || place < shown->first || place >= shown->first + shown->count)
            continue;
        if (asprintf(&cell, "accepted by %s: %s", accept->by, accept->reason) < 0)
            return -1;
        curve = curve ? curve : add_ink(picture, "accepted shift", EB_CURVE_MOMENT);
        int failed = !curve ||
                     !eb_curve_add_point(curve, (double)(place - shown->first), 0, accept->created_utc, cell);
        free(cell);
        if (failed)
            return -1;
    }
    return 0;
}

static int add_median(struct eb_picture *picture)
{
    struct eb_curve *level = add_ink(picture, "median", EB_CURVE_LEVEL);
    if (!level || !eb_curve_add_point(level, 0, 0, "", "0"))
        return -1;
    level->is_context = 1;
    return 0;
}

/* The axes about the curves of series; *margin is what they leave free above and below. */
static int set_axes(const struct shown *shown, struct eb_picture *picture, double *margin)
{
    size_t step = (shown->count + TICKS - 1) / TICKS;
    double low = 0;
    double high = 0;
    for (size_t i = 0; i < picture->curve_count; i++)
        for (size_t j = 0; j < picture->curves[i].point_count; j++) {
            low = fmin(low, picture->curves[i].points[j].y);
            high = fmax(high, picture->curves[i].points[j].y);
        }
    *margin = fmax((high - low) / 10, 0.1);
    if (eb_axis_set(&picture->x, "night", EB_AXIS_LINEAR) != 0 ||
        eb_axis_set(&picture->y, "worse than the median of its nights, %", EB_AXIS_LINEAR) != 0)
        return -1;
    for (size_t i = 0; i < shown->count; i += step) {
        char label[DATE_CHARACTERS + 1];
        snprintf(label, sizeof label, "%s", night_at(shown, i)->created_utc);
        if (eb_axis_add_tick(&picture->x, (double)i, label) != 0)
            return -1;
    }
    picture->x.low = -0.5;
    picture->x.high = (double)shown->count - 0.5;
    picture->y.low = low - *margin;
    picture->y.high = high + *margin;
    return 0;
}

static int set_note(const struct shown *shown, struct eb_picture *picture)
{
    char *text = NULL;
    size_t length = 0;
    size_t alike = shown->course.sequence.count;
    size_t others = shown->past->night_count - alike;
    FILE *note = open_memstream(&text, &length);
    if (!note)
        return -1;
    fprintf(
        note,
        "Each night over the median of the nights shown, at the smallest and the largest size; above 0 is "
        "worse: a time that is so much longer, a rate that takes so much longer. ");
    if (shown->count < alike)
        fprintf(note, "The latest %zu of %zu nights", shown->count, alike);
    else
        fprintf(note, "%zu nights", alike);
    fprintf(note, " of the latest kind (machine and settings) are shown");
    if (others > 0)
        fprintf(note, "; %zu of other kinds %s not", others, others == 1 ? "is" : "are");
    if (shown->count > EB_HISTORY_SHOWN)
        fprintf(note, ". Changes are looked for in the latest %d of them", EB_HISTORY_SHOWN);
    else
        fputs(". Changes are looked for in all of them", note);
    fputs("; `efabench gate --history` judges a new night.", note);
    int failed = fclose(note) != 0 || eb_picture_set_note(picture, text) != 0;
    free(text);
    return failed ? -1 : 0;
}

/* Everything but the curves of series. */
static int furnish(const struct shown *shown, struct eb_picture *picture)
{
    double margin = 0;
    if (set_axes(shown, picture, &margin) != 0 ||
        add_state(shown, EB_NIGHT_RED, "red night", margin, picture) != 0 ||
        add_state(shown, EB_NIGHT_SUSPECT, "suspect night", margin, picture) != 0 ||
        add_median(picture) != 0 || add_changes(shown, picture) != 0 || add_accepts(shown, picture) != 0)
        return -1;
    return set_note(shown, picture);
}

/* A picture of series[begin..end), which have kernel, metric and ranks in common. */
static struct eb_picture *add_picture(const struct shown *shown, const struct eb_past_series *of,
                                      struct eb_pictures *pictures)
{
    struct eb_series series = {
        .kernel = of->kernel, .metric = of->metric, .arm = "", .variant = "", .algorithm = ""};
    struct eb_item item = {.series = &series};
    struct eb_group group = {.items = &item, .count = 1};
    char id[100];
    char title[200];
    size_t several = 0;
    for (size_t i = 0; i < shown->past->series_count; i++) {
        const struct eb_past_series *other = &shown->past->series[i];
        several += other->metric == of->metric && other->ranks != of->ranks;
    }
    if (several > 0)
        snprintf(id, sizeof id, "history-%s-%lluranks", eb_group_id(&group), (unsigned long long)of->ranks);
    else
        snprintf(id, sizeof id, "history-%s", eb_group_id(&group));
    snprintf(title, sizeof title, "%s over %zu nights, %llu ranks", eb_group_title(&group), shown->count,
             (unsigned long long)of->ranks);
    return eb_pictures_add(pictures, id, title);
}

static enum eb_status add_group(struct shown *shown, size_t begin, size_t end, struct eb_pictures *pictures,
                                struct eb_error *err)
{
    struct eb_picture *picture = add_picture(shown, &shown->past->series[begin], pictures);
    if (!picture)
        return eb_pictures_no_memory(err);
    for (size_t i = 0; i < shown->count; i++)
        shown->sights[i] = (struct sight){.worst = NAN};
    shown->curve_count = 0;
    enum eb_status status = add_arms(shown, begin, end, picture, err);
    if (status == EB_OK && shown->curve_count == 0) {
        eb_pictures_drop(pictures);
        return EB_OK;
    }
    if (status == EB_OK && furnish(shown, picture) != 0)
        status = eb_pictures_no_memory(err);
    return status;
}

static int is_same_group(const struct eb_past_series *a, const struct eb_past_series *b)
{
    return a->kernel == b->kernel && a->metric == b->metric && a->ranks == b->ranks;
}

enum eb_status eb_pictures_of_history(const struct eb_past *past, const struct eb_palette *palette,
                                      struct eb_pictures *pictures, struct eb_error *err)
{
    struct shown shown = {.past = past, .palette = palette};
    if (past->night_count == 0)
        return EB_OK;
    shown.kind = past->nights[past->night_count - 1].kind;
    enum eb_status status = eb_night_course_begin(past, shown.kind, &shown.course, err);
    size_t all = shown.course.sequence.count;
    shown.count = all < EB_PICTURE_NIGHTS ? all : EB_PICTURE_NIGHTS;
    shown.first = all - shown.count;
    shown.sights = calloc(shown.count + 1, sizeof *shown.sights);
    if (status == EB_OK && !shown.sights)
        status = eb_pictures_no_memory(err);
    for (size_t begin = 0; status == EB_OK && shown.count > 1 && begin < past->series_count;) {
        size_t end = begin + 1;
        while (end < past->series_count && is_same_group(&past->series[begin], &past->series[end]))
            end++;
        status = add_group(&shown, begin, end, pictures, err);
        begin = end;
    }
    free(shown.sights);
    eb_night_course_end(&shown.course);
    return status;
}
