#include "measure/topology/inventory.h"

#include "common/plain.h"
#include "measure/topology/tree.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const classes[] = {"/sys/class/net", "/sys/class/infiniband"};

/* "0000:00:06.0" and the like; virtio0 and vif-0 are no PCI addresses. */
static int is_pci_address(const char *text)
{
    size_t length = strlen(text);
    size_t colons = 0;
    for (size_t i = 0; i < length; i++) {
        colons += text[i] == ':';
        if (!isxdigit((unsigned char)text[i]) && text[i] != ':' && text[i] != '.')
            return 0;
    }
    return length >= 12 && colons == 2 && text[length - 2] == '.';
}

/* KEY=VALUE of device/uevent: a tree that was copied without its symbolic links still says it. */
static void uevent_value(const char *root, const char *class, const char *name, const char *key, char *text,
                         size_t room)
{
    size_t bytes = 0;
    size_t length = strlen(key);
    char *all = eb_tree_read(root, &bytes, "%s/%s/device/uevent", class, name);
    char *rest = NULL;
    for (char *line = all ? strtok_r(all, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest))
        if (strncmp(line, key, length) == 0 && line[length] == '=')
            snprintf(text, room, "%s", eb_plain_clean(line + length + 1));
    free(all);
}

static unsigned pci_id(const char *root, const char *class, const char *name, const char *which)
{
    long id = eb_tree_number(root, "%s/%s/device/%s", class, name, which);
    return id > 0 && id <= 0xffff ? (unsigned)id : 0;
}

static void read_netdev(const char *root, const char *class, const char *name, struct eb_device *device)
{
    long speed = eb_tree_number(root, "%s/%s/speed", class, name);
    long mtu = eb_tree_number(root, "%s/%s/mtu", class, name);
    device->speed_mbps = speed > 0 ? speed : -1;
    device->mtu = mtu > 0 && mtu < 1 << 30 ? (int)mtu : 0;
    eb_tree_line(root, device->address, sizeof device->address, "%s/%s/address", class, name);
    eb_tree_line(root, device->state, sizeof device->state, "%s/%s/operstate", class, name);
}

static void read_rdma(const char *root, const char *class, const char *name, struct eb_device *device)
{
    char state[32];
    eb_tree_line(root, device->address, sizeof device->address, "%s/%s/node_guid", class, name);
    eb_tree_line(root, state, sizeof state, "%s/%s/ports/1/state", class, name);
    const char *colon = strchr(state, ':'); /* "4: ACTIVE" */
    snprintf(device->state, sizeof device->state, "%s", colon && colon[1] ? colon + 2 : state);
}

static void read_device(const char *root, const char *class, const char *name, int is_rdma,
                        struct eb_device *device)
{
    char target[256] = "";
    *device = (struct eb_device){.is_rdma = is_rdma, .speed_mbps = -1};
    snprintf(device->name, sizeof device->name, "%.63s", name);
    eb_plain_clean(device->name);
    if (!eb_tree_link(root, device->driver, sizeof device->driver, "%s/%s/device/driver", class, name))
        uevent_value(root, class, name, "DRIVER", device->driver, sizeof device->driver);
    if (!eb_tree_link(root, target, sizeof target, "%s/%s/device", class, name))
        uevent_value(root, class, name, "PCI_SLOT_NAME", target, sizeof target);
    if (is_pci_address(target)) {
        snprintf(device->pci, sizeof device->pci, "%.31s", target);
        device->pci_vendor = pci_id(root, class, name, "vendor");
        device->pci_device = pci_id(root, class, name, "device");
    }
    device->numa_node = (int)eb_tree_number(root, "%s/%s/device/numa_node", class, name);
    if (is_rdma)
        read_rdma(root, class, name, device);
    else
        read_netdev(root, class, name, device);
}

static enum eb_status read_class(const char *root, int is_rdma, struct eb_inventory *inventory,
                                 struct eb_error *err)
{
    const char *class = classes[is_rdma];
    char **names = NULL;
    size_t count = eb_tree_names(root, &names, "%s", class);
    struct eb_device *grown =
        realloc(inventory->devices, (inventory->device_count + count + 1) * sizeof *grown);
    if (!grown) {
        eb_tree_names_free(names, count);
        return eb_error_set(err, EB_INTERNAL, "inventory", ENOMEM, "out of memory for the list of devices");
    }
    inventory->devices = grown;
    for (size_t i = 0; i < count; i++)
        if (eb_tree_has(root, "%s/%s/.", class, names[i])) /* bonding_masters is a file */
            read_device(root, class, names[i], is_rdma, &grown[inventory->device_count++]);
    eb_tree_names_free(names, count);
    return EB_OK;
}

static int count_nodes(const char *root)
{
    char **names = NULL;
    int nodes = 0;
    size_t count = eb_tree_names(root, &names, "/sys/devices/system/node");
    for (size_t i = 0; i < count; i++)
        nodes += strncmp(names[i], "node", 4) == 0 && names[i][4] &&
                 names[i][4 + strspn(names[i] + 4, "0123456789")] == '\0';
    eb_tree_names_free(names, count);
    return nodes > 0 ? nodes : 1;
}

enum eb_status eb_inventory_read(const char *root, struct eb_inventory *inventory, struct eb_error *err)
{
    static const char dmi[] = "/sys/devices/virtual/dmi/id";
    *inventory = (struct eb_inventory){.numa_nodes = 1};
    enum eb_status status = eb_tree_check(root, err);
    if (status == EB_OK)
        status = read_class(root, 0, inventory, err);
    if (status == EB_OK)
        status = read_class(root, 1, inventory, err);
    if (status != EB_OK)
        return status;
    eb_tree_line(root, inventory->instance, sizeof inventory->instance, "%s/product_name", dmi);
    eb_tree_line(root, inventory->vendor, sizeof inventory->vendor, "%s/sys_vendor", dmi);
    eb_tree_line(root, inventory->instance_id, sizeof inventory->instance_id, "%s/board_asset_tag", dmi);
    inventory->numa_nodes = count_nodes(root);
    return EB_OK;
}

void eb_inventory_free(struct eb_inventory *inventory)
{
    if (!inventory)
        return;
    free(inventory->devices);
    *inventory = (struct eb_inventory){0};
}

size_t eb_inventory_count(const struct eb_inventory *inventory, const char *driver, int is_rdma)
{
    size_t count = 0;
    for (size_t i = 0; i < inventory->device_count; i++)
        count +=
            inventory->devices[i].is_rdma == is_rdma && strcmp(inventory->devices[i].driver, driver) == 0;
    return count;
}
