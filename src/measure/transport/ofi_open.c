/* Opening and closing a libfabric endpoint that reaches every rank. */
#include "measure/transport/ofi_endpoint.h"
#include "measure/transport/table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ADDRESS_BYTES_MAX 256

static enum eb_status failed(const struct eb_ofi *ofi, const char *call, int code, struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "libfabric", -code, "%s with provider '%s': %s (%d)", call,
                        ofi->info->fabric_attr->prov_name, fi_strerror(-code), code);
}

static enum eb_status open_domain(struct eb_ofi *ofi, struct eb_error *err)
{
    struct fi_info *info = ofi->info;
    int code = fi_fabric(info->fabric_attr, &ofi->fabric, NULL);
    if (code != 0)
        return failed(ofi, "fi_fabric", code, err);
    code = fi_domain(ofi->fabric, info, &ofi->domain, NULL);
    if (code != 0)
        return failed(ofi, "fi_domain", code, err);
    struct fi_av_attr av_attr = {.type = FI_AV_TABLE, .count = (size_t)ofi->base.ranks};
    code = fi_av_open(ofi->domain, &av_attr, &ofi->av, NULL);
    if (code != 0)
        return failed(ofi, "fi_av_open", code, err);
    struct fi_cq_attr cq_attr = {.size = info->tx_attr->size + info->rx_attr->size,
                                 .format = ofi->wish.operation == EB_OFI_WRITE ? FI_CQ_FORMAT_DATA
                                                                               : FI_CQ_FORMAT_MSG,
                                 .wait_obj = FI_WAIT_NONE};
    code = fi_cq_open(ofi->domain, &cq_attr, &ofi->cq, NULL);
    return code == 0 ? EB_OK : failed(ofi, "fi_cq_open", code, err);
}

static enum eb_status open_endpoint(struct eb_ofi *ofi, struct eb_error *err)
{
    int code = fi_endpoint(ofi->domain, ofi->info, &ofi->ep, NULL);
    if (code != 0)
        return failed(ofi, "fi_endpoint", code, err);
    code = fi_ep_bind(ofi->ep, &ofi->av->fid, 0);
    if (code == 0)
        code = fi_ep_bind(ofi->ep, &ofi->cq->fid, FI_TRANSMIT | FI_RECV);
    if (code != 0)
        return failed(ofi, "fi_ep_bind", code, err);
    code = fi_enable(ofi->ep);
    return code == 0 ? EB_OK : failed(ofi, "fi_enable", code, err);
}

static enum eb_status open_here(struct eb_ofi *ofi, const struct eb_arm *arm, struct eb_error *err)
{
    enum eb_status status = eb_ofi_find(arm, &ofi->wish, &ofi->info, err);
    if (status == EB_OK && !ofi->info)
        status = eb_error_set(err, EB_INTERNAL, "libfabric", FI_ENOMEM, "out of memory for fi_dupinfo");
    if (status == EB_OK)
        status = open_domain(ofi, err);
    if (status == EB_OK)
        status = open_endpoint(ofi, err);
    return status;
}

/* What each rank tells the others. */
struct card {
    char host[64];
    char provider[64];
    uint32_t libfabric;
    uint32_t address_bytes;
    char address[ADDRESS_BYTES_MAX];
};

static enum eb_status fill_card(struct eb_ofi *ofi, struct card *card, struct eb_error *err)
{
    size_t bytes = sizeof card->address;
    int code = fi_getname(&ofi->ep->fid, card->address, &bytes);
    if (code != 0)
        return failed(ofi, "fi_getname", code, err);
    card->address_bytes = (uint32_t)bytes;
    card->libfabric = fi_version();
    gethostname(card->host, sizeof card->host - 1);
    snprintf(card->provider, sizeof card->provider, "%s", ofi->info->fabric_attr->prov_name);
    return EB_OK;
}

/* All ranks must have come to the same provider: a figure between two different ones is neither's. */
static enum eb_status insert_peers(struct eb_ofi *ofi, const struct card *mine, const struct card *cards,
                                   struct eb_error *err)
{
    for (int rank = 0; rank < ofi->base.ranks; rank++) {
        const struct card *card = &cards[rank];
        if (strcmp(card->provider, mine->provider) != 0 || card->libfabric != mine->libfabric ||
            card->address_bytes != mine->address_bytes)
            return eb_error_set(
                err, EB_WRONG_PATH, "libfabric", 0,
                "rank %d on host %s has provider '%s' of libfabric %u.%u, rank %d on host %s '%s' of %u.%u: "
                "refused, a figure would be neither's",
                ofi->base.rank, mine->host, mine->provider, FI_MAJOR(mine->libfabric),
                FI_MINOR(mine->libfabric), rank, card->host, card->provider, FI_MAJOR(card->libfabric),
                FI_MINOR(card->libfabric));
        int code = fi_av_insert(ofi->av, card->address, 1, &ofi->peers[rank], 0, NULL);
        if (code != 1)
            return failed(ofi, "fi_av_insert", code < 0 ? code : -FI_EINVAL, err);
    }
    return EB_OK;
}

static enum eb_status reach_peers(struct eb_ofi *ofi, struct eb_launch *launch, struct eb_error *err)
{
    struct card mine = {0};
    struct card *cards = calloc((size_t)launch->ranks, sizeof *cards);
    ofi->peers = calloc((size_t)launch->ranks, sizeof *ofi->peers);
    enum eb_status status = cards && ofi->peers
                                ? fill_card(ofi, &mine, err)
                                : eb_error_set(err, EB_INTERNAL, "libfabric", FI_ENOMEM,
                                               "out of memory for %d addresses", launch->ranks);
    status = eb_launch_agree(launch, status, err);
    if (status == EB_OK)
        status = launch->ops->allgather(launch, &mine, cards, sizeof mine, err);
    if (status == EB_OK)
        status = eb_launch_agree(launch, insert_peers(ofi, &mine, cards, err), err);
    free(cards);
    return status;
}

static void close_fid(struct fid *fid)
{
    if (fid)
        fi_close(fid);
}

static void ofi_close(struct eb_transport *transport)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    if (!ofi)
        return;
    eb_ofi_rma_close(ofi);
    close_fid(ofi->ep ? &ofi->ep->fid : NULL);
    close_fid(ofi->cq ? &ofi->cq->fid : NULL);
    close_fid(ofi->av ? &ofi->av->fid : NULL);
    close_fid(ofi->domain ? &ofi->domain->fid : NULL);
    close_fid(ofi->fabric ? &ofi->fabric->fid : NULL);
    fi_freeinfo(ofi->info);
    free(ofi->peers);
    free(ofi->provider_asked);
    free(ofi);
}

static unsigned smaller(size_t a, size_t b)
{
    size_t least = a < b ? a : b;
    return least < UINT32_MAX ? (unsigned)least : UINT32_MAX;
}

static const struct eb_transport_ops *ops_of(enum eb_ofi_operation operation);

/* Whether fi_recv looks at whom it is to receive from. The tcp provider says so from 1.18 on and does not:
 * its xnet_srx_recv (prov/tcp/src/xnet_srx.c, v2.1.0) takes the next message of anybody. */
static int receives_by_name(const struct fi_info *info)
{
    return (info->caps & FI_DIRECTED_RECV) && strcmp(info->fabric_attr->prov_name, "tcp") != 0;
}

static enum eb_status set_limits(struct eb_ofi *ofi, const struct eb_arm *arm, struct eb_error *err)
{
    const struct fi_info *info = ofi->info;
    uint64_t order = ofi->wish.operation == EB_OFI_WRITE ? FI_ORDER_WAW : FI_ORDER_SAS;
    ofi->inject_bytes = info->tx_attr->inject_size;
    ofi->rma_inject_bytes = ofi->inject_bytes;
    ofi->base.max_message_bytes = info->ep_attr->max_msg_size;
    ofi->base.max_outstanding = smaller(info->tx_attr->size, info->rx_attr->size);
    ofi->base.one_sided = eb_ofi_is_one_sided(ofi);
    ofi->base.reads = ofi->wish.operation == EB_OFI_READ;
    ofi->base.ordered = ofi->base.reads || (info->tx_attr->msg_order & order) != 0;
    ofi->base.directed = ofi->wish.operation != EB_OFI_MSG || receives_by_name(info);
    if (ofi->wish.completion == EB_OFI_BY_FLAG && info->tx_attr->inject_size < sizeof(uint64_t))
        return eb_error_set(err, EB_USAGE, "libfabric", 0,
                            "arm '%s': completion=flag needs 8 injected bytes, provider '%s' takes %zu",
                            arm->spec, info->fabric_attr->prov_name, info->tx_attr->inject_size);
    if (ofi->wish.completion == EB_OFI_BY_FLAG) { /* beyond, the flag may overtake what it tells of */
        size_t ordered = info->ep_attr->max_order_waw_size;
        if (ordered < sizeof(uint64_t))
            return eb_error_set(
                err, EB_USAGE, "libfabric", 0,
                "arm '%s': completion=flag needs ordered writes, provider '%s' orders %zu bytes", arm->spec,
                info->fabric_attr->prov_name, ordered);
        if (ordered < ofi->base.max_message_bytes)
            ofi->base.max_message_bytes = ordered;
    }
    if (ofi->base.one_sided && ofi->base.max_outstanding > EB_OFI_ARRIVALS_MAX)
        ofi->base.max_outstanding = EB_OFI_ARRIVALS_MAX;
    return EB_OK;
}

static enum eb_status ofi_check(const struct eb_arm *arm, struct eb_error *err)
{
    struct eb_ofi_wish wish;
    return eb_ofi_wish_parse(arm, &wish, err);
}

static enum eb_status ofi_open(struct eb_launch *launch, const struct eb_arm *arm,
                               struct eb_transport **transport, struct eb_error *err)
{
    struct eb_ofi *ofi = calloc(1, sizeof *ofi);
    enum eb_status status =
        ofi ? EB_OK : eb_error_set(err, EB_INTERNAL, "libfabric", FI_ENOMEM, "out of memory for a transport");
    if (status == EB_OK) {
        status = eb_ofi_wish_parse(arm, &ofi->wish, err);
        eb_transport_init(&ofi->base, ops_of(ofi->wish.operation), launch);
        ofi->provider_asked = arm->provider ? strdup(arm->provider) : NULL;
    }
    if (status == EB_OK)
        status = open_here(ofi, arm, err);
    if (status == EB_OK)
        status = set_limits(ofi, arm, err);
    if (status == EB_OK && eb_ofi_is_one_sided(ofi))
        status = eb_ofi_rma_open(ofi, err);
    status = eb_launch_agree(launch, status, err);
    if (status == EB_OK)
        status = reach_peers(ofi, launch, err);
    if (status != EB_OK) {
        if (ofi)
            ofi_close(&ofi->base);
        return status;
    }
    *transport = &ofi->base;
    return EB_OK;
}

static enum eb_status ofi_register(struct eb_transport *transport, struct eb_region *region,
                                   struct eb_error *err)
{
    struct eb_ofi *ofi = (struct eb_ofi *)transport;
    struct fid_mr *mr = NULL;
    uint64_t access =
        eb_ofi_is_one_sided(ofi) ? FI_READ | FI_WRITE | FI_REMOTE_READ | FI_REMOTE_WRITE : FI_SEND | FI_RECV;
    if (!(ofi->info->domain_attr->mr_mode & FI_MR_LOCAL) && !eb_ofi_is_one_sided(ofi))
        return EB_OK;
    int code = fi_mr_reg(ofi->domain, region->base, region->bytes, access, 0, ofi->next_key++, 0, &mr, NULL);
    if (code == -FI_ENOMEM)
        return eb_error_set(err, EB_INTERNAL, "libfabric", FI_ENOMEM,
                            "fi_mr_reg of %zu bytes with provider '%s': %s (%d): " EB_OFI_MEMLOCK_HINT,
                            region->bytes, ofi->info->fabric_attr->prov_name, fi_strerror(FI_ENOMEM), code);
    if (code != 0)
        return failed(ofi, "fi_mr_reg", code, err);
    region->handle = mr;
    region->descriptor = fi_mr_desc(mr);
    return EB_OK;
}

static void ofi_unregister(struct eb_transport *transport, struct eb_region *region)
{
    (void)transport;
    struct fid_mr *mr = region->handle;
    close_fid(mr ? &mr->fid : NULL);
}

static const char *const ofi_keys[] = {"op", "completion", "fabric", "domain", NULL};

#define OFI_ROW(kind, progress_function)                                                                     \
    .name = "ofi",                                                                                           \
    .summary = "libfabric, reliable datagram endpoint: ofi:PROVIDER@INTERFACE,op=tagged|msg|write|read",     \
    .keys = ofi_keys, .takes_provider = 1, .takes_interface = 1, .moves_data = 1, .check = ofi_check,        \
    .open = ofi_open, .close = ofi_close, .describe = eb_ofi_describe, .region_register = ofi_register,      \
    .region_unregister = ofi_unregister, .expose = eb_ofi_expose, .send = eb_ofi_##kind##_send,              \
    .recv = eb_ofi_##kind##_recv, .progress = progress_function

const struct eb_transport_ops eb_transport_ofi = {OFI_ROW(tagged, eb_ofi_progress)};
static const struct eb_transport_ops msg_ops = {OFI_ROW(msg, eb_ofi_progress)};
static const struct eb_transport_ops write_ops = {OFI_ROW(write, eb_ofi_write_progress)};
static const struct eb_transport_ops read_ops = {OFI_ROW(read, eb_ofi_progress)};

static const struct eb_transport_ops *ops_of(enum eb_ofi_operation operation)
{
    switch (operation) {
    case EB_OFI_TAGGED:
        break;
    case EB_OFI_MSG:
        return &msg_ops;
    case EB_OFI_WRITE:
        return &write_ops;
    case EB_OFI_READ:
        return &read_ops;
    }
    return &eb_transport_ofi;
}
