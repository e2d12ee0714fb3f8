#include "judge/report/judgement_escape.h"

#include "common/plain.h"

#include <stdint.h>
#include <string.h>

/* Controls, those that turn text round, and what no text should hold. */
static int is_unwelcome(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x200e || code == 0x200f ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfffe ||
           code == 0xffff || code == EB_PLAIN_NO_CHARACTER;
}

/* The character between begin and end as it is, or its replacement. */
static void put(FILE *file, uint32_t code, const char *begin, const char *end)
{
    if (is_unwelcome(code))
        fputs(EB_PLAIN_REPLACEMENT, file);
    else
        fwrite(begin, 1, (size_t)(end - begin), file);
}

void eb_escape_xml(FILE *file, const char *text)
{
    while (*text) {
        const char *begin = text;
        uint32_t code = eb_plain_take(&text);
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
        uint32_t code = eb_plain_take(&text);
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
        uint32_t code = eb_plain_take(&text);
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
        uint32_t code = eb_plain_take(&text);
        if (code == '"')
            fputc('"', file);
        put(file, code, begin, text);
    }
    if (quoted)
        fputc('"', file);
}
