#include "measure/transport/table.h"

#define EB_LIST_TRANSPORT(name) &eb_transport_##name,

const struct eb_transport_ops *const eb_transports[] = {EB_TRANSPORT_ROWS(EB_LIST_TRANSPORT) NULL};
