#include "judge/audit.h"

#include "common/arm.h"
#include "common/plain.h"
#include "common/units.h"
#include "judge/audit/check.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    struct eb_audit_check check;
    void (*run)(struct eb_audit *audit);
} checks[EB_CHECK_COUNT] = {
    [EB_CHECK_FLOOR] = {{"latency-floor", "can an adapter be that quick?", 1}, eb_check_floor},
    [EB_CHECK_RATE] = {{"line-rate", "can an adapter carry that much?", 1}, eb_check_rate},
    [EB_CHECK_FLOW] = {{"flow-cap", "may one flow carry that much?", 1}, eb_check_flow},
    [EB_CHECK_CLOCK] = {{"clock", "can anything be that quick?", 0}, eb_check_clock},
    [EB_CHECK_SAME] = {{"same-figures", "do sizes make a difference?", 0}, eb_check_same},
    [EB_CHECK_SHAPE] = {{"shape", "does it grow smoothly with the size?", 0}, eb_check_shape},
    [EB_CHECK_EQUAL] = {{"equality", "is it another arm's?", 0}, eb_check_equal},
    [EB_CHECK_PATH] = {{"path", "what does the record say of the path?", 0}, eb_check_path},
};

const struct eb_audit_check *eb_audit_check_at(size_t id)
{
    return &checks[id].check;
}

struct eb_words eb_words_number(double value, int digits)
{
    struct eb_words words;
    if (value >= pow(10, digits) && value < 1e15)
        eb_plain_fixed(value, 0, words.text); /* no exponent */
    else
        eb_plain_number(value, digits, words.text);
    return words;
}

struct eb_words eb_words_size(uint64_t bytes)
{
    struct eb_words words;
    eb_size_format(bytes, words.text, sizeof words.text);
    return words;
}

int eb_curve_is(const struct eb_curve *curve, const char *kernel)
{
    return strcmp(curve->points[0]->kernel->name, kernel) == 0;
}

void eb_audit_find(struct eb_audit *audit, const struct eb_finding *about, const char *format, ...)
{
    va_list args;
    struct eb_finding finding = *about;
    struct eb_finding *grown = realloc(audit->findings, (audit->finding_count + 1) * sizeof *audit->findings);
    if (!grown) {
        audit->failed = 1;
        return;
    }
    audit->findings = grown;
    va_start(args, format);
    int length = vasprintf(&finding.text, format, args);
    va_end(args);
    if (length < 0) {
        audit->failed = 1;
        return;
    }
    eb_plain_clean(finding.text);
    audit->findings[audit->finding_count++] = finding;
}

void eb_curve_mark(struct eb_curve *curve, size_t point, enum eb_audit_check_id check,
                   enum eb_outcome outcome)
{
    enum eb_outcome *said = &curve->outcomes[point * EB_CHECK_COUNT + check];
    if (outcome > *said)
        *said = outcome;
}

void eb_curve_hold(struct eb_curve *curve, size_t point, enum eb_audit_check_id check, double usage,
                   double tolerance)
{
    curve->usage[point * EB_CHECK_COUNT + check] = usage;
    eb_curve_mark(curve, point, check, usage > 1 + tolerance ? EB_BROKEN : EB_HELD);
}

/* The point of the curve that says it best, the first of equals: of those that are, or are not, broken. */
static size_t extreme(const struct eb_curve *curve, enum eb_audit_check_id check, int broken, size_t *first,
                      size_t *last, size_t *points)
{
    size_t best = EB_NO_CURVE;
    *points = 0;
    for (size_t i = 0; i < curve->count; i++) {
        size_t at = i * EB_CHECK_COUNT + check;
        if (curve->outcomes[at] == EB_NOT_HELD || (curve->outcomes[at] == EB_BROKEN) != broken)
            continue;
        *first = *points == 0 ? i : *first;
        *last = i;
        ++*points;
        if (best == EB_NO_CURVE || curve->usage[at] > 1.001 * curve->usage[best * EB_CHECK_COUNT + check])
            best = i;
    }
    return best;
}

void eb_curve_conclude(struct eb_audit *audit, size_t index, enum eb_audit_check_id check,
                       eb_curve_words *words, const char *source)
{
    struct eb_curve *curve = &audit->curves[index];
    char text[EB_AUDIT_WORDS] = "";
    size_t first = 0;
    size_t last = 0;
    size_t points = 0;
    size_t worst = extreme(curve, check, 1, &first, &last, &points);
    if (worst != EB_NO_CURVE) {
        const struct eb_finding about = {check, 1, index, first, last, points, NULL, source};
        words(audit, curve, worst, 1, text);
        eb_audit_find(audit, &about, "%s", text);
    }
    size_t nearest = extreme(curve, check, 0, &first, &last, &points);
    if (nearest == EB_NO_CURVE)
        return;
    double usage = curve->usage[nearest * EB_CHECK_COUNT + check];
    if (isnan(usage) || (curve->nearest && usage <= curve->nearest_usage))
        return;
    words(audit, curve, nearest, 0, text);
    free(curve->nearest);
    curve->nearest = eb_plain_copy(text);
    curve->nearest_usage = usage;
    curve->nearest_source = source;
    audit->failed |= curve->nearest == NULL;
}

void eb_curve_miss(struct eb_audit *audit, struct eb_curve *curve, const char *format, ...)
{
    va_list args;
    if (curve->missing)
        return;
    va_start(args, format);
    if (vasprintf(&curve->missing, format, args) < 0)
        curve->missing = NULL;
    va_end(args);
    if (curve->missing)
        eb_plain_clean(curve->missing);
    else
        audit->failed = 1;
}

/* Metrics that say again what another one of the same samples says, in other words. */
static int is_derived(const struct eb_series *series)
{
    const char *metric = series->metric->name;
    return strcmp(metric, "rtt") == 0 || strcmp(metric, "busbw") == 0 ||
           (strcmp(metric, "time_osu") == 0 && !series->published);
}

static int is_same_curve(const struct eb_series *a, const struct eb_series *b)
{
    return a->kernel == b->kernel && a->metric == b->metric && a->ranks == b->ranks &&
           a->arm_index == b->arm_index && a->variant_index == b->variant_index &&
           strcmp(a->algorithm, b->algorithm) == 0;
}

static int is_collective(const char *kernel)
{
    static const char *const pairwise[] = {"pingpong", "bandwidth", "bibandwidth", "message_rate"};
    for (size_t i = 0; i < sizeof pairwise / sizeof *pairwise; i++)
        if (strcmp(kernel, pairwise[i]) == 0)
            return 0;
    return 1;
}

static int start_curve(struct eb_curve *curve, const struct eb_audit *audit, const struct eb_series *series,
                       size_t room)
{
    *curve = (struct eb_curve){.claim = &audit->claims[series->arm_index],
                               .ranks = series->ranks,
                               .collective = is_collective(series->kernel->name),
                               .pairs = series->moved.pairs,
                               .points = malloc(room * sizeof(struct eb_series *)),
                               .outcomes = calloc(room * EB_CHECK_COUNT, sizeof(enum eb_outcome)),
                               .usage = malloc(room * EB_CHECK_COUNT * sizeof(double)),
                               .verdicts = calloc(room, sizeof(enum eb_verdict))};
    if (curve->collective)
        curve->pairs = 1;
    else if (!curve->pairs)
        curve->pairs = series->ranks > 2 ? series->ranks / 2 : 1;
    return curve->points && curve->outcomes && curve->usage && curve->verdicts ? 0 : -1;
}

static int by_curve(const void *left, const void *right)
{
    const struct eb_series *a = *(const struct eb_series *const *)left;
    const struct eb_series *b = *(const struct eb_series *const *)right;
    const uint64_t keys[][2] = {
        {a->ranks, b->ranks}, {a->arm_index, b->arm_index}, {a->variant_index, b->variant_index}};
    if (a->kernel != b->kernel)
        return a->kernel < b->kernel ? -1 : 1;
    if (a->metric != b->metric)
        return a->metric < b->metric ? -1 : 1;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    int algorithm = strcmp(a->algorithm, b->algorithm);
    if (algorithm != 0)
        return algorithm;
    return a->size_bytes < b->size_bytes ? -1 : a->size_bytes > b->size_bytes;
}

static int build_curves(struct eb_audit *audit)
{
    const struct eb_series_set *set = audit->set;
    const struct eb_series **sorted = malloc((set->count + 1) * sizeof *sorted);
    size_t count = 0;
    int failed = !sorted;
    for (size_t i = 0; !failed && i < set->count; i++)
        if (!is_derived(&set->series[i]))
            sorted[count++] = &set->series[i];
    audit->curves = failed ? NULL : calloc(count + 1, sizeof *audit->curves);
    failed |= !audit->curves;
    if (!failed)
        qsort(sorted, count, sizeof *sorted, by_curve);
    for (size_t i = 0; !failed && i < count;) {
        size_t end = i;
        while (end < count && is_same_curve(sorted[i], sorted[end]))
            end++;
        struct eb_curve *curve = &audit->curves[audit->curve_count++];
        failed = start_curve(curve, audit, sorted[i], end - i);
        for (; !failed && i < end; i++)
            curve->points[curve->count++] = sorted[i];
        for (size_t j = 0; !failed && j < curve->count * EB_CHECK_COUNT; j++)
            curve->usage[j] = NAN;
    }
    free(sorted);
    return failed ? -1 : 0;
}

/* What cases say beside their figures: whether ranks is a guess, pairs of published ones. */
static void read_cases(struct eb_audit *audit)
{
    json_t *assumed = json_object();
    size_t i;
    size_t j;
    const json_t *launch;
    const json_t *item;
    char key[128];
    json_array_foreach(json_object_get(audit->record, "launches"), i, launch)
    {
        json_array_foreach(json_object_get(launch, "cases"), j, item)
        {
            if (!json_is_true(json_object_get(item, "ranks_assumed")))
                continue;
            snprintf(key, sizeof key, "%.60s %.60s", json_string_value(json_object_get(item, "kernel")),
                     json_string_value(json_object_get(item, "arm")));
            json_object_set_new_nocheck(assumed, key, json_true());
        }
    }
    for (i = 0; i < audit->curve_count; i++) {
        struct eb_curve *curve = &audit->curves[i];
        snprintf(key, sizeof key, "%.60s %.60s", curve->points[0]->kernel->name, curve->claim->arm);
        curve->ranks_assumed = json_object_get(assumed, key) != NULL;
    }
    json_decref(assumed);
}

/* Hosts: the user's word, the importer's, the ranks' own. */
static uint64_t count_nodes(const json_t *record, const struct eb_audit_claims *claims)
{
    const json_t *run = json_object_get(record, "run");
    const json_t *said = json_object_get(run, "nodes");
    const json_t *hosts = NULL;
    size_t i;
    const json_t *launch;
    if (claims && claims->nodes)
        return claims->nodes;
    if (json_is_integer(said) && json_integer_value(said) > 0)
        return (uint64_t)json_integer_value(said);
    uint64_t fewest = 0;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        hosts = json_object_get(json_object_get(launch, "provenance"), "hosts");
        size_t count = json_array_size(hosts);
        fewest = i == 0 || count < fewest ? count : fewest;
    }
    return fewest;
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
        eb_claim_read(claim, json, audit->instance, audit->instance_name);
        claim->arm = name;
        claim->by = "--arm";
    }
    if (json)
        eb_arm_free(&arm);
    json_decref(json);
    free(spec);
    return status;
}

static enum eb_status read_claims(struct eb_audit *audit, const struct eb_audit_claims *claims,
                                  struct eb_error *err)
{
    const json_t *record = audit->record;
    const char *instance = claims ? claims->instance : NULL;
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
    audit->nodes = count_nodes(record, claims);
    audit->claims = calloc(audit->set->arm_count + 1, sizeof *audit->claims);
    if (!audit->claims)
        return eb_error_set(err, EB_INTERNAL, "audit", ENOMEM, "out of memory for an audit");
    for (i = 0; i < audit->set->arm_count; i++)
        eb_claim_read(&audit->claims[i], audit->set->arms[i], audit->instance, audit->instance_name);
    enum eb_status status = complete_claims(audit, claims ? claims->arm : NULL, err);
    for (i = 0; status == EB_OK && i < audit->set->arm_count; i++)
        if (audit->claims[i].kind == EB_CLAIM_NONE && audit->instance && audit->nodes > 1)
            eb_claim_assume(&audit->claims[i], audit->instance);
    return status;
}

static enum eb_verdict verdict_of(const struct eb_curve *curve, size_t point)
{
    enum eb_verdict verdict = EB_NOT_JUDGED;
    for (size_t i = 0; i < EB_CHECK_COUNT; i++) {
        enum eb_outcome outcome = curve->outcomes[point * EB_CHECK_COUNT + i];
        if (outcome == EB_BROKEN)
            return EB_IMPLAUSIBLE;
        if (checks[i].check.is_limit && outcome != EB_NOT_HELD && curve->claim->kind == EB_CLAIM_ADAPTER)
            verdict = EB_PLAUSIBLE;
    }
    return verdict;
}

/* Why a curve was not judged, when no check has said it. */
static void explain(struct eb_audit *audit, struct eb_curve *curve)
{
    switch (curve->claim->kind) {
    case EB_CLAIM_NONE:
        eb_curve_miss(audit, curve,
                      "nothing says what arm %.40s is: say it with --arm efa, or --arm "
                      "ena=sockets@ena,flows=1",
                      curve->claim->arm);
        break;
    case EB_CLAIM_LOCAL:
        eb_curve_miss(audit, curve, "arm %.40s claims no adapter: its bytes stay on the host",
                      curve->claim->arm);
        break;
    case EB_CLAIM_NOTHING:
        eb_curve_miss(audit, curve, "arm %.40s moves nothing", curve->claim->arm);
        break;
    case EB_CLAIM_ADAPTER:
        eb_curve_miss(audit, curve, "no limit is known that holds here");
        break;
    }
}

static void conclude(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_curve *curve = &audit->curves[i];
        int unjudged = 0;
        for (size_t j = 0; j < curve->count; j++) {
            curve->verdicts[j] = verdict_of(curve, j);
            audit->figures[curve->verdicts[j]]++;
            unjudged |= curve->verdicts[j] == EB_NOT_JUDGED;
        }
        if (unjudged)
            explain(audit, curve);
    }
}

enum eb_status eb_audit_new(const json_t *record, const char *path, const struct eb_audit_claims *claims,
                            struct eb_audit **audit, struct eb_error *err)
{
    struct eb_audit *made = calloc(1, sizeof *made);
    *audit = NULL;
    if (!made)
        return eb_error_set(err, EB_INTERNAL, "audit", ENOMEM, "out of memory for an audit");
    made->record = record;
    made->path = path;
    enum eb_status status = eb_series_set_new_whole(record, path, &made->set, err);
    if (status == EB_OK)
        status = read_claims(made, claims, err);
    if (status == EB_OK && build_curves(made) != 0)
        status = eb_error_set(err, EB_INTERNAL, "audit", ENOMEM, "out of memory for an audit");
    if (status == EB_OK) {
        read_cases(made);
        for (size_t i = 0; i < EB_CHECK_COUNT; i++)
            checks[i].run(made);
        conclude(made);
        if (made->failed)
            status = eb_error_set(err, EB_INTERNAL, "audit", ENOMEM, "out of memory for an audit");
    }
    if (status == EB_OK)
        *audit = made;
    else
        eb_audit_free(made);
    return status;
}

void eb_audit_free(struct eb_audit *audit)
{
    if (!audit)
        return;
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_curve *curve = &audit->curves[i];
        free(curve->points);
        free(curve->outcomes);
        free(curve->usage);
        free(curve->verdicts);
        free(curve->nearest);
        free(curve->missing);
    }
    for (size_t i = 0; i < audit->finding_count; i++)
        free(audit->findings[i].text);
    free(audit->findings);
    free(audit->curves);
    free(audit->claims);
    eb_series_set_free(audit->set);
    free(audit);
}

enum eb_status eb_audit_status(const struct eb_audit *audit)
{
    if (audit->figures[EB_IMPLAUSIBLE] > 0)
        return EB_REGRESSED;
    return audit->figures[EB_PLAUSIBLE] > 0 ? EB_OK : EB_INCONCLUSIVE;
}
