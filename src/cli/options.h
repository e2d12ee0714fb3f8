/* The one table of options: parsing, profiles (@FILE) and --help come from it. */
#ifndef EB_CLI_OPTIONS_H
#define EB_CLI_OPTIONS_H

#include "common/arm.h"
#include "common/status.h"
#include "common/units.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define EB_ARMS_MAX 16
#define EB_ADDED_MAX 256
#define EB_VARIANTS_MAX 16
#define EB_WRITES_MAX 16

/* Who takes an option: bits. */
enum eb_program {
    EB_PROGRAM_RUN = 1,    /* efabench run */
    EB_PROGRAM_REPORT = 2, /* efabench report */
    EB_PROGRAM_WORKER = 4, /* efabench-mpi */
    EB_PROGRAM_IMPORT = 8,
    EB_PROGRAM_AUDIT = 16,
    EB_PROGRAM_ADAPTERS = 32,
    EB_PROGRAM_DOCTOR = 64,
    EB_PROGRAM_COMPARE = 128,
    EB_PROGRAM_GATE = 256,
    EB_PROGRAM_HISTORY = 512,
    EB_PROGRAM_PLOT = 1024,
    EB_PROGRAM_SCREEN = 2048,
};

struct eb_options {
    /* what to measure */
    struct eb_arm arms[EB_ARMS_MAX];
    size_t arm_count;
    const char *sizes_text; /* NULL: nobody named them */
    struct eb_size_list sizes;
    uint64_t window;
    uint64_t pairs; /* 0: the kernel's default */
    const char *algorithm;
    const char *type;
    const char *operation;
    const char *segment;
    int in_place;
    const char *bind;
    /* how often */
    uint64_t launches; /* 0: the default */
    uint64_t ranks;
    uint64_t sweeps; /* 0: the default */
    uint64_t time_ms;
    uint64_t iterations;
    uint64_t min_iterations;
    uint64_t warmup;
    const char *precision; /* percent, NULL: none */
    int osu;
    int cold;
    int huge_pages;
    int refine;
    uint64_t seed;
    uint64_t timeout_s;
    int validate;
    int raw;
    int allow_same_host;
    int allow_wrong_path;
    /* what is claimed of figures or machines that are not here */
    const char *claimed_arm; /* of figures that are imported; NULL: nothing is claimed, as in the next */
    const char *instance;
    uint64_t nodes; /* 0: unknown, as in the next */
    uint64_t told_ranks;
    const char *sysroot; /* the tree to look for sysfs and procfs in; NULL: this host's */
    int doctor;          /* efabench-mpi: look at every node instead of measuring */
    /* how it is started */
    const char *launcher; /* NULL: mpirun */
    const char *worker;
    const char *variant;
    const char *variants[EB_VARIANTS_MAX]; /* run: NAME[=VARIABLE=VALUE...] */
    size_t variant_count;
    uint64_t launch_index;
    int stream;
    /* what an earlier launch of the run found out */
    const char *crossovers[EB_ARMS_MAX]; /* ARM=ALGORITHM:BYTES */
    size_t crossover_count;
    const char *added[EB_ADDED_MAX]; /* KERNEL=BYTES */
    size_t added_count;
    /* verdicts */
    const char *sides[2]; /* compare: two arms, or two variants */
    size_t arm_side_count;
    size_t variant_side_count;
    double alpha;
    double delta; /* shares: 0.02 is 2%; of gate and history 0 unless it was given */
    double tolerance;
    const char *allow; /* NULL: nothing */
    const char *baseline_record;
    const char *control;
    const char *history;
    const char *job;                   /* NULL: none */
    const char *writes[EB_WRITES_MAX]; /* FORMAT=FILE */
    size_t write_count;
    const char *reason; /* history accept; NULL, as the next two: not given */
    const char *by;
    const char *from;
    const char *match; /* part of a series' name; NULL: all */
    uint64_t last;     /* nights */
    /* what comes out */
    const char *output;
    const char *resume; /* run: a record to go on with; NULL: none */
    const char *format;
    const char *baseline;
    const char *against;
    const char *hostfile; /* of a screening: the hosts without the slow ones; NULL: none */
    int help;
    int version;

    const char **words; /* what is no option: kernels, or a record */
    size_t word_count;
    const char **forwarded; /* the options and values, as given, that the worker takes too */
    size_t forwarded_count;
    const char **given; /* all options, as "--name=value" or "--name", in their order */
    size_t given_count;
    char **storage; /* texts of profiles */
    size_t storage_count;
};

/* Reads argv[1..argc) for one program, profiles unfolded, defaults filled in. EB_USAGE names the word and
 * what would be right. argv must outlive options; release with eb_options_free in any case. */
enum eb_status eb_options_parse(struct eb_options *options, enum eb_program program, int argc, char **argv,
                                struct eb_error *err);
void eb_options_free(struct eb_options *options);

/* The part of --help that lists a program's options, as text owned by the caller (free). NULL when out of
 * memory. */
char *eb_options_help(enum eb_program program);

/* Writes words, of which the first stands at column (from 0), in lines of at most 79 columns, those after the
 * first indented.
 */
void eb_options_wrap(FILE *text, const char *words, int column, int indent);

#endif
