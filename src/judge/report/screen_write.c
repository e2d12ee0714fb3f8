#include "judge/report/screen_write.h"

#include <errno.h>
#include <string.h>

static const struct {
    const char *name;
    enum eb_status (*write)(const struct eb_screen *screen, const char *path, const struct eb_style *style,
                            FILE *file, struct eb_error *err);
} formats[] = {{"text", eb_screen_text}, {"csv", eb_screen_csv}, {"json", eb_screen_json}};

#define FORMAT_COUNT (sizeof formats / sizeof *formats)

static size_t find(const char *format)
{
    size_t i = 0;
    while (i < FORMAT_COUNT && strcmp(formats[i].name, format) != 0)
        i++;
    return i;
}

const char *eb_screen_format_at(size_t index)
{
    return index < FORMAT_COUNT ? formats[index].name : NULL;
}

enum eb_status eb_screen_check_format(const char *format, struct eb_error *err)
{
    if (find(format) < FORMAT_COUNT)
        return EB_OK;
    return eb_error_set(err, EB_USAGE, "screen", 0, "--format: there is no '%.40s': text, csv or json",
                        format);
}

enum eb_status eb_screen_write(const struct eb_screen *screen, const char *path, const char *format,
                               const struct eb_style *style, FILE *file, struct eb_error *err)
{
    enum eb_status status = eb_screen_check_format(format, err);
    if (status == EB_OK)
        status = formats[find(format)].write(screen, path, style, file, err);
    if (status == EB_OK && (fflush(file) != 0 || ferror(file)))
        status = eb_error_set(err, EB_INTERNAL, "screen", errno, "cannot write the screening: %s",
                              strerror(errno));
    return status;
}
