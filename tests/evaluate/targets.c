#include "targets.h"

#include "judge/stats/equivalence.h"
#include "judge/stats/signed_rank.h"
#include "ours.h"

#include <math.h>
#include <string.h>

/* Hits of clusters of equal size. */
struct clusters {
    double count;
    double size;
    double sum; /* of shares */
    double squares;
};

static void add_cluster(struct clusters *clusters, double hits, double size)
{
    double share = hits / size;
    clusters->count++;
    clusters->size = size;
    clusters->sum += share;
    clusters->squares += share * share;
}

static struct ev_rate rate_of(const struct clusters *clusters)
{
    double n = clusters->count;
    double share = clusters->sum / n;
    double between = (clusters->squares / n - share * share) / n; /* variance of the share */
    double tries = n * clusters->size;
    double alone = share * (1 - share) / tries;
    return (struct ev_rate){share, between > alone ? tries * alone / between : tries};
}

struct ev_rate ev_alarms(const struct ev_settings *settings, const struct ev_trial *trial, size_t repetitions,
                         uint64_t seed)
{
    struct ev_shifts shifts = ev_shifts_of(trial->percent, trial->place);
    struct clusters clusters = {0};
    for (size_t r = 0; r < repetitions; r++) {
        struct ev_world world;
        struct ev_allocation allocation;
        struct ev_launch base[EV_LAUNCHES_MOST];
        struct ev_launch now[EV_LAUNCHES_MOST];
        ev_world_new(&world, settings, seed + r);
        ev_allocate(&world, &allocation);
        ev_blocks(&world, &allocation, base, now, trial->launches);
        if (trial->other_night) {
            ev_allocate(&world, &allocation);
            ev_blocks(&world, &allocation, NULL, now, trial->launches);
        }
        double p = ev_least_p(base, now, &shifts, trial->launches, trial->paired, trial->delta);
        add_cluster(&clusters, p <= EV_ALPHA, 1);
    }
    return rate_of(&clusters);
}

static void measure(struct ev_world *world, struct ev_night *night)
{
    struct ev_allocation allocation;
    struct ev_launch launches[EV_LAUNCHES_MOST];
    ev_allocate(world, &allocation);
    ev_blocks(world, &allocation, NULL, launches, EV_LAUNCHES_MOST);
    ev_night_of(launches, EV_LAUNCHES_MOST, night);
}

static int share_a_series(const struct ev_night_seen *a, const struct ev_night_seen *b)
{
    for (size_t s = 0; s < EV_SERIES; s++)
        if (a->out_of_line[s] && b->out_of_line[s])
            return 1;
    return 0;
}

/* Runs in a row, and what the next is held against: not the run just before it while that is suspect. */
struct walk {
    struct ev_night nights[EV_NIGHTS_MOST];
    size_t before; /* how many nights */
    struct ev_night last;
    struct ev_night_seen seen; /* of the last */
    int is_pending;            /* the last is suspect, and alone so far */
};

static void accept(struct walk *walk, const struct ev_night *night)
{
    memmove(walk->nights, walk->nights + 1, (walk->before - 1) * sizeof *walk->nights);
    walk->nights[walk->before - 1] = *night;
}

/* The next run: quiet, suspect or red. A red one, and the one before it, are never accepted. */
static enum eb_night_state next_run(struct ev_world *world, struct walk *walk, double *same)
{
    struct ev_night run;
    struct ev_night_seen before = walk->seen;
    measure(world, &run);
    ev_judge_night(walk->nights, walk->before, &run, NULL, EV_DELTA, &walk->seen);
    if (walk->seen.suspect && before.suspect) {
        walk->is_pending = 0;
        *same += share_a_series(&before, &walk->seen);
        return EB_NIGHT_RED;
    }
    if (walk->is_pending)
        accept(walk, &walk->last);
    walk->is_pending = walk->seen.suspect;
    if (!walk->is_pending)
        accept(walk, &run);
    walk->last = run;
    return walk->seen.suspect ? EB_NIGHT_SUSPECT : EB_NIGHT_QUIET;
}

void ev_quiet_nights(const struct ev_settings *settings, size_t before, size_t repetitions, uint64_t seed,
                     struct ev_quiet *quiet)
{
    struct clusters suspects = {0};
    struct clusters reds = {0};
    struct clusters reds_same = {0};
    for (size_t r = 0; r < repetitions; r++) {
        struct ev_world world;
        struct walk walk = {.before = before};
        double suspect = 0;
        double red = 0;
        double same = 0;
        ev_world_new(&world, settings, seed + r);
        for (size_t i = 0; i < before; i++)
            measure(&world, &walk.nights[i]);
        for (size_t i = 0; i < EV_QUIET_NIGHTS; i++) {
            enum eb_night_state state = next_run(&world, &walk, &same);
            suspect += state != EB_NIGHT_QUIET;
            if (state == EB_NIGHT_SUSPECT)
                state = next_run(&world, &walk, &same);
            red += state == EB_NIGHT_RED;
        }
        add_cluster(&suspects, suspect, EV_QUIET_NIGHTS);
        add_cluster(&reds, red, EV_QUIET_NIGHTS);
        add_cluster(&reds_same, same, EV_QUIET_NIGHTS);
    }
    *quiet = (struct ev_quiet){rate_of(&suspects), rate_of(&reds), rate_of(&reds_same)};
}

/* Of one series: what its estimates say. */
struct said {
    int covered_groups;
    int covered_pairs;
    int equivalent_apart;
    int equivalent_same;
};

static struct said estimate(const struct ev_launch *base, const struct ev_launch *now, size_t launches,
                            size_t s)
{
    double x[EV_LAUNCHES_MOST];
    double y[EV_LAUNCHES_MOST];
    double same[EV_LAUNCHES_MOST];
    double apart[EV_LAUNCHES_MOST];
    for (size_t l = 0; l < launches; l++) {
        x[l] = base[l].x[s];
        y[l] = now[l].x[s];
        same[l] = y[l] - x[l];
        apart[l] = same[l] + EV_DELTA;
    }
    struct eb_shift shift;
    struct said said = {0};
    struct eb_error err = {0};
    if (eb_shift_estimate(x, launches, y, launches, 0.95, &shift, &err) != EB_OK)
        ev_die(err.text);
    said.covered_groups = shift.interval.low <= 0 && shift.interval.high >= 0;
    if (eb_signed_rank_estimate(same, launches, 0.95, &shift, &err) != EB_OK)
        ev_die(err.text);
    said.covered_pairs = shift.interval.low <= 0 && shift.interval.high >= 0;
    if (eb_equivalence_pairs(apart, launches, EV_DELTA, EV_ALPHA, &said.equivalent_apart, &err) != EB_OK ||
        eb_equivalence_pairs(same, launches, EV_DELTA, EV_ALPHA, &said.equivalent_same, &err) != EB_OK)
        ev_die(err.text);
    return said;
}

void ev_estimates(const struct ev_settings *settings, size_t launches, size_t repetitions, uint64_t seed,
                  struct ev_estimates *estimates)
{
    struct clusters of[4] = {{0}};
    for (size_t r = 0; r < repetitions; r++) {
        struct ev_world world;
        struct ev_allocation allocation;
        struct ev_launch base[EV_LAUNCHES_MOST];
        struct ev_launch now[EV_LAUNCHES_MOST];
        double hits[4] = {0};
        ev_world_new(&world, settings, seed + r);
        ev_allocate(&world, &allocation);
        ev_blocks(&world, &allocation, base, now, launches);
        for (size_t s = 0; s < EV_SERIES; s++) {
            struct said said = estimate(base, now, launches, s);
            hits[0] += said.covered_groups;
            hits[1] += said.covered_pairs;
            hits[2] += said.equivalent_apart;
            hits[3] += said.equivalent_same;
        }
        for (size_t i = 0; i < 4; i++)
            add_cluster(&of[i], hits[i], EV_SERIES);
    }
    *estimates = (struct ev_estimates){rate_of(&of[0]), rate_of(&of[1]), rate_of(&of[2]), rate_of(&of[3])};
}

double ev_visible_percent(const struct ev_settings *settings, size_t launches)
{
    double sigma = hypot(settings->launch_sd, settings->launch_series_sd);
    return 100 * expm1(eb_visible_effect(EV_DELTA, sigma * sqrt(2 / (double)launches)));
}
