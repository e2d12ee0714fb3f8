/* What an inventory says of trees that are made here, as the kernel's sysfs lays them out. */
#include "cmocka_all.h"
#include "measure/topology/inventory.h"
#include "measure/topology/tree.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void make_directories(char *path)
{
    for (char *at = path + 1; *at; at++)
        if (*at == '/') {
            *at = '\0';
            mkdir(path, 0777);
            *at = '/';
        }
}

static void put(const char *root, const char *path, const char *content)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    make_directories(whole);
    FILE *file = fopen(whole, "w");
    assert_non_null(file);
    fputs(content, file);
    fclose(file);
}

static void leads(const char *root, const char *path, const char *target)
{
    char whole[512];
    snprintf(whole, sizeof whole, "%s%s", root, path);
    make_directories(whole);
    assert_int_equal(symlink(target, whole), 0);
}

/* An EFA and its ENA on node 1, a virtio NIC, lo, and a file that stands among the netdevs. */
static void make_tree(const char *root)
{
    put(root, "/sys/devices/virtual/dmi/id/product_name", "c5n.18xlarge\n");
    put(root, "/sys/devices/virtual/dmi/id/sys_vendor", "Amazon EC2\n");
    put(root, "/sys/devices/virtual/dmi/id/board_asset_tag", "i-0123456789abcdef0\n");
    put(root, "/sys/devices/system/node/node0/cpulist", "0-1\n");
    put(root, "/sys/devices/system/node/node1/cpulist", "2-3\n");
    put(root, "/sys/devices/system/node/online", "0-1\n");
    put(root, "/sys/devices/pci0000:00/0000:00:05.0/vendor", "0x1d0f\n");
    put(root, "/sys/devices/pci0000:00/0000:00:05.0/device", "0xec20\n");
    put(root, "/sys/devices/pci0000:00/0000:00:05.0/numa_node", "1\n");
    leads(root, "/sys/devices/pci0000:00/0000:00:05.0/driver", "../../../bus/pci/drivers/ena");
    put(root, "/sys/devices/pci0000:00/0000:00:05.0/net/ens5/mtu", "9001\n");
    put(root, "/sys/devices/pci0000:00/0000:00:05.0/net/ens5/address", "06:ab:cd:ef:01:23\n");
    put(root, "/sys/devices/pci0000:00/0000:00:05.0/net/ens5/operstate", "up\n");
    put(root, "/sys/devices/pci0000:00/0000:00:05.0/net/ens5/speed", "-1\n");
    leads(root, "/sys/devices/pci0000:00/0000:00:05.0/net/ens5/device", "../../../0000:00:05.0");
    leads(root, "/sys/class/net/ens5", "../../devices/pci0000:00/0000:00:05.0/net/ens5");
    put(root, "/sys/devices/pci0000:00/0000:00:06.0/vendor", "0x1d0f\n");
    put(root, "/sys/devices/pci0000:00/0000:00:06.0/device", "0xefa0\n");
    put(root, "/sys/devices/pci0000:00/0000:00:06.0/numa_node", "-1\n");
    leads(root, "/sys/devices/pci0000:00/0000:00:06.0/driver", "../../../bus/pci/drivers/efa");
    put(root, "/sys/devices/pci0000:00/0000:00:06.0/infiniband/efa_0/node_guid", "0a1b:2c3d:4e5f:6071\n");
    put(root, "/sys/devices/pci0000:00/0000:00:06.0/infiniband/efa_0/ports/1/state", "4: ACTIVE\n");
    leads(root, "/sys/devices/pci0000:00/0000:00:06.0/infiniband/efa_0/device", "../../../0000:00:06.0");
    leads(root, "/sys/class/infiniband/efa_0", "../../devices/pci0000:00/0000:00:06.0/infiniband/efa_0");
    put(root, "/sys/devices/virtual/net/lo/mtu", "65536\n");
    leads(root, "/sys/class/net/lo", "../../devices/virtual/net/lo");
    put(root, "/sys/devices/pci0000:00/0000:00:07.0/virtio0/net/eth10/mtu", "1500\n");
    leads(root, "/sys/devices/pci0000:00/0000:00:07.0/virtio0/driver",
          "../../../../bus/virtio/drivers/virtio_net");
    leads(root, "/sys/devices/pci0000:00/0000:00:07.0/virtio0/net/eth10/device", "../../../virtio0");
    leads(root, "/sys/class/net/eth10", "../../devices/pci0000:00/0000:00:07.0/virtio0/net/eth10");
    put(root, "/sys/class/net/eth9/device/uevent", "DRIVER=ixgbevf\nPCI_SLOT_NAME=0000:00:03.0\n");
    put(root, "/sys/class/net/eth9/device/vendor", "0x8086\n");
    put(root, "/sys/class/net/eth9/speed", "10000\n");
    put(root, "/sys/class/net/bonding_masters", "\n");
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status, (void)type, (void)where;
    return remove(path);
}

static int setup(void **state)
{
    char *root = strdup("/tmp/efabench-inventory-XXXXXX");
    *state = root;
    return root && mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
    nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return 0;
}

static void test_host_and_devices(void **state)
{
    static const char *const names[] = {"ens5", "eth9", "eth10", "lo", "efa_0"};
    struct eb_inventory inventory;
    make_tree(*state);
    assert_int_equal(eb_inventory_read(*state, &inventory, NULL), EB_OK);
    assert_string_equal(inventory.instance, "c5n.18xlarge");
    assert_string_equal(inventory.vendor, "Amazon EC2");
    assert_string_equal(inventory.instance_id, "i-0123456789abcdef0");
    assert_int_equal(inventory.numa_nodes, 2);
    assert_int_equal(inventory.device_count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(inventory.devices[i].name, names[i]);
    const struct eb_device *ena = &inventory.devices[0];
    assert_false(ena->is_rdma);
    assert_string_equal(ena->driver, "ena");
    assert_string_equal(ena->pci, "0000:00:05.0");
    assert_int_equal(ena->pci_vendor, 0x1d0f);
    assert_int_equal(ena->pci_device, 0xec20);
    assert_int_equal(ena->numa_node, 1);
    assert_int_equal(ena->speed_mbps, -1);
    assert_int_equal(ena->mtu, 9001);
    assert_string_equal(ena->address, "06:ab:cd:ef:01:23");
    assert_string_equal(ena->state, "up");
    const struct eb_device *efa = &inventory.devices[4];
    assert_true(efa->is_rdma);
    assert_string_equal(efa->driver, "efa");
    assert_string_equal(efa->pci, "0000:00:06.0");
    assert_int_equal(efa->pci_device, 0xefa0);
    assert_int_equal(efa->numa_node, -1);
    assert_string_equal(efa->address, "0a1b:2c3d:4e5f:6071");
    assert_string_equal(efa->state, "ACTIVE");
    eb_inventory_free(&inventory);
}

static void test_devices_that_are_no_pci(void **state)
{
    struct eb_inventory inventory;
    make_tree(*state);
    assert_int_equal(eb_inventory_read(*state, &inventory, NULL), EB_OK);
    assert_string_equal(inventory.devices[1].driver, "ixgbevf"); /* from uevent: no links there */
    assert_string_equal(inventory.devices[1].pci, "0000:00:03.0");
    assert_int_equal(inventory.devices[1].pci_vendor, 0x8086);
    assert_int_equal(inventory.devices[1].speed_mbps, 10000);
    assert_string_equal(inventory.devices[2].driver, "virtio_net");
    assert_string_equal(inventory.devices[2].pci, "");
    assert_string_equal(inventory.devices[3].driver, "");
    assert_string_equal(inventory.devices[3].state, "");
    assert_int_equal(eb_inventory_count(&inventory, "efa", 1), 1);
    assert_int_equal(eb_inventory_count(&inventory, "efa", 0), 0);
    assert_int_equal(eb_inventory_count(&inventory, "ena", 0), 1);
    eb_inventory_free(&inventory);
}

static void test_an_empty_tree_and_none(void **state)
{
    struct eb_inventory inventory;
    struct eb_error err = {0};
    char file[256];
    assert_int_equal(eb_inventory_read(*state, &inventory, &err), EB_OK);
    assert_int_equal(inventory.device_count, 0);
    assert_int_equal(inventory.numa_nodes, 1);
    assert_string_equal(inventory.instance, "");
    eb_inventory_free(&inventory);
    assert_int_equal(eb_inventory_read("/nowhere/at/all", &inventory, &err), EB_USAGE);
    assert_non_null(strstr(err.text, "/nowhere/at/all"));
    eb_inventory_free(&inventory);
    put(*state, "/file", "x");
    snprintf(file, sizeof file, "%s/file", (const char *)*state);
    assert_int_equal(eb_inventory_read(file, &inventory, &err), EB_USAGE);
    assert_non_null(strstr(err.text, "no directory"));
    eb_inventory_free(&inventory);
    eb_inventory_free(NULL);
}

/* A tree comes from anywhere: what it says may reach a terminal. */
static void test_control_characters_and_length(void **state)
{
    struct eb_inventory inventory;
    char name[300] = "/sys/class/net/";
    put(*state, "/sys/devices/virtual/dmi/id/product_name", "  evil\033[2Jname \n");
    memset(name + 15, 'n', 200);
    strcpy(name + 215, "/mtu");
    put(*state, name, "99999999999999999999\n");
    assert_int_equal(eb_inventory_read(*state, &inventory, NULL), EB_OK);
    assert_string_equal(inventory.instance, "evil?[2Jname");
    assert_int_equal(strlen(inventory.devices[0].name), 63);
    assert_int_equal(inventory.devices[0].mtu, 0);
    eb_inventory_free(&inventory);
}

static void test_whole_files(void **state)
{
    size_t bytes = 0;
    put(*state, "/proc/self/big", "");
    char *text = eb_tree_read(*state, &bytes, "/proc/self/big");
    assert_non_null(text);
    assert_int_equal(bytes, 0);
    free(text);
    char *many = malloc(10001);
    memset(many, 'x', 10000);
    many[10000] = '\0';
    put(*state, "/proc/self/big", many);
    text = eb_tree_read(*state, &bytes, "/proc/self/%s", "big");
    assert_int_equal(bytes, 10000);
    assert_string_equal(text, many);
    free(text);
    free(many);
    assert_null(eb_tree_read(*state, &bytes, "/proc/self/none"));
    assert_int_equal(eb_tree_number(*state, "/proc/self/none"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_host_and_devices, setup, teardown),
        cmocka_unit_test_setup_teardown(test_devices_that_are_no_pci, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_empty_tree_and_none, setup, teardown),
        cmocka_unit_test_setup_teardown(test_control_characters_and_length, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whole_files, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
