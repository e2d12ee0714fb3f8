/* The ruling over all rows, and its reason in words. */
#include "common/plain.h"
#include "common/units.h"
#include "judge/compare.h"
#include "judge/compare_parts.h"
#include "judge/report/judgement_words.h"
#include "judge/stats/shift.h"
#include "judge/stats/signed_rank.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What the rows come to. */
struct count {
    size_t rows;
    size_t regressed;
    size_t improved;
    size_t missing; /* and not allowed to be */
    size_t allowed;
    size_t judged;                 /* have an interval */
    size_t few;                    /* have none, and are not missing */
    size_t open;                   /* judged, and could be worse by more than the tolerance */
    uint64_t most;                 /* launches compared of those that have too few */
    const struct eb_judged *worst; /* of the regressed */
    const struct eb_judged *first_missing;
    const struct eb_judged *widest; /* of the open */
    int names_ranks;                /* they differ, as the next */
    int names_variant;
};

static void count_row(struct count *count, const struct eb_judged *row, double tolerance)
{
    if (row->call == EB_CALL_MISSING) {
        count->allowed += row->is_allowed != 0;
        count->missing += !row->is_allowed;
        if (!row->is_allowed && !count->first_missing)
            count->first_missing = row;
        return;
    }
    if (row->call == EB_CALL_REGRESSED) {
        count->regressed++;
        if (!count->worst || row->effect > count->worst->effect)
            count->worst = row;
    }
    count->improved += row->call == EB_CALL_IMPROVED;
    if (isnan(row->high)) {
        count->few++;
        count->most = row->compared > count->most ? row->compared : count->most;
        return;
    }
    count->judged++;
    if (row->high <= tolerance)
        return;
    count->open++;
    if (!count->widest || row->high > count->widest->high)
        count->widest = row;
}

static struct count count_rows(const struct eb_judgement *judgement)
{
    struct count count = {.rows = judgement->row_count};
    for (size_t i = 0; i < judgement->row_count; i++) {
        const struct eb_judged *row = &judgement->rows[i];
        count_row(&count, row, judgement->tolerance);
        count.names_ranks |= row->ranks != judgement->rows[0].ranks;
        count.names_variant |= row->variant && judgement->rows[0].variant &&
                               strcmp(row->variant, judgement->rows[0].variant) != 0;
    }
    return count;
}

/* "pingpong tcp 64 KiB", with what else tells it from others. */
static const char *name_of(const struct count *count, const struct eb_judged *row, char *text, size_t room)
{
    char size[32];
    char ranks[40] = "";
    int has_own = row->base_arm && strcmp(row->base_arm, row->arm) != 0;
    if (count->names_ranks)
        snprintf(ranks, sizeof ranks, ", %llu ranks", (unsigned long long)row->ranks);
    snprintf(text, room, "%s %.48s%s%.48s %s%s%s%.48s", row->kernel->name, has_own ? row->base_arm : row->arm,
             has_own ? " to " : "", has_own ? row->arm : "",
             eb_size_format(row->size_bytes, size, sizeof size), ranks, count->names_variant ? ", " : "",
             count->names_variant ? row->variant : "");
    return text;
}

/* "+12.1% [+8.0%, +16.4%]" of a time, "-10.8% [-14.1%, -7.4%]" of a rate: the metric's own change. */
static const char *change_of(const struct eb_judged *row, char *text, size_t room)
{
    char change[EB_CHANGE_TEXT];
    char interval[EB_CHANGE_TEXT];
    eb_change(row->metric, row->effect, change);
    eb_change_interval(row->metric, row->low, row->high, interval);
    snprintf(text, room, "%s%s%s", change, interval[0] ? " " : "", interval);
    return text;
}

/* "2": a share of the judgement, as the option has it. */
static const char *share(double logarithm, char *text)
{
    return eb_plain_number(100 * expm1(logarithm), 3, text);
}

static const char *say_regressed(struct eb_judgement *judgement, const struct count *count)
{
    char name[256];
    char change[160];
    char missing[64] = "";
    name_of(count, count->worst, name, sizeof name);
    change_of(count->worst, change, sizeof change);
    if (count->missing > 0)
        snprintf(missing, sizeof missing, "; %zu %s missing", count->missing,
                 count->missing == 1 ? "is" : "are");
    return eb_judgement_keep_made(judgement, "%zu of %zu series %s: %s %s%s", count->regressed, count->rows,
                                  count->regressed == 1 ? "is worse" : "are worse, the most", name, change,
                                  missing);
}

static const char *say_missing(struct eb_judgement *judgement, const struct count *count)
{
    char name[256];
    name_of(count, count->first_missing, name, sizeof name);
    return eb_judgement_keep_made(
        judgement, "%zu of %zu series %s: %s is not in %.200s", count->missing, count->rows,
        count->missing == 1 ? "is missing" : "are missing, the first", name,
        count->first_missing->now.launches == 0 ? judgement->now_name : judgement->base_name);
}

static const char *say_too_few(struct eb_judgement *judgement, const struct count *count)
{
    size_t needed = judgement->paired ? eb_signed_rank_launches_needed(EB_SERIES_LEVEL)
                                      : eb_shift_launches_needed(EB_SERIES_LEVEL);
    return eb_judgement_keep_made(judgement, "too few launches: %llu%s, need %zu",
                                  (unsigned long long)count->most, judgement->paired ? " in pairs" : "",
                                  needed);
}

static const char *say_inconclusive(struct eb_judgement *judgement, const struct count *count)
{
    char name[256];
    char change[160];
    char limit[EB_PLAIN_NUMBER];
    char few[80] = "";
    if (count->few > 0)
        snprintf(few, sizeof few, "%s%zu of %zu series %s too few launches to tell", count->open ? "; " : "",
                 count->few, count->rows, count->few == 1 ? "has" : "have");
    if (count->open == 0)
        return eb_judgement_keep(judgement, few);
    name_of(count, count->widest, name, sizeof name);
    change_of(count->widest, change, sizeof change);
    return eb_judgement_keep_made(judgement, "%zu of %zu series could be worse by more than %s%%%s: %s %s%s",
                                  count->open, count->rows, share(judgement->tolerance, limit),
                                  count->open == 1 ? "" : ", the most", name, change, few);
}

static const char *say_withheld(struct eb_judgement *judgement, const struct count *count)
{
    char delta[EB_PLAIN_NUMBER];
    return eb_judgement_keep_made(
        judgement,
        "the witness refused the path of %zu case%s, whose figures are withheld; none of the other %zu "
        "series is shown to be worse by more than %s%%",
        judgement->withheld, judgement->withheld == 1 ? "" : "s", count->judged,
        share(judgement->delta, delta));
}

static const char *say_pass(struct eb_judgement *judgement, const struct count *count)
{
    char delta[EB_PLAIN_NUMBER];
    char tolerance[EB_PLAIN_NUMBER];
    char improved[64] = "";
    char allowed[64] = "";
    if (count->improved > 0)
        snprintf(improved, sizeof improved, "; %zu %s better", count->improved,
                 count->improved == 1 ? "is" : "are");
    if (count->allowed > 0)
        snprintf(allowed, sizeof allowed, "; %zu %s missing, as allowed", count->allowed,
                 count->allowed == 1 ? "is" : "are");
    return eb_judgement_keep_made(
        judgement,
        "none of %zu series is shown to be worse by more than %s%%, and none can be by more than %s%%%s%s",
        count->judged, share(judgement->delta, delta), share(judgement->tolerance, tolerance), improved,
        allowed);
}

enum eb_status eb_compare_rule(struct eb_judgement *judgement, struct eb_error *err)
{
    struct count count = count_rows(judgement);
    const char *(*say)(struct eb_judgement *, const struct count *) = say_pass;
    judgement->ruling = EB_RULING_PASS;
    if (count.regressed > 0) {
        judgement->ruling = EB_RULING_REGRESSED;
        say = say_regressed;
    } else if (count.missing > 0) {
        judgement->ruling = EB_RULING_MISSING;
        say = say_missing;
    } else if (count.judged == 0) {
        judgement->ruling = EB_RULING_TOO_FEW;
        say = say_too_few;
    } else if (count.open + count.few > 0) {
        judgement->ruling = EB_RULING_INCONCLUSIVE;
        say = say_inconclusive;
    } else if (judgement->withheld > 0) {
        judgement->ruling = EB_RULING_INCONCLUSIVE;
        say = say_withheld;
    }
    judgement->reason = say(judgement, &count);
    return judgement->reason ? EB_OK : eb_compare_no_memory(err);
}
