#include "judge/import/words.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NUMBER_BYTES 64 /* no tool writes longer ones */

static size_t digits_at(const char *text)
{
    size_t count = 0;
    while (text[count] >= '0' && text[count] <= '9')
        count++;
    return count;
}

int eb_words_begin(const struct eb_line_words *line, const char *words)
{
    for (size_t i = 0; *words; i++) {
        size_t bytes = strcspn(words, " ");
        if (i == line->count || strncmp(line->words[i], words, bytes) != 0 || line->words[i][bytes])
            return 0;
        words += bytes;
        words += *words == ' ';
    }
    return 1;
}

size_t eb_words_find(const struct eb_line_words *line, const char *word)
{
    for (size_t i = 0; i < line->count; i++)
        if (strcmp(line->words[i], word) == 0)
            return i;
    return EB_LINE_WORDS_MAX;
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
