/* What the record says beside the figures: the arm, the run. */
#include "common/adapter.h"
#include "common/arm.h"
#include "common/plain.h"
#include "common/record.h"
#include "judge/import/builder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "import", ENOMEM, "out of memory for what is imported");
}

json_t *eb_import_string(const char *text)
{
    char *copy = eb_plain_copy(text);
    json_t *string = copy ? json_string(copy) : NULL;
    for (char *c = copy; copy && !string && *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    if (copy && !string)
        string = json_string(copy);
    free(copy);
    return string;
}

enum eb_status eb_import_make_arm(const char *claimed, json_t **json, struct eb_error *err)
{
    char *spec = NULL;
    struct eb_arm arm;
    int named_only = !claimed || !strchr(claimed, '=');
    if (asprintf(&spec, named_only ? "%s=unknown" : "%s", claimed ? claimed : "imported") < 0)
        return out_of_memory(err);
    enum eb_status status = eb_arm_parse(spec, &arm, err);
    if (status == EB_OK) {
        json_t *attributes = json_pack("{s:b}", "claimed", 1);
        int failed = !attributes;
        if (!failed && arm.provider)
            failed = json_object_set_new(attributes, "provider", eb_import_string(arm.provider)) != 0;
        if (!failed && arm.interface)
            failed = json_object_set_new(attributes, "interface", eb_import_string(arm.interface)) != 0;
        for (size_t i = 0; !failed && i < arm.key_count; i++)
            failed =
                json_object_set_new(attributes, arm.keys[i].name, eb_import_string(arm.keys[i].value)) != 0;
        *json =
            json_pack("{s:s, s:o, s:o*, s:o}", "name", arm.name, "transport", eb_import_string(arm.transport),
                      "spec", named_only ? NULL : eb_import_string(spec), "attributes", attributes);
        if (failed || !*json)
            status = eb_error_set(err, EB_USAGE, "import", 0, "arm '%.200s' cannot stand in a record", spec);
        eb_arm_free(&arm);
    }
    free(spec);
    return status;
}

/* "OSU MPI Latency Test v5.7.1 (osu_latency); ..." */
static json_t *source_of(const struct eb_import *import)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    size_t i;
    const json_t *file;
    json_array_foreach(import->files, i, file)
    {
        size_t j;
        const json_t *tool;
        if (stream && i > 0)
            fputs("; ", stream);
        json_array_foreach(json_object_get(file, "tools"), j, tool)
        {
            if (stream) {
                fputs(j > 0 ? ", " : "", stream);
                fputs(json_string_value(tool), stream);
            }
        }
        if (stream) {
            fputs(" (", stream);
            fputs(json_string_value(json_object_get(file, "file")), stream);
            fputs(")", stream);
        }
    }
    json_t *source = stream && fclose(stream) == 0 ? json_string(text) : NULL;
    free(text);
    return source;
}

static json_t *claims_of(const struct eb_import_claims *claims)
{
    json_t *json = json_object();
    int failed = !json;
    if (!failed && claims->arm)
        failed = json_object_set_new(json, "arm", eb_import_string(claims->arm));
    if (!failed && claims->instance)
        failed = json_object_set_new(json, "instance", eb_import_string(claims->instance));
    if (!failed && claims->nodes)
        failed = json_object_set_new(json, "nodes", json_integer((json_int_t)claims->nodes));
    if (!failed && claims->ranks)
        failed = json_object_set_new(json, "ranks", json_integer((json_int_t)claims->ranks));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *run_of(const struct eb_import *import, const char *importer)
{
    char created[24];
    time_t now = time(NULL);
    struct tm utc;
    const struct eb_import_claims *claims = import->claims;
    gmtime_r(&now, &utc);
    strftime(created, sizeof created, "%Y-%m-%dT%H:%M:%SZ", &utc);
    json_t *run = json_pack("{s:s, s:o, s:s, s:O, s:o}", "created_utc", created, "source", source_of(import),
                            "imported_from", importer, "files", import->files, "claims", claims_of(claims));
    int failed = !run;
    if (!failed && claims->instance)
        failed =
            json_object_set(run, "instance", json_object_get(json_object_get(run, "claims"), "instance"));
    if (!failed && claims->nodes)
        failed = json_object_set_new(run, "nodes", json_integer((json_int_t)claims->nodes));
    if (!failed)
        return run;
    json_decref(run);
    return NULL;
}

/* What is known of no type holds its figures against nothing: a name that was mistyped must be seen. */
static int warn_of_instance(const struct eb_import *import)
{
    const char *instance = import->claims->instance;
    char *text = NULL;
    if (!instance || eb_instance_find(instance))
        return 0;
    if (asprintf(
            &text,
            "the catalogue does not know the instance type '%.100s': nothing can be held against its limits",
            instance) < 0)
        return -1;
    int failed = json_array_append_new(json_object_get(json_array_get(import->launches, 0), "warnings"),
                                       eb_import_string(text));
    free(text);
    return failed;
}

enum eb_status eb_import_record(const struct eb_import *import, const char *importer, json_t **record,
                                struct eb_error *err)
{
    json_t *run = warn_of_instance(import) == 0 ? run_of(import, importer) : NULL;
    *record = run ? json_pack("{s:s, s:s, s:o, s:O}", "schema", EB_RECORD_SCHEMA, "kind", "published", "run",
                              run, "launches", import->launches)
                  : NULL;
    return *record ? eb_record_check(*record, "the imported record", err) : out_of_memory(err);
}
