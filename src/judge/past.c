#include "judge/past.h"

#include "common/plain.h"
#include "common/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
    [EB_NIGHT_LEARNING] = "learning",
    [EB_NIGHT_QUIET] = "quiet",
    [EB_NIGHT_SUSPECT] = "suspect",
    [EB_NIGHT_RED] = "red",
};

const char *eb_night_state_name(enum eb_night_state state)
{
    return state_names[state];
}

struct eb_past *eb_past_new(void)
{
    return calloc(1, sizeof(struct eb_past));
}

static void free_night(struct eb_night *night)
{
    free(night->created_utc);
    free(night->hosts);
    free(night->instance);
    free(night->version);
    free(night->git_version);
    for (size_t i = 0; i < night->value_count; i++)
        free(night->values[i].algorithm);
    free(night->values);
}

void eb_past_free(struct eb_past *past)
{
    if (!past)
        return;
    for (size_t i = 0; i < past->kind_count; i++)
        free(past->kinds[i]);
    for (size_t i = 0; i < past->series_count; i++) {
        free(past->series[i].algorithm);
        free(past->series[i].arm);
        free(past->series[i].variant);
    }
    for (size_t i = 0; i < past->night_count; i++)
        free_night(&past->nights[i]);
    for (size_t i = 0; i < past->accept_count; i++) {
        free(past->accepts[i].created_utc);
        free(past->accepts[i].digest);
        free(past->accepts[i].reason);
        free(past->accepts[i].by);
        free(past->accepts[i].accepted_utc);
    }
    free(past->kinds);
    free(past->kind_ids);
    free(past->series);
    free(past->nights);
    free(past->accepts);
    free(past);
}

int eb_night_compare(const char *created_utc, const char *digest, const char *other_utc,
                     const char *other_digest)
{
    int order = strcmp(created_utc, other_utc);
    return order ? order : strcmp(digest, other_digest);
}

#define COMPARE(x, y)                                                                                        \
    if ((x) != (y))                                                                                          \
    return (x) < (y) ? -1 : 1

int eb_past_series_compare(const struct eb_past_series *a, const struct eb_past_series *b)
{
    COMPARE(a->kernel, b->kernel); /* both point into one table, as do the metrics */
    COMPARE(a->metric, b->metric);
    COMPARE(a->ranks, b->ranks);
    int order = strcmp(a->arm, b->arm);
    if (order == 0)
        order = strcmp(a->variant, b->variant);
    if (order != 0)
        return order;
    COMPARE(a->size_bytes, b->size_bytes);
    return strcmp(a->algorithm, b->algorithm);
}

size_t eb_past_find_series(const struct eb_past *past, const struct eb_past_series *other)
{
    size_t low = 0;
    size_t high = past->series_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = eb_past_series_compare(&past->series[middle], other);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return EB_PAST_NONE;
}

const struct eb_past_value *eb_night_value(const struct eb_night *night, size_t series)
{
    size_t low = 0;
    size_t high = night->value_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (night->values[middle].series == series)
            return &night->values[middle];
        if (night->values[middle].series < series)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

char *eb_past_series_name(const struct eb_past_series *series)
{
    char size[32];
    char *name = NULL;
    int is_default = strcmp(series->variant, "default") == 0;
    eb_size_format(series->size_bytes, size, sizeof size);
    if (asprintf(&name, "%s %s, %s, %s, %llu ranks%s%s%s%s", series->kernel->name, series->metric->name,
                 series->arm, size, (unsigned long long)series->ranks, is_default ? "" : ", variant ",
                 is_default ? "" : series->variant, series->algorithm[0] ? ", " : "", series->algorithm) < 0)
        return NULL;
    return eb_plain_clean(name);
}
