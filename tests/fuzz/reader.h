/* What a reader does with a record that has been read: series, a report, its pictures, an audit. */
#ifndef EB_TESTS_FUZZ_READER_H
#define EB_TESTS_FUZZ_READER_H

#include "judge/audit.h"
#include "judge/report/audit_write.h"
#include "judge/report/plot/gnuplot_script.h"
#include "judge/report/plot/pictures.h"
#include "judge/report/report.h"
#include "judge/report/screen_write.h"
#include "judge/series.h"

#include <stdio.h>
#include <stdlib.h>

/* What gnuplot would be told, without one. */
static inline void fuzz_pictures(const struct eb_report *report, size_t chosen, FILE *file)
{
    struct eb_palette palette = {0};
    struct eb_pictures pictures = {0};
    struct eb_error err = {0};
    if (eb_palette_add(&palette, report, &err) == EB_OK)
        eb_pictures_of_report(report, &palette, &pictures, &err);
    for (size_t i = 0; i < pictures.count; i++)
        eb_script_write(file, &pictures.items[i], (enum eb_drawing)(chosen % 3));
    eb_pictures_free(&pictures);
    eb_palette_free(&palette);
}

/* Reports and audits a record into memory: alone or against itself, in one of the formats, as chosen says.
 * One, so that a run of many inputs ends. */
static inline void fuzz_report(const json_t *record, size_t chosen)
{
    static const char *const formats[] = {"text", "csv", "json"};
    struct eb_report *report = NULL;
    struct eb_error err = {0};
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);
    if (!file)
        abort();
    if (eb_report_new(record, "fuzz", NULL, chosen % 2 ? record : NULL, "fuzz", &report, &err) == EB_OK) {
        eb_report_write(report, formats[chosen / 2 % 3], file, &err);
        fuzz_pictures(report, chosen, file);
    }
    eb_report_free(report);
    const struct eb_audit_claims claims = {.instance = "p5.48xlarge", .nodes = 2, .arm = "efa"};
    struct eb_audit *audit = NULL;
    if (eb_audit_new(record, "fuzz", chosen % 3 ? NULL : &claims, &audit, &err) == EB_OK)
        eb_audit_write(audit, chosen % 2 ? "json" : "text", file, &err);
    eb_audit_free(audit);
    fclose(file);
    free(text);
}

/* As `efabench screen` does, in one of its formats, and its hostfile. */
static inline void fuzz_screen(const json_t *record, size_t chosen)
{
    const struct eb_screen_options options = eb_screen_defaults();
    struct eb_screen *screen = NULL;
    struct eb_error err = {0};
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);
    if (!file)
        abort();
    if (eb_screen_new(record, "fuzz", &options, &screen, &err) == EB_OK) {
        eb_screen_write(screen, "fuzz", eb_screen_format_at(chosen % 3), NULL, file, &err);
        eb_screen_hostfile(screen, "fuzz", file, &err);
    } else if (!err.text[0]) {
        abort();
    }
    eb_screen_free(screen);
    fclose(file);
    free(text);
}

/* As `efabench report` and others do: whatever passes the check may be asked anything. */
static inline void fuzz_readers(const json_t *record, size_t chosen)
{
    struct eb_series_set *set = NULL;
    struct eb_error err = {0};
    if (eb_series_set_new(record, "fuzz", &set, &err) == EB_OK)
        eb_series_set_free(set);
    fuzz_report(record, chosen);
    fuzz_screen(record, chosen);
}

#endif
