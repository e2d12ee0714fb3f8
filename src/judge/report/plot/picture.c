#include "judge/report/plot/picture.h"

#include "common/plain.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ids name files. */
#define ID_BYTES 100

static void free_curve(struct eb_curve *curve)
{
    for (size_t i = 0; i < curve->point_count; i++) {
        free(curve->points[i].row);
        free(curve->points[i].cell);
    }
    free(curve->points);
    free(curve->name);
}

static void free_axis(struct eb_axis *axis)
{
    for (size_t i = 0; i < axis->tick_count; i++)
        free(axis->ticks[i].label);
    free(axis->ticks);
    free(axis->label);
}

static void free_picture(struct eb_picture *picture)
{
    for (size_t i = 0; i < picture->curve_count; i++)
        free_curve(&picture->curves[i]);
    free(picture->curves);
    free_axis(&picture->x);
    free_axis(&picture->y);
    free(picture->id);
    free(picture->title);
    free(picture->note);
}

void eb_pictures_free(struct eb_pictures *pictures)
{
    if (!pictures)
        return;
    for (size_t i = 0; i < pictures->count; i++)
        free_picture(&pictures->items[i]);
    free(pictures->items);
    *pictures = (struct eb_pictures){0};
}

void eb_pictures_drop(struct eb_pictures *pictures)
{
    if (pictures->count > 0)
        free_picture(&pictures->items[--pictures->count]);
}

/* items with room for one more than count, which is doubled at each power of two; NULL when out of memory,
 * and items are then as they were. */
static void *grown(void *items, size_t count, size_t item_bytes)
{
    if (count > 0 && (count & (count - 1)) != 0)
        return items;
    return reallocarray(items, count > 0 ? 2 * count : 1, item_bytes);
}

static char *cleaned(const char *text)
{
    return eb_plain_copy(text ? text : "");
}

static int is_taken(const struct eb_pictures *pictures, const char *id)
{
    for (size_t i = 0; i < pictures->count; i++)
        if (strcmp(pictures->items[i].id, id) == 0)
            return 1;
    return 0;
}

static char *new_id(const struct eb_pictures *pictures, const char *text)
{
    char base[ID_BYTES + 1];
    char id[ID_BYTES + 32];
    size_t length = 0;
    for (; length < ID_BYTES && text[length]; length++)
        base[length] =
            isalnum((unsigned char)text[length]) && (unsigned char)text[length] < 0x80 ? text[length] : '-';
    base[length] = '\0';
    if (length == 0)
        memcpy(base, "picture", sizeof "picture");
    snprintf(id, sizeof id, "%s", base);
    for (size_t number = 2; is_taken(pictures, id); number++)
        snprintf(id, sizeof id, "%s-%zu", base, number);
    return strdup(id);
}

static void init_axis(struct eb_axis *axis)
{
    axis->scale = EB_AXIS_LINEAR;
    axis->low = NAN;
    axis->high = NAN;
    axis->label = cleaned("");
}

struct eb_picture *eb_pictures_add(struct eb_pictures *pictures, const char *id, const char *title)
{
    struct eb_picture *items = grown(pictures->items, pictures->count, sizeof *items);
    if (!items)
        return NULL;
    pictures->items = items;
    struct eb_picture *picture = &items[pictures->count];
    *picture = (struct eb_picture){.id = new_id(pictures, id), .title = cleaned(title)};
    init_axis(&picture->x);
    init_axis(&picture->y);
    if (!picture->id || !picture->title || !picture->x.label || !picture->y.label) {
        free_picture(picture);
        return NULL;
    }
    pictures->count++;
    return picture;
}

struct eb_curve *eb_picture_add_curve(struct eb_picture *picture, const char *name, enum eb_curve_look look)
{
    struct eb_curve *curves = grown(picture->curves, picture->curve_count, sizeof *curves);
    if (!curves)
        return NULL;
    picture->curves = curves;
    struct eb_curve *curve = &curves[picture->curve_count];
    *curve = (struct eb_curve){.name = cleaned(name), .look = look};
    if (!curve->name)
        return NULL;
    picture->curve_count++;
    return curve;
}

struct eb_point *eb_curve_add_point(struct eb_curve *curve, double x, double y, const char *row,
                                    const char *cell)
{
    struct eb_point *points = grown(curve->points, curve->point_count, sizeof *points);
    if (!points)
        return NULL;
    curve->points = points;
    struct eb_point *point = &points[curve->point_count];
    *point = (struct eb_point){
        .x = x, .y = y, .low = NAN, .high = NAN, .row = cleaned(row), .cell = cleaned(cell)};
    if (!point->row || !point->cell) {
        free(point->row);
        free(point->cell);
        return NULL;
    }
    curve->point_count++;
    return point;
}

int eb_axis_set(struct eb_axis *axis, const char *label, enum eb_axis_scale scale)
{
    char *copy = cleaned(label);
    if (!copy)
        return -1;
    free(axis->label);
    axis->label = copy;
    axis->scale = scale;
    return 0;
}

int eb_axis_add_tick(struct eb_axis *axis, double at, const char *label)
{
    struct eb_tick *ticks = grown(axis->ticks, axis->tick_count, sizeof *ticks);
    if (!ticks)
        return -1;
    axis->ticks = ticks;
    ticks[axis->tick_count] = (struct eb_tick){.at = at, .label = cleaned(label)};
    if (!ticks[axis->tick_count].label)
        return -1;
    axis->tick_count++;
    return 0;
}

int eb_picture_set_note(struct eb_picture *picture, const char *note)
{
    char *copy = note ? eb_plain_copy(note) : NULL;
    if (note && !copy)
        return -1;
    free(picture->note);
    picture->note = copy;
    return 0;
}

size_t eb_picture_point_count(const struct eb_picture *picture)
{
    size_t count = 0;
    for (size_t i = 0; i < picture->curve_count; i++)
        count += picture->curves[i].is_context ? 0 : picture->curves[i].point_count;
    return count;
}

char *eb_point_words(const struct eb_curve *curve, const struct eb_point *point)
{
    size_t room = strlen(curve->name) + strlen(point->row) + strlen(point->cell) + sizeof ", : ";
    char *words = malloc(room);
    if (words)
        snprintf(words, room, "%s%s%s: %s", curve->name, curve->name[0] && point->row[0] ? ", " : "",
                 point->row, point->cell);
    return words;
}
