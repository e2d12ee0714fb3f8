/* What stands about the headline's findings: what to beware of, how sure they are, over what, and how near to
 * what could be. */
#include "judge/report/headline_words.h"

#include "common/plain.h"
#include "judge/claim.h"
#include "judge/report/origin.h"
#include "judge/stats/shift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a list needs before its next word: nothing, or "; ". */
static const char *next(size_t *written, const char *between)
{
    return (*written)++ > 0 ? between : "";
}

static void beware_of_launches(const struct eb_headline *all, size_t *written, FILE *text)
{
    size_t partial = 0;
    size_t i;
    const json_t *launch;
    const json_t *launches = json_object_get(all->report->record, "launches");
    json_array_foreach(launches, i, launch)
    {
        partial += strcmp(json_string_value(json_object_get(launch, "status")), "complete") != 0;
    }
    if (partial > 0)
        fprintf(text, "%s%zu of %zu launches %s partial", next(written, "; "), partial,
                json_array_size(launches), partial == 1 ? "is" : "are");
    size_t withheld = all->report->set->withheld;
    if (withheld > 0)
        fprintf(text, "%sthe witness refused %zu case%s, which %s no number", next(written, "; "), withheld,
                withheld == 1 ? "" : "s", withheld == 1 ? "has" : "have");
}

/* Whether a series of the arm is what is asked for. */
enum trait { THROTTLED, EXCEEDED };
static int arm_has(const struct eb_report *report, size_t arm, enum trait trait)
{
    for (size_t i = 0; i < report->set->count; i++) {
        const struct eb_series *series = &report->set->series[i];
        if (series->arm_index == arm &&
            (trait == THROTTLED ? series->path.is_throttled
                                : eb_ceiling_is_exceeded(&report->ceilings[i], series->value)))
            return 1;
    }
    return 0;
}

/* Whether no NIC attests any row of an arm that claims an adapter. */
static int is_unattested(const struct eb_report *report, size_t arm, const struct eb_arm_claim *claim)
{
    int unattested = 0;
    for (size_t i = 0; i < report->set->count; i++) {
        const struct eb_series *series = &report->set->series[i];
        if (series->arm_index == arm && series->path.state == EB_PATH_ATTESTED)
            return 0;
        unattested |= series->arm_index == arm && series->path.state == EB_PATH_UNATTESTED;
    }
    return unattested && claim->kind == EB_CLAIM_ADAPTER;
}

static struct eb_arm_claim claim_of(const struct eb_report *report, size_t arm)
{
    return eb_arm_claim_of(report->set->arms[arm], eb_origin_is_published(report->record),
                           eb_instance_find(eb_origin_instance(report->record)));
}

static void beware_of_arm(const struct eb_headline *all, size_t arm, size_t *written, FILE *text)
{
    const struct eb_report *report = all->report;
    const char *name = all->names[arm];
    struct eb_arm_claim claim = claim_of(report, arm);
    if (eb_series_set_strays(report->set, arm))
        fprintf(text, "%s%s took another path than it says, and was kept", next(written, "; "),
                eb_series_set_arm(report->set, arm));
    if (claim.contradiction[0])
        fprintf(text, "%s%s is %s", next(written, "; "), name, claim.contradiction);
    if (is_unattested(report, arm, &claim))
        fprintf(text, "%sno NIC attests %s", next(written, "; "), name);
    if (arm_has(report, arm, EXCEEDED))
        fprintf(text, "%s%s has figures beyond what its adapter can carry", next(written, "; "), name);
    if (arm_has(report, arm, THROTTLED))
        fprintf(text, "%s%s was throttled by the instance's limits", next(written, "; "), name);
}

static void beware_of_warnings(const struct eb_headline *all, size_t *written, FILE *text)
{
    int standin = 0;
    int oversubscribed = 0;
    int shared = 0; /* memory: told of the arm in the warnings */
    size_t i;
    const json_t *warning;
    json_array_foreach(all->report->warnings, i, warning)
    {
        standin |= strstr(json_string_value(warning), ": a stand-in for ") != NULL;
        oversubscribed |= strncmp(json_string_value(warning), "oversubscribed", 14) == 0;
        shared |= strstr(json_string_value(warning), ", where MPI may use shared memory") != NULL;
    }
    if (standin)
        fprintf(text, "%sa stand-in took the place of an adapter", next(written, "; "));
    if (oversubscribed)
        fprintf(text, "%sranks had to share cores", next(written, "; "));
    if (shared)
        fprintf(text, "%sMPI may have used shared memory", next(written, "; "));
}

void eb_headline_add_cautions(struct eb_headline *all)
{
    struct eb_draft draft;
    size_t written = 0;
    if (!eb_draft_begin(all, &draft))
        return;
    fputs(EB_HEADLINE_CAUTION, draft.file);
    beware_of_launches(all, &written, draft.file);
    for (size_t i = 0; i < all->report->set->arm_count; i++)
        beware_of_arm(all, i, &written, draft.file);
    beware_of_warnings(all, &written, draft.file);
    fputs(" (see the warnings).", draft.file);
    char *text = eb_draft_text(all, &draft);
    if (text && written > 0)
        eb_headline_say(all, text);
    free(text);
}

/* What the ratios of all groups have in common. */
struct certainty {
    size_t with; /* groups with intervals */
    size_t without;
    int is_published; /* all of those without */
    size_t least;     /* launches, of those that is_before asks for */
    size_t most;
    size_t sizes_without;
};

static struct certainty certainty_of(const struct eb_headline_groups *groups, int is_before)
{
    struct certainty all = {.is_published = 1};
    for (size_t i = 0; i < groups->count; i++) {
        const struct eb_headline_group *group = &groups->items[i];
        if (group->compared == 0)
            continue;
        if (group->at_face_value) {
            all.without++;
            all.is_published &= group->is_published;
        } else {
            all.with++;
            all.sizes_without += group->sizes_without;
        }
        if (group->at_face_value != is_before)
            continue;
        if (all.least == 0 || group->least_launches < all.least)
            all.least = group->least_launches;
        if (group->most_launches > all.most)
            all.most = group->most_launches;
    }
    return all;
}

static void write_launches(const struct certainty *certainty, FILE *text)
{
    if (certainty->least != certainty->most)
        fprintf(text, "%zu to ", certainty->least);
    fprintf(text, "%zu launch%s", certainty->most, certainty->most == 1 ? "" : "es");
}

static void write_before(struct eb_headline *all, const struct certainty *certainty,
                         const struct eb_headline_groups *groups, FILE *text)
{
    size_t written = 0;
    fputs("No interval: ", text);
    if (certainty->is_published)
        fputs("of published figures there are summaries only", text);
    else {
        write_launches(certainty, text);
        fprintf(text, ", %zu are needed for one", eb_shift_launches_needed(EB_SERIES_LEVEL));
    }
    if (certainty->with == 0) {
        fputs("; all of this is at face value, and what is less than 2% apart is left undecided.", text);
        return;
    }
    fputs("; at face value are those of ", text);
    for (size_t i = 0; i < groups->count; i++)
        if (groups->items[i].compared > 0 && groups->items[i].at_face_value) {
            fputs(next(&written, "; "), text);
            eb_headline_name(all, &groups->items[i], text);
        }
    fputc('.', text);
}

void eb_headline_add_certainty(struct eb_headline *all, const struct eb_headline_groups *groups,
                               int is_before)
{
    struct certainty certainty = certainty_of(groups, is_before);
    struct eb_draft draft;
    if ((is_before ? certainty.without : certainty.with) == 0 || !eb_draft_begin(all, &draft))
        return;
    if (is_before) {
        write_before(all, &certainty, groups, draft.file);
    } else {
        fputs("How sure: 95% intervals over ", draft.file);
        write_launches(&certainty, draft.file);
        fputs(", each size by itself (efabench compare has one error rate for a whole table); in "
              "parentheses the least and the greatest ratio of the sizes, in brackets the interval of one",
              draft.file);
        if (certainty.sizes_without > 0)
            fprintf(draft.file, "; %zu size%s too few launches for one", certainty.sizes_without,
                    certainty.sizes_without == 1 ? " has" : "s have");
        fputc('.', draft.file);
    }
    eb_draft_say(all, &draft);
}

/* Whether the bytes of an arm never left a host: what it claims, or what its witness saw. */
static int is_local(const struct eb_report *report, size_t arm)
{
    int lo = 0;
    if (claim_of(report, arm).kind == EB_CLAIM_LOCAL)
        return 1;
    for (size_t i = 0; i < report->set->count; i++) {
        const struct eb_series *series = &report->set->series[i];
        if (series->arm_index != arm || series->path.state != EB_PATH_ATTESTED)
            continue;
        if (strcmp(series->path.device, "lo") != 0)
            return 0;
        lo = 1;
    }
    return lo;
}

static void add_nothing(struct eb_headline *all, size_t arm)
{
    struct eb_draft draft;
    if (claim_of(all->report, arm).kind != EB_CLAIM_NOTHING || !eb_draft_begin(all, &draft))
        return;
    fprintf(draft.file, "%s moves nothing; its figures are the floor of the harness itself.",
            all->names[arm]);
    eb_draft_say(all, &draft);
}

void eb_headline_add_places(struct eb_headline *all)
{
    const struct eb_series_set *set = all->report->set;
    struct eb_draft draft;
    size_t local = 0;
    size_t written = 0;
    for (size_t i = 0; i < set->arm_count; i++) {
        local += (size_t)is_local(all->report, i);
        add_nothing(all, i);
    }
    if (local == 0 || !eb_draft_begin(all, &draft))
        return;
    fputs("Path: ", draft.file);
    for (size_t i = 0; i < set->arm_count && local < set->arm_count; i++)
        if (is_local(all->report, i))
            fprintf(draft.file, "%s%s", next(&written, written + 1 < local ? ", " : " and "), all->names[i]);
    fprintf(draft.file, "%s stayed on one host, over its loopback or memory; no adapter carried these bytes.",
            local == set->arm_count ? "all of it" : "");
    eb_draft_say(all, &draft);
}
