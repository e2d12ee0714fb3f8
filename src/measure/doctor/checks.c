#include "measure/doctor/checks.h"

#include "common/plain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define EFA_GUIDE "EC2 User Guide, Elastic Fabric Adapter"
#define EFA_START "EC2 User Guide, Get started with EFA and MPI"
#define FI_EFA "libfabric, fi_efa(7)"
#define EFA_SOURCE "libfabric, prov/efa"
#define ENA_DRIVER "amzn-drivers, ENA Linux best practices"
#define BANDWIDTH "EC2 User Guide, instance network bandwidth"

static const struct eb_check checks[] = {
    /* devices */
    {"efa", "an EFA on this host", "libfabric's efa provider, RDMA and OS-bypass need one.",
     "attach an EFA, or take an instance type that has one", EFA_GUIDE, EB_NEEDS_NOTHING, eb_check_efa},
    {"efa-module", "kernel module efa", "Without its driver an EFA is no RDMA device.",
     "modprobe efa (or run the EFA installer)", EFA_START, EB_NEEDS_EFA, eb_check_efa_module},
    {"uverbs-module", "kernel module ib_uverbs",
     "libfabric reaches the device through it; without it there is no RDMA device to open.",
     "modprobe ib_uverbs", "Linux, Documentation/infiniband/user_verbs", EB_NEEDS_EFA,
     eb_check_uverbs_module},
    {"efa-device", "RDMA device of the efa driver",
     "libfabric opens RDMA devices; an EFA that its driver did not take is none, and carries nothing.",
     "dmesg | grep -i efa; modprobe -r efa && modprobe efa", "Linux, drivers/infiniband/hw/efa", EB_NEEDS_EFA,
     eb_check_efa_device},
    {"uverbs-device", "/dev/infiniband/uverbs*",
     "Processes open it. A container has it only when it is passed in.",
     "docker run --device /dev/infiniband/uverbs0 ...; on a host: modprobe ib_uverbs", EFA_START,
     EB_NEEDS_EFA_DEVICE, eb_check_uverbs_device},
    {"efa-count", "all EFA of the instance type",
     "Each EFA that is not attached takes its share of the bandwidth away.",
     "stop the instance and attach the others, one a network card", EFA_GUIDE, EB_NEEDS_EFA,
     eb_check_efa_count},
    {"efa-port", "state of the ports", "A port that is not ACTIVE carries nothing.",
     "dmesg | grep -i efa; stop and start the instance", "Linux, ABI/stable/sysfs-class-infiniband",
     EB_NEEDS_EFA_DEVICE, eb_check_efa_port},
    {"efa-only", "an IP beside EFA-only interfaces",
     "An EFA-only interface has no netdev and no IP; MPI finds its ranks over IP.",
     "attach an interface with ENA (or pass the host's network in: docker run --net host)", EFA_GUIDE,
     EB_NEEDS_EFA_DEVICE, eb_check_efa_only},
    {"foreign-rdma", "RDMA devices that are no EFA",
     "A program that takes the first RDMA device may take one that is no EFA.",
     "name the device: --arm efa=ofi:efa@efa, FI_PROVIDER=efa", "Linux, /sys/class/infiniband",
     EB_NEEDS_EFA_DEVICE, eb_check_foreign_rdma},
    {"numa", "EFA near the process",
     "From the other NUMA node each message crosses the link between sockets.",
     "bind to its node: --bind nic, or mpirun --bind-to core --map-by numa",
     "Linux, device/numa_node in sysfs", EB_NEEDS_EFA_DEVICE, eb_check_numa},
    {"mtu", "MTU of ENA", "Below 9001 kernel TCP moves less a packet, and the baseline is unfair.",
     "ip link set dev ens5 mtu 9001", "EC2 User Guide, Network MTU", EB_NEEDS_NOTHING, eb_check_mtu},
    {"ena-allowance", "allowances of ENA", "Beyond its allowance EC2 queues or drops packets.",
     "ethtool -S ens5 | grep allowance; a larger instance type", ENA_DRIVER, EB_NEEDS_NOTHING,
     eb_check_allowances},
    /* host and process */
    {"memlock", "locked memory", "Registered memory is locked; registration fails with -12 or 4112.",
     "echo '* - memlock unlimited' >> /etc/security/limits.conf, and log in anew; for Slurm too: "
     "echo PropagateResourceLimitsExcept=MEMLOCK >> /etc/slurm/slurm.conf && scontrol reconfigure",
     FI_EFA, EB_NEEDS_EFA, eb_check_memlock},
    {"huge-pages", "free huge pages",
     "libfabric takes its buffers from them; fork() then fails: Cannot allocate memory.",
     "export FI_EFA_USE_HUGE_PAGE=0", FI_EFA, EB_NEEDS_EFA, eb_check_huge_pages},
    {"ptrace-scope", "cross-memory attach", "Above 0, ranks of one host copy twice, and are slower.",
     "sysctl -w kernel.yama.ptrace_scope=0", EFA_START, EB_NEEDS_NOTHING, eb_check_ptrace_scope},
    {"governor", "CPU frequency governor",
     "powersave lets clocks drop between messages; latency grows and wanders.",
     "cpupower frequency-set -g performance", "EC2 User Guide, Processor state control", EB_NEEDS_NOTHING,
     eb_check_governor},
    {"idle-states", "deep idle states", "A core that sleeps deeply takes long to see a message.",
     "cpupower idle-set -D 20 (or intel_idle.max_cstate=1 at boot)",
     "EC2 User Guide, Processor state control", EB_NEEDS_NOTHING, eb_check_idle_states},
    {"clock-source", "clock source",
     "With others than tsc, kvm-clock, arch_sys_counter a timestamp "
     "costs microseconds.",
     "echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource",
     "AWS re:Post, Manage the clock source of EC2 Linux", EB_NEEDS_NOTHING, eb_check_clock_source},
    /* software */
    {"libfabric", "the libfabric that is loaded",
     "An old one, or another than the one meant, has another "
     "efa provider or none.",
     "export LD_LIBRARY_PATH=/opt/amazon/efa/lib64:$LD_LIBRARY_PATH (or .../lib)", FI_EFA, EB_NEEDS_EFA,
     eb_check_libfabric},
    {"efa-provider", "provider efa in libfabric", "Without it programs fall back to TCP, and say nothing.",
     "fi_info -p efa; run the EFA installer", FI_EFA, EB_NEEDS_EFA, eb_check_efa_provider},
    {"intel-mpi", "libfabric of Intel MPI", "Intel MPI brings a libfabric of its own, often older.",
     "export I_MPI_OFI_LIBRARY_INTERNAL=0", EFA_START, EB_NEEDS_EFA, eb_check_intel_mpi},
    {"installer", "EFA installer", "Driver, libfabric and Open MPI come with it, and are as old as it is.",
     "curl --proto-default https -O efa-installer.amazonaws.com/aws-efa-installer-latest.tar.gz && tar xf "
     "aws-efa-installer-latest.tar.gz && cd aws-efa-installer && ./efa_installer.sh -y",
     EFA_START, EB_NEEDS_EFA, eb_check_installer},
    {"env-abort", "variables that abort", "libfabric ends the process, or finds no device, for them.",
     "unset the variable", EFA_SOURCE, EB_NEEDS_EFA, eb_check_env_abort},
    {"env-rdma", "FI_EFA_USE_DEVICE_RDMA",
     "Set to 1 it aborts where the device cannot read remotely (c5n, p3dn, g4dn, g5).",
     "unset FI_EFA_USE_DEVICE_RDMA: libfabric asks the device by itself", FI_EFA, EB_NEEDS_EFA,
     eb_check_env_rdma},
    {"env-provider", "FI_PROVIDER", "A provider that is left out is not found: MPI takes TCP instead.",
     "export FI_PROVIDER=efa, or unset FI_PROVIDER", "libfabric, fi_provider(7)", EB_NEEDS_EFA,
     eb_check_env_provider},
    {"fork-safe", "fork() with registered memory",
     "On old kernels a fork() after libfabric is up can abort or spoil data; with huge pages "
     "fork-safe mode is refused.",
     "export FI_EFA_FORK_SAFE=1 on old kernels, and unset RDMAV_HUGEPAGES_SAFE with it", FI_EFA, EB_NEEDS_EFA,
     eb_check_fork},
    /* what software on one node cannot see */
    {"fallback", "silent fallback to TCP", "shows: the EFA's counters do not move; latency above 30 us",
     "pin the provider (--arm efa=ofi:efa): another one is exit 5", FI_EFA, EB_NEEDS_EFA, NULL},
    {"security-group", "security group",
     "shows: a hang, EHOSTUNREACH or 4126 between hosts; it must let itself in AND out, and "
     "0.0.0.0/0 does not do",
     "aws ec2 authorize-security-group-ingress and -egress with the group itself as source", EFA_START,
     EB_NEEDS_EFA, NULL},
    {"subnet", "one subnet for all nodes", "shows: hosts that never hear of each other",
     "mpirun ... efabench-mpi --doctor compares subnets; the zone: aws ec2 describe-instances", EFA_GUIDE,
     EB_NEEDS_EFA, NULL},
    {"network-acl", "network ACL", "shows: as a security group, between different subnets",
     "aws ec2 describe-network-acls", "VPC User Guide, Network ACLs", EB_NEEDS_EFA, NULL},
    {"placement-group", "cluster placement group",
     "shows: one flow of ENA stops at 5 Gb/s; EFA latencies differ",
     "aws ec2 create-placement-group --strategy cluster, and launch into it", BANDWIDTH, EB_NEEDS_EFA, NULL},
    {"cores", "a core for each rank", "shows: latencies of milliseconds, or twice the usual",
     "mpirun ... efabench-mpi --doctor compares ranks; mpirun --bind-to core", "mpirun(1)", EB_NEEDS_NOTHING,
     NULL},
    {"same-host", "ranks on different hosts", "shows: a latency below 9 us, which no early EFA reaches",
     "mpirun --map-by node; efabench refuses such an arm (exit 5)", EFA_SOURCE, EB_NEEDS_EFA, NULL},
};

#define CHECK_COUNT (sizeof checks / sizeof *checks)
_Static_assert(CHECK_COUNT <= EB_CHECKS_MAX, "room for every finding");

size_t eb_check_count(void)
{
    return CHECK_COUNT;
}

const struct eb_check *eb_check_at(size_t index)
{
    return &checks[index];
}

void eb_finding_set(struct eb_finding *finding, enum eb_finding_state state, const char *format, ...)
{
    va_list args;
    finding->state = state;
    va_start(args, format);
    vsnprintf(finding->found, sizeof finding->found, format, args);
    va_end(args);
    eb_plain_clean(finding->found);
}

const char *eb_finding_state_name(enum eb_finding_state state)
{
    static const char *const names[] = {"ok", "warning", "wrong", "unknown", "absent"};
    return names[state];
}

const char *eb_finding_mend(const struct eb_check *check, const struct eb_finding *finding)
{
    return finding->mend[0] ? finding->mend : check->mend;
}

void eb_doctor_look(const struct eb_node_facts *facts, struct eb_finding *findings)
{
    for (size_t i = 0; i < CHECK_COUNT; i++) {
        const struct eb_check *check = &checks[i];
        findings[i] = (struct eb_finding){0};
        if (check->needs != EB_NEEDS_NOTHING && facts->efa_functions == 0)
            eb_finding_set(&findings[i], EB_FINDING_ABSENT, "no EFA here");
        else if (check->needs == EB_NEEDS_EFA_DEVICE && facts->efa_devices == 0)
            eb_finding_set(&findings[i], EB_FINDING_ABSENT, "no RDMA device of an EFA to look at");
        else if (check->look)
            check->look(facts, &findings[i]);
        else
            eb_finding_set(&findings[i], EB_FINDING_UNKNOWN, "not checkable from here");
    }
}

enum eb_verdict eb_doctor_verdict(const struct eb_finding *findings)
{
    for (size_t i = 0; i < CHECK_COUNT; i++)
        if (checks[i].look == eb_check_efa && findings[i].state == EB_FINDING_ABSENT)
            return EB_VERDICT_NO_EFA;
    return eb_findings_count(findings, EB_FINDING_WRONG) > 0 ? EB_VERDICT_WRONG : EB_VERDICT_READY;
}

const char *eb_verdict_name(enum eb_verdict verdict)
{
    static const char *const names[] = {"ready", "wrong", "no-efa"};
    return names[verdict];
}

size_t eb_findings_count(const struct eb_finding *findings, enum eb_finding_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < CHECK_COUNT; i++)
        count += findings[i].state == state;
    return count;
}
