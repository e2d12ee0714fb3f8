/* Figures as shares of what they could be at most (judge/ceiling.h), for reports. */
#ifndef EB_JUDGE_REPORT_SHARES_H
#define EB_JUDGE_REPORT_SHARES_H

#include "common/status.h"
#include "judge/ceiling.h"
#include "judge/report/sink.h"

#include <jansson.h>
#include <stdio.h>

/* Bits: the two shares, and what was seen of them. */
enum eb_share {
    EB_SHARE_LINE = 1,    /* of the adapter's line rate */
    EB_SHARE_FLOW = 2,    /* of what one flow may carry in a cluster placement group */
    EB_SHARE_BEYOND = 4,  /* more than can be */
    EB_SHARE_EXPRESS = 8, /* a flow beyond that cap, below ENA Express's */
};

/* Which of the first two a series with this ceiling has. */
unsigned eb_shares_of(const struct eb_ceiling *ceiling);

/* "c5n.18xlarge: EFA 100 Gb/s, network 100 Gb/s (SOURCE); one flow over an ENA ..." for the instance of the
 * ceilings, one of which there is for each series of set; "" where there is none. Owned by the caller; NULL
 * when out of memory. */
char *eb_shares_describe(const struct eb_series_set *set, const struct eb_ceiling *ceilings);

/* Adds a warning to the report for each arm and metric that has a value beyond its ceiling. EB_INTERNAL when
 * out of memory. */
enum eb_status eb_shares_warn(struct eb_report *report, struct eb_error *err);

/* An object, null where there is no ceiling; NULL when out of memory. */
json_t *eb_shares_to_json(const struct eb_series *series, const struct eb_ceiling *ceiling);

/* The lines above a table that say what its shares are of. */
struct eb_share_legend {
    unsigned shares;                  /* bits seen in the table */
    char *lines;                      /* the line rates, each once; owned */
    const struct eb_ceiling *of_flow; /* of one flow */
};

/* The ceiling of a series in the table. EB_INTERNAL when out of memory, as of the next. */
enum eb_status eb_share_legend_add(struct eb_share_legend *legend, const struct eb_ceiling *ceiling,
                                   const struct eb_series *series, struct eb_error *err);
enum eb_status eb_share_legend_write(const struct eb_share_legend *legend, const struct eb_style *style,
                                     FILE *file, struct eb_error *err);
void eb_share_legend_free(struct eb_share_legend *legend);

#endif
