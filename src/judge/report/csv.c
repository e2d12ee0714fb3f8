/* Comma separated values with fixed columns (RFC 4180, but lines end in a bare newline), an empty field where
 * a number is absent. */
#include "common/plain.h"
#include "judge/report/sink.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void write_quoted(FILE *file, const char *text)
{
    fputc('"', file);
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            fputc('"', file);
        fputc(*c, file);
    }
    fputc('"', file);
}

/* One field and the comma after it; 0 when out of memory. */
static int write_text(FILE *file, const char *text)
{
    char *clean = eb_plain_copy(text);
    if (!clean)
        return 0;
    if (strpbrk(clean, "\",") || clean[0] == ' ' || (clean[0] && clean[strlen(clean) - 1] == ' '))
        write_quoted(file, clean);
    else
        fputs(clean, file);
    fputc(',', file);
    free(clean);
    return 1;
}

/* The comma before a number, and the number when it is there. */
static void write_number(FILE *file, double value)
{
    char text[EB_PLAIN_NUMBER];
    fprintf(file, ",%s", isnan(value) ? "" : eb_plain_number(value, 9, text));
}

enum eb_status eb_sink_csv(const struct eb_report *report, FILE *file, struct eb_error *err)
{
    fputs("kernel,algorithm,arm,variant,size_bytes,ranks,metric,unit,launches,samples,value,ci_low,ci_high,"
          "min,p50,p90,p99,p999,max\n",
          file);
    for (size_t i = 0; i < report->set->count; i++) {
        const struct eb_series *series = &report->set->series[i];
        if (!write_text(file, series->kernel->name) || !write_text(file, series->algorithm) ||
            !write_text(file, series->arm) || !write_text(file, series->variant))
            return eb_error_set(err, EB_INTERNAL, "report", ENOMEM, "out of memory for a line of CSV");
        fprintf(file, "%" PRIu64 ",%" PRIu64 ",%s,%s,%" PRIu64 ",%" PRIu64, series->size_bytes, series->ranks,
                series->metric->name, series->metric->unit, series->launches, series->samples);
        const double numbers[] = {series->value, series->ci_low, series->ci_high, series->min, series->p50,
                                  series->p90,   series->p99,    series->p999,    series->max};
        for (size_t j = 0; j < sizeof numbers / sizeof *numbers; j++)
            write_number(file, numbers[j]);
        fputc('\n', file);
    }
    return EB_OK;
}
