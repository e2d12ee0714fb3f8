/* What an open endpoint says of itself, and the sizes at which its provider changes its ways. */
#include "measure/transport/ofi_endpoint.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether a variable such as FI_OFI_RXM_BUFFER_SIZE is one of a provider such as "tcp;ofi_rxm". */
static int is_of_provider(const char *variable, const char *provider)
{
    char name[64];
    for (const char *at = provider; *at;) {
        size_t length = strcspn(at, ";");
        size_t used = (size_t)snprintf(name, sizeof name, "FI_%.*s_", (int)length, at);
        for (char *c = name; *c; c++)
            *c = (char)toupper((unsigned char)*c);
        if (used < sizeof name && strncmp(variable, name, used) == 0)
            return 1;
        at += length + (at[length] == ';');
    }
    return 0;
}

/* The value in force: what the environment says, or else the default that the help text ends with. */
static long long value_of(const struct fi_param *param)
{
    const char *set = getenv(param->name);
    const char *text = param->help_string ? strcasestr(param->help_string, "default:") : NULL;
    if (set)
        return atoll(set);
    return text ? atoll(text + strlen("default:")) : 0;
}

/* Variables whose names speak of a size, with values that a message can have. */
static json_t *thresholds(const struct fi_info *info)
{
    static const char *const words[] = {"SIZE", "LIMIT", "BYTES", "MESSAGE", "THRESHOLD"};
    json_t *sizes = json_object();
    struct fi_param *params = NULL;
    int count = 0;
    json_object_set_new(sizes, "inject_size", json_integer((json_int_t)info->tx_attr->inject_size));
    if (fi_getparams(&params, &count) != 0)
        return sizes;
    for (int i = 0; i < count; i++) {
        const char *name = params[i].name;
        int speaks_of_size = 0;
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            speaks_of_size |= strstr(name, words[w]) != NULL;
        if (strstr(name, "TX_SIZE") || strstr(name, "RX_SIZE")) /* of queues */
            continue;
        long long value = value_of(&params[i]);
        if (speaks_of_size && value >= 16 && value <= 1 << 30 &&
            is_of_provider(name, info->fabric_attr->prov_name))
            json_object_set_new(sizes, name, json_integer(value));
    }
    fi_freeparams(params);
    return sizes;
}

/* Which library the provider's code is in: libfabric itself, or one of its own (FI_PROVIDER_PATH). */
static void add_origin(json_t *json, const struct eb_ofi *ofi)
{
    Dl_info provider;
    Dl_info libfabric;
    void *code = NULL;
    memcpy(&code, &ofi->fabric->ops->domain, sizeof code);
    void *own = dlsym(RTLD_DEFAULT, "fi_getinfo");
    if (!own || !dladdr(code, &provider) || !dladdr(own, &libfabric))
        return;
    int is_built_in = provider.dli_fbase == libfabric.dli_fbase;
    json_object_set_new(json, "provider_built_in", json_boolean(is_built_in));
    if (!is_built_in)
        json_object_set_new(json, "provider_path", json_string(provider.dli_fname));
}

json_t *eb_ofi_describe(const struct eb_transport *transport)
{
    const struct eb_ofi *ofi = (const struct eb_ofi *)transport;
    const struct fi_info *info = ofi->info;
    uint32_t version = fi_version();
    char libfabric[32];
    char words[5][160];
    snprintf(libfabric, sizeof libfabric, "%u.%u", FI_MAJOR(version), FI_MINOR(version));
    fi_tostr_r(words[0], sizeof words[0], &info->mode, FI_TYPE_MODE);
    fi_tostr_r(words[1], sizeof words[1], &info->domain_attr->mr_mode, FI_TYPE_MR_MODE);
    fi_tostr_r(words[2], sizeof words[2], &info->domain_attr->data_progress, FI_TYPE_PROGRESS);
    fi_tostr_r(words[3], sizeof words[3], &info->ep_attr->protocol, FI_TYPE_PROTOCOL);
    fi_tostr_r(words[4], sizeof words[4], &info->addr_format, FI_TYPE_ADDR_FORMAT);
    json_t *json = json_pack(
        "{s:s*, s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I}", "provider_asked",
        ofi->provider_asked, "provider", info->fabric_attr->prov_name, "provider_version",
        (int)info->fabric_attr->prov_version, "interface", info->domain_attr->name, "fabric",
        info->fabric_attr->name ? info->fabric_attr->name : "", "libfabric", libfabric, "operation",
        eb_ofi_operation_name(ofi->wish.operation), "mode", words[0], "mr_mode", words[1], "data_progress",
        words[2], "protocol", words[3], "addr_format", words[4], "inject_size_bytes",
        (json_int_t)info->tx_attr->inject_size, "tx_queue_size", (json_int_t)info->tx_attr->size,
        "rx_queue_size", (json_int_t)info->rx_attr->size, "max_message_bytes",
        (json_int_t)(info->ep_attr->max_msg_size > INT64_MAX ? INT64_MAX : info->ep_attr->max_msg_size));
    if (json && ofi->wish.operation == EB_OFI_WRITE)
        json_object_set_new(json, "remote_completion",
                            json_string(ofi->wish.completion == EB_OFI_BY_DATA ? "writedata" : "polling"));
    if (json)
        add_origin(json, ofi);
    if (json)
        json_object_set_new(json, "thresholds", thresholds(info));
    return json;
}
