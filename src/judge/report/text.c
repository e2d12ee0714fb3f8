/* What a person sees in a terminal: where the numbers come from, what to beware of, then the tables. */
#include "judge/report/columns.h"
#include "judge/report/facts.h"
#include "judge/report/headline.h"
#include "judge/report/origin.h"
#include "judge/report/paths.h"
#include "judge/report/screen_words.h"
#include "judge/report/screen_write.h"
#include "judge/report/settings.h"
#include "judge/report/shares.h"
#include "judge/report/sink.h"
#include "judge/report/text_lines.h"
#include "judge/report/text_tables.h"
#include "judge/report/warnings_joined.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for a text report");
}

/* Where the header goes. */
struct page {
    FILE *file;
    const struct eb_style *style;
};

/* A line of the header; nothing when text is NULL. */
static enum eb_status write_fact(const struct page *page, const char *name, const char *text,
                                 struct eb_error *err)
{
    return eb_text_fact(name, text, page->style, page->file, err);
}

static enum eb_status write_hosts(const struct page *page, const json_t *record, struct eb_error *err)
{
    char *hosts = eb_origin_describe(record);
    enum eb_status status = hosts ? write_fact(page, "hosts", hosts, err) : out_of_memory(err);
    free(hosts);
    return status;
}

static enum eb_status write_machine(const struct page *page, const json_t *record, struct eb_error *err)
{
    char *text = eb_facts_machine(record);
    enum eb_status status =
        text ? write_fact(page, "machine", text[0] ? text : NULL, err) : out_of_memory(err);
    free(text);
    return status;
}

static enum eb_status write_launches(const struct page *page, const struct eb_report *report,
                                     struct eb_error *err)
{
    char *text = eb_facts_launches(report);
    enum eb_status status = text ? write_fact(page, "launches", text, err) : out_of_memory(err);
    free(text);
    return status;
}

/* What the variants are, one a line; nothing where the record does not say. */
static enum eb_status write_variants(const struct page *page, const json_t *record, struct eb_error *err)
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
            fclose(line) == 0 && text ? write_fact(page, i ? "" : "variants", text, err) : out_of_memory(err);
        free(text);
    }
    return status;
}

/* What is not as by default; nothing where all is. */
static enum eb_status write_settings(const struct page *page, const struct eb_report *report,
                                     struct eb_error *err)
{
    char *text = eb_settings_describe(report->record, 1);
    if (!text)
        return out_of_memory(err);
    enum eb_status status = text[0] ? write_fact(page, "settings", text, err) : EB_OK;
    free(text);
    return status;
}

/* The arms of a set, one a line; baseline (may be NULL) is marked. */
static enum eb_status write_arms(const struct page *page, const json_t *record,
                                 const struct eb_series_set *set, const char *before, const char *baseline,
                                 struct eb_error *err)
{
    size_t widest = 0;
    for (size_t i = 0; i < set->arm_count; i++)
        if (eb_columns_of(eb_series_set_arm(set, i)) > widest)
            widest = eb_columns_of(eb_series_set_arm(set, i));
    if (widest > 32)
        widest = 32;
    for (size_t i = 0; i < set->arm_count; i++) {
        const char *name = eb_series_set_arm(set, i);
        char *text = NULL;
        size_t length = 0;
        FILE *line = open_memstream(&text, &length);
        if (!line)
            return out_of_memory(err);
        size_t columns = eb_columns_of(name);
        fprintf(line, "%s%s%*s  ", before, name, columns < widest ? (int)(widest - columns) : 0, "");
        eb_facts_write_arm(line, set->arms[i]);
        char *attested = eb_paths_attested(json_object_get(record, "launches"), name);
        if (attested && attested[0])
            fprintf(line, ", %s", attested);
        if (baseline && strcmp(name, baseline) == 0)
            fputs(" (baseline)", line);
        enum eb_status status = fclose(line) == 0 && text && attested ? EB_OK : out_of_memory(err);
        free(attested);
        if (status == EB_OK)
            status = write_fact(page, i ? "" : "arms", text, err);
        free(text);
        if (status != EB_OK)
            return status;
    }
    return EB_OK;
}

/* What the shares in the tables are shares of, with its sources; nothing where there are none. */
static enum eb_status write_ceilings(const struct page *page, const struct eb_series_set *set,
                                     const struct eb_ceiling *ceilings, struct eb_error *err)
{
    char *text = eb_shares_describe(set, ceilings);
    if (!text)
        return out_of_memory(err);
    enum eb_status status = text[0] ? write_fact(page, "ceilings", text, err) : EB_OK;
    free(text);
    return status;
}

/* Where published figures come from. */
static enum eb_status write_source(const struct page *page, const json_t *record, struct eb_error *err)
{
    static const char *const names[] = {"source", "note"};
    const char *kind = json_string_value(json_object_get(record, "kind"));
    enum eb_status status = EB_OK;
    if (kind && strcmp(kind, "published") == 0)
        status = write_fact(page, "kind", "published: the source's figures, not measured by efabench", err);
    for (size_t i = 0; status == EB_OK && i < sizeof names / sizeof *names; i++)
        status =
            write_fact(page, names[i],
                       json_string_value(json_object_get(json_object_get(record, "run"), names[i])), err);
    return status;
}

static enum eb_status write_warnings(const struct eb_report *report, const struct page *page,
                                     struct eb_error *err)
{
    json_t *warnings = eb_warnings_joined(report);
    enum eb_status status = warnings ? EB_OK : out_of_memory(err);
    size_t i;
    const json_t *warning;
    json_array_foreach(warnings, i, warning)
    {
        if (status == EB_OK)
            status = write_fact(page, "warning", json_string_value(warning), err);
    }
    json_decref(warnings);
    return status;
}

static enum eb_status write_header(const struct eb_report *report, const struct page *page,
                                   struct eb_error *err)
{
    enum eb_status status = write_fact(page, "record", report->record_path, err);
    if (status == EB_OK)
        status = write_hosts(page, report->record, err);
    if (status == EB_OK)
        status = write_machine(page, report->record, err);
    if (status == EB_OK)
        status = write_fact(page, "date", eb_origin_date(report->record), err);
    if (status == EB_OK)
        status = write_source(page, report->record, err);
    if (status == EB_OK && !eb_origin_is_published(report->record))
        status = write_launches(page, report, err);
    if (status == EB_OK)
        status = write_variants(page, report->record, err);
    if (status == EB_OK)
        status = write_settings(page, report, err);
    if (status == EB_OK)
        status = write_arms(page, report->record, report->set, "", report->baseline_arm, err);
    if (status == EB_OK)
        status = write_ceilings(page, report->set, report->ceilings, err);
    return status == EB_OK ? write_warnings(report, page, err) : status;
}

static int is_of_same_subject(const char *a, const char *b)
{
    size_t length = eb_headline_subject(a);
    return b && length > 0 && eb_headline_subject(b) == length && strncmp(a, b, length) == 0;
}

/* What is found, in words: what makes it doubtful, the short form, and of what that does not speak. */
static enum eb_status write_verdict(const struct eb_report *report, const struct page *page,
                                    struct eb_error *err)
{
    json_t *sentences = eb_headline_of(report);
    enum eb_status status = sentences ? EB_OK : out_of_memory(err);
    const char *brief = NULL;
    size_t i;
    const json_t *sentence;
    json_array_foreach(sentences, i, sentence)
    {
        const char *text = json_string_value(sentence);
        if (status == EB_OK && !is_of_same_subject(text, brief))
            status = write_fact(page, i ? "" : "verdict", text, err);
        if (!brief && !eb_headline_is_caution(text))
            brief = text;
    }
    json_decref(sentences);
    return status;
}

/* What a screening found stands before what the series say. */
static enum eb_status write_screens(const struct eb_report *report, const struct page *page,
                                    struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < report->screen_count; i++) {
        json_t *sentences = eb_screen_sentences(report->screens[i]);
        size_t j;
        const json_t *sentence;
        status = sentences ? EB_OK : out_of_memory(err);
        if (status == EB_OK && report->screen_count > 1)
            status = write_fact(page, "variant", report->screens[i]->variant, err);
        json_array_foreach(sentences, j, sentence)
        {
            if (status == EB_OK)
                status = write_fact(page, j ? "" : "screening", json_string_value(sentence), err);
        }
        json_decref(sentences);
    }
    return status;
}

static enum eb_status write_against(const struct eb_report *report, const struct page *page,
                                    struct eb_error *err)
{
    if (!report->against)
        return EB_OK;
    fputc('\n', page->file);
    enum eb_status status = write_fact(page, "against *", report->against_path, err);
    if (status == EB_OK)
        status = write_hosts(page, report->against, err);
    if (status == EB_OK)
        status = write_fact(page, "date", eb_origin_date(report->against), err);
    if (status == EB_OK)
        status = write_source(page, report->against, err);
    if (status == EB_OK)
        status = write_arms(page, report->against, report->against_set, "*", NULL, err);
    if (status == EB_OK)
        status = write_ceilings(page, report->against_set, report->against_ceilings, err);
    return status;
}

enum eb_status eb_sink_text(const struct eb_report *report, FILE *file, struct eb_error *err)
{
    struct page page = {.file = file, .style = &report->style};
    enum eb_status status = write_header(report, &page, err);
    if (status == EB_OK)
        status = write_screens(report, &page, err);
    if (status == EB_OK)
        status = write_verdict(report, &page, err);
    for (size_t i = 0; status == EB_OK && i < report->screen_count; i++)
        status = eb_screen_tables(report->screens[i], page.style, file, err);
    if (status == EB_OK)
        status = write_against(report, &page, err);
    return status == EB_OK ? eb_text_tables(report, file, err) : status;
}
