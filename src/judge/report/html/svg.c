/* One pass over the tags. A group is written when the first thing in it is, so that empty ones are not, and
 * those that change nothing neither. */
#include "judge/report/html/svg.h"

#include "judge/report/html/svg_paint.h"
#include "judge/report/html/svg_tags.h"
#include "judge/report/judgement_escape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32
#define SHAPES_MAX 64

enum written {
    WRITTEN,
    PENDING,  /* to be written with the first thing in it */
    NAMELESS, /* it changes nothing: what is in it stands alone */
};

struct element {
    struct eb_svg_piece name;
    enum written written;
    char *tag; /* PENDING: owned */
    struct eb_svg_paint paint;
};

/* What stands in <defs> under an id. */
struct shape {
    struct eb_svg_piece id;
    struct eb_svg_piece reference; /* to another one */
    int is_used;
};

struct rewriting {
    const struct eb_picture *picture;
    FILE *file;
    struct element stack[DEPTH_MAX];
    size_t depth;
    size_t dropped; /* how deep in something that is left out */
    struct shape shapes[SHAPES_MAX];
    size_t shape_count;
    int failed; /* out of memory */
};

static int same(struct eb_svg_piece a, struct eb_svg_piece b)
{
    return a.text && b.text && a.bytes == b.bytes && memcmp(a.text, b.text, a.bytes) == 0;
}

static void mark(struct rewriting *all, struct eb_svg_piece id)
{
    for (size_t i = 0; id.text && i < all->shape_count; i++)
        if (same(all->shapes[i].id, id))
            all->shapes[i].is_used = 1;
}

/* Which shapes are used, by what is drawn or by used ones. */
static void find_shapes(struct rewriting *all, const char *text)
{
    struct eb_svg_tag tag;
    int in_shapes = 0;
    for (eb_svg_next(&text, &tag); tag.kind != EB_SVG_END && tag.kind != EB_SVG_BROKEN;
         eb_svg_next(&text, &tag)) {
        struct eb_svg_piece id = eb_svg_value(&tag, "id");
        if (eb_svg_is(tag.name, "defs"))
            in_shapes = tag.kind == EB_SVG_OPEN && !tag.is_empty;
        else if (!in_shapes)
            mark(all, eb_svg_reference(&tag));
        else if (id.text && all->shape_count < SHAPES_MAX)
            all->shapes[all->shape_count++] = (struct shape){.id = id, .reference = eb_svg_reference(&tag)};
    }
    for (size_t round = 0; round < all->shape_count; round++)
        for (size_t i = 0; i < all->shape_count; i++)
            if (all->shapes[i].is_used)
                mark(all, all->shapes[i].reference);
}

static int is_used(const struct rewriting *all, struct eb_svg_piece id)
{
    for (size_t i = 0; i < all->shape_count; i++)
        if (same(all->shapes[i].id, id))
            return all->shapes[i].is_used;
    return 0;
}

static void write_piece(FILE *file, struct eb_svg_piece piece)
{
    fwrite(piece.text, 1, piece.bytes, file);
}

/* Numbers lose what cannot be seen: all behind the first decimal. */
static void write_numbers(FILE *file, struct eb_svg_piece value)
{
    int decimals = -1;
    int was_blank = 1;
    for (size_t i = 0; i < value.bytes; i++) {
        char c = value.text[i];
        int is_digit = c >= '0' && c <= '9';
        int is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        int is_last = i + 1 == value.bytes;
        decimals = c == '.' ? 0 : !is_digit ? -1 : decimals >= 0 ? decimals + 1 : -1;
        if (c == '.' && !is_last && value.text[i + 1] == '0')
            i++, decimals = 1;
        else if (decimals <= 1 && !(is_blank && (was_blank || is_last)))
            fputc(is_blank ? ' ' : c, file);
        was_blank = is_blank;
    }
}

static void write_pending(struct rewriting *all)
{
    for (size_t i = 0; i < all->depth; i++) {
        struct element *element = &all->stack[i];
        if (element->written != PENDING)
            continue;
        fputs(element->tag, all->file);
        free(element->tag);
        element->tag = NULL;
        element->written = WRITTEN;
    }
}

static int is_id_kept(const struct eb_svg_tag *tag, struct eb_svg_piece id, const struct rewriting *all)
{
    return id.text &&
           strspn(id.text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") >= id.bytes &&
           (is_used(all, id) || eb_svg_is(tag->name, "clipPath"));
}

/* The attributes of a tag, as far as they are kept; paint becomes that of the element. Returns how many. */
static size_t write_attributes(const struct rewriting *all, const struct eb_svg_tag *tag, FILE *file,
                               struct eb_svg_paint *paint)
{
    size_t count = 0;
    struct eb_svg_piece id = eb_svg_value(tag, "id");
    struct eb_svg_piece reference = eb_svg_reference(tag);
    for (size_t i = 0; i < tag->attribute_count; i++) {
        const struct eb_svg_attribute *attribute = &tag->attributes[i];
        enum eb_svg_property property = eb_svg_property_find(attribute->name);
        char value[EB_SVG_VALUE];
        if (property < EB_SVG_PROPERTIES) {
            if (!eb_svg_property_value(property, attribute->value, value) ||
                strcmp(value, paint->values[property]) == 0)
                continue;
            snprintf(paint->values[property], EB_SVG_VALUE, "%s", value);
            fprintf(file, " %s=\"%s\"", eb_svg_property_name(property), value);
        } else if (eb_svg_attribute_is_kept(attribute)) {
            fputc(' ', file);
            write_piece(file, attribute->name);
            fputs("=\"", file);
            if (eb_svg_is(attribute->name, "d") || eb_svg_is(attribute->name, "points"))
                write_numbers(file, attribute->value);
            else
                write_piece(file, attribute->value);
            fputc('"', file);
        } else {
            continue;
        }
        count++;
    }
    if (is_id_kept(tag, id, all)) {
        fprintf(file, " id=\"%s-%.*s\"", all->picture->id, (int)id.bytes, id.text);
        count++;
    }
    if (reference.text && is_used(all, reference)) {
        fprintf(file, " href=\"#%s-%.*s\"", all->picture->id, (int)reference.bytes, reference.text);
        count++;
    }
    return count;
}

/* "showHypertext(evt,'12')": 12; -1 when there is none. */
static long hypertext_of(const struct eb_svg_tag *tag)
{
    static const char call[] = "showHypertext(evt,'";
    struct eb_svg_piece value = eb_svg_value(tag, "onmousemove");
    for (size_t i = 0; value.text && i + sizeof call < value.bytes; i++)
        if (strncmp(value.text + i, call, sizeof call - 1) == 0) {
            char *end = NULL;
            long number = strtol(value.text + i + sizeof call - 1, &end, 10);
            return end && *end == '\'' && number >= 0 ? number : -1;
        }
    return -1;
}

/* The group of a point with its words; 0 when the picture has no such point. */
static int write_point(struct rewriting *all, long number)
{
    size_t rest = (size_t)number;
    for (size_t i = 0; i < all->picture->curve_count; i++) {
        const struct eb_curve *curve = &all->picture->curves[i];
        if (curve->is_context)
            continue;
        if (rest < curve->point_count) {
            char *words = eb_point_words(curve, &curve->points[rest]);
            all->failed |= !words;
            fprintf(all->file, "<g class=\"point\" data-n=\"%ld\" data-c=\"%zu\"><title>", number, i);
            eb_escape_xml(all->file, words ? words : "");
            fputs("</title>", all->file);
            free(words);
            return 1;
        }
        rest -= curve->point_count;
    }
    return 0;
}

static void push_group(struct rewriting *all, const struct eb_svg_tag *tag, struct element *element)
{
    long number = hypertext_of(tag);
    size_t bytes = 0;
    if (number >= 0) {
        write_pending(all);
        if (write_point(all, number)) {
            element->written = WRITTEN;
            return;
        }
    }
    FILE *text = open_memstream(&element->tag, &bytes);
    size_t count = 0;
    if (text) {
        fputs("<g", text);
        count = write_attributes(all, tag, text, &element->paint);
        fputc('>', text);
    }
    all->failed |= !text || fclose(text) != 0;
    element->written = count > 0 && !all->failed ? PENDING : NAMELESS;
    if (element->written == NAMELESS) {
        free(element->tag);
        element->tag = NULL;
    }
}

static void write_tag(struct rewriting *all, const struct eb_svg_tag *tag, struct element *element)
{
    char *attributes = NULL;
    size_t bytes = 0;
    FILE *text = open_memstream(&attributes, &bytes);
    size_t count = text ? write_attributes(all, tag, text, &element->paint) : 0;
    if (!text || fclose(text) != 0) {
        all->failed = 1;
        free(attributes);
        return;
    }
    element->written = WRITTEN;
    if (count == 0 && eb_svg_is(tag->name, "tspan")) {
        element->written = NAMELESS;
    } else {
        fputc('<', all->file);
        write_piece(all->file, tag->name);
        fwrite(attributes, 1, bytes, all->file);
        fputs(tag->is_empty ? "/>" : ">", all->file);
    }
    free(attributes);
}

/* A shape that nothing uses, and what covers nothing but the ground. */
static int is_useless(const struct rewriting *all, const struct eb_svg_tag *tag)
{
    struct eb_svg_piece id = eb_svg_value(tag, "id");
    for (size_t i = 0; id.text && i < all->shape_count; i++)
        if (same(all->shapes[i].id, id))
            return !all->shapes[i].is_used;
    return eb_svg_is(eb_svg_value(tag, "visibility"), "hidden") ||
           (eb_svg_is(tag->name, "rect") && eb_svg_is(eb_svg_value(tag, "x"), "0") &&
            eb_svg_is(eb_svg_value(tag, "y"), "0"));
}

static enum eb_status open_tag(struct rewriting *all, const struct eb_svg_tag *tag, struct eb_error *err)
{
    enum eb_svg_use use = eb_svg_element(tag->name);
    if (all->dropped > 0 || use == EB_SVG_DROP || is_useless(all, tag)) {
        all->dropped += !tag->is_empty;
        return EB_OK;
    }
    if (use == EB_SVG_REFUSE || all->depth == DEPTH_MAX)
        return eb_error_set(err, EB_INVALID, "svg", 0, "gnuplot drew a '%.*s', which is not known here",
                            (int)(tag->name.bytes < 32 ? tag->name.bytes : 32), tag->name.text);
    struct element *element = &all->stack[all->depth];
    *element = (struct element){.name = tag->name, .paint = all->stack[all->depth - 1].paint};
    if (eb_svg_is(tag->name, "g") && !tag->is_empty) {
        push_group(all, tag, element);
        all->depth++;
    } else if (!eb_svg_is(tag->name, "g")) {
        write_pending(all);
        write_tag(all, tag, element);
        all->depth += !tag->is_empty;
    }
    return EB_OK;
}

static enum eb_status close_tag(struct rewriting *all, const struct eb_svg_tag *tag, struct eb_error *err)
{
    if (all->dropped > 0) {
        all->dropped--;
        return EB_OK;
    }
    struct element *element = &all->stack[all->depth - 1];
    if (!same(element->name, tag->name))
        return eb_error_set(err, EB_INVALID, "svg", 0, "gnuplot's tags do not match at '%.*s'",
                            (int)(tag->name.bytes < 32 ? tag->name.bytes : 32), tag->name.text);
    if (element->written == WRITTEN) {
        fputs("</", all->file);
        write_piece(all->file, tag->name);
        fputc('>', all->file);
    }
    free(element->tag);
    element->tag = NULL;
    all->depth--;
    return EB_OK;
}

/* Text counts where text is shown. */
static void write_text(struct rewriting *all, struct eb_svg_piece text)
{
    const struct element *element = &all->stack[all->depth - 1];
    if (all->dropped > 0 || (!eb_svg_is(element->name, "text") && !eb_svg_is(element->name, "tspan")))
        return;
    while (text.bytes > 0 && strchr(" \t\r\n", text.text[0]) && eb_svg_is(element->name, "text"))
        text = (struct eb_svg_piece){text.text + 1, text.bytes - 1};
    write_piece(all->file, text);
}

/* Everything behind <svg ...>, which is the first tag. */
static enum eb_status rewrite(struct rewriting *all, const char *text, struct eb_error *err)
{
    struct eb_svg_tag tag;
    enum eb_status status = EB_OK;
    for (eb_svg_next(&text, &tag); tag.kind == EB_SVG_TEXT; eb_svg_next(&text, &tag))
        ;
    if (tag.kind != EB_SVG_OPEN || !eb_svg_is(tag.name, "svg"))
        return eb_error_set(err, EB_INVALID, "svg", 0, "gnuplot drew no SVG");
    struct eb_svg_piece view = eb_svg_value(&tag, "viewBox");
    size_t harmless = view.text ? strspn(view.text, "0123456789. ") : 0;
    if (harmless == 0 || harmless != view.bytes)
        return eb_error_set(err, EB_INVALID, "svg", 0, "gnuplot's SVG has no size");
    fprintf(all->file, "<svg viewBox=\"%.*s\" aria-hidden=\"true\">", (int)view.bytes, view.text);
    all->stack[0].name = tag.name;
    eb_svg_paint_begin(&all->stack[0].paint);
    all->depth = 1;
    while (status == EB_OK && all->depth > 0 && !all->failed) {
        eb_svg_next(&text, &tag);
        if (tag.kind == EB_SVG_OPEN)
            status = open_tag(all, &tag, err);
        else if (tag.kind == EB_SVG_CLOSE)
            status = close_tag(all, &tag, err);
        else if (tag.kind == EB_SVG_TEXT)
            write_text(all, tag.name);
        else
            status = eb_error_set(err, EB_INVALID, "svg", 0, "gnuplot's SVG is cut or broken");
    }
    return status;
}

enum eb_status eb_html_svg(const char *text, const struct eb_picture *picture, FILE *file,
                           struct eb_error *err)
{
    char *svg = NULL;
    size_t bytes = 0;
    struct rewriting *all = calloc(1, sizeof *all);
    FILE *aside = all ? open_memstream(&svg, &bytes) : NULL;
    enum eb_status status = EB_INTERNAL;
    if (aside) {
        all->picture = picture;
        all->file = aside;
        find_shapes(all, text);
        status = rewrite(all, text, err);
        for (size_t i = 0; i < all->depth; i++)
            free(all->stack[i].tag);
        if (fclose(aside) != 0 || all->failed)
            status = EB_INTERNAL;
    }
    if (status == EB_OK)
        fwrite(svg, 1, bytes, file);
    else if (status == EB_INTERNAL)
        eb_error_set(err, EB_INTERNAL, "svg", ENOMEM, "out of memory for a plot");
    free(svg);
    free(all);
    return status;
}
