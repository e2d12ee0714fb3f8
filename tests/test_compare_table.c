/* A comparison as a whole: what is missing or not alike, which metric and algorithm stand against which,
 * regimes, crossovers, the ruling. Values as in test_compare.c. */
#include "made_compare.h"

/* Ping-pong of 8 and of 64 bytes. */
static json_t *two_sizes(const uint64_t *small_ns, const uint64_t *large_ns)
{
    json_t *record = pingpong_record(small_ns, 6);
    struct case_facts larger = with_size(pingpong, 64);
    add_launches(record, &larger, large_ns, 6);
    return record;
}

static void test_missing(void **state)
{
    (void)state;
    json_t *base = two_sizes(alike_ns, alike_ns);
    json_t *now = pingpong_record(like_ns, 6);
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_int_equal(judgement->row_count, 2);
    assert_int_equal(judgement->rows[1].call, EB_CALL_MISSING);
    assert_int_equal(judgement->rows[1].size_bytes, 64);
    assert_int_equal(judgement->rows[1].now.launches, 0);
    assert_int_equal(judgement->rows[1].base.launches, 6);
    assert_string_equal(judgement->rows[1].note, "not in new.json");
    assert_int_equal(judgement->ruling, EB_RULING_MISSING);
    assert_int_equal(eb_judgement_status(judgement), EB_INVALID);
    assert_string_equal(judgement->reason, "1 of 2 series is missing: pingpong tcp 64 B is not in new.json");
    eb_judgement_free(judgement);
    judgement = compared(now, base, NULL);
    assert_string_equal(judgement->reason, "1 of 2 series is missing: pingpong tcp 64 B is not in old.json");
    eb_judgement_free(judgement);
    judgement = compared(base, now, "missing");
    assert_int_equal(judgement->ruling, EB_RULING_PASS);
    assert_int_equal(judgement->rows[1].call, EB_CALL_MISSING);
    assert_true(judgement->rows[1].is_allowed);
    assert_says(judgement->reason, "none of 1 series is worse");
    assert_says(judgement->reason, "1 is missing, as allowed");
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_a_regression_rules_over_what_is_missing(void **state)
{
    (void)state;
    json_t *base = two_sizes(quick_ns, alike_ns);
    json_t *now = pingpong_record(slow_ns, 6);
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_int_equal(judgement->ruling, EB_RULING_REGRESSED);
    assert_says(judgement->reason, "1 of 2 series is worse");
    assert_says(judgement->reason, "1 is missing");
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_missing_by_what_is_allowed(void **state)
{
    (void)state;
    json_t *base = pingpong_record(alike_ns, 6);
    json_t *now = pingpong_record(like_ns, 6);
    struct case_facts other = with_arm(allreduce, "kernel-tcp");
    add_launches(now, &other, alike_ns, 6);
    struct eb_side sides[] = {side_of(base, "old.json"), side_of(now, "new.json")};
    assert_unlike(&sides[0], &sides[1], NULL, EB_INVALID,
                  "not alike: kernels pingpong, allreduce+pingpong; arms tcp, kernel-tcp+tcp; ranks 2, 2+4: "
                  "--allow=kernels,arms,ranks compares");
    assert_unlike(&sides[0], &sides[1], "kernels,arms", EB_INVALID, "not alike: ranks 2, 2+4: --allow=ranks");
    struct eb_judgement *judgement = compared(base, now, "kernels,arms,ranks");
    assert_int_equal(judgement->ruling, EB_RULING_PASS);
    assert_int_equal(judgement->row_count, 2);
    assert_notes(judgement, "compared nevertheless: kernels pingpong, allreduce+pingpong");
    assert_notes(judgement, "compared nevertheless: arms ");
    assert_notes(judgement, "compared nevertheless: ranks ");
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_nothing_in_common(void **state)
{
    (void)state;
    json_t *base = pingpong_record(alike_ns, 6);
    json_t *now = new_record(6);
    add_launches(now, &bandwidth, alike_ns, 6);
    struct eb_side sides[] = {side_of(base, "old.json"), side_of(now, "new.json")};
    assert_unlike(&sides[0], &sides[1], "all", EB_INVALID, "old.json and new.json have no series in common");
    json_decref(base);
    json_decref(now);
}

static void test_sides_that_are_none(void **state)
{
    (void)state;
    json_t *record = pingpong_record(alike_ns, 6);
    struct eb_side base = side_of(record, "run.json");
    struct eb_side now = side_of(record, "run.json");
    assert_unlike(&base, &now, NULL, EB_USAGE, "run.json is compared with itself");
    base.arm = "tcp";
    now.arm = "udp";
    assert_unlike(&base, &now, NULL, EB_USAGE, "run.json has no arm 'udp': it has tcp");
    now.arm = "tcp";
    assert_unlike(&base, &now, NULL, EB_USAGE, "arm tcp is compared with itself");
    base = now = side_of(record, "run.json");
    base.variant = "default";
    now.variant = "new";
    assert_unlike(&base, &now, NULL, EB_USAGE, "run.json has no variant 'new': it has default");
    assert_unlike(&base, &now, "rank", EB_USAGE, "'rank' is none of");
    json_decref(record);
}

static void test_arms_of_another_definition(void **state)
{
    (void)state;
    json_t *record = pingpong_record(alike_ns, 6);
    struct case_facts other = with_arm(pingpong, "kernel-tcp");
    for (size_t i = 0; i < 6; i++)
        json_object_set_new(add_median(record, i, &other, like_ns[i]), "average", json_string("mean"));
    struct eb_side sides[] = {side_of(record, "run.json"), side_of(record, "run.json")};
    sides[0].arm = "tcp";
    sides[1].arm = "kernel-tcp";
    assert_unlike(&sides[0], &sides[1], NULL, EB_INVALID,
                  "arm tcp and arm kernel-tcp are not alike: definition pingpong average median, mean");
    json_decref(record);
}

static void set_algorithm(json_t *record, size_t at, const char *algorithm)
{
    for (size_t i = 0; i < 6; i++)
        json_object_set_new(json_array_get(cases_of(record, i), at), "algorithm", json_string(algorithm));
}

static void test_another_algorithm(void **state)
{
    (void)state;
    json_t *base = new_record(6);
    json_t *now = new_record(6);
    add_launches(base, &allreduce, alike_ns, 6);
    add_launches(now, &allreduce, like_ns, 6);
    set_algorithm(base, 0, "recursive_doubling");
    set_algorithm(now, 0, "ring");
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_int_equal(judgement->row_count, 1);
    assert_string_equal(judgement->rows[0].metric->name, "time"); /* one metric stands for the case */
    assert_string_equal(judgement->rows[0].algorithm, "ring");
    assert_string_equal(judgement->rows[0].base_algorithm, "recursive_doubling");
    assert_string_equal(judgement->rows[0].note, "algorithm ring, was recursive_doubling");
    eb_judgement_free(judgement);
    /* With both in the base, ring is held against ring, and the other is missing. */
    add_launches(base, &allreduce, quick_ns, 6);
    set_algorithm(base, 1, "ring");
    judgement = compared(base, now, "missing");
    assert_int_equal(judgement->row_count, 2);
    assert_string_equal(judgement->rows[0].algorithm, "recursive_doubling");
    assert_int_equal(judgement->rows[0].call, EB_CALL_MISSING);
    assert_string_equal(judgement->rows[1].algorithm, "ring");
    assert_null(judgement->rows[1].base_algorithm);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

/* An all-reduce of another tool, of which there is time_osu only. */
static json_t *published_record(size_t launches, int runs)
{
    json_t *record = new_record(launches);
    json_object_set_new(record, "kind", json_string("published"));
    for (size_t i = 0; i < launches; i++)
        json_array_append_new(cases_of(record, i),
                              json_pack("{s:s, s:s, s:s, s:i, s:i, s:{s:s, s:i, s:I}}", "kernel", "allreduce",
                                        "algorithm", "", "arm", "tcp", "size_bytes", 8, "ranks", 4,
                                        "published", "quantity", "time_osu_ns", "runs", runs, "mean",
                                        (json_int_t)alike_ns[i]));
    return record;
}

static void test_published_launches_stand_against_measured_ones(void **state)
{
    (void)state;
    json_t *base = published_record(6, 1);
    json_t *now = new_record(6);
    add_launches(now, &allreduce, like_ns, 6);
    struct eb_side sides[] = {side_of(base, "old.json"), side_of(now, "new.json")};
    assert_unlike(&sides[0], &sides[1], NULL, EB_INVALID,
                  "not alike: kind published, measured: --allow=kind");
    struct eb_judgement *judgement = compared(base, now, "kind");
    assert_int_equal(judgement->row_count, 1);
    assert_string_equal(judgement->rows[0].metric->name, "time_osu");
    /* The mean of 1412, 1512, 1612 is the median: as in test_compare.c. */
    assert_effect(&judgement->rows[0], EB_CALL_EQUIVALENT, 0.00430300797492444, -0.00858941521382661,
                  0.01465715779997279);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_a_published_summary_is_one_value(void **state)
{
    (void)state;
    json_t *base = published_record(1, 30);
    json_t *now = new_record(6);
    add_launches(now, &allreduce, like_ns, 6);
    struct eb_judgement *judgement = compared(base, now, "kind");
    assert_int_equal(judgement->ruling, EB_RULING_TOO_FEW);
    assert_string_equal(judgement->reason, "too few launches: 1, need 4");
    assert_absent(judgement->rows[0].high);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_regimes(void **state)
{
    (void)state;
    json_t *base = two_sizes(quick_ns, alike_ns);
    json_t *now = two_sizes(slow_ns, like_ns);
    struct case_facts large = with_size(pingpong, 65536);
    add_launches(base, &large, alike_ns, 6);
    add_launches(now, &large, like_ns, 6);
    struct eb_judgement *judgement = compared(base, now, NULL);
    const struct eb_judged_regime *small = &judgement->regimes[0];
    assert_int_equal(judgement->regime_count, 2);
    assert_string_equal(small->name, "small");
    assert_int_equal(small->count, 2);
    assert_int_equal(small->low_bytes, 8);
    assert_int_equal(small->high_bytes, 64);
    /* R: w <- wilcox.test((y + y2) / 2, (x + x2) / 2, conf.int = TRUE) */
    assert_golden(small->effect, 0.0478635325431953);
    assert_golden(small->low, 0.0386482195769657);
    assert_golden(small->high, 0.0574574550083788);
    /* R: median(exp((x + x2) / 2)) * 0.5e-3, and so for y */
    assert_golden(small->base, 0.618745732737338);
    assert_golden(small->now, 0.645816924384643);
    assert_string_equal(judgement->regimes[1].name, "medium");
    assert_golden(judgement->regimes[1].effect, 0.00430300797492444);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_regimes_of_pairs(void **state)
{
    (void)state;
    json_t *record = two_sizes(slow_ns, like_ns);
    struct case_facts other = with_arm(pingpong, "kernel-tcp");
    struct case_facts larger = with_arm(with_size(pingpong, 64), "kernel-tcp");
    add_launches(record, &other, quick_ns, 6);
    add_launches(record, &larger, alike_ns, 6);
    struct eb_judgement *judgement = compared_arms(record, "kernel-tcp", "tcp");
    assert_int_equal(judgement->regime_count, 1);
    /* R: w <- wilcox.test((y + y2) / 2 - (x + x2) / 2, conf.int = TRUE) */
    assert_golden(judgement->regimes[0].effect, 0.0474554826206441);
    assert_golden(judgement->regimes[0].low, 0.0274945856198183);
    assert_golden(judgement->regimes[0].high, 0.0674163796214700);
    eb_judgement_free(judgement);
    json_decref(record);
}

/* tcp against kernel-tcp over 8, 64, 512 and 4096 bytes. */
static json_t *curve_record(const uint64_t *const *tcp, const uint64_t *const *kernel_tcp)
{
    json_t *record = new_record(6);
    for (int i = 0, size = 8; i < 4; i++, size *= 8) {
        struct case_facts one = with_size(pingpong, size);
        struct case_facts other = with_arm(one, "kernel-tcp");
        add_launches(record, &one, tcp[i], 6);
        add_launches(record, &other, kernel_tcp[i], 6);
    }
    return record;
}

static void test_crossover(void **state)
{
    /* tcp is worse at 8 and 64, about as good at 512, and better at 4096 */
    static const uint64_t *const tcp[] = {slow_ns, slow_ns, like_ns, quick_ns};
    static const uint64_t *const kernel_tcp[] = {quick_ns, quick_ns, alike_ns, slow_ns};
    (void)state;
    json_t *record = curve_record(tcp, kernel_tcp);
    struct eb_judgement *judgement = compared_arms(record, "kernel-tcp", "tcp");
    assert_int_equal(judgement->crossover_count, 1);
    assert_int_equal(judgement->crossovers[0].below_bytes, 64);
    assert_int_equal(judgement->crossovers[0].above_bytes, 4096);
    assert_int_equal(judgement->crossovers[0].better_below, 0);
    assert_true(judgement->crossovers[0].is_sure);
    assert_int_equal(judgement->crossovers[0].row->size_bytes, 64);
    eb_judgement_free(judgement);
    judgement = compared_arms(record, "tcp", "kernel-tcp");
    assert_int_equal(judgement->crossovers[0].better_below, 1);
    eb_judgement_free(judgement);
    json_decref(record);
}

static void test_crossover_that_is_not_sure(void **state)
{
    static const uint64_t *const once[] = {slow_ns, like_ns, alike_ns, alike_ns};
    static const uint64_t *const other_once[] = {quick_ns, alike_ns, like_ns, like_ns};
    static const uint64_t *const noise[] = {like_ns, like_ns, alike_ns, alike_ns};
    static const uint64_t *const other_noise[] = {alike_ns, alike_ns, like_ns, like_ns};
    (void)state;
    json_t *record = curve_record(once, other_once);
    struct eb_judgement *judgement = compared_arms(record, "kernel-tcp", "tcp");
    assert_int_equal(judgement->crossover_count, 1);
    assert_int_equal(judgement->crossovers[0].below_bytes, 64);
    assert_int_equal(judgement->crossovers[0].above_bytes, 512);
    assert_false(judgement->crossovers[0].is_sure);
    eb_judgement_free(judgement);
    json_decref(record);
    record = curve_record(noise, other_noise); /* within the noise: nothing crosses */
    judgement = compared_arms(record, "kernel-tcp", "tcp");
    assert_int_equal(judgement->crossover_count, 0);
    eb_judgement_free(judgement);
    json_decref(record);
}

static void test_thin_records_say_the_same(void **state)
{
    (void)state;
    json_t *base = two_sizes(quick_ns, alike_ns);
    json_t *now = two_sizes(slow_ns, like_ns);
    struct eb_side sides[] = {side_of(base, "old.json"), side_of(now, "new.json")};
    struct eb_series_set *sets[2];
    struct eb_judgement *whole = compared(base, now, NULL);
    assert_int_equal(eb_compare_thin(base, "old.json", &sets[0], NULL), EB_OK);
    assert_int_equal(eb_compare_thin(now, "new.json", &sets[1], NULL), EB_OK);
    assert_null(json_object_get(json_array_get(cases_of(base, 0), 0), "histogram"));
    sides[0].set = sets[0];
    sides[1].set = sets[1];
    struct eb_judgement *thin = judged(&sides[0], &sides[1], NULL);
    assert_string_equal(whole->reason, thin->reason);
    for (size_t i = 0; i < 2; i++)
        assert_near(thin->rows[i].effect, whole->rows[i].effect);
    assert_true(json_equal(whole->notes, thin->notes));
    eb_judgement_free(whole);
    eb_judgement_free(thin);
    eb_series_set_free(sets[0]);
    eb_series_set_free(sets[1]);
    json_decref(base);
    json_decref(now);
}

static void test_rows_are_in_order(void **state)
{
    (void)state;
    json_t *base = new_record(6);
    struct case_facts facts[] = {with_size(allreduce, 64), with_size(pingpong, 64), with_size(pingpong, 8),
                                 with_arm(pingpong, "kernel-tcp")};
    for (size_t i = 0; i < 4; i++)
        add_launches(base, &facts[i], alike_ns, 6);
    json_t *now = json_deep_copy(base);
    struct eb_judgement *judgement = compared(base, now, NULL);
    static const char *const wanted[] = {"pingpong tcp 8", "pingpong tcp 64", "pingpong kernel-tcp 8",
                                         "allreduce tcp 64"};
    assert_int_equal(judgement->row_count, 4);
    for (size_t i = 0; i < 4; i++) {
        char got[64];
        const struct eb_judged *row = &judgement->rows[i];
        snprintf(got, sizeof got, "%s %s %d", row->kernel->name, row->arm, (int)row->size_bytes);
        assert_string_equal(got, wanted[i]);
    }
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_a_regression_rules_over_what_is_missing),
        cmocka_unit_test(test_missing_by_what_is_allowed),
        cmocka_unit_test(test_nothing_in_common),
        cmocka_unit_test(test_sides_that_are_none),
        cmocka_unit_test(test_arms_of_another_definition),
        cmocka_unit_test(test_another_algorithm),
        cmocka_unit_test(test_published_launches_stand_against_measured_ones),
        cmocka_unit_test(test_a_published_summary_is_one_value),
        cmocka_unit_test(test_regimes),
        cmocka_unit_test(test_regimes_of_pairs),
        cmocka_unit_test(test_crossover),
        cmocka_unit_test(test_crossover_that_is_not_sure),
        cmocka_unit_test(test_thin_records_say_the_same),
        cmocka_unit_test(test_rows_are_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
