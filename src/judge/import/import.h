/* Other tools' results into a record of kind "published".
 *
 * An importer is one file and one row in the table of import.c. It reads the text of one file and adds a row
 * for each figure; the builder turns rows into cases. A figure that stands in several files is one of several
 * runs: the k-th goes into the k-th launch of the record, so that intervals over launches mean what they
 * always mean.
 *
 * An importer never guesses: what it does not understand it refuses with EB_INVALID naming file, line and
 * reason, or, where the figures before it are whole (a table that was cut, junk of a job manager), keeps
 * those and warns. It must survive any bytes: text need not end in a newline or a zero, and may hold
 * anything. */
#ifndef EB_JUDGE_IMPORT_IMPORT_H
#define EB_JUDGE_IMPORT_IMPORT_H

#include "common/status.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

/* What the user says that the text does not. */
struct eb_import_claims {
    const char
        *arm; /* name or whole specification of the arm: "efa", "ena=sockets@ena,flows=1"; NULL: "imported" */
    const char *instance; /* NULL: unknown */
    uint64_t nodes;       /* hosts; 0: unknown */
    uint64_t ranks;       /* where the text does not say; 0: unknown */
};

enum eb_quantity {
    EB_QUANTITY_HALF_RTT, /* nanoseconds */
    EB_QUANTITY_RATE,     /* bytes a second */
    EB_QUANTITY_MESSAGES, /* messages a second */
    EB_QUANTITY_TIME_OSU, /* nanoseconds: the mean of the ranks' means of a collective */
};

/* One figure. */
struct eb_import_row {
    const char *kernel;    /* as in judge/metrics.h: "pingpong", "bandwidth", "allreduce", "bcast", ... */
    const char *algorithm; /* "" unless the text names it */
    uint64_t size_bytes;
    uint64_t ranks; /* 0: not said */
    uint64_t pairs; /* 0: not said */
    enum eb_quantity quantity;
    double value; /* in the quantity's unit; finite, above 0 */
    double min;   /* over ranks or messages of this one run; NAN or 0: not said, as is the next */
    double max;
    uint64_t iterations; /* 0: not said, as are the next */
    double p50;          /* in the quantity's unit */
    double p90;
    double p99;
    double p999;
    uint64_t window;  /* messages in flight */
    const char *type; /* of the elements, as the tool calls it; NULL: not said */
};

struct eb_import; /* the builder, opaque */

/* Adds a figure that stands at a line of the file being read; the strings are copied. EB_INVALID when it is
 * out of range or measured otherwise (pairs, window) than an earlier run of the same series (names file
 * and line), EB_INTERNAL when out of memory, or for a kernel or quantity that the judge does not know.
 *
 * Where row->ranks is 0, ranks are those that pairs or the user say; of a point-to-point kernel else 2, of a
 * collective the user's nodes, or 2. What was neither in the text nor said by the user is marked
 * ("ranks_assumed") and warned of. */
enum eb_status eb_import_add(struct eb_import *import, unsigned line, const struct eb_import_row *row,
                             struct eb_error *err);

/* What the user must be told, and the record says for ever: "FILE: line 12: the table was cut". */
enum eb_status eb_import_warn(struct eb_import *import, unsigned line, struct eb_error *err,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));

/* EB_INVALID: "FILE: line 12: why"; line 0: of the whole file. */
enum eb_status eb_import_refuse(const struct eb_import *import, unsigned line, struct eb_error *err,
                                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The path of the file being read, for messages. */
const char *eb_import_path(const struct eb_import *import);

/* What the file claims to be ("OSU MPI Latency Test v5.7.1"), as often as it says so. */
enum eb_status eb_import_set_tool(struct eb_import *import, const char *tool, struct eb_error *err);

/* What the text says of the arm, as a key of an arm's specification would: "flows", "8". EB_INVALID when the
 * user or an earlier text said another thing: figures of two settings must not pass for one arm. */
enum eb_status eb_import_set_attribute(struct eb_import *import, unsigned line, const char *key,
                                       const char *value, struct eb_error *err);

/* How many lines of the file were no part of what it reports, for the user to know. */
void eb_import_set_left_aside(struct eb_import *import, size_t lines);

const struct eb_import_claims *eb_import_claims(const struct eb_import *import);

struct eb_importer {
    const char *name;    /* as in `efabench import NAME` */
    const char *summary; /* for --help */
    enum eb_status (*read)(struct eb_import *import, const char *text, size_t bytes, struct eb_error *err);
};

extern const struct eb_importer eb_import_osu;      /* OSU Micro-Benchmarks 4.x to 7.x */
extern const struct eb_importer eb_import_imb;      /* Intel MPI Benchmarks: IMB-MPI1 and IMB-P2P */
extern const struct eb_importer eb_import_fabtests; /* fabtests and fi_pingpong */
extern const struct eb_importer eb_import_sockperf; /* sockperf ping-pong, under-load, throughput */
extern const struct eb_importer eb_import_iperf3;   /* iperf3 --json */

/* The importers, NULL-terminated; static. */
const struct eb_importer *const *eb_importers(void);

/* EB_USAGE names the word and lists the importers. */
enum eb_status eb_importer_find(const char *name, const struct eb_importer **importer, struct eb_error *err);

/* Reads all files ("-": standard input) into one new record (owned by the caller), which has passed
 * eb_record_check. run.files of the record tells what each was taken for, the launches' warnings what was
 * wrong with it. EB_USAGE for claims that cannot be and for a file named twice, EB_INVALID naming the file
 * that cannot be read or holds no figure, EB_INTERNAL. */
enum eb_status eb_import_files(const struct eb_importer *importer, const struct eb_import_claims *claims,
                               const char *const *paths, size_t path_count, json_t **record,
                               struct eb_error *err);

/* One text in memory, for tests and fuzzing; path is only for messages. */
enum eb_status eb_import_text(const struct eb_importer *importer, const struct eb_import_claims *claims,
                              const char *text, size_t bytes, const char *path, json_t **record,
                              struct eb_error *err);

#endif
