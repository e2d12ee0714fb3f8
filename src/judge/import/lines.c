#include "judge/import/lines.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

struct eb_lines eb_lines_of(const char *text, size_t bytes)
{
    return (struct eb_lines){.at = text, .end = text + bytes};
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes out terminal escapes: ESC, and where '[' follows, up to a letter or other final byte. */
static void drop_escapes(char *text)
{
    char *to = text;
    for (const char *from = text; *from;) {
        if (*from != '\x1b') {
            *to++ = *from++;
            continue;
        }
        from++;
        if (*from == '[') {
            from++;
            while (*from && !(*from >= '@' && *from <= '~'))
                from++;
        }
        if (*from)
            from++;
    }
    *to = '\0';
}

/* Where a pattern of a line's start ends, or NULL. '9': one or more digits; '_': blanks, or none; else the
 * character itself. */
static const char *skip_pattern(const char *text, const char *pattern)
{
    for (; *pattern; pattern++) {
        if (*pattern == '9') {
            if (!is_digit(*text))
                return NULL;
            while (is_digit(*text))
                text++;
        } else if (*pattern == '_') {
            while (*text == ' ' || *text == '\t')
                text++;
        } else if (*text++ != *pattern) {
            return NULL;
        }
    }
    return text;
}

static const char *skip_any(const char *text, const char *const *patterns)
{
    for (; *patterns; patterns++) {
        const char *rest = skip_pattern(text, *patterns);
        if (rest)
            return rest;
    }
    return NULL;
}

/* A time of day with or without a date before it, and what zone it is of. */
static const char *skip_time(const char *text)
{
    static const char *const times[] = {"9-9-9T9:9:9.9", "9-9-9T9:9:9", "9-9-9_9:9:9.9",
                                        "9-9-9_9:9:9,9", "9-9-9_9:9:9", "9/9/9_9:9:9",
                                        "9:9:9.9",       "9:9:9",       NULL};
    static const char *const zones[] = {"Z", "+9:9", "-9:9", "+9", NULL};
    int bracket = *text == '[';
    const char *rest = skip_any(text + bracket, times);
    if (!rest)
        return NULL;
    const char *zone = skip_any(rest, zones);
    rest = zone ? zone : rest;
    if (bracket)
        return *rest == ']' ? rest + 1 : NULL;
    if (*rest == ':')
        rest++;
    return *rest == ' ' || *rest == '\t' || *rest == '\0' ? rest : NULL;
}

/* Where the line itself begins. */
static const char *skip_prefixes(const char *text)
{
    static const char *const tags[] = {
        "[9,9]<stdout>:", "[9,9]<stderr>:", "[9,9]<out>:", "[9]", "9: ", "9:\t", NULL};
    for (int i = 0; i < 3; i++) {
        while (*text == ' ' || *text == '\t')
            text++;
        const char *rest = skip_time(text);
        if (!rest)
            rest = skip_any(text, tags);
        if (!rest)
            break;
        text = rest;
    }
    return text;
}

/* Learns a launcher's prefix from a line where a tool's own words stand behind one. It must end as prefixes
 * do, since people write such words too. */
static void learn_prefix(const char *text, char *prefix, size_t room)
{
    static const char *const beginnings[] = {"# OSU ",         "# Benchmarking ", "bytes   iters ",
                                             "bytes   #sent ", "- { xfer_size:",  "sockperf: "};
    const char *found = NULL;
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        const char *at = strstr(text, beginnings[i]);
        if (at && (!found || at < found))
            found = at;
    }
    while (found && found > text && (found[-1] == ' ' || found[-1] == '\t'))
        found--;
    if (!found || found == text || (size_t)(found - text) >= room || !strchr(":>])|", found[-1]))
        return;
    memcpy(prefix, text, (size_t)(found - text));
    prefix[found - text] = '\0';
}

int eb_lines_next(struct eb_lines *lines, struct eb_line *line)
{
    if (lines->at == lines->end)
        return 0;
    const char *start = lines->at;
    const char *newline = memchr(start, '\n', (size_t)(lines->end - start));
    const char *stop = newline ? newline : lines->end;
    lines->at = newline ? newline + 1 : lines->end;
    *line = (struct eb_line){.number = ++lines->number, .ended = newline != NULL};
    while (stop > start && stop[-1] == '\r')
        stop--;
    for (const char *c = stop; c > start; c--) {
        if (c[-1] == '\r') { /* a progress display that wrote over itself */
            start = c;
            break;
        }
    }
    size_t length = (size_t)(stop - start);
    if (length >= sizeof line->text)
        return 1;
    for (size_t i = 0; i < length; i++)
        line->text[i] = start[i] ? start[i] : '?';
    drop_escapes(line->text);
    const char *rest = skip_prefixes(line->text);
    learn_prefix(rest, lines->prefix, sizeof lines->prefix);
    size_t prefix = strlen(lines->prefix);
    if (prefix > 0 && strncmp(rest, lines->prefix, prefix) == 0)
        rest += prefix;
    memmove(line->text, rest, strlen(rest) + 1);
    return 1;
}

void eb_line_split(const char *text, struct eb_line_words *words)
{
    char *at = words->storage;
    words->count = 0;
    strncpy(words->storage, text, sizeof words->storage - 1);
    words->storage[sizeof words->storage - 1] = '\0';
    while (words->count < EB_LINE_WORDS_MAX) {
        while (*at && isspace((unsigned char)*at))
            at++;
        if (!*at)
            return;
        words->words[words->count++] = at;
        while (*at && !isspace((unsigned char)*at))
            at++;
        if (*at)
            *at++ = '\0';
    }
}

int eb_line_is_numeric(const char *word)
{
    if (*word == '+' || *word == '-')
        word++;
    if (*word == '.' || *word == ',')
        word++;
    return is_digit(*word) || strncasecmp(word, "nan", 3) == 0 || strncasecmp(word, "inf", 3) == 0;
}

int eb_line_count(const char *word, unsigned long long *count)
{
    *count = 0;
    for (const char *c = word; *c; c++) {
        if (!is_digit(*c) || *count > 1ULL << 58)
            return 0;
        *count = 10 * *count + (unsigned long long)(*c - '0');
    }
    return *word != '\0';
}

const char *eb_line_number(const char *word, double *value, unsigned *decimals)
{
    double digits = 0;
    unsigned places = 0;
    unsigned significant = 0;
    int point = 0; /* 1 after it */
    *decimals = 0;
    if (*word == '-')
        return "it is negative";
    if (!is_digit(*word))
        return strncasecmp(word, "nan", 3) == 0 || strncasecmp(word, "inf", 3) == 0 ? "it is not finite"
                                                                                    : "it is no number";
    for (const char *c = word; *c; c++) {
        if (*c == ',')
            return "it has a comma";
        if (*c == '.' && !point) {
            point = 1;
            continue;
        }
        if (!is_digit(*c))
            return "it is no plain decimal number";
        *decimals += (unsigned)point;
        significant += significant > 0 || *c != '0';
        if (significant > 17 && point)
            continue;
        digits = 10 * digits + (*c - '0');
        places += (unsigned)point;
    }
    *value = digits / pow(10, places);
    return isfinite(*value) ? NULL : "it is not finite";
}
