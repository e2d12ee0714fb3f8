#include "judge/report/history_write.h"

#include <errno.h>
#include <string.h>

static const char *const formats[] = {"text", "csv", "json"};

const char *eb_history_format_at(size_t index)
{
    return index < sizeof formats / sizeof *formats ? formats[index] : NULL;
}

enum eb_status eb_history_check_format(const char *format, struct eb_error *err)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i], format) == 0)
            return EB_OK;
    return eb_error_set(err, EB_USAGE, "history", 0, "--format: '%.40s' is none of text, csv, json", format);
}

enum eb_status eb_history_write(const json_t *document, enum eb_history_document kind, const char *format,
                                FILE *file, struct eb_error *err)
{
    enum eb_status status = eb_history_check_format(format, err);
    if (status != EB_OK)
        return status;
    if (strcmp(format, "json") == 0) {
        if (json_dumpf(document, file, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) != 0 ||
            fputc('\n', file) == EOF)
            status = eb_error_set(err, EB_INTERNAL, "history", errno, "cannot write it: %s", strerror(errno));
    } else if (strcmp(format, "csv") == 0 || kind == EB_HISTORY_EXPORT) {
        status = eb_history_write_csv(document, kind, file, err);
    } else {
        status = eb_history_write_text(document, kind, file, err);
    }
    if (status == EB_OK && fflush(file) != 0)
        status = eb_error_set(err, EB_INTERNAL, "history", errno, "cannot write it: %s", strerror(errno));
    return status;
}
