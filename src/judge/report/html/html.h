/* The page: one self-contained HTML file, for one report or several.
 *
 * Nothing is loaded from anywhere. What comes from records is escaped. Without gnuplot the tables stand
 * alone, and a line says so. */
#ifndef EB_JUDGE_REPORT_HTML_HTML_H
#define EB_JUDGE_REPORT_HTML_HTML_H

#include "common/status.h"
#include "judge/past.h"
#include "judge/report/sink.h"

#include <stdio.h>

struct eb_page {
    const struct eb_report *const *reports; /* borrowed, as the rest; at least one */
    size_t report_count;
    const struct eb_past *past; /* settled, its values fetched; NULL: none */
    const char *past_path;
    char *const *past_words; /* of each report, what the nights say of it in a sentence; NULL: nothing */
};

/* EB_INTERNAL when out of memory. */
enum eb_status eb_html_write(const struct eb_page *page, FILE *file, struct eb_error *err);

#endif
