/* What a person sees in a terminal: where the numbers come from, what to beware of, then the tables. */
#include "common/plain.h"
#include "judge/report/facts.h"
#include "judge/report/origin.h"
#include "judge/report/paths.h"
#include "judge/report/settings.h"
#include "judge/report/shares.h"
#include "judge/report/sink.h"
#include "judge/report/text_tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_WIDTH 10 /* of "launches  " */

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for a text report");
}

enum eb_status eb_text_wrapped(FILE *file, const char *head, size_t indent, const char *text,
                               struct eb_error *err)
{
    char *clean = eb_plain_copy(text);
    if (!clean)
        return out_of_memory(err);
    size_t used = strlen(head);
    int first = 1;
    fputs(head, file);
    char *rest = clean;
    char *word;
    while ((word = strsep(&rest, " "))) {
        size_t length = strlen(word);
        if (!first && used + 1 + length > EB_TEXT_WIDTH) {
            fprintf(file, "\n%*s", (int)indent, "");
            used = indent;
        } else if (!first) {
            fputc(' ', file);
            used++;
        }
        fputs(word, file);
        used += length;
        first = 0;
    }
    fputc('\n', file);
    free(clean);
    return EB_OK;
}

/* One line of the header; nothing when text is NULL. */
static enum eb_status write_fact(FILE *file, const char *name, const char *text, struct eb_error *err)
{
    char head[HEAD_WIDTH + 1];
    if (!text)
        return EB_OK;
    snprintf(head, sizeof head, "%-*s", HEAD_WIDTH, name);
    return eb_text_wrapped(file, head, HEAD_WIDTH, text, err);
}

static enum eb_status write_hosts(FILE *file, const json_t *record, struct eb_error *err)
{
    char *hosts = eb_origin_describe(record);
    enum eb_status status = hosts ? write_fact(file, "hosts", hosts, err) : out_of_memory(err);
    free(hosts);
    return status;
}

static enum eb_status write_launches(FILE *file, const struct eb_report *report, struct eb_error *err)
{
    char *text = eb_facts_launches(report);
    enum eb_status status = text ? write_fact(file, "launches", text, err) : out_of_memory(err);
    free(text);
    return status;
}

/* What the variants are, one a line; nothing where the record does not say. */
static enum eb_status write_variants(FILE *file, const json_t *record, struct eb_error *err)
{
    size_t i;
    const json_t *variant;
    enum eb_status status = EB_OK;
    json_array_foreach(json_object_get(json_object_get(record, "run"), "variants"), i, variant)
    {
        json_t *environment = json_object_get(variant, "environment");
        const char *name;
        json_t *value;
        char *text = NULL;
        size_t length = 0;
        FILE *line = status == EB_OK ? open_memstream(&text, &length) : NULL;
        if (!line)
            return status == EB_OK ? out_of_memory(err) : status;
        fprintf(line, "%s:", json_string_value(json_object_get(variant, "name")));
        json_object_foreach(environment, name, value) fprintf(line, " %s=%s", name, json_string_value(value));
        if (json_object_size(environment) == 0)
            fputs(" nothing set", line);
        status =
            fclose(line) == 0 && text ? write_fact(file, i ? "" : "variants", text, err) : out_of_memory(err);
        free(text);
    }
    return status;
}

/* What is not as by default; nothing where all is. */
static enum eb_status write_settings(FILE *file, const struct eb_report *report, struct eb_error *err)
{
    char *text = eb_settings_describe(report->record, 1);
    if (!text)
        return out_of_memory(err);
    enum eb_status status = text[0] ? write_fact(file, "settings", text, err) : EB_OK;
    free(text);
    return status;
}

/* The arms of a set, one a line; baseline (may be NULL) is marked. */
static enum eb_status write_arms(FILE *file, const json_t *record, const struct eb_series_set *set,
                                 const char *before, const char *baseline, struct eb_error *err)
{
    size_t widest = 0;
    for (size_t i = 0; i < set->arm_count; i++)
        if (strlen(eb_series_set_arm(set, i)) > widest)
            widest = strlen(eb_series_set_arm(set, i));
    if (widest > 32)
        widest = 32;
    for (size_t i = 0; i < set->arm_count; i++) {
        const char *name = eb_series_set_arm(set, i);
        char *text = NULL;
        size_t length = 0;
        FILE *line = open_memstream(&text, &length);
        if (!line)
            return out_of_memory(err);
        fprintf(line, "%s%-*s  ", before, (int)widest, name);
        eb_facts_write_arm(line, set->arms[i]);
        char *attested = eb_paths_attested(json_object_get(record, "launches"), name);
        if (attested && attested[0])
            fprintf(line, ", %s", attested);
        if (baseline && strcmp(name, baseline) == 0)
            fputs(" (baseline)", line);
        enum eb_status status = fclose(line) == 0 && text && attested ? EB_OK : out_of_memory(err);
        free(attested);
        if (status == EB_OK)
            status = write_fact(file, i ? "" : "arms", text, err);
        free(text);
        if (status != EB_OK)
            return status;
    }
    return EB_OK;
}

/* What the shares in the tables are shares of, with its sources; nothing where there are none. */
static enum eb_status write_ceilings(FILE *file, const struct eb_series_set *set,
                                     const struct eb_ceiling *ceilings, struct eb_error *err)
{
    char *text = eb_shares_describe(set, ceilings);
    if (!text)
        return out_of_memory(err);
    enum eb_status status = text[0] ? write_fact(file, "ceilings", text, err) : EB_OK;
    free(text);
    return status;
}

/* Where published figures come from. */
static enum eb_status write_source(FILE *file, const json_t *record, struct eb_error *err)
{
    static const char *const names[] = {"source", "note"};
    const char *kind = json_string_value(json_object_get(record, "kind"));
    enum eb_status status = EB_OK;
    if (kind && strcmp(kind, "published") == 0)
        status = write_fact(file, "kind", "published: the source's figures, not measured by efabench", err);
    for (size_t i = 0; status == EB_OK && i < sizeof names / sizeof *names; i++)
        status =
            write_fact(file, names[i],
                       json_string_value(json_object_get(json_object_get(record, "run"), names[i])), err);
    return status;
}

static enum eb_status write_header(const struct eb_report *report, FILE *file, struct eb_error *err)
{
    enum eb_status status = write_fact(file, "record", report->record_path, err);
    if (status == EB_OK)
        status = write_hosts(file, report->record, err);
    if (status == EB_OK)
        status = write_fact(file, "date", eb_origin_date(report->record), err);
    if (status == EB_OK)
        status = write_source(file, report->record, err);
    if (status == EB_OK && !eb_origin_is_published(report->record))
        status = write_launches(file, report, err);
    if (status == EB_OK)
        status = write_variants(file, report->record, err);
    if (status == EB_OK)
        status = write_settings(file, report, err);
    if (status == EB_OK)
        status = write_arms(file, report->record, report->set, "", report->baseline_arm, err);
    if (status == EB_OK)
        status = write_ceilings(file, report->set, report->ceilings, err);
    size_t i;
    const json_t *warning;
    json_array_foreach(report->warnings, i, warning)
    {
        if (status == EB_OK)
            status = write_fact(file, "warning", json_string_value(warning), err);
    }
    return status;
}

static enum eb_status write_against(const struct eb_report *report, FILE *file, struct eb_error *err)
{
    if (!report->against)
        return EB_OK;
    fputc('\n', file);
    enum eb_status status = write_fact(file, "against *", report->against_path, err);
    if (status == EB_OK)
        status = write_hosts(file, report->against, err);
    if (status == EB_OK)
        status = write_fact(file, "date", eb_origin_date(report->against), err);
    if (status == EB_OK)
        status = write_source(file, report->against, err);
    if (status == EB_OK)
        status = write_arms(file, report->against, report->against_set, "*", NULL, err);
    if (status == EB_OK)
        status = write_ceilings(file, report->against_set, report->against_ceilings, err);
    return status;
}

enum eb_status eb_sink_text(const struct eb_report *report, FILE *file, struct eb_error *err)
{
    enum eb_status status = write_header(report, file, err);
    if (status == EB_OK)
        status = write_against(report, file, err);
    return status == EB_OK ? eb_text_tables(report, file, err) : status;
}
