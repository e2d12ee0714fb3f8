/* Where compare and gate put a judgement: --format to standard output or to --output, and once more for each
 * --write FORMAT=FILE. */
#ifndef EB_CLI_JUDGEMENT_OUTPUT_H
#define EB_CLI_JUDGEMENT_OUTPUT_H

#include "cli/options.h"
#include "common/status.h"
#include "judge/judgement.h"

#include <stddef.h>

/* For use before anything is read: EB_USAGE for an unknown format, a --write without FORMAT=FILE, a file that
 * cannot be written, stands twice, or is one of the inputs (of which some may be NULL). */
enum eb_status eb_judgement_output_check(const struct eb_options *options, const char *const *inputs,
                                         size_t input_count, struct eb_error *err);

/* Writes all of them; each is whole or as it was. One that fails keeps none of the others from being written;
 * the first failure is what is returned, but for a judgement that is regressed: that must win, so the failure
 * is only said on standard error. */
enum eb_status eb_judgement_output_write(const struct eb_judgement *judgement,
                                         const struct eb_options *options, struct eb_error *err);

#endif
