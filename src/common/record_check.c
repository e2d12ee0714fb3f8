/* What a record must be to be read. The JSON Schema in results/schema says the same for other programs. */
#include "common/record.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

enum value_kind { STRING, COUNT, POSITIVE, SHARE, BOOLEAN, OBJECT, ARRAY };

struct key_rule {
    const char *name;
    enum value_kind kind;
    int required;
};

/* The place in the document that is being checked, as text such as "launches[2].cases[7]". */
struct place {
    const char *path;
    char text[128];
};

static enum eb_status refused(const struct place *place, struct eb_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static enum eb_status refused(const struct place *place, struct eb_error *err, const char *format, ...)
{
    char reason[256];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return eb_error_set(err, EB_INVALID, "record", 0, "%s: %s: %s", place->path, place->text, reason);
}

static const char *kind_mismatch(const json_t *value, enum value_kind kind)
{
    switch (kind) {
    case STRING:
        return json_is_string(value) ? NULL : "a string";
    case COUNT:
        return json_is_integer(value) && json_integer_value(value) >= 0 ? NULL : "an integer of at least 0";
    case POSITIVE:
        return json_is_integer(value) && json_integer_value(value) >= 1 ? NULL : "an integer of at least 1";
    case SHARE:
        return json_is_number(value) && json_number_value(value) >= 0 ? NULL : "a number of at least 0";
    case BOOLEAN:
        return json_is_boolean(value) ? NULL : "true or false";
    case OBJECT:
        return json_is_object(value) ? NULL : "an object";
    case ARRAY:
        return json_is_array(value) ? NULL : "an array";
    }
    return "something else";
}

/* Holds an object against its rules; a key without a rule is refused unless the object is open. */
static enum eb_status check_keys(const json_t *object, const struct key_rule *rules, size_t rule_count,
                                 int open, const struct place *place, struct eb_error *err)
{
    if (!json_is_object(object))
        return refused(place, err, "not an object");
    for (size_t i = 0; i < rule_count; i++) {
        const json_t *value = json_object_get(object, rules[i].name);
        if (!value && rules[i].required)
            return refused(place, err, "\"%s\" is missing", rules[i].name);
        const char *expected = value ? kind_mismatch(value, rules[i].kind) : NULL;
        if (expected)
            return refused(place, err, "\"%s\" is not %s", rules[i].name, expected);
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        size_t i = 0;
        while (i < rule_count && strcmp(rules[i].name, key) != 0)
            i++;
        if (i == rule_count && !open)
            return refused(place, err, "\"%s\" is unknown to this version", key);
    }
    return EB_OK;
}

#define CHECK_KEYS(object, rules, open, place, err)                                                          \
    check_keys((object), (rules), sizeof(rules) / sizeof *(rules), (open), (place), (err))

static enum eb_status check_histogram(const json_t *bins, const struct place *place, struct eb_error *err)
{
    json_int_t before = -1;
    json_int_t total = 0;
    size_t i;
    const json_t *bin;
    if (json_array_size(bins) == 0)
        return refused(place, err, "\"histogram\" is empty");
    json_array_foreach(bins, i, bin)
    {
        const json_t *ns = json_array_get(bin, 0);
        const json_t *count = json_array_get(bin, 1);
        if (json_array_size(bin) != 2 || !json_is_integer(ns) || !json_is_integer(count))
            return refused(place, err, "\"histogram\"[%zu] is not [ns, count]", i);
        if (json_integer_value(ns) <= before || json_integer_value(count) < 1)
            return refused(place, err, "\"histogram\"[%zu] does not ascend, or counts nothing", i);
        before = json_integer_value(ns);
        if (__builtin_add_overflow(total, json_integer_value(count), &total))
            return refused(place, err, "\"histogram\" counts more than can be");
    }
    return EB_OK;
}

/* A string that must be one of the words; absent is good. */
static enum eb_status check_word(const json_t *object, const char *key, const char *const *words,
                                 const struct place *place, struct eb_error *err)
{
    const char *value = json_string_value(json_object_get(object, key));
    if (!value)
        return EB_OK;
    for (; *words; words++)
        if (strcmp(value, *words) == 0)
            return EB_OK;
    return refused(place, err, "\"%s\" is '%s', which is unknown to this version", key, value);
}

static int is_count(const json_t *json)
{
    return json_is_integer(json) && json_integer_value(json) >= 0;
}

/* [a, b] with both at least 0. */
static int is_count_pair(const json_t *json)
{
    return json_array_size(json) == 2 && is_count(json_array_get(json, 0)) &&
           is_count(json_array_get(json, 1));
}

/* What a sweep says of single pairs and ranks. */
static enum eb_status check_parts(const json_t *sweep, const struct place *place, struct eb_error *err)
{
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(sweep, "pairs"), i, item)
    {
        const json_t *p99_ns = json_object_get(item, "p99_ns");
        if (!is_count_pair(json_object_get(item, "ranks")) || !is_count(json_object_get(item, "median_ns")) ||
            (p99_ns && !is_count(p99_ns)))
            return refused(
                place, err,
                "\"pairs\"[%zu] is not {\"ranks\": [a, b], \"median_ns\"} or has a \"p99_ns\" that "
                "is no count",
                i);
    }
    json_array_foreach(json_object_get(sweep, "slowest"), i, item)
    {
        if (!is_count_pair(item))
            return refused(place, err, "\"slowest\"[%zu] is not [rank, count]", i);
    }
    return EB_OK;
}

static enum eb_status check_sweeps(const json_t *sweeps, const struct place *place, struct eb_error *err)
{
    static const struct key_rule rules[] = {
        {"index", COUNT, 1},  {"first", BOOLEAN, 1},   {"position", COUNT, 1},    {"iterations", POSITIVE, 1},
        {"warmup", COUNT, 1}, {"median_ns", COUNT, 1}, {"total_ns", COUNT, 1},    {"rank_total_ns", COUNT, 1},
        {"pairs", ARRAY, 0},  {"slowest", ARRAY, 0},   {"stopped_by", STRING, 0},
    };
    static const char *const ends[] = {"precision", "budget", NULL};
    size_t i;
    const json_t *sweep;
    if (json_array_size(sweeps) == 0)
        return refused(place, err, "\"sweeps\" is empty");
    json_array_foreach(sweeps, i, sweep)
    {
        struct place inner = {.path = place->path};
        snprintf(inner.text, sizeof inner.text, "%.90s.sweeps[%zu]", place->text, i);
        enum eb_status status = CHECK_KEYS(sweep, rules, 0, &inner, err);
        if (status == EB_OK)
            status = check_word(sweep, "stopped_by", ends, &inner, err);
        if (status == EB_OK)
            status = check_parts(sweep, &inner, err);
        if (status != EB_OK)
            return status;
    }
    return EB_OK;
}

static enum eb_status check_named(const json_t *object, const char *key, const struct place *place,
                                  struct eb_error *err)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value && !value[0] ? refused(place, err, "\"%s\" is empty", key) : EB_OK;
}

static enum eb_status check_published(const json_t *published, const struct place *place,
                                      struct eb_error *err)
{
    static const struct key_rule rules[] = {
        {"quantity", STRING, 1}, {"runs", POSITIVE, 1},       {"mean", POSITIVE, 1}, {"std", COUNT, 0},
        {"median", POSITIVE, 0}, {"min", POSITIVE, 0},        {"max", POSITIVE, 0},  {"low", COUNT, 0},
        {"high", COUNT, 0},      {"p50", COUNT, 0},           {"p90", COUNT, 0},     {"p99", COUNT, 0},
        {"p999", COUNT, 0},      {"iterations", POSITIVE, 0},
    };
    static const char *const quantities[] = {"half_rtt_ns", "bytes_per_second", "messages_per_second",
                                             "time_osu_ns", NULL};
    enum eb_status status = CHECK_KEYS(published, rules, 0, place, err);
    return status == EB_OK ? check_word(published, "quantity", quantities, place, err) : status;
}

static enum eb_status check_witness(const json_t *witness, const struct place *place, struct eb_error *err)
{
    static const struct key_rule rules[] = {{"state", STRING, 1},
                                            {"reason", STRING, 0},
                                            {"device", STRING, 0},
                                            {"share", SHARE, 0},
                                            {"expected_bytes", COUNT, 0},
                                            {"seen_bytes", COUNT, 0},
                                            {"background_bytes_per_second", COUNT, 0},
                                            {"allowed", BOOLEAN, 0},
                                            {"emulated", BOOLEAN, 0},
                                            {"throttled", OBJECT, 0}};
    static const char *const states[] = {"attested", "unattested", "refused", NULL};
    enum eb_status status = CHECK_KEYS(witness, rules, 1, place, err);
    return status == EB_OK ? check_word(witness, "state", states, place, err) : status;
}

static enum eb_status check_raw(const json_t *raw, const struct place *place, struct eb_error *err)
{
    size_t i;
    size_t j;
    const json_t *sweep;
    const json_t *sample;
    json_array_foreach(raw, i, sweep)
    {
        if (!json_is_array(sweep))
            return refused(place, err, "\"raw_ns\"[%zu] is not an array", i);
        json_array_foreach(sweep, j, sample)
        {
            if (!json_is_integer(sample) || json_integer_value(sample) < 0)
                return refused(place, err, "\"raw_ns\"[%zu][%zu] is not an integer of at least 0", i, j);
        }
    }
    return EB_OK;
}

static enum eb_status check_measured(const json_t *json, const struct place *place, struct eb_error *err)
{
    static const char *const samples[] = {"rtt_ns", "window_ns", "time_ns", NULL};
    static const char *const postings[] = {"pre-posted", "as-osu", NULL};
    static const char *const loops[] = {"closed", "barrier", NULL};
    static const char *const averages[] = {"mean", "median", NULL};
    static const char *const needed[] = {"sample", "bytes_per_sample", "sweeps", "histogram", "witness"};
    static const struct key_rule validation[] = {
        {"iterations", POSITIVE, 1}, {"bytes", COUNT, 1}, {"relative_bound", SHARE, 0}};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (!json_object_get(json, needed[i]))
            return refused(place, err, "\"%s\" is missing", needed[i]);
    enum eb_status status = check_sweeps(json_object_get(json, "sweeps"), place, err);
    if (status == EB_OK)
        status = check_histogram(json_object_get(json, "histogram"), place, err);
    if (status == EB_OK)
        status = check_witness(json_object_get(json, "witness"), place, err);
    if (status == EB_OK)
        status = check_raw(json_object_get(json, "raw_ns"), place, err);
    if (status == EB_OK && json_object_get(json, "validation"))
        status = CHECK_KEYS(json_object_get(json, "validation"), validation, 1, place, err);
    if (status == EB_OK)
        status = check_word(json, "sample", samples, place, err);
    if (status == EB_OK)
        status = check_word(json, "receives", postings, place, err);
    if (status == EB_OK)
        status = check_word(json, "average", averages, place, err);
    return status == EB_OK ? check_word(json, "loop", loops, place, err) : status;
}

/* The round of a screening is one of those that there are, and its sweeps say which pairs were at work. */
static enum eb_status check_round(const json_t *json, const struct place *place, struct eb_error *err)
{
    size_t i;
    const json_t *sweep;
    const json_t *round = json_object_get(json, "round");
    const json_t *rounds = json_object_get(json, "rounds");
    if (!round && !rounds)
        return EB_OK;
    if (!round || !rounds || json_integer_value(round) >= json_integer_value(rounds))
        return refused(place, err, "\"round\" is not one of \"rounds\", from 0");
    json_array_foreach(json_object_get(json, "sweeps"), i, sweep)
    {
        if (json_array_size(json_object_get(sweep, "pairs")) == 0)
            return refused(place, err, "it is of a screening, and \"sweeps\"[%zu] has no \"pairs\"", i);
    }
    return EB_OK;
}

static enum eb_status check_case(const json_t *json, const struct place *place, struct eb_error *err)
{
    static const struct key_rule rules[] = {
        {"kernel", STRING, 1},
        {"algorithm", STRING, 1},
        {"arm", STRING, 1},
        {"size_bytes", COUNT, 1},
        {"ranks", POSITIVE, 1},
        {"ranks_assumed", BOOLEAN, 0},
        {"sample", STRING, 0},
        {"window", POSITIVE, 0},
        {"pairs", POSITIVE, 0},
        {"round", COUNT, 0},
        {"rounds", POSITIVE, 0},
        {"type", STRING, 0},
        {"operation", STRING, 0},
        {"in_place", BOOLEAN, 0},
        {"average", STRING, 0},
        {"rotated_bytes", POSITIVE, 0},
        {"size_added", BOOLEAN, 0},
        {"bytes_per_sample", COUNT, 0},
        {"first_sweep_counted", BOOLEAN, 0},
        {"receives", STRING, 0},
        {"loop", STRING, 0},
        {"sweeps", ARRAY, 0},
        {"histogram", ARRAY, 0},
        {"raw_ns", ARRAY, 0},
        {"witness", OBJECT, 0},
        {"published", OBJECT, 0},
        {"validation", OBJECT, 0},
    };
    enum eb_status status = CHECK_KEYS(json, rules, 0, place, err);
    if (status != EB_OK)
        return status;
    const json_t *published = json_object_get(json, "published");
    if (published && (json_object_get(json, "histogram") || json_object_get(json, "sweeps") ||
                      json_object_get(json, "witness") || json_object_get(json, "sample")))
        return refused(place, err, "it is both \"published\" and measured");
    if (status == EB_OK)
        status = check_named(json, "kernel", place, err);
    if (status == EB_OK)
        status = check_named(json, "arm", place, err);
    if (status != EB_OK)
        return status;
    status = published ? check_published(published, place, err) : check_measured(json, place, err);
    return status == EB_OK ? check_round(json, place, err) : status;
}

static enum eb_status check_arm(const json_t *arm, const struct place *place, struct eb_error *err)
{
    static const struct key_rule rules[] = {
        {"name", STRING, 1}, {"spec", STRING, 0}, {"transport", STRING, 1}, {"attributes", OBJECT, 0}};
    enum eb_status status = CHECK_KEYS(arm, rules, 0, place, err);
    if (status == EB_OK)
        status = check_named(arm, "name", place, err);
    return status == EB_OK ? check_named(arm, "transport", place, err) : status;
}

static enum eb_status check_warning(const json_t *warning, const struct place *place, struct eb_error *err)
{
    return json_is_string(warning) ? EB_OK : refused(place, err, "not a string");
}

/* Checks each item of the array object[key], naming it by its index. */
static enum eb_status check_each(const json_t *object, const char *key, const struct place *place,
                                 enum eb_status (*check)(const json_t *, const struct place *,
                                                         struct eb_error *),
                                 struct eb_error *err)
{
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(object, key), i, item)
    {
        struct place inner = {.path = place->path};
        snprintf(inner.text, sizeof inner.text, "%.64s%s%s[%zu]", place->text, place->text[0] ? "." : "", key,
                 i);
        enum eb_status status = check(item, &inner, err);
        if (status != EB_OK)
            return status;
    }
    return EB_OK;
}

static enum eb_status check_launch(const json_t *launch, const struct place *place, struct eb_error *err)
{
    static const struct key_rule rules[] = {
        {"variant", STRING, 1}, {"status", STRING, 1}, {"provenance", OBJECT, 1}, {"warnings", ARRAY, 0},
        {"arms", ARRAY, 1},     {"cases", ARRAY, 1},   {"tuning", OBJECT, 0},     {"block", COUNT, 0}};
    static const char *const ends[] = {"complete", "partial", NULL};
    enum eb_status status = CHECK_KEYS(launch, rules, 0, place, err);
    if (status == EB_OK)
        status = check_word(launch, "status", ends, place, err);
    if (status == EB_OK)
        status = check_named(launch, "variant", place, err);
    if (status == EB_OK)
        status = check_each(launch, "warnings", place, check_warning, err);
    if (status == EB_OK)
        status = check_each(launch, "arms", place, check_arm, err);
    if (status == EB_OK)
        status = check_each(launch, "cases", place, check_case, err);
    return status;
}

static enum eb_status check_variant(const json_t *variant, const struct place *place, struct eb_error *err)
{
    static const struct key_rule rules[] = {{"name", STRING, 1}, {"environment", OBJECT, 1}};
    const char *key;
    json_t *value;
    enum eb_status status = CHECK_KEYS(variant, rules, 0, place, err);
    if (status == EB_OK)
        status = check_named(variant, "name", place, err);
    json_object_foreach(json_object_get(variant, "environment"), key, value)
    {
        if (status == EB_OK && !json_is_string(value))
            status = refused(place, err, "\"environment\": \"%.60s\" is not a string", key);
    }
    return status;
}

static enum eb_status check_resumed(const json_t *resumed, const struct place *place, struct eb_error *err)
{
    static const struct key_rule rules[] = {{"at_launch", COUNT, 1}, {"utc", STRING, 1}};
    return CHECK_KEYS(resumed, rules, 0, place, err);
}

enum eb_status eb_record_check(const json_t *record, const char *path, struct eb_error *err)
{
    static const struct key_rule rules[] = {
        {"schema", STRING, 1}, {"kind", STRING, 1}, {"run", OBJECT, 1}, {"launches", ARRAY, 1}};
    static const struct key_rule run_rules[] = {{"created_utc", STRING, 1}, {"efabench_version", STRING, 0},
                                                {"git_version", STRING, 0}, {"command", ARRAY, 0},
                                                {"seed", COUNT, 0},         {"source", STRING, 0},
                                                {"instance", STRING, 0},    {"date", STRING, 0},
                                                {"variants", ARRAY, 0},     {"arguments", ARRAY, 0},
                                                {"resumed", ARRAY, 0}};
    struct place place = {.path = path, .text = "top level"};
    const char *schema = json_string_value(json_object_get(record, "schema"));
    if (schema && strcmp(schema, EB_RECORD_SCHEMA) != 0)
        return refused(&place, err, "schema is '%s', this version reads '" EB_RECORD_SCHEMA "'", schema);
    enum eb_status status = CHECK_KEYS(record, rules, 0, &place, err);
    if (status != EB_OK)
        return status;
    const char *kind = json_string_value(json_object_get(record, "kind"));
    if (strcmp(kind, "measured") != 0 && strcmp(kind, "published") != 0)
        return refused(&place, err, "\"kind\" is '%s', neither measured nor published", kind);
    snprintf(place.text, sizeof place.text, "run");
    status = CHECK_KEYS(json_object_get(record, "run"), run_rules, 1, &place, err);
    if (status == EB_OK)
        status = check_each(json_object_get(record, "run"), "variants", &place, check_variant, err);
    if (status == EB_OK)
        status = check_each(json_object_get(record, "run"), "resumed", &place, check_resumed, err);
    place.text[0] = '\0';
    return status == EB_OK ? check_each(record, "launches", &place, check_launch, err) : status;
}
