/* The other programs of the same efabench: in a build directory all lie together, installed some are in bin
 * and some in libexec, and the whole may have been moved since. */
#ifndef EB_CLI_BESIDE_H
#define EB_CLI_BESIDE_H

#include <stddef.h>

/* Looks for a program in the directory of the running one, then where `make install` puts it as seen from
 * there, then in installed, the directory of `make install`. 1 and its path, or 0 and errno ENOENT. */
int eb_beside_find(const char *name, const char *installed, char *path, size_t room);

#endif
