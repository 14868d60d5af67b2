/* test_svg.c - drawings are well formed, say the same bytes again, and put data where the axes say. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "plot/dots.h"
#include "plot/panel.h"
#include "xml.h"

static char *drawing(void)
{
    seg_svg svg = {0};
    seg_string out = {0};
    const double x[] = {0, 5, NAN, 10}, y[] = {0, 0.5, 0.7, 1}, range[2] = {0, 10}, unit[2] = {0, 1};
    const seg_dot dots[] = {{0.1, 0.1, 0.1, false}, {0.3, 0.2, 0.4, true}, {NAN, 0, 0, true}};
    const seg_dot_row row = {"a < b & c", seg_hues[1], "tip \"quoted\"", dots, 3, true};
    const seg_legend_entry entry[] = {{"Dice", {"#000000", 1, ""}}, {"Lov\303\241sz", {"#000000", 1, "5 3"}}};
    const seg_stroke stroke = seg_curve_style(8, 1);
    seg_panel panel = seg_panel_make(20, 10, 104, 84, range, unit, 2, 7);

    seg_panel_axes(&svg, &panel, &(seg_axis){"x", 5, true, true}, &(seg_axis){"y", 5, true, true});
    assert_int_equal(seg_panel_curve(&svg, &panel, x, y, 4, &stroke, "Dice & co", NULL), SEG_OK);
    seg_svg_group(&svg, "open", NULL); /* left open: finishing closes it */
    seg_dots(&svg, 0, 120, 200, &(seg_dot_plot){&row, 1, 0, 0.5, unit, 1, "drawdown", 7});
    seg_legend(&svg, 0, 160, 200, 7, entry, 2);
    seg_svg_runs(&svg, 0, 0, 0.0625, (const seg_svg_run[]){{0, 0, 3}, {1, 2, 4}}, 2, "#888888");
    assert_int_equal(seg_svg_finish(&svg, &(seg_svg_page){252, 200, 89, "T & t", "a <desc>"}, &out, NULL), SEG_OK);
    return out.text;
}

static void a_drawing_is_well_formed_whatever_the_texts_are(void **state)
{
    char *text = drawing(), why[128] = "";

    (void)state;
    if (!xml_well_formed(text, why))
        fail_msg("%s", why);
    assert_non_null(strstr(text, "<desc id=\"desc\">a &lt;desc&gt;</desc>"));
    assert_non_null(strstr(text, "<title>Dice &amp; co</title>"));
    assert_non_null(strstr(text, "viewBox=\"0 0 252 200\""));
    assert_non_null(strstr(text, "width=\"89mm\" height=\"70.6mm\""));
    free(text);
}

static void drawing_twice_gives_the_same_bytes(void **state)
{
    char *one = drawing(), *two = drawing();

    (void)state;
    assert_string_equal(one, two);
    free(one);
    free(two);
}

static void a_curve_goes_through_the_scales_and_breaks_at_gaps(void **state)
{
    char *text = drawing();

    (void)state;
    /* frame 20..124 by 10..94 with 2 units of air: x = 22 + 10 v, y = 92 - 80 v */
    assert_non_null(strstr(text, "d=\"M22 92L72 52M122 12\""));
    assert_int_equal(xml_count(text, "class=\"l\""), 1);
    free(text);
}

static void ticks_are_round_inside_and_about_as_many_as_wanted(void **state)
{
    static const double spans[][2] = {{0, 1}, {0, 5682}, {0, 122}, {-3.4, 7.7}, {1e-7, 3e-7}, {0, 0.48}, {5, -5}};

    (void)state;
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        for (size_t wanted = 2; wanted < 8; wanted++) {
            double tick[SEG_TICKS], low = fmin(spans[i][0], spans[i][1]), high = fmax(spans[i][0], spans[i][1]);
            int digits;
            size_t n = seg_ticks(spans[i][0], spans[i][1], wanted, tick, &digits);

            assert_true(n >= 1 && n <= SEG_TICKS && n <= 2 * wanted + 1);
            for (size_t k = 0; k < n; k++) {
                char text[64];

                assert_true(tick[k] >= low - 1e-9 * (high - low) && tick[k] <= high + 1e-9 * (high - low));
                snprintf(text, sizeof text, "%.*f", digits, tick[k]);
                /* The digits printed say the whole value: labels never round. */
                assert_true(fabs(strtod(text, NULL) - tick[k]) <= 1e-6 * (high - low));
            }
        }
    double tick[SEG_TICKS];
    int digits;
    assert_int_equal(seg_ticks(1, 1, 5, tick, &digits), 0);
    assert_int_equal(seg_ticks(0, NAN, 5, tick, &digits), 0);
}

static void text_width_follows_the_font_metrics(void **state)
{
    (void)state;
    /* Helvetica: D 722, i 222, c 500, e 556 */
    assert_true(fabs(seg_text_width("Dice", 10, false) - 20.0) < 1e-9);
    assert_true(seg_text_width("Dice", 10, true) > seg_text_width("Dice", 10, false));
    assert_true(seg_text_width("\317\204", 10, false) <
                seg_text_width("WW", 10, false)); /* one letter, not two bytes */
    assert_int_equal(seg_text_fit("one two three", 1e9, 7, false), 13);
    assert_int_equal(seg_text_fit("one two three", 0, 7, false), 3);
}

static void a_paragraph_loses_no_word(void **state)
{
    const char *text = "large objects: most losses rise with FP + FN; 17 of 23 never fall by more than 5 % of range";
    const seg_font font = {.size = 7};
    seg_svg svg = {0};
    size_t words = 0;
    double end = seg_svg_paragraph(&svg, 0, 0, 80, 5, 8, &font, text);

    (void)state;
    for (const char *p = svg.body.text; *p; p++)
        words += *p == '>' && p[1] != '\n' && p[1] != '<';
    assert_true(words >= 4); /* several lines */
    assert_true(fabs(end - 8 * (double)words) < 1e-9);
    assert_true(fabs(seg_svg_paragraph_height(80, 5, 8, &font, text) - end) < 1e-9);
    assert_non_null(strstr(svg.body.text, "range<"));
    seg_svg_free(&svg);
}

static void curve_styles_repeat_only_after_28(void **state)
{
    (void)state;
    for (size_t i = 0; i < SEG_HUES * SEG_DASHES; i++)
        for (size_t j = 0; j < i; j++) {
            seg_stroke a = seg_curve_style(i, 1), b = seg_curve_style(j, 1);

            assert_true(strcmp(a.colour, b.colour) || strcmp(a.dash, b.dash));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_drawing_is_well_formed_whatever_the_texts_are),
        cmocka_unit_test(drawing_twice_gives_the_same_bytes),
        cmocka_unit_test(a_curve_goes_through_the_scales_and_breaks_at_gaps),
        cmocka_unit_test(ticks_are_round_inside_and_about_as_many_as_wanted),
        cmocka_unit_test(text_width_follows_the_font_metrics),
        cmocka_unit_test(a_paragraph_loses_no_word),
        cmocka_unit_test(curve_styles_repeat_only_after_28),
    };

    return cmocka_run_group_tests_name("plot/svg", tests, NULL, NULL);
}
