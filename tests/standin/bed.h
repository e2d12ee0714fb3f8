/* An endpoint of the stand-in with everything that it needs, for tests that call libfabric themselves. */
#ifndef EFABENCH_TESTS_STANDIN_BED_H
#define EFABENCH_TESTS_STANDIN_BED_H

#include <rdma/fabric.h>
#include <rdma/fi_cm.h>
#include <rdma/fi_domain.h>
#include <rdma/fi_endpoint.h>
#include <rdma/fi_eq.h>
#include <rdma/fi_errno.h>
#include <rdma/fi_rma.h>
#include <rdma/fi_tagged.h>
#include <stddef.h>
#include <stdint.h>

#define BED_BYTES ((size_t)1 << 20)

struct bed {
    struct fi_info *info;
    struct fid_fabric *fabric;
    struct fid_domain *domain;
    struct fid_av *av;
    struct fid_cq *cq;
    struct fid_ep *ep;
    struct fid_mr *mr; /* of the whole buffer, for everything */
    void *desc;
    char *buffer; /* of BED_BYTES */
    fi_addr_t self;
    struct fi_context2 contexts[64];
};

/* Hints for the fabric ("efa" or "efa-direct") and for what an ordinary application says; owned by the
 * caller. */
struct fi_info *bed_hints(const char *fabric);

/* Opens all of it, with a completion queue of cq_size (0: as large as both queues), and inserts its own
 * address. 0, or libfabric's error. */
int bed_open(struct bed *bed, const char *fabric, size_t cq_size);
void bed_close(struct bed *bed);

/* The address of other as bed sees it. */
fi_addr_t bed_knows(struct bed *bed, struct bed *other);

/* Reads bed's queue, and other's (which may be NULL), for at most the time; how many completions of bed came.
 * *entry is the last. */
int bed_read(struct bed *bed, struct bed *other, unsigned milliseconds, struct fi_cq_tagged_entry *entry);

#endif
