/* Screenings of made records: who is named, as what, with what evidence; and what cannot be told. */
#include "judge/report/report.h"
#include "judge/report/screen_words.h"
#include "judge/report/screen_write.h"
#include "judge/series.h"
#include "made_screen.h"

static struct eb_screen *screen_of(const json_t *record)
{
    const struct eb_screen_options options = eb_screen_defaults();
    struct eb_screen *screen = NULL;
    struct eb_error err = {0};
    if (eb_record_check(record, "made.json", &err) != EB_OK ||
        eb_screen_new(record, "made.json", &options, &screen, &err) != EB_OK)
        fail_msg("%s", err.text);
    return screen;
}

/* What is named, "host n3; link n1 - n2", owned by the caller. */
static char *named_in(const struct eb_screen *screen)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);
    assert_non_null(file);
    for (size_t i = 0; i < screen->named_count; i++) {
        fputs(i ? "; " : "", file);
        eb_screen_say_suspect(file, screen, &screen->suspects[i]);
    }
    fclose(file);
    return text;
}

static void assert_named(struct made_screen *made, const char *wanted)
{
    json_t *record = made_record(made);
    struct eb_screen *screen = screen_of(record);
    char *named = named_in(screen);
    assert_string_equal(named, wanted);
    assert_int_equal(eb_screen_status(screen), wanted[0] ? EB_REGRESSED : EB_OK);
    free(named);
    eb_screen_free(screen);
    json_decref(record);
}

static void test_nobody_is_slow(void **state)
{
    (void)state;
    for (size_t hosts = 4; hosts <= 9; hosts++) {
        struct made_screen made = made_defaults();
        made.hosts = hosts;
        made.noise = 0.01;
        assert_named(&made, "");
    }
}

static void test_one_nic_is_host_or_nic(void **state)
{
    (void)state;
    for (size_t hosts = 4; hosts <= 9; hosts++) {
        struct made_screen made = made_defaults();
        made.hosts = hosts;
        made.noise = 0.01;
        made.slow[3] = 1.3;
        assert_named(&made, "host n3 or its NIC eth0");
    }
}

static void test_two_nics_tell_host_from_nic(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.noise = 0.01;
    made.arms = 2;
    made.slow[5] = 1.3;
    assert_named(&made, "host n5");
    made.slow_arm = 1;
    assert_named(&made, "host n5's NIC rdma0");
    made.slow_arm = 0;
    made.slow_kernel = MADE_BANDWIDTH;
    assert_named(&made, "host n5's NIC eth0");
}

/* Hosts may call their NICs differently: the record then has the names by rank. */
static void test_a_nic_is_called_as_its_host_does(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.noise = 0.01;
    made.slow[5] = 1.3;
    json_t *record = made_record(&made);
    json_t *arm =
        json_array_get(json_object_get(json_array_get(json_object_get(record, "launches"), 0), "arms"), 0);
    json_object_set_new(json_object_get(arm, "attributes"), "devices_by_rank",
                        json_pack("[s, s, s, s, s, s, s, s]", "eth0", "eth0", "eth0", "eth0", "eth0", "ens5",
                                  "eth0", "eth0"));
    struct eb_screen *screen = screen_of(record);
    char *named = named_in(screen);
    assert_string_equal(named, "host n5 or its NIC ens5");
    free(named);
    eb_screen_free(screen);
    json_decref(record);
}

static void test_a_link_is_no_host(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.noise = 0.01;
    made.links[0].a = 6;
    made.links[0].b = 1;
    made.links[0].slow = 1.4;
    assert_named(&made, "the link n1 - n6");
    made.slow[3] = 2;
    assert_named(&made, "host n3 or its NIC eth0; the link n1 - n6");
}

static void test_several_slow_hosts_do_not_hide_one_another(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.noise = 0.01;
    made.slow[0] = 3;
    made.slow[4] = 1.5;
    made.slow[7] = 2;
    assert_named(&made, "host n0 or its NIC eth0; host n7 or its NIC eth0; host n4 or its NIC eth0");
}

static void test_hosts_go_by_name_whatever_their_rank(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.noise = 0.01;
    made.launches = 3;
    made.shuffles_hosts = 1;
    made.slow[2] = 1.4;
    assert_named(&made, "host n2 or its NIC eth0");
    json_t *record = made_record(&made);
    struct eb_screen *screen = screen_of(record);
    assert_int_equal(screen->host_count, 8);
    assert_int_equal(screen->tables[0].pair_count, 28);
    assert_int_equal(screen->tables[0].pairs[0].count, 9); /* 3 launches of 3 sweeps that count */
    eb_screen_free(screen);
    json_decref(record);
}

static void test_ranks_of_one_host(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.noise = 0.01;
    made.hosts = 5;
    made.one_host = 1;
    made.slow[3] = 1.5;
    assert_named(&made, "rank 3");
    json_t *record = made_record(&made);
    struct eb_screen *screen = screen_of(record);
    struct eb_error err = {0};
    FILE *nowhere = tmpfile();
    assert_int_equal(eb_screen_hostfile(screen, "made.json", nowhere, &err), EB_INVALID);
    assert_non_null(strstr(err.text, "ranks were screened"));
    assert_int_equal(ftell(nowhere), 0);
    fclose(nowhere);
    eb_screen_free(screen);
    json_decref(record);
}

static enum eb_status status_of(struct made_screen *made)
{
    json_t *record = made_record(made);
    struct eb_screen *screen = screen_of(record);
    enum eb_status status = eb_screen_status(screen);
    eb_screen_free(screen);
    json_decref(record);
    return status;
}

static void test_what_cannot_be_told(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.hosts = 2; /* one pair: nothing to hold it against */
    assert_int_equal(status_of(&made), EB_INCONCLUSIVE);
    made.slow[1] = 3;
    assert_int_equal(status_of(&made), EB_INCONCLUSIVE);
    made = made_defaults(); /* one sweep, one link: it stands out, but once is no evidence */
    made.noise = 0.01;
    made.sweeps = 1;
    made.links[0].a = 1;
    made.links[0].b = 2;
    made.links[0].slow = 2;
    assert_int_equal(status_of(&made), EB_INCONCLUSIVE);
    made = made_defaults(); /* too noisy */
    made.noise = 1;
    assert_int_equal(status_of(&made), EB_INCONCLUSIVE);
}

static void test_one_sweep_is_taken_and_the_first_of_several_is_not(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.sweeps = 1;
    json_t *record = made_record(&made);
    struct eb_screen *screen = screen_of(record);
    assert_true(fabs(screen->tables[0].pairs[0].value - 10) < 1e-9); /* half of 20 us */
    assert_int_equal(screen->tables[0].pairs[0].count, 1);
    eb_screen_free(screen);
    json_decref(record);
    made.sweeps = 3;
    record = made_record(&made);
    screen = screen_of(record);
    assert_true(fabs(screen->tables[0].pairs[0].value - 10) < 1e-9); /* and not 100 */
    assert_int_equal(screen->tables[0].pairs[0].count, 2);
    assert_int_equal(screen->table_count, 3);
    assert_true(screen->tables[1].is_tail);
    assert_true(fabs(screen->tables[1].pairs[0].value - 60) < 1e-9);
    /* 4 MiB in 8 ms are 524.288 MB/s */
    assert_true(fabs(screen->tables[2].pairs[0].value - 524.288) < 1e-9);
    eb_screen_free(screen);
    json_decref(record);
}

static json_t *cases_of(json_t *record, size_t launch)
{
    return json_object_get(json_array_get(json_object_get(record, "launches"), launch), "cases");
}

static void test_partial_launches_and_missing_pairs(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.noise = 0.01;
    made.slow[3] = 1.5;
    json_t *record = made_record(&made);
    for (int i = 0; i < 2; i++) /* the last round was not reached */
        json_array_remove(cases_of(record, 0), json_array_size(cases_of(record, 0)) - 1);
    struct eb_screen *screen = screen_of(record);
    char *named = named_in(screen);
    assert_string_equal(named, "host n3 or its NIC eth0");
    assert_int_equal(screen->missing, 4);
    free(named);
    eb_screen_free(screen);
    json_decref(record);
}

static void refuse(json_t *record, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++)
        json_object_set_new(json_object_get(json_array_get(cases_of(record, 0), i), "witness"), "state",
                            json_string("refused"));
}

static void test_what_the_witness_refused_is_no_figure(void **state)
{
    (void)state;
    const struct eb_screen_options options = eb_screen_defaults();
    struct eb_screen *screen = NULL;
    struct eb_error err = {0};
    struct made_screen made = made_defaults();
    made.noise = 0.01;
    json_t *record = made_record(&made);
    refuse(record, 0, 2);
    screen = screen_of(record);
    assert_int_equal(screen->withheld, 2);
    assert_int_equal(screen->tables[0].pair_count, 24);
    eb_screen_free(screen);
    refuse(record, 0, json_array_size(cases_of(record, 0)));
    assert_int_equal(eb_screen_new(record, "made.json", &options, &screen, &err), EB_WRONG_PATH);
    assert_null(screen);
    json_decref(record);
}

/* Of each host two rounds of seven are left: whoever is slow, nobody can say so, nor that nobody is. */
static void test_hosts_that_are_not_judged_are_not_cleared(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.noise = 0.01;
    made.sweeps = 21;
    made.without_bandwidth = 1;
    json_t *record = made_record(&made);
    refuse(record, 2, 7);
    struct eb_screen *screen = screen_of(record);
    assert_true(isnan(screen->tables[0].marks[0].effect));
    double share = eb_screen_share(&screen->tables[0], &screen->tables[0].pairs[0]);
    assert_true(share > 0.9 && share < 1.1); /* of what pairs have, for want of hosts */
    assert_int_equal(eb_screen_status(screen), EB_INCONCLUSIVE);
    json_t *sentences = eb_screen_sentences(screen);
    assert_non_null(strstr(json_string_value(json_array_get(sentences, 0)), "not all are judged"));
    json_decref(sentences);
    eb_screen_free(screen);
    json_decref(record);
}

static void assert_not_screened(json_t *record, enum eb_status status, const char *words)
{
    const struct eb_screen_options options = eb_screen_defaults();
    struct eb_screen *screen = NULL;
    struct eb_error err = {0};
    assert_int_equal(eb_screen_new(record, "made.json", &options, &screen, &err), status);
    assert_null(screen);
    if (!strstr(err.text, words) || !strstr(err.text, "made.json"))
        fail_msg("'%s' does not say '%s'", err.text, words);
    json_decref(record);
}

static json_t *first_pair(json_t *record)
{
    json_t *sweeps = json_object_get(json_array_get(cases_of(record, 0), 0), "sweeps");
    return json_array_get(json_object_get(json_array_get(sweeps, 1), "pairs"), 0);
}

static void test_refusals(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    json_t *record = made_record(&made);
    json_array_clear(json_object_get(record, "launches"));
    assert_not_screened(record, EB_INVALID, "no screening");
    record = made_record(&made);
    json_object_set_new(first_pair(record), "ranks", json_pack("[i, i]", 0, 8));
    assert_not_screened(record, EB_INVALID, "rank that there is not");
    record = made_record(&made);
    json_object_set_new(first_pair(record), "ranks", json_pack("[i, i]", 3, 3));
    assert_not_screened(record, EB_INVALID, "of one rank");
    made.launches = 2;
    record = made_record(&made);
    json_object_set_new(json_array_get(json_object_get(record, "launches"), 1), "variant",
                        json_string("other"));
    assert_not_screened(record, EB_USAGE, "several variants (default, other");
}

static void test_hostfiles(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.hosts = 6;
    made.noise = 0.01;
    made.slow[3] = 1.5;
    made.links[0].a = 0; /* two links of n0: it goes, and both with it */
    made.links[0].b = 1;
    made.links[0].slow = 1.6;
    made.links[1].a = 0;
    made.links[1].b = 5;
    made.links[1].slow = 1.6;
    json_t *record = made_record(&made);
    struct eb_screen *screen = screen_of(record);
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);
    assert_int_equal(eb_screen_hostfile(screen, "made.json", file, NULL), EB_OK);
    fclose(file);
    assert_non_null(strstr(text, "# left out: n3: host n3 or its NIC eth0 is slow\n"));
    assert_non_null(strstr(text, "# left out: n0: the link n0 - "));
    assert_non_null(strstr(text, "\nn1\nn2\nn4\nn5\n"));
    free(text);
    free(screen->hosts[1].host);
    screen->hosts[1].host = strdup("n1 slots=99");
    struct eb_error err = {0};
    file = open_memstream(&text, &bytes);
    assert_int_equal(eb_screen_hostfile(screen, "made.json", file, &err), EB_INVALID);
    fclose(file);
    assert_int_equal(bytes, 0);
    free(text);
    eb_screen_free(screen);
    json_decref(record);
}

/* The rounds of a launch are one value, whose breakdown has every pair. */
static void test_series_of_a_screening(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.launches = 2;
    made.slow[3] = 1.5;
    json_t *record = made_record(&made);
    struct eb_series_set *set = NULL;
    struct eb_error err = {0};
    refuse(record, 0, 1);
    if (eb_series_set_new(record, "made.json", &set, &err) != EB_OK)
        fail_msg("%s", err.text);
    assert_int_equal(set->count, 3);
    assert_string_equal(set->series[0].metric->name, "half_rtt");
    assert_int_equal(set->series[0].launch_value_count, 2);
    assert_true(fabs(set->series[0].value - 10) < 0.01); /* most pairs are not slow */
    assert_int_equal(set->series[2].breakdown.pair_count, 28);
    assert_int_equal(set->series[2].breakdown.pairs[0].launch_count, 2);
    assert_int_equal(set->withheld, 1);
    assert_int_equal(set->series[2].samples, 2 * 28);
    eb_series_set_free(set);
    json_object_set_new(json_array_get(cases_of(record, 0), 3), "bytes_per_sample", json_integer(5));
    assert_int_equal(eb_series_set_new(record, "made.json", &set, &err), EB_INVALID);
    assert_non_null(strstr(err.text, "made.json: launches[0]: rounds differ"));
    json_decref(record);
}

static void test_evidence_in_words(void **state)
{
    (void)state;
    struct made_screen made = made_defaults();
    made.hosts = 6;
    made.slow[2] = 4;
    made.slow_kernel = MADE_BANDWIDTH;
    json_t *record = made_record(&made);
    struct eb_screen *screen = screen_of(record);
    json_t *sentences = eb_screen_sentences(screen);
    /* 524.288 / 4 is 131.072; of 15 pairs 5 are n2's */
    assert_string_equal(
        json_string_value(json_array_get(sentences, 1)),
        "host n2 or its NIC eth0: bandwidth 0.25x of the others' (its 5 pairs 131.1 MB/s, the "
        "other 10 pairs 524.3); not slower: latency, tail.");
    json_decref(sentences);
    eb_screen_free(screen);
    json_decref(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_is_slow),
        cmocka_unit_test(test_one_nic_is_host_or_nic),
        cmocka_unit_test(test_two_nics_tell_host_from_nic),
        cmocka_unit_test(test_a_nic_is_called_as_its_host_does),
        cmocka_unit_test(test_a_link_is_no_host),
        cmocka_unit_test(test_several_slow_hosts_do_not_hide_one_another),
        cmocka_unit_test(test_hosts_go_by_name_whatever_their_rank),
        cmocka_unit_test(test_ranks_of_one_host),
        cmocka_unit_test(test_what_cannot_be_told),
        cmocka_unit_test(test_one_sweep_is_taken_and_the_first_of_several_is_not),
        cmocka_unit_test(test_partial_launches_and_missing_pairs),
        cmocka_unit_test(test_what_the_witness_refused_is_no_figure),
        cmocka_unit_test(test_hosts_that_are_not_judged_are_not_cleared),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_hostfiles),
        cmocka_unit_test(test_series_of_a_screening),
        cmocka_unit_test(test_evidence_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
