/* What the record itself says of the path its bytes took: the witness, the provider, the hosts, warnings. */
#include "judge/audit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The arms of all launches, by name, point at this. */
struct seen {
    size_t refused;
    size_t attested;
    size_t unattested;
    size_t still; /* cases of which every sample took the same time */
    size_t cases;
    const char *refusal;
    const char *reason;
    const char *asked;
    const char *got;
};

#define STILL_SAMPLES 100

static size_t arm_index(const struct eb_audit *audit, const char *name)
{
    size_t i = 0;
    while (i < audit->set->arm_count && strcmp(audit->claims[i].arm, name) != 0)
        i++;
    return i;
}

/* Whether a provider is the one asked for: "tcp" is given "tcp;ofi_rxm". */
static int is_provider(const char *asked, const char *got)
{
    size_t length = strlen(asked);
    return strncmp(asked, got, length) == 0 && (got[length] == '\0' || got[length] == ';');
}

static void look_at_arms(const struct eb_audit *audit, const json_t *launch, struct seen *seen)
{
    size_t i;
    const json_t *arm;
    json_array_foreach(json_object_get(launch, "arms"), i, arm)
    {
        const json_t *attributes = json_object_get(arm, "attributes");
        const char *asked = json_string_value(json_object_get(attributes, "provider_asked"));
        const char *got = json_string_value(json_object_get(attributes, "provider"));
        size_t at = arm_index(audit, json_string_value(json_object_get(arm, "name")));
        if (asked && got && at < audit->set->arm_count && !is_provider(asked, got)) {
            seen[at].asked = asked;
            seen[at].got = got;
        }
    }
}

static void look_at_cases(const struct eb_audit *audit, const json_t *launch, struct seen *seen)
{
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(launch, "cases"), i, item)
    {
        const json_t *witness = json_object_get(item, "witness");
        const json_t *histogram = json_object_get(item, "histogram");
        const char *state = json_string_value(json_object_get(witness, "state"));
        const char *reason = json_string_value(json_object_get(witness, "reason"));
        size_t at = arm_index(audit, json_string_value(json_object_get(item, "arm")));
        if (!state || at == audit->set->arm_count)
            continue;
        struct seen *arm = &seen[at];
        arm->cases++;
        arm->refused += strcmp(state, "refused") == 0;
        arm->attested += strcmp(state, "attested") == 0;
        arm->unattested += strcmp(state, "unattested") == 0;
        if (strcmp(state, "refused") == 0 && !arm->refusal)
            arm->refusal = reason ? reason : "no reason given";
        if (strcmp(state, "unattested") == 0 && !arm->reason)
            arm->reason = reason;
        arm->still += json_array_size(histogram) == 1 &&
                      json_integer_value(json_array_get(json_array_get(histogram, 0), 1)) >= STILL_SAMPLES;
    }
}

/* One finding for each curve of an arm, over all its points. */
static void mark_arm(struct eb_audit *audit, size_t arm, int broken, const char *words)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_curve *curve = &audit->curves[i];
        const struct eb_finding about = {EB_CHECK_PATH,    broken,       i,    0,
                                         curve->count - 1, curve->count, NULL, NULL};
        if (curve->claim != &audit->claims[arm])
            continue;
        for (size_t j = 0; j < curve->count; j++)
            eb_curve_mark(curve, j, EB_CHECK_PATH, broken ? EB_BROKEN : EB_NOTED);
        eb_audit_find(audit, &about, "%s", words);
    }
}

/* One host, by the record or by what the user said. */
static int is_one_host(const struct eb_audit *audit, const char **host)
{
    const char *only = NULL;
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *name;
    json_array_foreach(json_object_get(audit->record, "launches"), i, launch)
    {
        const json_t *hosts = json_object_get(json_object_get(launch, "provenance"), "hosts");
        json_array_foreach(hosts, j, name)
        {
            const char *text = json_string_value(name);
            if (!text || (only && strcmp(only, text) != 0))
                return 0;
            only = text;
        }
    }
    *host = only;
    return only || audit->nodes == 1;
}

static void note_arm(struct eb_audit *audit, const char *format, const char *arm, size_t count, size_t of,
                     const char *reason) __attribute__((format(printf, 2, 0)));

static void note_arm(struct eb_audit *audit, const char *format, const char *arm, size_t count, size_t of,
                     const char *reason)
{
    const struct eb_finding about = {EB_CHECK_PATH, 0, EB_NO_CURVE, 0, 0, 0, NULL, NULL};
    char words[EB_AUDIT_WORDS];
    snprintf(words, sizeof words, format, arm, count, of, reason);
    eb_audit_find(audit, &about, "%s", words);
}

static void judge_arm(struct eb_audit *audit, size_t arm, const struct seen *seen)
{
    const struct eb_arm_claim *claim = &audit->claims[arm];
    const char *host = NULL;
    char words[EB_AUDIT_WORDS];
    if (seen->refused > 0) {
        snprintf(words, sizeof words, "the witness refused its path in %zu of %zu cases: %.200s",
                 seen->refused, seen->cases, seen->refusal);
        mark_arm(audit, arm, 1, words);
    }
    if (seen->asked) {
        snprintf(words, sizeof words, "it asked for the provider %.60s and got %.60s", seen->asked,
                 seen->got);
        mark_arm(audit, arm, 1, words);
    }
    if (claim->kind == EB_CLAIM_ADAPTER && is_one_host(audit, &host)) {
        snprintf(words, sizeof words,
                 "all ranks were on one host (%.60s): whatever carried their bytes, it is not the network "
                 "between hosts",
                 host ? host : "--nodes 1");
        mark_arm(audit, arm, 1, words);
    }
    if (claim->kind == EB_CLAIM_ADAPTER && !claim->assumed && seen->unattested > 0)
        note_arm(audit, "arm %.40s: no counter of an adapter attests %zu of its %zu cases%.200s", claim->arm,
                 seen->unattested, seen->cases, "");
    if (seen->still > 0 && claim->kind != EB_CLAIM_NOTHING)
        note_arm(audit, "arm %.40s: in %zu of its %zu cases every sample took the same time%.200s",
                 claim->arm, seen->still, seen->cases, ": too coarse a clock, or no measurement");
}

/* Warnings of the launches, each once. */
static void repeat_warnings(struct eb_audit *audit)
{
    json_t *known = json_object();
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *warning;
    const struct eb_finding about = {EB_CHECK_PATH, 0, EB_NO_CURVE, 0, 0, 0, NULL, NULL};
    json_array_foreach(json_object_get(audit->record, "launches"), i, launch)
    {
        json_array_foreach(json_object_get(launch, "warnings"), j, warning)
        {
            const char *text = json_string_value(warning);
            if (!text || !known || json_object_get(known, text))
                continue;
            if (json_object_set_new(known, text, json_true()) != 0)
                audit->failed = 1;
            eb_audit_find(audit, &about, "%s", text);
        }
    }
    audit->failed |= known == NULL;
    json_decref(known);
}

/* An ENA baseline of one flow alone, beside EFA, says how fast one flow is and not how fast the ENA is. */
static void note_fairness(struct eb_audit *audit)
{
    const struct eb_finding about = {EB_CHECK_FLOW, 0, EB_NO_CURVE, 0, 0, 0, NULL, eb_flow_cap_at(0)->source};
    const char *single = NULL;
    int efa = 0;
    int several = 0;
    for (size_t i = 0; i < audit->curve_count; i++) {
        const struct eb_curve *curve = &audit->curves[i];
        const struct eb_adapter *adapter = curve->claim->adapter;
        if (!adapter || curve->claim->assumed || curve->collective ||
            !eb_metric_is_rate(curve->points[0]->metric))
            continue;
        efa |= adapter->kind == EB_ADAPTER_EFA;
        if (adapter->kind == EB_ADAPTER_ENA && curve->claim->flows == 1 && curve->pairs == 1)
            single = curve->claim->arm;
        else if (adapter->kind == EB_ADAPTER_ENA)
            several = 1;
    }
    if (efa && single && !several)
        eb_audit_find(audit, &about,
                      "arm %.40s is one flow posing as ENA: EC2 caps a flow at 5, 10 or 25 Gb/s, so that its "
                      "bandwidth beside EFA's is unfair; measure several flows too (sockets@ena,flows=8)",
                      single);
}

/* Two ranks that shared memory in one kernel did so in the others of that arm too, if it was one run. */
static void note_siblings(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_curve *curve = &audit->curves[i];
        const struct eb_curve *liar = NULL;
        int broken = 0;
        for (size_t j = 0; j < curve->count; j++)
            for (size_t k = 0; k < EB_CHECK_COUNT; k++)
                broken |= curve->outcomes[j * EB_CHECK_COUNT + k] == EB_BROKEN;
        for (size_t j = 0; !broken && !curve->collective && j < audit->curve_count; j++) {
            const struct eb_curve *other = &audit->curves[j];
            if (other->claim == curve->claim && eb_curve_is(other, "pingpong") &&
                other->ranks == curve->ranks &&
                other->points[0]->variant_index == curve->points[0]->variant_index &&
                other->outcomes[EB_CHECK_FLOOR] == EB_BROKEN)
                liar = other;
        }
        const struct eb_finding about = {EB_CHECK_PATH, 0, i, 0, curve->count - 1, curve->count, NULL, NULL};
        if (!liar)
            continue;
        for (size_t j = 0; j < curve->count; j++)
            eb_curve_mark(curve, j, EB_CHECK_PATH, EB_NOTED);
        eb_audit_find(
            audit, &about,
            "possible by themselves, but the latency that the same arm claims is not: if both are of "
            "one run, these figures did not cross that adapter either");
    }
}

void eb_check_path(struct eb_audit *audit)
{
    struct seen *seen = calloc(audit->set->arm_count + 1, sizeof *seen);
    size_t i;
    const json_t *launch;
    if (!seen) {
        audit->failed = 1;
        return;
    }
    json_array_foreach(json_object_get(audit->record, "launches"), i, launch)
    {
        look_at_arms(audit, launch, seen);
        look_at_cases(audit, launch, seen);
    }
    for (i = 0; i < audit->set->arm_count; i++)
        judge_arm(audit, i, &seen[i]);
    note_siblings(audit);
    note_fairness(audit);
    repeat_warnings(audit);
    free(seen);
}
