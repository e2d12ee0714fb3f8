/* The audit of whole records: arms that are one, what a record says of the path, notes, and how it is told.
 */
#include "common/plain.h"
#include "made_audit.h"

/* Sizes 1 B to 16 KiB; b's figures are a's times factor, and odd ones a little more. */
static json_t *two_arms(double factor, double rate_factor)
{
    json_t *record = published("efa", NULL, "c5n.18xlarge", 2);
    add_arm(record, "ena", "ena=sockets@ena,flows=8");
    for (int i = 0; i <= 14; i++) {
        double us = 30 + 0.7 * i;
        double rate = 30 * (i + 1);
        add(record, "pingpong", "efa", 2, 1 << i, us);
        add(record, "pingpong", "ena", 2, 1 << i, us * factor * (1 + 0.004 * (i % 2)));
        add(record, "bandwidth", "efa", 2, 1 << i, rate);
        add(record, "bandwidth", "ena", 2, 1 << i, rate * rate_factor);
    }
    return record;
}

static void test_two_arms_that_are_one(void **state)
{
    (void)state;
    json_t *record = two_arms(1.01, 0.99);
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "baseline ena (ENA) is indistinguishable from efa (EFA)");
    assert_int_equal(verdict(audit, "pingpong", "efa", 8), EB_IMPLAUSIBLE);
    assert_int_equal(verdict(audit, "pingpong", "ena", 8), EB_IMPLAUSIBLE);
    done(audit, record);
    record = two_arms(1.2, 0.99); /* latencies differ */
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    done(audit, record);
    record = two_arms(1.01, 0.5); /* bandwidths differ */
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    done(audit, record);
}

static void test_a_copy_is_found_whatever_it_claims(void **state)
{
    (void)state;
    json_t *record = published("a", NULL, NULL, 0);
    add_arm(record, "b", "b=ofi:tcp");
    for (int i = 0; i < 8; i++) {
        add(record, "pingpong", "a", 2, 1 << i, 11.5 + 0.21 * i);
        add(record, "pingpong", "b", 2, 1 << i, 11.5 + 0.21 * i);
    }
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "a copy of the other");
    done(audit, record);
}

static void test_figures_that_no_clock_gives(void **state)
{
    (void)state;
    json_t *record = published("imported", NULL, NULL, 0);
    for (int i = 0; i <= 10; i += 2)
        add(record, "allreduce", "imported", 2, 1 << i, 1000);
    for (int i = 0; i <= 20; i += 2) /* a plateau is no wonder */
        add(record, "bandwidth", "imported", 2, 1 << i, 1000);
    add(record, "pingpong", "imported", 2, 8, 0.01);
    struct eb_audit *audit = audit_of(record);
    assert_finds(audit, 1, "as if bytes cost nothing");
    assert_finds(audit, 1, "not even a cache line");
    assert_int_equal(audit->figures[EB_IMPLAUSIBLE], 7);
    done(audit, record);
}

static void test_dips_and_falls_are_notes(void **state)
{
    (void)state;
    json_t *record = published("efa", NULL, "c5n.18xlarge", 2);
    add(record, "pingpong", "efa", 2, 64, 2049.7); /* fi_pingpong's first row: set-up */
    add(record, "pingpong", "efa", 2, 256, 38.4);
    add(record, "pingpong", "efa", 2, 1024, 26.3);
    add(record, "bandwidth", "efa", 2, 512 * KIB, 9000);
    add(record, "bandwidth", "efa", 2, 1 * MIB, 4000);
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_finds(audit, 0, "2049.7 us for 64 B, 38.4 for 256 B: the first size carries costs of setting up");
    assert_finds(audit, 0, "more bytes in less time: 38.4 us for 256 B, 26.3 for 1 KiB");
    assert_finds(audit, 0, "the rate falls from 9000 MB/s for 512 KiB to 4000 for 1 MiB");
    done(audit, record);
}

/* A measured record of arm "tcp", 20 us half round trip for 8 B. */
static json_t *measured(const char *spec)
{
    json_t *record = new_record(1);
    set_arm(record, 0, "spec", json_string(spec));
    add_median(record, 0, &pingpong, 40000);
    return record;
}

static void test_what_the_record_says_of_the_path(void **state)
{
    (void)state;
    json_t *record = measured("tcp=ofi:efa");
    json_object_set_new(launch_of(record, 0), "provenance", json_pack("{s:[s, s]}", "hosts", "n1", "n2"));
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_finds(audit, 0, "no counter of an adapter attests 1 of its 1 cases");
    eb_audit_free(audit);

    json_t *item = json_array_get(cases_of(record, 0), 0);
    json_object_set_new(item, "witness",
                        json_pack("{s:s, s:s}", "state", "refused", "reason", "lo saw them"));
    json_object_set_new(launch_of(record, 0), "warnings",
                        json_pack("[s]", "bw_in_allowance_exceeded grew\x1b"));
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "the witness refused its path in 1 of 1 cases: lo saw them");
    assert_finds(audit, 0, "bw_in_allowance_exceeded grew?");
    done(audit, record);

    record = measured("tcp=ofi:efa");
    set_host(record, "n1");
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "all ranks were on one host (n1)");
    done(audit, record);

    record = measured("tcp=ofi:efa");
    set_arm(record, 0, "attributes",
            json_pack("{s:s, s:s}", "provider_asked", "efa", "provider", "tcp;ofi_rxm"));
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "it asked for the provider efa, but its provider is tcp");
    done(audit, record);

    record = measured("tcp=ofi:tcp@lo"); /* "tcp" is given "tcp;ofi_rxm" where there is no other */
    set_arm(record, 0, "attributes",
            json_pack("{s:s, s:s}", "provider_asked", "tcp", "provider", "tcp;ofi_rxm"));
    audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_INCONCLUSIVE);
    done(audit, record);
}

static void test_the_published_baseline(void **state)
{
    (void)state;
    json_t *record = load_published();
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_int_equal(audit->figures[EB_NOT_JUDGED], 0);
    /* 36 flows: 12.1 GB/s in the mean of nine runs, 13.2 in the best, with 12.5 on the wire */
    assert_finds(audit, 0, "the best run says 13209 MB/s, above the line rate of 12500 MB/s");
    assert_finds(audit, 0, "22.5 us for 8 KiB to 59.435 for 16 KiB");
    assert_false(finds(audit, 0, "posing"));
    done(audit, record);
}

static void test_a_best_run_without_an_instance_type(void **state)
{
    (void)state; /* fuzzing found it: an 82599 VF has a line rate of its own, 1250 MB/s */
    json_t *record = published("vf", "vf=sockets@ixgbevf,flows=8", NULL, 2);
    json_t *item = add(record, "bandwidth", "vf", 2, 1 * MIB, 1200);
    json_object_set_new(json_object_get(item, "published"), "runs", json_integer(9));
    json_object_set_new(json_object_get(item, "published"), "max", json_integer(1300000000));
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_finds(audit, 0, "the best run says 1300 MB/s, above the line rate of 1250 MB/s");
    done(audit, record);
}

static char *written(const struct eb_audit *audit, const char *format)
{
    char *text = NULL;
    size_t length = 0;
    struct eb_error err = {0};
    FILE *file = open_memstream(&text, &length);
    assert_non_null(file);
    if (eb_audit_write(audit, format, file, &err) != EB_OK)
        fail_msg("%s", err.text);
    fclose(file);
    return text;
}

static void test_text_fits_a_terminal(void **state)
{
    (void)state;
    json_t *record = published("efa", NULL, "p5.48xlarge", 2);
    for (int i = 0; i <= 22; i++)
        add(record, "pingpong", "efa", 2, 1 << i, i < 12 ? 2.55 : 2.55 * (i - 10));
    add(record, "bandwidth", "efa", 2, 1 * MIB, 9000);
    struct eb_audit *audit = audit_of(record);
    char *text = written(audit, "text");
    assert_int_equal(strncmp(text, "IMPLAUSIBLE: 23 of 24 figures of made.json", 42), 0);
    assert_says(text, "1 B to 4 MiB (23 sizes)");
    assert_true(strstr(text, "\nimplausible\n") < strstr(text, "\nplausible\n"));
    assert_says(text, "72% of the line"); /* 9000 of 12500 */
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        if (strlen(line) > 80)
            fail_msg("%zu columns: %s", strlen(line), line);
    free(text);
    done(audit, record);
}

static void test_json_has_every_figure_and_check(void **state)
{
    (void)state;
    json_t *record = published("efa", NULL, "c5n.18xlarge", 2);
    add(record, "pingpong", "efa", 2, 8, 18);
    add(record, "bandwidth", "efa", 2, 1 * MIB, 10000);
    struct eb_audit *audit = audit_of(record);
    char *text = written(audit, "json");
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    assert_string_equal(json_string_value(json_object_get(json, "schema")), "efabench-audit/1");
    assert_string_equal(json_string_value(json_object_get(json, "verdict")), "plausible");
    const json_t *series = json_object_get(json, "series");
    assert_int_equal(json_array_size(series), 2);
    const json_t *checks = json_object_get(json_array_get(series, 0), "checks");
    assert_int_equal(json_object_size(checks), EB_CHECK_COUNT);
    assert_number(json_object_get(checks, "latency-floor"), "usage", 0.5 + 0.64e-3 / 18); /* 9 us + 8 B */
    checks = json_object_get(json_array_get(series, 1), "checks");
    assert_number(json_object_get(checks, "line-rate"), "usage", 0.8);
    json_decref(json);
    free(text);
    done(audit, record);
}

/* A measured record of two launches with these hosts ("a b"; "" for none); arm "tcp" claims EFA. */
static struct eb_audit *two_launches(const char *first, const char *second, json_t **record)
{
    const char *hosts[] = {first, second};
    *record = new_record(2);
    for (size_t i = 0; i < 2; i++) {
        json_t *list = json_array();
        char text[40];
        snprintf(text, sizeof text, "%s", hosts[i]);
        char *rest = text;
        for (char *word = strsep(&rest, " "); word && word[0]; word = strsep(&rest, " "))
            json_array_append_new(list, json_string(word));
        if (json_array_size(list) > 0)
            json_object_set_new(launch_of(*record, i), "provenance", json_pack("{s:O}", "hosts", list));
        json_decref(list);
        add_median(*record, i, &pingpong, 40000);
    }
    set_arm(*record, 0, "spec", json_string("tcp=ofi:efa"));
    return audit_of(*record);
}

static void test_launches_on_one_host(void **state)
{
    (void)state;
    json_t *record = NULL;
    struct eb_audit *audit = two_launches("a", "b", &record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "in 2 of 2 launches all ranks were on one host (launch 1 on a)");
    done(audit, record);
    audit = two_launches("a b", "a", &record);
    assert_int_equal(eb_audit_status(audit), EB_REGRESSED);
    assert_finds(audit, 1, "all ranks of launch 2 were on one host (a)");
    done(audit, record);
    audit = two_launches("a b", "", &record); /* a launch that does not say is not on 0 hosts */
    assert_int_equal(eb_audit_status(audit), EB_OK);
    assert_int_equal(audit->nodes, 2);
    done(audit, record);
    audit = two_launches("a b c", "a b", &record);
    assert_int_equal(audit->nodes, 2); /* the fewest */
    done(audit, record);
    audit = two_launches("a b", "a b c", &record);
    assert_int_equal(audit->nodes, 2); /* not the last */
    done(audit, record);
}

static void test_a_refused_case_marks_its_own_figures(void **state)
{
    (void)state;
    json_t *record = measured("tcp=ofi:efa");
    struct case_facts larger = pingpong;
    larger.size_bytes = larger.bytes_per_sample = 64;
    add_median(record, 0, &larger, 42000);
    json_object_set_new(json_array_get(cases_of(record, 0), 1), "witness",
                        json_pack("{s:s, s:s}", "state", "refused", "reason", "lo saw them"));
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(verdict(audit, "pingpong", "tcp", 64), EB_IMPLAUSIBLE);
    assert_int_equal(verdict(audit, "pingpong", "tcp", 8), EB_PLAUSIBLE);
    assert_int_equal(audit->figures[EB_IMPLAUSIBLE], 1);
    assert_finds(audit, 1, "the witness refused its path in 1 of 2 cases: lo saw them");
    done(audit, record);
}

static void test_arms_a_little_apart_are_two(void **state)
{
    (void)state;
    json_t *record = two_arms(1.05, 0.99); /* 5% apart in latency: above the 3% of launches of one arm */
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(eb_audit_status(audit), EB_OK);
    done(audit, record);
}

static void test_striping_of_ranks_that_share_memory(void **state)
{
    (void)state; /* 28400 MB/s both ways are 114 Gb/s each: two cards may, but not of these ranks */
    json_t *record = published("efa", NULL, "p5.48xlarge", 2);
    add(record, "pingpong", "efa", 2, 8, 2.5);
    add(record, "bibandwidth", "efa", 2, 1 * KIB, 377);
    add(record, "bibandwidth", "efa", 2, 4 * MIB, 28417);
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(verdict(audit, "bibandwidth", "efa", 4 * MIB), EB_IMPLAUSIBLE);
    assert_int_equal(verdict(audit, "bibandwidth", "efa", 1 * KIB), EB_PLAUSIBLE);
    assert_finds(audit, 1, "it was shared memory, not several cards");
    done(audit, record);
}

static void test_nothing_in_a_report_obeys_the_terminal(void **state)
{
    (void)state; /* RIGHT-TO-LEFT OVERRIDE, POP DIRECTIONAL ISOLATE, LEFT-TO-RIGHT MARK, NEXT LINE; an arrow
                    stays */
    char text[] = "a\xe2\x80\xae"
                  "b\xe2\x81\xa9"
                  "c\xe2\x80\x8e"
                  "d\xc2\x85"
                  "e\xe2\x86\x92";
    assert_string_equal(eb_plain_clean(text), "a???b???c???d??e\xe2\x86\x92");
    char cut[] = "a\xe2\x80";
    assert_string_equal(eb_plain_clean(cut), "a\xe2\x80");
    json_t *record = published("efa", NULL, "c5n.18xlarge", 2);
    add(record, "pingpong", "efa", 2, 8, 18);
    json_object_set_new(launch_of(record, 0), "warnings", json_pack("[s]", "\xe2\x80\xaeodd \xe2\x86\x92"));
    struct eb_audit *audit = audit_of(record);
    char *texts[] = {written(audit, "json"), report_with(record, "json", NULL, NULL)};
    for (size_t i = 0; i < 2; i++) {
        for (const char *c = texts[i]; *c; c++)
            assert_true((unsigned char)*c < 0x7f);
        assert_says(texts[i], "\\u2192");
        free(texts[i]);
    }
    done(audit, record);
}

/* Of many arms with many figures: an answer at all. */
static void test_a_large_record(void **state)
{
    (void)state;
    json_t *record = published("a", NULL, "c5n.18xlarge", 2);
    for (int i = 0; i < 1250; i++) {
        char name[20];
        char spec[40];
        snprintf(name, sizeof name, "a%d", i);
        snprintf(spec, sizeof spec, "a%d=ofi:efa", i);
        add_arm(record, name, spec);
        for (int j = 0; j < 8; j++)
            add(record, "pingpong", name, 2, 1 << j, 17 + j);
    }
    struct eb_audit *audit = audit_of(record);
    assert_int_equal(audit->figures[EB_IMPLAUSIBLE], 10000); /* each a copy of another */
    assert_int_equal(audit->finding_count, 1250);
    free(written(audit, "text"));
    done(audit, record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_arms_that_are_one),
        cmocka_unit_test(test_a_copy_is_found_whatever_it_claims),
        cmocka_unit_test(test_figures_that_no_clock_gives),
        cmocka_unit_test(test_dips_and_falls_are_notes),
        cmocka_unit_test(test_what_the_record_says_of_the_path),
        cmocka_unit_test(test_the_published_baseline),
        cmocka_unit_test(test_a_best_run_without_an_instance_type),
        cmocka_unit_test(test_text_fits_a_terminal),
        cmocka_unit_test(test_json_has_every_figure_and_check),
        cmocka_unit_test(test_launches_on_one_host),
        cmocka_unit_test(test_a_refused_case_marks_its_own_figures),
        cmocka_unit_test(test_arms_a_little_apart_are_two),
        cmocka_unit_test(test_striping_of_ranks_that_share_memory),
        cmocka_unit_test(test_nothing_in_a_report_obeys_the_terminal),
        cmocka_unit_test(test_a_large_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
