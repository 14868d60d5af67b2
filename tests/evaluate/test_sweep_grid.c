/* test_sweep_grid.c - grids of parameters: which values a text stands for, in which order, and what is refused. */
#include "support/fixture.h"

#include <stdlib.h>
#include <string.h>

#include "evaluate/sweep_grid.h"

/* The values of the only axis, joined by blanks; or the sentence of the refusal. */
static const char *values_of(const char *name, const char *text)
{
    static char out[4096];
    seg_sweep_grid grid = {0};
    seg_error err = {0};
    seg_status st = seg_sweep_grid_read(&grid, name, text, &err);

    out[0] = '\0';
    if (st) {
        assert_int_equal(st, SEG_USAGE);
        snprintf(out, sizeof out, "%s", err.text);
    }
    for (size_t i = 0; !st && grid.axes && i < grid.axis[0].n; i++) {
        strcat(out, i ? " " : "");
        strcat(out, grid.axis[0].text[i]);
    }
    seg_sweep_grid_free(&grid);
    return out;
}

static void ranges_hold_their_stop_and_read_as_they_are_meant(void **state)
{
    static const char *const cases[][2] = {
        {"tversky:alpha=0.2:0.8:0.2", "0.2 0.4 0.6 0.8"},
        {"tversky:alpha=0.1:0.9:0.1", "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9"},
        {"tversky:alpha=0:1:0.3", "0 0.3 0.6 0.9"},
        {"tversky:alpha=0.9:0.1:-0.4", "0.9 0.5 0.1"},
        {"tversky:alpha=-0.3:0.3:0.1", "-0.3 -0.2 -0.1 0 0.1 0.2 0.3"},
        {"tversky:alpha=0.5:0.5:0.1", "0.5"},
        {"tversky:alpha=0.5:0.5:-0.1", "0.5"},
        {"tversky:alpha=1:3:5", "1"},
        {"tversky:alpha=1e-3:3e-3:1e-3", "0.001 0.002 0.003"},
        {"tversky:alpha=0:1.0000000001:0.5", "0 0.5 1"}, /* beyond by less than a step */
        {"tversky:alpha=0:0.9999999999:0.5", "0 0.5 1"}, /* short by less than 1e-9 of a step */
        {"tversky:alpha=0:0.99999:0.5", "0 0.5"},        /* short by more */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(values_of("tversky", cases[i][0]), cases[i][1]);
}

static void lists_and_logarithms(void **state)
{
    (void)state;
    assert_string_equal(values_of("focal", "focal:gamma={1.5/2/2.5}"), "1.5 2 2.5");
    assert_string_equal(values_of("focal", "focal:gamma={1.5;2}"), "1.5 2");
    assert_string_equal(values_of("ce", "ce:weights={0.2/0.8;0.5/0.5}"), "0.2/0.8 0.5/0.5");
    assert_string_equal(values_of("ce", "ce:form={reference/survey}"), "reference survey");
    assert_string_equal(values_of("focal", "focal:gamma={7}"), "7");
    assert_string_equal(values_of("focal", "focal:gamma=log(0.001/1/4)"), "0.001 0.01 0.1 1");
    assert_string_equal(values_of("focal", "focal:gamma=log(1;100;3)"), "1 10 100");
    assert_string_equal(values_of("focal", "focal:gamma=log(8/2/3)"), "8 4 2");
    assert_string_equal(values_of("focal", "focal:gamma=2"), "");
}

static void formulas_are_swept_inside_brackets_only(void **state)
{
    (void)state;
    assert_string_equal(values_of(NULL, "total = 0.5*tversky(alpha=0.2:0.4:0.1) + 0.5*ce"), "0.2 0.3 0.4");
    assert_string_equal(values_of(NULL, "x = log(dice) + tversky(fn=log(1/4/3),fp=2)"), "1 2 4");
    assert_string_equal(values_of(NULL, "x = log(dice)"), "");
}

static void what_cannot_be_a_grid_is_refused(void **state)
{
    static const char *const cases[][3] = {
        {"tversky", "tversky:alpha=0.2:0.8:0", "step of 0"},
        {"tversky", "tversky:alpha=0.2:0.8:-0.1", "away from its stop"},
        {"tversky", "tversky:alpha=0.8:0.2:0.1", "away from its stop"},
        {"tversky", "tversky:alpha=0.2:0.8", "start:stop:step"},
        {"tversky", "tversky:alpha=0.2:0.8:0.1:1", "start:stop:step"},
        {"tversky", "tversky:alpha=::", "start:stop:step"},
        {"tversky", "tversky:alpha=0:1:1e-9", "1e+09 values"},
        {"tversky", "tversky:alpha={}", "empty list"},
        {"tversky", "tversky:alpha={0.1//0.2}", "empty place"},
        {"tversky", "tversky:alpha={0.1/}", "empty place"},
        {"tversky", "tversky:alpha={0.1", "not closed"},
        {"tversky", "tversky:alpha={", "not closed"},
        {"tversky", "tversky:alpha=log(1/2/3", "not closed"},
        {"tversky", "tversky:alpha=log(0/2/3)", "above 0"},
        {"tversky", "tversky:alpha=log(1/2/1)", "at least 2"},
        {"tversky", "tversky:alpha=log(1/2/2.5)", "whole"},
        {"tversky", "tversky:alpha=log(1/2)", "log(first/last/number"},
        {"tversky", "tversky:alpha=log()", "log(first/last/number"},
        {"tversky", "tversky:alpah={1/2}", "did you mean 'alpha'"},
        {"tversky", "tversky:alpha={1/2},fn={1/2}", "swept twice"},
        {"ce", "ce:form=1:2:1", "takes reference or survey"},
        {"ce", "ce:form=log(1/2/3)", "takes reference or survey"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *said = values_of(cases[i][0], cases[i][1]);

        if (!strstr(said, cases[i][2]))
            fail_msg("%s: wanted '%s', got '%s'", cases[i][1], cases[i][2], said);
    }
}

static void points_are_every_value_with_every_other_the_last_fastest(void **state)
{
    static const char *const wanted[] = {"t:a=1,smooth=3,b=5", "t:a=1,smooth=3,b=6", "t:a=1,smooth=3,b=7",
                                         "t:a=2,smooth=3,b=5", "t:a=2,smooth=3,b=6", "t:a=2,smooth=3,b=7"};
    seg_sweep_grid grid = {0};
    seg_error err = {0};
    size_t n;

    (void)state;
    assert_ok(seg_sweep_grid_read(&grid, "t", "t:a={1/2},smooth=3,b=5:7:1", &err), &err);
    assert_ok(seg_sweep_grid_count(&grid, false, &n, &err), &err);
    assert_int_equal(n, 6);
    for (size_t i = 0; i < n; i++) {
        seg_string text = {0};

        seg_sweep_grid_write(&grid, false, i, &text);
        assert_string_equal(text.text, wanted[i]);
        seg_string_free(&text);
    }
    assert_int_equal(seg_sweep_grid_count(&grid, true, &n, &err), SEG_USAGE);
    assert_non_null(strstr(err.text, "a has 2 and b has 3"));
    seg_sweep_grid_free(&grid);
}

static void zipped_points_take_values_one_by_one(void **state)
{
    seg_sweep_grid grid = {0};
    seg_string text = {0};
    seg_error err = {0};
    size_t n;

    (void)state;
    assert_ok(seg_sweep_grid_read(&grid, "tversky", "tversky:alpha=0.2:0.8:0.3,beta=0.8:0.2:-0.3", &err), &err);
    assert_ok(seg_sweep_grid_count(&grid, true, &n, &err), &err);
    assert_int_equal(n, 3);
    seg_sweep_grid_write(&grid, true, 2, &text);
    assert_string_equal(text.text, "tversky:alpha=0.8,beta=0.2");
    text.length = 0;
    seg_sweep_grid_write_preset(&grid, &text);
    assert_string_equal(text.text, "tversky:alpha=0.7,beta=0.3");
    seg_string_free(&text);
    seg_sweep_grid_free(&grid);
}

static void too_many_points_are_a_slip(void **state)
{
    seg_sweep_grid grid = {0};
    seg_error err = {0};
    size_t n;

    (void)state;
    assert_ok(seg_sweep_grid_read(&grid, "t", "t:a=1:101:1,b=1:100:1", &err), &err);
    assert_int_equal(seg_sweep_grid_count(&grid, false, &n, &err), SEG_USAGE);
    assert_non_null(strstr(err.text, "more than 10000 points"));
    seg_sweep_grid_free(&grid);
    assert_ok(seg_sweep_grid_read(&grid, "t", "t:a=1:100:1,b=1:100:1", &err), &err);
    assert_ok(seg_sweep_grid_count(&grid, false, &n, &err), &err);
    assert_int_equal(n, SEG_SWEEP_POINTS);
    seg_sweep_grid_free(&grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_hold_their_stop_and_read_as_they_are_meant),
        cmocka_unit_test(lists_and_logarithms),
        cmocka_unit_test(formulas_are_swept_inside_brackets_only),
        cmocka_unit_test(what_cannot_be_a_grid_is_refused),
        cmocka_unit_test(points_are_every_value_with_every_other_the_last_fastest),
        cmocka_unit_test(zipped_points_take_values_one_by_one),
        cmocka_unit_test(too_many_points_are_a_slip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
