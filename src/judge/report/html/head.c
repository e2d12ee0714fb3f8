/* The page around its parts: what a browser must know, the title, the way through it, style and script. */
#include "common/digest.h"
#include "judge/report/headline.h"
#include "judge/report/html/page_css.h"
#include "judge/report/html/page_js.h"
#include "judge/report/html/parts.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/origin.h"
#include "judge/report/report.h"

#include <config.h>
#include <stdlib.h>
#include <string.h>

#define NAMED_MAX 4 /* arms or hosts in a title; of more it says how many there are */

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* 'sha256-...' of a source, as a content security policy wants it. */
static void write_hash(FILE *file, const char *source, size_t bytes)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char hex[EB_DIGEST_TEXT];
    unsigned char sum[33] = {0};
    eb_digest_hex(source, bytes, hex);
    for (size_t i = 0; i < 32; i++)
        sum[i] = (unsigned char)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    fputs("'sha256-", file);
    for (size_t i = 0; i < 33; i += 3) {
        unsigned bits = (unsigned)sum[i] << 16 | (unsigned)sum[i + 1] << 8 | sum[i + 2];
        fprintf(file, "%c%c%c%c", digits[bits >> 18], digits[bits >> 12 & 63], digits[bits >> 6 & 63],
                i == 30 ? '=' : digits[bits & 63]);
    }
    fputc('\'', file);
}

static void write_colours(FILE *text, const char *before, const char *(*colour)(size_t), const char *after)
{
    fputs(before, text);
    for (size_t i = 0; i < EB_PALETTE_COLOURS; i++)
        fprintf(text, "--arm-%zu:%s;", i, colour(i));
    fputs(after, text);
}

/* Owned by the caller, as the next; NULL when out of memory. */
static char *make_style(size_t *bytes)
{
    char *style = NULL;
    FILE *text = open_memstream(&style, bytes);
    if (!text)
        return NULL;
    write_colours(text, ":root{", eb_palette_light, "}\n");
    write_colours(text, "@media screen and (prefers-color-scheme:dark){:root{", eb_palette_dark, "}}\n");
    for (size_t i = 0; i < EB_PALETTE_COLOURS; i++)
        fprintf(text, ".arm-%zu{color:var(--arm-%zu)}", i, i);
    for (size_t i = 0; i < sizeof eb_page_css / sizeof *eb_page_css; i++)
        fputs(eb_page_css[i], text);
    if (fclose(text) == 0)
        return style;
    free(style);
    return NULL;
}

static char *make_script(size_t *bytes)
{
    char *script = NULL;
    FILE *text = open_memstream(&script, bytes);
    if (!text)
        return NULL;
    for (size_t i = 0; i < sizeof eb_page_js / sizeof *eb_page_js; i++)
        fputs(eb_page_js[i], text);
    if (fclose(text) == 0)
        return script;
    free(script);
    return NULL;
}

/* "efa, ena on node1, node2 (c5n.18xlarge)" */
static void write_title(FILE *file, const struct eb_report *report, const json_t *hosts)
{
    const struct eb_series_set *set = report->set;
    const char *instance = eb_origin_instance(report->record);
    size_t host_count = json_array_size(hosts);
    if (set->arm_count > NAMED_MAX)
        fprintf(file, "%zu arms", set->arm_count);
    for (size_t i = 0; set->arm_count <= NAMED_MAX && i < set->arm_count; i++) {
        fputs(i == 0 ? "" : i + 1 == set->arm_count ? " and " : ", ", file);
        eb_escape_xml(file, eb_series_set_arm(set, i));
    }
    fputs(host_count > 0 || instance ? " on " : "", file);
    if (host_count > NAMED_MAX)
        fprintf(file, "%zu hosts", host_count);
    for (size_t i = 0; host_count <= NAMED_MAX && i < host_count; i++) {
        fputs(i == 0 ? "" : i + 1 == host_count ? " and " : ", ", file);
        eb_escape_xml(file, json_string_value(json_array_get(hosts, i)));
    }
    if (instance) {
        fputs(host_count > 0 ? " (" : "", file);
        eb_escape_xml(file, instance);
        fputs(host_count > 0 ? ")" : "", file);
    }
}

enum eb_status eb_html_title(FILE *file, const struct eb_report *report, struct eb_error *err)
{
    json_t *hosts = eb_origin_hosts(report->record);
    if (!hosts)
        return eb_html_out_of_memory(err);
    write_title(file, report, hosts);
    json_decref(hosts);
    return EB_OK;
}

/* The title of the page: of one report its own, of several how many there are. */
static enum eb_status write_page_title(struct eb_page_writer *writer, struct eb_error *err)
{
    const struct eb_page *page = writer->page;
    const char *date = eb_origin_date(page->reports[0]->record);
    if (page->report_count > 1) {
        fprintf(writer->file, "%zu records", page->report_count);
        return EB_OK;
    }
    enum eb_status status = eb_html_title(writer->file, page->reports[0], err);
    fputs(date ? ", " : "", writer->file);
    eb_escape_xml(writer->file, date ? date : "");
    return status;
}

static enum eb_status write_meta(struct eb_page_writer *writer, const char *style, size_t style_bytes,
                                 const char *script, size_t script_bytes, struct eb_error *err)
{
    FILE *file = writer->file;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ",
          file);
    write_hash(file, style, style_bytes);
    fputs("; script-src ", file);
    write_hash(file, script, script_bytes);
    fputs("; base-uri 'none'; form-action 'none'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta name=\"generator\" content=\"efabench\">\n<title>",
          file);
    enum eb_status status = write_page_title(writer, err);
    fprintf(file, " - efabench</title>\n<style>%s</style>\n</head>\n<body>\n", style);
    return status;
}

static void write_link(struct eb_page_writer *writer, const char *id, const char *text)
{
    fputs("<li><a href=\"#", writer->file);
    eb_html_id(writer, id);
    fputs("\">", writer->file);
    eb_escape_xml(writer->file, text);
    fputs("</a></li>\n", writer->file);
}

static void write_links_of_run(struct eb_page_writer *writer)
{
    size_t begin = writer->run > 0 ? writer->ends[writer->run - 1] : 0;
    write_link(writer, "verdict", "Verdict");
    if (writer->page->reports[writer->run]->screen_count > 0)
        write_link(writer, "screening", "Screening");
    if (writer->ends[writer->run] > begin)
        write_link(writer, "plots", "Plots");
    if (writer->page->past && writer->page->report_count == 1)
        write_link(writer, "nights", "The nights before");
    write_link(writer, "figures", "All figures");
    write_link(writer, "measured", "How it was measured");
    write_link(writer, "where", "Where");
}

/* Of several reports each with its first sentence, after what to beware of, and how many warnings it has. */
static enum eb_status write_summary(struct eb_page_writer *writer, struct eb_error *err)
{
    const struct eb_report *report = writer->page->reports[writer->run];
    json_t *texts = eb_html_warnings(report);
    size_t warnings = json_array_size(texts);
    json_t *sentences = eb_headline_of(report);
    FILE *file = writer->file;
    if (!sentences || !texts) {
        json_decref(sentences);
        json_decref(texts);
        return eb_html_out_of_memory(err);
    }
    json_decref(texts);
    fputs("<li class=\"summary\"><a href=\"#", file);
    eb_html_id(writer, "run");
    fprintf(file, "\">%zu. ", writer->run + 1);
    eb_escape_xml(file, report->record_path);
    fputs("</a>", file);
    size_t i;
    const json_t *sentence;
    json_array_foreach(sentences, i, sentence)
    {
        const char *text = json_string_value(sentence);
        fputs("<p>", file);
        eb_escape_xml(file, text);
        fputs("</p>\n", file);
        if (!eb_headline_is_caution(text))
            break;
    }
    if (warnings > 0) {
        fputs("<p class=\"beware\">\xe2\x9a\xa0 <a href=\"#", file);
        eb_html_id(writer, "warnings");
        fprintf(file, "\">%zu warning%s</a></p>\n", warnings, warnings == 1 ? "" : "s");
    }
    fputs("<ul>\n", file);
    write_links_of_run(writer);
    fputs("</ul></li>\n", file);
    json_decref(sentences);
    return EB_OK;
}

static void write_latest_night(struct eb_page_writer *writer)
{
    const struct eb_past *past = writer->page->past;
    FILE *file = writer->file;
    if (writer->page->report_count > 1)
        write_link(writer, "nights", "The nights before");
    if (past->night_count == 0)
        return;
    const struct eb_night *latest = &past->nights[past->night_count - 1];
    fputs("<li>The latest night, ", file);
    eb_escape_xml(file, latest->created_utc);
    fprintf(file, ", is <strong>%s</strong></li>\n", eb_night_state_name(latest->state));
}

static enum eb_status write_navigation(struct eb_page_writer *writer, struct eb_error *err)
{
    const struct eb_page *page = writer->page;
    enum eb_status status = EB_OK;
    fputs("<nav aria-label=\"Contents\">\n<ul>\n", writer->file);
    if (page->report_count == 1)
        write_links_of_run(writer);
    for (; status == EB_OK && page->report_count > 1 && writer->run < page->report_count; writer->run++)
        status = write_summary(writer, err);
    writer->run = 0;
    if (page->past)
        write_latest_night(writer);
    fputs("</ul>\n</nav>\n", writer->file);
    return status;
}

enum eb_status eb_html_head(struct eb_page_writer *writer, struct eb_error *err)
{
    size_t style_bytes = 0;
    size_t script_bytes = 0;
    char *style = make_style(&style_bytes);
    char *script = make_script(&script_bytes);
    enum eb_status status = style && script
                                ? write_meta(writer, style, style_bytes, script, script_bytes, err)
                                : eb_html_out_of_memory(err);
    free(style);
    free(script);
    if (status != EB_OK)
        return status;
    fputs("<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header>\n"
          "<p class=\"kicker\">efabench report</p>\n<h1>",
          writer->file);
    status = writer->page->report_count == 1 ? eb_html_title(writer->file, writer->page->reports[0], err)
                                             : write_page_title(writer, err);
    fputs("</h1>\n", writer->file);
    if (status == EB_OK)
        status = write_navigation(writer, err);
    fputs("</header>\n<main id=\"main\">\n", writer->file);
    return status;
}

enum eb_status eb_html_foot(struct eb_page_writer *writer, struct eb_error *err)
{
    size_t bytes = 0;
    char *script = make_script(&bytes);
    if (!script)
        return eb_html_out_of_memory(err);
    fprintf(writer->file,
            "</main>\n<footer>\n<p>Made by efabench %s. All that is shown is in this file.</p>\n</footer>\n"
            "<script>%s</script>\n</body>\n</html>\n",
            PACKAGE_VERSION, script);
    free(script);
    return EB_OK;
}
