#include "judge/report/settings.h"

#include "common/plain.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_WINDOW 64

/* Sentences, each once. */
struct settings {
    json_t *texts;
    int failed;
};

static void say(struct settings *settings, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct settings *settings, const char *format, ...)
{
    char text[160];
    size_t i;
    const json_t *known;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    json_array_foreach(settings->texts, i, known)
    {
        if (strcmp(json_string_value(known), text) == 0)
            return;
    }
    settings->failed |= json_array_append_new(settings->texts, json_string(eb_plain_clean(text))) != 0;
}

static long long count_of(const json_t *object, const char *key, long long fallback)
{
    const json_t *value = json_object_get(object, key);
    return value ? (long long)json_integer_value(value) : fallback;
}

static const char *word_of(const json_t *object, const char *key, const char *fallback)
{
    const char *word = json_string_value(json_object_get(object, key));
    return word ? word : fallback;
}

static void look_at_case(struct settings *settings, const json_t *item, int everything)
{
    const char *type = word_of(item, "type", "f32");
    const char *operation = word_of(item, "operation", "sum");
    int in_place = json_is_true(json_object_get(item, "in_place"));
    if (strcmp(word_of(item, "average", "median"), "mean") == 0)
        say(settings, "as OSU: means of samples");
    if (count_of(item, "pairs", 1) > 1)
        say(settings, "%s with %lld pairs at once", word_of(item, "kernel", ""), count_of(item, "pairs", 1));
    if (count_of(item, "window", DEFAULT_WINDOW) != DEFAULT_WINDOW)
        say(settings, "window %lld", count_of(item, "window", DEFAULT_WINDOW));
    if (json_object_get(item, "rotated_bytes"))
        say(settings, "buffers rotate (--cold)");
    if (strcmp(type, "f32") != 0 || strcmp(operation, "sum") != 0 || in_place)
        say(settings, "all-reduce: %s of %s%s", operation, type, in_place ? " in place" : "");
    if (everything && json_object_get(item, "validation"))
        say(settings, "validated");
}

static void look_at_arm(struct settings *settings, const json_t *arm)
{
    const json_t *attributes = json_object_get(arm, "attributes");
    const char *operation = word_of(attributes, "operation", "tagged");
    if (strcmp(operation, "tagged") != 0)
        say(settings, "arm %.40s by %.40s%s", word_of(arm, "name", ""), operation,
            strcmp(word_of(attributes, "remote_completion", ""), "polling") == 0 ? " and flag" : "");
}

char *eb_settings_describe(const json_t *record, int everything)
{
    struct settings settings = {.texts = json_array()};
    char *text = NULL;
    size_t length = 0;
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *item;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        json_array_foreach(json_object_get(launch, "cases"), j, item)
        {
            look_at_case(&settings, item, everything);
        }
        json_array_foreach(json_object_get(launch, "arms"), j, item)
        {
            look_at_arm(&settings, item);
        }
    }
    FILE *line = settings.texts && !settings.failed ? open_memstream(&text, &length) : NULL;
    if (line) {
        json_array_foreach(settings.texts, i, item)
        {
            fprintf(line, "%s%s", i ? "; " : "", json_string_value(item));
        }
        if (fclose(line) != 0) {
            free(text);
            text = NULL;
        }
    }
    json_decref(settings.texts);
    return text;
}
