/* The lines of a text that came through terminals, launchers and job managers.
 *
 * Taken off: the carriage return and what it overwrote, terminal escapes, and what launchers and loggers put
 * before a line: "0: " (srun -l), "[0] " (Hydra -l), "[1,0]<stdout>:" (Open MPI --tag-output), a date or a
 * time of day with or without brackets. Of others ("ip-10-0-0-1: " of pdsh, "[prterun-host-77@1,0]<stdout>:
 * ",
 * "> " of mail) a line tells that begins as tools begin their tables, but not at its start: what stands
 * before is taken off the lines that follow, until another line tells otherwise. */
#ifndef EB_JUDGE_IMPORT_LINES_H
#define EB_JUDGE_IMPORT_LINES_H

#include <stddef.h>

#define EB_LINE_MAX 512
#define EB_LINE_WORDS_MAX 40

struct eb_lines {
    const char *at;
    const char *end;
    unsigned number;  /* of the line that was last read, from 1 */
    char prefix[128]; /* that a line told, without blanks at its end; "": none */
};

struct eb_line {
    char text[EB_LINE_MAX]; /* cleaned, without the newline; empty when the line was longer */
    unsigned number;
    int ended; /* 0: the last line, which no newline ends */
};

/* text may hold anything and must stay. */
struct eb_lines eb_lines_of(const char *text, size_t bytes);

/* 0 when there is none left. */
int eb_lines_next(struct eb_lines *lines, struct eb_line *line);

/* The words of a line between blanks, in a copy of it. */
struct eb_line_words {
    char storage[EB_LINE_MAX];
    const char *words[EB_LINE_WORDS_MAX];
    size_t count; /* EB_LINE_WORDS_MAX: there may be more */
};
void eb_line_split(const char *text, struct eb_line_words *words);

/* Reads "17.23": digits, and after a point more of them. decimals is how many stand after the point. NULL, or
 * why the word is no such number ("it is negative", "it has a decimal comma"). */
const char *eb_line_number(const char *word, double *value, unsigned *decimals);

/* Whether a word begins like a number, or is "nan" or "inf". */
int eb_line_is_numeric(const char *word);

/* A whole number; 0 when the word is none, or above 2^62. */
int eb_line_count(const char *word, unsigned long long *count);

#endif
