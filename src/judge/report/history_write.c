#include "judge/report/history_write.h"

#include "judge/report/format.h"

#include <errno.h>
#include <string.h>

static const char *const formats[] = {"text", "csv", "json"};

const char *eb_history_format_at(size_t index)
{
    return index < sizeof formats / sizeof *formats ? formats[index] : NULL;
}

enum eb_status eb_history_check_format(const char *format, struct eb_error *err)
{
    return eb_format_find("history", eb_history_format_at, format, NULL, err);
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
    return status == EB_OK ? eb_format_flush("history", file, err) : status;
}
