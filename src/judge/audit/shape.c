/* Figures over the sizes: none differs from the others, or they dip, jump and collapse. */
#include "judge/audit/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Figures of so many sizes, the largest this much the smallest, that agree to this: no transport does that.
 */
#define SAME_POINTS 6
#define SAME_SPAN 1024
#define SAME_TO 5e-4

static void check_same(struct eb_audit *audit, size_t index)
{
    struct eb_audit_curve *curve = &audit->curves[index];
    const struct eb_series *first = curve->points[0];
    const struct eb_series *last = curve->points[curve->count - 1];
    uint64_t least = first->size_bytes ? first->size_bytes : 1;
    double low = INFINITY;
    double high = 0;
    for (size_t i = 0; i < curve->count; i++) {
        low = fmin(low, curve->points[i]->value);
        high = fmax(high, curve->points[i]->value);
    }
    if (curve->claim->kind == EB_CLAIM_NOTHING || curve->count < SAME_POINTS ||
        last->size_bytes / least < SAME_SPAN || eb_metric_is_rate(first->metric)) /* that may be a plateau */
        return;
    int same = high - low <= SAME_TO * high;
    for (size_t i = 0; i < curve->count; i++)
        eb_curve_mark(curve, i, EB_CHECK_SAME, same ? EB_BROKEN : EB_HELD);
    if (!same)
        return;
    struct eb_words value = eb_words_number(first->value, 5);
    const struct eb_finding about = {EB_CHECK_SAME, 1,    index, 0, curve->count - 1,
                                     curve->count,  NULL, NULL,  0, 0};
    eb_audit_find(audit, &about, "%s %s for every size, as if bytes cost nothing: no transport does that",
                  value.text, first->metric->unit);
}

void eb_check_same(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++)
        check_same(audit, i);
}

/* Where protocols change; the notes name the one that a jump stands at. */
static const struct {
    uint64_t bytes; /* the last size of the protocol below */
    const char *name;
} knees[] = {{8192, "the end of one packet, and of many an eager protocol"},
             {16384, "an eager limit of MPI libraries"},
             {32768, "an eager limit of MPI libraries"},
             {65536, "the end of EFA's medium protocol, 64 KiB"},
             {307200, "EFA's runting read, 307200 B"},
             {1048576, "EFA's read protocol, 1 MiB"}};

#define KNEES_SOURCE                                                                                         \
    "ofiwg/libfabric, fi_efa(7) and prov/efa: medium 64 KiB, runting read 307200 B, read 1 MiB"

static const char *knee_between(uint64_t below, uint64_t above)
{
    for (size_t i = 0; i < sizeof knees / sizeof *knees; i++)
        if (below <= knees[i].bytes && knees[i].bytes < above)
            return knees[i].name;
    return NULL;
}

/* How odd a step between two neighbours is. */
struct limits {
    double dip;  /* a time falls below this share of the smaller size's */
    double jump; /* a time grows by more than this times the bytes */
    double fall; /* a rate falls below this share */
};

/* Collectives change their algorithm with the size. */
static const struct limits point_to_point = {0.9, 1.1, 0.75};
static const struct limits collective = {0.67, 2, 0.67};

struct step {
    size_t at; /* the point above */
    double factor;
    int kind; /* 'd', 'j', 'f' */
};

#define STEPS_TOLD 3

/* Keeps the oddest steps of a curve. */
static void keep(struct step *steps, size_t *count, struct step step)
{
    size_t place = *count < STEPS_TOLD ? (*count)++ : STEPS_TOLD - 1;
    if (place == STEPS_TOLD - 1 && steps[place].at && fabs(log(steps[place].factor)) > fabs(log(step.factor)))
        return;
    while (place > 0 && fabs(log(steps[place - 1].factor)) < fabs(log(step.factor))) {
        steps[place] = steps[place - 1];
        place--;
    }
    steps[place] = step;
}

static int step_of(const struct eb_series *below, const struct eb_series *above, const struct limits *limits,
                   struct step *step)
{
    double ratio = above->value / below->value;
    double bytes = below->size_bytes ? (double)above->size_bytes / (double)below->size_bytes : 2;
    step->factor = ratio;
    step->kind = 0;
    if (eb_metric_is_rate(below->metric)) {
        if ((ratio < limits->fall && below->metric->amount == EB_AMOUNT_BYTES) ||
            (ratio * bytes < limits->fall && below->metric->amount == EB_AMOUNT_MESSAGES))
            step->kind = 'f';
    } else if (ratio < limits->dip) {
        step->kind = 'd';
    } else if (ratio > limits->jump * bytes) {
        step->kind = 'j';
    }
    return step->kind;
}

static void tell(struct eb_audit *audit, size_t index, const struct step *step)
{
    struct eb_audit_curve *curve = &audit->curves[index];
    const struct eb_series *below = curve->points[step->at - 1];
    const struct eb_series *above = curve->points[step->at];
    struct eb_words from = eb_words_number(below->value, 5);
    struct eb_words to = eb_words_number(above->value, 5);
    struct eb_words low = eb_words_size(below->size_bytes);
    struct eb_words high = eb_words_size(above->size_bytes);
    const char *unit = below->metric->unit;
    int efa = !curve->collective && curve->claim->adapter && curve->claim->adapter->kind == EB_ADAPTER_EFA;
    const char *knee = efa ? knee_between(below->size_bytes, above->size_bytes) : NULL;
    const struct eb_finding about = {
        EB_CHECK_SHAPE, 0, index, step->at - 1, step->at, 2, NULL, knee ? KNEES_SOURCE : NULL, 0, 0};
    eb_curve_mark(curve, step->at, EB_CHECK_SHAPE, EB_NOTED);
    if (step->kind == 'd' && step->at == 1)
        eb_audit_find(
            audit, &about,
            "%s %s for %s, %s for %s: the first size carries costs of setting up, or is too small a "
            "sample",
            from.text, unit, low.text, to.text, high.text);
    else if (step->kind == 'd')
        eb_audit_find(audit, &about, "more bytes in less time: %s %s for %s, %s for %s: %s", from.text, unit,
                      low.text, to.text, high.text,
                      curve->collective ? "another algorithm, or a disturbed run"
                                        : "another protocol above, or a disturbed run");
    else if (step->kind == 'j')
        eb_audit_find(audit, &about, "a jump from %s %s for %s to %s for %s%s%s", from.text, unit, low.text,
                      to.text, high.text,
                      knee  ? ": "
                      : efa ? ": no protocol change of EFA is known there"
                            : "",
                      knee ? knee : "");
    else
        eb_audit_find(audit, &about, "the rate falls from %s %s for %s to %s for %s%s%s", from.text, unit,
                      low.text, to.text, high.text, knee ? ": " : "", knee ? knee : "");
}

void eb_check_shape(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_audit_curve *curve = &audit->curves[i];
        struct step steps[STEPS_TOLD] = {{0, 1, 0}};
        size_t count = 0;
        for (size_t j = 1; curve->claim->kind != EB_CLAIM_NOTHING && j < curve->count; j++) {
            struct step step = {.at = j};
            if (step_of(curve->points[j - 1], curve->points[j],
                        curve->collective ? &collective : &point_to_point, &step))
                keep(steps, &count, step);
            else
                eb_curve_mark(curve, j, EB_CHECK_SHAPE, EB_HELD);
        }
        for (size_t j = 0; j < count; j++)
            tell(audit, i, &steps[j]);
    }
}
