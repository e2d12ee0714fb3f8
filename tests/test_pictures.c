/* Pictures by size: what stands in them, against the record and hand arithmetic. */
#include "shown_pictures.h"

static void all_values_are_there_with_intervals(void **state)
{
    (void)state;
    json_t *record = two_arm_record(6);
    struct shown shown = show(record);
    const struct eb_picture *latency = picture_of(&shown, "latency");
    assert_string_equal(latency->title, "Half round trip by message size");
    assert_int_equal(latency->curve_count, 2);
    assert_int_equal(eb_picture_point_count(latency), 2); /* two arms, one size */
    /* kernel_tcp_ns sorted: 1000 1005 1010 1015 1020 1030; the interval of 6 is from the least to the largest
     */
    const struct eb_point *point = point_of(curve_of(latency, "kernel-tcp"), "8 B");
    assert_near(point->x, 8);
    assert_near(point->y, 0.5 * 1.0125);
    assert_near(point->low, 0.5);
    assert_near(point->high, 0.515);
    assert_string_equal(point->cell, "0.506 us [0.500, 0.515]");
    assert_string_equal(tick_at(&latency->y, 0.6), "0.6"); /* from 0.5 to 1.005: evenly */
    assert_string_equal(tick_at(&latency->y, 1), "1");
    assert_string_equal(latency->note,
                        "The value is the median over 6 launches; the band is its 95% interval "
                        "over launches.");
    /* 512 bytes in a window of 1012.5 ns: the mean of 512/1010 and 512/1015 in GB/s */
    const struct eb_picture *rate = picture_of(&shown, "bandwidth");
    point = point_of(curve_of(rate, "kernel-tcp"), "8 B");
    assert_near(point->y, 1000 * (512 / 1010.0 + 512 / 1015.0) / 2);
    assert_string_equal(rate->y.label, "bandwidth, MB/s (higher is better)");
    assert_string_equal(latency->y.label, "half round trip, us (lower is better)");
    hide(&shown);
    json_decref(record);
}

static void sections_stand_together_and_ratios_behind_their_figures(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        const char *section;
    } wanted[] = {
        {"latency", "Latency"},
        {"ratio-latency", "Latency"},
        {"tail-8B", "Latency"},
        {"bandwidth", "Bandwidth"},
        {"ratio-bandwidth", "Bandwidth"},
        {"launches-latency", "From launch to launch"},
        {"launches-bandwidth", "From launch to launch"},
    };
    json_t *record = two_arm_record(6);
    struct shown shown = show(record);
    size_t at = 0;
    for (size_t i = 0; i < shown.pictures.count; i++) {
        const struct eb_picture *picture = &shown.pictures.items[i];
        if (at < sizeof wanted / sizeof *wanted && strcmp(picture->id, wanted[at].id) == 0)
            assert_string_equal(picture->section, wanted[at++].section);
    }
    assert_int_equal(at, sizeof wanted / sizeof *wanted);
    hide(&shown);
    json_decref(record);
}

static void a_few_launches_have_no_band(void **state)
{
    (void)state;
    json_t *record = two_arm_record(1);
    struct shown shown = show(record);
    const struct eb_picture *latency = picture_of(&shown, "latency");
    const struct eb_point *point = point_of(curve_of(latency, "tcp"), "8 B");
    assert_near(point->y, 0.95);
    assert_absent(point->low);
    assert_absent(point->high);
    assert_string_equal(point->cell, "0.950 us");
    assert_string_equal(latency->note, "The value is that of one launch; the band would take at least 6 "
                                       "launches.");
    /* one size: the axis must have a width all the same */
    assert_true(latency->x.low < 8 && latency->x.high > 8);
    assert_true(latency->y.low < 0.5 && latency->y.high > 0.95);
    assert_string_equal(tick_at(&latency->x, 8), "8 B");
    hide(&shown);
    json_decref(record);
}

static void add_sizes(json_t *record, size_t launch, const struct case_facts *facts, const int *sizes,
                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct case_facts at = *facts;
        at.size_bytes = sizes[i];
        add_median(record, launch, &at, 1000 + 100 * i);
    }
}

static void sizes_stand_at_powers_of_two(void **state)
{
    (void)state;
    int sizes[24];
    json_t *record = new_record(1);
    for (int i = 0; i < 24; i++)
        sizes[i] = 1 << i;
    add_sizes(record, 0, &pingpong, sizes, 24);
    struct shown shown = show(record);
    const struct eb_picture *latency = picture_of(&shown, "latency");
    const struct eb_axis *x = &latency->x;
    assert_int_equal(eb_picture_point_count(latency), 24);
    assert_int_equal(x->scale, EB_AXIS_LOG);
    assert_int_equal(x->tick_count, 8); /* 1, 8, 64, ...: each third of 24 */
    assert_string_equal(tick_at(x, 1), "1 B");
    assert_string_equal(tick_at(x, 4096), "4 KiB");
    assert_string_equal(tick_at(x, 2097152), "2 MiB");
    assert_null(tick_at(x, 2));
    hide(&shown);
    json_decref(record);
}

/* From 5 ms to 1 s: were 50 ms "50000" beside "100k", one would read them apart. */
static void an_axis_counts_in_one_way(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    struct case_facts facts = pingpong;
    static const uint64_t medians_ns[] = {10000000, 200000000, 2000000000};
    for (int i = 0; i < 3; i++) {
        facts.size_bytes = 8 << i;
        add_median(record, 0, &facts, medians_ns[i]);
    }
    struct shown shown = show(record);
    const struct eb_axis *axis = &picture_of(&shown, "latency")->y;
    assert_string_equal(tick_at(axis, 5000), "5k");
    assert_string_equal(tick_at(axis, 50000), "50k");
    assert_string_equal(tick_at(axis, 100000), "100k");
    assert_string_equal(tick_at(axis, 1000000), "1M");
    hide(&shown);
    json_decref(record);
}

static void odd_sizes_and_none_have_places(void **state)
{
    (void)state;
    static const int odd[] = {600, 700};
    static const int with_zero[] = {0, 2, 4};
    json_t *record = new_record(1);
    add_sizes(record, 0, &pingpong, odd, 2);
    struct shown shown = show(record);
    const struct eb_axis *x = &picture_of(&shown, "latency")->x;
    assert_int_equal(x->tick_count, 2);
    assert_string_equal(tick_at(x, 600), "600 B");
    assert_string_equal(tick_at(x, 700), "700 B");
    hide(&shown);
    json_decref(record);

    record = new_record(1);
    add_sizes(record, 0, &pingpong, with_zero, 3);
    shown = show(record);
    const struct eb_picture *latency = picture_of(&shown, "latency");
    assert_near(point_of(curve_of(latency, "tcp"), "0 B")->x, 1); /* half of 2 */
    assert_near(point_of(curve_of(latency, "tcp"), "2 B")->x, 2);
    assert_string_equal(tick_at(&latency->x, 1), "0 B");
    assert_string_equal(tick_at(&latency->x, 4), "4 B");
    hide(&shown);
    json_decref(record);
}

static void ranks_and_pairs_have_pictures_of_their_own(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    struct case_facts more = pingpong;
    more.ranks = 8;
    add_median(record, 0, &pingpong, 1000);
    json_object_set_new(add_median(record, 0, &more, 1900), "pairs", json_integer(4));
    more.size_bytes = 16;
    json_object_set_new(add_median(record, 0, &more, 1800), "pairs", json_integer(1));
    add_median(record, 0, &bandwidth, 1000);
    struct shown shown = show(record);
    assert_null(find_picture(&shown, "latency"));
    assert_near(point_of(curve_of(picture_of(&shown, "latency-2ranks"), "tcp"), "8 B")->y, 0.5);
    const struct eb_picture *many = picture_of(&shown, "latency-8ranks-4pairs");
    assert_string_equal(picture_of(&shown, "latency-2ranks")->title,
                        "Half round trip by message size, 2 ranks");
    assert_string_equal(many->title, "Half round trip by message size, 8 ranks, 4 pairs");
    assert_near(point_of(curve_of(many, "tcp"), "8 B")->y, 0.95);
    assert_near(point_of(curve_of(picture_of(&shown, "latency-8ranks-1pairs"), "tcp"), "16 B")->y, 0.9);
    picture_of(&shown, "bandwidth");
    hide(&shown);
    json_decref(record);
}

static void variants_and_stars_are_told_apart(void **state)
{
    (void)state;
    json_t *record = two_arm_record(2);
    json_t *other = new_record(1);
    json_object_set_new(launch_of(record, 1), "variant", json_string("slow"));
    add_median(other, 0, &pingpong, 1400);
    add_median(other, 0, &allreduce, 1400);
    struct shown shown = show_with(record, NULL, other);
    const struct eb_picture *latency = picture_of(&shown, "latency");
    const struct eb_curve *one = curve_of(latency, "tcp/default");
    const struct eb_curve *two = curve_of(latency, "tcp/slow");
    const struct eb_curve *three = curve_of(latency, "*tcp");
    assert_int_equal(latency->curve_count, 5);
    assert_int_equal(one->colour, two->colour);
    assert_int_equal(one->colour, three->colour);
    assert_int_not_equal(one->colour, curve_of(latency, "kernel-tcp/default")->colour);
    assert_int_not_equal(one->dash, two->dash);
    assert_int_not_equal(one->dash, three->dash);
    assert_int_not_equal(two->dash, three->dash);
    assert_near(point_of(two, "8 B")->y, 0.995); /* the second launch, 1990 ns */
    assert_near(point_of(three, "8 B")->y, 0.7);
    assert_says(latency->note, "* is from other.json (2026-01-01T00:00:00Z)");
    assert_null(find_picture(&shown, "allreduce")); /* the record itself has none */
    /* the other record has no bandwidth */
    assert_int_equal(picture_of(&shown, "bandwidth")->curve_count, 4);
    assert_silent(picture_of(&shown, "bandwidth")->note, "other.json");
    hide(&shown);
    json_decref(record);
    json_decref(other);
}

static void set_witness(json_t *json, const char *text)
{
    json_object_set_new(json, "witness", json_loads(text, 0, NULL));
}

static void what_the_witness_refused_is_withheld_or_marked(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    struct case_facts more = pingpong;
    more.size_bytes = 16;
    struct case_facts base = with_arm(pingpong, "kernel-tcp");
    set_witness(add_median(record, 0, &pingpong, 1000), "{\"state\": \"refused\"}");
    add_median(record, 0, &more, 1000);
    set_witness(add_median(record, 0, &base, 1000), "{\"state\": \"refused\", \"allowed\": true}");
    struct shown shown = show(record);
    const struct eb_picture *latency = picture_of(&shown, "latency");
    assert_int_equal(curve_of(latency, "tcp")->point_count, 1);
    assert_near(point_of(curve_of(latency, "tcp"), "16 B")->y, 0.5);
    assert_int_equal(curve_of(latency, "kernel-tcp (WRONG PATH)")->point_count, 1);
    assert_null(find_picture(&shown, "ratio-latency")); /* no size has both */
    hide(&shown);
    base.size_bytes = 16;
    add_median(record, 0, &base, 800);
    shown = show(record);
    assert_near(curve_of(picture_of(&shown, "ratio-latency"), "kernel-tcp (WRONG PATH)")->points[0].y, 1);
    hide(&shown);
    json_decref(record);
}

static void names_are_cleaned(void **state)
{
    (void)state;
    static const char hostile[] = "a'\"`$(x)\n<script>\x1b[31m";
    json_t *record = new_record(1);
    struct case_facts facts = with_arm(pingpong, hostile);
    set_arm(record, 0, "name", json_string(hostile));
    add_median(record, 0, &facts, 1000);
    struct shown shown = show(record);
    assert_string_equal(picture_of(&shown, "latency")->curves[0].name, "a'\"`$(x)?<script>?[31m");
    hide(&shown);
    json_decref(record);
}

static void published_figures_have_ceilings_and_no_band(void **state)
{
    (void)state;
    json_t *record = load_published();
    struct shown shown = show(record);
    const struct eb_picture *latency = picture_of(&shown, "latency");
    size_t wanted = 0;
    for (size_t i = 0; i < json_array_size(cases_of(record, 0)); i++) {
        const json_t *one = json_array_get(cases_of(record, 0), i);
        wanted += strcmp(json_string_value(json_object_get(one, "kernel")), "pingpong") == 0;
    }
    assert_int_equal(eb_picture_point_count(latency), wanted);
    assert_near(point_of(curve_of(latency, "efa"), "0 B")->y, 16.145); /* the first case's median */
    for (size_t i = 0; i < latency->curve_count; i++)
        for (size_t j = 0; j < latency->curves[i].point_count; j++)
            assert_absent(latency->curves[i].points[j].low);
    assert_says(latency->note, "published");
    /* two adapters of the same rate are one line */
    const struct eb_picture *rate = picture_of(&shown, "bandwidth-2ranks");
    assert_near(curve_of(rate, "line rate, 100 Gb/s")->points[0].y, 12500);
    assert_int_equal(rate->curve_count, 4); /* efa, ena, the line, one flow */
    /* both directions together: twice of what goes one way */
    rate = picture_of(&shown, "bibandwidth");
    assert_near(curve_of(rate, "line rate, 100 Gb/s each way")->points[0].y, 25000);
    assert_near(curve_of(rate, "one flow's cap, 10 Gb/s each way")->points[0].y, 2500);
    hide(&shown);
    json_decref(record);
}

static void ceilings_are_levels_each_once(void **state)
{
    (void)state;
    json_t *record = two_arm_record(1);
    struct case_facts second = bandwidth;
    second.size_bytes = 16;
    add_median(record, 0, &second, 1000);
    struct case_facts rate = {"message_rate", "window_ns", "tcp", 8, 2, 512};
    add_median(record, 0, &rate, 1000);
    rate.size_bytes = 16;
    add_median(record, 0, &rate, 1000);
    for (size_t i = 0; i < 2; i++)
        set_arm(record, i, "attributes",
                json_pack("{s:s, s:i}", "interface", "ena0", "flows", i == 1 ? 1 : 2));
    json_object_set_new(launch_of(record, 0), "provenance",
                        json_pack("{s:[s,s], s:s}", "hosts", "a", "b", "instance", "c5n.18xlarge"));
    struct shown shown = show(record);
    const struct eb_picture *picture = picture_of(&shown, "bandwidth");
    assert_int_equal(picture->curve_count, 4); /* two arms, the line, one flow */
    const struct eb_curve *line = curve_of(picture, "line rate of network, 100 Gb/s");
    const struct eb_curve *flow = curve_of(picture, "one flow's cap, 10 Gb/s");
    assert_int_equal(line->look, EB_CURVE_LEVEL);
    assert_int_equal(line->is_context, 1);
    assert_int_equal(line->colour, EB_COLOUR_INK);
    assert_int_equal(line->point_count, 1);
    assert_near(line->points[0].y, 12500); /* 100e9 / 8 / 1e6 */
    assert_near(flow->points[0].y, 1250);
    assert_int_not_equal(line->dash, flow->dash);
    assert_true(picture->y.high > 12500);
    assert_int_equal(eb_picture_point_count(picture), 3);
    /* of messages the line depends on the size: 100e9 / 8 bits / 8 B */
    picture = picture_of(&shown, "message-rate");
    line = curve_of(picture, "line rate of network, 100 Gb/s");
    assert_int_equal(line->look, EB_CURVE_LINE);
    assert_int_equal(line->is_context, 1);
    assert_int_equal(line->point_count, 2);
    assert_near(point_of(line, "8 B")->y, 1562500000);
    assert_near(point_of(line, "16 B")->y, 781250000);
    assert_string_equal(tick_at(&picture->y, 1e9), "1G");
    assert_string_equal(tick_at(&picture->y, 2e8), "200M");
    assert_int_equal(eb_picture_point_count(picture), 2);
    hide(&shown);
    json_decref(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_values_are_there_with_intervals),
        cmocka_unit_test(sections_stand_together_and_ratios_behind_their_figures),
        cmocka_unit_test(a_few_launches_have_no_band),
        cmocka_unit_test(sizes_stand_at_powers_of_two),
        cmocka_unit_test(an_axis_counts_in_one_way),
        cmocka_unit_test(odd_sizes_and_none_have_places),
        cmocka_unit_test(ranks_and_pairs_have_pictures_of_their_own),
        cmocka_unit_test(variants_and_stars_are_told_apart),
        cmocka_unit_test(what_the_witness_refused_is_withheld_or_marked),
        cmocka_unit_test(names_are_cleaned),
        cmocka_unit_test(published_figures_have_ceilings_and_no_band),
        cmocka_unit_test(ceilings_are_levels_each_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
