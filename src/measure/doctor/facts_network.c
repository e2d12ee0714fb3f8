#include "measure/doctor/facts_parts.h"
#include "measure/topology/ethtool.h"
#include "measure/topology/tree.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char allowance[] = "_allowance_exceeded";

static const char *driver_of(const struct eb_inventory *inventory, const char *netdev)
{
    for (size_t i = 0; i < inventory->device_count; i++)
        if (!inventory->devices[i].is_rdma && strcmp(inventory->devices[i].name, netdev) == 0)
            return inventory->devices[i].driver;
    return "";
}

/* How near to what EFA goes by: an adapter of EC2 before another device, that before a bridge or a tunnel,
 * which have no driver. */
static int rank_of(const struct eb_inventory *inventory, const char *netdev)
{
    const char *driver = driver_of(inventory, netdev);
    return strcmp(driver, "ena") == 0 ? 3 : driver[0] ? 2 : 1;
}

/* The subnets that the kernel reaches directly over the devices of the highest rank, each once. The file is
 * ordered by address and prints addresses as the machine stores them. */
static void read_subnets(const char *root, struct eb_node_facts *facts)
{
    size_t bytes = 0;
    int best = 0;
    unsigned last[2] = {0};
    char *rest = NULL;
    char *text = eb_tree_read(root, &bytes, "/proc/net/route");
    for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
        char name[16] = "";
        char address[INET_ADDRSTRLEN];
        unsigned destination = 0;
        unsigned gateway = 0;
        unsigned mask = 0;
        if (sscanf(line, "%15s %x %x %*x %*d %*d %*d %x", name, &destination, &gateway, &mask) != 4 ||
            gateway != 0 || mask == 0 || mask == UINT32_MAX || ntohl(destination) >> 16 == 0xa9fe)
            continue;
        int rank = rank_of(&facts->inventory, name);
        if (rank < best || (rank == best && destination == last[0] && mask == last[1]))
            continue;
        size_t used = rank > best ? 0 : strlen(facts->subnets);
        best = rank;
        last[0] = destination;
        last[1] = mask;
        inet_ntop(AF_INET, &(struct in_addr){.s_addr = destination}, address, sizeof address);
        snprintf(facts->subnets + used, sizeof facts->subnets - used, "%s%s/%d on %s", used ? ", " : "",
                 address, __builtin_popcount(mask), name);
    }
    free(text);
}

static void note_allowance(struct eb_node_facts *facts, const char *netdev, const char *name,
                           unsigned long long value)
{
    size_t length = strlen(name);
    size_t tail = sizeof allowance - 1;
    size_t used = strlen(facts->throttled);
    if (length <= tail || strcmp(name + length - tail, allowance) != 0)
        return;
    facts->allowances = EB_KNOWN_YES;
    if (value > 0)
        snprintf(facts->throttled + used, sizeof facts->throttled - used, "%s%.*s %llu on %s",
                 used ? ", " : "", (int)(length - tail), name, value, netdev);
}

static void allowances_of_tree(const char *root, const char *netdev, struct eb_node_facts *facts)
{
    size_t bytes = 0;
    char *rest = NULL;
    char *text = eb_tree_read(root, &bytes, "/efabench/ethtool-S/%s", netdev);
    for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
        char name[64];
        unsigned long long value = 0;
        if (sscanf(line, " %63[^: ]%*[: ]%llu", name, &value) == 2)
            note_allowance(facts, netdev, name, value);
    }
    free(text);
}

static void allowances_of_host(const char *netdev, struct eb_node_facts *facts)
{
    struct eb_ethtool *ethtool = eb_ethtool_open(netdev);
    uint64_t exceeded[EB_ALLOWANCES];
    if (ethtool && eb_ethtool_allowances(ethtool, exceeded) == 0)
        for (size_t i = 0; i < EB_ALLOWANCES; i++)
            note_allowance(facts, netdev, eb_allowance_names[i], exceeded[i]);
    eb_ethtool_close(ethtool);
}

void eb_facts_read_network(const char *root, struct eb_node_facts *facts)
{
    read_subnets(root, facts);
    if (eb_inventory_count(&facts->inventory, "ena", 0) == 0)
        facts->allowances = EB_KNOWN_NO;
    for (size_t i = 0; i < facts->inventory.device_count; i++) {
        const struct eb_device *device = &facts->inventory.devices[i];
        if (device->is_rdma || strcmp(device->driver, "ena") != 0)
            continue;
        if (root[0])
            allowances_of_tree(root, device->name, facts);
        else
            allowances_of_host(device->name, facts);
    }
}
