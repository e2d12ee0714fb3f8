#include "measure/tune.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBE_NS UINT64_C(1000000)
#define PROBE_ROUNDS 3
#define CANDIDATES_MAX 8

const struct eb_algorithm *eb_crossover_choose(const struct eb_crossover *crossover, uint64_t size_bytes)
{
    const struct eb_algorithm *below = NULL;
    if (size_bytes > crossover->bytes ||
        eb_algorithm_find("recursive_doubling", &below, &(struct eb_error){0}) != EB_OK)
        return crossover->above;
    return below;
}

/* The algorithms that could be chosen on an arm for its smallest size; *count of them, as rank 0 sees it. */
static enum eb_status list_candidates(const struct eb_tuner *tuner, const struct eb_case *unit,
                                      const struct eb_algorithm **candidates, size_t *count,
                                      struct eb_error *err)
{
    struct eb_error why;
    uint64_t mask = 0;
    for (size_t i = 0; eb_algorithms[i]; i++)
        if (eb_lanes_may_choose(tuner->lanes, tuner->options, unit, eb_algorithms[i], &why) == EB_OK)
            mask |= UINT64_C(1) << i;
    enum eb_status status = tuner->launch->ops->broadcast(tuner->launch, &mask, sizeof mask, err);
    *count = 0;
    for (size_t i = 0; eb_algorithms[i] && *count < CANDIDATES_MAX; i++)
        if (mask >> i & 1)
            candidates[(*count)++] = eb_algorithms[i];
    return status;
}

/* The logarithm of the least of a few medians, which stalls do not touch. */
static enum eb_status probe(const struct eb_tuner *tuner, const struct eb_case *unit, double *log_ns,
                            struct eb_error *err)
{
    struct eb_block block = {.launch = tuner->launch,
                             .lanes = tuner->lanes,
                             .options = tuner->options,
                             .unit = unit,
                             .samples = tuner->samples};
    double median_ns = 0;
    enum eb_status status = eb_block_estimate(&block, PROBE_NS, &median_ns, err);
    double now = log(median_ns > 1 ? median_ns : 1);
    if (status == EB_OK && (*log_ns == 0 || now < *log_ns))
        *log_ns = now;
    return status;
}

/* The cases of an arm that wait for an algorithm, smallest first. */
static size_t list_open(const struct eb_plan *plan, size_t arm, struct eb_case **open)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->cases[i].arm == arm && plan->cases[i].kernel->has_algorithms && !plan->cases[i].algorithm)
            open[count++] = &plan->cases[i];
    return count;
}

/* log_ns[candidate * count + size]: the cheapest way to take the first candidate up to a size and another
 * above; or, when the first is not recursive doubling, which alone goes below, one for all sizes. */
static void choose(const double *log_ns, size_t count, size_t candidates, int has_below, size_t *above,
                   size_t *below_count)
{
    double best = INFINITY;
    for (size_t other = has_below ? 1 : 0; other < candidates; other++)
        for (size_t split = 0; split <= (has_below ? count : 0); split++) {
            double sum = 0;
            for (size_t s = 0; s < count; s++)
                sum += log_ns[(s < split ? 0 : other) * count + s];
            if (sum >= best)
                continue;
            best = sum;
            *above = other;
            *below_count = split;
        }
}

static enum eb_status measure(const struct eb_tuner *tuner, struct eb_case *const *open, size_t count,
                              const struct eb_algorithm *const *candidates, size_t candidate_count,
                              double *log_ns, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (int round = 0; status == EB_OK && round < PROBE_ROUNDS; round++)
        for (size_t s = 0; status == EB_OK && s < count; s++)
            for (size_t c = 0; status == EB_OK && c < candidate_count; c++) {
                struct eb_case tried = *open[s];
                struct eb_error why;
                tried.algorithm = candidates[c];
                if (eb_lanes_may_choose(tuner->lanes, tuner->options, open[s], candidates[c], &why) == EB_OK)
                    status = probe(tuner, &tried, &log_ns[c * count + s], err);
                else
                    log_ns[c * count + s] = INFINITY;
            }
    return status;
}

static enum eb_status tune_arm(const struct eb_tuner *tuner, size_t arm, struct eb_case **open, size_t count,
                               struct eb_crossover *crossover, struct eb_error *err)
{
    const struct eb_algorithm *candidates[CANDIDATES_MAX];
    size_t candidate_count = 0;
    struct {
        size_t above;
        size_t below_count;
    } choice = {0};
    enum eb_status status = list_candidates(tuner, open[0], candidates, &candidate_count, err);
    snprintf(crossover->arm, sizeof crossover->arm, "%s", tuner->options->arms[arm].name);
    if (status == EB_OK && candidate_count > 1) {
        double *log_ns = calloc(count * candidate_count, sizeof *log_ns);
        if (!log_ns)
            return eb_error_set(err, EB_INTERNAL, "tune", ENOMEM, "out of memory for the crossover");
        status = measure(tuner, open, count, candidates, candidate_count, log_ns, err);
        int has_below = strcmp(candidates[0]->name, "recursive_doubling") == 0;
        choose(log_ns, count, candidate_count, has_below, &choice.above, &choice.below_count);
        free(log_ns);
    }
    if (status == EB_OK) /* one rank decides for all */
        status = tuner->launch->ops->broadcast(tuner->launch, &choice, sizeof choice, err);
    if (status != EB_OK)
        return status;
    crossover->above = candidates[choice.above];
    crossover->bytes = choice.below_count > 0 ? open[choice.below_count - 1]->size_bytes : 0;
    return EB_OK;
}

static const struct eb_crossover *find_given(const struct eb_session_options *options, size_t arm)
{
    for (size_t i = 0; i < options->crossover_count; i++)
        if (strcmp(options->crossovers[i].arm, options->arms[arm].name) == 0)
            return &options->crossovers[i];
    return NULL;
}

enum eb_status eb_tune_crossovers(const struct eb_tuner *tuner, struct eb_crossover *crossovers,
                                  size_t *count, struct eb_error *err)
{
    struct eb_case **open = calloc(tuner->plan->count + 1, sizeof(struct eb_case *));
    enum eb_status status =
        open ? EB_OK : eb_error_set(err, EB_INTERNAL, "tune", ENOMEM, "out of memory for the crossover");
    *count = 0;
    for (size_t arm = 0; status == EB_OK && arm < tuner->options->arm_count; arm++) {
        const struct eb_crossover *given = find_given(tuner->options, arm);
        size_t open_count = list_open(tuner->plan, arm, open);
        if (open_count == 0)
            continue;
        struct eb_crossover *crossover = &crossovers[(*count)++];
        if (given)
            *crossover = *given;
        else
            status = tune_arm(tuner, arm, open, open_count, crossover, err);
        for (size_t s = 0; status == EB_OK && s < open_count; s++)
            open[s]->algorithm = eb_crossover_choose(crossover, open[s]->size_bytes);
    }
    free(open);
    return status;
}
