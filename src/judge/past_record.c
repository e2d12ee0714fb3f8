/* A record as one night. */
#include "judge/likeness.h"
#include "judge/past.h"
#include "judge/report/origin.h"
#include "judge/series.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CANONICAL (JSON_COMPACT | JSON_SORT_KEYS)

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "past", ENOMEM, "out of memory for a night");
}

static int number_at(const char *text, size_t digits)
{
    int number = 0;
    for (size_t i = 0; i < digits; i++)
        number = 10 * number + (text[i] - '0');
    return number;
}

/* Only this form sorts as time does; a day or an hour that there is not comes back as another one. */
static int is_time(const char *text)
{
    static const char form[] = "0000-00-00T00:00:00Z";
    size_t i = 0;
    for (; form[i]; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return 0;
    if (text[i] != '\0')
        return 0;
    const struct tm said = {.tm_year = number_at(text, 4) - 1900,
                            .tm_mon = number_at(text + 5, 2) - 1,
                            .tm_mday = number_at(text + 8, 2),
                            .tm_hour = number_at(text + 11, 2),
                            .tm_min = number_at(text + 14, 2),
                            .tm_sec = number_at(text + 17, 2)};
    struct tm meant = said;
    timegm(&meant); /* which makes the fields those of the time there is */
    return meant.tm_year == said.tm_year && meant.tm_mon == said.tm_mon && meant.tm_mday == said.tm_mday &&
           meant.tm_hour == said.tm_hour && meant.tm_min == said.tm_min && meant.tm_sec == said.tm_sec;
}

static char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return strdup(text ? text : "");
}

static char *joined_hosts(const json_t *record)
{
    json_t *hosts = eb_origin_hosts(record);
    size_t length = 1;
    size_t i;
    const json_t *host;
    json_array_foreach(hosts, i, host)
    {
        length += json_string_length(host) + 2;
    }
    char *text = hosts ? calloc(1, length) : NULL;
    char *end = text;
    json_array_foreach(hosts, i, host)
    {
        if (!end)
            break;
        end = stpcpy(end, i > 0 ? ", " : "");
        end = stpcpy(end, json_string_value(host));
    }
    json_decref(hosts);
    return text;
}

static enum eb_status describe(const json_t *record, struct eb_past *past, struct eb_error *err)
{
    struct eb_night *night = &past->nights[0];
    const json_t *run = json_object_get(record, "run");
    const char *instance = eb_origin_instance(record);
    json_t *likeness = eb_likeness_of(record);
    char *canonical = json_dumps(record, CANONICAL);
    past->kinds[0] = likeness ? json_dumps(likeness, CANONICAL) : NULL;
    json_decref(likeness);
    if (canonical)
        eb_digest_hex(canonical, strlen(canonical), night->digest);
    night->created_utc = text_of(run, "created_utc");
    night->hosts = joined_hosts(record);
    night->instance = strdup(instance ? instance : "");
    night->version = text_of(run, "efabench_version");
    night->git_version = text_of(run, "git_version");
    night->launches = json_array_size(json_object_get(record, "launches"));
    int complete = canonical && past->kinds[0] && night->created_utc && night->hosts && night->instance &&
                   night->version && night->git_version;
    free(canonical);
    return complete ? EB_OK : out_of_memory(err);
}

/* Of one case: the same but for the metric. */
static int is_same_case(const struct eb_series *a, const struct eb_series *b)
{
    return a->kernel == b->kernel && a->ranks == b->ranks && a->size_bytes == b->size_bytes &&
           a->arm_index == b->arm_index && a->variant_index == b->variant_index &&
           strcmp(a->algorithm, b->algorithm) == 0;
}

/* 0 is the best metric to show, those that are not shown come behind. */
static size_t rank_of(const struct eb_series *series)
{
    size_t index = (size_t)(series->metric - series->kernel->metrics);
    for (size_t i = 0; i < series->kernel->shown_count; i++)
        if (series->kernel->shown[i] == index)
            return i;
    return EB_KERNEL_METRICS_MAX + index;
}

static int stands_for_its_case(const struct eb_series_set *set, const struct eb_series *series)
{
    for (size_t i = 0; i < set->count; i++)
        if (is_same_case(&set->series[i], series) && rank_of(&set->series[i]) < rank_of(series))
            return 0;
    return 1;
}

/* Whether other algorithms of the same are in the record, so that the name must say which. */
static int needs_algorithm(const struct eb_series_set *set, const struct eb_series *series)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct eb_series *other = &set->series[i];
        if (other->kernel == series->kernel && other->metric == series->metric &&
            other->ranks == series->ranks && other->size_bytes == series->size_bytes &&
            other->arm_index == series->arm_index && other->variant_index == series->variant_index &&
            strcmp(other->algorithm, series->algorithm) != 0)
            return 1;
    }
    return 0;
}

static double mean_log(const struct eb_series *series)
{
    double sum = 0;
    for (size_t i = 0; i < series->launch_value_count; i++)
        sum += log(series->launch_values[i]);
    double mean = sum / (double)series->launch_value_count;
    return eb_metric_is_rate(series->metric) ? -mean : mean;
}

/* A series with its value, so that both can be sorted together. */
struct pair {
    struct eb_past_series series;
    struct eb_past_value value;
};

static int compare_pairs(const void *left, const void *right)
{
    return eb_past_series_compare(&((const struct pair *)left)->series,
                                  &((const struct pair *)right)->series);
}

static enum eb_status fill_pairs(const struct eb_series_set *set, struct pair *pairs, size_t *count,
                                 struct eb_error *err)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct eb_series *series = &set->series[i];
        if (!stands_for_its_case(set, series))
            continue;
        struct pair *pair = &pairs[(*count)++];
        pair->series = (struct eb_past_series){
            .kernel = series->kernel,
            .metric = series->metric,
            .algorithm = strdup(needs_algorithm(set, series) ? series->algorithm : ""),
            .arm = strdup(series->arm),
            .variant = strdup(series->variant),
            .size_bytes = series->size_bytes,
            .ranks = series->ranks};
        pair->value = (struct eb_past_value){.z = mean_log(series),
                                             .value = series->value,
                                             .ci_low = series->ci_low,
                                             .ci_high = series->ci_high,
                                             .launches = series->launches,
                                             .algorithm = strdup(series->algorithm)};
        if (!pair->series.algorithm || !pair->series.arm || !pair->series.variant || !pair->value.algorithm)
            return out_of_memory(err);
    }
    return EB_OK;
}

/* Takes the pairs over, whatever came of them. */
static enum eb_status take_pairs(struct eb_past *past, struct pair *pairs, size_t count,
                                 enum eb_status status, struct eb_error *err)
{
    past->series = calloc(count + 1, sizeof *past->series);
    past->nights[0].values = calloc(count + 1, sizeof *past->nights[0].values);
    if (status == EB_OK && (!past->series || !past->nights[0].values))
        status = out_of_memory(err);
    if (status == EB_OK)
        qsort(pairs, count, sizeof *pairs, compare_pairs);
    for (size_t i = 0; i < count; i++) {
        if (status == EB_OK) {
            past->series[past->series_count++] = pairs[i].series;
            past->nights[0].values[i] = pairs[i].value;
            past->nights[0].values[i].series = i;
            past->nights[0].value_count++;
        } else {
            free(pairs[i].series.algorithm);
            free(pairs[i].series.arm);
            free(pairs[i].series.variant);
            free(pairs[i].value.algorithm);
        }
    }
    return status;
}

static enum eb_status measure(const json_t *record, const char *path, struct eb_past *past,
                              struct eb_error *err)
{
    struct eb_series_set *set = NULL;
    enum eb_status status = eb_series_set_new(record, path, &set, err);
    if (status != EB_OK)
        return status;
    struct pair *pairs = calloc(set->count, sizeof *pairs);
    size_t count = 0;
    for (size_t i = 0; status == EB_OK && i < set->arm_count; i++)
        if (eb_series_set_strays(set, i))
            status = eb_error_set(err, EB_WRONG_PATH, "past", 0,
                                  "%s: figures of arm %.80s went another way and were kept "
                                  "(--allow-wrong-path): they are no measure for other nights",
                                  path, eb_series_set_arm(set, i));
    if (status == EB_OK)
        status = pairs ? fill_pairs(set, pairs, &count, err) : out_of_memory(err);
    status = take_pairs(past, pairs, count, status, err);
    free(pairs);
    eb_series_set_free(set);
    return status;
}

enum eb_status eb_past_of_record(const json_t *record, const char *path, struct eb_past **past,
                                 struct eb_error *err)
{
    struct eb_past *made = eb_past_new();
    *past = NULL;
    if (made) {
        made->kinds = calloc(1, sizeof *made->kinds);
        made->nights = calloc(1, sizeof *made->nights);
        made->kind_count = made->kinds ? 1 : 0;
        made->night_count = made->nights ? 1 : 0;
    }
    enum eb_status status =
        made && made->kinds && made->nights ? describe(record, made, err) : out_of_memory(err);
    if (status == EB_OK && !is_time(made->nights[0].created_utc))
        status = eb_error_set(err, EB_INVALID, "past", 0,
                              "%s: created_utc is '%.40s', no time such as 2026-01-31T23:59:59Z", path,
                              made->nights[0].created_utc);
    if (status == EB_OK)
        status = measure(record, path, made, err);
    if (status == EB_OK)
        *past = made;
    else
        eb_past_free(made);
    return status;
}
