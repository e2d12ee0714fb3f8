/* Starting one launch and reading what it measures, line by line, through a pipe: rank 0 may be on another
 * host. */
#ifndef EB_CLI_LAUNCHER_H
#define EB_CLI_LAUNCHER_H

#include "common/status.h"

#include <jansson.h>
#include <stdint.h>

/* Who hears what a launch says. */
struct eb_launcher_listener {
    /* Takes a line of the launch's journal (borrowed) as it comes. A failure ends the launch. */
    enum eb_status (*line)(void *argument, const json_t *line, struct eb_error *err);
    /* Takes what else it says, on standard output and standard error, as it comes, whole lines or not. NULL:
     * standard error is the launch's own as well as ours, and other lines of its output go there too. */
    void (*words)(void *argument, const char *words, size_t bytes);
    void *argument;
};

/* How long a launch may keep us waiting. */
struct eb_launcher_limits {
    int silence_ms; /* for the first line of the journal; -1: never mind */
    int end_ms;     /* from the journal's end to its own */
};

/* Runs argv (execvp, no shell) and waits for it. The caller holds SIGINT and SIGTERM blocked: one that comes
 * between two launches then ends the next. When nothing comes on its standard output before the first line of
 * the journal, or this process is told to end by SIGINT or SIGTERM, the launch is ended too. *exit_code is
 * the program's, or 128 plus the signal that ended it. A launcher that does not end although its journal has
 * (Open MPI 5's prterun, now and then) is ended, and said to be; all is there, and *exit_code is 0. EB_USAGE:
 * the program cannot be started. EB_INTERNAL: it fell silent, was interrupted, or a line could not be kept.
 */
enum eb_status eb_launcher_run(char *const *argv, const struct eb_launcher_limits *limits,
                               const struct eb_launcher_listener *listener, int *exit_code,
                               struct eb_error *err);

#endif
