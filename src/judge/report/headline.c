#include "judge/report/headline.h"

#include "common/plain.h"
#include "judge/report/headline_words.h"

#include <stdlib.h>
#include <string.h>

/* Of more there are no sentences: they would not be read. */
#define GROUPS_MOST 20
#define SENTENCES_MOST 40 /* after which no group is begun */

/* No sentence calls an arm fast without saying that it went another way. */
static char *name_of(const struct eb_series_set *set, size_t arm)
{
    char *name = NULL;
    char *clean = eb_plain_copy(eb_series_set_arm(set, arm));
    if (!clean || !eb_series_set_strays(set, arm))
        return clean;
    if (asprintf(&name, "%s (WRONG PATH)", clean) < 0)
        name = NULL;
    free(clean);
    return name;
}

static void name_arms(struct eb_headline *all)
{
    const struct eb_series_set *set = all->report->set;
    all->names = calloc(set->arm_count + 1, sizeof *all->names);
    all->failed |= !all->names;
    for (size_t i = 0; i < set->arm_count && !all->failed; i++) {
        all->names[i] = name_of(set, i);
        all->failed |= !all->names[i];
        if (strcmp(eb_series_set_arm(set, i), all->report->baseline_arm) == 0)
            all->baseline = all->names[i];
    }
}

static int has_room(const struct eb_headline *all, size_t groups)
{
    return groups < GROUPS_MOST && json_array_size(all->sentences) < SENTENCES_MOST && !all->failed;
}

/* told: the first so many groups have sentences. */
static void add_rest(struct eb_headline *all, const struct eb_headline_groups *groups, size_t told)
{
    struct eb_draft draft;
    if (told == groups->count || !eb_draft_begin(all, &draft))
        return;
    fprintf(draft.file, "%zu more metrics, numbers of ranks, variants or algorithms are in the tables alone.",
            groups->count - told);
    eb_draft_say(all, &draft);
}

static void add_own(struct eb_headline *all)
{
    struct eb_headline_groups groups = {0};
    const struct eb_headline_group *told = NULL;
    all->failed |= eb_headline_groups_find(all->report, all->report->ratios, &groups) != 0;
    if (!all->failed) {
        eb_headline_add_cautions(all);
        told = eb_headline_add_short(all, &groups);
        eb_headline_add_certainty(all, &groups, 1);
    }
    size_t count = 0;
    for (; count < groups.count && has_room(all, count); count++)
        if (&groups.items[count] != told)
            eb_headline_add_group(all, &groups.items[count]);
    add_rest(all, &groups, count);
    if (!all->failed)
        eb_headline_add_certainty(all, &groups, 0);
    if (!all->failed && all->report->set->variant_count > 1)
        eb_headline_say(all,
                        "Variants: each stands by itself here; efabench compare holds one against another.");
    eb_headline_groups_free(&groups);
}

static void add_against(struct eb_headline *all)
{
    struct eb_headline_groups groups = {0};
    struct eb_draft draft;
    const struct eb_report *report = all->report;
    if (!report->against)
        return;
    if (report->against_note) {
        if (eb_draft_begin(all, &draft)) {
            fprintf(draft.file, "Beside: %s was measured %s, so there is no ratio to it.",
                    report->against_path, report->against_same_hosts ? "in another way" : "on other hosts");
            eb_draft_say(all, &draft);
        }
        return;
    }
    all->failed |= eb_headline_groups_find(report, report->against_ratios, &groups) != 0;
    for (size_t i = 0; i < groups.count && i < GROUPS_MOST && !all->failed; i++)
        eb_headline_add_against(all, &groups.items[i]);
    eb_headline_groups_free(&groups);
}

json_t *eb_headline_of(const struct eb_report *report)
{
    struct eb_headline all = {.report = report, .sentences = json_array()};
    all.failed = !all.sentences;
    name_arms(&all);
    if (!all.failed)
        add_own(&all);
    if (!all.failed)
        add_against(&all);
    if (!all.failed)
        eb_headline_add_places(&all);
    if (!all.failed)
        eb_headline_add_ceilings(&all);
    if (!all.failed)
        eb_headline_add_flows(&all);
    for (size_t i = 0; all.names && i < report->set->arm_count; i++)
        free(all.names[i]);
    free(all.names);
    if (!all.failed)
        return all.sentences;
    json_decref(all.sentences);
    return NULL;
}

int eb_headline_is_caution(const char *sentence)
{
    return strncmp(sentence, EB_HEADLINE_CAUTION, strlen(EB_HEADLINE_CAUTION)) == 0;
}

size_t eb_headline_subject(const char *sentence)
{
    const char *colon = strstr(sentence, ": ");
    return colon && colon - sentence <= EB_HEADLINE_SUBJECT ? (size_t)(colon - sentence) : 0;
}
