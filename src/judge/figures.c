#include "judge/figures.h"

#include "judge/report/origin.h"
#include "judge/report/warnings.h"
#include "judge/series.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "figures", ENOMEM, "out of memory for figures");
}

int eb_figures_have_format(const char *format)
{
    size_t length = strlen(format);
    for (const char *name = EB_FIGURES_FORMATS; *name; name += strspn(name, ", ")) {
        size_t end = strcspn(name, ",");
        if (end == length && strncmp(name, format, end) == 0)
            return 1;
        name += end;
    }
    return 0;
}

/* Keeps a text that may be absent. */
static enum eb_status keep(struct eb_judgement *judgement, const char *text, const char **to,
                           struct eb_error *err)
{
    *to = text ? eb_judgement_keep(judgement, text) : NULL;
    return text && !*to ? out_of_memory(err) : EB_OK;
}

static enum eb_status keep_hosts(struct eb_judgement *judgement, const json_t *record, struct eb_error *err)
{
    json_t *hosts = eb_origin_hosts(record);
    const char *text = NULL;
    size_t i;
    const json_t *host;
    enum eb_status status = hosts ? EB_OK : out_of_memory(err);
    json_array_foreach(hosts, i, host)
    {
        text = i ? eb_judgement_keep_made(judgement, "%s, %s", text, json_string_value(host))
                 : eb_judgement_keep(judgement, json_string_value(host));
        if (!text) {
            status = out_of_memory(err);
            break;
        }
    }
    judgement->hosts = text;
    json_decref(hosts);
    return status;
}

enum eb_status eb_judgement_tell_origin(struct eb_judgement *judgement, const json_t *record,
                                        struct eb_error *err)
{
    const json_t *run = json_object_get(record, "run");
    enum eb_status status = keep(judgement, eb_origin_date(record), &judgement->created_utc, err);
    if (status == EB_OK)
        status = keep(judgement, json_string_value(json_object_get(run, "git_version")),
                      &judgement->git_version, err);
    if (status == EB_OK)
        status = keep(judgement, eb_origin_instance(record), &judgement->instance, err);
    return status == EB_OK ? keep_hosts(judgement, record, err) : status;
}

static int is_shown(const struct eb_series *series)
{
    for (size_t i = 0; i < series->kernel->shown_count; i++)
        if (series->metric == &series->kernel->metrics[series->kernel->shown[i]])
            return 1;
    return 0;
}

#define COMPARE(x, y)                                                                                        \
    if ((x) != (y))                                                                                          \
    return (x) < (y) ? -1 : 1

/* The order of a judgement. */
static int compare_series(const void *left, const void *right)
{
    const struct eb_series *a = *(const struct eb_series *const *)left;
    const struct eb_series *b = *(const struct eb_series *const *)right;
    COMPARE(a->kernel, b->kernel); /* both point into one table */
    COMPARE(a->metric, b->metric);
    COMPARE(a->ranks, b->ranks);
    COMPARE(a->arm_index, b->arm_index);
    COMPARE(a->variant_index, b->variant_index);
    COMPARE(a->size_bytes, b->size_bytes);
    return strcmp(a->algorithm, b->algorithm);
}

static struct eb_judged row_of(const struct eb_series *series)
{
    return (struct eb_judged){
        .kernel = series->kernel,
        .metric = series->metric,
        .algorithm = series->algorithm,
        .arm = series->arm,
        .variant = series->variant,
        .size_bytes = series->size_bytes,
        .ranks = series->ranks,
        .call = EB_CALL_NONE,
        .base = {NAN, NAN, NAN, 0},
        .now = {series->value, series->ci_low, series->ci_high, series->launches},
        .effect = NAN,
        .low = NAN,
        .high = NAN,
        .p_worse = NAN,
        .p_better = NAN,
        .visible = NAN,
    };
}

static enum eb_status add_rows(struct eb_judgement *judgement, const struct eb_series_set *set,
                               struct eb_error *err)
{
    const struct eb_series **shown = calloc(set->count, sizeof *shown);
    size_t count = 0;
    judgement->rows = calloc(set->count, sizeof *judgement->rows);
    if (!shown || !judgement->rows) {
        free(shown);
        return out_of_memory(err);
    }
    for (size_t i = 0; i < set->count; i++)
        if (is_shown(&set->series[i]))
            shown[count++] = &set->series[i];
    qsort(shown, count, sizeof *shown, compare_series);
    for (size_t i = 0; i < count; i++)
        judgement->rows[i] = row_of(shown[i]);
    judgement->row_count = count;
    free(shown);
    return EB_OK;
}

static enum eb_status fill(struct eb_judgement *judgement, const json_t *record, const char *path,
                           const struct eb_series_set *set, struct eb_error *err)
{
    json_t *warnings = eb_warnings_of(record, set);
    int failed = !warnings || json_array_extend(judgement->notes, warnings) != 0;
    json_decref(warnings);
    if (failed)
        return out_of_memory(err);
    enum eb_status status = keep(judgement, path, &judgement->now_name, err);
    if (status == EB_OK)
        status = eb_judgement_tell_origin(judgement, record, err);
    return status == EB_OK ? add_rows(judgement, set, err) : status;
}

enum eb_status eb_judgement_of_record(const json_t *record, const char *path, struct eb_judgement **judgement,
                                      struct eb_error *err)
{
    struct eb_series_set *set = NULL;
    struct eb_judgement *made = NULL;
    *judgement = NULL;
    enum eb_status status = eb_series_set_new(record, path, &set, err);
    if (status == EB_OK && !(made = eb_judgement_new("report")))
        status = out_of_memory(err);
    if (status == EB_OK)
        status = fill(made, record, path, set, err);
    eb_series_set_free(set);
    if (status == EB_OK)
        *judgement = made;
    else
        eb_judgement_free(made);
    return status;
}
