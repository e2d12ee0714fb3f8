#include "measure/topology/nic.h"

#include "measure/topology/tree.h"

#include <dirent.h>
#include <ifaddrs.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char netdevs[] = "/sys/class/net";
static const char rdma_devices[] = "/sys/class/infiniband";
static const char *const drivers[] = {"ena", "efa", "ixgbevf"};

static int device_exists(const char *directory, const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return strchr(name, '/') == NULL && access(path, F_OK) == 0;
}

void eb_nic_driver(const char *root, const char *device, int is_rdma, char *driver, size_t room)
{
    eb_tree_link(root, driver, room, "%s/%s/device/driver", is_rdma ? rdma_devices : netdevs, device);
}

/* Finds the first device, in the order of the names, whose driver is driver. 1 when found. */
static int find_by_driver(const char *directory, const char *driver, char *name, size_t room)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, NULL, versionsort);
    int found = 0;
    for (int i = 0; i < count; i++) {
        char of_this[32] = "";
        if (!found)
            eb_tree_link("", of_this, sizeof of_this, "%s/%s/device/driver", directory, entries[i]->d_name);
        if (!found && strcmp(of_this, driver) == 0) {
            snprintf(name, room, "%s", entries[i]->d_name);
            found = 1;
        }
        free(entries[i]);
    }
    free(entries);
    return found;
}

int eb_nic_has_efa(void)
{
    char name[256];
    return find_by_driver(rdma_devices, "efa", name, sizeof name);
}

static void list_names(char *list, size_t room)
{
    struct if_nameindex *all = if_nameindex();
    size_t used = 0;
    for (struct if_nameindex *at = all; at && at->if_index && used < room; at++)
        used += (size_t)snprintf(list + used, room - used, "%s%s", used ? ", " : "", at->if_name);
    if_freenameindex(all);
}

enum eb_status eb_nic_find(const char *who, const char *interface, struct eb_nic *nic, struct eb_error *err)
{
    *nic = (struct eb_nic){0};
    snprintf(nic->name, sizeof nic->name, "%s", interface);
    unsigned index = if_nametoindex(interface);
    if (index !=
        0) { /* which it also says of another name of a netdev, that its addresses and counters do not know */
        char name[IF_NAMESIZE];
        if (if_indextoname(index, name))
            snprintf(nic->name, sizeof nic->name, "%s", name);
        return EB_OK;
    }
    nic->is_rdma = 1;
    if (device_exists(rdma_devices, interface))
        return EB_OK;
    for (size_t i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        if (strcmp(drivers[i], interface) != 0)
            continue;
        nic->is_rdma = strcmp(interface, "efa") == 0;
        if (find_by_driver(nic->is_rdma ? rdma_devices : netdevs, interface, nic->name, sizeof nic->name))
            return EB_OK;
        return eb_error_set(
            err, EB_NO_HARDWARE, "nic", 0,
            "arm '%s': no device with driver '%s' on this host; 'efabench adapters' shows what it has", who,
            interface);
    }
    char names[200] = "";
    list_names(names, sizeof names);
    return eb_error_set(
        err, EB_USAGE, "nic", 0,
        "arm '%s': no interface '%s' on this host: there are %s; 'ena', 'efa' and 'ixgbevf' name the "
        "first with that driver",
        who, interface, names);
}

static int preference(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return 3;
    if (address->sa_family != AF_INET6)
        return 0;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)address;
    return IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr) ? 1 : 2;
}

int eb_nic_address(const char *name, struct sockaddr_storage *address, socklen_t *length, char *found)
{
    struct ifaddrs *all = NULL;
    int best = 0;
    if (getifaddrs(&all) != 0)
        return -1;
    for (const struct ifaddrs *at = all; at; at = at->ifa_next) {
        if (!at->ifa_addr || !(at->ifa_flags & IFF_UP))
            continue;
        int wanted = name ? strcmp(name, at->ifa_name) == 0 : !(at->ifa_flags & IFF_LOOPBACK);
        int rank = preference(at->ifa_addr);
        if (!wanted || rank <= best)
            continue;
        best = rank;
        *length =
            at->ifa_addr->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
        memcpy(address, at->ifa_addr, *length);
        snprintf(found, IF_NAMESIZE, "%s", at->ifa_name);
    }
    freeifaddrs(all);
    return best > 0 ? 0 : -1;
}

void eb_nic_cpus(const struct eb_nic *nic, char *cpus, size_t room)
{
    char path[PATH_MAX];
    cpus[0] = '\0';
    snprintf(path, sizeof path, "%s/%s/device/local_cpulist", nic->is_rdma ? rdma_devices : netdevs,
             nic->name);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    if (!fgets(cpus, (int)room, file))
        cpus[0] = '\0';
    cpus[strcspn(cpus, "\n")] = '\0';
    fclose(file);
}
