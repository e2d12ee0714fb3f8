#include "judge/likeness.h"

#include "common/arm.h"
#include "common/plain.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {"kind",     "kernels",    "arms", "ranks",   "hosts",
                                    "instance", "definition", "path", "missing", "all"};

#define WORD_COUNT (sizeof words / sizeof *words)
#define UNKNOWN "unknown"

/* The values of each property, each once. */
struct gathering {
    json_t *values; /* name -> {value: null, ...} */
    const char *arm;
    int failed;
};

static void add(struct gathering *all, const char *name, const char *value)
{
    json_t *known = json_object_get(all->values, name);
    if (!known) {
        known = json_object();
        all->failed |= json_object_set_new(all->values, name, known) != 0;
    }
    all->failed |= !known || json_object_set_new(known, value, json_null()) != 0;
}

static void add_count(struct gathering *all, const char *name, unsigned long long count)
{
    char text[24];
    snprintf(text, sizeof text, "%llu", count);
    add(all, name, text);
}

static void add_definition(struct gathering *all, const char *owner, const char *property, const char *value)
{
    char *name = NULL;
    if (asprintf(&name, "definition %s %s", owner, property) < 0) {
        all->failed = 1;
        return;
    }
    add(all, name, value);
    free(name);
}

/* A value of JSON as text; fallback where it is absent. */
static const char *text_of(const json_t *value, const char *fallback, char *buffer, size_t room)
{
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_boolean(value))
        return json_is_true(value) ? "yes" : "no";
    if (!json_is_integer(value))
        return fallback;
    snprintf(buffer, room, "%lld", (long long)json_integer_value(value));
    return buffer;
}

static void define_case(struct gathering *all, const json_t *item)
{
    static const struct {
        const char *key;
        const char *fallback; /* what a measured case means that does not say it */
    } properties[] = {
        {"window", "none"},   {"pairs", "1"},        {"receives", "unsaid"},
        {"loop", "unsaid"},   {"average", "median"}, {"type", "f32"},
        {"operation", "sum"}, {"in_place", "no"},    {"first_sweep_counted", "no"},
    };
    char buffer[EB_PLAIN_NUMBER];
    const char *kernel = json_string_value(json_object_get(item, "kernel"));
    int is_published = json_object_get(item, "published") != NULL;
    for (size_t i = 0; i < sizeof properties / sizeof *properties; i++) {
        const char *value = text_of(json_object_get(item, properties[i].key),
                                    is_published ? NULL : properties[i].fallback, buffer, sizeof buffer);
        if (value)
            add_definition(all, kernel, properties[i].key, value);
    }
    if (is_published)
        return;
    add_definition(all, kernel, "schedule", json_object_get(item, "round") ? "round-robin" : "at once");
    add_definition(all, kernel, "rotates", json_object_get(item, "rotated_bytes") ? "yes" : "no");
    double size_bytes = (double)json_integer_value(json_object_get(item, "size_bytes"));
    double bytes = (double)json_integer_value(json_object_get(item, "bytes_per_sample"));
    if (size_bytes > 0)
        add_definition(all, kernel, "messages", eb_plain_number(bytes / size_bytes, 6, buffer));
}

/* What was asked for, not what came of it: versions are what a change is looked for in. */
static void define_asked(struct gathering *all, const char *owner, const json_t *arm)
{
    const json_t *attributes = json_object_get(arm, "attributes");
    const char *spec = json_string_value(json_object_get(arm, "spec"));
    char buffer[EB_PLAIN_NUMBER];
    struct eb_arm asked = {0};
    int is_parsed = spec && eb_arm_parse(spec, &asked, NULL) == EB_OK;
    const char *provider =
        is_parsed ? asked.provider : json_string_value(json_object_get(attributes, "provider"));
    const char *flows = text_of(json_object_get(attributes, "flows"),
                                is_parsed ? eb_arm_key(&asked, "flows", NULL) : NULL, buffer, sizeof buffer);
    if (provider)
        add_definition(all, owner, "provider", provider);
    if (flows)
        add_definition(all, owner, "flows", flows);
    if (is_parsed)
        eb_arm_free(&asked);
}

static void define_arm(struct gathering *all, const json_t *arm)
{
    static const char *const keys[] = {"operation", "remote_completion"};
    const json_t *attributes = json_object_get(arm, "attributes");
    char *owner = NULL;
    if (asprintf(&owner, "arm %s", json_string_value(json_object_get(arm, "name"))) < 0) {
        all->failed = 1;
        return;
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *value = json_string_value(json_object_get(attributes, keys[i]));
        if (value)
            add_definition(all, owner, keys[i], value);
    }
    add_definition(all, owner, "transport", json_string_value(json_object_get(arm, "transport")));
    define_asked(all, owner, arm);
    free(owner);
}

static void look_at_launch(struct gathering *all, const json_t *launch)
{
    const json_t *provenance = json_object_get(launch, "provenance");
    const char *instance = json_string_value(json_object_get(provenance, "instance"));
    size_t hosts = json_array_size(json_object_get(provenance, "hosts"));
    size_t i;
    const json_t *item;
    if (!instance)
        instance = json_string_value(json_object_get(provenance, "cpu"));
    if (instance)
        add(all, "instance", instance);
    if (hosts > 0)
        add_count(all, "hosts", hosts);
    json_array_foreach(json_object_get(launch, "cases"), i, item)
    {
        const char *arm = json_string_value(json_object_get(item, "arm"));
        if (all->arm && strcmp(arm, all->arm) != 0)
            continue;
        add(all, "kernels", json_string_value(json_object_get(item, "kernel")));
        add(all, "arms", arm);
        add_count(all, "ranks", (unsigned long long)json_integer_value(json_object_get(item, "ranks")));
        define_case(all, item);
    }
    json_array_foreach(json_object_get(launch, "arms"), i, item)
    {
        if (!all->arm || strcmp(json_string_value(json_object_get(item, "name")), all->arm) == 0)
            define_arm(all, item);
    }
}

static int compare_texts(const void *left, const void *right)
{
    return strverscmp(*(const char *const *)left, *(const char *const *)right);
}

/* The keys of an object, ascending, joined by '+'. */
static json_t *joined(const json_t *values)
{
    size_t count = json_object_size(values);
    size_t bytes = 1;
    size_t used = 0;
    size_t i = 0;
    const char *key;
    json_t *value;
    const char **keys = calloc(count + 1, sizeof *keys);
    json_object_foreach((json_t *)values, key, value)
    {
        if (keys)
            keys[i++] = key;
        bytes += strlen(key) + 1;
    }
    char *text = keys ? malloc(bytes) : NULL;
    if (text) {
        qsort(keys, count, sizeof *keys, compare_texts);
        text[0] = '\0';
        for (i = 0; i < count; i++)
            used += (size_t)snprintf(text + used, bytes - used, "%s%s", i ? "+" : "", keys[i]);
    }
    json_t *made = text ? json_string(text) : NULL;
    free(text);
    free(keys);
    return made;
}

json_t *eb_likeness_of_side(const json_t *record, const char *arm, const char *variant)
{
    struct gathering all = {.values = json_object(), .arm = arm};
    const json_t *run = json_object_get(record, "run");
    const char *instance = json_string_value(json_object_get(run, "instance"));
    const json_t *nodes = json_object_get(run, "nodes");
    size_t i;
    const json_t *launch;
    all.failed = !all.values;
    add(&all, "kind", json_string_value(json_object_get(record, "kind")));
    if (instance)
        add(&all, "instance", instance);
    if (json_is_integer(nodes))
        add_count(&all, "hosts", (unsigned long long)json_integer_value(nodes));
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        if (!variant || strcmp(json_string_value(json_object_get(launch, "variant")), variant) == 0)
            look_at_launch(&all, launch);
    }
    json_t *texts = json_object();
    const char *name;
    json_t *values;
    json_object_foreach(all.values, name, values)
    {
        all.failed |= json_object_set_new(texts, name, joined(values)) != 0;
    }
    for (i = 0; i < WORD_COUNT && strcmp(words[i], "definition") != 0; i++)
        if (!json_object_get(texts, words[i]))
            all.failed |= json_object_set_new(texts, words[i], json_string(UNKNOWN)) != 0;
    json_decref(all.values);
    if (!all.failed)
        return texts;
    json_decref(texts);
    return NULL;
}

json_t *eb_likeness_of(const json_t *record)
{
    return eb_likeness_of_side(record, NULL, NULL);
}

/* In the order of `words`, then by name. */
static int compare_names(const void *left, const void *right)
{
    const char *const *names[] = {left, right};
    size_t places[2];
    for (int i = 0; i < 2; i++) {
        places[i] = 0;
        while (places[i] < WORD_COUNT && strncmp(words[places[i]], *names[i], strcspn(*names[i], " ")) != 0)
            places[i]++;
    }
    if (places[0] != places[1])
        return places[0] < places[1] ? -1 : 1;
    return strcmp(*names[0], *names[1]);
}

json_t *eb_likeness_differences(const json_t *base, const json_t *now)
{
    json_t *differences = json_array();
    const char **names = calloc(json_object_size(base) + 1, sizeof *names);
    size_t count = 0;
    const char *name;
    json_t *in_base;
    json_object_foreach((json_t *)base, name, in_base)
    {
        const json_t *in_now = json_object_get(now, name);
        if (names && in_now && !json_equal(in_base, in_now))
            names[count++] = name;
    }
    int failed = !differences || !names;
    if (names)
        qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 0; i < count && !failed; i++)
        failed = json_array_append_new(differences,
                                       json_pack("[s, O, O]", names[i], json_object_get(base, names[i]),
                                                 json_object_get(now, names[i]))) != 0;
    free(names);
    if (!failed)
        return differences;
    json_decref(differences);
    return NULL;
}

/* A text that may come out too long. */
struct line {
    char *text;
    size_t room;
    size_t used; /* what it would take */
};

static void append(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(struct line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t at = line->used < line->room ? line->used : line->room - 1;
    int length = vsnprintf(line->text + at, line->room - at, format, args);
    va_end(args);
    line->used += length > 0 ? (size_t)length : 0;
}

/* At most `longest` bytes of a value. */
static void append_value(struct line *line, const char *value, size_t longest)
{
    size_t length = strlen(value);
    if (length <= longest) {
        append(line, "%s", value);
        return;
    }
    while (longest > 0 && ((unsigned char)value[longest] & 0xc0) == 0x80)
        longest--; /* not within a character */
    append(line, "%.*s...", (int)longest, value);
}

/* Whether list, words with commas, has the word. */
static int lists(const char *list, const char *word, size_t length)
{
    for (;;) {
        size_t here = strcspn(list, ",");
        if (here == length && strncmp(list, word, length) == 0)
            return 1;
        if (!list[here])
            return 0;
        list += here + 1;
    }
}

int eb_likeness_is_allowed(const char *allow, const char *name)
{
    return allow && (lists(allow, "all", 3) || lists(allow, name, strcspn(name, " ")));
}

/* Whether two values, joined by '+', have one in common. */
static int share_any(const char *base, const char *now)
{
    for (;;) {
        size_t length = strcspn(base, "+");
        for (const char *other = now;; other++) {
            size_t here = strcspn(other, "+");
            if (here == length && strncmp(other, base, length) == 0)
                return 1;
            other += here;
            if (!*other)
                break;
        }
        base += length;
        if (!*base++)
            return 0;
    }
}

/* Whether no series can be in both, whatever is allowed. Ranks that differ pair where each side has one. */
static int is_hopeless(const json_t *difference)
{
    const char *name = json_string_value(json_array_get(difference, 0));
    const char *base = json_string_value(json_array_get(difference, 1));
    const char *now = json_string_value(json_array_get(difference, 2));
    int names = strcmp(name, "kernels") == 0 || strcmp(name, "arms") == 0;
    int several_ranks = strcmp(name, "ranks") == 0 && (strchr(base, '+') || strchr(now, '+'));
    return (names || several_ranks) && !share_any(base, now);
}

static int is_refused(const json_t *differences, const char *allow, const char *word)
{
    size_t i;
    const json_t *difference;
    json_array_foreach(differences, i, difference)
    {
        const char *name = json_string_value(json_array_get(difference, 0));
        if (strncmp(name, word, strcspn(name, " ")) == 0 && !eb_likeness_is_allowed(allow, name))
            return 1;
    }
    return 0;
}

/* What would help: the whole list to allow, with what is allowed already. */
static void append_names(struct line *line, const json_t *differences, const char *allow)
{
    size_t i;
    const json_t *difference;
    json_array_foreach(differences, i, difference)
    {
        if (!is_hopeless(difference))
            continue;
        append(line, ": they share no %s, so that no series is in both",
               json_string_value(json_array_get(difference, 0)));
        return;
    }
    const char *before = ": --allow=";
    for (i = 0; i < WORD_COUNT; i++) {
        if (!(allow && lists(allow, words[i], strlen(words[i]))) && !is_refused(differences, allow, words[i]))
            continue;
        append(line, "%s%s", before, words[i]);
        before = ",";
    }
    append(line, " compares them nevertheless");
}

/* longest: of a value, and of half a path; 0: definitions are only counted. */
static int describe(struct line *line, const json_t *differences, const char *const *paths, const char *allow,
                    size_t longest)
{
    size_t definitions = 0;
    size_t refused = 0;
    size_t i;
    const json_t *difference;
    line->used = 0;
    append_value(line, paths[0], longest > 0 ? 2 * longest : 24);
    append(line, " and ");
    append_value(line, paths[1], longest > 0 ? 2 * longest : 24);
    append(line, " are not alike: ");
    json_array_foreach(differences, i, difference)
    {
        const char *name = json_string_value(json_array_get(difference, 0));
        if (eb_likeness_is_allowed(allow, name))
            continue;
        int is_definition = strncmp(name, "definition ", 11) == 0;
        if (longest == 0 && is_definition) {
            definitions++;
            continue;
        }
        append(line, "%s%s ", refused++ ? "; " : "", name);
        append_value(line, json_string_value(json_array_get(difference, 1)), longest > 0 ? longest : 4);
        append(line, ", ");
        append_value(line, json_string_value(json_array_get(difference, 2)), longest > 0 ? longest : 4);
    }
    if (definitions > 0)
        append(line, "%sdefinition of %zu properties", refused ? "; " : "", definitions);
    append_names(line, differences, allow);
    return line->used < line->room;
}

enum eb_status eb_likeness_check(const json_t *differences, const char *base_name, const char *now_name,
                                 const char *allow, struct eb_error *err)
{
    static const size_t lengths[] = {64, 32, 16, 8, 4, 0};
    char text[sizeof err->text];
    struct line line = {.text = text, .room = sizeof text};
    const char *const paths[] = {base_name, now_name};
    size_t refused = 0;
    size_t i;
    const json_t *difference;
    json_array_foreach(differences, i, difference)
    {
        refused += !eb_likeness_is_allowed(allow, json_string_value(json_array_get(difference, 0)));
    }
    if (refused == 0)
        return EB_OK;
    i = 0;
    while (i + 1 < sizeof lengths / sizeof *lengths &&
           !describe(&line, differences, paths, allow, lengths[i]))
        i++;
    describe(&line, differences, paths, allow, lengths[i]);
    return eb_error_set(err, EB_INVALID, "likeness", 0, "%s", eb_plain_clean(text));
}

enum eb_status eb_likeness_check_allow(const char *allow, struct eb_error *err)
{
    for (const char *word = allow; word;) {
        size_t length = strcspn(word, ",");
        size_t known = 0;
        while (known < WORD_COUNT &&
               (strlen(words[known]) != length || strncmp(words[known], word, length) != 0))
            known++;
        if (known == WORD_COUNT)
            return eb_error_set(err, EB_USAGE, "likeness", 0,
                                "--allow: '%.*s' is none of kind, kernels, arms, ranks, hosts, instance, "
                                "definition, path, missing, all",
                                (int)(length < 64 ? length : 64), word);
        word = word[length] ? word + length + 1 : NULL;
    }
    return EB_OK;
}

const char *eb_likeness_word_at(size_t index)
{
    return index < WORD_COUNT ? words[index] : NULL;
}
