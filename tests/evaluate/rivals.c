#include "rivals.h"

#include "opponents.h"
#include "ours.h"

#include <math.h>
#include <stdlib.h>

const double ev_shift_percents[EV_SHIFTS] = {1, 2, 3, 5, 10, 20};

/* One-sided 5% divided among 48 series. */
#define POOLED_LIMIT 3.08

enum ev_place ev_condition_place(size_t condition)
{
    return (enum ev_place)((condition - 1) / EV_SHIFTS);
}

double ev_condition_percent(size_t condition)
{
    return ev_shift_percents[(condition - 1) % EV_SHIFTS];
}

/* All that is measured up to one night, and again on a fresh allocation. */
struct scene {
    struct ev_night nights[EB_NIGHTS_BASELINE];
    double stored[EV_SERIES]; /* single runs */
    double last_run[EV_SERIES];
    double control_run[EV_SERIES];
    double run[EV_SERIES];
    double spared_run[EV_SERIES];
    struct ev_launch control[EV_LAUNCHES_MOST];
    struct ev_launch now[EV_LAUNCHES_MOST];
    struct ev_night tonight;
    struct ev_night again;
    struct ev_pool last_pool;
    struct ev_pool control_pool;
    struct ev_pool pool;
    double z[EV_FORMS][EV_SHIFTS + 1][EV_SERIES]; /* of the pools; the first without a shift */
};

static void make_scene(struct scene *scene, struct ev_world *world)
{
    const struct ev_settings *settings = world->settings;
    struct ev_allocation allocation;
    struct ev_launch launches[EV_LAUNCHES_MOST];
    for (size_t i = 0; i < EB_NIGHTS_BASELINE; i++) {
        ev_allocate(world, &allocation);
        ev_blocks(world, &allocation, NULL, launches, EV_LAUNCHES_MOST);
        ev_night_of(launches, EV_LAUNCHES_MOST, &scene->nights[i]);
        if (i == 0) /* who stores a base looks at it: its first sweep was not slow */
            ev_single_run(settings, &launches[0], 1, scene->stored);
    }
    ev_single_run(settings, &launches[0], 1, scene->last_run);
    ev_pool(world, launches, &scene->last_pool);
    ev_allocate(world, &allocation);
    ev_blocks(world, &allocation, scene->control, scene->now, EV_LAUNCHES_MOST);
    ev_night_of(scene->now, EV_LAUNCHES_MOST, &scene->tonight);
    ev_single_run(settings, &scene->control[0], 1, scene->control_run);
    ev_single_run(settings, &scene->now[0], 0, scene->run);
    ev_single_run(settings, &scene->now[0], 1, scene->spared_run);
    ev_pool(world, scene->control, &scene->control_pool);
    ev_pool(world, scene->now, &scene->pool);
    ev_allocate(world, &allocation);
    ev_blocks(world, &allocation, NULL, launches, EV_LAUNCHES_MOST);
    ev_night_of(launches, EV_LAUNCHES_MOST, &scene->again);
    for (size_t i = 0; i <= EV_SHIFTS; i++) {
        double shift = i == 0 ? 0 : log1p(ev_shift_percents[i - 1] / 100);
        ev_pooled_z(&scene->control_pool, &scene->pool, shift, scene->z[EV_CONTROL][i]);
        ev_pooled_z(&scene->last_pool, &scene->pool, shift, scene->z[EV_HISTORY][i]);
    }
}

static double shifted_score(const double *base, const double *run, const struct ev_shifts *shifts,
                            int forgives)
{
    double x[EV_SERIES];
    for (size_t s = 0; s < EV_SERIES; s++)
        x[s] = run[s] + shifts->by[s];
    return ev_stored_score(base, x, forgives);
}

static double pooled_score(const struct scene *scene, enum ev_form form, size_t condition)
{
    double most = -INFINITY;
    for (size_t s = 0; s < EV_SERIES; s++) {
        int is_shifted = condition > 0 && ev_is_in(ev_condition_place(condition), s);
        size_t shift = is_shifted ? 1 + (condition - 1) % EV_SHIFTS : 0;
        most = fmax(most, scene->z[form][shift][s]);
    }
    return most;
}

static void judge_as_they_stand(struct ev_rivalry *rivalry, const struct scene *scene, size_t condition,
                                size_t night, const struct ev_shifts *shifts)
{
    double *alarms = rivalry->alarms[condition];
    struct ev_night_seen seen;
    struct ev_night_seen again;
    size_t k = EV_LAUNCHES_MOST;
    alarms[EV_STANDS_PAIRS] += ev_least_p(scene->control, scene->now, shifts, k, 1, EV_DELTA) <= EV_ALPHA;
    if (night % EV_GROUPS_EVERY == 0)
        alarms[EV_STANDS_GROUPS] +=
            ev_least_p(scene->control, scene->now, shifts, k, 0, EV_DELTA) <= EV_ALPHA;
    ev_judge_night(scene->nights, EB_NIGHTS_BASELINE, &scene->tonight, shifts, EV_DELTA, &seen);
    ev_judge_night(scene->nights, EB_NIGHTS_BASELINE, &scene->again, shifts, EV_DELTA, &again);
    alarms[EV_STANDS_SUSPECT] += seen.suspect;
    alarms[EV_STANDS_RED] += seen.suspect && again.suspect;
    alarms[EV_STANDS_STORED] += rivalry->scores[EV_HISTORY][condition][EV_STORED][night] > 1;
    alarms[EV_STANDS_POOLED_CONTROL] += pooled_score(scene, EV_CONTROL, condition) > POOLED_LIMIT;
    alarms[EV_STANDS_POOLED_HISTORY] += pooled_score(scene, EV_HISTORY, condition) > POOLED_LIMIT;
}

static void judge_scene(struct ev_rivalry *rivalry, const struct scene *scene, size_t night)
{
    for (size_t c = 0; c < EV_CONDITIONS; c++) {
        struct ev_shifts shifts = {{0}};
        if (c > 0)
            shifts = ev_shifts_of(ev_condition_percent(c), ev_condition_place(c));
        for (int f = 0; f < EV_FORMS; f++) {
            double **scores = rivalry->scores[f][c];
            const double *near = f == EV_CONTROL ? scene->control_run : scene->last_run;
            scores[EV_STORED][night] = shifted_score(scene->stored, scene->run, &shifts, EV_STORED_FORGIVES);
            scores[EV_STORED_CLOSER][night] =
                shifted_score(near, scene->spared_run, &shifts, EV_STORED_FORGIVES);
            scores[EV_STORED_STRICT][night] = shifted_score(near, scene->spared_run, &shifts, 0);
            scores[EV_POOLED_RANKS][night] = pooled_score(scene, (enum ev_form)f, c);
        }
        rivalry->scores[EV_CONTROL][c][EV_OURS][night] =
            -ev_least_p(scene->control, scene->now, &shifts, EV_LAUNCHES_MOST, 1, 0);
        struct ev_night_seen seen;
        ev_judge_night(scene->nights, EB_NIGHTS_BASELINE, &scene->tonight, &shifts, 0, &seen);
        rivalry->scores[EV_HISTORY][c][EV_OURS][night] = seen.score;
        judge_as_they_stand(rivalry, scene, c, night, &shifts);
    }
}

void ev_rivalry_new(struct ev_rivalry *rivalry, const struct ev_settings *settings, size_t nights,
                    uint64_t seed)
{
    *rivalry = (struct ev_rivalry){.nights = nights};
    rivalry->memory = calloc(nights * EV_FORMS * EV_CONDITIONS * EV_METHODS, sizeof *rivalry->memory);
    struct scene *scene = malloc(sizeof *scene);
    if (!rivalry->memory || !scene)
        ev_die("out of memory");
    double *next = rivalry->memory;
    for (size_t f = 0; f < EV_FORMS; f++)
        for (size_t c = 0; c < EV_CONDITIONS; c++)
            for (size_t m = 0; m < EV_METHODS; m++, next += nights)
                rivalry->scores[f][c][m] = next;
    for (size_t i = 0; i < nights; i++) {
        struct ev_world world;
        ev_world_new(&world, settings, seed + i);
        make_scene(scene, &world);
        judge_scene(rivalry, scene, i);
    }
    free(scene);
    for (size_t c = 0; c < EV_CONDITIONS; c++)
        for (size_t s = 0; s < EV_STANDINGS; s++) {
            size_t every = s == EV_STANDS_GROUPS ? EV_GROUPS_EVERY : 1;
            rivalry->alarms[c][s] /= (double)((nights + every - 1) / every);
        }
}

void ev_rivalry_free(struct ev_rivalry *rivalry)
{
    free(rivalry->memory);
}
