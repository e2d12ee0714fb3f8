/* Intel MPI Benchmarks, IMB-MPI1 and IMB-P2P.
 *
 * Source of the format: IMB_output.c (IMB_print_header, IMB_show_procids, IMB_display_times), P2P/imb_p2p_*.c
 * and IMB_parse_name_mpi1.c of github.com/intel/mpi-benchmarks. t[usec] of the ping-pongs is half a round
 * trip (scale_time = 0.5); Mbytes/sec is 1e6 bytes a second, of all pairs together in Uniband and Biband,
 * both directions counted in Biband (scale_bw = 2); t_avg of a collective is the mean over its ranks. Columns
 * are found by their headings. */
#include "judge/import/import.h"
#include "judge/import/words.h"

#include <math.h>
#include <string.h>

enum shape {
    SHAPE_PINGPONG,   /* t[usec], or t_avg[usec] of several groups */
    SHAPE_BAND,       /* Mbytes/sec and Msg/sec */
    SHAPE_COLLECTIVE, /* t_min[usec] t_max[usec] t_avg[usec] */
};

struct benchmark {
    const char *name;
    const char *kernel;
    enum shape shape;
    int rate_too; /* Msg/sec is one direction's: the kernel message_rate */
};

static const struct benchmark benchmarks[] = {
    {"PingPong", "pingpong", SHAPE_PINGPONG, 0},
    {"PingPongSpecificSource", "pingpong", SHAPE_PINGPONG, 0},
    {"PingPongAnySource", "pingpong", SHAPE_PINGPONG, 0},
    {"Uniband", "bandwidth", SHAPE_BAND, 1},
    {"Biband", "bibandwidth", SHAPE_BAND, 0},
    {"Allgather", "allgather", SHAPE_COLLECTIVE, 0},
    {"Allgatherv", "allgatherv", SHAPE_COLLECTIVE, 0},
    {"Allreduce", "allreduce", SHAPE_COLLECTIVE, 0},
    {"Alltoall", "alltoall", SHAPE_COLLECTIVE, 0},
    {"Alltoallv", "alltoallv", SHAPE_COLLECTIVE, 0},
    {"Barrier", "barrier", SHAPE_COLLECTIVE, 0},
    {"Bcast", "bcast", SHAPE_COLLECTIVE, 0},
    {"Gather", "gather", SHAPE_COLLECTIVE, 0},
    {"Gatherv", "gatherv", SHAPE_COLLECTIVE, 0},
    {"Reduce", "reduce", SHAPE_COLLECTIVE, 0},
    {"Reduce_scatter", "reduce_scatter", SHAPE_COLLECTIVE, 0},
    {"Reduce_scatter_block", "reduce_scatter_block", SHAPE_COLLECTIVE, 0},
    {"Scatter", "scatter", SHAPE_COLLECTIVE, 0},
    {"Scatterv", "scatterv", SHAPE_COLLECTIVE, 0},
};

enum column {
    BYTES,
    REPETITIONS,
    TIME,
    TIME_MIN,
    TIME_MAX,
    TIME_AVG,
    MBYTES,
    MESSAGES,
    GROUP,
    DEFECTS,
    COLUMNS
};

static const char *const headings[COLUMNS] = {
    "#bytes",      "#repetitions", "t[usec]", "t_min[usec]", "t_max[usec]",
    "t_avg[usec]", "Mbytes/sec",   "Msg/sec", "Group",       "defects",
};

enum place {
    PLACE_OUTSIDE, /* of any block, or in one that is left out */
    PLACE_TITLE,   /* after "# Benchmarking", before the headings */
    PLACE_TABLE,
    PLACE_CUT, /* after a row that was cut: no more rows of this table can be */
};

struct reader {
    struct eb_import *import;
    struct eb_error *err;
    enum place place;
    const struct benchmark *benchmark;
    uint64_t ranks;          /* of one group */
    uint64_t groups;         /* at work at once */
    size_t columns[COLUMNS]; /* place in a row, EB_LINE_WORDS_MAX: not there */
    size_t column_count;
    unsigned cut_line;
    int empty_warned; /* that collectives of no bytes are left out */
};

/* One row of the table that is being read. */
struct row {
    double values[COLUMNS]; /* NAN where there is no such column */
    uint64_t size_bytes;
    uint64_t repetitions;
};

static int has(const struct reader *reader, enum column column)
{
    return reader->columns[column] < EB_LINE_WORDS_MAX;
}

/* "# Benchmarking PingPong", "# Benchmarking Multi-PingPong" */
static enum eb_status begin_block(struct reader *reader, const struct eb_line *line,
                                  const struct eb_line_words *words)
{
    const char *name = words->count > 2 ? words->words[2] : "";
    reader->benchmark = NULL;
    reader->place = PLACE_OUTSIDE;
    reader->ranks = 0;
    reader->groups = 1;
    name += strncmp(name, "Multi-", 6) == 0 ? 6 : 0;
    for (size_t i = 0; i < sizeof benchmarks / sizeof *benchmarks; i++)
        if (strcmp(benchmarks[i].name, name) == 0)
            reader->benchmark = &benchmarks[i];
    if (!reader->benchmark)
        return eb_import_warn(reader->import, line->number, reader->err,
                              "'%.60s' has no counterpart here: left out", name);
    reader->place = PLACE_TITLE;
    return EB_OK;
}

/* "# #processes = 4", "# #processes = 4; rank order (rowwise):" */
static void read_processes(struct reader *reader, const struct eb_line_words *words)
{
    char number[24] = "";
    if (words->count < 4 || strcmp(words->words[2], "=") != 0)
        return;
    size_t length = strcspn(words->words[3], ";");
    if (length < sizeof number) {
        memcpy(number, words->words[3], length);
        number[length] = '\0';
    }
    if (!eb_word_count(number, &reader->ranks))
        reader->ranks = 0;
}

/* "# ( 2 groups of 4 processes each running simultaneous )" */
static void read_groups(struct reader *reader, const struct eb_line_words *words)
{
    if (words->count < 7 || strcmp(words->words[3], "groups") != 0 ||
        !eb_word_count(words->words[2], &reader->groups) || !eb_word_count(words->words[5], &reader->ranks))
        reader->ranks = 0;
}

/* Whether the table has what its benchmark is known by. */
static int columns_fit(const struct reader *reader)
{
    if (!has(reader, REPETITIONS))
        return 0;
    switch (reader->benchmark->shape) {
    case SHAPE_PINGPONG:
        return has(reader, BYTES) && (has(reader, TIME) || (reader->groups > 1 && has(reader, TIME_AVG)));
    case SHAPE_BAND:
        return has(reader, BYTES) && has(reader, MBYTES) && has(reader, MESSAGES);
    case SHAPE_COLLECTIVE:
        return (has(reader, BYTES) || strcmp(reader->benchmark->kernel, "barrier") == 0) &&
               has(reader, TIME_MIN) && has(reader, TIME_MAX) && has(reader, TIME_AVG);
    }
    return 0;
}

static enum eb_status begin_table(struct reader *reader, const struct eb_line *line,
                                  const struct eb_line_words *words)
{
    for (size_t i = 0; i < COLUMNS; i++)
        reader->columns[i] = eb_words_find(words, headings[i]);
    reader->column_count = words->count;
    reader->place = PLACE_OUTSIDE;
    int one_pair = reader->benchmark->shape == SHAPE_PINGPONG && !has(reader, GROUP);
    if (reader->groups != 1 && !one_pair)
        return eb_import_warn(reader->import, line->number, reader->err,
                              "%s of %llu groups at once (-multi) has no counterpart here: left out",
                              reader->benchmark->name, (unsigned long long)reader->groups);
    if (!columns_fit(reader))
        return eb_import_refuse(reader->import, line->number, reader->err, "these are not the columns of %s",
                                reader->benchmark->name);
    if (reader->ranks == 0 || reader->ranks > INT32_MAX || reader->groups > INT32_MAX)
        return eb_import_refuse(reader->import, line->number, reader->err,
                                "the table does not say how many processes there were");
    reader->place = PLACE_TABLE;
    return EB_OK;
}

/* Before each figure is looked at: a row that ends too early, or at the very end of the text. */
static int is_cut(const struct reader *reader, const struct eb_line *line, const struct eb_line_words *words)
{
    static const size_t decimals[COLUMNS] = {
        [TIME] = 2, [TIME_MIN] = 2, [TIME_MAX] = 2, [TIME_AVG] = 2, [MBYTES] = 2, [DEFECTS] = 2,
    };
    if (words->count < reader->column_count)
        return 1;
    if (line->ended || words->count > reader->column_count)
        return 0;
    for (size_t i = 0; i < COLUMNS; i++)
        if (has(reader, (enum column)i) && reader->columns[i] == reader->column_count - 1 && i == MESSAGES)
            return 1; /* whole numbers: nobody can see whether digits are missing */
        else if (has(reader, (enum column)i) && reader->columns[i] == reader->column_count - 1)
            return eb_word_decimals(words->words[reader->columns[i]]) < decimals[i];
    return 0;
}

static enum eb_status read_numbers(struct reader *reader, const struct eb_line *line,
                                   const struct eb_line_words *words, struct row *row)
{
    row->size_bytes = row->repetitions = 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        uint64_t whole = 0;
        row->values[i] = NAN;
        if (!has(reader, (enum column)i))
            continue;
        const char *word = words->words[reader->columns[i]];
        int is_whole = i == BYTES || i == REPETITIONS || i == GROUP;
        int good = is_whole ? eb_word_count(word, &whole)
                            : eb_word_number(word, &row->values[i]) == EB_WORD_NUMBER && row->values[i] >= 0;
        if (!good)
            return eb_import_refuse(reader->import, line->number, reader->err,
                                    "'%.40s' can be no figure in the column %s", word, headings[i]);
        if (is_whole)
            row->values[i] = (double)whole;
        if (i == BYTES)
            row->size_bytes = whole;
        if (i == REPETITIONS)
            row->repetitions = whole;
    }
    return EB_OK;
}

/* 1e6 size / second and Msg/sec say the same, within what was rounded away. */
static int rates_agree(const struct row *row)
{
    double messages = row->values[MESSAGES];
    double size = (double)row->size_bytes;
    return fabs(row->values[MBYTES] * 1e6 - messages * size) <=
           0.00501e6 + 0.501 * size + 1e-9 * messages * size;
}

static enum eb_status add_band(struct reader *reader, const struct eb_line *line, const struct row *row,
                               struct eb_import_row *figure)
{
    if (row->values[MESSAGES] <= 0)
        return eb_import_refuse(reader->import, line->number, reader->err,
                                "no message a second is no figure");
    if (!rates_agree(row))
        return eb_import_refuse(reader->import, line->number, reader->err,
                                "Mbytes/sec and Msg/sec contradict each other at %llu bytes",
                                (unsigned long long)row->size_bytes);
    figure->pairs = reader->ranks / 2;
    enum eb_status status = EB_OK;
    if (row->size_bytes > 0) {
        figure->quantity = EB_QUANTITY_RATE;
        /* 0.00 of small messages: the other column has more digits */
        figure->value = row->values[MBYTES] > 0 ? row->values[MBYTES] * 1e6
                                                : row->values[MESSAGES] * (double)row->size_bytes;
        status = eb_import_add(reader->import, line->number, figure, reader->err);
    }
    if (status != EB_OK || !reader->benchmark->rate_too)
        return status;
    figure->kernel = "message_rate";
    figure->quantity = EB_QUANTITY_MESSAGES;
    figure->value = row->values[MESSAGES];
    return eb_import_add(reader->import, line->number, figure, reader->err);
}

static enum eb_status add_times(struct reader *reader, const struct eb_line *line, const struct row *row,
                                struct eb_import_row *figure)
{
    double time = row->values[has(reader, TIME) ? TIME : TIME_AVG];
    if (time <= 0)
        return eb_import_refuse(reader->import, line->number, reader->err, "a time of 0 is no figure");
    if (has(reader, TIME_AVG) && !(row->values[TIME_MIN] <= time && time <= row->values[TIME_MAX]))
        return eb_import_refuse(reader->import, line->number, reader->err,
                                "t_avg is not between t_min and t_max");
    figure->quantity =
        reader->benchmark->shape == SHAPE_PINGPONG ? EB_QUANTITY_HALF_RTT : EB_QUANTITY_TIME_OSU;
    figure->value = time * 1e3;
    figure->min = row->values[TIME_MIN] * 1e3;
    figure->max = row->values[TIME_MAX] * 1e3;
    return eb_import_add(reader->import, line->number, figure, reader->err);
}

static enum eb_status add_row(struct reader *reader, const struct eb_line *line, const struct row *row)
{
    const struct benchmark *benchmark = reader->benchmark;
    struct eb_import_row figure = {
        .kernel = benchmark->kernel,
        .algorithm = "",
        .size_bytes = row->size_bytes,
        .ranks = reader->ranks * reader->groups,
        .iterations = row->repetitions,
        .min = NAN,
        .max = NAN,
    };
    if (row->repetitions == 0)
        return eb_import_refuse(reader->import, line->number, reader->err, "no repetition gives no figure");
    if (has(reader, DEFECTS) && row->values[DEFECTS] > 0)
        return eb_import_refuse(reader->import, line->number, reader->err,
                                "wrong bytes were received (defects): nothing of it counts");
    if (benchmark->shape == SHAPE_BAND)
        return add_band(reader, line, row, &figure);
    if (benchmark->shape == SHAPE_COLLECTIVE && has(reader, BYTES) && row->size_bytes == 0) {
        if (reader->empty_warned)
            return EB_OK;
        reader->empty_warned = 1;
        return eb_import_warn(reader->import, line->number, reader->err,
                              "collectives of 0 bytes move nothing: left out");
    }
    if (benchmark->shape == SHAPE_PINGPONG && figure.ranks > 2)
        figure.pairs = figure.ranks / 2;
    return add_times(reader, line, row, &figure);
}

/* A size that was given up: "4194304 time-out.; ...", "out-of-mem.; ...", "int-overflow; ..." */
static const char *given_up(const struct eb_line_words *words)
{
    static const char *const reasons[] = {"time-out", "out-of-mem", "int-overflow"};
    for (size_t i = 1; i < words->count && i < 3; i++)
        for (size_t j = 0; j < sizeof reasons / sizeof *reasons; j++)
            if (strncmp(words->words[i], reasons[j], strlen(reasons[j])) == 0)
                return reasons[j];
    return NULL;
}

static enum eb_status read_row(struct reader *reader, const struct eb_line *line,
                               const struct eb_line_words *words)
{
    struct row row;
    uint64_t first = 0;
    const char *reason = given_up(words);
    if (words->count == 0 || !eb_word_count(words->words[0], &first))
        return EB_OK; /* blank lines between groups, messages of others */
    if (reader->place == PLACE_CUT)
        return eb_import_refuse(reader->import, line->number, reader->err,
                                "the table goes on after line %u, which is cut", reader->cut_line);
    if (reason)
        return eb_import_warn(reader->import, line->number, reader->err, "%s gave up on a size: %s",
                              reader->benchmark->name, reason);
    if (is_cut(reader, line, words)) {
        reader->place = PLACE_CUT;
        reader->cut_line = line->number;
        return eb_import_warn(reader->import, line->number, reader->err,
                              "the table of %s was cut: what is before this line is kept",
                              reader->benchmark->name);
    }
    if (words->count > reader->column_count)
        return eb_import_refuse(reader->import, line->number, reader->err, "more words than columns");
    enum eb_status status = read_numbers(reader, line, words, &row);
    return status == EB_OK ? add_row(reader, line, &row) : status;
}

static enum eb_status read_line(struct reader *reader, const struct eb_line *line)
{
    struct eb_line_words words;
    eb_line_split(line->text, &words);
    const char *tool = strstr(line->text, "Intel");
    if (tool && line->text[0] == '#' && strstr(tool, "MPI Benchmarks"))
        return eb_import_set_tool(reader->import, tool, reader->err);
    if (eb_words_begin(&words, "# Benchmarking"))
        return begin_block(reader, line, &words);
    if (reader->place == PLACE_OUTSIDE)
        return EB_OK;
    if (reader->place == PLACE_TITLE && eb_words_begin(&words, "# #processes"))
        read_processes(reader, &words);
    else if (reader->place == PLACE_TITLE && eb_words_begin(&words, "# (") &&
             eb_words_find(&words, "groups") < EB_LINE_WORDS_MAX)
        read_groups(reader, &words);
    else if (reader->place == PLACE_TITLE && eb_words_find(&words, headings[REPETITIONS]) < EB_LINE_WORDS_MAX)
        return begin_table(reader, line, &words);
    else if (reader->place == PLACE_TABLE || reader->place == PLACE_CUT)
        return read_row(reader, line, &words);
    return EB_OK;
}

static enum eb_status read_imb(struct eb_import *import, const char *text, size_t bytes, struct eb_error *err)
{
    struct reader reader = {.import = import, .err = err};
    struct eb_lines lines = eb_lines_of(text, bytes);
    struct eb_line line;
    enum eb_status status = EB_OK;
    while (status == EB_OK && eb_lines_next(&lines, &line))
        status = read_line(&reader, &line);
    return status;
}

const struct eb_importer eb_import_imb = {
    .name = "imb",
    .summary = "Intel MPI Benchmarks: IMB-MPI1 and IMB-P2P",
    .read = read_imb,
};
