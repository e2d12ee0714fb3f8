#include "cli/beside.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* From bin to libexec/efabench, and back. */
static const char *const ways[] = {"", "../libexec/efabench/", "../../bin/"};

static int is_program(const char *path)
{
    return access(path, X_OK) == 0;
}

int eb_beside_find(const char *name, const char *installed, char *path, size_t room)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length > 0) {
        self[length] = '\0';
        char *slash = strrchr(self, '/');
        for (size_t i = 0; slash && i < sizeof ways / sizeof *ways; i++) {
            int written = snprintf(path, room, "%.*s%s%s", (int)(slash + 1 - self), self, ways[i], name);
            if (written > 0 && (size_t)written < room && is_program(path))
                return 1;
        }
    }
    int written = snprintf(path, room, "%s/%s", installed, name);
    if (written > 0 && (size_t)written < room && is_program(path))
        return 1;
    errno = ENOENT;
    return 0;
}
