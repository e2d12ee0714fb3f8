/* What many ranks found on their nodes, side by side: nodes from ranks, the odd one out, and what only shows
 * between them. Pure functions; rank 0 alone calls them. */
#ifndef EB_MEASURE_DOCTOR_NODES_H
#define EB_MEASURE_DOCTOR_NODES_H

#include "measure/doctor/doctor.h"

/* What one rank says; goes over the wire as it is. */
struct eb_rank_report {
    char host[64];
    char instance[64];
    char subnets[256];   /* "10.0.0.0/24 and 10.0.1.0/24"; "" unknown */
    char libfabric[300]; /* version and path; "" unknown */
    struct eb_cpu_set cpus;
    int core; /* as in struct eb_node_facts */
    struct eb_finding findings[EB_CHECKS_MAX];
};

struct eb_node_report {
    const struct eb_rank_report *first; /* of its ranks */
    int ranks;
    struct eb_finding findings[EB_CHECKS_MAX]; /* the worst of its ranks */
    int found_by[EB_CHECKS_MAX];               /* the rank whose finding that is, the first of equals */
};

#define EB_ACROSS_COUNT 5

struct eb_nodes {
    struct eb_node_report *nodes; /* in the order of their first ranks; owned */
    size_t count;
    int ranks;
    enum eb_finding_state majority[EB_CHECKS_MAX]; /* what most nodes have; of equals the better */
    struct eb_finding across[EB_ACROSS_COUNT];
};

/* What only shows between ranks: the rows of nodes->across. */
const struct eb_check *eb_across_at(size_t index);

void eb_rank_report_make(const struct eb_node_facts *facts, struct eb_rank_report *report);

/* Folds the reports, which must outlive nodes. EB_INTERNAL when memory is out. Release with eb_nodes_free. */
enum eb_status eb_nodes_make(const struct eb_rank_report *reports, int ranks, struct eb_nodes *nodes,
                             struct eb_error *err);
void eb_nodes_free(struct eb_nodes *nodes);

/* Whether a node's finding of a check is another than that of most nodes. */
int eb_node_is_odd(const struct eb_nodes *nodes, size_t node, size_t check);

/* Wrong when any node or anything between them is; no EFA when no node has one. */
enum eb_verdict eb_nodes_verdict(const struct eb_nodes *nodes);

#endif
