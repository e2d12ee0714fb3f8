/* What a reader sees first: what came out, what to beware of, and what was measured where and when. */
#include "judge/report/facts.h"
#include "judge/report/headline.h"
#include "judge/report/html/parts.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/origin.h"
#include "judge/report/report.h"
#include "judge/report/screen_words.h"
#include "judge/report/warnings_joined.h"

#include <stdlib.h>
#include <string.h>

json_t *eb_html_warnings(const struct eb_report *report)
{
    json_t *warnings = eb_warnings_joined(report);
    if (warnings && report->against_note) {
        char *note = NULL; /* a path need not be UTF-8, and is made so when it is escaped */
        if (asprintf(&note, "%s: %s", report->against_path, report->against_note) < 0 ||
            json_array_append_new(warnings, json_string_nocheck(note)) != 0) {
            json_decref(warnings);
            warnings = NULL;
        }
        free(note);
    }
    return warnings;
}

static enum eb_status write_warnings(struct eb_page_writer *writer, const struct eb_report *report,
                                     struct eb_error *err)
{
    FILE *file = writer->file;
    json_t *warnings = eb_html_warnings(report);
    size_t count = json_array_size(warnings);
    size_t i;
    const json_t *warning;
    if (!warnings)
        return eb_html_out_of_memory(err);
    if (count == 0) {
        json_decref(warnings);
        return EB_OK;
    }
    fputs("<div class=\"warnings\">\n", file);
    eb_html_heading(writer, 1, "warnings", count == 1 ? "\xe2\x9a\xa0 Warning" : "\xe2\x9a\xa0 Warnings");
    fputs("<ul>\n", file);
    json_array_foreach(warnings, i, warning)
    {
        fputs("<li>", file);
        eb_escape_xml(file, json_string_value(warning));
        fputs("</li>\n", file);
    }
    fputs("</ul>\n</div>\n", file);
    json_decref(warnings);
    return EB_OK;
}

/* Whether it is worse than before. */
static void write_past_words(struct eb_page_writer *writer)
{
    char *const *words = writer->page->past_words;
    if (!words || !words[writer->run])
        return;
    fputs("<p class=\"first past\">", writer->file);
    eb_escape_xml(writer->file, words[writer->run]);
    fputs("</p>\n", writer->file);
}

/* Sentences about one thing stand together, behind its name. */
struct findings {
    FILE *file;
    int is_open;
    const char *last; /* sentence; borrowed */
};

static void end_findings(struct findings *findings)
{
    if (findings->is_open)
        fputs("</dl>\n", findings->file);
    findings->is_open = 0;
}

static void write_finding(struct findings *findings, const char *text)
{
    FILE *file = findings->file;
    size_t length = eb_headline_subject(text);
    if (length == 0) {
        end_findings(findings);
        fputs("<p>", file);
        eb_escape_xml(file, text);
        fputs("</p>\n", file);
        return;
    }
    int is_same = findings->is_open && eb_headline_subject(findings->last) == length &&
                  strncmp(findings->last, text, length) == 0;
    if (!findings->is_open)
        fputs("<dl class=\"findings\">\n", file);
    findings->is_open = 1;
    findings->last = text;
    fputs(is_same ? "<dd>" : "<dt>", file);
    if (!is_same) {
        char subject[EB_HEADLINE_SUBJECT + 1];
        snprintf(subject, sizeof subject, "%.*s", (int)length, text);
        eb_escape_xml(file, subject);
        fputs("</dt> <dd>", file);
    }
    eb_escape_xml(file, text + length + strlen(": "));
    fputs("</dd>\n", file);
}

/* What is found first, with what makes it doubtful. */
static enum eb_status write_first(struct eb_page_writer *writer, const struct eb_report *report,
                                  const char *text, int with_warnings, struct eb_error *err)
{
    fputs("<p class=\"first\">", writer->file);
    eb_escape_xml(writer->file, text);
    fputs("</p>\n", writer->file);
    if (!with_warnings)
        return EB_OK;
    write_past_words(writer);
    return write_warnings(writer, report, err);
}

/* A screening is what the record was made for: it stands first. */
static enum eb_status write_screens(struct eb_page_writer *writer, const struct eb_report *report,
                                    struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < report->screen_count; i++) {
        json_t *sentences = eb_screen_sentences(report->screens[i]);
        if (!sentences)
            return eb_html_out_of_memory(err);
        status = write_first(writer, report, json_string_value(json_array_get(sentences, 0)), i == 0, err);
        eb_html_screen_words(writer, sentences);
        json_decref(sentences);
    }
    return status;
}

/* The warnings stand behind the first sentence, or two where that is a doubt, on the first screen of a phone.
 */
static enum eb_status write_verdict(struct eb_page_writer *writer, const struct eb_report *report,
                                    struct eb_error *err)
{
    FILE *file = writer->file;
    json_t *sentences = eb_headline_of(report);
    struct findings findings = {.file = file};
    int is_first = report->screen_count == 0;
    size_t i;
    const json_t *sentence;
    if (!sentences)
        return eb_html_out_of_memory(err);
    fputs("<section class=\"verdict\">\n", file);
    eb_html_heading(writer, 0, "verdict", "Verdict");
    enum eb_status status = write_screens(writer, report, err);
    json_array_foreach(sentences, i, sentence)
    {
        const char *text = json_string_value(sentence);
        if (!is_first) {
            write_finding(&findings, text);
            continue;
        }
        is_first = eb_headline_is_caution(text);
        if (status == EB_OK)
            status = write_first(writer, report, text, !is_first, err);
    }
    end_findings(&findings);
    if (is_first && status == EB_OK)
        status = write_warnings(writer, report, err);
    fputs("</section>\n", file);
    json_decref(sentences);
    return status;
}

static enum eb_status write_facts(struct eb_page_writer *writer, const struct eb_report *report,
                                  struct eb_error *err)
{
    FILE *file = writer->file;
    char *hosts = eb_origin_describe(report->record);
    char *launches = eb_facts_launches(report);
    char *machine = eb_facts_machine(report->record);
    int is_published = eb_origin_is_published(report->record);
    int failed = !hosts || !launches || !machine;
    if (!failed) {
        fputs("<dl class=\"facts\">\n", file);
        eb_html_fact(file, "record", report->record_path);
        eb_html_fact(file, "hosts", hosts);
        eb_html_fact(file, "machine", machine[0] ? machine : NULL);
        eb_html_fact(file, "date", eb_origin_date(report->record));
        if (is_published)
            eb_html_fact(file, "kind", "published: the source's figures, not measured by efabench");
        else
            eb_html_fact(file, "launches", launches);
        eb_html_fact(file, "baseline", report->set->arm_count > 1 ? report->baseline_arm : NULL);
        eb_html_fact(file, "beside", report->against_path);
        fputs("</dl>\n", file);
    }
    free(hosts);
    free(launches);
    free(machine);
    return failed ? eb_html_out_of_memory(err) : EB_OK;
}

static enum eb_status write_title(struct eb_page_writer *writer, const struct eb_report *report,
                                  struct eb_error *err)
{
    fprintf(writer->file, "<h2><span class=\"number\">%zu</span> ", writer->run + 1);
    enum eb_status status = eb_html_title(writer->file, report, err);
    fputs("</h2>\n", writer->file);
    return status;
}

enum eb_status eb_html_top(struct eb_page_writer *writer, const struct eb_report *report,
                           struct eb_error *err)
{
    enum eb_status status = EB_OK;
    if (writer->page->report_count > 1)
        status = write_title(writer, report, err);
    if (status == EB_OK)
        status = write_verdict(writer, report, err);
    return status == EB_OK ? write_facts(writer, report, err) : status;
}
