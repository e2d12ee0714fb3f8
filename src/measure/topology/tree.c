#include "measure/topology/tree.h"

#include "common/plain.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES_MAX ((size_t)4 << 20)

enum eb_status eb_tree_check(const char *root, struct eb_error *err)
{
    struct stat found;
    const char *path = root[0] ? root : "/";
    if (stat(path, &found) != 0)
        return eb_error_set(err, EB_USAGE, "sysroot", errno, "%s: cannot look below it: %s", path,
                            strerror(errno));
    if (!S_ISDIR(found.st_mode))
        return eb_error_set(err, EB_USAGE, "sysroot", 0, "%s: cannot look below it: it is no directory",
                            path);
    if (access(path, R_OK | X_OK) != 0)
        return eb_error_set(err, EB_USAGE, "sysroot", errno, "%s: cannot look below it: %s", path,
                            strerror(errno));
    return EB_OK;
}

/* 0 when the path is longer than any that could be opened. */
static int path_of(char *path, const char *root, const char *format, va_list args)
{
    int used = snprintf(path, PATH_MAX, "%s", root);
    if (used < 0 || used >= PATH_MAX)
        return 0;
    int more = vsnprintf(path + used, PATH_MAX - (size_t)used, format, args);
    return more >= 0 && more < PATH_MAX - used;
}

#define PATH_OF(path, root, format)                                                                          \
    char path[PATH_MAX];                                                                                     \
    va_list args_;                                                                                           \
    va_start(args_, format);                                                                                 \
    int path##_fits = path_of(path, root, format, args_);                                                    \
    va_end(args_)

static int line_at(const char *path, char *text, size_t room)
{
    char line[4096] = "";
    text[0] = '\0';
    struct stat found;
    /* a fifo or a terminal in a foreign tree would keep us waiting */
    if (stat(path, &found) != 0 || !S_ISREG(found.st_mode))
        return 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    if (!fgets(line, sizeof line, file))
        line[0] = '\0';
    fclose(file);
    const char *start = line + strspn(line, " \t\r\n");
    size_t length = strlen(start);
    while (length > 0 && strchr(" \t\r\n", start[length - 1]))
        length--;
    snprintf(text, room, "%.*s", (int)length, start);
    eb_plain_clean(text);
    return 1;
}

char *eb_tree_expand(const char *root, int rank)
{
    char host[256] = "";
    size_t room = 1;
    gethostname(host, sizeof host - 1);
    for (const char *at = root; *at; at++)
        room += *at == '%' ? sizeof host : 1;
    char *text = malloc(room);
    char *end = text;
    for (const char *at = root; text && *at; at++) {
        char kind = *at == '%' ? at[1] : '\0';
        if (kind == 'h')
            end = stpcpy(end, host);
        else if (kind == 'r')
            end += snprintf(end, 16, "%d", rank);
        else
            *end++ = *at;
        at += kind == 'h' || kind == 'r' || kind == '%';
    }
    if (text)
        *end = '\0';
    return text;
}

int eb_tree_line(const char *root, char *text, size_t room, const char *format, ...)
{
    PATH_OF(path, root, format);
    text[0] = '\0';
    return path_fits && line_at(path, text, room);
}

long eb_tree_number(const char *root, const char *format, ...)
{
    char text[64];
    char *end = NULL;
    PATH_OF(path, root, format);
    if (!path_fits || !line_at(path, text, sizeof text) || !text[0])
        return -1;
    errno = 0;
    long value = strtol(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    return errno || *end || value < 0 ? -1 : value;
}

int eb_tree_link(const char *root, char *text, size_t room, const char *format, ...)
{
    char target[PATH_MAX] = "";
    PATH_OF(path, root, format);
    text[0] = '\0';
    if (!path_fits || readlink(path, target, sizeof target - 1) <= 0)
        return 0;
    const char *slash = strrchr(target, '/');
    snprintf(text, room, "%s", slash ? slash + 1 : target);
    eb_plain_clean(text);
    return 1;
}

int eb_tree_has(const char *root, const char *format, ...)
{
    PATH_OF(path, root, format);
    return path_fits && access(path, F_OK) == 0;
}

char *eb_tree_read(const char *root, size_t *bytes, const char *format, ...)
{
    struct stat found;
    PATH_OF(path, root, format);
    *bytes = 0;
    if (!path_fits || stat(path, &found) != 0 || !S_ISREG(found.st_mode))
        return NULL;
    FILE *file = fopen(path, "re");
    char *text = NULL;
    size_t room = 0;
    while (file && *bytes < FILE_BYTES_MAX) {
        if (room - *bytes < 2) {
            char *grown = realloc(text, room = room ? 2 * room : 4096);
            if (!grown)
                break;
            text = grown;
        }
        size_t got = fread(text + *bytes, 1, room - *bytes - 1, file);
        *bytes += got;
        if (got == 0)
            break;
    }
    if (file)
        fclose(file);
    if (text)
        text[*bytes] = '\0';
    return text;
}

size_t eb_tree_names(const char *root, char ***names, const char *format, ...)
{
    struct dirent **entries = NULL;
    size_t kept = 0;
    PATH_OF(path, root, format);
    *names = NULL;
    int count = path_fits ? scandir(path, &entries, NULL, versionsort) : -1;
    if (count > 0)
        *names = calloc((size_t)count, sizeof **names);
    for (int i = 0; i < count; i++) {
        char *name = *names && entries[i]->d_name[0] != '.' ? strdup(entries[i]->d_name) : NULL;
        if (name)
            (*names)[kept++] = name;
        free(entries[i]);
    }
    free(entries);
    return kept;
}

void eb_tree_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}
