#include "judge/ceiling.h"

#include "judge/report/origin.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *attribute(const json_t *arm, const char *name)
{
    return json_string_value(json_object_get(json_object_get(arm, "attributes"), name));
}

static const struct eb_adapter *by_word(const char *word)
{
    for (size_t i = 0; word && i < eb_adapter_count(); i++) {
        const struct eb_adapter *adapter = eb_adapter_at(i);
        if (strcasecmp(word, adapter->name) == 0 || strcasecmp(word, adapter->driver) == 0)
            return adapter;
    }
    return NULL;
}

/* The same of the beginning of a name: "ena36", "efa-2". */
static const struct eb_adapter *by_name(const char *name)
{
    for (size_t i = 0; name && i < eb_adapter_count(); i++) {
        size_t length = strlen(eb_adapter_at(i)->name);
        if (strncasecmp(name, eb_adapter_at(i)->name, length) == 0 && !isalpha((unsigned char)name[length]))
            return eb_adapter_at(i);
    }
    return NULL;
}

/* A provider that kernel TCP or UDP carries: over which interface, its name does not say. */
static int is_kernel_provider(const char *provider)
{
    static const char *const names[] = {"tcp", "net", "sockets", "udp"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(provider, names[i], strlen(names[i])) == 0)
            return 1;
    return 0;
}

/* "efa", "efa-direct", "efa;ofi_rxd". */
static int is_efa_provider(const char *provider)
{
    return provider && strncmp(provider, "efa", 3) == 0 && strchr("-;", provider[3]) != NULL;
}

/* MPI that passes its messages to libfabric, which opened the efa provider. */
static int mpi_took_efa(const json_t *arm)
{
    const char *mtl = attribute(arm, "mtl");
    size_t i;
    const json_t *provider;
    if (!mtl || strcmp(mtl, "ofi") != 0)
        return 0;
    json_array_foreach(json_object_get(json_object_get(arm, "attributes"), "providers"), i, provider)
    {
        if (is_efa_provider(json_string_value(provider)))
            return 1;
    }
    return 0;
}

const struct eb_adapter *eb_ceiling_adapter(const json_t *arm, int published)
{
    const char *provider = attribute(arm, "provider");
    const char *driver = attribute(arm, "driver");
    const char *interface = attribute(arm, "interface");
    if (attribute(arm, "adapter"))
        return by_word(attribute(arm, "adapter"));
    if (is_efa_provider(provider) || mpi_took_efa(arm))
        return eb_adapter_by_driver("efa");
    if (driver)
        return eb_adapter_by_driver(driver);
    if (interface)
        return by_word(interface);
    if (!published || (provider && !is_kernel_provider(provider)))
        return NULL;
    return by_name(json_string_value(json_object_get(arm, "name")));
}

uint64_t eb_ceiling_flows(const json_t *arm)
{
    const json_t *flows = json_object_get(json_object_get(arm, "attributes"), "flows");
    long long count = json_integer_value(flows);
    if (json_is_string(flows)) /* as claimed of figures that were imported */
        count = strtoll(json_string_value(flows), NULL, 10);
    return count > 0 ? (uint64_t)count : 0;
}

static const char *host_at(const json_t *ranks, uint64_t rank)
{
    return json_string_value(json_object_get(json_array_get(ranks, (size_t)rank), "host"));
}

/* How many hosts the ranks from first on have, by the first launch; 0 when it does not say. */
static uint64_t hosts_of(const json_t *record, uint64_t first, uint64_t count)
{
    const json_t *launch = json_array_get(json_object_get(record, "launches"), 0);
    const json_t *ranks = json_object_get(json_object_get(launch, "provenance"), "ranks");
    uint64_t hosts = 0;
    for (uint64_t i = 0; i < count; i++) {
        const char *host = host_at(ranks, first + i);
        if (!host)
            return 0;
        int seen = i > 0 && strcmp(host_at(ranks, first + i - 1), host) == 0;
        for (uint64_t j = 0; j < i && !seen; j++)
            seen = strcmp(host_at(ranks, first + j), host) == 0;
        hosts += !seen;
    }
    return hosts;
}

/* Of the whole record; 0 when it does not say. */
static uint64_t nodes_of(const json_t *record)
{
    json_t *hosts = eb_origin_hosts(record);
    size_t count = json_array_size(hosts);
    json_int_t nodes = json_integer_value(json_object_get(json_object_get(record, "run"), "nodes"));
    json_decref(hosts);
    return count > 0 ? count : nodes > 0 ? (uint64_t)nodes : 0;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t pairs_of(const struct eb_series *series)
{
    uint64_t pairs = series->published ? series->ranks / 2 : series->moved.pairs;
    return pairs > 0 ? pairs : 1;
}

/* Pair i is of rank i, which sends, and rank i + ranks / 2. */
static uint64_t sending_hosts(const json_t *record, const struct eb_series *series)
{
    uint64_t pairs = smaller(pairs_of(series), series->ranks);
    uint64_t hosts = smaller(hosts_of(record, 0, pairs), hosts_of(record, series->ranks / 2, pairs));
    if (hosts == 0)
        hosts = smaller(nodes_of(record) / 2, pairs);
    return hosts > 0 ? hosts : 1;
}

static const char *const titles[] = {[EB_ADAPTER_ENI] = "network",
                                     [EB_ADAPTER_ENA] = "network",
                                     [EB_ADAPTER_82599VF] = "network",
                                     [EB_ADAPTER_EFA] = "EFA"};

/* The line rate of one host whose ranks have as many endpoints, and what it is called. */
static double line_of_host(const struct eb_ceiling *ceiling, const struct eb_series *series,
                           const json_t *arm, uint64_t endpoints, char *name, size_t name_bytes)
{
    const struct eb_instance *instance = ceiling->instance;
    const char *transport = json_string_value(json_object_get(arm, "transport"));
    snprintf(name, name_bytes, "%s of %s", titles[ceiling->adapter->kind], instance->name);
    if (ceiling->adapter->kind != EB_ADAPTER_EFA)
        return ceiling->adapter->kind == instance->plain ? instance->network_gbps : 0;
    /* an endpoint of libfabric has one device; of MPI's and of others' figures nobody knows */
    if (series->published || !transport || strcmp(transport, "ofi") != 0 || endpoints >= instance->efa_count)
        return instance->efa_gbps;
    snprintf(name, name_bytes, "%llu of %u EFA devices of %s", (unsigned long long)endpoints,
             instance->efa_count, instance->name);
    return instance->efa_gbps / instance->efa_count * (double)endpoints;
}

/* Every host must send 2 (N - 1) / N of the bytes at least (Patarasuk and Yuan, JPDC 2009), with N hosts; the
 * bus bandwidth is in terms of n ranks. 0 when the bytes need no network. */
static double bus_share(uint64_t ranks, uint64_t hosts)
{
    if (ranks < 2 || hosts < 2)
        return 0;
    return (double)(ranks - 1) / (double)ranks * (double)hosts / (double)(hosts - 1);
}

/* What 1 Gb/s in one direction is in the unit of the series; 0 where that means nothing. */
static double unit_of_gbps(const struct eb_series *series)
{
    double bytes_per_s = 1e9 / 8;
    double directions = strcmp(series->kernel->name, "bibandwidth") == 0 ? 2 : 1;
    switch (series->metric->amount) {
    case EB_AMOUNT_BYTES:
    case EB_AMOUNT_BUS:
        return strcmp(series->metric->unit, "MB/s") == 0 ? bytes_per_s * directions / 1e6 : 0;
    case EB_AMOUNT_MESSAGES:
        return series->size_bytes > 0 ? bytes_per_s / (double)series->size_bytes : 0;
    case EB_AMOUNT_NONE:
        break;
    }
    return 0;
}

void eb_ceiling_of(const json_t *record, const json_t *arm, const struct eb_series *series,
                   struct eb_ceiling *ceiling)
{
    struct eb_ceiling made = {.instance = eb_instance_find(eb_origin_instance(record)),
                              .adapter = eb_ceiling_adapter(arm, series->published),
                              .per_gbps = unit_of_gbps(series)};
    *ceiling = (struct eb_ceiling){.line = NAN};
    if (!made.instance || !made.adapter || made.per_gbps <= 0)
        return;
    uint64_t pairs = pairs_of(series);
    uint64_t hosts = sending_hosts(record, series);
    uint64_t endpoints = pairs / hosts + (pairs % hosts != 0);
    double times = (double)hosts;
    if (series->metric->amount == EB_AMOUNT_BUS) {
        uint64_t nodes = hosts_of(record, 0, series->ranks);
        nodes = nodes > 0 ? nodes : nodes_of(record);
        times = bus_share(series->ranks, nodes);
        endpoints = nodes > 0 ? series->ranks / nodes + (series->ranks % nodes != 0) : series->ranks;
        if (times <= 0)
            return;
    }
    made.line_gbps = line_of_host(&made, series, arm, endpoints, made.name, sizeof made.name) * times;
    made.line = made.line_gbps > 0 ? made.line_gbps * made.per_gbps : NAN;
    made.one_flow = made.adapter->kind == EB_ADAPTER_ENA && made.instance->plain == EB_ADAPTER_ENA &&
                    pairs == 1 && eb_ceiling_flows(arm) == 1 && series->metric->amount != EB_AMOUNT_BUS;
    if (made.line_gbps > 0 || made.one_flow)
        *ceiling = made;
}

double eb_ceiling_cap(const struct eb_ceiling *ceiling, const struct eb_flow_cap *cap)
{
    return ceiling->adapter && ceiling->one_flow ? cap->gbps * ceiling->per_gbps : NAN;
}

const struct eb_flow_cap *eb_ceiling_usual_cap(void)
{
    for (size_t i = 0; i < eb_flow_cap_count(); i++)
        if (strcmp(eb_flow_cap_at(i)->name, "placement-group") == 0)
            return eb_flow_cap_at(i);
    return eb_flow_cap_at(eb_flow_cap_count() - 1);
}

int eb_ceiling_is_exceeded(const struct eb_ceiling *ceiling, double value)
{
    double highest = eb_ceiling_cap(ceiling, eb_flow_cap_at(eb_flow_cap_count() - 1));
    return ceiling->adapter && (value > ceiling->line || value > highest); /* NAN compares as no */
}

enum eb_status eb_ceilings_of_set(const json_t *record, const struct eb_series_set *set,
                                  struct eb_ceiling **ceilings, struct eb_error *err)
{
    *ceilings = calloc(set->count, sizeof **ceilings);
    if (!*ceilings)
        return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for the ceilings");
    for (size_t i = 0; i < set->count; i++)
        eb_ceiling_of(record, set->arms[set->series[i].arm_index], &set->series[i], &(*ceilings)[i]);
    return EB_OK;
}
