#include "judge/import/lines.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ESCAPE '\x1b'
#define NUMBER_BYTES 64 /* no tool writes longer ones */

struct eb_lines eb_lines_of(const char *text, size_t bytes)
{
    return (struct eb_lines){.next = text, .end = text + bytes};
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Past an escape sequence that begins at `from`: CSI to its final byte, OSC and its like to BEL or ESC \,
 * else intermediate bytes and one more. */
static const char *skip_escape(const char *from, const char *end)
{
    const char *at = from + 1;
    if (at == end)
        return end;
    if (*at == '[') {
        for (at++; at < end && *at >= 0x20 && *at < 0x40; at++)
            continue;
        return at < end && *at >= 0x40 && *at < 0x7f ? at + 1 : at;
    }
    if (strchr("]PX^_", *at) && *at) {
        for (at++; at < end; at++) {
            if (*at == '\a')
                return at + 1;
            if (*at == ESCAPE)
                return at + 1 < end && at[1] == '\\' ? at + 2 : at;
        }
        return end;
    }
    while (at < end && *at >= 0x20 && *at < 0x30)
        at++;
    return at < end && *at >= 0x30 && *at < 0x7f ? at + 1 : at;
}

static size_t digits_at(const char *text)
{
    size_t count = 0;
    while (is_digit(text[count]))
        count++;
    return count;
}

/* Bytes of the label that a launcher put before the line, 0 where there is none. */
static size_t label_of(const char *text)
{
    size_t at = 0;
    while (text[at] == ' ')
        at++;
    size_t digits = digits_at(text + at);
    if (digits > 0 && text[at + digits] == ':' && (text[at + digits + 1] == ' ' || !text[at + digits + 1]))
        return at + digits + (text[at + digits + 1] ? 2 : 1);
    if (text[0] != '[')
        return 0;
    digits = digits_at(text + 1);
    at = 1 + digits;
    if (digits > 0 && text[at] == ']' && (text[at + 1] == ' ' || !text[at + 1]))
        return at + (text[at + 1] ? 2 : 1);
    if (digits == 0 || text[at] != ',' || (digits = digits_at(text + at + 1)) == 0)
        return 0;
    at += 1 + digits;
    if (strncmp(text + at, "]<stdout>:", 10) != 0 && strncmp(text + at, "]<stderr>:", 10) != 0)
        return 0;
    return at + 10;
}

static void split(struct eb_line *line)
{
    memcpy(line->split, line->text, sizeof line->split);
    line->word_count = 0;
    char *at = line->split;
    while (line->word_count < EB_LINE_WORDS) {
        while (is_blank(*at))
            at++;
        if (!*at)
            return;
        line->words[line->word_count++] = at;
        while (*at && !is_blank(*at))
            at++;
        if (!*at)
            return;
        *at++ = '\0';
    }
}

static void clean(struct eb_line *line, const char *from, const char *end)
{
    size_t bytes = 0;
    line->too_long = 0;
    while (from < end) {
        if (*from == ESCAPE) {
            from = skip_escape(from, end);
            continue;
        }
        if (bytes == sizeof line->text - 1) {
            line->too_long = 1;
            break;
        }
        unsigned char byte = (unsigned char)*from++;
        line->text[bytes++] = (byte < 0x20 && byte != '\t') || byte == 0x7f ? '?' : (char)byte;
    }
    line->text[bytes] = '\0';
    size_t label = label_of(line->text);
    memmove(line->text, line->text + label, bytes - label + 1);
}

int eb_lines_next(struct eb_lines *lines, struct eb_line *line)
{
    if (lines->next == lines->end)
        return 0;
    const char *from = lines->next;
    const char *stop = from;
    while (stop < lines->end && *stop != '\n' && *stop != '\r')
        stop++;
    const char *next = stop;
    while (next < lines->end && *next == '\r')
        next++;
    if (!lines->same)
        lines->number++;
    line->number = lines->number;
    line->ended = stop < lines->end;
    lines->same = next < lines->end && *next != '\n';
    lines->next = next < lines->end && *next == '\n' ? next + 1 : next;
    clean(line, from, stop);
    split(line);
    return 1;
}

int eb_line_begins(const struct eb_line *line, const char *words)
{
    for (size_t i = 0; *words; i++) {
        size_t bytes = strcspn(words, " ");
        if (i == line->word_count || strncmp(line->words[i], words, bytes) != 0 || line->words[i][bytes])
            return 0;
        words += bytes;
        words += *words == ' ';
    }
    return 1;
}

size_t eb_line_find(const struct eb_line *line, const char *word)
{
    for (size_t i = 0; i < line->word_count; i++)
        if (strcmp(line->words[i], word) == 0)
            return i;
    return EB_LINE_WORDS;
}

/* Whether the word is a decimal number by its form; *point is the place of its '.', if any. */
static int number_form(const char *word, const char **point)
{
    const char *at = word + (*word == '-' || *word == '+');
    size_t digits = digits_at(at);
    at += digits;
    *point = NULL;
    if (*at == '.') {
        *point = at++;
        size_t decimals = digits_at(at);
        at += decimals;
        digits += decimals;
    }
    if (digits == 0)
        return 0;
    if (*at == 'e' || *at == 'E') {
        at++;
        at += *at == '-' || *at == '+';
        digits = digits_at(at);
        if (digits == 0)
            return 0;
        at += digits;
    }
    return *at == '\0';
}

enum eb_word eb_word_number(const char *word, double *value)
{
    static const char *const not_finite[] = {"nan", "inf", "infinity"};
    const char *bare = word + (*word == '-' || *word == '+');
    for (size_t i = 0; i < sizeof not_finite / sizeof *not_finite; i++)
        if (strcasecmp(bare, not_finite[i]) == 0) {
            *value = i == 0 ? NAN : *word == '-' ? -INFINITY : INFINITY;
            return EB_WORD_NOT_FINITE;
        }
    const char *point = NULL;
    char copy[NUMBER_BYTES + 16];
    const char *local = localeconv()->decimal_point; /* strtod insists on it */
    size_t bytes = strlen(word);
    if (bytes > NUMBER_BYTES || strlen(local) >= 16 || !number_form(word, &point))
        return EB_WORD_OTHER;
    size_t head = point ? (size_t)(point - word) : bytes;
    memcpy(copy, word, head);
    copy[head] = '\0';
    if (point) {
        strcat(copy, local);
        strcat(copy, point + 1);
    }
    *value = strtod(copy, NULL);
    return isfinite(*value) ? EB_WORD_NUMBER : EB_WORD_NOT_FINITE;
}

int eb_word_count(const char *word, uint64_t *value)
{
    size_t digits = digits_at(word);
    if (digits == 0 || word[digits])
        return 0;
    errno = 0;
    unsigned long long number = strtoull(word, NULL, 10);
    if (errno != 0)
        return 0;
    *value = number;
    return 1;
}

size_t eb_word_decimals(const char *word)
{
    const char *point = strchr(word, '.');
    return point ? digits_at(point + 1) : 0;
}
