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
    &eb_import_osu, &eb_import_imb, &eb_import_fabtests, &eb_import_sockperf, &eb_import_iperf3, NULL,
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

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "import", ENOMEM, "out of memory for what is imported");
}

/* A run that counts twice makes intervals of nothing. *known is a set; key stands for what must be there
 * once. */
static enum eb_status check_once(json_t *known, const char *key, const char *path, const char *why,
                                 struct eb_error *err)
{
    const char *earlier = json_string_value(json_object_get(known, key));
    if (earlier)
        return eb_error_set(err, EB_USAGE, "import", 0, "%.200s and %.200s are %s: it would count twice",
                            earlier, path, why);
    return json_object_set_new(known, key, eb_import_string(path)) == 0 ? EB_OK : out_of_memory(err);
}

/* Two files of the same bytes are a file and its copy: measurements do not repeat themselves. */
static enum eb_status check_copy(struct eb_import *import, const char *text, size_t bytes,
                                 struct eb_error *err)
{
    char key[48];
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
    snprintf(key, sizeof key, "%zu %llx", bytes, (unsigned long long)hash);
    return check_once(import->contents, key, import->path, "one file and its copy, byte for byte", err);
}

/* A file that is named twice would pass for two runs that agree perfectly. */
static enum eb_status check_different(const char *const *paths, size_t path_count, struct eb_error *err)
{
    json_t *known = json_object();
    enum eb_status status = known ? EB_OK : out_of_memory(err);
    for (size_t i = 0; status == EB_OK && i < path_count; i++) {
        char key[64] = "-";
        struct stat file;
        if (strcmp(paths[i], "-") != 0) {
            if (stat(paths[i], &file) != 0 || !S_ISREG(file.st_mode))
                continue;
            snprintf(key, sizeof key, "%llu %llu", (unsigned long long)file.st_dev,
                     (unsigned long long)file.st_ino);
        }
        status = check_once(known, key, paths[i], "one file", err);
    }
    json_decref(known);
    return status;
}

/* UTF-16, as some shells redirect to, and lines that end with a carriage return alone, as old editors leave
 * them, become plain text, in a buffer of the caller's; NULL there: the text is plain as it stands. */
static enum eb_status make_plain(const char *text, size_t bytes, char **plain, size_t *plain_bytes,
                                 struct eb_error *err)
{
    const unsigned char *in = (const unsigned char *)text;
    int little = bytes >= 2 && in[0] == 0xff && in[1] == 0xfe;
    int wide = little || (bytes >= 2 && in[0] == 0xfe && in[1] == 0xff);
    *plain = NULL;
    if (bytes == 0 || (!wide && (memchr(text, '\n', bytes) || !memchr(text, '\r', bytes))))
        return EB_OK;
    *plain_bytes = wide ? bytes / 2 - 1 : bytes;
    *plain = malloc(*plain_bytes + 1);
    if (!*plain)
        return out_of_memory(err);
    for (size_t i = 0; i < *plain_bytes; i++) {
        unsigned high = wide ? in[2 * i + 2 + (little ? 1 : 0)] : 0;
        unsigned low = wide ? in[2 * i + 2 + (little ? 0 : 1)] : in[i];
        (*plain)[i] = (char)(!wide ? low : high == 0 && low < 0x80 ? low : '?');
    }
    if (!memchr(*plain, '\n', *plain_bytes))
        for (size_t i = 0; i < *plain_bytes; i++)
            if ((*plain)[i] == '\r')
                (*plain)[i] = '\n';
    return EB_OK;
}

static enum eb_status read_text(struct eb_import *import, const struct eb_importer *importer,
                                const char *text, size_t bytes, const char *path, struct eb_error *err)
{
    static const char mark[] = "\xef\xbb\xbf"; /* editors put it before UTF-8 */
    char *plain = NULL;
    enum eb_status status = eb_import_begin_file(import, path, err);
    if (status == EB_OK && bytes > 0)
        status = check_copy(import, text, bytes, err);
    if (status == EB_OK)
        status = make_plain(text, bytes, &plain, &bytes, err);
    const char *from = plain ? plain : text;
    size_t skipped = bytes >= 3 && memcmp(from, mark, 3) == 0 ? 3 : 0;
    if (status == EB_OK && bytes == skipped)
        status = eb_import_refuse(import, 0, err, "it is empty");
    if (status == EB_OK)
        status = importer->read(import, from + skipped, bytes - skipped, err);
    free(plain);
    return status == EB_OK ? eb_import_end_file(import, err) : status;
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
