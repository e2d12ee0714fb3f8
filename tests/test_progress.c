/* What the progress line says. Expected values are reckoned by hand, beside them. */
#include "cli/progress.h"
#include "cmocka_all.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define S INT64_C(1000000000)

/* The second of four launches after 5 of its 20 blocks; the first took 10 s, 8 of them in its sweeps. */
static struct eb_progress_state second_of_four(void)
{
    return (struct eb_progress_state){.launch_count = 4,
                                      .launches_done = 1,
                                      .latest = "pingpong tcp 64 KiB",
                                      .under_way = 1,
                                      .blocks = 20,
                                      .blocks_done = 5,
                                      .launch_ns = 4 * S,
                                      .sweeps_ns = 2 * S,
                                      .whole_ns = 10 * S,
                                      .whole_sweeps_ns = 8 * S};
}

/* The first of three launches: 2 s until all was open, 2 s of tuning, 5 s for 10 of 40 blocks. */
static struct eb_progress_state first_of_three(void)
{
    return (struct eb_progress_state){.launch_count = 3,
                                      .under_way = 1,
                                      .blocks = 40,
                                      .blocks_done = 10,
                                      .launch_ns = 9 * S,
                                      .tuning_ns = 2 * S,
                                      .sweeps_ns = 5 * S};
}

static void test_share(void **unused)
{
    (void)unused;
    struct eb_progress_state state = second_of_four();
    assert_true(eb_progress_share(&state) == 0.3125); /* (1 + 5/20) / 4 */
    state.blocks_done = 30;                           /* more than was said: a launch is one launch */
    assert_true(eb_progress_share(&state) == 0.5);
    state.blocks = 0; /* nobody said: launches alone count */
    assert_true(eb_progress_share(&state) == 0.25);
    state = second_of_four();
    state.under_way = 0;
    assert_true(eb_progress_share(&state) == 0.25);
    state.launches_done = 4;
    assert_true(eb_progress_share(&state) == 1);
    state = (struct eb_progress_state){.launch_count = 4, .under_way = 1};
    assert_true(eb_progress_share(&state) == 0);
}

static void test_time_left_from_whole_launches(void **unused)
{
    (void)unused;
    struct eb_progress_state state = second_of_four();
    assert_true(eb_progress_left_ns(&state) == 26 * S); /* 3/4 of 8 s, and two launches of 10 s */
    state.sweeps_ns = 0;
    state.blocks_done = 0;
    state.launch_ns = 1 * S;
    assert_true(eb_progress_left_ns(&state) == 29 * S); /* 10 - 1, and twice 10 */
    state.launch_ns = 7 * S;                            /* slow to start: its sweeps are still to come */
    assert_true(eb_progress_left_ns(&state) == 28 * S);
    state.under_way = 0;
    assert_true(eb_progress_left_ns(&state) == 30 * S);
    state.launches_done = 2; /* in 10 s together */
    assert_true(eb_progress_left_ns(&state) == 10 * S);
    state.launches_done = 4;
    assert_true(eb_progress_left_ns(&state) == 0);
}

static void test_time_left_from_the_first_launch(void **unused)
{
    (void)unused;
    struct eb_progress_state state = first_of_three();
    /* 40 blocks take 20 s: 15 s more, and twice 2 + 20; nobody tunes again */
    assert_true(eb_progress_left_ns(&state) == 59 * S);
    state.launch_count = 5; /* two were done before, which nobody timed here */
    state.launches_done = state.launches_told = 2;
    assert_true(eb_progress_left_ns(&state) == 59 * S);
    state = first_of_three();
    state.sweeps_ns = S - 1; /* no basis: less than a second */
    assert_true(eb_progress_left_ns(&state) == -1);
    state = first_of_three();
    state.blocks_done = 1; /* a fortieth */
    assert_true(eb_progress_left_ns(&state) == -1);
    state.blocks_done = 2; /* a twentieth */
    assert_true(eb_progress_left_ns(&state) > 0);
    state.blocks = 0;
    assert_true(eb_progress_left_ns(&state) == -1);
    state = (struct eb_progress_state){.launch_count = 3, .under_way = 1, .launch_ns = 60 * S};
    assert_true(eb_progress_left_ns(&state) == -1);
}

static void test_about(void **unused)
{
    (void)unused;
    static const struct {
        int64_t ms;
        const char *words;
    } rows[] = {{1, "about 1 s"},
                {1499, "about 1 s"},
                {8400, "about 8 s"},
                {9499, "about 9 s"},
                {9500, "about 10 s"},
                {12000, "about 10 s"},
                {13000, "about 15 s"},
                {26000, "about 25 s"},
                {97000, "about 95 s"},
                {100000, "about 2 min"},
                {149000, "about 2 min"},
                {150000, "about 3 min"},
                {3569000, "about 59 min"},
                {3570000, "about 1 h"},
                {4200000, "about 1 h 10 min"},
                {4499000, "about 1 h 10 min"},
                {4500000, "about 1 h 20 min"},
                {86400000, "about 24 h"}};
    char text[40];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(eb_progress_about(rows[i].ms * 1000000, text, sizeof text), rows[i].words);
}

static void test_line(void **unused)
{
    (void)unused;
    char text[512];
    struct eb_progress_state state = second_of_four();
    assert_string_equal(eb_progress_line(&state, 120, 0, text, sizeof text),
                        " 31%  about 25 s left  launch 2 of 4  pingpong tcp 64 KiB");
    assert_string_equal(eb_progress_line(&state, 120, 1, text, sizeof text), /* 3.125 of ten cells */
                        " 31%  ███░░░░░░░  about 25 s left  launch 2 of 4  pingpong tcp 64 KiB");
    state.variant = "old";
    assert_string_equal(eb_progress_line(&state, 120, 0, text, sizeof text),
                        " 31%  about 25 s left  launch 2 of 4 (variant old)  pingpong tcp 64 KiB");
    state = (struct eb_progress_state){.launch_count = 4, .under_way = 1, .latest = "starting"};
    assert_string_equal(eb_progress_line(&state, 120, 0, text, sizeof text), "  0%  launch 1 of 4  starting");
    state.launches_done = 4;
    assert_string_equal(eb_progress_line(&state, 80, 1, text, sizeof text),
                        "100%  ██████████  launch 4 of 4  starting");
}

/* 199 of 200 blocks of the last of 100 launches: 0.99995 is not all. */
static void test_all_is_said_of_all_alone(void **unused)
{
    (void)unused;
    char text[512];
    struct eb_progress_state state = {
        .launch_count = 100, .launches_done = 99, .under_way = 1, .blocks = 200, .blocks_done = 199};
    assert_memory_equal(eb_progress_line(&state, 80, 1, text, sizeof text), " 99%  █████████░", 4 + 2 + 30);
}

/* Characters, of which those of the bar take three bytes each. */
static size_t characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += (*text & 0xc0) != 0x80;
    return count;
}

static void test_line_is_cut(void **unused)
{
    (void)unused;
    char text[512];
    struct eb_progress_state state = second_of_four();
    assert_string_equal(eb_progress_line(&state, 39, 1, text, sizeof text),
                        " 31%  about 25 s left  launch 2 of 4  p"); /* no bar, 39 characters */
    for (unsigned columns = 0; columns < 90; columns++) {
        eb_progress_line(&state, columns, 1, text, sizeof text);
        assert_true(characters(text) <= columns);
        assert_int_equal(strstr(text, "█") != NULL, columns >= 60);
    }
    memset(state.latest, 'x', sizeof state.latest - 1);
    char small[32];
    eb_progress_line(&state, 200, 1, small, sizeof small); /* the room ends first */
    assert_true(strlen(small) < sizeof small);
}

static void take(struct eb_progress *progress, const char *text)
{
    json_t *line = json_loads(text, 0, NULL);
    assert_non_null(line);
    eb_progress_take(progress, line);
    json_decref(line);
}

static void test_the_journal_tells(void **unused)
{
    (void)unused;
    struct eb_progress progress;
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    eb_progress_open(&progress, "test", fd, 2);
    eb_progress_begin(&progress, NULL);
    assert_false(progress.in_place);
    take(&progress, "{\"schema\": \"efabench-journal/1\", \"run\": {}, \"launch\": {}}");
    assert_true(eb_progress_share(&progress.state) == 0);
    take(&progress, "{\"tuning\": {}, \"plan\": {\"blocks\": 4}}");
    take(&progress,
         "{\"case\": {\"kernel\": \"pingpong\", \"arm\": \"a\\u001b[2Jb\", \"size_bytes\": 65536}}");
    assert_true(eb_progress_share(&progress.state) == 0.125); /* a quarter of a half */
    assert_string_equal(progress.state.latest, "pingpong a?[2Jb 64 KiB");
    eb_progress_end(&progress, 1);
    assert_true(eb_progress_share(&progress.state) == 0.5);
    eb_progress_begin(&progress, NULL);
    take(&progress, "{\"tuning\": {}}"); /* an older worker: as many as before, as far as anybody knows */
    take(&progress, "{\"case\": {}}");
    assert_true(eb_progress_share(&progress.state) == 0.625);
    eb_progress_end(&progress, 0); /* it failed: nothing was gained */
    assert_true(eb_progress_share(&progress.state) == 0.5);
    take(&progress, "{\"tuning\": {}, \"plan\": {\"blocks\": -4}}");
    assert_int_equal(progress.state.blocks, 4);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_time_left_from_whole_launches),
        cmocka_unit_test(test_time_left_from_the_first_launch),
        cmocka_unit_test(test_about),
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_all_is_said_of_all_alone),
        cmocka_unit_test(test_line_is_cut),
        cmocka_unit_test(test_the_journal_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
