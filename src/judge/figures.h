/* A record as a judgement of nothing: figures alone, for the formats that judgements are written in. */
#ifndef EB_JUDGE_FIGURES_H
#define EB_JUDGE_FIGURES_H

#include "common/status.h"
#include "judge/judgement.h"

#include <jansson.h>

/* The formats of judge/report/judgement_write.h that make sense without verdicts and that a report has not.
 */
#define EB_FIGURES_FORMATS "markdown, bencher, benchmark-smaller, benchmark-bigger, prometheus, emf"
int eb_figures_have_format(const char *format);

/* The series of the metrics that a person is shown (judge/metrics.h), without verdicts; the warnings of the
 * record are its notes. record must have passed eb_record_check and is borrowed until the judgement is freed;
 * path is for the reader. EB_INVALID and EB_WRONG_PATH as eb_series_set_new, EB_INTERNAL when out of memory.
 */
enum eb_status eb_judgement_of_record(const json_t *record, const char *path, struct eb_judgement **judgement,
                                      struct eb_error *err);

/* Fills in where and when the record was measured, or its figures published. EB_INTERNAL when out of memory.
 */
enum eb_status eb_judgement_tell_origin(struct eb_judgement *judgement, const json_t *record,
                                        struct eb_error *err);

#endif
