#include "cli/options.h"

#include "cli/profile.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { FLAG, TEXT, COUNT, ARM, PROVIDER, CROSSOVER, ADDED };

struct option_row {
    const char *name;
    int letter; /* 0: none */
    const char *argument;
    const char *help;
    unsigned programs;
    enum kind kind;
    size_t offset; /* of the value in struct eb_options */
    uint64_t low;  /* of a count */
    uint64_t high;
};

#define AT(field) offsetof(struct eb_options, field)
#define RUN EB_PROGRAM_RUN
#define REPORT EB_PROGRAM_REPORT
#define WORKER EB_PROGRAM_WORKER
#define IMPORT EB_PROGRAM_IMPORT
#define AUDIT EB_PROGRAM_AUDIT
#define ADAPTERS EB_PROGRAM_ADAPTERS
#define DOCTOR EB_PROGRAM_DOCTOR
#define ALL (RUN | REPORT | WORKER | IMPORT | AUDIT | ADAPTERS | DOCTOR)

static const struct option_row rows[] = {
    {"arm", 'a', "ARM",
     "a way to move bytes: NAME=TRANSPORT[:PROVIDER][@INTERFACE][,key=value...]; may stand several times",
     RUN | WORKER, ARM, 0, 0, 0},
    {"provider", 'p', "PROVIDER", "short for --arm PROVIDER=ofi:PROVIDER", RUN | WORKER, PROVIDER, 0, 0, 0},
    {"sizes", 's', "LIST",
     "message sizes: 8, or 1,8,64K, or ranges: 1:4M (doubling), 4:1G:x4, 60K:68K:+1K (1:4M)", RUN | WORKER,
     TEXT, AT(sizes_text), 0, 0},
    {"window", 'w', "N", "messages in flight in bandwidth, bibandwidth and message_rate (64)", RUN | WORKER,
     COUNT, AT(window), 1, 65536},
    {"pairs", 0, "N", "pairs at work at once, rank i with i + n/2 (1; message_rate: all)", RUN | WORKER,
     COUNT, AT(pairs), 1, 50000},
    {"algorithm", 0, "NAME",
     "of the all-reduce: auto, recursive_doubling, ring, rabenseifner, native (auto: measured, and native on "
     "mpi)",
     RUN | WORKER, TEXT, AT(algorithm), 0, 0},
    {"type", 0, "NAME", "elements of the all-reduce: f32, f64, i32, i64 (f32)", RUN | WORKER, TEXT, AT(type),
     0, 0},
    {"operation", 0, "NAME", "of the all-reduce: sum, min, max (sum)", RUN | WORKER, TEXT, AT(operation), 0,
     0},
    {"segment", 0, "SIZE", "what the ring cuts its chunks into (1M)", RUN | WORKER, TEXT, AT(segment), 0, 0},
    {"in-place", 0, NULL, "all-reduce in place: the result takes the vector's place", RUN | WORKER, FLAG,
     AT(in_place), 0, 0},
    {"bind", 0, "WHERE",
     "core:LIST, nic (a core near the first arm's NIC) or none (nic where the launcher bound nothing)",
     RUN | WORKER, TEXT, AT(bind), 0, 0},
    {"launches", 'k', "N", "launches of mpirun (6: the least that gives a 95% interval of a median)", RUN,
     COUNT, AT(launches), 1, 1000},
    {"ranks", 'n', "N", "ranks of each launch (2)", RUN, COUNT, AT(ranks), 2, 100000},
    {"sweeps", 0, "N",
     "times that each launch goes over all cases; the first is marked and left out (4; --osu: 1, counted)",
     RUN | WORKER, COUNT, AT(sweeps), 1, 1000},
    {"time", 't', "MS", "time budget of a case in a sweep, in milliseconds (10)", RUN | WORKER, COUNT,
     AT(time_ms), 1, 3600000},
    {"iterations", 'i', "N", "iterations of a case in a sweep, in place of the time budget", RUN | WORKER,
     COUNT, AT(iterations), 1, 10000000},
    {"min-iterations", 0, "N", "the least, whatever the time budget says (3)", RUN | WORKER, COUNT,
     AT(min_iterations), 1, 10000000},
    {"warmup", 'x', "N", "iterations before those that count (a tenth)", RUN | WORKER, COUNT, AT(warmup), 0,
     10000000},
    {"precision", 0, "PERCENT",
     "end a case in a sweep when half the 95% interval of its median is below this; --time bounds it",
     RUN | WORKER, TEXT, AT(precision), 0, 0},
    {"osu", 0, NULL,
     "as the OSU Micro-Benchmarks 7.4 do: their counts, where they post, what they time and average",
     RUN | WORKER, FLAG, AT(osu), 0, 0},
    {"cold", 0, NULL, "rotate buffers over twice the last-level cache", RUN | WORKER, FLAG, AT(cold), 0, 0},
    {"huge-pages", 0, NULL, "buffers of huge pages", RUN | WORKER, FLAG, AT(huge_pages), 0, 0},
    {"refine", 0, NULL, "look for jumps between two sizes, and measure sizes closer to them", RUN | WORKER,
     FLAG, AT(refine), 0, 0},
    {"seed", 0, "N", "repeats the order of a run (else random; the record says it)", RUN | WORKER, COUNT,
     AT(seed), 0, INT64_MAX},
    {"validate", 0, NULL, "check every byte in iterations of their own; a wrong one is exit 4", RUN | WORKER,
     FLAG, AT(validate), 0, 0},
    {"raw", 0, NULL, "keep every sample in the record", RUN | WORKER, FLAG, AT(raw), 0, 0},
    {"allow-same-host", 0, NULL,
     "let an arm that means an adapter run with all ranks on one host; the record is marked", RUN | WORKER,
     FLAG, AT(allow_same_host), 0, 0},
    {"allow-wrong-path", 0, NULL,
     "keep figures that the NIC's counters, or the arm's own name, contradict; they are marked", RUN | WORKER,
     FLAG, AT(allow_wrong_path), 0, 0},
    {"arm", 0, "ARM", "what the figures claim to be: a name, or an arm such as ena=sockets@ena,flows=1",
     IMPORT | AUDIT, TEXT, AT(claimed_arm), 0, 0},
    {"instance", 0, "TYPE", "the EC2 instance type, such as c5n.18xlarge", IMPORT | AUDIT | ADAPTERS, TEXT,
     AT(instance), 0, 0},
    {"nodes", 0, "N", "hosts that the figures were measured on", IMPORT | AUDIT, COUNT, AT(nodes), 1, 100000},
    {"ranks", 0, "N", "ranks that they were measured with, where the text does not say", IMPORT, COUNT,
     AT(told_ranks), 1, 10000000},
    {"sysroot", 0, "DIR", "look for sysfs, procfs and limits below DIR instead of on this host",
     ADAPTERS | DOCTOR | WORKER, TEXT, AT(sysroot), 0, 0},
    {"doctor", 0, NULL, "look whether every node is ready for EFA, and measure nothing", WORKER, FLAG,
     AT(doctor), 0, 0},
    {"timeout", 0, "S", "seconds without any sign of a rank before the launch is ended (60)", RUN | WORKER,
     COUNT, AT(timeout_s), 1, 86400},
    {"launcher", 0, "COMMAND", "what starts the ranks, without a shell; '-n RANKS' is appended (mpirun)", RUN,
     TEXT, AT(launcher), 0, 0},
    {"worker", 0, "FILE", "the efabench-mpi to start (the one beside efabench)", RUN, TEXT, AT(worker), 0, 0},
    {"variant", 0, "NAME", "name of the environment of this launch in the record (default)", WORKER, TEXT,
     AT(variant), 0, 0},
    {"launch-index", 0, "N", "number of this launch in a run: part of the seed (0)", WORKER, COUNT,
     AT(launch_index), 0, 1000000},
    {"crossover", 0, "ARM=NAME:SIZE", "what auto is: recursive doubling up to the size, NAME above", WORKER,
     CROSSOVER, 0, 0, 0},
    {"added", 0, "KERNEL=SIZE", "one more size of one kernel, as --refine found it", WORKER, ADDED, 0, 0, 0},
    {"stream", 0, NULL, "write the journal to standard output, for efabench run", WORKER, FLAG, AT(stream), 0,
     0},
    {"output", 'o', "FILE", "run, import and efabench-mpi: the record; else the report",
     RUN | REPORT | WORKER | IMPORT | AUDIT, TEXT, AT(output), 0, 0},
    {"format", 'f', "NAME", "text, csv or json (text)", RUN | REPORT | WORKER, TEXT, AT(format), 0, 0},
    {"format", 0, "NAME", "text or json (text)", AUDIT | ADAPTERS | DOCTOR, TEXT, AT(format), 0, 0},
    {"baseline", 'b', "ARM", "the arm that ratios are taken to (the first kernel TCP arm)",
     RUN | REPORT | WORKER, TEXT, AT(baseline), 0, 0},
    {"against", 0, "RECORD", "another record to show beside it", RUN | REPORT, TEXT, AT(against), 0, 0},
    {"help", 'h', NULL, "this text", ALL, FLAG, AT(help), 0, 0},
    {"version", 0, NULL, "version and source", ALL, FLAG, AT(version), 0, 0},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, "options", ENOMEM, "out of memory for the options");
}

static enum eb_status add_arm(struct eb_options *options, const char *spec, struct eb_error *err)
{
    if (options->arm_count == EB_ARMS_MAX)
        return eb_error_set(err, EB_USAGE, "options", 0, "arm '%s': at most %d arms", spec, EB_ARMS_MAX);
    enum eb_status status = eb_arm_parse(spec, &options->arms[options->arm_count], err);
    options->arm_count += status == EB_OK;
    return status;
}

/* -p tcp: the arm is called like the provider, without what a name cannot have. */
static enum eb_status add_provider(struct eb_options *options, const char *provider, struct eb_error *err)
{
    char spec[128];
    int length =
        snprintf(spec, sizeof spec, "%.*s=ofi:%s", (int)strcspn(provider, ";@,"), provider, provider);
    if (length >= (int)sizeof spec)
        return eb_error_set(err, EB_USAGE, "options", 0, "provider '%s' is too long", provider);
    return add_arm(options, spec, err);
}

static enum eb_status keep(const char **list, size_t *count, size_t room, const char *name, const char *value,
                           struct eb_error *err)
{
    if (*count == room)
        return eb_error_set(err, EB_USAGE, "options", 0, "--%s: '%s' is one too many: at most %zu", name,
                            value, room);
    list[(*count)++] = value;
    return EB_OK;
}

static enum eb_status apply(struct eb_options *options, const struct option_row *row, const char *value,
                            struct eb_error *err)
{
    char *field = (char *)options + row->offset;
    char what[64];
    switch (row->kind) {
    case FLAG:
        *(int *)(void *)field = 1;
        return EB_OK;
    case TEXT:
        *(const char **)(void *)field = value;
        return EB_OK;
    case COUNT:
        snprintf(what, sizeof what, "--%s", row->name);
        return eb_count_parse(what, value, row->low, row->high, (uint64_t *)(void *)field, err);
    case ARM:
        return add_arm(options, value, err);
    case PROVIDER:
        return add_provider(options, value, err);
    case CROSSOVER:
        return keep(options->crossovers, &options->crossover_count, EB_ARMS_MAX, row->name, value, err);
    case ADDED:
        return keep(options->added, &options->added_count, EB_ADDED_MAX, row->name, value, err);
    }
    return EB_OK;
}

/* The option of this program whose name begins most like the word, for the message. */
static const char *closest(const char *word, enum eb_program program)
{
    const char *best = "help";
    size_t best_length = 0;
    while (*word == '-')
        word++;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        size_t length = 0;
        while (word[length] && word[length] == rows[i].name[length])
            length++;
        if ((rows[i].programs & (unsigned)program) && length > best_length) {
            best = rows[i].name;
            best_length = length;
        }
    }
    return best;
}

static enum eb_status forward(struct eb_options *options, const char *text, struct eb_error *err)
{
    const char **grown = realloc(options->forwarded, (options->forwarded_count + 1) * sizeof *grown);
    if (!grown)
        return out_of_memory(err);
    options->forwarded = grown;
    options->forwarded[options->forwarded_count++] = text;
    return EB_OK;
}

/* What the worker must be told too: not where the report goes. */
static int is_forwarded(const struct option_row *row)
{
    return (row->programs & RUN) && (row->programs & WORKER) && !(row->programs & REPORT) &&
           row->kind != ARM && row->kind != PROVIDER;
}

static enum eb_status take(struct eb_options *options, const struct option_row *row, char *value,
                           struct eb_error *err)
{
    enum eb_status status = apply(options, row, value, err);
    if (status != EB_OK || !is_forwarded(row))
        return status;
    char *joined = NULL;
    if (asprintf(&joined, value ? "--%s=%s" : "--%s", row->name, value) < 0)
        return out_of_memory(err);
    status = eb_profile_keep(&options->storage, &options->storage_count, joined, err);
    return status == EB_OK ? forward(options, joined, err) : status;
}

/* What getopt_long stumbled over: a long word, or one letter within a word. */
static enum eb_status bad_option(const char *word, int missing, enum eb_program program, struct eb_error *err)
{
    char letter[3] = {'-', (char)optopt, '\0'};
    if (optopt > 0 && optopt < 256)
        word = letter;
    if (missing)
        return eb_error_set(err, EB_USAGE, "options", 0, "option '%s' needs a value", word);
    return eb_error_set(err, EB_USAGE, "options", 0,
                        "unknown option '%s': did you mean --%s? --help lists all", word,
                        closest(word, program));
}

static enum eb_status parse_words(struct eb_options *options, enum eb_program program, int argc, char **argv,
                                  struct eb_error *err)
{
    struct option longs[ROW_COUNT + 1];
    char shorts[2 * ROW_COUNT + 2] = ":";
    size_t used = 1;
    size_t count = 0;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (!(rows[i].programs & (unsigned)program))
            continue;
        longs[count++] = (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument,
                                         NULL, (int)i + 256};
        if (rows[i].letter) {
            shorts[used++] = (char)rows[i].letter;
            if (rows[i].argument)
                shorts[used++] = ':';
        }
    }
    longs[count] = (struct option){0};
    shorts[used] = '\0';
    optind = 0; /* glibc: start anew */
    opterr = 0;
    int got = 0;
    while ((got = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        size_t row = 0;
        if (got == '?' || got == ':')
            return bad_option(argv[optind - 1], got == ':', program, err);
        while (got >= 256 ? row != (size_t)got - 256 : rows[row].letter != got)
            row++;
        enum eb_status status = take(options, &rows[row], optarg, err);
        if (status != EB_OK)
            return status;
    }
    options->words = (const char **)(void *)(argv + optind);
    options->word_count = (size_t)(argc - optind);
    return EB_OK;
}

static void set_defaults(struct eb_options *options)
{
    *options = (struct eb_options){
        .window = 64,
        .algorithm = "auto",
        .type = "f32",
        .operation = "sum",
        .segment = "1M",
        .launches = 6,
        .ranks = 2,
        .time_ms = 10,
        .min_iterations = 3,
        .warmup = UINT64_MAX,
        .seed = UINT64_MAX,
        .timeout_s = 60,
        .variant = "default",
        .format = "text",
    };
}

enum eb_status eb_options_parse(struct eb_options *options, enum eb_program program, int argc, char **argv,
                                struct eb_error *err)
{
    int unfolded_count = 0;
    char **unfolded = NULL;
    set_defaults(options);
    enum eb_status status = eb_profile_unfold(argc, argv, &unfolded_count, &unfolded, &options->storage,
                                              &options->storage_count, err);
    if (status == EB_OK)
        status = parse_words(options, program, unfolded_count, unfolded, err);
    if (status == EB_OK)
        status = eb_size_list_parse(options->sizes_text ? options->sizes_text : "1:4M", &options->sizes, err);
    return status;
}

void eb_options_free(struct eb_options *options)
{
    for (size_t i = 0; i < options->arm_count; i++)
        eb_arm_free(&options->arms[i]);
    for (size_t i = 0; i < options->storage_count; i++)
        free(options->storage[i]);
    eb_size_list_free(&options->sizes);
    free(options->storage);
    free(options->forwarded);
    *options = (struct eb_options){0};
}

void eb_options_wrap(FILE *text, const char *words, int column, int indent)
{
    int is_first = 1;
    while (*words) {
        int length = (int)strcspn(words, " ");
        if (!is_first && column + 1 + length > 79) {
            fprintf(text, "\n%*s", indent, "");
            column = indent;
        } else if (!is_first) {
            fputc(' ', text);
            column++;
        }
        fprintf(text, "%.*s", length, words);
        column += length;
        words += length + (words[length] == ' ');
        is_first = 0;
    }
    fputc('\n', text);
}

char *eb_options_help(enum eb_program program)
{
    char *help = NULL;
    size_t bytes = 0;
    FILE *text = open_memstream(&help, &bytes);
    if (!text)
        return NULL;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        char left[64];
        if (!(rows[i].programs & (unsigned)program))
            continue;
        snprintf(left, sizeof left, "  %c%c%s--%s %s", rows[i].letter ? '-' : ' ',
                 rows[i].letter ? rows[i].letter : ' ', rows[i].letter ? ", " : "  ", rows[i].name,
                 rows[i].argument ? rows[i].argument : "");
        fprintf(text, "%-27s ", left);
        eb_options_wrap(text, rows[i].help, strlen(left) > 27 ? (int)strlen(left) + 1 : 28, 28);
    }
    fclose(text);
    return help;
}
