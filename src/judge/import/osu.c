/* OSU Micro-Benchmarks 5.x to 7.x. */
#include "judge/import/import.h"

static enum eb_status read_osu(struct eb_import *import, const char *text, size_t bytes, struct eb_error *err)
{
    (void)text;
    (void)bytes;
    return eb_import_refuse(import, 0, err, "no table of an OSU benchmark is in it");
}

const struct eb_importer eb_import_osu = {
    .name = "osu", .summary = "OSU Micro-Benchmarks 5.x to 7.x", .read = read_osu};
