#include "judge/report/judgement_words.h"

#include "common/plain.h"
#include "common/units.h"
#include "judge/report/text_cells.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

char *eb_change(const struct eb_metric *metric, double effect, char *text)
{
    char number[EB_PLAIN_NUMBER];
    double percent = 100 * (eb_judged_ratio(metric, effect) - 1);
    text[0] = '\0';
    if (!isfinite(percent))
        return text;
    if (fabs(percent) < 0.05) /* neither +0.0% nor -0.0% */
        return strcpy(text, "0.0%");
    if (fabs(percent) < 99999)
        eb_plain_fixed(percent, fabs(percent) < 99.95 ? 1 : 0, number);
    else
        eb_plain_number(percent, 3, number);
    snprintf(text, EB_CHANGE_TEXT, "%s%s%%", percent > 0 ? "+" : "", number);
    return text;
}

char *eb_change_interval(const struct eb_metric *metric, double low, double high, char *text)
{
    char first[EB_CHANGE_TEXT];
    char second[EB_CHANGE_TEXT];
    int turned = eb_metric_is_rate(metric);
    eb_change(metric, turned ? high : low, first);
    eb_change(metric, turned ? low : high, second);
    text[0] = '\0';
    if (first[0] && second[0])
        snprintf(text, EB_CHANGE_TEXT, "[%.25s, %.25s]", first, second);
    return text;
}

char *eb_change_visible(const struct eb_judged *row, char *text)
{
    return eb_change(row->metric, row->visible, text);
}

char *eb_value_text(double value, char *text)
{
    text[0] = '\0';
    return isfinite(value) ? eb_cell_value(value, text) : text;
}

const char *eb_judged_word(const struct eb_judged *row)
{
    switch (row->call) {
    case EB_CALL_NONE:
        return "";
    case EB_CALL_REGRESSED:
        return "REGRESSED";
    case EB_CALL_IMPROVED:
        return "IMPROVED";
    case EB_CALL_MISSING:
        return row->is_allowed ? "missing" : "MISSING";
    default:
        return eb_call_name(row->call);
    }
}

const char *eb_ruling_word(enum eb_ruling ruling)
{
    static const char *const words[EB_RULING_COUNT] = {
        [EB_RULING_NONE] = "FIGURES",
        [EB_RULING_PASS] = "PASS",
        [EB_RULING_REGRESSED] = "REGRESSED",
        [EB_RULING_SUSPECT] = "SUSPECT",
        [EB_RULING_ENVIRONMENT] = "ENVIRONMENT",
        [EB_RULING_INCONCLUSIVE] = "INCONCLUSIVE",
        [EB_RULING_TOO_FEW] = "TOO FEW",
        [EB_RULING_MISSING] = "MISSING",
    };
    return words[ruling];
}

static int same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

int eb_judged_same_table(const struct eb_judged *a, const struct eb_judged *b)
{
    return a->kernel == b->kernel && a->metric == b->metric && a->ranks == b->ranks && same(a->arm, b->arm) &&
           same(a->variant, b->variant) && same(a->base_arm, b->base_arm) &&
           same(a->base_variant, b->base_variant);
}

int eb_judged_same_algorithm(const struct eb_judged *a, const struct eb_judged *b)
{
    return same(a->algorithm, b->algorithm) && same(a->base_algorithm, b->base_algorithm);
}

size_t eb_judged_table_end(const struct eb_judgement *judgement, size_t begin)
{
    size_t end = begin + 1;
    while (end < judgement->row_count && eb_judged_same_table(&judgement->rows[begin], &judgement->rows[end]))
        end++;
    return end;
}

unsigned eb_judgement_title_parts(const struct eb_judgement *judgement)
{
    for (size_t i = 0; i < judgement->row_count; i++)
        if (judgement->rows[i].base_variant || !same(judgement->rows[i].variant, judgement->rows[0].variant))
            return EB_TITLE_VARIANT;
    return 0;
}

/* What was written to a file in memory; NULL when out of memory. */
static char *finish(FILE *file, char **text)
{
    int failed = !file || ferror(file);
    failed |= file && fclose(file) != 0;
    if (!failed)
        return *text;
    free(*text);
    return NULL;
}

static void put_algorithms(FILE *file, const struct eb_judged *row)
{
    fputs(row->algorithm, file);
    if (row->base_algorithm)
        fprintf(file, " against %s", row->base_algorithm);
}

char *eb_judged_title(const struct eb_judged *row, unsigned parts)
{
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    if (!file)
        return NULL;
    fputs(row->kernel->name, file);
    if (strcmp(row->kernel->name, row->metric->name) != 0)
        fprintf(file, " %s", row->metric->name);
    fprintf(file, " in %s (%s; %s), arm %s", row->metric->unit, row->metric->title,
            eb_metric_is_rate(row->metric) ? "less is worse" : "more is worse", row->arm);
    if (row->base_arm)
        fprintf(file, " against %s", row->base_arm);
    if (parts & EB_TITLE_VARIANT)
        fprintf(file, ", variant %s", row->variant);
    if (row->base_variant)
        fprintf(file, " against %s", row->base_variant);
    fprintf(file, ", %" PRIu64 " ranks", row->ranks);
    if ((parts & EB_TITLE_ALGORITHM) && (row->algorithm[0] || row->base_algorithm)) {
        fputs(", ", file);
        put_algorithms(file, row);
    }
    return finish(file, &text);
}

char *eb_judged_algorithms(const struct eb_judged *row)
{
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    if (file)
        put_algorithms(file, row);
    return finish(file, &text);
}

static void put_name(FILE *file, const char *name)
{
    for (const char *c = name; *c; c++)
        if (*c == '/' || *c == '%')
            fprintf(file, "%%%02X", (unsigned)*c);
        else
            fputc(*c, file);
    fputc('/', file);
}

char *eb_judged_name(const struct eb_judged *row)
{
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    if (!file)
        return NULL;
    put_name(file, row->kernel->name);
    if (row->algorithm[0])
        put_name(file, row->algorithm);
    put_name(file, row->arm);
    put_name(file, row->variant);
    fprintf(file, "%" PRIu64 "B/%" PRIu64 "ranks", row->size_bytes, row->ranks);
    return finish(file, &text);
}

/* "10 launches against 12", with ranges where series differ. */
static void put_launches(FILE *file, const struct eb_judgement *judgement)
{
    uint64_t least[2] = {UINT64_MAX, UINT64_MAX};
    uint64_t most[2] = {0, 0};
    for (size_t i = 0; i < judgement->row_count; i++) {
        const struct eb_judged *row = &judgement->rows[i];
        const uint64_t counts[2] = {row->now.launches, row->base.launches};
        for (int side = 0; side < 2; side++) {
            if (counts[side] == 0)
                continue;
            least[side] = counts[side] < least[side] ? counts[side] : least[side];
            most[side] = counts[side] > most[side] ? counts[side] : most[side];
        }
    }
    for (int side = 0; side < 2; side++) {
        const char *lead = side == 0 ? "" : " against ";
        if (most[side] == 0)
            fprintf(file, "%s0", lead);
        else if (least[side] == most[side])
            fprintf(file, "%s%" PRIu64, lead, most[side]);
        else
            fprintf(file, "%s%" PRIu64 " to %" PRIu64, lead, least[side], most[side]);
    }
    fputs(judgement->paired ? " launches, in pairs" : " launches", file);
}

char *eb_judgement_method(const struct eb_judgement *judgement)
{
    char *text = NULL;
    char number[EB_PLAIN_NUMBER];
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    if (!file)
        return NULL;
    if (judgement->ruling == EB_RULING_NONE)
        return finish(file, &text);
    if (isfinite(judgement->alpha))
        fprintf(file, "error rate %s%% for the whole table; ",
                eb_plain_number(100 * judgement->alpha, 3, number));
    if (isfinite(judgement->delta))
        fprintf(file, "equivalent is within %s%%; ",
                eb_plain_number(eb_judged_percent_worse(judgement->delta), 3, number));
    if (isfinite(judgement->tolerance))
        fprintf(file, "a pass leaves room for %s%% at most; ",
                eb_plain_number(eb_judged_percent_worse(judgement->tolerance), 3, number));
    if (judgement->relabellings > 0)
        fprintf(file, "%s%" PRIu64 " relabellings%s; ", judgement->exact ? "all " : "",
                judgement->relabellings, judgement->exact ? "" : " at random");
    put_launches(file, judgement);
    return finish(file, &text);
}

/* What stands at either side of a row: 0 the base, 1 the other. */
static const char *side_of(const struct eb_judgement *judgement, const struct eb_judged *row, int side)
{
    const char *name = side ? judgement->now_name : judgement->base_name;
    if (row->base_arm)
        return side ? row->arm : row->base_arm;
    if (row->base_variant)
        return side ? row->variant : row->base_variant;
    if (name)
        return name;
    return side ? "now" : "base";
}

char *eb_judged_crossover_text(const struct eb_judgement *judgement,
                               const struct eb_judged_crossover *crossover)
{
    char *text = NULL;
    char below[32];
    char above[32];
    size_t length = 0;
    const struct eb_judged *row = crossover->row;
    FILE *file = open_memstream(&text, &length);
    if (!file)
        return NULL;
    fprintf(file, "%s is better up to %s, %s from %s on (%s)",
            side_of(judgement, row, crossover->better_below),
            eb_size_format(crossover->below_bytes, below, sizeof below),
            side_of(judgement, row, !crossover->better_below),
            eb_size_format(crossover->above_bytes, above, sizeof above),
            crossover->is_sure ? "sure" : "not sure");
    return finish(file, &text);
}

char *eb_judgement_sides(const struct eb_judgement *judgement)
{
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    if (!file)
        return NULL;
    fputs(judgement->now_name ? judgement->now_name : "", file);
    if (judgement->base_name)
        fprintf(file, "%sagainst %s", judgement->now_name ? " " : "", judgement->base_name);
    return finish(file, &text);
}

char *eb_judgement_origin(const struct eb_judgement *judgement)
{
    const char *const parts[][2] = {{"", judgement->created_utc},
                                    {"on ", judgement->hosts},
                                    {"", judgement->instance},
                                    {"efabench ", judgement->git_version}};
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    int first = 1;
    if (!file)
        return NULL;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!parts[i][1])
            continue;
        fprintf(file, "%s%s%s", first ? "" : ", ", parts[i][0], parts[i][1]);
        first = 0;
    }
    return finish(file, &text);
}

char *eb_judgement_reason(const struct eb_judgement *judgement)
{
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    if (!file)
        return NULL;
    if (judgement->reason)
        fputs(judgement->reason, file);
    else
        fprintf(file, "%zu series, held against nothing", judgement->row_count);
    return finish(file, &text);
}
