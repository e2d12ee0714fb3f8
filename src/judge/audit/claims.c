/* What the arms of a record claim, with what the user says of them, and the least latency of that. */
#include "common/arm.h"
#include "judge/audit/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void eb_claim_floor(struct eb_arm_claim *out, const char *instance)
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

/* Between two hosts of a type something of the type carried the bytes: an arm that says nothing is held
 * against the quickest adapter that the type has, all cards together. */
static void assume(struct eb_arm_claim *claim, const struct eb_instance *instance)
{
    claim->kind = EB_CLAIM_ADAPTER;
    claim->adapter = eb_adapter_of_kind(instance->efa_count ? EB_ADAPTER_EFA : instance->plain);
    claim->by = "instance type and hosts";
    claim->assumed = 1;
    eb_claim_floor(claim, instance->name);
}

/* What the user says of arms that say nothing themselves. */
static enum eb_status complete_claims(struct eb_audit *audit, const char *said, struct eb_error *err)
{
    char *spec = NULL;
    struct eb_arm arm;
    int named_only = said && !strchr(said, '=');
    if (!said)
        return EB_OK;
    if (asprintf(&spec, named_only ? "%s=unknown" : "%s", said) < 0)
        return eb_error_set(err, EB_INTERNAL, "audit", ENOMEM, "out of memory for an audit");
    enum eb_status status = eb_arm_parse(spec, &arm, err);
    json_t *json = status == EB_OK ? json_pack("{s:s, s:s, s:s}", "name", arm.name, "transport",
                                               arm.transport, "spec", spec)
                                   : NULL;
    if (status == EB_OK && !json)
        status = eb_error_set(err, EB_USAGE, "audit", 0, "--arm: '%.60s' is not UTF-8", said);
    for (size_t i = 0; status == EB_OK && i < audit->set->arm_count; i++) {
        struct eb_arm_claim *claim = &audit->claims[i];
        const char *name = claim->arm;
        if (claim->kind != EB_CLAIM_NONE)
            continue;
        *claim = eb_arm_claim_of(json, 1, audit->instance);
        claim->arm = name;
        claim->by = "--arm";
    }
    if (json)
        eb_arm_free(&arm);
    json_decref(json);
    free(spec);
    return status;
}

enum eb_status eb_audit_read_claims(struct eb_audit *audit, const struct eb_audit_claims *claims,
                                    struct eb_error *err)
{
    const json_t *record = audit->record;
    const char *instance = claims ? claims->instance : NULL;
    int is_published = strcmp(json_string_value(json_object_get(record, "kind")), "published") == 0;
    if (instance && !eb_instance_find(instance))
        return eb_error_set(err, EB_USAGE, "audit", 0,
                            "--instance: the catalogue has no '%.60s'; efabench adapters lists those it has",
                            instance);
    if (!instance)
        instance = json_string_value(json_object_get(json_object_get(record, "run"), "instance"));
    size_t i;
    const json_t *launch;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        const json_t *provenance = json_object_get(launch, "provenance");
        const char *placement = json_string_value(json_object_get(provenance, "placement"));
        if (!instance)
            instance = json_string_value(json_object_get(provenance, "instance"));
        audit->placement_group |= placement && strstr(placement, "placement group") != NULL;
    }
    audit->instance_name = instance;
    audit->instance = eb_instance_find(instance);
    audit->nodes_said = claims && claims->nodes;
    audit->nodes = eb_nodes_of(record, claims ? claims->nodes : 0);
    audit->claims = calloc(audit->set->arm_count + 1, sizeof *audit->claims);
    if (!audit->claims)
        return eb_error_set(err, EB_INTERNAL, "audit", ENOMEM, "out of memory for an audit");
    for (i = 0; i < audit->set->arm_count; i++)
        audit->claims[i] = eb_arm_claim_of(audit->set->arms[i], is_published, audit->instance);
    enum eb_status status = complete_claims(audit, claims ? claims->arm : NULL, err);
    for (i = 0; status == EB_OK && i < audit->set->arm_count; i++)
        if (audit->claims[i].kind == EB_CLAIM_NONE && audit->instance && audit->nodes > 1)
            assume(&audit->claims[i], audit->instance);
        else
            eb_claim_floor(&audit->claims[i], audit->instance_name);
    return status;
}
