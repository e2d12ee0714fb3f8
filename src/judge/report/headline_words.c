#include "judge/report/headline_words.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/report/text_cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct eb_draft *eb_draft_begin(struct eb_headline *all, struct eb_draft *draft)
{
    *draft = (struct eb_draft){0};
    if (all->failed)
        return NULL;
    draft->file = open_memstream(&draft->text, &draft->length);
    all->failed |= !draft->file;
    return draft->file ? draft : NULL;
}

char *eb_draft_text(struct eb_headline *all, struct eb_draft *draft)
{
    if (fclose(draft->file) == 0 && draft->text)
        return draft->text;
    free(draft->text);
    all->failed = 1;
    return NULL;
}

void eb_headline_say(struct eb_headline *all, const char *text)
{
    char *clean = eb_plain_copy(text);
    size_t i;
    const json_t *earlier;
    int known = 0;
    json_array_foreach(all->sentences, i, earlier)
    {
        known |= clean && strcmp(json_string_value(earlier), clean) == 0;
    }
    if (!clean || (!known && json_array_append_new(all->sentences, json_string_nocheck(clean)) != 0))
        all->failed = 1;
    free(clean);
}

void eb_draft_say(struct eb_headline *all, struct eb_draft *draft)
{
    char *text = eb_draft_text(all, draft);
    if (text && text[0])
        eb_headline_say(all, text);
    free(text);
}

/* Of a group, with a sentence of their own: more would not be read. */
#define ARMS_MOST 6

/* What the kernels are called in a sentence. */
static const struct {
    const char *kernel;
    const char *title;
    const char *quantity;
} words[] = {
    {"pingpong", "Half round trip", NULL},
    {"bandwidth", "Bandwidth", "bandwidth"},
    {"bibandwidth", "Bandwidth both ways", "bandwidth"},
    {"message_rate", "Message rate", "message rate"},
    {"allreduce", "All-reduce", NULL},
};

const char *eb_headline_quantity(const struct eb_headline_group *group)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].kernel, group->kernel->name) == 0)
            return words[i].quantity;
    return eb_metric_is_rate(group->metric) ? "rate" : NULL;
}

void eb_headline_name(const struct eb_headline *all, const struct eb_headline_group *group, FILE *text)
{
    const struct eb_series_set *set = all->report->set;
    const char *title = group->kernel->name;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].kernel, group->kernel->name) == 0)
            title = words[i].title;
    fputs(title, text);
    if (group->algorithm && group->algorithm[0])
        fprintf(text, " by %s", group->algorithm);
    if (group->ranks != 2)
        fprintf(text, ", %llu ranks", (unsigned long long)group->ranks);
    if (set->variant_count > 1)
        fprintf(text, ", variant %s", set->variants[group->variant_index]);
}

void eb_headline_title(const struct eb_headline *all, const struct eb_headline_group *group, FILE *text)
{
    eb_headline_name(all, group, text);
    fputs(": ", text);
}

static int is_alike(const struct eb_course *course, enum eb_finding finding)
{
    return course->count > 0 && eb_course_whole(course) == finding;
}

void eb_headline_sizes(const struct eb_headline_group *group, enum eb_finding finding, FILE *text)
{
    char size[32];
    uint64_t only = UINT64_MAX;
    int several = 0;
    int lacks_any = 0;
    for (size_t i = 0; i < group->arm_count; i++)
        for (size_t j = 0; is_alike(&group->courses[i], finding) && j < group->courses[i].count; j++) {
            uint64_t bytes = group->courses[i].stands[j].size_bytes;
            several |= only != UINT64_MAX && bytes != only;
            only = bytes;
            lacks_any |= group->courses[i].lacks_any;
        }
    if (several)
        fputs(lacks_any ? " at all sizes that they share" : " at all sizes", text);
    else
        fprintf(text, " at %s", eb_size_format(only, size, sizeof size));
}

size_t eb_headline_count(const struct eb_headline_group *group, enum eb_finding finding)
{
    size_t count = 0;
    for (size_t i = 0; i < group->arm_count; i++)
        count += (size_t)is_alike(&group->courses[i], finding);
    return count;
}

/* What stands before the word at index of count words. */
static const char *joint(size_t index, size_t count, const char *last)
{
    return index == 0 ? "" : index + 1 < count ? ", " : last;
}

/* "no difference shown between efa and any of ena, ena8 and tcp" */
static void write_undecided(const struct eb_headline *all, const struct eb_headline_group *group, FILE *text)
{
    size_t count = eb_headline_count(group, EB_FINDS_NOTHING);
    size_t index = 0;
    fprintf(text, "%s between %s and ", group->at_face_value ? "less than 2% apart" : "no difference shown",
            all->baseline);
    for (size_t i = 0; i < group->arm_count; i++)
        if (is_alike(&group->courses[i], EB_FINDS_NOTHING))
            fprintf(text, "%s%s", joint(index++, count, " or "), all->names[i]);
    eb_headline_sizes(group, EB_FINDS_NOTHING, text);
}

void eb_headline_alike(const struct eb_headline *all, const struct eb_headline_group *group,
                       enum eb_finding finding, FILE *text)
{
    char number[EB_PLAIN_NUMBER];
    char low[EB_PLAIN_NUMBER];
    double least = INFINITY;
    double most = 0;
    size_t index = 0;
    size_t count = eb_headline_count(group, finding);
    const char *quantity = eb_headline_quantity(group);
    const char *verb = quantity ? "has" : "is";
    if (finding == EB_FINDS_NOTHING) {
        write_undecided(all, group, text);
        return;
    }
    if (finding == EB_FINDS_OTHER)
        fprintf(text, "%s %s ", all->baseline, verb);
    for (size_t i = 0; i < group->arm_count; i++) {
        const struct eb_course *course = &group->courses[i];
        if (!is_alike(course, finding))
            continue;
        eb_factor_words(eb_course_mean(course, &least, &most), EB_FACTOR_TIMES, number);
        int first = index == 0;
        fputs(joint(index++, count, " and "), text);
        if (finding == EB_FINDS_ARM)
            fprintf(text, "%s %s%s%s", all->names[i], first ? verb : "", first ? " " : "", number);
        else if (quantity)
            fprintf(text, "%s %s%s of %s", number, first ? "the " : "that", first ? quantity : "",
                    all->names[i]);
        else
            fprintf(text, "%s faster than %s", number, all->names[i]);
    }
    if (finding == EB_FINDS_ARM)
        fprintf(text, "%s%s%s%s", quantity ? " the " : " faster than ", quantity ? quantity : "",
                quantity ? " of " : "", all->baseline);
    eb_headline_sizes(group, finding, text);
    fprintf(text, " (%s to %s)", eb_factor_words(least, EB_FACTOR_TIMES, low),
            eb_factor_words(most, EB_FACTOR_TIMES, number));
}

static void write_figure(const struct eb_series *series, FILE *text)
{
    char value[EB_PLAIN_NUMBER];
    char interval[2 * EB_PLAIN_NUMBER + 8];
    char size[32];
    eb_cell_value(series->value, value);
    eb_cell_interval(series, 1, interval, sizeof interval);
    fprintf(text, "%s %s%s%s at %s", value, series->metric->unit, interval[0] ? " " : "", interval,
            eb_size_format(series->size_bytes, size, sizeof size));
}

void eb_headline_figures(const struct eb_headline *all, const struct eb_headline_group *group, FILE *text)
{
    const struct eb_series_set *set = all->report->set;
    int any = 0;
    for (size_t arm = 0; arm < set->arm_count; arm++) {
        const struct eb_series *first = NULL;
        const struct eb_series *last = NULL;
        for (size_t i = group->begin; i < group->end; i++) {
            const struct eb_series *series = &set->series[i];
            if (series->arm_index != arm || !eb_headline_group_has(group, series))
                continue;
            first = first ? first : series;
            last = series;
        }
        if (!first)
            continue;
        fprintf(text, "%s%s %s ", any ? "; " : "", all->names[arm],
                eb_metric_is_rate(group->metric) ? "reaches" : "takes");
        any = 1;
        write_figure(first, text);
        if (last->size_bytes != first->size_bytes) {
            fputs(", ", text);
            write_figure(last, text);
        }
    }
}

static void add_alike(struct eb_headline *all, const struct eb_headline_group *group, enum eb_finding finding)
{
    struct eb_draft draft;
    if (!eb_draft_begin(all, &draft))
        return;
    eb_headline_title(all, group, draft.file);
    eb_headline_alike(all, group, finding, draft.file);
    fputc('.', draft.file);
    eb_draft_say(all, &draft);
}

/* other is NULL for the record that it is compared with. */
static void add_course(struct eb_headline *all, const struct eb_headline_group *group, size_t arm,
                       const char *other)
{
    struct eb_sides sides = {.arm = all->names[arm], .other = other, .quantity = eb_headline_quantity(group)};
    struct eb_draft draft;
    if (!eb_draft_begin(all, &draft))
        return;
    eb_headline_name(all, group, draft.file);
    if (!other)
        fprintf(draft.file, ", %s against %s%s", sides.arm, all->report->against_path,
                group->at_face_value ? ", at face value" : "");
    fputs(": ", draft.file);
    all->failed |= eb_course_write(&group->courses[arm], &sides, EB_HEADLINE_CLAUSES, 1, draft.file) != 0;
    fputc('.', draft.file);
    eb_draft_say(all, &draft);
}

static void add_more_arms(struct eb_headline *all, const struct eb_headline_group *group, size_t count)
{
    struct eb_draft draft;
    if (!eb_draft_begin(all, &draft))
        return;
    eb_headline_title(all, group, draft.file);
    fprintf(draft.file, "%zu more arm%s in the tables alone.", count, count == 1 ? " is" : "s are");
    eb_draft_say(all, &draft);
}

void eb_headline_add_group(struct eb_headline *all, const struct eb_headline_group *group)
{
    static const enum eb_finding findings[] = {EB_FINDS_ARM, EB_FINDS_OTHER, EB_FINDS_NOTHING};
    struct eb_draft draft;
    size_t alone = 0;
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++)
        if (eb_headline_count(group, findings[i]) > 1)
            add_alike(all, group, findings[i]);
    for (size_t i = 0; i < group->arm_count; i++) {
        const struct eb_course *course = &group->courses[i];
        enum eb_finding whole = eb_course_whole(course);
        if (course->count == 0 || (whole != EB_FINDS_MIXED && eb_headline_count(group, whole) > 1))
            continue;
        if (alone < ARMS_MOST)
            add_course(all, group, i, all->baseline);
        alone++;
    }
    if (alone > ARMS_MOST)
        add_more_arms(all, group, alone - ARMS_MOST);
    if (group->compared > 0 || !eb_draft_begin(all, &draft))
        return;
    eb_headline_title(all, group, draft.file);
    eb_headline_figures(all, group, draft.file);
    fputc('.', draft.file);
    eb_draft_say(all, &draft);
}

void eb_headline_add_against(struct eb_headline *all, const struct eb_headline_group *group)
{
    struct eb_draft draft;
    size_t index = 0;
    size_t alike = eb_headline_count(group, EB_FINDS_NOTHING);
    for (size_t i = 0; i < group->arm_count; i++)
        if (group->courses[i].count > 0 && !is_alike(&group->courses[i], EB_FINDS_NOTHING))
            add_course(all, group, i, NULL);
    if (alike == 0 || !eb_draft_begin(all, &draft))
        return;
    eb_headline_name(all, group, draft.file);
    for (size_t i = 0; i < group->arm_count; i++)
        if (is_alike(&group->courses[i], EB_FINDS_NOTHING)) {
            fprintf(draft.file, "%s%s", index == 0 ? ", " : joint(index, alike, " and "), all->names[i]);
            index++;
        }
    fprintf(draft.file, " against %s: %s", all->report->against_path,
            eb_undecided_words(group->at_face_value));
    eb_headline_sizes(group, EB_FINDS_NOTHING, draft.file);
    fputc('.', draft.file);
    eb_draft_say(all, &draft);
}
