/* One reader for claims: one table of arms, and audit and report agree on each. */
#include "judge/ceiling.h"
#include "judge/claim.h"
#include "made_audit.h"

struct row {
    const char *arm;        /* a specification, or a name */
    const char *attributes; /* key=value|...; "" for none */
    const char *instance;
    int published;
    enum eb_claim_kind kind;
    const char *adapter; /* NULL: none */
    const char *by;
    const char *contradiction; /* NULL: none */
};

#define C5N "c5n.18xlarge"

static const struct row rows[] = {
    /* (a) nothing leaves the host */
    {"n=null", "", C5N, 0, EB_CLAIM_NOTHING, NULL, "transport", NULL},
    {"t=inproc", "", C5N, 0, EB_CLAIM_LOCAL, NULL, "transport", NULL},
    {"s=ofi:shm", "provider=shm", C5N, 0, EB_CLAIM_LOCAL, NULL, "provider", NULL},
    {"s=ofi:sm2@efa", "provider=sm2", C5N, 1, EB_CLAIM_LOCAL, NULL, "provider",
     "specified on efa, but its provider is sm2"},
    {"efa=ofi:shm", "", C5N, 1, EB_CLAIM_LOCAL, NULL, "provider", "called efa, but its provider is shm"},
    {"k=sockets@lo", "interface=lo|driver=ena", C5N, 0, EB_CLAIM_LOCAL, NULL, "interface", NULL},
    {"ena=sockets@127.0.0.1", "", C5N, 1, EB_CLAIM_LOCAL, NULL, "interface",
     "called ena, but its interface is 127.0.0.1"},
    /* (b) what was seen, by whole parts */
    {"x=ofi:efa", "provider=efa", C5N, 0, EB_CLAIM_ADAPTER, "efa", "provider", NULL},
    {"x=ofi:efa", "provider=efa-direct", C5N, 0, EB_CLAIM_ADAPTER, "efa", "provider", NULL},
    {"x=ofi:efa", "provider=efa;ofi_rxd", C5N, 0, EB_CLAIM_ADAPTER, "efa", "provider", NULL},
    {"x", "provider=efax", C5N, 1, EB_CLAIM_FOREIGN, NULL, "provider", NULL},
    {"x=mpi", "mtl=ofi|providers=efa", C5N, 0, EB_CLAIM_ADAPTER, "efa", "provider", NULL},
    {"x=mpi", "mpich_device=ch4:ofi|providers=efa", C5N, 0, EB_CLAIM_ADAPTER, "efa", "provider", NULL},
    {"x=mpi", "mpich_device=ch4:ucx|providers=efa", C5N, 0, EB_CLAIM_NONE, NULL, NULL, NULL},
    {"x=mpi", "mtl=ofi|providers=tcp", C5N, 0, EB_CLAIM_NONE, NULL, NULL, NULL},
    {"x=mpi", "pml=ob1|providers=efa", C5N, 0, EB_CLAIM_NONE, NULL, NULL, NULL},
    {"efa=mpi", "mtl=ofi|providers=tcp", C5N, 1, EB_CLAIM_ADAPTER, "efa", "name",
     "called efa, but its provider is tcp"},
    {"ena=ofi:efa", "provider=efa", C5N, 0, EB_CLAIM_ADAPTER, "efa", "provider",
     "called ena, but its provider is efa"},
    /* (c) the driver */
    {"x=ofi:tcp", "provider=tcp|interface=ens5|driver=ena", C5N, 0, EB_CLAIM_ADAPTER, "ena", "driver", NULL},
    {"efa=ofi:tcp", "provider=tcp|provider_asked=tcp|driver=ena", C5N, 0, EB_CLAIM_ADAPTER, "ena", "driver",
     "called efa, but its provider is tcp"},
    {"k=sockets@eth0", "interface=eth0|driver=virtio_net", C5N, 0, EB_CLAIM_FOREIGN, NULL, "driver", NULL},
    {"ena=sockets", "driver=ixgbevf", "m4.10xlarge", 0, EB_CLAIM_ADAPTER, "82599vf", "driver",
     "called ena, but its driver is ixgbevf"},
    {"eni=sockets", "driver=ena", C5N, 0, EB_CLAIM_ADAPTER, "ena", "driver", NULL}, /* which an ENA is */
    /* (d) the source's word */
    {"a", "adapter=ena", C5N, 1, EB_CLAIM_ADAPTER, "ena", "adapter", NULL},
    {"efa", "adapter=ena", C5N, 1, EB_CLAIM_ADAPTER, "ena", "adapter", "called efa, but its adapter is ena"},
    {"a=ofi:tcp", "provider=tcp|adapter=efa", C5N, 1, EB_CLAIM_ADAPTER, "efa", "adapter",
     "said to be efa, but its provider is tcp"},
    /* (e) the specification */
    {"x=ofi:efa", "", C5N, 0, EB_CLAIM_ADAPTER, "efa", "provider", NULL},
    {"x=sockets@ena", "", C5N, 0, EB_CLAIM_ADAPTER, "ena", "interface", NULL},
    {"efa=ofi:tcp", "", C5N, 1, EB_CLAIM_ADAPTER, "efa", "name", "called efa, but its provider is tcp"},
    {"efa=sockets@ens5", "", C5N, 1, EB_CLAIM_ADAPTER, "efa", "name",
     "called efa, but its transport is sockets"},
    {"efa=ofi:verbs", "", C5N, 1, EB_CLAIM_FOREIGN, NULL, "provider",
     "called efa, but its provider is verbs"},
    {"x=ofi:efa", "provider=tcp", C5N, 1, EB_CLAIM_NONE, NULL, NULL,
     "specified as efa, but its provider is tcp"},
    {"x=ofi:psm3", "", C5N, 1, EB_CLAIM_FOREIGN, NULL, "provider", NULL},
    /* (f) what was asked for */
    {"x=ofi", "provider_asked=efa", C5N, 0, EB_CLAIM_ADAPTER, "efa", "provider asked for", NULL},
    {"x=ofi", "provider_asked=efa|provider=tcp;ofi_rxm", C5N, 0, EB_CLAIM_ADAPTER, "efa",
     "provider asked for", "it asked for the provider efa, but its provider is tcp"},
    /* (g) the path, (h) the name, of published figures only */
    {"x", "path=kernel TCP over ENA", C5N, 1, EB_CLAIM_ADAPTER, "ena", "path", NULL},
    {"x", "path=shared memory", C5N, 1, EB_CLAIM_LOCAL, NULL, "path", NULL},
    {"ena36", "", C5N, 1, EB_CLAIM_ADAPTER, "ena", "name", NULL},
    {"EFA", "", C5N, 1, EB_CLAIM_ADAPTER, "efa", "name", NULL},
    {"82599vf", "", "m4.10xlarge", 1, EB_CLAIM_ADAPTER, "82599vf", "name", NULL},
    {"ena", "provider=tcp", C5N, 1, EB_CLAIM_ADAPTER, "ena", "name", NULL},
    {"enable", "", C5N, 1, EB_CLAIM_NONE, NULL, NULL, NULL},
    {"efa=ofi", "", C5N, 0, EB_CLAIM_NONE, NULL, NULL, NULL},
    /* (i) kernel TCP goes over what the type has */
    {"k=sockets@ens5", "interface=ens5", C5N, 0, EB_CLAIM_ADAPTER, "ena", "transport and instance type",
     NULL},
    {"k=sockets@ens5", "", "m4.10xlarge", 1, EB_CLAIM_ADAPTER, "82599vf", "transport and instance type",
     NULL},
};

static json_t *attributes_of(const char *words)
{
    json_t *attributes = json_object();
    char text[200];
    snprintf(text, sizeof text, "%s", words);
    char *rest = text;
    for (char *word = strsep(&rest, "|"); word && word[0]; word = strsep(&rest, "|")) {
        char *key = strsep(&word, "=");
        json_object_set_new(attributes, key,
                            strcmp(key, "providers") == 0 ? json_pack("[s]", word) : json_string(word));
    }
    return attributes;
}

/* A record of that arm with one bandwidth figure; of a published one run.nodes is left out, so that nothing
 * is assumed. */
static json_t *record_of(const struct row *row, char name[40])
{
    const char *equals = strchr(row->arm, '=');
    char transport[40];
    snprintf(name, 40, "%.*s", (int)strcspn(row->arm, "="), row->arm);
    snprintf(transport, sizeof transport, "%.*s", equals ? (int)strcspn(equals + 1, ":@,") : 7,
             equals ? equals + 1 : "unknown");
    json_t *record = published(name, equals ? row->arm : NULL, row->instance, 0);
    set_arm(record, 0, "transport", json_string(transport));
    set_arm(record, 0, "attributes", attributes_of(row->attributes));
    json_t *item = add(record, "bandwidth", name, 2, 1 * MIB, 500);
    if (!row->published) {
        struct case_facts facts = with_arm(bandwidth, name);
        json_object_set_new(record, "kind", json_string("measured"));
        (void)item;
        json_array_clear(cases_of(record, 0));
        add_median(record, 0, &facts, 40000);
    }
    return record;
}

static void assert_row(const struct row *row)
{
    char name[40];
    struct eb_ceiling ceiling;
    json_t *record = record_of(row, name);
    struct eb_audit *audit = audit_of(record);
    const struct eb_arm_claim *claim = &audit->claims[0];
    const char *adapter = claim->adapter ? claim->adapter->name : "none";
    eb_ceiling_of(record, audit->set->arms[0], &audit->set->series[0], &ceiling);
    if (claim->kind != row->kind || strcmp(adapter, row->adapter ? row->adapter : "none") != 0 ||
        strcmp(claim->by ? claim->by : "", row->by ? row->by : "") != 0)
        fail_msg("%s, %s: kind %d, %s by %s", row->arm, row->attributes, (int)claim->kind, adapter,
                 claim->by);
    assert_string_equal(claim->contradiction, row->contradiction ? row->contradiction : "");
    if (ceiling.adapter != claim->adapter)
        fail_msg("%s, %s: the report says %s", row->arm, row->attributes,
                 ceiling.adapter ? ceiling.adapter->name : "none");
    char *text = report_with(record, "text", NULL, NULL);
    char *flat = text; /* wrapped */
    for (char *c = flat; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
    if (row->contradiction) {
        char start[30];
        snprintf(start, sizeof start, "%.20s", row->contradiction);
        assert_finds(audit, 1, row->contradiction);
        assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
        assert_says(text, start);
    } else {
        assert_int_not_equal(eb_audit_status(audit), EB_REGRESSED);
    }
    free(text);
    done(audit, record);
}

static void test_audit_and_report_agree(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_row(&rows[i]);
}

static void test_counts(void **state)
{
    (void)state;
    static const struct {
        const char *arm;
        const char *attributes;
        uint64_t flows;
        uint64_t cards;
        int cards_said;
    } counts[] = {{"k=sockets@ena", "", 1, 1, 0}, /* one connection unless said */
                  {"k=sockets@ena,flows=4", "", 4, 1, 0},
                  {"k", "flows=8", 8, 1, 0},
                  {"k", "path=kernel TCP, one flow", 1, 1, 0},
                  {"efa", "", 0, 1, 0},
                  {"efa=ofi:efa,cards=2", "", 0, 2, 1},
                  {"efa=ofi:efa,rails=4", "", 0, 4, 1}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        char name[40];
        const struct row row = {.arm = counts[i].arm, .attributes = counts[i].attributes, .published = 1};
        json_t *record = record_of(&row, name);
        struct eb_audit *audit = audit_of(record);
        assert_int_equal(audit->claims[0].flows, counts[i].flows);
        assert_int_equal(audit->claims[0].cards, counts[i].cards);
        assert_int_equal(audit->claims[0].cards_said, counts[i].cards_said);
        done(audit, record);
    }
}

/* Whether the report calls a figure too much exactly where the audit does. */
static void test_line_rates_agree(void **state)
{
    (void)state;
    static const struct {
        const char *arm;
        const char *instance;
        int nodes;
        const char *kernel;
        int ranks;
        int size_bytes;
        double value;
        int exceeds;
    } figures[] = {
        {"efa", "hpc6id.32xlarge", 2, "bandwidth", 2, MIB, 21370, 0}, /* 171 Gb/s of 200 */
        {"efa", "hpc6id.32xlarge", 2, "bandwidth", 2, MIB, 26500, 1},
        {"efa", C5N, 2, "bandwidth", 2, MIB, 13000, 0}, /* 5% let through */
        {"efa", C5N, 2, "bandwidth", 2, MIB, 13200, 1},
        {"efa", "m7g.16xlarge", 2, "bandwidth", 2, 8 * KIB, 8600, 0}, /* bursts */
        {"efa", "m7g.16xlarge", 2, "bandwidth", 2, MIB, 4500, 1},
        {"efa", C5N, 2, "bandwidth", 72, MIB, 14000, 0}, /* 15% of several pairs */
        {"efa", C5N, 2, "bandwidth", 72, MIB, 14500, 1},
        {"efa", C5N, 4, "bandwidth", 72, MIB, 28000, 0}, /* two hosts send */
        {"efa", C5N, 0, "bandwidth", 72, MIB, 99000, 0}, /* nobody knows */
        {"efa", "p5.48xlarge", 2, "bandwidth", 2, MIB, 30000, 0},
        {"efa=ofi:efa,cards=2", "p5.48xlarge", 2, "bandwidth", 2, MIB, 30000, 1},
        {"ena=sockets@ena,flows=1", C5N, 2, "bandwidth", 2, MIB, 3200, 0},
        {"ena=sockets@ena,flows=1", C5N, 2, "bandwidth", 2, MIB, 3300, 1},
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        char name[32];
        struct eb_ceiling ceiling;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(figures[i].arm, "="), figures[i].arm);
        json_t *record = published(name, strchr(figures[i].arm, '=') ? figures[i].arm : NULL,
                                   figures[i].instance, figures[i].nodes);
        add(record, figures[i].kernel, name, figures[i].ranks, figures[i].size_bytes, figures[i].value);
        struct eb_audit *audit = audit_of(record);
        eb_ceiling_of(record, audit->set->arms[0], &audit->set->series[0], &ceiling);
        int audited = eb_audit_status(audit) == EB_REGRESSED;
        if (audited != figures[i].exceeds ||
            eb_ceiling_is_exceeded(&ceiling, figures[i].value) != figures[i].exceeds)
            fail_msg("row %zu: audit %d, report %d", i, audited,
                     eb_ceiling_is_exceeded(&ceiling, figures[i].value));
        done(audit, record);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_audit_and_report_agree),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_line_rates_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
