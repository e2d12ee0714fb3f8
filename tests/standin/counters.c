/* A tree as sysfs has it below /sys/class/infiniband, kept up to date by writing into mapped files: any
 * process may read them at any time, and keeping them costs no call into the system. */
#include "standin.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAP_BYTES ((size_t)4096)

static const char *const names[SI_COUNTERS] = {
    [SI_TX_BYTES] = "tx_bytes",
    [SI_TX_PKTS] = "tx_pkts",
    [SI_RX_BYTES] = "rx_bytes",
    [SI_RX_PKTS] = "rx_pkts",
    [SI_RX_DROPS] = "rx_drops",
    [SI_SEND_BYTES] = "send_bytes",
    [SI_SEND_WRS] = "send_wrs",
    [SI_RECV_BYTES] = "recv_bytes",
    [SI_RECV_WRS] = "recv_wrs",
    [SI_RDMA_WRITE_BYTES] = "rdma_write_bytes",
    [SI_RDMA_WRITE_WRS] = "rdma_write_wrs",
    [SI_RDMA_WRITE_WR_ERR] = "rdma_write_wr_err",
    [SI_RDMA_WRITE_RECV_BYTES] = "rdma_write_recv_bytes",
    [SI_RDMA_READ_BYTES] = "rdma_read_bytes",
    [SI_RDMA_READ_WRS] = "rdma_read_wrs",
    [SI_RDMA_READ_WR_ERR] = "rdma_read_wr_err",
    [SI_RDMA_READ_RESP_BYTES] = "rdma_read_resp_bytes",
};

static void make_directories(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
}

/* The driver's name is the last part of what the link points to. */
static void link_driver(const struct si_settings *settings)
{
    char path[800];
    snprintf(path, sizeof path, "%s/sys/bus/pci/drivers/efa/", settings->counters);
    make_directories(path);
    snprintf(path, sizeof path, "%s/sys/class/infiniband/%s/device/driver", settings->counters,
             settings->device);
    make_directories(path);
    if (symlink("../../../../bus/pci/drivers/efa", path) != 0)
        return; /* it is there already, or nobody will find it */
}

static char *map_file(const char *path, int *fd)
{
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (*fd < 0)
        return NULL;
    struct stat now;
    if (fstat(*fd, &now) == 0 && now.st_size == 0 && pwrite(*fd, "0\n", 2, 0) != 2)
        return NULL;
    void *text = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
    return text == MAP_FAILED ? NULL : text;
}

void si_counters_open(struct si_counters *counters, const struct si_settings *settings)
{
    char path[800];
    *counters = (struct si_counters){.lie_hits = settings->lie_hits, .lie_of = settings->lie_of};
    if (!settings->counters[0])
        return;
    link_driver(settings);
    for (int i = 0; i < SI_COUNTERS; i++) {
        snprintf(path, sizeof path, "%s/sys/class/infiniband/%s/ports/1/hw_counters/%s", settings->counters,
                 settings->device, names[i]);
        make_directories(path);
        counters->text[i] = map_file(path, &counters->fd[i]);
        if (!counters->text[i])
            si_trap("counters", "fi_domain", "cannot keep %s", path);
    }
}

void si_counters_close(struct si_counters *counters)
{
    for (int i = 0; i < SI_COUNTERS; i++)
        if (counters->text[i]) {
            munmap(counters->text[i], MAP_BYTES);
            close(counters->fd[i]);
            counters->text[i] = NULL;
        }
}

void si_count(struct si_counters *counters, enum si_counter which, uint64_t amount)
{
    char digits[24];
    char *text = counters->text[which];
    if (!text)
        return;
    if (counters->lie_of > 0) {
        counters->rest[which] += amount * counters->lie_hits;
        amount = counters->rest[which] / counters->lie_of;
        counters->rest[which] %= counters->lie_of;
    }
    size_t before = strcspn(text, "\n") + 1;
    int length =
        snprintf(digits, sizeof digits, "%llu\n", strtoull(text, NULL, 10) + (unsigned long long)amount);
    if ((size_t)length > before && ftruncate(counters->fd[which], length) != 0)
        return;
    memcpy(text, digits, (size_t)length);
}
