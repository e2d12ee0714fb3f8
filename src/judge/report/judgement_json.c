/* A judgement as one JSON document of schema "efabench-judgement/1" (results/schema). */
#include "common/plain.h"
#include "judge/report/judgement_write.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define SIGNIFICANT_DIGITS 9

/* null for NULL; NULL when out of memory. */
static json_t *text_to_json(const char *text)
{
    char *copy = text ? eb_plain_utf8(text) : NULL;
    json_t *json = copy ? json_string(copy) : text ? NULL : json_null();
    free(copy);
    return json;
}

static json_t *number_to_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *value_to_json(const struct eb_judged_value *value)
{
    return json_pack("{s:o, s:o, s:o, s:I}", "value", number_to_json(value->value), "low",
                     number_to_json(value->low), "high", number_to_json(value->high), "launches",
                     (json_int_t)value->launches);
}

/* The change as a ratio of the metric, and in the logarithms that the judge reckons with. */
static json_t *change_to_json(const struct eb_metric *metric, double effect, double low, double high)
{
    int turned = eb_metric_is_rate(metric);
    if (!isfinite(effect))
        return json_null();
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o}", "ratio", number_to_json(eb_judged_ratio(metric, effect)),
        "ratio_low", number_to_json(eb_judged_ratio(metric, turned ? high : low)), "ratio_high",
        number_to_json(eb_judged_ratio(metric, turned ? low : high)), "effect", number_to_json(effect),
        "effect_low", number_to_json(low), "effect_high", number_to_json(high));
}

/* What names a series; the same for rows, regimes and crossovers. */
static json_t *series_to_json(const struct eb_judged *row)
{
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:s, s:s, s:s}", "kernel", row->kernel->name,
                     "algorithm", text_to_json(row->algorithm), "arm", text_to_json(row->arm), "variant",
                     text_to_json(row->variant), "base_algorithm", text_to_json(row->base_algorithm),
                     "base_arm", text_to_json(row->base_arm), "base_variant", text_to_json(row->base_variant),
                     "ranks", (json_int_t)row->ranks, "metric", row->metric->name, "unit", row->metric->unit,
                     "worse_is", eb_metric_is_rate(row->metric) ? "less" : "more");
}

/* more into json; json, or NULL when out of memory. Takes both over. */
static json_t *join(json_t *json, json_t *more)
{
    int failed = !json || !more || json_object_update(json, more) != 0;
    json_decref(more);
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *row_to_json(const struct eb_judged *row)
{
    double visible = 100 * fabs(eb_judged_ratio(row->metric, row->visible) - 1);
    json_t *more = json_pack("{s:I, s:s, s:b, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "size_bytes",
                             (json_int_t)row->size_bytes, "verdict", eb_call_name(row->call), "is_allowed",
                             row->is_allowed, "compared", (json_int_t)row->compared, "base",
                             value_to_json(&row->base), "now", value_to_json(&row->now), "change",
                             change_to_json(row->metric, row->effect, row->low, row->high), "p_worse",
                             number_to_json(row->p_worse), "p_better", number_to_json(row->p_better),
                             "visible_percent", number_to_json(visible), "note", text_to_json(row->note));
    return join(series_to_json(row), more);
}

static json_t *regime_to_json(const struct eb_judged_regime *regime)
{
    json_t *more = json_pack(
        "{s:s, s:I, s:I, s:I, s:o, s:o, s:o}", "name", regime->name, "low_bytes",
        (json_int_t)regime->low_bytes, "high_bytes", (json_int_t)regime->high_bytes, "series",
        (json_int_t)regime->count, "base", number_to_json(regime->base), "now", number_to_json(regime->now),
        "change", change_to_json(regime->first->metric, regime->effect, regime->low, regime->high));
    return join(series_to_json(regime->first), more);
}

static json_t *crossover_to_json(const struct eb_judged_crossover *crossover)
{
    json_t *more = json_pack("{s:I, s:I, s:s, s:b}", "below_bytes", (json_int_t)crossover->below_bytes,
                             "above_bytes", (json_int_t)crossover->above_bytes, "better_below",
                             crossover->better_below ? "now" : "base", "is_sure", crossover->is_sure);
    return join(series_to_json(crossover->row), more);
}

static json_t *counts_to_json(const struct eb_judgement *judgement)
{
    json_t *counts = json_object();
    for (int call = 0; counts && call < EB_CALL_COUNT; call++)
        if (json_object_set_new(
                counts, eb_call_name((enum eb_call)call),
                json_integer((json_int_t)eb_judgement_count(judgement, (enum eb_call)call))) != 0) {
            json_decref(counts);
            return NULL;
        }
    return counts;
}

static json_t *provenance_to_json(const struct eb_judgement *judgement)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "created_utc", text_to_json(judgement->created_utc), "hosts",
                     text_to_json(judgement->hosts), "instance", text_to_json(judgement->instance),
                     "git_version", text_to_json(judgement->git_version));
}

static json_t *head_to_json(const struct eb_judgement *judgement)
{
    return json_pack(
        "{s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:I, s:o, s:o}", "schema",
        "efabench-judgement/1", "program", judgement->program, "ruling", eb_ruling_name(judgement->ruling),
        "exit_code", eb_status_exit_code(eb_judgement_status(judgement)), "reason",
        text_to_json(judgement->reason), "base", text_to_json(judgement->base_name), "now",
        text_to_json(judgement->now_name), "alpha", number_to_json(judgement->alpha), "delta_percent",
        number_to_json(eb_judged_percent_worse(judgement->delta)), "tolerance_percent",
        number_to_json(eb_judged_percent_worse(judgement->tolerance)), "paired", judgement->paired, "exact",
        judgement->exact, "relabellings", (json_int_t)judgement->relabellings, "counts",
        counts_to_json(judgement), "provenance", provenance_to_json(judgement));
}

/* One more into a list; takes item over. 0, or not when out of memory. */
static int append(json_t *list, json_t *item)
{
    return !item || json_array_append_new(list, item) != 0;
}

static json_t *lists_to_json(const struct eb_judgement *judgement)
{
    json_t *lists =
        json_pack("{s:[], s:[], s:[], s:O}", "regimes", "crossovers", "rows", "notes", judgement->notes);
    int failed = !lists;
    for (size_t i = 0; !failed && i < judgement->regime_count; i++)
        failed = append(json_object_get(lists, "regimes"), regime_to_json(&judgement->regimes[i]));
    for (size_t i = 0; !failed && i < judgement->crossover_count; i++)
        failed = append(json_object_get(lists, "crossovers"), crossover_to_json(&judgement->crossovers[i]));
    for (size_t i = 0; !failed && i < judgement->row_count; i++)
        failed = append(json_object_get(lists, "rows"), row_to_json(&judgement->rows[i]));
    if (!failed)
        return lists;
    json_decref(lists);
    return NULL;
}

enum eb_status eb_judgement_json(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    json_t *json = join(head_to_json(judgement), lists_to_json(judgement));
    int failed = !json || json_dumpf(json, file,
                                     JSON_INDENT(1) | JSON_ENSURE_ASCII |
                                         JSON_REAL_PRECISION(SIGNIFICANT_DIGITS)) != 0;
    fputc('\n', file);
    json_decref(json);
    /* a full disk is seen by eb_judgement_write */
    return failed && !ferror(file)
               ? eb_error_set(err, EB_INTERNAL, "judgement", ENOMEM, "out of memory for a judgement")
               : EB_OK;
}
