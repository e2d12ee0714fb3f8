/* A text of another tool, line by line and word by word.
 *
 * The text may hold any bytes and need not end in a newline or a zero. What stands between a tool and its
 * file is taken away: CRLF, escape sequences of terminals (ECMA-48), and the label that launchers put before
 * each line when asked to: "3: " (srun -l), "[1,3]<stdout>:" and "[1,3]<stderr>:" (Open MPI --tag-output),
 * "[3] " (MPICH and Intel MPI -prepend-rank). A carriage return within a line begins a line anew, as on a
 * terminal, but keeps the number. Other control characters, zeros too, become '?'. */
#ifndef EB_JUDGE_IMPORT_LINES_H
#define EB_JUDGE_IMPORT_LINES_H

#include <stddef.h>
#include <stdint.h>

#define EB_LINE_BYTES 1024 /* of a line; what is beyond is dropped */
#define EB_LINE_WORDS 48   /* of a line; what is beyond stays in text only */

struct eb_lines {
    const char *next;
    const char *end;
    unsigned number;   /* of the line last read, from 1 */
    unsigned same : 1; /* 1: what comes next is of the same line */
};

struct eb_line {
    unsigned number;
    unsigned ended : 1;    /* 0: the text ends here without a newline, perhaps within a word */
    unsigned too_long : 1; /* 1: more than fits was dropped */
    char text[EB_LINE_BYTES];
    const char *words[EB_LINE_WORDS]; /* what spaces and tabs divide; within split, ended by zeros */
    size_t word_count;
    char split[EB_LINE_BYTES];
};

/* A reader of bytes at text, which must outlive it. */
struct eb_lines eb_lines_of(const char *text, size_t bytes);

/* The next line; 0 when there is none. line->words point into *line: they go with its next use, and a copy
 * of the struct does not have them. */
int eb_lines_next(struct eb_lines *lines, struct eb_line *line);

/* Whether the line begins with these words (written with one space between, "# Benchmarking"). */
int eb_line_begins(const struct eb_line *line, const char *words);

/* The place of a word in the line, or EB_LINE_WORDS where there is none. */
size_t eb_line_find(const struct eb_line *line, const char *word);

enum eb_word {
    EB_WORD_OTHER,      /* no number */
    EB_WORD_NUMBER,     /* value is finite */
    EB_WORD_NOT_FINITE, /* nan, inf, or beyond the range of double */
};

/* Reads a decimal number, "-12", "3.25", "1.5e+06", whatever the locale: the whole word must be one. *value
 * is set (to NaN or an infinity too) unless EB_WORD_OTHER is returned. */
enum eb_word eb_word_number(const char *word, double *value);

/* Reads a whole number of digits alone; 0 when the word is none or is beyond 64 bits. */
int eb_word_count(const char *word, uint64_t *value);

/* Digits after the point: 2 for "3.25", 0 for "3" and "3.". */
size_t eb_word_decimals(const char *word);

#endif
