/* Loaded by LD_PRELOAD: the netdev named by EFABENCH_TEST_ENA answers `ethtool -S` as an ENA does whose
 * instance reached its outgoing bandwidth: each look finds three more packets held back. ENA Express is on.
 */
#include <dlfcn.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

static const char *const names[] = {"tx_timeout", "bw_in_allowance_exceeded", "bw_out_allowance_exceeded",
                                    "ena_srd_mode"};
#define NAMES (sizeof names / sizeof *names)

static int answer(void *command)
{
    static unsigned looks;
    struct ethtool_sset_info *info = command;
    struct ethtool_gstrings *strings = command;
    struct ethtool_stats *stats = command;
    switch (info->cmd) {
    case ETHTOOL_GSSET_INFO:
        info->data[0] = NAMES;
        return 0;
    case ETHTOOL_GSTRINGS:
        for (size_t i = 0; i < NAMES; i++)
            strncpy((char *)strings->data + i * ETH_GSTRING_LEN, names[i], ETH_GSTRING_LEN);
        strings->len = NAMES;
        return 0;
    case ETHTOOL_GSTATS:
        looks++;
        stats->n_stats = NAMES; /* as the kernel does */
        stats->data[0] = 0;
        stats->data[1] = 17; /* long ago */
        stats->data[2] = 3 * looks;
        stats->data[3] = 1;
        return 0;
    }
    return -1;
}

int ioctl(int fd, unsigned long request, ...)
{
    int (*real)(int, unsigned long, void *) = NULL;
    const char *ena = getenv("EFABENCH_TEST_ENA");
    va_list args;
    va_start(args, request);
    void *argument = va_arg(args, void *);
    va_end(args);
    if (request == SIOCETHTOOL && ena && strcmp(((struct ifreq *)argument)->ifr_name, ena) == 0)
        return answer(((struct ifreq *)argument)->ifr_data);
    *(void **)&real = dlsym(RTLD_NEXT, "ioctl");
    return real(fd, request, argument);
}
