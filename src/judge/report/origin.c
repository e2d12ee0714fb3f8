#include "judge/report/origin.h"

#include "common/plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int holds(const json_t *strings, const char *text)
{
    size_t i;
    const json_t *known;
    json_array_foreach(strings, i, known)
    {
        if (strcmp(json_string_value(known), text) == 0)
            return 1;
    }
    return 0;
}

json_t *eb_origin_hosts(const json_t *record)
{
    json_t *hosts = json_array();
    size_t i;
    const json_t *launch;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        size_t j;
        json_t *host;
        json_array_foreach(json_object_get(json_object_get(launch, "provenance"), "hosts"), j, host)
        {
            if (hosts && json_is_string(host) && !holds(hosts, json_string_value(host)) &&
                json_array_append(hosts, host) != 0) {
                json_decref(hosts);
                return NULL;
            }
        }
    }
    return hosts;
}

const char *eb_origin_instance(const json_t *record)
{
    const char *instance = json_string_value(json_object_get(json_object_get(record, "run"), "instance"));
    size_t i;
    const json_t *launch;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        if (!instance)
            instance = json_string_value(json_object_get(json_object_get(launch, "provenance"), "instance"));
    }
    return instance;
}

const char *eb_origin_date(const json_t *record)
{
    const json_t *run = json_object_get(record, "run");
    const char *date = json_string_value(json_object_get(run, "date"));
    return date ? date : json_string_value(json_object_get(run, "created_utc"));
}

int eb_origin_is_published(const json_t *record)
{
    return strcmp(json_string_value(json_object_get(record, "kind")), "published") == 0;
}

char *eb_origin_describe(const json_t *record)
{
    json_t *hosts = eb_origin_hosts(record);
    const char *instance = eb_origin_instance(record);
    char *text = NULL;
    size_t length = 0;
    FILE *file = hosts ? open_memstream(&text, &length) : NULL;
    if (file) {
        size_t i;
        const json_t *host;
        json_array_foreach(hosts, i, host)
        {
            fprintf(file, "%s%s", i ? ", " : "", json_string_value(host));
        }
        if (json_array_size(hosts) > 0 && instance)
            fprintf(file, ", ");
        if (instance)
            fprintf(file, "%s", instance);
        else if (json_array_size(hosts) == 0)
            fprintf(file, "unknown");
        if (fclose(file) != 0) {
            free(text);
            text = NULL;
        }
    }
    json_decref(hosts);
    return text ? eb_plain_clean(text) : NULL;
}

int eb_origin_same_hosts(const json_t *record, const json_t *other)
{
    if (eb_origin_is_published(record) || eb_origin_is_published(other))
        return 0;
    const char *instance = eb_origin_instance(record);
    const char *other_instance = eb_origin_instance(other);
    if (instance && other_instance && strcmp(instance, other_instance) != 0)
        return 0;
    json_t *hosts = eb_origin_hosts(record);
    json_t *other_hosts = eb_origin_hosts(other);
    int same = json_array_size(hosts) > 0 && json_array_size(hosts) == json_array_size(other_hosts);
    size_t i;
    const json_t *host;
    json_array_foreach(hosts, i, host)
    {
        same = same && holds(other_hosts, json_string_value(host));
    }
    json_decref(hosts);
    json_decref(other_hosts);
    return same;
}
