/* Statistics of an ENA. The driver stands below: ioctl is this file's, and answers as net/ethtool/ioctl.c
 * does, which writes as many names and numbers as the driver has, whatever room the caller told. */
#include "cmocka_all.h"
#include "measure/doctor/facts_parts.h"
#include "measure/topology/ethtool.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <malloc.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

static struct {
    unsigned count; /* of the driver's statistics */
    unsigned place; /* of bw_in_allowance_exceeded, the next two behind it */
    unsigned from;  /* how many looks at the numbers until it has grown */
    unsigned grown; /* to how many */
    unsigned looks;
} driver;

static void assert_room(const void *answer, size_t bytes)
{
    if (malloc_usable_size((void *)answer) < bytes)
        fail_msg("the driver writes %zu bytes over %zu", bytes, malloc_usable_size((void *)answer));
}

static void answer_names(struct ethtool_gstrings *names)
{
    static const char *const wanted[] = {"bw_in_allowance_exceeded", "pps_allowance_exceeded",
                                         "ena_srd_mode"};
    assert_room(names, sizeof *names + (size_t)driver.count * ETH_GSTRING_LEN);
    names->len = driver.count;
    for (unsigned i = 0; i < driver.count; i++)
        snprintf((char *)names->data + (size_t)i * ETH_GSTRING_LEN, ETH_GSTRING_LEN, "%s",
                 i - driver.place < 3 ? wanted[i - driver.place] : "queue_0_tx_cnt");
}

static void answer_numbers(struct ethtool_stats *stats)
{
    if (driver.grown > 0 && driver.looks++ == driver.from) {
        driver.place += driver.grown - driver.count; /* new ones stand before */
        driver.count = driver.grown;
    }
    assert_room(stats, sizeof *stats + (size_t)driver.count * sizeof(__u64));
    stats->n_stats = driver.count;
    for (unsigned i = 0; i < driver.count; i++)
        stats->data[i] = 1000 + i;
    stats->data[driver.place] = 17;
    stats->data[driver.place + 1] = 0;
    stats->data[driver.place + 2] = 1;
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list args;
    va_start(args, request);
    struct ifreq *asked = va_arg(args, struct ifreq *);
    va_end(args);
    (void)fd;
    struct ethtool_sset_info *info = (void *)asked->ifr_data;
    if (request != SIOCETHTOOL || strcmp(asked->ifr_name, "ens5") != 0 || driver.count == 0)
        return -1;
    if (info->cmd == ETHTOOL_GSSET_INFO)
        info->data[0] = driver.count;
    else if (info->cmd == ETHTOOL_GSTRINGS)
        answer_names((void *)info);
    else if (info->cmd == ETHTOOL_GSTATS)
        answer_numbers((void *)info);
    else
        return -1;
    return 0;
}

static void drive(unsigned count, unsigned place)
{
    memset(&driver, 0, sizeof driver);
    driver.count = count;
    driver.place = place;
}

static void assert_read(struct eb_ethtool *ethtool)
{
    uint64_t exceeded[EB_ALLOWANCES];
    assert_int_equal(eb_ethtool_allowances(ethtool, exceeded), 0);
    assert_string_equal(eb_allowance_names[0], "bw_in_allowance_exceeded");
    assert_int_equal(exceeded[0], 17);
    for (size_t i = 1; i < EB_ALLOWANCES; i++)
        assert_int_equal(exceeded[i], 0);
    assert_int_equal(eb_ethtool_srd_mode(ethtool), 1);
}

static void test_a_driver(void **state)
{
    (void)state;
    drive(20, 3);
    struct eb_ethtool *ethtool = eb_ethtool_open("ens5");
    assert_non_null(ethtool);
    assert_read(ethtool);
    eb_ethtool_close(ethtool);
    eb_ethtool_close(NULL);
    assert_null(eb_ethtool_open("ens6"));
    drive(20, 20); /* has none of the allowances */
    assert_null(eb_ethtool_open("ens5"));
    drive(0, 0);
    assert_null(eb_ethtool_open("ens5"));
}

/* ethtool -L ens5 combined 32, say, while a run is under way */
static void test_a_driver_that_grows(void **state)
{
    (void)state;
    drive(20, 3);
    driver.from = 1;
    driver.grown = 100;
    struct eb_ethtool *ethtool = eb_ethtool_open("ens5");
    assert_non_null(ethtool);
    for (int look = 0; look < 3; look++)
        assert_read(ethtool);
    assert_int_equal(driver.count, 100);
    eb_ethtool_close(ethtool);
}

static void test_a_driver_that_shrinks(void **state)
{
    (void)state;
    drive(100, 90);
    driver.from = 1;
    driver.grown = 20;
    struct eb_ethtool *ethtool = eb_ethtool_open("ens5");
    assert_non_null(ethtool);
    for (int look = 0; look < 3; look++)
        assert_read(ethtool);
    assert_int_equal(driver.count, 20);
    eb_ethtool_close(ethtool);
}

/* What the doctor tells of a host comes from the same place. */
static void test_the_doctor(void **state)
{
    (void)state;
    struct eb_device devices[] = {{.name = "ens5", .driver = "ena"},
                                  {.name = "ens7", .driver = "virtio_net"}};
    struct eb_node_facts facts = {.inventory = {.devices = devices, .device_count = 2}};
    drive(20, 3);
    eb_facts_read_network("", &facts);
    assert_int_equal(facts.allowances, EB_KNOWN_YES);
    assert_string_equal(facts.throttled, "bw_in 17 on ens5");
    facts = (struct eb_node_facts){.inventory = {.devices = devices, .device_count = 2}};
    drive(0, 0);
    eb_facts_read_network("", &facts);
    assert_int_equal(facts.allowances, EB_KNOWN_NOT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_driver),
        cmocka_unit_test(test_a_driver_that_grows),
        cmocka_unit_test(test_a_driver_that_shrinks),
        cmocka_unit_test(test_the_doctor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
