/* The transports there are, in the order in which --help lists them. A new one is declared here and stands in
 * table.c. */
#ifndef EB_MEASURE_TRANSPORT_TABLE_H
#define EB_MEASURE_TRANSPORT_TABLE_H

#include "measure/transport/transport.h"

extern const struct eb_transport_ops eb_transport_ofi;
extern const struct eb_transport_ops eb_transport_sockets;
extern const struct eb_transport_ops eb_transport_null;
extern const struct eb_transport_ops eb_transport_inproc;

#endif
