#include "common/plain.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

char *eb_plain_clean(char *text)
{
    for (char *c = text; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        unsigned char next = (unsigned char)c[1];
        if (byte < 0x20 || byte == 0x7f)
            *c = '?';
        else if (byte == 0xc2 && next >= 0x80 && next <= 0x9f)
            c[0] = c[1] = '?';
    }
    return text;
}

char *eb_plain_copy(const char *text)
{
    char *copy = strdup(text);
    return copy ? eb_plain_clean(copy) : NULL;
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
