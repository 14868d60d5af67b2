/* test_braille.c - what stands in a terminal: corners, diagonals, and plain signs where there is no Unicode. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plot/braille.h"

static void check_row(const seg_dotboard *board, size_t row, const char *wanted)
{
    seg_string out = {0};

    seg_dotboard_row(board, row, &out);
    assert_string_equal(out.text, wanted);
    seg_string_free(&out);
}

static void corners_are_the_outermost_dots(void **state)
{
    seg_dotboard b;

    (void)state;
    assert_int_equal(seg_dotboard_begin(&b, 2, 2, true, NULL), SEG_OK);
    seg_dotboard_line(&b, 0, 0, 0, 0, '*');
    seg_dotboard_line(&b, 1, 1, 1, 1, '*');
    check_row(&b, 0, " \u2808"); /* dot 4: first row, right column */
    check_row(&b, 1, "\u2840 "); /* dot 7: fourth row, left column */
    seg_dotboard_free(&b);
}

static void a_diagonal_crosses_every_row_in_ascii(void **state)
{
    seg_dotboard b;

    (void)state;
    assert_int_equal(seg_dotboard_begin(&b, 4, 4, false, NULL), SEG_OK);
    seg_dotboard_line(&b, 0, 0, 1, 1, 'x');
    check_row(&b, 0, "   x");
    check_row(&b, 1, "  x ");
    check_row(&b, 2, " x  ");
    check_row(&b, 3, "x   ");
    seg_dotboard_free(&b);
}

static void what_is_not_finite_or_outside_leaves_the_board_alone(void **state)
{
    seg_dotboard b;

    (void)state;
    assert_int_equal(seg_dotboard_begin(&b, 3, 1, true, NULL), SEG_OK);
    seg_dotboard_line(&b, 0, NAN, 1, 1, '*');
    seg_dotboard_line(&b, INFINITY, 0, 1, 1, '*');
    seg_dotboard_line(&b, 2, 2, 3, 3, '*');
    check_row(&b, 0, "   ");
    seg_dotboard_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(corners_are_the_outermost_dots),
        cmocka_unit_test(a_diagonal_crosses_every_row_in_ascii),
        cmocka_unit_test(what_is_not_finite_or_outside_leaves_the_board_alone),
    };

    return cmocka_run_group_tests_name("plot/braille", tests, NULL, NULL);
}
