/* Ceilings by hand: 100 Gb/s are 12500 MB/s, and no arm has one that it does not claim. */
#include "judge/ceiling.h"
#include "made_report.h"

static struct eb_ceiling ceiling_at(const json_t *record, const struct eb_series_set *set, const char *kernel,
                                    const char *arm, uint64_t size_bytes, uint64_t ranks, double *value)
{
    struct eb_ceiling ceiling = {0};
    for (size_t i = 0; i < set->count; i++) {
        const struct eb_series *series = &set->series[i];
        if (strcmp(series->kernel->name, kernel) == 0 && strcmp(series->arm, arm) == 0 &&
            series->size_bytes == size_bytes && (ranks == 0 || series->ranks == ranks) &&
            (series->metric->amount != EB_AMOUNT_NONE || strcmp(kernel, "pingpong") == 0)) {
            eb_ceiling_of(record, set->arms[series->arm_index], series, &ceiling);
            *value = series->value;
            return ceiling;
        }
    }
    fail_msg("no %s of %s", kernel, arm);
    return ceiling;
}

static void assert_percent(double value, double whole, double low, double high)
{
    double percent = 100 * value / whole;
    if (!(percent >= low && percent < high))
        fail_msg("%g%%, wanted %g%% to %g%%", percent, low, high);
}

static void test_published(void **state)
{
    (void)state;
    json_t *record = load_published();
    struct eb_series_set *set = series_of(record);
    double value;
    struct eb_ceiling efa = ceiling_at(record, set, "bandwidth", "efa", 1048576, 2, &value);
    assert_near(efa.line, 12500);
    assert_string_equal(efa.name, "EFA of c5n.18xlarge");
    assert_int_equal(efa.one_flow, 0);
    assert_absent(eb_ceiling_cap(&efa, eb_ceiling_usual_cap()));
    assert_percent(value, efa.line, 72.5, 73.5);
    assert_int_equal(eb_ceiling_is_exceeded(&efa, value), 0);
    assert_int_equal(eb_ceiling_is_exceeded(&efa, 13124), 0); /* 5% are let through, as by the audit */
    assert_int_equal(eb_ceiling_is_exceeded(&efa, 13126), 1);

    struct eb_ceiling ena = ceiling_at(record, set, "bandwidth", "ena", 1048576, 2, &value);
    assert_near(ena.line, 12500);
    assert_int_equal(ena.one_flow, 1);
    assert_near(eb_ceiling_cap(&ena, eb_flow_cap_at(0)), 625);
    assert_near(eb_ceiling_cap(&ena, eb_ceiling_usual_cap()), 1250);
    assert_near(eb_ceiling_cap(&ena, eb_flow_cap_at(2)), 3125);
    assert_percent(value, ena.line, 9.35, 9.45);
    assert_percent(value, 1250, 93.5, 94.5);
    assert_int_equal(eb_ceiling_is_exceeded(&ena, 3281), 0);
    assert_int_equal(eb_ceiling_is_exceeded(&ena, 3282), 1); /* more than any one flow: 3125 and 5% */

    ena = ceiling_at(record, set, "bibandwidth", "ena", 1048576, 2, &value);
    assert_near(ena.line, 25000); /* both directions */
    assert_near(eb_ceiling_cap(&ena, eb_ceiling_usual_cap()), 2500);
    ena = ceiling_at(record, set, "bandwidth", "ena36", 4194304, 72, &value);
    assert_near(ena.line, 12500); /* 36 pairs share the one card */
    assert_int_equal(ena.one_flow, 0);
    efa = ceiling_at(record, set, "pingpong", "efa", 8, 2, &value);
    assert_null(efa.adapter); /* a time is no rate */
    eb_series_set_free(set);
    json_decref(record);
}

/* The tcp arm of a made record (transport ofi) with these attributes, its bandwidth of 8 B, on this instance.
 */
static struct eb_ceiling made_ceiling(const char *instance, const char *transport, json_t *attributes,
                                      const struct case_facts *facts, uint64_t hosts)
{
    static const char *const names[] = {"alpha", "beta", "gamma", "delta"};
    json_t *record = new_record(1);
    json_t *ranks = json_array();
    double value;
    for (uint64_t i = 0; i < (uint64_t)facts->ranks; i++)
        json_array_append_new(ranks, json_pack("{s:s}", "host", names[i * hosts / (uint64_t)facts->ranks]));
    json_object_set_new(launch_of(record, 0), "provenance",
                        json_pack("{s:s, s:o}", "instance", instance, "ranks", ranks));
    set_arm(record, 0, "transport", json_string(transport));
    set_arm(record, 0, "attributes", attributes);
    json_t *made = add_median(record, 0, facts, 2000);
    if (facts->ranks > 2 && strcmp(facts->kernel, "allreduce") != 0)
        json_object_set_new(made, "pairs", json_integer(facts->ranks / 2));
    struct eb_series_set *set = series_of(record);
    struct eb_ceiling ceiling =
        ceiling_at(record, set, facts->kernel, "tcp", (uint64_t)facts->size_bytes, 0, &value);
    eb_series_set_free(set);
    json_decref(record);
    return ceiling;
}

static const struct case_facts messages = {"message_rate", "window_ns", "tcp", 8, 2, 512};
static const struct case_facts four_pairs = {"bandwidth", "window_ns", "tcp", 8, 8, 512};

static void test_claims(void **state)
{
    (void)state;
    static const struct {
        const char *instance;
        const char *transport;
        const char *attributes; /* key=value,... */
        double line;            /* MB/s; NAN: none */
    } claims[] = {
        {"c5n.18xlarge", "ofi", "provider=efa", 12500},
        {"c5n.18xlarge", "ofi", "provider=efa-direct", 12500},
        {"c5n.18xlarge", "ofi", "provider=efa;ofi_rxd", 12500},
        {"c5n.18xlarge", "ofi", "provider=efax", NAN},
        {"c5n.18xlarge", "ofi", "provider=shm", NAN},
        {"c5n.18xlarge", "ofi", "provider=tcp,interface=lo", NAN},
        {"c5n.18xlarge", "ofi", "provider=tcp,interface=ens5,driver=ena", 12500},
        {"c5n.18xlarge", "sockets", "interface=ens5,driver=ena", 12500},
        {"c5n.18xlarge", "sockets", "interface=ens5,driver=virtio_net", NAN},
        {"c5n.18xlarge", "sockets", "interface=ens5", 12500},              /* what the type has */
        {"c5n.18xlarge", "sockets", "interface=ens3,driver=ixgbevf", NAN}, /* the type has no such thing */
        {"m4.10xlarge", "sockets", "interface=ens3,driver=ixgbevf", 1250},
        {"m5.8xlarge", "ofi", "provider=efa", NAN},
        {"p5.48xlarge", "ofi", "provider=efa", 12500}, /* one of 32 devices */
        {"p5.48xlarge", "sockets", "interface=ens5,driver=ena", 100000},
        {"c6in.32xlarge", "ofi", "provider=efa", 25000}, /* of two cards one may carry more than half */
        {"c5.48xlarge", "ofi", "provider=efa", NAN},     /* no such type */
        {"Standard PC", "ofi", "provider=efa", NAN},
        {"c5n.18xlarge", "mpi", "mtl=ofi,providers=efa", 12500},
        {"c5n.18xlarge", "mpi", "mtl=ofi,providers=tcp", NAN},
        {"c5n.18xlarge", "mpi", "pml=ob1,providers=efa", NAN},
    };
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
        json_t *attributes = json_object();
        char text[200];
        snprintf(text, sizeof text, "%s", claims[i].attributes);
        char *rest = text;
        for (char *word = strsep(&rest, ","); word; word = strsep(&rest, ",")) {
            char *key = strsep(&word, "=");
            json_object_set_new(attributes, key,
                                strcmp(key, "providers") == 0 ? json_pack("[s]", word) : json_string(word));
        }
        struct eb_ceiling ceiling =
            made_ceiling(claims[i].instance, claims[i].transport, attributes, &bandwidth, 2);
        int none = isnan(claims[i].line);
        if (none ? ceiling.adapter != NULL : !ceiling.adapter || fabs(ceiling.line - claims[i].line) > 1e-6)
            fail_msg("%s with %s has %g MB/s", claims[i].instance, claims[i].attributes, ceiling.line);
    }
}

static void test_hosts_and_units(void **state)
{
    (void)state;
    struct eb_ceiling ceiling =
        made_ceiling("c5n.18xlarge", "ofi", json_pack("{s:s}", "provider", "efa"), &messages, 2);
    assert_near(ceiling.line, 12.5e9 / 8); /* messages of 8 B a second */
    ceiling = made_ceiling("c5n.18xlarge", "ofi", json_pack("{s:s}", "provider", "efa"), &four_pairs, 2);
    assert_near(ceiling.line, 12500);
    ceiling = made_ceiling("c5n.18xlarge", "ofi", json_pack("{s:s}", "provider", "efa"), &four_pairs, 4);
    assert_near(ceiling.line, 25000); /* two hosts send */
    ceiling = made_ceiling("p5.48xlarge", "ofi", json_pack("{s:s}", "provider", "efa"), &four_pairs, 2);
    assert_near(ceiling.line, 50000); /* four endpoints, a device of 100 Gb/s each */
    assert_string_equal(ceiling.name, "4 of 32 EFA devices of p5.48xlarge");
    /* 4 ranks: busbw counts 3/4 * 2, two hosts must carry 1/2 * 2, four hosts 3/4 * 2 */
    ceiling = made_ceiling("c5n.18xlarge", "ofi", json_pack("{s:s}", "provider", "efa"), &allreduce, 2);
    assert_near(ceiling.line, 18750);
    ceiling = made_ceiling("c5n.18xlarge", "ofi", json_pack("{s:s}", "provider", "efa"), &allreduce, 4);
    assert_near(ceiling.line, 12500);
    ceiling = made_ceiling("c5n.18xlarge", "ofi", json_pack("{s:s}", "provider", "efa"), &allreduce, 1);
    assert_null(ceiling.adapter); /* within one host nothing need cross the card */
}

static void test_flows(void **state)
{
    (void)state;
    struct eb_ceiling ceiling = made_ceiling(
        "c5n.18xlarge", "sockets", json_pack("{s:s, s:i}", "driver", "ena", "flows", 1), &bandwidth, 2);
    assert_int_equal(ceiling.one_flow, 1);
    ceiling = made_ceiling("c5n.18xlarge", "sockets", json_pack("{s:s, s:s}", "driver", "ena", "flows", "1"),
                           &bandwidth, 2);
    assert_int_equal(ceiling.one_flow, 1); /* as importers write it */
    ceiling = made_ceiling("c5n.18xlarge", "sockets", json_pack("{s:s, s:i}", "driver", "ena", "flows", 8),
                           &bandwidth, 2);
    assert_int_equal(ceiling.one_flow, 0);
    ceiling = made_ceiling("c5n.18xlarge", "sockets", json_pack("{s:s, s:i}", "driver", "ena", "flows", 1),
                           &four_pairs, 2);
    assert_int_equal(ceiling.one_flow, 0); /* four pairs, four flows */
    /* what its network reaches has no source, what a flow may carry has */
    ceiling = made_ceiling("t3.large", "sockets", json_pack("{s:s, s:i}", "driver", "ena", "flows", 1),
                           &bandwidth, 2);
    assert_int_equal(ceiling.one_flow, 1);
    assert_absent(ceiling.line);
}

static void test_reports(void **state)
{
    (void)state;
    json_t *record = load_published();
    char *text = report_with(record, "text", NULL, NULL);
    assert_says(text, "of line = share of the line rate: EFA of c5n.18xlarge, 100 Gb/s = 12500 MB/s;");
    assert_says(text, "of flow = share of what one flow may carry in a cluster placement group, 10 Gb/s\n");
    assert_says(text, "    1 MiB   9119      73%   1177     9.4%      94%  0.13x\n");
    assert_says(text, "ceilings  c5n.18xlarge: EFA 100 Gb/s with 1 device");
    assert_silent(text, "!");
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
        if (strlen(line) > 80)
            fail_msg("more than 80 columns: '%s'", line);
    free(text);
    json_t *json = json_report(record, NULL);
    size_t i;
    size_t found = 0;
    const json_t *series;
    json_array_foreach(json_object_get(json, "series"), i, series)
    {
        const json_t *ceiling = json_object_get(series, "ceiling");
        if (strcmp(json_string_value(json_object_get(series, "kernel")), "pingpong") == 0)
            assert_true(json_is_null(ceiling));
        if (strcmp(json_string_value(json_object_get(series, "kernel")), "bandwidth") != 0 ||
            strcmp(json_string_value(json_object_get(series, "arm")), "ena") != 0 ||
            json_integer_value(json_object_get(series, "size_bytes")) != 1048576)
            continue;
        const json_t *caps = json_object_get(ceiling, "single_flow");
        found++;
        assert_number(ceiling, "value", 12500);
        assert_number(ceiling, "gbps", 100);
        assert_int_equal(json_array_size(caps), 3);
        assert_number(json_array_get(caps, 1), "value", 1250);
        assert_percent(json_number_value(json_object_get(json_array_get(caps, 1), "share")), 1, 93.5, 94.5);
        assert_true(json_is_false(json_object_get(ceiling, "exceeded")));
        assert_says(json_string_value(json_object_get(ceiling, "source")), "aws/karpenter-provider-aws");
    }
    assert_int_equal(found, 1);
    json_decref(json);
    json_decref(record);
}

/* 512 B in 20 ns are 25600 MB/s, 205% of 100 Gb/s; in 200 ns 2560 MB/s, more than 10 Gb/s, less than 25. */
static void test_beyond(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    uint64_t fast_ns[] = {20, 20, 20};
    uint64_t flow_ns[] = {200, 200, 200};
    struct case_facts flow = with_arm(bandwidth, "kernel-tcp");
    json_object_set_new(launch_of(record, 0), "provenance", json_pack("{s:s}", "instance", "c5n.18xlarge"));
    set_arm(record, 0, "attributes", json_pack("{s:s}", "provider", "efa"));
    set_arm(record, 1, "attributes", json_pack("{s:s, s:i}", "driver", "ena", "flows", 1));
    add_case(record, 0, &bandwidth, fast_ns, 3);
    add_case(record, 0, &flow, flow_ns, 3);
    char *text = report_with(record, "text", NULL, NULL);
    assert_says(text, "205%!");
    assert_says(text, "205%+"); /* of 1250 */
    assert_says(text, "! = more than it can carry");
    assert_says(text, "+ = beyond it, as only ENA");
    assert_says(text, "warning   arm tcp, bandwidth, 8 B: 25600 MB/s is 205% of what EFA of");
    assert_silent(text, "warning   arm kernel-tcp, bandwidth");
    free(text);
    json_object_set_new(json_object_get(launch_of(record, 0), "provenance"), "instance",
                        json_string("unheard-of"));
    text = report_with(record, "text", NULL, NULL);
    assert_silent(text, "of line");
    assert_silent(text, "ceilings");
    assert_silent(text, "205%");
    free(text);
    json_decref(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),       cmocka_unit_test(test_claims),
        cmocka_unit_test(test_hosts_and_units), cmocka_unit_test(test_flows),
        cmocka_unit_test(test_reports),         cmocka_unit_test(test_beyond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
