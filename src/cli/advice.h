/* What to do next: words for the end of messages about launches that did not come to measure. What their
 * launcher says itself may be a screen full, and names no option of ours. */
#ifndef EB_CLI_ADVICE_H
#define EB_CLI_ADVICE_H

#include "cli/run_command.h"

#include <stddef.h>
#include <stdint.h>

/* Of a launcher that cannot be started. Returns text, as the others do. */
char *eb_advice_not_started(const struct eb_run_command *command, char *text, size_t room);

/* Of one that ended with an exit code, before anything was measured or with the worker's code. The code is
 * the worker's own where it is one of efabench's, and the worker has said then what is wrong. */
char *eb_advice_not_measured(const struct eb_run_command *command, uint64_t ranks, int exit_code, char *text,
                             size_t room);

/* Of one that was ended by a signal, or whose ranks were: its exit code was 128 and the signal. */
char *eb_advice_killed(int signal_number, char *text, size_t room);

/* Of one that said nothing at all. */
char *eb_advice_silent(const struct eb_run_command *command, char *text, size_t room);

#endif
