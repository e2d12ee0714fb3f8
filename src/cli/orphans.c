#include "cli/orphans.h"

#include "common/clock.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_NS UINT64_C(5000000000) /* a process that the kernel holds on to outlives SIGKILL */

void eb_orphans_adopt(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static ssize_t read_file(const char *pid, const char *name, char *text, size_t room)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%.20s/%s", pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, room - 1);
    if (fd >= 0)
        close(fd);
    text[got > 0 ? got : 0] = '\0';
    return got;
}

static int is_child(const char *pid)
{
    char stat[512];
    int parent = 0;
    read_file(pid, "stat", stat, sizeof stat);
    const char *after = strrchr(stat, ')'); /* names may hold spaces and brackets */
    return after && sscanf(after, ") %*c %d", &parent) == 1 && parent == (int)getpid();
}

/* Whether one of the words of its command line is the worker: env and its variables may stand before.
 */
static int runs(const char *pid, const char *worker)
{
    char line[4096];
    ssize_t got = read_file(pid, "cmdline", line, sizeof line);
    for (ssize_t at = 0; at < got; at += (ssize_t)strlen(line + at) + 1)
        if (strcmp(line + at, worker) == 0)
            return 1;
    return 0;
}

/* How many adopted ones that run the worker were still there, and have been killed. */
static int kill_adopted(const char *worker)
{
    int killed = 0;
    DIR *processes = opendir("/proc");
    const struct dirent *entry = NULL;
    while (processes && (entry = readdir(processes))) {
        const char *pid = entry->d_name;
        if (isdigit((unsigned char)pid[0]) && is_child(pid) && runs(pid, worker))
            killed += kill((pid_t)atol(pid), SIGKILL) == 0;
    }
    if (processes)
        closedir(processes);
    return killed;
}

static void reap_all(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
}

void eb_orphans_end(const char *worker)
{
    uint64_t deadline_ns = eb_clock_ns() + PATIENCE_NS;
    reap_all();
    while (kill_adopted(worker) > 0 && eb_clock_ns() < deadline_ns) {
        poll(NULL, 0, 10);
        reap_all(); /* and what a launcher among them had as children is ours now */
    }
}
