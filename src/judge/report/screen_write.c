#include "judge/report/screen_write.h"

#include "judge/report/format.h"

static const struct {
    const char *name;
    enum eb_status (*write)(const struct eb_screen *screen, const char *path, const struct eb_style *style,
                            FILE *file, struct eb_error *err);
} formats[] = {{"text", eb_screen_text}, {"csv", eb_screen_csv}, {"json", eb_screen_json}};

#define FORMAT_COUNT (sizeof formats / sizeof *formats)

const char *eb_screen_format_at(size_t index)
{
    return index < FORMAT_COUNT ? formats[index].name : NULL;
}

enum eb_status eb_screen_check_format(const char *format, struct eb_error *err)
{
    return eb_format_find("screen", eb_screen_format_at, format, NULL, err);
}

enum eb_status eb_screen_write(const struct eb_screen *screen, const char *path, const char *format,
                               const struct eb_style *style, FILE *file, struct eb_error *err)
{
    size_t place = 0;
    enum eb_status status = eb_format_find("screen", eb_screen_format_at, format, &place, err);
    if (status == EB_OK)
        status = formats[place].write(screen, path, style, file, err);
    return status == EB_OK ? eb_format_flush("screen", file, err) : status;
}
