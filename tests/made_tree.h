/* Small trees that stand for the sysfs and procfs of machines that are not here. */
#ifndef EB_TESTS_MADE_TREE_H
#define EB_TESTS_MADE_TREE_H

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new directory; root has room for PATH_MAX bytes. */
static inline void made_tree(char *root)
{
    snprintf(root, PATH_MAX, "/tmp/efabench-tree-XXXXXX");
    if (!mkdtemp(root))
        abort();
}

static inline void made_parents(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0755);
        *slash = '/';
    }
}

static inline void made_file(const char *root, const char *name, const char *text)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", root, name);
    made_parents(path);
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) == EOF || fclose(file) != 0)
        abort();
}

static inline void made_link(const char *root, const char *name, const char *target)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", root, name);
    made_parents(path);
    if (symlink(target, path) != 0)
        abort();
}

static inline void made_tree_gone(const char *root)
{
    char command[2 * PATH_MAX];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    if (system(command) != 0)
        abort();
}

#endif
