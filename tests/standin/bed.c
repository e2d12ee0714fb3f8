#include "standin/bed.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Looked for by LeakSanitizer: what libfabric 1.17's net keeps of an endpoint beneath is not ours. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfabric.so";
}

struct fi_info *bed_hints(const char *fabric)
{
    struct fi_info *hints = fi_allocinfo();
    int direct = strcmp(fabric, "efa-direct") == 0;
    hints->caps = FI_MSG | FI_RMA | (direct ? 0 : FI_TAGGED);
    hints->mode = FI_CONTEXT | FI_CONTEXT2;
    hints->ep_attr->type = FI_EP_RDM;
    hints->domain_attr->mr_mode = FI_MR_LOCAL | FI_MR_VIRT_ADDR | FI_MR_ALLOCATED | FI_MR_PROV_KEY;
    hints->tx_attr->msg_order = hints->rx_attr->msg_order = direct ? 0 : FI_ORDER_SAS;
    hints->fabric_attr->prov_name = strdup("efa");
    hints->fabric_attr->name = strdup(fabric);
    return hints;
}

static int open_domain(struct bed *bed, size_t cq_size)
{
    struct fi_av_attr av_attr = {.type = FI_AV_TABLE};
    struct fi_cq_attr cq_attr = {.size = cq_size, .format = FI_CQ_FORMAT_TAGGED, .wait_obj = FI_WAIT_NONE};
    int code = fi_fabric(bed->info->fabric_attr, &bed->fabric, NULL);
    if (code == 0)
        code = fi_domain(bed->fabric, bed->info, &bed->domain, NULL);
    if (code == 0)
        code = fi_av_open(bed->domain, &av_attr, &bed->av, NULL);
    if (code == 0)
        code = fi_cq_open(bed->domain, &cq_attr, &bed->cq, NULL);
    if (code == 0)
        code = fi_mr_reg(bed->domain, bed->buffer, BED_BYTES,
                         FI_SEND | FI_RECV | FI_READ | FI_WRITE | FI_REMOTE_READ | FI_REMOTE_WRITE, 0, 0, 0,
                         &bed->mr, NULL);
    return code;
}

int bed_open(struct bed *bed, const char *fabric, size_t cq_size)
{
    struct fi_info *hints = bed_hints(fabric);
    *bed = (struct bed){.buffer = calloc(1, BED_BYTES)};
    int code = fi_getinfo(FI_VERSION(1, 17), NULL, NULL, 0, hints, &bed->info);
    fi_freeinfo(hints);
    if (code == 0)
        code = open_domain(bed, cq_size);
    if (code == 0)
        code = fi_endpoint(bed->domain, bed->info, &bed->ep, NULL);
    if (code == 0)
        code = fi_ep_bind(bed->ep, &bed->av->fid, 0);
    if (code == 0)
        code = fi_ep_bind(bed->ep, &bed->cq->fid, FI_TRANSMIT | FI_RECV);
    if (code == 0)
        code = fi_enable(bed->ep);
    if (code != 0)
        return code;
    bed->desc = fi_mr_desc(bed->mr);
    bed->self = bed_knows(bed, bed);
    return 0;
}

void bed_close(struct bed *bed)
{
    struct fid *fids[] = {&bed->ep->fid, &bed->mr->fid,     &bed->cq->fid,
                          &bed->av->fid, &bed->domain->fid, &bed->fabric->fid};
    for (size_t i = 0; i < sizeof fids / sizeof *fids; i++)
        fi_close(fids[i]);
    fi_freeinfo(bed->info);
    free(bed->buffer);
}

fi_addr_t bed_knows(struct bed *bed, struct bed *other)
{
    char address[64];
    size_t bytes = sizeof address;
    fi_addr_t place = FI_ADDR_NOTAVAIL;
    if (fi_getname(&other->ep->fid, address, &bytes) == 0)
        fi_av_insert(bed->av, address, 1, &place, 0, NULL);
    return place;
}

int bed_read(struct bed *bed, struct bed *other, unsigned milliseconds, struct fi_cq_tagged_entry *entry)
{
    struct fi_cq_tagged_entry ignored;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t until = now.tv_sec * 1000 + now.tv_nsec / 1000000 + milliseconds;
    for (;;) {
        ssize_t got = fi_cq_read(bed->cq, entry, 1);
        if (got == 1)
            return 1;
        if (other)
            fi_cq_read(other->cq, &ignored, 1);
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (got != -FI_EAGAIN || now.tv_sec * 1000 + now.tv_nsec / 1000000 > until)
            return 0;
    }
}
