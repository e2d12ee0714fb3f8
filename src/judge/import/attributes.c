#include "judge/import/builder.h"

#include <errno.h>
#include <string.h>

enum eb_status eb_import_set_attribute(struct eb_import *import, unsigned line, const char *key,
                                       const char *value, struct eb_error *err)
{
    json_t *attributes = json_object_get(import->arm, "attributes");
    const char *said = json_string_value(json_object_get(attributes, key));
    if (said && strcmp(said, value) != 0)
        return eb_import_refuse(import, line, err,
                                "it was measured with %s=%.40s, the arm is one of %s=%.40s: import it as "
                                "another arm",
                                key, value, key, said);
    if (!said && json_object_set_new(attributes, key, json_string(value)) != 0)
        return eb_error_set(err, EB_INTERNAL, "import", ENOMEM, "out of memory for what is imported");
    return EB_OK;
}
