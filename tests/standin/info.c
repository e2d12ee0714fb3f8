/* What the stand-in says of itself, and which wishes it can fulfil: as prov/efa/src/efa_prov_info.c and
 * efa_user_info.c of libfabric 2.x, and ofi_check_info of prov/util beneath them. */
#include "standin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RMA_CAPS (FI_RMA | FI_READ | FI_WRITE | FI_REMOTE_READ | FI_REMOTE_WRITE)
#define BASE_CAPS (FI_MSG | FI_SEND | FI_RECV | FI_SOURCE | FI_LOCAL_COMM | FI_REMOTE_COMM)
#define EFA_CAPS (BASE_CAPS | RMA_CAPS | FI_TAGGED | FI_DIRECTED_RECV)
#define DIRECT_CAPS (BASE_CAPS | RMA_CAPS)
#define EFA_ORDER                                                                                            \
    (FI_ORDER_SAS | FI_ORDER_ATOMIC_RAR | FI_ORDER_ATOMIC_RAW | FI_ORDER_ATOMIC_WAR | FI_ORDER_ATOMIC_WAW)
#define MR_REMOTE (FI_MR_VIRT_ADDR | FI_MR_ALLOCATED | FI_MR_PROV_KEY)
#define MR_BASIC 1 /* FI_MR_BASIC, which 2.x calls deprecated */
#define SHM_INJECT_BYTES 4096
#define PACKET_INJECT_BYTES 8192

static void fill_domain(struct fi_domain_attr *domain, int direct, const struct si_settings *settings)
{
    char name[80];
    snprintf(name, sizeof name, "%s-rdm", settings->device);
    domain->name = strdup(name);
    domain->threading = FI_THREAD_SAFE;
    domain->control_progress = direct ? FI_PROGRESS_AUTO : FI_PROGRESS_MANUAL;
    domain->data_progress = domain->control_progress;
    domain->resource_mgmt = FI_RM_ENABLED;
    domain->av_type = FI_AV_TABLE;
    domain->mr_mode = MR_REMOTE | (direct ? FI_MR_LOCAL : 0);
    domain->mr_key_size = sizeof(uint32_t);
    domain->cq_data_size = SI_CQ_DATA_BYTES;
    domain->cq_cnt = 512;
    domain->ep_cnt = 256;
    domain->tx_ctx_cnt = domain->rx_ctx_cnt = 256;
    domain->max_ep_tx_ctx = domain->max_ep_rx_ctx = 1;
    domain->mr_iov_limit = 1;
    domain->mr_cnt = 262144;
    domain->caps = FI_LOCAL_COMM | FI_REMOTE_COMM;
}

static size_t inject_bytes(int direct)
{
    const char *shm = getenv("FI_EFA_ENABLE_SHM_TRANSFER");
    if (direct)
        return SI_INLINE_BYTES;
    return shm && strcmp(shm, "0") == 0 ? PACKET_INJECT_BYTES : SHM_INJECT_BYTES;
}

static struct fi_info *offer(int direct, const struct si_settings *settings)
{
    struct fi_info *info = fi_allocinfo();
    uint64_t caps = direct ? DIRECT_CAPS : EFA_CAPS;
    if (!info)
        return NULL;
    info->caps = caps;
    info->mode = direct ? FI_CONTEXT2 : 0;
    info->addr_format = FI_ADDR_EFA;
    info->src_addr = calloc(1, SI_ADDRESS_BYTES);
    info->src_addrlen = info->src_addr ? SI_ADDRESS_BYTES : 0;
    info->tx_attr->caps = caps & (FI_MSG | FI_SEND | FI_TAGGED | FI_RMA | FI_READ | FI_WRITE);
    info->rx_attr->caps = caps & (FI_MSG | FI_RECV | FI_TAGGED | FI_RMA | FI_REMOTE_READ | FI_REMOTE_WRITE |
                                  FI_SOURCE | FI_DIRECTED_RECV);
    info->tx_attr->mode = info->rx_attr->mode = info->mode;
    info->tx_attr->op_flags = FI_TRANSMIT_COMPLETE;
    info->tx_attr->msg_order = info->rx_attr->msg_order = direct ? 0 : EFA_ORDER;
    info->tx_attr->inject_size = inject_bytes(direct);
    info->tx_attr->size = settings->tx_size;
    info->rx_attr->size = settings->rx_size;
    info->tx_attr->iov_limit = info->rx_attr->iov_limit = 1;
    info->tx_attr->rma_iov_limit = 1;
    info->ep_attr->type = FI_EP_RDM;
    info->ep_attr->protocol = FI_PROTO_EFA;
    info->ep_attr->protocol_version = direct ? 1 : 4;
    info->ep_attr->max_msg_size = direct ? SI_RMA_DIRECT_BYTES : UINT64_MAX;
    info->ep_attr->mem_tag_format = direct ? 0 : UINT64_C(0xaaaaaaaaaaaaaaaa); /* FI_TAG_GENERIC */
    info->ep_attr->tx_ctx_cnt = info->ep_attr->rx_ctx_cnt = 1;
    info->fabric_attr->name = strdup(direct ? "efa-direct" : "efa");
    fill_domain(info->domain_attr, direct, settings);
    return info;
}

static int differs(const char *wished, const char *got)
{
    return wished && strcmp(wished, got) != 0;
}

static int cannot_be_domain(const struct fi_domain_attr *wished, const struct fi_info *info, uint64_t caps)
{
    int needed = info->domain_attr->mr_mode;
    int given = wished ? wished->mr_mode : 0;
    if (!(caps & FI_RMA)) /* who has no one-sided operations need not say how memory is to be named */
        needed &= FI_MR_LOCAL;
    if (given & MR_BASIC)
        given |= MR_REMOTE | FI_MR_LOCAL;
    if ((given & needed) != needed)
        return 1;
    if (!wished)
        return 0;
    int wants_auto =
        wished->data_progress == FI_PROGRESS_AUTO || wished->control_progress == FI_PROGRESS_AUTO;
    return differs(wished->name, info->domain_attr->name) || wished->cq_data_size > SI_CQ_DATA_BYTES ||
           wished->mr_key_size > sizeof(uint64_t) ||
           (wants_auto && info->domain_attr->data_progress == FI_PROGRESS_MANUAL);
}

static int cannot_be_queues(const struct fi_info *hints, const struct fi_info *info)
{
    const struct fi_tx_attr *tx = hints->tx_attr;
    const struct fi_rx_attr *rx = hints->rx_attr;
    if (tx && ((tx->msg_order & ~info->tx_attr->msg_order) || tx->inject_size > info->tx_attr->inject_size ||
               tx->size > info->tx_attr->size || tx->iov_limit > 1 || (tx->caps & ~info->tx_attr->caps)))
        return 1;
    return rx && ((rx->msg_order & ~info->rx_attr->msg_order) || rx->size > info->rx_attr->size ||
                  rx->iov_limit > 1 || (rx->caps & ~info->rx_attr->caps));
}

static int cannot_be(const struct fi_info *hints, const struct fi_info *info)
{
    const struct fi_ep_attr *ep = hints->ep_attr;
    uint64_t caps = hints->caps ? hints->caps : info->caps;
    size_t largest =
        (caps & FI_RMA) || !(info->mode & FI_CONTEXT2) ? info->ep_attr->max_msg_size : SI_PACKET_BYTES;
    if ((hints->caps & ~info->caps) || (info->mode & ~hints->mode))
        return 1;
    if (hints->addr_format != FI_FORMAT_UNSPEC && hints->addr_format != FI_ADDR_EFA)
        return 1;
    if (hints->src_addr || hints->dest_addr) /* an address is what fi_getname says, and only that */
        return 1;
    if (ep && ((ep->type != FI_EP_UNSPEC && ep->type != FI_EP_RDM) ||
               (ep->protocol != FI_PROTO_UNSPEC && ep->protocol != FI_PROTO_EFA) ||
               ep->max_msg_size > largest || ep->tx_ctx_cnt > 1 || ep->rx_ctx_cnt > 1))
        return 1;
    if (hints->fabric_attr && differs(hints->fabric_attr->name, info->fabric_attr->name))
        return 1;
    return cannot_be_domain(hints->domain_attr, info, caps) || cannot_be_queues(hints, info);
}

/* The offer becomes what was asked for. */
static void settle(struct fi_info *info, const struct fi_info *hints)
{
    int direct = (info->mode & FI_CONTEXT2) != 0;
    uint64_t caps = hints->caps;
    if (caps & (FI_MSG | FI_TAGGED))
        caps |= (caps & (FI_SEND | FI_RECV)) ? 0 : FI_SEND | FI_RECV;
    if (caps & FI_RMA)
        caps |= (caps & (RMA_CAPS & ~FI_RMA)) ? 0 : RMA_CAPS;
    if (caps)
        info->caps = caps | FI_LOCAL_COMM | FI_REMOTE_COMM;
    info->tx_attr->caps &= info->caps;
    info->rx_attr->caps &= info->caps;
    if (hints->tx_attr)
        info->tx_attr->msg_order &= hints->tx_attr->msg_order;
    if (hints->rx_attr)
        info->rx_attr->msg_order &= hints->rx_attr->msg_order;
    if (direct && !(info->caps & FI_RMA))
        info->ep_attr->max_msg_size = SI_PACKET_BYTES;
    if (!direct && hints->domain_attr && (hints->domain_attr->mr_mode & FI_MR_LOCAL))
        info->domain_attr->mr_mode |= FI_MR_LOCAL;
    if (hints->tx_attr && hints->tx_attr->size)
        info->tx_attr->size = hints->tx_attr->size;
    if (hints->rx_attr && hints->rx_attr->size)
        info->rx_attr->size = hints->rx_attr->size;
    if (hints->tx_attr && hints->tx_attr->op_flags)
        info->tx_attr->op_flags = hints->tx_attr->op_flags;
    if (hints->handle)
        info->handle = hints->handle;
}

int si_getinfo(uint32_t version, const char *node, const char *service, uint64_t flags,
               const struct fi_info *hints, struct fi_info **info)
{
    struct si_settings settings;
    struct fi_info **end = info;
    *info = NULL;
    (void)flags;
    if (node || service)
        return -FI_ENODATA;
    si_settings_read(&settings);
    for (int direct = 0; direct < 2; direct++) {
        struct fi_info *one = offer(direct, &settings);
        if (!one) {
            fi_freeinfo(*info);
            return -FI_ENOMEM;
        }
        if (hints && cannot_be(hints, one)) {
            fi_freeinfo(one);
            continue;
        }
        if (hints)
            settle(one, hints);
        one->fabric_attr->api_version = version;
        *end = one;
        end = &one->next;
    }
    return *info ? 0 : -FI_ENODATA;
}
