/* One table of the text report, as its writers share it: which series stand in it, and what is said of it. */
#ifndef EB_JUDGE_REPORT_TEXT_TABLE_H
#define EB_JUDGE_REPORT_TEXT_TABLE_H

#include "common/status.h"
#include "judge/report/sink.h"
#include "judge/report/style.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A column of values: an arm in a variant of one of the two records. */
struct eb_text_source {
    const struct eb_series_set *set;
    size_t arm_index;
    size_t variant_index;
    const struct eb_ratio *ratios;     /* beside the values; one for each series of set, or NULL */
    const struct eb_ceiling *ceilings; /* one for each series of set */
    unsigned shares;                   /* columns beside the values: bits of enum eb_share */
    unsigned paint;                    /* of the arm, in the style */
    int other;                         /* from the record that this one is compared with */
    int named_variant;                 /* the variant stands in the head of the column */
    int paired;                        /* belongs to the source before it */
};

/* Series of one kernel, metric and rank count. */
struct eb_text_table {
    const struct eb_kernel_metrics *kernel;
    const struct eb_metric *metric;
    uint64_t ranks;
    struct eb_text_source *sources;
    size_t source_count;
    const struct eb_style *style;
    const struct eb_series_set *own; /* whose arms the colours are given to first */
    size_t base;                     /* of the sources, what the ratios are to; SIZE_MAX: another for each */
};

/* How the numbers of a table are written: value * factor in unit. */
struct eb_text_unit {
    const char *text;
    double factor;
};

/* How the ratios of a table came out, for the lines that explain them. */
struct eb_text_notes {
    int any;
    int with_interval;
    size_t fewest_launches; /* of those without interval; SIZE_MAX when there are none */
    int published;
    unsigned shares; /* bits of enum eb_share: what was found in the cells of shares */
    int painted;     /* a ratio has the colour of the better arm */
    double full;     /* ratio of the longest bar; 0: there are no bars */
};

int eb_text_in_table(const struct eb_text_table *table, const struct eb_text_source *source,
                     const struct eb_series *series);

/* The number-th series of a source at a size, and with an algorithm unless that is NULL. */
const struct eb_series *eb_text_series_at(const struct eb_text_table *table,
                                          const struct eb_text_source *source, uint64_t size_bytes,
                                          const char *algorithm, size_t number);

/* The name of a source, cleaned; a star stands before what comes from the other record, and behind the name
 * what nobody may miss. */
void eb_text_name(const struct eb_text_source *source, char *text, size_t text_bytes);

/* Whether a source went another way than it says: it is painted so. */
unsigned eb_text_paint(const struct eb_text_source *source);

/* The sizes of the table, ascending, each once; only those at which record's kernel has something, when
 * record is not NULL. Owned by the caller; NULL when out of memory. */
uint64_t *eb_text_sizes(const struct eb_text_table *table, const struct eb_series_set *record, size_t *count);

/* Thousands, millions or thousandths where the metric's own unit would make the numbers long. */
struct eb_text_unit eb_text_unit_of(const struct eb_text_table *table);

/* Whether a source has several algorithms at a size. */
int eb_text_has_several(const struct eb_text_table *table, uint64_t size_bytes);

/* Which of the two arms of a ratio is better: 1 the series, -1 what it is held against, 0 where its interval
 * holds 1, where too few launches gave none, and where there is no ratio. */
int eb_text_better(const struct eb_series *series, const struct eb_ratio *ratio);

/* The rows under their titles (text_rows.c): a grid that is the caller's, NULL when out of memory. An
 * algorithm column is left out where arms ran different ones: eb_text_write_algorithms says which. */
struct eb_grid *eb_text_rows(const struct eb_text_table *table, const uint64_t *sizes, size_t size_count,
                             struct eb_text_notes *notes);
int eb_text_algorithms_differ(const struct eb_text_table *table, const uint64_t *sizes, size_t size_count);

/* The lines between title and rows (text_notes.c). EB_INTERNAL when out of memory, as the last. */
enum eb_status eb_text_write_ratio_notes(const struct eb_text_table *table, const char *of, const char *to,
                                         const struct eb_text_notes *notes, FILE *file, struct eb_error *err);
enum eb_status eb_text_write_share_notes(const struct eb_text_table *table, unsigned shares, FILE *file,
                                         struct eb_error *err);
enum eb_status eb_text_write_algorithms(const struct eb_text_table *table, const uint64_t *sizes,
                                        size_t size_count, FILE *file, struct eb_error *err);

/* A spark line for each source, where the style has the signs and there are sizes enough (text_sparks.c). */
enum eb_status eb_text_write_sparks(const struct eb_text_table *table, const uint64_t *sizes,
                                    size_t size_count, FILE *file, struct eb_error *err);

#endif
