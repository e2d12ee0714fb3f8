/* Statistics that a netdev's driver keeps for `ethtool -S`, through the SIOCETHTOOL ioctl (linux/ethtool.h):
 * those of an ENA that say whether EC2 held it back. */
#ifndef EB_MEASURE_TOPOLOGY_ETHTOOL_H
#define EB_MEASURE_TOPOLOGY_ETHTOOL_H

#include <stddef.h>
#include <stdint.h>

/* Packets queued or dropped because a limit of the instance was reached: bw_in_, bw_out_, pps_, conntrack_
 * and linklocal_allowance_exceeded (amzn/amzn-drivers, kernel/linux/ena/README.rst; EC2 User Guide, "Monitor
 * network performance for ENA settings"). */
#define EB_ALLOWANCES 5
extern const char *const eb_allowance_names[EB_ALLOWANCES];

struct eb_ethtool; /* opaque */

/* Opens a netdev's statistics. NULL when its driver keeps none of the allowances, or out of memory. */
struct eb_ethtool *eb_ethtool_open(const char *netdev);
void eb_ethtool_close(struct eb_ethtool *ethtool);

/* exceeded[i] becomes the counter of eb_allowance_names[i], 0 where the driver has it not. 0, or -1 when the
 * driver does not answer. A driver that has more or fewer statistics than when it was opened is looked
 * through anew. */
int eb_ethtool_allowances(struct eb_ethtool *ethtool, uint64_t exceeded[EB_ALLOWANCES]);

/* ENA Express: 1 on, 0 off, -1 when the driver does not say (statistic ena_srd_mode, bit 0). */
int eb_ethtool_srd_mode(struct eb_ethtool *ethtool);

#endif
