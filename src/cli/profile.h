/* Profiles: @FILE on a command line stands for the options in FILE, one a line. */
#ifndef EB_CLI_PROFILE_H
#define EB_CLI_PROFILE_H

#include "common/status.h"

#include <stddef.h>

/* Copies argv, each word "@FILE" being replaced by the lines of FILE: "--sizes 1:4M" and "--sizes=1:4M"
 * alike; what follows a '#' at the start of a line is a comment. The new argv and the texts that profiles
 * brought are kept in *storage, whose every text the caller frees. EB_USAGE names a file that cannot be read.
 */
enum eb_status eb_profile_unfold(int argc, char **argv, int *unfolded_count, char ***unfolded,
                                 char ***storage, size_t *storage_count, struct eb_error *err);

/* Adds text (taken over, malloc'ed) to the storage. EB_INTERNAL when out of memory; text is then freed. */
enum eb_status eb_profile_keep(char ***storage, size_t *storage_count, char *text, struct eb_error *err);

#endif
