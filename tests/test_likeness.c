/* Which records may be compared: every mismatch is named, and let through by its name alone. */
#include "judge/likeness.h"
#include "made_compare.h"

static const uint64_t median_ns[] = {1000};

/* One launch of ping-pong on two hosts of a c5n.18xlarge. */
static json_t *record_of(const struct case_facts *facts)
{
    json_t *record = new_record(1);
    json_object_set_new(launch_of(record, 0), "provenance",
                        json_pack("{s:[s,s], s:s, s:s}", "hosts", "node1", "node2", "instance",
                                  "c5n.18xlarge", "cpu", "Xeon"));
    json_object_set_new(add_median(record, 0, facts, median_ns[0]), "loop", json_string("closed"));
    return record;
}

static const char *text_of(const json_t *likeness, const char *name)
{
    const char *text = json_string_value(json_object_get(likeness, name));
    return text ? text : "(nothing)";
}

static void test_properties(void **state)
{
    (void)state;
    json_t *record = record_of(&pingpong);
    struct case_facts other = with_arm(allreduce, "kernel-tcp");
    json_object_set_new(add_median(record, 0, &other, 2000), "type", json_string("f64"));
    json_t *likeness = eb_likeness_of(record);
    assert_string_equal(text_of(likeness, "kind"), "measured");
    assert_string_equal(text_of(likeness, "kernels"), "allreduce+pingpong");
    assert_string_equal(text_of(likeness, "arms"), "kernel-tcp+tcp");
    assert_string_equal(text_of(likeness, "ranks"), "2+4");
    assert_string_equal(text_of(likeness, "hosts"), "2");
    assert_string_equal(text_of(likeness, "instance"), "c5n.18xlarge");
    assert_string_equal(text_of(likeness, "definition allreduce type"), "f64");
    assert_string_equal(text_of(likeness, "definition allreduce loop"), "unsaid");
    assert_string_equal(text_of(likeness, "definition pingpong loop"), "closed");
    assert_string_equal(text_of(likeness, "definition pingpong average"), "median");
    json_decref(likeness);
    json_decref(record);
}

static void test_instance_else_cpu_else_unknown(void **state)
{
    (void)state;
    json_t *record = record_of(&pingpong);
    json_t *provenance = json_object_get(launch_of(record, 0), "provenance");
    json_object_del(provenance, "instance");
    json_t *likeness = eb_likeness_of(record);
    assert_string_equal(text_of(likeness, "instance"), "Xeon");
    json_decref(likeness);
    json_object_clear(provenance);
    likeness = eb_likeness_of(record);
    assert_string_equal(text_of(likeness, "instance"), "unknown");
    assert_string_equal(text_of(likeness, "hosts"), "unknown");
    json_decref(likeness);
    json_decref(record);
}

static void test_side_is_its_launches_and_cases(void **state)
{
    (void)state;
    json_t *record = new_record(2);
    struct case_facts other = with_arm(allreduce, "kernel-tcp");
    add_median(record, 0, &pingpong, 1000);
    add_median(record, 1, &other, 1000);
    set_variant(record, 1, "new");
    json_t *arm = eb_likeness_of_side(record, "tcp", NULL);
    json_t *variant = eb_likeness_of_side(record, NULL, "new");
    assert_string_equal(text_of(arm, "kernels"), "pingpong");
    assert_string_equal(text_of(arm, "ranks"), "2");
    assert_string_equal(text_of(variant, "kernels"), "allreduce");
    json_decref(arm);
    json_decref(variant);
    json_decref(record);
}

/* The only difference of two records; both are given up. */
static void assert_differs(json_t *base, json_t *now, const char *name, const char *in_base,
                           const char *in_now)
{
    json_t *likeness[] = {eb_likeness_of(base), eb_likeness_of(now)};
    json_t *differences = eb_likeness_differences(likeness[0], likeness[1]);
    char *text = json_dumps(differences, JSON_COMPACT);
    char wanted[256];
    snprintf(wanted, sizeof wanted, "[[\"%s\",\"%s\",\"%s\"]]", name, in_base, in_now);
    assert_string_equal(text, wanted);
    free(text);
    json_decref(differences);
    json_decref(likeness[0]);
    json_decref(likeness[1]);
    json_decref(base);
    json_decref(now);
}

static void set_case(json_t *record, const char *key, json_t *value)
{
    json_object_set_new(json_array_get(cases_of(record, 0), 0), key, value);
}

static void test_each_definition_counts(void **state)
{
    static const struct {
        const char *key;
        const char *base; /* what it means where nothing is said */
        const char *now;
    } words[] = {{"receives", "unsaid", "as-osu"},
                 {"average", "median", "mean"},
                 {"type", "f32", "f64"},
                 {"operation", "sum", "max"},
                 {"loop", "closed", "barrier"}};
    char name[64];
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        json_t *now = record_of(&pingpong);
        set_case(now, words[i].key, json_string(words[i].now));
        snprintf(name, sizeof name, "definition pingpong %s", words[i].key);
        assert_differs(record_of(&pingpong), now, name, words[i].base, words[i].now);
    }
    json_t *now = record_of(&pingpong);
    set_case(now, "window", json_integer(32));
    assert_differs(record_of(&pingpong), now, "definition pingpong window", "none", "32");
    now = record_of(&pingpong);
    set_case(now, "pairs", json_integer(2));
    assert_differs(record_of(&pingpong), now, "definition pingpong pairs", "1", "2");
    now = record_of(&pingpong);
    set_case(now, "in_place", json_true());
    assert_differs(record_of(&pingpong), now, "definition pingpong in_place", "no", "yes");
    now = record_of(&pingpong);
    set_case(now, "first_sweep_counted", json_true());
    assert_differs(record_of(&pingpong), now, "definition pingpong first_sweep_counted", "no", "yes");
    now = record_of(&pingpong);
    set_case(now, "rotated_bytes", json_integer(1 << 20));
    assert_differs(record_of(&pingpong), now, "definition pingpong rotates", "no", "yes");
    now = record_of(&pingpong);
    set_case(now, "bytes_per_sample", json_integer(128));
    assert_differs(record_of(&pingpong), now, "definition pingpong messages", "1", "16"); /* of 8 bytes */
    now = record_of(&pingpong);
    set_arm(now, 0, "attributes", json_pack("{s:s}", "operation", "write"));
    json_t *base = record_of(&pingpong);
    set_arm(base, 0, "attributes", json_pack("{s:s}", "operation", "tagged"));
    assert_differs(base, now, "definition arm tcp operation", "tagged", "write");
}

static json_t *asked_record(const char *spec, const char *transport, const char *used)
{
    json_t *record = record_of(&pingpong);
    set_arm(record, 0, "transport", json_string(transport));
    if (spec)
        set_arm(record, 0, "spec", json_string(spec));
    if (used)
        set_arm(record, 0, "attributes", json_pack("{s:s}", "provider", used));
    return record;
}

/* One name for two ways to move bytes. */
static void test_what_an_arm_is_counts(void **state)
{
    (void)state;
    assert_differs(asked_record(NULL, "ofi", NULL), asked_record(NULL, "mpi", NULL),
                   "definition arm tcp transport", "ofi", "mpi");
    assert_differs(asked_record("tcp=ofi:tcp", "ofi", "tcp"), asked_record("tcp=ofi:efa", "ofi", "efa"),
                   "definition arm tcp provider", "tcp", "efa");
    assert_differs(asked_record("tcp=sockets,flows=1", "sockets", NULL),
                   asked_record("tcp=sockets,flows=8", "sockets", NULL), "definition arm tcp flows", "1",
                   "8");
    json_t *base = record_of(&pingpong);
    json_t *now = record_of(&pingpong);
    set_arm(base, 0, "attributes", json_pack("{s:i}", "flows", 1));
    set_arm(now, 0, "attributes", json_pack("{s:i}", "flows", 4));
    assert_differs(base, now, "definition arm tcp flows", "1", "4");
    /* What came of the same question is what a change is looked for in. */
    base = asked_record("tcp=ofi:tcp", "ofi", "tcp");
    now = asked_record("tcp=ofi:tcp", "ofi", "tcp;ofi_rxm");
    json_t *likeness[] = {eb_likeness_of(base), eb_likeness_of(now)};
    assert_true(json_equal(likeness[0], likeness[1]));
    json_decref(likeness[0]);
    json_decref(likeness[1]);
    json_decref(base);
    json_decref(now);
}

/* Two arms that are both named may be anything; one and the same of two records may not. */
static void test_arms_that_are_named(void **state)
{
    (void)state;
    json_t *base = asked_record("tcp=ofi:tcp", "ofi", NULL);
    json_t *now = asked_record("tcp=ofi:efa", "ofi", NULL);
    json_t *tcp = eb_likeness_of_side(base, "tcp", NULL);
    json_t *kernel_tcp = eb_likeness_of_side(base, "kernel-tcp", NULL);
    json_t *other = eb_likeness_of_side(now, "tcp", NULL);
    assert_string_equal(text_of(tcp, "definition arm tcp provider"), "tcp");
    assert_string_equal(text_of(other, "definition arm tcp provider"), "efa");
    assert_string_equal(text_of(kernel_tcp, "definition arm tcp transport"), "(nothing)");
    json_decref(tcp);
    json_decref(kernel_tcp);
    json_decref(other);
    json_decref(base);
    json_decref(now);
}

static void test_what_is_looked_for_is_no_mismatch(void **state)
{
    (void)state;
    json_t *base = record_of(&pingpong);
    json_t *now = record_of(&pingpong);
    json_t *provenance = json_object_get(launch_of(now, 0), "provenance");
    json_object_set_new(provenance, "libfabric_path", json_string("/opt/new/libfabric.so"));
    json_object_set_new(provenance, "kernel", json_string("6.9"));
    json_object_set_new(provenance, "hosts", json_pack("[s,s]", "node8", "node9"));
    struct case_facts larger = with_size(pingpong, 64);
    json_object_set_new(add_median(now, 0, &larger, 1000), "loop", json_string("closed"));
    json_t *likeness[] = {eb_likeness_of(base), eb_likeness_of(now)};
    assert_true(json_equal(likeness[0], likeness[1]));
    json_decref(likeness[0]);
    json_decref(likeness[1]);
    json_decref(base);
    json_decref(now);
}

static void test_a_kernel_of_one_side_has_no_definition_to_differ(void **state)
{
    (void)state;
    json_t *now = record_of(&pingpong);
    add_median(now, 0, &bandwidth, 1000);
    assert_differs(record_of(&pingpong), now, "kernels", "pingpong", "bandwidth+pingpong");
}

static json_t *differences_of(size_t count)
{
    json_t *differences =
        json_pack("[[s,s,s], [s,s,s]]", "ranks", "2", "4", "instance", "c5n.18xlarge", "p5.48xlarge");
    for (size_t i = 0; i < count; i++)
        json_array_append_new(differences,
                              json_pack("[o,s,s]", json_sprintf("definition kernel%zu window", i), "64",
                                        "a long value that may be cut when there are many"));
    return differences;
}

static void assert_checked(const json_t *differences, const char *allow, const char *words)
{
    struct eb_error err = {0};
    assert_int_equal(eb_likeness_check(differences, "old.json", "new.json", allow, &err), EB_INVALID);
    assert_true(strlen(err.text) < sizeof err.text - 1);
    assert_says(err.text, words);
}

static void test_every_mismatch_in_one_line(void **state)
{
    (void)state;
    json_t *two = differences_of(0);
    assert_checked(two, NULL,
                   "old.json and new.json are not alike: ranks 2, 4; instance c5n.18xlarge, p5.48xlarge: "
                   "--allow=ranks,instance compares them nevertheless");
    assert_checked(two, "ranks,definition",
                   "old.json and new.json are not alike: instance c5n.18xlarge, p5.48xlarge: "
                   "--allow=ranks,instance,definition compares them nevertheless"); /* the whole list */
    assert_int_equal(eb_likeness_check(two, "a", "b", "instance,ranks", NULL), EB_OK);
    assert_int_equal(eb_likeness_check(two, "a", "b", "all", NULL), EB_OK);
    json_decref(two);
}

/* What would not help is not offered. */
static void test_what_shares_nothing(void **state)
{
    static const struct {
        const char *name;
        const char *base;
        const char *now;
        const char *says;
    } rows[] = {
        {"kernels", "allreduce+pingpong", "bandwidth",
         ": they share no kernels, so that no series is in both"},
        {"arms", "tcp", "tcp2", ": they share no arms, so that no series is in both"},
        {"ranks", "2+4", "8+16", ": they share no ranks, so that no series is in both"},
        {"kernels", "allreduce+pingpong", "pingpong", ": --allow=kernels,hosts compares"},
        {"arms", "a+b+c", "d+c", ": --allow=arms,hosts compares"},
        {"ranks", "2", "4", ": --allow=ranks,hosts compares"},
        {"ranks", "2", "2+4", ": --allow=ranks,hosts compares"},
        {"instance", "c5n.18xlarge", "p5.48xlarge", ": --allow=hosts,instance compares"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *differences =
            json_pack("[[s,s,s], [s,s,s]]", rows[i].name, rows[i].base, rows[i].now, "hosts", "2", "4");
        assert_checked(differences, NULL, rows[i].says);
        json_decref(differences);
    }
}

static void test_many_mismatches_are_shortened_not_dropped(void **state)
{
    (void)state;
    json_t *several = differences_of(8);
    char name[64];
    for (size_t i = 0; i < 8; i++) {
        snprintf(name, sizeof name, "definition kernel%zu window", i);
        assert_checked(several, NULL, name);
    }
    assert_checked(several, NULL, "--allow=ranks,instance,definition compares them nevertheless");
    json_decref(several);
    json_t *many = differences_of(40);
    assert_checked(many, NULL, "definition of 40 properties");
    assert_checked(many, NULL, "instance c5n.");
    assert_checked(many, NULL, "--allow=ranks,instance,definition compares them nevertheless");
    json_decref(many);
}

static void test_long_paths_do_not_push_names_out(void **state)
{
    (void)state;
    struct eb_error err = {0};
    char path[600];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    json_t *two = differences_of(0);
    assert_int_equal(eb_likeness_check(two, path, path, NULL, &err), EB_INVALID);
    assert_says(err.text, "--allow=ranks,instance compares them nevertheless");
    json_decref(two);
}

static void test_allow(void **state)
{
    (void)state;
    struct eb_error err = {0};
    assert_int_equal(eb_likeness_check_allow(NULL, NULL), EB_OK);
    assert_int_equal(eb_likeness_check_allow("ranks", NULL), EB_OK);
    assert_int_equal(
        eb_likeness_check_allow("kind,kernels,arms,ranks,hosts,instance,definition,path,missing,all", NULL),
        EB_OK);
    assert_int_equal(eb_likeness_check_allow("ranks,rank", &err), EB_USAGE);
    assert_says(err.text, "'rank' is none of kind, kernels, ");
    assert_int_equal(eb_likeness_check_allow("", &err), EB_USAGE);
    assert_int_equal(eb_likeness_check_allow("ranks,", &err), EB_USAGE);
    assert_int_equal(eb_likeness_check_allow("definition pingpong loop", &err), EB_USAGE);
    assert_true(eb_likeness_is_allowed("hosts,definition", "definition pingpong loop"));
    assert_false(eb_likeness_is_allowed("hosts,definition", "kind"));
    assert_false(eb_likeness_is_allowed(NULL, "kind"));
    assert_true(eb_likeness_is_allowed("all", "kind"));
    assert_false(eb_likeness_is_allowed("rank", "ranks"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_properties),
        cmocka_unit_test(test_instance_else_cpu_else_unknown),
        cmocka_unit_test(test_side_is_its_launches_and_cases),
        cmocka_unit_test(test_each_definition_counts),
        cmocka_unit_test(test_what_an_arm_is_counts),
        cmocka_unit_test(test_arms_that_are_named),
        cmocka_unit_test(test_what_is_looked_for_is_no_mismatch),
        cmocka_unit_test(test_a_kernel_of_one_side_has_no_definition_to_differ),
        cmocka_unit_test(test_every_mismatch_in_one_line),
        cmocka_unit_test(test_what_shares_nothing),
        cmocka_unit_test(test_many_mismatches_are_shortened_not_dropped),
        cmocka_unit_test(test_long_paths_do_not_push_names_out),
        cmocka_unit_test(test_allow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
