#include "measure/warm.h"

#include "measure/traffic.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WARM_ROUNDS 3

static enum eb_status mark_case(const struct eb_lanes *lanes, const struct eb_session_options *options,
                                const struct eb_case *unit, unsigned char *partners, struct eb_error *err)
{
    struct eb_kernel_env env = eb_lanes_env(lanes, options, unit);
    return eb_traffic_partners(&env, unit->kernel, partners, err);
}

static enum eb_status mark_partners(const struct eb_lanes *lanes, const struct eb_session_options *options,
                                    const struct eb_plan *plan, size_t arm, unsigned char *partners,
                                    struct eb_error *err)
{
    enum eb_status status = EB_OK;
    for (size_t i = 0; status == EB_OK && i < plan->count; i++) {
        struct eb_case unit = plan->cases[i];
        struct eb_error why;
        if (unit.arm != arm)
            continue;
        if (!unit.kernel->has_algorithms || unit.algorithm)
            status = mark_case(lanes, options, &unit, partners, err);
        if (status == EB_OK && unit.rounds > 0) { /* in other sweeps the other of the two sends, or reads */
            unit.is_turned = 1;
            status = mark_case(lanes, options, &unit, partners, err);
        }
        if (unit.kernel->has_algorithms && !unit.algorithm)
            for (size_t a = 0; status == EB_OK && eb_algorithms[a]; a++)
                if (eb_lanes_may_choose(lanes, options, &plan->cases[i], eb_algorithms[a], &why) == EB_OK) {
                    unit.algorithm = eb_algorithms[a];
                    status = mark_case(lanes, options, &unit, partners, err);
                }
    }
    return status;
}

/* To the rank so far away, and from the one as far on the other side, as far as they are partners: what one
 * sends the other receives. */
static int warm_round(struct eb_lane *lane, int distance, const unsigned char *partners)
{
    struct eb_transport *t = lane->transport;
    int to = (t->rank + distance) % t->ranks;
    int from = (t->rank + t->ranks - distance) % t->ranks;
    int gets = partners[to] & EB_PARTNER_GETS;
    int gives = partners[from] & EB_PARTNER_GIVES;
    lane->requests[1].remote_offset = 0;
    if (gives && t->ops->recv(t, from, &lane->receive, 0, EB_WARM_BYTES, &lane->requests[0]) < 0)
        return -1;
    if (gets && t->ops->send(t, to, &lane->send, 0, EB_WARM_BYTES, &lane->requests[1]) < 0)
        return -1;
    if (gives && eb_transport_wait(t, &lane->requests[0]) < 0)
        return -1;
    return gets ? eb_transport_wait(t, &lane->requests[1]) : 0;
}

static enum eb_status warm_lane(struct eb_lane *lane, const char *arm, const unsigned char *partners,
                                struct eb_error *err)
{
    struct eb_transport *t = lane->transport;
    for (int distance = 1; distance < t->ranks; distance++)
        for (int round = 0; round < WARM_ROUNDS; round++)
            if (warm_round(lane, distance, partners) < 0)
                return eb_error_set(err, t->error.status, t->error.origin, t->error.code, "arm %s: %s", arm,
                                    t->error.text);
    return EB_OK;
}

enum eb_status eb_warm(struct eb_lanes *lanes, struct eb_launch *launch,
                       const struct eb_session_options *options, const struct eb_plan *plan,
                       struct eb_error *err)
{
    unsigned char *partners = malloc((size_t)launch->ranks);
    enum eb_status status = partners ? EB_OK
                                     : eb_error_set(err, EB_INTERNAL, "session", ENOMEM,
                                                    "out of memory for %d ranks", launch->ranks);
    for (size_t arm = 0; status == EB_OK && arm < lanes->count; arm++) {
        memset(partners, 0, (size_t)launch->ranks);
        status = mark_partners(lanes, options, plan, arm, partners, err);
        if (status == EB_OK)
            status = warm_lane(&lanes->lanes[arm], options->arms[arm].name, partners, err);
        /* others may still be at it, and need the progress of this rank's endpoint, which nobody drives on
         * the next arm */
        if (status == EB_OK)
            status = launch->ops->barrier(launch, eb_lanes_progress, lanes, err);
    }
    free(partners);
    return status;
}
