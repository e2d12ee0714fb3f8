/* Any bytes as a record or a journal. Half of the inputs are made by changing values inside a JSON document,
 * so that they get past the parser to what reads records. */
#include "reader.h"

#include "common/record.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *record = NULL;
    struct eb_error err = {0};
    enum eb_status status = eb_record_parse((const char *)data, size, "fuzz", &record, &err);
    if ((status == EB_OK) != (record != NULL) || (status != EB_OK && !err.text[0]) ||
        (status != EB_OK && status != EB_INVALID))
        abort();
    if (record)
        fuzz_readers(record, size);
    json_decref(record);
    return 0;
}

static unsigned draw(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static json_t *other_value(const json_t *value, unsigned *state)
{
    static const json_int_t numbers[] = {
        0, 1, 2, 3, 8, 64, -1, 1000, 1 << 20, INT32_MAX, INT64_MAX, INT64_MIN, (json_int_t)1 << 53};
    static const char *const words[] = {
        "",          "default", "tcp",         "k",          "pingpong",    "allreduce",
        "bandwidth", "bcast",   "rtt_ns",      "time_ns",    "window_ns",   "published",
        "complete",  "partial", "half_rtt_ns", "unattested", "time_osu_ns", "bytes_per_second",
        "mean",      "as-osu",  "barrier",     "\x1b[0m",    "a\nb",        "sockets",
    };
    switch (draw(state) % 8) {
    case 0:
        return json_array();
    case 1:
        return json_real(1e300);
    case 2:
        return json_null();
    default:
        if (json_is_string(value))
            return json_string(words[draw(state) % (sizeof words / sizeof *words)]);
        return json_is_integer(value)
                   ? json_integer(numbers[draw(state) % (sizeof numbers / sizeof *numbers)])
                   : json_deep_copy(value);
    }
}

/* Goes down a random way, and changes, drops or doubles what is at its end. */
static void change(json_t *root, unsigned *state)
{
    for (json_t *at = root; json_is_array(at) || json_is_object(at);) {
        size_t count = json_is_array(at) ? json_array_size(at) : json_object_size(at);
        if (count == 0)
            return;
        size_t index = draw(state) % count;
        void *iter = json_is_object(at) ? json_object_iter(at) : NULL;
        for (size_t i = 0; iter && i < index; i++)
            iter = json_object_iter_next(at, iter);
        json_t *child = iter ? json_object_iter_value(iter) : json_array_get(at, index);
        int inner = (json_is_array(child) || json_is_object(child)) && draw(state) % 8;
        if (inner) {
            at = child;
            continue;
        }
        unsigned what = draw(state) % 8;
        if (what == 0 && iter)
            json_object_del(at, json_object_iter_key(iter));
        else if (what == 0)
            json_array_remove(at, index);
        else if (what == 1 && !iter)
            json_array_insert_new(at, index, json_deep_copy(child));
        else if (iter)
            json_object_iter_set_new(at, iter, other_value(child, state));
        else
            json_array_set_new(at, index, other_value(child, state));
        return;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    unsigned state = seed;
    if (draw(&state) % 2)
        return LLVMFuzzerMutate(data, size, max_size);
    /* a document, or one line of a journal */
    uint8_t *start = data;
    uint8_t *end = data + size;
    for (unsigned skip = draw(&state) % 6; skip > 0; skip--) {
        uint8_t *newline = memchr(start, '\n', (size_t)(end - start));
        if (newline && newline + 1 < end)
            start = newline + 1;
    }
    uint8_t *newline = memchr(start, '\n', (size_t)(end - start));
    end = newline ? newline : end;
    json_t *root = json_loadb((const char *)start, (size_t)(end - start), 0, NULL);
    for (unsigned i = 0; root && i <= draw(&state) % 3; i++)
        change(root, &state);
    char *text = root ? json_dumps(root, 0) : NULL;
    size_t length = text ? strlen(text) : 0;
    size_t tail = (size_t)(data + size - end);
    size_t made = 0;
    if (text && (size_t)(start - data) + length + tail <= max_size) {
        memmove(start + length, end, tail);
        memcpy(start, text, length);
        made = (size_t)(start - data) + length + tail;
    }
    free(text);
    json_decref(root);
    return made ? made : LLVMFuzzerMutate(data, size, max_size);
}
