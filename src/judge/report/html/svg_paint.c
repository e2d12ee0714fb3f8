#include "judge/report/html/svg_paint.h"

#include "judge/report/plot/palette.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *name;
    const char *initial;
} properties[EB_SVG_PROPERTIES] = {
    [EB_SVG_FILL] = {"fill", "none"},
    [EB_SVG_STROKE] = {"stroke", "currentColor"},
    [EB_SVG_COLOR] = {"color", "var(--ink)"},
    [EB_SVG_STROKE_WIDTH] = {"stroke-width", "1"},
    [EB_SVG_LINECAP] = {"stroke-linecap", "butt"},
    [EB_SVG_LINEJOIN] = {"stroke-linejoin", "miter"},
    [EB_SVG_FONT_SIZE] = {"font-size", "12"},
    [EB_SVG_ANCHOR] = {"text-anchor", "start"},
};

void eb_svg_paint_begin(struct eb_svg_paint *paint)
{
    for (size_t i = 0; i < EB_SVG_PROPERTIES; i++)
        snprintf(paint->values[i], EB_SVG_VALUE, "%s", properties[i].initial);
}

const char *eb_svg_property_name(enum eb_svg_property property)
{
    return properties[property].name;
}

enum eb_svg_property eb_svg_property_find(struct eb_svg_piece name)
{
    for (size_t i = 0; i < EB_SVG_PROPERTIES; i++)
        if (eb_svg_is(name, properties[i].name))
            return (enum eb_svg_property)i;
    return EB_SVG_PROPERTIES;
}

/* "rgb(  0, 114, 178)" or "#0072b2"; 0 when it is neither. */
static int read_rgb(const char *text, unsigned *rgb)
{
    unsigned red = 0;
    unsigned green = 0;
    unsigned blue = 0;
    int end = 0;
    if (sscanf(text, "rgb( %3u , %3u , %3u )%n", &red, &green, &blue, &end) == 3 && end > 0 && !text[end]) {
        *rgb = (red & 255) << 16 | (green & 255) << 8 | (blue & 255);
        return 1;
    }
    return strlen(text) == 7 && sscanf(text, "#%6x%n", rgb, &end) == 1 && end == 7;
}

static int colour_value(const char *text, char value[EB_SVG_VALUE])
{
    unsigned rgb = 0;
    if (strcmp(text, "none") == 0 || strcasecmp(text, "currentColor") == 0) {
        snprintf(value, EB_SVG_VALUE, "%s", text[0] == 'n' ? "none" : "currentColor");
        return 1;
    }
    if (strcmp(text, "white") == 0)
        rgb = 0xffffff;
    else if (strcmp(text, "black") != 0 && !read_rgb(text, &rgb))
        return 0;
    for (size_t i = 0; i < EB_PALETTE_COLOURS; i++)
        if (strtoul(eb_palette_light(i) + 1, NULL, 16) == rgb) {
            snprintf(value, EB_SVG_VALUE, "var(--arm-%zu)", i);
            return 1;
        }
    int is_grey = (rgb >> 16) == (rgb & 255) && (rgb >> 8 & 255) == (rgb & 255);
    if (is_grey && rgb != 0 && rgb != 0xffffff)
        snprintf(value, EB_SVG_VALUE, "%s", (rgb & 255) > 0xa0 ? "var(--grid)" : "var(--axis)");
    else if (is_grey)
        snprintf(value, EB_SVG_VALUE, "%s", rgb ? "var(--paper)" : "var(--ink)");
    else
        snprintf(value, EB_SVG_VALUE, "#%06x", rgb);
    return 1;
}

/* "1.00" as "1". */
static int number_value(const char *text, char value[EB_SVG_VALUE])
{
    size_t bytes = strspn(text, "0123456789.");
    if (bytes == 0 || text[bytes])
        return 0;
    if (memchr(text, '.', bytes)) {
        while (text[bytes - 1] == '0')
            bytes--;
        bytes -= text[bytes - 1] == '.';
    }
    snprintf(value, EB_SVG_VALUE, "%.*s", (int)bytes, bytes ? text : "0");
    return 1;
}

int eb_svg_property_value(enum eb_svg_property property, struct eb_svg_piece piece, char value[EB_SVG_VALUE])
{
    char text[EB_SVG_VALUE];
    if (piece.bytes >= sizeof text)
        return 0;
    memcpy(text, piece.text, piece.bytes);
    text[piece.bytes] = '\0';
    if (property <= EB_SVG_COLOR)
        return colour_value(text, value);
    if (property == EB_SVG_STROKE_WIDTH || property == EB_SVG_FONT_SIZE)
        return number_value(text, value);
    snprintf(value, EB_SVG_VALUE, "%s", text);
    return strspn(text, "abcdefghijklmnopqrstuvwxyz-") == piece.bytes;
}

static int is_one_of(struct eb_svg_piece name, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (eb_svg_is(name, words[i]))
            return 1;
    return 0;
}

enum eb_svg_use eb_svg_element(struct eb_svg_piece name)
{
    static const char *const kept[] = {"g",        "path", "rect",  "circle", "ellipse", "line",    "polygon",
                                       "polyline", "text", "tspan", "use",    "defs",    "clipPath"};
    static const char *const dropped[] = {"desc", "title", "filter", "image", "metadata", "style", "pattern"};
    if (is_one_of(name, kept, sizeof kept / sizeof *kept))
        return EB_SVG_KEEP;
    return is_one_of(name, dropped, sizeof dropped / sizeof *dropped) ? EB_SVG_DROP : EB_SVG_REFUSE;
}

int eb_svg_attribute_is_kept(const struct eb_svg_attribute *attribute)
{
    static const char *const kept[] = {"x",
                                       "y",
                                       "x1",
                                       "y1",
                                       "x2",
                                       "y2",
                                       "cx",
                                       "cy",
                                       "r",
                                       "rx",
                                       "ry",
                                       "width",
                                       "d",
                                       "height",
                                       "points",
                                       "transform",
                                       "fill-opacity",
                                       "stroke-opacity",
                                       "dx",
                                       "opacity",
                                       "fill-rule",
                                       "clip-rule",

                                       "stroke-dasharray",
                                       "dy",
                                       "rotate",
                                       "font-style",
                                       "font-weight",
                                       "stroke-miterlimit",
                                       "baseline-shift"};
    static const char harmless[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \t\r\n.,()%+-";
    for (size_t i = 0; i < attribute->value.bytes; i++)
        if (!strchr(harmless, attribute->value.text[i]))
            return 0;
    return is_one_of(attribute->name, kept, sizeof kept / sizeof *kept);
}
