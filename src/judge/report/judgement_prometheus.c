/* Prometheus' text format, for the textfile collector: no timestamps on samples (it refuses them), each
 * family in one piece under its HELP and TYPE (prometheus.io/docs/instrumenting/exposition_formats). */
#include "common/plain.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/judgement_units.h"
#include "judge/report/judgement_write.h"

#include <inttypes.h>
#include <math.h>

static void put_head(FILE *file, const char *name, const char *help)
{
    fprintf(file, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void put_label(FILE *file, const char *lead, const char *name, const char *value)
{
    fprintf(file, "%s%s=\"", lead, name);
    eb_escape_label(file, value ? value : "");
    fputc('"', file);
}

/* The label that every sample begins with: a collector merges the files of several jobs. */
static void put_job(FILE *file, const struct eb_judgement *judgement)
{
    put_label(file, "{", "profile", eb_judgement_job(judgement));
}

/* The labels of a series, without the closing brace. */
static void put_series(FILE *file, const struct eb_judgement *judgement, const struct eb_judged *row)
{
    put_job(file, judgement);
    put_label(file, ",", "kernel", row->kernel->name);
    put_label(file, ",", "algorithm", row->algorithm);
    put_label(file, ",", "arm", row->arm);
    put_label(file, ",", "variant", row->variant);
    fprintf(file, ",size_bytes=\"%" PRIu64 "\",ranks=\"%" PRIu64 "\"", row->size_bytes, row->ranks);
    put_label(file, ",", "metric", row->metric->name);
}

static double at_now(const struct eb_judged *row)
{
    return row->now.value;
}

static double at_low(const struct eb_judged *row)
{
    return row->now.low;
}

static double at_high(const struct eb_judged *row)
{
    return row->now.high;
}

static double at_base(const struct eb_judged *row)
{
    return row->base.value;
}

static double at_ratio(const struct eb_judged *row)
{
    return eb_judged_ratio(row->metric, row->effect);
}

static double at_ratio_low(const struct eb_judged *row)
{
    return eb_judged_ratio(row->metric, eb_metric_is_rate(row->metric) ? row->high : row->low);
}

static double at_ratio_high(const struct eb_judged *row)
{
    return eb_judged_ratio(row->metric, eb_metric_is_rate(row->metric) ? row->low : row->high);
}

static double at_launches(const struct eb_judged *row)
{
    return (double)row->now.launches;
}

/* A family of all the rows of a unit (NULL: of all) that have the number; nothing where none has. */
static void put_family(const struct eb_judgement *judgement, const struct eb_unit *unit, const char *name,
                       const char *help, double (*at)(const struct eb_judged *row), FILE *file)
{
    char number[EB_PLAIN_NUMBER];
    int begun = 0;
    for (size_t i = 0; i < judgement->row_count; i++) {
        const struct eb_judged *row = &judgement->rows[i];
        double value = at(row) * (unit ? unit->to_base : 1);
        if ((unit && eb_unit_of(row->metric) != unit) || !isfinite(value))
            continue;
        if (!begun)
            put_head(file, name, help);
        begun = 1;
        fputs(name, file);
        put_series(file, judgement, row);
        fprintf(file, "} %s\n", eb_plain_number(value, 9, number));
    }
}

static void put_values(const struct eb_judgement *judgement, FILE *file)
{
    static const struct {
        const char *part;
        const char *help;
        double (*at)(const struct eb_judged *row);
    } sides[] = {
        {"", "Median over launches.", at_now},
        {"_low", "Lower end of the 95% interval of the median.", at_low},
        {"_high", "Upper end of the 95% interval of the median.", at_high},
        {"_base", "Median of what it is held against.", at_base},
    };
    for (size_t i = 0; i < eb_unit_count(); i++)
        for (size_t j = 0; j < sizeof sides / sizeof *sides; j++) {
            const struct eb_unit *unit = eb_unit_at(i);
            char name[100];
            snprintf(name, sizeof name, "efabench_%s%s_%s", unit->quantity, sides[j].part, unit->base_unit);
            put_family(judgement, unit, name, sides[j].help, sides[j].at, file);
        }
    put_family(judgement, NULL, "efabench_change_ratio",
               "Now over base: above 1 is worse of times and better of rates.", at_ratio, file);
    put_family(judgement, NULL, "efabench_change_low_ratio", "Lower end of its 95% interval.", at_ratio_low,
               file);
    put_family(judgement, NULL, "efabench_change_high_ratio", "Upper end of its 95% interval.", at_ratio_high,
               file);
    put_family(judgement, NULL, "efabench_launches", "Launches that the median is over.", at_launches, file);
}

static void put_verdicts(const struct eb_judgement *judgement, FILE *file)
{
    int begun = 0;
    for (size_t i = 0; i < judgement->row_count; i++) {
        const struct eb_judged *row = &judgement->rows[i];
        if (row->call == EB_CALL_NONE)
            continue;
        if (!begun)
            put_head(file, "efabench_verdict", "1 for the verdict of a series, which is a label.");
        begun = 1;
        fputs("efabench_verdict", file);
        put_series(file, judgement, row);
        put_label(file, ",", "verdict", eb_call_name(row->call));
        fputs("} 1\n", file);
    }
}

/* One sample for each word there is, so that an alert that looks for one sees it go away. */
static void put_ruling(const struct eb_judgement *judgement, FILE *file)
{
    put_head(file, "efabench_ruling", "1 for the ruling over all series, 0 for what it could have been.");
    for (int ruling = EB_RULING_NONE; ruling < EB_RULING_COUNT; ruling++) {
        fputs("efabench_ruling", file);
        put_job(file, judgement);
        put_label(file, ",", "ruling", eb_ruling_name((enum eb_ruling)ruling));
        fprintf(file, "} %d\n", ruling == (int)judgement->ruling);
    }
    put_head(file, "efabench_series", "How many series have a verdict.");
    for (int call = EB_CALL_NONE; call < EB_CALL_COUNT; call++) {
        fputs("efabench_series", file);
        put_job(file, judgement);
        put_label(file, ",", "verdict", eb_call_name((enum eb_call)call));
        fprintf(file, "} %zu\n", eb_judgement_count(judgement, (enum eb_call)call));
    }
    put_head(file, "efabench_exit_code", "What the program ended with.");
    fputs("efabench_exit_code", file);
    put_job(file, judgement);
    fprintf(file, "} %d\n", eb_status_exit_code(eb_judgement_status(judgement)));
}

static void put_run(const struct eb_judgement *judgement, FILE *file)
{
    time_t seconds = eb_judgement_time(judgement);
    if (seconds >= 0) {
        put_head(file, "efabench_run_timestamp_seconds", "When the figures were measured, since 1970.");
        fputs("efabench_run_timestamp_seconds", file);
        put_job(file, judgement);
        fprintf(file, "} %lld\n", (long long)seconds);
    }
    put_head(file, "efabench_run_info", "Where the figures were measured, and what they are held against.");
    fputs("efabench_run_info", file);
    put_job(file, judgement);
    put_label(file, ",", "program", judgement->program);
    put_label(file, ",", "now", judgement->now_name);
    put_label(file, ",", "base", judgement->base_name);
    put_label(file, ",", "hosts", judgement->hosts);
    put_label(file, ",", "instance", judgement->instance);
    put_label(file, ",", "git_version", judgement->git_version);
    fputs("} 1\n", file);
}

enum eb_status eb_judgement_prometheus(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    (void)err;
    put_values(judgement, file);
    put_verdicts(judgement, file);
    put_ruling(judgement, file);
    put_run(judgement, file);
    return EB_OK;
}
