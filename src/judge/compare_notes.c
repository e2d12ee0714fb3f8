/* What a reader must be told beside the rows. */
#include "common/plain.h"
#include "judge/compare_parts.h"
#include "judge/figures.h"
#include "judge/report/warnings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "old.json", "arm tcp", "variant new", "old.json, variant new" */
static const char *name_side(struct eb_comparison *all, const struct eb_side *side)
{
    int is_one = all->base->record == all->now->record;
    const char *path = is_one && (side->arm || side->variant) ? "" : side->path;
    return eb_judgement_keep_made(all->judgement, "%s%s%s%s%s%s%s", path, path[0] && side->arm ? ", " : "",
                                  side->arm ? "arm " : "", side->arm ? side->arm : "",
                                  (path[0] || side->arm) && side->variant ? ", " : "",
                                  side->variant ? "variant " : "", side->variant ? side->variant : "");
}

enum eb_status eb_compare_facts(struct eb_comparison *all, struct eb_error *err)
{
    struct eb_judgement *judgement = all->judgement;
    judgement->alpha = all->options->alpha;
    judgement->delta = all->options->delta;
    judgement->tolerance = fmax(all->options->tolerance, all->options->delta);
    judgement->base_name = name_side(all, all->base);
    judgement->now_name = name_side(all, all->now);
    if (!judgement->base_name || !judgement->now_name)
        return eb_compare_no_memory(err);
    return eb_judgement_tell_origin(judgement, all->now->record, err);
}

static int holds(const json_t *texts, const char *text)
{
    size_t i;
    const json_t *known;
    json_array_foreach(texts, i, known)
    {
        if (strcmp(json_string_value(known), text) == 0)
            return 1;
    }
    return 0;
}

/* The warnings of one record: those that the other has too are told once, as of both. */
static enum eb_status note_warnings(struct eb_comparison *all, const json_t *texts, const json_t *others,
                                    const char *whose, int is_second, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    size_t i;
    const json_t *text;
    json_array_foreach(texts, i, text)
    {
        int is_both = holds(others, json_string_value(text));
        if (status != EB_OK || (is_both && is_second))
            continue;
        status = eb_judgement_note(all->judgement, err, "%s%s%s", is_both ? "both" : whose,
                                   whose[0] || is_both ? ": " : "", json_string_value(text));
    }
    return status;
}

static enum eb_status note_records(struct eb_comparison *all, struct eb_error *err)
{
    int is_one = all->base->record == all->now->record;
    json_t *base = eb_warnings_of(all->base->record, all->base_set);
    json_t *now = is_one ? json_array() : eb_warnings_of(all->now->record, all->now_set);
    enum eb_status status = base && now ? EB_OK : eb_compare_no_memory(err);
    if (status == EB_OK)
        status = note_warnings(all, base, now, is_one ? "" : all->base->path, 0, err);
    if (status == EB_OK)
        status = note_warnings(all, now, base, all->now->path, 1, err);
    json_decref(base);
    json_decref(now);
    return status;
}

/* Where even the least p of so few relabellings is above alpha. */
static enum eb_status note_reach(struct eb_comparison *all, struct eb_error *err)
{
    const struct eb_judgement *judgement = all->judgement;
    char alpha[EB_PLAIN_NUMBER];
    if (judgement->relabellings == 0 || 1 / (double)judgement->relabellings <= judgement->alpha)
        return EB_OK;
    return eb_judgement_note(all->judgement, err,
                             "at level %s no series can be called worse or better: these launches can be "
                             "relabelled in %llu ways only; more launches are needed",
                             eb_plain_number(judgement->alpha, 6, alpha),
                             (unsigned long long)judgement->relabellings);
}

enum eb_status eb_compare_notes(struct eb_comparison *all, const json_t *differences, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    size_t i;
    const json_t *difference;
    json_array_foreach(differences, i, difference)
    {
        if (status == EB_OK)
            status = eb_judgement_note(all->judgement, err, "not alike, and compared nevertheless: %s %s, %s",
                                       json_string_value(json_array_get(difference, 0)),
                                       json_string_value(json_array_get(difference, 1)),
                                       json_string_value(json_array_get(difference, 2)));
    }
    if (status == EB_OK && all->unpaired > 0)
        status = eb_judgement_note(all->judgement, err,
                                   "%zu value%s left out: a launch of one side without its partner on the "
                                   "other",
                                   all->unpaired, all->unpaired == 1 ? " was" : "s were");
    if (status == EB_OK)
        status = note_reach(all, err);
    return status == EB_OK ? note_records(all, err) : status;
}
