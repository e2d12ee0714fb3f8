#include "judge/report/history_write.h"

#include <errno.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for the history");
}

json_t *eb_history_series_json(const struct eb_past_series *series, const char *algorithm)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:s}", "kernel", series->kernel->name, "algorithm",
                     algorithm, "arm", series->arm, "variant", series->variant, "size_bytes",
                     (json_int_t)series->size_bytes, "ranks", (json_int_t)series->ranks, "metric",
                     series->metric->name, "unit", series->metric->unit);
}

/* The latest accept that begins at the night. */
static const struct eb_accept *accept_at(const struct eb_past *past, const struct eb_night *night)
{
    for (size_t i = past->accept_count; i > 0; i--)
        if (strcmp(past->accepts[i - 1].digest, night->digest) == 0)
            return &past->accepts[i - 1];
    return NULL;
}

static json_t *night_json(const struct eb_past *past, const struct eb_night *night)
{
    const struct eb_accept *accept = accept_at(past, night);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:s, s:s, s:s}", "night", night->digest,
                     "created_utc", night->created_utc, "state", eb_night_state_name(night->state), "hosts",
                     night->hosts, "instance", night->instance, "launches", (json_int_t)night->launches,
                     "version", night->version, "git_version", night->git_version, "kind",
                     (json_int_t)night->kind + 1, "accepted_by", accept ? accept->by : "", "accepted_utc",
                     accept ? accept->accepted_utc : "", "reason", accept ? accept->reason : "");
}

json_t *eb_history_accepts_json(const struct eb_past *past)
{
    json_t *accepts = json_array();
    for (size_t i = 0; i < past->accept_count; i++) {
        const struct eb_accept *one = &past->accepts[i];
        json_t *json = json_pack("{s:s, s:s, s:I, s:s, s:s, s:s}", "night", one->digest, "created_utc",
                                 one->created_utc, "kind", (json_int_t)one->kind + 1, "accepted_by", one->by,
                                 "accepted_utc", one->accepted_utc, "reason", one->reason);
        if (json_array_append_new(accepts, json) != 0) {
            json_decref(accepts);
            return NULL;
        }
    }
    return accepts;
}

static int add_values(json_t *json, const struct eb_past *past, const struct eb_night *night)
{
    json_t *list = json_array();
    if (json_object_set_new(json, "series", list) != 0)
        return -1;
    for (size_t i = 0; i < night->value_count; i++) {
        const struct eb_past_value *value = &night->values[i];
        json_t *one = eb_history_series_json(&past->series[value->series], value->algorithm);
        if (json_object_set_new(one, "launches", json_integer((json_int_t)value->launches)) != 0 ||
            json_object_set_new(one, "value", json_real(value->value)) != 0 ||
            json_object_set_new(one, "z", json_real(value->z)) != 0 ||
            json_array_append_new(list, one) != 0)
            return -1;
    }
    return 0;
}

/* Their likeness, in the order of their numbers. */
static json_t *kinds_json(const struct eb_past *past)
{
    json_t *kinds = json_array();
    for (size_t i = 0; i < past->kind_count; i++)
        if (json_array_append_new(kinds, json_loads(past->kinds[i], 0, NULL)) != 0) {
            json_decref(kinds);
            return NULL;
        }
    return kinds;
}

static enum eb_status document_of(const struct eb_past *past, size_t last, int with_values, json_t **document,
                                  struct eb_error *err)
{
    json_t *nights = json_array();
    size_t first = last > 0 && last < past->night_count ? past->night_count - last : 0;
    *document =
        json_pack("{s:s, s:f, s:o, s:o, s:o}", "schema", "efabench-history/1", "delta", past->delta, "kinds",
                  kinds_json(past), "nights", nights, "accepts", eb_history_accepts_json(past));
    if (!*document)
        return out_of_memory(err);
    for (size_t i = first; i < past->night_count; i++) {
        json_t *json = night_json(past, &past->nights[i]);
        if (json_array_append_new(nights, json) != 0 ||
            (with_values && add_values(json, past, &past->nights[i]) != 0)) {
            json_decref(*document);
            *document = NULL;
            return out_of_memory(err);
        }
    }
    return EB_OK;
}

enum eb_status eb_history_list_new(const struct eb_past *past, size_t last, json_t **document,
                                   struct eb_error *err)
{
    return document_of(past, last, 0, document, err);
}

enum eb_status eb_history_export_new(const struct eb_past *past, json_t **document, struct eb_error *err)
{
    return document_of(past, 0, 1, document, err);
}
