#include "judge/report/plot/gnuplot.h"

#include "judge/report/plot/gnuplot_run.h"
#include "judge/report/plot/gnuplot_script.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char program[] = "gnuplot";

#define HOW_TO_INSTALL "apt install gnuplot-nox, or dnf install gnuplot"

static enum eb_status out_of_memory(struct eb_error *err)
{
    return eb_error_set(err, EB_INTERNAL, program, 0, "out of memory for the pictures");
}

/* With how to install it behind what is missing. */
static enum eb_status with_help(enum eb_status status, struct eb_error *err)
{
    struct eb_error missing;
    if (status != EB_NO_HARDWARE || !err)
        return status;
    missing = *err;
    return eb_error_set(err, EB_NO_HARDWARE, program, missing.code, "%.300s: pictures need it (%s)",
                        missing.text, HOW_TO_INSTALL);
}

enum eb_status eb_gnuplot_find(enum eb_drawing drawing, struct eb_error *err)
{
    static const char script[] = "set print '-'\nprint GPVAL_TERMINALS\n";
    char *terminals = NULL;
    size_t bytes = 0;
    enum eb_status status = with_help(
        eb_gnuplot_run(script, sizeof script - 1, EB_GNUPLOT_TIMEOUT_MS, &terminals, &bytes, err), err);
    int can = terminals &&
              (drawing == EB_DRAWING_PNG ? strstr(terminals, " pngcairo ") || strstr(terminals, " png ")
                                         : strstr(terminals, " svg ") != NULL);
    if (status == EB_OK && !can)
        status = eb_error_set(err, EB_NO_HARDWARE, program, 0, "the gnuplot in PATH cannot draw %s (%s)",
                              drawing == EB_DRAWING_PNG ? "PNG" : "SVG", HOW_TO_INSTALL);
    free(terminals);
    return status;
}

static enum eb_status new_script(const struct eb_pictures *pictures, enum eb_drawing drawing, char **script,
                                 size_t *bytes, struct eb_error *err)
{
    FILE *file = open_memstream(script, bytes);
    int failed = !file;
    if (file)
        fputs("set encoding utf8\n", file);
    for (size_t i = 0; !failed && i < pictures->count; i++)
        failed = eb_script_write(file, &pictures->items[i], drawing);
    if (file && fclose(file) != 0)
        failed = 1;
    return failed ? out_of_memory(err) : EB_OK;
}

static const char *find_bytes(const char *from, const char *end, const char *what)
{
    return memmem(from, (size_t)(end - from), what, strlen(what));
}

/* The end of the SVG that begins at from, or NULL. Texts in it have no '<' of their own. */
static const char *end_of_svg(const char *from, const char *end)
{
    static const char closing[] = "</svg>";
    const char *close = NULL;
    if ((size_t)(end - from) < 5 || memcmp(from, "<?xml", 5) != 0)
        return NULL;
    close = find_bytes(from, end, closing);
    return close ? close + strlen(closing) : NULL;
}

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The end of the PNG that begins at from, or NULL: chunks of length, name, data and checksum up to IEND. */
static const char *end_of_png(const char *from, const char *end)
{
    static const char signature[] = "\x89PNG\r\n\x1a\n";
    if ((size_t)(end - from) < 8 || memcmp(from, signature, 8) != 0)
        return NULL;
    for (from += 8; end - from >= 12;) {
        uint32_t length = big_endian((const unsigned char *)from);
        int is_last = memcmp(from + 4, "IEND", 4) == 0;
        if (length > (size_t)(end - from) - 12)
            return NULL;
        from += 12 + (size_t)length;
        if (is_last)
            return from;
    }
    return NULL;
}

static int take_drawn(struct eb_drawn *drawn, const char *from, const char *end)
{
    size_t bytes = (size_t)(end - from);
    drawn->data = malloc(bytes + 1);
    if (!drawn->data)
        return -1;
    memcpy(drawn->data, from, bytes);
    drawn->data[bytes] = '\0';
    drawn->bytes = bytes;
    return 0;
}

static enum eb_status split(const char *output, size_t bytes, enum eb_drawing drawing, struct eb_drawn *drawn,
                            size_t count, struct eb_error *err)
{
    const char *end = output ? output + bytes : NULL;
    size_t found = 0;
    while (output < end) {
        const char *next = drawing == EB_DRAWING_PNG ? end_of_png(output, end) : end_of_svg(output, end);
        if (!next || found == count)
            break;
        if (take_drawn(&drawn[found++], output, next) != 0)
            return out_of_memory(err);
        for (output = next; output < end && strchr("\r\n", *output) && *output;)
            output++;
    }
    if (found < count || output < end)
        return eb_error_set(err, EB_INTERNAL, program, 0,
                            "what gnuplot wrote is not the %zu picture%s it was asked for", count,
                            count == 1 ? "" : "s");
    return EB_OK;
}

enum eb_status eb_gnuplot_draw(const struct eb_pictures *pictures, enum eb_drawing drawing,
                               struct eb_drawn **drawn, struct eb_error *err)
{
    char *script = NULL;
    char *output = NULL;
    size_t script_bytes = 0;
    size_t output_bytes = 0;
    *drawn = calloc(pictures->count + 1, sizeof **drawn);
    enum eb_status status = *drawn ? EB_OK : out_of_memory(err);
    if (status == EB_OK)
        status = new_script(pictures, drawing, &script, &script_bytes, err);
    if (status == EB_OK && pictures->count > 0)
        status = with_help(
            eb_gnuplot_run(script, script_bytes, EB_GNUPLOT_TIMEOUT_MS, &output, &output_bytes, err), err);
    if (status == EB_OK)
        status = split(output, output_bytes, drawing, *drawn, pictures->count, err);
    if (status != EB_OK) {
        eb_drawn_free(*drawn, pictures->count);
        *drawn = NULL;
    }
    free(output);
    free(script);
    return status;
}

void eb_drawn_free(struct eb_drawn *drawn, size_t count)
{
    for (size_t i = 0; drawn && i < count; i++)
        free(drawn[i].data);
    free(drawn);
}
