/* github-action-benchmark's custom tools (github.com/benchmark-action/github-action-benchmark):
 * customSmallerIsBetter takes the times, customBiggerIsBetter the rates, each from a file of its own. Series
 * that were not measured now are left out. */
#include "common/plain.h"
#include "judge/report/judgement_words.h"
#include "judge/report/judgement_write.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* What stands in the tooltip of a point; NULL when out of memory. */
static char *extra_of(const struct eb_judged *row)
{
    char *text = NULL;
    char value[EB_PLAIN_NUMBER];
    char change[EB_CHANGE_TEXT];
    char interval[EB_CHANGE_TEXT];
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    if (!file)
        return NULL;
    fprintf(file, "launches: %" PRIu64, row->now.launches);
    if (row->call != EB_CALL_NONE)
        fprintf(file, "\nverdict: %s", eb_call_name(row->call));
    if (isfinite(row->base.value))
        fprintf(file, "\nbase: %s %s", eb_value_text(row->base.value, value), row->metric->unit);
    if (eb_change(row->metric, row->effect, change)[0])
        fprintf(file, "\nchange: %s %s", change,
                eb_change_interval(row->metric, row->low, row->high, interval));
    if (fclose(file) == 0)
        return text;
    free(text);
    return NULL;
}

/* "+- 0.12": the longer side of the interval; NULL where there is none. */
static json_t *range_of(const struct eb_judged_value *value)
{
    char number[EB_PLAIN_NUMBER];
    double range = fmax(value->high - value->value, value->value - value->low);
    if (!isfinite(value->high) || !isfinite(value->low))
        return NULL;
    return json_sprintf("\xc2\xb1 %s", eb_plain_number(range, 3, number));
}

/* NULL when out of memory. */
static json_t *entry_of(const struct eb_judged *row)
{
    char *name = eb_judged_name(row);
    char *utf8 = name ? eb_plain_utf8(name) : NULL;
    char *extra = extra_of(row);
    json_t *entry = NULL;
    if (utf8 && extra)
        entry = json_pack("{s:o, s:s, s:f, s:o*, s:s}", "name",
                          json_sprintf("%s %s", utf8, row->metric->name), "unit", row->metric->unit, "value",
                          row->now.value, "range", range_of(&row->now), "extra", extra);
    free(name);
    free(utf8);
    free(extra);
    return entry;
}

static enum eb_status write(const struct eb_judgement *judgement, int rates, FILE *file, struct eb_error *err)
{
    json_t *all = json_array();
    int failed = !all;
    for (size_t i = 0; !failed && i < judgement->row_count; i++) {
        const struct eb_judged *row = &judgement->rows[i];
        if (eb_metric_is_rate(row->metric) == rates && isfinite(row->now.value))
            failed = json_array_append_new(all, entry_of(row)) != 0;
    }
    failed =
        failed || json_dumpf(all, file, JSON_INDENT(1) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(9)) != 0;
    fputc('\n', file);
    json_decref(all);
    /* a full disk is seen by eb_judgement_write */
    return failed && !ferror(file)
               ? eb_error_set(err, EB_INTERNAL, "judgement", ENOMEM, "out of memory for a judgement")
               : EB_OK;
}

enum eb_status eb_judgement_smaller(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    return write(judgement, 0, file, err);
}

enum eb_status eb_judgement_bigger(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    return write(judgement, 1, file, err);
}
