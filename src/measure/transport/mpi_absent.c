/* Stands in for transport/mpi.c in programs that are not linked with MPI: efabench run checks arms, and the
 * ranks measure. */
#include "measure/transport/mpi_layers.h"
#include "measure/transport/table.h"

static enum eb_status mpi_open(struct eb_launch *launch, const struct eb_arm *arm,
                               struct eb_transport **transport, struct eb_error *err)
{
    (void)transport;
    return eb_launch_agree(launch,
                           eb_error_set(err, EB_USAGE, "MPI", 0,
                                        "arm '%s': transport mpi is for ranks that mpirun started",
                                        arm->spec),
                           err);
}

static void mpi_close(struct eb_transport *transport)
{
    (void)transport;
}

const struct eb_transport_ops eb_transport_mpi = {
    EB_TRANSPORT_MPI_ROW,
    .open = mpi_open,
    .close = mpi_close,
};
