/* evaluate_gate [--short | --repetitions N] [--seed N]: tries efabench's verdicts in a made world and prints
 * what came of it. Exit code 0: every target is reached; 1: one is missed; 2: usage. */
#include "ours.h"
#include "show.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPETITIONS 2000
#define SHORT_REPETITIONS 30
#define SEED 20261124

struct how {
    size_t repetitions;
    uint64_t seed;
};

/* A comparison whose alarms are counted. */
struct row {
    struct ev_target target;
    struct ev_trial trial;
    int first_is_kept;
    int hosts_every_block;
};

#define NOMINAL 0.061 /* 5%, and 2.3 standard errors of 2000 repetitions */

/* delta 0: the level is tested where it is least guarded. */
static const struct row rows[] = {
    {{"A/A, two records, k = 8, delta 0", NOMINAL, 0}, {8, 0, 0, 0, 0, EV_EVERYWHERE}, 0, 0},
    {{"A/A, two records, k = 5, delta 0", NOMINAL, 0}, {5, 0, 0, 0, 0, EV_EVERYWHERE}, 0, 0},
    {{"A/A, interleaved pairs, k = 8, delta 0", NOMINAL, 0}, {8, 1, 0, 0, 0, EV_EVERYWHERE}, 0, 0},
    {{"A/A, interleaved pairs, k = 5, delta 0", NOMINAL, 0}, {5, 1, 0, 0, 0, EV_EVERYWHERE}, 0, 0},
    {{"A/A, two records, k = 8, delta 2%", NOMINAL, 0}, {8, 0, EV_DELTA, 0, 0, EV_EVERYWHERE}, 0, 0},
    {{"A/A, interleaved pairs, k = 8, delta 2%", NOMINAL, 0}, {8, 1, EV_DELTA, 0, 0, EV_EVERYWHERE}, 0, 0},
    {{"A/A, pairs, k = 8, delta 0, hosts anew every block", NOMINAL, 0},
     {8, 1, 0, 0, 0, EV_EVERYWHERE},
     0,
     1},
    {{"A/A, groups, k = 8, delta 0, hosts anew every block", NOMINAL, 0},
     {8, 0, 0, 0, 0, EV_EVERYWHERE},
     0,
     1},
    {{"A/A, pairs, k = 8, delta 0, first sweep kept", NAN, 0}, {8, 1, 0, 0, 0, EV_EVERYWHERE}, 1, 0},
    {{"A/A, two records of two nights, k = 8, delta 2%", NAN, 0},
     {8, 0, EV_DELTA, 1, 0, EV_EVERYWHERE},
     0,
     0},
    {{"control, pairs, k = 8: +5% everywhere found", 0.9, 1}, {8, 1, EV_DELTA, 0, 5, EV_EVERYWHERE}, 0, 0},
    {{"control, groups, k = 8: +5% everywhere found", 0.9, 1}, {8, 0, EV_DELTA, 0, 5, EV_EVERYWHERE}, 0, 0},
    {{"control, pairs, k = 8: +10% at one size found", 0.9, 1}, {8, 1, EV_DELTA, 0, 10, EV_ONE_SIZE}, 0, 0},
    {{"control, groups, k = 8: +10% at one size found", 0.9, 1}, {8, 0, EV_DELTA, 0, 10, EV_ONE_SIZE}, 0, 0},
    {{"control, pairs, k = 8: +5% at one size found", NAN, 1}, {8, 1, EV_DELTA, 0, 5, EV_ONE_SIZE}, 0, 0},
    {{"control, groups, k = 8: +5% at one size found", NAN, 1}, {8, 0, EV_DELTA, 0, 5, EV_ONE_SIZE}, 0, 0},
    {{"pairs, +5% everywhere, hosts anew every block", NAN, 1}, {8, 1, EV_DELTA, 0, 5, EV_EVERYWHERE}, 0, 1},
    {{"groups, +5% everywhere, hosts anew every block", NAN, 1}, {8, 0, EV_DELTA, 0, 5, EV_EVERYWHERE}, 0, 1},
    {{"control, pairs, k = 5: +5% everywhere found", NAN, 1}, {5, 1, EV_DELTA, 0, 5, EV_EVERYWHERE}, 0, 0},
    {{"control, groups, k = 5: +5% everywhere found", NAN, 1}, {5, 0, EV_DELTA, 0, 5, EV_EVERYWHERE}, 0, 0},
};

static int show_rows(const struct how *how)
{
    int missed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ev_settings settings = ev_settings_usual();
        settings.first_is_kept = rows[i].first_is_kept;
        settings.hosts_every_block = rows[i].hosts_every_block;
        struct ev_rate rate = ev_alarms(&settings, &rows[i].trial, how->repetitions, how->seed);
        missed |= ev_show_target(&rows[i].target, rate);
    }
    return missed;
}

static int show_visible(const struct how *how)
{
    struct ev_settings settings = ev_settings_usual();
    double percent = ev_visible_percent(&settings, 8);
    struct ev_trial trial = {8, 1, EV_DELTA, 0, percent, EV_ONE_SIZE};
    char test[80];
    snprintf(test, sizeof test, "what is printed as visible (+%.1f%%) at one size found, pairs", percent);
    struct ev_target target = {test, NAN, 1};
    ev_show_target(&target, ev_alarms(&settings, &trial, how->repetitions, how->seed));
    trial.paired = 0;
    snprintf(test, sizeof test, "what is printed as visible (+%.1f%%) at one size found, groups", percent);
    return ev_show_target(&target, ev_alarms(&settings, &trial, how->repetitions, how->seed));
}

/* Quiet nights; suspect and red are targets, or only told (limits NAN). */
static int show_nights(const struct how *how, size_t before, double correlation, const char *what,
                       const double limits[2])
{
    struct ev_settings settings = ev_settings_usual();
    struct ev_quiet quiet;
    char test[120];
    settings.correlation = correlation;
    ev_quiet_nights(&settings, before, how->repetitions, how->seed, &quiet);
    struct ev_target target = {test, limits[0], 0};
    snprintf(test, sizeof test, "quiet nights, %zu before%s: suspect", before, what);
    int missed = ev_show_target(&target, quiet.suspect);
    target.limit = limits[1];
    snprintf(test, sizeof test, "quiet nights, %zu before%s: red", before, what);
    missed |= ev_show_target(&target, quiet.red);
    return missed;
}

static int show_quiet(const struct how *how)
{
    static const double limits[] = {0.032, 0.002};
    static const double none[] = {NAN, NAN};
    int missed = show_nights(how, EB_NIGHTS_BASELINE, 0.3, "", limits);
    show_nights(how, EB_NIGHTS_BASELINE, 0, ", independent", none);
    if (EB_NIGHTS_BASELINE != 30)
        show_nights(how, 30, 0.3, "", none);
    show_nights(how, EB_NIGHTS_LEAST, 0.3, "", none);
    return missed;
}

static int show_estimates(const struct how *how)
{
    static const struct ev_target groups = {"95% intervals of two records, k = 8: hold the truth", 0.945, 1};
    static const struct ev_target pairs = {"95% intervals of pairs, k = 8: hold the truth", 0.945, 1};
    static const struct ev_target apart = {"called equivalent though delta apart, pairs, k = 8", 0.055, 0};
    static const struct ev_target same = {"called equivalent when there is no difference", NAN, 0};
    struct ev_settings settings = ev_settings_usual();
    struct ev_estimates estimates;
    /* Cheap, and the series of a repetition resemble one another: five times as many. */
    ev_estimates(&settings, 8, 5 * how->repetitions, how->seed, &estimates);
    int missed = ev_show_target(&groups, estimates.covered_groups);
    missed |= ev_show_target(&pairs, estimates.covered_pairs);
    missed |= ev_show_target(&apart, estimates.equivalent_apart);
    ev_show_target(&same, estimates.equivalent_same);
    return missed;
}

static int usage(void)
{
    fprintf(stderr, "Usage: evaluate_gate [--short | --repetitions N] [--seed N]\n");
    return 2;
}

static int number(const char *text, unsigned long long least, unsigned long long most,
                  unsigned long long *value)
{
    char *end = NULL;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *value >= least && *value <= most;
}

int main(int argc, char **argv)
{
    struct how how = {REPETITIONS, SEED};
    for (int i = 1; i < argc; i++) {
        unsigned long long value = 0;
        if (strcmp(argv[i], "--short") == 0)
            how.repetitions = SHORT_REPETITIONS;
        else if (strcmp(argv[i], "--repetitions") == 0 && i + 1 < argc &&
                 number(argv[++i], 20, 1000000, &value))
            how.repetitions = (size_t)value;
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc && number(argv[++i], 0, UINT64_MAX, &value))
            how.seed = value;
        else
            return usage();
    }
    struct ev_settings settings = ev_settings_usual();
    ev_show_world(&settings, how.repetitions, how.seed);
    ev_show_targets_head();
    int missed = show_rows(&how);
    missed |= show_visible(&how);
    missed |= show_quiet(&how);
    missed |= show_estimates(&how);
    struct ev_rivalry rivalry;
    ev_rivalry_new(&rivalry, &settings, how.repetitions, how.seed);
    ev_show_standings(&rivalry);
    missed |= ev_show_rivalry(&rivalry, how.seed);
    ev_rivalry_free(&rivalry);
    const char *few = how.repetitions < REPETITIONS ? " With so few repetitions that may be chance." : "";
    printf("\n%s%s\n", missed ? "A target is missed." : "All targets are reached.", missed ? few : "");
    return missed;
}
