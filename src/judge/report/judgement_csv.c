/* One line a series, with fixed columns (RFC 4180, but lines end in a bare newline), an empty field where
 * something is absent. Values in the metric's unit; ratios are now over base of the metric itself; visible is
 * the smallest worsening that would have been seen, as a change of the metric without its sign. */
#include "common/plain.h"
#include "judge/report/judgement_escape.h"
#include "judge/report/judgement_write.h"

#include <inttypes.h>
#include <math.h>

static void put_text(FILE *file, const char *text, char end)
{
    eb_escape_csv(file, text ? text : "");
    fputc(end, file);
}

static void put_number(FILE *file, double value)
{
    char text[EB_PLAIN_NUMBER];
    fprintf(file, "%s,", isfinite(value) ? eb_plain_number(value, 9, text) : "");
}

static void put_row(const struct eb_judged *row, FILE *file)
{
    int turned = eb_metric_is_rate(row->metric);
    put_text(file, row->kernel->name, ',');
    put_text(file, row->algorithm, ',');
    put_text(file, row->arm, ',');
    put_text(file, row->variant, ',');
    fprintf(file, "%" PRIu64 ",%" PRIu64 ",%s,%s,%s,", row->size_bytes, row->ranks, row->metric->name,
            row->metric->unit, eb_call_name(row->call));
    put_number(file, row->base.value);
    fprintf(file, "%" PRIu64 ",", row->base.launches);
    put_number(file, row->now.value);
    put_number(file, row->now.low);
    put_number(file, row->now.high);
    fprintf(file, "%" PRIu64 ",", row->now.launches);
    put_number(file, eb_judged_ratio(row->metric, row->effect));
    put_number(file, eb_judged_ratio(row->metric, turned ? row->high : row->low));
    put_number(file, eb_judged_ratio(row->metric, turned ? row->low : row->high));
    put_number(file, row->p_worse);
    put_number(file, row->p_better);
    put_number(file, 100 * fabs(eb_judged_ratio(row->metric, row->visible) - 1));
    put_text(file, row->note, '\n');
}

enum eb_status eb_judgement_csv(const struct eb_judgement *judgement, FILE *file, struct eb_error *err)
{
    (void)err;
    fputs("kernel,algorithm,arm,variant,size_bytes,ranks,metric,unit,verdict,base,base_launches,now,now_low,"
          "now_high,now_launches,ratio,ratio_low,ratio_high,p_worse,p_better,visible_percent,note\n",
          file);
    for (size_t i = 0; i < judgement->row_count; i++)
        put_row(&judgement->rows[i], file);
    return EB_OK;
}
