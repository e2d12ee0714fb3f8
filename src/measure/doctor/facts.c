#include "measure/doctor/facts.h"

#include "common/adapter.h"
#include "common/plain.h"
#include "measure/doctor/facts_parts.h"
#include "measure/topology/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 1 and the rest of the line behind key, when a line of text begins with it. */
static int find_line(const char *text, const char *key, char *rest, size_t room)
{
    size_t length = strlen(key);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) != 0)
            continue;
        const char *start = line + length + strspn(line + length, " \t");
        snprintf(rest, room, "%.*s", (int)strcspn(start, "\n"), start);
        eb_plain_clean(rest);
        return 1;
    }
    return 0;
}

static void read_platform(const char *root, struct eb_node_facts *facts)
{
    char text[128];
    facts->is_aws = strcmp(facts->inventory.vendor, "Amazon EC2") == 0;
    /* Xen's instances call themselves "HVM domU", which is no type; their ids begin with ec2. */
    if (strcmp(facts->inventory.instance, "HVM domU") == 0)
        facts->inventory.instance[0] = '\0';
    if (eb_tree_line(root, text, sizeof text, "/sys/hypervisor/uuid"))
        facts->is_aws |= strncasecmp(text, "ec2", 3) == 0;
    if (eb_tree_line(root, text, sizeof text, "/sys/devices/virtual/dmi/id/bios_version"))
        facts->is_aws |= strstr(text, "amazon") != NULL;
    eb_tree_line(root, facts->host, sizeof facts->host, "/proc/sys/kernel/hostname");
    eb_tree_line(root, facts->kernel, sizeof facts->kernel, "/proc/sys/kernel/osrelease");
}

static size_t count_efa_functions(const char *root)
{
    char **names = NULL;
    size_t found = 0;
    size_t count = eb_tree_names(root, &names, "/sys/bus/pci/devices");
    for (size_t i = 0; i < count; i++) {
        long vendor = eb_tree_number(root, "/sys/bus/pci/devices/%s/vendor", names[i]);
        long device = eb_tree_number(root, "/sys/bus/pci/devices/%s/device", names[i]);
        const struct eb_adapter *adapter =
            vendor > 0 && device > 0 ? eb_adapter_by_pci((unsigned)vendor, (unsigned)device) : NULL;
        found += adapter && adapter->kind == EB_ADAPTER_EFA;
    }
    eb_tree_names_free(names, count);
    return found;
}

static enum eb_known module_is_there(const char *root, const char *name)
{
    if (eb_tree_has(root, "/sys/module/%s", name))
        return EB_KNOWN_YES;
    return eb_tree_has(root, "/sys/module") ? EB_KNOWN_NO : EB_KNOWN_NOT;
}

/* Whether a node of /dev/infiniband leads to an EFA; where the kernel does not say, it may. */
static int is_of_efa(const char *root, const char *uverbs, const struct eb_inventory *inventory)
{
    char name[128];
    if (!eb_tree_line(root, name, sizeof name, "/sys/class/infiniband_verbs/%s/ibdev", uverbs))
        return 1;
    for (size_t i = 0; i < inventory->device_count; i++)
        if (inventory->devices[i].is_rdma && strcmp(inventory->devices[i].name, name) == 0)
            return strcmp(inventory->devices[i].driver, "efa") == 0;
    return 0;
}

static void read_efa(const char *root, struct eb_node_facts *facts)
{
    char **names = NULL;
    facts->efa_devices = eb_inventory_count(&facts->inventory, "efa", 1);
    facts->efa_functions = count_efa_functions(root);
    if (facts->efa_functions < facts->efa_devices)
        facts->efa_functions = facts->efa_devices;
    facts->efa_module = module_is_there(root, "efa");
    facts->uverbs_module = module_is_there(root, "ib_uverbs");
    size_t count = eb_tree_names(root, &names, "/dev/infiniband");
    for (size_t i = 0; i < count; i++) {
        if (strncmp(names[i], "uverbs", 6) != 0)
            continue;
        if (is_of_efa(root, names[i], &facts->inventory))
            facts->uverbs++;
        else
            facts->foreign_uverbs++;
    }
    eb_tree_names_free(names, count);
}

static void read_limits(const char *root, struct eb_node_facts *facts)
{
    size_t bytes = 0;
    char rest[128];
    char *text = eb_tree_read(root, &bytes, "/proc/self/limits");
    facts->memlock_bytes = EB_BYTES_UNKNOWN;
    if (text && find_line(text, "Max locked memory", rest, sizeof rest)) {
        char *end = NULL;
        unsigned long long soft = strtoull(rest, &end, 10);
        if (strncmp(rest, "unlimited", 9) == 0)
            facts->memlock_bytes = EB_BYTES_UNLIMITED;
        else if (end != rest)
            facts->memlock_bytes = soft;
    }
    free(text);
    facts->huge_total = facts->huge_free = -1;
    text = eb_tree_read(root, &bytes, "/proc/meminfo");
    if (text && find_line(text, "HugePages_Total:", rest, sizeof rest))
        facts->huge_total = strtol(rest, NULL, 10);
    if (text && find_line(text, "HugePages_Free:", rest, sizeof rest))
        facts->huge_free = strtol(rest, NULL, 10);
    if (text && find_line(text, "HugePages_Rsvd:", rest, sizeof rest))
        facts->huge_free -= strtol(rest, NULL, 10);
    free(text);
    facts->ptrace_scope = eb_tree_number(root, "/proc/sys/kernel/yama/ptrace_scope");
}

static void read_process(const char *root, struct eb_node_facts *facts)
{
    enum { CAP_IPC_LOCK_BIT = 14 }; /* linux/capability.h */
    size_t bytes = 0;
    char list[4096];
    char *text = eb_tree_read(root, &bytes, "/proc/self/status");
    if (text && find_line(text, "CapEff:", list, sizeof list))
        facts->may_lock = strtoull(list, NULL, 16) >> CAP_IPC_LOCK_BIT & 1;
    if (text && find_line(text, "Cpus_allowed_list:", list, sizeof list))
        eb_cpu_set_parse(list, &facts->cpus);
    free(text);
    eb_cpu_set_format(&facts->cpus, facts->cpu_list, sizeof facts->cpu_list);
    facts->environment = eb_tree_read(root, &facts->environment_bytes, "/proc/self/environ");
    /* Made by hand, a tree may have lines instead. */
    if (facts->environment && root[0] && strlen(facts->environment) == facts->environment_bytes)
        for (size_t i = 0; i < facts->environment_bytes; i++)
            if (facts->environment[i] == '\n')
                facts->environment[i] = '\0';
}

static void read_installer(const char *root, struct eb_node_facts *facts)
{
    static const char words[] = "EFA installer version:";
    size_t bytes = 0;
    char *text = eb_tree_read(root, &bytes, "/opt/amazon/efa_installed_packages");
    const char *at = text ? strstr(text, words) : NULL;
    if (at)
        sscanf(at + strlen(words), " %31[0-9.]", facts->installer);
    at = text ? strstr(text, "libfabric-aws") : NULL;
    at = at ? strpbrk(at, "0123456789") : NULL;
    if (at)
        sscanf(at, "%31[0-9.]", facts->installer_libfabric);
    free(text);
}

static void read_libfabric(const char *root, struct eb_node_facts *facts)
{
    static const char *const directories[] = {"/opt/amazon/efa/lib64", "/opt/amazon/efa/lib"};
    struct eb_libfabric *libfabric = &facts->libfabric;
    char word[32];
    size_t bytes = 0;
    char *text = eb_tree_read(root, &bytes, "/efabench/libfabric");
    if (text) {
        find_line(text, "version ", libfabric->version, sizeof libfabric->version);
        find_line(text, "path ", libfabric->path, sizeof libfabric->path);
        find_line(text, "died ", libfabric->died, sizeof libfabric->died);
        if (find_line(text, "efa ", word, sizeof word))
            libfabric->lists_efa = strcmp(word, "yes") == 0 ? EB_KNOWN_YES : EB_KNOWN_NO;
    }
    free(text);
    for (size_t i = 0; i < 2 && !libfabric->path[0]; i++) {
        text = eb_tree_read(root, &bytes, "%s/pkgconfig/libfabric.pc", directories[i]);
        if (text && find_line(text, "Version:", libfabric->version, sizeof libfabric->version))
            snprintf(libfabric->path, sizeof libfabric->path, "%s/libfabric.so.1", directories[i]);
        free(text);
    }
}

enum eb_status eb_node_facts_read(const char *root, struct eb_node_facts *facts, struct eb_error *err)
{
    *facts = (struct eb_node_facts){.core = -1};
    enum eb_status status = eb_inventory_read(root, &facts->inventory, err);
    if (status != EB_OK)
        return status;
    read_platform(root, facts);
    read_efa(root, facts);
    read_limits(root, facts);
    read_process(root, facts);
    eb_facts_read_cpus(root, facts);
    eb_facts_read_network(root, facts);
    read_installer(root, facts);
    if (root[0])
        read_libfabric(root, facts);
    return EB_OK;
}

void eb_node_facts_free(struct eb_node_facts *facts)
{
    if (!facts)
        return;
    eb_inventory_free(&facts->inventory);
    free(facts->numa);
    free(facts->environment);
    *facts = (struct eb_node_facts){.core = -1};
}

const char *eb_node_facts_variable(const struct eb_node_facts *facts, const char *name)
{
    size_t length = strlen(name);
    const char *end = facts->environment ? facts->environment + facts->environment_bytes : NULL;
    for (const char *at = facts->environment; at && at < end; at += strlen(at) + 1)
        if (strncmp(at, name, length) == 0 && at[length] == '=')
            return at + length + 1;
    return NULL;
}

int eb_node_facts_numa_cpus(const struct eb_node_facts *facts, int node, struct eb_cpu_set *cpus)
{
    *cpus = (struct eb_cpu_set){{0}};
    if (node < 0 || (size_t)node >= facts->numa_count)
        return 0;
    *cpus = facts->numa[node];
    return eb_cpu_set_first(cpus) >= 0;
}
