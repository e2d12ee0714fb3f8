/* Judgements made by hand: fixed numbers, and text such as only an enemy writes. */
#ifndef EB_TESTS_MADE_JUDGEMENT_H
#define EB_TESTS_MADE_JUDGEMENT_H

#include "judge/judgement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOSTILE_HOST "<script>alert(1)</script>"
#define HOSTILE_ARM "a\"b'|`x`\n\x1b[31m; DROP TABLE nights; ]]> & \\ \xe2\x80\xae%/"

/* A row of 10 launches a side; ratios are now over base of the metric itself, ascending. */
static inline struct eb_judged made_judged(const char *kernel, size_t metric, uint64_t size,
                                           enum eb_call call, double base, double low, double ratio,
                                           double high)
{
    const struct eb_kernel_metrics *kernels = eb_kernel_metrics_find(kernel);
    struct eb_judged row = {
        .kernel = kernels,
        .metric = &kernels->metrics[metric],
        .algorithm = "",
        .arm = "efa",
        .variant = "default",
        .size_bytes = size,
        .ranks = 2,
        .call = call,
        .base = {base, 0.99 * base, 1.01 * base, 10},
        .now = {ratio * base, low * base, high * base, 10},
        .p_worse = call == EB_CALL_REGRESSED ? 0.0125 : 1,
        .p_better = call == EB_CALL_IMPROVED ? 0.0125 : 1,
        .visible = log(1.02),
    };
    int rate = eb_metric_is_rate(row.metric);
    row.effect = rate ? -log(ratio) : log(ratio);
    row.low = rate ? -log(high) : log(low);
    row.high = rate ? -log(low) : log(high);
    return row;
}

static inline void made_absent(struct eb_judged_value *value)
{
    *value = (struct eb_judged_value){NAN, NAN, NAN, 0};
}

/* The numbers of a comparison that was never made. */
static inline void made_unjudged(struct eb_judged *row)
{
    row->effect = row->low = row->high = row->p_worse = row->p_better = row->visible = NAN;
}

static inline struct eb_judgement *made_judgement_empty(size_t rows)
{
    struct eb_judgement *judgement = eb_judgement_new("compare");
    if (!judgement)
        abort();
    judgement->base_name = "old.json";
    judgement->now_name = "new.json";
    judgement->ruling = EB_RULING_PASS;
    judgement->reason = "nothing is worse";
    judgement->alpha = 0.05;
    judgement->delta = log(1.02);
    judgement->tolerance = log(1.05);
    judgement->relabellings = 10000;
    judgement->created_utc = "2026-11-24T19:00:00Z";
    judgement->hosts = "node1, node2";
    judgement->instance = "c5n.18xlarge";
    judgement->git_version = "0.4-12-gabcdef0";
    judgement->rows = calloc(rows, sizeof *judgement->rows);
    judgement->regimes = calloc(2, sizeof *judgement->regimes);
    judgement->crossovers = calloc(1, sizeof *judgement->crossovers);
    if (!judgement->rows || !judgement->regimes || !judgement->crossovers)
        abort();
    judgement->row_count = rows;
    return judgement;
}

/* One of each verdict, times and rates. */
static inline struct eb_judgement *made_judgement_mixed(void)
{
    struct eb_judgement *judgement = made_judgement_empty(7);
    struct eb_judged *rows = judgement->rows;
    rows[0] = made_judged("pingpong", 0, 8, EB_CALL_REGRESSED, 20, 1.039, 1.051, 1.064);
    rows[1] = made_judged("pingpong", 0, 1024, EB_CALL_EQUIVALENT, 16, 0.9951, 1.0001, 1.0051);
    rows[2] = made_judged("pingpong", 0, 65536, EB_CALL_INCONCLUSIVE, 40, 0.97, 1.03, 1.1);
    rows[3] = made_judged("pingpong", 0, 1048576, EB_CALL_MISSING, 120, 1, 1, 1);
    made_absent(&rows[3].now);
    made_unjudged(&rows[3]);
    rows[3].note = "new.json lacks it";
    rows[4] = made_judged("bandwidth", 0, 65536, EB_CALL_REGRESSED, 9000, 0.94, 0.952, 0.965);
    rows[5] = made_judged("bandwidth", 0, 1048576, EB_CALL_IMPROVED, 11000, 1.08, 1.1, 1.125);
    rows[6] = made_judged("allreduce", 0, 8, EB_CALL_EQUIVALENT, 50, 0.998, 1.002, 1.0051);
    rows[6].algorithm = "ring";
    rows[6].base_algorithm = "tree";
    rows[6].ranks = 8;
    judgement->ruling = EB_RULING_REGRESSED;
    judgement->reason = "2 of 7 series are worse";
    judgement->regime_count = 2;
    judgement->regimes[0] = (struct eb_judged_regime){.first = &rows[0],
                                                      .name = "small",
                                                      .low_bytes = 8,
                                                      .high_bytes = 1024,
                                                      .count = 2,
                                                      .base = 17.89,
                                                      .now = 18.34,
                                                      .effect = log(1.025),
                                                      .low = log(1.015),
                                                      .high = log(1.035)};
    judgement->regimes[1] = (struct eb_judged_regime){.first = &rows[4],
                                                      .name = "large",
                                                      .low_bytes = 65536,
                                                      .high_bytes = 1048576,
                                                      .count = 2,
                                                      .base = 9950,
                                                      .now = 10182,
                                                      .effect = -log(1.023),
                                                      .low = NAN,
                                                      .high = NAN};
    struct eb_error err;
    if (eb_judgement_note(judgement, &err, "the kernel differs: %s, %s", "5.10", "6.1") != EB_OK)
        abort();
    return judgement;
}

/* Two arms, one of which overtakes the other. */
static inline struct eb_judgement *made_judgement_arms(void)
{
    struct eb_judgement *judgement = made_judgement_empty(2);
    struct eb_judged *rows = judgement->rows;
    rows[0] = made_judged("pingpong", 0, 8192, EB_CALL_IMPROVED, 40, 0.45, 0.5, 0.55);
    rows[1] = made_judged("pingpong", 0, 16384, EB_CALL_REGRESSED, 40, 1.9, 2, 2.1);
    rows[0].base_arm = rows[1].base_arm = "ena";
    judgement->base_name = "arm ena";
    judgement->now_name = "arm efa";
    judgement->ruling = EB_RULING_REGRESSED;
    judgement->reason = "1 of 2 series is worse";
    judgement->paired = judgement->exact = 1;
    judgement->relabellings = 1024;
    judgement->crossover_count = 1;
    judgement->crossovers[0] = (struct eb_judged_crossover){
        .row = &rows[0], .below_bytes = 8192, .above_bytes = 16384, .better_below = 1, .is_sure = 1};
    return judgement;
}

/* Every text as bad as it can be, every absent number absent or infinite. */
static inline struct eb_judgement *made_judgement_hostile(void)
{
    struct eb_judgement *judgement = made_judgement_empty(2);
    struct eb_judged *rows = judgement->rows;
    struct eb_error err;
    rows[0] = made_judged("pingpong", 0, 8, EB_CALL_REGRESSED, 20, 1.04, 1.05, 1.06);
    rows[0].arm = HOSTILE_ARM;
    rows[0].variant = HOSTILE_HOST;
    rows[0].algorithm = "]]>";
    rows[0].note = HOSTILE_ARM;
    rows[0].high = INFINITY;
    rows[0].now.high = INFINITY;
    rows[0].visible = INFINITY;
    rows[1] = made_judged("bandwidth", 0, 8, EB_CALL_INCONCLUSIVE, 20, 1, 1, 1);
    rows[1].variant = "";
    made_absent(&rows[1].base);
    made_unjudged(&rows[1]);
    judgement->ruling = EB_RULING_REGRESSED;
    judgement->reason = HOSTILE_ARM;
    judgement->now_name = "\xff\xfe.json";
    judgement->hosts = HOSTILE_HOST;
    judgement->alpha = judgement->delta = judgement->tolerance = NAN;
    if (eb_judgement_note(judgement, &err, "%s", HOSTILE_ARM) != EB_OK)
        abort();
    return judgement;
}

/* Figures of one record. */
static inline struct eb_judgement *made_judgement_figures(void)
{
    struct eb_judgement *judgement = made_judgement_empty(3);
    struct eb_judged *rows = judgement->rows;
    rows[0] = made_judged("pingpong", 0, 8, EB_CALL_NONE, 20, 0.99, 1, 1.02);
    rows[1] = made_judged("allreduce", 1, 8, EB_CALL_NONE, 30, 0.9, 1, 1.1);
    rows[2] = made_judged("message_rate", 0, 8, EB_CALL_NONE, 2e6, 0.9, 1, 1.1);
    for (size_t i = 0; i < 3; i++) {
        made_absent(&rows[i].base);
        made_unjudged(&rows[i]);
    }
    judgement->program = "report";
    judgement->ruling = EB_RULING_NONE;
    judgement->reason = NULL;
    judgement->base_name = NULL;
    judgement->alpha = judgement->delta = judgement->tolerance = NAN;
    judgement->relabellings = 0;
    return judgement;
}

/* The control moved too: nothing is said of any series. */
static inline struct eb_judgement *made_judgement_environment(void)
{
    struct eb_judgement *judgement = made_judgement_empty(1);
    judgement->rows[0] = made_judged("pingpong", 0, 8, EB_CALL_INCONCLUSIVE, 20, 1.04, 1.05, 1.06);
    judgement->program = "gate";
    judgement->ruling = EB_RULING_ENVIRONMENT;
    judgement->reason = "the control is 5.0% slower as well";
    return judgement;
}

/* More rows than a step summary holds; every thousandth has regressed. */
static inline struct eb_judgement *made_judgement_large(void)
{
    struct eb_judgement *judgement = made_judgement_empty(20000);
    for (size_t i = 0; i < judgement->row_count; i++)
        judgement->rows[i] =
            made_judged("pingpong", 0, i + 1, i % 1000 == 0 ? EB_CALL_REGRESSED : EB_CALL_EQUIVALENT, 20,
                        1.039, 1.051, 1.064);
    judgement->ruling = EB_RULING_REGRESSED;
    judgement->reason = "20 of 20000 series are worse";
    return judgement;
}

/* NULL for a name that is none. */
static inline struct eb_judgement *made_judgement(const char *name)
{
    static const struct {
        const char *name;
        struct eb_judgement *(*make)(void);
    } all[] = {
        {"mixed", made_judgement_mixed},     {"arms", made_judgement_arms},
        {"hostile", made_judgement_hostile}, {"figures", made_judgement_figures},
        {"large", made_judgement_large},     {"environment", made_judgement_environment},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].make();
    return NULL;
}

#endif
