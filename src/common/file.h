/* Files that are whole or not there: written aside in the same directory, synced, renamed. The file aside,
 * FILE.PID.tmp, is locked (flock) while it is written: one without a lock was left by a writer that was
 * killed, and goes when FILE is written or checked the next time. */
#ifndef EB_COMMON_FILE_H
#define EB_COMMON_FILE_H

#include "common/status.h"

#include <stdio.h>

typedef enum eb_status eb_file_write_fn(FILE *file, const void *argument, struct eb_error *err);

/* Lets write fill the new file, then puts it in the place of path. EB_USAGE when path cannot be written,
 * EB_INTERNAL when the disk fails, or what write says; path is then as it was. */
enum eb_status eb_file_replace(const char *path, eb_file_write_fn *write, const void *argument,
                               struct eb_error *err);

/* Says beforehand whether eb_file_replace can write path, and there is room for anything at all: EB_USAGE
 * names path and why not. */
enum eb_status eb_file_check_writable(const char *path, struct eb_error *err);

/* The same, and what path (the file that a link leads to) held is path~ then, from which what that held
 * before is gone: both stay as they were until the new file is whole. *kept is that name (free), or NULL
 * where there was nothing to keep: no file, or an empty one; and after a failure. */
enum eb_status eb_file_replace_and_keep(const char *path, eb_file_write_fn *write, const void *argument,
                                        char **kept, struct eb_error *err);

/* Says beforehand whether that can keep it: EB_USAGE where path~ is no regular file. */
enum eb_status eb_file_check_keepable(const char *path, struct eb_error *err);

/* Whether eb_file_replace puts both paths in one place, however they are spelled: links are followed as it
 * follows them. Neither file needs to be there. */
int eb_file_is_same_place(const char *a, const char *b);

/* The whole of a file, which may be a pipe ("-": standard input, where dash_is_stdin), as text owned by the
 * caller (free); a zero that does not count stands behind it. EB_INVALID names path and why it cannot be
 * read, or that it has more than limit bytes. */
enum eb_status eb_file_read(const char *path, int dash_is_stdin, size_t limit, char **text, size_t *bytes,
                            struct eb_error *err);

/* Refuses an output that is the very file of the input (NULL: none): EB_USAGE. */
enum eb_status eb_file_check_not_input(const char *output, const char *input, struct eb_error *err);

#endif
