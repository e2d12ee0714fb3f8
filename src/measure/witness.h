/* The witness: which NIC carried the bytes of a case, by that NIC's own counters around each of its blocks.
 *
 * On every host the lowest rank there reads the counters, before the barrier in front of a block and after
 * the one behind it, and holds what the arm's NIC saw against what this host's ranks sent to, and received
 * from, the other hosts (or one another, where all are on one host): payload, and at least one packet an
 * iteration each way, so that small messages are not proved by chance. A NIC counts headers and more, so that
 * a share of the payload is normally above 1.
 *
 *   attested    every host's NIC saw it
 *   unattested  nothing can be said: no counters, nothing claimed and no netdev saw it, or as much background
 * traffic refused     the NIC that the arm names saw less: the bytes went another way
 *
 * All functions take NULL for a witness that is not wanted, and do nothing then. */
#ifndef EB_MEASURE_WITNESS_H
#define EB_MEASURE_WITNESS_H

#include "measure/lanes.h"
#include "measure/provenance.h"
#include "measure/traffic.h"

#include <jansson.h>

struct eb_witness; /* opaque */

/* What the ranks of this host send and receive in one iteration of a case; zero-initialised is "not yet
 * known". */
struct eb_expectation {
    int is_known;
    struct eb_traffic host;
};

/* After the lanes were opened. Not collective. EB_INTERNAL when out of memory. launch, placements, options
 * and lanes must outlive the witness. */
enum eb_status eb_witness_open(struct eb_launch *launch, const struct eb_placement *placements,
                               const struct eb_session_options *options, const struct eb_lanes *lanes,
                               struct eb_witness **witness, struct eb_error *err);
/* Collective, once, before anything else: the ranks tell one another which devices they are on. */
enum eb_status eb_witness_meet(struct eb_witness *witness, struct eb_error *err);
void eb_witness_close(struct eb_witness *witness);

/* Adds what is known of an arm's NIC to its attributes: "device", "driver", "ena_srd_mode" are rank 0's;
 * "devices_by_rank" is there where ranks have devices of different names. */
void eb_witness_describe(const struct eb_witness *witness, size_t arm, json_t *attributes);

/* Collective, while nobody measures: what the NICs carry for others. */
enum eb_status eb_witness_listen(struct eb_witness *witness, struct eb_error *err);

/* Collective, before a block: finds out what to expect where that is not known yet, and reads the counters.
 */
enum eb_status eb_witness_before(struct eb_witness *witness, const struct eb_case *unit,
                                 struct eb_expectation *expected, struct eb_error *err);

/* Right after the block's last barrier: reads the counters again. Not collective. */
void eb_witness_after(struct eb_witness *witness, const struct eb_case *unit,
                      const struct eb_expectation *expected, uint64_t iterations);

/* Collective: gathers what the hosts saw. *json, on rank 0 and owned by the caller, is the row's "witness"
 * (NULL elsewhere). A row that is refused, and not let through, is kept in mind. */
enum eb_status eb_witness_conclude(struct eb_witness *witness, const struct eb_case *unit, json_t **json,
                                   struct eb_error *err);

/* Collective: EB_WRONG_PATH, on all ranks alike, when a row was refused since the witness was opened. */
enum eb_status eb_witness_verdict(struct eb_witness *witness, struct eb_error *err);

#endif
