/* The one sentence of a headline that stands largest. */
#include "judge/report/headline_words.h"

#include "common/plain.h"
#include "common/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Characters of UTF-8. */
static size_t length_of(const char *text)
{
    size_t length = 0;
    for (; *text; text++)
        length += ((unsigned char)*text & 0xc0) != 0x80;
    return length;
}

/* The clauses of all arms, at most so many of each; of 1 the longest run. */
static void write_courses(struct eb_headline *all, const struct eb_headline_group *group, size_t most,
                          int with_spread, FILE *text)
{
    size_t written = 0;
    for (size_t i = 0; i < group->arm_count; i++) {
        struct eb_sides sides = {
            .arm = all->names[i], .other = all->baseline, .quantity = eb_headline_quantity(group)};
        if (group->courses[i].count == 0)
            continue;
        fputs(written++ > 0 ? "; " : "", text);
        if (most == 1)
            eb_course_write_most(&group->courses[i], &sides, text);
        else
            all->failed |= eb_course_write(&group->courses[i], &sides, most, with_spread, text) != 0;
    }
}

/* What all arms find at all sizes; EB_FINDS_MIXED where they differ, or are one alone. */
static enum eb_finding unanimous(const struct eb_headline_group *group)
{
    static const enum eb_finding findings[] = {EB_FINDS_ARM, EB_FINDS_OTHER, EB_FINDS_NOTHING};
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++)
        if (group->compared > 1 && eb_headline_count(group, findings[i]) == group->compared)
            return findings[i];
    return EB_FINDS_MIXED;
}

/* "efa is faster than each of the 4 other arms at all sizes, by 1.2x to 1.5x" */
static void write_unanimous(const struct eb_headline *all, const struct eb_headline_group *group, FILE *text)
{
    const char *quantity = eb_headline_quantity(group);
    char low[EB_PLAIN_NUMBER];
    char high[EB_PLAIN_NUMBER];
    double least = INFINITY;
    double most = 0;
    enum eb_finding finding = unanimous(group);
    for (size_t i = 0; i < group->arm_count; i++)
        if (group->courses[i].count > 0)
            eb_course_mean(&group->courses[i], &least, &most);
    if (finding == EB_FINDS_NOTHING) {
        fprintf(text, "%s between %s and any of the %zu other arms", eb_undecided_words(group->at_face_value),
                all->baseline, group->compared);
        eb_headline_sizes(group, finding, text);
        return;
    }
    int arms_win = finding == EB_FINDS_ARM;
    if (arms_win)
        fprintf(text, "each of the %zu other arms", group->compared);
    else
        fputs(all->baseline, text);
    fprintf(text, " %s%s than ", quantity ? "has more " : "is faster", quantity ? quantity : "");
    if (arms_win)
        fputs(all->baseline, text);
    else
        fprintf(text, "each of the %zu other arms", group->compared);
    eb_headline_sizes(group, finding, text);
    fprintf(text, " (%s to %s)", eb_factor_words(least, EB_FACTOR_TIMES, low),
            eb_factor_words(most, EB_FACTOR_TIMES, high));
}

/* "of 15 arms beside ena, 1 is better, 2 are worse, 9 are undecided, 3 differ
 * by size": of whom nothing is told but how many they are. */
static void write_tally(const struct eb_headline *all, const struct eb_headline_group *group, FILE *text)
{
    static const struct {
        enum eb_finding finding;
        const char *one;
        const char *many;
    } parts[] = {{EB_FINDS_ARM, "is better", "are better"},
                 {EB_FINDS_OTHER, "is worse", "are worse"},
                 {EB_FINDS_NOTHING, "is undecided", "are undecided"},
                 {EB_FINDS_MIXED, "differs by size", "differ by size"}};
    int any = 0;
    fprintf(text, "of %zu arms beside %s,", group->compared, all->baseline);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t count = eb_headline_count(group, parts[i].finding);
        if (count > 0)
            fprintf(text, "%s %zu %s", any ? "," : "", count, count == 1 ? parts[i].one : parts[i].many);
        any |= count > 0;
    }
}

/* What is tried, the fullest first: everything, so many clauses of each arm, the longest run of each, how
 * many arms there are (0). */
static void write_short(struct eb_headline *all, const struct eb_headline_group *group, size_t clauses,
                        FILE *text)
{
    int is_full = clauses == EB_HEADLINE_CLAUSES;
    eb_headline_title(all, group, text);
    if (group->compared > 0 && group->at_face_value)
        fputs("at face value, ", text);
    if (group->compared == 0)
        eb_headline_figures(all, group, text);
    else if (clauses == 0)
        write_tally(all, group, text);
    else if (unanimous(group) == EB_FINDS_MIXED)
        write_courses(all, group, clauses, is_full, text);
    else if (is_full)
        eb_headline_alike(all, group, unanimous(group), text);
    else
        write_unanimous(all, group, text);
    fputc('.', text);
}

const struct eb_headline_group *eb_headline_add_short(struct eb_headline *all,
                                                      const struct eb_headline_groups *groups)
{
    const struct eb_headline_group *group = groups->items;
    for (size_t i = 0; i < groups->count && group->compared == 0; i++)
        group = groups->items[i].compared > 0 ? &groups->items[i] : group;
    size_t least = group->compared > 1 && unanimous(group) == EB_FINDS_MIXED ? 0 : 1;
    for (size_t clauses = EB_HEADLINE_CLAUSES + 1; clauses-- > least;) {
        struct eb_draft draft;
        if (!eb_draft_begin(all, &draft))
            return NULL;
        write_short(all, group, clauses, draft.file);
        char *text = eb_draft_text(all, &draft);
        int fits = text && (clauses == least || length_of(text) <= EB_HEADLINE_SHORT);
        if (fits)
            eb_headline_say(all, text);
        free(text);
        if (fits)
            return clauses == EB_HEADLINE_CLAUSES || group->compared == 0 ? group : NULL;
    }
    return NULL;
}
