/* In a build without the measuring wing. */
#include "cli/manual_measure.h"

const char *const eb_manual_absence =
    "This efabench was built without MPI: it reports and judges, and run and efabench-mpi are missing.";
