#include "judge/gate_join.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "gate", ENOMEM, "out of memory for a judgement");
}

/* The arrays of all parts, one behind the other. */
struct joined {
    struct eb_judged *rows;
    struct eb_judged **of_row; /* where a row of the parts has gone */
    struct eb_judged_regime *regimes;
    struct eb_judged_crossover *crossovers;
    char **kept;
    size_t row_count;
    size_t regime_count;
    size_t crossover_count;
    size_t kept_count;
};

/* Rows of one table, but for variant and size. */
static int is_beside(const struct eb_judged *a, const struct eb_judged *b)
{
    return a->kernel == b->kernel && a->metric == b->metric && a->ranks == b->ranks &&
           strcmp(a->arm, b->arm) == 0;
}

/* A row of a part, by its place in all parts one behind the other. */
static struct eb_judged *row_at(struct eb_judgement *const *parts, size_t at)
{
    size_t i = 0;
    while (at >= parts[i]->row_count)
        at -= parts[i++]->row_count;
    return &parts[i]->rows[at];
}

static void place_rows(struct joined *all, struct eb_judgement *const *parts, size_t total, double count)
{
    for (size_t first = 0; first < total; first++) {
        if (all->of_row[first])
            continue;
        const struct eb_judged *leader = row_at(parts, first);
        for (size_t i = first; i < total; i++) {
            const struct eb_judged *row = row_at(parts, i);
            if (all->of_row[i] || !is_beside(row, leader))
                continue;
            struct eb_judged *to = &all->rows[all->row_count++];
            *to = *row;
            to->p_worse = isnan(row->p_worse) ? NAN : fmin(1, count * row->p_worse);
            to->p_better = isnan(row->p_better) ? NAN : fmin(1, count * row->p_better);
            all->of_row[i] = to;
        }
    }
}

/* Moves what hangs on the rows of a part, whose first row has the place `offset`. */
static void move_rest(struct joined *all, const struct eb_judgement *part, size_t offset)
{
    for (size_t i = 0; i < part->regime_count; i++) {
        struct eb_judged_regime *to = &all->regimes[all->regime_count++];
        *to = part->regimes[i];
        to->first = all->of_row[offset + (size_t)(part->regimes[i].first - part->rows)];
    }
    for (size_t i = 0; i < part->crossover_count; i++) {
        struct eb_judged_crossover *to = &all->crossovers[all->crossover_count++];
        *to = part->crossovers[i];
        to->row = all->of_row[offset + (size_t)(part->crossovers[i].row - part->rows)];
    }
    for (size_t i = 0; i < part->kept_count; i++)
        all->kept[all->kept_count++] = part->kept[i];
}

static int has_note(const json_t *notes, const json_t *note)
{
    size_t i;
    const json_t *known;
    json_array_foreach(notes, i, known)
    {
        if (json_equal(known, note))
            return 1;
    }
    return 0;
}

static int add_notes(struct eb_judgement *to, const struct eb_judgement *from)
{
    size_t i;
    json_t *note;
    json_array_foreach(from->notes, i, note)
    {
        if (!has_note(to->notes, note) && json_array_append(to->notes, note) != 0)
            return -1;
    }
    return 0;
}

static void empty(struct eb_judgement *part)
{
    free(part->rows);
    free(part->regimes);
    free(part->crossovers);
    free(part->kept);
    part->rows = NULL;
    part->regimes = NULL;
    part->crossovers = NULL;
    part->kept = NULL;
    part->row_count = part->regime_count = part->crossover_count = part->kept_count = 0;
}

static void take(struct eb_judgement *to, const struct joined *all)
{
    to->rows = all->rows;
    to->row_count = all->row_count;
    to->regimes = all->regimes;
    to->regime_count = all->regime_count;
    to->crossovers = all->crossovers;
    to->crossover_count = all->crossover_count;
    to->kept = all->kept;
    to->kept_count = all->kept_count;
}

enum eb_status eb_gate_join(struct eb_judgement *const *parts, size_t count, struct eb_error *err)
{
    struct eb_judgement *to = parts[0];
    size_t rows = 0;
    size_t regimes = 0;
    size_t crossovers = 0;
    size_t kept = 0;
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        rows += parts[i]->row_count;
        regimes += parts[i]->regime_count;
        crossovers += parts[i]->crossover_count;
        kept += parts[i]->kept_count;
        if (parts[i]->withheld > to->withheld)
            to->withheld = parts[i]->withheld;
        failed |= i > 0 && add_notes(to, parts[i]) != 0;
        to->exact = to->exact && parts[i]->exact;
        to->paired = to->paired && parts[i]->paired;
        if (parts[i]->relabellings < to->relabellings)
            to->relabellings = parts[i]->relabellings;
    }
    struct joined all = {.rows = calloc(rows + 1, sizeof *all.rows),
                         .of_row = calloc(rows + 1, sizeof(struct eb_judged *)),
                         .regimes = calloc(regimes + 1, sizeof *all.regimes),
                         .crossovers = calloc(crossovers + 1, sizeof *all.crossovers),
                         .kept = calloc(kept + 1, sizeof *all.kept)};
    if (failed || !all.rows || !all.of_row || !all.regimes || !all.crossovers || !all.kept) {
        free(all.rows);
        free(all.of_row);
        free(all.regimes);
        free(all.crossovers);
        free(all.kept);
        return out_of_memory(err);
    }
    place_rows(&all, parts, rows, (double)count);
    size_t offset = 0;
    for (size_t i = 0; i < count; i++) {
        move_rest(&all, parts[i], offset);
        offset += parts[i]->row_count;
    }
    for (size_t i = 0; i < count; i++)
        empty(parts[i]);
    take(to, &all);
    to->alpha *= (double)count;
    free(all.of_row);
    return EB_OK;
}
