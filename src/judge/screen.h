/* A screening: from a record in which all pairs of hosts were measured to the host, the NIC or the link that
 * is slow, or to saying that none is, or that nobody can tell.
 *
 * A table is one metric of one kernel, arm and size: the half round trip, the round trip's 99th percentile
 * (the tail), the bandwidth. Its observations are the pairs' times, one for each pair, launch and sweep
 * (sweeps after the first; where there is only one, that). All is done in logarithms of time, so that up is
 * slower, of a rate as well.
 *
 * - Sweeps are centred: from each its median difference to the pairs' medians is taken off, twice.
 * - A pair's level is the median over its sweeps; a host's the lower median over its pairs' levels; the
 *   table's the lower median over its hosts'. A host's effect is how far it lies above the table's; the
 *   effects of partners beyond delta are taken off, twice. A slow host is in a minority of every other host's
 *   pairs and so moves none of them: that is why medians.
 * - A host whose effect is beyond delta is tested: are the observations of its pairs above those of all other
 *   pairs by delta? By Mann and Whitney's U, of those that are not, ties among them. Hosts that are named are
 *   out of the way of the others, which are then tested once more, until no more are named. Disjoint pairs of
 *   a round are measured at the same time and those of one host never are, so that what disturbs a round
 *   disturbs one of its observations.
 * - A pair whose level, after its hosts' effects, is beyond delta is tested in the same way: its sweeps
 *   against those of all other pairs that no named host is an end of and that do not stand out: beyond delta
 *   and beyond sqrt(2 ln(1 / level)) of the pairs' spread, 1.4826 of their median absolute deviation.
 * - The family-wise error rate alpha is that of everything that may be named: half of it is spread over hosts
 *   and tables, half over pairs and tables (Bonferroni). Nothing is assumed of how times are distributed,
 *   but that sweeps are independent: what is slow for a whole launch is slow.
 * - Of tails delta is EB_SCREEN_TAIL_DELTAS times as much.
 *
 * Inconclusive: nobody is named, and a host is beyond delta, or a pair that stands out from the others is, or
 * a host that is slower by 2 delta would not be found in every table that is no tail: also where there is one
 * that is not judged, for less than half of its pairs were measured. */
#ifndef EB_JUDGE_SCREEN_H
#define EB_JUDGE_SCREEN_H

#include "common/status.h"
#include "judge/metrics.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define EB_SCREEN_ALPHA 0.05
#define EB_SCREEN_DELTA 0.10
#define EB_SCREEN_TAIL_DELTAS 5.0

#define EB_SCREEN_NONE ((size_t)-1)

struct eb_screen_options {
    double alpha;
    double delta;        /* a share: 0.1 is 10% more time */
    const char *variant; /* NULL: the only one that there is */
};

/* Who was measured: a host, or where a host had several ranks, or nobody said which it had, one rank. */
struct eb_screen_host {
    char *name;    /* owned, cleaned: "node3", "rank 3", "rank 3 of node1" */
    char *host;    /* owned, as in the record; NULL: unknown */
    uint64_t rank; /* in the first launch that has it */
};

struct eb_screen_observation {
    double log_ns;
    uint32_t replicate; /* of the table: a launch's sweep */
};

struct eb_screen_pair {
    size_t a; /* hosts; a < b */
    size_t b;
    size_t first; /* of its observations */
    size_t count;
    double value;  /* median over its observations, in the metric's unit */
    double p99_ns; /* median over those that have one; NAN: none */
    double level;  /* log time above the table's; up is slower */
    double beyond; /* of that, what its hosts' effects do not explain */
    int is_named;  /* as a link, in this table */
    int is_doubtful;
};

/* Of one host in one table. */
struct eb_screen_mark {
    double effect; /* log time above the table's; NAN: too few pairs */
    double p;      /* 1 where it was not tested */
    size_t pairs;  /* measured */
    size_t observations;
    int is_named;
    int is_beyond; /* delta */
};

struct eb_screen_table {
    const struct eb_kernel_metrics *kernel;
    const struct eb_metric *metric;
    int is_tail;         /* 99th percentiles of single pairs */
    const char *arm;     /* borrowed from the record, as the device; */
    const char *device;  /* "" where nobody says */
    size_t device_index; /* tables of one NIC have one */
    uint64_t size_bytes;
    struct eb_moved moved;                      /* by a sample of one pair */
    struct eb_screen_observation *observations; /* owned, as the next two */
    size_t observation_count;
    struct eb_screen_pair *pairs; /* by a, then b */
    size_t pair_count;
    struct eb_screen_mark *marks; /* one for each host of the screening */
    size_t replicates;
    double level;    /* log time that everything is above or below */
    double delta;    /* log */
    int finds_hosts; /* one that is slower by 2 delta would be found */
    int finds_links; /* one could be named at all */
};

enum eb_suspect_kind {
    EB_SUSPECT_HOST,
    EB_SUSPECT_NIC,         /* slow through this NIC and not through another */
    EB_SUSPECT_HOST_OR_NIC, /* measured through one NIC, or the others say neither */
    EB_SUSPECT_LINK,
};

/* What one table says of a suspect; values in the metric's unit. */
struct eb_screen_evidence {
    size_t table;
    int is_named;  /* it alone would have named it */
    int is_beyond; /* delta, for what that is worth */
    double ratio; /* time over the others': 1.3 is 30% more; of a rate, the share that is left is 1 / ratio */
    double low, high;               /* of its pairs */
    double others_low, others_high; /* of pairs without anybody named; NAN: none */
    size_t pairs, others;
};

struct eb_suspect {
    enum eb_suspect_kind kind;
    int is_named; /* 0: beyond delta, but not beyond the noise */
    size_t host;
    size_t other; /* of a link */
    size_t
        device; /* index; of EB_SUSPECT_NIC and EB_SUSPECT_HOST_OR_NIC, EB_SCREEN_NONE: several, or unknown */
    struct eb_screen_evidence *evidence; /* owned; those that name it first */
    size_t evidence_count;
};

struct eb_screen {
    struct eb_screen_options options;
    const char *variant; /* borrowed */
    int of_ranks;        /* hosts are ranks */
    struct eb_screen_host *hosts;
    size_t host_count;
    const char **devices;           /* each once, as the first rank has it; borrowed from the record */
    const json_t **devices_by_rank; /* of each, what other ranks call theirs; NULL: all the same */
    size_t device_count;
    struct eb_screen_table *tables; /* by kernel, arm, size; a tail behind its half round trip */
    size_t table_count;
    struct eb_suspect *suspects; /* named first; hosts before links, the slowest first */
    size_t suspect_count;
    size_t named_count;
    size_t doubtful_links; /* beyond EB_SCREEN_DOUBTS, in whatever table: only counted */
    size_t launches;       /* that have some of it */
    size_t withheld;       /* cases that the witness refused */
    size_t missing;        /* pairs of hosts that some table has and another, or all, lack */
};

/* Of more links that stand out and cannot be named only the number is kept. */
#define EB_SCREEN_DOUBTS 5

struct eb_screen_options eb_screen_defaults(void);

/* Whether a record has a screening, of whatever variant; and of one. */
int eb_screen_is_in(const json_t *record);
int eb_screen_is_in_variant(const json_t *record, const char *variant);

/* record must have passed eb_record_check; it and path are borrowed until eb_screen_free. EB_INVALID where it
 * has none, of that variant; where it names ranks that there are not; EB_USAGE where options.variant is NULL
 * and there are several, naming them; EB_WRONG_PATH where the witness refused every case; EB_INTERNAL when
 * out of memory. */
enum eb_status eb_screen_new(const json_t *record, const char *path, const struct eb_screen_options *options,
                             struct eb_screen **screen, struct eb_error *err);
void eb_screen_free(struct eb_screen *screen);

/* EB_REGRESSED: somebody is named; EB_INCONCLUSIVE; EB_OK: nobody is slower by delta. */
enum eb_status eb_screen_status(const struct eb_screen *screen);

/* The pair of two hosts in a table; NULL: not measured. */
const struct eb_screen_pair *eb_screen_pair_of(const struct eb_screen_table *table, size_t one, size_t other);

/* A pair's value over what the table's level would give: of a rate less than 1 is slower. */
double eb_screen_share(const struct eb_screen_table *table, const struct eb_screen_pair *pair);

/* What a host's NIC of that index is called; "" where nobody says. */
const char *eb_screen_device(const struct eb_screen *screen, size_t device, size_t host);

/* The metric of log time. */
double eb_screen_value(const struct eb_screen_table *table, double log_ns);

/* Which hosts to leave out, one char a host: 1 named (or its NIC), 2 an end of a named link. Of a link
 * without a named end: the end of more such links, of those that are left; where both are of as many, the one
 * whose pairs are slower on the whole, and of two alike the later. The caller's (free); NULL when out of
 * memory. */
unsigned char *eb_screen_left_out(const struct eb_screen *screen);

#endif
