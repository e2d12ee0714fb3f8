/* What an arm claims about the path of its bytes, and whether that can be true where the ranks are. */
#ifndef EB_MEASURE_CLAIM_H
#define EB_MEASURE_CLAIM_H

#include "common/arm.h"
#include "common/status.h"
#include "measure/provenance.h"

#include <jansson.h>

/* The device that must carry an arm's bytes. */
struct eb_claim {
    char device[64]; /* netdev or RDMA device; "" when the arm names none and its transport gives none away */
    int is_made;   /* the user named an interface, or a provider that means one; else device is only a hint */
    int is_rdma;   /* device is an RDMA device of this host */
    int is_posing; /* shared memory, under the name or with the interface of an adapter */
};

/* attributes are what the opened transport says of itself (eb_transport_ops.describe). root is where sysfs is
 * looked for,
 * "" for this host. */
struct eb_claim eb_claim_of(const struct eb_arm *arm, const json_t *attributes, const char *root);

/* The device of each rank, in rank order; owned by the caller, NULL where all are called the same. */
json_t *eb_claim_devices(const struct eb_claim *claims, int ranks);

/* What may be let through. */
struct eb_claim_rules {
    int allow_same_host;
    int allow_wrong_path;
    const char *root; /* as above */
    int pairs;        /* of ranks i and i + n/2 that kernels have at work, the first ones; 0: none */
};

/* A screening is of hosts: EB_WRONG_PATH where two ranks are on one, unless the rules let the same host
 * through, which is then said in warnings (may be NULL). local_rank of the placements must be known. */
enum eb_status eb_claim_check_screened(const struct eb_placement *placements, int ranks,
                                       const struct eb_claim_rules *rules, json_t *warnings,
                                       struct eb_error *err);

/* Holds an arm against where the ranks are. attributes NULL: before anything was opened, when only that is
 * refused which needs no opening. EB_USAGE: the loopback between hosts. EB_WRONG_PATH: an adapter was meant
 * (provider efa, interface ena, efa, ixgbevf) and all ranks are on one host; shared memory under the name or
 * interface of an adapter. What is let through and must be said is appended to warnings (may be NULL). */
enum eb_status eb_claim_check(const struct eb_placement *placements, int ranks, const struct eb_arm *arm,
                              const json_t *attributes, const struct eb_claim_rules *rules, json_t *warnings,
                              struct eb_error *err);

#endif
