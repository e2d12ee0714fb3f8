#include "common/arm.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARM_GRAMMAR "NAME=TRANSPORT[:PROVIDER][@INTERFACE][,key=value...]"

static enum eb_status bad_arm(struct eb_error *err, const char *spec, const char *why)
{
    return eb_error_set(err, EB_USAGE, "arm", 0, "arm '%s': %s; write " ARM_GRAMMAR, spec, why);
}

static int is_name(const char *text)
{
    size_t length = strlen(text);
    if (length == 0 || length > 32)
        return 0;
    for (const char *c = text; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("._+-", *c))
            return 0;
    return 1;
}

static enum eb_status split_keys(struct eb_arm *arm, char *rest, struct eb_error *err)
{
    char *word = NULL;
    while ((word = strsep(&rest, ","))) {
        char *equals = strchr(word, '=');
        if (!equals || equals == word || equals[1] == '\0')
            return eb_error_set(err, EB_USAGE, "arm", 0, "arm '%s': '%s' is not key=value", arm->spec, word);
        *equals = '\0';
        if (eb_arm_key(arm, word, NULL))
            return eb_error_set(err, EB_USAGE, "arm", 0, "arm '%s': key '%s' stands twice", arm->spec, word);
        if (arm->key_count == EB_ARM_KEYS_MAX)
            return bad_arm(err, arm->spec, "too many keys");
        arm->keys[arm->key_count++] = (struct eb_arm_key){.name = word, .value = equals + 1};
    }
    return EB_OK;
}

static enum eb_status split_arm(struct eb_arm *arm, struct eb_error *err)
{
    char *rest = arm->storage;
    char *equals = strchr(rest, '=');
    char *comma = strchr(rest, ',');
    if (!equals || (comma && comma < equals))
        return bad_arm(err, arm->spec, "it has no name");
    arm->name = strsep(&rest, "=");
    if (!is_name(arm->name))
        return bad_arm(err, arm->spec, "a name has 1 to 32 of letters, digits, '.', '_', '+', '-'");
    arm->transport = strsep(&rest, ",");
    if (rest) {
        enum eb_status status = split_keys(arm, rest, err);
        if (status != EB_OK)
            return status;
    }
    arm->interface = arm->transport;
    (void)strsep(&arm->interface, "@");
    arm->provider = arm->transport;
    (void)strsep(&arm->provider, ":");
    if (arm->transport[0] == '\0')
        return bad_arm(err, arm->spec, "it has no transport");
    if (arm->provider && arm->provider[0] == '\0')
        return bad_arm(err, arm->spec, "the provider after ':' is empty");
    if (arm->interface && arm->interface[0] == '\0')
        return bad_arm(err, arm->spec, "the interface after '@' is empty");
    return EB_OK;
}

enum eb_status eb_arm_parse(const char *spec, struct eb_arm *arm, struct eb_error *err)
{
    *arm = (struct eb_arm){.spec = strdup(spec), .storage = strdup(spec)};
    enum eb_status status = arm->spec && arm->storage
                                ? split_arm(arm, err)
                                : eb_error_set(err, EB_INTERNAL, "arm", ENOMEM, "out of memory for an arm");
    if (status != EB_OK)
        eb_arm_free(arm);
    return status;
}

void eb_arm_free(struct eb_arm *arm)
{
    if (!arm)
        return;
    free(arm->spec);
    free(arm->storage);
    *arm = (struct eb_arm){0};
}

const char *eb_arm_key(const struct eb_arm *arm, const char *name, const char *fallback)
{
    for (size_t i = 0; i < arm->key_count; i++)
        if (strcmp(arm->keys[i].name, name) == 0)
            return arm->keys[i].value;
    return fallback;
}
