/* The network devices of this host and what it is, as sysfs shows them: netdevs and RDMA devices with their
 * drivers.
 *
 * Knows neither MPI nor libfabric. Every path is looked up below a root directory, so that the trees in
 * tests/fixtures stand for machines that are not here. */
#ifndef EB_MEASURE_TOPOLOGY_INVENTORY_H
#define EB_MEASURE_TOPOLOGY_INVENTORY_H

#include "common/status.h"

#include <stddef.h>

struct eb_device {
    char name[64];
    int is_rdma;         /* in /sys/class/infiniband, else in /sys/class/net */
    char driver[32];     /* basename of device/driver; "" for virtual devices such as lo and veth */
    char pci[32];        /* basename of what device leads to, "0000:00:06.0"; "" when it is no PCI device */
    unsigned pci_vendor; /* 0: unknown, as is the next */
    unsigned pci_device;
    int numa_node;    /* -1: unknown, or the host has one */
    long speed_mbps;  /* of a netdev; -1: unknown */
    int mtu;          /* of a netdev; 0: unknown */
    char address[64]; /* of a netdev: MAC; of an RDMA device: node_guid; "" unknown */
    char state[32];   /* operstate of a netdev, port state of an RDMA device, "" unknown */
};

struct eb_inventory {
    char instance[64]; /* dmi product_name on EC2's Nitro: the instance type; else what stands there */
    char vendor[64];   /* dmi sys_vendor, "Amazon EC2" there */
    char instance_id[64];
    int numa_nodes;            /* at least 1 */
    struct eb_device *devices; /* netdevs, then RDMA devices, each by name; owned */
    size_t device_count;
};

/* root "": this host. EB_USAGE when root is no directory, EB_INTERNAL when out of memory. A tree that lacks
 * things gives an inventory that lacks them. Release with eb_inventory_free. */
enum eb_status eb_inventory_read(const char *root, struct eb_inventory *inventory, struct eb_error *err);
void eb_inventory_free(struct eb_inventory *inventory);

/* How many devices have this driver; RDMA devices and netdevs are told apart. */
size_t eb_inventory_count(const struct eb_inventory *inventory, const char *driver, int is_rdma);

#endif
