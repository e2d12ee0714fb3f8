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
#include <rdma/fi_rma.h>
#include <rdma/fi_tagged.h>

enum eb_ofi_operation { EB_OFI_TAGGED, EB_OFI_MSG, EB_OFI_WRITE, EB_OFI_READ };

/* How the target of a write learns that it is there. */
enum eb_ofi_completion {
    EB_OFI_BY_DATA, /* the write carries remote CQ data: the writer's rank */
    EB_OFI_BY_FLAG, /* a second write, ordered after the first, to a counter that the target polls */
};

/* What an arm asks for, by its keys. */
struct eb_ofi_wish {
    enum eb_ofi_operation operation;
    enum eb_ofi_completion completion;
    const char *fabric; /* NULL: any */
    const char *domain; /* NULL: any */
};

/* Where a rank's regions are for one-sided operations. */
struct eb_ofi_window {
    uint64_t send_address;
    uint64_t send_key;
    uint64_t receive_address;
    uint64_t receive_key;
    uint64_t flags_address;
    uint64_t flags_key;
};

/* Receives of one peer that wait for a write of it, in order. */
struct eb_ofi_arrivals {
    struct eb_request **queue; /* ring of EB_OFI_ARRIVALS_MAX; NULL before the first receive */
    uint64_t posted;           /* receives so far */
    uint64_t arrived;          /* writes so far */
    uint64_t sent;             /* to that peer: what its flag for us becomes */
};
#define EB_OFI_ARRIVALS_MAX 4096u

struct eb_ofi {
    struct eb_transport base;
    struct eb_ofi_wish wish;
    struct fi_info *info;
    struct fid_fabric *fabric;
    struct fid_domain *domain;
    struct fid_av *av;
    struct fid_cq *cq; /* of everything */
    struct fid_ep *ep;
    fi_addr_t *peers;    /* by rank */
    size_t inject_bytes; /* up to here a send needs no completion */
    uint64_t next_key;   /* for providers that let the application choose keys */
    char *provider_asked;
    size_t rma_inject_bytes; /* up to here a write needs none; some providers inject messages only */
    /* one-sided operations only, by rank */
    struct eb_ofi_window *windows;
    struct eb_ofi_arrivals *arrivals;
    struct eb_region flags; /* of uint64_t by rank: writes of that rank that have arrived */
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

/* Reads the keys of an arm without opening anything. EB_USAGE names the word. */
enum eb_status eb_ofi_wish_parse(const struct eb_arm *arm, struct eb_ofi_wish *wish, struct eb_error *err);
const char *eb_ofi_operation_name(enum eb_ofi_operation operation);

/* The best endpoint description for the arm; *info is owned by the caller (fi_freeinfo). EB_USAGE: no such
 * provider or interface; EB_NO_HARDWARE: the provider's device is not here; EB_WRONG_PATH: libfabric answers
 * with another provider. Not collective. */
enum eb_status eb_ofi_find(const struct eb_arm *arm, const struct eb_ofi_wish *wish, struct fi_info **info,
                           struct eb_error *err);

static inline int eb_ofi_is_one_sided(const struct eb_ofi *ofi)
{
    return ofi->wish.operation == EB_OFI_WRITE || ofi->wish.operation == EB_OFI_READ;
}

/* ofi_rma.c: what one-sided operations need beside an open endpoint. */
enum eb_status eb_ofi_rma_open(struct eb_ofi *ofi, struct eb_error *err);
void eb_ofi_rma_close(struct eb_ofi *ofi);
enum eb_status eb_ofi_expose(struct eb_transport *transport, struct eb_launch *launch,
                             const struct eb_region *send, const struct eb_region *receive,
                             struct eb_error *err);

/* What to look at when memory cannot be registered. */
#define EB_OFI_MEMLOCK_HINT "is locked memory limited (ulimit -l)? It should be unlimited on every node"

/* ofi_describe.c: eb_transport_ops.describe. */
json_t *eb_ofi_describe(const struct eb_transport *transport);

/* Failures of a call and of a completion, put into transport->error; -1 (the latter: 0 when there is none).
 */
int eb_ofi_call_failed(struct eb_ofi *ofi, const char *call, int peer, ssize_t code);
int eb_ofi_completion_failed(struct eb_ofi *ofi);

/* The operations of ofi_open.c's table, one set for each kind; a set shares one progress function. */
#define EB_DECLARE_OFI_KIND(kind)                                                                            \
    int eb_ofi_##kind##_send(struct eb_transport *transport, int peer, const struct eb_region *region,       \
                             size_t offset, size_t bytes, struct eb_request *request);                       \
    int eb_ofi_##kind##_recv(struct eb_transport *transport, int peer, struct eb_region *region,             \
                             size_t offset, size_t bytes, struct eb_request *request);
EB_DECLARE_OFI_KIND(tagged)
EB_DECLARE_OFI_KIND(msg)
EB_DECLARE_OFI_KIND(write)
EB_DECLARE_OFI_KIND(read)
int eb_ofi_progress(struct eb_transport *transport);
int eb_ofi_write_progress(struct eb_transport *transport);

#endif
