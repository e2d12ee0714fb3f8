/* What efabench's gate is held against. Each gives a night a score: the more it looks like a regression, the
 * higher; where the line is drawn is what its user sets. */
#ifndef EV_OPPONENTS_H
#define EV_OPPONENTS_H

#include "generator.h"

/* The rule of AWS ParallelCluster's integration tests (github.com/aws/aws-parallelcluster,
 * tests/integration-tests/tests/efa/test_efa.py, _check_osu_benchmarks_results): one run, held against a
 * stored one, both cut to integers; osu_latency fails at a size above base + max(30%, 10 us), osu_bibw below
 * base - 20%; a benchmark fails when more than 4 of its sizes do. The score is the factor by which its limits
 * must be stretched for the night to pass just so: the rule as it stands fails a night above 1. */
#define EV_STORED_FORGIVES 4

double ev_stored_score(const double *base_x, const double *now_x, int forgives);

/* One run, x of each series, as OSU sees it: its one sweep is the first, slow or not. */
void ev_single_run(const struct ev_settings *settings, const struct ev_launch *launch, int spare_first,
                   double *x);

/* Mann and Whitney's test on iterations that were pooled over the launches, series by series; the score is
 * the largest z of any. */
#define EV_POOLED (EV_LAUNCHES_MOST * EV_ITERATIONS)

struct ev_pool {
    double x[EV_SERIES][EV_POOLED]; /* ascending */
};

/* of EV_LAUNCHES_MOST launches. */
void ev_pool(struct ev_world *world, const struct ev_launch *launches, struct ev_pool *pool);
/* z of each series, now shifted upwards by shift. */
void ev_pooled_z(const struct ev_pool *base, const struct ev_pool *now, double shift, double *z);

#endif
