#include "judge/report/style.h"

#define PROSE_WIDTH 100 /* longer lines are hard to follow to their next one */

size_t eb_style_width(const struct eb_style *style)
{
    return style && style->width ? style->width : EB_STYLE_WIDTH;
}

size_t eb_style_prose_width(const struct eb_style *style)
{
    size_t width = eb_style_width(style);
    return width > PROSE_WIDTH ? PROSE_WIDTH : width;
}

const char *eb_style_begin(const struct eb_style *style, unsigned paint)
{
    static const char *const plain[] = {"", "\033[1m", "\033[2m", "\033[1;33m", "\033[1;31m"};
    /* Okabe and Ito's, without those that vanish on white or on black. */
    static const char *const many[] = {"\033[38;5;32m",  "\033[38;5;166m", "\033[38;5;35m", "\033[38;5;175m",
                                       "\033[38;5;172m", "\033[38;5;74m",  "\033[38;5;142m"};
    static const char *const few[] = {"\033[36m", "\033[35m", "\033[32m", "\033[34m"};
    if (!style || !style->colours)
        return "";
    if (paint == EB_PAINT_WARNING && style->colours >= 256)
        return "\033[1;38;5;136m"; /* a yellow that is seen on white too */
    if (paint < EB_PAINT_ARM)
        return plain[paint];
    paint -= EB_PAINT_ARM;
    return style->colours >= 256 ? many[paint % (sizeof many / sizeof *many)]
                                 : few[paint % (sizeof few / sizeof *few)];
}

const char *eb_style_end(const struct eb_style *style, unsigned paint)
{
    return style && style->colours && paint != EB_PAINT_NONE ? "\033[0m" : "";
}
