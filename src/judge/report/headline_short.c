/* The one sentence of a headline that stands largest. */
#include "judge/report/headline_words.h"

#include "common/plain.h"
#include "common/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ARMS_COUNTED 4 /* of so many others at least they are counted, not told one by one */

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

/* The greatest mean among the arms that find it at all sizes: " (most: efa, 2.3x)"; of one " (efa, 2.3x)". */
static void write_most(const struct eb_headline *all, const struct eb_headline_group *group,
                       enum eb_finding finding, FILE *text)
{
    char number[EB_PLAIN_NUMBER];
    double least = INFINITY;
    double greatest = 0;
    double most = 0;
    size_t arm = 0;
    for (size_t i = 0; i < group->arm_count; i++) {
        const struct eb_course *course = &group->courses[i];
        if (course->count == 0 || eb_course_whole(course) != finding)
            continue;
        double mean = eb_course_mean(course, &least, &greatest);
        arm = mean > most ? i : arm;
        most = fmax(most, mean);
    }
    fprintf(text, " (%s%s, %s)", eb_headline_count(group, finding) > 1 ? "most: " : "", all->names[arm],
            eb_factor_words(most, EB_FACTOR_TIMES, number));
}

/* "of the 11 other arms, 3 are faster than ena at all sizes (most: efa, 2.3x), 2 are slower (most:
 * tcp, 1.4x), 5 show no difference, 1 differs by size": what many arms find. */
static void write_counts(const struct eb_headline *all, const struct eb_headline_group *group, FILE *text)
{
    static const enum eb_finding findings[] = {EB_FINDS_ARM, EB_FINDS_OTHER, EB_FINDS_NOTHING};
    const char *quantity = eb_headline_quantity(group);
    size_t told = 0;
    fprintf(text, "of the %zu other arms,", group->compared);
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++) {
        enum eb_finding finding = findings[i];
        size_t count = eb_headline_count(group, finding);
        int one = count == 1;
        int first = told == 0;
        if (count == 0)
            continue;
        told += count;
        fprintf(text, "%s %zu ", first ? "" : ",", count);
        if (finding == EB_FINDS_NOTHING)
            fputs(group->at_face_value ? (one ? "is less than 2% apart" : "are less than 2% apart")
                                       : (one ? "shows no difference" : "show no difference"),
                  text);
        else if (quantity)
            fprintf(text, "%s %s %s", one ? "has" : "have", finding == EB_FINDS_ARM ? "more" : "less",
                    quantity);
        else
            fprintf(text, "%s %s", one ? "is" : "are", finding == EB_FINDS_ARM ? "faster" : "slower");
        if (first) {
            fprintf(text, " %s %s", finding == EB_FINDS_NOTHING ? "from" : "than", all->baseline);
            if (finding != EB_FINDS_NOTHING)
                eb_headline_sizes(group, finding, text);
        }
        if (finding != EB_FINDS_NOTHING)
            write_most(all, group, finding, text);
    }
    if (told < group->compared)
        fprintf(text, "%s %zu differ%s by size", told > 0 ? "," : "", group->compared - told,
                group->compared - told == 1 ? "s" : "");
}

/* What is tried, the fullest first: everything, so many clauses of each arm, the longest run of each, or of
 * many arms how many of them find what. */
static void write_short(struct eb_headline *all, const struct eb_headline_group *group, size_t clauses,
                        FILE *text)
{
    int is_full = clauses == EB_HEADLINE_CLAUSES;
    eb_headline_title(all, group, text);
    if (group->compared > 0 && group->at_face_value)
        fputs("at face value, ", text);
    if (group->compared == 0)
        eb_headline_figures(all, group, text);
    else if (unanimous(group) == EB_FINDS_MIXED && clauses == 1 && group->compared >= ARMS_COUNTED)
        write_counts(all, group, text);
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
    for (size_t clauses = EB_HEADLINE_CLAUSES; clauses > 0; clauses--) {
        struct eb_draft draft;
        if (!eb_draft_begin(all, &draft))
            return NULL;
        write_short(all, group, clauses, draft.file);
        char *text = eb_draft_text(all, &draft);
        int fits = text && (clauses == 1 || length_of(text) <= EB_HEADLINE_SHORT);
        if (fits)
            eb_headline_say(all, text);
        free(text);
        if (fits)
            return clauses == EB_HEADLINE_CLAUSES || group->compared == 0 ? group : NULL;
    }
    return NULL;
}
