#include "measure/doctor/checks.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define KIB UINT64_C(1024)

static void format_bytes(uint64_t bytes, char *text, size_t room)
{
    if (bytes >= KIB * KIB)
        snprintf(text, room, "%" PRIu64 " MiB", bytes / (KIB * KIB));
    else
        snprintf(text, room, "%" PRIu64 " KiB", bytes / KIB);
}

void eb_check_memlock(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    char bytes[32];
    format_bytes(facts->memlock_bytes, bytes, sizeof bytes);
    if (facts->memlock_bytes == EB_BYTES_UNKNOWN)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "/proc/self/limits does not say");
    else if (facts->memlock_bytes == EB_BYTES_UNLIMITED)
        eb_finding_set(finding, EB_FINDING_OK, "unlimited");
    else if (facts->may_lock)
        eb_finding_set(finding, EB_FINDING_WARNING, "%s, not binding for this process (CAP_IPC_LOCK) alone",
                       bytes);
    else
        eb_finding_set(finding, EB_FINDING_WRONG, "%s may be locked, want unlimited", bytes);
}

void eb_check_huge_pages(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    enum { INSTALLED = 5128 }; /* what the EFA installer reserves for libfabric */
    const char *use = eb_node_facts_variable(facts, "FI_EFA_USE_HUGE_PAGE");
    if (facts->huge_total < 0 || facts->huge_free < 0)
        eb_finding_set(finding, facts->huge_total < 0 ? EB_FINDING_UNKNOWN : EB_FINDING_WRONG,
                       facts->huge_total < 0 ? "/proc/meminfo does not say" : "all huge pages are promised");
    else if (facts->huge_total == 0)
        eb_finding_set(finding, EB_FINDING_OK, "none are reserved: libfabric takes plain pages");
    else if (facts->huge_free > 0)
        eb_finding_set(finding, EB_FINDING_OK, "%ld of %ld are free", facts->huge_free, facts->huge_total);
    else if (use && strcmp(use, "0") == 0)
        eb_finding_set(finding, EB_FINDING_OK, "none of %ld is free; FI_EFA_USE_HUGE_PAGE=0 does without",
                       facts->huge_total);
    else
        eb_finding_set(finding, EB_FINDING_WRONG, "none of %ld is free", facts->huge_total);
    if (finding->state == EB_FINDING_WRONG)
        snprintf(finding->mend, sizeof finding->mend,
                 "export FI_EFA_USE_HUGE_PAGE=0, or sysctl -w vm.nr_hugepages=%ld",
                 facts->huge_total + INSTALLED);
}

void eb_check_ptrace_scope(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    if (facts->ptrace_scope > 0)
        eb_finding_set(finding, EB_FINDING_WARNING, "kernel.yama.ptrace_scope is %ld", facts->ptrace_scope);
    else if (facts->ptrace_scope == 0)
        eb_finding_set(finding, EB_FINDING_OK, "kernel.yama.ptrace_scope is 0");
    else
        eb_finding_set(finding, EB_FINDING_ABSENT, "this kernel has no Yama");
}

void eb_check_governor(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    if (!facts->governor[0])
        eb_finding_set(finding, EB_FINDING_ABSENT, "this host does not let its CPUs' frequency be chosen");
    else if (strcmp(facts->governor, "powersave") == 0)
        eb_finding_set(finding, EB_FINDING_WARNING, "powersave");
    else
        eb_finding_set(finding, EB_FINDING_OK, "%s", facts->governor);
}

void eb_check_idle_states(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    enum { DEEP_US = 20 }; /* C1E of Intel's takes 10, C6 85 to 133: Linux, drivers/idle/intel_idle.c */
    if (!facts->idle_state[0])
        eb_finding_set(finding, EB_FINDING_ABSENT, "this host does not let its idle states be chosen");
    else if (facts->idle_latency_us > DEEP_US)
        eb_finding_set(finding, EB_FINDING_WARNING, "%s is allowed: waking up takes %ld us",
                       facts->idle_state, facts->idle_latency_us);
    else
        eb_finding_set(finding, EB_FINDING_OK, "the deepest is %s, %ld us", facts->idle_state,
                       facts->idle_latency_us);
}

void eb_check_clock_source(const struct eb_node_facts *facts, struct eb_finding *finding)
{
    static const char *const quick[] = {"tsc", "kvm-clock", "arch_sys_counter"};
    int is_quick = 0;
    for (size_t i = 0; i < sizeof quick / sizeof *quick; i++)
        is_quick |= strcmp(facts->clock_source, quick[i]) == 0;
    if (!facts->clock_source[0])
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "sysfs does not say");
    else
        eb_finding_set(finding, is_quick ? EB_FINDING_OK : EB_FINDING_WARNING, "%s", facts->clock_source);
}
