/* A judgement written in a format, as a text of its own. */
#ifndef EB_TESTS_JUDGEMENT_TEXT_H
#define EB_TESTS_JUDGEMENT_TEXT_H

#include "judge/report/judgement_write.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes the judgement over; the caller frees the text. */
static __attribute__((noinline, unused)) char *written(struct eb_judgement *judgement, const char *format)
{
    char *text = NULL;
    size_t length = 0;
    struct eb_error err = {0};
    FILE *file = open_memstream(&text, &length);
    if (!file)
        abort();
    if (eb_judgement_write(judgement, format, file, &err) != EB_OK) {
        fprintf(stderr, "%s: %s\n", format, err.text);
        abort();
    }
    fclose(file);
    eb_judgement_free(judgement);
    return text;
}

/* How often a word stands in a text. */
static inline size_t times(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *found = strstr(text, word); found; found = strstr(found + strlen(word), word))
        count++;
    return count;
}

/* Whether it stands in the text as a word, and not in "provenance". */
static inline int has_word(const char *text, const char *word)
{
    for (const char *found = strcasestr(text, word); found; found = strcasestr(found + 1, word))
        if ((found == text || !isalnum((unsigned char)found[-1])) &&
            !isalnum((unsigned char)found[strlen(word)]))
            return 1;
    return 0;
}

/* No number that is none, and nothing that a terminal or a parser stumbles over. */
static inline int is_clean(const char *text)
{
    for (const char *c = text; *c; c++)
        if (((unsigned char)*c < 0x20 && *c != '\n') || *c == 0x7f)
            return 0;
    return !has_word(text, "nan") && !has_word(text, "inf") && !has_word(text, "infinity") &&
           !strstr(text, "\xe2\x80\xae");
}

#endif
