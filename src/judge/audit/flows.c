/* What EC2 lets one flow carry. */
#include "judge/audit/check.h"

#include <stdio.h>

static const struct eb_flow_cap *highest_cap(void)
{
    return eb_flow_cap_at(eb_flow_cap_count() - 1);
}

/* Gb/s of one flow; flows is above 0. */
static double flow_gbps(const struct eb_audit_curve *curve, size_t point, uint64_t flows)
{
    /* a flow is silent while the answer comes, which the rate of several pairs counts already */
    double busy = eb_curve_is(curve, "pingpong") && curve->pairs == 1 ? 0.5 : 1;
    return busy * eb_curve_rate(curve, point) * 8e-9 / ((double)flows * (double)curve->pairs);
}

/* The least cap that allows it, or the highest. */
static const struct eb_flow_cap *cap_for(double gbps)
{
    for (size_t i = 0; i < eb_flow_cap_count(); i++)
        if (gbps <= (1 + EB_FLOW_TOLERANCE) * eb_flow_cap_at(i)->gbps)
            return eb_flow_cap_at(i);
    return highest_cap();
}

static void say_flow(const struct eb_audit *audit, const struct eb_audit_curve *curve, size_t point,
                     int broken, char words[EB_AUDIT_WORDS])
{
    (void)audit;
    double gbps = flow_gbps(curve, point, curve->claim->flows);
    const struct eb_flow_cap *cap = cap_for(gbps);
    struct eb_words one = eb_words_number(gbps, 3);
    struct eb_words size = eb_words_size(curve->points[point]->size_bytes);
    struct eb_words limit = eb_words_number(cap->gbps, 3);
    if (broken)
        snprintf(words, EB_AUDIT_WORDS,
                 "%s Gb/s in one flow at %s: EC2 lets no flow over an ENA carry more than %s (%s)", one.text,
                 size.text, limit.text, cap->when);
    else
        snprintf(words, EB_AUDIT_WORDS, "%s Gb/s in one flow at %s, of the %s that EC2 allows (%s)", one.text,
                 size.text, limit.text, cap->when);
}

static void note_flow(struct eb_audit *audit, size_t index, uint64_t flows)
{
    struct eb_audit_curve *curve = &audit->curves[index];
    double most = 0;
    size_t at = 0;
    for (size_t i = 0; i < curve->count; i++) {
        double gbps = flow_gbps(curve, i, flows ? flows : 1);
        if (gbps > most) {
            most = gbps;
            at = i;
        }
    }
    const struct eb_flow_cap *cap = cap_for(most);
    struct eb_words gbps = eb_words_number(most, 3);
    struct eb_finding about = {EB_CHECK_FLOW, 0, index, at, at, 1, NULL, cap->source, 0, 0};
    if (!flows && most > (1 + EB_FLOW_TOLERANCE) * highest_cap()->gbps) {
        eb_curve_mark(curve, at, EB_CHECK_FLOW, EB_NOTED);
        eb_audit_find(audit, &about,
                      "%s Gb/s between one pair is more than one TCP flow may carry: it takes several "
                      "connections, which nothing here says (--arm NAME=sockets@ena,flows=N)",
                      gbps.text);
    } else if (flows && most <= (1 + EB_FLOW_TOLERANCE) * highest_cap()->gbps && cap != eb_flow_cap_at(0) &&
               !(audit->placement_group && cap == eb_flow_cap_at(1))) {
        struct eb_words least = eb_words_number(eb_flow_cap_at(cap == highest_cap() ? 1 : 0)->gbps, 3);
        eb_curve_mark(curve, at, EB_CHECK_FLOW, EB_NOTED);
        eb_audit_find(audit, &about, "%s Gb/s in one flow, more than %s, wants this: %s", gbps.text,
                      least.text, cap->when);
    }
}

void eb_check_flow(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        struct eb_audit_curve *curve = &audit->curves[i];
        const struct eb_arm_claim *claim = curve->claim;
        if (curve->collective || !claim->adapter || claim->adapter->kind != EB_ADAPTER_ENA)
            continue;
        for (size_t j = 0; claim->flows && j < curve->count; j++) {
            double gbps = flow_gbps(curve, j, claim->flows);
            if (gbps > 0)
                eb_curve_hold(curve, j, EB_CHECK_FLOW, gbps / highest_cap()->gbps, EB_FLOW_TOLERANCE);
        }
        if (claim->flows || curve->pairs == 1)
            note_flow(audit, i, claim->flows);
        eb_curve_conclude(audit, i, EB_CHECK_FLOW, say_flow, highest_cap()->source);
    }
}
