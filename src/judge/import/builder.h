/* The other side of struct eb_import: how import.c makes one, feeds it files, and gets the record out.
 *
 * Order of calls: new, then for each file begin, the importer's eb_import_add and others, end; then record.
 */
#ifndef EB_JUDGE_IMPORT_BUILDER_H
#define EB_JUDGE_IMPORT_BUILDER_H

#include "judge/import/import.h"

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

#endif
