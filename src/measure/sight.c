#include "measure/sight.h"

#include "common/clock.h"
#include "measure/topology/nic.h"
#include "measure/topology/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char **eb_sight_efa_devices(const char *root, size_t *count)
{
    char **names = NULL;
    size_t all = eb_tree_names(root, &names, "/sys/class/infiniband");
    *count = 0;
    for (size_t i = 0; i < all; i++) {
        char driver[32];
        char *name = names[i];
        eb_nic_driver(root, name, 1, driver, sizeof driver);
        names[i] = NULL;
        if (strcmp(driver, "efa") == 0)
            names[(*count)++] = name;
        else
            free(name);
    }
    return names;
}

static void add(struct eb_counters *sum, const struct eb_counters *other)
{
    sum->tx_bytes += eb_counters_out_bytes(other);
    sum->rx_bytes += eb_counters_in_bytes(other);
    sum->tx_packets += other->tx_packets;
    sum->rx_packets += other->rx_packets;
    sum->retrans_bytes += other->retrans_bytes;
    sum->rx_drops += other->rx_drops;
}

void eb_sight_take(const char *root, char *const *rdma, size_t rdma_count, struct eb_sight *sight)
{
    struct eb_error why;
    struct eb_netdev_counters *netdevs = NULL;
    struct eb_sighted together = {.name = EB_SIGHT_TOGETHER, .is_rdma = 1};
    size_t netdev_count = 0;
    *sight = (struct eb_sight){.at_ns = eb_clock_ns()};
    eb_counters_read_netdevs(root, &netdevs, &netdev_count, &why);
    sight->nics = calloc(netdev_count + rdma_count + 1, sizeof *sight->nics);
    for (size_t i = 0; sight->nics && i < netdev_count; i++) {
        struct eb_sighted *nic = &sight->nics[sight->count++];
        snprintf(nic->name, sizeof nic->name, "%s", netdevs[i].name);
        nic->counters = netdevs[i].counters;
    }
    for (size_t i = 0; sight->nics && i < rdma_count; i++) {
        struct eb_sighted *nic = &sight->nics[sight->count];
        if (eb_counters_read_rdma(root, rdma[i], &nic->counters, &why) != EB_OK)
            continue;
        snprintf(nic->name, sizeof nic->name, "%s", rdma[i]);
        nic->is_rdma = 1;
        add(&together.counters, &nic->counters);
        sight->count++;
    }
    if (sight->nics && rdma_count > 1)
        sight->nics[sight->count++] = together;
    free(netdevs);
}

void eb_sight_forget(struct eb_sight *sight)
{
    free(sight->nics);
    *sight = (struct eb_sight){0};
}

const struct eb_sighted *eb_sight_find(const struct eb_sight *sight, const char *name, int is_rdma)
{
    for (size_t i = 0; i < sight->count; i++)
        if (sight->nics[i].is_rdma == is_rdma && strcmp(sight->nics[i].name, name) == 0)
            return &sight->nics[i];
    return NULL;
}

struct eb_counters eb_sight_between(const struct eb_sight *before, const struct eb_sighted *after)
{
    const struct eb_sighted *then = eb_sight_find(before, after->name, after->is_rdma);
    return eb_counters_since(then ? &then->counters : &after->counters, &after->counters);
}
