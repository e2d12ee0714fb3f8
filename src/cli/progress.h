/* How far a run is: on a terminal one line that is redrawn in place, elsewhere a plain line a launch.
 *
 * The measurement comes first. What is done is known from the journal that the launches stream anyway: a
 * block's line wakes this process as it did before there was progress, and only then, at most every
 * EB_PROGRESS_PAUSE_MS, is the line drawn again. There is no timer and no thread, so nothing runs on the
 * ranks' cores while they time a block but what that line has brought; the price is a line that is as old as
 * the last block. A terminal that does not take text at once (stopped by Ctrl-S) is passed over: waiting for
 * it would hold up the journal, and so the ranks. */
#ifndef EB_CLI_PROGRESS_H
#define EB_CLI_PROGRESS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define EB_PROGRESS_PAUSE_MS 200 /* between two drawings, but for those at the ends of a launch */

/* What the line says: of a run at one moment. */
struct eb_progress_state {
    uint64_t launch_count;
    uint64_t launches_done; /* whole ones; the one under way is the next */
    uint64_t launches_told; /* of these, those that were done before, which nobody timed here */
    const char *variant;    /* of the launch under way; NULL: none */
    char latest[128];       /* the case whose block was measured last, or what goes on before the first */
    int under_way;          /* 0: between two launches, the next four are then 0 */
    uint64_t blocks_done;   /* of the launch under way */
    uint64_t launch_ns;     /* since its start */
    uint64_t tuning_ns;     /* of these, what only a first launch does */
    uint64_t sweeps_ns;     /* of these, since its first block began */
    uint64_t blocks;        /* that a launch has; 0: nobody has said yet */
    uint64_t whole_ns;      /* the launches done, together, without tuning */
    uint64_t whole_sweeps_ns;
};

/* Between 0 and 1: launches count alike, and blocks within a launch (each has the same time budget). */
double eb_progress_share(const struct eb_progress_state *state);

/* Nanoseconds to the end of the run, from what was done so far. -1 while there is no basis: no launch is
 * whole, and of the first less than a twentieth of its blocks, or less than a second of them. */
int64_t eb_progress_left_ns(const struct eb_progress_state *state);

/* "about 8 s", "about 25 s" (in fives), "about 2 min", "about 1 h 10 min" (in tens). Returns text. */
char *eb_progress_about(int64_t left_ns, char *text, size_t room);

/* Writes " 42%  ████░░░░░░  about 2 min left  launch 3 of 12 (variant old)  pingpong tcp 64 KiB", of which
 * at most `columns` columns stand; the bar only where there are 60 and text may be UTF-8. What is cut is what
 * stands last. Returns text. */
char *eb_progress_line(const struct eb_progress_state *state, unsigned columns, int is_utf8, char *text,
                       size_t room);

/* The part that writes. */
struct eb_progress {
    struct eb_progress_state state;
    const char *program;
    int fd;       /* standard error */
    int in_place; /* it is a terminal that obeys */
    int is_utf8;
    int is_shown;   /* the line stands on the terminal */
    int is_midline; /* others wrote words without an end of line: they are not to be drawn over */
    uint64_t started_ns;
    uint64_t header_ns;
    uint64_t sweeps_started_ns; /* 0: not yet */
    uint64_t drawn_ns;
};

/* program is borrowed, for the plain lines. Writes nothing. */
void eb_progress_open(struct eb_progress *progress, const char *program, int fd, uint64_t launch_count);

/* A launch begins. variant is borrowed until the end of the launch. */
void eb_progress_begin(struct eb_progress *progress, const char *variant);

/* A line of its journal has come (borrowed). */
void eb_progress_take(struct eb_progress *progress, const json_t *line);

/* The launch has ended. After the last one, and after one that is not whole, the line is gone, and whoever
 * has something to say may say it. Where no line is drawn, a launch that is whole gets a plain one. */
void eb_progress_end(struct eb_progress *progress, int is_whole);

/* Words of the launcher or its ranks, as they came: they stand alone, above the line. */
void eb_progress_words(struct eb_progress *progress, const char *words, size_t bytes);

/* Takes the line away; what is written next begins a line. */
void eb_progress_clear(struct eb_progress *progress);

#endif
