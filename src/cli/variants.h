/* Environments that the launches of a run are under, and the order of those launches.
 *
 * --variant NAME[=VARIABLE=VALUE...]: several variables are separated by spaces; anything else, commas too,
 * is part of a value. NAME or NAME= alone is the environment as it is. */
#ifndef EB_CLI_VARIANTS_H
#define EB_CLI_VARIANTS_H

#include "cli/options.h"
#include "common/status.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

struct eb_variant {
    char *name;    /* letters, digits, '.', '_', '-', '+'; at most 32 */
    char **values; /* "VARIABLE=VALUE", into the text of name */
    size_t value_count;
};

struct eb_variants {
    struct eb_variant items[EB_VARIANTS_MAX];
    size_t count; /* 0: nobody named any */
};

/* EB_USAGE names the word that is wrong. Release with eb_variants_free in any case. */
enum eb_status eb_variants_parse(struct eb_variants *variants, const char *const *words, size_t count,
                                 struct eb_error *err);
void eb_variants_free(struct eb_variants *variants);

/* [{"name", "environment": {VARIABLE: VALUE}}], the caller's; NULL when out of memory. */
json_t *eb_variants_to_json(const struct eb_variants *variants);

/* The variants of `blocks` blocks in the order in which they are launched: each block holds every variant
 * once, in a random order of its own, the same for the same seed. The caller's (free); NULL when out of
 * memory. */
size_t *eb_variants_order(size_t count, size_t blocks, uint64_t seed);

#endif
