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
    const char *asked;
    const char *got;
};

/* What the launches say. Figures are found by a key of what makes a figure (key_of). */
struct testimony {
    struct seen *seen;   /* one for each arm */
    json_t *arms;        /* name to index */
    json_t *refused;     /* figures that the witness refused */
    json_t *on_one_host; /* figures of launches on one host, with that launch's number */
    size_t alone;        /* launches that say that all their ranks were on one host */
    size_t known;        /* launches that say which hosts they had */
    size_t total;
};

#define STILL_SAMPLES 100

static size_t arm_index(const struct testimony *all, const char *name)
{
    const json_t *index = json_object_get(all->arms, name);
    return index ? (size_t)json_integer_value(index) : EB_NO_CURVE;
}

static void key_of(const char *kernel, const char *algorithm, const char *arm, const char *variant,
                   const uint64_t numbers[2], char key[EB_AUDIT_WORDS])
{
    snprintf(key, EB_AUDIT_WORDS, "%.60s\n%.60s\n%.60s\n%.100s\n%llu\n%llu", kernel, algorithm, arm, variant,
             (unsigned long long)numbers[0], (unsigned long long)numbers[1]);
}

static void key_of_case(const json_t *launch, const json_t *item, char key[EB_AUDIT_WORDS])
{
    const uint64_t numbers[] = {(uint64_t)json_integer_value(json_object_get(item, "size_bytes")),
                                (uint64_t)json_integer_value(json_object_get(item, "ranks"))};
    key_of(json_string_value(json_object_get(item, "kernel")),
           json_string_value(json_object_get(item, "algorithm")),
           json_string_value(json_object_get(item, "arm")),
           json_string_value(json_object_get(launch, "variant")), numbers, key);
}

static int is_in(const json_t *figures, const struct eb_series *series)
{
    char key[EB_AUDIT_WORDS];
    const uint64_t numbers[] = {series->size_bytes, series->ranks};
    key_of(series->kernel->name, series->algorithm, series->arm, series->variant, numbers, key);
    return json_object_get(figures, key) != NULL;
}

/* Whether a provider is the one asked for: "tcp" is given "tcp;ofi_rxm". */
static int is_provider(const char *asked, const char *got)
{
    size_t length = strlen(asked);
    return strncmp(asked, got, length) == 0 && (got[length] == '\0' || got[length] == ';');
}

static void look_at_arms(const struct testimony *all, const json_t *launch)
{
    size_t i;
    const json_t *arm;
    json_array_foreach(json_object_get(launch, "arms"), i, arm)
    {
        const json_t *attributes = json_object_get(arm, "attributes");
        const char *asked = json_string_value(json_object_get(attributes, "provider_asked"));
        const char *got = json_string_value(json_object_get(attributes, "provider"));
        size_t at = arm_index(all, json_string_value(json_object_get(arm, "name")));
        if (asked && got && at != EB_NO_CURVE && !is_provider(asked, got)) {
            all->seen[at].asked = asked;
            all->seen[at].got = got;
        }
    }
}

static void look_at_witness(struct seen *arm, const json_t *item)
{
    const json_t *witness = json_object_get(item, "witness");
    const json_t *histogram = json_object_get(item, "histogram");
    const char *state = json_string_value(json_object_get(witness, "state"));
    const char *reason = json_string_value(json_object_get(witness, "reason"));
    if (!state)
        return;
    arm->cases++;
    arm->refused += strcmp(state, "refused") == 0;
    arm->attested += strcmp(state, "attested") == 0;
    arm->unattested += strcmp(state, "unattested") == 0;
    if (strcmp(state, "refused") == 0 && !arm->refusal)
        arm->refusal = reason ? reason : "no reason given";
    arm->still += json_array_size(histogram) == 1 &&
                  json_integer_value(json_array_get(json_array_get(histogram, 0), 1)) >= STILL_SAMPLES;
}

static void look_at_cases(struct testimony *all, const json_t *launch, size_t number, int alone)
{
    char key[EB_AUDIT_WORDS];
    size_t i;
    const json_t *item;
    json_array_foreach(json_object_get(launch, "cases"), i, item)
    {
        const char *state = json_string_value(json_object_get(json_object_get(item, "witness"), "state"));
        size_t at = arm_index(all, json_string_value(json_object_get(item, "arm")));
        if (at == EB_NO_CURVE)
            continue;
        look_at_witness(&all->seen[at], item);
        key_of_case(launch, item, key);
        if (state && strcmp(state, "refused") == 0)
            json_object_set_new_nocheck(all->refused, key, json_true());
        if (alone)
            json_object_set_new_nocheck(all->on_one_host, key, json_integer((json_int_t)number));
    }
}

/* One finding for those figures of a curve that are among these; NULL: for all. */
static void mark_curve(struct eb_audit *audit, size_t index, const json_t *figures, const char *words)
{
    struct eb_audit_curve *curve = &audit->curves[index];
    struct eb_finding about = {.check = EB_CHECK_PATH, .broken = 1, .curve = index};
    for (size_t j = 0; j < curve->count; j++) {
        if (figures && !is_in(figures, curve->points[j]))
            continue;
        about.first = about.points == 0 ? j : about.first;
        about.last = j;
        about.points++;
        eb_curve_mark(curve, j, EB_CHECK_PATH, EB_BROKEN);
    }
    if (about.points > 0)
        eb_audit_find(audit, &about, "%s", words);
}

static void mark_arm(struct eb_audit *audit, size_t arm, const json_t *figures, const char *words)
{
    for (size_t i = audit->first_of_arm[arm]; i != EB_NO_CURVE; i = audit->curves[i].next_of_arm)
        mark_curve(audit, i, figures, words);
}

/* The one host that all ranks of a launch were on; NULL when there were several, or nobody knows. */
static const char *only_host(const json_t *launch)
{
    const json_t *provenance = json_object_get(launch, "provenance");
    const json_t *hosts = json_object_get(provenance, "hosts");
    const json_t *ranks = json_object_get(provenance, "ranks");
    const char *only = NULL;
    int by_rank = json_array_size(hosts) == 0;
    size_t i;
    const json_t *item;
    json_array_foreach(by_rank ? ranks : hosts, i, item)
    {
        const char *name = json_string_value(by_rank ? json_object_get(item, "host") : item);
        if (!name || (only && strcmp(only, name) != 0))
            return NULL;
        only = name;
    }
    return only;
}

static int knows_hosts(const json_t *launch)
{
    const json_t *provenance = json_object_get(launch, "provenance");
    return json_array_size(json_object_get(provenance, "hosts")) > 0 ||
           json_array_size(json_object_get(provenance, "ranks")) > 0;
}

/* "launch 2 was on n1 alone" */
static void say_hosts(const struct eb_audit *audit, const struct testimony *all, char words[EB_AUDIT_WORDS])
{
    const json_t *launches = json_object_get(audit->record, "launches");
    const char *why = "whatever carried their bytes, it is not the network between hosts";
    size_t first = 0;
    const char *host = NULL;
    const char *other = NULL;
    for (size_t i = 0; i < json_array_size(launches); i++) {
        const char *only = only_host(json_array_get(launches, i));
        first = only && !host ? i + 1 : first;
        other = only && host && strcmp(only, host) != 0 ? only : other;
        host = host ? host : only;
    }
    if (!host)
        snprintf(words, EB_AUDIT_WORDS, "all ranks were on one host (--nodes 1): %s", why);
    else if (all->alone == all->total && !other)
        snprintf(words, EB_AUDIT_WORDS, "all ranks were on one host (%.60s): %s", host, why);
    else if (all->alone == 1)
        snprintf(words, EB_AUDIT_WORDS, "all ranks of launch %zu were on one host (%.60s): %s", first, host,
                 why);
    else
        snprintf(words, EB_AUDIT_WORDS,
                 "in %zu of %zu launches all ranks were on one host (launch %zu on %.60s): %s", all->alone,
                 all->total, first, host, why);
}

static void note_arm(struct eb_audit *audit, const char *format, const char *arm, size_t count, size_t of,
                     const char *reason) __attribute__((format(printf, 2, 0)));

static void note_arm(struct eb_audit *audit, const char *format, const char *arm, size_t count, size_t of,
                     const char *reason)
{
    const struct eb_finding about = {EB_CHECK_PATH, 0, EB_NO_CURVE, 0, 0, 0, NULL, NULL, 0, 0};
    char words[EB_AUDIT_WORDS];
    snprintf(words, sizeof words, format, arm, count, of, reason);
    eb_audit_find(audit, &about, "%s", words);
}

/* What the claims themselves say: an adapter that the type has not, two claims that cannot both be. */
static void judge_claim(struct eb_audit *audit, size_t arm, const struct seen *seen)
{
    const struct eb_arm_claim *claim = &audit->claims[arm];
    const struct eb_instance *instance = audit->instance;
    char words[EB_AUDIT_WORDS];
    if (claim->contradiction[0]) {
        mark_arm(audit, arm, NULL, claim->contradiction);
    } else if (seen->asked) {
        snprintf(words, sizeof words, "it asked for the provider %.60s and got %.60s", seen->asked,
                 seen->got);
        mark_arm(audit, arm, NULL, words);
    }
    if (instance && claim->adapter && !eb_instance_has(instance, claim->adapter)) {
        snprintf(words, sizeof words, "%s has no %s: its network is %s%s", instance->name,
                 eb_adapter_word(claim->adapter),
                 instance->plain == EB_ADAPTER_ENA ? "an ENA" : "an 82599 VF",
                 instance->efa_count ? " and EFA" : "");
        mark_arm(audit, arm, NULL, words);
    }
}

static void judge_arm(struct eb_audit *audit, size_t arm, const struct testimony *all)
{
    const struct eb_arm_claim *claim = &audit->claims[arm];
    const struct seen *seen = &all->seen[arm];
    char words[EB_AUDIT_WORDS];
    int one_said = audit->nodes == 1 && (audit->nodes_said || all->known == 0);
    if (seen->refused > 0) {
        snprintf(words, sizeof words, "the witness refused its path in %zu of %zu cases: %.200s",
                 seen->refused, seen->cases, seen->refusal);
        mark_arm(audit, arm, all->refused, words);
    }
    judge_claim(audit, arm, seen);
    if (claim->kind == EB_CLAIM_ADAPTER && (all->alone > 0 || one_said)) {
        say_hosts(audit, all, words);
        mark_arm(audit, arm, one_said ? NULL : all->on_one_host, words);
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
    const struct eb_finding about = {EB_CHECK_PATH, 0, EB_NO_CURVE, 0, 0, 0, NULL, NULL, 0, 0};
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
    const struct eb_finding about = {
        EB_CHECK_FLOW, 0, EB_NO_CURVE, 0, 0, 0, NULL, eb_flow_cap_at(0)->source, 0, 0};
    const char *single = NULL;
    int efa = 0;
    int several = 0;
    for (size_t i = 0; i < audit->curve_count; i++) {
        const struct eb_audit_curve *curve = &audit->curves[i];
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

static int is_broken(const struct eb_audit_curve *curve)
{
    for (size_t i = 0; i < curve->count * EB_CHECK_COUNT; i++)
        if (curve->outcomes[i] == EB_BROKEN)
            return 1;
    return 0;
}

static void key_of_ranks(const struct eb_audit_curve *curve, char key[EB_AUDIT_WORDS])
{
    const uint64_t numbers[] = {curve->ranks, curve->points[0]->variant_index};
    key_of("", "", curve->claim->arm, "", numbers, key);
}

/* More than one card carries, of ranks whose latency went through no card at all. */
static void break_striped(struct eb_audit *audit, size_t index)
{
    struct eb_audit_curve *curve = &audit->curves[index];
    struct eb_finding about = {.check = EB_CHECK_PATH, .broken = 1, .curve = index};
    for (size_t j = 0; j < curve->count; j++) {
        if (!(eb_curve_rate(curve, j) > curve->line.one_gbps * 1e9 / 8 * (1 + curve->line.tolerance)))
            continue;
        about.first = about.points == 0 ? j : about.first;
        about.last = j;
        about.points++;
        eb_curve_mark(curve, j, EB_CHECK_PATH, EB_BROKEN);
    }
    if (about.points > 0)
        eb_audit_find(audit, &about,
                      "more than one card carries, of two ranks whose latency no adapter has: it was shared "
                      "memory, not several cards");
}

/* Two ranks that shared memory in one kernel did so in the others of that arm too, if it was one run. */
static void note_siblings(struct eb_audit *audit)
{
    char key[EB_AUDIT_WORDS];
    json_t *liars = json_object();
    for (size_t i = 0; i < audit->curve_count; i++) {
        const struct eb_audit_curve *curve = &audit->curves[i];
        key_of_ranks(curve, key);
        if (eb_curve_is(curve, "pingpong") && curve->outcomes[EB_CHECK_FLOOR] == EB_BROKEN &&
            json_object_set_new_nocheck(liars, key, json_true()) != 0)
            audit->failed = 1;
    }
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_audit_curve *curve = &audit->curves[i];
        const struct eb_finding about = {EB_CHECK_PATH, 0,    i,    0, curve->count - 1,
                                         curve->count,  NULL, NULL, 0, 0};
        key_of_ranks(curve, key);
        if (curve->collective || is_broken(curve) || !json_object_get(liars, key))
            continue;
        for (size_t j = 0; j < curve->count; j++)
            eb_curve_mark(curve, j, EB_CHECK_PATH, EB_NOTED);
        if (curve->line.one_gbps > 0)
            break_striped(audit, i);
        eb_audit_find(
            audit, &about,
            "possible by themselves, but the latency that the same arm claims is not: if both are of "
            "one run, these figures did not cross that adapter either");
    }
    json_decref(liars);
}

static int testimony_new(struct testimony *all, const struct eb_audit *audit)
{
    *all = (struct testimony){.seen = calloc(audit->set->arm_count + 1, sizeof *all->seen),
                              .arms = json_object(),
                              .refused = json_object(),
                              .on_one_host = json_object()};
    int failed = !all->seen || !all->arms || !all->refused || !all->on_one_host;
    for (size_t i = 0; !failed && i < audit->set->arm_count; i++)
        failed = json_object_set_new_nocheck(all->arms, eb_series_set_arm(audit->set, i),
                                             json_integer((json_int_t)i)) != 0;
    return failed ? -1 : 0;
}

static void testimony_free(struct testimony *all)
{
    free(all->seen);
    json_decref(all->arms);
    json_decref(all->refused);
    json_decref(all->on_one_host);
}

void eb_check_path(struct eb_audit *audit)
{
    struct testimony all;
    size_t i;
    const json_t *launch;
    int failed = testimony_new(&all, audit) != 0;
    json_array_foreach(json_object_get(audit->record, "launches"), i, launch)
    {
        if (failed)
            break;
        int alone = only_host(launch) != NULL;
        all.total++;
        all.known += (size_t)knows_hosts(launch);
        all.alone += (size_t)alone;
        look_at_arms(&all, launch);
        look_at_cases(&all, launch, i + 1, alone);
    }
    for (i = 0; !failed && i < audit->set->arm_count; i++)
        judge_arm(audit, i, &all);
    testimony_free(&all);
    audit->failed |= failed;
    note_siblings(audit);
    note_fairness(audit);
    repeat_warnings(audit);
}
