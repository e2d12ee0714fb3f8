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

/* Runs argv (execvp, no shell) and waits for it. The caller holds SIGINT and SIGTERM blocked: one that comes
 * between two launches then ends the next. When nothing comes on its standard output for silence_ms (-1:
 * never mind) before the first line of the journal, or this process is told to end by SIGINT or SIGTERM, the
 * launch is ended too. *exit_code is the program's, or 128 plus the signal that ended it. EB_USAGE: the
 * program cannot be started. EB_INTERNAL: it fell silent, was interrupted (also a moment after it failed:
 * who ends both of us may reach it first), or a line could not be kept. */
enum eb_status eb_launcher_run(char *const *argv, int silence_ms, const struct eb_launcher_listener *listener,
                               int *exit_code, struct eb_error *err);

#endif
