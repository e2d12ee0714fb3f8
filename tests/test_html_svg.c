/* gnuplot's SVG on its way into the page. The inputs are written by hand after what gnuplot 5.4 and 6.0
 * write; hostile ones are what no gnuplot writes. */
#include "cmocka_all.h"
#include "judge/report/html/svg.h"
#include "judge/report/plot/palette.h"

#include <stdlib.h>
#include <string.h>

/* A picture of two curves with two and one points, and a context between them. */
static void make_picture(struct eb_pictures *pictures)
{
    struct eb_picture *picture = eb_pictures_add(pictures, "pic", "A picture");
    struct eb_curve *curve = eb_picture_add_curve(picture, "a<b>", EB_CURVE_LINE);
    assert_non_null(eb_curve_add_point(curve, 8, 1, "8 B", "1 us"));
    assert_non_null(eb_curve_add_point(curve, 16, 2, "16 B", "2 us"));
    curve = eb_picture_add_curve(picture, "line rate", EB_CURVE_LEVEL);
    curve->is_context = 1;
    assert_non_null(eb_curve_add_point(curve, 0, 9, "", "9"));
    curve = eb_picture_add_curve(picture, "c", EB_CURVE_LINE);
    assert_non_null(eb_curve_add_point(curve, 8, 3, "8 B", "\"3\" us"));
}

/* What becomes of an SVG, owned by the caller; "" where it is refused. */
static char *rewrite(const char *svg, struct eb_error *err)
{
    struct eb_pictures pictures = {0};
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);
    assert_non_null(file);
    make_picture(&pictures);
    enum eb_status status = eb_html_svg(svg, &pictures.items[0], file, err);
    assert_int_equal(fclose(file), 0);
    assert_true(status == EB_OK || bytes == 0);
    assert_int_equal(status, status == EB_OK ? EB_OK : err->status);
    eb_pictures_free(&pictures);
    return text;
}

#define HEAD                                                                                                 \
    "<?xml version=\"1.0\" encoding=\"utf-8\"  standalone=\"no\"?>\n<svg  onload=\"init(evt)\" \n"           \
    " width=\"420\" height=\"300\"\n viewBox=\"0 0 420 300\"\n xmlns=\"http://www.w3.org/2000/svg\">\n"      \
    "<title>Gnuplot</title>\n<desc>Produced by GNUPLOT</desc>\n"
#define OPEN "<svg viewBox=\"0 0 420 300\" aria-hidden=\"true\">"
#define GROUP                                                                                                \
    "<g fill=\"none\" color=\"black\" stroke=\"currentColor\" stroke-width=\"1.00\" "                        \
    "stroke-linecap=\"butt\" "                                                                               \
    "stroke-linejoin=\"miter\">\n"

static void assert_becomes(const char *svg, const char *wanted)
{
    struct eb_error err = {0};
    char *text = rewrite(svg, &err);
    assert_string_equal(text, wanted);
    free(text);
}

static void assert_refused(const char *svg, const char *why)
{
    struct eb_error err = {0};
    char *text = rewrite(svg, &err);
    assert_string_equal(text, "");
    assert_int_equal(err.status, EB_INVALID);
    if (!strstr(err.text, why))
        fail_msg("'%s' does not say '%s'", err.text, why);
    free(text);
}

static void test_what_shows_nothing_is_left_out(void **state)
{
    (void)state;
    assert_becomes(HEAD "<!-- a > b --><g id=\"gnuplot_canvas\" onclick=\"f(evt)\">\n"
                        "<rect x=\"0\" y=\"0\" width=\"420\" height=\"300\" fill=\"none\"/>\n" GROUP
                        "</g>\n" GROUP
                        "\t<path stroke='black'  d='M46.14,264.00 L46.04,18.96  '/></g>\n</g></svg>",
                   OPEN "<path stroke=\"var(--ink)\" d=\"M46.1,264 L46,18.9 \"/></svg>");
}

static void test_a_script_goes_with_all_in_it(void **state)
{
    (void)state;
    assert_becomes(HEAD "<script type=\"text/javascript\"> <![CDATA[ if (a < b) { '</g>' } ]]> </script>"
                        "<script xlink:href=\"http://x/y.js\"/></svg>",
                   OPEN "</svg>");
    assert_becomes(HEAD "<style>* { fill: url(http://x) }</style><image href=\"http://x/y.png\"/></svg>",
                   OPEN "</svg>");
}

static void test_a_hypertext_is_a_point(void **state)
{
    (void)state;
    assert_becomes(
        HEAD GROUP
        "<g onmousemove=\"gnuplot_svg.showHypertext(evt,'1')\" onmouseout=\"hide()\"><title> </title>\n"
        "\t<use xlink:href='#gone' transform='translate(1.25,2.50) scale(2.44)' "
        "color='rgb(  0, 114, 178)'/></g>\n</g>"
        "<g onmousemove=\"gnuplot_svg.showHypertext(evt,'2')\"><title>2</title></g></svg>",
        OPEN
        "<g class=\"point\" data-n=\"1\" data-c=\"0\"><title>a&lt;b&gt;, 16 B: 2 us</title>"
        "<use transform=\"translate(1.25,2.50) scale(2.44)\" color=\"var(--arm-0)\"/></g>"
        "<g class=\"point\" data-n=\"2\" data-c=\"2\"><title>c, 8 B: &quot;3&quot; us</title></g></svg>");
}

static void test_a_point_that_the_picture_lacks_is_none(void **state)
{
    (void)state;
    assert_becomes(HEAD "<g onmousemove=\"gnuplot_svg.showHypertext(evt,'3')\"><path d='M1,1'/></g>"
                        "<g onmousemove=\"gnuplot_svg.showHypertext(evt,'-1')\"><path d='M2,2'/></g></svg>",
                   OPEN "<path d=\"M1,1\"/><path d=\"M2,2\"/></svg>");
}

static void test_colours_are_the_pages(void **state)
{
    (void)state;
    char svg[400];
    char wanted[400];
    for (size_t i = 0; i < EB_PALETTE_COLOURS; i++) {
        snprintf(svg, sizeof svg, HEAD "<path stroke='%s'/></svg>", eb_palette_light(i));
        snprintf(wanted, sizeof wanted, OPEN "<path stroke=\"var(--arm-%zu)\"/></svg>", i);
        assert_becomes(svg, wanted);
    }
    assert_becomes(
        HEAD "<path stroke='rgb(0,0,0)' fill='white'/><path stroke='#000000' fill='rgb(255, 255, 255)'/>"
             "<path stroke='rgb(217,217,217)' fill='rgb(128, 128,128)'/><path fill='#a1b2c3'/></svg>",
        OPEN "<path stroke=\"var(--ink)\" fill=\"var(--paper)\"/>"
             "<path stroke=\"var(--ink)\" fill=\"var(--paper)\"/>"
             "<path stroke=\"var(--grid)\" fill=\"var(--axis)\"/><path fill=\"#a1b2c3\"/></svg>");
}

static void test_properties_are_written_where_they_change(void **state)
{
    (void)state;
    assert_becomes(
        HEAD "<g stroke-width=\"2.00\" stroke=\"black\"><path stroke-width=\"2\" stroke=\"rgb(0,0,0)\"/>"
             "<path stroke-width=\"1.0\"/></g><path stroke-width=\"1\"/></svg>",
        OPEN
        "<g stroke-width=\"2\" stroke=\"var(--ink)\"><path/><path stroke-width=\"1\"/></g><path/></svg>");
}

static void test_text_stays_text(void **state)
{
    (void)state;
    assert_becomes(
        HEAD "<g transform=\"translate(1.5,2.5)\" stroke=\"none\" fill=\"black\" font-family=\"sans\" "
             "font-size=\"12.00\"  text-anchor=\"end\">\n\t\t<text><tspan font-family=\"sans\" > 4 &lt; 5 "
             "&amp; 6</tspan>"
             "</text>\n\t</g></svg>",
        OPEN "<g transform=\"translate(1.5,2.5)\" stroke=\"none\" fill=\"var(--ink)\" text-anchor=\"end\">"
             "<text> 4 &lt; 5 &amp; 6</text></g></svg>");
}

static void test_shapes_have_ids_of_their_own_and_unused_ones_go(void **state)
{
    (void)state;
    assert_becomes(
        HEAD "<defs>\n<circle id='gpPt5' r='1'/>\n<use xlink:href='#gpPt5' id='gpPt6' "
             "fill='currentColor'/>\n<path id='gpPt7' d='M1,1'/>\n<filter id='textbox'><feFlood/></filter>"
             "</defs><use xlink:href='#gpPt6'/></svg>",
        OPEN "<defs><circle r=\"1\" id=\"pic-gpPt5\"/><use fill=\"currentColor\" id=\"pic-gpPt6\" "
             "href=\"#pic-gpPt5\"/></defs><use href=\"#pic-gpPt6\"/></svg>");
}

static void test_what_is_not_known_is_refused(void **state)
{
    (void)state;
    assert_refused(HEAD "<foreignObject><p/></foreignObject></svg>", "foreignObject");
    assert_refused(HEAD "<a xlink:href=\"javascript:alert(1)\"><path/></a></svg>", "'a'");
    assert_refused(HEAD "<animate attributeName=\"x\"/></svg>", "animate");
    assert_refused(HEAD "<svg viewBox=\"0 0 1 1\"></svg></svg>", "'svg'");
}

static void test_attributes_that_could_act_are_never_written(void **state)
{
    (void)state;
    assert_becomes(HEAD "<path onload=\"alert(1)\" OnClick='x' style=\"fill:url(http://x)\" class=\"point\" "
                        "fill=\"url(http://x/)\" stroke=\"url(#a)\" filter=\"url(http://x)\" d=\"M1,1\"/>"
                        "<use href=\"http://x/#y\"/><use xlink:href=\"javascript:alert(1)\"/>"
                        "<path d='M1,1\" onload=\"alert(1)'/></svg>",
                   OPEN "<path d=\"M1,1\"/><use/><use/><path/></svg>");
}

static void test_what_is_cut_or_broken_is_refused(void **state)
{
    (void)state;
    const char whole[] = HEAD "<g stroke=\"black\"><path d='M1,1'/></g></svg>";
    for (size_t i = 0; i + 1 < sizeof whole - 1; i++) {
        char *cut = strndup(whole, i);
        struct eb_error err = {0};
        char *text = rewrite(cut, &err);
        assert_string_equal(text, "");
        assert_int_equal(err.status, EB_INVALID);
        free(text);
        free(cut);
    }
    assert_refused("", "no SVG");
    assert_refused("gnuplot: command not found", "no SVG");
    assert_refused("<html></html>", "no SVG");
    assert_refused("<svg></svg>", "no size");
    assert_refused("<svg viewBox=\"0 0 1 1\" onload=\"x\"", "no SVG");
    assert_refused(HEAD "<g stroke=\"black\"><path></g></svg>", "match");
    assert_refused(HEAD "</g></svg>", "match");
    assert_refused(HEAD "<path d=M1/></svg>", "broken");
}

static void test_what_is_too_deep_is_refused(void **state)
{
    (void)state;
    char deep[4000] = HEAD;
    for (int i = 0; i < 100; i++)
        strcat(deep, "<g stroke=\"black\">");
    assert_refused(deep, "'g'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_shows_nothing_is_left_out),
        cmocka_unit_test(test_a_script_goes_with_all_in_it),
        cmocka_unit_test(test_a_hypertext_is_a_point),
        cmocka_unit_test(test_a_point_that_the_picture_lacks_is_none),
        cmocka_unit_test(test_colours_are_the_pages),
        cmocka_unit_test(test_properties_are_written_where_they_change),
        cmocka_unit_test(test_text_stays_text),
        cmocka_unit_test(test_shapes_have_ids_of_their_own_and_unused_ones_go),
        cmocka_unit_test(test_what_is_not_known_is_refused),
        cmocka_unit_test(test_attributes_that_could_act_are_never_written),
        cmocka_unit_test(test_what_is_cut_or_broken_is_refused),
        cmocka_unit_test(test_what_is_too_deep_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
