/* The other side of struct eb_import: how import.c makes one, feeds it files, and gets the record out.
 *
 * Order of calls: new, then for each file begin, the importer's eb_import_add and others, end; then record.
 */
#ifndef EB_JUDGE_IMPORT_BUILDER_H
#define EB_JUDGE_IMPORT_BUILDER_H

#include "judge/import/import.h"

struct eb_import {
    const struct eb_import_claims *claims;
    json_t *arm;      /* what every launch lists; its name is in every case */
    json_t *launches; /* of the record */
    json_t *index;    /* series -> {count, and what must be the same in every run} */
    json_t *files;    /* of the record's run */
    json_t *names;    /* of the files, without directories -> the number to try next */
    json_t *contents; /* what stands for the bytes of each file -> its path */
    size_t total;     /* figures of all files */
    /* of the file being read */
    const char *path;
    char *name; /* for the record: without directories */
    json_t *tools;
    json_t *warnings;
    size_t figures;
    size_t launch; /* that its first figure went to */
    size_t left_aside;
};

/* EB_USAGE when the claims cannot be. claims must outlive *import; release with eb_import_free. */
enum eb_status eb_import_new(const struct eb_import_claims *claims, struct eb_import **import,
                             struct eb_error *err);
void eb_import_free(struct eb_import *import);

/* path must stay until the end of the file. EB_INTERNAL when out of memory. */
enum eb_status eb_import_begin_file(struct eb_import *import, const char *path, struct eb_error *err);

/* EB_INVALID when the file gave no figure. */
enum eb_status eb_import_end_file(struct eb_import *import, struct eb_error *err);

/* The record of all files, owned by the caller; importer is the name of who read them. */
enum eb_status eb_import_record(const struct eb_import *import, const char *importer, json_t **record,
                                struct eb_error *err);

/* Text of a file as a JSON string, without what a terminal would obey and without broken UTF-8. NULL when out
 * of memory. */
json_t *eb_import_string(const char *text);

/* The arm that is claimed: a whole specification, or a name of which nothing more is known; NULL: "imported".
 * *json is the caller's. EB_USAGE when it cannot be. */
enum eb_status eb_import_make_arm(const char *claimed, json_t **json, struct eb_error *err);

#endif
