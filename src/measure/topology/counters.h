/* What NICs have carried, by their own counters.
 *
 * Netdevs: /proc/net/dev, whose numbers are those of /sys/class/net/IF/statistics (both are dev_get_stats()
 * of the kernel), all devices in one read. RDMA devices of the efa driver:
 * /sys/class/infiniband/DEV/ports/1/hw_counters, which the kernel reads from the device at most once in
 * `lifespan` milliseconds (drivers/infiniband/core/sysfs.c, RDMA_HW_STATS_DEFAULT_LIFESPAN: 10): a value may
 * be that old.
 *
 * Every path is looked up below a root directory, "" being this host. */
#ifndef EB_MEASURE_TOPOLOGY_COUNTERS_H
#define EB_MEASURE_TOPOLOGY_COUNTERS_H

#include "common/status.h"

#include <stddef.h>
#include <stdint.h>

/* Since the device came up; only differences mean something. */
struct eb_counters {
    uint64_t tx_bytes;
    uint64_t rx_bytes;
    uint64_t tx_packets;
    uint64_t rx_packets;
    /* of an EFA, by operation; 0 on other devices and where the driver has none */
    uint64_t send_bytes;
    uint64_t recv_bytes;
    uint64_t read_bytes;       /* fetched by reads of this side */
    uint64_t read_resp_bytes;  /* handed out to reads of the other side */
    uint64_t write_bytes;      /* by writes of this side */
    uint64_t write_recv_bytes; /* by writes of the other side */
    uint64_t retrans_bytes;
    uint64_t rx_drops;
    int has_operations; /* the driver counts reads and writes by themselves */
};

struct eb_netdev_counters {
    char name[32];
    struct eb_counters counters;
};

/* All netdevs; *list is owned by the caller (free). EB_INVALID when root has no /proc/net/dev, with *count 0;
 * EB_INTERNAL when out of memory. */
enum eb_status eb_counters_read_netdevs(const char *root, struct eb_netdev_counters **list, size_t *count,
                                        struct eb_error *err);

/* An RDMA device's. EB_INVALID names the file that is not there or holds no number. */
enum eb_status eb_counters_read_rdma(const char *root, const char *device, struct eb_counters *counters,
                                     struct eb_error *err);

/* How old a value of an RDMA device's may be; in milliseconds. */
unsigned eb_counters_lifespan_ms(const char *root, const char *device);

/* Whether root has this RDMA device. */
int eb_counters_has_rdma(const char *root, const char *device);

/* Whether a counter of bytes or packets is smaller than before: the device was reset, and nothing can be
 * said. */
int eb_counters_went_back(const struct eb_counters *before, const struct eb_counters *after);

/* after - before, each of them; 0 for those that went back. */
struct eb_counters eb_counters_since(const struct eb_counters *before, const struct eb_counters *after);

/* The bytes that left, and came in, by whatever operation: the device's total, or the sum of its operations
 * where that is larger, since drivers differ in what they count where. */
uint64_t eb_counters_out_bytes(const struct eb_counters *counters);
uint64_t eb_counters_in_bytes(const struct eb_counters *counters);

/* The packets of those bytes; UINT64_MAX where the bytes are of operations that the device's totals leave
 * out, and the packets so perhaps too. */
uint64_t eb_counters_out_packets(const struct eb_counters *counters);
uint64_t eb_counters_in_packets(const struct eb_counters *counters);

#endif
