/* Two arms that are one: a fallback to TCP called EFA, an EFA called ENA, a file read twice.
 *
 * At large sizes two adapters may well run at the same line rate, and through loopback everything is alike,
 * so that this wants both arms to claim adapters that are not the same, their latencies to agree at (nearly)
 * all small sizes, where EFA and kernel TCP differ twofold in everything published, and their bandwidths to
 * agree too where both have any. */
#include "judge/audit/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ALIKE 0.03       /* of a figure: launches of one arm differ by this much */
#define SMALL_BYTES 8192 /* latency, not line rate */
#define SMALL_SIZES 6    /* at least so many of them must be there */
#define SHARE_ALIKE 0.9  /* of the sizes */
#define COPIED_SIZES 8   /* equal to the last digit, in all of so many sizes */

struct likeness {
    size_t common;
    size_t alike;
    size_t small;
    size_t small_alike;
    size_t identical;
};

static struct likeness compare(const struct eb_audit_curve *a, const struct eb_audit_curve *b)
{
    struct likeness like = {0};
    size_t j = 0;
    for (size_t i = 0; i < a->count; i++) {
        uint64_t size = a->points[i]->size_bytes;
        while (j < b->count && b->points[j]->size_bytes < size)
            j++;
        if (j == b->count || b->points[j]->size_bytes != size)
            continue;
        double x = a->points[i]->value;
        double y = b->points[j]->value;
        int alike = fabs(x - y) <= ALIKE * fmin(x, y);
        like.common++;
        like.alike += (size_t)alike;
        like.small += size <= SMALL_BYTES;
        like.small_alike += size <= SMALL_BYTES && alike;
        like.identical += x <= y && x >= y;
    }
    return like;
}

static int claims_differ(const struct eb_audit_curve *a, const struct eb_audit_curve *b)
{
    return a->claim->adapter && b->claim->adapter && a->claim->adapter != b->claim->adapter &&
           !a->claim->assumed && !b->claim->assumed;
}

/* The rival of a curve that is of this arm; NULL: there is none. Rivals ascend by arm. */
static const struct eb_audit_curve *rival_of(const struct eb_audit *audit, size_t index,
                                             const struct eb_arm_claim *arm)
{
    const struct eb_audit_curve *curve = &audit->curves[index];
    int up = arm > curve->claim;
    for (size_t i = up ? index + 1 : index; up ? i < audit->curve_count : i-- > 0; i += (size_t)up) {
        const struct eb_audit_curve *other = &audit->curves[i];
        if (!eb_curve_is_rival(curve, other))
            return NULL;
        if (other->claim == arm)
            return other;
    }
    return NULL;
}

/* Whether a rate of the same two arms, in the same variant, tells them apart. */
static int rates_differ(const struct eb_audit *audit, const struct eb_audit_curve *a,
                        const struct eb_audit_curve *b)
{
    size_t variant = a->points[0]->variant_index;
    for (size_t i = audit->first_of_arm[a->claim - audit->claims]; i != EB_NO_CURVE;
         i = audit->curves[i].next_of_arm) {
        const struct eb_audit_curve *x = &audit->curves[i];
        if (x->points[0]->variant_index != variant || !eb_metric_is_rate(x->points[0]->metric))
            continue;
        const struct eb_audit_curve *y = rival_of(audit, i, b->claim);
        struct likeness like = y ? compare(x, y) : (struct likeness){0};
        if ((double)like.alike < SHARE_ALIKE * (double)like.common)
            return 1;
    }
    return 0;
}

static int is_marked(const struct eb_audit_curve *curve)
{
    return curve->outcomes[EB_CHECK_EQUAL] == EB_BROKEN;
}

/* Once a curve is enough: of a hundred copies not every pair need be told. */
static void mark(struct eb_audit *audit, size_t index, const char *words)
{
    struct eb_audit_curve *curve = &audit->curves[index];
    const struct eb_finding about = {.check = EB_CHECK_EQUAL,
                                     .broken = 1,
                                     .curve = index,
                                     .last = curve->count - 1,
                                     .points = curve->count};
    if (is_marked(curve))
        return;
    for (size_t i = 0; i < curve->count; i++)
        eb_curve_mark(curve, i, EB_CHECK_EQUAL, EB_BROKEN);
    eb_audit_find(audit, &about, "%s", words);
}

/* Which of the two is the wrong one cannot be seen: both are marked. */
static void mark_both(struct eb_audit *audit, size_t i, size_t j, const struct likeness *like, int copied)
{
    const struct eb_arm_claim *a = audit->curves[i].claim;
    const struct eb_arm_claim *b = audit->curves[j].claim;
    char words[EB_AUDIT_WORDS];
    if (a->adapter && a->adapter->kind == EB_ADAPTER_EFA) { /* the baseline is named first */
        const struct eb_arm_claim *first = b;
        b = a;
        a = first;
    }
    if (copied)
        snprintf(words, sizeof words,
                 "arms %.40s and %.40s have the same figures to the last digit at all of %zu sizes: one is a "
                 "copy of the other",
                 a->arm, b->arm, like->common);
    else
        snprintf(
            words, sizeof words,
            "the baseline %.40s (%s) is indistinguishable from %.40s (%s): within 3%% at %zu of %zu sizes. "
            "One of the two labels is wrong",
            a->arm, eb_adapter_word(a->adapter), b->arm, eb_adapter_word(b->adapter), like->alike,
            like->common);
    mark(audit, i, words);
    mark(audit, j, words);
}

static void compare_pair(struct eb_audit *audit, size_t i, size_t j)
{
    struct eb_audit_curve *a = &audit->curves[i];
    struct eb_audit_curve *b = &audit->curves[j];
    if (a->claim == b->claim || a->claim->kind == EB_CLAIM_NOTHING || b->claim->kind == EB_CLAIM_NOTHING ||
        (is_marked(a) && is_marked(b)))
        return;
    struct likeness like = compare(a, b);
    if (like.common >= COPIED_SIZES && like.identical == like.common) {
        mark_both(audit, i, j, &like, 1);
        return;
    }
    if (!claims_differ(a, b) || !eb_curve_is(a, "pingpong") || like.small < SMALL_SIZES)
        return;
    int alike = (double)like.small_alike >= SHARE_ALIKE * (double)like.small &&
                (double)like.alike >= SHARE_ALIKE * (double)like.common && !rates_differ(audit, a, b);
    if (alike)
        mark_both(audit, i, j, &like, 0);
    else
        for (size_t k = 0; k < 2; k++)
            for (size_t l = 0; l < (k ? b : a)->count; l++)
                eb_curve_mark(k ? b : a, l, EB_CHECK_EQUAL, EB_HELD);
}

void eb_check_equal(struct eb_audit *audit)
{
    for (size_t i = 0; i < audit->curve_count; i++) {
        const struct eb_audit_curve *curve = &audit->curves[i];
        for (size_t j = i + 1; curve->count >= SMALL_SIZES && j < audit->curve_count &&
                               eb_curve_is_rival(curve, &audit->curves[j]);
             j++)
            if (audit->curves[j].count >= SMALL_SIZES)
                compare_pair(audit, i, j);
    }
}
