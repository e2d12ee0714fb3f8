/* Small files below a root directory: sysfs and procfs of this host (root ""), or of a tree that stands for
 * another one.
 *
 * Every path is formatted as by printf and begins with '/'. What is not there, or does not fit, is "", -1 or
 * NULL: a host that lacks something is no failure. What is read is cleaned of control characters. */
#ifndef EB_MEASURE_TOPOLOGY_TREE_H
#define EB_MEASURE_TOPOLOGY_TREE_H

#include "common/status.h"

#include <stddef.h>

/* EB_USAGE when root is no directory that can be read. */
enum eb_status eb_tree_check(const char *root, struct eb_error *err);

/* A root as a launch names it: %h is the name of this host, %r the rank's number, %% a percent sign. Owned by
 * the caller; NULL when memory is out. */
char *eb_tree_expand(const char *root, int rank);

/* The first line, without blanks around it and cut to room. 1 when there is such a file, else 0. */
int eb_tree_line(const char *root, char *text, size_t room, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The first line as a whole number: decimal, or hexadecimal after "0x". -1 when it is none, or negative. */
long eb_tree_number(const char *root, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The last part of what a symbolic link says. 1 when there is such a link. */
int eb_tree_link(const char *root, char *text, size_t room, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether there is such a file, directory or device. */
int eb_tree_has(const char *root, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The whole file with a 0 behind it, owned by the caller (free); *bytes is its length, at most 4 MiB. NULL
 * when it cannot be read or memory is out. */
char *eb_tree_read(const char *root, size_t *bytes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The names in a directory but those that begin with a dot, numbers in them compared as numbers; released by
 * eb_tree_names_free. 0 when there is no such directory. */
size_t eb_tree_names(const char *root, char ***names, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void eb_tree_names_free(char **names, size_t count);

#endif
