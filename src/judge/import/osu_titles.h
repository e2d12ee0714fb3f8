/* What the titles and headings of OSU's tables mean.
 *
 * Source: the print_preamble functions and BENCHMARK lines of OSU Micro-Benchmarks 4.x, 5.3, 5.6 and 7.4. */
#ifndef EB_JUDGE_IMPORT_OSU_TITLES_H
#define EB_JUDGE_IMPORT_OSU_TITLES_H

#include "judge/import/import.h"

struct eb_osu_benchmark {
    char kernel[40];
    char algorithm[24]; /* "" or what sets it apart: "persistent", "multi_threaded", "multi_lat" */
    enum eb_quantity quantity;
    int multiple_pairs;      /* osu_mbw_mr: MB/s and messages a second of all pairs */
    const char *accelerator; /* "cuda": a build for GPUs that was told to use one; else NULL */
    int reduces;         /* elements are combined: of MPI_FLOAT unless the text names a type, not MPI_CHAR */
    int memory_per_rank; /* a buffer holds a message of each rank, and OSU's limit of memory ends its sizes */
    uint64_t ranks;      /* 2 where it takes two, else 0 */
    uint64_t usual_end_bytes; /* the largest size unless told otherwise; 0: it has no sizes */
};

/* Reads "OSU MPI-CUDA Latency Test v5.7.1" (without the '#'). 0 when it is no benchmark that can be taken. */
int eb_osu_benchmark_find(const char *title, struct eb_osu_benchmark *benchmark);

enum eb_osu_column_kind {
    EB_OSU_SIZE,
    EB_OSU_FIGURE,
    EB_OSU_MESSAGES,
    EB_OSU_MIN,
    EB_OSU_MAX,
    EB_OSU_ITERATIONS,
    EB_OSU_VALIDATION,
    EB_OSU_PERCENTILE,
    EB_OSU_TRANSMITTED, /* of a derived datatype, which has holes */
    EB_OSU_OTHER,       /* numbers that are left aside, as is the one before */
};

struct eb_osu_column {
    enum eb_osu_column_kind kind;
    unsigned percentile;
};

#define EB_OSU_COLUMNS_MAX 32

struct eb_osu_columns {
    struct eb_osu_column columns[EB_OSU_COLUMNS_MAX];
    size_t count;
    const char *unknown; /* where the line stops being understood; NULL when all of it is */
};

/* Reads a heading such as "Size   Avg Latency(us)" (without the '#'). 0 when the line is no heading at all.
 */
int eb_osu_columns_read(const char *heading, struct eb_osu_columns *columns);

#endif
