/* Texts of other tools through an importer, and what is asked of the record. All of it fails the running test
 * when it cannot do what it is asked. */
#ifndef EB_TESTS_MADE_TEXTS_H
#define EB_TESTS_MADE_TEXTS_H

#include "made_record.h"

#include "judge/import/import.h"

static const struct eb_import_claims no_claims;

static inline json_t *import_as(const struct eb_importer *importer, const char *path, const char *text)
{
    struct eb_error err = {0};
    json_t *record = NULL;
    if (eb_import_text(importer, &no_claims, text, strlen(text), path, &record, &err) != EB_OK)
        fail_msg("%s", err.text);
    return record;
}

static inline json_t *import(const struct eb_importer *importer, const char *text)
{
    return import_as(importer, "made.txt", text);
}

static inline void assert_unfit_as(const struct eb_importer *importer, const char *path, const char *text,
                                   const char *reason)
{
    struct eb_error err = {0};
    json_t *record = NULL;
    assert_int_equal(eb_import_text(importer, &no_claims, text, strlen(text), path, &record, &err),
                     EB_INVALID);
    assert_null(record);
    if (!strstr(err.text, reason))
        fail_msg("'%s' does not say '%s'", err.text, reason);
}

static inline void assert_unfit(const struct eb_importer *importer, const char *text, const char *reason)
{
    assert_unfit_as(importer, "made.txt", text, reason);
}

static inline const json_t *launch_of(const json_t *record, size_t launch)
{
    return json_array_get(json_object_get(record, "launches"), launch);
}

static inline size_t count_cases(const json_t *record, size_t launch)
{
    return json_array_size(json_object_get(launch_of(record, launch), "cases"));
}

static inline void assert_warned(const json_t *record, const char *text)
{
    size_t i;
    const json_t *warning;
    json_array_foreach(json_object_get(launch_of(record, 0), "warnings"), i, warning)
    {
        if (strstr(json_string_value(warning), text))
            return;
    }
    fail_msg("no warning says '%s'", text);
}

/* The figures of one case of the first launch; the case itself is returned. */
static inline const json_t *find_case(const json_t *record, const char *kernel, json_int_t size,
                                      json_int_t ranks)
{
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(launch_of(record, 0), "cases"), i, item)
    {
        if (strcmp(json_string_value(json_object_get(item, "kernel")), kernel) == 0 &&
            json_integer_value(json_object_get(item, "size_bytes")) == size &&
            json_integer_value(json_object_get(item, "ranks")) == ranks)
            return item;
    }
    fail_msg("no %s of %d bytes on %d ranks", kernel, (int)size, (int)ranks);
    return NULL;
}

static inline json_int_t figure(const json_t *item, const char *key)
{
    return json_integer_value(json_object_get(json_object_get(item, "published"), key));
}

static inline void assert_mean(const json_t *record, const char *kernel, json_int_t size, json_int_t ranks,
                               const char *quantity, json_int_t mean)
{
    const json_t *item = find_case(record, kernel, size, ranks);
    assert_string_equal(json_string_value(json_object_get(json_object_get(item, "published"), "quantity")),
                        quantity);
    assert_int_equal(figure(item, "mean"), mean);
}

static inline const char *attribute(const json_t *record, const char *key)
{
    const json_t *arm = json_array_get(json_object_get(launch_of(record, 0), "arms"), 0);
    return json_string_value(json_object_get(json_object_get(arm, "attributes"), key));
}

#endif
