#include "common/plain.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: they turn round what stands beside them. */
static int is_bidi_control(const unsigned char *c)
{
    if (c[0] != 0xe2 || (c[1] != 0x80 && c[1] != 0x81))
        return 0;
    if (c[1] == 0x81)
        return c[2] >= 0xa6 && c[2] <= 0xa9;
    return c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xaa && c[2] <= 0xae);
}

char *eb_plain_clean(char *text)
{
    for (char *c = text; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        unsigned char next = (unsigned char)c[1];
        if (byte < 0x20 || byte == 0x7f)
            *c = '?';
        else if (byte == 0xc2 && next >= 0x80 && next <= 0x9f)
            c[0] = c[1] = '?';
        else if (is_bidi_control((const unsigned char *)c))
            c[0] = c[1] = c[2] = '?';
    }
    return text;
}

char *eb_plain_copy(const char *text)
{
    char *copy = strdup(text);
    return copy ? eb_plain_clean(copy) : NULL;
}

uint32_t eb_plain_take(const char **text)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *c = (const unsigned char *)*text;
    size_t more = c[0] >= 0xf0 ? 3 : c[0] >= 0xe0 ? 2 : c[0] >= 0xc0 ? 1 : 0;
    uint32_t code = more == 3 ? c[0] & 0x07U : more == 2 ? c[0] & 0x0fU : more == 1 ? c[0] & 0x1fU : c[0];
    *text += 1;
    if (c[0] < 0x80)
        return code;
    if (c[0] < 0xc0 || c[0] > 0xf4)
        return EB_PLAIN_NO_CHARACTER;
    for (size_t i = 1; i <= more; i++) {
        if ((c[i] & 0xc0) != 0x80)
            return EB_PLAIN_NO_CHARACTER;
        code = code << 6 | (c[i] & 0x3fU);
    }
    if (code < least[more] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return EB_PLAIN_NO_CHARACTER;
    *text += more;
    return code;
}

char *eb_plain_utf8(const char *text)
{
    char *copy = malloc(3 * strlen(text) + 1); /* a byte becomes three at most */
    char *end = copy;
    while (copy && *text) {
        const char *begin = text;
        uint32_t code = eb_plain_take(&text);
        size_t length = code == EB_PLAIN_NO_CHARACTER ? strlen(EB_PLAIN_REPLACEMENT) : (size_t)(text - begin);
        memcpy(end, code == EB_PLAIN_NO_CHARACTER ? EB_PLAIN_REPLACEMENT : begin, length);
        end += length;
    }
    if (copy)
        *end = '\0';
    return copy;
}

/* printf writes the locale's decimal point, which may be longer than a byte. */
static char *with_a_point(char *text)
{
    const char *point = localeconv()->decimal_point;
    char *found = strcmp(point, ".") != 0 ? strstr(text, point) : NULL;
    if (found) {
        char *rest = found + strlen(point);
        *found = '.';
        memmove(found + 1, rest, strlen(rest) + 1);
    }
    return text;
}

char *eb_plain_number(double value, int digits, char *buffer)
{
    snprintf(buffer, EB_PLAIN_NUMBER, "%.*g", digits, value);
    return with_a_point(buffer);
}

char *eb_plain_fixed(double value, int decimals, char *buffer)
{
    snprintf(buffer, EB_PLAIN_NUMBER, "%.*f", decimals, value);
    return with_a_point(buffer);
}
