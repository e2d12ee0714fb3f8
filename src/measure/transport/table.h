/* The transports there are, in the order in which --help lists them. A new one is a file that defines
 * `const struct eb_transport_ops eb_transport_NAME`, and a row here. */
#ifndef EB_MEASURE_TRANSPORT_TABLE_H
#define EB_MEASURE_TRANSPORT_TABLE_H

#include "measure/transport/transport.h"

#define EB_TRANSPORT_ROWS(ROW)                                                                               \
    ROW(ofi)                                                                                                 \
    ROW(mpi)                                                                                                 \
    ROW(sockets)                                                                                             \
    ROW(null)                                                                                                \
    ROW(inproc)

#define EB_DECLARE_TRANSPORT(name) extern const struct eb_transport_ops eb_transport_##name;
EB_TRANSPORT_ROWS(EB_DECLARE_TRANSPORT)

#endif
