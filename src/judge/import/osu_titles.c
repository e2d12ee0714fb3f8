#include "judge/import/osu_titles.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MI ((uint64_t)1 << 20)

/* Letters in lower case and digits of text up to its word "Test", or nothing where there is none. */
static void squeeze_title(const char *text, char *name, size_t room)
{
    size_t used = 0;
    const char *end = strcasestr(text, " test");
    for (; end && text < end && used + 1 < room; text++)
        if (isalnum((unsigned char)*text))
            name[used++] = (char)tolower((unsigned char)*text);
    name[used] = '\0';
}

/* Takes a word out of the name wherever it stands. 1 when it was there. */
static int take_word(char *name, const char *word)
{
    char *at = strstr(name, word);
    if (!at)
        return 0;
    memmove(at, at + strlen(word), strlen(at + strlen(word)) + 1);
    return 1;
}

static int take_start(char *name, const char *word)
{
    return strncmp(name, word, strlen(word)) == 0 && take_word(name, word);
}

static int take_end(char *name, const char *word)
{
    size_t length = strlen(name);
    size_t tail = strlen(word);
    if (length < tail || strcmp(name + length - tail, word) != 0)
        return 0;
    name[length - tail] = '\0';
    return 1;
}

static int find_collective(char *name, struct eb_osu_benchmark *benchmark)
{
    static const struct {
        const char *title;
        const char *kernel;
    } collectives[] = {
        {"allgather", "allgather"},
        {"allgatherv", "allgatherv"},
        {"allreduce", "allreduce"},
        {"alltoall", "alltoall"},
        {"alltoallv", "alltoallv"},
        {"alltoallw", "alltoallw"},
        {"barrier", "barrier"},
        {"bcast", "bcast"},
        {"broadcast", "bcast"},
        {"gather", "gather"},
        {"gatherv", "gatherv"},
        {"reduce", "reduce"},
        {"reducescatter", "reduce_scatter"},
        {"reducescatterblock", "reduce_scatter_block"},
        {"scatter", "scatter"},
        {"scatterv", "scatterv"},
    };
    int nonblocking = take_start(name, "nonblocking");
    int neighbor = take_start(name, "neighborhood");
    take_word(name, "personalizedexchange");
    if (!take_end(name, "latency"))
        return 0;
    for (size_t i = 0; i < sizeof collectives / sizeof *collectives; i++) {
        const char *kernel = collectives[i].kernel;
        if (strcmp(name, collectives[i].title) != 0)
            continue;
        if (neighbor && strncmp(kernel, "allgather", 9) != 0 && strncmp(kernel, "alltoall", 8) != 0)
            return 0;
        snprintf(benchmark->kernel, sizeof benchmark->kernel, "%s%s%s", nonblocking ? "i" : "",
                 neighbor ? "neighbor_" : "", kernel);
        benchmark->quantity = EB_QUANTITY_TIME_OSU;
        benchmark->usual_end_bytes = strcmp(kernel, "barrier") == 0 ? 0 : MI;
        benchmark->reduces = strstr(kernel, "reduce") != NULL;
        benchmark->memory_per_rank =
            strstr(kernel, "gather") || strstr(kernel, "alltoall") || strncmp(kernel, "scatter", 7) == 0;
        return 1;
    }
    return 0;
}

int eb_osu_benchmark_find(const char *title, struct eb_osu_benchmark *benchmark)
{
    static const struct {
        const char *title;
        const char *kernel;
        const char *algorithm;
        enum eb_quantity quantity;
        int multiple_pairs;
        uint64_t ranks;
    } pairs[] = {
        {"latency", "pingpong", "", EB_QUANTITY_HALF_RTT, 0, 2},
        {"multithreadedlatency", "pingpong", "multi_threaded", EB_QUANTITY_HALF_RTT, 0, 2},
        {"multiprocesslatency", "pingpong", "multi_process", EB_QUANTITY_HALF_RTT, 0, 2},
        {"multilatency", "pingpong", "multi_lat", EB_QUANTITY_HALF_RTT, 0, 0},
        {"bandwidth", "bandwidth", "", EB_QUANTITY_RATE, 0, 2},
        {"bidirectionalbandwidth", "bibandwidth", "", EB_QUANTITY_RATE, 0, 2},
        {"multiplebandwidthmessagerate", "bandwidth", "", EB_QUANTITY_RATE, 1, 0},
    };
    static const char *const accelerators[] = {"cudamanaged", "cuda", "rocm", "openacc", "managed"};
    char name[128];
    *benchmark = (struct eb_osu_benchmark){0};
    if (strncasecmp(title, "OSU MPI", 7) != 0 || (title[7] != ' ' && title[7] != '-'))
        return 0;
    squeeze_title(title + 7, name, sizeof name);
    for (size_t i = 0; i < sizeof accelerators / sizeof *accelerators; i++)
        if (!benchmark->accelerator && title[7] == '-' && take_start(name, accelerators[i]))
            benchmark->accelerator = accelerators[i];
    int persistent = take_word(name, "persistent");
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (strcmp(name, pairs[i].title) != 0)
            continue;
        strcpy(benchmark->kernel, pairs[i].kernel);
        strcpy(benchmark->algorithm, persistent ? "persistent" : pairs[i].algorithm);
        benchmark->quantity = pairs[i].quantity;
        benchmark->multiple_pairs = pairs[i].multiple_pairs;
        benchmark->ranks = pairs[i].ranks;
        benchmark->usual_end_bytes = 4 * MI;
        return 1;
    }
    strcpy(benchmark->algorithm, persistent ? "persistent" : "");
    return find_collective(name, benchmark);
}

/* The line without its blanks. */
static void squeeze_heading(const char *text, char *squeezed, size_t room)
{
    size_t used = 0;
    for (; *text && used + 1 < room; text++)
        if (!isspace((unsigned char)*text))
            squeezed[used++] = *text;
    squeezed[used] = '\0';
}

/* "P99TailLat(us)": its end, or NULL. */
static const char *skip_percentile(const char *text, unsigned *percentile)
{
    int length = 0;
    if (sscanf(text, "P%2u%n", percentile, &length) != 1 || !isdigit((unsigned char)text[1]))
        return NULL;
    text += length;
    if (strncasecmp(text, "TailLat(us)", 11) == 0)
        return text + 11;
    return strncasecmp(text, "TailBW(MB/s)", 12) == 0 ? text + 12 : NULL;
}

static const char *skip_column(const char *text, struct eb_osu_column *column)
{
    static const struct {
        const char *text;
        enum eb_osu_column_kind kind;
    } headings[] = {
        {"Size", EB_OSU_SIZE},
        {"AvgLatency(us)", EB_OSU_FIGURE},
        {"Latency(us)", EB_OSU_FIGURE},
        {"Overall(us)", EB_OSU_FIGURE},
        {"Bandwidth(MB/s)", EB_OSU_FIGURE},
        {"MB/s", EB_OSU_FIGURE},
        {"Messages/s", EB_OSU_MESSAGES},
        {"MinLatency(us)", EB_OSU_MIN},
        {"MaxLatency(us)", EB_OSU_MAX},
        {"Iterations", EB_OSU_ITERATIONS},
        {"Validation", EB_OSU_VALIDATION},
        {"TransmitSize", EB_OSU_TRANSMITTED},
        {"Compute(us)", EB_OSU_OTHER},
        {"Coll.Init(us)", EB_OSU_OTHER},
        {"MPI_Test(us)", EB_OSU_OTHER},
        {"MPI_Wait(us)", EB_OSU_OTHER},
        {"PureComm.(us)", EB_OSU_OTHER},
        {"MinComm.(us)", EB_OSU_OTHER},
        {"MaxComm.(us)", EB_OSU_OTHER},
        {"Overlap(%)", EB_OSU_OTHER},
    };
    *column = (struct eb_osu_column){.kind = EB_OSU_PERCENTILE};
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        size_t length = strlen(headings[i].text);
        column->kind = headings[i].kind;
        if (strncasecmp(text, headings[i].text, length) == 0)
            return text + length;
    }
    column->kind = EB_OSU_PERCENTILE;
    return skip_percentile(text, &column->percentile);
}

int eb_osu_columns_read(const char *heading, struct eb_osu_columns *columns)
{
    char squeezed[512] = "";
    const char *at = squeezed;
    int figures = 0;
    columns->count = 0;
    columns->unknown = NULL;
    squeeze_heading(heading, squeezed, sizeof squeezed);
    while (*at && columns->count < EB_OSU_COLUMNS_MAX) {
        struct eb_osu_column column;
        const char *rest = skip_column(at, &column);
        if (!rest || (column.kind == EB_OSU_SIZE && columns->count > 0))
            break;
        figures += column.kind == EB_OSU_FIGURE;
        columns->columns[columns->count++] = column;
        at = rest;
    }
    if (*at && columns->count > 0) {
        /* the same place in the line as it stands */
        size_t left = strlen(at);
        const char *original = heading + strlen(heading);
        while (left > 0 && original > heading)
            left -= !isspace((unsigned char)*--original);
        columns->unknown = original;
    }
    if (!columns->unknown)
        return figures == 1;
    /* "Size: 4 nodes" is somebody's comment */
    return columns->columns[0].kind == EB_OSU_SIZE && isspace((unsigned char)columns->unknown[-1]) &&
           (columns->count > 1 || strpbrk(columns->unknown, "(/%"));
}
