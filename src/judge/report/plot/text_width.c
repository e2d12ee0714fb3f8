#include "common/plain.h"
#include "judge/report/plot/sheet.h"

#include <stdlib.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6"

/* In ems; of DejaVu Sans, which is wide among its kind. */
static double advance(uint32_t code)
{
    if (code >= 0x1100)
        return code >= 0x2010 && code < 0x2100 ? 0.7 : 1.0;
    if (code < 0x80 && strchr(" ijlI|.,:;'!`", (int)code))
        return 0.33;
    if (code < 0x80 && strchr("mwMW%@", (int)code))
        return 0.95;
    return (code >= 'A' && code <= 'Z') ? 0.68 : 0.62;
}

double eb_text_width(const char *text, double font)
{
    double ems = 0;
    while (*text)
        ems += advance(eb_plain_take(&text));
    return ems * font;
}

char *eb_text_fit(const char *text, double font, double width)
{
    const char *end = text;
    double used = advance(0x2026) * font;
    char *copy = NULL;
    if (eb_text_width(text, font) <= width)
        return strdup(text);
    for (const char *next = text; *next; end = next) {
        used += advance(eb_plain_take(&next)) * font;
        if (used > width)
            break;
    }
    copy = malloc((size_t)(end - text) + sizeof ELLIPSIS);
    if (copy) {
        memcpy(copy, text, (size_t)(end - text));
        memcpy(copy + (end - text), ELLIPSIS, sizeof ELLIPSIS);
    }
    return copy;
}
