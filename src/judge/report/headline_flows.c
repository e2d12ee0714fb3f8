/* Whether more flows lift what one carries, which tells a cap of a flow from a cap of what flows share. */
#include "judge/report/headline_words.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/claim.h"
#include "judge/report/origin.h"

#include <string.h>

/* Several flows that carry less than this times what one does have lifted nothing worth the name; more than
 * it, they have. What is undecided between the two is not told. */
#define LIFTED 1.1

static int has_same(const json_t *one, const json_t *other, const char *key)
{
    const json_t *mine = json_object_get(one, key);
    const json_t *theirs = json_object_get(other, key);
    return mine == theirs || json_equal(mine, theirs);
}

/* The connections of an arm over plain TCP; 0: it is none, or its bytes went another way. */
static uint64_t flows_of(const struct eb_report *report, size_t arm)
{
    const json_t *json = report->set->arms[arm];
    const char *transport = json_string_value(json_object_get(json, "transport"));
    if (!transport || strcmp(transport, "sockets") != 0 || eb_series_set_strays(report->set, arm))
        return 0;
    return eb_arm_claim_of(json, eb_origin_is_published(report->record), NULL).flows;
}

/* The arm that is like this one but for having a single flow; as many as there are arms: none. */
static size_t single_of(const struct eb_report *report, size_t arm)
{
    const struct eb_series_set *set = report->set;
    const json_t *mine = json_object_get(set->arms[arm], "attributes");
    size_t i = 0;
    for (; i < set->arm_count; i++) {
        const json_t *theirs = json_object_get(set->arms[i], "attributes");
        int tuned = json_is_true(json_object_get(mine, "buffers_tuned_by_kernel"));
        if (flows_of(report, i) == 1 && has_same(mine, theirs, "interface") &&
            has_same(mine, theirs, "congestion_control") &&
            has_same(mine, theirs, "buffers_tuned_by_kernel") &&
            (tuned || has_same(mine, theirs, "send_buffer_bytes")))
            break;
    }
    return i;
}

/* The arm's bandwidth at its largest size that the single flow has too, and its ratio to that. */
static const struct eb_series *lift_of(struct eb_headline *all, size_t arm, size_t single,
                                       struct eb_ratio *ratio)
{
    const struct eb_series_set *set = all->report->set;
    const struct eb_kernel_metrics *kernel = eb_kernel_metrics_find("bandwidth");
    const struct eb_series *found = NULL;
    const struct eb_series *base = NULL;
    struct eb_error err = {0};
    for (size_t i = 0; i < set->count; i++) {
        const struct eb_series *series = &set->series[i];
        if (series->arm_index != arm || series->kernel != kernel || series->variant_index != 0 ||
            series->metric != eb_series_set_shown(set, kernel))
            continue;
        const struct eb_series *match =
            eb_series_set_match(set, series, eb_series_set_arm(set, single), series->variant);
        found = match ? series : found;
        base = match ? match : base;
    }
    *ratio = (struct eb_ratio){0};
    all->failed |= found && eb_ratio_of(base, found, ratio, &err) != EB_OK;
    return found;
}

static void write_lift(const struct eb_headline *all, size_t arm, size_t single,
                       const struct eb_series *series, const struct eb_ratio *ratio, FILE *text)
{
    char size[32];
    char numbers[3][EB_PLAIN_NUMBER];
    fprintf(text, "Flows: the %llu of %s carry %sx what the one of %s does at %s",
            (unsigned long long)flows_of(all->report, arm), all->names[arm],
            eb_plain_fixed(ratio->value, 2, numbers[0]), all->names[single],
            eb_size_format(series->size_bytes, size, sizeof size));
    if (series->ranks != 2)
        fprintf(text, ", %llu ranks", (unsigned long long)series->ranks);
    if (all->report->set->variant_count > 1)
        fprintf(text, ", variant %s", series->variant);
    fprintf(text, " [%sx, %sx]: ", eb_plain_fixed(ratio->interval.low, 2, numbers[1]),
            eb_plain_fixed(ratio->interval.high, 2, numbers[2]));
    fputs(ratio->interval.low > LIFTED
              ? "what holds one is a flow's own (a cap, its window), not the link."
              : "more flows do not lift it, so what holds it is no flow's own but the link's, or the hosts'.",
          text);
}

void eb_headline_add_flows(struct eb_headline *all)
{
    const struct eb_series_set *set = all->report->set;
    struct eb_draft draft;
    for (size_t i = 0; i < set->arm_count && !all->failed; i++) {
        struct eb_ratio ratio;
        size_t single = flows_of(all->report, i) > 1 ? single_of(all->report, i) : set->arm_count;
        const struct eb_series *series = single < set->arm_count ? lift_of(all, i, single, &ratio) : NULL;
        if (!series || !ratio.interval.present ||
            (ratio.interval.low <= LIFTED && ratio.interval.high >= LIFTED) || !eb_draft_begin(all, &draft))
            continue;
        write_lift(all, i, single, series, &ratio, draft.file);
        eb_draft_say(all, &draft);
    }
}
