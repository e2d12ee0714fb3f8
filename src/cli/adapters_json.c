#include "cli/adapters.h"

#include <string.h>

/* 0 stands for "no source says" in the catalogue. */
static json_t *known(double value)
{
    return value > 0 ? json_real(value) : json_null();
}

static json_t *fact(const struct eb_fact *fact)
{
    if (!fact->text)
        return json_null();
    return json_pack("{s:s, s:s}", "text", fact->text, "source", fact->source);
}

static json_t *adapters(void)
{
    json_t *all = json_array();
    for (size_t i = 0; all && i < eb_adapter_count(); i++) {
        const struct eb_adapter *adapter = eb_adapter_at(i);
        json_array_append_new(
            all,
            json_pack("{s:s, s:s, s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                      adapter->name, "title", adapter->title, "driver", adapter->driver, "max_gbps",
                      known(adapter->max_gbps), "os_bypass", adapter->os_bypass, "pci", fact(&adapter->pci),
                      "bandwidth", fact(&adapter->bandwidth), "bypass", fact(&adapter->bypass), "instances",
                      fact(&adapter->instances), "attach", fact(&adapter->attach), "expect",
                      fact(&adapter->expect), "use", fact(&adapter->use), "note", fact(&adapter->note),
                      "floor_us", known(adapter->floor_us), "floor", fact(&adapter->floor)));
    }
    return all;
}

static json_t *caps(const struct eb_instance *instance)
{
    json_t *all = json_array();
    for (size_t i = 0; all && i < eb_flow_cap_count(); i++) {
        const struct eb_flow_cap *cap = eb_flow_cap_at(i);
        if (!eb_adapters_reaches(instance, cap))
            continue;
        json_array_append_new(all, json_pack("{s:s, s:f, s:f, s:s, s:s}", "name", cap->name, "gbps",
                                             cap->gbps, "gigabytes_per_s", cap->gbps / 8, "when", cap->when,
                                             "source", cap->source));
    }
    return all;
}

static json_t *limits(void)
{
    json_t *all = json_array();
    for (size_t i = 0; all && i < eb_limit_count(); i++)
        json_array_append_new(all,
                              json_pack("{s:s, s:s, s:s}", "name", eb_limit_at(i)->name, "text",
                                        eb_limit_at(i)->fact.text, "source", eb_limit_at(i)->fact.source));
    return all;
}

static const char *name_of_kind(enum eb_adapter_kind kind)
{
    for (size_t i = 0; i < eb_adapter_count(); i++)
        if (eb_adapter_at(i)->kind == kind)
            return eb_adapter_at(i)->name;
    return "";
}

static json_t *measured(const struct eb_instance *instance)
{
    json_t *all = json_array();
    for (size_t i = 0; all && i < eb_measured_count(); i++) {
        const struct eb_measured *one = eb_measured_at(i);
        if (eb_adapters_concerns(one, instance))
            json_array_append_new(all, json_pack("{s:s?, s:s, s:s, s:s, s:f, s:f, s:s, s:s}", "instance",
                                                 one->instance, "adapter", name_of_kind(one->kind), "what",
                                                 one->what, "unit", one->unit, "low", one->low, "high",
                                                 one->high, "setting", one->setting, "source", one->source));
    }
    return all;
}

static json_t *instance_to_json(const struct eb_instance *instance)
{
    if (!instance)
        return json_null();
    return json_pack("{s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:s, s:s}", "name", instance->name, "efa_count",
                     (int)instance->efa_count, "efa_gbps", known(instance->efa_gbps), "efa_gigabytes_per_s",
                     known(instance->efa_gbps / 8), "network_gbps", known(instance->network_gbps),
                     "network_gigabytes_per_s", known(instance->network_gbps / 8), "baseline_gbps",
                     known(instance->baseline_gbps), "network_adapter", name_of_kind(instance->plain),
                     "source", instance->source);
}

static json_t *instances(void)
{
    json_t *all = json_array();
    for (size_t i = 0; all && i < eb_instance_count(); i++)
        json_array_append_new(all, instance_to_json(eb_instance_at(i)));
    return all;
}

/* What sysfs says need not be UTF-8. */
static json_t *text_or_null(const char *text)
{
    json_t *json = text[0] ? json_string(text) : NULL;
    return json ? json : json_null();
}

static json_t *device_to_json(const struct eb_device *device)
{
    const struct eb_adapter *adapter = eb_adapters_of(device);
    return json_pack("{s:o, s:s?, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
                     text_or_null(device->name), "adapter", adapter ? adapter->name : NULL, "rdma",
                     device->is_rdma, "driver", text_or_null(device->driver), "pci_address",
                     text_or_null(device->pci), "pci_vendor",
                     device->pci_vendor ? json_integer(device->pci_vendor) : json_null(), "pci_device",
                     device->pci_vendor ? json_integer(device->pci_device) : json_null(), "numa_node",
                     device->numa_node >= 0 ? json_integer(device->numa_node) : json_null(), "speed_mbps",
                     device->speed_mbps >= 0 ? json_integer(device->speed_mbps) : json_null(), "mtu",
                     device->mtu > 0 ? json_integer(device->mtu) : json_null(), "address",
                     text_or_null(device->address), "state", text_or_null(device->state));
}

static json_t *machine(const struct eb_inventory *inventory)
{
    if (!inventory)
        return json_null();
    json_t *devices = json_array();
    for (size_t i = 0; devices && i < inventory->device_count; i++)
        json_array_append_new(devices, device_to_json(&inventory->devices[i]));
    return json_pack("{s:o, s:o, s:o, s:i, s:o}", "product", text_or_null(inventory->instance), "vendor",
                     text_or_null(inventory->vendor), "instance_id", text_or_null(inventory->instance_id),
                     "numa_nodes", inventory->numa_nodes, "devices", devices);
}

json_t *eb_adapters_json(const struct eb_adapters_view *view)
{
    const struct eb_instance *only = view->inventory ? NULL : view->instance;
    json_t *json =
        json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", EB_ADAPTERS_SCHEMA, "instance",
                  instance_to_json(view->instance), "machine", machine(view->inventory), "adapters",
                  adapters(), "flow_caps", caps(only), "limits", limits(), "measured", measured(only));
    if (json && view->inventory && json_object_set_new(json, "instances", instances()) != 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}
