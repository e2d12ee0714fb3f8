#include "judge/report/text_lines.h"

#include "common/plain.h"
#include "judge/report/columns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_WIDTH 10 /* of "launches  " */

enum eb_status eb_text_write(const struct eb_text_line *line, const struct eb_style *style, FILE *file,
                             struct eb_error *err)
{
    char *clean = eb_plain_copy(line->text);
    if (!clean)
        return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for a text report");
    size_t width = eb_style_prose_width(style);
    size_t used = eb_columns_of(line->head);
    const char *begin = eb_style_begin(style, line->paint);
    const char *end = eb_style_end(style, line->paint);
    int first = 1;
    fprintf(file, "%s%s%s%s", eb_style_begin(style, line->head_paint), line->head,
            eb_style_end(style, line->head_paint), begin);
    char *rest = clean;
    char *word;
    while ((word = strsep(&rest, " "))) {
        size_t columns = eb_columns_of(word);
        if (!first && used + 1 + columns > width) {
            fprintf(file, "%s\n%*s%s", end, (int)line->indent, "", begin);
            used = line->indent;
        } else if (!first) {
            fputc(' ', file);
            used++;
        }
        fputs(word, file);
        used += columns;
        first = 0;
    }
    fprintf(file, "%s\n", end);
    free(clean);
    return EB_OK;
}

enum eb_status eb_text_wrapped(FILE *file, const char *head, size_t indent, const char *text,
                               struct eb_error *err)
{
    struct eb_text_line line = {.head = head, .indent = indent, .text = text};
    return eb_text_write(&line, NULL, file, err);
}

/* A warning that says so of a path stands out from the others. */
static unsigned paint_of(const char *name, const char *text)
{
    if (strcmp(name, "warning") != 0)
        return EB_PAINT_DIM;
    return strstr(text, "WRONG PATH") || strstr(text, "the witness refused") ? EB_PAINT_WRONG
                                                                             : EB_PAINT_WARNING;
}

enum eb_status eb_text_fact(const char *name, const char *text, const struct eb_style *style, FILE *file,
                            struct eb_error *err)
{
    char head[HEAD_WIDTH + 1];
    if (!text)
        return EB_OK;
    snprintf(head, sizeof head, "%-*s", HEAD_WIDTH, name);
    struct eb_text_line line = {
        .head = head, .indent = HEAD_WIDTH, .text = text, .head_paint = paint_of(name, text)};
    return eb_text_write(&line, style, file, err);
}
