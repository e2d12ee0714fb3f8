/* efabench-mpi --doctor. */
#ifndef EB_CLI_DOCTOR_LAUNCH_H
#define EB_CLI_DOCTOR_LAUNCH_H

#include "cli/options.h"
#include "measure/doctor/nodes.h"
#include "measure/launch/launch.h"

/* Before the launch is open (libfabric is asked in a child, which MPI would not like): what this rank, whose
 * number its launcher's variables say, finds on its node. --sysroot may hold %h and %r. EB_USAGE: options
 * that do not go with --doctor, or a sysroot that is none. */
enum eb_status eb_doctor_prepare(const struct eb_options *options, int rank, struct eb_rank_report *report,
                                 struct eb_error *err);

/* Collective: rank 0 writes the table; *exit_code becomes the same on all ranks. */
enum eb_status eb_doctor_run(struct eb_launch *launch, const struct eb_options *options,
                             const struct eb_rank_report *mine, int *exit_code, struct eb_error *err);

#endif
