#include "judge/report/html/svg_tags.h"

#include <string.h>

int eb_svg_is(struct eb_svg_piece piece, const char *word)
{
    return piece.text && strlen(word) == piece.bytes && memcmp(piece.text, word, piece.bytes) == 0;
}

struct eb_svg_piece eb_svg_value(const struct eb_svg_tag *tag, const char *name)
{
    for (size_t i = 0; i < tag->attribute_count; i++)
        if (eb_svg_is(tag->attributes[i].name, name))
            return tag->attributes[i].value;
    return (struct eb_svg_piece){NULL, 0};
}

struct eb_svg_piece eb_svg_reference(const struct eb_svg_tag *tag)
{
    struct eb_svg_piece value = eb_svg_value(tag, "href");
    if (!value.text)
        value = eb_svg_value(tag, "xlink:href");
    if (!value.text || value.bytes < 2 || value.text[0] != '#')
        return (struct eb_svg_piece){NULL, 0};
    return (struct eb_svg_piece){value.text + 1, value.bytes - 1};
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* Behind the end of what begins at at; at the end of the text where it has none. */
static const char *behind(const char *at, const char *end)
{
    const char *found = strstr(at, end);
    return found ? found + strlen(end) : at + strlen(at);
}

static struct eb_svg_piece take_name(const char **at)
{
    struct eb_svg_piece name = {*at, strcspn(*at, " \t\r\n/>=<\"'")};
    *at += name.bytes;
    return name;
}

/* 0 when it is none. */
static int take_attribute(const char **at, struct eb_svg_attribute *attribute)
{
    attribute->name = take_name(at);
    *at = skip_blanks(*at);
    if (attribute->name.bytes == 0 || **at != '=')
        return 0;
    *at = skip_blanks(*at + 1);
    char quote = **at;
    if (quote != '"' && quote != '\'')
        return 0;
    const char *end = strchr(*at + 1, quote);
    if (!end)
        return 0;
    attribute->value = (struct eb_svg_piece){*at + 1, (size_t)(end - *at - 1)};
    *at = end + 1;
    return 1;
}

static void take_tag(const char **at, struct eb_svg_tag *tag)
{
    tag->kind = **at == '/' ? EB_SVG_CLOSE : EB_SVG_OPEN;
    *at += tag->kind == EB_SVG_CLOSE;
    tag->name = take_name(at);
    int is_good = tag->name.bytes > 0;
    for (*at = skip_blanks(*at); is_good && **at && **at != '>' && **at != '/'; *at = skip_blanks(*at))
        is_good = tag->attribute_count < EB_SVG_ATTRIBUTES &&
                  take_attribute(at, &tag->attributes[tag->attribute_count++]);
    if (is_good && **at == '/') {
        tag->is_empty = 1;
        *at = skip_blanks(*at + 1);
    }
    if (!is_good || **at != '>')
        tag->kind = EB_SVG_BROKEN;
    else
        ++*at;
}

/* 1: something was left out. */
static int skip(const char **at)
{
    if (strncmp(*at, "<!--", 4) == 0)
        *at = behind(*at, "-->");
    else if (strncmp(*at, "<![CDATA[", 9) == 0)
        *at = behind(*at, "]]>");
    else if (strncmp(*at, "<?", 2) == 0)
        *at = behind(*at, "?>");
    else if (strncmp(*at, "<!", 2) == 0)
        *at = behind(*at, ">");
    else
        return 0;
    return 1;
}

void eb_svg_next(const char **at, struct eb_svg_tag *tag)
{
    for (;;) {
        memset(tag, 0, offsetof(struct eb_svg_tag, attributes));
        tag->attribute_count = 0;
        while (skip(at))
            ;
        if (!**at)
            return; /* EB_SVG_END */
        if (**at != '<') {
            tag->kind = EB_SVG_TEXT;
            tag->name = (struct eb_svg_piece){*at, strcspn(*at, "<")};
            *at += tag->name.bytes;
            return;
        }
        ++*at;
        take_tag(at, tag);
        if (!eb_svg_is(tag->name, "script") || tag->kind == EB_SVG_BROKEN)
            return;
        if (tag->kind == EB_SVG_OPEN && !tag->is_empty)
            *at = behind(*at, "</script>");
    }
}
