/* The tags of an SVG, one after another, as far as programs write them: no document type, no entities of its
 * own. Everything is a piece of the text, nothing is copied. */
#ifndef EB_JUDGE_REPORT_HTML_SVG_TAGS_H
#define EB_JUDGE_REPORT_HTML_SVG_TAGS_H

#include <stddef.h>

struct eb_svg_piece {
    const char *text;
    size_t bytes;
};

#define EB_SVG_ATTRIBUTES 32

struct eb_svg_attribute {
    struct eb_svg_piece name;
    struct eb_svg_piece value;
};

enum eb_svg_kind {
    EB_SVG_END,
    EB_SVG_OPEN,  /* <name ...>, or <name .../> where is_empty */
    EB_SVG_CLOSE, /* </name> */
    EB_SVG_TEXT,
    EB_SVG_BROKEN, /* cut, or more attributes than there is room for */
};

struct eb_svg_tag {
    enum eb_svg_kind kind;
    struct eb_svg_piece name; /* or the text, entities as they stand */
    int is_empty;
    struct eb_svg_attribute attributes[EB_SVG_ATTRIBUTES];
    size_t attribute_count;
};

/* Reads what stands at *at, which is moved behind it. Comments, instructions and scripts are left out. */
void eb_svg_next(const char **at, struct eb_svg_tag *tag);

int eb_svg_is(struct eb_svg_piece piece, const char *word);
/* The value of an attribute; text is NULL where there is none. */
struct eb_svg_piece eb_svg_value(const struct eb_svg_tag *tag, const char *name);
/* Of href or xlink:href to a place in the same text: what stands behind '#'. */
struct eb_svg_piece eb_svg_reference(const struct eb_svg_tag *tag);

#endif
