/* Pictures of layers, launches and pairs, against hand arithmetic. */
#include "shown_pictures.h"

static json_t *three_layers(void)
{
    json_t *record = new_record(1);
    add_arm(record, "mpi", "mpi");
    for (int size = 8; size <= 16; size *= 2) {
        add_at(record, 0, pingpong, "kernel-tcp", size, 1000);
        add_at(record, 0, pingpong, "tcp", size, 1400);
        add_at(record, 0, pingpong, "mpi", size, 1300);
    }
    return record;
}

static void layers_are_differences(void **state)
{
    (void)state;
    json_t *record = three_layers();
    add_at(record, 0, pingpong, "tcp", 32, 1400); /* the others have no such sizes */
    add_at(record, 0, pingpong, "kernel-tcp", 64, 1400);
    struct shown shown = show(record);
    const struct eb_picture *picture = picture_of(&shown, "layers");
    assert_int_equal(picture->curve_count, 3);
    assert_int_equal(eb_picture_point_count(picture), 6);
    const struct eb_curve *base = curve_of(picture, "kernel TCP (kernel-tcp)");
    const struct eb_curve *mpi = curve_of(picture, "MPI saves (mpi)");
    assert_int_equal(base->look, EB_CURVE_STACK);
    assert_int_equal(picture->x.scale, EB_AXIS_NAMES);
    assert_near(point_of(base, "8 B")->y, 0.5);
    assert_true(point_of(base, "8 B")->x == 0);
    assert_near(point_of(base, "16 B")->x, 1);
    assert_close(point_of(curve_of(picture, "libfabric adds (tcp)"), "8 B")->y, 0.2);
    assert_string_equal(point_of(curve_of(picture, "libfabric adds (tcp)"), "8 B")->cell, "+0.200 us");
    assert_close(point_of(mpi, "16 B")->y, -0.05);
    assert_string_equal(point_of(mpi, "16 B")->cell, "-0.05 us");
    assert_string_equal(picture->x.ticks[1].label, "16 B");
    /* 0.7 above, 0.05 below */
    assert_true(picture->y.low <= -0.05 && picture->y.high >= 0.7);
    assert_says(picture->note, "below 0");
    assert_null(find_picture(&shown, "layers-large"));
    hide(&shown);
    json_decref(record);
}

/* MPI over its own TCP stands beside libfabric, and the picture says so. */
static void mpi_beside_libfabric_is_said_to_be(void **state)
{
    (void)state;
    json_t *record = three_layers();
    set_arm(record, 2, "attributes", json_pack("{s:[s,s]}", "btl", "self", "tcp"));
    struct shown shown = show(record);
    assert_says(picture_of(&shown, "layers")->note,
                "MPI's (mpi) goes its own way, not through libfabric: beside it, not upon it.");
    hide(&shown);
    set_arm(record, 2, "attributes", json_pack("{s:[s,s], s:s}", "btl", "self", "tcp", "mtl", "ofi"));
    shown = show(record);
    assert_silent(picture_of(&shown, "layers")->note, "its own way");
    hide(&shown);
    json_decref(record);
}

/* MPICH takes shared memory on one host, whatever its device. */
static void mpich_on_one_host_is_no_layer(void **state)
{
    (void)state;
    static const char *const devices[] = {"ch4:ofi", "ch4:ucx"};
    for (size_t i = 0; i < 2; i++) {
        json_t *record = three_layers();
        json_t *launch = json_array_get(json_object_get(record, "launches"), 0);
        json_object_set_new(json_object_get(launch, "provenance"), "hosts", json_pack("[s]", "a"));
        set_arm(record, 2, "attributes", json_pack("{s:s}", "mpich_device", devices[i]));
        struct shown shown = show(record);
        assert_int_equal(picture_of(&shown, "layers")->curve_count, 2);
        assert_silent(picture_of(&shown, "layers")->note, "its own way");
        hide(&shown);
        json_decref(record);
    }
}

static void what_is_no_layer_is_left_out(void **state)
{
    (void)state;
    json_t *record = three_layers();
    set_arm(record, 0, "attributes", json_pack("{s:s}", "provider", "efa"));
    struct shown shown = show(record);
    const struct eb_picture *picture = picture_of(&shown, "layers");
    assert_int_equal(picture->curve_count, 2);
    assert_close(point_of(curve_of(picture, "MPI adds (mpi)"), "8 B")->y, 0.15); /* 0.65 - 0.5 */
    hide(&shown);
    /* nor is one of another adapter, or of shared memory */
    set_arm(record, 0, "attributes", json_pack("{s:s}", "provider", "shm"));
    set_arm(record, 2, "attributes", json_pack("{s:[s,s]}", "btl", "self", "vader"));
    shown = show(record);
    assert_null(find_picture(&shown, "layers"));
    hide(&shown);
    /* nor what goes over another interface */
    set_arm(record, 0, "attributes", json_pack("{s:s, s:s}", "provider", "tcp", "interface", "ena0"));
    set_arm(record, 1, "attributes", json_pack("{s:s}", "interface", "lo"));
    shown = show(record);
    assert_null(find_picture(&shown, "layers"));
    hide(&shown);
    /* without kernel TCP the lowest is libfabric */
    set_arm(record, 0, "attributes", json_pack("{s:s}", "provider", "efa"));
    set_arm(record, 1, "transport", json_string("null"));
    set_arm(record, 2, "attributes", json_pack("{}"));
    shown = show(record);
    picture = picture_of(&shown, "layers");
    assert_near(point_of(curve_of(picture, "libfabric (tcp)"), "8 B")->y, 0.7);
    assert_close(point_of(curve_of(picture, "MPI saves (mpi)"), "8 B")->y, -0.05);
    hide(&shown);
    json_decref(record);
}

static void what_adds_here_and_saves_there_says_both(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    for (int i = 0; i < 2; i++) {
        add_at(record, 0, pingpong, "kernel-tcp", 8 << i, 1000);
        add_at(record, 0, pingpong, "tcp", 8 << i, i ? 900 : 1200);
    }
    struct shown shown = show(record);
    const struct eb_curve *tcp = curve_of(picture_of(&shown, "layers"), "libfabric +/- (tcp)");
    assert_close(point_of(tcp, "8 B")->y, 0.1);
    assert_close(point_of(tcp, "16 B")->y, -0.05);
    hide(&shown);
    json_decref(record);
}

static void high_stacks_stand_apart_and_the_first_arm_counts(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    add_arm(record, "tcp2", "ofi");
    for (int i = 0; i < 2; i++) {
        add_at(record, 0, pingpong, "kernel-tcp", 8 << i, i ? 1900 : 200);
        add_at(record, 0, pingpong, "tcp", 8 << i, i ? 2000 : 300);
        add_at(record, 0, pingpong, "tcp2", 8 << i, i ? 2040 : 400);
    }
    struct shown shown = show(record);
    const struct eb_picture *picture = picture_of(&shown, "layers");
    assert_int_equal(picture->curve_count, 2);
    assert_int_equal(eb_picture_point_count(picture), 2);
    assert_close(point_of(curve_of(picture, "libfabric adds (tcp)"), "8 B")->y, 0.05);
    assert_string_equal(picture->title, "Half round trip by layer, 8 B");
    assert_string_equal(picture->section, "Where the time goes");
    picture = picture_of(&shown, "layers-large");
    assert_string_equal(picture->title, "Half round trip by layer, 16 B");
    assert_near(point_of(curve_of(picture, "kernel TCP (kernel-tcp)"), "16 B")->y, 0.95);
    assert_true(picture->curves[0].points[0].x == 0);
    hide(&shown);
    json_decref(record);
}

static void launches_stand_over_their_median(void **state)
{
    (void)state;
    json_t *record = new_record(4);
    add_at(record, 0, pingpong, "tcp", 8, 1000);
    add_at(record, 2, pingpong, "tcp", 8, 1100); /* launch 2 has nothing of it */
    add_at(record, 3, pingpong, "tcp", 8, 1300);
    add_at(record, 1, pingpong, "tcp", 16, 1000);
    add_at(record, 1, pingpong, "kernel-tcp", 8, 1000); /* one launch alone */
    struct shown shown = show(record);
    const struct eb_picture *picture = picture_of(&shown, "launches-latency");
    const struct eb_curve *curve = curve_of(picture, "tcp");
    assert_string_equal(picture->title, "Half round trip from launch to launch, 8 B");
    assert_null(find_curve(picture, "kernel-tcp"));
    assert_int_equal(curve->look, EB_CURVE_POINTS);
    assert_int_equal(curve->point_count, 3);
    assert_near(point_of(curve, "launch 1")->y, 1000 / 1100.0);
    assert_near(point_of(curve, "launch 3")->x, 3);
    assert_near(point_of(curve, "launch 3")->y, 1);
    assert_near(point_of(curve, "launch 4")->y, 1300 / 1100.0);
    assert_string_equal(point_of(curve, "launch 4")->cell, "0.650 us, 1.182 of the median");
    assert_true(curve_of(picture, "median")->is_context);
    assert_int_equal(picture->x.tick_count, 4);
    hide(&shown);
    json_decref(record);
}

/* Pair i is ranks i and i + count, and takes 1000 + 100 i ns. */
static void set_pairs(json_t *json, int count)
{
    json_t *sweeps = json_object_get(json, "sweeps");
    json_t *pairs = json_array();
    for (int i = 0; i < count; i++)
        json_array_append_new(
            pairs, json_pack("{s:[i,i], s:i}", "ranks", i, i + count, "median_ns", 1000 + 100 * i));
    json_object_set_new(json_array_get(sweeps, 1), "pairs", pairs);
    json_object_set_new(json, "pairs", json_integer(count));
    json_object_set_new(json, "ranks", json_integer((json_int_t)2 * count));
}

static void pairs_are_a_matrix(void **state)
{
    (void)state;
    json_t *record = new_record(1);
    set_pairs(add_median(record, 0, &pingpong, 1000), 4);
    struct shown shown = show(record);
    const struct eb_picture *picture = picture_of(&shown, "pairs-latency-tcp");
    const struct eb_curve *curve = curve_of(picture, "tcp");
    const struct eb_point *point = point_of(curve, "ranks 3 and 7");
    assert_string_equal(picture->title, "Half round trip of each pair of tcp, 8 B, 8 ranks, 4 pairs");
    assert_int_equal(curve->look, EB_CURVE_CELLS);
    assert_int_equal(curve->point_count, 4);
    assert_near(point->x, 3);
    assert_near(point->y, 3); /* the fourth of the second ranks: 4, 5, 6, 7 */
    assert_near(point->low, 0.65);
    assert_string_equal(point->cell, "0.650 us");
    assert_string_equal(picture->y.ticks[3].label, "7");
    assert_int_equal(picture->y.scale, EB_AXIS_NAMES);
    hide(&shown);
    json_decref(record);

    record = new_record(1);
    set_pairs(add_median(record, 0, &pingpong, 1000), 2);
    shown = show(record);
    for (size_t i = 0; i < shown.pictures.count; i++)
        assert_null(strstr(shown.pictures.items[i].id, "pairs"));
    hide(&shown);
    json_decref(record);
}

static void matrices_are_few_and_their_files_safe(void **state)
{
    (void)state;
    static const char *const names[] = {"../../x", "b c"};
    static const char *const kernels[] = {"pingpong", "bandwidth", "bibandwidth"};
    json_t *record = new_record(1);
    for (size_t i = 0; i < 2; i++) {
        set_arm(record, i, "name", json_string(names[i]));
        for (size_t j = 0; j < 3; j++) {
            struct case_facts facts = {kernels[j], j ? "window_ns" : "rtt_ns", names[i], 8, 2, 512};
            set_pairs(add_median(record, 0, &facts, 1000), 3);
        }
    }
    struct shown shown = show(record);
    size_t matrices = 0;
    for (size_t i = 0; i < shown.pictures.count; i++)
        matrices += strncmp(shown.pictures.items[i].id, "pairs-", 6) == 0;
    assert_int_equal(matrices, 4); /* of 6 */
    const struct eb_picture *last = picture_of(&shown, "pairs-bandwidth-b-c");
    assert_says(last->note, "2 more such matrices are left out");
    assert_near(point_of(curve_of(last, "b c"), "ranks 2 and 5")->low, 1.2);
    assert_string_equal(last->title, "Time of a window of each pair of b c, 8 B, 6 ranks, 3 pairs");
    picture_of(&shown, "pairs-latency-------x");
    hide(&shown);
    json_decref(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_are_differences),
        cmocka_unit_test(mpi_beside_libfabric_is_said_to_be),
        cmocka_unit_test(mpich_on_one_host_is_no_layer),
        cmocka_unit_test(what_is_no_layer_is_left_out),
        cmocka_unit_test(what_adds_here_and_saves_there_says_both),
        cmocka_unit_test(high_stacks_stand_apart_and_the_first_arm_counts),
        cmocka_unit_test(launches_stand_over_their_median),
        cmocka_unit_test(pairs_are_a_matrix),
        cmocka_unit_test(matrices_are_few_and_their_files_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
