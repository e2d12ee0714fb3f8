#include "common/adapter.h"
#include "measure/doctor/checks.h"

#include <stdio.h>
#include <string.h>

/* Adds a word to a list that stays readable where there are many. */
static void list(char *text, size_t room, const char *word)
{
    size_t used = strlen(text);
    if (used + strlen(word) + 8 < room)
        snprintf(text + used, room - used, "%s%s", used ? ", " : "", word);
    else if (used + 5 < room && (used < 3 || strcmp(text + used - 3, "...") != 0))
        snprintf(text + used, room - used, " ...");
}

/* Netdevs with a driver (any for NULL), and their names. */
static size_t netdevs(const struct eb_node_facts *facts, const char *driver, char *names, size_t room)
{
    size_t count = 0;
    names[0] = '\0';
    for (size_t i = 0; i < facts->inventory.device_count; i++) {
        const struct eb_device *device = &facts->inventory.devices[i];
        if (device->is_rdma || strcmp(device->name, "lo") == 0 ||
            (driver && strcmp(device->driver, driver) != 0))
            continue;
        list(names, room, device->name);
        count++;
    }
    return count;
}

static void no_efa(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    static const char *const kinds[] = {"ena", "ixgbevf", "vif"};
    const char *type = facts->inventory.instance[0] ? facts->inventory.instance : "unknown";
    const struct eb_instance *instance = eb_instance_find(facts->inventory.instance);
    char names[80] = "";
    const struct eb_adapter *adapter = NULL;
    for (size_t i = 0; i < 3 && !adapter; i++)
        if (netdevs(facts, kinds[i], names, sizeof names) > 0)
            adapter = eb_adapter_by_driver(kinds[i]);
    int is_aws = facts->is_aws || instance || (adapter && adapter->kind != EB_ADAPTER_ENI);
    if (!is_aws) {
        eb_finding_set(finding, EB_FINDING_ABSENT, "no EFA, and this is no AWS instance (%s)",
                       facts->inventory.vendor[0] ? facts->inventory.vendor : "no vendor is named");
        snprintf(finding->mend, sizeof finding->mend,
                 "run on an EC2 instance with an EFA; here other providers can be measured: -p tcp");
    } else if (instance && instance->efa_count > 0) {
        eb_finding_set(finding, EB_FINDING_ABSENT, "no EFA is attached; a %s can have %u", type,
                       instance->efa_count);
        snprintf(
            finding->mend, sizeof finding->mend,
            "stop the instance, aws ec2 create-network-interface --interface-type efa, attach it, start");
    } else {
        eb_finding_set(finding, EB_FINDING_ABSENT, "no EFA: %s (%s)%s%s, instance type: %s",
                       adapter ? adapter->title : "no adapter of EC2",
                       adapter ? adapter->driver : "no driver", names[0] ? " on " : "", names, type);
        snprintf(finding->mend, sizeof finding->mend,
                 "efabench adapters lists the instance types that have EFA: take one of them");
    }
}

void eb_check_efa(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    if (facts->efa_functions == 0)
        no_efa(facts, finding);
    else
        eb_finding_set(finding, EB_FINDING_OK, "%zu on this host, instance type: %s", facts->efa_functions,
                       facts->inventory.instance[0] ? facts->inventory.instance : "unknown");
}

void eb_check_efa_module(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    if (facts->efa_module == EB_KNOWN_YES || facts->efa_devices > 0)
        eb_finding_set(finding, EB_FINDING_OK, "loaded");
    else if (facts->efa_module == EB_KNOWN_NO)
        eb_finding_set(finding, EB_FINDING_WRONG, "the kernel module efa is not loaded");
    else
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "there is no /sys/module to look in");
}

void eb_check_uverbs_module(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    if (facts->uverbs_module == EB_KNOWN_YES || facts->uverbs > 0)
        eb_finding_set(finding, EB_FINDING_OK, "loaded");
    else if (facts->uverbs_module == EB_KNOWN_NO)
        eb_finding_set(finding, EB_FINDING_WRONG, "the kernel module ib_uverbs is not loaded");
    else
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "there is no /sys/module to look in");
}

void eb_check_efa_device(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    char names[100] = "";
    for (size_t i = 0; i < facts->inventory.device_count; i++)
        if (facts->inventory.devices[i].is_rdma && strcmp(facts->inventory.devices[i].driver, "efa") == 0)
            list(names, sizeof names, facts->inventory.devices[i].name);
    if (facts->efa_devices == 0 && facts->efa_module == EB_KNOWN_NO)
        eb_finding_set(finding, EB_FINDING_ABSENT, "without its module there can be none");
    else if (facts->efa_devices < facts->efa_functions)
        eb_finding_set(finding, EB_FINDING_WRONG, "%zu of %zu EFA on the PCI bus have no RDMA device%s%s",
                       facts->efa_functions - facts->efa_devices, facts->efa_functions,
                       names[0] ? "; there are " : "", names);
    else
        eb_finding_set(finding, EB_FINDING_OK, "%zu with driver efa: %s", facts->efa_devices, names);
}

void eb_check_uverbs_device(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    if (facts->uverbs == 0 && facts->uverbs_module == EB_KNOWN_NO)
        eb_finding_set(finding, EB_FINDING_ABSENT, "without ib_uverbs there can be none");
    else if (facts->uverbs == 0 && facts->foreign_uverbs > 0)
        eb_finding_set(finding, EB_FINDING_WRONG,
                       "no /dev/infiniband/uverbs* is of an EFA; other devices have %zu",
                       facts->foreign_uverbs);
    else if (facts->uverbs == 0)
        eb_finding_set(finding, EB_FINDING_WRONG, "there is no /dev/infiniband/uverbs*");
    else if (facts->uverbs < facts->efa_devices)
        eb_finding_set(finding, EB_FINDING_WRONG, "only %zu /dev/infiniband/uverbs* for %zu EFA",
                       facts->uverbs, facts->efa_devices);
    else
        eb_finding_set(finding, EB_FINDING_OK, "%zu /dev/infiniband/uverbs*", facts->uverbs);
}

void eb_check_efa_count(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    const struct eb_instance *instance = eb_instance_find(facts->inventory.instance);
    if (!instance || instance->efa_count == 0)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "the catalogue knows no EFA of instance type '%s'",
                       facts->inventory.instance);
    else if (facts->efa_functions < instance->efa_count)
        eb_finding_set(finding, EB_FINDING_WRONG, "%zu of the %u EFA that a %s has", facts->efa_functions,
                       instance->efa_count, instance->name);
    else
        eb_finding_set(finding, EB_FINDING_OK, "%zu, a %s has %u", facts->efa_functions, instance->name,
                       instance->efa_count);
}

void eb_check_efa_port(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    size_t unknown = 0;
    for (size_t i = 0; i < facts->inventory.device_count; i++) {
        const struct eb_device *device = &facts->inventory.devices[i];
        if (!device->is_rdma || strcmp(device->driver, "efa") != 0)
            continue;
        unknown += !device->state[0];
        if (device->state[0] && strcmp(device->state, "ACTIVE") != 0) {
            eb_finding_set(finding, EB_FINDING_WRONG, "port 1 of %s is %s", device->name, device->state);
            return;
        }
    }
    if (unknown > 0)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "sysfs does not say the state of %zu", unknown);
    else
        eb_finding_set(finding, EB_FINDING_OK, "ACTIVE");
}

void eb_check_efa_only(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    char names[100];
    size_t enas = netdevs(facts, "ena", names, sizeof names);
    if (enas > 0 && enas < facts->efa_devices)
        eb_finding_set(finding, EB_FINDING_OK,
                       "%zu EFA-only (no netdev, no IP); ranks find each other over %s",
                       facts->efa_devices - enas, names);
    else if (enas > 0 || netdevs(facts, NULL, names, sizeof names) > 0)
        eb_finding_set(finding, EB_FINDING_OK, "ranks find each other over %s", names);
    else
        eb_finding_set(finding, EB_FINDING_WARNING,
                       "%zu EFA-only, and no netdev beside: no IP by which ranks could find each other",
                       facts->efa_devices);
}

void eb_check_foreign_rdma(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    char names[140] = "";
    size_t count = 0;
    for (size_t i = 0; i < facts->inventory.device_count; i++) {
        const struct eb_device *device = &facts->inventory.devices[i];
        char word[100];
        if (!device->is_rdma || strcmp(device->driver, "efa") == 0)
            continue;
        snprintf(word, sizeof word, "%s (%s)", device->name,
                 device->driver[0] ? device->driver : "no driver");
        list(names, sizeof names, word);
        count++;
    }
    if (count > 0)
        eb_finding_set(finding, EB_FINDING_WARNING, "%zu RDMA device%s no EFA: %s", count,
                       count == 1 ? " is" : "s are", names);
    else
        eb_finding_set(finding, EB_FINDING_OK, "none");
}

void eb_check_numa(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    char where[100] = "";
    size_t near = 0;
    size_t placed = 0;
    for (size_t i = 0; i < facts->inventory.device_count; i++) {
        const struct eb_device *device = &facts->inventory.devices[i];
        struct eb_cpu_set local;
        char word[100];
        if (!device->is_rdma || strcmp(device->driver, "efa") != 0 ||
            !eb_node_facts_numa_cpus(facts, device->numa_node, &local))
            continue;
        snprintf(word, sizeof word, "%s on node %d", device->name, device->numa_node);
        list(where, sizeof where, word);
        placed++;
        near += eb_cpu_sets_meet(&local, &facts->cpus) ? 1u : 0u;
    }
    if (facts->inventory.numa_nodes < 2)
        eb_finding_set(finding, EB_FINDING_OK, "this host has one NUMA node");
    else if (placed == 0 || eb_cpu_set_first(&facts->cpus) < 0)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "the kernel does not say where EFA and process are");
    else if (near == 0)
        eb_finding_set(finding, EB_FINDING_WARNING, "%s; this process may run on CPUs %.60s alone", where,
                       facts->cpu_list);
    else
        eb_finding_set(finding, EB_FINDING_OK, "%s; this process may run there (CPUs %.60s)", where,
                       facts->cpu_list);
}

void eb_check_mtu(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    size_t enas = 0;
    for (size_t i = 0; i < facts->inventory.device_count; i++) {
        const struct eb_device *device = &facts->inventory.devices[i];
        if (device->is_rdma || strcmp(device->driver, "ena") != 0 || device->mtu == 0)
            continue;
        enas++;
        if (device->mtu != 9001 && device->mtu != 8900) {
            eb_finding_set(finding, EB_FINDING_WARNING, "%s has an MTU of %d", device->name, device->mtu);
            snprintf(finding->mend, sizeof finding->mend, "ip link set dev %s mtu 9001", device->name);
            return;
        }
    }
    if (enas == 0)
        eb_finding_set(finding, EB_FINDING_ABSENT, "no ENA here");
    else
        eb_finding_set(finding, EB_FINDING_OK, "9001, or 8900 for ENA Express, on %zu ENA", enas);
}

void eb_check_allowances(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    if (facts->allowances == EB_KNOWN_NO)
        eb_finding_set(finding, EB_FINDING_ABSENT, "no ENA here");
    else if (facts->allowances == EB_KNOWN_NOT)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "the driver's statistics cannot be read here");
    else if (facts->throttled[0])
        eb_finding_set(finding, EB_FINDING_WARNING, "exceeded since boot: %s", facts->throttled);
    else
        eb_finding_set(finding, EB_FINDING_OK, "never exceeded since boot");
}
