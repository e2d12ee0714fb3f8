/* The parts of the page, each in its file; nobody outside html/ includes this.
 *
 * Texts go through eb_escape_xml. Each function returns EB_INTERNAL when out of memory. */
#ifndef EB_JUDGE_REPORT_HTML_PARTS_H
#define EB_JUDGE_REPORT_HTML_PARTS_H

#include "common/status.h"
#include "judge/report/html/html.h"
#include "judge/report/plot/gnuplot.h"
#include "judge/report/plot/palette.h"
#include "judge/report/plot/picture.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

struct eb_page_writer {
    FILE *file;
    const struct eb_page *page;
    struct eb_palette palette;
    struct eb_pictures pictures; /* those of the first report, of the second, ..., of the past */
    size_t *ends;                /* of each report's pictures */
    struct eb_drawn *drawn;      /* one for each picture; NULL: there are no plots, */
    char no_plots[480];          /* and why; "" where there is nothing to draw */
    size_t run;                  /* the report that is being written */
    int level;                   /* of the headings of its parts: 2, or 3 among several */
};

/* All up to and with <main>; and what comes after </main>. */
enum eb_status eb_html_head(struct eb_page_writer *writer, struct eb_error *err);
enum eb_status eb_html_foot(struct eb_page_writer *writer, struct eb_error *err);

/* "efa and ena on node1, node2 (c5n.18xlarge)" */
enum eb_status eb_html_title(FILE *file, const struct eb_report *report, struct eb_error *err);

/* What a reader must be told: the report's warnings, those of several arms said once, and why there is no
 * ratio to the record beside it. Release with json_decref; NULL when out of memory. */
json_t *eb_html_warnings(const struct eb_report *report);

/* What a report says first: title (among several ones alone), sentences, warnings, facts. */
enum eb_status eb_html_top(struct eb_page_writer *writer, const struct eb_report *report,
                           struct eb_error *err);
/* The colours and shapes of the arms. */
enum eb_status eb_html_legend(struct eb_page_writer *writer, struct eb_error *err);
/* Links to the sections of pictures [begin, end), where there are several. */
void eb_html_sections(struct eb_page_writer *writer, size_t begin, size_t end);
/* Sentences that are in the notes of several of the pictures [begin, end); and those of one picture alone. */
void eb_html_common_notes(struct eb_page_writer *writer, size_t begin, size_t end);
void eb_html_own_note(struct eb_page_writer *writer, size_t begin, size_t end, size_t index);
/* Pictures [begin, end) with the tables behind them, section by section. */
enum eb_status eb_html_plots(struct eb_page_writer *writer, size_t begin, size_t end, struct eb_error *err);
/* The matrices of a screening; nothing where the record has none. And what it found, but for the first
 * sentence. */
enum eb_status eb_html_screen(struct eb_page_writer *writer, const struct eb_report *report,
                              struct eb_error *err);
void eb_html_screen_words(struct eb_page_writer *writer, const json_t *sentences);
/* One row for each series. */
enum eb_status eb_html_figures(struct eb_page_writer *writer, const struct eb_report *report,
                               struct eb_error *err);
/* How it was measured, with what arms, and where. */
enum eb_status eb_html_measured(struct eb_page_writer *writer, const struct eb_report *report,
                                struct eb_error *err);
enum eb_status eb_html_past(struct eb_page_writer *writer, size_t begin, size_t end, struct eb_error *err);

/* <h2 id="ID">, of the report's own where there are several: "ID-2" in the second; level 0 is the level of
 * the parts, 1 below it, ... */
void eb_html_heading(struct eb_page_writer *writer, int level, const char *id, const char *text);
/* id as eb_html_heading writes it. */
void eb_html_id(struct eb_page_writer *writer, const char *id);

/* A place that scrolls sideways by itself, which the keyboard reaches; and its end. */
void eb_html_scroll(FILE *file, const char *label);
void eb_html_scroll_end(FILE *file);

/* <dt>name</dt><dd>text</dd>; nothing where text is NULL or empty. */
void eb_html_fact(FILE *file, const char *name, const char *text);

/* The name of an arm of set behind its sign, with "(WRONG PATH)" where it took one and was kept. beside: an
 * arm of the record that another is compared with. */
void eb_html_arm(struct eb_page_writer *writer, const struct eb_series_set *set, size_t arm_index,
                 int beside);

/* Any JSON as text, lists, and tables; name is what it is called. */
void eb_html_value(FILE *file, const char *name, const json_t *value);
/* Objects of which there is one for each label (NULL: absent): what is the same in all of them once, the rest
 * as a table with a row each. */
enum eb_status eb_html_objects(FILE *file, const json_t *const *objects, const char *const *labels,
                               size_t count, const char *what, struct eb_error *err);

static inline enum eb_status eb_html_out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for a page");
}

#endif
