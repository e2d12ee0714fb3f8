/* Getting connections and handshakes behind us before anything counts. */
#ifndef EB_MEASURE_WARM_H
#define EB_MEASURE_WARM_H

#include "measure/lanes.h"

/* Collective, after eb_lanes_furnish: small messages between every two ranks that a case of the plan makes
 * exchange messages, on that case's arm, the ways that it makes them: with 10000 ranks every two would be
 * fifty million connections. Cases whose algorithm is still to be chosen count with each that could be.
 * Failures are this rank's own. */
enum eb_status eb_warm(struct eb_lanes *lanes, struct eb_launch *launch,
                       const struct eb_session_options *options, const struct eb_plan *plan,
                       struct eb_error *err);

#endif
