/* What the words of a line say: numbers, whatever the locale, and titles. */
#ifndef EB_JUDGE_IMPORT_WORDS_H
#define EB_JUDGE_IMPORT_WORDS_H

#include "judge/import/lines.h"

#include <stddef.h>
#include <stdint.h>

/* Whether the line begins with these words (written with one space between, "# Benchmarking"). */
int eb_words_begin(const struct eb_line_words *line, const char *words);

/* The place of a word in the line, or EB_LINE_WORDS_MAX where it is not. */
size_t eb_words_find(const struct eb_line_words *line, const char *word);

enum eb_word {
    EB_WORD_OTHER,      /* no number */
    EB_WORD_NUMBER,     /* value is finite */
    EB_WORD_NOT_FINITE, /* nan, inf, or beyond the range of double */
};

/* Reads a decimal number, "-12", "3.25", "1.5e+06": the whole word must be one. *value is set (to NaN or an
 * infinity too) unless EB_WORD_OTHER is returned. */
enum eb_word eb_word_number(const char *word, double *value);

/* Reads a whole number of digits alone; 0 when the word is none or is beyond 64 bits. */
int eb_word_count(const char *word, uint64_t *value);

/* Digits after the point: 2 for "3.25", 0 for "3" and "3.". */
size_t eb_word_decimals(const char *word);

#endif
