/* Network interfaces of this host, as Linux shows them: netdevs and RDMA devices. */
#ifndef EB_MEASURE_TOPOLOGY_NIC_H
#define EB_MEASURE_TOPOLOGY_NIC_H

#include "common/status.h"

#include <net/if.h>
#include <stddef.h>
#include <sys/socket.h>

struct eb_nic {
    char name[256];
    int is_rdma; /* an RDMA device, not a netdev */
};

/* The netdev or RDMA device that an arm's interface names; "ena", "efa" and "ixgbevf" name the first device
 * with that driver. who is put in front of messages. EB_USAGE: no such interface (lists those there are);
 * EB_NO_HARDWARE: no device with that driver. */
enum eb_status eb_nic_find(const char *who, const char *interface, struct eb_nic *nic, struct eb_error *err);

/* The processing units that the kernel calls local to a device, as in local_cpulist of sysfs ("0-35,72-107");
 * "" for a device without a place, such as the loopback. */
void eb_nic_cpus(const struct eb_nic *nic, char *cpus, size_t room);

/* The name of a device's driver, "" for virtual devices and those that are not there. root is where sysfs is
 * looked for, "" for this host. */
void eb_nic_driver(const char *root, const char *device, int is_rdma, char *driver, size_t room);

/* 1 when this host has an RDMA device of the efa driver. */
int eb_nic_has_efa(void);

/* The address of a netdev, IPv4 before IPv6 (link-local last); with name NULL of the first that is up and no
 * loopback, whose name is then written to found (IF_NAMESIZE bytes). 0, or -1 when there is none. */
int eb_nic_address(const char *name, struct sockaddr_storage *address, socklen_t *length, char *found);

#endif
