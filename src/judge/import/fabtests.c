/* fabtests and fi_pingpong.
 *
 * Source of the format: show_perf and show_perf_mr of fabtests/common/shared.c, show_perf of util/pingpong.c
 * and benchmarks/benchmark_shared.c of github.com/ofiwg/libfabric. All programs write one table:
 *
 *   bytes   iters   total       time     MB/sec    usec/xfer   Mxfers/sec      (older ones and fi_pingpong:
 *   64      1k      125k        0.01s     12.80       5.00       0.20           #sent #ack for iters)
 *
 * A ping-pong moves 2 messages an iteration, a bandwidth test one, and total and time count them all: the
 * arithmetic of the columns says which it was. usec/xfer is then half a round trip, MB/sec 1e6 bytes a
 * second. Sizes and counts are cut to a few digits: 1.5k, 10k (k = 1024 of bytes, 1000 of counts). */
#include "judge/import/import.h"
#include "judge/import/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* What a column of cut digits may have been: low to high. */
struct range {
    double low;
    double high;
};

struct row {
    uint64_t size_bytes; /* the exact one of a size that is a power of 2, or 3/2 of one */
    int size_exact;      /* 0: digits of the size were cut */
    struct range size;
    struct range iterations;
    uint64_t iterations_said; /* 0: they were cut */
    struct range total;
    struct range time_s;
    struct range rate;    /* bytes a second */
    struct range xfer_us; /* microseconds */
    double rate_value;
    double xfer_us_value;
    int acknowledged; /* 0: #ack is not #sent */
};

enum form { FORM_NONE, FORM_ITERS, FORM_ACK, FORM_YAML };

/* What the text has been found to be so far. */
struct reader {
    struct eb_import *import;
    struct eb_error *err;
    enum form form;
    int adding;              /* 0: first pass, that finds out transfers; 1: figures are added */
    unsigned transfers;      /* an iteration: 1 or 2; 0: not known yet */
    unsigned transfers_line; /* that said so; 0: a name did */
    char program[64];        /* as the text or the file's name has it; "" when neither does */
    int named_in_text;       /* 0: the file's name has it */
    unsigned cut_line;       /* 0: no table was cut */
};

static struct range around(double value, double unit)
{
    return (struct range){value - unit, value + unit};
}

static int overlap(struct range one, struct range other)
{
    const double slack = 1e-5; /* usec/xfer is computed in single precision */
    return one.low <= other.high * (1 + slack) && other.low <= one.high * (1 + slack);
}

/* "64", "1.5k", "12k", "1m", "2g": a number cut to whole units, or to tenths of one below ten units. */
static int read_cut(const char *word, double base, struct range *range, double *written)
{
    static const char suffixes[] = "kmg";
    char digits[24];
    uint64_t whole = 0;
    double unit = 1;
    double value = 0;
    size_t length = strlen(word);
    if (length == 0 || length >= sizeof digits)
        return 0;
    memcpy(digits, word, length + 1);
    const char *suffix = strchr(suffixes, word[length - 1] == 'b' && base == 1000 ? 'g' : word[length - 1]);
    if (!suffix) {
        if (!eb_word_count(word, &whole) || whole > (UINT64_C(1) << 53))
            return 0;
        *written = (double)whole;
        *range = (struct range){*written, *written};
        return 1;
    }
    digits[length - 1] = '\0';
    for (const char *at = suffixes; at <= suffix; at++)
        unit *= base;
    if (digits[0] < '0' || digits[0] > '9' || strpbrk(digits, "eE") ||
        eb_word_number(digits, &value) != EB_WORD_NUMBER || value < 1 || eb_word_decimals(digits) > 1)
        return 0;
    double step = base == 1024 && value < 10 ? 0.1 : 1;
    *written = value * unit;
    *range = (struct range){*written, (value + step) * unit - 1};
    return *written < 0x1p53; /* beyond, no program counts, and a double not exactly */
}

/* Sizes of the programs' own lists are powers of 2 and one and a half of them; others lose digits. */
static void set_size(struct row *row, const char *word, double written)
{
    double mantissa = frexp(written, &(int){0});
    size_t length = strlen(word);
    int whole = length > 0 && word[length - 1] >= '0' && word[length - 1] <= '9';
    row->size_bytes = (uint64_t)written;
    row->size_exact = whole || mantissa == 0.5 || mantissa == 0.75;
}

/* A number with two decimals, and a unit behind it or none. */
static int read_decimal(const char *word, const char *unit, double *value, struct range *range)
{
    char digits[32];
    size_t length = strlen(word);
    size_t behind = strlen(unit);
    if (length <= behind || length - behind >= sizeof digits || strcmp(word + length - behind, unit) != 0)
        return 0;
    memcpy(digits, word, length - behind);
    digits[length - behind] = '\0';
    if (eb_word_number(digits, value) != EB_WORD_NUMBER || *value < 0)
        return 0;
    *range = around(*value, 0.501 * pow(10, -(double)eb_word_decimals(digits)));
    range->low = range->low < 0 ? 0 : range->low;
    return 1;
}

static enum eb_status bad_word(const struct reader *reader, unsigned line, const char *column,
                               const char *word)
{
    return eb_import_refuse(reader->import, line, reader->err, "'%.40s' can be no figure in the column %s",
                            word, column);
}

static enum eb_status read_table_row(const struct reader *reader, unsigned line,
                                     const struct eb_line_words *words, struct row *row)
{
    size_t at = 0;
    double written = 0;
    double seconds = 0;
    const char *const *word = words->words;
    memset(row, 0, sizeof *row);
    if (!read_cut(word[at], 1024, &row->size, &written))
        return bad_word(reader, line, "bytes", word[at]);
    set_size(row, word[at++], written);
    if (!read_cut(word[at], 1000, &row->iterations, &written) || written < 1)
        return bad_word(reader, line, "iters", word[at]);
    row->iterations_said = row->iterations.low == row->iterations.high ? (uint64_t)written : 0;
    row->acknowledged = 1;
    at++;
    if (reader->form == FORM_ACK) {
        if (!strchr("=+-", word[at][0]))
            return bad_word(reader, line, "#ack", word[at]);
        row->acknowledged = word[at++][0] == '=';
    }
    if (!read_cut(word[at], 1024, &row->total, &written))
        return bad_word(reader, line, "total", word[at]);
    at++;
    if (!read_decimal(word[at], "s", &seconds, &row->time_s))
        return bad_word(reader, line, "time", word[at]);
    at++;
    if (!read_decimal(word[at], "", &row->rate_value, &row->rate))
        return bad_word(reader, line, "MB/sec", word[at]);
    at++;
    if (!read_decimal(word[at], "", &row->xfer_us_value, &row->xfer_us) || row->xfer_us_value <= 0)
        return bad_word(reader, line, "usec/xfer", word[at]);
    return EB_OK;
}

/* The value after "KEY:" in "- { xfer_size: 64, iterations: 10, ... }", without its comma. */
static int yaml_value(const struct eb_line_words *words, const char *key, char *value, size_t bytes)
{
    size_t at = eb_words_find(words, key);
    if (at == EB_LINE_WORDS_MAX || at + 1 >= words->count)
        return 0;
    size_t length = strcspn(words->words[at + 1], ",");
    if (length == 0 || length >= bytes)
        return 0;
    memcpy(value, words->words[at + 1], length);
    value[length] = '\0';
    return 1;
}

static enum eb_status read_yaml_row(const struct reader *reader, unsigned line,
                                    const struct eb_line_words *words, struct row *row)
{
    static const char *const keys[] = {
        "xfer_size:", "iterations:", "total:", "time:", "MB/sec:", "usec/xfer:"};
    double numbers[6];
    char value[40] = "";
    memset(row, 0, sizeof *row);
    for (size_t i = 0; i < 6; i++) {
        uint64_t whole = 0;
        if (!yaml_value(words, keys[i], value, sizeof value) ||
            eb_word_number(value, &numbers[i]) != EB_WORD_NUMBER || numbers[i] < 0 || numbers[i] > 0x1p53 ||
            (i < 3 && !eb_word_count(value, &whole)))
            return bad_word(reader, line, keys[i], value);
        if (i == 0)
            row->size_bytes = whole;
        if (i == 1)
            row->iterations_said = whole;
    }
    if (row->iterations_said == 0 || numbers[5] <= 0)
        return bad_word(reader, line, row->iterations_said ? keys[5] : keys[1], "0");
    row->size_exact = row->acknowledged = 1;
    row->size = around(numbers[0], 0);
    row->iterations = around(numbers[1], 0);
    row->total = around(numbers[2], 0);
    row->time_s = around(numbers[3], 0.501e-6);
    row->rate = around(numbers[4], 0.501e-6);
    row->xfer_us = around(numbers[5], 0.501e-6);
    row->rate_value = numbers[4];
    row->xfer_us_value = numbers[5];
    return EB_OK;
}

/* Whether the columns are those of so many transfers an iteration. */
static int fits(const struct row *row, unsigned transfers)
{
    struct range total = {row->size.low * row->iterations.low * transfers,
                          row->size.high * row->iterations.high * transfers};
    struct range time_s = {row->xfer_us.low * row->iterations.low * transfers * 1e-6,
                           row->xfer_us.high * row->iterations.high * transfers * 1e-6};
    return overlap(total, row->total) && overlap(time_s, row->time_s);
}

/* Size, rate and time of one message say the same. */
static int rate_fits(const struct row *row)
{
    struct range size = {row->rate.low * row->xfer_us.low, row->rate.high * row->xfer_us.high};
    struct range said = row->size_exact ? around((double)row->size_bytes, 0) : row->size;
    return overlap(size, said);
}

static enum eb_status weigh_row(struct reader *reader, unsigned line, const struct row *row)
{
    int one = fits(row, 1);
    int two = fits(row, 2);
    if ((!one && !two) || !rate_fits(row))
        return eb_import_refuse(reader->import, line, reader->err,
                                "bytes, iterations, total, time, MB/sec and usec/xfer contradict each other: "
                                "neither a ping-pong nor a bandwidth test wrote them");
    if (one && two)
        return EB_OK;
    unsigned transfers = one ? 1 : 2;
    if (reader->transfers == 0) {
        reader->transfers = transfers;
        reader->transfers_line = line;
    } else if (reader->transfers != transfers && reader->transfers_line == 0) {
        return eb_import_refuse(reader->import, line, reader->err,
                                "by its columns this is a %s, which '%.60s' is not",
                                one ? "bandwidth test" : "ping-pong", reader->program);
    } else if (reader->transfers != transfers) {
        return eb_import_refuse(reader->import, line, reader->err,
                                "this is of a %s, line %u of another test: import them one by one",
                                one ? "bandwidth test" : "ping-pong", reader->transfers_line);
    }
    return EB_OK;
}

static enum eb_status add_row(struct reader *reader, unsigned line, const struct row *row)
{
    struct eb_import_row figure = {
        .kernel = reader->transfers == 2 ? "pingpong" : "bandwidth",
        .algorithm = "",
        .size_bytes = row->size_bytes,
        .ranks = 2,
        .quantity = reader->transfers == 2 ? EB_QUANTITY_HALF_RTT : EB_QUANTITY_RATE,
        .value = row->xfer_us_value * 1e3,
        .min = NAN,
        .max = NAN,
        .iterations = row->iterations_said,
    };
    enum eb_status status = EB_OK;
    if (!row->size_exact)
        return eb_import_warn(reader->import, line, reader->err,
                              "digits of the size were cut (it is %.0f to %.0f bytes): left out",
                              row->size.low, row->size.high);
    if (reader->transfers == 1 && row->size_bytes == 0)
        return eb_import_warn(reader->import, line, reader->err, "0 bytes have no bandwidth: left out");
    if (!row->acknowledged)
        status = eb_import_warn(reader->import, line, reader->err,
                                "#ack is not #sent: messages were lost or not confirmed");
    if (reader->transfers == 1) /* 0.00 of small messages: the other column has more digits */
        figure.value =
            row->rate_value > 0 ? row->rate_value * 1e6 : (double)row->size_bytes / row->xfer_us_value * 1e6;
    return status == EB_OK ? eb_import_add(reader->import, line, &figure, reader->err) : status;
}

/* Whether the word says what it was: "fi_rdm_pingpong", "/usr/bin/fi_rdm_tagged_bw", and files named after
 * them. */
static int name_program(struct reader *reader, const char *word)
{
    const char *slash = strrchr(word, '/');
    const char *name = slash ? slash + 1 : word;
    size_t length = strcspn(name, " .:");
    int pingpong = strstr(name, "pingpong") != NULL;
    int bandwidth = strstr(name, "_bw") != NULL;
    if (pingpong == bandwidth || length >= sizeof reader->program || reader->transfers_line)
        return 0; /* what rows have said goes before a name */
    memcpy(reader->program, name, length);
    reader->program[length] = '\0';
    reader->transfers = pingpong ? 2 : 1;
    reader->transfers_line = 0;
    return 1;
}

static int is_heading(const struct eb_line_words *words, enum form *form)
{
    if (eb_words_begin(words, "bytes iters total time MB/sec usec/xfer Mxfers/sec"))
        *form = FORM_ITERS;
    else if (eb_words_begin(words, "bytes #sent #ack total time MB/sec usec/xfer Mxfers/sec"))
        *form = FORM_ACK;
    else
        return 0;
    return 1;
}

/* Whether the last figure of the last line may lack digits, or figures lack. */
static int is_cut(const struct reader *reader, const struct eb_line *line, const struct eb_line_words *words)
{
    size_t columns = reader->form == FORM_ACK ? 8 : 7;
    if (reader->form == FORM_YAML)
        return strcmp(words->words[words->count - 1], "}") != 0;
    return words->count < columns ||
           (words->count == columns && !line->ended && eb_word_decimals(words->words[columns - 1]) < 2);
}

static enum eb_status read_row(struct reader *reader, const struct eb_line *line,
                               const struct eb_line_words *words)
{
    struct row row;
    if (reader->cut_line)
        return eb_import_refuse(reader->import, line->number, reader->err,
                                "the table goes on after line %u, which is cut", reader->cut_line);
    if (is_cut(reader, line, words)) {
        reader->cut_line = line->number;
        return reader->adding ? eb_import_warn(reader->import, line->number, reader->err,
                                               "the table was cut: what is before this line is kept")
                              : EB_OK;
    }
    if (reader->form != FORM_YAML && words->count > (reader->form == FORM_ACK ? 8U : 7U))
        return eb_import_refuse(reader->import, line->number, reader->err, "more words than columns");
    enum eb_status status = reader->form == FORM_YAML ? read_yaml_row(reader, line->number, words, &row)
                                                      : read_table_row(reader, line->number, words, &row);
    if (status != EB_OK)
        return status;
    return reader->adding ? add_row(reader, line->number, &row) : weigh_row(reader, line->number, &row);
}

static enum eb_status read_line(struct reader *reader, const struct eb_line *line)
{
    struct eb_line_words words;
    enum form form = reader->form;
    eb_line_split(line->text, &words);
    if (words.count == 0)
        return EB_OK;
    if (is_heading(&words, &form)) {
        reader->form = form;
        reader->cut_line = 0;
        return EB_OK;
    }
    if (eb_words_begin(&words, "name bytes"))
        return eb_import_refuse(reader->import, line->number, reader->err,
                                "a table of named tests has no counterpart here");
    if (eb_words_begin(&words, "- {") && eb_words_find(&words, "xfer_size:") < EB_LINE_WORDS_MAX) {
        reader->form = FORM_YAML;
        return read_row(reader, line, &words);
    }
    if (reader->form != FORM_NONE && reader->form != FORM_YAML && words.words[0][0] >= '0' &&
        words.words[0][0] <= '9')
        return read_row(reader, line, &words);
    for (size_t i = 0; !reader->adding && i < words.count; i++) {
        const char *slash = strrchr(words.words[i], '/');
        if (strncmp(slash ? slash + 1 : words.words[i], "fi_", 3) == 0)
            reader->named_in_text |= name_program(reader, words.words[i]);
    }
    return EB_OK;
}

static enum eb_status pass(struct reader *reader, const char *text, size_t bytes)
{
    struct eb_lines lines = eb_lines_of(text, bytes);
    struct eb_line line;
    enum eb_status status = EB_OK;
    reader->form = FORM_NONE;
    reader->cut_line = 0;
    while (status == EB_OK && eb_lines_next(&lines, &line))
        status = read_line(reader, &line);
    return status;
}

static enum eb_status read_fabtests(struct eb_import *import, const char *text, size_t bytes,
                                    struct eb_error *err)
{
    struct reader reader = {.import = import, .err = err};
    name_program(&reader, eb_import_path(import));
    enum eb_status status = pass(&reader, text, bytes);
    if (status != EB_OK || reader.form == FORM_NONE)
        return status;
    if (reader.transfers == 0)
        return eb_import_refuse(import, 0, err,
                                "neither a name nor the columns tell whether it is a ping-pong or a "
                                "bandwidth test: name the file after its program");
    reader.adding = 1;
    status = eb_import_set_tool(import, reader.named_in_text ? reader.program : "fabtests", err);
    return status == EB_OK ? pass(&reader, text, bytes) : status;
}

const struct eb_importer eb_import_fabtests = {
    .name = "fabtests",
    .summary = "fabtests and fi_pingpong of libfabric",
    .read = read_fabtests,
};
