#include "show.h"

#include "judge/nights.h"
#include "roc.h"

#include <math.h>
#include <stdio.h>

#define LEVELS 5
static const double levels[LEVELS] = {0.01, 0.02, 0.05, 0.10, 0.20};

static const char *const method_names[EV_METHODS] = {"ours", "stored", "closer", "strict", "pooled"};

void ev_show_world(const struct ev_settings *settings, size_t repetitions, uint64_t seed)
{
    printf("### The made world\n\n");
    printf("x = mu_s + A_t + H_t + A_ts + L_tj + L_tjs, of %d series: half round trip and bandwidth at %d "
           "sizes, "
           "1 B to 8 MiB.\n\n",
           EV_SERIES, EV_SIZES);
    printf("- A_t: AR(1), rho %.1f, sd %.1f%%; A_ts: sd %.1f%%; an allocation has %d hosts, a host in %.0f "
           "is %.0f%% "
           "slower (H_t: the slowest counts)\n",
           settings->correlation, 100 * settings->allocation_sd, 100 * settings->series_sd, settings->hosts,
           1 / settings->slow_share, 100 * settings->slow_cost);
    printf("- L_tj: sd %.1f%%; L_tjs: sd %.1f%%; the first sweep of one launch in %.0f is %.0f times slower "
           "up to 256 B\n",
           100 * settings->launch_sd, 100 * settings->launch_series_sd, 1 / settings->first_share,
           settings->first_factor);
    printf("- for whoever pools iterations: %d of a launch and series, sd %.0f%%\n", EV_ITERATIONS,
           100 * settings->iteration_sd);
    printf("- %zu repetitions, seed %llu; k launches on a side\n\n", repetitions, (unsigned long long)seed);
}

void ev_show_targets_head(void)
{
    printf("### Targets\n\n| test | to reach | reached | 95%% interval | |\n|---|---|---|---|---|\n");
}

int ev_show_target(const struct ev_target *target, struct ev_rate rate)
{
    struct ev_share interval = ev_share_of(rate.share * rate.tries, rate.tries);
    int is_missed = target->at_least ? rate.share < target->limit : rate.share > target->limit;
    char limit[32] = "";
    if (!isnan(target->limit))
        snprintf(limit, sizeof limit, "%s %.1f%%", target->at_least ? ">=" : "<=", 100 * target->limit);
    printf("| %s | %s | %.2f%% | %.2f to %.2f%% | %s |\n", target->test, limit, 100 * rate.share,
           100 * interval.low, 100 * interval.high,
           isnan(target->limit) ? ""
           : is_missed          ? "MISSED"
                                : "reached");
    fflush(stdout);
    return !isnan(target->limit) && is_missed;
}

static void print_condition(size_t condition)
{
    if (condition == 0)
        printf("| quiet ");
    else
        printf("| +%.0f%%, %s ", ev_condition_percent(condition),
               ev_place_name(ev_condition_place(condition)));
}

void ev_show_standings(const struct ev_rivalry *rivalry)
{
    printf("\n### As they stand\n\nAlarms in %% of single nights, by the defaults: alpha 5%%, delta 2%%, k = "
           "%d.\n\n",
           EV_LAUNCHES_MOST);
    printf("| night | control, pairs | control, groups | history, suspect | history, red | AWS's rule | "
           "pooled ranks, control | pooled ranks, last night |\n|---|---|---|---|---|---|---|---|\n");
    for (size_t c = 0; c < EV_CONDITIONS; c++) {
        print_condition(c);
        for (size_t s = 0; s < EV_STANDINGS; s++)
            printf("| %.1f ", 100 * rivalry->alarms[c][s]);
        printf("|\n");
    }
}

/* How efabench compares with one method over all conditions and levels. */
struct tally {
    int more;
    int both; /* find all there is */
    int same;
    int fewer;
};

static void count(struct tally *tally, double ours, double theirs, double error)
{
    double margin = 2 * error;
    if (ours > 0.995 && theirs > 0.995)
        tally->both++;
    else if (ours - theirs > margin)
        tally->more++;
    else if (theirs - ours > margin)
        tally->fewer++;
    else
        tally->same++;
}

static void show_condition(const struct ev_rivalry *rivalry, int form, size_t condition, struct eb_rng *rng,
                           struct tally *tallies)
{
    const double *quiet[EV_METHODS];
    const double *shifted[EV_METHODS];
    for (size_t m = 0; m < EV_METHODS; m++) {
        quiet[m] = rivalry->scores[form][0][m];
        shifted[m] = rivalry->scores[form][condition][m];
    }
    struct ev_rivals rivals = {quiet, shifted, EV_METHODS, rivalry->nights};
    print_condition(condition);
    for (size_t l = 0; l < LEVELS; l++) {
        double detected[EV_METHODS];
        double error[EV_METHODS];
        ev_detect(&rivals, levels[l], rng, detected, error);
        printf("|");
        for (size_t m = 0; m < EV_METHODS; m++) {
            printf(" %.0f", 100 * detected[m]);
            if (m == 0)
                continue;
            count(&tallies[m], detected[0], detected[m], error[m]);
            printf("%s", detected[m] - detected[0] > 2 * error[m] ? "*" : "");
        }
        printf(" ");
    }
    printf("|\n");
    fflush(stdout);
}

int ev_show_rivalry(const struct ev_rivalry *rivalry, uint64_t seed)
{
    static const char *const bases[EV_FORMS] = {"the control's", "last night's"};
    static const char *const forms[EV_FORMS] = {
        "With a pinned control (delta 0, alpha swept)",
        "Against history alone, one night (delta 0, the nights' score swept)"};
    struct eb_rng rng;
    int is_beaten = 0;
    eb_rng_seed(&rng, seed);
    for (int f = 0; f < EV_FORMS; f++) {
        struct tally tallies[EV_METHODS] = {{0}};
        printf("\n### %s\n\nDetection in %% of nights at equal false alarms; in each cell:", forms[f]);
        for (size_t m = 0; m < EV_METHODS; m++)
            printf(" %s", method_names[m]);
        printf(". A * finds more than ours, beyond two standard errors. stored: AWS's rule, its limits "
               "stretched, against a run of %d nights "
               "ago; closer: against %s run, and no run with a slow first sweep; strict: as closer, and no "
               "size may fail; pooled: Mann "
               "and Whitney's z over all iterations against %s.\n\n| night ",
               EB_NIGHTS_BASELINE, bases[f], bases[f]);
        for (size_t l = 0; l < LEVELS; l++)
            printf("| %.0f%% false ", 100 * levels[l]);
        printf("|\n|---|---|---|---|---|---|\n");
        for (size_t c = 1; c < EV_CONDITIONS; c++)
            show_condition(rivalry, f, c, &rng, tallies);
        printf("\n| ours against | finds more | both find all | no telling | finds fewer "
               "|\n|---|---|---|---|---|\n");
        for (size_t m = 1; m < EV_METHODS; m++)
            printf("| %s | %d | %d | %d | %d |\n", method_names[m], tallies[m].more, tallies[m].both,
                   tallies[m].same, tallies[m].fewer);
        is_beaten |= tallies[EV_STORED].fewer > 0;
    }
    return is_beaten;
}
