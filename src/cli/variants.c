#include "cli/variants.h"

#include "common/rng.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 32
#define ORDER_SEED UINT64_C(0x6f72646572) /* "order": not the sequence that shuffles the cases */

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "variants", ENOMEM, "out of memory for the variants");
}

static enum eb_status bad(struct eb_error *err, const char *word, const char *reason, const char *what)
{
    return eb_error_set(err, EB_USAGE, "variants", 0, "--variant '%s': %s%s%s%s", word, what ? "'" : "",
                        what ? what : "", what ? "' " : "", reason);
}

static int is_name(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+");
    return length > 0 && length <= NAME_MAX_BYTES && text[length] == '\0';
}

/* The length of the name of a variable that a text begins with, where a '=' follows; else 0. */
static size_t variable_length(const char *text)
{
    size_t length = 0;
    while (text[length] == '_' || isalpha((unsigned char)text[length]) ||
           (length > 0 && isdigit((unsigned char)text[length])))
        length++;
    return text[length] == '=' ? length : 0;
}

/* Cuts the first VARIABLE=VALUE off *rest. */
static char *next_value(char **rest)
{
    char *value = *rest + strspn(*rest, " ");
    char *end = value + strcspn(value, " ");
    *rest = *end ? end + 1 : end;
    *end = '\0';
    return value;
}

/* Records are JSON, which is UTF-8. */
static int is_utf8(const char *text)
{
    json_t *json = json_string(text);
    json_decref(json);
    return json != NULL;
}

static int has_variable(const struct eb_variant *variant, const char *value)
{
    size_t length = variable_length(value) + 1;
    for (size_t i = 0; i < variant->value_count; i++) /* the analyser forgets that so many were filled: */
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker) */
        if (strncmp(variant->values[i], value, length) == 0)
            return 1;
    return 0;
}

static enum eb_status parse_values(struct eb_variant *variant, char *rest, const char *word,
                                   struct eb_error *err)
{
    variant->values = calloc(strlen(rest) / 2 + 1, sizeof *variant->values);
    if (!variant->values)
        return out_of_memory(err);
    for (char *value = next_value(&rest); *value; value = next_value(&rest)) {
        if (variable_length(value) == 0)
            return bad(err, word, "is no VARIABLE=VALUE", value);
        if (has_variable(variant, value)) {
            value[variable_length(value)] = '\0';
            return bad(err, word, "is set twice", value);
        }
        variant->values[variant->value_count++] = value;
    }
    return EB_OK;
}

static enum eb_status parse_one(struct eb_variant *variant, const char *word, struct eb_error *err)
{
    *variant = (struct eb_variant){.name = strdup(word)};
    if (!variant->name)
        return out_of_memory(err);
    char *rest = variant->name + strcspn(variant->name, "=");
    if (*rest)
        *rest++ = '\0';
    if (!is_name(variant->name))
        return bad(err, word, "a name has 1 to 32 of letters, digits, '.', '_', '+', '-'", NULL);
    if (!is_utf8(word))
        return bad(err, variant->name, "its environment is no UTF-8", NULL);
    return parse_values(variant, rest, word, err);
}

enum eb_status eb_variants_parse(struct eb_variants *variants, const char *const *words, size_t count,
                                 struct eb_error *err)
{
    enum eb_status status = EB_OK;
    *variants = (struct eb_variants){0};
    for (size_t i = 0; status == EB_OK && i < count; i++) {
        status = parse_one(&variants->items[variants->count++], words[i], err);
        for (size_t j = 0; status == EB_OK && j < i; j++)
            if (strcmp(variants->items[j].name, variants->items[i].name) == 0)
                status = bad(err, words[i], "is the name of another variant", variants->items[i].name);
    }
    return status;
}

void eb_variants_free(struct eb_variants *variants)
{
    for (size_t i = 0; i < variants->count; i++) {
        free(variants->items[i].name);
        free(variants->items[i].values);
    }
    *variants = (struct eb_variants){0};
}

static json_t *environment_of(const struct eb_variant *variant)
{
    json_t *environment = json_object();
    for (size_t i = 0; environment && i < variant->value_count; i++) {
        const char *value = variant->values[i];
        size_t length = variable_length(value);
        char *variable = strndup(value, length);
        int failed =
            !variable || json_object_set_new(environment, variable, json_string(value + length + 1)) != 0;
        free(variable);
        if (!failed)
            continue;
        json_decref(environment);
        environment = NULL;
    }
    return environment;
}

json_t *eb_variants_to_json(const struct eb_variants *variants)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < variants->count; i++) {
        const struct eb_variant *variant = &variants->items[i];
        json_t *item = json_pack("{s:s, s:o}", "name", variant->name, "environment", environment_of(variant));
        if (item && json_array_append_new(array, item) == 0)
            continue;
        json_decref(array);
        array = NULL;
    }
    return array;
}

size_t *eb_variants_order(size_t count, size_t blocks, uint64_t seed)
{
    struct eb_rng rng;
    size_t *order = calloc(count * blocks, sizeof *order);
    if (!order)
        return NULL;
    eb_rng_seed(&rng, seed ^ ORDER_SEED);
    for (size_t block = 0; block < blocks; block++) {
        for (size_t i = 0; i < count; i++)
            order[block * count + i] = i;
        eb_rng_shuffle(&rng, order + block * count, count);
    }
    return order;
}
