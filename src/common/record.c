#include "common/record.h"

#include "common/file.h"
#include "common/journal.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define RECORD_BYTES_MAX (SIZE_MAX / 4)

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "record", ENOMEM, "out of memory for a record");
}

json_t *eb_histogram_to_json(const struct eb_histogram *histogram)
{
    json_t *bins = json_array();
    for (size_t i = 0; bins && i < histogram->bin_count; i++) {
        json_t *bin =
            json_pack("[I, I]", (json_int_t)histogram->bins[i].ns, (json_int_t)histogram->bins[i].count);
        if (!bin || json_array_append_new(bins, bin) != 0) {
            json_decref(bins);
            return NULL;
        }
    }
    return bins;
}

enum eb_status eb_histogram_from_json(const json_t *json, struct eb_histogram *histogram,
                                      struct eb_error *err)
{
    *histogram = (struct eb_histogram){0};
    size_t count = json_array_size(json);
    if (count == 0)
        return EB_OK;
    histogram->bins = calloc(count, sizeof *histogram->bins);
    if (!histogram->bins)
        return out_of_memory(err);
    histogram->bin_count = count;
    for (size_t i = 0; i < count; i++) {
        const json_t *bin = json_array_get(json, i);
        histogram->bins[i].ns = (uint64_t)json_integer_value(json_array_get(bin, 0));
        histogram->bins[i].count = (uint64_t)json_integer_value(json_array_get(bin, 1));
        histogram->total += histogram->bins[i].count;
    }
    return EB_OK;
}

json_t *eb_record_new(json_t *run)
{
    return json_pack("{s:s, s:s, s:o, s:[]}", "schema", EB_RECORD_SCHEMA, "kind", "measured", "run", run,
                     "launches");
}

/* The record inside one launch's journal, read to its end or to where it was cut. */
static enum eb_status load_journal(const char *text, size_t bytes, const char *path, json_t **record,
                                   struct eb_error *err)
{
    struct eb_journal_fold *fold = eb_journal_fold_new();
    enum eb_status status = fold ? EB_OK : out_of_memory(err);
    const char *end = text + bytes;
    const char *newline =
        NULL; /* without one at its end a line was cut while it was written: those before stand */
    for (unsigned number = 1;
         status == EB_OK && text < end && (newline = memchr(text, '\n', (size_t)(end - text))); number++) {
        json_error_t where;
        struct eb_error inner = {0};
        json_t *line = json_loadb(text, (size_t)(newline - text), JSON_REJECT_DUPLICATES, &where);
        text = newline + 1;
        if (!line)
            status = eb_error_set(err, EB_INVALID, "record", 0, "%s: line %u: not JSON: %s", path, number,
                                  where.text);
        else if ((status = eb_journal_fold_line(fold, line, &inner)) != EB_OK)
            eb_error_set(err, status, inner.origin, inner.code, "%s: line %u: %s", path, number, inner.text);
        json_decref(line);
    }
    if (status == EB_OK && !eb_journal_fold_run(fold))
        status = eb_error_set(err, EB_INVALID, "record", 0,
                              "%s: line 1: the journal was cut before its header ended", path);
    if (status == EB_OK) {
        *record = eb_record_new(json_deep_copy(eb_journal_fold_run(fold)));
        json_t *launch = eb_journal_fold_launch(fold);
        if (!*record || json_array_append_new(json_object_get(*record, "launches"), launch) != 0)
            status = out_of_memory(err);
    }
    eb_journal_fold_free(fold);
    return status;
}

static int is_journal(const char *text, size_t bytes)
{
    static const char start[] =
        "{\"schema\": \"efabench-journal/"; /* of any version: the fold says which it reads */
    return bytes >= sizeof start - 1 && memcmp(text, start, sizeof start - 1) == 0;
}

static enum eb_status load_document(const char *text, size_t bytes, const char *path, json_t **record,
                                    struct eb_error *err)
{
    json_error_t where;
    *record = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &where);
    if (*record)
        return EB_OK;
    return eb_error_set(err, EB_INVALID, "record", 0,
                        "%s: line %d, column %d: not a whole JSON document: %s; what other tools printed "
                        "becomes a record with efabench import",
                        path, where.line, where.column, where.text);
}

enum eb_status eb_record_parse(const char *text, size_t bytes, const char *path, json_t **record,
                               struct eb_error *err)
{
    *record = NULL;
    enum eb_status status = is_journal(text, bytes) ? load_journal(text, bytes, path, record, err)
                                                    : load_document(text, bytes, path, record, err);
    if (status == EB_OK)
        status = eb_record_check(*record, path, err);
    if (status != EB_OK) {
        json_decref(*record);
        *record = NULL;
    }
    return status;
}

enum eb_status eb_record_load(const char *path, json_t **record, struct eb_error *err)
{
    char *text = NULL;
    size_t bytes = 0;
    *record = NULL;
    enum eb_status status = eb_file_read(path, 0, RECORD_BYTES_MAX, &text, &bytes, err);
    if (status == EB_OK)
        status = eb_record_parse(text, bytes, path, record, err);
    else if (err && err->code == ENOENT)
        eb_error_set(err, status, "record", ENOENT,
                     "%s: cannot read it: %s; efabench run -o FILE makes a record", path, strerror(ENOENT));
    free(text);
    return status;
}

static enum eb_status write_document(FILE *file, const void *argument, struct eb_error *err)
{
    errno = 0;
    if (json_dumpf(argument, file, JSON_COMPACT) == 0 && fputc('\n', file) != EOF)
        return EB_OK;
    return eb_error_set(err, EB_INTERNAL, "record", errno, "cannot write the record: %s", strerror(errno));
}

enum eb_status eb_record_save(const json_t *record, const char *path, struct eb_error *err)
{
    return eb_file_replace(path, write_document, record, err);
}

enum eb_status eb_record_save_and_keep(const json_t *record, const char *path, char **kept,
                                       struct eb_error *err)
{
    return eb_file_replace_and_keep(path, write_document, record, kept, err);
}
