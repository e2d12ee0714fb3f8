/* What arms claim of the path of their bytes, and what becomes of that where the ranks are. */
#include "cmocka_all.h"
#include "made_tree.h"
#include "measure/claim.h"

struct given {
    const char *spec;
    const char *interface; /* as the transport says */
    const char *provider;  /* likewise */
    int hosts;
    struct eb_claim_rules rules;
    const char *library; /* the provider's, where it is not libfabric itself */
};

struct got {
    enum eb_status status;
    char text[480];
    char warnings[600];
};

/* A host with one EFA, rdmap0s6, beside an ENA, ens5. */
static void make_host(char *root)
{
    made_tree(root);
    made_link(root, "sys/class/infiniband/rdmap0s6/device/driver", "../../../drivers/efa");
    made_link(root, "sys/class/net/ens5/device/driver", "../../../drivers/ena");
}

static struct got check(const struct given *given)
{
    struct eb_placement placements[2] = {{.host = "a"}, {.host = "a"}};
    struct eb_error err = {0};
    struct got got = {0};
    struct eb_arm arm;
    char root[PATH_MAX];
    struct eb_claim_rules rules = given->rules;
    json_t *warnings = json_array();
    json_t *attributes = json_object();
    make_host(root);
    rules.root = root;
    if (given->hosts == 2)
        strcpy(placements[1].host, "b");
    if (given->interface)
        json_object_set_new(attributes, "interface", json_string(given->interface));
    if (given->provider)
        json_object_set_new(attributes, "provider", json_string(given->provider));
    if (given->library)
        json_object_update_new(
            attributes, json_pack("{s:b, s:s}", "provider_built_in", 0, "provider_path", given->library));
    assert_int_equal(eb_arm_parse(given->spec, &arm, NULL), EB_OK);
    got.status = eb_claim_check(placements, 2, &arm, attributes, &rules, warnings, &err);
    strcpy(got.text, err.text);
    for (size_t i = 0; i < json_array_size(warnings); i++)
        strcat(got.warnings, json_string_value(json_array_get(warnings, i)));
    eb_arm_free(&arm);
    json_decref(warnings);
    json_decref(attributes);
    made_tree_gone(root);
    return got;
}

static void assert_has(const char *text, const char *word)
{
    if (!strstr(text, word))
        fail_msg("'%s' lacks '%s'", text, word);
}

static void test_one_host_where_an_adapter_was_meant(void **state)
{
    (void)state;
    struct given cases[] = {{.spec = "x=ofi:efa", .interface = "rdmap0s6-rdm", .provider = "efa"},
                            {.spec = "x=ofi:efa@rdmap0s6", .interface = "rdmap0s6-rdm", .provider = "efa"},
                            {.spec = "x=sockets@ena", .interface = "ens5"},
                            {.spec = "x=sockets@ixgbevf", .interface = "ens5"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct got got = check(&cases[i]);
        assert_int_equal(got.status, EB_WRONG_PATH);
        assert_has(got.text, cases[i].spec);
        assert_has(got.text, "--allow-same-host");
        cases[i].rules.allow_same_host = 1;
        got = check(&cases[i]);
        assert_int_equal(got.status, EB_OK);
        assert_has(got.warnings, "its bytes do not cross");
        cases[i].rules.allow_same_host = 0;
        cases[i].hosts = 2;
        got = check(&cases[i]);
        assert_int_equal(got.status, EB_OK);
        assert_string_equal(got.warnings, "");
    }
}

static void test_one_host_elsewhere_is_marked(void **state)
{
    (void)state;
    struct got got = check(&(struct given){.spec = "x=ofi:tcp", .interface = "eth0", .provider = "tcp"});
    assert_int_equal(got.status, EB_OK);
    assert_has(got.warnings, "do not cross eth0");
    got = check(&(struct given){.spec = "x=ofi:tcp@lo", .interface = "lo", .provider = "tcp"});
    assert_int_equal(got.status, EB_OK);
    assert_string_equal(got.warnings, "");
    got = check(&(struct given){.spec = "x=null"});
    assert_int_equal(got.status, EB_OK);
    assert_string_equal(got.warnings, "");
}

static void test_the_loopback_reaches_no_other_host(void **state)
{
    (void)state;
    struct got got = check(&(struct given){.spec = "x=sockets@lo", .interface = "lo", .hosts = 2});
    assert_int_equal(got.status, EB_USAGE);
    assert_has(got.text, "x=sockets@lo");
}

static void test_shared_memory_is_no_adapter(void **state)
{
    (void)state;
    static const char *const posing[] = {"efa=ofi:shm", "EFA=ofi:shm", "ena8=ofi:shm", "efa-write=ofi:shm",
                                         "x=ofi:shm@ens5"};
    for (size_t i = 0; i < sizeof posing / sizeof *posing; i++) {
        struct given given = {.spec = posing[i], .interface = "shm", .provider = "shm"};
        struct got got = check(&given);
        assert_int_equal(got.status, EB_WRONG_PATH);
        assert_has(got.text, "shared memory");
        given.rules.allow_wrong_path = 1;
        got = check(&given);
        assert_int_equal(got.status, EB_OK);
        assert_has(got.warnings, "its bytes cross no adapter");
    }
    /* a provider that libfabric chose, under an adapter's name */
    struct got got = check(&(struct given){.spec = "efa=ofi", .interface = "shm", .provider = "shm"});
    assert_int_equal(got.status, EB_WRONG_PATH);
    got = check(&(struct given){.spec = "s=ofi:shm", .interface = "shm", .provider = "shm"});
    assert_int_equal(got.status, EB_OK);
    assert_string_equal(got.warnings, "");
    /* "enable" is a word, not an adapter */
    got = check(&(struct given){.spec = "enable=ofi:shm", .interface = "shm", .provider = "shm"});
    assert_int_equal(got.status, EB_OK);
}

static void test_names_of_adapters(void **state)
{
    (void)state;
    struct got got = check(&(struct given){.spec = "efa=ofi:tcp@lo", .interface = "lo", .provider = "tcp"});
    assert_int_equal(got.status, EB_OK);
    assert_has(got.warnings, "called after an adapter that it does not use: it is ofi:tcp on lo");
    got = check(&(struct given){.spec = "ena=sockets@lo", .interface = "lo"});
    assert_has(got.warnings, "called after an adapter that it does not use: it is sockets on lo");
    got = check(&(struct given){.spec = "ena8=sockets@ens5", .interface = "ens5", .hosts = 2});
    assert_string_equal(got.warnings, "");
    got = check(
        &(struct given){.spec = "efa=ofi:efa", .interface = "rdmap0s6-rdm", .provider = "efa", .hosts = 2});
    assert_string_equal(got.warnings, "");
    got = check(&(struct given){.spec = "efa=mpi", .hosts = 2}); /* the layer above it */
    assert_string_equal(got.warnings, "");
}

static void test_a_provider_without_its_device_is_a_stand_in(void **state)
{
    (void)state;
    struct given given = {
        .spec = "efa=ofi:efa", .interface = "standin_0-rdm", .provider = "efa", .library = "/x/libefa-fi.so"};
    struct got got = check(&given);
    assert_int_equal(got.status, EB_OK);
    assert_has(got.warnings, "from /x/libefa-fi.so: a stand-in for tests, its figures are not an EFA's");
    /* libfabric's own opens nothing without a device, whether sysfs shows it or not */
    given.library = NULL;
    got = check(&given);
    assert_int_equal(got.status, EB_WRONG_PATH);
    given.hosts = 2;
    got = check(&given);
    assert_int_equal(got.status, EB_OK);
    assert_has(got.warnings, "shows no RDMA device standin_0: its counters cannot be read");
}

static void test_what_is_claimed(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        const char *interface;
        const char *device;
        int is_made;
        int is_rdma;
    } cases[] = {
        {"x=ofi:efa", "rdmap0s6-rdm", "rdmap0s6", 1, 1}, {"x=ofi:efa", "rdmap0s6-dgrm", "rdmap0s6", 1, 1},
        {"x=ofi:efa", "rdmap9s9-rdm", "rdmap9s9", 1, 0}, {"x=ofi:tcp", "ens5", "ens5", 0, 0},
        {"x=ofi:tcp@ens5", "ens5", "ens5", 1, 0},        {"x=mpi", NULL, "", 0, 0}};
    char root[PATH_MAX];
    make_host(root);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct eb_arm arm;
        json_t *attributes = json_object();
        if (cases[i].interface)
            json_object_set_new(attributes, "interface", json_string(cases[i].interface));
        assert_int_equal(eb_arm_parse(cases[i].spec, &arm, NULL), EB_OK);
        struct eb_claim claim = eb_claim_of(&arm, attributes, root);
        assert_string_equal(claim.device, cases[i].device);
        assert_int_equal(claim.is_made, cases[i].is_made);
        assert_int_equal(claim.is_rdma, cases[i].is_rdma);
        eb_arm_free(&arm);
        json_decref(attributes);
    }
    made_tree_gone(root);
}

/* Pairs (0, 2) and (1, 3) of four ranks. */
static enum eb_status check_four(const char *hosts, int pairs, int allow, const char *spec, char *text)
{
    struct eb_placement placements[4] = {0};
    struct eb_claim_rules rules = {.pairs = pairs, .allow_same_host = allow};
    struct eb_error err = {0};
    struct eb_arm arm;
    char root[PATH_MAX];
    make_host(root);
    rules.root = root;
    for (int i = 0; i < 4; i++)
        placements[i].host[0] = hosts[i];
    json_t *attributes = json_pack("{s:s}", "interface", strstr(spec, "efa") ? "rdmap0s6-rdm" : "ens5");
    json_t *warnings = json_array();
    assert_int_equal(eb_arm_parse(spec, &arm, NULL), EB_OK);
    enum eb_status status = eb_claim_check(placements, 4, &arm, attributes, &rules, warnings, &err);
    snprintf(text, 480, "%s",
             status == EB_OK ? json_array_size(warnings) ? json_string_value(json_array_get(warnings, 0)) : ""
                             : err.text);
    eb_arm_free(&arm);
    json_decref(attributes);
    json_decref(warnings);
    made_tree_gone(root);
    return status;
}

static void test_a_pair_on_one_host_beside_one_across(void **state)
{
    (void)state;
    char text[480];
    assert_int_equal(check_four("aabb", 2, 0, "x=ofi:efa", text), EB_OK);
    assert_string_equal(text, "");
    assert_int_equal(check_four("aaab", 2, 0, "x=ofi:efa", text), EB_WRONG_PATH);
    assert_has(text, "ranks 0 and 2, which are a pair, are both on host a");
    assert_int_equal(check_four("abaa", 1, 0, "x=sockets@ena", text), EB_WRONG_PATH);
    assert_int_equal(check_four("abca", 1, 0, "x=ofi:efa", text), EB_OK); /* (1, 3) is not at work */
    assert_int_equal(check_four("abab", 0, 0, "x=ofi:efa", text), EB_OK); /* all-reduces alone */
    assert_int_equal(check_four("aaab", 2, 1, "x=ofi:efa", text), EB_OK);
    assert_has(text, "its bytes do not cross rdmap0s6");
    assert_int_equal(check_four("aaab", 2, 0, "x=sockets@ens5", text), EB_WRONG_PATH); /* it is named */
    assert_int_equal(check_four("aaab", 2, 0, "x=ofi:tcp", text), EB_OK);              /* nothing is */
    assert_has(text, "its bytes do not cross ens5");
}

/* Hosts are screened, one rank on each; the placements of four ranks, one letter a host. */
static void test_a_screening_is_of_hosts(void **state)
{
    (void)state;
    static const char *const hosts[] = {"abcd", "abcb", "aabb"};
    static const char *const wanted[] = {"", "ranks 1 and 3 are both on host b",
                                         "ranks 0 and 1 are both on host a"};
    for (size_t i = 0; i < 3; i++) {
        struct eb_placement placements[4] = {0};
        struct eb_claim_rules rules = {.root = ""};
        struct eb_error err = {0};
        json_t *warnings = json_array();
        for (int rank = 0; rank < 4; rank++)
            placements[rank].host[0] = hosts[i][rank];
        assert_int_equal(eb_placement_count(placements, 4, &err), EB_OK);
        assert_int_equal(eb_claim_check_screened(placements, 4, &rules, warnings, &err),
                         i == 0 ? EB_OK : EB_WRONG_PATH);
        assert_has(err.text, wanted[i]);
        assert_int_equal(json_array_size(warnings), 0);
        rules.allow_same_host = 1;
        assert_int_equal(eb_claim_check_screened(placements, 4, &rules, warnings, &err), EB_OK);
        assert_int_equal(json_array_size(warnings), i > 0);
        if (i > 0)
            assert_has(json_string_value(json_array_get(warnings, 0)), wanted[i]);
        json_decref(warnings);
    }
}

static void test_devices_of_ranks(void **state)
{
    (void)state;
    struct eb_claim claims[3] = {{.device = "ens5"}, {.device = "ens5"}, {.device = "ens5"}};
    assert_null(eb_claim_devices(claims, 3));
    strcpy(claims[2].device, "eth0");
    json_t *names = eb_claim_devices(claims, 3);
    assert_int_equal(json_array_size(names), 3);
    assert_string_equal(json_string_value(json_array_get(names, 1)), "ens5");
    assert_string_equal(json_string_value(json_array_get(names, 2)), "eth0");
    json_decref(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_host_where_an_adapter_was_meant),
        cmocka_unit_test(test_one_host_elsewhere_is_marked),
        cmocka_unit_test(test_the_loopback_reaches_no_other_host),
        cmocka_unit_test(test_shared_memory_is_no_adapter),
        cmocka_unit_test(test_names_of_adapters),
        cmocka_unit_test(test_a_provider_without_its_device_is_a_stand_in),
        cmocka_unit_test(test_what_is_claimed),
        cmocka_unit_test(test_a_pair_on_one_host_beside_one_across),
        cmocka_unit_test(test_a_screening_is_of_hosts),
        cmocka_unit_test(test_devices_of_ranks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
