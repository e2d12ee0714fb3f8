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

static struct fi_info *make_hints(const char *provider)
{
    struct fi_info *hints = fi_allocinfo();
    if (!hints)
        return NULL;
    hints->caps = FI_TAGGED;
    hints->mode = FI_CONTEXT | FI_CONTEXT2;
    hints->ep_attr->type = FI_EP_RDM;
    hints->domain_attr->mr_mode = FI_MR_LOCAL | FI_MR_VIRT_ADDR | FI_MR_ALLOCATED | FI_MR_PROV_KEY;
    hints->domain_attr->threading = FI_THREAD_DOMAIN;
    hints->tx_attr->msg_order = FI_ORDER_SAS;
    hints->rx_attr->msg_order = FI_ORDER_SAS;
    hints->fabric_attr->prov_name = provider ? strdup(provider) : NULL;
    return hints;
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

static enum eb_status no_provider(const struct eb_arm *arm, int code, struct eb_error *err)
{
    char names[300] = "";
    struct fi_info *all = NULL;
    for (size_t i = 0; arm->provider && i < sizeof device_providers / sizeof *device_providers; i++)
        if (strcmp(device_providers[i], arm->provider) == 0 &&
            (strcmp(arm->provider, "efa") != 0 || !eb_nic_has_efa()))
            return eb_error_set(err, EB_NO_HARDWARE, "libfabric", code,
                                "arm '%s': no device for provider '%s' on this host: fi_getinfo: %s",
                                arm->spec, arm->provider, fi_strerror(code));
    if (arm->provider && strcmp(arm->provider, "efa") == 0)
        return eb_error_set(
            err, EB_WRONG_PATH, "libfabric", code,
            "arm '%s': this host has an EFA, but libfabric gives no endpoint on it: fi_getinfo: %s",
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

static const struct fi_info *choose(const struct fi_info *list, const char *provider, const char *interface,
                                    char *domains, size_t room)
{
    const struct fi_info *best = NULL;
    int best_match = 0;
    for (const struct fi_info *info = list; info; info = info->next) {
        int match = provider ? eb_ofi_provider_match(provider, info->fabric_attr->prov_name) : 1;
        if (match > 0)
            list_word(domains, room, info->domain_attr->name);
        if (match > best_match && (!interface || is_on_interface(info, interface))) {
            best = info;
            best_match = match;
        }
    }
    return best;
}

enum eb_status eb_ofi_find(const struct eb_arm *arm, struct fi_info **info, struct eb_error *err)
{
    struct eb_nic nic = {0};
    if (arm->interface) {
        enum eb_status status = eb_nic_find(arm->spec, arm->interface, &nic, err);
        if (status != EB_OK)
            return status;
    }
    struct fi_info *hints = make_hints(arm->provider);
    struct fi_info *list = NULL;
    if (!hints)
        return eb_error_set(err, EB_INTERNAL, "libfabric", FI_ENOMEM, "out of memory for fi_allocinfo");
    int code = fi_getinfo(eb_ofi_api(), NULL, NULL, 0, hints, &list);
    fi_freeinfo(hints);
    if (code != 0)
        return no_provider(arm, -code, err);
    char domains[200] = "";
    const struct fi_info *best =
        choose(list, arm->provider, arm->interface ? nic.name : NULL, domains, sizeof domains);
    enum eb_status status = EB_OK;
    if (best)
        *info = fi_dupinfo(best);
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
