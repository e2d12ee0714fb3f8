/* OSU Micro-Benchmarks 4.x to 7.x: the tables in the output of one or more of them, and what stands around.
 *
 * A title ("# OSU MPI Latency Test v5.7.1") says what the figures are, a heading ("# Size  Latency (us)")
 * begins a table, and rows follow. Whatever else there is (launchers, module systems, job managers) is left
 * aside and counted. Inside a table nothing is: a row that is not whole ends it, a row that cannot be is
 * refused. */
#include "judge/import/import.h"
#include "judge/import/lines.h"
#include "judge/import/osu_titles.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum table_state { NO_TABLE, OPEN_TABLE, LEFT_OUT };

struct reading {
    struct eb_import *import;
    struct eb_lines lines;
    /* since the last title */
    int titled;
    int known; /* its benchmark can be taken */
    char title[160];
    unsigned title_line;
    struct eb_osu_benchmark benchmark;
    size_t title_figures;
    unsigned long long pairs; /* 0: not said, as is the next */
    unsigned long long window;
    char type[40];    /* "": not said */
    char buffers[12]; /* "_d_h": where those of sender and receiver are; "": not said */
    /* said before a title or after it, and good for the rows that follow */
    unsigned long long senders; /* threads or processes; 0: not said */
    unsigned long long receivers;
    int peers_used; /* by a row */
    /* since the last heading */
    enum table_state state;
    struct eb_osu_columns columns;
    unsigned heading_line;
    size_t rows;
    int interrupted; /* something else stands after its rows */
    unsigned long long last_size;
    unsigned decimals; /* of its first figure */
    /* of the file */
    size_t figures;
    size_t left_aside; /* lines that are no part of a table */
    char unknown[160]; /* the latest title that could not be taken */
    char barren[160];  /* the latest that had no figure */
};

/* The last size unless the user of OSU chose another. Where a buffer holds a message of each rank, the sizes
 * end with OSU's limit of memory (-M), 512 MiB by default; of nobody knows how many ranks, 65536 are allowed
 * for. */
static unsigned long long usual_end(const struct reading *reading)
{
    const struct eb_osu_benchmark *benchmark = &reading->benchmark;
    uint64_t told = eb_import_claims(reading->import)->ranks;
    uint64_t limit = ((uint64_t)512 << 20) / (told ? told : 65536);
    uint64_t end = benchmark->usual_end_bytes;
    while (benchmark->memory_per_rank && end > 1 && end > limit)
        end /= 2;
    return end;
}

static enum eb_status close_table(struct reading *reading, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    int has_sizes = reading->columns.count > 0 && reading->columns.columns[0].kind == EB_OSU_SIZE;
    if (reading->state == OPEN_TABLE && reading->rows > 0 && has_sizes &&
        reading->last_size < usual_end(reading))
        status =
            eb_import_warn(reading->import, reading->heading_line, err,
                           "its table ends at %llu bytes, and OSU goes on to %llu unless told otherwise: "
                           "it may have been cut",
                           reading->last_size, usual_end(reading));
    reading->state = NO_TABLE;
    reading->columns.count = 0;
    reading->rows = 0;
    return status;
}

static enum eb_status close_title(struct reading *reading, struct eb_error *err)
{
    enum eb_status status = close_table(reading, err);
    int barren = reading->titled && reading->known && reading->title_figures == 0;
    if (barren)
        snprintf(reading->barren, sizeof reading->barren, "%.150s", reading->title);
    if (status == EB_OK && barren)
        status =
            eb_import_warn(reading->import, reading->title_line, err, "no figure under '%s'", reading->title);
    reading->titled = reading->known = 0;
    return status;
}

static enum eb_status open_title(struct reading *reading, const struct eb_line *line, const char *title,
                                 struct eb_error *err)
{
    enum eb_status status = close_title(reading, err);
    snprintf(reading->title, sizeof reading->title, "%.150s", title);
    reading->titled = 1;
    reading->title_line = line->number;
    reading->title_figures = 0;
    reading->pairs = reading->window = 0;
    reading->type[0] = reading->buffers[0] = '\0';
    if (reading->peers_used)
        reading->senders = reading->receivers = 0;
    reading->known = eb_osu_benchmark_find(title, &reading->benchmark);
    if (status == EB_OK && !reading->known) {
        snprintf(reading->unknown, sizeof reading->unknown, "%.150s", reading->title);
        return eb_import_warn(reading->import, line->number, err,
                              "'%s' is not known to this version: its figures are left out", reading->title);
    }
    if (status == EB_OK && reading->benchmark.accelerator)
        status = eb_import_warn(reading->import, line->number, err, "'%s' may have had its buffers on a GPU",
                                reading->title);
    return status == EB_OK ? eb_import_set_tool(reading->import, reading->title, err) : status;
}

static enum eb_status open_table(struct reading *reading, const struct eb_line *line, const char *heading,
                                 struct eb_error *err)
{
    struct eb_osu_columns columns;
    eb_osu_columns_read(heading, &columns);
    enum eb_status status = close_table(reading, err);
    if (status != EB_OK)
        return status;
    reading->columns = columns;
    reading->heading_line = line->number;
    reading->interrupted = 0;
    reading->last_size = 0;
    reading->state = reading->known ? OPEN_TABLE : LEFT_OUT;
    if (reading->known && columns.unknown)
        return eb_import_refuse(reading->import, line->number, err, "the heading '%.60s' is unknown",
                                columns.unknown);
    if (!reading->titled)
        status = eb_import_warn(reading->import, line->number, err,
                                "a table without the title that says of what: its figures are left out");
    return status;
}

/* "[ pairs: 36 ] [ window size: 64 ]" */
static enum eb_status take_pairs(struct reading *reading, const struct eb_line *line, const char *text,
                                 struct eb_error *err)
{
    const char *window = strstr(text, "[ window size: ");
    if (sscanf(text, "[ pairs: %9llu", &reading->pairs) != 1 || reading->pairs == 0)
        return eb_import_refuse(reading->import, line->number, err, "'%.60s' does not say how many pairs",
                                text);
    if (window && sscanf(window, "[ window size: %9llu", &reading->window) == 1)
        return EB_OK;
    if (!window || !strstr(window, "varied") || !reading->known)
        return EB_OK;
    reading->known = 0;
    snprintf(reading->unknown, sizeof reading->unknown, "%.150s", reading->title);
    return eb_import_warn(reading->import, line->number, err,
                          "'%s' with several window sizes is not known to this version: its figures are left "
                          "out",
                          reading->title);
}

/* "MPI_FLOAT.": before a heading from 7.4 on. In 7.1 to 7.3 it stands below the heading, and the rows of the
 * next type follow without another. */
static enum eb_status take_datatype(struct reading *reading, const char *text, struct eb_error *err)
{
    enum eb_status status = EB_OK;
    if (reading->state == OPEN_TABLE && reading->rows > 0) {
        struct eb_osu_columns columns = reading->columns;
        status = close_table(reading, err);
        reading->columns = columns;
        reading->state = OPEN_TABLE;
        reading->interrupted = 0;
        reading->last_size = 0;
    }
    snprintf(reading->type, sizeof reading->type, "%.*s", (int)strcspn(text, ". \t"), text);
    return status;
}

/* "Send Buffer on DEVICE (D) and Receive Buffer on HOST (H)" */
static enum eb_status take_buffers(struct reading *reading, const struct eb_line *line, const char *text,
                                   struct eb_error *err)
{
    size_t used = 0;
    for (const char *at = strchr(text, '('); at; at = strchr(at + 1, '(')) {
        size_t letters = strspn(at + 1, "DHM");
        if (letters < 1 || letters > 2 || at[1 + letters] != ')' ||
            used + letters + 2 > sizeof reading->buffers)
            break;
        reading->buffers[used++] = '_';
        for (size_t i = 1; i <= letters; i++)
            reading->buffers[used++] = (char)(at[i] - 'A' + 'a');
    }
    reading->buffers[used] = '\0';
    if (!strstr(text, "DEVICE") && !strstr(text, "MANAGED"))
        return EB_OK;
    return eb_import_warn(reading->import, line->number, err, "buffers on a GPU: %.100s", text);
}

/* "Number of Sender threads: 1", "Number of forked processes in receiver: 2": before the title in some
 * versions, after it in others. */
static void take_peers(struct reading *reading, const char *text)
{
    unsigned long long count = 0;
    const char *colon = strchr(text, ':');
    if (!colon || sscanf(colon, ": %9llu", &count) != 1)
        return;
    if (reading->peers_used)
        reading->senders = reading->receivers = 0;
    reading->peers_used = 0;
    if (strcasestr(text, "sender"))
        reading->senders = count;
    else if (strcasestr(text, "receiver"))
        reading->receivers = count;
}

/* A line that begins with '#', or could: titles, headings, and what they say beside. */
static enum eb_status read_comment(struct reading *reading, const struct eb_line *line, int *taken,
                                   struct eb_error *err)
{
    struct eb_osu_columns columns;
    const char *text = line->text + strspn(line->text, "# \t");
    int marked = memchr(line->text, '#', (size_t)(text - line->text)) != NULL;
    *taken = 1;
    if (strncmp(text, "OSU ", 4) == 0 && (marked || strcasestr(text, " test")))
        return open_title(reading, line, text, err);
    if (eb_osu_columns_read(text, &columns) && (marked || !columns.unknown))
        return open_table(reading, line, text, err);
    *taken = marked;
    if (!marked)
        return EB_OK;
    if (strncmp(text, "[ pairs:", 8) == 0)
        return take_pairs(reading, line, text, err);
    if (strncmp(text, "Datatype: ", 10) == 0)
        return take_datatype(reading, text + 10, err);
    if (strncmp(text, "Send Buffer on ", 15) == 0 || strncmp(text, "Rank 0 Memory on ", 17) == 0)
        return take_buffers(reading, line, text, err);
    if (strncmp(text, "Number of ", 10) == 0 && (strstr(text, " threads") || strstr(text, " processes")))
        take_peers(reading, text);
    return EB_OK;
}

/* Whether a line of words means to be a row. Where a table has been interrupted, or cannot go on with this
 * size, only what has exactly the shape of a row does: job managers print lines of numbers too. */
static int is_candidate(const struct reading *reading, const struct eb_line_words *words)
{
    unsigned long long size = 0;
    double figure = 0;
    unsigned decimals = 0;
    size_t first = reading->columns.columns[0].kind == EB_OSU_SIZE;
    if (words->count == 0)
        return 0;
    int whole = words->words[0][strspn(words->words[0], "0123456789")] == '\0';
    if (!first && reading->rows > 0) /* a barrier has one row */
        return 0;
    if (first && words->count == 1)
        return !reading->interrupted && eb_line_count(words->words[0], &size) &&
               (reading->rows == 0 || size > reading->last_size);
    if (first && (!whole || !eb_line_is_numeric(words->words[1])))
        return 0;
    if (!first && (words->count != reading->columns.count || !eb_line_is_numeric(words->words[0]) ||
                   words->words[0][strspn(words->words[0], "0123456789.,+-naifNAIF")]))
        return 0;
    eb_line_count(words->words[0], &size);
    if (!reading->interrupted && (!first || reading->rows == 0 || size > reading->last_size))
        return 1;
    return words->count == reading->columns.count &&
           !eb_line_number(words->words[first], &figure, &decimals) && decimals == reading->decimals;
}

/* Whether another row follows, so that this one is not the last of its table. */
static int another_follows(const struct reading *reading)
{
    struct eb_lines ahead = reading->lines;
    struct eb_line line;
    struct eb_line_words words;
    while (eb_lines_next(&ahead, &line)) {
        eb_line_split(line.text, &words);
        if (words.count == 0)
            continue;
        return words.count >= 2 && is_candidate(reading, &words);
    }
    return 0;
}

static enum eb_status end_by_cut(struct reading *reading, const struct eb_line *line, struct eb_error *err)
{
    enum eb_status status =
        eb_import_warn(reading->import, line->number, err,
                       "the table was cut here, at '%.60s': what stands before it is kept", line->text);
    reading->state = LEFT_OUT;
    return status;
}

/* Takes one word of a row. *cut is set where the row cannot be whole. */
static enum eb_status take_word(struct reading *reading, const struct eb_line *line, size_t column,
                                const char *word, struct eb_import_row *row, double *messages, int *cut,
                                struct eb_error *err)
{
    const struct eb_osu_column *what = &reading->columns.columns[column];
    unsigned long long count = 0;
    unsigned decimals = 0;
    double number = 0;
    if (what->kind == EB_OSU_VALIDATION) {
        if (strcasecmp(word, "Pass") == 0)
            return EB_OK;
        return eb_import_refuse(reading->import, line->number, err,
                                strcasecmp(word, "Fail") == 0
                                    ? "the benchmark's own validation failed (%.20s): wrong data arrived"
                                    : "'%.20s' is no outcome of a validation",
                                word);
    }
    if (what->kind == EB_OSU_SIZE || what->kind == EB_OSU_ITERATIONS) {
        if (!eb_line_count(word, &count))
            return eb_import_refuse(reading->import, line->number, err, "'%.40s' is no %s", word,
                                    what->kind == EB_OSU_SIZE ? "size" : "count of iterations");
        *(what->kind == EB_OSU_SIZE ? &row->size_bytes : &row->iterations) = count;
        return EB_OK;
    }
    const char *why = eb_line_number(word, &number, &decimals);
    if (what->kind == EB_OSU_OTHER || what->kind == EB_OSU_TRANSMITTED)
        return eb_line_is_numeric(word)
                   ? EB_OK
                   : eb_import_refuse(reading->import, line->number, err, "'%.40s' is no number", word);
    if (why)
        return eb_import_refuse(reading->import, line->number, err, "'%.40s' is no figure: %s", word, why);
    if (reading->rows == 0 && what->kind == EB_OSU_FIGURE)
        reading->decimals = decimals < 2 && !another_follows(reading) ? 2 : decimals;
    *cut |= decimals < reading->decimals && (!line->ended || !another_follows(reading));
    double scale = row->quantity == EB_QUANTITY_RATE ? 1e6 : 1e3;
    if (what->kind == EB_OSU_FIGURE)
        row->value = scale * number;
    else if (what->kind == EB_OSU_MESSAGES)
        *messages = number;
    else if (what->kind == EB_OSU_MIN)
        row->min = scale * number;
    else if (what->kind == EB_OSU_MAX)
        row->max = scale * number;
    else if (what->percentile == 50)
        row->p50 = scale * number;
    else if (what->percentile == 90)
        row->p90 = scale * number;
    else if (what->percentile == 99)
        row->p99 = scale * number;
    return EB_OK;
}

static enum eb_status add_row(struct reading *reading, const struct eb_line *line, struct eb_import_row *row,
                              double messages, struct eb_error *err)
{
    if (row->value == 0 || messages == 0)
        return eb_import_refuse(reading->import, line->number, err, "the figure is 0: it cannot be");
    reading->rows++;
    reading->peers_used = 1;
    reading->title_figures++;
    reading->figures++;
    reading->last_size = row->size_bytes;
    enum eb_status status = eb_import_add(reading->import, line->number, row, err);
    if (status == EB_OK && reading->benchmark.multiple_pairs && !isnan(messages)) {
        row->kernel = "message_rate";
        row->quantity = EB_QUANTITY_MESSAGES;
        row->value = messages;
        row->p50 = row->p90 = row->p99 = 0;
        status = eb_import_add(reading->import, line->number, row, err);
    }
    return status;
}

/* Appends a part to a name, behind a '_' where others stand before it. */
static void append_part(char *name, size_t room, const char *part)
{
    size_t used = strlen(name);
    if (part[0])
        snprintf(name + used, room - used, "%s%s", used ? "_" : "", part);
}

/* What sets a series apart from others of its kernel, size and ranks: what must not pass for runs of one. */
static void name_algorithm(const struct reading *reading, char *name, size_t room)
{
    const struct eb_osu_benchmark *benchmark = &reading->benchmark;
    char part[64];
    name[0] = '\0';
    append_part(name, room, benchmark->algorithm);
    if (strncmp(benchmark->algorithm, "multi_t", 7) == 0 ||
        strncmp(benchmark->algorithm, "multi_p", 7) == 0) {
        snprintf(part, sizeof part, "%llu_%llu", reading->senders, reading->receivers);
        append_part(name, room, reading->senders || reading->receivers ? part : "");
    }
    if (benchmark->multiple_pairs && reading->pairs == 1)
        append_part(name, room, "mbw_mr");
    if (benchmark->accelerator || reading->buffers[0]) {
        snprintf(part, sizeof part, "%s%s", benchmark->accelerator ? benchmark->accelerator : "gpu",
                 reading->buffers);
        append_part(name, room, part);
    }
    for (size_t i = 0; i < reading->columns.count; i++)
        if (reading->columns.columns[i].kind == EB_OSU_TRANSMITTED)
            append_part(name, room, "derived");
    /* Without a type it is MPI_CHAR, but where elements are combined. */
    if (benchmark->reduces || strcmp(reading->type, "MPI_CHAR") != 0)
        append_part(name, room, reading->type);
}

static enum eb_status read_row(struct reading *reading, const struct eb_line *line,
                               const struct eb_line_words *words, struct eb_error *err)
{
    const struct eb_osu_benchmark *benchmark = &reading->benchmark;
    char algorithm[160];
    name_algorithm(reading, algorithm, sizeof algorithm);
    struct eb_import_row row = {
        .kernel = benchmark->kernel,
        .algorithm = algorithm,
        .ranks = benchmark->ranks,
        .pairs = benchmark->multiple_pairs ? reading->pairs : 0,
        .window = benchmark->multiple_pairs ? reading->window : 0,
        .quantity = benchmark->quantity,
        .type = reading->type[0] ? reading->type : NULL,
        .min = NAN,
        .max = NAN,
    };
    double messages = NAN;
    int cut = words->count < reading->columns.count;
    if (words->count > reading->columns.count)
        return eb_import_refuse(reading->import, line->number, err, "%zu columns where the heading has %zu",
                                words->count, reading->columns.count);
    for (size_t i = 0; !cut && i < words->count; i++) {
        enum eb_status status = take_word(reading, line, i, words->words[i], &row, &messages, &cut, err);
        if (status != EB_OK)
            return status;
    }
    if (cut)
        return end_by_cut(reading, line, err);
    if (reading->rows > 0 && row.size_bytes <= reading->last_size)
        return eb_import_refuse(reading->import, line->number, err,
                                "the sizes do not ascend (%llu bytes after %llu), and no heading says that a "
                                "new table begins",
                                (unsigned long long)row.size_bytes, reading->last_size);
    return add_row(reading, line, &row, messages, err);
}

static enum eb_status read_line(struct reading *reading, const struct eb_line *line, struct eb_error *err)
{
    struct eb_line_words words;
    int taken = 0;
    enum eb_status status = read_comment(reading, line, &taken, err);
    if (status != EB_OK || taken)
        return status;
    if (strstr(line->text, "DATA VALIDATION ERROR"))
        return eb_import_refuse(reading->import, line->number, err,
                                "the benchmark's own validation failed: wrong data arrived");
    eb_line_split(line->text, &words);
    if (reading->state == OPEN_TABLE && is_candidate(reading, &words))
        return read_row(reading, line, &words, err);
    reading->interrupted |= reading->state == OPEN_TABLE && reading->rows > 0;
    reading->left_aside += words.count > 0;
    return EB_OK;
}

static enum eb_status read_osu(struct eb_import *import, const char *text, size_t bytes, struct eb_error *err)
{
    struct reading reading = {.import = import, .lines = eb_lines_of(text, bytes)};
    struct eb_line line;
    enum eb_status status = EB_OK;
    while (status == EB_OK && eb_lines_next(&reading.lines, &line))
        status = read_line(&reading, &line, err);
    if (status == EB_OK)
        status = close_title(&reading, err);
    if (status != EB_OK)
        return status;
    eb_import_set_left_aside(import, reading.left_aside);
    if (reading.figures > 0)
        return EB_OK;
    if (reading.unknown[0])
        return eb_import_refuse(import, 0, err, "'%s' is not known to this version", reading.unknown);
    if (reading.barren[0])
        return eb_import_refuse(import, 0, err, "no figure under '%s'", reading.barren);
    return eb_import_refuse(import, 0, err,
                            "no table with a title such as '# OSU MPI Latency Test' is in it");
}

const struct eb_importer eb_import_osu = {
    .name = "osu", .summary = "OSU Micro-Benchmarks 4.x to 7.x", .read = read_osu};
