#include "measure/transport/table.h"

const struct eb_transport_ops *const eb_transports[] = {
    &eb_transport_ofi, &eb_transport_sockets, &eb_transport_null, &eb_transport_inproc, NULL,
};
