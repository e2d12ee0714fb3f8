#include "measure/witness.h"

#include "common/clock.h"
#include "measure/claim.h"
#include "measure/sight.h"
#include "measure/testimony.h"
#include "measure/topology/nic.h"
#include "measure/topology/tree.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SETTLE_NS UINT64_C(60000000) /* TCP acknowledges what we have sent up to 40 ms later */
#define LISTEN_NS UINT64_C(250000000)
#define BACKGROUND_PACKETS 20 /* fewer in that time are an ARP here, a router's word there */
#define LAGGARD_LOOKS 3       /* at counters that the kernel renews from time to time only */

struct watched_arm {
    struct eb_claim claim; /* this rank's */
    char **devices;        /* what the ranks of this host claim, each once; none when they claim nothing */
    size_t device_count;
    int is_still;    /* its transport moves nothing, or within one process */
    json_t *by_rank; /* the device of each; NULL where all are called the same */
    struct eb_ethtool *ethtool;
};

struct eb_witness {
    struct eb_launch *launch;
    const struct eb_placement *placements;
    const struct eb_session_options *options;
    const struct eb_lanes *lanes;
    const char *root;
    int looks; /* the lowest rank of its host */
    int one_host;
    unsigned char *crosses; /* by rank: what is sent there crosses a NIC */
    struct watched_arm *arms;
    char **efas; /* the EFA devices of this host */
    size_t efa_count;
    struct eb_sight before;
    uint64_t exceeded[EB_ALLOWANCES]; /* before, as is the next */
    int has_allowances;
    struct eb_sight background; /* what each device carries in LISTEN_NS; at_ns means nothing */
    struct eb_testimony mine;
    struct eb_testimony *all; /* on rank 0: by rank */
    size_t refused_rows;
    struct eb_error refusal; /* the first */
};

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "witness", ENOMEM, "out of memory for the witness");
}

static void watch_arm(struct eb_witness *witness, size_t i)
{
    struct watched_arm *arm = &witness->arms[i];
    const struct eb_transport *transport = witness->lanes->lanes[i].transport;
    json_t *attributes = transport->ops->describe(transport);
    arm->claim = eb_claim_of(&witness->options->arms[i], attributes, witness->root);
    arm->is_still = strcmp(transport->ops->name, "null") == 0 || strcmp(transport->ops->name, "inproc") == 0;
    if (witness->looks && !arm->claim.is_rdma && arm->claim.device[0])
        arm->ethtool = eb_ethtool_open(arm->claim.device);
    json_decref(attributes);
}

enum eb_status eb_witness_open(struct eb_launch *launch, const struct eb_placement *placements,
                               const struct eb_session_options *options, const struct eb_lanes *lanes,
                               struct eb_witness **opened, struct eb_error *err)
{
    size_t ranks = (size_t)launch->ranks;
    const struct eb_placement *mine = &placements[launch->rank];
    struct eb_witness *witness = calloc(1, sizeof *witness);
    *opened = witness;
    if (!witness)
        return out_of_memory(err);
    *witness = (struct eb_witness){.launch = launch,
                                   .placements = placements,
                                   .options = options,
                                   .lanes = lanes,
                                   .root = options->sysroot ? options->sysroot : "",
                                   .looks = mine->local_rank == 0,
                                   .one_host = eb_placement_is_one_host(placements, launch->ranks),
                                   .crosses = calloc(ranks, 1),
                                   .arms = calloc(options->arm_count, sizeof *witness->arms),
                                   .all = launch->rank == 0 ? calloc(ranks, sizeof *witness->all) : NULL};
    if (!witness->crosses || !witness->arms || (launch->rank == 0 && !witness->all))
        return out_of_memory(err);
    for (int rank = 0; rank < launch->ranks; rank++)
        witness->crosses[rank] =
            rank != launch->rank && (witness->one_host || strcmp(placements[rank].host, mine->host) != 0);
    if (witness->looks)
        witness->efas = eb_sight_efa_devices(witness->root, &witness->efa_count);
    for (size_t i = 0; i < options->arm_count; i++)
        watch_arm(witness, i);
    return EB_OK;
}

/* Ranks of one host may be on different NICs, each on the one near it. */
static enum eb_status add_devices(struct eb_witness *witness, struct watched_arm *arm,
                                  const struct eb_claim *claims, struct eb_error *err)
{
    const struct eb_placement *mine = &witness->placements[witness->launch->rank];
    arm->devices = calloc((size_t)mine->local_ranks, sizeof *arm->devices);
    if (!arm->devices)
        return out_of_memory(err);
    for (int rank = mine->first_here; rank >= 0; rank = witness->placements[rank].next_here) {
        size_t known = 0;
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): what is counted was copied */
        while (known < arm->device_count && strcmp(arm->devices[known], claims[rank].device) != 0)
            known++;
        if (known < arm->device_count)
            continue;
        arm->devices[arm->device_count] = strdup(claims[rank].device);
        if (!arm->devices[arm->device_count++])
            return out_of_memory(err);
    }
    return EB_OK;
}

enum eb_status eb_witness_meet(struct eb_witness *witness, struct eb_error *err)
{
    struct eb_launch *launch = witness->launch;
    struct eb_claim *claims = calloc((size_t)launch->ranks, sizeof *claims);
    enum eb_status status = eb_launch_agree(launch, claims ? EB_OK : out_of_memory(err), err);
    for (size_t i = 0; status == EB_OK && i < witness->options->arm_count; i++) {
        struct watched_arm *arm = &witness->arms[i];
        status = launch->ops->allgather(launch, &arm->claim, claims, sizeof *claims, err);
        if (status == EB_OK)
            arm->by_rank = eb_claim_devices(claims, launch->ranks);
        if (status == EB_OK && arm->claim.is_made)
            status = add_devices(witness, arm, claims, err);
    }
    free(claims);
    return eb_launch_agree(launch, status, err);
}

void eb_witness_close(struct eb_witness *witness)
{
    if (!witness)
        return;
    for (size_t i = 0; witness->arms && i < witness->options->arm_count; i++) {
        eb_ethtool_close(witness->arms[i].ethtool);
        json_decref(witness->arms[i].by_rank);
        eb_tree_names_free(witness->arms[i].devices, witness->arms[i].device_count);
    }
    eb_sight_forget(&witness->before);
    eb_sight_forget(&witness->background);
    eb_tree_names_free(witness->efas, witness->efa_count);
    free(witness->crosses);
    free(witness->arms);
    free(witness->all);
    free(witness);
}

void eb_witness_describe(const struct eb_witness *witness, size_t i, json_t *attributes)
{
    char driver[32] = "";
    if (witness && witness->arms[i].by_rank)
        json_object_set(attributes, "devices_by_rank", witness->arms[i].by_rank);
    if (!witness || !witness->arms[i].claim.device[0])
        return;
    const struct watched_arm *arm = &witness->arms[i];
    eb_nic_driver(witness->root, arm->claim.device, arm->claim.is_rdma, driver, sizeof driver);
    json_object_set_new(attributes, "device", json_string(arm->claim.device));
    if (driver[0])
        json_object_set_new(attributes, "driver", json_string(driver));
    int srd_mode = arm->ethtool ? eb_ethtool_srd_mode(arm->ethtool) : -1;
    if (srd_mode >= 0)
        json_object_set_new(attributes, "ena_srd_mode", json_integer(srd_mode));
}

/* The counters that matter to an arm: of the RDMA devices its own, or all EFAs where it claims no device. */
static void look(const struct eb_witness *witness, const struct watched_arm *arm, struct eb_sight *sight)
{
    if (arm->claim.is_rdma)
        eb_sight_take(witness->root, arm->devices, arm->device_count, sight);
    else
        eb_sight_take(witness->root, witness->efas, witness->efa_count, sight);
}

static void rest(uint64_t ns)
{
    struct timespec pause = {.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
    while (nanosleep(&pause, &pause) != 0 && errno == EINTR)
        ;
}

/* What every device carries while this job is silent. */
static void listen_here(struct eb_witness *witness)
{
    struct eb_sight before;
    rest(SETTLE_NS);
    eb_sight_take(witness->root, witness->efas, witness->efa_count, &before);
    rest(LISTEN_NS);
    eb_sight_take(witness->root, witness->efas, witness->efa_count, &witness->background);
    for (size_t i = 0; i < witness->background.count; i++) {
        struct eb_sighted *nic = &witness->background.nics[i];
        nic->counters = eb_sight_between(&before, nic);
        nic->is_quiet = nic->counters.tx_packets + nic->counters.rx_packets < BACKGROUND_PACKETS;
    }
    eb_sight_forget(&before);
}

static enum eb_status barrier(struct eb_witness *witness, struct eb_error *err)
{
    struct eb_launch *launch = witness->launch;
    return launch->ops->barrier(launch, eb_lanes_progress, (void *)witness->lanes, err);
}

enum eb_status eb_witness_listen(struct eb_witness *witness, struct eb_error *err)
{
    if (!witness)
        return EB_OK;
    enum eb_status status = barrier(witness, err);
    if (status == EB_OK && witness->looks)
        listen_here(witness);
    return status == EB_OK ? barrier(witness, err) : status;
}

/* Adds up what the ranks of this host send and receive. */
static enum eb_status expect(struct eb_witness *witness, const struct eb_case *unit,
                             struct eb_expectation *expected, struct eb_error *err)
{
    struct eb_launch *launch = witness->launch;
    const struct eb_placement *mine = &witness->placements[launch->rank];
    struct eb_kernel_env env = eb_lanes_env(witness->lanes, witness->options, unit);
    struct eb_traffic own;
    struct eb_traffic *all = calloc((size_t)launch->ranks, sizeof *all);
    enum eb_status status =
        all ? eb_traffic_count(&env, unit->kernel, witness->crosses, mine->local_rank == 0, &own, err)
            : out_of_memory(err);
    if (status == EB_OK)
        status = launch->ops->allgather(launch, &own, all, sizeof own, err);
    for (int rank = mine->first_here; status == EB_OK && rank >= 0;
         rank = witness->placements[rank].next_here) {
        expected->host.sent_bytes += all[rank].sent_bytes;
        expected->host.received_bytes += all[rank].received_bytes;
        expected->host.sends_messages |= all[rank].sends_messages;
        expected->host.receives_messages |= all[rank].receives_messages;
    }
    expected->is_known = status == EB_OK;
    free(all);
    return status;
}

enum eb_status eb_witness_before(struct eb_witness *witness, const struct eb_case *unit,
                                 struct eb_expectation *expected, struct eb_error *err)
{
    if (!witness || witness->arms[unit->arm].is_still)
        return EB_OK;
    enum eb_status status = expected->is_known ? EB_OK : expect(witness, unit, expected, err);
    eb_sight_forget(&witness->before);
    if (status == EB_OK && witness->looks) {
        const struct watched_arm *arm = &witness->arms[unit->arm];
        look(witness, arm, &witness->before);
        witness->has_allowances = arm->ethtool && eb_ethtool_allowances(arm->ethtool, witness->exceeded) == 0;
    }
    return status;
}

static struct eb_counters scaled(const struct eb_counters *counters, double factor)
{
    return (struct eb_counters){.tx_bytes = (uint64_t)(factor * (double)counters->tx_bytes),
                                .rx_bytes = (uint64_t)(factor * (double)counters->rx_bytes),
                                .tx_packets = (uint64_t)(factor * (double)counters->tx_packets),
                                .rx_packets = (uint64_t)(factor * (double)counters->rx_packets)};
}

static uint64_t rate_of(const struct eb_counters *background)
{
    return (uint64_t)((double)(background->tx_bytes + background->rx_bytes) * 1e9 / (double)LISTEN_NS);
}

/* What one device has seen of the block. */
static void ask(const struct eb_witness *witness, const struct eb_sight *after, const struct eb_sighted *nic,
                const struct eb_expectation *expected, uint64_t iterations, struct eb_testimony *testimony)
{
    const struct eb_sighted *quiet = eb_sight_find(&witness->background, nic->name, nic->is_rdma);
    const struct eb_sighted *before = eb_sight_find(&witness->before, nic->name, nic->is_rdma);
    double time = (double)(after->at_ns - witness->before.at_ns) / (double)LISTEN_NS;
    struct eb_counters seen = eb_sight_between(&witness->before, nic);
    struct eb_counters background = {0};
    if (quiet && !quiet->is_quiet)
        background = scaled(&quiet->counters, time);
    eb_testify(testimony, &seen, &background, &expected->host, iterations);
    if (!before || eb_counters_went_back(&before->counters, &nic->counters))
        testimony->sighting = before ? EB_SAW_RESET : EB_SAW_NO_DEVICE;
    testimony->background_bytes_per_second = quiet ? rate_of(&quiet->counters) : 0;
    testimony->is_emulated =
        nic->is_rdma && seen.has_operations &&
        seen.read_bytes + seen.write_bytes + seen.read_resp_bytes + seen.write_recv_bytes == 0;
    testimony->retransmitted_bytes = seen.retrans_bytes;
    testimony->dropped_packets = seen.rx_drops;
    memcpy(testimony->device, nic->name, sizeof testimony->device);
}

/* Whether a device's testimony makes it more likely than the other's that it carried the bytes. Several may
 * have carried enough, such as a bond and its parts, or one that is busy with something else: the one that
 * carried least besides. */
static int is_likelier(const struct eb_testimony *one, const struct eb_testimony *other)
{
    int one_saw = one->sighting != EB_SAW_TOO_LITTLE;
    int other_saw = other->sighting != EB_SAW_TOO_LITTLE;
    if (one->sighting != other->sighting)
        return one->sighting < other->sighting;
    return one_saw && other_saw ? one->seen_bytes < other->seen_bytes : one->share > other->share;
}

/* The device that carried the bytes, as far as counters tell; its hint first. */
static struct eb_testimony find_carrier(const struct eb_witness *witness, const struct eb_sight *after,
                                        const char *hint, const struct eb_expectation *expected,
                                        uint64_t iterations)
{
    struct eb_testimony best = {.sighting = EB_SAW_NO_DEVICE, .share = INFINITY};
    for (size_t i = 0; i < after->count; i++) {
        struct eb_testimony one = {0};
        if (!witness->one_host && strcmp(after->nics[i].name, "lo") == 0) /* it reaches no other host */
            continue;
        ask(witness, after, &after->nics[i], expected, iterations, &one);
        if (one.sighting == EB_SAW_ALL && strcmp(after->nics[i].name, hint) == 0)
            return one;
        if (best.sighting == EB_SAW_NO_DEVICE || is_likelier(&one, &best))
            best = one;
    }
    return best;
}

/* What the devices that the ranks of this host claim have seen, together. */
static void ask_claimed(const struct eb_witness *witness, const struct watched_arm *arm,
                        const struct eb_sight *after, const struct eb_expectation *expected,
                        uint64_t iterations, struct eb_testimony *mine)
{
    const char *name = arm->device_count > 1 && arm->claim.is_rdma ? EB_SIGHT_TOGETHER : arm->claim.device;
    for (size_t i = 0; i < after->count; i++)
        if (strcmp(after->nics[i].name, name) == 0 && after->nics[i].is_rdma == arm->claim.is_rdma)
            ask(witness, after, &after->nics[i], expected, iterations, mine);
}

/* The testimony of this host, as far as these counters go. */
static void testify(const struct eb_witness *witness, const struct eb_case *unit,
                    const struct eb_sight *after, const struct eb_expectation *expected, uint64_t iterations,
                    struct eb_testimony *mine)
{
    const struct watched_arm *arm = &witness->arms[unit->arm];
    const struct eb_transport *transport = witness->lanes->lanes[unit->arm].transport;
    struct eb_testimony carrier = find_carrier(witness, after, arm->claim.device, expected, iterations);
    *mine = (struct eb_testimony){.sighting = EB_SAW_NO_DEVICE, .share = INFINITY};
    snprintf(mine->device, sizeof mine->device, "%s", arm->claim.device);
    if (arm->claim.is_made) {
        ask_claimed(witness, arm, after, expected, iterations, mine);
    } else {
        *mine = carrier;
        if (mine->sighting == EB_SAW_TOO_LITTLE) {
            mine->sighting = EB_SAW_NONE;
            mine->device[0] = '\0';
        }
    }
    if (mine->sighting == EB_SAW_TOO_LITTLE && carrier.sighting <= EB_SAW_BACKGROUND) {
        snprintf(mine->carrier, sizeof mine->carrier, "%s", carrier.device);
        mine->carrier_share = carrier.share;
    }
    mine->is_emulated &= transport->one_sided || transport->reads;
}

/* Whether more could be seen a moment later: the kernel renews an RDMA device's counters from time to time
 * only. */
static int may_lag(const struct eb_witness *witness, const struct eb_claim *claim,
                   const struct eb_testimony *mine)
{
    int saw_little = mine->sighting == EB_SAW_TOO_LITTLE || mine->sighting == EB_SAW_NONE;
    return saw_little && (claim->is_rdma || (!claim->is_made && witness->efa_count > 0));
}

void eb_witness_after(struct eb_witness *witness, const struct eb_case *unit,
                      const struct eb_expectation *expected, uint64_t iterations)
{
    if (!witness)
        return;
    witness->mine = (struct eb_testimony){.sighting = EB_SAW_NOTHING_EXPECTED};
    int is_expecting = expected->host.sent_bytes + expected->host.received_bytes > 0;
    if (!witness->looks || witness->arms[unit->arm].is_still || !is_expecting)
        return;
    const struct watched_arm *arm = &witness->arms[unit->arm];
    struct eb_testimony *mine = &witness->mine;
    const char *laggard = arm->claim.is_rdma ? arm->claim.device : witness->efas ? witness->efas[0] : "";
    for (int looks = 0; looks == 0 || (looks < LAGGARD_LOOKS && may_lag(witness, &arm->claim, mine));
         looks++) {
        struct eb_sight after;
        if (looks > 0)
            rest(UINT64_C(1000000) * (eb_counters_lifespan_ms(witness->root, laggard) + 1));
        look(witness, arm, &after);
        testify(witness, unit, &after, expected, iterations, mine);
        eb_sight_forget(&after);
    }
    memcpy(mine->host, witness->placements[witness->launch->rank].host, sizeof mine->host);
    uint64_t exceeded[EB_ALLOWANCES];
    if (witness->has_allowances && eb_ethtool_allowances(arm->ethtool, exceeded) == 0)
        for (size_t i = 0; i < EB_ALLOWANCES; i++)
            mine->exceeded[i] = exceeded[i] > witness->exceeded[i] ? exceeded[i] - witness->exceeded[i] : 0;
}

/* What the user lets through is marked for ever. */
static void refuse_or_mark(struct eb_witness *witness, const struct eb_case *unit, json_t *json)
{
    const struct eb_session_options *options = witness->options;
    const char *reason = json_string_value(json_object_get(json, "reason"));
    char size[32];
    if (witness->one_host && options->allow_same_host) {
        json_object_set_new(json, "state", json_string("unattested"));
        json_object_set_new(json, "reason",
                            json_sprintf("all ranks are on one host, which was allowed: %s", reason));
    } else if (options->allow_wrong_path) {
        json_object_set_new(json, "allowed", json_true());
    } else if (witness->refused_rows++ == 0) {
        eb_error_set(&witness->refusal, EB_WRONG_PATH, "witness", 0, "arm '%s', %s, %s: %s",
                     options->arms[unit->arm].spec, unit->kernel->name,
                     eb_size_format(unit->size_bytes, size, sizeof size), reason);
    }
}

/* With several hosts: whether a pair at work is on one of them, so that the row's samples are of two paths.
 */
static int has_local_pair(const struct eb_witness *witness, const struct eb_case *unit, int *first,
                          int *second)
{
    if (witness->one_host || unit->kernel->samples_of != EB_SAMPLES_OF_PAIRS)
        return 0;
    struct eb_kernel_env env = eb_lanes_env(witness->lanes, witness->options, unit);
    for (*first = -1; (*first = eb_pairing_next(&env.pairing, *first)) >= 0;) {
        *second = eb_pairing_peer(&env.pairing, *first);
        if (strcmp(witness->placements[*first].host, witness->placements[*second].host) == 0)
            return 1;
    }
    return 0;
}

enum eb_status eb_witness_conclude(struct eb_witness *witness, const struct eb_case *unit, json_t **json,
                                   struct eb_error *err)
{
    *json = NULL;
    if (!witness)
        return EB_OK;
    struct eb_launch *launch = witness->launch;
    const char *transport = witness->lanes->lanes[unit->arm].transport->ops->name;
    if (witness->arms[unit->arm].is_still) {
        if (launch->rank == 0)
            *json = json_pack("{s:s, s:o}", "state", "unattested", "reason",
                              json_sprintf("%s crosses no NIC", transport));
        return EB_OK;
    }
    enum eb_status status =
        launch->ops->gather(launch, &witness->mine, witness->all, sizeof witness->mine, err);
    if (status != EB_OK || launch->rank != 0)
        return status;
    int first = 0;
    int second = 0;
    if (witness->arms[unit->arm].claim.is_posing)
        *json = json_pack("{s:s, s:s}", "state", "refused", "reason", "shared memory crosses no adapter");
    else if (has_local_pair(witness, unit, &first, &second))
        *json = json_pack("{s:s, s:o}", "state", "unattested", "reason",
                          json_sprintf("ranks %d and %d, which are a pair, are both on host %s", first,
                                       second, witness->placements[first].host));
    else
        *json = eb_testimony_to_json(witness->all, launch->ranks);
    if (!*json)
        return out_of_memory(err);
    if (strcmp(json_string_value(json_object_get(*json, "state")), "refused") == 0)
        refuse_or_mark(witness, unit, *json);
    return EB_OK;
}

enum eb_status eb_witness_verdict(struct eb_witness *witness, struct eb_error *err)
{
    enum eb_status mine = EB_OK;
    if (!witness)
        return EB_OK;
    if (witness->refused_rows > 0) {
        mine = eb_error_set(
            err, EB_WRONG_PATH, "witness", 0,
            "%s: refused, as %zu row%s of this sweep; --allow-wrong-path keeps such rows, marked",
            witness->refusal.text, witness->refused_rows, witness->refused_rows > 1 ? "s" : "");
    }
    return eb_launch_agree(witness->launch, mine, err);
}
