#include "measure/claim.h"

#include "measure/topology/counters.h"
#include "measure/topology/nic.h"
#include "measure/transport/mpi_layers.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const adapters[] = {"efa", "ena", "ixgbevf"};

#define ADAPTER_COUNT (sizeof adapters / sizeof *adapters)

static const char *attribute(const json_t *attributes, const char *name)
{
    const char *text = json_string_value(json_object_get(attributes, name));
    return text ? text : "";
}

/* Whether one of the parts of a provider such as "efa;ofi_rxd" is the one named. */
static int has_part(const char *provider, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = provider; at && *at; at = strchr(at, ';') ? strchr(at, ';') + 1 : NULL)
        if (strncmp(at, name, length) == 0 && (at[length] == '\0' || at[length] == ';'))
            return 1;
    return 0;
}

static int is_provider(const struct eb_arm *arm, const json_t *attributes, const char *name)
{
    return (arm->provider && has_part(arm->provider, name)) ||
           has_part(attribute(attributes, "provider"), name);
}

static int is_shared_memory(const struct eb_arm *arm, const json_t *attributes)
{
    return is_provider(arm, attributes, "shm") || is_provider(arm, attributes, "sm2");
}

/* The adapter that an arm is called after ("efa", "ena8", "efa-write"), NULL when there is none. */
static const char *called_after(const struct eb_arm *arm)
{
    for (size_t i = 0; i < ADAPTER_COUNT; i++) {
        size_t length = strlen(adapters[i]);
        if (strncasecmp(arm->name, adapters[i], length) == 0 && !isalpha((unsigned char)arm->name[length]))
            return adapters[i];
    }
    return NULL;
}

/* The adapter that an arm asks for by its interface's driver. */
static const char *asked_for(const struct eb_arm *arm)
{
    for (size_t i = 0; arm->interface && i < ADAPTER_COUNT; i++)
        if (strcmp(arm->interface, adapters[i]) == 0)
            return adapters[i];
    return NULL;
}

struct eb_claim eb_claim_of(const struct eb_arm *arm, const json_t *attributes, const char *root)
{
    static const char *const kinds[] = {"-rdm", "-dgrm"};
    struct eb_claim claim = {.is_made = arm->interface || is_provider(arm, attributes, "efa")};
    snprintf(claim.device, sizeof claim.device, "%s", attribute(attributes, "interface"));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) { /* domains of RDMA devices are called so */
        char *end = strstr(claim.device, kinds[i]);
        if (end && end[strlen(kinds[i])] == '\0')
            *end = '\0';
    }
    claim.is_rdma = eb_counters_has_rdma(root, claim.device);
    claim.is_posing = is_shared_memory(arm, attributes) && (called_after(arm) || arm->interface);
    return claim;
}

json_t *eb_claim_devices(const struct eb_claim *claims, int ranks)
{
    int differ = 0;
    json_t *names = json_array();
    for (int rank = 0; rank < ranks; rank++) {
        differ |= strcmp(claims[rank].device, claims[0].device) != 0;
        json_array_append_new(names, json_string(claims[rank].device));
    }
    if (differ)
        return names;
    json_decref(names);
    return NULL;
}

static void warn(json_t *warnings, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void warn(json_t *warnings, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (warnings)
        json_array_append_new(warnings, json_vsprintf(format, args));
    va_end(args);
}

/* Shared memory crosses no adapter, whatever it is called. */
static enum eb_status check_shared_memory(const struct eb_arm *arm, const json_t *attributes,
                                          const struct eb_claim_rules *rules, json_t *warnings,
                                          struct eb_error *err)
{
    if (!eb_claim_of(arm, attributes, rules->root).is_posing)
        return EB_OK;
    if (!rules->allow_wrong_path)
        return eb_error_set(
            err, EB_WRONG_PATH, "claim", 0,
            "arm '%s': provider '%s' is shared memory, which crosses no adapter: give it another name and no "
            "interface, or say --allow-wrong-path",
            arm->spec, arm->provider ? arm->provider : attribute(attributes, "provider"));
    warn(warnings, "arm %s: shared memory: its bytes cross no adapter", arm->name);
    return EB_OK;
}

/* What an arm is called after and what it is. */
static void check_name(const struct eb_arm *arm, const json_t *attributes, const struct eb_claim *claim,
                       const struct eb_claim_rules *rules, json_t *warnings)
{
    const char *name = called_after(arm);
    char driver[32] = "";
    if (!name || !attributes || strcmp(arm->transport, "mpi") == 0)
        return;
    int is_ofi = strcmp(arm->transport, "ofi") == 0;
    eb_nic_driver(rules->root, claim->device, claim->is_rdma, driver, sizeof driver);
    if (strcmp(name, "efa") == 0 ? is_ofi && is_provider(arm, attributes, "efa") : strcmp(driver, name) == 0)
        return;
    warn(warnings, "arm %s is called after an adapter that it does not use: it is %s%s%s%s%s", arm->name,
         arm->transport, is_ofi ? ":" : "", is_ofi ? attribute(attributes, "provider") : "",
         claim->device[0] ? " on " : "", claim->device);
}

/* libfabric's own efa provider opens nothing without a device, even where sysfs does not show it (a
 * container); one that was loaded from elsewhere may be anything. */
static int is_real_efa(const struct eb_arm *arm, const json_t *attributes)
{
    return is_provider(arm, attributes, "efa") &&
           !json_is_false(json_object_get(attributes, "provider_built_in"));
}

static int means_adapter(const struct eb_arm *arm, const json_t *attributes, const struct eb_claim *claim)
{
    return asked_for(arm) || (claim->is_made && claim->is_rdma) || is_real_efa(arm, attributes);
}

/* Ranks that exchange messages are on one host: no adapter carries these. where says which ranks, is_meant
 * that the arm means one. */
static enum eb_status check_same_host(const char *where, int is_meant, const struct eb_arm *arm,
                                      const struct eb_claim *claim, const struct eb_claim_rules *rules,
                                      json_t *warnings, struct eb_error *err)
{
    if (!claim->device[0] || strcmp(claim->device, "lo") == 0)
        return EB_OK;
    if (is_meant && !rules->allow_same_host)
        return eb_error_set(
            err, EB_WRONG_PATH, "claim", 0,
            "arm '%s': %s, where bytes do not cross an adapter: start them on two hosts, or say "
            "--allow-same-host",
            arm->spec, where);
    if (is_meant || strcmp(arm->transport, "ofi") == 0 || strcmp(arm->transport, "sockets") == 0)
        warn(warnings, "arm %s: %s: its bytes do not cross %s", arm->name, where, claim->device);
    return EB_OK;
}

enum eb_status eb_claim_check_screened(const struct eb_placement *placements, int ranks,
                                       const struct eb_claim_rules *rules, json_t *warnings,
                                       struct eb_error *err)
{
    int first = 0;
    int second = 0;
    while (second < ranks && placements[second].local_rank == 0)
        second++;
    if (second == ranks)
        return EB_OK;
    while (strcmp(placements[first].host, placements[second].host) != 0)
        first++;
    if (!rules->allow_same_host)
        return eb_error_set(
            err, EB_WRONG_PATH, "claim", 0,
            "screen: ranks %d and %d are both on host %s, and hosts are screened: start one rank "
            "on each (mpirun --map-by node), or say --allow-same-host to screen ranks",
            first, second, placements[first].host);
    warn(warnings, "ranks %d and %d are both on host %s: ranks are screened, and not hosts", first, second,
         placements[first].host);
    return EB_OK;
}

/* With several hosts: a pair that is on one of them would be measured beside others that are not. */
static enum eb_status check_pairs(const struct eb_placement *placements, int ranks, const struct eb_arm *arm,
                                  const json_t *attributes, const struct eb_claim *claim,
                                  const struct eb_claim_rules *rules, json_t *warnings, struct eb_error *err)
{
    char where[200];
    for (int first = 0; first < rules->pairs && first < ranks / 2; first++) {
        int second = first + ranks / 2;
        if (strcmp(placements[first].host, placements[second].host) != 0)
            continue;
        snprintf(where, sizeof where, "ranks %d and %d, which are a pair, are both on host %s", first, second,
                 placements[first].host);
        return check_same_host(where, claim->is_made || means_adapter(arm, attributes, claim), arm, claim,
                               rules, warnings, err);
    }
    return EB_OK;
}

/* A provider that calls itself efa where sysfs shows no such device, or only a tree that stands for sysfs
 * does. */
static void check_device(const char *host, const struct eb_arm *arm, const json_t *attributes,
                         const struct eb_claim *claim, const char *root, json_t *warnings)
{
    if (!is_provider(arm, attributes, "efa") || (claim->is_rdma && !root[0]))
        return;
    if (!is_real_efa(arm, attributes))
        warn(warnings,
             "arm %s: provider efa on %s, which is no RDMA device of host %s, and from %s: a stand-in for "
             "tests, its "
             "figures are not an EFA's",
             arm->name, claim->device, host, attribute(attributes, "provider_path"));
    else if (!claim->is_rdma)
        warn(warnings, "arm %s: sysfs of host %s shows no RDMA device %s: its counters cannot be read",
             arm->name, host, claim->device);
}

enum eb_status eb_claim_check(const struct eb_placement *placements, int ranks, const struct eb_arm *arm,
                              const json_t *attributes, const struct eb_claim_rules *rules, json_t *warnings,
                              struct eb_error *err)
{
    struct eb_claim claim = eb_claim_of(arm, attributes, rules->root);
    int is_one_host = eb_placement_is_one_host(placements, ranks);
    if (!is_one_host && arm->interface && strcmp(arm->interface, "lo") == 0)
        return eb_error_set(err, EB_USAGE, "claim", 0,
                            "arm '%s': the loopback reaches no other host, and ranks are on %s and others",
                            arm->spec, placements[0].host);
    enum eb_status status = check_shared_memory(arm, attributes, rules, warnings, err);
    if (status != EB_OK)
        return status;
    check_name(arm, attributes, &claim, rules, warnings);
    if (!attributes)
        return EB_OK;
    check_device(placements[0].host, arm, attributes, &claim, rules->root, warnings);
    char where[120];
    snprintf(where, sizeof where, "all ranks are on host %s", placements[0].host);
    if (!is_one_host)
        status = check_pairs(placements, ranks, arm, attributes, &claim, rules, warnings, err);
    else if (!is_shared_memory(arm, attributes))
        status =
            check_same_host(where, means_adapter(arm, attributes, &claim), arm, &claim, rules, warnings, err);
    if (is_one_host && strcmp(arm->transport, "mpi") == 0 && eb_mpi_may_share_memory(attributes))
        warn(warnings, "arm %s: all ranks are on host %s, where MPI may use shared memory", arm->name,
             placements[0].host);
    return status;
}
