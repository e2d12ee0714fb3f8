/* What a reader does with a record that has been read: series, and every report. */
#ifndef EB_TESTS_FUZZ_READER_H
#define EB_TESTS_FUZZ_READER_H

#include "judge/report/report.h"
#include "judge/series.h"

#include <stdio.h>
#include <stdlib.h>

/* Reports a record alone, and against itself, into memory. */
static inline void fuzz_reports(const json_t *record)
{
    static const char *const formats[] = {"text", "csv", "json"};
    for (int against = 0; against < 2; against++) {
        struct eb_report *report = NULL;
        struct eb_error err = {0};
        if (eb_report_new(record, "fuzz", NULL, against ? record : NULL, "fuzz", &report, &err) != EB_OK)
            continue;
        for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
            char *text = NULL;
            size_t bytes = 0;
            FILE *file = open_memstream(&text, &bytes);
            if (!file)
                abort();
            eb_report_write(report, formats[i], file, &err);
            fclose(file);
            free(text);
        }
        eb_report_free(report);
    }
}

/* As `efabench report` and others do: whatever passes the check may be asked anything. */
static inline void fuzz_readers(const json_t *record)
{
    struct eb_series_set *set = NULL;
    struct eb_error err = {0};
    if (eb_series_set_new(record, "fuzz", &set, &err) == EB_OK)
        eb_series_set_free(set);
    fuzz_reports(record);
}

#endif
