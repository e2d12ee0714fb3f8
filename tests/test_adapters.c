/* The catalogue of adapters, instance types and figures: spot values from the sources, and its shape. */
#include "cmocka_all.h"
#include "common/adapter.h"

#include <string.h>

static void test_by_driver(void **state)
{
    (void)state;
    static const struct {
        const char *driver;
        const char *name;
        double max_gbps;
        int os_bypass;
    } wanted[] = {
        {"vif", "eni", 0, 0}, {"ena", "ena", 100, 0}, {"ixgbevf", "82599vf", 10, 0}, {"efa", "efa", 100, 1}};
    assert_int_equal(eb_adapter_count(), 4);
    for (size_t i = 0; i < 4; i++) {
        const struct eb_adapter *adapter = eb_adapter_by_driver(wanted[i].driver);
        assert_non_null(adapter);
        assert_string_equal(adapter->name, wanted[i].name);
        assert_true(adapter->max_gbps == wanted[i].max_gbps);
        assert_int_equal(adapter->os_bypass, wanted[i].os_bypass);
    }
    assert_null(eb_adapter_by_driver("mlx5_core"));
    assert_null(eb_adapter_by_driver(""));
    assert_null(eb_adapter_by_driver(NULL));
}

static void test_by_pci(void **state)
{
    (void)state;
    static const struct {
        unsigned vendor;
        unsigned device;
        const char *name; /* NULL: none of these */
    } ids[] = {
        {0x1d0f, 0xec20, "ena"},     {0x1d0f, 0xec21, "ena"},
        {0x1d0f, 0x0ec2, "ena"},     {0x1d0f, 0x1ec2, "ena"},
        {0x1d0f, 0x0051, "ena"},     {0x1d0f, 0xefa0, "efa"},
        {0x1d0f, 0xefa1, "efa"},     {0x1d0f, 0xefa3, "efa"},
        {0x1d0f, 0xefaf, "efa"},     {0x1d0f, 0xefb0, NULL},
        {0x1d0f, 0xef9f, NULL},      {0x8086, 0xefa0, NULL},
        {0x8086, 0x10ed, "82599vf"}, {0x1d0f, 0x10ed, NULL},
        {0x8086, 0xec20, NULL},      {0, 0, NULL},
        {0x1d0f, 0x1efa0, NULL},
    };
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const struct eb_adapter *adapter = eb_adapter_by_pci(ids[i].vendor, ids[i].device);
        if (!ids[i].name && adapter)
            fail_msg("%04x:%04x is %s", ids[i].vendor, ids[i].device, adapter->name);
        if (ids[i].name && (!adapter || strcmp(adapter->name, ids[i].name) != 0))
            fail_msg("%04x:%04x is not %s", ids[i].vendor, ids[i].device, ids[i].name);
    }
}

/* By hand from the instance tables of Karpenter and the EC2 User Guide. */
static void test_instances(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned efa_count;
        double efa_gbps;
        double network_gbps;
        double baseline_gbps;
        enum eb_adapter_kind plain;
    } wanted[] = {
        {"c5n.18xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA},
        {"c5n.9xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA},
        {"c7g.16xlarge", 1, 30, 30, 0, EB_ADAPTER_ENA},
        {"g4dn.8xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA},
        {"g4dn.12xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA},
        {"g4dn.16xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA},
        {"m7a.48xlarge", 1, 50, 50, 0, EB_ADAPTER_ENA},
        {"m8a.48xlarge", 1, 75, 75, 0, EB_ADAPTER_ENA},
        {"g6.48xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA},
        {"p5.4xlarge", 1, 100, 100, 0, EB_ADAPTER_ENA},
        {"hpc7g.16xlarge", 1, 200, 200, 0, EB_ADAPTER_ENA},
        {"hpc6id.32xlarge", 2, 200, 200, 0, EB_ADAPTER_ENA},
        {"hpc8a.96xlarge", 2, 300, 300, 0, EB_ADAPTER_ENA},
        {"c8in.96xlarge", 2, 600, 600, 0, EB_ADAPTER_ENA},
        {"p4de.24xlarge", 4, 400, 400, 0, EB_ADAPTER_ENA},
        {"g7e.48xlarge", 4, 1600, 0, 0, EB_ADAPTER_ENA},
        {"trn1.32xlarge", 8, 800, 0, 0, EB_ADAPTER_ENA},
        {"trn1n.32xlarge", 16, 1600, 0, 0, EB_ADAPTER_ENA},
        {"p5.48xlarge", 32, 3200, 800, 0, EB_ADAPTER_ENA},
        {"p5en.48xlarge", 16, 3200, 800, 0, EB_ADAPTER_ENA},
        {"p6-b200.48xlarge", 8, 3200, 0, 0, EB_ADAPTER_ENA},
        {"p6-b300.48xlarge", 16, 6400, 0, 0, EB_ADAPTER_ENA},
        {"m5.8xlarge", 0, 0, 10, 0, EB_ADAPTER_ENA},
        {"m4.16xlarge", 0, 0, 25, 0, EB_ADAPTER_ENA},
        {"c5.4xlarge", 0, 0, 10, 5, EB_ADAPTER_ENA},
        {"c5n.4xlarge", 0, 0, 0, 15, EB_ADAPTER_ENA},
        {"t3.large", 0, 0, 0, 0.512, EB_ADAPTER_ENA},
        {"m4.10xlarge", 0, 0, 10, 0, EB_ADAPTER_82599VF},
        {"i2.8xlarge", 0, 0, 10, 0, EB_ADAPTER_82599VF},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const struct eb_instance *instance = eb_instance_find(wanted[i].name);
        if (!instance || instance->efa_count != wanted[i].efa_count ||
            instance->efa_gbps != wanted[i].efa_gbps || instance->network_gbps != wanted[i].network_gbps ||
            instance->baseline_gbps != wanted[i].baseline_gbps || instance->plain != wanted[i].plain)
            fail_msg("%s is not as its sources say", wanted[i].name);
    }
    assert_null(eb_instance_find("c5n.18xl"));
    assert_null(eb_instance_find("C5N.18XLARGE"));
    assert_null(eb_instance_find(""));
    assert_null(eb_instance_find(NULL));
}

static void test_instances_are_sorted(void **state)
{
    (void)state;
    size_t with_efa = 0;
    for (size_t i = 0; i < eb_instance_count(); i++) {
        const struct eb_instance *instance = eb_instance_at(i);
        if (i > 0 && strcmp(eb_instance_at(i - 1)->name, instance->name) >= 0)
            fail_msg("%s stands before %s", eb_instance_at(i - 1)->name, instance->name);
        assert_ptr_equal(eb_instance_find(instance->name), instance);
        assert_int_equal(instance->efa_count > 0, instance->efa_gbps > 0);
        assert_true(instance->efa_count > 0 || instance->network_gbps > 0 || instance->baseline_gbps > 0);
        assert_true(strchr(instance->name, '.') != NULL);
        with_efa += instance->efa_count > 0;
    }
    /* 2 of 30 Gb/s, 10 of 50, 1 of 75, 9 of 100, 2 of 200; of two devices 4, 2 and 4; of four 3 and 1; trn 1,
     * 1, 1; p5 2 and 1; p6 1 and 1 */
    assert_int_equal(with_efa, 2 + 10 + 1 + 9 + 2 + 4 + 2 + 4 + 3 + 1 + 3 + 3 + 2);
    /* besides: 7 of 25 Gb/s, 1 of 10, 4 that burst, 6 with an 82599 */
    assert_int_equal(eb_instance_count() - with_efa, 7 + 1 + 4 + 6);
}

static void test_flow_caps(void **state)
{
    (void)state;
    static const double gbps[] = {5, 10, 25};
    static const char *const names[] = {"default", "placement-group", "ena-express"};
    assert_int_equal(eb_flow_cap_count(), 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(eb_flow_cap_at(i)->gbps == gbps[i]);
        assert_string_equal(eb_flow_cap_at(i)->name, names[i]);
    }
}

static const struct eb_measured *find_measured(const char *instance, enum eb_adapter_kind kind,
                                               const char *what)
{
    for (size_t i = 0; i < eb_measured_count(); i++) {
        const struct eb_measured *one = eb_measured_at(i);
        if (one->instance && strcmp(one->instance, instance) == 0 && one->kind == kind &&
            strcmp(one->what, what) == 0)
            return one;
    }
    fail_msg("nobody measured %s on %s", what, instance);
    return NULL;
}

static void test_measured(void **state)
{
    (void)state;
    static const struct {
        const char *instance;
        enum eb_adapter_kind kind;
        const char *what;
        double low;
        double high;
    } wanted[] = {
        {"c5n.18xlarge", EB_ADAPTER_EFA, "8 B half round trip", 16.1, 16.1},
        {"c5n.18xlarge", EB_ADAPTER_ENA, "8 B half round trip", 34.8, 34.8},
        {"c5n.18xlarge", EB_ADAPTER_EFA, "1 MiB bandwidth", 9146, 9146},
        {"c5n.18xlarge", EB_ADAPTER_EFA, "bandwidth of 36 pairs, mean of nine runs", 12.1, 12.1},
        {"c5n.18xlarge", EB_ADAPTER_ENA, "bandwidth of 36 pairs, mean of nine runs", 12.1, 12.1},
        {"c5n.18xlarge", EB_ADAPTER_ENA, "1 MiB bandwidth", 1177, 1177},
        {"c5n.18xlarge", EB_ADAPTER_EFA, "1 B half round trip", 17.26, 21.14},
        {"hpc6a.48xlarge", EB_ADAPTER_EFA, "4 MiB half round trip", 725.6, 725.6},
        {"m7g.16xlarge", EB_ADAPTER_EFA, "4 B half round trip", 10.26, 10.26},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const struct eb_measured *one = find_measured(wanted[i].instance, wanted[i].kind, wanted[i].what);
        assert_true(one->low == wanted[i].low && one->high == wanted[i].high);
    }
    assert_true(eb_adapter_by_driver("efa")->floor_us == 9);
    /* a floor that a published figure is below would be none */
    for (size_t i = 0; i < eb_measured_count(); i++)
        if (strcmp(eb_measured_at(i)->unit, "us") == 0)
            assert_true(eb_measured_at(i)->low >= eb_adapter_by_driver("efa")->floor_us);
    for (size_t i = 0; i < eb_measured_count(); i++)
        assert_true(!eb_measured_at(i)->instance || eb_instance_find(eb_measured_at(i)->instance));
}

/* A source must lead a reader somewhere: no word of ours, and none left out. */
static void assert_source(const char *what, const char *source)
{
    if (!source || strlen(source) < 10 || strstr(source, "shared") || source[0] == '/')
        fail_msg("%s has no source", what);
}

static void assert_fact(const char *what, const struct eb_fact *fact, int needed)
{
    if (!fact->text && !needed)
        return;
    if (!fact->text || !fact->text[0])
        fail_msg("%s: a fact is missing", what);
    assert_source(what, fact->source);
}

static void test_every_fact_has_a_source(void **state)
{
    (void)state;
    for (size_t i = 0; i < eb_adapter_count(); i++) {
        const struct eb_adapter *adapter = eb_adapter_at(i);
        const struct eb_fact *const needed[] = {&adapter->pci,       &adapter->bandwidth, &adapter->bypass,
                                                &adapter->instances, &adapter->attach,    &adapter->use};
        for (size_t j = 0; j < sizeof needed / sizeof *needed; j++)
            assert_fact(adapter->name, needed[j], 1);
        assert_fact(adapter->name, &adapter->expect, 0);
        assert_fact(adapter->name, &adapter->note, 0);
        assert_fact(adapter->name, &adapter->floor, adapter->floor_us > 0);
    }
    for (size_t i = 0; i < eb_instance_count(); i++)
        assert_source(eb_instance_at(i)->name, eb_instance_at(i)->source);
    for (size_t i = 0; i < eb_flow_cap_count(); i++)
        assert_source(eb_flow_cap_at(i)->name, eb_flow_cap_at(i)->source);
    for (size_t i = 0; i < eb_limit_count(); i++)
        assert_fact(eb_limit_at(i)->name, &eb_limit_at(i)->fact, 1);
    for (size_t i = 0; i < eb_measured_count(); i++)
        assert_source(eb_measured_at(i)->what, eb_measured_at(i)->source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_driver),
        cmocka_unit_test(test_by_pci),
        cmocka_unit_test(test_instances),
        cmocka_unit_test(test_instances_are_sorted),
        cmocka_unit_test(test_flow_caps),
        cmocka_unit_test(test_measured),
        cmocka_unit_test(test_every_fact_has_a_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
