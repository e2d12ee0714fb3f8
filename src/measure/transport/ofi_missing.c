/* In place of ofi_*.c in a build without libfabric. */
#include "measure/transport/table.h"

static enum eb_status missing(const struct eb_arm *arm, struct eb_error *err)
{
    return eb_error_set(err, EB_USAGE, "ofi", 0, "arm '%s': this efabench was built without libfabric",
                        arm->spec);
}

static const char *const no_keys[] = {NULL};

const struct eb_transport_ops eb_transport_ofi = {
    .name = "ofi",
    .summary = "libfabric: not in this build",
    .keys = no_keys,
    .takes_provider = 1,
    .takes_interface = 1,
    .check = missing,
};
