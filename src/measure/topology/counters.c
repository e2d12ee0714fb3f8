#include "measure/topology/counters.h"

#include "measure/topology/tree.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIFESPAN_MS 10

#define HW_COUNTERS "/sys/class/infiniband/%s/ports/1/hw_counters/%s"

static const struct {
    const char *file;
    size_t offset;
    int required;
} efa_files[] = {
    {"tx_bytes", offsetof(struct eb_counters, tx_bytes), 1},
    {"rx_bytes", offsetof(struct eb_counters, rx_bytes), 1},
    {"tx_pkts", offsetof(struct eb_counters, tx_packets), 1},
    {"rx_pkts", offsetof(struct eb_counters, rx_packets), 1},
    {"send_bytes", offsetof(struct eb_counters, send_bytes), 0},
    {"recv_bytes", offsetof(struct eb_counters, recv_bytes), 0},
    {"rdma_read_bytes", offsetof(struct eb_counters, read_bytes), 0},
    {"rdma_read_resp_bytes", offsetof(struct eb_counters, read_resp_bytes), 0},
    {"rdma_write_bytes", offsetof(struct eb_counters, write_bytes), 0},
    {"rdma_write_recv_bytes", offsetof(struct eb_counters, write_recv_bytes), 0},
    {"retrans_bytes", offsetof(struct eb_counters, retrans_bytes), 0},
    {"rx_drops", offsetof(struct eb_counters, rx_drops), 0},
};

#define EFA_FILE_COUNT (sizeof efa_files / sizeof *efa_files)

/* "  eth0: rx_bytes rx_packets errs drop fifo frame compressed multicast tx_bytes tx_packets ..." */
static int parse_netdev(const char *line, struct eb_netdev_counters *device)
{
    struct eb_counters *counters = &device->counters;
    const char *colon = strchr(line, ':');
    *device = (struct eb_netdev_counters){0};
    line += strspn(line, " ");
    if (!colon || (size_t)(colon - line) >= sizeof device->name)
        return 0;
    memcpy(device->name, line, (size_t)(colon - line));
    return sscanf(colon + 1, "%" SCNu64 " %" SCNu64 " %*u %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64,
                  &counters->rx_bytes, &counters->rx_packets, &counters->tx_bytes,
                  &counters->tx_packets) == 4;
}

enum eb_status eb_counters_read_netdevs(const char *root, struct eb_netdev_counters **list, size_t *count,
                                        struct eb_error *err)
{
    char path[PATH_MAX];
    char line[512];
    size_t room = 0;
    enum eb_status status = EB_OK;
    *list = NULL;
    *count = 0;
    snprintf(path, sizeof path, "%s/proc/net/dev", root);
    FILE *file = fopen(path, "re");
    if (!file)
        return eb_error_set(err, EB_INVALID, "counters", errno, "%s: cannot read it: %s", path,
                            strerror(errno));
    while (status == EB_OK && fgets(line, sizeof line, file)) {
        struct eb_netdev_counters device;
        if (!parse_netdev(line, &device))
            continue;
        if (*count == room) {
            room = room ? 2 * room : 16;
            struct eb_netdev_counters *longer = realloc(*list, room * sizeof *longer);
            if (!longer) {
                status = eb_error_set(err, EB_INTERNAL, "counters", ENOMEM, "out of memory for NIC counters");
                break;
            }
            *list = longer;
        }
        (*list)[(*count)++] = device;
    }
    fclose(file);
    return status;
}

enum eb_status eb_counters_read_rdma(const char *root, const char *device, struct eb_counters *counters,
                                     struct eb_error *err)
{
    *counters = (struct eb_counters){0};
    for (size_t i = 0; i < EFA_FILE_COUNT; i++) {
        long number = eb_tree_number(root, HW_COUNTERS, device, efa_files[i].file);
        if (number < 0 && efa_files[i].required)
            return eb_error_set(err, EB_INVALID, "counters", 0,
                                "%s" HW_COUNTERS " is not there, or holds no number", root, device,
                                efa_files[i].file);
        *(uint64_t *)(void *)((char *)counters + efa_files[i].offset) = number < 0 ? 0 : (uint64_t)number;
    }
    counters->has_operations = eb_tree_has(root, HW_COUNTERS, device, "rdma_read_bytes") &&
                               eb_tree_has(root, HW_COUNTERS, device, "rdma_write_bytes");
    return EB_OK;
}

unsigned eb_counters_lifespan_ms(const char *root, const char *device)
{
    long number = eb_tree_number(root, HW_COUNTERS, device, "lifespan");
    return number >= 0 && number < 1000 ? (unsigned)number : LIFESPAN_MS;
}

int eb_counters_has_rdma(const char *root, const char *device)
{
    return device[0] && !strchr(device, '/') && eb_tree_has(root, "/sys/class/infiniband/%s", device);
}

static uint64_t grown(uint64_t before, uint64_t after)
{
    return after > before ? after - before : 0;
}

int eb_counters_went_back(const struct eb_counters *before, const struct eb_counters *after)
{
    return after->tx_bytes < before->tx_bytes || after->rx_bytes < before->rx_bytes ||
           after->tx_packets < before->tx_packets || after->rx_packets < before->rx_packets;
}

struct eb_counters eb_counters_since(const struct eb_counters *before, const struct eb_counters *after)
{
    return (struct eb_counters){
        .tx_bytes = grown(before->tx_bytes, after->tx_bytes),
        .rx_bytes = grown(before->rx_bytes, after->rx_bytes),
        .tx_packets = grown(before->tx_packets, after->tx_packets),
        .rx_packets = grown(before->rx_packets, after->rx_packets),
        .send_bytes = grown(before->send_bytes, after->send_bytes),
        .recv_bytes = grown(before->recv_bytes, after->recv_bytes),
        .read_bytes = grown(before->read_bytes, after->read_bytes),
        .read_resp_bytes = grown(before->read_resp_bytes, after->read_resp_bytes),
        .write_bytes = grown(before->write_bytes, after->write_bytes),
        .write_recv_bytes = grown(before->write_recv_bytes, after->write_recv_bytes),
        .retrans_bytes = grown(before->retrans_bytes, after->retrans_bytes),
        .rx_drops = grown(before->rx_drops, after->rx_drops),
        .has_operations = after->has_operations,
    };
}

static uint64_t out_by_operation(const struct eb_counters *counters)
{
    return counters->send_bytes + counters->write_bytes + counters->read_resp_bytes;
}

static uint64_t in_by_operation(const struct eb_counters *counters)
{
    return counters->recv_bytes + counters->read_bytes + counters->write_recv_bytes;
}

uint64_t eb_counters_out_bytes(const struct eb_counters *counters)
{
    uint64_t by_operation = out_by_operation(counters);
    return by_operation > counters->tx_bytes ? by_operation : counters->tx_bytes;
}

uint64_t eb_counters_in_bytes(const struct eb_counters *counters)
{
    uint64_t by_operation = in_by_operation(counters);
    return by_operation > counters->rx_bytes ? by_operation : counters->rx_bytes;
}

uint64_t eb_counters_out_packets(const struct eb_counters *counters)
{
    return out_by_operation(counters) > counters->tx_bytes ? UINT64_MAX : counters->tx_packets;
}

uint64_t eb_counters_in_packets(const struct eb_counters *counters)
{
    return in_by_operation(counters) > counters->rx_bytes ? UINT64_MAX : counters->rx_packets;
}
