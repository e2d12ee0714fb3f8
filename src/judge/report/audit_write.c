#include "judge/report/audit_write.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *name;
    enum eb_status (*write)(const struct eb_audit *audit, FILE *file, struct eb_error *err);
} formats[] = {{"text", eb_audit_text}, {"json", eb_audit_json}};

#define FORMAT_COUNT (sizeof formats / sizeof *formats)

static size_t find(const char *format)
{
    size_t i = 0;
    while (i < FORMAT_COUNT && strcmp(formats[i].name, format) != 0)
        i++;
    return i;
}

const char *eb_audit_format_at(size_t index)
{
    return index < FORMAT_COUNT ? formats[index].name : NULL;
}

enum eb_status eb_audit_check_format(const char *format, struct eb_error *err)
{
    if (find(format) < FORMAT_COUNT)
        return EB_OK;
    return eb_error_set(err, EB_USAGE, "audit", 0, "--format: there is no '%.40s': text or json", format);
}

enum eb_status eb_audit_write(const struct eb_audit *audit, const char *format, FILE *file,
                              struct eb_error *err)
{
    enum eb_status status = eb_audit_check_format(format, err);
    if (status == EB_OK)
        status = formats[find(format)].write(audit, file, err);
    if (status == EB_OK && (fflush(file) != 0 || ferror(file)))
        status =
            eb_error_set(err, EB_INTERNAL, "audit", errno, "cannot write the audit: %s", strerror(errno));
    return status;
}
