#include "common/adapter.h"

#include <stdlib.h>
#include <string.h>

/* Its generated table states the network bandwidth of a type as one figure; where a type has so many EFA
 * devices that the figure may be theirs alone, what its IP network reaches is left out. */
#define KARPENTER                                                                                            \
    "aws/karpenter-provider-aws, instance-types.md (EFA devices, network bandwidth); cards: "                \
    "aws/amazon-vpc-cni-k8s, vpc_ip_resource_limit.go"
#define KARPENTER_P5                                                                                         \
    KARPENTER "; IP network: EC2 User Guide, Maximize network bandwidth with multiple network cards, EFA "   \
              "configuration for P5, P5e and P5en instances"
#define KARPENTER_NETWORK "aws/karpenter-provider-aws, instance-types.md (network bandwidth)"
#define KARPENTER_BASELINE                                                                                   \
    "baseline: aws/karpenter-provider-aws, instance-types.md (network bandwidth); bursts on credits: EC2 "   \
    "User "                                                                                                  \
    "Guide, Amazon EC2 instance network bandwidth"
#define KARPENTER_VF                                                                                         \
    "aws/karpenter-provider-aws, instance-types.md (network bandwidth); 82599 VF: EC2 User Guide, Enhanced " \
    "networking with the Intel 82599 VF interface"

/* name, EFA devices, all of them in Gb/s, IP network, baseline, what carries IP, source; ascending by name */
static const struct eb_instance instances[] = {
    {"c3.8xlarge", 0, 0, 10, 0, EB_ADAPTER_82599VF, KARPENTER_VF},
    {"c4.8xlarge", 0, 0, 10, 0, EB_ADAPTER_82599VF, KARPENTER_VF},
    {"c5.18xlarge", 0, 0, 25, 0, EB_ADAPTER_ENA, KARPENTER_NETWORK},
    {"c5.24xlarge", 0, 0, 25, 0, EB_ADAPTER_ENA, KARPENTER_NETWORK},
    {"c5.4xlarge", 0, 0, 10, 5, EB_ADAPTER_ENA, KARPENTER_BASELINE "; most: EC2 API, DescribeInstanceTypes"},
    {"c5n.18xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA, KARPENTER},
    {"c5n.4xlarge", 0, 0, 0, 15, EB_ADAPTER_ENA, KARPENTER_BASELINE},
    {"c5n.9xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA, KARPENTER},
    {"c5n.large", 0, 0, 0, 3, EB_ADAPTER_ENA, KARPENTER_BASELINE},
    {"c6a.48xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA, KARPENTER},
    {"c6gn.16xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA, KARPENTER},
    {"c6i.16xlarge", 0, 0, 25, 0, EB_ADAPTER_ENA, KARPENTER_NETWORK},
    {"c6i.32xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA, KARPENTER},
    {"c6in.32xlarge", 2, 200, 200, 0, EB_ADAPTER_ENA, KARPENTER},
    {"c7g.16xlarge", 1, 30, 30, 0, EB_ADAPTER_ENA, KARPENTER},
    {"c7gn.16xlarge", 1, 200, 200, 0, EB_ADAPTER_ENA, KARPENTER},
    {"c7i.16xlarge", 0, 0, 25, 0, EB_ADAPTER_ENA, KARPENTER_NETWORK},
    {"c7i.48xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA, KARPENTER},
    {"c8gn.48xlarge", 2, 600, 600, 0, EB_ADAPTER_ENA, KARPENTER},
    {"c8in.96xlarge", 2, 600, 600, 0, EB_ADAPTER_ENA, KARPENTER},
    {"d2.8xlarge", 0, 0, 10, 0, EB_ADAPTER_82599VF, KARPENTER_VF},
    {"g4dn.12xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA, KARPENTER},
    {"g4dn.16xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA, KARPENTER},
    {"g4dn.8xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA, KARPENTER},
    {"g5.48xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA, KARPENTER},
    {"g6.48xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA, KARPENTER},
    {"g6e.48xlarge", 4, 400, 400, 0, EB_ADAPTER_ENA, KARPENTER},
    {"g7e.48xlarge", 4, 1600, 0, 0, EB_ADAPTER_ENA, KARPENTER},
    {"hpc6a.48xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA, KARPENTER},
    {"hpc6id.32xlarge", 2, 200, 200, 0, EB_ADAPTER_ENA, KARPENTER},
    {"hpc7a.96xlarge", 2, 300, 300, 0, EB_ADAPTER_ENA, KARPENTER},
    {"hpc7g.16xlarge", 1, 200, 200, 0, EB_ADAPTER_ENA, KARPENTER},
    {"hpc8a.96xlarge", 2, 300, 300, 0, EB_ADAPTER_ENA, KARPENTER},
    {"i2.8xlarge", 0, 0, 10, 0, EB_ADAPTER_82599VF, KARPENTER_VF},
    {"m4.10xlarge", 0, 0, 10, 0, EB_ADAPTER_82599VF, KARPENTER_VF},
    {"m4.16xlarge", 0, 0, 25, 0, EB_ADAPTER_ENA, KARPENTER_NETWORK},
    {"m5.24xlarge", 0, 0, 25, 0, EB_ADAPTER_ENA, KARPENTER_NETWORK},
    {"m5.8xlarge", 0, 0, 10, 0, EB_ADAPTER_ENA, KARPENTER_NETWORK},
    {"m5n.24xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA, KARPENTER},
    {"m6i.16xlarge", 0, 0, 25, 0, EB_ADAPTER_ENA, KARPENTER_NETWORK},
    {"m6in.32xlarge", 2, 200, 200, 0, EB_ADAPTER_ENA, KARPENTER},
    {"m7a.48xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA, KARPENTER},
    {"m7g.16xlarge", 1, 30, 30, 0, EB_ADAPTER_ENA, KARPENTER},
    {"m7i.48xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA, KARPENTER},
    {"m8a.48xlarge", 1, 75, 75, 0, EB_ADAPTER_ENA, KARPENTER},
    {"m8gn.48xlarge", 2, 600, 600, 0, EB_ADAPTER_ENA, KARPENTER},
    {"p3dn.24xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA, KARPENTER},
    {"p4d.24xlarge", 4, 400, 400, 0, EB_ADAPTER_ENA, KARPENTER},
    {"p4de.24xlarge", 4, 400, 400, 0, EB_ADAPTER_ENA, KARPENTER},
    {"p5.48xlarge", 32, 3200, 800, 0, EB_ADAPTER_ENA, KARPENTER_P5},
    {"p5.4xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA, KARPENTER},
    {"p5e.48xlarge", 32, 3200, 800, 0, EB_ADAPTER_ENA, KARPENTER_P5},
    {"p5en.48xlarge", 16, 3200, 800, 0, EB_ADAPTER_ENA, KARPENTER_P5},
    {"p6-b200.48xlarge", 8, 3200, 0, 0, EB_ADAPTER_ENA, KARPENTER},
    {"p6-b300.48xlarge", 16, 6400, 0, 0, EB_ADAPTER_ENA, KARPENTER},
    {"r3.8xlarge", 0, 0, 10, 0, EB_ADAPTER_82599VF, KARPENTER_VF},
    {"r6in.32xlarge", 2, 200, 200, 0, EB_ADAPTER_ENA, KARPENTER},
    {"r7iz.32xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA, KARPENTER},
    {"r8gn.48xlarge", 2, 600, 600, 0, EB_ADAPTER_ENA, KARPENTER},
    {"t3.large", 0, 0, 0, 0.512, EB_ADAPTER_ENA, KARPENTER_BASELINE},
    {"trn1.32xlarge", 8, 800, 0, 0, EB_ADAPTER_ENA, KARPENTER},
    {"trn1n.32xlarge", 16, 1600, 0, 0, EB_ADAPTER_ENA, KARPENTER},
    {"trn2.48xlarge", 16, 3200, 0, 0, EB_ADAPTER_ENA, KARPENTER},
    {"x2idn.32xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA, KARPENTER},
};

#define INSTANCE_COUNT (sizeof instances / sizeof *instances)

size_t eb_instance_count(void)
{
    return INSTANCE_COUNT;
}

const struct eb_instance *eb_instance_at(size_t index)
{
    return &instances[index];
}

static int compare_name(const void *name, const void *instance)
{
    return strcmp(name, ((const struct eb_instance *)instance)->name);
}

const struct eb_instance *eb_instance_find(const char *name)
{
    return name ? bsearch(name, instances, INSTANCE_COUNT, sizeof *instances, compare_name) : NULL;
}

#define ZHUANG "JiaweiZhuang/aws-mpi-benchmark"
#define ZHUANG_SETTING "Intel MPI 2019.4, cluster placement group"
#define PARALLELCLUSTER "aws/aws-parallelcluster, stored OSU baselines of its integration tests"
#define PARALLELCLUSTER_SETTING "ParallelCluster, Open MPI, 8 operating systems"
#define HPC6A_ISSUE "aws/aws-parallelcluster, issue 6449"
#define MBW_MR "aws/aws-parallelcluster, test_osu.py"
#define EXPRESS_CLAIM "AWS news blog, launch of ENA Express"

static const struct eb_measured measured[] = {
    {"c5n.18xlarge", EB_ADAPTER_EFA, "8 B half round trip", "us", 16.1, 16.1, ZHUANG_SETTING, ZHUANG},
    {"c5n.18xlarge", EB_ADAPTER_EFA, "1 MiB bandwidth", "MB/s", 9146, 9146, ZHUANG_SETTING, ZHUANG},
    {"c5n.18xlarge", EB_ADAPTER_EFA, "bandwidth of 36 pairs, mean of nine runs", "GB/s", 12.1, 12.1,
     ZHUANG_SETTING, ZHUANG},
    {"c5n.18xlarge", EB_ADAPTER_ENA, "8 B half round trip", "us", 34.8, 34.8,
     ZHUANG_SETTING ", TCP; standard deviation 2.9 us", ZHUANG},
    {"c5n.18xlarge", EB_ADAPTER_ENA, "1 MiB bandwidth", "MB/s", 1177, 1177, ZHUANG_SETTING ", one TCP flow",
     ZHUANG},
    {"c5n.18xlarge", EB_ADAPTER_ENA, "bandwidth of 36 pairs, mean of nine runs", "GB/s", 12.1, 12.1,
     ZHUANG_SETTING ", 36 TCP flows", ZHUANG},
    {"c5n.18xlarge", EB_ADAPTER_ENA, "bandwidth of 36 pairs, best run of nine, above the line rate of 12.5",
     "GB/s", 13.2, 13.2, ZHUANG_SETTING ", 36 TCP flows", ZHUANG},
    {"c5n.18xlarge", EB_ADAPTER_EFA, "1 B half round trip", "us", 17.26, 21.14, PARALLELCLUSTER_SETTING,
     PARALLELCLUSTER},
    {"c5n.18xlarge", EB_ADAPTER_EFA, "bandwidth in both directions", "GB/s", 10.4, 11.2,
     PARALLELCLUSTER_SETTING, PARALLELCLUSTER},
    {"c5n.18xlarge", EB_ADAPTER_EFA, "4 B all-reduce, 32 nodes", "us", 243, 374, PARALLELCLUSTER_SETTING,
     PARALLELCLUSTER},
    {"c5n.18xlarge", EB_ADAPTER_EFA, "1 MiB all-reduce, 32 nodes", "ms", 3.1, 3.9, PARALLELCLUSTER_SETTING,
     PARALLELCLUSTER},
    {"hpc6a.48xlarge", EB_ADAPTER_EFA, "1 B half round trip", "us", 9.87, 9.87, "Intel MPI", HPC6A_ISSUE},
    {"hpc6a.48xlarge", EB_ADAPTER_EFA, "1 MiB half round trip", "us", 196.6, 196.6, "Intel MPI", HPC6A_ISSUE},
    {"hpc6a.48xlarge", EB_ADAPTER_EFA, "4 MiB half round trip", "us", 725.6, 725.6, "Intel MPI", HPC6A_ISSUE},
    {"m7g.16xlarge", EB_ADAPTER_EFA, "4 B half round trip", "us", 10.26, 10.26, "RDMA",
     "AntoniBertel/aws-efa-rdma-benchmark"},
    {"p4d.24xlarge", EB_ADAPTER_EFA, "bandwidth of many pairs (osu_mbw_mr)", "Gb/s", 330, 330,
     "about, in a placement group", MBW_MR},
    {"p4d.24xlarge", EB_ADAPTER_EFA, "bandwidth of many pairs (osu_mbw_mr)", "Gb/s", 252, 252,
     "about, without a placement group", MBW_MR},
    {NULL, EB_ADAPTER_ENA, "99th percentile of latency with ENA Express", "%", -50, -50, "the vendor's claim",
     EXPRESS_CLAIM},
    {NULL, EB_ADAPTER_ENA, "99.9th percentile of latency with ENA Express", "%", -85, -85,
     "the vendor's claim", EXPRESS_CLAIM},
    {NULL, EB_ADAPTER_ENA, "one flow with ENA Express", "Gb/s", 25, 25, "the vendor's claim; 5 Gb/s without",
     EXPRESS_CLAIM},
};

size_t eb_measured_count(void)
{
    return sizeof measured / sizeof *measured;
}

const struct eb_measured *eb_measured_at(size_t index)
{
    return &measured[index];
}
