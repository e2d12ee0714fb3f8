/* Lines of the text report that are no tables. */
#ifndef EB_JUDGE_REPORT_TEXT_LINES_H
#define EB_JUDGE_REPORT_TEXT_LINES_H

#include "common/status.h"
#include "judge/report/style.h"

#include <stddef.h>
#include <stdio.h>

#define EB_TEXT_WIDTH EB_STYLE_WIDTH

/* A paragraph: head stands before its first line, indent blanks before every other. */
struct eb_text_line {
    const char *head; /* may be "" */
    size_t indent;
    const char *text;
    unsigned head_paint; /* of enum eb_paint */
    unsigned paint;      /* of the text */
};

/* Writes it, cleaned, in lines of at most the style's width for prose where its words allow it: a word is
 * never broken. EB_INTERNAL when out of memory, as the others. */
enum eb_status eb_text_write(const struct eb_text_line *line, const struct eb_style *style, FILE *file,
                             struct eb_error *err);

/* The same in a plain style. */
enum eb_status eb_text_wrapped(FILE *file, const char *head, size_t indent, const char *text,
                               struct eb_error *err);

/* A line of a header: "hosts     alpha, beta"; nothing when text is NULL. A name "warning" is painted. */
enum eb_status eb_text_fact(const char *name, const char *text, const struct eb_style *style, FILE *file,
                            struct eb_error *err);

#endif
