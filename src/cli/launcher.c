#include "cli/launcher.h"

#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_MS 5000
#define LATER_MS 300

/* A running launch. */
struct child {
    pid_t pid;
    int output;  /* read end of its standard output */
    int words;   /* read end of its standard error, where somebody listens to it; else -1 */
    int signals; /* signalfd of SIGINT and SIGTERM */
    sigset_t old_mask;
    char *text; /* what came and is no whole line yet */
    size_t used;
    size_t room;
    int has_spoken;    /* a line of its journal has come */
    uint64_t ended_ns; /* when the last one came; 0: not yet */
    const struct eb_launcher_limits *limits;
    const struct eb_launcher_listener *listener;
};

static enum eb_status system_failed(const char *call, struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "launcher", errno, "%s: %s", call, strerror(errno));
}

/* In the child: errno goes through the pipe when the program cannot be started. */
static void become(char *const *argv, int output, int words, int report, const sigset_t *watched)
{
    dup2(output, STDOUT_FILENO);
    if (words >= 0)
        dup2(words, STDERR_FILENO);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_IGN);  /* else mpirun dies of our death before it has taken its files away */
    unsetenv("SLURM_LABELIO"); /* srun would put "0: " before each KiB of a line of the journal */
    sigprocmask(SIG_UNBLOCK, watched, NULL);
    execvp(argv[0], argv);
    int code = errno;
    ssize_t written = write(report, &code, sizeof code);
    (void)written;
    _exit(127);
}

static void close_both(const int *pipes)
{
    if (pipes[0] >= 0)
        close(pipes[0]);
    if (pipes[1] >= 0)
        close(pipes[1]);
}

/* Pipes for its output, for its words where somebody listens, and for the news that it cannot be started. */
static enum eb_status open_pipes(const struct child *child, int output[2], int words[2], int report[2],
                                 struct eb_error *err)
{
    words[0] = words[1] = -1;
    if (pipe2(output, O_CLOEXEC) != 0)
        return system_failed("pipe2", err);
    if (pipe2(report, O_CLOEXEC) != 0) {
        enum eb_status status = system_failed("pipe2", err);
        close_both(output);
        return status;
    }
    if (!child->listener->words || pipe2(words, O_CLOEXEC) == 0)
        return EB_OK;
    enum eb_status status = system_failed("pipe2", err);
    close_both(output);
    close_both(report);
    return status;
}

static enum eb_status start(struct child *child, char *const *argv, struct eb_error *err)
{
    int pipes[2];
    int words[2];
    int report[2];
    sigset_t watched;
    /* Whoever started us may have ignored it, and the child would leave no exit code. */
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&watched);
    sigaddset(&watched, SIGINT);
    sigaddset(&watched, SIGTERM);
    enum eb_status status = open_pipes(child, pipes, words, report, err);
    if (status != EB_OK)
        return status;
    sigprocmask(SIG_BLOCK, &watched, &child->old_mask);
    child->signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
    child->output = pipes[0];
    child->words = words[0];
    if (child->words >= 0)
        fcntl(child->words, F_SETFL, O_NONBLOCK);
    child->pid = fork();
    if (child->pid == 0)
        become(argv, pipes[1], words[1], report[1], &watched);
    close(pipes[1]);
    close(report[1]);
    if (words[1] >= 0)
        close(words[1]);
    int code = 0;
    ssize_t got = child->pid > 0 ? read(report[0], &code, sizeof code) : 0;
    close(report[0]);
    if (child->pid < 0)
        return system_failed("fork", err);
    if (got != (ssize_t)sizeof code)
        return EB_OK;
    waitpid(child->pid, NULL, 0);
    child->pid = -1;
    return eb_error_set(err, EB_USAGE, "launcher", code, "cannot start '%s': %s", argv[0], strerror(code));
}

/* A line of its output that is not the journal's. */
static void tell_words(const struct eb_launcher_listener *listener, const char *text)
{
    if (listener->words) {
        listener->words(listener->argument, text, strlen(text));
        listener->words(listener->argument, "\n", 1);
    } else
        fprintf(stderr, "%s\n", text);
}

static int begins_journal(const char *text)
{
    static const char *const begins[] = {"{\"schema\": ", "{\"tuning\": ", "{\"case\": ", "{\"end\": "};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (strncmp(text, begins[i], strlen(begins[i])) == 0)
            return 1;
    return 0;
}

/* How long the label is that a launcher has put before a line of the journal; 0: there is none. */
static size_t label_length(const char *text)
{
    const char *brace = strchr(text, '{');
    return brace && brace - text <= 64 && begins_journal(brace) ? (size_t)(brace - text) : 0;
}

static enum eb_status take_text(struct child *child, const char *text, struct eb_error *err)
{
    const struct eb_launcher_listener *listener = child->listener;
    json_t *json = text[0] == '{' ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    enum eb_status status = EB_OK;
    child->has_spoken |= json != NULL;
    if (json_object_get(json, "end"))
        child->ended_ns = eb_clock_ns();
    if (json)
        status = listener->line(listener->argument, json, err);
    else if (label_length(text) > 0)
        status = eb_error_set(err, EB_INVALID, "launcher", 0,
                              "the launcher puts '%.*s' before lines of the journal: start it without "
                              "--label (srun), --tag-output (Open MPI), -prepend-rank (MPICH)",
                              (int)label_length(text), text);
    else if (begins_journal(text))
        status = eb_error_set(err, EB_INVALID, "launcher", 0,
                              "a line of the launch was damaged on its way: %.60s...", text);
    else if (text[0] != '\0')
        tell_words(listener, text);
    json_decref(json);
    return status;
}

/* Hands on every whole line that has come. */
static enum eb_status take_lines(struct child *child, struct eb_error *err)
{
    if (child->used == 0)
        return EB_OK;
    char *begin = child->text;
    char *end = child->text + child->used;
    enum eb_status status = EB_OK;
    for (char *newline; status == EB_OK && (newline = memchr(begin, '\n', (size_t)(end - begin)));
         begin = newline + 1) {
        *newline = '\0';
        status = take_text(child, begin, err);
    }
    child->used = (size_t)(end - begin);
    memmove(child->text, begin, child->used);
    return status;
}

/* 1 while there may be more, 0 at the end of the output. */
static int read_some(struct child *child)
{
    if (child->room - child->used < 65536) {
        char *grown = realloc(child->text, child->room + (1u << 20));
        if (!grown)
            return 0;
        child->text = grown;
        child->room += 1u << 20;
    }
    ssize_t got = read(child->output, child->text + child->used, child->room - child->used);
    if (got > 0)
        child->used += (size_t)got;
    return got > 0 || (got < 0 && errno == EINTR);
}

/* Hands on what it has said on its standard error, without waiting. At its end, or when it fails, nobody
 * listens any more. */
static void take_words(struct child *child)
{
    char words[4096];
    ssize_t got = 0;
    while (child->words >= 0 && (got = read(child->words, words, sizeof words)) > 0)
        child->listener->words(child->listener->argument, words, (size_t)got);
    if (child->words < 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)))
        return;
    close(child->words);
    child->words = -1;
}

/* Waits for the end of the child, at most milliseconds long (-1: for ever). 1 when it has ended. */
static int reap(struct child *child, int milliseconds, int *exit_code)
{
    uint64_t deadline_ns = eb_clock_ns() + (uint64_t)(milliseconds < 0 ? 0 : milliseconds) * 1000000u;
    int state = 0;
    for (;;) {
        pid_t ended = waitpid(child->pid, &state, milliseconds < 0 ? 0 : WNOHANG);
        int code = errno;
        take_words(child); /* after it has ended too: they are all there then */
        if (ended == child->pid)
            break;
        if (ended < 0 && code == ECHILD)
            return 1; /* it is gone, and nobody knows how: *exit_code stays what it was */
        if ((milliseconds >= 0 && eb_clock_ns() > deadline_ns))
            return 0;
        poll(NULL, 0, 20);
    }
    *exit_code = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
    return 1;
}

static void stop(struct child *child, int *exit_code)
{
    kill(child->pid, SIGTERM);
    if (reap(child, GRACE_MS, exit_code))
        return;
    kill(child->pid, SIGKILL);
    reap(child, -1, exit_code);
}

/* How long to wait for what comes next; -1: for ever. Once it has spoken its ranks watch over one another,
 * and how long a block takes is their affair, until the journal has ended. */
static int patience_ms(const struct child *child, uint64_t heard_ns)
{
    int limit_ms = child->ended_ns > 0 ? child->limits->end_ms
                   : child->has_spoken ? -1
                                       : child->limits->silence_ms;
    uint64_t since_ns = child->ended_ns > 0 ? child->ended_ns : heard_ns;
    int64_t waited_ms = (int64_t)((eb_clock_ns() - since_ns) / 1000000u);
    if (limit_ms < 0)
        return -1;
    return waited_ms < limit_ms ? (int)(limit_ms - waited_ms) : 0;
}

/* It has said all that there is to be said and does not end: no fault of what was measured. */
static void let_go(struct child *child, int *exit_code)
{
    char words[160];
    snprintf(words, sizeof words,
             "efabench run: the launcher was ended: its launch had ended %d s before, and it had not",
             child->limits->end_ms / 1000);
    tell_words(child->listener, words);
    stop(child, exit_code);
    *exit_code = 0;
}

/* EB_OK at the end of its output, or where it keeps it open for too long after its journal. */
static enum eb_status follow(struct child *child, struct eb_error *err)
{
    uint64_t heard_ns = eb_clock_ns();
    for (;;) {
        struct pollfd wanted[] = {{.fd = child->output, .events = POLLIN},
                                  {.fd = child->signals, .events = POLLIN},
                                  {.fd = child->words, .events = POLLIN}};
        int ready = poll(wanted, 3, patience_ms(child, heard_ns));
        if (ready < 0 && errno != EINTR)
            return system_failed("poll", err);
        if (ready < 0)
            continue;
        if (ready == 0 && child->ended_ns > 0)
            return EB_OK;
        if (ready == 0)
            return eb_error_set(err, EB_INTERNAL, "launcher", ETIMEDOUT,
                                "timeout: the launch said nothing for %d s",
                                child->limits->silence_ms / 1000);
        if (wanted[1].revents)
            return eb_error_set(err, EB_INTERNAL, "launcher", EINTR, "interrupted");
        if (wanted[2].revents)
            take_words(child);
        if (!wanted[0].revents)
            continue;
        heard_ns = eb_clock_ns();
        if (!read_some(child))
            return EB_OK;
        enum eb_status status = take_lines(child, err);
        if (status != EB_OK)
            return status;
    }
}

/* The output has ended, or should have: the end of the process must follow, unless we are told to stop. */
static enum eb_status await_end(struct child *child, int *exit_code, struct eb_error *err)
{
    int limit_ms = child->ended_ns > 0 ? child->limits->end_ms : child->limits->silence_ms;
    uint64_t start_ns = child->ended_ns > 0 ? child->ended_ns : eb_clock_ns();
    while (!reap(child, 100, exit_code)) {
        struct pollfd signals = {.fd = child->signals, .events = POLLIN};
        if (poll(&signals, 1, 0) > 0)
            return eb_error_set(err, EB_INTERNAL, "launcher", EINTR, "interrupted");
        if (limit_ms < 0 || eb_clock_ns() - start_ns <= (uint64_t)limit_ms * 1000000u)
            continue;
        if (child->ended_ns > 0) {
            let_go(child, exit_code);
            return EB_OK;
        }
        return eb_error_set(err, EB_INTERNAL, "launcher", ETIMEDOUT,
                            "timeout: the launch closed its output %d s ago and does not end",
                            limit_ms / 1000);
    }
    return EB_OK;
}

/* Who ends a launch from outside, as job managers do, ends us at the same time or a moment later: then that
 * is what became of it. */
static enum eb_status ask_why(const struct child *child, struct eb_error *err)
{
    struct pollfd signals = {.fd = child->signals, .events = POLLIN};
    return poll(&signals, 1, LATER_MS) > 0 ? eb_error_set(err, EB_INTERNAL, "launcher", EINTR, "interrupted")
                                           : EB_OK;
}

enum eb_status eb_launcher_run(char *const *argv, const struct eb_launcher_limits *limits,
                               const struct eb_launcher_listener *listener, int *exit_code,
                               struct eb_error *err)
{
    struct child child = {
        .pid = -1, .output = -1, .words = -1, .signals = -1, .limits = limits, .listener = listener};
    *exit_code = 127;
    enum eb_status status = start(&child, argv, err);
    if (status == EB_OK)
        status = follow(&child, err);
    if (status == EB_OK)
        status = await_end(&child, exit_code, err);
    if (child.pid > 0 && status != EB_OK)
        stop(&child, exit_code);
    else if (status == EB_OK && *exit_code != 0)
        status = ask_why(&child, err);
    if (child.output >= 0)
        close(child.output);
    if (child.words >= 0)
        close(child.words);
    if (child.signals >= 0) {
        close(child.signals);
        sigprocmask(SIG_SETMASK, &child.old_mask, NULL);
    }
    free(child.text);
    return status;
}
