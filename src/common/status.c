#include "common/status.h"

#include "common/plain.h"

#include <stdarg.h>
#include <stdio.h>

enum eb_status(eb_error_set)(struct eb_error *err, enum eb_status status, const char *origin, int code,
                             const char *format, ...)
{
    if (!err)
        return status;
    err->status = status;
    err->origin = origin;
    err->code = code;
    va_list args;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    eb_plain_clean(err->text); /* it may quote what a file or another host said */
    return status;
}

int eb_status_exit_code(enum eb_status status)
{
    static const int exit_codes[] = {
        [EB_OK] = 0,           [EB_REGRESSED] = 1, [EB_USAGE] = 2,      [EB_INTERNAL] = 2,
        [EB_INCONCLUSIVE] = 3, [EB_INVALID] = 4,   [EB_WRONG_PATH] = 5, [EB_NO_HARDWARE] = 77,
    };
    return exit_codes[status];
}
