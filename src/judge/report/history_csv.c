/* Comma separated values (RFC 4180, but lines end in a bare newline), an empty field where a thing is absent.
 */
#include "common/plain.h"
#include "judge/report/history_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const list_columns[] = {"night",    "created_utc", "state",        "hosts",
                                           "instance", "launches",    "version",      "git_version",
                                           "kind",     "accepted_by", "accepted_utc", "reason"};
static const char *const show_columns[] = {"kind",
                                           "kernel",
                                           "algorithm",
                                           "arm",
                                           "variant",
                                           "size_bytes",
                                           "ranks",
                                           "metric",
                                           "unit",
                                           "nights",
                                           "latest",
                                           "median",
                                           "changes",
                                           "changed_utc",
                                           "change_percent_worse",
                                           "drift_utc",
                                           "drift_percent_worse"};
static const char *const export_columns[] = {
    "row",  "night",    "created_utc", "state", "hosts",       "instance",     "version", "git_version",
    "kind", "kernel",   "algorithm",   "arm",   "variant",     "size_bytes",   "ranks",   "metric",
    "unit", "launches", "value",       "z",     "accepted_by", "accepted_utc", "reason"};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static int write_text(FILE *file, const char *text)
{
    char *clean = eb_plain_copy(text);
    if (!clean)
        return 0;
    if (strpbrk(clean, "\",") || clean[0] == ' ' || (clean[0] && clean[strlen(clean) - 1] == ' ')) {
        fputc('"', file);
        for (const char *c = clean; *c; c++)
            fprintf(file, *c == '"' ? "\"\"" : "%c", *c);
        fputc('"', file);
    } else {
        fputs(clean, file);
    }
    free(clean);
    return 1;
}

static int write_field(FILE *file, const json_t *value)
{
    char number[EB_PLAIN_NUMBER];
    if (json_is_string(value))
        return write_text(file, json_string_value(value));
    if (json_is_integer(value))
        fprintf(file, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        fputs(eb_plain_number(json_real_value(value), 17, number), file);
    else if (json_is_array(value))
        fprintf(file, "%zu", json_array_size(value));
    return 1;
}

static void write_header(FILE *file, const char *const *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fprintf(file, "%s%s", i ? "," : "", columns[i]);
    fputc('\n', file);
}

/* Each column from the first of the objects that has it; row, where it is not NULL, is the first column. */
static int write_line(FILE *file, const char *const *columns, size_t count, const char *row,
                      const json_t *object, const json_t *other)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(object, columns[i]);
        if (i > 0)
            fputc(',', file);
        if (i == 0 && row)
            fputs(row, file);
        else if (!write_field(file, value ? value : json_object_get(other, columns[i])))
            return 0;
    }
    fputc('\n', file);
    return 1;
}

static int write_night(FILE *file, const json_t *night)
{
    size_t i;
    const json_t *value;
    /* what was accepted stands in lines of its own */
    json_t *bare = json_copy((json_t *)night);
    int good = bare != NULL;
    json_object_del(bare, "accepted_by");
    json_object_del(bare, "accepted_utc");
    json_object_del(bare, "reason");
    json_array_foreach(json_object_get(night, "series"), i, value)
    {
        good = good && write_line(file, export_columns, COUNT_OF(export_columns), "value", value, bare);
    }
    json_decref(bare);
    return good;
}

enum eb_status eb_history_write_csv(const json_t *document, enum eb_history_document kind, FILE *file,
                                    struct eb_error *err)
{
    static const struct {
        const char *const *columns;
        size_t count;
        const char *rows;
    } tables[] = {
        [EB_HISTORY_LIST] = {list_columns, COUNT_OF(list_columns), "nights"},
        [EB_HISTORY_SHOW] = {show_columns, COUNT_OF(show_columns), "series"},
        [EB_HISTORY_EXPORT] = {export_columns, COUNT_OF(export_columns), "nights"},
    };
    int good = 1;
    size_t i;
    const json_t *row;
    write_header(file, tables[kind].columns, tables[kind].count);
    json_array_foreach(json_object_get(document, tables[kind].rows), i, row)
    {
        good = good && (kind == EB_HISTORY_EXPORT
                            ? write_night(file, row)
                            : write_line(file, tables[kind].columns, tables[kind].count, NULL, row, NULL));
    }
    if (kind == EB_HISTORY_EXPORT) {
        json_array_foreach(json_object_get(document, "accepts"), i, row)
        {
            good = good && write_line(file, tables[kind].columns, tables[kind].count, "accept", row, NULL);
        }
    }
    return good ? EB_OK
                : eb_error_set(err, EB_INTERNAL, "history", ENOMEM, "out of memory for a line of CSV");
}
