/* From options to a session: what run and efabench-mpi share. */
#ifndef EB_CLI_SETUP_H
#define EB_CLI_SETUP_H

#include "cli/options.h"
#include "measure/session.h"

#define EB_KERNELS_MAX 16
#define EB_SCREEN_WORD "screen" /* in the place of kernels: all pairs of hosts */

struct eb_setup {
    const struct eb_kernel_ops *kernels[EB_KERNELS_MAX];
    struct eb_crossover crossovers[EB_ARMS_MAX];
    struct eb_added_size added[EB_ADDED_MAX];
    struct eb_session_options session; /* run is left NULL */
};

/* Fills in launches and sweeps, arms where none were given (EFA beside ENA where this host has an EFA and
 * --launcher was given, else libfabric's tcp beside kernel TCP on the loopback), all kernels where none were
 * named, and a seed from the clock; then says what can be said against it without measuring. EB_USAGE. setup
 * borrows from options.
 */
enum eb_status eb_setup_make(struct eb_setup *setup, struct eb_options *options, struct eb_error *err);

#endif
