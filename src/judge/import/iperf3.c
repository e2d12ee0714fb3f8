/* iperf3 --json, --json-stream.
 *
 * Source of the format: iperf_json_start, JSON_write of the results in iperf_api.c (iperf_print_results,
 * iperf_json_finish) of github.com/esnet/iperf. What was received counts, end.sum_received: what was sent may
 * lie in buffers or be lost. num_streams are flows of one pair of hosts. Several documents may follow each
 * other, with other lines between. */
#include "judge/import/import.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct reader {
    struct eb_import *import;
    struct eb_error *err;
    unsigned line; /* that the document begins on */
    json_t *start; /* of a stream of events; owned */
};

static enum eb_status refuse_missing(const struct reader *reader, const char *what)
{
    return eb_import_refuse(reader->import, reader->line, reader->err, "iperf3 does not say %s", what);
}

/* A whole number from 1. */
static int positive(const json_t *object, const char *key, uint64_t *value)
{
    const json_t *number = json_object_get(object, key);
    if (!json_is_integer(number) || json_integer_value(number) < 1)
        return 0;
    *value = (uint64_t)json_integer_value(number);
    return 1;
}

static int is_set(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_true(value) || (json_is_number(value) && json_number_value(value) > 0);
}

/* Bits a second of a sum, as bytes. */
static enum eb_status rate_of(const struct reader *reader, const json_t *end, const char *sum, double *rate)
{
    char what[80];
    const json_t *bits = json_object_get(json_object_get(end, sum), "bits_per_second");
    snprintf(what, sizeof what, "end.%s.bits_per_second", sum);
    if (!json_is_number(bits))
        return refuse_missing(reader, what);
    *rate = json_number_value(bits) / 8;
    if (!(*rate > 0))
        return eb_import_refuse(reader->import, reader->line, reader->err, "%s is not above zero", what);
    return EB_OK;
}

static enum eb_status set_arm(struct reader *reader, const json_t *test, const json_t *end)
{
    char text[24];
    uint64_t flows = 0;
    const char *protocol = json_string_value(json_object_get(test, "protocol"));
    int tcp = protocol && strcmp(protocol, "TCP") == 0;
    if (!tcp && !(protocol && strcmp(protocol, "UDP") == 0))
        return refuse_missing(reader, "start.test_start.protocol, TCP or UDP");
    if (!positive(test, "num_streams", &flows))
        return refuse_missing(reader, "start.test_start.num_streams");
    snprintf(text, sizeof text, "%" PRIu64, flows);
    enum eb_status status = eb_import_set_attribute(reader->import, reader->line, "flows", text, reader->err);
    if (status == EB_OK)
        status = eb_import_set_attribute(reader->import, reader->line, "protocol", tcp ? "tcp" : "udp",
                                         reader->err);
    if (status == EB_OK && is_set(test, "target_bitrate"))
        status = eb_import_warn(reader->import, reader->line, reader->err,
                                "the rate was held at %.0f bits a second (-b)",
                                json_number_value(json_object_get(test, "target_bitrate")));
    if (status == EB_OK && is_set(json_object_get(end, "sum"), "lost_packets"))
        status = eb_import_warn(reader->import, reader->line, reader->err, "packets were lost");
    return status;
}

/* The two objects that every run has. */
static enum eb_status add_run(struct reader *reader, const json_t *start, const json_t *end)
{
    const json_t *test = json_object_get(start, "test_start");
    const char *version = json_string_value(json_object_get(start, "version"));
    int both = is_set(test, "bidir") || json_object_get(end, "sum_received_bidir_reverse");
    double there = 0;
    double back = 0;
    struct eb_import_row row = {
        .kernel = both ? "bibandwidth" : "bandwidth",
        .algorithm = "",
        .ranks = 2,
        .quantity = EB_QUANTITY_RATE,
        .min = NAN,
        .max = NAN,
    };
    if (!json_is_object(test))
        return refuse_missing(reader, "start.test_start");
    if (!positive(test, "blksize", &row.size_bytes))
        return refuse_missing(reader, "start.test_start.blksize");
    enum eb_status status = rate_of(reader, end, "sum_received", &there);
    if (status == EB_OK && both)
        status = rate_of(reader, end, "sum_received_bidir_reverse", &back);
    if (status == EB_OK)
        status = set_arm(reader, test, end);
    if (status == EB_OK)
        status = eb_import_set_tool(reader->import, version ? version : "iperf3", reader->err);
    row.value = there + back;
    return status == EB_OK ? eb_import_add(reader->import, reader->line, &row, reader->err) : status;
}

static enum eb_status refuse_failed(const struct reader *reader, const json_t *error)
{
    const char *text = json_string_value(error);
    return eb_import_refuse(reader->import, reader->line, reader->err, "the run failed: %.200s",
                            text ? text : "it does not say why");
}

/* {"event": "start", "data": {...}}, one a line: iperf 3.17 --json-stream. */
static enum eb_status read_event(struct reader *reader, const char *event, const json_t *data)
{
    if (strcmp(event, "error") == 0)
        return refuse_failed(reader, data);
    if (strcmp(event, "start") == 0) {
        json_decref(reader->start);
        reader->start = json_deep_copy(data);
    }
    if (strcmp(event, "end") != 0)
        return EB_OK;
    if (!reader->start)
        return refuse_missing(reader, "how this run started");
    enum eb_status status = add_run(reader, reader->start, data);
    json_decref(reader->start);
    reader->start = NULL;
    return status;
}

static enum eb_status read_document(struct reader *reader, const json_t *document)
{
    const char *event = json_string_value(json_object_get(document, "event"));
    const json_t *error = json_object_get(document, "error");
    if (event)
        return read_event(reader, event, json_object_get(document, "data"));
    if (error)
        return refuse_failed(reader, error);
    if (!json_is_object(json_object_get(document, "start")) ||
        !json_is_object(json_object_get(document, "end")))
        return eb_import_refuse(reader->import, reader->line, reader->err,
                                "this is JSON, but no result of iperf3: it has no start and end");
    return add_run(reader, json_object_get(document, "start"), json_object_get(document, "end"));
}

/* To the next '{' that is the first thing of a line, or that follows a document directly. */
static const char *find_document(const char *at, const char *stop, unsigned *line)
{
    int first = 1;
    for (; at < stop; at++) {
        if (*at == '{' && first)
            return at;
        if (*at == '\n') {
            first = 1;
            ++*line;
        } else if (*at != ' ' && *at != '\t' && *at != '\r') {
            first = 0;
        }
    }
    return NULL;
}

static enum eb_status cannot_parse(struct reader *reader, size_t documents, const json_error_t *error)
{
    unsigned line = reader->line + (error->line > 0 ? (unsigned)error->line - 1 : 0);
    if (json_error_code(error) != json_error_premature_end_of_input)
        return eb_import_refuse(reader->import, line, reader->err, "this is no JSON: %.120s", error->text);
    if (documents == 0)
        return eb_import_refuse(reader->import, line, reader->err, "the JSON was cut");
    return eb_import_warn(reader->import, line, reader->err,
                          "the JSON was cut: what is before this document is kept");
}

static enum eb_status read_iperf3(struct eb_import *import, const char *text, size_t bytes,
                                  struct eb_error *err)
{
    struct reader reader = {.import = import, .err = err, .line = 1};
    const char *stop = text + bytes;
    const char *at = text;
    size_t documents = 0;
    enum eb_status status = EB_OK;
    while (status == EB_OK && (at = find_document(at, stop, &reader.line))) {
        json_error_t error;
        json_t *document = json_loadb(at, (size_t)(stop - at), JSON_DISABLE_EOF_CHECK, &error);
        if (!document) {
            status = cannot_parse(&reader, documents, &error);
            break;
        }
        const char *after = at + error.position;
        status = read_document(&reader, document);
        json_decref(document);
        documents++;
        for (; at < after; at++)
            reader.line += *at == '\n';
    }
    if (status == EB_OK && documents == 0)
        status = eb_import_refuse(import, 0, err, "it holds no JSON: iperf3 writes it with --json");
    json_decref(reader.start);
    return status;
}

const struct eb_importer eb_import_iperf3 = {
    .name = "iperf3",
    .summary = "iperf3 --json",
    .read = read_iperf3,
};
