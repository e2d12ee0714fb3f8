#include "judge/report/audit_write.h"

#include "judge/report/format.h"

static const struct {
    const char *name;
    enum eb_status (*write)(const struct eb_audit *audit, FILE *file, struct eb_error *err);
} formats[] = {{"text", eb_audit_text}, {"json", eb_audit_json}};

#define FORMAT_COUNT (sizeof formats / sizeof *formats)

const char *eb_audit_format_at(size_t index)
{
    return index < FORMAT_COUNT ? formats[index].name : NULL;
}

enum eb_status eb_audit_check_format(const char *format, struct eb_error *err)
{
    return eb_format_find("audit", eb_audit_format_at, format, NULL, err);
}

enum eb_status eb_audit_write(const struct eb_audit *audit, const char *format, FILE *file,
                              struct eb_error *err)
{
    size_t place = 0;
    enum eb_status status = eb_format_find("audit", eb_audit_format_at, format, &place, err);
    if (status == EB_OK)
        status = formats[place].write(audit, file, err);
    return status == EB_OK ? eb_format_flush("audit", file, err) : status;
}
