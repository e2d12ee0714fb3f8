/* gnuplot as a process that may be missing, broken, slow or hostile, and what the real one draws. */
#include "cmocka_all.h"
#include "judge/report/plot/gnuplot.h"
#include "judge/report/plot/gnuplot_run.h"
#include "judge/report/plot/gnuplot_script.h"
#include "made_pictures.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENT_MS 30000

struct bed {
    char directory[64];
    char path[256];   /* with the directory before the system's own */
    char usual[1024]; /* PATH as it was */
};

static int set_up(void **state)
{
    struct bed *bed = calloc(1, sizeof *bed);
    assert_non_null(bed);
    strcpy(bed->directory, "/tmp/efabench-gnuplot-XXXXXX");
    assert_non_null(mkdtemp(bed->directory));
    snprintf(bed->path, sizeof bed->path, "%s:/usr/local/bin:/usr/bin:/bin", bed->directory);
    snprintf(bed->usual, sizeof bed->usual, "%s", getenv("PATH") ? getenv("PATH") : "");
    assert_int_equal(chdir(bed->directory), 0);
    *state = bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    setenv("PATH", bed->usual, 1);
    unlink("gnuplot");
    unlink("pid");
    unlink(".gnuplot");
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(bed->directory), 0); /* whatever else was made there is not expected */
    free(bed);
    return 0;
}

static void be_gnuplot(const struct bed *bed, const char *script)
{
    FILE *file = fopen("gnuplot", "w");
    assert_non_null(file);
    assert_true(fputs(script, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod("gnuplot", 0755), 0);
    setenv("PATH", bed->path, 1);
}

static void assert_no_child(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* Runs it and returns its output, which must be there. */
static char *run_well(const char *script, size_t bytes, size_t *output_bytes)
{
    char *output = NULL;
    struct eb_error err = {0};
    if (eb_gnuplot_run(script, bytes, PATIENT_MS, &output, output_bytes, &err) != EB_OK)
        fail_msg("%s", err.text);
    assert_non_null(output);
    assert_no_child();
    return output;
}

static void assert_fails(unsigned timeout_ms, enum eb_status status, const char *words)
{
    char *output = NULL;
    size_t bytes = 0;
    struct eb_error err = {0};
    static const char script[] = "plot 1\n";
    assert_int_equal(eb_gnuplot_run(script, sizeof script - 1, timeout_ms, &output, &bytes, &err), status);
    assert_null(output);
    if (!strstr(err.text, words))
        fail_msg("'%s' is not in '%s'", words, err.text);
    assert_no_child();
}

static void test_what_it_is_given_and_gives(void **state)
{
    size_t bytes = 0;
    setenv("GNUTERM", "x11", 1);
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    be_gnuplot(*state, "#!/bin/sh\necho \"$*,$LC_ALL,$LANG,${GNUTERM-none}\"\ncat\n");
    char *output = run_well("hello\n", 6, &bytes);
    unsetenv("GNUTERM");
    unsetenv("LC_ALL");
    assert_string_equal(output, "-d,C.UTF-8,,none\nhello\n");
    assert_int_equal(bytes, strlen(output));
    free(output);
}

/* Pipes hold 64 KiB: neither side may wait for the other to take what it writes first. */
static void test_nobody_blocks_on_a_full_pipe(void **state)
{
    size_t bytes = 0;
    size_t script_bytes = 4 << 20;
    char *script = malloc(script_bytes);
    assert_non_null(script);
    memset(script, 'x', script_bytes);
    be_gnuplot(*state, "#!/bin/sh\nhead -c 1000000 /dev/zero >&2\nhead -c 3000000 /dev/zero\nexec cat\n");
    char *output = run_well(script, script_bytes, &bytes);
    assert_int_equal(bytes, 3000000 + script_bytes);
    assert_memory_equal(output + 3000000, script, script_bytes);
    free(output);
    free(script);
}

static void test_one_that_does_not_read(void **state)
{
    size_t bytes = 0;
    size_t script_bytes = 4 << 20;
    char *script = calloc(script_bytes, 1);
    assert_non_null(script);
    be_gnuplot(*state, "#!/bin/sh\nexec <&-\nsleep 0.1\necho done\n");
    char *output = run_well(script, script_bytes, &bytes);
    assert_string_equal(output, "done\n");
    free(output);
    free(script);
}

static void test_one_that_fails(void **state)
{
    be_gnuplot(*state, "#!/bin/sh\necho some\nprintf 'plot 1\\n      ^\\n         line 7: all points "
                       "\\033[31mbad\\n\\n' >&2\n"
                       "exit 1\n");
    assert_fails(PATIENT_MS, EB_INTERNAL, "gnuplot failed (exit 1): line 7: all points ?[31mbad");
    be_gnuplot(*state, "#!/bin/sh\nexit 3\n");
    assert_fails(PATIENT_MS, EB_INTERNAL, "(exit 3): it did not say why");
    be_gnuplot(*state, "#!/bin/sh\nkill -SEGV $$\n");
    assert_fails(PATIENT_MS, EB_INTERNAL, "signal 11");
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Not one that has ended and that nobody has waited for. */
static int is_running(int pid)
{
    char path[64];
    char state = 'Z';
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (file) {
        int found = fscanf(file, "%*d (%*[^)]) %c", &state);
        fclose(file);
        state = found == 1 ? state : 'Z';
    }
    return state != 'Z' && state != 'X';
}

/* It and what it has started are gone; what it started holds its streams open meanwhile. */
static void test_one_that_hangs(void **state)
{
    int pid = 0;
    double begin = seconds();
    be_gnuplot(*state, "#!/bin/sh\nsleep 600 &\necho $! > pid\nwait\n");
    assert_fails(1000, EB_INTERNAL, "did not end in time");
    FILE *file = fopen("pid", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    for (int i = 0; i < 500 && is_running(pid); i++)
        poll(NULL, 0, 10);
    assert_false(is_running(pid));
    be_gnuplot(*state, "#!/bin/sh\nexec >&- 2>&-\nexec sleep 600\n");
    assert_fails(500, EB_INTERNAL, "did not end in time");
    assert_true(seconds() - begin < 300);
}

static void test_one_that_writes_without_end(void **state)
{
    be_gnuplot(*state, "#!/bin/sh\nexec yes\n");
    assert_fails(PATIENT_MS, EB_INTERNAL, "without end");
}

static void test_none(void **state)
{
    struct bed *bed = *state;
    struct eb_error err = {0};
    setenv("PATH", bed->directory, 1);
    assert_fails(PATIENT_MS, EB_NO_HARDWARE, "not in PATH");
    assert_int_equal(eb_gnuplot_find(EB_DRAWING_PAGE, &err), EB_NO_HARDWARE);
    assert_non_null(strstr(err.text, "apt install gnuplot-nox"));
    be_gnuplot(bed, "#!/nowhere/at/all\n");
    setenv("PATH", bed->directory, 1);
    assert_fails(PATIENT_MS, EB_NO_HARDWARE, "cannot be started");
    be_gnuplot(bed, "#!/bin/sh\nexit 127\n"); /* a wrapper that does not find what it wraps */
    assert_fails(PATIENT_MS, EB_NO_HARDWARE, "cannot be started");
}

static void test_one_without_the_terminal(void **state)
{
    struct eb_error err = {0};
    be_gnuplot(*state, "#!/bin/sh\ncat > /dev/null\necho ' dumb png svg '\n");
    assert_int_equal(eb_gnuplot_find(EB_DRAWING_PNG, &err), EB_OK);
    assert_int_equal(eb_gnuplot_find(EB_DRAWING_SVG, &err), EB_OK);
    be_gnuplot(*state, "#!/bin/sh\ncat > /dev/null\necho ' dumb pngcairo '\n");
    assert_int_equal(eb_gnuplot_find(EB_DRAWING_PNG, &err), EB_OK);
    assert_int_equal(eb_gnuplot_find(EB_DRAWING_PAGE, &err), EB_NO_HARDWARE);
    assert_non_null(strstr(err.text, "cannot draw SVG"));
    be_gnuplot(*state, "#!/bin/sh\ncat > /dev/null\necho ' dumb svg '\n");
    assert_int_equal(eb_gnuplot_find(EB_DRAWING_PNG, &err), EB_NO_HARDWARE);
}

static void assert_not_drawn(const struct eb_pictures *pictures, enum eb_drawing drawing)
{
    struct eb_drawn *drawn = NULL;
    struct eb_error err = {0};
    assert_int_equal(eb_gnuplot_draw(pictures, drawing, &drawn, &err), EB_INTERNAL);
    assert_null(drawn);
    if (!strstr(err.text, "is not the 2 pictures"))
        fail_msg("%s", err.text);
}

#define ONE_SVG "echo '<?xml version=\"1.0\"?><svg></svg>'\n"
#define ONE_PNG "printf '\\211PNG\\r\\n\\032\\n\\000\\000\\000\\001IDATxcccc\\000\\000\\000\\000IENDcccc'\n"

static void test_rubbish_is_no_picture(void **state)
{
    static const char *const bad_svg[] = {"",
                                          "echo rubbish\n",
                                          ONE_SVG,
                                          ONE_SVG "echo rubbish\n",
                                          ONE_SVG ONE_SVG ONE_SVG,
                                          ONE_SVG "echo '<?xml ?><svg>'\n",
                                          ONE_SVG ONE_SVG "echo x\n"};
    static const char *const bad_png[] = {"",
                                          "echo rubbish\n",
                                          ONE_PNG,
                                          ONE_PNG ONE_PNG ONE_PNG,
                                          ONE_PNG
                                          "printf '\\211PNG\\r\\n\\032\\n\\377\\377\\377\\377IDATx'\n",
                                          ONE_PNG "printf '\\211PNG'\n"};
    struct eb_pictures pictures = {0};
    struct eb_drawn *drawn = NULL;
    char script[1024];
    add_latency(&pictures, 1, 3, 0);
    add_latency(&pictures, 1, 3, 0);
    for (size_t i = 0; i < sizeof bad_svg / sizeof *bad_svg; i++) {
        snprintf(script, sizeof script, "#!/bin/sh\ncat > /dev/null\n%s", bad_svg[i]);
        be_gnuplot(*state, script);
        assert_not_drawn(&pictures, EB_DRAWING_PAGE);
    }
    for (size_t i = 0; i < sizeof bad_png / sizeof *bad_png; i++) {
        snprintf(script, sizeof script, "#!/bin/sh\ncat > /dev/null\n%s", bad_png[i]);
        be_gnuplot(*state, script);
        assert_not_drawn(&pictures, EB_DRAWING_PNG);
    }
    be_gnuplot(*state, "#!/bin/sh\ncat > /dev/null\n" ONE_SVG "echo\n" ONE_SVG);
    assert_int_equal(eb_gnuplot_draw(&pictures, EB_DRAWING_SVG, &drawn, NULL), EB_OK);
    assert_string_equal(drawn[1].data, "<?xml version=\"1.0\"?><svg></svg>");
    eb_drawn_free(drawn, 2);
    be_gnuplot(*state, "#!/bin/sh\ncat > /dev/null\n" ONE_PNG ONE_PNG);
    assert_int_equal(eb_gnuplot_draw(&pictures, EB_DRAWING_PNG, &drawn, NULL), EB_OK);
    assert_int_equal(drawn[1].bytes, 8 + 13 + 12);
    eb_drawn_free(drawn, 2);
    eb_pictures_free(&pictures);
}

/* Nothing to draw takes no gnuplot. */
static void test_no_pictures(void **state)
{
    struct bed *bed = *state;
    struct eb_pictures pictures = {0};
    struct eb_drawn *drawn = NULL;
    setenv("PATH", bed->directory, 1);
    assert_int_equal(eb_gnuplot_draw(&pictures, EB_DRAWING_PAGE, &drawn, NULL), EB_OK);
    eb_drawn_free(drawn, 0);
    eb_drawn_free(NULL, 3);
}

static void assert_quoted(const char *text, enum eb_drawing drawing, const char *wanted)
{
    char *quoted = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&quoted, &bytes);
    assert_non_null(file);
    eb_script_quote(file, text, drawing);
    assert_int_equal(fclose(file), 0);
    assert_string_equal(quoted, wanted);
    free(quoted);
}

static void test_quoting(void **state)
{
    (void)state;
    assert_quoted("", EB_DRAWING_SVG, "''");
    assert_quoted("it's \"8 KiB\" \\", EB_DRAWING_SVG, "'it''s \"8 KiB\" \\'");
    assert_quoted("a\nb\tc\x1b\x7f", EB_DRAWING_SVG,
                  "'a?b?c?"
                  "?'");
    assert_quoted("\xc2\x85|\xef\xbf\xbe|\xef\xbf\xbf", EB_DRAWING_SVG,
                  "'?|?|?'");                                  /* U+0085, U+FFFE, U+FFFF */
    assert_quoted("]]>]>]]]>", EB_DRAWING_SVG, "']]?]>]]]?'"); /* no text of XML may have it */
    assert_quoted("]]>", EB_DRAWING_PNG, "']]>'");
    assert_quoted("\xff|\xc3", EB_DRAWING_SVG, "'\xef\xbf\xbd|\xef\xbf\xbd'");
    assert_quoted("\xc2\xb5s \xe6\xbc\xa2", EB_DRAWING_SVG,
                  "'\xc2\xb5s \xe6\xbc\xa2'"); /* micro, a han character */
    assert_quoted("\xc2\xb5s \xe6\xbc\xa2", EB_DRAWING_PNG, "'\xc2\xb5s ?'");
}

/* The real one, or the test is skipped. */
static struct eb_drawn *draw(const struct bed *bed, const struct eb_pictures *pictures,
                             enum eb_drawing drawing)
{
    struct eb_drawn *drawn = NULL;
    struct eb_error err = {0};
    setenv("PATH", bed->usual, 1);
    if (eb_gnuplot_draw(pictures, drawing, &drawn, &err) != EB_OK)
        fail_msg("%s", err.text);
    assert_no_child();
    return drawn;
}

static int is_here(const struct bed *bed, enum eb_drawing drawing)
{
    setenv("PATH", bed->usual, 1);
    return eb_gnuplot_find(drawing, NULL) == EB_OK;
}

/* How often point is drawn, to be hovered over. */
static int times_drawn(const struct eb_drawn *drawn, size_t point)
{
    char wanted[64];
    int times = 0;
    snprintf(wanted, sizeof wanted, "showHypertext(evt,'%zu')", point);
    for (const char *at = drawn->data; (at = strstr(at, wanted)); at++)
        times++;
    return times;
}

static size_t hypertexts(const struct eb_drawn *drawn)
{
    size_t count = 0;
    for (const char *at = drawn->data; (at = strstr(at, "showHypertext(")); at++)
        count++;
    return count;
}

static void test_every_point_has_its_number(void **state)
{
    if (!is_here(*state, EB_DRAWING_PAGE))
        skip();
    struct eb_pictures pictures = {0};
    add_latency(&pictures, 5, 24, 0.05);
    add_layers(&pictures);
    add_pairs(&pictures, 4);
    add_launches(&pictures);
    add_nights(&pictures);
    add_ratios(&pictures);
    struct eb_drawn *drawn = draw(*state, &pictures, EB_DRAWING_PAGE);
    static const size_t counts[] = {5 * 24, 3 * 15, 4 * 4, 5 * 10, 200, 2 * 23};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(eb_picture_point_count(&pictures.items[i]), counts[i]);
        for (size_t j = 0; j < counts[i]; j++) {
            int is_absent = (i == 2 && j % 5 == 0) ||              /* pairs of a node with itself */
                            (i == 5 && (j == 16 || j == 23 + 16)); /* NAN in the made ratios */
            assert_int_equal(times_drawn(&drawn[i], j), !is_absent);
        }
        assert_int_equal(hypertexts(&drawn[i]), counts[i] - (i == 2 ? 4 : i == 5 ? 2 : 0));
    }
    eb_drawn_free(drawn, pictures.count);
    drawn = draw(*state, &pictures, EB_DRAWING_SVG);
    assert_int_equal(hypertexts(&drawn[0]), 0);
    eb_drawn_free(drawn, pictures.count);
    eb_pictures_free(&pictures);
}

/* A settings file that would spoil everything is not read; nor is the terminal that the environment names. */
static void test_texts_cannot_become_commands(void **state)
{
    if (!is_here(*state, EB_DRAWING_SVG))
        skip();
    struct bed *bed = *state;
    struct eb_pictures pictures = {0};
    char *home = getenv("HOME") ? strdup(getenv("HOME")) : NULL;
    FILE *file = fopen(".gnuplot", "w");
    assert_non_null(file);
    fputs("system('touch owned')\nexit status 1\n", file);
    fclose(file);
    setenv("HOME", bed->directory, 1);
    setenv("GNUTERM", "nonsense", 1);
    add_hostile(&pictures);
    for (int drawing = EB_DRAWING_PAGE; drawing <= EB_DRAWING_PNG; drawing++) {
        if (!is_here(bed, (enum eb_drawing)drawing))
            continue;
        struct eb_drawn *drawn = draw(bed, &pictures, (enum eb_drawing)drawing);
        assert_int_equal(access("owned", F_OK), -1);
        if (drawing != EB_DRAWING_PNG) {
            assert_non_null(
                strstr(drawn->data, "it's \"x\" `touch owned` &lt;b>&amp;amp;&lt;/b>?@GPVAL_VERSION"));
            assert_null(strstr(drawn->data, "<b>"));
        }
        eb_drawn_free(drawn, 1);
    }
    unsetenv("GNUTERM");
    if (home)
        setenv("HOME", home, 1);
    free(home);
    eb_pictures_free(&pictures);
}

static void test_pictures_that_hardly_are_any(void **state)
{
    if (!is_here(*state, EB_DRAWING_PAGE))
        skip();
    struct eb_pictures pictures = {0};
    add_edges(&pictures);
    struct eb_drawn *drawn = draw(*state, &pictures, EB_DRAWING_PAGE);
    for (size_t i = 0; i < pictures.count; i++) {
        assert_non_null(strstr(drawn[i].data, "<svg"));
        assert_null(strstr(drawn[i].data, "nan"));
        assert_null(strstr(drawn[i].data, "inf"));
    }
    /* three equal points of a line are at one place, and each can be hovered over */
    const struct eb_drawn *same = &drawn[2];
    assert_string_equal(pictures.items[2].id, "same");
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(times_drawn(same, i), 1);
    /* of 0, -3, 1e-300, 1e300, NAN, infinity and 7 a logarithmic axis has places for three */
    assert_string_equal(pictures.items[3].id, "edge-2");
    assert_int_equal(hypertexts(&drawn[3]), 3);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(times_drawn(&drawn[3], i), i == 2 || i == 3 || i == 6);
    eb_drawn_free(drawn, pictures.count);
    eb_pictures_free(&pictures);
}

static unsigned big_endian(const char *bytes)
{
    const unsigned char *b = (const unsigned char *)bytes;
    return (unsigned)b[0] << 24 | (unsigned)b[1] << 16 | (unsigned)b[2] << 8 | b[3];
}

/* PNG, 2nd edition, 5.2 and 11.2.2: the signature, then IHDR with width and height. */
static void test_png(void **state)
{
    if (!is_here(*state, EB_DRAWING_PNG))
        skip();
    struct eb_pictures pictures = {0};
    add_latency(&pictures, 2, 24, 0.05);
    add_launches(&pictures);
    struct eb_drawn *drawn = draw(*state, &pictures, EB_DRAWING_PNG);
    for (size_t i = 0; i < 2; i++) {
        assert_true(drawn[i].bytes > 1000);
        assert_memory_equal(drawn[i].data, "\x89PNG\r\n\x1a\n", 8);
        assert_memory_equal(drawn[i].data + 12, "IHDR", 4);
        assert_int_equal(big_endian(drawn[i].data + 16), 2 * 640);
        assert_int_equal(big_endian(drawn[i].data + 20), 2 * 420);
        assert_memory_equal(drawn[i].data + drawn[i].bytes - 8, "IEND", 4);
    }
    eb_drawn_free(drawn, 2);
    eb_pictures_free(&pictures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_what_it_is_given_and_gives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_blocks_on_a_full_pipe, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_that_does_not_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_that_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_that_hangs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_that_writes_without_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_without_the_terminal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rubbish_is_no_picture, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_pictures, set_up, tear_down),
        cmocka_unit_test(test_quoting),
        cmocka_unit_test_setup_teardown(test_every_point_has_its_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_texts_cannot_become_commands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_pictures_that_hardly_are_any, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_png, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
