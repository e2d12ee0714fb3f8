#include "measure/doctor/nodes.h"

#include "measure/doctor/checks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUBNET, CORES, LIBFABRIC, INSTANCE, SAME_HOST };

static const struct eb_check across[EB_ACROSS_COUNT] = {
    [SUBNET] =
        {.id = "subnet",
         .what = "one subnet for all nodes",
         .why = "AWS's guides keep OS-bypass traffic in one subnet; whether it reaches others of the same "
                "Availability Zone depends on the type and the date. Network ACLs act between subnets.",
         .mend = "launch all instances into one subnet; the zones: aws ec2 describe-subnets",
         .source = "EC2 User Guide, Elastic Fabric Adapter"},
    [CORES] = {.id = "cores",
               .what = "a core for each rank",
               .why = "Ranks spin; on one core they take turns, as hardware threads they slow each other.",
               .mend = "mpirun --bind-to core (Slurm: --hint=nomultithread)",
               .source = "mpirun(1)"},
    [LIBFABRIC] = {.id = "libfabric",
                   .what = "one libfabric for all ranks",
                   .why = "Versions that differ speak protocols that may differ, and figures are of neither.",
                   .mend = "install the same everywhere; mpirun -x LD_LIBRARY_PATH",
                   .source = "libfabric, fi_efa(7)"},
    [INSTANCE] = {.id = "instance",
                  .what = "one instance type",
                  .why = "A pair is as quick as the slower of the two.",
                  .mend = "launch instances of one type",
                  .source = "EC2 User Guide, instance network bandwidth"},
    [SAME_HOST] = {.id = "same-host",
                   .what = "ranks on different hosts",
                   .why = "On one host bytes cross no adapter, whatever the figures are called.",
                   .mend = "mpirun --map-by node --host A,B",
                   .source = "libfabric, fi_efa(7): FI_EFA_ENABLE_SHM_TRANSFER"},
};

const struct eb_check *eb_across_at(size_t index)
{
    return &across[index];
}

/* "10.0.0.0/24 on ens5, 10.0.1.0/24 on ens6" as "10.0.0.0/24 and 10.0.1.0/24": nodes may name devices each in
 * its way. What is written is never longer. */
static void without_devices(const char *subnets, char *text)
{
    while (*subnets) {
        size_t length = strcspn(subnets, " ");
        memcpy(text, subnets, length);
        text += length;
        subnets += strcspn(subnets, ",");
        if (strncmp(subnets, ", ", 2) == 0) {
            subnets += 2;
            text = stpcpy(text, " and ");
        }
    }
    *text = '\0';
}

void eb_rank_report_make(const struct eb_node_facts *facts, struct eb_rank_report *report)
{
    *report = (struct eb_rank_report){.cpus = facts->cpus, .core = facts->core};
    snprintf(report->host, sizeof report->host, "%s", facts->host[0] ? facts->host : "(no name)");
    snprintf(report->instance, sizeof report->instance, "%s", facts->inventory.instance);
    without_devices(facts->subnets, report->subnets);
    if (facts->libfabric.version[0])
        snprintf(report->libfabric, sizeof report->libfabric, "%s %s", facts->libfabric.version,
                 facts->libfabric.path);
    eb_doctor_look(facts, report->findings);
}

/* How bad a state is, to choose between the ranks of a node. */
static int badness(enum eb_finding_state state)
{
    static const int order[] = {[EB_FINDING_ABSENT] = 0,
                                [EB_FINDING_OK] = 1,
                                [EB_FINDING_UNKNOWN] = 2,
                                [EB_FINDING_WARNING] = 3,
                                [EB_FINDING_WRONG] = 4};
    return order[state];
}

static struct eb_node_report *find_node(struct eb_nodes *nodes, const char *host)
{
    for (size_t i = 0; i < nodes->count; i++)
        if (strcmp(nodes->nodes[i].first->host, host) == 0)
            return &nodes->nodes[i];
    return NULL;
}

static void add_rank(struct eb_nodes *nodes, const struct eb_rank_report *report, int rank)
{
    struct eb_node_report *node = find_node(nodes, report->host);
    if (!node) {
        node = &nodes->nodes[nodes->count++];
        *node = (struct eb_node_report){.first = report};
        memcpy(node->findings, report->findings, sizeof node->findings);
        for (size_t i = 0; i < eb_check_count(); i++)
            node->found_by[i] = rank;
    }
    node->ranks++;
    for (size_t i = 0; i < eb_check_count(); i++)
        if (badness(report->findings[i].state) > badness(node->findings[i].state)) {
            node->findings[i] = report->findings[i];
            node->found_by[i] = rank;
        }
}

static enum eb_finding_state most_frequent(const struct eb_nodes *nodes, size_t check)
{
    size_t votes[5] = {0};
    enum eb_finding_state best = EB_FINDING_OK;
    for (size_t i = 0; i < nodes->count; i++)
        votes[nodes->nodes[i].findings[check].state]++;
    for (int state = 0; state < 5; state++)
        if (votes[state] > votes[best] ||
            (votes[state] == votes[best] && badness((enum eb_finding_state)state) < badness(best)))
            best = (enum eb_finding_state)state;
    return best;
}

#define SHOWN 80

/* A text cut to SHOWN characters such that what differs from other stays. */
static void show(const char *one, const char *other, char text[SHOWN])
{
    size_t length = strlen(one);
    size_t same = 0;
    while (one[same] && one[same] == other[same])
        same++;
    size_t skipped = length >= SHOWN ? length - (SHOWN - 4) : 0;
    size_t context = same > 8 ? same - 8 : 0;
    if (skipped > context)
        skipped = context;
    if (length == 0)
        snprintf(text, SHOWN, "unknown");
    else
        snprintf(text, SHOWN, "%s%.*s", skipped ? "..." : "", SHOWN - 4, one + skipped);
}

/* The first rank whose text is not that of rank 0. One that knows nothing differs from one that does. */
static void compare(const struct eb_rank_report *reports, int ranks, size_t offset, size_t index,
                    struct eb_finding *finding)
{
    const char *theirs = (const char *)&reports[0] + offset;
    char texts[2][SHOWN];
    char where[2][40];
    for (int i = 1; i < ranks; i++) {
        const char *mine = (const char *)&reports[i] + offset;
        if (strcmp(mine, theirs) == 0)
            continue;
        show(theirs, mine, texts[0]);
        show(mine, theirs, texts[1]);
        int is_one_host = strcmp(reports[i].host, reports[0].host) == 0;
        snprintf(where[0], sizeof where[0], "%.30s", is_one_host ? "rank 0" : reports[0].host);
        snprintf(where[1], sizeof where[1], "%.30s", reports[i].host);
        if (is_one_host)
            snprintf(where[1], sizeof where[1], "rank %d", i);
        eb_finding_set(finding, EB_FINDING_WARNING, "%s on %s, %s on %s", texts[0], where[0], texts[1],
                       where[1]);
        return;
    }
    if (theirs[0])
        eb_finding_set(finding, EB_FINDING_OK, "%.200s", theirs);
    else
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "no rank can tell its %s", across[index].id);
}

/* More ranks within a mask than it has CPUs; else two ranks with one core's hardware threads each. */
static void compare_cores(const struct eb_rank_report *reports, int ranks, struct eb_finding *finding)
{
    char cpus[64];
    int known = 0;
    eb_finding_set(finding, EB_FINDING_OK, "no two ranks must share one");
    for (int i = 0; i < ranks; i++) {
        unsigned within = 0;
        int sibling = -1;
        unsigned count = eb_cpu_set_count(&reports[i].cpus);
        known += count > 0;
        for (int j = 0; j < ranks; j++) {
            if (strcmp(reports[i].host, reports[j].host) != 0 || eb_cpu_set_count(&reports[j].cpus) == 0)
                continue;
            within += eb_cpu_set_within(&reports[j].cpus, &reports[i].cpus) ? 1u : 0u;
            if (j > i && reports[i].core >= 0 && reports[i].core == reports[j].core)
                sibling = j;
        }
        if (count > 0 && within > count) {
            eb_finding_set(finding, EB_FINDING_WARNING, "%u ranks have CPUs %s of host %.64s", within,
                           eb_cpu_set_format(&reports[i].cpus, cpus, sizeof cpus), reports[i].host);
            return;
        }
        if (sibling >= 0)
            eb_finding_set(finding, EB_FINDING_WARNING,
                           "ranks %d and %d are hardware threads of one core (CPU %d) of host %.64s", i,
                           sibling, reports[i].core, reports[i].host);
    }
    if (known == 0)
        eb_finding_set(finding, EB_FINDING_UNKNOWN, "no rank could say which CPUs it has");
}

static void look_across(const struct eb_rank_report *reports, struct eb_nodes *nodes)
{
    int ranks = nodes->ranks;
    compare(reports, ranks, offsetof(struct eb_rank_report, subnets), SUBNET, &nodes->across[SUBNET]);
    compare_cores(reports, ranks, &nodes->across[CORES]);
    compare(reports, ranks, offsetof(struct eb_rank_report, libfabric), LIBFABRIC, &nodes->across[LIBFABRIC]);
    compare(reports, ranks, offsetof(struct eb_rank_report, instance), INSTANCE, &nodes->across[INSTANCE]);
    if (ranks > 1 && nodes->count == 1)
        eb_finding_set(&nodes->across[SAME_HOST], EB_FINDING_WARNING, "all %d ranks are on host %s", ranks,
                       reports[0].host);
    else
        eb_finding_set(&nodes->across[SAME_HOST], EB_FINDING_OK, "%d rank%s on %zu host%s", ranks,
                       ranks == 1 ? "" : "s", nodes->count, nodes->count == 1 ? "" : "s");
}

enum eb_status eb_nodes_make(const struct eb_rank_report *reports, int ranks, struct eb_nodes *nodes,
                             struct eb_error *err)
{
    *nodes = (struct eb_nodes){.ranks = ranks, .nodes = calloc((size_t)ranks, sizeof *nodes->nodes)};
    if (!nodes->nodes)
        return eb_error_set(err, EB_INTERNAL, "doctor", ENOMEM, "out of memory for %d nodes", ranks);
    for (int i = 0; i < ranks; i++)
        add_rank(nodes, &reports[i], i);
    for (size_t check = 0; check < eb_check_count(); check++)
        nodes->majority[check] = most_frequent(nodes, check);
    look_across(reports, nodes);
    return EB_OK;
}

void eb_nodes_free(struct eb_nodes *nodes)
{
    if (!nodes)
        return;
    free(nodes->nodes);
    *nodes = (struct eb_nodes){0};
}

int eb_node_is_odd(const struct eb_nodes *nodes, size_t node, size_t check)
{
    return nodes->nodes[node].findings[check].state != nodes->majority[check];
}

enum eb_verdict eb_nodes_verdict(const struct eb_nodes *nodes)
{
    size_t without = 0;
    int wrong = 0;
    for (size_t i = 0; i < nodes->count; i++) {
        enum eb_verdict verdict = eb_doctor_verdict(nodes->nodes[i].findings);
        without += verdict == EB_VERDICT_NO_EFA;
        wrong |= verdict == EB_VERDICT_WRONG;
    }
    if (without == nodes->count)
        return EB_VERDICT_NO_EFA;
    for (size_t i = 0; i < EB_ACROSS_COUNT; i++)
        wrong |= nodes->across[i].state == EB_FINDING_WRONG;
    return wrong || without > 0 ? EB_VERDICT_WRONG
                                : EB_VERDICT_READY; /* EFA here, none there: they cannot meet */
}
