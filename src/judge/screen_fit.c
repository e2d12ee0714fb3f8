#include "judge/screen_parts.h"
#include "judge/stats/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PASSES 2

/* What several steps need beside the table. */
struct work {
    double *centres; /* of each replicate */
    size_t *begins;  /* of each host's pairs in `places`, one more than hosts */
    size_t *places;  /* pairs by host: each stands twice */
    double *values;  /* room for whatever is longest */
};

double eb_screen_lower_median(double *values, size_t count)
{
    return count > 0 ? eb_order_select(values, count, (count - 1) / 2) : NAN;
}

static double middle(double *values, size_t count)
{
    double low = eb_order_select(values, count, (count - 1) / 2);
    return count % 2 ? low : (low + eb_order_select(values, count, count / 2)) / 2;
}

static void set_levels(struct eb_screen_table *table, struct work *work)
{
    for (size_t i = 0; i < table->pair_count; i++) {
        struct eb_screen_pair *pair = &table->pairs[i];
        for (size_t j = 0; j < pair->count; j++) {
            const struct eb_screen_observation *seen = &table->observations[pair->first + j];
            work->values[j] = seen->log_ns - work->centres[seen->replicate];
        }
        pair->level = middle(work->values, pair->count);
    }
}

/* Each replicate's median difference to its pairs' levels: also where it has not all pairs. */
static enum eb_status set_centres(struct eb_screen_table *table, struct work *work, struct eb_error *err)
{
    size_t *ends = calloc(table->replicates + 1, sizeof *ends);
    if (!ends)
        return eb_screen_out_of_memory(err);
    for (size_t i = 0; i < table->observation_count; i++)
        ends[table->observations[i].replicate + 1]++;
    for (size_t r = 0; r < table->replicates; r++)
        ends[r + 1] += ends[r];
    /* ends[r] is where r begins, and then where it ends */
    for (size_t i = 0; i < table->pair_count; i++)
        for (size_t j = 0; j < table->pairs[i].count; j++) {
            const struct eb_screen_observation *seen = &table->observations[table->pairs[i].first + j];
            work->values[ends[seen->replicate]++] = seen->log_ns - table->pairs[i].level;
        }
    for (size_t r = 0; r < table->replicates; r++) {
        size_t begin = r > 0 ? ends[r - 1] : 0;
        work->centres[r] = ends[r] > begin ? middle(work->values + begin, ends[r] - begin) : 0;
    }
    free(ends);
    return EB_OK;
}

static void list_pairs(const struct eb_screen *screen, const struct eb_screen_table *table, struct work *work)
{
    size_t *begins = work->begins;
    for (size_t i = 0; i < table->pair_count; i++) {
        begins[table->pairs[i].a + 1]++;
        begins[table->pairs[i].b + 1]++;
    }
    for (size_t i = 0; i < screen->host_count; i++)
        begins[i + 1] += begins[i];
    for (size_t i = table->pair_count; i-- > 0;) {
        work->places[--begins[table->pairs[i].a + 1]] = i;
        work->places[--begins[table->pairs[i].b + 1]] = i;
    }
    /* each begin has moved down to where the host before it begins */
    for (size_t i = 0; i < screen->host_count; i++)
        begins[i] = begins[i + 1];
    begins[screen->host_count] = 2 * table->pair_count;
}

/* A host of which less than half of the pairs were measured says nothing. */
static int is_judged(const struct eb_screen *screen, size_t pairs)
{
    return 2 * pairs >= screen->host_count - 1;
}

static void set_effects(const struct eb_screen *screen, struct eb_screen_table *table, struct work *work,
                        double *effects)
{
    size_t judged = 0;
    for (size_t i = 0; i < screen->host_count; i++) {
        size_t count = 0;
        table->marks[i].observations = 0;
        for (size_t at = work->begins[i]; at < work->begins[i + 1]; at++) {
            const struct eb_screen_pair *pair = &table->pairs[work->places[at]];
            const struct eb_screen_mark *partner = &table->marks[pair->a == i ? pair->b : pair->a];
            table->marks[i].observations += pair->count;
            work->values[count++] = pair->level - (partner->effect > table->delta ? partner->effect : 0);
        }
        table->marks[i].pairs = count;
        effects[i] = is_judged(screen, count) ? eb_screen_lower_median(work->values, count) : NAN;
    }
    for (size_t i = 0; i < screen->host_count; i++)
        if (!isnan(effects[i]))
            work->values[judged++] = effects[i];
    if (judged == 0) /* pairs alone say what is usual */
        for (size_t i = 0; i < table->pair_count; i++)
            work->values[judged++] = table->pairs[i].level;
    double level = eb_screen_lower_median(work->values, judged);
    for (size_t i = 0; i < screen->host_count; i++)
        table->marks[i].effect = effects[i] - level;
    for (size_t i = 0; i < table->pair_count; i++)
        table->pairs[i].level -= level;
    table->level += level;
}

/* What is left of a pair when its hosts are slow enough to be suspected. */
static void set_beyond(struct eb_screen_table *table)
{
    for (size_t i = 0; i < table->pair_count; i++) {
        struct eb_screen_pair *pair = &table->pairs[i];
        double a = table->marks[pair->a].effect;
        double b = table->marks[pair->b].effect;
        pair->beyond = pair->level - (a > table->delta ? a : 0) - (b > table->delta ? b : 0);
    }
}

/* Observations become what is above sweep and table. */
static void centre(struct eb_screen_table *table, const struct work *work)
{
    for (size_t i = 0; i < table->observation_count; i++)
        table->observations[i].log_ns -= work->centres[table->observations[i].replicate] + table->level;
}

enum eb_status eb_screen_fit(const struct eb_screen *screen, struct eb_screen_table *table,
                             struct eb_error *err)
{
    size_t longest =
        table->observation_count > screen->host_count ? table->observation_count : screen->host_count;
    struct work work = {.centres = calloc(table->replicates + 1, sizeof *work.centres),
                        .begins = calloc(screen->host_count + 2, sizeof *work.begins),
                        .places = calloc(2 * table->pair_count + 1, sizeof *work.places),
                        .values = calloc(longest + 1, sizeof *work.values)};
    double *effects = calloc(screen->host_count + 1, sizeof *effects);
    int has_room = work.centres && work.begins && work.places && work.values && effects;
    enum eb_status status = has_room ? EB_OK : eb_screen_out_of_memory(err);
    if (status == EB_OK)
        set_levels(table, &work);
    for (int pass = 0; status == EB_OK && table->replicates > 1 && pass < PASSES; pass++) {
        status = set_centres(table, &work, err);
        if (status == EB_OK)
            set_levels(table, &work);
    }
    if (status == EB_OK) {
        list_pairs(screen, table, &work);
        for (int pass = 0; pass <= PASSES; pass++)
            set_effects(screen, table, &work, effects);
        set_beyond(table);
        centre(table, &work);
    }
    free(work.centres);
    free(work.begins);
    free(work.places);
    free(work.values);
    free(effects);
    return status;
}
