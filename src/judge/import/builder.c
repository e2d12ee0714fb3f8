#include "judge/import/builder.h"

#include "common/plain.h"
#include "judge/metrics.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAUNCHES_MAX 1000
#define TEXTS_MAX 100 /* warnings, and tools, of one file: what follows says the same again */
#define FIGURES_MAX 200000
#define FIGURE_MAX 9.0e15 /* whole numbers below it are exact in a double */

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "import", ENOMEM, "out of memory for what is imported");
}

const char *eb_import_path(const struct eb_import *import)
{
    return import->path;
}

const struct eb_import_claims *eb_import_claims(const struct eb_import *import)
{
    return import->claims;
}

enum eb_status eb_import_new(const struct eb_import_claims *claims, struct eb_import **import,
                             struct eb_error *err)
{
    struct eb_import *made = calloc(1, sizeof *made);
    *import = NULL;
    if (!made)
        return out_of_memory(err);
    made->claims = claims;
    made->launches = json_array();
    made->index = json_object();
    made->files = json_array();
    made->names = json_object();
    made->contents = json_object();
    enum eb_status status = made->launches && made->index && made->files && made->names && made->contents
                                ? EB_OK
                                : out_of_memory(err);
    if (status == EB_OK)
        status = eb_import_make_arm(claims->arm, &made->arm, err);
    if (status == EB_OK)
        *import = made;
    else
        eb_import_free(made);
    return status;
}

static void forget_file(struct eb_import *import)
{
    free(import->name);
    json_decref(import->tools);
    json_decref(import->warnings);
    import->name = NULL;
    import->path = NULL;
    import->tools = import->warnings = NULL;
    import->figures = import->launch = import->left_aside = 0;
}

void eb_import_free(struct eb_import *import)
{
    if (!import)
        return;
    forget_file(import);
    json_decref(import->arm);
    json_decref(import->launches);
    json_decref(import->index);
    json_decref(import->files);
    json_decref(import->names);
    json_decref(import->contents);
    free(import);
}

/* The file's name without directories; files of one name are numbered. */
static char *name_of(const struct eb_import *import, const char *path)
{
    const char *slash = strrchr(path, '/');
    json_t *base = eb_import_string(slash && slash[1] ? slash + 1 : path);
    char *name = base ? strdup(json_string_value(base)) : NULL;
    json_int_t number =
        base ? json_integer_value(json_object_get(import->names, json_string_value(base))) : 0;
    for (; name && json_object_get(import->names, name); number++) {
        free(name);
        if (asprintf(&name, "%s#%lld", json_string_value(base), (long long)number) < 0)
            name = NULL;
    }
    if (name && (json_object_set_new(import->names, name, json_integer(2)) != 0 ||
                 (number > 0 &&
                  json_object_set_new(import->names, json_string_value(base), json_integer(number)) != 0))) {
        free(name);
        name = NULL;
    }
    json_decref(base);
    return name;
}

enum eb_status eb_import_begin_file(struct eb_import *import, const char *path, struct eb_error *err)
{
    forget_file(import);
    import->path = path;
    import->name = name_of(import, path);
    import->tools = json_array();
    import->warnings = json_array();
    return import->name && import->tools && import->warnings ? EB_OK : out_of_memory(err);
}

/* Each text once. */
static enum eb_status keep_once(json_t *texts, json_t *text, struct eb_error *err)
{
    size_t i;
    const json_t *known;
    if (json_array_size(texts) >= TEXTS_MAX) {
        json_decref(text);
        return EB_OK;
    }
    json_array_foreach(texts, i, known)
    {
        if (json_equal(known, text)) {
            json_decref(text);
            return EB_OK;
        }
    }
    return json_array_append_new(texts, text) == 0 ? EB_OK : out_of_memory(err);
}

void eb_import_set_left_aside(struct eb_import *import, size_t lines)
{
    import->left_aside = lines;
}

enum eb_status eb_import_set_tool(struct eb_import *import, const char *tool, struct eb_error *err)
{
    return keep_once(import->tools, eb_import_string(tool), err);
}

enum eb_status eb_import_warn(struct eb_import *import, unsigned line, struct eb_error *err,
                              const char *format, ...)
{
    char *reason = NULL;
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&reason, format, args);
    va_end(args);
    if (length < 0)
        return out_of_memory(err);
    length = line ? asprintf(&text, "%s: line %u: %s", import->name, line, reason)
                  : asprintf(&text, "%s: %s", import->name, reason);
    free(reason);
    if (length < 0)
        return out_of_memory(err);
    enum eb_status status = keep_once(import->warnings, eb_import_string(text), err);
    free(text);
    return status;
}

enum eb_status eb_import_refuse(const struct eb_import *import, unsigned line, struct eb_error *err,
                                const char *format, ...)
{
    char reason[300];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    if (line)
        eb_error_set(err, EB_INVALID, "import", 0, "%.150s: line %u: %s", import->path, line, reason);
    else
        eb_error_set(err, EB_INVALID, "import", 0, "%.150s: %s", import->path, reason);
    if (err)
        eb_plain_clean(err->text);
    return EB_INVALID;
}

/* What the record calls a quantity, in which figures are whole numbers. */
static const char *quantity_name(enum eb_quantity quantity)
{
    switch (quantity) {
    case EB_QUANTITY_HALF_RTT:
        return "half_rtt_ns";
    case EB_QUANTITY_RATE:
        return "bytes_per_second";
    case EB_QUANTITY_MESSAGES:
        return "messages_per_second";
    case EB_QUANTITY_TIME_OSU:
        return "time_osu_ns";
    }
    return "";
}

static int kernel_has(const char *kernel, const char *quantity)
{
    const struct eb_kernel_metrics *metrics = eb_kernel_metrics_find(kernel);
    for (size_t i = 0; metrics && i < metrics->metric_count; i++)
        if (metrics->metrics[i].published && strcmp(metrics->metrics[i].published, quantity) == 0)
            return 1;
    return 0;
}

/* The ranks of a row, and whether they are a guess. */
static uint64_t ranks_of(const struct eb_import *import, const struct eb_import_row *row, int *assumed)
{
    const struct eb_import_claims *claims = import->claims;
    *assumed = 0;
    if (row->ranks)
        return row->ranks;
    if (row->pairs)
        return 2 * row->pairs;
    if (claims->ranks)
        return claims->ranks;
    *assumed = 1;
    return row->quantity == EB_QUANTITY_TIME_OSU && claims->nodes > 2 ? claims->nodes : 2;
}

static enum eb_status check_row(const struct eb_import *import, unsigned line,
                                const struct eb_import_row *row, struct eb_error *err)
{
    const char *quantity = quantity_name(row->quantity);
    if (!kernel_has(row->kernel, quantity))
        return eb_error_set(err, EB_INTERNAL, "import", 0, "%.150s: line %u: no %s in kernel '%s'",
                            import->path, line, quantity, row->kernel);
    if (!(isfinite(row->value) && row->value > 0))
        return eb_import_refuse(import, line, err, "a figure is not above zero");
    if (row->value < 0.5 || row->value > FIGURE_MAX)
        return eb_import_refuse(import, line, err, "a figure is too %s to be one (%g in %s)",
                                row->value > 1 ? "large" : "small", row->value, quantity);
    if (row->size_bytes > INT64_MAX || row->ranks > INT32_MAX || row->pairs > INT32_MAX ||
        row->window > INT32_MAX || row->iterations > INT64_MAX)
        return eb_import_refuse(import, line, err, "a size or a count is too large to be one");
    return EB_OK;
}

/* Figures that go with the first: nothing is said where one is absent or cannot be. */
static int set_number(json_t *published, const char *key, double value)
{
    if (!isfinite(value) || value <= 0 || value > FIGURE_MAX)
        return 0;
    return json_object_set_new(published, key, json_integer((json_int_t)llround(value)));
}

static json_t *case_of(const struct eb_import *import, const struct eb_import_row *row, uint64_t ranks,
                       int assumed)
{
    json_t *published = json_pack("{s:s, s:i, s:I}", "quantity", quantity_name(row->quantity), "runs", 1,
                                  "mean", (json_int_t)(row->value < 1 ? 1 : llround(row->value)));
    int failed = !published || set_number(published, "low", row->min) ||
                 set_number(published, "high", row->max) || set_number(published, "p50", row->p50) ||
                 set_number(published, "p90", row->p90) || set_number(published, "p99", row->p99) ||
                 set_number(published, "p999", row->p999);
    if (!failed && row->iterations)
        failed = json_object_set_new(published, "iterations", json_integer((json_int_t)row->iterations));
    json_t *json = json_pack("{s:s, s:o, s:O, s:I, s:I, s:o}", "kernel", row->kernel, "algorithm",
                             eb_import_string(row->algorithm ? row->algorithm : ""), "arm",
                             json_object_get(import->arm, "name"), "size_bytes", (json_int_t)row->size_bytes,
                             "ranks", (json_int_t)ranks, "published", published);
    failed = failed || !json;
    if (!failed && assumed)
        failed = json_object_set_new(json, "ranks_assumed", json_true());
    if (!failed && row->pairs)
        failed = json_object_set_new(json, "pairs", json_integer((json_int_t)row->pairs));
    if (!failed && row->window)
        failed = json_object_set_new(json, "window", json_integer((json_int_t)row->window));
    if (!failed && row->type)
        failed = json_object_set_new(json, "type", eb_import_string(row->type));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

/* Which run of its series a row is, counted from 0; the runs of a series must have been measured alike. */
static enum eb_status place_of(struct eb_import *import, unsigned line, const json_t *json, size_t *launch,
                               struct eb_error *err)
{
    static const char *const alike[] = {"pairs", "window"};
    char *key = NULL;
    const json_t *published = json_object_get(json, "published");
    if (asprintf(&key, "%s %s %lld %lld %s", json_string_value(json_object_get(json, "kernel")),
                 json_string_value(json_object_get(published, "quantity")),
                 (long long)json_integer_value(json_object_get(json, "size_bytes")),
                 (long long)json_integer_value(json_object_get(json, "ranks")),
                 json_string_value(json_object_get(json, "algorithm"))) < 0)
        return out_of_memory(err);
    const json_t *known = json_object_get(import->index, key);
    *launch = (size_t)json_integer_value(json_object_get(known, "count"));
    json_t *now = json_pack("{s:I}", "count", (json_int_t)*launch + 1);
    enum eb_status status = now ? EB_OK : out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i < sizeof alike / sizeof *alike; i++) {
        json_t *value = json_object_get(json, alike[i]);
        const json_t *before = json_object_get(known, alike[i]);
        if (known && (value || before) && !(value && before && json_equal(value, before)))
            status = eb_import_refuse(import, line, err,
                                      "it was measured with another %s than an earlier run of its series: "
                                      "import them into records of their own",
                                      alike[i]);
        else if (value && json_object_set(now, alike[i], value) != 0)
            status = out_of_memory(err);
    }
    if (status == EB_OK && *launch >= LAUNCHES_MAX)
        status = eb_import_refuse(import, line, err, "more than %d runs of one series", LAUNCHES_MAX);
    if (status == EB_OK && json_object_set(import->index, key, now) != 0)
        status = out_of_memory(err);
    json_decref(now);
    free(key);
    return status;
}

static enum eb_status reach_launch(struct eb_import *import, size_t launch, struct eb_error *err)
{
    while (json_array_size(import->launches) <= launch) {
        json_t *made = json_pack("{s:s, s:s, s:{}, s:[], s:[O], s:[]}", "variant", "default", "status",
                                 "complete", "provenance", "warnings", "arms", import->arm, "cases");
        if (!made || json_array_append_new(import->launches, made) != 0)
            return out_of_memory(err);
    }
    return EB_OK;
}

enum eb_status eb_import_add(struct eb_import *import, unsigned line, const struct eb_import_row *row,
                             struct eb_error *err)
{
    int assumed = 0;
    size_t launch = 0;
    enum eb_status status = check_row(import, line, row, err);
    if (status != EB_OK)
        return status;
    if (import->total++ >= FIGURES_MAX)
        return eb_import_refuse(import, line, err, "more than %d figures in one import", FIGURES_MAX);
    uint64_t ranks = ranks_of(import, row, &assumed);
    json_t *json = case_of(import, row, ranks, assumed);
    status = json ? place_of(import, line, json, &launch, err) : out_of_memory(err);
    if (status == EB_OK)
        status = reach_launch(import, launch, err);
    if (status == EB_OK &&
        json_array_append(json_object_get(json_array_get(import->launches, launch), "cases"), json) != 0)
        status = out_of_memory(err);
    json_decref(json);
    if (status == EB_OK && import->figures++ == 0)
        import->launch = launch;
    if (status == EB_OK && assumed)
        status = eb_import_warn(import, 0, err,
                                "it does not say how many ranks there were: %llu is a guess, --ranks tells",
                                (unsigned long long)ranks);
    return status;
}

enum eb_status eb_import_end_file(struct eb_import *import, struct eb_error *err)
{
    if (import->figures == 0)
        return eb_import_refuse(import, 0, err, "it holds no figure");
    json_t *launch = json_array_get(import->launches, import->launch);
    json_t *file = json_pack("{s:s, s:O, s:I, s:I}", "file", import->name, "tools", import->tools, "figures",
                             (json_int_t)import->figures, "lines_left_aside", (json_int_t)import->left_aside);
    if (!file || json_array_append_new(import->files, file) != 0 ||
        json_array_extend(json_object_get(launch, "warnings"), import->warnings) != 0)
        return out_of_memory(err);
    return EB_OK;
}
