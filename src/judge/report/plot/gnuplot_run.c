#include "judge/report/plot/gnuplot_run.h"

#include "common/clock.h"
#include "common/plain.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char program[] = "gnuplot";

/* Of what gnuplot complains. */
#define WORDS_MAX 4096

struct gathered {
    char *data;
    size_t bytes;
    size_t room;
};

/* Our ends; -1: closed. in is a socket, since a write to one can be told to raise no SIGPIPE. */
struct gnuplot {
    pid_t pid;
    int in;
    int out;
    int words;
    struct gathered output;
    struct gathered complaint;
};

static void close_end(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

/* Both ends above the standard streams, whichever of these are closed. */
static int make_pair(int is_socket, int *ours, int *theirs)
{
    int ends[2];
    if ((is_socket ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) : pipe2(ends, O_CLOEXEC)) != 0)
        return -1;
    *ours = fcntl(ends[0], F_DUPFD_CLOEXEC, 3);
    *theirs = fcntl(ends[1], F_DUPFD_CLOEXEC, 3);
    close(ends[0]);
    close(ends[1]);
    return *ours < 0 || *theirs < 0 || fcntl(*ours, F_SETFL, O_NONBLOCK) != 0 ? -1 : 0;
}

static int begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* The environment without what would change the drawing; the texts are borrowed. */
static char **new_environment(void)
{
    static char locale[] = "LC_ALL=C.UTF-8"; /* C where the system has no such locale */
    size_t count = 0;
    size_t kept = 0;
    while (environ && environ[count])
        count++;
    char **copy = calloc(count + 2, sizeof *copy);
    for (size_t i = 0; copy && i < count; i++)
        if (!begins(environ[i], "LC_") && !begins(environ[i], "LANG") && !begins(environ[i], "GNUTERM=") &&
            !begins(environ[i], "GNUPLOT_"))
            copy[kept++] = environ[i];
    if (copy)
        copy[kept] = locale;
    return copy;
}

static int spawn(pid_t *pid, const int theirs[3], char *const *environment)
{
    char *arguments[] = {(char[]){"gnuplot"}, (char[]){"-d"}, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0)
        return failure;
    failure = posix_spawnattr_init(&attributes);
    if (failure != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return failure;
    }
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    for (int i = 0; failure == 0 && i < 3; i++)
        failure = posix_spawn_file_actions_adddup2(&actions, theirs[i], i);
    if (failure == 0)
        failure = posix_spawnp(pid, arguments[0], &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

static enum eb_status start(struct gnuplot *gnuplot, struct eb_error *err)
{
    int theirs[3] = {-1, -1, -1};
    char **environment = new_environment();
    enum eb_status status = EB_OK;
    int failure = 0;
    if (!environment)
        return eb_error_set(err, EB_INTERNAL, program, 0, "out of memory for gnuplot's environment");
    if (make_pair(1, &gnuplot->in, &theirs[0]) != 0 || make_pair(0, &gnuplot->out, &theirs[1]) != 0 ||
        make_pair(0, &gnuplot->words, &theirs[2]) != 0)
        status = eb_error_set(err, EB_INTERNAL, program, errno, "no pipe to gnuplot: %s", strerror(errno));
    if (status == EB_OK)
        failure = spawn(&gnuplot->pid, theirs, environment);
    if (failure != 0 && (failure == EAGAIN || failure == ENOMEM))
        status = eb_error_set(err, EB_INTERNAL, program, failure, "gnuplot cannot be started: %s",
                              strerror(failure));
    else if (failure != 0)
        status = eb_error_set(err, EB_NO_HARDWARE, program, failure, "gnuplot cannot be started: %s",
                              failure == ENOENT ? "it is not in PATH" : strerror(failure));
    if (failure != 0)
        gnuplot->pid = 0;
    for (int i = 0; i < 3; i++)
        close_end(&theirs[i]);
    free(environment);
    return status;
}

/* Reads what is there. 1 at the end, 0 when there may be more, -1 when out of memory. */
static int gather(int from, struct gathered *gathered)
{
    for (;;) {
        if (gathered->room - gathered->bytes < 65536) {
            size_t room = 2 * gathered->room + 65537;
            char *data = realloc(gathered->data, room);
            if (!data)
                return -1;
            gathered->data = data;
            gathered->room = room;
        }
        ssize_t got = read(from, gathered->data + gathered->bytes, gathered->room - gathered->bytes - 1);
        if (got > 0)
            gathered->bytes += (size_t)got;
        else if (got == 0)
            return 1;
        else if (errno != EINTR)
            return errno == EAGAIN ? 0 : 1;
        if (gathered->bytes > EB_GNUPLOT_OUTPUT_MAX)
            return 0;
    }
}

/* Writes what fits; a gnuplot that takes no more has its say when it ends. */
static void feed(struct gnuplot *gnuplot, const char *script, size_t bytes, size_t *done)
{
    while (*done < bytes) {
        ssize_t sent = send(gnuplot->in, script + *done, bytes - *done, MSG_NOSIGNAL);
        if (sent > 0)
            *done += (size_t)sent;
        else if (errno == EAGAIN)
            return;
        else if (errno != EINTR)
            break;
    }
    close_end(&gnuplot->in);
}

static int milliseconds_left(uint64_t end_ns)
{
    uint64_t now_ns = eb_clock_ns();
    return now_ns < end_ns ? (int)((end_ns - now_ns + 999999) / 1000000) : 0;
}

/* Until gnuplot has closed both of its streams. */
static enum eb_status converse(struct gnuplot *gnuplot, const char *script, size_t bytes, uint64_t end_ns,
                               struct eb_error *err)
{
    size_t done = 0;
    while (gnuplot->out >= 0 || gnuplot->words >= 0) {
        struct pollfd ends[] = {{.fd = gnuplot->in, .events = POLLOUT},
                                {.fd = gnuplot->out, .events = POLLIN},
                                {.fd = gnuplot->words, .events = POLLIN}};
        int left_ms = milliseconds_left(end_ns);
        if (left_ms == 0)
            return eb_error_set(err, EB_INTERNAL, program, 0, "gnuplot did not end in time and was killed");
        if (poll(ends, 3, left_ms) < 0 && errno != EINTR)
            return eb_error_set(err, EB_INTERNAL, program, errno, "waiting for gnuplot: %s", strerror(errno));
        if (ends[0].revents)
            feed(gnuplot, script, bytes, &done);
        int out = ends[1].revents ? gather(gnuplot->out, &gnuplot->output) : 0;
        int words = ends[2].revents ? gather(gnuplot->words, &gnuplot->complaint) : 0;
        if (out < 0 || words < 0)
            return eb_error_set(err, EB_INTERNAL, program, 0, "out of memory for what gnuplot draws");
        if (out > 0)
            close_end(&gnuplot->out);
        if (words > 0)
            close_end(&gnuplot->words);
        if (gnuplot->output.bytes > EB_GNUPLOT_OUTPUT_MAX || gnuplot->complaint.bytes > EB_GNUPLOT_OUTPUT_MAX)
            return eb_error_set(err, EB_INTERNAL, program, 0, "gnuplot writes without end and was killed");
    }
    return EB_OK;
}

/* The last line of what it said that has words, behind "line 12:" and the like, in room for an error. */
static const char *last_words(struct gathered *complaint)
{
    if (complaint->bytes == 0)
        return "it did not say why";
    complaint->data[complaint->bytes] = '\0';
    char *text = complaint->data;
    if (complaint->bytes > WORDS_MAX)
        text += complaint->bytes - WORDS_MAX;
    char *end = text + strlen(text);
    while (end > text && (end[-1] == '\n' || end[-1] == ' '))
        *--end = '\0';
    char *line = strrchr(text, '\n');
    line = line ? line + 1 : text;
    line += strspn(line, " ");
    return *line ? eb_plain_clean(line) : "it did not say why";
}

/* Waits for the end of a process that has nothing more to say. */
static enum eb_status finish(struct gnuplot *gnuplot, uint64_t end_ns, struct eb_error *err)
{
    int how = 0;
    pid_t ended = 0;
    for (int pause_ms = 1; ended == 0; pause_ms = pause_ms < 20 ? 2 * pause_ms : 20) {
        ended = waitpid(gnuplot->pid, &how, WNOHANG);
        if (ended < 0 && errno == EINTR)
            ended = 0;
        if (ended == 0 && milliseconds_left(end_ns) == 0)
            return eb_error_set(err, EB_INTERNAL, program, 0, "gnuplot did not end in time and was killed");
        if (ended == 0)
            poll(NULL, 0, pause_ms);
    }
    gnuplot->pid = 0;
    if (ended < 0) /* somebody ignores SIGCHLD for us: what was drawn has to speak for itself */
        return EB_OK;
    if (WIFEXITED(how) && WEXITSTATUS(how) == 127)
        return eb_error_set(err, EB_NO_HARDWARE, program, 127, "gnuplot cannot be started: %s",
                            last_words(&gnuplot->complaint));
    if (WIFEXITED(how) && WEXITSTATUS(how) != 0)
        return eb_error_set(err, EB_INTERNAL, program, WEXITSTATUS(how), "gnuplot failed (exit %d): %s",
                            WEXITSTATUS(how), last_words(&gnuplot->complaint));
    if (WIFSIGNALED(how))
        return eb_error_set(err, EB_INTERNAL, program, 0, "gnuplot was killed by signal %d", WTERMSIG(how));
    return EB_OK;
}

enum eb_status eb_gnuplot_run(const char *script, size_t script_bytes, unsigned timeout_ms, char **output,
                              size_t *output_bytes, struct eb_error *err)
{
    struct gnuplot gnuplot = {.in = -1, .out = -1, .words = -1};
    uint64_t end_ns = eb_clock_ns() + (uint64_t)timeout_ms * 1000000;
    *output = NULL;
    *output_bytes = 0;
    enum eb_status status = start(&gnuplot, err);
    if (status == EB_OK)
        status = converse(&gnuplot, script, script_bytes, end_ns, err);
    close_end(&gnuplot.in);
    if (status == EB_OK)
        status = finish(&gnuplot, end_ns, err);
    if (gnuplot.pid > 0) {
        kill(-gnuplot.pid, SIGKILL);
        while (waitpid(gnuplot.pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    close_end(&gnuplot.out);
    close_end(&gnuplot.words);
    if (status == EB_OK && gnuplot.output.data) {
        gnuplot.output.data[gnuplot.output.bytes] = '\0';
        *output = gnuplot.output.data;
        *output_bytes = gnuplot.output.bytes;
        gnuplot.output.data = NULL;
    }
    free(gnuplot.output.data);
    free(gnuplot.complaint.data);
    return status;
}
