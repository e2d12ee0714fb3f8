/* The words that start one launch of a run. */
#ifndef EB_CLI_RUN_COMMAND_H
#define EB_CLI_RUN_COMMAND_H

#include "cli/setup.h"
#include "cli/variants.h"

#include <jansson.h>
#include <limits.h>

/* One launch. */
struct eb_run_launch {
    uint64_t index;                   /* part of the seed */
    const struct eb_variant *variant; /* NULL: nobody named any */
    const json_t *tuning;             /* what an earlier launch found out; NULL: nothing yet */
};

/* All words but those made here are borrowed from options, setup and launch. */
struct eb_run_command {
    const char **words; /* ends with NULL */
    size_t count;
    const char *worker; /* what the launcher starts on each rank */
    char *launcher;     /* cut into words */
    char *made[EB_ARMS_MAX + EB_ADDED_MAX + 8];
    size_t made_count;
    char found_worker[PATH_MAX];
};

/* EB_USAGE: the launcher's or the worker's name cannot be used; EB_INTERNAL. Release with eb_run_command_free
 * in any case. A variant's environment is that of the ranks alone, on whatever host they are: the launcher
 * starts them through env. */
enum eb_status eb_run_command_make(struct eb_run_command *command, const struct eb_options *options,
                                   const struct eb_setup *setup, const struct eb_run_launch *launch,
                                   struct eb_error *err);
void eb_run_command_free(struct eb_run_command *command);

#endif
