/* An opened libfabric endpoint: what ofi_open.c makes and ofi_xfer.c works with. Private to transport/ofi_*.
 */
#ifndef EB_MEASURE_TRANSPORT_OFI_ENDPOINT_H
#define EB_MEASURE_TRANSPORT_OFI_ENDPOINT_H

#include "measure/transport/transport.h"

#include <rdma/fabric.h>
#include <rdma/fi_cm.h>
#include <rdma/fi_domain.h>
#include <rdma/fi_endpoint.h>
#include <rdma/fi_errno.h>
#include <rdma/fi_tagged.h>

struct eb_ofi {
    struct eb_transport base;
    struct fi_info *info;
    struct fid_fabric *fabric;
    struct fid_domain *domain;
    struct fid_av *av;
    struct fid_cq *cq; /* of sends and receives */
    struct fid_ep *ep;
    fi_addr_t *peers;    /* by rank */
    size_t inject_bytes; /* up to here a send needs no completion */
    uint64_t next_key;   /* for providers that let the application choose keys */
    char *provider_asked;
};

/* The libfabric interface version that is asked for: 1.18, where the headers know it, since device RDMA and
 * native tcp follow it. */
#if FI_MAJOR_VERSION > 1 || FI_MINOR_VERSION >= 18
#define EB_OFI_API_MAX FI_VERSION(1, 18)
#else
#define EB_OFI_API_MAX FI_VERSION(FI_MAJOR_VERSION, FI_MINOR_VERSION)
#endif

/* ... and no newer than the library that was loaded, which may be older than the headers. */
static inline uint32_t eb_ofi_api(void)
{
    return fi_version() < EB_OFI_API_MAX ? fi_version() : EB_OFI_API_MAX;
}

/* How well the provider `got` answers the one `asked` for: 2 the very one, 1 the one asked for beneath
 * utility layers ("tcp;ofi_rxm" for "tcp"), 0 another provider. */
int eb_ofi_provider_match(const char *asked, const char *got);

/* The best endpoint description for the arm; *info is owned by the caller (fi_freeinfo). EB_USAGE: no such
 * provider or interface; EB_NO_HARDWARE: the provider's device is not here; EB_WRONG_PATH: libfabric answers
 * with another provider. Not collective. */
enum eb_status eb_ofi_find(const struct eb_arm *arm, struct fi_info **info, struct eb_error *err);

int eb_ofi_send(struct eb_transport *transport, int peer, const struct eb_region *region, size_t offset,
                size_t bytes, struct eb_request *request);
int eb_ofi_recv(struct eb_transport *transport, int peer, struct eb_region *region, size_t offset,
                size_t bytes, struct eb_request *request);
int eb_ofi_progress(struct eb_transport *transport);

#endif
