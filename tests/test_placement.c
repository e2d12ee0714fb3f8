/* Where ranks are, and what that makes of an arm. */
#include "cmocka_all.h"
#include "measure/provenance.h"
#include "measure/transport/mpi_layers.h"

#include <stdlib.h>
#include <string.h>

static struct eb_placement at(const char *host, const char *cpus, int cpu_count)
{
    struct eb_placement placement = {.cpu_count = cpu_count, .host_cpus = 4};
    strcpy(placement.host, host);
    strcpy(placement.cpus, cpus);
    return placement;
}

static void assert_sharing(struct eb_placement *placements, int ranks, const char *words)
{
    char text[200] = "";
    assert_int_equal(eb_placement_count(placements, ranks, NULL), EB_OK);
    assert_int_equal(eb_placement_shares_cores(placements, ranks, text, sizeof text), words != NULL);
    if (words && !strstr(text, words))
        fail_msg("'%s' lacks '%s'", text, words);
}

static void test_sharing(void **state)
{
    (void)state;
    assert_sharing((struct eb_placement[]){at("a", "0", 1), at("a", "1", 1)}, 2, NULL);
    assert_sharing((struct eb_placement[]){at("a", "0", 1), at("b", "0", 1)}, 2, NULL);
    assert_sharing((struct eb_placement[]){at("a", "0", 1), at("a", "0", 1)}, 2,
                   "2 ranks are bound to CPUs 0 of host a");
    assert_sharing((struct eb_placement[]){at("a", "0,2", 2), at("a", "0,2", 2)}, 2, NULL);
    assert_sharing((struct eb_placement[]){at("a", "0,2", 2), at("a", "0,2", 2), at("a", "0,2", 2)}, 3,
                   "3 ranks are bound to CPUs 0,2 of host a");
    /* masks within a mask: three ranks for two CPUs, though no two masks of the three are full */
    assert_sharing((struct eb_placement[]){at("a", "0", 1), at("a", "0-1", 2), at("a", "1", 1)}, 3,
                   "3 ranks are bound to CPUs 0-1 of host a");
    assert_sharing((struct eb_placement[]){at("a", "0", 1), at("a", "0-1", 2), at("a", "2", 1)}, 3, NULL);
    struct eb_placement five[5];
    for (int i = 0; i < 5; i++)
        five[i] = at("a", "0-7", 8); /* a mask may be wider than what is allowed */
    assert_sharing(five, 5, "5 ranks share 4 CPUs of host a");
}

/* Hosts that are containers, or namespaces, of one machine */
static void test_hosts_of_one_machine(void **state)
{
    (void)state;
    struct eb_placement four[4];
    for (int i = 0; i < 4; i++) {
        four[i] = at((const char *[]){"a", "b", "c", "d"}[i], "0-1", 2);
        strcpy(four[i].machine, "boot");
    }
    assert_sharing(four, 2, NULL);
    assert_sharing(four, 3, "3 ranks are bound to CPUs 0-1 of host a and others, which are one machine");
    for (int i = 0; i < 4; i++) /* each host has CPUs of its own */
        snprintf(four[i].cpus, sizeof four[i].cpus, "%d-%d", 2 * i, 2 * i + 1);
    assert_sharing(four, 4, NULL);
    for (int i = 0; i < 4; i++) {
        strcpy(four[i].cpus, "0-1");
        snprintf(four[i].machine, sizeof four[i].machine, "boot %d", i);
    }
    assert_sharing(four, 4, NULL);
    for (int i = 0; i < 4; i++)
        four[i].machine[0] = '\0'; /* nobody knows */
    assert_sharing(four, 4, NULL);
    struct eb_placement mine = {0};
    struct eb_error err = {0};
    assert_int_equal(eb_placement_read(&mine, &err), EB_OK);
    assert_int_equal(strlen(mine.machine), 36); /* a UUID: proc(5) */
}

static void test_hardware_threads_of_one_core(void **state)
{
    (void)state;
    char text[200] = "";
    struct eb_placement two[2] = {at("a", "3", 1), at("a", "7", 1)};
    two[0].core = 3;
    two[1].core = 2;
    assert_int_equal(eb_placement_count(two, 2, NULL), EB_OK);
    assert_false(eb_placement_shares_threads(two, 2, text, sizeof text));
    two[1].core = 3;
    assert_true(eb_placement_shares_threads(two, 2, text, sizeof text));
    assert_non_null(strstr(text, "ranks 0 and 1"));
    assert_non_null(strstr(text, "CPUs 3 and 7"));
    strcpy(two[1].host, "b"); /* another host's third core */
    assert_int_equal(eb_placement_count(two, 2, NULL), EB_OK);
    assert_false(eb_placement_shares_threads(two, 2, text, sizeof text));
    two[0].core = two[1].core = -1; /* masks of several cores */
    strcpy(two[1].host, "a");
    assert_int_equal(eb_placement_count(two, 2, NULL), EB_OK);
    assert_false(eb_placement_shares_threads(two, 2, text, sizeof text));
}

static void test_ranks_of_a_host_are_counted(void **state)
{
    (void)state;
    struct eb_placement four[4] = {at("a", "0", 1), at("b", "0", 1), at("a", "1", 1), at("a", "2", 1)};
    static const int local[] = {0, 0, 1, 2};
    static const int next[] = {2, -1, 3, -1};
    assert_int_equal(eb_placement_count(four, 4, NULL), EB_OK);
    for (int rank = 0; rank < 4; rank++) {
        assert_int_equal(four[rank].local_rank, local[rank]);
        assert_int_equal(four[rank].local_ranks, rank == 1 ? 1 : 3);
        assert_int_equal(four[rank].first_here, rank == 1 ? 1 : 0);
        assert_int_equal(four[rank].next_here, next[rank]);
    }
}

static void assert_library(const char *version, const char *wanted)
{
    char line[200];
    eb_mpi_library_line(version, line, sizeof line);
    assert_string_equal(line, wanted);
}

/* As Debian's libmpich12 and libopenmpi3 say it. */
static void test_library_line(void **state)
{
    (void)state;
    assert_library("MPICH Version:\t4.0.2\nMPICH Release date:\tThu Apr  7 12:34:45 CDT 2022\n"
                   "MPICH Device:\tch4:ucx\nMPICH configure:\t--build=x86_64-linux-gnu\n",
                   "MPICH 4.0.2, device ch4:ucx");
    assert_library("MPICH Version:      3.4.3\n", "MPICH 3.4.3");
    assert_library("Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4",
                   "Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4");
    assert_library("Intel(R) MPI Library 2021.9 for Linux* OS\n\n",
                   "Intel(R) MPI Library 2021.9 for Linux* OS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sharing),
        cmocka_unit_test(test_hosts_of_one_machine),
        cmocka_unit_test(test_hardware_threads_of_one_core),
        cmocka_unit_test(test_ranks_of_a_host_are_counted),
        cmocka_unit_test(test_library_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
