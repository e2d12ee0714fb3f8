#include "cli/text_or_json.h"

#include <string.h>

static const char *const formats[] = {"text", "json"};

const char *eb_text_or_json_at(size_t index)
{
    return index < sizeof formats / sizeof *formats ? formats[index] : NULL;
}

enum eb_status eb_text_or_json_check(const char *format, const char *origin, struct eb_error *err)
{
    for (size_t i = 0; format && i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i], format) == 0)
            return EB_OK;
    return format ? eb_error_set(err, EB_USAGE, origin, 0,
                                 "there is no format '%.64s'; there are text and json", format)
                  : EB_OK;
}
