#include "cli/progress.h"

#include "cli/style.h"
#include "common/clock.h"
#include "common/plain.h"
#include "common/units.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SECOND_NS UINT64_C(1000000000)
#define BAR_CELLS 10
#define BAR_COLUMNS_LEAST 60

/* Of the launch under way, between 0 and 1. */
static double share_of_launch(const struct eb_progress_state *state)
{
    if (state->blocks == 0 || !state->under_way)
        return 0;
    return state->blocks_done < state->blocks ? (double)state->blocks_done / (double)state->blocks : 1;
}

double eb_progress_share(const struct eb_progress_state *state)
{
    if (state->launches_done >= state->launch_count)
        return 1;
    return ((double)state->launches_done + share_of_launch(state)) / (double)state->launch_count;
}

/* From the first launch alone. */
static double left_of_first(const struct eb_progress_state *state)
{
    double done = share_of_launch(state);
    if (done < 0.05 || state->sweeps_ns < SECOND_NS)
        return -1;
    double sweeps = (double)state->sweeps_ns / done;
    double opening = (double)state->launch_ns - (double)state->tuning_ns - (double)state->sweeps_ns;
    return sweeps * (1 - done) +
           (double)(state->launch_count - state->launches_done - 1) * (opening + sweeps);
}

int64_t eb_progress_left_ns(const struct eb_progress_state *state)
{
    if (state->launches_done >= state->launch_count)
        return 0;
    if (state->launches_done == state->launches_told) {
        double left = left_of_first(state);
        return left < 0 || left > 9e18 ? -1 : (int64_t)left;
    }
    double timed = (double)(state->launches_done - state->launches_told);
    double usual = (double)state->whole_ns / timed;
    double sweeps = (double)state->whole_sweeps_ns / timed;
    double rest = usual;
    if (state->under_way && state->sweeps_ns > 0)
        rest = sweeps * (1 - share_of_launch(state));
    else if (state->under_way)
        rest = usual - (double)state->launch_ns > sweeps ? usual - (double)state->launch_ns : sweeps;
    double left = rest + usual * (double)(state->launch_count - state->launches_done - 1);
    return left > 9e18 ? -1 : (int64_t)left;
}

char *eb_progress_about(int64_t left_ns, char *text, size_t room)
{
    uint64_t seconds = ((uint64_t)left_ns + SECOND_NS / 2) / SECOND_NS;
    uint64_t minutes = (seconds + 30) / 60;
    if (seconds < 10)
        snprintf(text, room, "about %" PRIu64 " s", seconds > 0 ? seconds : 1);
    else if (seconds < 100)
        snprintf(text, room, "about %" PRIu64 " s", (seconds + 2) / 5 * 5);
    else if (minutes < 60)
        snprintf(text, room, "about %" PRIu64 " min", minutes);
    else {
        uint64_t tens = (seconds + 300) / 600 * 10;
        snprintf(text, room, tens % 60 ? "about %" PRIu64 " h %" PRIu64 " min" : "about %" PRIu64 " h",
                 tens / 60, tens % 60);
    }
    return text;
}

/* Puts more behind what text has, as far as there is room. */
static void add(char *text, size_t room, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void add(char *text, size_t room, const char *format, ...)
{
    size_t used = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + used, room - used, format, args);
    va_end(args);
}

/* Ends text after so many characters. Everything in the line is one column wide: words of journals are
 * kernels, arms and variants, which are plain, or are cleaned to be. */
static void cut(char *text, unsigned columns)
{
    const char *c = text;
    for (unsigned column = 0; *c && column < columns; column++)
        eb_plain_take(&c);
    text[c - text] = '\0';
}

char *eb_progress_line(const struct eb_progress_state *state, unsigned columns, int is_utf8, char *text,
                       size_t room)
{
    char about[40];
    double share = eb_progress_share(state);
    int64_t left_ns = eb_progress_left_ns(state);
    uint64_t number =
        state->launches_done < state->launch_count ? state->launches_done + 1 : state->launch_count;
    text[0] = '\0';
    add(text, room, "%3u%%", (unsigned)(share * 100 + 1e-9));
    if (is_utf8 && columns >= BAR_COLUMNS_LEAST) {
        add(text, room, "  ");
        for (unsigned cell = 0; cell < BAR_CELLS; cell++)
            add(text, room, "%s", share * BAR_CELLS + 1e-9 >= cell + 1 ? "█" : "░");
    }
    if (left_ns > 0)
        add(text, room, "  %s left", eb_progress_about(left_ns, about, sizeof about));
    add(text, room, "  launch %" PRIu64 " of %" PRIu64, number, state->launch_count);
    if (state->variant)
        add(text, room, " (variant %s)", state->variant);
    if (state->latest[0])
        add(text, room, "  %s", state->latest);
    cut(text, columns);
    return text;
}

void eb_progress_open(struct eb_progress *progress, const char *program, int fd, uint64_t launch_count)
{
    const char *terminal = getenv("TERM");
    *progress = (struct eb_progress){.program = program, .fd = fd, .state.launch_count = launch_count};
    progress->in_place = isatty(fd) && terminal && terminal[0] && strcmp(terminal, "dumb") != 0;
    progress->is_utf8 = eb_style_has_utf8();
}

static void put(const struct eb_progress *progress, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t written = write(progress->fd, text, bytes);
        if (written < 0 && errno != EINTR)
            return; /* nobody can be told */
        text += written > 0 ? written : 0;
        bytes -= written > 0 ? (size_t)written : 0;
    }
}

/* Whether the terminal is ours and takes text now. A shell's job in the background does not write over what
 * the user types. */
static int may_draw(const struct eb_progress *progress)
{
    struct pollfd wanted = {.fd = progress->fd, .events = POLLOUT};
    if (!progress->in_place || progress->is_midline)
        return 0;
    pid_t foreground = tcgetpgrp(progress->fd);
    return (foreground < 0 || foreground == getpgrp()) && poll(&wanted, 1, 0) == 1 &&
           (wanted.revents & POLLOUT);
}

static unsigned columns_of(int fd)
{
    struct winsize size; /* asked each time: terminals are resized */
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
}

static void draw(struct eb_progress *progress, uint64_t now_ns)
{
    char line[512];
    char text[600];
    struct eb_progress_state *state = &progress->state;
    if (!may_draw(progress))
        return;
    state->launch_ns = state->under_way ? now_ns - progress->started_ns : 0;
    state->sweeps_ns = progress->sweeps_started_ns ? now_ns - progress->sweeps_started_ns : 0;
    /* The last column stays free: some terminals go on to the next row from there. */
    eb_progress_line(state, columns_of(progress->fd) - 1, progress->is_utf8, line, sizeof line);
    int bytes = snprintf(text, sizeof text, "\r%s\033[K", line);
    put(progress, text, (size_t)bytes);
    progress->is_shown = 1;
    progress->drawn_ns = now_ns;
}

void eb_progress_clear(struct eb_progress *progress)
{
    if (progress->is_shown)
        put(progress, "\r\033[K", strlen("\r\033[K"));
    if (progress->is_midline)
        put(progress, "\n", 1);
    progress->is_shown = 0;
    progress->is_midline = 0;
}

void eb_progress_begin(struct eb_progress *progress, const char *variant)
{
    struct eb_progress_state *state = &progress->state;
    progress->started_ns = eb_clock_ns();
    progress->header_ns = 0;
    progress->sweeps_started_ns = 0;
    state->variant = variant;
    state->under_way = 1;
    state->blocks_done = 0;
    state->tuning_ns = 0;
    snprintf(state->latest, sizeof state->latest, "starting");
    draw(progress, progress->started_ns);
}

static const char *word_of(const json_t *fields, const char *name)
{
    const char *word = json_string_value(json_object_get(fields, name));
    return word ? word : "?";
}

static void take_block(struct eb_progress_state *state, const json_t *fields)
{
    char size[32];
    json_int_t bytes = json_integer_value(json_object_get(fields, "size_bytes"));
    state->blocks_done++;
    snprintf(state->latest, sizeof state->latest, "%.40s %.40s %s", word_of(fields, "kernel"),
             word_of(fields, "arm"), eb_size_format(bytes > 0 ? (uint64_t)bytes : 0, size, sizeof size));
    if (json_object_get(fields, "rounds"))
        add(state->latest, sizeof state->latest, " round %lld of %lld",
            (long long)json_integer_value(json_object_get(fields, "round")) + 1,
            (long long)json_integer_value(json_object_get(fields, "rounds")));
    eb_plain_clean(state->latest);
}

void eb_progress_take(struct eb_progress *progress, const json_t *line)
{
    struct eb_progress_state *state = &progress->state;
    uint64_t now_ns = eb_clock_ns();
    const json_t *fields = json_object_get(line, "case");
    json_int_t blocks = json_integer_value(json_object_get(json_object_get(line, "plan"), "blocks"));
    if (json_object_get(line, "schema"))
        progress->header_ns = now_ns;
    if (json_object_get(line, "tuning")) {
        progress->sweeps_started_ns = now_ns;
        state->tuning_ns = progress->header_ns ? now_ns - progress->header_ns : 0;
    }
    if (blocks > 0)
        state->blocks = (uint64_t)blocks;
    if (json_is_object(fields))
        take_block(state, fields);
    if (now_ns - progress->drawn_ns >= EB_PROGRESS_PAUSE_MS * UINT64_C(1000000))
        draw(progress, now_ns);
}

/* "efabench run: launch 3 of 6 (variant old) done in 4.1 s, about 13 s left" */
static void write_plain(const struct eb_progress *progress, uint64_t launch_ns)
{
    char text[300] = "";
    char about[40];
    const struct eb_progress_state *state = &progress->state;
    double seconds = (double)launch_ns / SECOND_NS;
    add(text, sizeof text, "%s: launch %" PRIu64 " of %" PRIu64, progress->program, state->launches_done,
        state->launch_count);
    if (state->variant)
        add(text, sizeof text, " (variant %s)", state->variant);
    if (seconds < 100)
        add(text, sizeof text, " done in %.1f s", seconds);
    else
        add(text, sizeof text, " done in %u min %02u s", (unsigned)seconds / 60, (unsigned)seconds % 60);
    if (state->launches_done < state->launch_count)
        add(text, sizeof text, ", %s left",
            eb_progress_about(eb_progress_left_ns(state), about, sizeof about));
    add(text, sizeof text, "\n");
    put(progress, text, strlen(text));
}

void eb_progress_end(struct eb_progress *progress, int is_whole)
{
    struct eb_progress_state *state = &progress->state;
    uint64_t now_ns = eb_clock_ns();
    uint64_t launch_ns = now_ns - progress->started_ns;
    if (is_whole) {
        state->launches_done++;
        state->whole_ns += launch_ns - state->tuning_ns;
        state->whole_sweeps_ns += progress->sweeps_started_ns ? now_ns - progress->sweeps_started_ns : 0;
    }
    state->under_way = 0;
    progress->sweeps_started_ns = 0;
    if (is_whole && !progress->in_place)
        write_plain(progress, launch_ns);
    int is_last = state->launches_done == state->launch_count;
    if (is_whole && is_last) /* before another launch its beginning is drawn, and that at once */
        draw(progress, now_ns);
    if (!is_whole || is_last)
        eb_progress_clear(progress);
    state->variant = NULL;
}

void eb_progress_words(struct eb_progress *progress, const char *words, size_t bytes)
{
    if (bytes == 0)
        return;
    if (!progress->is_midline)
        eb_progress_clear(progress);
    put(progress, words, bytes);
    progress->is_midline = words[bytes - 1] != '\n';
    draw(progress, eb_clock_ns());
}
