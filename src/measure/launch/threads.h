/* Ranks as threads of one process: for tests of everything above the launch, and for the inproc transport. */
#ifndef EB_MEASURE_LAUNCH_THREADS_H
#define EB_MEASURE_LAUNCH_THREADS_H

#include "measure/launch/launch.h"

/* What a rank runs; its return value is that rank's result. */
typedef int eb_threads_main(struct eb_launch *launch, void *argument);

/* Runs main on `ranks` threads and waits for them. The result is the first nonzero one in rank order, or 0.
 * A launch that was aborted makes every wait of the others fail with EB_INTERNAL. -1 when threads or memory
 * are not to be had. yield: as in struct eb_launch. */
int eb_launch_threads_run(int ranks, int yield, uint64_t timeout_ns, eb_threads_main *main, void *argument);

#endif
