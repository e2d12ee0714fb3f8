/* From an arm to the libfabric endpoint that it means, or to the reason why there is none. */
#include "measure/topology/nic.h"
#include "measure/transport/ofi_endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Providers that need a device which most machines lack: their absence is exit 77, not a mistyped name. */
static const char *const device_providers[] = {"efa", "verbs", "psm2", "psm3", "opx", "cxi", "usnic"};

int eb_ofi_provider_match(const char *asked, const char *got)
{
    if (strcmp(asked, got) == 0)
        return 2;
    int found = 0;
    for (const char *part = got; part; part = strchr(part, ';') ? strchr(part, ';') + 1 : NULL) {
        size_t length = strcspn(part, ";");
        if (length == strlen(asked) && strncmp(part, asked, length) == 0)
            found = 1;
        else if (strncmp(part, "ofi_", 4) != 0)
            return 0;
    }
    return found;
}

static const char *const operation_names[] = {"tagged", "msg", "write", "read"};

const char *eb_ofi_operation_name(enum eb_ofi_operation operation)
{
    return operation_names[operation];
}

enum eb_status eb_ofi_wish_parse(const struct eb_arm *arm, struct eb_ofi_wish *wish, struct eb_error *err)
{
    const char *operation = eb_arm_key(arm, "op", "tagged");
    const char *completion = eb_arm_key(arm, "completion", NULL);
    size_t i = 0;
    *wish = (struct eb_ofi_wish){.fabric = eb_arm_key(arm, "fabric", NULL),
                                 .domain = eb_arm_key(arm, "domain", NULL)};
    while (i < 4 && strcmp(operation_names[i], operation) != 0)
        i++;
    if (i == 4)
        return eb_error_set(err, EB_USAGE, "libfabric", 0,
                            "arm '%s': unknown op '%s': there are tagged, msg, write, read", arm->spec,
                            operation);
    wish->operation = (enum eb_ofi_operation)i;
    if (completion && wish->operation != EB_OFI_WRITE)
        return eb_error_set(err, EB_USAGE, "libfabric", 0,
                            "arm '%s': completion is a key of op=write, not of op=%s", arm->spec, operation);
    if (completion && strcmp(completion, "data") != 0 && strcmp(completion, "flag") != 0)
        return eb_error_set(err, EB_USAGE, "libfabric", 0,
                            "arm '%s': unknown completion '%s': there are data, flag", arm->spec, completion);
    wish->completion = completion && strcmp(completion, "flag") == 0 ? EB_OFI_BY_FLAG : EB_OFI_BY_DATA;
    return EB_OK;
}

/* What is asked for, best first: each step gives up something that the transport can say it lacks. */
struct concession {
    uint64_t caps;
    uint64_t order;
};

static size_t list_concessions(const struct eb_ofi_wish *wish, struct concession *list)
{
    switch (wish->operation) {
    case EB_OFI_TAGGED:
        list[0] = (struct concession){FI_TAGGED, FI_ORDER_SAS};
        return 1;
    case EB_OFI_MSG:
        list[0] = (struct concession){FI_MSG | FI_DIRECTED_RECV, FI_ORDER_SAS};
        list[1] = (struct concession){FI_MSG, FI_ORDER_SAS};
        list[2] = (struct concession){FI_MSG, 0};
        return 3;
    case EB_OFI_WRITE:
        list[0] = (struct concession){FI_RMA | FI_WRITE | FI_REMOTE_WRITE, FI_ORDER_WAW};
        list[1] = (struct concession){FI_RMA | FI_WRITE | FI_REMOTE_WRITE, 0};
        return wish->completion == EB_OFI_BY_FLAG ? 1 : 2;
    case EB_OFI_READ:
        list[0] = (struct concession){FI_RMA | FI_READ | FI_REMOTE_READ, 0};
        return 1;
    }
    return 0;
}

static struct fi_info *make_hints(const char *provider, const struct eb_ofi_wish *wish,
                                  const struct concession *concession)
{
    struct fi_info *hints = fi_allocinfo();
    if (!hints)
        return NULL;
    hints->caps = concession->caps;
    hints->mode = FI_CONTEXT | FI_CONTEXT2;
    hints->ep_attr->type = FI_EP_RDM;
    hints->domain_attr->mr_mode = FI_MR_LOCAL | FI_MR_VIRT_ADDR | FI_MR_ALLOCATED | FI_MR_PROV_KEY;
    hints->domain_attr->threading = FI_THREAD_DOMAIN;
    hints->domain_attr->cq_data_size =
        wish->operation == EB_OFI_WRITE && wish->completion == EB_OFI_BY_DATA ? sizeof(uint32_t) : 0;
    hints->tx_attr->msg_order = concession->order;
    hints->rx_attr->msg_order = concession->order;
    hints->fabric_attr->prov_name = provider ? strdup(provider) : NULL;
    hints->fabric_attr->name = wish->fabric ? strdup(wish->fabric) : NULL;
    hints->domain_attr->name = wish->domain ? strdup(wish->domain) : NULL;
    return hints;
}

/* What libfabric answers to the first wish that it can fulfil; 0, or its error. */
static int get_info(const char *provider, const struct eb_ofi_wish *wish, struct fi_info **list)
{
    struct concession concessions[3];
    size_t count = list_concessions(wish, concessions);
    int code = -FI_ENODATA;
    for (size_t i = 0; i < count && code == -FI_ENODATA; i++) {
        struct fi_info *hints = make_hints(provider, wish, &concessions[i]);
        if (!hints)
            return -FI_ENOMEM;
        code = fi_getinfo(eb_ofi_api(), NULL, NULL, 0, hints, list);
        fi_freeinfo(hints);
    }
    return code;
}

/* Adds word to the list unless it stands there. */
static void list_word(char *list, size_t room, const char *word)
{
    size_t used = strlen(list);
    char *at = strstr(list, word);
    size_t length = strlen(word);
    while (at && ((at > list && at[-1] != ' ') || (at[length] && at[length] != ',')))
        at = strstr(at + 1, word);
    if (!at && used + length + 3 < room)
        snprintf(list + used, room - used, "%s%s", used ? ", " : "", word);
}

/* Whether the provider is there, with tagged messages and whatever fabric and domain. */
static int has_tagged(const struct eb_arm *arm)
{
    struct eb_ofi_wish tagged = {.operation = EB_OFI_TAGGED};
    struct fi_info *list = NULL;
    int found = get_info(arm->provider, &tagged, &list) == 0;
    fi_freeinfo(list);
    return found;
}

static enum eb_status no_provider(const struct eb_arm *arm, const struct eb_ofi_wish *wish, int code,
                                  struct eb_error *err)
{
    if ((wish->operation != EB_OFI_TAGGED || wish->fabric || wish->domain) && has_tagged(arm))
        return eb_error_set(
            err, EB_USAGE, "libfabric", code,
            "arm '%s': provider '%s' has no endpoint with op=%s%s%s%s%s%s here (fi_getinfo: %s)", arm->spec,
            arm->provider ? arm->provider : "(any)", eb_ofi_operation_name(wish->operation),
            wish->completion == EB_OFI_BY_FLAG ? ",completion=flag" : "", wish->fabric ? ",fabric=" : "",
            wish->fabric ? wish->fabric : "", wish->domain ? ",domain=" : "",
            wish->domain ? wish->domain : "", fi_strerror(code));
    char names[300] = "";
    struct fi_info *all = NULL;
    for (size_t i = 0; arm->provider && i < sizeof device_providers / sizeof *device_providers; i++)
        if (strcmp(device_providers[i], arm->provider) == 0 &&
            (strcmp(arm->provider, "efa") != 0 || !eb_nic_has_efa()))
            return eb_error_set(
                err, EB_NO_HARDWARE, "libfabric", code,
                "arm '%s': no device for provider '%s' on this host (fi_getinfo: %s); 'efabench "
                "adapters' shows what it has",
                arm->spec, arm->provider, fi_strerror(code));
    if (arm->provider && strcmp(arm->provider, "efa") == 0)
        return eb_error_set(err, EB_WRONG_PATH, "libfabric", code,
                            "arm '%s': this host has an EFA, but libfabric gives no endpoint on it "
                            "(fi_getinfo: %s); 'efabench doctor' says what to mend",
                            arm->spec, fi_strerror(code));
    if (fi_getinfo(eb_ofi_api(), NULL, NULL, FI_PROV_ATTR_ONLY, NULL, &all) == 0) {
        for (const struct fi_info *info = all; info; info = info->next)
            if (strncmp(info->fabric_attr->prov_name, "ofi_", 4) != 0)
                list_word(names, sizeof names, info->fabric_attr->prov_name);
        fi_freeinfo(all);
    }
    return eb_error_set(
        err, EB_USAGE, "libfabric", code,
        "arm '%s': no provider '%s' with a reliable, tagged endpoint here (fi_getinfo: %s); this "
        "libfabric has %s",
        arm->spec, arm->provider ? arm->provider : "(any)", fi_strerror(code), names);
}

/* A domain is the interface itself, or "<device>-rdm" for an RDMA device. */
static int is_on_interface(const struct fi_info *info, const char *interface)
{
    size_t length = strlen(interface);
    const char *name = info->domain_attr->name;
    return strncmp(name, interface, length) == 0 &&
           (name[length] == '\0' || strcmp(name + length, "-rdm") == 0);
}

/* Some providers do not look at the fabric's name in hints. */
static int is_as_wished(const struct fi_info *info, const struct eb_ofi_wish *wish)
{
    return (!wish->fabric ||
            (info->fabric_attr->name && strcmp(info->fabric_attr->name, wish->fabric) == 0)) &&
           (!wish->domain || (info->domain_attr->name && strcmp(info->domain_attr->name, wish->domain) == 0));
}

static const struct fi_info *choose(const struct fi_info *list, const struct eb_ofi_wish *wish,
                                    const char *provider, const char *interface, char *domains, size_t room)
{
    const struct fi_info *best = NULL;
    int best_match = 0;
    for (const struct fi_info *info = list; info; info = info->next) {
        int match = provider ? eb_ofi_provider_match(provider, info->fabric_attr->prov_name) : 1;
        if (match > 0)
            list_word(domains, room, info->domain_attr->name);
        /* EFA's direct endpoints, which some versions list first, are for those who ask for them */
        int rank = 2 * match - (!wish->fabric && info->fabric_attr->name &&
                                strcmp(info->fabric_attr->name, "efa-direct") == 0);
        if (match > 0 && rank > best_match && is_as_wished(info, wish) &&
            (!interface || is_on_interface(info, interface))) {
            best = info;
            best_match = rank;
        }
    }
    return best;
}

/* EFA's endpoints have a protocol and addresses of their own: shared memory or tcp under its name is not EFA.
 */
static enum eb_status check_efa(const struct eb_arm *arm, const struct fi_info *info, struct eb_error *err)
{
    char protocol[64] = "";
    char format[64] = "";
    if (strcmp(info->fabric_attr->prov_name, "efa") != 0 ||
        (info->ep_attr->protocol == FI_PROTO_EFA && info->addr_format == FI_ADDR_EFA))
        return EB_OK;
    fi_tostr_r(protocol, sizeof protocol, &info->ep_attr->protocol, FI_TYPE_PROTOCOL);
    fi_tostr_r(format, sizeof format, &info->addr_format, FI_TYPE_ADDR_FORMAT);
    return eb_error_set(err, EB_WRONG_PATH, "libfabric", 0,
                        "arm '%s': what calls itself provider 'efa' has protocol %s and addresses %s on "
                        "'%s', where an EFA has "
                        "FI_PROTO_EFA and FI_ADDR_EFA: refused",
                        arm->spec, protocol, format, info->domain_attr->name);
}

enum eb_status eb_ofi_find(const struct eb_arm *arm, const struct eb_ofi_wish *wish, struct fi_info **info,
                           struct eb_error *err)
{
    struct eb_nic nic = {0};
    if (arm->interface) {
        enum eb_status status = eb_nic_find(arm->spec, arm->interface, &nic, err);
        if (status != EB_OK)
            return status;
    }
    struct fi_info *list = NULL;
    int code = get_info(arm->provider, wish, &list);
    if (code == -FI_ENOMEM)
        return eb_error_set(err, EB_INTERNAL, "libfabric", FI_ENOMEM, "out of memory for fi_allocinfo");
    if (code != 0)
        return no_provider(arm, wish, -code, err);
    char domains[200] = "";
    const struct fi_info *best =
        choose(list, wish, arm->provider, arm->interface ? nic.name : NULL, domains, sizeof domains);
    enum eb_status status = EB_OK;
    if (best)
        status = check_efa(arm, best, err);
    if (best)
        *info = status == EB_OK ? fi_dupinfo(best) : NULL;
    else if (domains[0] && (wish->fabric || wish->domain))
        status = eb_error_set(err, EB_USAGE, "libfabric", 0,
                              "arm '%s': provider '%s' has no endpoint with fabric '%s' and domain '%s' on "
                              "interface '%s': its domains "
                              "are %s",
                              arm->spec, arm->provider ? arm->provider : "(any)",
                              wish->fabric ? wish->fabric : "(any)", wish->domain ? wish->domain : "(any)",
                              arm->interface ? nic.name : "(any)", domains);
    else if (domains[0])
        status = eb_error_set(err, EB_USAGE, "libfabric", 0,
                              "arm '%s': provider '%s' is not on interface '%s': it is on %s", arm->spec,
                              arm->provider ? arm->provider : "(any)", nic.name, domains);
    else
        status = eb_error_set(err, EB_WRONG_PATH, "libfabric", 0,
                              "arm '%s': asked for provider '%s', libfabric answers with '%s': refused",
                              arm->spec, arm->provider, list->fabric_attr->prov_name);
    fi_freeinfo(list);
    return status;
}
