/* Ranks as MPI processes. */
#ifndef EB_MEASURE_LAUNCH_MPI_H
#define EB_MEASURE_LAUNCH_MPI_H

#include "measure/launch/launch.h"

/* Initialises MPI. timeout_ns bounds every later wait. Ends with launch->ops->close. */
enum eb_status eb_launch_mpi_open(uint64_t timeout_ns, struct eb_launch **launch, struct eb_error *err);

#endif
