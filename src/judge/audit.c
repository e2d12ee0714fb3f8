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
    [EB_CHECK_COUNTS] = {{"message-rate", "can so many messages be sent?", 0}, eb_check_counts},
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
    struct eb_words words = {""};
    if (value >= pow(10, digits) && value < 1e15)
        eb_plain_fixed(value, 0, words.text); /* no exponent */
    else
        eb_plain_number(value, digits, words.text);
    return words;
}

struct eb_words eb_words_size(uint64_t bytes)
{
    struct eb_words words = {""};
    eb_size_format(bytes, words.text, sizeof words.text);
    return words;
}

int eb_curve_is(const struct eb_audit_curve *curve, const char *kernel)
{
    return strcmp(curve->points[0]->kernel->name, kernel) == 0;
}

void eb_audit_find(struct eb_audit *audit, const struct eb_finding *about, const char *format, ...)
{
    va_list args;
    struct eb_finding finding = *about;
    if (audit->finding_count == audit->finding_room) {
        size_t room = 2 * audit->finding_room + 16;
        struct eb_finding *grown = realloc(audit->findings, room * sizeof *audit->findings);
        if (!grown) {
            audit->failed = 1;
            return;
        }
        audit->findings = grown;
        audit->finding_room = room;
    }
    va_start(args, format);
    int length = vasprintf(&finding.text, format, args);
    va_end(args);
    if (length < 0) {
        audit->failed = 1;
        return;
    }
    eb_plain_clean(finding.text);
    finding.place = audit->finding_count;
    audit->findings[audit->finding_count++] = finding;
}

void eb_curve_mark(struct eb_audit_curve *curve, size_t point, enum eb_audit_check_id check,
                   enum eb_outcome outcome)
{
    enum eb_outcome *said = &curve->outcomes[point * EB_CHECK_COUNT + check];
    if (outcome > *said)
        *said = outcome;
}

void eb_curve_hold(struct eb_audit_curve *curve, size_t point, enum eb_audit_check_id check, double usage,
                   double tolerance)
{
    curve->usage[point * EB_CHECK_COUNT + check] = usage;
    eb_curve_mark(curve, point, check, usage > 1 + tolerance ? EB_BROKEN : EB_HELD);
}

/* The point of the curve that says it best, the first of equals: of those that are, or are not, broken. */
static size_t extreme(const struct eb_audit_curve *curve, enum eb_audit_check_id check, int broken,
                      size_t *first, size_t *last, size_t *points)
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
    struct eb_audit_curve *curve = &audit->curves[index];
    char text[EB_AUDIT_WORDS] = "";
    size_t first = 0;
    size_t last = 0;
    size_t points = 0;
    size_t worst = extreme(curve, check, 1, &first, &last, &points);
    if (worst != EB_NO_CURVE) {
        const struct eb_finding about = {check, 1, index, first, last, points, NULL, source, 0, 0};
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

void eb_curve_miss(struct eb_audit *audit, struct eb_audit_curve *curve, const char *format, ...)
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

static enum eb_verdict verdict_of(const struct eb_audit_curve *curve, size_t point)
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
static void explain(struct eb_audit *audit, struct eb_audit_curve *curve)
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
    case EB_CLAIM_FOREIGN:
        eb_curve_miss(audit, curve, "arm %.40s claims %.40s, which no EC2 adapter has", curve->claim->arm,
                      curve->claim->foreign);
        break;
    case EB_CLAIM_ADAPTER:
        eb_curve_miss(audit, curve, "no limit is known that holds here");
        break;
    }
}

static void conclude(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_audit_curve *curve = &audit->curves[i];
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

static int by_place(const void *left, const void *right)
{
    const struct eb_finding *a = left;
    const struct eb_finding *b = right;
    if (a->curve != b->curve)
        return a->curve < b->curve ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

#define SOURCES_MAX 128

/* By curve; of several broken ones with the same source the first one tells it. */
static void sort_findings(struct eb_audit *audit)
{
    const char *told[SOURCES_MAX];
    size_t count = 0;
    if (audit->finding_count > 1)
        qsort(audit->findings, audit->finding_count, sizeof *audit->findings, by_place);
    for (size_t i = 0; i < audit->finding_count; i++) {
        struct eb_finding *finding = &audit->findings[i];
        size_t at = 0;
        if (!finding->broken || !finding->source)
            continue;
        while (at < count && strcmp(told[at], finding->source) != 0)
            at++;
        finding->tells_source = at == count;
        if (at == count && count < SOURCES_MAX)
            told[count++] = finding->source;
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
        status = eb_audit_read_claims(made, claims, err);
    if (status == EB_OK && eb_audit_build_curves(made) != 0)
        status = eb_error_set(err, EB_INTERNAL, "audit", ENOMEM, "out of memory for an audit");
    if (status == EB_OK) {
        for (size_t i = 0; i < EB_CHECK_COUNT; i++)
            checks[i].run(made);
        conclude(made);
        sort_findings(made);
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
        struct eb_audit_curve *curve = &audit->curves[i];
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
    free(audit->first_of_arm);
    eb_series_set_free(audit->set);
    free(audit);
}

enum eb_status eb_audit_status(const struct eb_audit *audit)
{
    if (audit->figures[EB_IMPLAUSIBLE] > 0)
        return EB_REGRESSED;
    return audit->figures[EB_PLAUSIBLE] > 0 ? EB_OK : EB_INCONCLUSIVE;
}
