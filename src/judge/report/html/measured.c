/* How a record was measured, with what, and where: everything that it says of itself. */
#include "judge/report/facts.h"
#include "judge/report/html/parts.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/origin.h"
#include "judge/report/paths.h"
#include "judge/report/settings.h"
#include "judge/report/shares.h"

#include <stdlib.h>
#include <string.h>

void eb_html_arm(struct eb_page_writer *writer, const struct eb_series_set *set, size_t arm_index, int beside)
{
    const char *arm = eb_series_set_arm(set, arm_index);
    fprintf(writer->file, "<i class=\"arm-%zu\"></i>%s",
            eb_palette_find(&writer->palette, arm) % EB_PALETTE_COLOURS, beside ? "*" : "");
    eb_escape_xml(writer->file, arm);
    if (eb_series_set_strays(set, arm_index))
        fputs(" <strong>(WRONG PATH)</strong>", writer->file);
}

enum eb_status eb_html_legend(struct eb_page_writer *writer, struct eb_error *err)
{
    const struct eb_report *report = writer->page->reports[writer->run];
    FILE *file = writer->file;
    (void)err;
    fputs("<ul class=\"legend\" aria-label=\"Arms\">\n", file);
    for (size_t i = 0; i < report->set->arm_count; i++) {
        const char *name = eb_series_set_arm(report->set, i);
        fputs("<li>", file);
        eb_html_arm(writer, report->set, i, 0);
        if (report->set->arm_count > 1 && strcmp(name, report->baseline_arm) == 0)
            fputs(" <small>(baseline of ratios)</small>", file);
        else if (eb_palette_find(&writer->palette, name) >= EB_PALETTE_COLOURS)
            fputs(" <small>(dashed)</small>", file);
        fputs("</li>\n", file);
    }
    for (size_t i = 0; report->against_set && i < report->against_set->arm_count; i++) {
        fputs("<li>", file);
        eb_html_arm(writer, report->against_set, i, 1);
        fputs("</li>\n", file);
    }
    fputs("</ul>\n", file);
    return EB_OK;
}

/* A text that was made for this, and is freed. */
static enum eb_status write_owned(FILE *file, const char *name, char *text, struct eb_error *err)
{
    if (!text)
        return eb_html_out_of_memory(err);
    eb_html_fact(file, name, text);
    free(text);
    return EB_OK;
}

static void write_json_fact(FILE *file, const char *name, const json_t *value)
{
    if (!value)
        return;
    fprintf(file, "<dt>%s</dt><dd>", name);
    eb_html_value(file, name, value);
    fputs("</dd>\n", file);
}

/* As a shell would take it. */
static void write_command(FILE *file, const json_t *command)
{
    size_t i;
    const json_t *word;
    if (json_array_size(command) == 0)
        return;
    fputs("<dt>command</dt><dd><code>efabench", file);
    json_array_foreach(command, i, word)
    {
        const char *text = json_is_string(word) ? json_string_value(word) : "";
        int quoted = !text[0] || strpbrk(text, " \t\n\"'\\$`;&|<>()*?[]#~!{}");
        if (strncmp(text, "efabench", 8) == 0 && i == 0)
            continue;
        fputs(quoted ? " '" : " ", file);
        for (const char *c = text; *c; c++) {
            const char *end = strchr(c, '\'');
            char *part = end ? strndup(c, (size_t)(end - c)) : NULL;
            eb_escape_xml(file, end ? (part ? part : "") : c);
            free(part);
            if (!end)
                break;
            eb_escape_xml(file, "'\\''");
            c = end;
        }
        fputs(quoted ? "'" : "", file);
    }
    fputs("</code></dd>\n", file);
}

/* The members of "run" that are said elsewhere. */
static int is_said(const char *key)
{
    static const char *const said[] = {"command", "variants", "source", "note", "date", "instance"};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (strcmp(said[i], key) == 0)
            return 1;
    return 0;
}

static enum eb_status write_run_object(FILE *file, const json_t *record, struct eb_error *err)
{
    json_t *run = json_object_get(record, "run");
    json_t *rest = json_object();
    const char *key;
    json_t *value;
    write_json_fact(file, "source", json_object_get(run, "source"));
    write_json_fact(file, "note", json_object_get(run, "note"));
    write_json_fact(file, "variants", json_object_get(run, "variants"));
    write_command(file, json_object_get(run, "command"));
    int failed = !rest;
    json_object_foreach(run, key, value)
    {
        if (!is_said(key) && json_object_set(rest, key, value) != 0)
            failed = 1;
    }
    write_json_fact(file, "run", rest);
    json_decref(rest);
    return failed ? eb_html_out_of_memory(err) : EB_OK;
}

static enum eb_status write_how(FILE *file, const json_t *record, const struct eb_series_set *set,
                                const struct eb_ceiling *ceilings, struct eb_error *err)
{
    fputs("<dl>\n", file);
    enum eb_status status = write_owned(file, "settings", eb_settings_describe(record, 1), err);
    if (status == EB_OK)
        status = write_owned(file, "ceilings", eb_shares_describe(set, ceilings), err);
    if (status == EB_OK)
        status = write_run_object(file, record, err);
    fputs("</dl>\n", file);
    return status;
}

/* One object for each launch and its name; NULL where a launch has none. */
struct launches {
    const json_t **objects;
    char **labels;
    size_t count;
};

static void free_launches(struct launches *launches)
{
    for (size_t i = 0; launches->labels && i < launches->count; i++)
        free(launches->labels[i]);
    free(launches->labels);
    free(launches->objects);
}

static enum eb_status name_launches(const json_t *record, struct launches *launches, struct eb_error *err)
{
    const json_t *all = json_object_get(record, "launches");
    size_t i;
    const json_t *launch;
    launches->count = json_array_size(all);
    launches->objects = calloc(launches->count + 1, sizeof *launches->objects);
    launches->labels = calloc(launches->count + 1, sizeof *launches->labels);
    int failed = !launches->objects || !launches->labels;
    json_array_foreach(all, i, launch)
    {
        const char *variant = json_string_value(json_object_get(launch, "variant"));
        int partial = strcmp(json_string_value(json_object_get(launch, "status")), "complete") != 0;
        int is_default = strcmp(variant, "default") == 0;
        if (!failed && asprintf(&launches->labels[i], "%zu%s%s%s", i + 1, is_default ? "" : " ",
                                is_default ? "" : variant, partial ? " (partial)" : "") < 0) {
            launches->labels[i] = NULL;
            failed = 1;
        }
    }
    return failed ? eb_html_out_of_memory(err) : EB_OK;
}

/* Only launches that have the object. */
static enum eb_status write_launches(FILE *file, const struct launches *launches, const char *what,
                                     struct eb_error *err)
{
    size_t count = 0;
    const json_t **objects = calloc(launches->count + 1, sizeof *objects);
    const char **labels = calloc(launches->count + 1, sizeof *labels);
    enum eb_status status = objects && labels ? EB_OK : eb_html_out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i < launches->count; i++) {
        if (!launches->objects[i])
            continue;
        objects[count] = launches->objects[i];
        labels[count++] = launches->labels[i];
    }
    if (status == EB_OK)
        status = eb_html_objects(file, objects, labels, count, what, err);
    free(objects);
    free(labels);
    return status;
}

/* What the transport said of an arm in each launch. */
static enum eb_status write_attributes(FILE *file, const json_t *record, const char *name,
                                       struct launches *launches, struct eb_error *err)
{
    size_t i;
    size_t j;
    size_t found = 0;
    const json_t *launch;
    const json_t *arm;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        launches->objects[i] = NULL;
        json_array_foreach(json_object_get(launch, "arms"), j, arm)
        {
            if (strcmp(json_string_value(json_object_get(arm, "name")), name) == 0)
                launches->objects[i] = json_object_get(arm, "attributes");
        }
        found += json_object_size(launches->objects[i]) > 0;
    }
    if (found == 0)
        return EB_OK;
    fputs("<details><summary>Attributes</summary>\n", file);
    enum eb_status status = write_launches(file, launches, name, err);
    fputs("</details>\n", file);
    return status;
}

static enum eb_status write_arm(struct eb_page_writer *writer, const json_t *record,
                                const struct eb_series_set *set, size_t index, int beside,
                                struct launches *launches, struct eb_error *err)
{
    FILE *file = writer->file;
    const json_t *arm = set->arms[index];
    const char *name = json_string_value(json_object_get(arm, "name"));
    const char *spec = json_string_value(json_object_get(arm, "spec"));
    char *attested = eb_paths_attested(json_object_get(record, "launches"), name);
    char *described = NULL;
    size_t bytes = 0;
    FILE *text = open_memstream(&described, &bytes);
    if (text)
        eb_facts_write_arm(text, arm);
    if (!text || fclose(text) != 0 || !attested) {
        free(attested);
        free(described);
        return eb_html_out_of_memory(err);
    }
    fputs("<dt>", file);
    eb_html_arm(writer, set, index, beside);
    fputs("</dt><dd>", file);
    eb_escape_xml(file, described);
    if (attested[0]) {
        fputs(", <strong>", file);
        eb_escape_xml(file, attested);
        fputs("</strong>", file);
    }
    if (spec) {
        fputs("<br><code>--arm ", file);
        eb_escape_xml(file, spec);
        fputs("</code>", file);
    }
    enum eb_status status = write_attributes(file, record, name, launches, err);
    fputs("</dd>\n", file);
    free(attested);
    free(described);
    return status;
}

static enum eb_status write_arms(struct eb_page_writer *writer, const json_t *record,
                                 const struct eb_series_set *set, int beside, struct eb_error *err)
{
    struct launches launches = {0};
    enum eb_status status = name_launches(record, &launches, err);
    fputs("<dl class=\"arms\">\n", writer->file);
    for (size_t i = 0; status == EB_OK && i < set->arm_count; i++)
        status = write_arm(writer, record, set, i, beside, &launches, err);
    fputs("</dl>\n", writer->file);
    free_launches(&launches);
    return status;
}

static enum eb_status write_part(FILE *file, const json_t *record, const char *key, const char *what,
                                 struct eb_error *err)
{
    struct launches launches = {0};
    size_t i;
    const json_t *launch;
    enum eb_status status = name_launches(record, &launches, err);
    if (status == EB_OK) {
        json_array_foreach(json_object_get(record, "launches"), i, launch)
        {
            launches.objects[i] = json_object_get(launch, key);
        }
        status = write_launches(file, &launches, what, err);
    }
    free_launches(&launches);
    return status;
}

static int has_part(const json_t *record, const char *key)
{
    size_t i;
    const json_t *launch;
    json_array_foreach(json_object_get(record, "launches"), i, launch)
    {
        if (json_object_size(json_object_get(launch, key)) > 0)
            return 1;
    }
    return 0;
}

/* All that a record says of itself; beside: one that another is compared with. */
static enum eb_status write_record(struct eb_page_writer *writer, const json_t *record,
                                   const struct eb_series_set *set, const struct eb_ceiling *ceilings,
                                   int beside, struct eb_error *err)
{
    enum eb_status status = write_how(writer->file, record, set, ceilings, err);
    if (status != EB_OK)
        return status;
    eb_html_heading(writer, 1, NULL, "Arms");
    status = write_arms(writer, record, set, beside, err);
    if (status == EB_OK && has_part(record, "tuning")) {
        eb_html_heading(writer, 1, NULL, "Found before the sweeps");
        status = write_part(writer->file, record, "tuning", "tuning", err);
    }
    return status;
}

enum eb_status eb_html_measured(struct eb_page_writer *writer, const struct eb_report *report,
                                struct eb_error *err)
{
    fputs("<section>\n", writer->file);
    eb_html_heading(writer, 0, "measured", "How it was measured");
    enum eb_status status = write_record(writer, report->record, report->set, report->ceilings, 0, err);
    fputs("</section>\n<section>\n", writer->file);
    if (status != EB_OK)
        return status;
    eb_html_heading(writer, 0, "where", "Where it was measured");
    status = write_part(writer->file, report->record, "provenance", "provenance", err);
    fputs("</section>\n", writer->file);
    if (status != EB_OK || !report->against)
        return status;
    fputs("<section>\n", writer->file);
    eb_html_heading(writer, 0, "beside", "The record beside it");
    fputs("<dl>\n", writer->file);
    eb_html_fact(writer->file, "* record", report->against_path);
    eb_html_fact(writer->file, "date", eb_origin_date(report->against));
    fputs("</dl>\n", writer->file);
    status = write_record(writer, report->against, report->against_set, report->against_ceilings, 1, err);
    if (status == EB_OK)
        status = write_part(writer->file, report->against, "provenance", "provenance", err);
    fputs("</section>\n", writer->file);
    return status;
}
