#include "judge/claim.h"

#include "common/arm.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct eb_adapter *eb_adapter_of_kind(enum eb_adapter_kind kind)
{
    size_t i = 0;
    while (eb_adapter_at(i)->kind != kind)
        i++;
    return eb_adapter_at(i);
}

const char *eb_adapter_word(const struct eb_adapter *adapter)
{
    switch (adapter->kind) {
    case EB_ADAPTER_EFA:
        return "EFA";
    case EB_ADAPTER_ENA:
        return "ENA";
    case EB_ADAPTER_82599VF:
        return "82599 VF";
    case EB_ADAPTER_ENI:
        return "plain ENI";
    }
    return adapter->name;
}

int eb_instance_has(const struct eb_instance *instance, const struct eb_adapter *adapter)
{
    if (adapter->kind == EB_ADAPTER_EFA)
        return instance->efa_count > 0;
    return adapter->kind == EB_ADAPTER_ENI || adapter->kind == instance->plain; /* every type has ENIs */
}

/* The adapter that the first length bytes of text are a word for, digits behind it or not ("efa", "ena36").
 */
static const struct eb_adapter *adapter_word(const char *text, size_t length)
{
    static const struct {
        const char *word;
        enum eb_adapter_kind kind;
    } words[] = {{"efa", EB_ADAPTER_EFA},         {"ena", EB_ADAPTER_ENA},
                 {"eni", EB_ADAPTER_ENI},         {"vif", EB_ADAPTER_ENI},
                 {"82599vf", EB_ADAPTER_82599VF}, {"82599", EB_ADAPTER_82599VF},
                 {"ixgbevf", EB_ADAPTER_82599VF}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t at = strlen(words[i].word);
        if (length < at || strncasecmp(text, words[i].word, at) != 0)
            continue;
        while (at < length && isdigit((unsigned char)text[at]))
            at++;
        if (at == length)
            return eb_adapter_of_kind(words[i].kind);
    }
    return NULL;
}

static size_t word_length(const char *text)
{
    size_t length = 0;
    while (isalnum((unsigned char)text[length]))
        length++;
    return length;
}

/* Of the first word of text that is one. */
static const struct eb_adapter *adapter_in(const char *text)
{
    while (text && *text) {
        size_t length = word_length(text);
        const struct eb_adapter *adapter = adapter_word(text, length);
        if (adapter)
            return adapter;
        text += length ? length : 1;
    }
    return NULL;
}

/* What one row says. */
struct said {
    enum eb_claim_kind kind;
    const struct eb_adapter *adapter;
    int kernel; /* TCP or UDP of the kernel, over whichever adapter: anything but EFA */
    const char *by;
    char word[40];
};

/* Everything that one arm says, row by row. */
#define SAID_MAX 16
struct reading {
    struct said said[SAID_MAX];
    size_t count;
};

static struct said silence(const char *by)
{
    return (struct said){.kind = EB_CLAIM_NONE, .by = by};
}

static struct said adapter_said(const struct eb_adapter *adapter, const char *by, const char *word)
{
    struct said said = silence(by);
    if (adapter) {
        said.kind = EB_CLAIM_ADAPTER;
        said.adapter = adapter;
    }
    snprintf(said.word, sizeof said.word, "%s", word);
    return said;
}

static struct said kind_said(enum eb_claim_kind kind, const char *by, const char *word)
{
    struct said said = {.kind = kind, .by = by};
    snprintf(said.word, sizeof said.word, "%s", word);
    return said;
}

static struct said kernel_said(const char *by, const char *word)
{
    struct said said = kind_said(EB_CLAIM_NONE, by, word);
    said.kernel = 1;
    return said;
}

static int is_any(const char *word, const char *const *words)
{
    while (*words && strcmp(*words, word) != 0)
        words++;
    return *words != NULL;
}

/* One part of a provider's name, which has several when it is layered: "tcp;ofi_rxm". */
static struct said provider_part(const char *part, const char *by)
{
    static const char *const efa[] = {"efa", "efa-direct", NULL};
    static const char *const kernel[] = {"tcp", "net", "sockets", "udp", NULL};
    static const char *const local[] = {"shm", "sm2", NULL};
    if (is_any(part, efa))
        return adapter_said(eb_adapter_of_kind(EB_ADAPTER_EFA), by, part);
    if (is_any(part, kernel))
        return kernel_said(by, part);
    if (is_any(part, local))
        return kind_said(EB_CLAIM_LOCAL, by, part);
    if (part[0] == '\0' || strncmp(part, "ofi_", 4) == 0 || strncmp(part, "off_", 4) == 0)
        return silence(by); /* a layer above another */
    return kind_said(EB_CLAIM_FOREIGN, by, part);
}

static struct said provider_said(const char *provider, const char *by)
{
    struct said said = silence(by);
    while (provider && *provider && said.kind == EB_CLAIM_NONE && !said.kernel) {
        char part[40];
        size_t length = strcspn(provider, ";");
        snprintf(part, sizeof part, "%.*s", (int)length, provider);
        said = provider_part(part, by);
        provider += length + (provider[length] == ';');
    }
    return said;
}

static struct said interface_said(const char *interface)
{
    if (!interface)
        return silence("interface");
    if (strcmp(interface, "lo") == 0 || strncmp(interface, "127.", 4) == 0)
        return kind_said(EB_CLAIM_LOCAL, "interface", interface);
    if (strncmp(interface, "efa_", 4) == 0)
        return adapter_said(eb_adapter_of_kind(EB_ADAPTER_EFA), "interface", interface);
    return adapter_said(adapter_in(interface), "interface", interface);
}

static struct said transport_said(const char *transport)
{
    static const char *const foreign[] = {"verbs", "ucx", "psm", "psm2", "psm3", "opx", NULL};
    if (strcmp(transport, "null") == 0)
        return kind_said(EB_CLAIM_NOTHING, "transport", transport);
    if (strcmp(transport, "inproc") == 0)
        return kind_said(EB_CLAIM_LOCAL, "transport", transport);
    if (strcmp(transport, "sockets") == 0)
        return kernel_said("transport", transport);
    return is_any(transport, foreign) ? kind_said(EB_CLAIM_FOREIGN, "transport", transport)
                                      : silence("transport");
}

/* MPI that passes its messages to libfabric: what libfabric opened, of which EFA is never a bystander. */
static struct said mpi_said(const json_t *attributes)
{
    const char *mtl = json_string_value(json_object_get(attributes, "mtl"));
    const char *device = json_string_value(json_object_get(attributes, "mpich_device"));
    struct said said = silence("provider");
    size_t i;
    const json_t *provider;
    if ((!mtl || strcmp(mtl, "ofi") != 0) && (!device || !strstr(device, "ofi")))
        return said;
    json_array_foreach(json_object_get(attributes, "providers"), i, provider)
    {
        struct said one = provider_said(json_string_value(provider), "provider");
        if (one.kind == EB_CLAIM_ADAPTER)
            return one;
        if (one.kernel)
            said = one;
    }
    return said;
}

static struct said driver_said(const char *driver)
{
    if (!driver)
        return silence("driver");
    const struct eb_adapter *adapter = eb_adapter_by_driver(driver);
    return adapter ? adapter_said(adapter, "driver", driver) : kind_said(EB_CLAIM_FOREIGN, "driver", driver);
}

static struct said source_said(const char *word)
{
    if (!word)
        return silence("adapter");
    const struct eb_adapter *adapter = adapter_word(word, strlen(word));
    return adapter ? adapter_said(adapter, "adapter", word) : kind_said(EB_CLAIM_FOREIGN, "adapter", word);
}

static struct said protocol_said(const char *protocol)
{
    static const char *const kernel[] = {"tcp", "udp", NULL};
    return protocol && is_any(protocol, kernel) ? kernel_said("protocol", protocol) : silence("protocol");
}

static struct said path_said(const char *path)
{
    if (path && (strcasestr(path, "shared memory") || strcasestr(path, "loopback")))
        return kind_said(EB_CLAIM_LOCAL, "path", path);
    return adapter_said(adapter_in(path), "path", path ? path : "");
}

static void add(struct reading *reading, struct said said)
{
    if (said.kind != EB_CLAIM_NONE || said.kernel)
        reading->said[reading->count++] = said;
}

/* Only what is on no adapter, of rows that may speak of one later on. */
static void add_local(struct reading *reading, struct said said)
{
    if (said.kind == EB_CLAIM_LOCAL || said.kind == EB_CLAIM_NOTHING)
        add(reading, said);
}

/* Whether what was said cannot be where somebody else speaks of this adapter. */
static int contradicts(const struct said *said, const struct eb_adapter *adapter)
{
    int eni = adapter->kind == EB_ADAPTER_ENI;
    if (said->kind != EB_CLAIM_ADAPTER)
        return said->kind != EB_CLAIM_NONE || (said->kernel && adapter->kind == EB_ADAPTER_EFA);
    if (said->adapter->kind != EB_ADAPTER_EFA && (eni || said->adapter->kind == EB_ADAPTER_ENI))
        return 0; /* each of them is an elastic network interface */
    return said->adapter != adapter;
}

/* A claim against the rows that go before it. */
static void hold(struct eb_arm_claim *claim, const struct reading *reading, const char *how, const char *word,
                 const struct eb_adapter *adapter)
{
    for (size_t i = 0; adapter && !claim->contradiction[0] && i < reading->count; i++) {
        const struct said *said = &reading->said[i];
        if (contradicts(said, adapter))
            snprintf(claim->contradiction, sizeof claim->contradiction, "%s %.40s, but its %s is %s", how,
                     word, said->by, said->word);
    }
}

static const struct eb_adapter *efa_of(const char *provider)
{
    return provider_said(provider, "provider").adapter;
}

/* A count that a specification has as text and a transport as number. */
static uint64_t count_in(const json_t *attributes, const struct eb_arm *arm, const char *key)
{
    const json_t *value = json_object_get(attributes, key);
    const char *text = arm ? eb_arm_key(arm, key, NULL) : NULL;
    if (json_is_integer(value) && json_integer_value(value) > 0)
        return (uint64_t)json_integer_value(value);
    if (!text)
        text = json_string_value(value);
    long long count = text ? strtoll(text, NULL, 10) : 0;
    return count > 0 ? (uint64_t)count : 0;
}

static const char *text_in(const json_t *attributes, const char *key)
{
    return json_string_value(json_object_get(attributes, key));
}

/* Rows (a) to (g); spec may be NULL. */
static void read_rows(struct reading *reading, const char *transport, const json_t *attributes,
                      const struct eb_arm *spec)
{
    const char *provider = text_in(attributes, "provider");
    add(reading, transport_said(transport));
    add_local(reading, provider_said(provider, "provider"));
    add_local(reading, interface_said(text_in(attributes, "interface")));
    if (spec && !provider)
        add_local(reading, provider_said(spec->provider, "provider"));
    if (spec)
        add_local(reading, interface_said(spec->interface));
    add(reading, provider_said(provider, "provider"));
    add(reading, mpi_said(attributes));
    add(reading, protocol_said(text_in(attributes, "protocol")));
    add(reading, driver_said(text_in(attributes, "driver")));
    add(reading, source_said(text_in(attributes, "adapter")));
    if (spec && !provider)
        add(reading, provider_said(spec->provider, "provider"));
    add(reading,
        interface_said(spec && spec->interface ? spec->interface : text_in(attributes, "interface")));
}

static void decide(struct eb_arm_claim *claim, const struct said *said)
{
    if (claim->kind != EB_CLAIM_NONE || said->kind == EB_CLAIM_NONE)
        return;
    claim->kind = said->kind;
    claim->adapter = said->adapter;
    claim->by = said->by;
    if (said->kind == EB_CLAIM_FOREIGN)
        memcpy(claim->foreign, said->word, sizeof claim->foreign);
}

static void read_contradiction(struct eb_arm_claim *claim, const struct reading *reading,
                               const json_t *attributes, const struct eb_arm *spec)
{
    const char *asked = text_in(attributes, "provider_asked");
    const char *said = text_in(attributes, "adapter");
    const char *device = spec ? spec->interface : NULL;
    const struct eb_adapter *by_device = interface_said(device).adapter;
    hold(claim, reading, "called", claim->arm, adapter_word(claim->arm, word_length(claim->arm)));
    hold(claim, reading, "it asked for the provider", asked ? asked : "", efa_of(asked));
    hold(claim, reading, "specified as", spec && spec->provider ? spec->provider : "",
         spec ? efa_of(spec->provider) : NULL);
    if (by_device && by_device->kind == EB_ADAPTER_EFA) /* whose IP side is an ENA's */
        hold(claim, reading, "specified on", device, by_device);
    hold(claim, reading, "said to be", said ? said : "", source_said(said).adapter);
}

static void read_counts(struct eb_arm_claim *claim, const char *transport, const json_t *attributes,
                        const struct eb_arm *spec)
{
    const char *operation = text_in(attributes, "operation");
    const char *path = text_in(attributes, "path");
    claim->flows = count_in(attributes, spec, "flows");
    if (!claim->flows && (strcmp(transport, "sockets") == 0 || (path && strcasestr(path, "one flow"))))
        claim->flows = 1;
    claim->cards = count_in(attributes, spec, "cards");
    if (!claim->cards)
        claim->cards = count_in(attributes, spec, "rails");
    claim->cards_said = claim->cards > 0;
    if (!claim->cards)
        claim->cards = 1;
    claim->reads = operation && strcmp(operation, "read") == 0;
}

struct eb_arm_claim eb_arm_claim_of(const json_t *json, int published, const struct eb_instance *instance)
{
    const json_t *attributes = json_object_get(json, "attributes");
    const char *transport = json_string_value(json_object_get(json, "transport"));
    const char *text = json_string_value(json_object_get(json, "spec"));
    struct eb_arm spec;
    int parsed = text && eb_arm_parse(text, &spec, NULL) == EB_OK;
    struct eb_arm_claim claim = {.arm = json_string_value(json_object_get(json, "name"))};
    struct reading reading = {.count = 0};
    read_rows(&reading, transport, attributes, parsed ? &spec : NULL);
    read_contradiction(&claim, &reading, attributes, parsed ? &spec : NULL);
    add(&reading, provider_said(text_in(attributes, "provider_asked"), "provider asked for"));
    add(&reading, path_said(text_in(attributes, "path")));
    if (published)
        add(&reading, adapter_said(adapter_in(claim.arm), "name", claim.arm));
    for (size_t i = 0; i < reading.count; i++)
        decide(&claim, &reading.said[i]);
    if (claim.kind == EB_CLAIM_NONE && strcmp(transport, "sockets") == 0 && instance) {
        claim.kind = EB_CLAIM_ADAPTER;
        claim.adapter = eb_adapter_of_kind(instance->plain);
        claim.by = "transport and instance type";
    }
    read_counts(&claim, transport, attributes, parsed ? &spec : NULL);
    claim.one_device = !published && strcmp(transport, "ofi") == 0;
    if (parsed)
        eb_arm_free(&spec);
    return claim;
}
