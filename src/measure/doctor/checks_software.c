#include "measure/doctor/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* "1.18.1amzn1.0" as 1018; 0 when it is no version. */
static unsigned version_of(const char *text)
{
    unsigned major = 0;
    unsigned minor = 0;
    return sscanf(text, "%u.%u", &major, &minor) == 2 && minor < 1000 ? major * 1000 + minor : 0;
}

static int is_set(const struct eb_node_facts *facts, const char *name)
{
    static const char *const off[] = {"", "0", "no", "off", "false", "disable"};
    const char *value = eb_node_facts_variable(facts, name);
    for (size_t i = 0; value && i < sizeof off / sizeof *off; i++)
        if (strcasecmp(value, off[i]) == 0)
            return 0;
    return value != NULL;
}

void eb_check_libfabric(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    static const char amazon[] = "/opt/amazon/efa/";
    const struct eb_libfabric *libfabric = &facts->libfabric;
    unsigned version = version_of(libfabric->version);
    int is_amazon = strncmp(libfabric->path, amazon, sizeof amazon - 1) == 0;
    if (version == 0)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "no libfabric is here to ask");
    else if (version < 1017)
        eb_finding_set(finding, EB_FINDING_WRONG, "%s is too old, want 1.17 to 2.x: %.150s",
                       libfabric->version, libfabric->path);
    else if (version >= 3000)
        eb_finding_set(finding, EB_FINDING_WARNING, "%s is newer than any that was tried: %.150s",
                       libfabric->version, libfabric->path);
    else if (facts->installer[0] && libfabric->path[0] && !is_amazon)
        eb_finding_set(finding, EB_FINDING_WARNING, "%s from %.120s, not the one of the EFA installer%s%s",
                       libfabric->version, libfabric->path, facts->installer_libfabric[0] ? ", " : "",
                       facts->installer_libfabric);
    else
        eb_finding_set(finding, EB_FINDING_OK, "%s, %.180s", libfabric->version, libfabric->path);
}

void eb_check_efa_provider(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    if (facts->libfabric.died[0])
        eb_finding_set(finding, EB_FINDING_WRONG, "libfabric ended the process that asked it: %s",
                       facts->libfabric.died);
    else if (facts->libfabric.lists_efa == EB_KNOWN_NOT)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "no libfabric is here to ask");
    else if (facts->libfabric.lists_efa == EB_KNOWN_NO)
        eb_finding_set(finding, EB_FINDING_WRONG, "libfabric does not list the provider efa");
    else
        eb_finding_set(finding, EB_FINDING_OK, "listed");
}

void eb_check_intel_mpi(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    if (!eb_node_facts_variable(facts, "I_MPI_ROOT"))
        eb_finding_set(finding, EB_FINDING_ABSENT, "Intel MPI is not set up in this environment");
    else if (!eb_node_facts_variable(facts, "I_MPI_OFI_LIBRARY_INTERNAL"))
        eb_finding_set(finding, EB_FINDING_WARNING, "Intel MPI takes the libfabric that came with it");
    else if (is_set(facts, "I_MPI_OFI_LIBRARY_INTERNAL"))
        eb_finding_set(finding, EB_FINDING_WARNING,
                       "I_MPI_OFI_LIBRARY_INTERNAL tells Intel MPI to take its own libfabric");
    else
        eb_finding_set(finding, EB_FINDING_OK, "Intel MPI takes the libfabric of the system");
}

void eb_check_installer(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    unsigned version = version_of(facts->installer);
    if (version == 0)
        eb_finding_set(finding, EB_FINDING_ABSENT, "no EFA installer was here, which is no fault by itself");
    else if (version < 1022)
        eb_finding_set(finding, EB_FINDING_WARNING, "%s is before 1.22, the first with a libfabric of 1.17",
                       facts->installer);
    else
        eb_finding_set(finding, EB_FINDING_OK, "%s%s%s", facts->installer,
                       facts->installer_libfabric[0] ? ", with libfabric " : "", facts->installer_libfabric);
}

static int has_device(const struct eb_node_facts *facts, const char *name, size_t length)
{
    for (size_t i = 0; i < facts->inventory.device_count; i++) {
        const struct eb_device *device = &facts->inventory.devices[i];
        if (device->is_rdma && strcmp(device->driver, "efa") == 0 && strlen(device->name) == length &&
            strncmp(device->name, name, length) == 0)
            return 1;
    }
    return 0;
}

/* FI_EFA_IFACE is "all" or names of devices. 1, with a finding, when it names none, or one that is not here.
 */
static int bad_iface(const struct eb_node_facts *facts, const char *iface, struct eb_finding *finding)
{
    if (!iface || strcmp(iface, "all") == 0)
        return 0;
    if (!iface[0]) {
        eb_finding_set(finding, EB_FINDING_WRONG, "FI_EFA_IFACE is set and empty");
        return 1;
    }
    for (const char *at = iface; facts->efa_devices > 0; at++) {
        size_t length = strcspn(at, ",");
        if (!has_device(facts, at, length)) {
            eb_finding_set(finding, EB_FINDING_WRONG, "FI_EFA_IFACE=%.100s names '%.*s', no EFA here has it",
                           iface, (int)(length < 60 ? length : 60), at);
            return 1;
        }
        at += length;
        if (!*at)
            break;
    }
    return 0;
}

void eb_check_env_abort(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    static const char *const abort_when_set[] = {"FI_EFA_MTU_SIZE", "FI_EFA_TX_IOV_LIMIT",
                                                 "FI_EFA_RX_IOV_LIMIT", "FI_EFA_SHM_MAX_MEDIUM_SIZE"};
    const char *credits = eb_node_facts_variable(facts, "FI_EFA_TX_MIN_CREDITS");
    const char *iface = eb_node_facts_variable(facts, "FI_EFA_IFACE");
    if (!facts->environment) {
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "/proc/self/environ does not say");
        return;
    }
    for (size_t i = 0; i < sizeof abort_when_set / sizeof *abort_when_set; i++) {
        const char *value = eb_node_facts_variable(facts, abort_when_set[i]);
        if (!value)
            continue;
        eb_finding_set(finding, EB_FINDING_WRONG, "%s=%.100s is set: libfabric aborts at the sight of it",
                       abort_when_set[i], value);
        snprintf(finding->mend, sizeof finding->mend, "unset %s", abort_when_set[i]);
        return;
    }
    if (credits && strtol(credits, NULL, 0) <= 0)
        eb_finding_set(finding, EB_FINDING_WRONG, "FI_EFA_TX_MIN_CREDITS=%.60s: libfabric aborts below 1",
                       credits);
    else if (!bad_iface(facts, iface, finding))
        eb_finding_set(finding, EB_FINDING_OK, "none that libfabric would abort for");
    if (finding->state == EB_FINDING_WRONG)
        snprintf(finding->mend, sizeof finding->mend, "unset %s",
                 credits && strtol(credits, NULL, 0) <= 0 ? "FI_EFA_TX_MIN_CREDITS" : "FI_EFA_IFACE");
}

/* Whether the EFA of an instance type is known to read nothing remotely. */
static int lacks_rdma(const char *instance)
{
    static const char *const families[] = {"c5n.", "p3dn.", "g4dn.", "g5."};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strncmp(instance, families[i], strlen(families[i])) == 0)
            return 1;
    return 0;
}

void eb_check_env_rdma(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    const char *value = eb_node_facts_variable(facts, "FI_EFA_USE_DEVICE_RDMA");
    if (!facts->environment)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "/proc/self/environ does not say");
    else if (is_set(facts, "FI_EFA_USE_DEVICE_RDMA") && lacks_rdma(facts->inventory.instance))
        eb_finding_set(finding, EB_FINDING_WRONG,
                       "FI_EFA_USE_DEVICE_RDMA=%.60s: libfabric aborts, no EFA of a %s reads remotely", value,
                       facts->inventory.instance);
    else if (is_set(facts, "FI_EFA_USE_DEVICE_RDMA"))
        eb_finding_set(finding, EB_FINDING_WARNING, "FI_EFA_USE_DEVICE_RDMA=%.60s is set", value);
    else
        eb_finding_set(finding, EB_FINDING_OK, "FI_EFA_USE_DEVICE_RDMA does not force it");
}

/* FI_PROVIDER is a list of names; a '^' before it turns it into those to leave out. */
static int lets_efa_through(const char *filter)
{
    int without = filter[0] == '^';
    int named = 0;
    for (const char *at = filter + without; *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
        named |= strcspn(at, ",;") == 3 && strncasecmp(at, "efa", 3) == 0;
    return filter[without] == '\0' || named != without;
}

void eb_check_env_provider(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    const char *filter = eb_node_facts_variable(facts, "FI_PROVIDER");
    if (!facts->environment)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "/proc/self/environ does not say");
    else if (!filter)
        eb_finding_set(finding, EB_FINDING_OK, "FI_PROVIDER leaves nothing out");
    else if (lets_efa_through(filter))
        eb_finding_set(finding, EB_FINDING_OK, "FI_PROVIDER=%.100s lets efa through", filter);
    else
        eb_finding_set(finding, EB_FINDING_WRONG, "FI_PROVIDER=%.100s leaves efa out", filter);
}

void eb_check_fork(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    static const char *const variables[] = {"FI_EFA_FORK_SAFE", "RDMAV_FORK_SAFE", "IBV_FORK_SAFE"};
    const char *safe = NULL;
    unsigned kernel = version_of(facts->kernel);
    for (size_t i = 0; i < 3 && !safe; i++)
        if (i == 0 ? is_set(facts, variables[i]) : eb_node_facts_variable(facts, variables[i]) != NULL)
            safe = variables[i];
    if (!facts->environment)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "/proc/self/environ does not say");
    else if (safe && eb_node_facts_variable(facts, "RDMAV_HUGEPAGES_SAFE"))
        eb_finding_set(finding, EB_FINDING_WRONG, "%s and RDMAV_HUGEPAGES_SAFE are both set", safe);
    else if (safe && is_set(facts, "FI_EFA_USE_HUGE_PAGE"))
        eb_finding_set(finding, EB_FINDING_WRONG, "%s and FI_EFA_USE_HUGE_PAGE are both set", safe);
    else if (safe)
        eb_finding_set(finding, EB_FINDING_OK, "%s is set", safe);
    else if (kernel == 0)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "the kernel's version is unknown");
    else if (kernel < 5012)
        eb_finding_set(finding, EB_FINDING_WARNING, "kernel %s may not copy pinned pages at fork()",
                       facts->kernel);
    else
        eb_finding_set(finding, EB_FINDING_OK, "kernel %s copies pinned pages at fork()", facts->kernel);
}
