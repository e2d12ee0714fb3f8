/* efabench report --format html. */
#ifndef EB_CLI_PAGE_H
#define EB_CLI_PAGE_H

#include "cli/options.h"
#include "common/status.h"

/* Writes the page of the records that options->words name, to options->output or to standard output. program
 * names the command in messages. EB_USAGE where options do not fit together, before anything is read. */
enum eb_status eb_page(const struct eb_options *options, const char *program, struct eb_error *err);

#endif
