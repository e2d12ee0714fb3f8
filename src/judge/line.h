/* How many hosts and pairs figures are of, and what a host's adapters carry at most: once for the audit,
 * which calls more than that impossible, and for the reports, which show shares of it.
 *
 * Rates are payload in one direction, Gb/s. The two directions of a link are counted apart, as EC2 does. */
#ifndef EB_JUDGE_LINE_H
#define EB_JUDGE_LINE_H

#include "judge/claim.h"

/* Hosts of a record: what the user says (0: nothing), what the run says, the fewest that any of its launches
 * had, of those that name theirs; 0: unknown. */
uint64_t eb_nodes_of(const json_t *record, uint64_t said);

/* Hosts of one series: those of the record (nodes), or where these are unknown what ranks_per_node of the arm
 * makes of its ranks; 0: unknown. */
uint64_t eb_series_nodes(const struct eb_series *series, const json_t *arm, uint64_t nodes);

/* How many hosts the ranks from first on have, by the first launch; 0 when it does not say. */
uint64_t eb_rank_hosts(const json_t *record, uint64_t first, uint64_t count);

int eb_is_collective(const struct eb_kernel_metrics *kernel);

/* Pairs at work at once; 1 of a collective. */
uint64_t eb_pairs_of(const struct eb_series *series);

/* Of how many hosts the pairs' senders are, at most; 0: unknown. Record NULL: by nodes alone. */
double eb_sending_hosts(const json_t *record, const struct eb_series *series, uint64_t nodes);

/* Flows are held at their cap closely: of 23 sizes up to 4 MiB none exceeded 10 Gb/s (JiaweiZhuang). */
#define EB_FLOW_TOLERANCE 0.05

/* What one host moves at most in one direction. */
struct eb_line {
    double gbps;      /* 0: no source says */
    double one_gbps;  /* of one card, where one rank has more of them at most: above it is odd; else 0 */
    double tolerance; /* above gbps times 1 + this nothing can be */
    unsigned cards;   /* that gbps is of; 0: it is of no EFA */
    unsigned of;      /* cards that the type has */
    int bursts;       /* gbps is an average, which short transfers exceed */
};

/* endpoints: ranks of a host that are at work; 0: unknown, all of its cards. */
struct eb_line eb_line_of(const struct eb_arm_claim *claim, const struct eb_instance *instance,
                          uint64_t endpoints, uint64_t pairs);

/* Ranks of a host at work in a series that sends from so many hosts. */
uint64_t eb_line_endpoints(const struct eb_series *series, double sending_hosts, uint64_t nodes);

/* What so many bytes at a time can have at most, without tolerance. */
double eb_line_burst(const struct eb_line *line, double bytes);

/* What every host moves at least in an operation on size bytes of ranks on hosts. NAN: nothing follows. */
double eb_line_allreduce_bytes(double size, double hosts);

#endif
