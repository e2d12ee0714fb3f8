/* Any bytes through one importer (-DEB_FUZZ_IMPORTER=eb_import_NAME). The first byte chooses what the user
 * claims, and which report is written. What an importer makes must be a record that its readers take. */
#include "reader.h"

#include "common/record.h"
#include "judge/import/import.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct eb_import_claims claims[] = {
        {0},
        {.arm = "efa=ofi:efa", .instance = "p5.48xlarge", .nodes = 2},
        {.arm = "ena", .nodes = 4, .ranks = 8},
    };
    json_t *record = NULL;
    struct eb_error err = {0};
    struct eb_series_set *set = NULL;
    size_t chosen = size ? data[0] % 3 : 0;
    size_t skipped = size ? 1 : 0;
    /* a copy without anything behind it, so that reading past the end is seen */
    char *text = malloc(size - skipped + (size == skipped));
    if (!text)
        abort();
    memcpy(text, data + skipped, size - skipped);
    enum eb_status status =
        eb_import_text(&EB_FUZZ_IMPORTER, &claims[chosen], text, size - skipped, "fuzz", &record, &err);
    free(text);
    if ((status == EB_OK) != (record != NULL) || (status != EB_OK && !strstr(err.text, "fuzz")) ||
        (status != EB_OK && status != EB_INVALID))
        abort();
    if (record) {
        if (eb_record_check(record, "fuzz", &err) != EB_OK ||
            eb_series_set_new(record, "fuzz", &set, &err) != EB_OK)
            abort();
        eb_series_set_free(set);
        fuzz_report(record, size ? data[0] / 3u : 0);
    }
    json_decref(record);
    return 0;
}
