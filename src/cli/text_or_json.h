/* --format of the commands that write text and JSON themselves. */
#ifndef EB_CLI_TEXT_OR_JSON_H
#define EB_CLI_TEXT_OR_JSON_H

#include "common/status.h"

#include <stddef.h>

/* "text" and "json"; NULL past the last one. */
const char *eb_text_or_json_at(size_t index);

/* NULL is text. EB_USAGE names the word. */
enum eb_status eb_text_or_json_check(const char *format, const char *origin, struct eb_error *err);

#endif
