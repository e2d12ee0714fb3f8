#include "measure/topology/ethtool.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

const char *const eb_allowance_names[EB_ALLOWANCES] = {
    "bw_in_allowance_exceeded", "bw_out_allowance_exceeded", "pps_allowance_exceeded",
    "conntrack_allowance_exceeded", "linklocal_allowance_exceeded"};

#define SRD_MODE "ena_srd_mode"
#define STATS_MAX 65536u

/* The kernel writes as many as the driver has now, however many were asked for; a driver gets more with more
 * queues (`ethtool -L`). */
#define ROOM(count) (2 * (count) + 64)

struct eb_ethtool {
    int fd;
    char netdev[IFNAMSIZ];
    struct ethtool_stats *stats; /* room of them */
    unsigned stat_count;         /* when the places below were found */
    unsigned room;
    int allowances[EB_ALLOWANCES]; /* index of each, -1: the driver has it not */
    int srd_mode;
};

static int ask(const struct eb_ethtool *ethtool, void *command)
{
    struct ifreq request = {.ifr_data = command};
    memcpy(request.ifr_name, ethtool->netdev, sizeof request.ifr_name);
    return ioctl(ethtool->fd, SIOCETHTOOL, &request);
}

/* How many statistics the driver keeps; 0 when it says none. */
static unsigned count_stats(const struct eb_ethtool *ethtool)
{
    struct ethtool_sset_info *sets = calloc(1, sizeof *sets + sizeof sets->data[0]);
    if (!sets)
        return 0;
    sets->cmd = ETHTOOL_GSSET_INFO;
    sets->sset_mask = UINT64_C(1) << ETH_SS_STATS;
    int is_said = ask(ethtool, sets) == 0 && sets->sset_mask != 0 && sets->data[0] <= STATS_MAX;
    unsigned count = is_said ? sets->data[0] : 0;
    free(sets);
    return count;
}

static int find_name(const struct ethtool_gstrings *names, const char *name)
{
    for (unsigned i = 0; i < names->len; i++)
        if (strncmp((const char *)names->data + (size_t)i * ETH_GSTRING_LEN, name, ETH_GSTRING_LEN) == 0)
            return (int)i;
    return -1;
}

/* Finds the places of the wanted statistics; the number of allowances found. */
static int find_stats(struct eb_ethtool *ethtool)
{
    int found = 0;
    struct ethtool_gstrings *names = calloc(1, sizeof *names + (size_t)ethtool->room * ETH_GSTRING_LEN);
    if (!names)
        return 0;
    names->cmd = ETHTOOL_GSTRINGS;
    names->string_set = ETH_SS_STATS;
    names->len = ethtool->stat_count;
    if (ask(ethtool, names) == 0 && names->len == ethtool->stat_count) {
        for (size_t i = 0; i < EB_ALLOWANCES; i++) {
            ethtool->allowances[i] = find_name(names, eb_allowance_names[i]);
            found += ethtool->allowances[i] >= 0;
        }
        ethtool->srd_mode = find_name(names, SRD_MODE);
    }
    free(names);
    return found;
}

struct eb_ethtool *eb_ethtool_open(const char *netdev)
{
    struct eb_ethtool *ethtool = calloc(1, sizeof *ethtool);
    if (!ethtool)
        return NULL;
    snprintf(ethtool->netdev, sizeof ethtool->netdev, "%s", netdev);
    ethtool->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ethtool->stat_count = ethtool->fd >= 0 ? count_stats(ethtool) : 0;
    ethtool->room = ROOM(ethtool->stat_count);
    ethtool->stats = ethtool->stat_count > 0
                         ? calloc(1, sizeof *ethtool->stats + (size_t)ethtool->room * sizeof(__u64))
                         : NULL;
    if (ethtool->stats && find_stats(ethtool) > 0)
        return ethtool;
    eb_ethtool_close(ethtool);
    return NULL;
}

void eb_ethtool_close(struct eb_ethtool *ethtool)
{
    if (!ethtool)
        return;
    if (ethtool->fd >= 0)
        close(ethtool->fd);
    free(ethtool->stats);
    free(ethtool);
}

static int read_stats(struct eb_ethtool *ethtool)
{
    ethtool->stats->cmd = ETHTOOL_GSTATS;
    ethtool->stats->n_stats = ethtool->stat_count;
    if (ask(ethtool, ethtool->stats) != 0 || ethtool->stats->n_stats > ethtool->room)
        return -1;
    if (ethtool->stats->n_stats == ethtool->stat_count)
        return 0;
    ethtool->stat_count = ethtool->stats->n_stats; /* the places of all may be others */
    return find_stats(ethtool) > 0 ? 0 : -1;
}

int eb_ethtool_allowances(struct eb_ethtool *ethtool, uint64_t exceeded[EB_ALLOWANCES])
{
    if (read_stats(ethtool) != 0)
        return -1;
    for (size_t i = 0; i < EB_ALLOWANCES; i++)
        exceeded[i] = ethtool->allowances[i] < 0 ? 0 : ethtool->stats->data[ethtool->allowances[i]];
    return 0;
}

int eb_ethtool_srd_mode(struct eb_ethtool *ethtool)
{
    if (ethtool->srd_mode < 0 || read_stats(ethtool) != 0)
        return -1;
    return (int)(ethtool->stats->data[ethtool->srd_mode] & 1);
}
