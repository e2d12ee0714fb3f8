/* The rows of the one table of options, for cli/options.c. */
#ifndef EB_CLI_OPTIONS_ROWS_H
#define EB_CLI_OPTIONS_ROWS_H

#include "cli/options.h"

enum eb_option_kind {
    EB_OPTION_FLAG,
    EB_OPTION_TEXT,
    EB_OPTION_COUNT,
    EB_OPTION_PERCENT,
    EB_OPTION_LEVEL,
    EB_OPTION_ARM,
    EB_OPTION_PROVIDER,
    EB_OPTION_LIST,
    EB_OPTION_ARM_SIDES,     /* compare: one of two arms */
    EB_OPTION_VARIANT_SIDES, /* the same of variants; both may stand behind one option */
    EB_OPTION_ALLOW,         /* a value behind '=' or none */
};

struct eb_option_row {
    const char *name;
    int letter; /* 0: none */
    const char *argument;
    const char *help;
    unsigned programs;
    enum eb_option_kind kind;
    size_t offset; /* of the value in struct eb_options */
    uint64_t low;  /* of a count; of a list: where its count is in struct eb_options */
    uint64_t high; /* of a list: its room */
};

#define EB_OPTION_ROWS 81
extern const struct eb_option_row eb_option_rows[EB_OPTION_ROWS];

#endif
