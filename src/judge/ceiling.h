/* What a series could be at most: the line rate of the adapter that its arm claims to use, on the instance
 * type that its record names, and what EC2 lets one flow carry.
 *
 * Nothing is invented: an arm that claims no adapter of the catalogue (common/adapter.h), an unknown instance
 * type, or a metric that is no rate has no ceiling. Rates are payload; a line carries headers too, so that
 * 100% is out of reach and more is impossible. The two directions of a link are counted apart, as EC2 does.
 */
#ifndef EB_JUDGE_CEILING_H
#define EB_JUDGE_CEILING_H

#include "common/adapter.h"
#include "common/status.h"
#include "judge/series.h"

#include <jansson.h>

struct eb_ceiling {
    const struct eb_adapter *adapter;   /* NULL: nothing is claimed, or known; the rest is then unset */
    const struct eb_instance *instance; /* its source is that of line_gbps */
    char name[96];     /* for people: "EFA of c5n.18xlarge", "1 of 32 EFA devices of p5.48xlarge" */
    double line_gbps;  /* one direction, of all sending hosts together; 0: no source says */
    double line;       /* line_gbps in the unit of the series; NAN: no source says */
    double limit;      /* the same with what the audit allows for bursts and clocks: above it is impossible */
    double per_gbps;   /* what 1 Gb/s in one direction is in the unit of the series */
    unsigned one_flow; /* 1: the arm has a single flow over an ENA, to which EC2's caps apply */
};

/* The ceiling of one series of record; arm is the series' arm object. */
void eb_ceiling_of(const json_t *record, const json_t *arm, const struct eb_series *series,
                   struct eb_ceiling *ceiling);

/* A flow cap in the unit of the series; NAN where caps do not apply. */
double eb_ceiling_cap(const struct eb_ceiling *ceiling, const struct eb_flow_cap *cap);

/* The cap that shares are taken of: that within a cluster placement group. */
const struct eb_flow_cap *eb_ceiling_usual_cap(void);

/* Whether value is more than the ceiling, or than the highest cap of a flow, allows: what the audit calls
 * implausible. */
int eb_ceiling_is_exceeded(const struct eb_ceiling *ceiling, double value);

/* One ceiling for each series of set, owned by the caller (free). EB_INTERNAL when out of memory. */
enum eb_status eb_ceilings_of_set(const json_t *record, const struct eb_series_set *set,
                                  struct eb_ceiling **ceilings, struct eb_error *err);

#endif
