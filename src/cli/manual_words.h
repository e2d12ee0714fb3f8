/* Which words an option, or a place of the command line, may have: from the tables that check them. For the
 * completion. */
#ifndef EB_CLI_MANUAL_WORDS_H
#define EB_CLI_MANUAL_WORDS_H

#include <stdio.h>

/* How a value is completed. */
enum eb_value_kind {
    EB_VALUE_FREE, /* a number, a name: nothing is known */
    EB_VALUE_FILE,
    EB_VALUE_DIRECTORY,
    EB_VALUE_WORD, /* one of the words */
    EB_VALUE_LIST, /* some of them, with commas */
    EB_VALUE_PAIR, /* WORD=FILE */
};

struct eb_vocabulary {
    unsigned programs;
    const char *option; /* NULL: a word that is no option */
    unsigned position;  /* of such a word, from 1; 0: any */
    enum eb_value_kind kind;
    void (*tell)(FILE *file); /* writes the words, a space before each */
};

/* NULL where there is none: what it may be follows from the argument's name alone. */
const struct eb_vocabulary *eb_vocabulary_of_option(unsigned program, const char *option);

/* The same of words, in the order of the table; NULL past the last one. */
const struct eb_vocabulary *eb_vocabulary_at(size_t index);

#endif
