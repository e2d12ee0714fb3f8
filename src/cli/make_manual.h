/* make_manual: what is made of the tables at build time. */
#ifndef EB_CLI_MAKE_MANUAL_H
#define EB_CLI_MAKE_MANUAL_H

#include "cli/manual.h"

#include <stdio.h>

/* "efabench-run" of "efabench run". */
void eb_page_name(const struct eb_manual *row, char *name, size_t room);

/* There is no page of a program that this build has not. */
int eb_page_is_made(const struct eb_manual *row);

/* The page of a command for man(7); date (YYYY-MM-DD) is the release's. */
void eb_make_page(FILE *file, const struct eb_manual *row, const char *date);

/* The completion of all commands, for bash 4 or newer. */
void eb_make_completion(FILE *file);

#endif
