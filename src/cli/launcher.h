/* Starting one launch and reading what it measures, line by line, through a pipe: rank 0 may be on another
 * host. */
#ifndef EB_CLI_LAUNCHER_H
#define EB_CLI_LAUNCHER_H

#include "common/status.h"

#include <jansson.h>
#include <stdint.h>

/* Takes a line of the launch's journal (borrowed) as it comes. A failure ends the launch. */
typedef enum eb_status eb_launcher_line(void *argument, const json_t *line, struct eb_error *err);

/* Runs argv (execvp, no shell) and waits for it. The caller holds SIGINT and SIGTERM blocked: one that comes
 * between two launches then ends the next. Lines that are not the journal's go to standard
 * error. When nothing
 * comes for silence_ms (-1: never mind), or this process is told to end by SIGINT or SIGTERM, the launch is
 * ended too. *exit_code is the program's, or 128 plus the signal that ended it. EB_USAGE: the program cannot
 * be started. EB_INTERNAL: it fell silent, was interrupted, or a line could not be kept. */
enum eb_status eb_launcher_run(char *const *argv, int silence_ms, eb_launcher_line *line, void *argument,
                               int *exit_code, struct eb_error *err);

#endif
