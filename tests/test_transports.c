/* Real transports between threads on the loopback, and what arms may and may not say. */
#include "bench.h"
#include "cmocka_all.h"
#include "measure/kernel/kernel.h"
#include "measure/transport/transport.h"

#include <stdio.h>
#include <string.h>

int eb_ofi_provider_match(const char *asked, const char *got);

static void assert_carries(const char *arm, int ranks)
{
    static const struct {
        const char *kernel;
        const char *algorithm;
        uint64_t size_bytes;
    } cases[] = {{"pingpong", NULL, 1},
                 {"pingpong", NULL, 40000},
                 {"pingpong", NULL, 3000001},
                 {"bandwidth", NULL, 1},
                 {"bandwidth", NULL, 65536},
                 {"bandwidth", NULL, 700003},
                 {"allreduce", "recursive_doubling", 12},
                 {"bibandwidth", NULL, 700003},
                 {"message_rate", NULL, 8},
                 {"allreduce", "recursive_doubling", 400004},
                 {"allreduce", "rabenseifner", 400004},
                 {"allreduce", "ring", 400004}};
    int one_sided = strstr(arm, "op=write") || strstr(arm, "op=read");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* what a session refuses: reads reduce nothing, and the ring needs receives */
        if (cases[i].algorithm &&
            (strstr(arm, "op=read") || (one_sided && strcmp(cases[i].algorithm, "ring") == 0)))
            continue;
        struct bench bench = {.arm = arm,
                              .kernel = cases[i].kernel,
                              .algorithm = cases[i].algorithm,
                              .size_bytes = cases[i].size_bytes,
                              .window = 32,
                              .run_iterations = 4,
                              .validate = 1,
                              .spoiling_rank = -1};
        assert_int_equal(bench_run(&bench, ranks), 0);
        for (int rank = 0; rank < ranks; rank++)
            if (bench.statuses[rank] != EB_OK)
                fail_msg("%s %s %u bytes, %d ranks: %s", arm, cases[i].kernel, (unsigned)cases[i].size_bytes,
                         ranks, bench.errors[rank].text);
    }
}

static void test_sockets(void **state)
{
    (void)state;
    assert_carries("s=sockets@lo", 2);
    assert_carries("s=sockets@lo", 3);
    assert_carries("s=sockets", 2);
}

static void test_sockets_with_flows(void **state)
{
    (void)state;
    assert_carries("s=sockets@lo,flows=4", 2);
    assert_carries("s=sockets@lo,flows=3,buffer=64K", 3);
}

static void test_ofi_tcp(void **state)
{
    (void)state;
    assert_carries("t=ofi:tcp@lo", 2);
    assert_carries("t=ofi:tcp@lo", 3);
}

static void test_ofi_operations(void **state)
{
    (void)state;
    assert_carries("t=ofi:tcp@lo,op=msg", 2);
    assert_carries("t=ofi:tcp@lo,op=msg", 3);
    assert_carries("t=ofi:tcp@lo,op=write", 2);
    assert_carries("t=ofi:tcp@lo,op=write", 3);
    assert_carries("t=ofi:tcp@lo,op=write,completion=flag", 2);
    assert_carries("t=ofi:tcp@lo,op=read", 2);
}

static void test_provider_match(void **state)
{
    (void)state;
    assert_int_equal(eb_ofi_provider_match("tcp", "tcp"), 2);
    assert_int_equal(eb_ofi_provider_match("tcp;ofi_rxm", "tcp;ofi_rxm"), 2);
    assert_int_equal(eb_ofi_provider_match("tcp", "tcp;ofi_rxm"), 1);
    assert_int_equal(eb_ofi_provider_match("tcp", "ofi_rxm;tcp"), 1);
    assert_int_equal(eb_ofi_provider_match("efa", "tcp;ofi_rxm"), 0);
    assert_int_equal(eb_ofi_provider_match("efa", "efa;tcp"), 0);
    assert_int_equal(eb_ofi_provider_match("tcp", "tcpx"), 0);
    assert_int_equal(eb_ofi_provider_match("tcp", "sockets"), 0);
    assert_int_equal(eb_ofi_provider_match("ofi_rxm", "tcp;ofi_rxm"), 0);
}

static void assert_open_fails(const char *arm, enum eb_status wanted, const char *word)
{
    struct bench bench = {.arm = arm, .kernel = "pingpong", .size_bytes = 8, .spoiling_rank = -1};
    assert_int_equal(bench_run(&bench, 2), 0);
    for (int rank = 0; rank < 2; rank++) {
        assert_int_equal(bench.statuses[rank], wanted);
        if (!strstr(bench.errors[rank].text, word))
            fail_msg("'%s' lacks '%s'", bench.errors[rank].text, word);
    }
}

static void test_what_is_not_here(void **state)
{
    (void)state;
    assert_open_fails("x=ofi:nonsense", EB_USAGE, "'nonsense'");
    assert_open_fails("x=ofi:tcp@eth99", EB_USAGE, "'eth99'");
    assert_open_fails("x=sockets@eth99", EB_USAGE, "'eth99'");
    assert_open_fails("x=sockets@ixgbevf", EB_NO_HARDWARE, "ixgbevf");
    assert_open_fails("x=ofi:usnic", EB_NO_HARDWARE, "usnic");
    assert_open_fails("x=ofi:tcp,fabric=nonesuch", EB_USAGE, "nonesuch");
    assert_open_fails("x=ofi:tcp,domain=nonesuch", EB_USAGE, "nonesuch");
    assert_open_fails("x=mpi", EB_USAGE, "mpirun");
}

static void test_arms_are_checked_without_opening(void **state)
{
    (void)state;
    static const struct {
        const char *arm;
        const char *word;
    } bad[] = {{"x=carrier-pigeon", "carrier-pigeon"},
               {"x=sockets:tcp", "'tcp'"},
               {"x=null@lo", "'lo'"},
               {"x=ofi:tcp,op=atomic", "'atomic'"},
               {"x=ofi:tcp,completion=data", "op=tagged"},
               {"x=ofi:tcp,op=write,completion=hope", "'hope'"},
               {"x=mpi:tcp", "'tcp'"},
               {"x=sockets,flow=2", "'flow'"},
               {"x=sockets,flows=0", "'0'"},
               {"x=sockets,flows=many", "'many'"},
               {"x=sockets,buffer=2G", "2G"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct eb_arm arm;
        struct eb_error err = {0};
        assert_int_equal(eb_arm_parse(bad[i].arm, &arm, NULL), EB_OK);
        assert_int_equal(eb_transport_check_arm(&arm, &err), EB_USAGE);
        if (!strstr(err.text, bad[i].word))
            fail_msg("'%s' lacks '%s'", err.text, bad[i].word);
        eb_arm_free(&arm);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sockets),
        cmocka_unit_test(test_sockets_with_flows),
        cmocka_unit_test(test_ofi_tcp),
        cmocka_unit_test(test_provider_match),
        cmocka_unit_test(test_ofi_operations),
        cmocka_unit_test(test_what_is_not_here),
        cmocka_unit_test(test_arms_are_checked_without_opening),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
