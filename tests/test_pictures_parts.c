/* Pictures of ratios, tails and all-reduce, against hand arithmetic. */
#include "shown_pictures.h"

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static void ratios_have_the_interval_of_all_quotients(void **state)
{
    (void)state;
    json_t *record = two_arm_record(6);
    struct shown shown = show(record);
    const struct eb_picture *picture = picture_of(&shown, "ratio-latency");
    double quotients[36];
    for (size_t i = 0; i < 36; i++)
        quotients[i] = (double)tcp_ns[i / 6] / (double)kernel_tcp_ns[i % 6];
    qsort(quotients, 36, sizeof *quotients, ascending);
    /* Mann and Whitney's table: two groups of 6 at 5%, critical U is 5: the 6th from either end */
    const struct eb_point *point = point_of(curve_of(picture, "tcp"), "8 B");
    assert_close(point->y, sqrt(quotients[17] * quotients[18]));
    assert_close(point->low, quotients[5]);
    assert_close(point->high, quotients[30]);
    assert_string_equal(picture->y.label, "ratio to kernel-tcp (above 1: slower)");
    assert_string_equal(picture_of(&shown, "ratio-bandwidth")->y.label,
                        "ratio to kernel-tcp (above 1: faster)");
    assert_string_equal(picture->note, "The band of a ratio is its 95% interval over launches.");
    /* the baseline is a level at 1, and not a curve of its own */
    assert_int_equal(picture->curve_count, 2);
    const struct eb_curve *level = curve_of(picture, "kernel-tcp");
    assert_int_equal(level->look, EB_CURVE_LEVEL);
    assert_true(level->is_context);
    assert_near(level->points[0].y, 1);
    assert_true(picture->y.low < 1 && picture->y.high > point->high);
    assert_int_equal(eb_picture_point_count(picture), 1);
    hide(&shown);
    json_decref(record);
}

static const struct eb_curve *crossovers_of(const struct shown *shown)
{
    const struct eb_curve *moments = find_curve(picture_of(shown, "ratio-latency"), "crossover");
    assert_true(!moments || (moments->look == EB_CURVE_MOMENT && moments->is_context));
    return moments;
}

static void a_crossover_is_on_the_straight_line(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    add_at(record, 0, pingpong, "kernel-tcp", 1024, 1000);
    add_at(record, 0, pingpong, "kernel-tcp", 16384, 500);
    add_at(record, 0, pingpong, "kernel-tcp", 65536, 400);
    add_at(record, 0, pingpong, "tcp", 1024, 500);
    add_at(record, 0, pingpong, "tcp", 16384, 1000);
    add_at(record, 0, pingpong, "tcp", 65536, 1600);
    struct shown shown = show(record);
    const struct eb_curve *moments = crossovers_of(&shown);
    /* from 1/2 to 2: half way between 2^10 and 2^14 */
    assert_int_equal(moments->point_count, 1);
    assert_close(moments->points[0].x, 4096);
    assert_string_equal(moments->points[0].cell, "tcp = kernel-tcp at ~4.0 KiB");
    assert_string_equal(point_of(curve_of(picture_of(&shown, "ratio-latency"), "tcp"), "64 KiB")->cell,
                        "4.00x");
    assert_says(picture_of(&shown, "ratio-latency")->note,
                "The band of a ratio would take at least 4 launches");
    hide(&shown);
    json_decref(record);

    record = new_record(1);
    add_at(record, 0, pingpong, "kernel-tcp", 1024, 1000);
    add_at(record, 0, pingpong, "kernel-tcp", 65536, 400);
    add_at(record, 0, pingpong, "tcp", 1024, 500);
    add_at(record, 0, pingpong, "tcp", 65536, 1600);
    shown = show(record);
    moments = crossovers_of(&shown);
    /* from 1/2 to 4: a third of the way from 2^10 to 2^16 */
    assert_close(moments->points[0].x, 4096);
    hide(&shown);
    json_decref(record);
}

/* Four launches each a size, so that there are intervals: around this ratio, by a tenth of it. */
static void add_ratio(json_t *record, int size, double ratio)
{
    static const int spread[] = {95, 99, 101, 105};
    for (size_t i = 0; i < 4; i++) {
        add_at(record, i, pingpong, "kernel-tcp", size, (uint64_t)(6 * spread[3 - i]));
        add_at(record, i, pingpong, "tcp", size, (uint64_t)(6 * spread[i] * ratio));
    }
}

static void noise_about_one_is_no_crossover(void **state)
{
    (void)state;
    json_t *record = new_record(4);
    add_ratio(record, 8, 2);
    add_ratio(record, 16, 0.99);
    add_ratio(record, 32, 2);
    struct shown shown = show(record);
    assert_null(crossovers_of(&shown));
    hide(&shown);
    /* once it is surely below, the crossover is where the curve first was at 1: of 2, 0.99 and 0.5 the first
     * line, or all but */
    add_ratio(record, 64, 2);
    add_ratio(record, 128, 0.99);
    add_ratio(record, 256, 0.5);
    shown = show(record);
    const struct eb_curve *moments = crossovers_of(&shown);
    assert_int_equal(moments->point_count, 1);
    assert_true(moments->points[0].x > 120 && moments->points[0].x < 128);
    hide(&shown);
    json_decref(record);
}

static void a_thicket_of_crossovers_is_counted_and_left_out(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    for (int i = 0; i < 9; i++) {
        add_at(record, 0, pingpong, "kernel-tcp", 1 << i, 1000);
        add_at(record, 0, pingpong, "tcp", 1 << i, i % 2 ? 900 : 1100);
    }
    struct shown shown = show(record);
    assert_null(crossovers_of(&shown));
    assert_says(picture_of(&shown, "ratio-latency")->note, "cross 1 at 8 places, too many to mark");
    hide(&shown);
    json_decref(record);
}

static void one_arm_has_no_ratio_and_one_launch_no_spread(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    add_median(record, 0, &pingpong, 1000);
    struct shown shown = show(record);
    assert_null(find_picture(&shown, "ratio-latency"));
    assert_null(find_picture(&shown, "launches-latency"));
    assert_null(find_picture(&shown, "layers"));
    assert_null(find_picture(&shown, "pairs-latency-tcp"));
    assert_int_equal(shown.pictures.count, 2); /* latency, tail-8B */
    hide(&shown);
    json_decref(record);
}

static void published_figures_have_no_samples_and_no_launches(void **state)
{
    (void)state;
    json_t *record = load_published();
    struct shown shown = show(record);
    for (size_t i = 0; i < shown.pictures.count; i++) {
        assert_null(strstr(shown.pictures.items[i].id, "tail"));
        assert_null(strstr(shown.pictures.items[i].id, "launches"));
        assert_null(strstr(shown.pictures.items[i].id, "layers"));
    }
    const struct eb_picture *ratio = picture_of(&shown, "ratio-latency");
    assert_says(ratio->note, "Ratios of published summaries have no interval");
    /* the first case of each: 34730 ns over 16145 ns */
    assert_close(point_of(curve_of(ratio, "ena"), "0 B")->y, 34730 / 16145.0);
    picture_of(&shown, "allreduce");
    hide(&shown);
    json_decref(record);
}

static void quantiles_are_of_all_launches_and_as_far_as_samples_go(void **state)
{
    (void)state;
    double all[700];
    uint64_t samples_ns[350];
    uint64_t dice = 7;
    json_t *record = new_record(3);
    for (size_t launch = 0; launch < 2; launch++) {
        for (size_t i = 0; i < 350; i++) {
            dice = dice * 16807 % 2147483647;
            samples_ns[i] = 100 + dice % 1900; /* a histogram is exact there */
            all[350 * launch + i] = (double)samples_ns[i] * 1e-3;
        }
        add_case(record, launch, &pingpong, samples_ns, 350);
    }
    json_t *refused = add_median(record, 2, &pingpong, 100000);
    json_object_set_new(refused, "witness", json_pack("{s:s}", "state", "refused"));
    qsort(all, 700, sizeof *all, ascending);
    struct shown shown = show(record);
    const struct eb_picture *tail = picture_of(&shown, "tail-8B");
    const struct eb_curve *curve = curve_of(tail, "tcp");
    /* 99% takes 299 samples, 99.9% 2995 */
    assert_int_equal(curve->point_count, 6);
    assert_close(point_of(curve, "fastest")->y, all[0]);
    assert_close(point_of(curve, "median")->y, all[349]); /* nearest rank: the 350th of 700 */
    assert_close(point_of(curve, "75%")->y, all[524]);
    assert_close(point_of(curve, "90%")->y, all[629]);
    assert_close(point_of(curve, "95%")->y, all[664]);
    assert_close(point_of(curve, "99%")->y, all[692]);
    assert_close(point_of(curve, "90%")->x, 1);
    assert_close(point_of(curve, "99%")->x, 2);
    assert_true(point_of(curve, "fastest")->x == 0);
    assert_string_equal(tick_at(&tail->x, 1), "90%");
    assert_string_equal(tick_at(&tail->x, log10(2)), "median");
    assert_null(tick_at(&tail->x, 3));
    assert_says(tail->note, "all launches together, 700 a curve");
    assert_string_equal(tail->y.label, "round trip, us");
    hide(&shown);
    json_decref(record);
}

static void tails_are_of_the_smallest_a_middle_and_the_largest_size(void **state)
{
    (void)state;
    static const int sizes[] = {1, 64, 2048, 65536, 1048576};
    json_t *record = new_record(1);
    for (size_t i = 0; i < 5; i++)
        add_at(record, 0, pingpong, "tcp", sizes[i], 1000 + 10 * i);
    struct shown shown = show(record);
    /* of 64 B, 2 KiB and 64 KiB: 128, 4 and 8 times from 8 KiB */
    assert_near(point_of(curve_of(picture_of(&shown, "tail-1B"), "tcp"), "median")->y, 1);
    assert_near(point_of(curve_of(picture_of(&shown, "tail-2KiB"), "tcp"), "median")->y, 1.02);
    assert_near(point_of(curve_of(picture_of(&shown, "tail-1MiB"), "tcp"), "median")->y, 1.04);
    assert_null(find_picture(&shown, "tail-64B"));
    assert_null(find_picture(&shown, "tail-64KiB"));
    /* three samples: no quantile but the median */
    assert_int_equal(eb_picture_point_count(picture_of(&shown, "tail-1B")), 2);
    hide(&shown);
    json_decref(record);
}

static void variants_have_tails_of_their_own(void **state)
{
    (void)state;
    json_t *record = new_record(2);
    json_object_set_new(launch_of(record, 1), "variant", json_string("slow"));
    add_median(record, 0, &pingpong, 1000);
    add_median(record, 1, &pingpong, 1500);
    struct shown shown = show(record);
    const struct eb_picture *tail = picture_of(&shown, "tail-8B");
    assert_near(point_of(curve_of(tail, "tcp/default"), "median")->y, 1);
    assert_near(point_of(curve_of(tail, "tcp/slow"), "median")->y, 1.5);
    hide(&shown);
    json_decref(record);
}

static json_t *add_algorithm(json_t *record, const char *algorithm, int size, uint64_t median_ns)
{
    struct case_facts facts = allreduce;
    facts.size_bytes = size;
    json_t *json = add_median(record, 0, &facts, median_ns);
    json_object_set_new(json, "algorithm", json_string(algorithm));
    return json;
}

static void each_algorithm_is_a_curve(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    add_algorithm(record, "ring", 8, 1000);
    add_algorithm(record, "ring", 16, 1200);
    add_algorithm(record, "halving", 8, 800);
    struct shown shown = show(record);
    const struct eb_picture *picture = picture_of(&shown, "allreduce");
    const struct eb_curve *ring = curve_of(picture, "tcp, ring");
    const struct eb_curve *halving = curve_of(picture, "tcp, halving");
    assert_string_equal(picture->title, "Time of an all-reduce by message size, 4 ranks");
    assert_int_equal(picture->curve_count, 2);
    assert_int_equal(ring->point_count, 2);
    assert_near(point_of(ring, "16 B")->y, 1.2);
    assert_near(point_of(halving, "8 B")->y, 0.8);
    assert_int_equal(ring->colour, halving->colour);
    assert_int_not_equal(ring->dash, halving->dash);
    /* 8 bytes * 2 * 3 / 4 in 1000 ns = 12 MB/s */
    assert_near(point_of(curve_of(picture_of(&shown, "allreduce-busbw"), "tcp, ring"), "8 B")->y, 12);
    assert_null(find_picture(&shown, "allreduce-2")); /* time_osu, which nobody needs beside time */
    hide(&shown);
    json_decref(record);
}

static void set_algorithm(json_t *record, size_t index, const char *algorithm)
{
    json_object_set_new(json_array_get(cases_of(record, 0), index), "algorithm", json_string(algorithm));
}

static void the_chosen_algorithms_make_one_ratio(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    add_at(record, 0, allreduce, "kernel-tcp", 16, 1000);
    add_at(record, 0, allreduce, "kernel-tcp", 64, 500);
    add_at(record, 0, allreduce, "tcp", 16, 500);
    add_at(record, 0, allreduce, "tcp", 64, 1000);
    set_algorithm(record, 2, "ring");
    set_algorithm(record, 3, "halving");
    struct shown shown = show(record);
    const struct eb_picture *picture = picture_of(&shown, "ratio-allreduce");
    const struct eb_curve *curve = curve_of(picture, "tcp");
    assert_int_equal(curve->point_count, 2);
    assert_string_equal(point_of(curve, "16 B")->cell, "0.50x, ring");
    assert_string_equal(point_of(curve, "64 B")->cell, "2.00x, halving");
    assert_close(curve_of(picture, "crossover")->points[0].x, 32);
    hide(&shown);
    /* both at one size are two curves */
    add_at(record, 0, allreduce, "tcp", 64, 1500);
    set_algorithm(record, 4, "ring");
    shown = show(record);
    picture = picture_of(&shown, "ratio-allreduce");
    assert_int_equal(curve_of(picture, "tcp, ring")->point_count, 2);
    assert_string_equal(point_of(curve_of(picture, "tcp, halving"), "64 B")->cell, "2.00x");
    hide(&shown);
    json_decref(record);
}

static void another_record_of_means_gets_means_beside_it(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    json_t *other = json_pack(
        "{s:s, s:s, s:{s:s}, s:[{s:s, s:s, s:{}, s:[{s:s, s:s}], s:[{s:s, s:s, s:s, s:i, s:i, s:{s:s, s:i, "
        "s:i}}]}]}",
        "schema", EB_RECORD_SCHEMA, "kind", "published", "run", "created_utc", "2026", "launches", "variant",
        "default", "status", "complete", "provenance", "arms", "name", "tcp", "transport", "mpi", "cases",
        "kernel", "allreduce", "algorithm", "", "arm", "tcp", "size_bytes", 8, "ranks", 4, "published",
        "quantity", "time_osu_ns", "runs", 3, "mean", 5000);
    assert_non_null(other);
    add_algorithm(record, "ring", 8, 1000);
    struct shown shown = show_with(record, NULL, other);
    assert_null(find_curve(picture_of(&shown, "allreduce"), "*tcp"));
    const struct eb_picture *means = picture_of(&shown, "allreduce-2");
    assert_near(point_of(curve_of(means, "*tcp"), "8 B")->y, 5);
    assert_near(point_of(curve_of(means, "tcp, ring"), "8 B")->y, 1);
    assert_says(means->note, ", or a published figure");
    hide(&shown);
    json_decref(record);
    json_decref(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratios_have_the_interval_of_all_quotients),
        cmocka_unit_test(a_crossover_is_on_the_straight_line),
        cmocka_unit_test(noise_about_one_is_no_crossover),
        cmocka_unit_test(a_thicket_of_crossovers_is_counted_and_left_out),
        cmocka_unit_test(one_arm_has_no_ratio_and_one_launch_no_spread),
        cmocka_unit_test(published_figures_have_no_samples_and_no_launches),
        cmocka_unit_test(quantiles_are_of_all_launches_and_as_far_as_samples_go),
        cmocka_unit_test(tails_are_of_the_smallest_a_middle_and_the_largest_size),
        cmocka_unit_test(variants_have_tails_of_their_own),
        cmocka_unit_test(each_algorithm_is_a_curve),
        cmocka_unit_test(the_chosen_algorithms_make_one_ratio),
        cmocka_unit_test(another_record_of_means_gets_means_beside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
