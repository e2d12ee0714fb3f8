/* What MPI is made of in this process: which of Open MPI's components were chosen. Needs no mpi.h. */
#ifndef EB_MEASURE_TRANSPORT_MPI_LAYERS_H
#define EB_MEASURE_TRANSPORT_MPI_LAYERS_H

#include <jansson.h>

/* What transport/mpi.c and its stand-in where MPI is not linked have in common. */
extern const char *const eb_mpi_keys[];
#define EB_TRANSPORT_MPI_ROW                                                                                 \
    .name = "mpi", .summary = "MPI's own messages and all-reduce, as mpirun set them up",                    \
    .keys = eb_mpi_keys, .moves_data = 1

/* A new object: "pml" and "mtl" as Open MPI selected them, "btl" (the components that stayed loaded),
 * "providers" (what was opened of libfabric by them, or by MPICH). What cannot be found out is left out;
 * owned by the caller. */
json_t *eb_mpi_layers(void);

/* One line of what MPI_Get_library_version says, into line of room bytes: its first, but of MPICH, which has
 * a line for each thing, "MPICH 4.0.2, device ch4:ucx". */
void eb_mpi_library_line(const char *version, char *line, size_t room);

/* 0 when layers, as above, say that ranks of one host exchange no bytes through shared memory: ob1 without a
 * BTL that does, or cm with a provider that does not. */
int eb_mpi_may_share_memory(const json_t *layers);

#endif
