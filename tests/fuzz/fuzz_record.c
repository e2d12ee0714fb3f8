/* Any bytes as a record or a journal. */
#include "reader.h"

#include "common/record.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *record = NULL;
    struct eb_error err = {0};
    enum eb_status status = eb_record_parse((const char *)data, size, "fuzz", &record, &err);
    if ((status == EB_OK) != (record != NULL) || (status != EB_OK && !err.text[0]) ||
        (status != EB_OK && status != EB_INVALID))
        abort();
    if (record)
        fuzz_readers(record);
    json_decref(record);
    return 0;
}
