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
    assert_says(judgement->reason, "none of 1 series is shown to be worse");
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
    assert_unlike(&sides[0], &sides[1], "kernels,arms", EB_INVALID,
                  "not alike: ranks 2, 2+4: --allow=kernels,arms,ranks compares");
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

static void set_witness(json_t *record, size_t at, const char *state, int is_kept)
{
    for (size_t i = 0; i < 6; i++) {
        json_t *witness = json_pack("{s:s}", "state", state);
        if (is_kept)
            json_object_set_new(witness, "allowed", json_true());
        json_object_set_new(json_array_get(cases_of(record, i), at), "witness", witness);
    }
}

/* The record names it, but there is no number. */
static void test_sides_without_numbers(void **state)
{
    (void)state;
    json_t *record = pingpong_record(alike_ns, 6);
    struct eb_side base = side_of(record, "run.json");
    struct eb_side now = side_of(record, "run.json");
    base.arm = "tcp";
    now.arm = "kernel-tcp";
    assert_unlike(&base, &now, NULL, EB_INVALID, "run.json: arm 'kernel-tcp' was never measured");
    struct case_facts other = with_arm(pingpong, "kernel-tcp");
    add_launches(record, &other, like_ns, 6);
    set_witness(record, 1, "refused", 0);
    assert_unlike(&base, &now, NULL, EB_WRONG_PATH,
                  "run.json: the witness refused the path of all 6 cases of arm 'kernel-tcp'");
    json_decref(record);
}

static void test_what_is_withheld_is_no_pass(void **state)
{
    (void)state;
    json_t *base = two_sizes(alike_ns, alike_ns);
    json_t *now = two_sizes(like_ns, like_ns);
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_int_equal(judgement->ruling, EB_RULING_PASS);
    eb_judgement_free(judgement);
    set_witness(base, 1, "refused", 0); /* on both sides: no row is missing */
    set_witness(now, 1, "refused", 0);
    judgement = compared(base, now, NULL);
    assert_int_equal(judgement->row_count, 1);
    assert_int_equal(judgement->withheld, 12);
    assert_int_equal(judgement->ruling, EB_RULING_INCONCLUSIVE);
    assert_says(judgement->reason, "the witness refused the path of 12 cases, whose figures are withheld");
    assert_says(judgement->reason, "none of the other 1 series is shown to be worse by more than 2%");
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_another_arm_that_is_withheld_is_nothing(void **state)
{
    (void)state;
    json_t *record = pingpong_record(alike_ns, 6);
    struct case_facts other = with_arm(pingpong, "kernel-tcp");
    add_launches(record, &other, like_ns, 6);
    set_witness(record, 1, "refused", 0);
    json_t *now = json_deep_copy(record);
    struct eb_side sides[] = {side_of(record, "old.json"), side_of(now, "new.json")};
    sides[0].arm = sides[1].arm = "tcp";
    struct eb_judgement *judgement = judged(&sides[0], &sides[1], NULL);
    assert_int_equal(judgement->withheld, 0);
    assert_int_equal(judgement->ruling, EB_RULING_PASS);
    eb_judgement_free(judgement);
    json_decref(record);
    json_decref(now);
}

static void test_what_was_kept_is_refused(void **state)
{
    (void)state;
    json_t *base = two_sizes(alike_ns, alike_ns);
    json_t *now = two_sizes(like_ns, like_ns);
    struct eb_side sides[] = {side_of(base, "old.json"), side_of(now, "new.json")};
    set_witness(now, 1, "refused", 1);
    assert_unlike(
        &sides[0], &sides[1], NULL, EB_WRONG_PATH,
        "new.json: the witness refused the path of arm 'tcp', whose figures were kept nevertheless: "
        "--allow=path compares them");
    assert_unlike(&sides[1], &sides[0], "hosts", EB_WRONG_PATH, "--allow=hosts,path compares them");
    struct eb_judgement *judgement = compared(base, now, "path");
    assert_int_equal(judgement->ruling, EB_RULING_PASS);
    eb_judgement_free(judgement);
    judgement = compared(base, now, "all");
    assert_int_equal(judgement->row_count, 2);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void set_ranks(json_t *record, size_t at, int ranks)
{
    for (size_t i = 0; i < 6; i++)
        json_object_set_new(json_array_get(cases_of(record, i), at), "ranks", json_integer(ranks));
}

static void test_other_ranks_that_are_allowed(void **state)
{
    (void)state;
    json_t *base = two_sizes(quick_ns, alike_ns);
    json_t *now = two_sizes(slow_ns, like_ns);
    set_ranks(now, 0, 4);
    set_ranks(now, 1, 4);
    struct eb_side sides[] = {side_of(base, "old.json"), side_of(now, "new.json")};
    assert_unlike(&sides[0], &sides[1], NULL, EB_INVALID, "ranks 2, 4: --allow=ranks compares");
    struct eb_judgement *judgement = compared(base, now, "ranks");
    assert_int_equal(judgement->row_count, 2);
    assert_int_equal(judgement->rows[0].ranks, 4);
    assert_effect(&judgement->rows[0], EB_CALL_REGRESSED, 0.0919368913364949, 0.0755075525081450,
                  0.1082135846402332); /* as with the same ranks: test_compare.c */
    assert_notes(judgement, "compared nevertheless: ranks 2, 4");
    eb_judgement_free(judgement);
    for (size_t i = 0; i < 6; i++)
        json_array_remove(cases_of(now, i), 1);
    judgement = compared(base, now, "ranks"); /* what is missing now is not so by its ranks */
    assert_int_equal(judgement->row_count, 2);
    assert_int_equal(eb_judgement_count(judgement, EB_CALL_MISSING), 1);
    for (size_t i = 0; i < 2; i++)
        assert_false(judgement->rows[i].is_allowed);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_tolerance_is_delta_at_least(void **state)
{
    (void)state;
    json_t *base = pingpong_record(quick_ns, 6);
    json_t *now = pingpong_record(slow_ns, 6);
    struct eb_side sides[] = {side_of(base, "old.json"), side_of(now, "new.json")};
    struct eb_compare_options options = eb_compare_defaults();
    struct eb_judgement *judgement = NULL;
    options.delta = log1p(0.15); /* above the interval, which ends at +11.4% */
    assert_int_equal(eb_compare(&sides[0], &sides[1], &options, &judgement, NULL), EB_OK);
    assert_near(judgement->tolerance, log1p(0.15));
    assert_int_equal(judgement->ruling, EB_RULING_PASS);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_names_that_are_no_utf8(void **state)
{
    (void)state;
    json_t *base = pingpong_record(alike_ns, 6);
    json_t *now = pingpong_record(like_ns, 5); /* a warning, of a file by its name */
    json_object_set_new(launch_of(now, 0), "status", json_string("partial"));
    struct eb_side sides[] = {side_of(base, "old.json"), side_of(now, "new\xff.json")};
    struct eb_judgement *judgement = judged(&sides[0], &sides[1], NULL);
    assert_string_equal(judgement->now_name, "new\xef\xbf\xbd.json");
    assert_notes(judgement, "new\xef\xbf\xbd.json: ");
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
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

/* Only of a measured all-reduce efabench itself chooses the algorithm. */
static void test_another_algorithm_of_the_user(void **state)
{
    (void)state;
    json_t *base = pingpong_record(alike_ns, 6);
    json_t *now = pingpong_record(like_ns, 6);
    struct case_facts larger = with_size(pingpong, 64);
    add_launches(base, &larger, alike_ns, 6);
    add_launches(now, &larger, like_ns, 6);
    set_algorithm(base, 0, "one");
    set_algorithm(now, 0, "other");
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_int_equal(judgement->row_count, 3);
    assert_int_equal(eb_judgement_count(judgement, EB_CALL_MISSING), 2);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_no_algorithm_is_none(void **state)
{
    (void)state;
    json_t *base = new_record(6);
    json_t *now = new_record(6);
    add_launches(base, &allreduce, alike_ns, 6);
    add_launches(now, &allreduce, like_ns, 6);
    set_algorithm(now, 0, "ring");
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_string_equal(judgement->rows[0].note, "algorithm ring, was none");
    eb_judgement_free(judgement);
    judgement = compared(now, base, NULL);
    assert_string_equal(judgement->rows[0].note, "algorithm none, was ring");
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

/* Each size in two algorithms, one worse and the other better at every size: nothing crosses. */
static void test_algorithms_side_by_side_are_curves(void **state)
{
    (void)state;
    json_t *base = new_record(6);
    json_t *now = new_record(6);
    for (int i = 0; i < 2; i++) {
        struct case_facts facts = with_size(allreduce, i ? 64 : 8);
        add_launches(base, &facts, quick_ns, 6);
        add_launches(now, &facts, slow_ns, 6);
        set_algorithm(base, 2 * (size_t)i, "ring");
        set_algorithm(now, 2 * (size_t)i, "ring");
        add_launches(base, &facts, slow_ns, 6);
        add_launches(now, &facts, quick_ns, 6);
        set_algorithm(base, 2 * (size_t)i + 1, "tree");
        set_algorithm(now, 2 * (size_t)i + 1, "tree");
    }
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_int_equal(judgement->row_count, 4);
    assert_int_equal(judgement->crossover_count, 0);
    assert_int_equal(judgement->regime_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(judgement->regimes[i].count, 2);
        assert_int_equal(judgement->regimes[i].high_bytes, 64);
        assert_string_equal(judgement->regimes[i].first->algorithm, i ? "tree" : "ring");
        assert_true((judgement->regimes[i].effect > 0) == (i == 0));
    }
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
        cmocka_unit_test(test_sides_without_numbers),
        cmocka_unit_test(test_what_is_withheld_is_no_pass),
        cmocka_unit_test(test_another_arm_that_is_withheld_is_nothing),
        cmocka_unit_test(test_what_was_kept_is_refused),
        cmocka_unit_test(test_other_ranks_that_are_allowed),
        cmocka_unit_test(test_tolerance_is_delta_at_least),
        cmocka_unit_test(test_names_that_are_no_utf8),
        cmocka_unit_test(test_arms_of_another_definition),
        cmocka_unit_test(test_another_algorithm),
        cmocka_unit_test(test_another_algorithm_of_the_user),
        cmocka_unit_test(test_no_algorithm_is_none),
        cmocka_unit_test(test_algorithms_side_by_side_are_curves),
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
