/* What a terminal is shown beyond a file: columns, spark lines, bars, paint. Expected signs are by hand. */
#include "judge/report/columns.h"
#include "judge/report/grid.h"
#include "judge/report/spark.h"
#include "judge/report/text_cells.h"
#include "made_report.h"

static void test_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t columns;
    } cases[] = {
        {"", 0},
        {"efa", 3},
        {"gr\xc3\xbc\xc3\x9f", 4},                   /* gruess with u umlaut and sharp s */
        {"u\xcc\x88", 1},                            /* u and a combining diaeresis */
        {"\xe4\xb8\xad\xe6\x96\x87", 4},             /* two ideographs */
        {"\xed\x95\x9c", 2},                         /* a Hangul syllable */
        {"\xef\xbc\xa1", 2},                         /* a full-width A */
        {"\xef\xbd\xb1", 1},                         /* a half-width katakana */
        {"\xf0\x9f\x9a\x80", 2},                     /* a rocket */
        {"\xe2\x96\x81\xe2\x96\x88\xe2\x94\x82", 3}, /* what spark lines and bars are of */
        {"a\xff\xfe z", 5},                          /* two bytes that are no UTF-8 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (eb_columns_of(cases[i].text) != cases[i].columns)
            fail_msg("'%s' takes %zu columns, wanted %zu", cases[i].text, eb_columns_of(cases[i].text),
                     cases[i].columns);
}

static void test_shorten(void **state)
{
    (void)state;
    char text[80] = "a-rather-long-name";
    assert_string_equal(eb_columns_shorten(text, 18), "a-rather-long-name");
    assert_string_equal(eb_columns_shorten(text, 11), "a-ra...name");
    assert_string_equal(eb_columns_shorten(text, 10), "a-ra...ame");
    assert_string_equal(eb_columns_shorten(text, 3), "...");
    /* four ideographs, eight columns: of seven columns four are left, one ideograph on each side */
    strcpy(text, "\xe4\xb8\x80\xe4\xba\x8c\xe4\xb8\x89\xe5\x9b\x9b");
    assert_string_equal(eb_columns_shorten(text, 7), "\xe4\xb8\x80...\xe5\x9b\x9b");
    /* the mark of a letter that is left out goes with it */
    strcpy(text, "abcdefu\xcc\x88g");
    assert_string_equal(eb_columns_shorten(text, 6), "ab...g");
}

static void test_spark(void **state)
{
    (void)state;
    char text[EB_SPARK_BYTES(9)];
    /* 1 to 256 is 8 octaves, a height for each; 256 itself belongs to the last */
    const double octaves[] = {1, 2, 4, 8, 16, 32, 64, 128, 256};
    struct eb_spark_scale scale = eb_spark_scale_of(octaves, 9, 4);
    assert_true(scale.low == 1 && scale.high == 256);
    for (size_t i = 0; i < 9; i++)
        assert_true(eb_spark_scale_of(&octaves[i], 1, 4).low < octaves[i]);
    const double between[] = {1.5, 3, 6, 12, 24, 48, 96, 192, 256};
    assert_string_equal(eb_spark(between, 9, &scale, text), "▁▂▃▄▅▆▇██");
    /* outside of the scale, and absent */
    const double others[] = {0.1, NAN, 1000};
    assert_string_equal(eb_spark(others, 3, &scale, text), "▁ █");
    /* 100 and 101 are no mountains: made four times as wide, 50.2 to 201, both in the middle */
    const double noise[] = {100, 101};
    scale = eb_spark_scale_of(noise, 2, 4);
    assert_true(fabs(scale.high / scale.low - 4) < 1e-9 && fabs(scale.low * scale.high - 10100) < 1e-6);
    assert_string_equal(eb_spark(noise, 2, &scale, text), "▄▅"); /* a little below and above it */
    const double none[] = {NAN, NAN};
    scale = eb_spark_scale_of(none, 2, 4);
    assert_string_equal(eb_spark(none, 2, &scale, text), "  ");
}

static void test_bar(void **state)
{
    (void)state;
    char text[EB_BAR_BYTES];
    /* full at 4: 2 is half a side, three of six columns; the sixth root of 4 is one, its root half of one */
    assert_string_equal(eb_bar(1, 4, text), "      │");
    assert_string_equal(eb_bar(4, 4, text), "      │██████");
    assert_string_equal(eb_bar(0.25, 4, text), "██████│");
    assert_string_equal(eb_bar(2, 4, text), "      │███");
    assert_string_equal(eb_bar(0.5, 4, text), "   ███│");
    assert_string_equal(eb_bar(pow(4, 1.0 / 6), 4, text), "      │█");
    assert_string_equal(eb_bar(pow(4, 1.0 / 12), 4, text), "      │▌");
    assert_string_equal(eb_bar(pow(4, -1.0 / 12), 4, text), "     ▐│");
    assert_string_equal(eb_bar(pow(4, -3.0 / 12), 4, text), "    ▐█│");
    assert_string_equal(eb_bar(100, 4, text), "      │██████"); /* never more than a side */
}

static const struct eb_metric *metric(const char *kernel, const char *name)
{
    const struct eb_kernel_metrics *found = eb_kernel_metrics_find(kernel);
    for (size_t i = 0; i < found->metric_count; i++)
        if (strcmp(found->metrics[i].name, name) == 0)
            return &found->metrics[i];
    fail_msg("no metric %s", name);
    return NULL;
}

static void test_human(void **state)
{
    (void)state;
    static const struct {
        const char *kernel;
        const char *metric;
        double value;
        const char *text;
    } cases[] = {
        {"pingpong", "half_rtt", 0.25, "250 ns"},
        {"pingpong", "half_rtt", 16.105, "16.1 us"},
        {"pingpong", "half_rtt", 1234.5, "1.23 ms"},
        {"pingpong", "half_rtt", 999.7, "1.00 ms"},
        {"pingpong", "half_rtt", 999.2, "999 us"},
        {"pingpong", "half_rtt", 2.5e6, "2.50 s"},
        {"bandwidth", "bandwidth", 12345, "12.3 GB/s"},
        {"bandwidth", "bandwidth", 0.185, "185 kB/s"},
        {"bandwidth", "bandwidth", 820.4, "820 MB/s"},
        {"message_rate", "message_rate", 2130000, "2.13 M/s"},
        {"message_rate", "message_rate", 545305, "545 k/s"},
        {"message_rate", "message_rate", 12.34, "12.3 /s"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[EB_PLAIN_NUMBER];
        assert_string_equal(eb_cell_human(metric(cases[i].kernel, cases[i].metric), cases[i].value, text),
                            cases[i].text);
    }
}

/* What a grid prints in a style, owned by the caller. */
static char *printed(struct eb_grid *grid, const struct eb_style *style)
{
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    assert_non_null(file);
    assert_int_equal(eb_grid_show(grid, style, file), 0);
    fclose(file);
    eb_grid_free(grid);
    return text;
}

static struct eb_grid *one_row_grid(const char *name, const char *value, unsigned flags)
{
    struct eb_grid *grid = eb_grid_new();
    eb_grid_add_column(grid, "size", EB_GRID_LEADING);
    eb_grid_add_column(grid, name, EB_GRID_RIGHT);
    eb_grid_add_column(grid, "ratio", EB_GRID_LEFT | flags);
    eb_grid_add_row(grid);
    eb_grid_add_cell(grid, "8 B");
    eb_grid_add_cell(grid, value);
    eb_grid_add_cell(grid, "2x [1, 3]");
    return grid;
}

static void test_grid_of_wide_names(void **state)
{
    (void)state;
    char *text = printed(one_row_grid("\xe4\xb8\xad\xe6\x96\x87", "1.5", EB_GRID_JOINED), NULL);
    assert_string_equal(text, "  size  \xe4\xb8\xad\xe6\x96\x87  ratio\n   8 B   1.5  2x [1, 3]\n");
    free(text);
    /* 2 + 4, 2 + 20, 2 + 9 columns are 39: in 37 the name has 18, 8 before the dots and 7 behind */
    struct eb_style style = {.width = 37};
    text = printed(one_row_grid("abcdefghijklmnopqrst", "1.5", EB_GRID_JOINED), &style);
    assert_string_equal(text, "  size  abcdefgh...nopqrst"
                              "  ratio\n   8 B                 1.5  2x [1, 3]\n");
    free(text);
}

static void test_grid_leaves_out_what_is_spare(void **state)
{
    (void)state;
    /* 6 + 5 + 11 columns with it */
    struct eb_style style = {.width = 22};
    struct eb_grid *grid = one_row_grid("tcp", "1.5", EB_GRID_JOINED | EB_GRID_SPARE);
    assert_true(eb_grid_shows_spare(grid, 22));
    char *text = printed(grid, &style);
    assert_string_equal(text, "  size  tcp  ratio\n   8 B  1.5  2x [1, 3]\n");
    free(text);
    style.width = 21;
    grid = one_row_grid("tcp", "1.5", EB_GRID_SPARE);
    assert_false(eb_grid_shows_spare(grid, 21));
    text = printed(grid, &style);
    assert_string_equal(text, "  size  tcp\n   8 B  1.5\n");
    free(text);
}

static void test_paint(void **state)
{
    (void)state;
    struct eb_style style = {.colours = 256};
    struct eb_grid *grid = one_row_grid("t\033[2Jcp", "1.5", 0);
    eb_grid_paint_title(grid, EB_PAINT_HEADING);
    eb_grid_paint_cell(grid, 2, EB_PAINT_ARM, EB_PAINT_DIM);
    char *text = printed(grid, &style);
    /* Okabe and Ito's blue, #0072b2, is nearest to 32 of those that are seen on black too; the interval is
     * faint, and nobody's name clears the screen */
    assert_string_equal(text, "  size  t?[2Jcp  \033[1mratio\033[0m\n"
                              "   8 B      1.5  \033[38;5;32m2x\033[0m\033[2m [1, 3]\033[0m\n");
    free(text);
    /* colours begin anew after seven; without colours there is nothing */
    assert_string_equal(eb_style_begin(&style, EB_PAINT_ARM + 7), eb_style_begin(&style, EB_PAINT_ARM));
    for (unsigned paint = EB_PAINT_NONE; paint < EB_PAINT_ARM + 9; paint++) {
        static const struct eb_style plain;
        assert_string_equal(eb_style_begin(&plain, paint), "");
        assert_string_equal(eb_style_end(&plain, paint), "");
        assert_string_equal(eb_style_begin(NULL, paint), "");
        assert_true(paint == EB_PAINT_NONE || eb_style_begin(&style, paint)[0] == '\033');
    }
}

/* The report as text in a style, owned by the caller. */
static char *styled(const json_t *record, const struct eb_style *style, const json_t *against)
{
    char *text = NULL;
    size_t length = 0;
    struct eb_error err = {0};
    struct eb_report *report = NULL;
    FILE *file = open_memstream(&text, &length);
    assert_non_null(file);
    assert_int_equal(eb_report_new(record, "made.json", NULL, against, "other.json", &report, &err), EB_OK);
    eb_report_set_style(report, style);
    assert_int_equal(eb_report_write(report, "text", file, &err), EB_OK);
    eb_report_free(report);
    fclose(file);
    return text;
}

static void test_terminal(void **state)
{
    (void)state;
    struct eb_style style = {.colours = 256, .unicode = 1, .width = 80};
    json_t *record = two_arm_record(6);
    json_object_set_new(launch_of(record, 0), "warnings", json_pack("[s]", "noisy"));
    char *text = styled(record, &style, NULL);
    assert_says(text, "\033[1mpingpong: half round trip, us (lower is better), 2 ranks\033[0m\n");
    assert_says(text, "warning   \033[0m");
    /* tcp takes 1.93 as long: kernel-tcp, the second arm, is better in both, and a bar goes to its slower
     * side
     */
    assert_says(text, "\033[38;5;166m1.93x\033[0m\033[2m [1.89, 1.98]\033[0m");
    assert_says(text, "\033[38;5;166m0.52x\033[0m\033[2m [0.51, 0.53]\033[0m");
    /* ln 1.93 / ln 2 is 0.952, of 12 halves 11 */
    assert_says(text, "      │█████▌");
    assert_says(text, "bars: log scale, full at 2.00x");
    /* a single size is no curve */
    assert_silent(text, "▁");
    free(text);
    /* without colours, without signs */
    style.colours = 0;
    text = styled(record, &style, NULL);
    assert_null(strchr(text, '\033'));
    assert_says(text, "faster│slower");
    free(text);
    style = (struct eb_style){.colours = 8, .width = 80};
    text = styled(record, &style, NULL);
    assert_says(text, "\033[1m");
    assert_silent(text, "38;5");
    for (const char *c = text; *c; c++)
        assert_true((unsigned char)*c < 0x80);
    free(text);
    json_decref(record);
}

static void test_sparks_of_sizes(void **state)
{
    (void)state;
    struct eb_style style = {.unicode = 1, .width = 80};
    json_t *record = new_record(1);
    struct case_facts tcp = pingpong;
    /* half of 2, 4, 8, ... 256 us: a height each, the last two in the highest */
    for (int i = 0; i < 8; i++) {
        tcp.size_bytes = 1 << i;
        add_median(record, 0, &tcp, 2000u << i);
    }
    char *text = styled(record, &style, NULL);
    assert_says(text, "\n       1 B .. 128 B  log scale\n");
    assert_says(text, "  tcp  ▁▂▃▄▅▆▇█      1.00 us .. 128 us\n");
    free(text);
    style.unicode = 0;
    text = styled(record, &style, NULL);
    assert_silent(text, "log scale");
    free(text);
    /* where there is no room at all there are a few signs nevertheless: sizes 1, 4, 16 and 128 */
    for (style = (struct eb_style){.unicode = 1, .width = 1}; style.width < 50; style.width++) {
        text = styled(record, &style, NULL);
        assert_says(text, "  tcp  ▁");
        if (style.width < 38)
            assert_says(text, "  tcp  ▁▃▅█          1.00 us .. 128 us\n");
        free(text);
    }
    json_decref(record);
}

static void test_no_line_is_wider(void **state)
{
    (void)state;
    /* sixteen arms of 64 columns that differ in the middle of nothing, wide and narrow */
    json_t *record = new_record(4);
    for (size_t i = 0; i < 4; i++)
        for (int arm = 0; arm < 16; arm++) {
            char name[80];
            snprintf(name, sizeof name, "%02d-%s", arm,
                     arm % 2 ? "中中中中中中中中中中中"
                             : "a-name-that-is-as-long-as-sixty-four-characters-or-so-xxxxxxx");
            struct case_facts facts = with_arm(pingpong, name);
            json_array_append_new(json_object_get(launch_of(record, i), "arms"),
                                  json_pack("{s:s, s:s}", "name", name, "transport", "ofi"));
            for (facts.size_bytes = 8; facts.size_bytes < 200; facts.size_bytes *= 2)
                add_median(record, i, &facts, 1000 + 100 * (uint64_t)arm + i);
        }
    for (size_t i = 0; i < 8; i++) {
        struct eb_style style = {.unicode = i % 2, .width = i < 2 ? 0 : 60 + 20 * i};
        char *text = styled(record, &style, i % 3 == 0 ? record : NULL);
        char *rest = text;
        for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n"))
            if (eb_columns_of(line) > eb_style_width(&style))
                fail_msg("more than %zu columns: '%s'", eb_style_width(&style), line);
        free(text);
    }
    json_decref(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_shorten),
        cmocka_unit_test(test_spark),
        cmocka_unit_test(test_bar),
        cmocka_unit_test(test_human),
        cmocka_unit_test(test_grid_of_wide_names),
        cmocka_unit_test(test_grid_leaves_out_what_is_spare),
        cmocka_unit_test(test_paint),
        cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_sparks_of_sizes),
        cmocka_unit_test(test_no_line_is_wider),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
