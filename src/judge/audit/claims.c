/* What an arm claims to be, from its specification, what its transport says of itself, or its name. */
#include "common/arm.h"
#include "judge/audit/check.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct eb_adapter *adapter_named(const char *name)
{
    for (size_t i = 0; i < eb_adapter_count(); i++)
        if (strcasecmp(eb_adapter_at(i)->name, name) == 0)
            return eb_adapter_at(i);
    return NULL;
}

const char *eb_adapter_word(const struct eb_adapter *adapter)
{
    switch (adapter->kind) {
    case EB_ADAPTER_EFA:
        return "EFA";
    case EB_ADAPTER_ENA:
        return "ENA";
    case EB_ADAPTER_82599VF:
        return "82599 VF";
    case EB_ADAPTER_ENI:
        return "plain ENI";
    }
    return adapter->name;
}

static const struct eb_adapter *adapter_of(enum eb_adapter_kind kind)
{
    for (size_t i = 0; i < eb_adapter_count(); i++)
        if (eb_adapter_at(i)->kind == kind)
            return eb_adapter_at(i);
    return NULL;
}

/* The first word of text that is one of ours, digits behind it or not ("efa", "ena-tcp", "ena36"). */
static const struct eb_adapter *adapter_in(const char *text)
{
    static const struct {
        const char *word;
        const char *adapter;
    } words[] = {{"efa", "efa"},         {"ena", "ena"},       {"eni", "eni"},        {"vif", "eni"},
                 {"82599vf", "82599vf"}, {"82599", "82599vf"}, {"ixgbevf", "82599vf"}};
    while (*text) {
        size_t length = 0;
        while (isalnum((unsigned char)text[length]))
            length++;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            size_t known = strlen(words[i].word);
            size_t digits = known;
            if (length < known || strncasecmp(text, words[i].word, known) != 0)
                continue;
            while (digits < length && isdigit((unsigned char)text[digits]))
                digits++;
            if (digits == length)
                return adapter_named(words[i].adapter);
        }
        text += length ? length : 1;
    }
    return NULL;
}

static int has_word(const char *text, const char *word)
{
    return text && strcasestr(text, word) != NULL;
}

/* A count that a specification has as text and a transport as number. */
static uint64_t count_in(const json_t *attributes, const struct eb_arm *arm, const char *key)
{
    const json_t *value = json_object_get(attributes, key);
    const char *text = arm ? eb_arm_key(arm, key, NULL) : NULL;
    if (json_is_integer(value) && json_integer_value(value) > 0)
        return (uint64_t)json_integer_value(value);
    if (!text)
        text = json_string_value(value);
    long long count = text ? strtoll(text, NULL, 10) : 0;
    return count > 0 ? (uint64_t)count : 0;
}

static void claim(struct eb_arm_claim *claim, const struct eb_adapter *adapter, const char *by)
{
    if (claim->kind != EB_CLAIM_NONE || !adapter)
        return;
    claim->kind = EB_CLAIM_ADAPTER;
    claim->adapter = adapter;
    claim->by = by;
}

static void claim_local(struct eb_arm_claim *claim, enum eb_claim_kind kind, const char *by)
{
    if (claim->kind != EB_CLAIM_NONE)
        return;
    claim->kind = kind;
    claim->by = by;
}

static void read_provider(struct eb_arm_claim *out, const char *provider)
{
    if (!provider)
        return;
    if (strncmp(provider, "efa", 3) == 0)
        claim(out, adapter_of(EB_ADAPTER_EFA), "provider");
    else if (strncmp(provider, "shm", 3) == 0 || strncmp(provider, "sm2", 3) == 0)
        claim_local(out, EB_CLAIM_LOCAL, "provider");
}

static void read_interface(struct eb_arm_claim *out, const char *interface)
{
    if (!interface)
        return;
    if (strcmp(interface, "lo") == 0 || strncmp(interface, "127.", 4) == 0)
        claim_local(out, EB_CLAIM_LOCAL, "interface");
    else if (strncmp(interface, "efa_", 4) == 0)
        claim(out, adapter_of(EB_ADAPTER_EFA), "interface");
    else
        claim(out, adapter_in(interface), "interface");
}

/* Types of the first two generations, in which the lowest published figure is the catalogue's floor. Of later
 * ones nobody has published a small-message latency; the announced gain of EFA's third generation over the
 * second is "up to 35%", so that half the lowest published figure is on the safe side for all of them. */
static int is_early(const char *instance)
{
    static const char *const families[] = {
        "c5n.",  "m5n.",   "p3dn.",   "g4dn.",  "p4d.", "p4de.", "c6gn.",  "c6i.", "c6a.", "c6in.", "m6in.",
        "r6in.", "hpc6a.", "hpc6id.", "x2idn.", "g5.",  "trn1.", "trn1n.", "p5.",  "p5e.", "m7g.",  "c7g."};
    for (size_t i = 0; instance && i < sizeof families / sizeof *families; i++)
        if (strncmp(instance, families[i], strlen(families[i])) == 0)
            return 1;
    return 0;
}

#define LATER_FLOOR_US 5
#define KERNEL_FLOOR_US 9
#define KERNEL_SOURCE                                                                                        \
    "amzn/amzn-drivers, issue 148: 37 us is the least of 235129 busy pings in a cluster placement group, "   \
    "18.5 us one way; half of that"

static void read_floor(struct eb_arm_claim *out, const char *instance)
{
    struct eb_words floor;
    if (out->kind != EB_CLAIM_ADAPTER)
        return;
    if (out->adapter->kind != EB_ADAPTER_EFA) {
        out->floor_us = out->adapter->floor_us > 0 ? out->adapter->floor_us : KERNEL_FLOOR_US;
        out->floor_source = out->adapter->floor_us > 0 ? out->adapter->floor.source : KERNEL_SOURCE;
        floor = eb_words_number(out->floor_us, 3);
        snprintf(out->floor_words, sizeof out->floor_words,
                 "kernel TCP between two hosts takes %s us or more", floor.text);
        return;
    }
    out->floor_us = is_early(instance) ? out->adapter->floor_us : LATER_FLOOR_US;
    out->floor_source = out->adapter->floor.source;
    floor = eb_words_number(out->floor_us, 3);
    if (is_early(instance))
        snprintf(out->floor_words, sizeof out->floor_words, "none published of its generation is below %s us",
                 floor.text);
    else
        snprintf(out->floor_words, sizeof out->floor_words,
                 "none published of any generation is below 9 us, and %s us allow for newer ones",
                 floor.text);
}

void eb_claim_read(struct eb_arm_claim *out, const json_t *json, const struct eb_instance *instance,
                   const char *instance_name)
{
    const json_t *attributes = json_object_get(json, "attributes");
    const char *transport = json_string_value(json_object_get(json, "transport"));
    const char *path = json_string_value(json_object_get(attributes, "path"));
    const char *spec = json_string_value(json_object_get(json, "spec"));
    const char *operation = json_string_value(json_object_get(attributes, "operation"));
    struct eb_arm arm;
    int parsed = spec && eb_arm_parse(spec, &arm, NULL) == EB_OK;
    *out = (struct eb_arm_claim){.arm = json_string_value(json_object_get(json, "name"))};
    if (strcmp(transport, "null") == 0)
        claim_local(out, EB_CLAIM_NOTHING, "transport");
    if (strcmp(transport, "inproc") == 0)
        claim_local(out, EB_CLAIM_LOCAL, "transport");
    if (parsed) {
        read_provider(out, arm.provider);
        read_interface(out, arm.interface);
    }
    read_provider(out, json_string_value(json_object_get(attributes, "provider_asked")));
    read_provider(out, json_string_value(json_object_get(attributes, "provider")));
    read_interface(out, json_string_value(json_object_get(attributes, "interface")));
    if (path && (has_word(path, "shared memory") || has_word(path, "loopback")))
        claim_local(out, EB_CLAIM_LOCAL, "path");
    claim(out, path ? adapter_in(path) : NULL, "path");
    claim(out, adapter_in(out->arm), "name");
    if (strcmp(transport, "sockets") == 0 && instance)
        claim(out, adapter_of(instance->plain), "transport and instance type");
    out->flows = count_in(attributes, parsed ? &arm : NULL, "flows");
    if (!out->flows && (strcmp(transport, "sockets") == 0 || has_word(path, "one flow")))
        out->flows = 1;
    out->cards = count_in(attributes, parsed ? &arm : NULL, "cards");
    if (!out->cards)
        out->cards = count_in(attributes, parsed ? &arm : NULL, "rails");
    if (!out->cards)
        out->cards = 1;
    out->reads = operation && strcmp(operation, "read") == 0;
    read_floor(out, instance_name);
    if (parsed)
        eb_arm_free(&arm);
}

void eb_claim_assume(struct eb_arm_claim *out, const struct eb_instance *instance)
{
    claim(out, adapter_of(instance->efa_count ? EB_ADAPTER_EFA : instance->plain), "instance type and hosts");
    out->assumed = 1;
    out->cards = instance->efa_count ? instance->efa_count : 1;
    read_floor(out, instance->name);
}
