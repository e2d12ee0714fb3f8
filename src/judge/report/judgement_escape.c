#include "judge/report/judgement_escape.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define NOT_A_CHARACTER 0xfffdU

/* The character at *text, which is moved behind it; NOT_A_CHARACTER for a byte that is none. */
static uint32_t take(const char **text)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *c = (const unsigned char *)*text;
    size_t more = c[0] >= 0xf0 ? 3 : c[0] >= 0xe0 ? 2 : c[0] >= 0xc0 ? 1 : 0;
    uint32_t code = more == 3 ? c[0] & 0x07U : more == 2 ? c[0] & 0x0fU : more == 1 ? c[0] & 0x1fU : c[0];
    *text += 1;
    if (c[0] < 0x80)
        return code;
    if (c[0] < 0xc0 || c[0] > 0xf4)
        return NOT_A_CHARACTER;
    for (size_t i = 1; i <= more; i++) {
        if ((c[i] & 0xc0) != 0x80)
            return NOT_A_CHARACTER;
        code = code << 6 | (c[i] & 0x3fU);
    }
    if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return NOT_A_CHARACTER;
    *text += more;
    return code;
}

/* Controls, those that turn text round, and what no text should hold. */
static int is_unwelcome(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x200e || code == 0x200f ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfffe ||
           code == 0xffff || code == NOT_A_CHARACTER;
}

/* The character between begin and end as it is, or its replacement. */
static void put(FILE *file, uint32_t code, const char *begin, const char *end)
{
    if (is_unwelcome(code))
        fputs(REPLACEMENT, file);
    else
        fwrite(begin, 1, (size_t)(end - begin), file);
}

void eb_escape_xml(FILE *file, const char *text)
{
    while (*text) {
        const char *begin = text;
        uint32_t code = take(&text);
        switch (code) {
        case '&':
            fputs("&amp;", file);
            break;
        case '<':
            fputs("&lt;", file);
            break;
        case '>':
            fputs("&gt;", file);
            break;
        case '"':
            fputs("&quot;", file);
            break;
        case '\'':
            fputs("&#39;", file);
            break;
        case '\t':
            fputs("&#9;", file);
            break;
        case '\n':
            fputs("&#10;", file);
            break;
        case '\r':
            fputs("&#13;", file);
            break;
        default:
            put(file, code, begin, text);
        }
    }
}

void eb_escape_markdown(FILE *file, const char *text)
{
    while (*text) {
        const char *begin = text;
        uint32_t code = take(&text);
        if (code == '&')
            fputs("&amp;", file);
        else if (code == '<')
            fputs("&lt;", file);
        else if (code == '>')
            fputs("&gt;", file);
        else if (code == '\n' || code == '\r' || code == '\t')
            fputc(' ', file);
        else if (code < 0x80 && strchr("\\`|*_~[]#!$", (int)code))
            fprintf(file, "\\%c", (char)code);
        else
            put(file, code, begin, text);
    }
}

void eb_escape_label(FILE *file, const char *text)
{
    while (*text) {
        const char *begin = text;
        uint32_t code = take(&text);
        if (code == '\\' || code == '"')
            fprintf(file, "\\%c", (char)code);
        else if (code == '\n')
            fputs("\\n", file);
        else
            put(file, code, begin, text);
    }
}

void eb_escape_csv(FILE *file, const char *text)
{
    size_t length = strlen(text);
    int quoted = strpbrk(text, "\",") || (length > 0 && (text[0] == ' ' || text[length - 1] == ' '));
    if (quoted)
        fputc('"', file);
    while (*text) {
        const char *begin = text;
        uint32_t code = take(&text);
        if (code == '"')
            fputc('"', file);
        put(file, code, begin, text);
    }
    if (quoted)
        fputc('"', file);
}

char *eb_escape_utf8(const char *text)
{
    char *copy = malloc(3 * strlen(text) + 1); /* a byte becomes three at most */
    char *end = copy;
    while (copy && *text) {
        const char *begin = text;
        uint32_t code = take(&text);
        size_t length = code == NOT_A_CHARACTER ? strlen(REPLACEMENT) : (size_t)(text - begin);
        memcpy(end, code == NOT_A_CHARACTER ? REPLACEMENT : begin, length);
        end += length;
    }
    if (copy)
        *end = '\0';
    return copy;
}
