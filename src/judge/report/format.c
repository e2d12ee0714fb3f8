#include "judge/report/format.h"

#include <errno.h>
#include <string.h>

enum eb_status eb_format_find(const char *origin, const char *(*name_at)(size_t index), const char *format,
                              size_t *place, struct eb_error *err)
{
    char names[200] = "";
    const char *name;
    for (size_t i = 0; (name = name_at(i)); i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", name);
        if (strcmp(name, format) != 0)
            continue;
        if (place)
            *place = i;
        return EB_OK;
    }
    return eb_error_set(err, EB_USAGE, origin, 0, "--format: there is no '%.40s': %s", format, names);
}

enum eb_status eb_format_flush(const char *origin, FILE *file, struct eb_error *err)
{
    if (fflush(file) == 0 && !ferror(file))
        return EB_OK;
    return eb_error_set(err, EB_INTERNAL, origin, errno, "cannot write it: %s",
                        errno ? strerror(errno) : "the file does not take it");
}
