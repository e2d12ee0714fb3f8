/* Loaded before libc by LD_PRELOAD: one byte of every message of 5000 bytes is wrong on its way, as with a
 * broken NIC. */
#include <dlfcn.h>
#include <string.h>
#include <sys/socket.h>

enum { LENGTH = 5000, OFFSET = 1234 };

ssize_t send(int fd, const void *data, size_t bytes, int flags)
{
    ssize_t (*real)(int, const void *, size_t, int) = NULL;
    char copy[LENGTH];
    *(void **)&real = dlsym(RTLD_NEXT, "send");
    if (bytes != LENGTH)
        return real(fd, data, bytes, flags);
    memcpy(copy, data, LENGTH);
    copy[OFFSET] ^= 1;
    return real(fd, copy, bytes, flags);
}
