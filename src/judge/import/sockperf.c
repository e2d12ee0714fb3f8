/* sockperf ping-pong, under-load and throughput.
 *
 * Source of the format: client_statistics, stream_statistics, print_average_results and printPercentiles of
 * src/client.cpp of github.com/Mellanox/sockperf. "Latency" is half a round trip, "Round trip" (--full-rtt) a
 * whole one; the percentiles likewise. MBps are 1024 * 1024 bytes a second, GBps 1000 of them.
 *
 * The size of a ping-pong's messages stands only in the command line, 14 bytes where that names none: the
 * text must have it ("sockperf ping-pong -i 10.0.0.2 -m 64"), before the results. */
#include "judge/import/import.h"
#include "judge/import/words.h"

#include <math.h>
#include <string.h>

#define DEFAULT_SIZE_BYTES 14 /* sockperf ping-pong --help */
#define MEBIBYTE 1048576.0

enum mode { MODE_UNKNOWN, MODE_PING_PONG, MODE_UNDER_LOAD, MODE_THROUGHPUT, MODE_OTHER };

/* What a command line asked for. */
struct command {
    enum mode mode;
    uint64_t size_bytes; /* 0: it cannot be told */
    int sizes_vary;
};

enum percentile { P50, P90, P99, P999, LOWEST, HIGHEST, PERCENTILES };

static const char *const percentile_texts[PERCENTILES] = {
    "percentile 50.000 =", "percentile 90.000 =", "percentile 99.000 =",
    "percentile 99.900 =", "<MIN> observation =", "<MAX> observation =",
};

/* One run of the client, as far as it has been read. */
struct run {
    unsigned line; /* of the summary; 0: none yet */
    double latency_us;
    double halves; /* 1: latency is half a round trip; 0.5: a whole one */
    double percentiles_us[PERCENTILES];
    double messages;      /* a second; 0: none yet */
    double bandwidth;     /* bytes a second; 0: none yet */
    double bandwidth_off; /* what may have been rounded away of it */
    uint64_t size_bytes;  /* as the text says it, 0: it does not */
    uint64_t observations;
    int sizes_vary;
    int udp;
    uint64_t servers;
};

struct reader {
    struct eb_import *import;
    struct eb_error *err;
    struct command command;
    struct run run;
    int is_server; /* the text is the server's at the moment */
};

/* The number after key, up to a blank or punctuation: EB_WORD_OTHER when there is none. *rest is what follows
 * it. */
static enum eb_word number_after(const char *text, const char *key, double *value, const char **rest)
{
    char word[48];
    const char *at = strstr(text, key);
    if (!at)
        return EB_WORD_OTHER;
    at += strlen(key);
    at += strspn(at, " ");
    size_t length = strcspn(at, " ;,()[]");
    if (length == 0 || length >= sizeof word)
        return EB_WORD_OTHER;
    memcpy(word, at, length);
    word[length] = '\0';
    if (rest)
        *rest = at + length;
    return eb_word_number(word, value);
}

static int count_after(const char *text, const char *key, uint64_t *count)
{
    double value = 0;
    if (number_after(text, key, &value, NULL) != EB_WORD_NUMBER || value < 0 || value > 0x1p53)
        return 0;
    *count = (uint64_t)value;
    return 1;
}

static enum mode mode_of(const char *word)
{
    static const struct {
        const char *name;
        enum mode mode;
    } modes[] = {
        {"ping-pong", MODE_PING_PONG},   {"pp", MODE_PING_PONG},   {"under-load", MODE_UNDER_LOAD},
        {"ul", MODE_UNDER_LOAD},         {"playback", MODE_OTHER}, {"pb", MODE_OTHER},
        {"throughput", MODE_THROUGHPUT}, {"tp", MODE_THROUGHPUT},
    };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(modes[i].name, word) == 0)
            return modes[i].mode;
    return MODE_UNKNOWN;
}

/* The value of an option written "-m 64", "-m64", "--msg-size 64" or "--msg-size=64"; NULL: it is another. */
static const char *option_value(const struct eb_line_words *words, size_t at, const char *letter,
                                const char *name)
{
    const char *word = words->words[at];
    const char *next = at + 1 < words->count ? words->words[at + 1] : "";
    size_t length = strlen(name);
    if (strcmp(word, letter) == 0 || strcmp(word, name) == 0)
        return next;
    if (strncmp(word, name, length) == 0 && word[length] == '=')
        return word + length + 1;
    return strncmp(word, letter, 2) == 0 && word[2] >= '0' && word[2] <= '9' ? word + 2 : NULL;
}

/* "sockperf ping-pong -i 10.0.0.2 -m 64", perhaps after a prompt or a launcher. */
static int read_command(const struct eb_line_words *words, struct command *command)
{
    for (size_t i = 0; i + 1 < words->count; i++) {
        const char *slash = strrchr(words->words[i], '/');
        enum mode mode = mode_of(words->words[i + 1]);
        if (strcmp(slash ? slash + 1 : words->words[i], "sockperf") != 0 || mode == MODE_UNKNOWN)
            continue;
        *command = (struct command){.mode = mode, .size_bytes = DEFAULT_SIZE_BYTES};
        for (size_t j = i + 2; j < words->count; j++) {
            const char *size = option_value(words, j, "-m", "--msg-size");
            if (size && !eb_word_count(size, &command->size_bytes))
                command->size_bytes = 0;
            command->sizes_vary |= option_value(words, j, "-r", "--range") != NULL;
        }
        if (words->count == EB_LINE_WORDS_MAX) /* the option may be beyond */
            command->size_bytes = 0;
        return 1;
    }
    return 0;
}

static enum eb_status refuse(const struct reader *reader, const char *why)
{
    return eb_import_refuse(reader->import, reader->run.line, reader->err, "%s", why);
}

static enum eb_status set_protocol(struct reader *reader)
{
    return eb_import_set_attribute(reader->import, reader->run.line, "protocol",
                                   reader->run.udp ? "udp" : "tcp", reader->err);
}

/* What the text, the command line and the two rates say of the size must agree. */
static enum eb_status find_size(const struct reader *reader, uint64_t *size_bytes)
{
    const struct run *run = &reader->run;
    double size = run->bandwidth / run->messages;
    double off = (run->bandwidth_off + size * 0.501) / run->messages + 1e-9 * size;
    int command = reader->command.mode == MODE_THROUGHPUT;
    *size_bytes = run->size_bytes                         ? run->size_bytes
                  : command && reader->command.size_bytes ? reader->command.size_bytes
                                                          : 0;
    if (*size_bytes == 0) {
        if (off >= 0.5 || size < 0.5 || size > 0x1p40)
            return refuse(reader, "it does not say the size of the messages");
        *size_bytes = (uint64_t)llround(size);
    }
    if (fabs((double)*size_bytes - size) > off)
        return refuse(reader, "message rate, bandwidth and size of the messages contradict each other");
    return EB_OK;
}

static enum eb_status add_throughput(struct reader *reader)
{
    const struct run *run = &reader->run;
    struct eb_import_row row = {.kernel = "bandwidth",
                                .algorithm = "",
                                .ranks = 2,
                                .quantity = EB_QUANTITY_RATE,
                                .min = NAN,
                                .max = NAN};
    enum eb_status status = find_size(reader, &row.size_bytes);
    if (status == EB_OK)
        status = set_protocol(reader);
    if (status == EB_OK && run->udp)
        status = eb_import_warn(reader->import, run->line, reader->err,
                                "this is what the sender sent over UDP: nothing says that it arrived");
    row.value = run->messages * (double)row.size_bytes;
    if (status == EB_OK)
        status = eb_import_add(reader->import, run->line, &row, reader->err);
    row.kernel = "message_rate";
    row.quantity = EB_QUANTITY_MESSAGES;
    row.value = run->messages;
    return status == EB_OK ? eb_import_add(reader->import, run->line, &row, reader->err) : status;
}

static enum eb_status add_latency(struct reader *reader)
{
    const struct run *run = &reader->run;
    const struct command *command = &reader->command;
    double unit = 1e3 * run->halves;
    if (command->mode != MODE_PING_PONG && command->mode != MODE_UNDER_LOAD)
        return refuse(reader, "nothing says the size of the messages: put the command line, 'sockperf "
                              "ping-pong -m SIZE', on a line before it");
    if (command->sizes_vary || command->size_bytes == 0)
        return refuse(reader, "the command line gives the messages no one size");
    struct eb_import_row row = {
        .kernel = "pingpong",
        .algorithm = command->mode == MODE_UNDER_LOAD ? "under-load" : "",
        .size_bytes = command->size_bytes,
        .ranks = 2,
        .quantity = EB_QUANTITY_HALF_RTT,
        .value = run->latency_us * unit,
        .min = run->percentiles_us[LOWEST] * unit,
        .max = run->percentiles_us[HIGHEST] * unit,
        .p50 = run->percentiles_us[P50] * unit,
        .p90 = run->percentiles_us[P90] * unit,
        .p99 = run->percentiles_us[P99] * unit,
        .p999 = run->percentiles_us[P999] * unit,
        .iterations = run->observations,
    };
    enum eb_status status = set_protocol(reader);
    return status == EB_OK ? eb_import_add(reader->import, run->line, &row, reader->err) : status;
}

/* A run is whole when the next begins, or the text ends. */
static enum eb_status end_run(struct reader *reader)
{
    const struct run *run = &reader->run;
    enum eb_status status = EB_OK;
    if (run->line && run->servers > 1)
        status = refuse(reader, "one client talked to several servers at once: that has no counterpart here");
    else if (run->line && (run->sizes_vary || (run->messages > 0 && reader->command.sizes_vary)))
        status = refuse(reader, "the messages were of several sizes");
    else if (run->line && run->messages > 0 && run->bandwidth > 0)
        status = add_throughput(reader);
    else if (run->line && run->messages > 0)
        status = eb_import_warn(reader->import, run->line, reader->err,
                                "the results were cut: the bandwidth is not there");
    else if (run->line)
        status = add_latency(reader);
    reader->run = (struct run){0};
    return status;
}

static enum eb_status cut(struct reader *reader, const struct eb_line *line)
{
    return eb_import_warn(reader->import, line->number, reader->err, "the summary was cut: left out");
}

static enum eb_status read_latency(struct reader *reader, const struct eb_line *line, const char *key,
                                   double halves)
{
    const char *rest = "";
    double value = 0;
    enum eb_status status = reader->run.line ? end_run(reader) : EB_OK;
    if (status != EB_OK)
        return status;
    enum eb_word word = number_after(line->text, key, &value, &rest);
    if (word != EB_WORD_NOT_FINITE && strncmp(rest, " usec", 5) != 0)
        return cut(reader, line);
    reader->run.line = line->number;
    if (word != EB_WORD_NUMBER || value <= 0)
        return refuse(reader, "the latency is no number above zero");
    reader->run.latency_us = value;
    reader->run.halves = halves;
    return EB_OK;
}

static enum eb_status read_rate(struct reader *reader, const struct eb_line *line)
{
    const char *rest = "";
    double value = 0;
    enum eb_status status = reader->run.line ? end_run(reader) : EB_OK;
    if (status != EB_OK)
        return status;
    enum eb_word word = number_after(line->text, "Message Rate is", &value, &rest);
    if (word != EB_WORD_NOT_FINITE && strncmp(rest, " [msg/sec]", 10) != 0)
        return cut(reader, line);
    reader->run.line = line->number;
    if (word != EB_WORD_NUMBER || value <= 0)
        return refuse(reader, "the message rate is no number above zero");
    reader->run.messages = value;
    return EB_OK;
}

static enum eb_status read_bandwidth(struct reader *reader, const struct eb_line *line)
{
    const char *rest = "";
    double value = 0;
    if (reader->run.messages <= 0)
        return EB_OK; /* its message rate was cut, and told */
    enum eb_word word = number_after(line->text, "BandWidth is", &value, &rest);
    int giga = strncmp(rest, " GBps (", 7) == 0;
    if (word != EB_WORD_NOT_FINITE && !giga && strncmp(rest, " MBps (", 7) != 0)
        return EB_OK;
    if (word != EB_WORD_NUMBER || value <= 0)
        return eb_import_refuse(reader->import, line->number, reader->err,
                                "the bandwidth is no number above zero");
    reader->run.bandwidth = value * (giga ? 1e3 * MEBIBYTE : MEBIBYTE);
    reader->run.bandwidth_off = 0.000501 * (giga ? 1e3 * MEBIBYTE : MEBIBYTE);
    return EB_OK;
}

static enum eb_status read_summary(struct reader *reader, const struct eb_line *line)
{
    const char *text = line->text;
    if (strstr(text, " of burst of "))
        return eb_import_refuse(reader->import, line->number, reader->err,
                                "the latency of a burst of messages has no counterpart here");
    if (strstr(text, "Summary: Latency is"))
        return read_latency(reader, line, "Latency is", 1);
    if (strstr(text, "Summary: Round trip is"))
        return read_latency(reader, line, "Round trip is", 0.5);
    if (strstr(text, "Summary: Message Rate is"))
        return read_rate(reader, line);
    if (strstr(text, "Summary: BandWidth is"))
        return read_bandwidth(reader, line);
    return EB_OK;
}

/* What stands around the summary. */
static enum eb_status read_detail(struct reader *reader, const struct eb_line *line)
{
    struct run *run = &reader->run;
    const char *text = line->text;
    uint64_t count = 0;
    for (size_t i = 0; i < PERCENTILES; i++) {
        double value = 0;
        if (line->ended && number_after(text, percentile_texts[i], &value, NULL) == EB_WORD_NUMBER &&
            value > 0)
            run->percentiles_us[i] = value;
    }
    if (strstr(text, " observations") && count_after(text, "Total ", &count))
        run->observations = count;
    if (strstr(text, "using average msg-size="))
        run->sizes_vary = 1;
    else if (count_after(text, "using msg-size=", &count) || count_after(text, "using msg-size= ", &count))
        run->size_bytes = count;
    if (count_after(text, ", mps=", &count))
        return eb_import_warn(reader->import, line->number, reader->err,
                              "the rate was held at %llu messages a second (--mps)",
                              (unsigned long long)count);
    if (count_after(text, "# dropped messages =", &count) && count > 0)
        return eb_import_warn(reader->import, line->number, reader->err, "%llu messages were dropped",
                              (unsigned long long)count);
    if (strstr(text, "No valid observations found"))
        return eb_import_refuse(reader->import, line->number, reader->err,
                                "sockperf found no valid observation");
    return EB_OK;
}

/* "[ 0] IP = 127.0.0.1       PORT = 11111 # UDP" */
static int read_peer(struct reader *reader, const char *text)
{
    const char *peer = strstr(text, "] IP = ");
    if (!peer || !strstr(peer, "PORT = "))
        return 0;
    reader->run.servers++;
    reader->run.udp = strstr(peer, "# UDP") != NULL;
    return 1;
}

static enum eb_status read_line(struct reader *reader, const struct eb_line *line)
{
    struct eb_line_words words;
    struct command command;
    char tool[100];
    const char *version = strstr(line->text, "== version #");
    enum eb_status status = EB_OK;
    eb_line_split(line->text, &words);
    if (read_command(&words, &command)) {
        status = end_run(reader);
        reader->command = command;
        return status;
    }
    if (version || strstr(line->text, "sockperf[CLIENT]") || strstr(line->text, "[SERVER] listen on")) {
        reader->is_server = strstr(line->text, "[SERVER]") != NULL;
        status = end_run(reader);
    }
    if (status == EB_OK && version) {
        size_t length = strcspn(version + 12, " =");
        memcpy(tool, "sockperf ", 10);
        strncat(tool, version + 12, length < 80 ? length : 80);
        status = eb_import_set_tool(reader->import, tool, reader->err);
    }
    if (status != EB_OK || reader->is_server || read_peer(reader, line->text))
        return status;
    if (strstr(line->text, "Summary: "))
        return read_summary(reader, line);
    return read_detail(reader, line);
}

static enum eb_status read_sockperf(struct eb_import *import, const char *text, size_t bytes,
                                    struct eb_error *err)
{
    struct reader reader = {.import = import, .err = err};
    struct eb_lines lines = eb_lines_of(text, bytes);
    struct eb_line line;
    enum eb_status status = EB_OK;
    while (status == EB_OK && eb_lines_next(&lines, &line))
        status = read_line(&reader, &line);
    return status == EB_OK ? end_run(&reader) : status;
}

const struct eb_importer eb_import_sockperf = {
    .name = "sockperf",
    .summary = "sockperf ping-pong, under-load, throughput",
    .read = read_sockperf,
};
