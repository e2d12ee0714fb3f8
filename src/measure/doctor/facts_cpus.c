#include "measure/doctor/facts_parts.h"
#include "measure/topology/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char cpus[] = "/sys/devices/system/cpu";

static void read_core(const char *root, struct eb_node_facts *facts)
{
    struct eb_cpu_set siblings;
    char list[256];
    int first = eb_cpu_set_first(&facts->cpus);
    if (first >= 0 &&
        eb_tree_line(root, list, sizeof list, "%s/cpu%d/topology/thread_siblings_list", cpus, first) &&
        eb_cpu_set_parse(list, &siblings) && eb_cpu_set_within(&facts->cpus, &siblings))
        facts->core = eb_cpu_set_first(&siblings);
}

static void read_governor(const char *root, struct eb_node_facts *facts)
{
    char **names = NULL;
    size_t count = eb_tree_names(root, &names, "%s", cpus);
    for (size_t i = 0; i < count && strcmp(facts->governor, "powersave") != 0; i++) {
        char governor[sizeof facts->governor];
        if (strncmp(names[i], "cpu", 3) == 0 &&
            eb_tree_line(root, governor, sizeof governor, "%s/%s/cpufreq/scaling_governor", cpus, names[i]) &&
            (!facts->governor[0] || strcmp(governor, "powersave") == 0))
            snprintf(facts->governor, sizeof facts->governor, "%s", governor);
    }
    eb_tree_names_free(names, count);
}

/* Of the CPU that this process may be on: all have the same states. */
static void read_idle(const char *root, struct eb_node_facts *facts)
{
    char **names = NULL;
    int cpu = eb_cpu_set_first(&facts->cpus);
    size_t count = eb_tree_names(root, &names, "%s/cpu%d/cpuidle", cpus, cpu >= 0 ? cpu : 0);
    for (size_t i = 0; i < count; i++) {
        long latency =
            eb_tree_number(root, "%s/cpu%d/cpuidle/%s/latency", cpus, cpu >= 0 ? cpu : 0, names[i]);
        long disabled =
            eb_tree_number(root, "%s/cpu%d/cpuidle/%s/disable", cpus, cpu >= 0 ? cpu : 0, names[i]);
        if (disabled > 0 || latency < facts->idle_latency_us)
            continue;
        facts->idle_latency_us = latency;
        eb_tree_line(root, facts->idle_state, sizeof facts->idle_state, "%s/cpu%d/cpuidle/%s/name", cpus,
                     cpu >= 0 ? cpu : 0, names[i]);
    }
    eb_tree_names_free(names, count);
}

static void read_numa(const char *root, struct eb_node_facts *facts)
{
    enum { NODES_MAX = 64 };
    facts->numa = calloc(NODES_MAX, sizeof *facts->numa);
    facts->numa_count = facts->numa ? NODES_MAX : 0;
    for (size_t node = 0; node < facts->numa_count; node++) {
        char list[4096];
        if (eb_tree_line(root, list, sizeof list, "/sys/devices/system/node/node%zu/cpulist", node))
            eb_cpu_set_parse(list, &facts->numa[node]);
    }
}

void eb_facts_read_cpus(const char *root, struct eb_node_facts *facts)
{
    read_core(root, facts);
    read_governor(root, facts);
    read_idle(root, facts);
    read_numa(root, facts);
    eb_tree_line(root, facts->clock_source, sizeof facts->clock_source,
                 "/sys/devices/system/clocksource/clocksource0/current_clocksource");
}
