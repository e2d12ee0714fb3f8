/* The checks of the doctor, each on facts that are made here. What is good and what is not is AWS's EC2 User
 * Guide, libfabric's fi_efa(7) and its efa provider's source. */
#include "cmocka_all.h"
#include "measure/doctor/nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct eb_device devices[40];

/* A c5n.18xlarge as it should be: one ENA, one EFA on node 0, nothing set. */
static struct eb_node_facts healthy(void)
{
    static char environment[] = "PATH=/usr/bin";
    static struct eb_cpu_set numa[2];
    struct eb_node_facts facts = {.is_aws = 1,
                                  .efa_devices = 1,
                                  .efa_functions = 1,
                                  .efa_module = EB_KNOWN_YES,
                                  .uverbs_module = EB_KNOWN_YES,
                                  .uverbs = 1,
                                  .memlock_bytes = EB_BYTES_UNLIMITED,
                                  .huge_total = 100,
                                  .huge_free = 100,
                                  .numa = numa,
                                  .numa_count = 2,
                                  .core = -1,
                                  .allowances = EB_KNOWN_YES,
                                  .environment = environment,
                                  .environment_bytes = sizeof environment,
                                  .libfabric.lists_efa = EB_KNOWN_YES};
    memset(devices, 0, sizeof devices);
    devices[0] = (struct eb_device){.name = "ens5", .driver = "ena", .mtu = 9001};
    devices[1] = (struct eb_device){
        .name = "rdmap0s6", .is_rdma = 1, .driver = "efa", .numa_node = 0, .state = "ACTIVE"};
    facts.inventory = (struct eb_inventory){.numa_nodes = 2, .devices = devices, .device_count = 2};
    eb_cpu_set_parse("0-17", &numa[0]);
    eb_cpu_set_parse("18-35", &numa[1]);
    eb_cpu_set_parse("0-35", &facts.cpus);
    strcpy(facts.host, "n1");
    strcpy(facts.inventory.instance, "c5n.18xlarge");
    strcpy(facts.inventory.vendor, "Amazon EC2");
    strcpy(facts.kernel, "6.1.0");
    strcpy(facts.governor, "performance");
    strcpy(facts.idle_state, "C1E");
    facts.idle_latency_us = 10;
    strcpy(facts.clock_source, "tsc");
    strcpy(facts.subnets, "10.0.0.0/24 on ens5");
    strcpy(facts.installer, "1.30.0");
    strcpy(facts.libfabric.version, "1.19");
    strcpy(facts.libfabric.path, "/opt/amazon/efa/lib64/libfabric.so.1");
    return facts;
}

/* id NULL: nothing is found. Else that check has that state and words, and no other is worse than fine. */
static void assert_only_at(int line, const struct eb_node_facts *facts, const char *id,
                           enum eb_finding_state state, const char *words)
{
    struct eb_finding findings[EB_CHECKS_MAX];
    int seen = 0;
    eb_doctor_look(facts, findings);
    for (size_t i = 0; i < eb_check_count(); i++) {
        int is_it = id && strcmp(eb_check_at(i)->id, id) == 0;
        seen |= is_it;
        if (is_it && (findings[i].state != state || !strstr(findings[i].found, words)))
            fail_msg("line %d: %s is %s: %s", line, id, eb_finding_state_name(findings[i].state),
                     findings[i].found);
        if (!is_it && (findings[i].state == EB_FINDING_WARNING || findings[i].state == EB_FINDING_WRONG))
            fail_msg("line %d: %s too is %s: %s", line, eb_check_at(i)->id,
                     eb_finding_state_name(findings[i].state), findings[i].found);
    }
    if (id && !seen)
        fail_msg("line %d: no check is called %s", line, id);
}

#define assert_only(facts, id, state, words) assert_only_at(__LINE__, facts, id, state, words)

static void with_variables(struct eb_node_facts *facts, char *variables, size_t bytes)
{
    facts->environment = variables;
    facts->environment_bytes = bytes;
}

#define SET(facts, text) with_variables(facts, (char[]){text}, sizeof text)

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < eb_check_count(); i++) {
        const struct eb_check *check = eb_check_at(i);
        assert_true(check->id && check->what && check->why && check->mend && check->source);
        assert_true(strlen(check->id) <= 15); /* its column */
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(check->id, eb_check_at(j)->id);
    }
    struct eb_node_facts facts = healthy();
    assert_only(&facts, NULL, EB_FINDING_OK, "");
}

static void test_limits_and_pages(void **state)
{
    (void)state;
    struct eb_node_facts facts = healthy();
    facts.memlock_bytes = 65536;
    assert_only(&facts, "memlock", EB_FINDING_WRONG, "64 KiB");
    facts.memlock_bytes = 8 << 20;
    assert_only(&facts, "memlock", EB_FINDING_WRONG, "8 MiB");
    facts.may_lock = 1; /* capabilities(7): CAP_IPC_LOCK; other users' ranks do not have it */
    assert_only(&facts, "memlock", EB_FINDING_WARNING, "CAP_IPC_LOCK");
    facts.memlock_bytes = EB_BYTES_UNKNOWN;
    assert_only(&facts, "memlock", EB_FINDING_UNKNOWN, "limits");
    facts = healthy();
    facts.huge_free = 0;
    assert_only(&facts, "huge-pages", EB_FINDING_WRONG, "none of 100");
    SET(&facts, "FI_EFA_USE_HUGE_PAGE=0");
    assert_only(&facts, "huge-pages", EB_FINDING_OK, "does without");
    facts.huge_total = 0;
    assert_only(&facts, "huge-pages", EB_FINDING_OK, "plain pages");
    facts.huge_total = -1;
    assert_only(&facts, "huge-pages", EB_FINDING_UNKNOWN, "");
}

static void test_host(void **state)
{
    (void)state;
    struct eb_node_facts facts = healthy();
    facts.ptrace_scope = 2;
    assert_only(&facts, "ptrace-scope", EB_FINDING_WARNING, "2");
    facts.ptrace_scope = -1;
    assert_only(&facts, "ptrace-scope", EB_FINDING_ABSENT, "Yama");
    facts = healthy();
    strcpy(facts.governor, "powersave");
    assert_only(&facts, "governor", EB_FINDING_WARNING, "powersave");
    facts = healthy();
    facts.idle_latency_us = 133;
    strcpy(facts.idle_state, "C6");
    assert_only(&facts, "idle-states", EB_FINDING_WARNING, "C6");
    facts = healthy();
    strcpy(facts.clock_source, "hpet");
    assert_only(&facts, "clock-source", EB_FINDING_WARNING, "hpet");
    strcpy(facts.clock_source, "arch_sys_counter");
    assert_only(&facts, "clock-source", EB_FINDING_OK, "");
    strcpy(facts.clock_source, "kvm-clock");
    assert_only(&facts, "clock-source", EB_FINDING_OK, "");
}

static void test_devices(void **state)
{
    (void)state;
    struct eb_node_facts facts = healthy();
    strcpy(facts.inventory.instance, "p5.48xlarge"); /* 32 EFA: karpenter, instance-types.md */
    assert_only(&facts, "efa-count", EB_FINDING_WRONG, "1 of the 32");
    strcpy(facts.inventory.instance, "x99.large");
    assert_only(&facts, "efa-count", EB_FINDING_UNKNOWN, "x99.large");
    facts = healthy();
    facts.uverbs = 0;
    assert_only(&facts, "uverbs-device", EB_FINDING_WRONG, "/dev/infiniband/uverbs*");
    facts.foreign_uverbs = 1;
    assert_only(&facts, "uverbs-device", EB_FINDING_WRONG, "of an EFA; other devices have 1");
    facts.foreign_uverbs = 0;
    facts.uverbs_module = EB_KNOWN_NO;
    assert_only(&facts, "uverbs-module", EB_FINDING_WRONG, "ib_uverbs");
    facts = healthy();
    devices[1].is_rdma = 0; /* its RDMA device is gone, the PCI function stays */
    devices[1].driver[0] = '\0';
    facts.efa_devices = 0;
    assert_only(&facts, "efa-device", EB_FINDING_WRONG, "1 of 1");
    facts.efa_module = EB_KNOWN_NO;
    assert_only(&facts, "efa-module", EB_FINDING_WRONG, "efa");
    facts = healthy();
    strcpy(devices[1].state, "INIT");
    assert_only(&facts, "efa-port", EB_FINDING_WRONG, "rdmap0s6 is INIT");
    facts = healthy();
    devices[2] = (struct eb_device){.name = "mlx5_0", .is_rdma = 1, .driver = "mlx5_core"};
    facts.inventory.device_count = 3;
    assert_only(&facts, "foreign-rdma", EB_FINDING_WARNING, "mlx5_0 (mlx5_core)");
    facts = healthy();
    devices[0].mtu = 1500;
    assert_only(&facts, "mtu", EB_FINDING_WARNING, "1500");
    devices[0].mtu = 8900; /* EC2 User Guide, ENA Express */
    assert_only(&facts, NULL, EB_FINDING_OK, "");
    strcpy(facts.throttled, "pps 3 on ens5");
    assert_only(&facts, "ena-allowance", EB_FINDING_WARNING, "pps 3");
}

static void test_efa_only(void **state)
{
    (void)state;
    struct eb_node_facts facts = healthy();
    facts.inventory.devices = devices + 1; /* the EFA alone */
    facts.inventory.device_count = 1;
    assert_only(&facts, "efa-only", EB_FINDING_WARNING, "no IP");
    facts = healthy();
    devices[2] = devices[1];
    facts.inventory.device_count = 3;
    facts.efa_devices = facts.efa_functions = facts.uverbs = 2;
    assert_only(&facts, "efa-only", EB_FINDING_OK, "1 EFA-only");
}

static void test_numa(void **state)
{
    (void)state;
    struct eb_node_facts facts = healthy();
    eb_cpu_set_parse("18-20", &facts.cpus);
    assert_only(&facts, "numa", EB_FINDING_WARNING, "rdmap0s6 on node 0");
    devices[1].numa_node = 1;
    assert_only(&facts, "numa", EB_FINDING_OK, "node 1");
    devices[1].numa_node = -1;
    assert_only(&facts, "numa", EB_FINDING_UNKNOWN, "");
    facts.inventory.numa_nodes = 1;
    assert_only(&facts, "numa", EB_FINDING_OK, "one NUMA node");
}

static void test_libfabric(void **state)
{
    (void)state;
    struct eb_node_facts facts = healthy();
    strcpy(facts.libfabric.version, "1.16");
    assert_only(&facts, "libfabric", EB_FINDING_WRONG, "1.16");
    strcpy(facts.libfabric.version, "1.9"); /* nine is before seventeen */
    assert_only(&facts, "libfabric", EB_FINDING_WRONG, "1.9");
    strcpy(facts.libfabric.version, "2.1");
    assert_only(&facts, NULL, EB_FINDING_OK, "");
    strcpy(facts.libfabric.path, "/usr/lib/libfabric.so.1");
    assert_only(&facts, "libfabric", EB_FINDING_WARNING, "/usr/lib");
    facts.installer[0] = '\0'; /* without an installer the system's is as good */
    assert_only(&facts, NULL, EB_FINDING_OK, "");
    facts = healthy();
    facts.libfabric.lists_efa = EB_KNOWN_NO;
    assert_only(&facts, "efa-provider", EB_FINDING_WRONG, "does not list");
    facts.libfabric.lists_efa = EB_KNOWN_NOT;
    strcpy(facts.libfabric.died, "signal 6");
    assert_only(&facts, "efa-provider", EB_FINDING_WRONG, "signal 6");
    facts = healthy();
    strcpy(facts.installer, "1.21.0");
    assert_only(&facts, "installer", EB_FINDING_WARNING, "1.21.0");
}

static void test_variables(void **state)
{
    (void)state;
    struct eb_node_facts facts = healthy();
    SET(&facts, "A=1\0FI_EFA_MTU_SIZE=4096");
    assert_only(&facts, "env-abort", EB_FINDING_WRONG, "FI_EFA_MTU_SIZE=4096");
    SET(&facts, "FI_EFA_TX_MIN_CREDITS=-3");
    assert_only(&facts, "env-abort", EB_FINDING_WRONG, "-3");
    SET(&facts, "FI_EFA_TX_MIN_CREDITS=64");
    assert_only(&facts, NULL, EB_FINDING_OK, "");
    SET(&facts, "FI_EFA_IFACE=");
    assert_only(&facts, "env-abort", EB_FINDING_WRONG, "empty");
    SET(&facts, "FI_EFA_IFACE=rdmap0s6,rdmap0s7");
    assert_only(&facts, "env-abort", EB_FINDING_WRONG, "'rdmap0s7'");
    SET(&facts, "FI_EFA_IFACE=rdmap0s6");
    assert_only(&facts, NULL, EB_FINDING_OK, "");
    SET(&facts, "FI_EFA_IFACE=all");
    assert_only(&facts, NULL, EB_FINDING_OK, "");
    SET(&facts, "FI_EFA_USE_DEVICE_RDMA=1");
    assert_only(&facts, "env-rdma", EB_FINDING_WRONG, "c5n.18xlarge"); /* fi_efa(7): aborts */
    strcpy(facts.inventory.instance, "g5g.16xlarge");                  /* another family than g5 */
    assert_only(&facts, "env-rdma", EB_FINDING_WARNING, "=1");
    strcpy(facts.inventory.instance, "");
    assert_only(&facts, "env-rdma", EB_FINDING_WARNING, "=1");
    strcpy(facts.inventory.instance, "c5n.9xlarge");
    SET(&facts, "FI_EFA_USE_DEVICE_RDMA=0");
    assert_only(&facts, NULL, EB_FINDING_OK, "");
    SET(&facts, "XFI_EFA_MTU_SIZE=1\0FI_EFA_MTU_SIZES=2");
    assert_only(&facts, NULL, EB_FINDING_OK, "");
}

/* fi_provider(7): a list of names, and those to leave out behind a '^'. */
static void test_provider_filter(void **state)
{
    (void)state;
    struct eb_node_facts facts = healthy();
    SET(&facts, "FI_PROVIDER=tcp");
    assert_only(&facts, "env-provider", EB_FINDING_WRONG, "tcp");
    SET(&facts, "FI_PROVIDER=tcp,efa");
    assert_only(&facts, NULL, EB_FINDING_OK, "");
    SET(&facts, "FI_PROVIDER=^shm,tcp");
    assert_only(&facts, NULL, EB_FINDING_OK, "");
    SET(&facts, "FI_PROVIDER=^efa");
    assert_only(&facts, "env-provider", EB_FINDING_WRONG, "^efa");
    SET(&facts, "FI_PROVIDER=");
    assert_only(&facts, NULL, EB_FINDING_OK, "");
    SET(&facts, "FI_PROVIDER=efax");
    assert_only(&facts, "env-provider", EB_FINDING_WRONG, "efax");
}

static void test_fork_and_intel_mpi(void **state)
{
    (void)state;
    struct eb_node_facts facts = healthy();
    SET(&facts, "FI_EFA_FORK_SAFE=1\0RDMAV_HUGEPAGES_SAFE=1");
    assert_only(&facts, "fork-safe", EB_FINDING_WRONG, "RDMAV_HUGEPAGES_SAFE");
    SET(&facts, "RDMAV_FORK_SAFE=1\0FI_EFA_USE_HUGE_PAGE=1");
    assert_only(&facts, "fork-safe", EB_FINDING_WRONG, "FI_EFA_USE_HUGE_PAGE");
    SET(&facts, "RDMAV_FORK_SAFE=1");
    strcpy(facts.kernel, "4.14.1");
    assert_only(&facts, NULL, EB_FINDING_OK, "");
    SET(&facts, "A=1");
    assert_only(&facts, "fork-safe", EB_FINDING_WARNING, "4.14.1");
    facts = healthy();
    SET(&facts, "I_MPI_ROOT=/opt/intel");
    assert_only(&facts, "intel-mpi", EB_FINDING_WARNING, "came with it");
    SET(&facts, "I_MPI_ROOT=/opt/intel\0I_MPI_OFI_LIBRARY_INTERNAL=1");
    assert_only(&facts, "intel-mpi", EB_FINDING_WARNING, "its own");
    SET(&facts, "I_MPI_ROOT=/opt/intel\0I_MPI_OFI_LIBRARY_INTERNAL=0");
    assert_only(&facts, NULL, EB_FINDING_OK, "");
}

static enum eb_verdict verdict_of(const struct eb_node_facts *facts)
{
    struct eb_finding findings[EB_CHECKS_MAX];
    eb_doctor_look(facts, findings);
    return eb_doctor_verdict(findings);
}

static void test_no_efa(void **state)
{
    (void)state;
    struct eb_node_facts facts = healthy();
    assert_int_equal(verdict_of(&facts), EB_VERDICT_READY);
    facts.memlock_bytes = 65536;
    assert_int_equal(verdict_of(&facts), EB_VERDICT_WRONG);
    facts.inventory.device_count = 1; /* the ENA is left */
    facts.efa_devices = facts.efa_functions = facts.uverbs = 0;
    assert_int_equal(verdict_of(&facts), EB_VERDICT_NO_EFA);
    assert_only(&facts, "efa", EB_FINDING_ABSENT, "can have 1");
    strcpy(facts.inventory.instance, "c5.4xlarge");
    assert_only(&facts, "efa", EB_FINDING_ABSENT, "Elastic Network Adapter");
    strcpy(facts.inventory.instance, "HVM domU");
    strcpy(devices[0].driver, "ixgbevf");
    assert_only(&facts, "efa", EB_FINDING_ABSENT, "82599");
    strcpy(devices[0].driver, "e1000e");
    strcpy(facts.inventory.instance, "ThinkStation");
    strcpy(facts.inventory.vendor, "LENOVO");
    facts.is_aws = 0;
    assert_only(&facts, "efa", EB_FINDING_ABSENT, "no AWS instance (LENOVO)");
}

static void test_cpu_lists(void **state)
{
    (void)state;
    struct eb_cpu_set a;
    struct eb_cpu_set b;
    char text[40];
    static const char *const bad[] = {"1-", "-1", "a", "1,,2", "1,", "3-1", "4096", "0-99999999999", "1 2"};
    assert_true(eb_cpu_set_parse("0-2,8,10-11", &a));
    assert_int_equal(eb_cpu_set_count(&a), 6);
    assert_string_equal(eb_cpu_set_format(&a, text, sizeof text), "0-2,8,10-11");
    assert_string_equal(eb_cpu_set_format(&a, text, 8), "0-2...");
    assert_true(eb_cpu_set_parse("2,8", &b));
    assert_true(eb_cpu_set_within(&b, &a));
    assert_false(eb_cpu_set_within(&a, &b));
    assert_true(eb_cpu_sets_meet(&a, &b));
    assert_true(eb_cpu_set_parse("3-7,4095", &b));
    assert_false(eb_cpu_sets_meet(&a, &b));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(eb_cpu_set_parse(bad[i], &a));
        assert_int_equal(eb_cpu_set_first(&a), -1);
    }
}

/* nodes[i] is on host "n<i>", unless told otherwise. */
static struct eb_rank_report *ranks_of(size_t count)
{
    struct eb_rank_report *ranks = calloc(count, sizeof *ranks);
    for (size_t i = 0; i < count; i++) {
        struct eb_node_facts facts = healthy();
        snprintf(facts.host, sizeof facts.host, "n%zu", i);
        eb_rank_report_make(&facts, &ranks[i]);
    }
    return ranks;
}

static const struct eb_finding *across(const struct eb_nodes *nodes, const char *id)
{
    for (size_t i = 0; i < EB_ACROSS_COUNT; i++)
        if (strcmp(eb_across_at(i)->id, id) == 0)
            return &nodes->across[i];
    fail_msg("nothing across is called %s", id);
    return NULL;
}

static void test_the_odd_one_out(void **state)
{
    (void)state;
    struct eb_nodes nodes;
    struct eb_rank_report *ranks = ranks_of(4);
    struct eb_node_facts facts = healthy();
    strcpy(facts.host, "n2");
    facts.memlock_bytes = 65536;
    eb_rank_report_make(&facts, &ranks[2]);
    strcpy(ranks[3].host, "n0"); /* two ranks there */
    assert_int_equal(eb_nodes_make(ranks, 4, &nodes, NULL), EB_OK);
    assert_int_equal(nodes.count, 3);
    assert_int_equal(nodes.nodes[0].ranks, 2);
    assert_int_equal(nodes.nodes[0].found_by[0], 0);
    for (size_t node = 0; node < 3; node++)
        for (size_t check = 0; check < eb_check_count(); check++)
            assert_int_equal(eb_node_is_odd(&nodes, node, check),
                             node == 2 && strcmp(eb_check_at(check)->id, "memlock") == 0);
    assert_int_equal(eb_nodes_verdict(&nodes), EB_VERDICT_WRONG);
    for (size_t i = 0; i < EB_ACROSS_COUNT; i++)
        assert_int_equal(nodes.across[i].state, EB_FINDING_OK);
    eb_nodes_free(&nodes);
    /* limits are a process's own: one rank of a node is enough */
    strcpy(ranks[3].host, "n3");
    strcpy(ranks[2].host, "n3");
    assert_int_equal(eb_nodes_make(ranks, 4, &nodes, NULL), EB_OK);
    assert_int_equal(nodes.count, 3);
    assert_int_equal(eb_nodes_verdict(&nodes), EB_VERDICT_WRONG);
    for (size_t check = 0; check < eb_check_count(); check++)
        assert_int_equal(nodes.nodes[2].found_by[check], 2); /* the worst, or the first of equals */
    eb_nodes_free(&nodes);
    eb_nodes_free(NULL);
    free(ranks);
}

static void assert_across(struct eb_rank_report *ranks, int count, const char *id,
                          enum eb_finding_state state, const char *words)
{
    struct eb_nodes nodes;
    assert_int_equal(eb_nodes_make(ranks, count, &nodes, NULL), EB_OK);
    const struct eb_finding *finding = across(&nodes, id);
    if (finding->state != state || !strstr(finding->found, words))
        fail_msg("%s is %s: %s", id, eb_finding_state_name(finding->state), finding->found);
    assert_int_equal(eb_nodes_verdict(&nodes),
                     state == EB_FINDING_WRONG ? EB_VERDICT_WRONG : EB_VERDICT_READY);
    eb_nodes_free(&nodes);
}

static void test_between_nodes(void **state)
{
    (void)state;
    struct eb_rank_report *ranks = ranks_of(3);
    strcpy(ranks[1].subnets, "10.0.1.0/24");
    assert_across(ranks, 3, "subnet", EB_FINDING_WARNING, "10.0.1.0/24 on n1");
    ranks[1].subnets[0] = '\0';
    assert_across(ranks, 3, "subnet", EB_FINDING_WARNING, "10.0.0.0/24 on n0, unknown on n1");
    strcpy(ranks[1].subnets, ranks[0].subnets);
    assert_across(ranks, 3, "subnet", EB_FINDING_OK, "10.0.0.0/24");
    for (int i = 0; i < 3; i++)
        ranks[i].subnets[0] = '\0';
    assert_across(ranks, 3, "subnet", EB_FINDING_UNKNOWN, "no rank can tell its subnet");
    strcpy(ranks[2].libfabric, "2.1 /usr/lib/libfabric.so.1");
    assert_across(ranks, 3, "libfabric", EB_FINDING_WARNING, "2.1");
    strcpy(ranks[2].instance, "c5n.9xlarge");
    assert_across(ranks, 3, "instance", EB_FINDING_WARNING, "c5n.9xlarge on n2");
    assert_across(ranks, 1, "same-host", EB_FINDING_OK, "1 rank on 1 host");
    assert_across(ranks, 2, "same-host", EB_FINDING_OK, "2 ranks on 2 hosts");
    strcpy(ranks[1].host, "n0");
    assert_across(ranks, 2, "same-host", EB_FINDING_WARNING, "all 2 ranks");
    free(ranks);
}

/* A rank that has no libfabric beside one that has; paths whose difference is at their ends, or before. */
static void test_texts_that_differ(void **state)
{
    (void)state;
    static const char deep[] =
        "/a/path/that/is/longer/than/what/there/is/room/for/in/a/line/of/a/finding/alas/";
    struct eb_rank_report *ranks = ranks_of(2);
    strcpy(ranks[0].libfabric, "");
    assert_across(ranks, 2, "libfabric", EB_FINDING_WARNING, "unknown on n0, 1.19 /opt");
    strcpy(ranks[0].libfabric, ranks[1].libfabric);
    strcpy(ranks[1].libfabric, "");
    assert_across(ranks, 2, "libfabric", EB_FINDING_WARNING, "unknown on n1");
    strcpy(ranks[1].host, "n0");
    assert_across(ranks, 2, "libfabric", EB_FINDING_WARNING, "unknown on rank 1");
    strcpy(ranks[1].host, "n1");
    for (int i = 0; i < 2; i++)
        snprintf(ranks[i].libfabric, sizeof ranks[i].libfabric, "1.19 %s%c/libfabric.so.1", deep, "XY"[i]);
    assert_across(ranks, 2, "libfabric", EB_FINDING_WARNING, "X/libfabric.so.1 on n0");
    assert_across(ranks, 2, "libfabric", EB_FINDING_WARNING, "Y/libfabric.so.1 on n1");
    for (int i = 0; i < 2; i++)
        snprintf(ranks[i].libfabric, sizeof ranks[i].libfabric, "1.1%d %s%s/libfabric.so.1", i + 8, deep,
                 deep);
    assert_across(ranks, 2, "libfabric", EB_FINDING_WARNING, "1.18 /a/path");
    assert_across(ranks, 2, "libfabric", EB_FINDING_WARNING, "1.19 /a/path");
    free(ranks);
}

static void test_cores_between_ranks(void **state)
{
    (void)state;
    struct eb_rank_report *ranks = ranks_of(2);
    eb_cpu_set_parse("3", &ranks[0].cpus);
    eb_cpu_set_parse("3", &ranks[1].cpus);
    ranks[0].core = ranks[1].core = 3;
    assert_across(ranks, 2, "cores", EB_FINDING_OK, ""); /* of different hosts */
    strcpy(ranks[1].host, "n0");
    assert_across(ranks, 2, "cores", EB_FINDING_WARNING, "2 ranks have CPUs 3");
    eb_cpu_set_parse("39", &ranks[1].cpus);
    assert_across(ranks, 2, "cores", EB_FINDING_WARNING, "ranks 0 and 1 are hardware threads");
    ranks[1].core = 4;
    assert_across(ranks, 2, "cores", EB_FINDING_OK, "");
    free(ranks);
}

static void test_one_node_without_efa(void **state)
{
    (void)state;
    struct eb_nodes nodes;
    struct eb_rank_report *ranks = ranks_of(2);
    struct eb_node_facts facts = healthy();
    facts.efa_devices = facts.efa_functions = facts.uverbs = 0;
    facts.inventory.device_count = 1;
    strcpy(facts.host, "n1");
    eb_rank_report_make(&facts, &ranks[1]);
    assert_int_equal(eb_nodes_make(ranks, 2, &nodes, NULL), EB_OK);
    assert_int_equal(eb_nodes_verdict(&nodes), EB_VERDICT_WRONG);
    eb_nodes_free(&nodes);
    assert_int_equal(eb_nodes_make(ranks + 1, 1, &nodes, NULL), EB_OK);
    assert_int_equal(eb_nodes_verdict(&nodes), EB_VERDICT_NO_EFA);
    eb_nodes_free(&nodes);
    free(ranks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_limits_and_pages),
        cmocka_unit_test(test_host),
        cmocka_unit_test(test_devices),
        cmocka_unit_test(test_efa_only),
        cmocka_unit_test(test_numa),
        cmocka_unit_test(test_libfabric),
        cmocka_unit_test(test_variables),
        cmocka_unit_test(test_provider_filter),
        cmocka_unit_test(test_fork_and_intel_mpi),
        cmocka_unit_test(test_no_efa),
        cmocka_unit_test(test_cpu_lists),
        cmocka_unit_test(test_the_odd_one_out),
        cmocka_unit_test(test_between_nodes),
        cmocka_unit_test(test_texts_that_differ),
        cmocka_unit_test(test_cores_between_ranks),
        cmocka_unit_test(test_one_node_without_efa),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
