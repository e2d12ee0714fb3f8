/* Two sides, series by series, against R 4.2.2 (x: quick_ns, y: slow_ns; x2: alike_ns, y2: like_ns,
 * logarithms of all) and by what must follow from the definitions. */
#include "made_compare.h"

/* R: w <- wilcox.test(y, x, conf.int = TRUE); c(w$estimate, w$conf.int) */
#define GROUPS 0.0919368913364949, 0.0755075525081450, 0.1082135846402332
/* R: w <- wilcox.test(y - x, conf.int = TRUE) */
#define PAIRS 0.0902179976404596, 0.0700380767036100, 0.1083411437959638

static void test_two_records(void **state)
{
    (void)state;
    json_t *base = pingpong_record(quick_ns, 6);
    json_t *now = pingpong_record(slow_ns, 6);
    struct eb_judgement *judgement = compared(base, now, NULL);
    const struct eb_judged *row = &judgement->rows[0];
    assert_int_equal(judgement->row_count, 1);
    assert_effect(row, EB_CALL_REGRESSED, GROUPS);
    assert_string_equal(row->metric->name, "half_rtt");
    assert_int_equal(row->compared, 6);
    assert_near(row->base.value, 1012.5 * 0.5e-3); /* the median of six, halved, in us */
    assert_near(row->now.value, 1110 * 0.5e-3);
    /* Apart altogether: of the choose(12, 6) = 924 relabellings none has as large a t. */
    assert_near(row->p_worse, 1.0 / 924);
    assert_true(row->p_better > 0.9);
    assert_true(judgement->exact);
    assert_int_equal(judgement->relabellings, 924);
    assert_false(judgement->paired);
    /* R: log(1.02) + 4 * sqrt(var(x) / 6 + var(y) / 6) */
    assert_golden(row->visible, 0.0461589353661547);
    assert_int_equal(judgement->ruling, EB_RULING_REGRESSED);
    /* exp() of the above: 1.0963, 1.0784, 1.1143 */
    assert_string_equal(judgement->reason, "1 of 1 series is worse: pingpong tcp 8 B +9.6% [+7.8%, +11.4%]");
    assert_int_equal(eb_judgement_status(judgement), EB_REGRESSED);
    assert_string_equal(judgement->base_name, "old.json");
    assert_string_equal(judgement->now_name, "new.json");
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_the_mirror_is_better(void **state)
{
    (void)state;
    json_t *base = pingpong_record(slow_ns, 6);
    json_t *now = pingpong_record(quick_ns, 6);
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_effect(&judgement->rows[0], EB_CALL_IMPROVED, -0.0919368913364949, -0.1082135846402332,
                  -0.0755075525081450);
    assert_near(judgement->rows[0].p_better, 1.0 / 924);
    assert_int_equal(judgement->ruling, EB_RULING_PASS);
    assert_string_equal(judgement->reason,
                        "none of 1 series is shown to be worse by more than 2%, and none can be by more "
                        "than 5%; 1 is better");
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

/* The same times: a rate is worse where it is smaller, by the same logarithm. */
static void test_rates(void **state)
{
    (void)state;
    json_t *base = new_record(6);
    json_t *now = new_record(6);
    add_launches(base, &bandwidth, quick_ns, 6);
    add_launches(now, &bandwidth, slow_ns, 6);
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_effect(&judgement->rows[0], EB_CALL_REGRESSED, GROUPS);
    /* 1 / 1.0963 = 0.912, 1 / 1.1143 = 0.897, 1 / 1.0784 = 0.927 */
    assert_says(judgement->reason, "bandwidth tcp 8 B -8.8% [-10.3%, -7.3%]");
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_equivalent(void **state)
{
    (void)state;
    json_t *base = pingpong_record(alike_ns, 6);
    json_t *now = pingpong_record(like_ns, 6);
    struct eb_judgement *judgement = compared(base, now, NULL);
    /* R: wilcox.test(y2, x2, conf.int = TRUE); with conf.level = 0.9: -0.00731143170637250
     * 0.01315808457751100, which lies within log(1.02) = 0.0198 */
    assert_effect(&judgement->rows[0], EB_CALL_EQUIVALENT, 0.00430300797492444, -0.00858941521382661,
                  0.01465715779997279);
    assert_int_equal(judgement->ruling, EB_RULING_PASS);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_inconclusive(void **state)
{
    static const uint64_t wide_ns[] = {1400, 1650, 1450, 1600, 1520, 1560};
    (void)state;
    json_t *base = pingpong_record(alike_ns, 6);
    json_t *now = pingpong_record(wide_ns, 6);
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_int_equal(judgement->rows[0].call, EB_CALL_INCONCLUSIVE);
    assert_int_equal(judgement->ruling, EB_RULING_INCONCLUSIVE);
    assert_says(judgement->reason, "1 of 1 series could be worse by more than 5%: pingpong tcp 8 B ");
    assert_int_equal(eb_judgement_status(judgement), EB_INCONCLUSIVE);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_order_of_launches_is_nothing(void **state)
{
    uint64_t turned_ns[6];
    (void)state;
    for (size_t i = 0; i < 6; i++)
        turned_ns[i] = slow_ns[5 - i];
    json_t *base = pingpong_record(quick_ns, 6);
    json_t *now = pingpong_record(turned_ns, 6);
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_effect(&judgement->rows[0], EB_CALL_REGRESSED, GROUPS);
    assert_near(judgement->rows[0].p_worse, 1.0 / 924);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static json_t *arms_record(const uint64_t *tcp, const uint64_t *kernel_tcp, size_t launches)
{
    json_t *record = pingpong_record(tcp, launches);
    struct case_facts other = with_arm(pingpong, "kernel-tcp");
    add_launches(record, &other, kernel_tcp, launches);
    return record;
}

static void test_arms_are_paired_by_launch(void **state)
{
    (void)state;
    json_t *record = arms_record(slow_ns, quick_ns, 6);
    struct eb_judgement *judgement = compared_arms(record, "kernel-tcp", "tcp");
    const struct eb_judged *row = &judgement->rows[0];
    assert_int_equal(judgement->row_count, 1);
    assert_true(judgement->paired);
    assert_effect(row, EB_CALL_REGRESSED, PAIRS);
    assert_near(row->p_worse, 1.0 / 64); /* of all flips of six signs */
    assert_string_equal(row->arm, "tcp");
    assert_string_equal(row->base_arm, "kernel-tcp");
    assert_null(row->base_variant);
    /* R: log(1.02) + 4 * sqrt(var(y - x) / 6) */
    assert_golden(row->visible, 0.047567140044828);
    assert_string_equal(judgement->base_name, "arm kernel-tcp");
    assert_says(judgement->reason, "pingpong kernel-tcp to tcp 8 B +9.4% [+7.3%, +11.4%]");
    eb_judgement_free(judgement);
    json_decref(record);
}

static void test_pairs_without_partner_are_left_out(void **state)
{
    static const uint64_t quicker_ns[] = {1000, 1010, 1020, 1005, 1030, 1015, 700};
    (void)state;
    json_t *record = new_record(7);
    struct case_facts other = with_arm(pingpong, "kernel-tcp");
    add_launches(record, &pingpong, slow_ns, 6);
    add_launches(record, &other, quicker_ns, 7);
    struct eb_judgement *judgement = compared_arms(record, "kernel-tcp", "tcp");
    assert_effect(&judgement->rows[0], EB_CALL_REGRESSED, PAIRS);
    assert_int_equal(judgement->rows[0].compared, 6);
    assert_notes(judgement, "1 value was left out");
    eb_judgement_free(judgement);
    json_decref(record);
}

/* Launches of two variants; within a block now one and now the other is first. */
static json_t *variants_record(int with_blocks)
{
    json_t *record = new_record(12);
    for (size_t i = 0; i < 6; i++) {
        size_t old = 2 * i + (i & 1);
        size_t new = 2 * i + 1 - (i & 1);
        size_t block = with_blocks ? 5 - i : 0; /* numbers are names only */
        add_median(record, old, &pingpong, quick_ns[i]);
        add_median(record, new, &pingpong, slow_ns[i]);
        set_variant(record, old, "old");
        set_variant(record, new, "new");
        if (!with_blocks)
            continue;
        json_object_set_new(launch_of(record, old), "block", json_integer((json_int_t)block));
        json_object_set_new(launch_of(record, new), "block", json_integer((json_int_t)block));
    }
    return record;
}

static void test_variants_are_paired_by_block(void **state)
{
    (void)state;
    json_t *record = variants_record(1);
    struct eb_judgement *judgement = compared_variants(record, "old", "new");
    assert_int_equal(judgement->row_count, 1);
    assert_true(judgement->paired);
    assert_effect(&judgement->rows[0], EB_CALL_REGRESSED, PAIRS);
    assert_string_equal(judgement->rows[0].variant, "new");
    assert_string_equal(judgement->rows[0].base_variant, "old");
    assert_string_equal(judgement->now_name, "variant new");
    eb_judgement_free(judgement);
    json_decref(record);
}

static void test_variants_without_blocks_are_groups(void **state)
{
    (void)state;
    json_t *record = variants_record(0);
    struct eb_judgement *judgement = compared_variants(record, "old", "new");
    assert_false(judgement->paired);
    assert_effect(&judgement->rows[0], EB_CALL_REGRESSED, GROUPS);
    eb_judgement_free(judgement);
    json_decref(record);
}

/* A record of a single variant against one of another name; several by name. */
static void test_variants_of_two_records(void **state)
{
    (void)state;
    json_t *base = pingpong_record(quick_ns, 6);
    json_t *now = pingpong_record(slow_ns, 6);
    for (size_t i = 0; i < 6; i++)
        set_variant(now, i, "patched");
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_effect(&judgement->rows[0], EB_CALL_REGRESSED, GROUPS);
    assert_string_equal(judgement->rows[0].base_variant, "default");
    eb_judgement_free(judgement);
    json_decref(base);
    base = variants_record(0);
    json_decref(now);
    now = variants_record(0);
    judgement = compared(base, now, NULL);
    assert_int_equal(judgement->row_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_null(judgement->rows[i].base_variant);
        assert_golden(judgement->rows[i].effect, 0);
        assert_int_equal(judgement->rows[i].compared, 6);
    }
    eb_judgement_free(judgement);
    json_t *other = pingpong_record(quick_ns, 6);
    struct eb_side sides[] = {side_of(other, "old.json"), side_of(now, "new.json")};
    assert_unlike(&sides[0], &sides[1], NULL, EB_INVALID, "no variant in common");
    sides[1].variant = "new";
    judgement = judged(&sides[0], &sides[1], NULL);
    assert_effect(&judgement->rows[0], EB_CALL_REGRESSED, GROUPS);
    eb_judgement_free(judgement);
    json_decref(other);
    json_decref(base);
    json_decref(now);
}

static void test_launches_that_lack_a_series(void **state)
{
    (void)state;
    json_t *base = pingpong_record(quick_ns, 6);
    json_t *now = pingpong_record(slow_ns, 6);
    struct case_facts larger = with_size(pingpong, 64);
    add_launches(base, &larger, alike_ns, 6);
    add_launches(now, &larger, like_ns, 6);
    json_array_remove(cases_of(now, 2), 0);
    struct eb_judgement *judgement = compared(base, now, NULL);
    /* R: wilcox.test(y[-3], x, conf.int = TRUE) */
    assert_effect(&judgement->rows[0], EB_CALL_REGRESSED, 0.0944267873483819, 0.0775002700518632,
                  0.1131518662808162);
    assert_int_equal(judgement->rows[0].compared, 5);
    assert_int_equal(judgement->rows[1].compared, 6);
    assert_int_equal(judgement->rows[1].call, EB_CALL_EQUIVALENT);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_too_few_launches(void **state)
{
    (void)state;
    json_t *base = pingpong_record(quick_ns, 3);
    json_t *now = pingpong_record(slow_ns, 3);
    struct eb_judgement *judgement = compared(base, now, NULL);
    const struct eb_judged *row = &judgement->rows[0];
    /* R: median(outer(y[1:3], x[1:3], "-")) */
    assert_golden(row->effect, 0.0872564449972284);
    assert_absent(row->low);
    assert_absent(row->high);
    assert_absent(row->p_worse);
    assert_int_equal(row->call, EB_CALL_INCONCLUSIVE);
    assert_string_equal(row->note, "too few launches: 3, need 4");
    assert_int_equal(judgement->ruling, EB_RULING_TOO_FEW);
    assert_string_equal(judgement->reason, "too few launches: 3, need 4");
    assert_int_equal(eb_judgement_status(judgement), EB_INCONCLUSIVE);
    assert_int_equal(judgement->relabellings, 0);
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
    json_t *many = pingpong_record(alike_ns, 6);
    json_t *three = pingpong_record(slow_ns, 3);
    judgement = compared(many, three, NULL);
    assert_absent(judgement->rows[0].high);
    assert_string_equal(judgement->reason, "too few launches: 3, need 4");
    eb_judgement_free(judgement);
    json_decref(many);
    json_decref(three);
    json_t *record = arms_record(slow_ns, quick_ns, 5);
    judgement = compared_arms(record, "kernel-tcp", "tcp");
    /* R: d <- (y - x)[1:5]; median(outer(d, d, "+")[upper.tri(diag(5), TRUE)] / 2) */
    assert_golden(judgement->rows[0].effect, 0.0891896102497869);
    assert_absent(judgement->rows[0].high);
    assert_string_equal(judgement->reason, "too few launches: 5 in pairs, need 6");
    eb_judgement_free(judgement);
    json_decref(record);
}

/* One series has launches enough, the other not: no pass. */
static void test_some_too_few(void **state)
{
    (void)state;
    json_t *base = pingpong_record(alike_ns, 6);
    json_t *now = pingpong_record(like_ns, 6);
    struct case_facts larger = with_size(pingpong, 64);
    add_launches(base, &larger, alike_ns, 6);
    add_launches(now, &larger, like_ns, 1);
    struct eb_judgement *judgement = compared(base, now, NULL);
    assert_int_equal(judgement->rows[0].call, EB_CALL_EQUIVALENT);
    assert_int_equal(judgement->rows[1].call, EB_CALL_INCONCLUSIVE);
    assert_absent(judgement->rows[1].p_worse);
    assert_absent(judgement->rows[1].visible);
    assert_int_equal(judgement->ruling, EB_RULING_INCONCLUSIVE);
    assert_string_equal(judgement->reason, "1 of 2 series has too few launches to tell");
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

static void test_level_out_of_reach(void **state)
{
    (void)state;
    json_t *base = pingpong_record(quick_ns, 4);
    json_t *now = pingpong_record(slow_ns, 4);
    struct eb_side sides[] = {side_of(base, "old.json"), side_of(now, "new.json")};
    struct eb_compare_options options = eb_compare_defaults();
    struct eb_judgement *judgement = NULL;
    options.alpha = 0.01; /* choose(8, 4) = 70 */
    assert_int_equal(eb_compare(&sides[0], &sides[1], &options, &judgement, NULL), EB_OK);
    assert_int_equal(judgement->rows[0].call, EB_CALL_INCONCLUSIVE);
    assert_notes(judgement, "relabelled in 70 ways only");
    eb_judgement_free(judgement);
    json_decref(base);
    json_decref(now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_records),
        cmocka_unit_test(test_the_mirror_is_better),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_equivalent),
        cmocka_unit_test(test_inconclusive),
        cmocka_unit_test(test_order_of_launches_is_nothing),
        cmocka_unit_test(test_arms_are_paired_by_launch),
        cmocka_unit_test(test_pairs_without_partner_are_left_out),
        cmocka_unit_test(test_variants_are_paired_by_block),
        cmocka_unit_test(test_variants_without_blocks_are_groups),
        cmocka_unit_test(test_variants_of_two_records),
        cmocka_unit_test(test_launches_that_lack_a_series),
        cmocka_unit_test(test_too_few_launches),
        cmocka_unit_test(test_some_too_few),
        cmocka_unit_test(test_level_out_of_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
