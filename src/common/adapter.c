#include "common/adapter.h"

#include <string.h>

#define GUIDE_ENI "EC2 User Guide, Elastic network interfaces"
#define GUIDE_ENHANCED "EC2 User Guide, Enhanced networking"
#define GUIDE_VF "EC2 User Guide, Enhanced networking with the Intel 82599 VF interface"
#define GUIDE_EFA "EC2 User Guide, Elastic Fabric Adapter"
#define GUIDE_BANDWIDTH "EC2 User Guide, Amazon EC2 instance network bandwidth"
#define GUIDE_EXPRESS "EC2 User Guide, ENA Express"
#define DRIVERS "amzn/amzn-drivers"
#define BEST_PRACTICES "amzn/amzn-drivers, ENA Linux best practices"
#define ZHUANG "JiaweiZhuang/aws-mpi-benchmark"
#define FI_EFA "ofiwg/libfabric, fi_efa(7)"

#define ADVICE "advice of efabench, from the rows above"
#define NO_BYPASS "no: the kernel's TCP and UDP only"

static const struct eb_adapter adapters[] = {
    {.kind = EB_ADAPTER_ENI,
     .name = "eni",
     .title = "Elastic network interface, plain",
     .driver = "vif",
     .pci = {"none: a device of Xen, not of PCI", "Linux, drivers/net/xen-netfront.c"},
     .bandwidth = {"by instance", GUIDE_ENI},
     .bypass = {NO_BYPASS, GUIDE_EFA},
     .instances = {"all", GUIDE_ENI},
     .attach = {"hot: while the instance runs, is stopped, or at launch", GUIDE_ENI},
     .use = {"management and traffic that is in no hurry; types without enhanced networking", ADVICE}},
    {.kind = EB_ADAPTER_ENA,
     .name = "ena",
     .title = "Elastic Network Adapter, enhanced networking",
     .driver = "ena",
     .max_gbps = 100,
     .pci = {"1d0f:ec20, ec21, 0ec2, 1ec2, 0051", DRIVERS},
     .bandwidth = {"to 100 Gb/s a card, above on new types; one flow 5, 10 or 25 Gb/s",
                   GUIDE_ENHANCED "; " GUIDE_BANDWIDTH},
     .bypass = {NO_BYPASS, GUIDE_EFA},
     .instances = {"most current types", GUIDE_ENHANCED},
     .attach = {"built in", GUIDE_ENHANCED},
     .expect = {"8 B 34.8 us, 1 MiB 1177 MB/s in one flow, 12.1 GB/s in 36 flows (c5n.18xlarge)", ZHUANG},
     .use = {"whatever speaks TCP or UDP: storage, services, many flows at once", ADVICE}},
    {.kind = EB_ADAPTER_82599VF,
     .name = "82599vf",
     .title = "Intel 82599 virtual function, enhanced networking",
     .driver = "ixgbevf",
     .max_gbps = 10,
     .pci = {"8086:10ed", "Linux, drivers/net/ethernet/intel/ixgbevf"},
     .bandwidth = {"10 Gb/s", GUIDE_VF},
     .bypass = {NO_BYPASS, GUIDE_EFA},
     .instances = {"C3, C4, D2, I2, M4 (not m4.16xlarge), R3", GUIDE_VF},
     .attach = {"built in", GUIDE_VF},
     .use = {"older types that have no ENA; take a newer type where you can", ADVICE}},
    {.kind = EB_ADAPTER_EFA,
     .name = "efa",
     .title = "Elastic Fabric Adapter",
     .driver = "efa",
     .max_gbps = 100,
     .os_bypass = 1,
     .pci = {"1d0f:efa0 to efaf", DRIVERS},
     .bandwidth = {"to 100 Gb/s a card on the first types, 200 and more on new ones",
                   GUIDE_EFA "; aws/karpenter-provider-aws, instance-types.md"},
     .bypass = {"yes: MPI, NCCL and libfabric's efa provider, RDMA", GUIDE_EFA "; " FI_EFA},
     .instances = {"select types", GUIDE_EFA},
     .attach = {"at launch or when stopped; OS-bypass in one subnet", GUIDE_EFA},
     .expect =
         {"8 B 16.1 us, 1 MiB 9146 MB/s, 12.1 GB/s in 36 pairs (c5n.18xlarge); 1 B 9.87 us (hpc6a.48xlarge)",
          ZHUANG "; aws/aws-parallelcluster, issue 6449"},
     .use = {"MPI, NCCL and all that is tightly coupled, within one subnet", ADVICE},
     .note = {"an RDMA device, named efa_0 or rdmap0s29; its ENA side is a netdev with the driver ena, and "
              "an EFA-only interface has neither netdev nor IP address; other RDMA devices can stand beside "
              "it (ibp* on p6-b200), so that the driver tells and not the presence; RDMA read on all of "
              "Nitro v4 and later, RDMA write on most: ask the device",
              GUIDE_EFA "; " DRIVERS "; " FI_EFA},
     .floor_us = 9,
     .floor =
         {"on types of the first two generations no published latency of small messages is below about 9 us; "
          "of newer ones nobody published any, and efabench audit allows them 5 us",
          "aws/aws-parallelcluster, issue 6449; AntoniBertel/aws-efa-rdma-benchmark; " ZHUANG
          " (the first two generations)"}},
};

#define ADAPTER_COUNT (sizeof adapters / sizeof *adapters)

size_t eb_adapter_count(void)
{
    return ADAPTER_COUNT;
}

const struct eb_adapter *eb_adapter_at(size_t index)
{
    return &adapters[index];
}

static const struct eb_adapter *of_kind(enum eb_adapter_kind kind)
{
    for (size_t i = 0; i < ADAPTER_COUNT; i++)
        if (adapters[i].kind == kind)
            return &adapters[i];
    return NULL;
}

const struct eb_adapter *eb_adapter_by_driver(const char *driver)
{
    for (size_t i = 0; driver && i < ADAPTER_COUNT; i++)
        if (strcmp(adapters[i].driver, driver) == 0)
            return &adapters[i];
    return NULL;
}

const struct eb_adapter *eb_adapter_by_pci(unsigned vendor, unsigned device)
{
    static const unsigned ena[] = {0xec20, 0xec21, 0x0ec2, 0x1ec2, 0x0051};
    if (vendor == 0x8086 && device == 0x10ed)
        return of_kind(EB_ADAPTER_82599VF);
    if (vendor != 0x1d0f)
        return NULL;
    if ((device & ~0xfu) == 0xefa0)
        return of_kind(EB_ADAPTER_EFA);
    for (size_t i = 0; i < sizeof ena / sizeof *ena; i++)
        if (device == ena[i])
            return of_kind(EB_ADAPTER_ENA);
    return NULL;
}

static const struct eb_flow_cap flow_caps[] = {
    {"default", 5, "one TCP or UDP flow between any two instances", GUIDE_BANDWIDTH},
    {"placement-group", 10, "one flow, both ends in one cluster placement group", GUIDE_BANDWIDTH},
    {"ena-express", 25,
     "one flow with ENA Express, where the types support it: switched on at both ends, in one Availability "
     "Zone",
     GUIDE_BANDWIDTH "; " GUIDE_EXPRESS},
};

size_t eb_flow_cap_count(void)
{
    return sizeof flow_caps / sizeof *flow_caps;
}

const struct eb_flow_cap *eb_flow_cap_at(size_t index)
{
    return &flow_caps[index];
}

static const struct eb_limit limits[] = {
    {"flows",
     {"one flow carries 5 Gb/s, 10 in a cluster placement group, 25 with ENA Express: measure one flow and "
      "many",
      GUIDE_BANDWIDTH}},
    {"credits",
     {"types of 16 vCPUs or fewer burst on credits for 5 to 60 minutes: know the baseline, and how long the "
      "run took",
      GUIDE_BANDWIDTH}},
    {"mtu",
     {"MTU 9001 within a VPC; ENA Express wants 8900 and an rx ring of 8192",
      "EC2 User Guide, Network MTU; " GUIDE_EXPRESS}},
    {"allowances",
     {"ethtool -S before and after: where bw_in_, bw_out_, pps_, conntrack_ or linklocal_allowance_exceeded "
      "grew, the "
      "baseline was throttled; ena_srd_mode says whether ENA Express is on",
      "EC2 User Guide, Monitor network performance for ENA settings; " DRIVERS}},
    {"tuning",
     {"tuned TCP: busy_read and busy_poll 70, adaptive-rx off, rx-usecs 0, tx-usecs 0 (64 us by default), "
      "IRQ "
      "affinity: report default and tuned apart",
      BEST_PRACTICES}},
};

size_t eb_limit_count(void)
{
    return sizeof limits / sizeof *limits;
}

const struct eb_limit *eb_limit_at(size_t index)
{
    return &limits[index];
}
