/* What may stand in an SVG of the page, and in which colours. */
#ifndef EB_JUDGE_REPORT_HTML_SVG_PAINT_H
#define EB_JUDGE_REPORT_HTML_SVG_PAINT_H

#include "judge/report/html/svg_tags.h"

/* Properties that children have from their parents: written only where they change. */
enum eb_svg_property {
    EB_SVG_FILL,
    EB_SVG_STROKE,
    EB_SVG_COLOR,
    EB_SVG_STROKE_WIDTH,
    EB_SVG_LINECAP,
    EB_SVG_LINEJOIN,
    EB_SVG_FONT_SIZE,
    EB_SVG_ANCHOR,
    EB_SVG_PROPERTIES,
};

#define EB_SVG_VALUE 32

struct eb_svg_paint {
    char values[EB_SVG_PROPERTIES][EB_SVG_VALUE];
};

/* As an SVG begins in the page. */
void eb_svg_paint_begin(struct eb_svg_paint *paint);
const char *eb_svg_property_name(enum eb_svg_property property);
/* The property of that name, EB_SVG_PROPERTIES when it is none. */
enum eb_svg_property eb_svg_property_find(struct eb_svg_piece name);

/* The value in the page's own words: "var(--arm-2)", "var(--ink)", "1.5". 0 when it is none that is known to
 * be harmless. */
int eb_svg_property_value(enum eb_svg_property property, struct eb_svg_piece piece, char value[EB_SVG_VALUE]);

enum eb_svg_use {
    EB_SVG_KEEP,
    EB_SVG_DROP,   /* with all in it */
    EB_SVG_REFUSE, /* nobody knows what it does */
};
enum eb_svg_use eb_svg_element(struct eb_svg_piece name);
/* Whether an attribute that is no property may be kept with this value. */
int eb_svg_attribute_is_kept(const struct eb_svg_attribute *attribute);

#endif
