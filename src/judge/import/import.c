#include "judge/import/import.h"

#include "common/file.h"
#include "common/record.h"
#include "judge/import/builder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_BYTES_MAX ((size_t)64 << 20)

static const struct eb_importer *const importers[] = {
    &eb_import_osu,
    NULL,
};

const struct eb_importer *const *eb_importers(void)
{
    return importers;
}

enum eb_status eb_importer_find(const char *name, const struct eb_importer **importer, struct eb_error *err)
{
    char names[128] = "";
    *importer = NULL;
    for (size_t i = 0; importers[i]; i++) {
        size_t length = strlen(names);
        if (strcmp(importers[i]->name, name) == 0) {
            *importer = importers[i];
            return EB_OK;
        }
        snprintf(names + length, sizeof names - length, "%s%s", i ? ", " : "", importers[i]->name);
    }
    return eb_error_set(err, EB_USAGE, "import", 0, "'%.100s' is no tool that can be imported: there is %s",
                        name, names);
}

/* Two files of the same bytes are a file and its copy: measurements do not repeat themselves. */
static enum eb_status warn_of_copy(struct eb_import *import, const char *text, size_t bytes,
                                   struct eb_error *err)
{
    char key[48];
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
    snprintf(key, sizeof key, "%zu %llx", bytes, (unsigned long long)hash);
    const char *earlier = json_string_value(json_object_get(import->contents, key));
    if (earlier)
        return eb_import_warn(import, 0, err, "it is a copy of %s, byte for byte, and no run of its own",
                              earlier);
    return json_object_set_new(import->contents, key, json_string(import->name)) == 0
               ? EB_OK
               : eb_error_set(err, EB_INTERNAL, "import", ENOMEM, "out of memory for what is imported");
}

static enum eb_status read_text(struct eb_import *import, const struct eb_importer *importer,
                                const char *text, size_t bytes, const char *path, struct eb_error *err)
{
    static const char mark[] = "\xef\xbb\xbf"; /* editors put it before UTF-8 */
    size_t skipped = bytes >= 3 && memcmp(text, mark, 3) == 0 ? 3 : 0;
    enum eb_status status = eb_import_begin_file(import, path, err);
    if (status == EB_OK && bytes == skipped)
        status = eb_import_refuse(import, 0, err, "it is empty");
    if (status == EB_OK)
        status = warn_of_copy(import, text, bytes, err);
    if (status == EB_OK)
        status = importer->read(import, text + skipped, bytes - skipped, err);
    return status == EB_OK ? eb_import_end_file(import, err) : status;
}

/* A file that is named twice would pass for two runs that agree perfectly. */
static enum eb_status check_different(const char *const *paths, size_t path_count, struct eb_error *err)
{
    for (size_t i = 0; i < path_count; i++) {
        struct stat one;
        int is_stdin = strcmp(paths[i], "-") == 0;
        if (!is_stdin && stat(paths[i], &one) != 0)
            continue;
        for (size_t j = i + 1; j < path_count; j++) {
            struct stat other;
            int same = is_stdin ? strcmp(paths[j], "-") == 0
                                : strcmp(paths[j], "-") != 0 && stat(paths[j], &other) == 0 &&
                                      S_ISREG(one.st_mode) && one.st_dev == other.st_dev &&
                                      one.st_ino == other.st_ino;
            if (same)
                return eb_error_set(err, EB_USAGE, "import", 0,
                                    "%.200s and %.200s are one file: it would count twice", paths[i],
                                    paths[j]);
        }
    }
    return EB_OK;
}

enum eb_status eb_import_files(const struct eb_importer *importer, const struct eb_import_claims *claims,
                               const char *const *paths, size_t path_count, json_t **record,
                               struct eb_error *err)
{
    struct eb_import *import = NULL;
    *record = NULL;
    enum eb_status status = eb_import_new(claims, &import, err);
    if (status == EB_OK)
        status = check_different(paths, path_count, err);
    for (size_t i = 0; status == EB_OK && i < path_count; i++) {
        char *text = NULL;
        size_t bytes = 0;
        const char *path = strcmp(paths[i], "-") == 0 ? "standard input" : paths[i];
        status = eb_file_read(paths[i], 1, FILE_BYTES_MAX, &text, &bytes, err);
        if (status == EB_OK)
            status = read_text(import, importer, text, bytes, path, err);
        free(text);
    }
    if (status == EB_OK)
        status = eb_import_record(import, importer->name, record, err);
    eb_import_free(import);
    if (status != EB_OK) {
        json_decref(*record);
        *record = NULL;
    }
    return status;
}

enum eb_status eb_import_text(const struct eb_importer *importer, const struct eb_import_claims *claims,
                              const char *text, size_t bytes, const char *path, json_t **record,
                              struct eb_error *err)
{
    struct eb_import *import = NULL;
    *record = NULL;
    enum eb_status status = eb_import_new(claims, &import, err);
    if (status == EB_OK)
        status = read_text(import, importer, text, bytes, path, err);
    if (status == EB_OK)
        status = eb_import_record(import, importer->name, record, err);
    eb_import_free(import);
    if (status != EB_OK) {
        json_decref(*record);
        *record = NULL;
    }
    return status;
}
