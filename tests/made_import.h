/* Importing texts that a test wrote, and looking into what became of them. */
#ifndef EB_TESTS_MADE_IMPORT_H
#define EB_TESTS_MADE_IMPORT_H

#include "judge/import/import.h"
#include "made_record.h"

/* The record of one text, which its readers take; fails the test when it is refused. */
static inline json_t *imported(const struct eb_importer *importer, const struct eb_import_claims *claims,
                               const char *text)
{
    json_t *record = NULL;
    struct eb_error err = {0};
    if (eb_import_text(importer, claims, text, strlen(text), "job.out", &record, &err) != EB_OK)
        fail_msg("%s", err.text);
    eb_series_set_free(series_of(record));
    return record;
}

/* Refused, with the file and these words in the message. */
static inline void assert_not_imported(const struct eb_importer *importer, const char *text,
                                       const char *words)
{
    static const struct eb_import_claims no_claims = {0};
    json_t *record = NULL;
    struct eb_error err = {0};
    assert_int_equal(eb_import_text(importer, &no_claims, text, strlen(text), "dir/job.out", &record, &err),
                     EB_INVALID);
    assert_null(record);
    if (!strstr(err.text, words) || !strstr(err.text, "dir/job.out: "))
        fail_msg("'%s' does not say dir/job.out and '%s'", err.text, words);
}

static inline size_t count_figures(const json_t *record)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(json_object_get(record, "launches")); i++)
        count += json_array_size(cases_of(record, i));
    return count;
}

struct sought {
    size_t launch;
    const char *kernel;
    const char *algorithm;
    const char *quantity;
    int size_bytes;
    int ranks;
};

/* The published summary of a case, NULL when there is none. */
static inline const json_t *find_case(const json_t *record, const struct sought *sought)
{
    size_t i;
    const json_t *item;
    json_array_foreach(cases_of(record, sought->launch), i, item)
    {
        const json_t *published = json_object_get(item, "published");
        if (strcmp(json_string_value(json_object_get(item, "kernel")), sought->kernel) == 0 &&
            strcmp(json_string_value(json_object_get(item, "algorithm")), sought->algorithm) == 0 &&
            strcmp(json_string_value(json_object_get(published, "quantity")), sought->quantity) == 0 &&
            json_integer_value(json_object_get(item, "size_bytes")) == sought->size_bytes &&
            json_integer_value(json_object_get(item, "ranks")) == sought->ranks)
            return item;
    }
    return NULL;
}

static inline void assert_figure(const json_t *record, struct sought sought, json_int_t mean)
{
    const json_t *item = find_case(record, &sought);
    if (!item)
        fail_msg("no %s%s%s of %d bytes and %d ranks in launch %zu", sought.kernel,
                 sought.algorithm[0] ? " " : "", sought.algorithm, sought.size_bytes, sought.ranks,
                 sought.launch);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(item, "published"), "mean")), mean);
}

/* One of the warnings has these words. */
static inline int is_warned(const json_t *record, const char *words)
{
    size_t i;
    const json_t *launch;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        size_t j;
        const json_t *warning;
        json_array_foreach(json_object_get(launch, "warnings"), j, warning)
        {
            if (strstr(json_string_value(warning), words))
                return 1;
        }
    }
    return 0;
}

static inline void assert_warned(const json_t *record, const char *words)
{
    if (!is_warned(record, words))
        fail_msg("no warning says '%s'", words);
}

static inline size_t count_warnings(const json_t *record)
{
    size_t count = 0;
    size_t i;
    const json_t *launch;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        count += json_array_size(json_object_get(launch, "warnings"));
    }
    return count;
}

#endif
