#include "common/file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where a file is written before it is renamed: in the same directory, so that the rename is one step. */
static char *path_beside(const char *path)
{
    char *beside = NULL;
    return asprintf(&beside, "%s.%ld.tmp", path, (long)getpid()) < 0 ? NULL : beside;
}

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "file", ENOMEM, "out of memory for a file");
}

static enum eb_status cannot_write(enum eb_status status, const char *path, struct eb_error *err)
{
    return eb_error_set(err, status, "file", errno, "%s: cannot write it: %s", path, strerror(errno));
}

/* The same where something was to be made: the directory may be what is missing. */
static enum eb_status cannot_make(const char *path, struct eb_error *err)
{
    char *copy = errno == ENOENT ? strdup(path) : NULL;
    enum eb_status status =
        copy ? eb_error_set(err, EB_USAGE, "file", ENOENT,
                            "%s: cannot write it: there is no directory %s: make it first with mkdir -p",
                            path, dirname(copy))
             : cannot_write(EB_USAGE, path, err);
    free(copy);
    return status;
}

static void sync_directory(const char *path)
{
    char *copy = strdup(path);
    int fd = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(copy);
}

/* Whether name is that of a file beside the one called base: its name, a process and an ending. */
static int is_beside(const char *name, const char *base, const char *ending, long *pid)
{
    char *end = NULL;
    size_t length = strlen(base);
    if (strncmp(name, base, length) != 0 || name[length] != '.' || !isdigit((unsigned char)name[length + 1]))
        return 0;
    *pid = strtol(name + length + 1, &end, 10);
    return strcmp(end, ending) == 0;
}

/* A file beside that no living process writes: whoever does holds a lock on it, on whatever host it is. */
static void remove_unfinished(int directory, const char *name)
{
    struct stat open_one;
    struct stat named;
    int fd = openat(directory, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &open_one) == 0 && S_ISREG(open_one.st_mode) &&
        fstatat(directory, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && named.st_ino == open_one.st_ino)
        unlinkat(directory, name, 0);
    close(fd);
}

/* A second name of what a file held, whose first one is still there. */
static void remove_second_name(int directory, const char *name, long pid)
{
    struct stat named;
    if (fstatat(directory, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(named.st_mode) &&
        named.st_nlink > 1 && pid != (long)getpid() && kill((pid_t)pid, 0) != 0 && errno == ESRCH)
        unlinkat(directory, name, 0);
}

/* Takes away what writers of path that were killed have left beside it. */
static void tidy(const char *path)
{
    char *copy = strdup(path);
    char *other = strdup(path);
    const char *base = copy ? basename(copy) : "";
    DIR *listing = other && base[0] ? opendir(dirname(other)) : NULL;
    const struct dirent *entry = NULL;
    long pid = 0;
    while (listing && (entry = readdir(listing)))
        if (is_beside(entry->d_name, base, ".tmp", &pid))
            remove_unfinished(dirfd(listing), entry->d_name);
        else if (is_beside(entry->d_name, base, ".old", &pid))
            remove_second_name(dirfd(listing), entry->d_name, pid);
    if (listing)
        closedir(listing);
    free(copy);
    free(other);
}

/* A new file beside, with the lock of who writes it; -1 with errno. Where the file system knows no locks
 * there is none. */
static int open_beside(const char *beside)
{
    for (int attempt = 0; attempt < 10; attempt++) {
        struct stat kind;
        int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0)
            return -1;
        int failed = flock(fd, LOCK_EX | LOCK_NB);
        if ((failed == 0 || errno != EWOULDBLOCK) && fstat(fd, &kind) == 0 && kind.st_nlink > 0)
            return fd;
        close(fd); /* somebody who tidies was quicker, and takes it away */
    }
    errno = EAGAIN;
    return -1;
}

/* Whether the disk takes anything at all: a block. */
static int has_room(int fd)
{
    static const char block[4096];
    ssize_t written = write(fd, block, sizeof block);
    if (written >= 0 && written < (ssize_t)sizeof block)
        errno = ENOSPC;
    return written == (ssize_t)sizeof block && fsync(fd) == 0;
}

enum eb_status eb_file_check_writable(const char *path, struct eb_error *err)
{
    struct stat kind;
    if (path[0] == '\0')
        return eb_error_set(err, EB_USAGE, "file", 0, "the name of the output file is empty");
    if (stat(path, &kind) == 0 && !S_ISREG(kind.st_mode))
        return eb_error_set(err, EB_USAGE, "file", 0, "%s: cannot write it: it is %s", path,
                            S_ISDIR(kind.st_mode) ? "a directory"
                                                  : "no regular file, and would be replaced by one");
    char *real = realpath(path, NULL);
    char *beside = path_beside(real ? real : path);
    tidy(real ? real : path);
    free(real);
    if (!beside)
        return out_of_memory(err);
    int fd = open_beside(beside);
    enum eb_status status = fd < 0 ? cannot_make(path, err) : EB_OK;
    errno = 0;
    if (fd >= 0 && !has_room(fd))
        status = cannot_write(EB_USAGE, path, err);
    if (fd >= 0) {
        unlink(beside);
        close(fd);
    }
    free(beside);
    return status;
}

/* The directory, and the name in it (the caller's), of what eb_file_replace replaces. NULL: there is none. */
static char *place_of(const char *path, struct stat *directory)
{
    char *real = realpath(path, NULL);
    char *copy = real ? strdup(real) : strdup(path);
    char *name = copy ? strdup(basename(copy)) : NULL;
    free(copy);
    copy = real ? real : strdup(path);
    if (name && copy && stat(dirname(copy), directory) != 0) {
        free(name);
        name = NULL;
    }
    free(copy);
    return name;
}

int eb_file_is_same_place(const char *a, const char *b)
{
    struct stat first = {0};
    struct stat second = {0};
    char *name = place_of(a, &first);
    char *other = place_of(b, &second);
    int is_same = strcmp(a, b) == 0 || (name && other && strcmp(name, other) == 0 &&
                                        first.st_dev == second.st_dev && first.st_ino == second.st_ino);
    free(name);
    free(other);
    return is_same;
}

enum eb_status eb_file_check_not_input(const char *output, const char *input, struct eb_error *err)
{
    struct stat out;
    struct stat in;
    if (!input || stat(output, &out) != 0 || stat(input, &in) != 0 || out.st_dev != in.st_dev ||
        out.st_ino != in.st_ino)
        return EB_OK;
    return eb_error_set(err, EB_USAGE, "file", 0,
                        "'%s' is a record to be read, and would be replaced", output);
}

/* A second name first, so that path is there at any time; where the file system has no links, a moment
 * without it. */
static int keep_as(const char *path, const char *kept)
{
    char *beside = NULL;
    if (asprintf(&beside, "%s.%ld.old", path, (long)getpid()) < 0)
        return -1;
    if (link(path, beside) != 0) {
        free(beside);
        return rename(path, kept);
    }
    int failed = rename(beside, kept);
    int code = errno;
    unlink(beside); /* it stays behind where both were the same file already */
    free(beside);
    errno = code;
    return failed;
}

/* What path holds, if anything, is *kept from now on (free). */
static enum eb_status keep(const char *path, char **kept, struct eb_error *err)
{
    struct stat kind;
    if (stat(path, &kind) != 0 || kind.st_size == 0)
        return EB_OK;
    if (asprintf(kept, "%s~", path) < 0) {
        *kept = NULL;
        return out_of_memory(err);
    }
    if (keep_as(path, *kept) == 0)
        return EB_OK;
    enum eb_status status =
        eb_error_set(err, EB_INTERNAL, "file", errno, "%s: cannot keep what it holds as %s: %s", path, *kept,
                     strerror(errno));
    free(*kept);
    *kept = NULL;
    return status;
}

/* Fills file, to its last byte. */
static enum eb_status fill(FILE *file, const char *path, eb_file_write_fn *write, const void *argument,
                           struct eb_error *err)
{
    struct eb_error inner = {0};
    enum eb_status status = write(file, argument, &inner);
    if (status == EB_OK && fflush(file) == 0 && fsync(fileno(file)) == 0)
        return EB_OK;
    if (status == EB_OK)
        return cannot_write(EB_INTERNAL, path, err);
    if (ferror(file)) /* the disk's failure, of which write does not know the file's name */
        return eb_error_set(err, EB_INTERNAL, "file", inner.code, "%s: cannot write it: %s", path,
                            inner.code > 0 ? strerror(inner.code) : "it does not take all");
    if (err)
        *err = inner;
    return status;
}

/* Fills beside and puts it in the place of path. kept as in eb_file_replace_and_keep; NULL: what path held
 * goes. */
static enum eb_status fill_and_rename(const char *beside, const char *path, eb_file_write_fn *write,
                                      const void *argument, char **kept, struct eb_error *err)
{
    int fd = open_beside(beside);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (!file) {
        enum eb_status failed = cannot_write(EB_USAGE, path, err);
        if (fd >= 0) {
            unlink(beside);
            close(fd);
        }
        return failed;
    }
    enum eb_status status = fill(file, path, write, argument, err);
    if (status == EB_OK && kept)
        status = keep(path, kept, err);
    if (status == EB_OK && rename(beside, path) != 0)
        status = cannot_write(EB_INTERNAL, path, err);
    if (status != EB_OK)
        unlink(beside);
    fclose(file); /* and with it the lock; every byte was written before */
    if (status == EB_OK)
        sync_directory(path);
    return status;
}

static enum eb_status replace(const char *path, eb_file_write_fn *write, const void *argument, char **kept,
                              struct eb_error *err)
{
    char *real = realpath(path, NULL); /* a link stays one, what it leads to is replaced */
    const char *target = real ? real : path;
    char *beside = path_beside(target);
    tidy(target);
    enum eb_status status =
        beside ? fill_and_rename(beside, target, write, argument, kept, err) : out_of_memory(err);
    free(beside);
    free(real);
    return status;
}

enum eb_status eb_file_replace(const char *path, eb_file_write_fn *write, const void *argument,
                               struct eb_error *err)
{
    return replace(path, write, argument, NULL, err);
}

enum eb_status eb_file_replace_and_keep(const char *path, eb_file_write_fn *write, const void *argument,
                                        char **kept, struct eb_error *err)
{
    *kept = NULL;
    enum eb_status status = replace(path, write, argument, kept, err);
    if (status != EB_OK) {
        free(*kept);
        *kept = NULL;
    }
    return status;
}

enum eb_status eb_file_check_keepable(const char *path, struct eb_error *err)
{
    struct stat kind;
    char *real = realpath(path, NULL);
    char *kept = NULL;
    enum eb_status status = EB_OK;
    if (!real || stat(real, &kind) != 0 || kind.st_size == 0)
        ; /* nothing is lost */
    else if (asprintf(&kept, "%s~", real) < 0)
        status = out_of_memory(err);
    else if (lstat(kept, &kind) == 0 && !S_ISREG(kind.st_mode))
        status = eb_error_set(err, EB_USAGE, "file", 0,
                              "%s holds something, which would be kept as %s~; but that is no regular file: "
                              "move one of them away",
                              path, path);
    free(kept);
    free(real);
    return status;
}

static enum eb_status cannot_read(const char *path, int code, struct eb_error *err)
{
    return eb_error_set(err, EB_INVALID, "file", code, "%s: cannot read it: %s", path, strerror(code));
}

static enum eb_status read_stream(FILE *file, const char *path, size_t limit, char **text, size_t *bytes,
                                  struct eb_error *err)
{
    size_t room = 0;
    errno = 0;
    do {
        if (*bytes + 1 >= room) {
            room = room ? 2 * room : 1u << 16;
            char *grown = realloc(*text, room);
            if (!grown)
                return out_of_memory(err);
            *text = grown;
        }
        *bytes += fread(*text + *bytes, 1, room - 1 - *bytes, file);
        if (*bytes > limit)
            return eb_error_set(err, EB_INVALID, "file", EFBIG, "%s: it has more than %zu MiB", path,
                                limit >> 20);
    } while (!feof(file) && !ferror(file));
    (*text)[*bytes] = '\0';
    return ferror(file) ? cannot_read(path, errno, err) : EB_OK;
}

enum eb_status eb_file_read(const char *path, int dash_is_stdin, size_t limit, char **text, size_t *bytes,
                            struct eb_error *err)
{
    int is_stdin = dash_is_stdin && strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "re");
    struct stat kind;
    *text = NULL;
    *bytes = 0;
    if (!file)
        return cannot_read(path, errno, err);
    enum eb_status status =
        fstat(fileno(file), &kind) == 0 && S_ISDIR(kind.st_mode)
            ? eb_error_set(err, EB_INVALID, "file", EISDIR, "%s: cannot read it: it is a directory", path)
            : read_stream(file, is_stdin ? "standard input" : path, limit, text, bytes, err);
    if (!is_stdin)
        fclose(file);
    if (status != EB_OK) {
        free(*text);
        *text = NULL;
        *bytes = 0;
    }
    return status;
}
